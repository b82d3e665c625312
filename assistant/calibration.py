"""Calibration: from signals to the probability that a sentence answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.evidence import Candidate
from assistant.question import Question
from assistant.signals import SIGNALS, Floats

WEIGHTS = Path(__file__).parent / "weights" / "signals.json"

Scorer = Callable[[Question, Sequence[Candidate], Floats], Floats]
"""The seam for other models: question, n candidates and their (n, signals) matrix to n probabilities."""


_TOGETHER = 3


def any_answers(probabilities: Sequence[float]) -> float:
    """The probability (0 to 1) that one of the sentences answers: the odds of the three likeliest, added up.

    Where an answer is said twice, or stands in a list and its lead-in, each of them has only a share of it.
    """
    best = np.clip(np.sort(probabilities)[-_TOGETHER:], 0.0, 1.0 - 1e-12)
    odds = float((best / (1.0 - best)).sum())
    return odds / (1.0 + odds)


@dataclass(frozen=True, kw_only=True, slots=True)
class Calibration:
    """The logistic model over the signals, with the probability below which the assistant abstains."""

    weights: tuple[float, ...]
    intercept: float
    threshold: float

    @classmethod
    def load(cls, path: Path = WEIGHTS) -> Calibration:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            weights=tuple(stored["weights"].get(name, 0.0) for name in SIGNALS),
            intercept=stored["intercept"],
            threshold=stored["threshold"],
        )

    def __call__(self, _question: Question, _candidates: Sequence[Candidate], signals: Floats) -> Floats:
        return np.asarray(1.0 / (1.0 + np.exp(-(signals @ np.array(self.weights) + self.intercept))))
