"""What a person reads when the texts do answer."""

from __future__ import annotations

import pytest

from tests.assistant.contract import Library, visible


@pytest.mark.parametrize(
    "question",
    ["hi", "Hello!", "hey there", "good morning", "Hi, how are you?", "thanks", "Thank you!", "thx :)", "ok bye",
     "who are you?", "What can I ask you?", "hallo", "THANKS"],
)  # fmt: skip
def test_small_talk_gets_a_polite_reply_and_no_search(shipped: Library, question: str) -> None:
    """Nothing is quoted at somebody who only says hello."""
    answer = shipped.ask(question)
    assert (answer.kind, answer.interpreted_as) == ("greeting", question)
    assert any(polite in answer.text for polite in ("Hello", "welcome", "Goodbye", "I answer questions about"))


@pytest.mark.parametrize("question", ["Hi! What is YERUN short for?", "Thanks! And when was SHE Collaborates started?"])
def test_politeness_in_front_of_a_question_does_not_hide_it(shipped: Library, question: str) -> None:
    """The question behind the greeting is answered."""
    assert shipped.ask(question).kind == "answer"


@pytest.mark.parametrize("question", ["hi", "What can you do?"])
def test_the_assistant_says_what_its_own_library_is_about(kitchen: Library, question: str) -> None:
    """Over recipes it speaks of recipes, not of partnerships."""
    text = kitchen.ask(question).text
    assert "Goat cheese" in text
    assert "Maastricht" not in text


@pytest.mark.parametrize(
    ("source", "questions"),
    [
        (
            "meuse-rhine-euregion.md",
            [
                "How many inhabitants does the Meuse-Rhine Euregion have?",
                "HOW MANY INHABITANTS DOES THE MEUSE-RHINE EUREGION HAVE?",
                "how many inhabitants does the meuse-rhine euregion have",
                "How many inhabitents does teh Meuse-Rhine Euregoin have?",
                "How many inhabitants does the Euregion have?",
                "How many people live in the Euregio?",
            ],
        ),
        (
            "york-maastricht-partnership.md",
            [
                "When did the York-Maastricht Partnership start?",
                "when did the york maastricht partnership start",
                "When did the YMP start?",
                "wen did the York-Mastricht partnreship start?",
                "Since when has there been a partnership with the University of York?",
            ],
        ),
        (
            "maastricht-umc-in-india.md",
            [
                "Who funds the projects of Maastricht UMC+ in India?",
                "who funds the projects of mumc+ in india",
                "Who funds the projects of MUMC in India?",
                "who funds teh projects of maastricht umc+ in indai?",
            ],
        ),
    ],
)
def test_spelling_case_and_aliases_do_not_change_the_source(
    shipped: Library, source: str, questions: list[str]
) -> None:
    """However a person spells it, the same text is cited, and the same sentence."""
    answers = [shipped.ask(question) for question in questions]
    assert [answer.kind for answer in answers] == ["answer"] * len(questions)
    assert {answer.citations[0].source for answer in answers} == {source}
    assert len({answer.citations[0].quote for answer in answers}) == 1


def test_a_kitchen_is_forgiven_its_spelling_too(kitchen: Library) -> None:
    """Corrections come from the words of the index, whatever it is about."""
    right = kitchen.ask("How long does goat cheese age in the cellar?")
    wrong = kitchen.ask("how long does goat chese age in the celar")
    assert right.citations == wrong.citations


@pytest.mark.parametrize(
    ("question", "full"),
    [
        ("What is YERUN short for?", "Young European Research Universities"),
        ("what does wun stand for", "World Wide University Network"),
        ("What does ASPHER stand for?", "Association of Schools of Public Health in the European Region"),
    ],
)
def test_an_abbreviation_is_spelled_out_in_bold(shipped: Library, question: str, full: str) -> None:
    """The long form is the short answer."""
    assert f"**{full}**" in shipped.ask(question).text


def test_an_abbreviation_of_any_library_is_spelled_out(kitchen: Library) -> None:
    """There is no registry: the bracket in the text says so."""
    assert "**Guild of Northern Bakers**" in kitchen.ask("What is GNB short for?").text


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("When did the York-Maastricht Partnership start?", "**November 2017**"),
        ("How many inhabitants does the Meuse-Rhine Euregion have?", "**3.9 million inhabitants**"),
        ("How many students are there in the Meuse-Rhine Euregion?", "**110,000 students**"),
    ],
)
def test_the_short_answer_is_bold_within_the_whole_sentence(shipped: Library, question: str, short: str) -> None:
    """A date or a count strikes the eye; what is quoted stays the sentence."""
    answer = shipped.ask(question)
    assert short in answer.text
    assert "*" not in answer.citations[0].quote


