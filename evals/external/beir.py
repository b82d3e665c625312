"""Folders in the form of BEIR (Thakur et al. 2021): corpus.jsonl, queries.jsonl and qrels."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from evals.errors import EvalsError
from evals.external.collection import Collection, ExternalQuestion, Passage, malformed, read_lines

_TURN = re.compile(r"^\s*\|?(user|agent|assistant)\|?\s*:\s*", re.IGNORECASE)


def load(path: Path) -> Collection:
    """From the folder. A query of several lines "|user|: ..." is a conversation, whose last turn is asked."""
    relevant = read_qrels(_qrels(path))
    passages, questions = [], []
    for where, raw in read_lines(path / "corpus.jsonl"):
        try:
            passages.append(Passage(id=str(raw["_id"]), text=raw["text"], title=raw.get("title") or ""))
        except (KeyError, TypeError) as error:
            raise malformed(where, error) from None
    for where, raw in read_lines(path / "queries.jsonl"):
        try:
            identity, turns = str(raw["_id"]), _turns(raw["text"])
        except (KeyError, TypeError, AttributeError) as error:
            raise malformed(where, error) from None
        if identity in relevant and turns:
            questions.append(
                ExternalQuestion(
                    id=identity,
                    question=turns[-1]["content"],
                    history=tuple(turns[:-1]),
                    relevant=relevant[identity],
                    cluster=identity.partition("<::>")[0],
                )
            )
    if not questions:
        raise EvalsError(f"{path}: no query of queries.jsonl stands in the qrels; check that they belong together")
    return Collection(name="beir", passages=tuple(passages), questions=tuple(questions))


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Grades by query and passage, from lines of three columns (with or without header) or TREC's four.

    Judgements of 0 are left out. Raises EvalsError naming file and line.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t"))
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsError(f"cannot read {path} ({error}); give the folder of the set") from None
    found: dict[str, dict[str, int]] = {}
    for number, row in enumerate(rows, start=1):
        cells = row if len(row) > 1 else (row[0].split() if row else [])
        if not cells:
            continue
        try:
            query, passage, score = cells if len(cells) == 3 else (cells[0], *cells[2:])
            grade = int(float(score))
        except ValueError:
            if number == 1:
                continue  # the header
            raise EvalsError(f"{path.name}:{number}: expected query, passage and score, got {row!r:.80}") from None
        if grade > 0:
            found.setdefault(query, {})[passage] = grade
    return found


def _qrels(path: Path) -> Path:
    inside = sorted(path.glob("qrels/*.tsv")) or sorted(path.glob("qrels*.tsv"))
    for name in ("test.tsv", "dev.tsv"):
        inside = [file for file in inside if file.name == name] or inside
    if not inside:
        raise EvalsError(f"{path}: no qrels/*.tsv; a BEIR folder holds corpus.jsonl, queries.jsonl and qrels/")
    return inside[0]


def _turns(text: str) -> list[dict[str, str]]:
    turns: list[dict[str, str]] = []
    for line in text.split("\n"):
        opening = _TURN.match(line)
        if opening or not turns:
            role = "user" if not opening or opening[1].casefold() == "user" else "assistant"
            turns.append({"role": role, "content": line[opening.end() :] if opening else line})
        else:
            turns[-1]["content"] += f"\n{line}"
    return [turn for turn in turns if turn["content"].strip()]
