"""Comparing two runs case by case: which figures changed, and which changes are more than chance."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from evals.metrics import LOWER_IS_BETTER
from evals.records import Record
from evals.run import Run
from evals.statistics import Difference, Value, holm, paired

LEVEL = 0.05

PARTS: Mapping[str, tuple[str, ...]] = {
    "retrieval": ("recall@1", "recall@5", "mrr", "ndcg@10"),
    "evidence": ("first sentence", "brier score"),
    "abstention": ("abstains where it should", "answers where it can", "reason"),
    "answers": ("correct", "to the point"),
    "citations": ("right sentence", "cited source", "citation recall", "citation precision", "intact"),
    "stability": ("stable",),
    "resistance to injection": ("resisted",),
}
"""Which part of the assistant each figure is about, in the order of the pipe; `right` and `verdict` are of all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A figure in both runs, on the cases that both scored. `p` is adjusted for the number of figures (Holm).

    `verdict` is "better", "worse", "no difference" or "not comparable" (no case was scored in both).
    """

    figure: str
    before: float | None
    after: float | None
    difference: Difference | None
    p: float | None
    verdict: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """Two runs side by side; `turned` are the cases that became right or wrong, as (id, before, after)."""

    rows: tuple[Row, ...]
    turned: tuple[tuple[str, bool, bool], ...]
    paired: int
    unpaired: int

    @property
    def better(self) -> tuple[str, ...]:
        return tuple(row.figure for row in self.rows if row.verdict == "better")

    @property
    def worse(self) -> tuple[str, ...]:
        return tuple(row.figure for row in self.rows if row.verdict == "worse")

    @property
    def parts_worse(self) -> tuple[str, ...]:
        """The parts of the assistant that got worse, first in the pipe first: the cause is often the first."""
        worse = set(self.worse)
        return tuple(part for part, figures in PARTS.items() if worse & set(figures))


def compare(before: Run, after: Run) -> Comparison:
    """Pairs the cases of two runs by id; a case that only one of them has, or that changed, is not compared."""
    earlier = {record.case.id: record for record in before.records}
    later = {record.case.id: record for record in after.records}
    pairs = [
        (earlier[identity], later[identity])
        for identity in earlier
        if identity in later and earlier[identity].case == later[identity].case
    ]
    names = list(dict.fromkeys(name for pair in pairs for record in pair for name in record.grades))
    differences = [_difference(pairs, _grade(name)) for name in names]
    names += list(_DERIVED)
    differences += [_difference(pairs, score) for score in _DERIVED.values()]
    tested = [found for found in differences if found is not None]
    adjusted = iter(holm([found[2].p for found in tested]))
    rows = [
        Row(figure=name, before=None, after=None, difference=None, p=None, verdict="not comparable")
        if found is None
        else _row(name, *found, p=next(adjusted))
        for name, found in zip(names, differences, strict=True)
    ]
    turned = [
        (a.case.id, a.grades["right"] == 1.0, b.grades["right"] == 1.0)
        for a, b in pairs
        if a.grades["right"] != b.grades["right"]
    ]
    return Comparison(
        rows=tuple(rows),
        turned=tuple(turned),
        paired=len(pairs),
        unpaired=len(earlier.keys() | later.keys()) - len(pairs),
    )


def _row(name: str, before: float, after: float, difference: Difference, *, p: float) -> Row:
    improved = (difference.value > 0) != (name in LOWER_IS_BETTER)
    verdict = "no difference" if p >= LEVEL else "better" if improved else "worse"
    return Row(figure=name, before=before, after=after, difference=difference, p=p, verdict=verdict)


def _difference(
    pairs: list[tuple[Record, Record]], score: Callable[[Record], Value]
) -> tuple[float, float, Difference] | None:
    scored = [(score(a), score(b), a.case.cluster) for a, b in pairs]
    both = [(x, y, cluster) for x, y, cluster in scored if x is not None and y is not None]
    if not both:
        return None
    before, after = [x for x, _, _ in both], [y for _, y, _ in both]
    found = paired(before, after, [cluster for _, _, cluster in both])
    return float(np.mean(before)), float(np.mean(after)), found


def _grade(name: str) -> Callable[[Record], Value]:
    return lambda record: record.grades.get(name)


def _abstains(expect: str, *, wanted: bool) -> Callable[[Record], Value]:
    return lambda record: float(record.abstained == wanted) if record.case.expect == expect else None


def _brier(record: Record) -> Value:
    if record.confidence is None or record.case.expect == "greeting":
        return None
    right = record.case.expect == "answer" and record.grades.get("first sentence") == 1.0
    return float((record.confidence - right) ** 2)


_DERIVED: dict[str, Callable[[Record], Value]] = {
    "abstains where it should": _abstains("abstention", wanted=True),
    "answers where it can": _abstains("answer", wanted=False),
    "brier score": _brier,
}
