"""What is right: answers made by hand against a case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant import Answer, Citation
from evals.cases import Case
from evals.metrics import score
from evals.run import Result, tallies

CASE = Case(
    id="mill", suite="mine", kind="fact", question="When was the mill built?", history=(), expect="answer", reasons=(),
    facts=(r"\b1780\b", "mill"), forbidden=("1998",), sources=("mill.md",),
)  # fmt: skip
CITATION = Citation(
    marker=1, title="Mill", section="", source="mill.md", url=None, quote="Built in 1780.", start=0, end=14, sha256="",
    as_of=None,
)  # fmt: skip
RIGHT = Answer(
    question=CASE.question, interpreted_as=CASE.question, kind="answer", text="The mill was built in **1780**. [1]",
    citations=(CITATION,),
)  # fmt: skip
DOCUMENTS = {"mill.md", "harbour.md"}


def test_an_answer_with_all_facts_and_a_right_source_is_right() -> None:
    """Bold, markers, escapes and line breaks are not part of what is said."""
    assert score(CASE, RIGHT, documents=DOCUMENTS).right
    dressed = replace(RIGHT, text="The \\[old\\] mill was built in 17**80**.\n\n- see [1]")
    assert score(CASE, dressed, documents=DOCUMENTS).right


def test_a_marker_is_no_fact() -> None:
    """The 1 in "[1]" does not say that there is one of anything."""
    assert not score(replace(CASE, facts=(r"\b1\b",)), RIGHT, documents=DOCUMENTS).right


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (replace(RIGHT, text="The mill was built long ago. [1]"), "1780"),
        (replace(RIGHT, text="The mill was built in 17801. [1]"), "1780"),
        (replace(RIGHT, text="The mill was built in 1780, again in 1998. [1]"), "1998"),
        (replace(RIGHT, citations=(replace(CITATION, source="harbour.md"),)), "harbour.md"),
        (replace(RIGHT, citations=()), "mill.md"),
        (replace(RIGHT, kind="abstention", reason="no_evidence"), "abstention"),
        (replace(RIGHT, kind="greeting"), "greeting"),
    ],
    ids=["missing fact", "part of a number", "forbidden", "wrong source", "no source", "abstention", "greeting"],
)
def test_an_answer_that_is_wrong_says_why(answer: Answer, why: str) -> None:
    """A fact missing, something said that must not be, another source, no answer at all."""
    judged = score(CASE, answer, documents=DOCUMENTS)
    assert not judged.right
    assert why in judged.why


def test_one_of_several_sources_is_enough() -> None:
    """Facts that stand in two texts may be cited from either."""
    case = replace(CASE, sources=("mill.md", "harbour.md"))
    cited = replace(RIGHT, citations=(replace(CITATION, source="harbour.md"),))
    assert score(case, cited, documents=DOCUMENTS).right


def test_sources_that_the_index_does_not_hold_are_not_counted() -> None:
    """An index of other texts with the same facts is judged by the facts."""
    cited = replace(RIGHT, citations=(replace(CITATION, source="whole-page.txt"),))
    assert score(CASE, cited, documents={"whole-page.txt"}).right


def test_the_reason_of_an_abstention_is_judged_apart() -> None:
    """Declining for another reason is still declining; without expected reasons it is not judged at all."""
    case = replace(CASE, expect="abstention", facts=(), sources=(), reasons=("no_evidence", "unknown_name"))
    declined = replace(RIGHT, kind="abstention", reason="no_evidence")
    judged = score(case, declined, documents=DOCUMENTS)
    assert (judged.right, judged.reason_right) == (True, True)
    judged = score(case, replace(declined, reason="off_topic"), documents=DOCUMENTS)
    assert (judged.right, judged.reason_right) == (True, False)
    assert score(replace(case, reasons=()), declined, documents=DOCUMENTS).reason_right is None
    assert not score(case, RIGHT, documents=DOCUMENTS).right


def test_a_tally_counts_by_kind_and_in_all() -> None:
    """Kinds in the order in which they appear, then all of them; the interval holds the share."""
    wrong = replace(RIGHT, text="No. [1]")
    found = [
        Result(case=case, answer=answer, score=score(case, answer, documents=DOCUMENTS))
        for case, answer in ((CASE, RIGHT), (replace(CASE, kind="date"), wrong), (CASE, wrong), (CASE, RIGHT))
    ]
    rows = tallies(found)
    assert [(row.kind, row.right, row.cases) for row in rows] == [("fact", 2, 3), ("date", 0, 1), ("all", 2, 4)]
    for row in rows:
        low, high = row.interval
        assert 0 <= low <= row.share <= high <= 1
