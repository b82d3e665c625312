"""Plain JSON lines, for anything else: lines that have "document" are passages, the others questions.

A passage is {"document": id, "text", "title"?}; a question is {"question", "id"?, "history"?, "relevant"?, "answers"?,
"answerable"?, "passage"?, "cluster"?}: "history" holds earlier questions or messages {"role", "content"}, "relevant"
ids of passages or an object of grades, "answers" texts of which one must stand in the answering sentence. A question
may bring its passages along as "documents": [{"id", "text", "title"?}]. Passages may also stand in a file of their
own, documents.jsonl, in the same folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.errors import EvalsError
from evals.external.collection import Collection, ExternalQuestion, Passage, malformed, read_lines


def load(path: Path) -> Collection:
    """From a file, or all .jsonl files of a folder. Raises EvalsError naming file and line."""
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    beside = path.parent / "documents.jsonl"
    if path.is_file() and path != beside and beside.exists():
        files.append(beside)
    passages: dict[str, Passage] = {}
    questions: list[ExternalQuestion] = []
    for file in files:
        for where, raw in read_lines(file):
            try:
                if "document" in raw:
                    _keep(passages, str(raw["document"]), raw)
                    continue
                for brought in raw.get("documents") or ():
                    _keep(passages, str(brought["id"]), brought)
                questions.append(_question(raw, f"{file.stem}:{len(questions) + 1}"))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise malformed(where, error) from None
    if not passages or not questions:
        raise EvalsError(f"{path}: {len(passages)} passages and {len(questions)} questions; a set needs both")
    named = [(q.id, one) for q in questions for one in (*q.relevant, q.passage) if one is not None]
    unknown = [(question, one) for question, one in named if one not in passages]
    if unknown:
        raise EvalsError(f"{path}: question {unknown[0][0]!r} names the passage {unknown[0][1]!r}, which is not there")
    return Collection(name="jsonl", passages=tuple(passages.values()), questions=tuple(questions))


def _keep(passages: dict[str, Passage], identity: str, raw: Mapping[str, Any]) -> None:
    if not isinstance(raw["text"], str):
        raise TypeError(f"the text of {identity!r} is no text")
    passages.setdefault(identity, Passage(id=identity, text=raw["text"], title=raw.get("title") or ""))


def _question(raw: Mapping[str, Any], identity: str) -> ExternalQuestion:
    relevant = raw.get("relevant") or {}
    grades = dict(relevant) if isinstance(relevant, Mapping) else {str(one): 1 for one in relevant}
    answers = [one["text"] if isinstance(one, Mapping) else one for one in raw.get("answers") or ()]
    if not isinstance(raw["question"], str) or not all(isinstance(one, str) for one in answers):
        raise TypeError("the question and its answers are texts")
    return ExternalQuestion(
        id=str(raw.get("id", identity)),
        question=raw["question"],
        history=tuple(raw.get("history") or ()),
        relevant=grades,
        spans=tuple(answers),
        answerable=raw.get("answerable", True if answers else None),
        passage=raw.get("passage"),
        cluster=str(raw.get("cluster", raw.get("id", identity))),
    )
