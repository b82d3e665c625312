"""Support: what a source bears out, and what it does not, however alike it sounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assistant import Facts
from evals.support import SupportGrader

if TYPE_CHECKING:
    from ingest.embedding import SentenceEmbeddings

SOURCE = (
    "The Harbour Alliance was founded in March 1998 by seven ports. It is open to ferry companies, but not to "
    "airlines. Its members carried 110,000 passengers last year. The office of the alliance is in Bergen."
)
FAITHFUL = [
    "The Harbour Alliance was founded in March 1998 by seven ports.",
    "Seven ports founded the Harbour Alliance in March 1998.",
    "The alliance was founded by 7 ports in Mar. 1998.",
    "Its members carried 110.000 passengers last year.",
    "Last year, 110 000 passengers were carried by members of the alliance.",
    "Airlines cannot join: the alliance is not open to airlines.",
    "The alliance has its office in Bergen and was founded by seven ports.",
]
WRONG = [
    "The Harbour Alliance was founded in March 1989 by seven ports.",
    "The Harbour Alliance was founded in March 1998 by eight ports.",
    "The Harbour Alliance was founded in May 1998 by seven ports.",
    "Its members carried 11,000 passengers last year.",
    "The office of the alliance is in Oslo.",
    "It is not open to ferry companies.",
    "It is closed to ferry companies, but not to airlines.",
    "The Harbour Alliance was dissolved in March 1998 by seven ports.",
    "The Harbour Alliance also trains young captains at sea.",
    "Membership is renewed whenever the board meets.",
]


@pytest.fixture(scope="module")
def grader(embeddings: SentenceEmbeddings) -> SupportGrader:
    return SupportGrader(embeddings)


@pytest.mark.parametrize("text", FAITHFUL)
def test_another_wording_of_the_same_is_supported(grader: SupportGrader, text: str) -> None:
    """Order, number words, thousands separators and months may differ."""
    assert grader.sentence(text, [SOURCE]).verdict == "supported"


@pytest.mark.parametrize("text", WRONG)
def test_one_wrong_detail_is_seen(grader: SupportGrader, text: str) -> None:
    """A number, a name, a month, a negation, an opposite, an addition."""
    assert grader.sentence(text, [SOURCE]).verdict != "supported"


def test_what_is_missing_is_named(grader: SupportGrader) -> None:
    """And what contradicts is said to contradict."""
    assert grader.sentence(WRONG[0], [SOURCE]).missing == ("1989",)
    assert grader.sentence(WRONG[4], [SOURCE]).missing == ("oslo",)
    assert grader.sentence(WRONG[5], [SOURCE]).verdict == "contradicted"


def test_nothing_supports_without_a_source(grader: SupportGrader) -> None:
    """Neither does an empty one."""
    assert grader.sentence(FAITHFUL[0], []).score == 0.0
    assert grader.sentence(FAITHFUL[0], ["  "]).verdict == "unsupported"


def test_a_title_may_give_the_name_but_no_number(grader: SupportGrader) -> None:
    """A quote need not name again what its document is named for."""
    quote = "It was founded in March by seven ports."
    named = "The Harbour Alliance was founded in March by seven ports."
    assert grader.sentence(named, [quote], about="Harbour Alliance").verdict == "supported"
    assert grader.sentence(named, [quote]).verdict == "unsupported"
    dated = "It was founded in March 1998 by seven ports."
    assert grader.sentence(dated, [quote], about="Alliance of 1998").verdict == "unsupported"


def test_a_whole_answer_is_the_better_the_more_of_it_stands_there() -> None:
    """Numbers that nobody gave count against it; the numbers of a list do not. What was said before counts as known."""
    grader = SupportGrader()
    whole = grader.answer(SOURCE, [SOURCE])
    changed = grader.answer(SOURCE.replace("1998", "1989"), [SOURCE])
    assert whole == 1.0
    assert grader.answer("Whales sing in many dialects.", [SOURCE]) < 0.5 < changed < whole
    listed = grader.answer("1. " + SOURCE, [SOURCE])
    assert listed > changed
    assert grader.answer("Whales sing.", [SOURCE], history=["Do whales sing?"]) > grader.answer(
        "Whales sing.", [SOURCE]
    )


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("110,000 and 110.000 and 110 000", {110_000}),
        ("3.9 million", {3_900_000}),
        ("twenty-five partners", {25}),
        ("four decades", {40}),
        ("the eighth and the 12", {8, 12}),
        ("2015-2019", {2015, 2019}),
        ("one of them", set()),
        ("1 of them", {1}),
    ],
)
def test_numbers_are_read_as_values(text: str, numbers: set[float]) -> None:
    """Digits, words and separators are ways of writing one number; "one" is seldom meant as one."""
    assert Facts.from_text(text).required == numbers


def test_names_are_words_with_a_capital_that_do_not_open_a_sentence() -> None:
    """Abbreviations are names wherever they stand; so are months and weekdays."""
    facts = Facts.from_text("Ports of Norway joined WUN on monday. Ships followed.")
    assert facts.names == {"norway", "wun", "monday"}
    long_form = Facts.from_text("the Worldwide University Network of Norway on Monday")
    assert facts.missing_from(long_form, about=Facts.from_text("")) == ()


@pytest.mark.parametrize(
    ("text", "source", "missing"),
    [
        ("A Dutch ministry pays.", "The ministry in the Netherlands pays.", ()),
        ("The money comes from Sweden.", "Swedish friends gave the money.", ()),
        ("The Danes left.", "The Swedes left.", ("danes",)),
        ("Tiredness was the cause.", "They had grown tired.", ()),
        ("Manchester pays for it.", "Leeds pays for it.", ("manchester",)),
    ],
)
def test_a_country_is_known_by_its_people_and_adjective(text: str, source: str, missing: tuple[str, ...]) -> None:
    """And a word that only opens the sentence is no name, unless it is one."""
    assert Facts.from_text(text).missing_from(Facts.from_text(source), about=Facts.from_text("")) == missing
