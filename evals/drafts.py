"""Drafts: what people asked and rated becomes cases that a person completes."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from evals.cases import Case
from evals.errors import EvalsError

_EXPECTATIONS = ("answer", "abstention", "greeting")


def drafts(path: Path, *, known: Sequence[Case] = ()) -> list[dict[str, Any]]:
    """A draft for each question of a file of JSON lines (feedback, or any with "question"), without repetitions.

    Questions that the `known` cases ask already are left out. Every draft has a "todo", for which the suites refuse it
    until it is settled. Raises EvalsError naming file and line.
    """
    seen = {_bare(case.question) for case in known if not case.history}
    found = []
    for number, raw in _lines(path):
        question = raw.get("question")
        if not isinstance(question, str) or not question.strip():
            raise EvalsError(f"{path.name}:{number}: 'question' must be a text, got {question!r:.60}")
        # A follow-up is drafted as it was understood: what went before is not kept.
        interpreted = raw.get("interpreted_as")
        asked = interpreted if isinstance(interpreted, str) and interpreted.strip() else question
        if _bare(asked) in seen:
            continue
        seen.add(_bare(asked))
        found.append(_draft(" ".join(asked.split()), raw))
    if not found:
        raise EvalsError(f"{path.name} holds no question that the suites do not ask already")
    return found


def _draft(question: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    kind = raw.get("kind") if raw.get("kind") in _EXPECTATIONS else "answer"
    sources = [source for source in raw.get("sources") or [] if isinstance(source, str)]
    row: dict[str, Any] = {
        "id": f"use-{hashlib.sha256(_bare(question).encode()).hexdigest()[:8]}",
        "kind": "from use",
        "question": question,
        "expect": kind,
    }
    if kind == "abstention":
        row["reason"] = [raw["reason"]] if isinstance(raw.get("reason"), str) else []
        todo = "is it right that the texts do not answer this? If they do, expect an answer and name facts and sources"
    elif kind == "greeting":
        todo = "is a greeting the right reply?"
    else:
        row |= {"facts": [], "sources": sources}
        todo = "name the facts that a right answer says, and the sources that hold them"
        if raw.get("liked") is False:
            todo = f"a person found this answer wrong: {todo}, or expect an abstention"
    return {**row, "todo": todo}


def _lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsError(f"cannot read {path} ({error}); name a file of JSON lines") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            raw = json.loads(line)
        except json.JSONDecodeError as error:
            raise EvalsError(f"{path.name}:{number}: not JSON ({error.msg}); one question a line") from None
        if not isinstance(raw, dict):
            raise EvalsError(f"{path.name}:{number}: a line is an object, got {type(raw).__name__}")
        yield number, raw


def _bare(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))
