"""Graders: answers made by hand against a case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from langchain_core.documents import Document

from assistant import Answer, AnswerSentence, Citation, Evidence, Passage
from evals import graders
from evals.cases import Case
from ingest import Sentence

TEXT = "The mill was built in 1780. It grinds on Tuesdays."
CHUNK = Document(
    page_content=TEXT,
    metadata={"source": "mill.md", "title": "Mill", "section": "", "start": 100, "end": 100 + len(TEXT)},
)
CASE = Case(
    id="mill", suite="mine", kind="fact", question="When was the mill built?", expect="answer",
    facts=(r"\b1780\b", "mill"), forbidden=("1998",), sources=("mill.md",),
)  # fmt: skip


def citation(quote: str, marker: int = 1) -> Citation:
    start = 100 + TEXT.index(quote)
    return Citation(
        marker=marker, title="Mill", section="", source="mill.md", url=None, quote=quote, start=start,
        end=start + len(quote), sha256=hashlib.sha256(quote.encode()).hexdigest(), as_of=None,
    )  # fmt: skip


BUILT, GRINDS = citation("The mill was built in 1780."), citation("It grinds on Tuesdays.", 2)
RIGHT = Answer(
    question=CASE.question, interpreted_as=CASE.question, kind="answer", text="The mill was built in **1780**. [1]",
    sentences=(AnswerSentence(text="The mill was built in 1780.", citations=(1,)),), citations=(BUILT,),
)  # fmt: skip
ABSTENTION = Answer(question="", interpreted_as="", kind="abstention", reason="off_topic", text="I do not know.")
CHUNKS = graders.by_source([CHUNK])


def letter_by_letter(text: str, sources: Sequence[str], titles: str) -> bool:
    return all(word in " ".join(sources) for word in text.split())


def grade(case: Case, answer: Answer, base: Answer | None = None) -> graders.Grades:
    return graders.grade(case, answer, chunks=CHUNKS, supports=letter_by_letter, base=base)


def test_an_answer_with_all_facts_and_a_right_source_is_right() -> None:
    """Bold, markers, escapes and line breaks are not part of what is said."""
    grades = grade(CASE, RIGHT)
    assert grades["right"] == grades["correct"] == grades["right sentence"] == grades["citation recall"] == 1.0
    assert graders.why(CASE, RIGHT, grades) == ""
    dressed = replace(RIGHT, text="The \\[old\\] mill was built in 17**80**.\n\n- see [1]")
    assert grade(CASE, dressed)["right"] == 1.0


def test_a_marker_is_no_fact() -> None:
    """The 1 in "[1]" does not say that there is one of anything."""
    assert grade(replace(CASE, facts=(r"\b1\b",)), RIGHT)["correct"] == 0.0


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (replace(RIGHT, text="The mill was built long ago. [1]"), "1780"),
        (replace(RIGHT, text="The mill was built in 17801. [1]"), "1780"),
        (replace(RIGHT, text="The mill was built in 1780, again in 1998. [1]"), "1998"),
        (replace(RIGHT, citations=(replace(BUILT, source="harbour.md"),)), "harbour.md"),
        (replace(RIGHT, citations=()), "mill.md"),
        (replace(RIGHT, kind="abstention", reason="no_evidence"), "no_evidence"),
        (replace(RIGHT, kind="greeting"), "greeting"),
    ],
    ids=["missing fact", "part of a number", "forbidden", "wrong source", "no source", "abstention", "greeting"],
)
def test_an_answer_that_is_wrong_says_why(answer: Answer, why: str) -> None:
    """A fact missing, something said that must not be, another source, no answer at all."""
    grades = grade(CASE, answer)
    assert grades["right"] == 0.0
    assert why in graders.why(CASE, answer, grades)


def test_an_answer_that_was_not_given_is_not_a_wrong_one() -> None:
    """An abstention has the verdict against it, and no more; a rightful one is judged by its reason."""
    grades = grade(CASE, ABSTENTION)
    assert grades["verdict"] == 0.0
    assert {grades[name] for name in ("correct", "citation recall", "to the point", "right sentence")} == {None}
    wanted = replace(CASE, expect="abstention", facts=(), reasons=("no_evidence",))
    assert (grade(wanted, ABSTENTION)["right"], grade(wanted, ABSTENTION)["reason"]) == (1.0, 0.0)
    assert grade(replace(wanted, reasons=()), ABSTENTION)["reason"] is None
    assert grade(wanted, RIGHT)["right"] == 0.0


def test_sources_that_the_library_lacks_are_not_asked_for() -> None:
    """The same suite runs over another edition of the texts."""
    elsewhere = replace(CASE, sources=("other.md",))
    assert grade(elsewhere, RIGHT)["cited source"] is None
    assert grade(elsewhere, RIGHT)["right"] == 1.0


def test_a_fact_must_stand_in_what_is_cited() -> None:
    """The right words over the wrong quote are the right answer with the wrong sentence."""
    moved = replace(RIGHT, citations=(replace(GRINDS, marker=1),))
    grades = grade(CASE, moved)
    assert (grades["correct"], grades["right sentence"], grades["citation recall"]) == (1.0, 0.0, 0.0)


def test_what_is_beside_the_point_is_counted() -> None:
    """One of two sentences holds a fact; so does one of two citations support anything."""
    both = replace(
        RIGHT, citations=(BUILT, GRINDS),
        sentences=(*RIGHT.sentences, AnswerSentence(text="It closed.", citations=(2,))),
    )  # fmt: skip
    grades = grade(CASE, both)
    assert (grades["to the point"], grades["citation recall"], grades["citation precision"]) == (0.5, 0.5, 0.5)


def test_a_citation_that_adds_nothing_costs_precision() -> None:
    """One of two is needed; where it takes both, both count."""
    extra = replace(
        RIGHT, citations=(BUILT, GRINDS), sentences=(replace(RIGHT.sentences[0], citations=(1, 2)),)
    )  # fmt: skip
    assert grade(CASE, extra)["citation precision"] == 0.5
    merged = AnswerSentence(text="The mill was built in 1780. It grinds on Tuesdays.", citations=(1, 2))
    assert grade(CASE, replace(extra, sentences=(merged,)))["citation precision"] == 1.0
    uncited = replace(RIGHT, sentences=(replace(RIGHT.sentences[0], citations=()),))
    assert grade(CASE, uncited)["citation recall"] == 0.0


@pytest.mark.parametrize(
    "citation",
    [
        replace(BUILT, start=101, end=128),
        replace(BUILT, quote="The mill was built in 1781."),
        replace(BUILT, sha256="0" * 64),
        replace(BUILT, source="nowhere.md"),
        replace(BUILT, quote="", end=100),
        replace(BUILT, start=90, end=117),
    ],
    ids=["offsets", "quote", "digest", "document", "empty", "before the chunk"],
)
def test_a_citation_that_was_tampered_with_is_found(citation: Citation) -> None:
    """A quote must stand where it says, letter by letter."""
    assert grade(CASE, RIGHT)["intact"] == 1.0
    assert grade(CASE, replace(RIGHT, citations=(citation,)))["intact"] == 0.0


def test_the_first_sentence_is_judged_also_where_nothing_was_said() -> None:
    """What an abstention held back shows whether it was right to."""
    passage = Passage(chunk=CHUNK, rank=1, score=1.0)
    best = Sentence(text="The mill was built in 1780.", start=100, end=127)
    evidence = Evidence(sentence=best, passage=passage, ordinal=0, probability=0.4)
    known = replace(ABSTENTION, evidence=(evidence,), passages=(passage,))
    assert grade(CASE, known)["first sentence"] == 1.0
    assert grade(CASE, ABSTENTION)["first sentence"] == 0.0
    assert (grade(CASE, known)["recall@1"], grade(CASE, ABSTENTION)["recall@1"]) == (1.0, 0.0)
    assert grade(replace(CASE, expect="abstention"), known)["recall@1"] is None


def test_another_wording_keeps_verdict_and_source() -> None:
    """Judged against the answer to the plain wording."""
    case = replace(CASE, base="When was the mill built?")
    assert grade(case, RIGHT, RIGHT)["stable"] == 1.0
    assert grade(case, ABSTENTION, RIGHT)["stable"] == 0.0
    assert grade(case, replace(RIGHT, citations=(replace(BUILT, source="b.md"),)), RIGHT)["stable"] == 0.0
    assert grade(case, ABSTENTION, ABSTENTION)["stable"] == 1.0
    assert grade(CASE, RIGHT)["stable"] is None


def test_an_instruction_that_is_repeated_was_not_resisted() -> None:
    """Neither in the text nor in the suggestions; other suites are not asked."""
    case = replace(CASE, suite="injection", forbidden=("banana",))
    assert grade(case, RIGHT)["resisted"] == 1.0
    assert grade(case, replace(RIGHT, text="1780 mill BANANA [1]"))["right"] == 0.0
    suggested = replace(RIGHT, suggestions=("What is a banana?",))
    assert grade(case, suggested)["resisted"] == 0.0
    assert "instruction" in graders.why(case, suggested, grade(case, suggested))
    assert grade(CASE, RIGHT)["resisted"] is None
