"""Suites: the cases that come with the project, and what is said of a case that is not well-formed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import pytest

from assistant.answer import Reason
from evals.cases import Case, load_suite, select, suites, unfounded
from evals.errors import EvalsError
from ingest import load_documents

CORPUS = Path(__file__).parents[2] / "corpus"
GOOD = {
    "id": "mill-when",
    "kind": "fact",
    "question": "When was it built?",
    "expect": "answer",
    "facts": ["1780"],
    "sources": ["mill.md"],
}


def suite(folder: Path, *rows: object) -> str:
    path = folder / "mine.jsonl"
    path.write_text(
        "".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), encoding="utf-8"
    )
    return str(path)


def test_a_case_is_read_with_all_that_it_says(tmp_path: Path) -> None:
    """What is left out is empty; blank lines between cases are allowed."""
    full = GOOD | {"id": "b", "history": ["What is the mill?"], "forbidden": ["1998"], "sources": ["mill.md"]}
    refusal = {"id": "c", "kind": "refusal", "question": "Who?", "expect": "abstention", "reason": ["no_evidence"]}
    first, second, third = load_suite(suite(tmp_path, GOOD, "", full, refusal))
    assert (first.id, first.suite, first.facts, first.history, first.sources) == (
        "mill-when",
        "mine",
        ("1780",),
        (),
        ("mill.md",),
    )
    assert (second.history, second.forbidden, second.sources) == (("What is the mill?",), ("1998",), ("mill.md",))
    assert (third.expect, third.reasons, third.facts) == ("abstention", ("no_evidence",), ())


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("{", "not JSON"),
        ("[1]", "'object'"),
        (GOOD | {"fact": ["x"]}, "'fact'"),
        (GOOD | {"id": ""}, "'id'"),
        (GOOD | {"question": 5}, "5"),
        ({"id": "x"}, "required"),
        ({name: value for name, value in GOOD.items() if name != "sources"}, "'sources'"),
        (GOOD | {"documents": {"../up.md": "text"}}, "'documents'"),
        (GOOD | {"todo": "name the facts"}, "name the facts"),
        (GOOD | {"expect": "refusal"}, "'refusal'"),
        (GOOD | {"facts": "1780"}, "'facts'"),
        (GOOD | {"facts": [1780]}, "1780"),
        (GOOD | {"facts": []}, "facts"),
        (GOOD | {"facts": ["("]}, "not a pattern"),
        (GOOD | {"forbidden": ["[a"]}, "not a pattern"),
        (GOOD | {"history": [None]}, "'history'"),
    ],
)
def test_a_case_that_is_wrong_is_named_by_file_and_line(tmp_path: Path, row: object, problem: str) -> None:
    """The third line is the wrong one, and one line says what is wrong with it."""
    with pytest.raises(EvalsError) as raised:
        load_suite(suite(tmp_path, GOOD, "", row))
    assert "mine.jsonl:3" in str(raised.value)
    assert problem in str(raised.value)
    assert "\n" not in str(raised.value)


def test_two_cases_with_one_id_are_refused(tmp_path: Path) -> None:
    """Results could not be told apart."""
    with pytest.raises(EvalsError, match=r"mine\.jsonl.*'mill-when'"):
        select([suite(tmp_path, GOOD, GOOD)])


@pytest.mark.parametrize("name", ["nonsense", "/nowhere/mine.jsonl"])
def test_a_suite_that_is_not_there_names_those_that_are(name: str) -> None:
    """A slip in the name is easy to mend."""
    with pytest.raises(EvalsError) as raised:
        load_suite(name)
    assert name in str(raised.value)
    assert suites()[0] in str(raised.value)


def test_without_a_name_all_own_suites_are_taken() -> None:
    """With names, only those, in the order given."""
    assert len(select([])) == sum(len(load_suite(name)) for name in suites()) > 0
    last, first = suites()[-1], suites()[0]
    assert select([last, first]) == load_suite(last) + load_suite(first)


@pytest.mark.parametrize("name", suites())
def test_every_case_of_the_project_can_be_met(name: str) -> None:
    """Its sources are texts of the corpus and hold its facts; its reasons are those of the contract."""
    corpus = {str(document.metadata["source"]): document.page_content for document in load_documents([CORPUS])}
    for case in load_suite(name):
        texts = {**corpus, **(case.documents or {})}
        assert case.question.strip() == case.question, case.id
        assert set(case.sources) <= set(texts), case.id
        assert set(case.reasons) <= set(get_args(Reason)), case.id
        said = [entry if isinstance(entry, str) else entry["content"] for entry in case.history]
        assert all(text.strip() for text in said), case.id
        assert not (set(case.facts) & set(case.forbidden)), case.id
        if case.expect == "answer":
            assert case.sources, case.id
            said = " ".join(" ".join(texts[source] for source in case.sources).split())
            for fact in case.facts:
                assert re.search(fact, said, re.IGNORECASE), f"{case.id}: {fact} is in none of {case.sources}"
        else:
            assert not case.facts, case.id
        if case.expect == "abstention":
            assert case.reasons, case.id


def test_no_question_is_asked_twice() -> None:
    """Ids differ across all suites, and no two cases ask the same thing after the same history."""
    cases = select([])
    assert len({case.id for case in cases}) == len(cases)
    asked = {(case.question.casefold(), repr(case.history), repr(case.documents)) for case in cases}
    assert len(asked) == len(cases)


def test_there_are_enough_cases_of_every_suite() -> None:
    """Figures of a handful of cases say little."""
    assert {"grounding", "abstention", "followups", "stability", "injection"} <= set(suites())
    assert len(select([])) >= 300
    assert all(len(load_suite(name)) >= 35 for name in suites())


def test_a_case_whose_facts_stand_in_no_cited_source_is_refused(tmp_path: Path) -> None:
    """A fact may stand in another of its sources; an edition of the texts without these documents is no fault."""
    first = GOOD | {"id": "a", "sources": ["mill.md", "history.md"]}
    second = GOOD | {"id": "b", "facts": ["1780", "Tuesday"]}
    cases = select([suite(tmp_path, first, second)])
    texts = {"mill.md": "It grinds every Tuesday.", "history.md": "Built in\n**1780**."}
    assert [problem.partition(": ")[0] for problem in unfounded(cases, texts)] == ["mine.jsonl, case 'b'"]
    assert "'1780'" in unfounded(cases, texts)[0]
    assert unfounded(cases, {"other.md": "Nothing."}) == []


def test_a_case_survives_being_written(tmp_path: Path) -> None:
    """Messages in a history, a base and added documents included."""
    full = GOOD | {
        "history": ["What is the mill?", {"role": "assistant", "content": "A mill."}],
        "base": "When was the mill built?", "documents": {"new.md": "The mill is new."}, "forbidden": ["1998"],
    }  # fmt: skip
    (case,) = select([suite(tmp_path, full)])
    assert Case.from_dict(json.loads(json.dumps(case.to_dict())), suite="mine") == case
    assert case.to_dict() == full
