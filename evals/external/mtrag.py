"""MTRAG (Katsis et al. 2025): tasks on the last turn of a conversation, with qrels over a pool of passages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.errors import EvalsError
from evals.external.beir import read_qrels
from evals.external.collection import Collection, ExternalQuestion, Passage, malformed, read_lines

_ANSWERABLE = {"ANSWERABLE": True, "UNANSWERABLE": False, "UNDERSPECIFIED": False}


def load(path: Path) -> Collection:
    """From a folder with task files (.jsonl) and, for retrieval, qrels (.tsv), or one task file.

    The pool is what the tasks show. A question that is underspecified should not be answered but asked back; one that
    is partly answerable is left out of abstention. Raises EvalsError naming file and line.
    """
    folder = path if path.is_dir() else path.parent
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    if not files:
        raise EvalsError(f"{path}: no .jsonl file of tasks; give the folder of the set")
    relevant: dict[str, dict[str, int]] = {}
    for qrels in sorted(folder.glob("**/*.tsv")):
        relevant |= read_qrels(qrels)
    passages: dict[str, Passage] = {}
    questions: dict[str, ExternalQuestion] = {}
    for file in files:
        for where, raw in read_lines(file):
            try:
                for shown in raw.get("contexts") or ():
                    identity = str(shown["document_id"])
                    passages.setdefault(
                        identity, Passage(id=identity, text=shown["text"], title=shown.get("title") or "")
                    )
                *before, last = [_message(turn) for turn in raw["input"]]
                identity = str(raw["task_id"])
                questions[identity] = ExternalQuestion(
                    id=identity,
                    question=last["content"],
                    history=tuple(before),
                    relevant=relevant.get(identity, {}),
                    answerable=_ANSWERABLE.get(_answerability(raw)),
                    cluster=str(raw.get("conversation_id") or identity.partition("<::>")[0]),
                )
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise malformed(where, error) from None
    return Collection(name="mtrag", passages=tuple(passages.values()), questions=tuple(questions.values()))


def _message(turn: Mapping[str, Any]) -> dict[str, str]:
    role = "user" if turn["speaker"] == "user" else "assistant"
    return {"role": role, "content": str(turn["text"])}


def _answerability(raw: Mapping[str, Any]) -> str:
    found = raw.get("answerability", raw.get("Answerability", ""))
    return str(found[0] if isinstance(found, list) and found else found)
