"""Cases from use: what people asked becomes drafts that only a person can finish."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.cases import load_suite
from evals.drafts import drafts
from evals.errors import EvalsError

LINES = [
    {"time": "2026-01-01", "event": "unanswered", "question": "Who leads the mill?", "kind": "abstention",
     "interpreted_as": "Who leads the mill?", "reason": "no_evidence", "text": "...", "sources": [], "liked": None},
    {"event": "rated", "question": "and when?", "interpreted_as": "When was the mill built?", "kind": "answer",
     "reason": None, "sources": ["mill.md"], "liked": False},
    {"event": "rated", "question": "who LEADS the mill", "kind": "abstention", "reason": "no_evidence", "liked": False},
    {"question": "Is it open on Sundays?"},
]  # fmt: skip


def written(folder: Path, *rows: object) -> Path:
    path = folder / "feedback.jsonl"
    path.write_text("".join((r if isinstance(r, str) else json.dumps(r)) + "\n" for r in rows), encoding="utf-8")
    return path


def test_a_question_becomes_a_draft_once(tmp_path: Path) -> None:
    """As it was understood, with what is known of a right reply."""
    first, second, third = drafts(written(tmp_path, *LINES))
    assert (first["question"], first["expect"], first["reason"]) == (
        "Who leads the mill?", "abstention", ["no_evidence"],
    )  # fmt: skip
    assert (second["question"], second["expect"], second["sources"]) == (
        "When was the mill built?", "answer", ["mill.md"],
    )  # fmt: skip
    assert "wrong" in second["todo"]
    assert third["question"] == "Is it open on Sundays?"


def test_a_draft_is_no_case_until_a_person_has_settled_it(tmp_path: Path) -> None:
    """The suites refuse it; completed, they take it, and it is not drafted again."""
    (draft, *_) = drafts(written(tmp_path, *LINES))
    mine = tmp_path / "mine.jsonl"
    mine.write_text(json.dumps(draft) + "\n", encoding="utf-8")
    with pytest.raises(EvalsError, match=r"mine\.jsonl:1.*draft"):
        load_suite(str(mine))
    del draft["todo"]
    mine.write_text(json.dumps(draft) + "\n", encoding="utf-8")
    known = load_suite(str(mine))
    again = drafts(written(tmp_path, *LINES), known=known)
    assert [row["question"] for row in again] == ["When was the mill built?", "Is it open on Sundays?"]


@pytest.mark.parametrize("row", ["{", "[1]", {"event": "rated"}, {"question": " "}])
def test_a_line_that_is_no_question_is_named(tmp_path: Path, row: object) -> None:
    """By file and line."""
    with pytest.raises(EvalsError, match=r"feedback\.jsonl:2"):
        drafts(written(tmp_path, LINES[0], row))


def test_nothing_new_is_said_to_be_nothing_new(tmp_path: Path) -> None:
    """An empty file too; a missing one is an error of its own."""
    with pytest.raises(EvalsError, match="no question"):
        drafts(written(tmp_path))
    with pytest.raises(EvalsError, match="nowhere"):
        drafts(tmp_path / "nowhere.jsonl")
