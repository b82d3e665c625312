"""Support: whether a page bears a statement out, and the same for the answers of any system."""

from __future__ import annotations

import io
import json

import pytest

from assistant import FEATURES, Page, Reader, SupportChecker
from assistant.checking import check_lines
from assistant.support import stands_in
from tests.assistant.conftest import Command

PAGE = Page(
    head="Harbour Alliance",
    sentences=(
        "The Harbour Alliance was founded in March 1998 by seven ports.",
        "Its members carried 110,000 passengers last year.",
        "The office of the alliance is in Bergen.",
    ),
)


@pytest.fixture(scope="module")
def checker() -> SupportChecker:
    return SupportChecker.load(Reader.open())


@pytest.mark.parametrize(
    ("statement", "place"),
    [
        ("The Harbour Alliance was founded by seven ports.", 0),
        ("Its members carried 110.000 passengers.", 1),
        ("The office of the alliance is in Bergen.", 2),
    ],
)
def test_what_the_page_says_is_supported_by_the_sentence_that_says_it(
    checker: SupportChecker, statement: str, place: int
) -> None:
    """Also with words left out, or a number written otherwise."""
    support = checker.check(statement, [PAGE])
    assert support.verdict == "supported"
    assert place in support.sentences
    assert support.missing == ()


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("The Harbour Alliance was founded in March 1989 by seven ports.", "1989"),
        ("The office of the Harbour Alliance is in Oslo.", "oslo"),
        ("The Harbour Alliance was not founded by seven ports.", None),
        ("The Harbour Alliance trains young captains at sea.", None),
    ],
)
def test_one_wrong_detail_is_seen_and_named(checker: SupportChecker, statement: str, missing: str | None) -> None:
    """A number, a place, a denial, an addition."""
    support = checker.check(statement, [PAGE])
    assert support.verdict != "supported"
    assert missing is None or missing in support.missing


def test_of_several_pages_the_one_that_bears_it_out_is_named(checker: SupportChecker) -> None:
    """The second of them."""
    other = Page(head="Airport Alliance", sentences=("The Airport Alliance was founded in 2004.",))
    assert checker.check("The office of the alliance is in Bergen.", [other, PAGE]).page == 1


def test_nothing_is_supported_by_nothing(checker: SupportChecker) -> None:
    """No page, no support."""
    assert checker.check("The Harbour Alliance has seven ports.", []).score == 0.0


def test_every_feature_has_a_weight(checker: SupportChecker) -> None:
    """Or it would be found for nothing."""
    assert len(checker.weights) == len(FEATURES)
    assert all(checker.weights)


def lines(*rows: object) -> io.BytesIO:
    return io.BytesIO("".join(json.dumps(row) + "\n" for row in rows).encode())


SOURCE = {"title": PAGE.head, "text": " ".join(PAGE.sentences)}


def test_an_answer_is_judged_sentence_by_sentence(checker: SupportChecker) -> None:
    """And as a whole, from 0 to 1."""
    answer = "The Harbour Alliance was founded in March 1998 by seven ports. It owns forty submarines."
    (result,) = check_lines(lines({"answer": answer, "sources": [SOURCE], "history": ["Tell me about it"]}), checker)
    assert [sentence["verdict"] == "supported" for sentence in result["sentences"]] == [True, False]
    assert " ".join(sentence["text"] for sentence in result["sentences"]) == answer
    assert all(0 <= sentence["score"] <= 1 for sentence in result["sentences"])
    assert 0 < result["support"] < 1


def test_what_was_said_before_bears_out_what_is_said_again(checker: SupportChecker) -> None:
    """A message of the history counts as a source."""
    said = [{"role": "assistant", "content": "The Harbour Alliance has forty ferries."}]
    row = {"answer": "The Harbour Alliance has forty ferries.", "sources": [SOURCE], "history": said}
    (result,) = check_lines(lines(row), checker)
    assert result["sentences"][0]["verdict"] == "supported"


@pytest.mark.parametrize(
    "row",
    ["x", {}, {"answer": 1}, {"answer": "a", "sources": "b"}, {"answer": "a", "sources": [{}]},
     {"answer": "a", "history": [1]}],
)  # fmt: skip
def test_a_line_of_another_form_is_an_error_in_its_place(checker: SupportChecker, row: object) -> None:
    """The next line is answered all the same."""
    results = list(check_lines(lines(row, {"answer": "", "sources": []}), checker))
    assert "error" in results[0]
    assert results[1] == {"sentences": [], "support": 0.0}


def test_the_command_checks_lines(command: Command) -> None:
    """One line for each, exit code 2 if one was bad."""
    good = {"answer": "The office is in Bergen.", "sources": [SOURCE]}
    printed = command("check", "--batch", "-", stdin=lines(good, {"answer": None}).read())
    assert printed.code == 2
    assert "support" in json.loads(printed.lines[0])
    assert "error" in json.loads(printed.lines[1])


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("The hub opened in Brussels in 2014.", "The hub opened in Brussels in 2010 and in Delhi in 2014."),
        ("It was planned for 2012.", "It was planned for 2010 but started in 2012."),
        ("York pays the rent.", "York pays the staff, Radboud pays the rent."),
        ("It has 10 students.", "It has 10 offices in Brussels with 20 students."),
    ],
)
def test_words_of_a_sentence_joined_anew_do_not_stand_in_it(statement: str, sentence: str) -> None:
    """Each stands there, in this order; together they say something else."""
    assert not stands_in(statement, sentence)


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("The alliance was founded by seven ports.", "The alliance was founded in March 1998 by seven ports."),
        ("York has a school.", "York, a city in the north, has a school."),
        ("York has a school.", "York (UK) has a school of music."),
    ],
)
def test_a_phrase_left_out_changes_nothing(statement: str, sentence: str) -> None:
    """An aside, a detail, the end."""
    assert stands_in(statement, sentence)
