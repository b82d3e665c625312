"""Types of answers: what kind of thing a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import re
from typing import Literal

from ingest import terms

Asks = Literal[
    "when", "where", "who", "how_many", "how_much", "why", "abbreviation", "description", "list", "yes_no", "other"
]

_POLITE = r"^\W*(?:(?:so|and|but|ok|hey|hi|please|now)\s+)*"


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


# In order: "since when is X short for Y" asks for the first one that fits.
_QUESTIONS: dict[Asks, re.Pattern[str]] = {
    "abbreviation": _pattern(
        r"\b(?:short for|stands? for|abbreviat\w*|acronym|full (?:name|form)|spell(?:ed)? out|initials)\b",
        r"\bwhat (?:do|does) the letters\b",
        r"\bwritten (?:out )?in full\b",
    ),
    "how_much": _pattern(r"\bhow (?:much|expensive|costly)\b", r"\b(?:price|cost|fee|budget|salary|tuition)s?\b"),
    "how_many": _pattern(
        r"\bhow (?:many|large|big|populous)\b",
        r"\b(?:number|amount|count|total|headcount|population) of\b",
        r"\bpopulation\b",
    ),
    "when": _pattern(
        r"\bwhen\b",
        r"\b(?:what|which) (?:year|date|month|day|time)\b",
        r"\bsince (?:what|which)\b",
        r"\bsince\W*$",
        r"\bhow (?:long|old)\b",
        r"\b(?:start|launch|founding|foundation) (?:date|year)\b",
        r"\bdeadline\b",
    ),
    "where": _pattern(
        r"\bwhere\b", r"\b(?:what|which) (?:city|country|place|town|address|location)\b", r"\bbased in\b"
    ),
    "who": _pattern(
        r"^\W*(?:and |so |but )?who(?:m|se)?\b",
        r"\bwho(?:m|se)? (?:is|are|was|were|leads?|runs?|heads?|funds?|pays?|can|do)\b",
    ),
    "why": _pattern(r"\bwhy\b", r"\bwhat for\b", r"\bhow come\b", r"\breasons?\b", r"\bpurpose\b"),
    "description": _pattern(
        _POLITE + r"(?:what|who)(?:'s| is| are| was| were)? (?:the |a |an )?[^?]{2,70}\??$",
        r"\b(?:tell me|describe|explain|introduce|about|info|information|overview|summar\w+|more on)\b",
        r"\bwhat (?:does|do|did) .{2,60} do\b",
    ),
    "list": _pattern(
        r"\b(?:which|what) (?!does\b|is\b|was\b|has\b)\w+s\b",
        r"\blist\b",
        r"\bname (?:the|all|every|some|three|two)\b",
        r"\b(?:all|every)(?: of)? the\b",
    ),
    "yes_no": _pattern(
        _POLITE + r"(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|am"
        r"|isn't|aren't|doesn't|don't|didn't)\b"
    ),
}
_SEVERAL = _pattern(
    r"\b(?:which|what)(?: (?!does|is|was|has)\w+)? (?!does\b|is\b|was\b|has\b|\w+ss\b)(?:\w+s|people)\b",
    r"\b(?:are|were) the\b",
    r"\blist\b",
    r"\bwho (?:are|else)\b",
)

# Words that an answer of the type implies and need not say: "located" in "where is it located".
_IMPLIED: dict[Asks, str] = {
    "when": "year date time day month",
    "where": "located location based situated place city country town find world",
    "yes_no": "located based situated really called",
    "how_many": "number amount total count",
    "who": "person people responsible",
    "abbreviation": "letters initials word name",
    "description": "idea concept overview summary",
}
_IMPLIED_STEMS = {asks: frozenset(terms(words)) for asks, words in _IMPLIED.items()}

YEAR = re.compile(r"\b(?:1[5-9]\d\d|20\d\d|21\d\d)\b")
NUMBER = re.compile(
    r"\b(?:\d+(?:[.,]\d+)*\+?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty"
    r"|forty|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|dozens?|several)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\b(?:january|february|march|april|june|july|august|september|october|november|december|(?:in|by|until|before) may"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|semester|century|decades?"
    r"|yesterday|today|every (?:year|month|week)|annual\w*|weekly|monthly|years ago|\d{1,2}(?::\d\d)? ?[ap]\.?m"
    r"|\d{1,2}:\d\d|o['’]clock|noon|midnight|dawn|dusk|sunrise|sunset|mornings?|afternoons?|evenings?"
    r"|(?:\d+\+?|one|two|three|four|five|six|seven|eight|nine|ten|twelve) (?:years?|months?|weeks?|days?))\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[€$£%]|\b(?:EUR|USD|GBP|CHF|euros?|dollars?|pounds?|percent|free|no charge|nothing|fees?|pay(?:s|ing)?|paid"
    r"|costs?)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|at|near|across|around|throughout)\s+(?:the\s+)?[A-ZÀ-Þ]")
_MONTH = re.compile(r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")
_PEOPLE = re.compile(r"\b(?:staff|students?|members?|faculty|people|by)\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:because|since|therefore|thus|hence|so that|in order to|reasons?|aims?|goals?|purpose|means (?:to|of)"
    r"|priority|want(?:s|ed)? to|helps?|thanks to|due to|as a result|allows?|enables?)\b",
    re.IGNORECASE,
)
_SPELLED_OUT = re.compile(r"\([A-Z][\w+&\-]+\)|\b(?:stands for|short for)\b")


def asked_type(question: str) -> Asks:
    """The type of thing that a question asks for."""
    return next((asks for asks, pattern in _QUESTIONS.items() if pattern.search(question)), "other")


def fits(asks: Asks, question: str) -> bool:
    """Whether the question has a form that asks for this type, whatever else it may ask for."""
    return bool(_QUESTIONS[asks].search(question))


def asks_for_several(question: str) -> bool:
    """Whether the question expects more than one thing."""
    return bool(_SEVERAL.search(question))


def implied(asks: Asks) -> frozenset[str]:
    """The stems of words that an answer of this type need not repeat."""
    return _IMPLIED_STEMS.get(asks, frozenset())


def has_type(asks: Asks, text: str) -> bool | None:
    """Whether a sentence holds the type of thing asked for; None when the type puts no demand on its words."""
    if asks == "when":
        return bool(YEAR.search(text) or _TIME.search(text))
    if asks == "how_many":
        return bool(NUMBER.search(YEAR.sub(" ", text)))
    if asks == "how_much":
        return bool(_MONEY.search(text))
    if asks == "where":
        return bool(_PLACE.search(text))
    if asks == "who":
        return bool(re.search(r"(?<!^)\b[A-ZÀ-Þ]", _MONTH.sub(" ", text)) or _PEOPLE.search(text))
    if asks == "why":
        return True if _REASON.search(text) else None
    if asks == "abbreviation":
        return bool(_SPELLED_OUT.search(text))
    return None