def test_a_name_on_a_list_of_names_answers_no_other_question(shipped: Library) -> None:
    """The list of all partners has "Maastricht UMC+ in India" on it, and does not say who pays for anything."""
    answer = shipped.ask("who's paying for the projects in India?")
    assert [citation.source for citation in answer.citations] == ["maastricht-umc-in-india.md"]
    assert "ZonMw" in answer.text


def test_what_opens_a_list_is_no_short_answer(shipped: Library) -> None:
    """The list that follows is the answer, so nothing of its lead-in is in bold."""
    text = shipped.ask("With whom does the UM Brussels Hub share its office?").text
    assert "YUFE" in text
    assert "**" not in text


@pytest.mark.parametrize(
    ("question", "lead", "items"),
    [
        ("Who funds the joint projects with the Indian partners?", "funding from:", "DBT DEITY ICSSR NWO ZonMw"),
        (
            "What are the objectives of the UM Brussels Hub?",
            "four main objectives:",
            "networks policy advocate chances",
        ),
    ],
)
def test_a_list_is_quoted_whole_with_its_lead_in(shipped: Library, question: str, lead: str, items: str) -> None:
    """Every item is there, as a list, under the sentence that introduces it."""
    answer = shipped.ask(question)
    assert lead in answer.text
    listed = [line for line in answer.text.splitlines() if line.startswith("- ")]
    for item in items.split():
        assert any(item in line for line in listed), item
    assert all(item in " ".join(citation.quote for citation in answer.citations) for item in items.split())


def test_a_list_of_any_library_is_quoted_whole(kitchen: Library) -> None:
    """Four ingredients are four items, the emphasis in them resolved."""
    answer = kitchen.ask("What are the ingredients of sourdough bread?")
    listed = [line.split(" [")[0] for line in answer.text.splitlines() if line.startswith("- ")]
    assert listed == ["- strong flour", "- water", "- sea salt", "- an active starter"]
    assert "A loaf of sourdough bread has four ingredients:" in answer.text


@pytest.mark.parametrize(
    ("question", "fact", "source"),
    [
        ("When was pea soup first cooked?", "1874", "soups.txt"),
        ("Where was pea soup first cooked?", "Groningen", "soups.txt"),
        ("How long does goat cheese age?", "three weeks", "dairy/cheese.html"),
        ("Where does the Guild of Northern Bakers meet?", "Tromsø", "bread.md"),
        ("When was the GNB founded?", "1921", "bread.md"),
        ("How long do pickled cucumbers stay in the brine?", "six weeks", "pickles.txt"),
    ],
)
def test_another_library_is_answered_from_as_well(kitchen: Library, question: str, fact: str, source: str) -> None:
    """Recipes in plain text, Markdown without front matter and HTML need no registry."""
    answer = kitchen.ask(question)
    assert answer.kind == "answer"
    assert fact in visible(answer.text)
    assert answer.citations[0].source == source


def test_markup_in_a_text_is_shown_and_not_run(kitchen: Library) -> None:
    """What a plain text says between angle brackets or asterisks is read as it stands there."""
    answer = kitchen.ask("What does the label of the pickle jar read?")
    assert "reads <script>window.x=1</script> and [1] and *fresh*." in visible(answer.text)


@pytest.mark.parametrize(
    "name", ["<img src=x onerror=alert(1)>Zork", "**Zork**", "[Zork](http://evil.example)", "`Zork`"]
)
def test_markup_in_a_question_is_not_run_either(kitchen: Library, name: str) -> None:
    """A name that nobody knows is repeated as text; the contract check refuses any element of its own."""
    answer = kitchen.ask(f"Does the GNB work with {name}?")
    assert answer.kind == "abstention"
    assert "://" not in answer.text


def test_markup_around_a_name_does_not_hide_it(shipped: Library) -> None:
    """A question that was copied from a page, tags and all, is the question between the tags."""
    assert shipped.ask("What is <b>MUNDO</b>?").citations[0].source == "mundo.md"
    assert shipped.ask("What is **MUNDO**?").kind == "answer"
