"""The questions that are asked: those of the suites that stand alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError

SUITES = Path(__file__).parent.parent / "evals" / "suites"


def standalone_questions(folder: Path = SUITES) -> list[str]:
    """Every question without a history, once, in the order of the files. Raises BenchmarkError if there is none."""
    questions = list(dict.fromkeys(case["question"] for case in _cases(folder) if not case.get("history")))
    if not questions:
        raise BenchmarkError(f"no stand-alone question in {folder}; it ought to hold suites, one JSON object a line")
    return questions


def answerable_question(folder: Path = SUITES) -> str:
    """The first stand-alone question that the texts answer. Raises BenchmarkError if there is none."""
    for case in _cases(folder):
        if case.get("expect") == "answer" and case.get("kind") == "fact" and not case.get("history"):
            return str(case["question"])
    raise BenchmarkError(f"no stand-alone question of the kind 'fact' that expects an answer in {folder}")


def _cases(folder: Path) -> Iterator[dict[str, Any]]:
    for path in sorted(folder.glob("*.jsonl")):
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise BenchmarkError(f"cannot read {path.name} ({error}); it is a suite, one JSON object a line") from None
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                case = json.loads(line)
            except json.JSONDecodeError as error:
                raise BenchmarkError(f"{path.name}:{number}: not JSON ({error.msg}); one case a line") from None
            if not isinstance(case, dict) or not isinstance(case.get("question"), str):
                raise BenchmarkError(f"{path.name}:{number}: a case is an object with a text as its 'question'")
            yield case
