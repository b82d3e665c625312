"""The facts of the university's page: what each is, and the patterns that the file about it must show."""

from __future__ import annotations

# Searched without regard to case in the file's body, its lines joined; every pattern of a fact must be found.
FACTS: dict[str, dict[str, list[str]]] = {
    "international-networks.md": {
        "UM is in four major international networks": [
            "four major international university networks",
            "collaborates with",
        ],
        "WUN is one of the networks, with its name": [r"World Wide University Network \(WUN\)"],
        "YERUN is one of the networks, with its name": [r"Young European Research Universities \(YERUN\)"],
    },
    "wun.md": {
        "WUN has a file of its own": [r"World Wide University Network \(WUN\) is one of the four"],
    },
    "yerun.md": {
        "YERUN has a file of its own": [r"Young European Research Universities \(YERUN\) form one of the four"],
    },
    "overview.md": {
        "partners are national, European and global": ["national, European and global partners"],
        "the networks come on top of the partners": ["on top of that.*four major international"],
    },
    "radboud-university.md": {
        "cooperation was expanded": ["(broadened|expanded|widened|extended)"],
        "for academic and social impact": ["academic", "social", "impact"],
        "in the South-East Netherlands": ["South-East Netherlands"],
        "joint programmes are being developed": ["developing joint programmes"],
        "in biotechnology": ["- biotechnology"],
        "in engineering physics": ["- engineering physics"],
        "partially based in Venlo": [r"(partly|partially|in part)\b.*Venlo"],
        "already on healthcare professionals": [
            "already.*professional development.*healthcare|already.*healthcare.*professional development"
        ],
        "already on training academic teachers": ["already.*(training of academic teachers|academic teacher training)"],
    },
    "york-maastricht-partnership.md": {
        "its name and abbreviation": [r"York-Maastricht Partnership \(YMP\)"],
        "strategic, of UM and York": ["strategic", "Maastricht University", "University of York"],
        "research, teaching, knowledge exchange": [
            "- research",
            "- teaching",
            "exchange of knowledge|knowledge exchange",
        ],
        "launched in November 2017": ["launched in November 2017"],
        "joint programmes on sustainability": [
            "joint programmes[^.]*challenges of sustainability|joint programmes[^.]*sustainability challenges"
        ],
        "dynamic research, innovative education": ["dynamic research", "innovative[^.]*education"],
    },
    "meuse-rhine-euregion.md": {
        "active in cross-border projects": ["activ(e|ely).*cross-border projects"],
        "connects these cities": ["connects", "Liège", "Hasselt", "Maastricht", "Heerlen", "Aachen"],
        "the cities are examples, not all": [r"\b(among|such as|like|including)\b"],
        "3.9 million people": [r"3\.9 million (inhabitants|people)"],
        "five universities": ["five universities"],
        "110,000 students": ["110,000 students"],
        "excellent employment for graduates": ["graduates.*excellent[^.]*employment|graduates.*excellent employment"],
        "with knowledge centres, governments, companies": ["knowledge centres", "governments", "companies"],
        "makes research and education more international": ["research and education[^.]*international"],
        "Brightlands: exemplify the collaboration": ["Brightlands campuses[^.]*exampl|exemplif"],
        "Brightlands: innovation, intersectoral cooperation": [
            "innovation and (cooperation between sectors|intersectoral cooperation)"
        ],
        "centres on cross-border and European issues": ["research centres[^.]*cross-border and European issues"],
        "the centres are living labs": ["living labs"],
        "a knowledge region of international standing": ["innovative knowledge region[^.]*international standing"],
    },
    "um-brussels-hub.md": {
        "main European public affairs engine": ["main[^.]*engine", "public affairs", "Europe"],
        "integral part of the ecosystem": ["integral part of[^.]*ecosystem"],
        "missions of education, research, service": ["missions[^.]*education, research and service to society"],
        "four main objectives": ["four main objectives"],
        "networks, community-led meetings": [
            "- [^-]*build[^-]*networks[^-]*meetings",
            "led by the community|community-led",
        ],
        "monitors and advises on EU policy": ["monitor[^-]*policy[^-]*advise"],
        "positions UM, advocates its interests": ["position[^-]*UM[^-]*advocate[^-]*interests"],
        "more EU research and innovation funding": ["EU funding for research and innovation"],
        "direct line to policy-makers, EU institutions": [
            "direct line",
            "policy-makers",
            "EU institutions[^.]*headquarter",
        ],
        "thousands of organisations with a delegation": [
            "thousands of[^.]*public[^.]*private[^.]*organisations",
            "EU delegation",
        ],
        "presence is an important priority": ["strong presence[^.]*important priority[^.]*strategy"],
        "UM is the European University of the Netherlands": ["the European University of the Netherlands"],
        "develops and implements the Europe Policy": [
            "(develop and carry out|develop and implement|develop)[^.]*Europe Policy"
        ],
        "shares its office with two partners": ["(share|same)[^.]*office", "two[^.]*partners"],
        "YUFE, with its name": [r"Young Universities for the Future of Europe \(YUFE\) Alliance"],
        "ASPHER, with its name": [r"Association of Schools of Public Health in the European Region \(ASPHER\)"],
        "the faculty is a member of ASPHER": ["Faculty of Health, Medicine,? and Life Sciences[^.]*member of ASPHER"],
        "synergies at European level": ["synergies at (the )?European level across different domains"],
    },
    "unu-merit.md": {
        "its full name": [
            "United Nations University – Maastricht Economic and Social Research",
            "Social Research Institute on Innovation and Technology",
        ],
        "research and training in Maastricht": [
            "institute[^.]*research and training|research and training institute",
            "(training|institute) (based )?in Maastricht",
        ],
        "close collaboration with UM": ["collaborates closely with Maastricht University"],
        "social, political, economic factors": [
            "social, political,? and economic factors",
            "technological innovation",
        ],
        "knowledge creation, diffusion, access": ["knowledge[^.]*creat", "spread|diffusion", "access"],
        "governance with the School of Governance": [
            "UM School of Governance",
            "governance in domestic and global organisations",
        ],
        "the four kinds of governance research": [
            "assessment of risks|risk assessment",
            "analysis of policy|policy analysis",
            "design",
            "evaluation",
        ],
        "double master's degree": ["double master's degree", "Public Policy and Human Development"],
    },
    "mundo.md": {
        "partners in emerging and developing countries": [
            "partnerships between Maastricht University",
            "emerging and developing countries",
        ],
        "to enhance education and research": ["education and research"],
        "four parts of the world": ["- Asia", "- Africa", "- Latin America", "- Eastern Europe"],
        "curriculum development": ["developing curricula|curriculum development"],
        "Problem-Based Learning": ["expertise", "innovative", "Problem-Based Learning"],
        "faculty, staff and students": ["(academics|faculty)", "staff", "students"],
        "international experience, reputation": [
            "valuable international experience",
            "reputation of UM|UM's[^.]*reputation",
        ],
    },
    "she-collaborates.md": {
        "started SHE Collaborates in 2012": ["2012", r"School of Health Professions Education \(SHE\)"],
        "to widen international activities and partnerships": ["international activities and partnerships"],
        "on more than 40 years of expertise": [
            r"(more than 40|over 40|40\+) years",
            "student-centred learning in medicine and (the )?health sciences",
        ],
        "innovative training and consulting": [
            "innovative training and consulting",
            "- education",
            "- management",
            "- research",
        ],
        "better education of health professionals worldwide": ["aims?[^.]*(all over the world|worldwide)"],
        "across disciplines and cultures": ["disciplines and cultures"],
    },
    "maastricht-umc-in-india.md": {
        "active since 2008": ["India since 2008|since 2008[^.]*India"],
        "with prestigious institutes": ["partnerships with prestigious institutes"],
        "aligned with the research programme": [r"research topics[^.]*existing (Maastricht UMC\+ )?research programme"],
        "25 active collaborations": ["25 active collaborations"],
        "in three sectors": ["- academi", "- healthcare", "- industr"],
        "five funders": ["- DBT", "- DEITY", "- ICSSR", "- NWO", "- ZonMw"],
        "funding is for joint projects with the partners": ["joint projects[^.]*Indian partners"],
    },
}

# Every figure of the page, as the corpus writes it.
FIGURES = {"2008", "2012", "2017", "3.9", "110,000", "25", "40"}

# Names cannot be put in other words: each counts as one word when the texts are compared.
NAMES = [
    "United Nations University – Maastricht Economic and Social Research Institute",
    "Association of Schools of Public Health in the European Region (ASPHER)",
    "Association of Schools of Public Health in the European Region",
    "Young Universities for the Future of Europe (YUFE) Alliance",
    "Young Universities for the Future of Europe",
    "Faculty of Health, Medicine, and Life Sciences",
    "Faculty of Health, Medicine and Life Sciences",
    "European University of the Netherlands",
    "School of Health Professions Education",
    "Public Policy and Human Development",
    "Young European Research Universities",
    "World Wide University Network",
    "York-Maastricht Partnership",
    "South-East Netherlands",
    "Meuse-Rhine Euregion",
    "Maastricht University",
    "UM School of Governance",
    "University of York",
    "Radboud University",
    "SHE Collaborates",
    "UM Brussels Hub",
    "Maastricht UMC+",
]
