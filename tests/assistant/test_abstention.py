"""What a person reads when the texts do not answer."""

from __future__ import annotations

import pytest

from tests.assistant.contract import Library, visible


@pytest.mark.parametrize(
    "question", ["Why did UM leave WUN in 2015?", "When was the York-Maastricht Partnership ended?"]
)
def test_an_end_that_nobody_wrote_of_is_corrected(shipped: Library, question: str) -> None:
    """What the texts do say about the name is cited instead."""
    answer = shipped.ask(question)
    assert answer.reason == "false_premise"
    assert answer.citations


def test_a_wrong_year_is_corrected_with_a_citation(shipped: Library) -> None:
    """The quote has the year that is right."""
    answer = shipped.ask("Why did the York-Maastricht Partnership start in 2012?")
    assert (answer.kind, answer.reason) == ("abstention", "false_premise")
    assert "November 2017" in answer.citations[0].quote
    assert "November 2017" in visible(answer.text)


def test_a_false_premise_is_corrected_in_any_library(kitchen: Library) -> None:
    """Years, numbers and endings are held against the sentences, whatever they are about."""
    for question, truth in (
        ("Why was the Guild of Northern Bakers founded in 1950?", "1921"),
        ("Why does a loaf of sourdough bread have six ingredients?", "four ingredients"),
        ("Why was the GNB dissolved?", "Guild of Northern Bakers"),
    ):
        answer = kitchen.ask(question)
        assert answer.reason == "false_premise", question
        assert truth in answer.citations[0].quote


def test_a_right_year_in_a_question_is_not_corrected(kitchen: Library) -> None:
    """A question that presumes what is so is not told otherwise."""
    assert kitchen.ask("Why was the Guild of Northern Bakers founded in 1921?").reason != "false_premise"


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Does UM work with Stanford?", "Stanford"),
        ("When did the partnership with Heidelberg start?", "Heidelberg"),
        ("What does UM do together with Uppsala University?", "Uppsala"),
    ],
)
def test_a_name_that_is_in_no_text_is_named(shipped: Library, question: str, name: str) -> None:
    """The person learns which name it is, and reads the nearest thing."""
    answer = shipped.ask(question)
    assert answer.reason == "unknown_name"
    assert name in answer.text
    assert answer.citations


def test_an_unknown_name_in_another_library(kitchen: Library) -> None:
    """A guild that is there does not answer for one that is not."""
    answer = kitchen.ask("Does the GNB work with Stanford?")
    assert (answer.reason, answer.citations[0].source) == ("unknown_name", "bread.md")
    assert "Stanford" in answer.text


@pytest.mark.parametrize(
    ("question", "sorry"),
    [
        ("Waar is het kantoor van de universiteit in Brussel?", "Het spijt me"),
        ("Wanneer is de samenwerking met York begonnen?", "Het spijt me"),
        ("Wann wurde die Partnerschaft mit York gegründet?", "Es tut mir leid"),
        ("Wie viele Studierende gibt es in der Euregio?", "Es tut mir leid"),
    ],
)
def test_another_language_is_declined_in_that_language(shipped: Library, question: str, sorry: str) -> None:
    """Dutch is answered in Dutch, German in German."""
    answer = shipped.ask(question)
    assert answer.reason == "unsupported_language"
    assert answer.text.startswith(sorry)


def test_another_language_is_declined_in_another_library(kitchen: Library) -> None:
    """Also where nothing is about universities."""
    answer = kitchen.ask("Hoe lang moet het brood in de oven blijven?")
    assert (answer.reason, answer.text[:12]) == ("unsupported_language", "Het spijt me")


@pytest.mark.parametrize("question", ["?", "...", "asdf", "asdf qwer", "🎓", "what is it"])
def test_what_cannot_be_understood_is_asked_again(shipped: Library, question: str) -> None:
    """Nothing is quoted; the person learns what can be asked."""
    answer = shipped.ask(question)
    assert answer.reason == "unclear"
    assert not answer.citations
    assert "I answer questions about" in answer.text
    assert answer.suggestions


@pytest.mark.parametrize(
    "question", ["How do I bake bread?", "How can I fix a flat tyre?", "Write me a poem about cats"]
)
def test_a_question_about_something_else_is_off_topic(shipped: Library, question: str) -> None:
    """Nothing beside the point is quoted; the person learns what the library is about."""
    answer = shipped.ask(question)
    assert answer.reason == "off_topic"
    assert not answer.citations
    assert answer.suggestions


def test_what_is_off_topic_follows_from_the_library(kitchen: Library, shipped: Library) -> None:
    """Bread is what a kitchen is about, partnerships are not: there is no list of allowed subjects."""
    assert kitchen.ask("How do I bake bread?").reason != "off_topic"
    assert kitchen.ask("How does a car engine work?").reason == "off_topic"
    assert shipped.ask("How does a car engine work?").reason == "off_topic"


@pytest.mark.parametrize(
    ("question", "source"),
    [
        ("Who leads MUNDO?", "mundo.md"),
        ("What is the phone number of the UM Brussels Hub?", "um-brussels-hub.md"),
        ("Who is the director of the UM Brussels Hub?", "um-brussels-hub.md"),
    ],
)
def test_a_detail_that_is_missing_is_admitted_with_the_nearest_thing(
    shipped: Library, question: str, source: str
) -> None:
    """The name is known, the detail is not: what is quoted is about that very name."""
    answer = shipped.ask(question)
    assert (answer.kind, answer.reason) == ("abstention", "no_evidence")
    assert answer.citations[0].source == source


def test_a_missing_detail_of_a_recipe_is_admitted(kitchen: Library) -> None:
    """The price of the cheese is nowhere."""
    answer = kitchen.ask("How much does goat cheese cost per kilo?")
    assert (answer.kind, answer.reason) == ("abstention", "no_evidence")
    assert answer.citations[0].source == "dairy/cheese.html"


def test_the_nearest_list_comes_with_its_lead_in(shipped: Library) -> None:
    """An item alone would make no sense."""
    answer = shipped.ask("Who leads MUNDO?")
    quote = answer.citations[0].quote
    assert not quote.startswith("-")
    assert quote.rstrip().endswith((".", "Eastern Europe"))


def test_a_row_of_a_table_is_read_without_its_bars(kitchen: Library) -> None:
    """ "spelt | 225" is how the file has it; a person reads "spelt: 225"."""
    answer = kitchen.ask("What is the oven temperature for spelt, in degrees?")
    rows = [sentence.text for sentence in answer.sentences if "225" in sentence.text]
    assert rows
    assert all("|" not in row for row in rows)
