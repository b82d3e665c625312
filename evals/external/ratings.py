"""MTRAG's human ratings: the support grader against what people thought of the same answers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from evals.external.collection import malformed, only_file, read_json
from evals.statistics import Estimate, auroc
from evals.support import SupportGrader

FAITHFUL = 3
"""The least median rating, of 1 to 4, of an answer that counts as faithful."""


def measure_ratings(path: Path) -> tuple[dict[str, Estimate], list[dict[str, Any]]]:
    """How well scores part faithful model answers from others (AUROC, drawn by conversation), and a row for each.

    Raises EvalsError for another form.
    """
    file = only_file(path, "*.json")
    raw = read_json(file)
    grader = SupportGrader()
    rows = []
    try:
        texts = {document["document_id"]: document["text"] for document in raw["documents"]}
        tasks = {task["task_id"]: task for task in raw["tasks"]}
        for rated in raw["evaluations"]:
            if rated["model_id"] == "reference":
                continue
            task, marks = tasks[rated["task_id"]], rated["annotations"]
            sources = [texts[context["document_id"]] for context in task["contexts"]]
            history = [turn["text"] for turn in task["input"]]
            people = median(float(mark["value"]) for mark in marks["faithfulness"].values())
            rows.append(
                {
                    "task": rated["task_id"],
                    "model": rated["model_id"],
                    "people": people,
                    "support": grader.answer(rated["model_response"], sources, history=history),
                    "word overlap": _overlap(rated["model_response"], [*sources, *history]),
                    "BERT-KPrec": float(marks["Bert-KPrec"]["system"]["value"]),
                }
            )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise malformed(str(file), error) from None
    faithful = [row["people"] >= FAITHFUL for row in rows]
    clusters = [str(row["task"]).partition("<::>")[0] for row in rows]
    names = ("support", "word overlap", "BERT-KPrec")
    return {name: auroc([row[name] for row in rows], faithful, clusters) for name in names}, rows


def _overlap(text: str, sources: Sequence[str]) -> float:
    """The share of an answer's words that stand in its sources or the dialogue."""
    known = set(re.findall(r"\w+", " ".join(sources).casefold()))
    words = re.findall(r"\w+", text.casefold())
    return sum(word in known for word in words) / len(words) if words else 0.0
