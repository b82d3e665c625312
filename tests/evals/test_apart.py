"""What is fitted must not see what it is measured on."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evals.cases import Case, load_suite, suites

TRAINING = Path(__file__).parents[2] / "training"


def _bare(question: str) -> str:
    return " ".join(re.findall(r"\w+", question.casefold()))


def _texts(case: Case) -> list[str]:
    history = [entry if isinstance(entry, str) else entry["content"] for entry in case.history]
    return [case.question, *history, *([case.base] if case.base else [])]


@pytest.mark.parametrize("file", ["tuning.jsonl", "library/questions.jsonl"])
def test_no_question_of_a_suite_is_trained_on(file: str) -> None:
    """Neither a case's question nor its history is among the questions that weights and threshold are fitted to."""
    lines = (TRAINING / file).read_text(encoding="utf-8").splitlines()
    trained = {_bare(json.loads(line)["question"]) for line in lines}
    asked = {_bare(text) for name in suites() for case in load_suite(name) for text in _texts(case)}
    assert len(trained) > 100
    assert not trained & asked
