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
