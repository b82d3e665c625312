"""Statistics: intervals by cluster, tests between paired runs, and the curves of a confidence."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.stats import DegenerateDataWarning, binomtest, bootstrap, norm, rankdata

Floats = npt.NDArray[np.float64]
Value = float | None
"""What a case scores; None where it could not be scored, which is neither 0 nor wrong."""

RESAMPLES = 2_000
LEVEL = 0.95
_SEED = 20_170_101


@dataclass(frozen=True, kw_only=True, slots=True)
class Estimate:
    """A figure with its 95% interval; `value` is None where nothing was measured.

    `count` cases were scored, `unscored` could not be.
    """

    value: float | None
    low: float | None
    high: float | None
    count: int
    unscored: int = 0

    def to_dict(self) -> dict[str, Any]:
        rounded = {name: getattr(self, name) for name in ("value", "low", "high")}
        return {
            **{name: None if value is None else round(value, 6) for name, value in rounded.items()},
            "count": self.count,
            "unscored": self.unscored,
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """How much a figure changed between two runs of the same cases, with 95% interval and two-sided p-value.

    `better` and `worse` count the cases whose score rose and fell; `test` names the test.
    """

    value: float
    low: float
    high: float
    p: float
    better: int
    worse: int
    count: int
    test: str


def estimate(
    statistic: Callable[[npt.NDArray[np.intp]], float | None],
    clusters: Sequence[str],
    *,
    unscored: int = 0,
    share: bool = False,
) -> Estimate:
    """A statistic of rows with its percentile interval, whole clusters drawn with replacement.

    `statistic` takes the indices of rows (with repetitions) and gives None where it is undefined, as an AUROC of
    one class; such draws are left out. The rows of a `share` that is exactly 0 or 1 all agree, and no draw among
    them shows a doubt: there the interval is Wilson's for as many cases as there are clusters.
    """
    count = len(clusters)
    value = statistic(np.arange(count)) if count else None
    if value is None:
        return Estimate(value=None, low=None, high=None, count=count, unscored=unscored)
    members = _members(clusters)
    if share and value in (0.0, 1.0):
        found = binomtest(round(value * len(members)), len(members)).proportion_ci(LEVEL, method="wilson")
        low, high = float(found.low), float(found.high)
    else:
        low, high = _interval(statistic, members, value)
    return Estimate(value=float(value), low=low, high=high, count=count, unscored=unscored)


def mean(values: Sequence[Value], clusters: Sequence[str]) -> Estimate:
    """The mean over the scored cases; values of a share are 0 or 1."""
    kept = [(value, cluster) for value, cluster in zip(values, clusters, strict=True) if value is not None]
    numbers = np.array([float(value) for value, _ in kept])
    binary = bool(np.isin(numbers, (0.0, 1.0)).all())
    return estimate(
        lambda rows: float(numbers[rows].mean()),
        [cluster for _, cluster in kept],
        unscored=len(values) - len(kept),
        share=binary,
    )


def auroc(scores: Sequence[float], labels: Sequence[bool], clusters: Sequence[str]) -> Estimate:
    """The area under the ROC curve: the chance that a positive scores above a negative, ties counting half."""
    numbers, truth = np.array(scores, dtype=float), np.array(labels, dtype=bool)

    def area(rows: npt.NDArray[np.intp]) -> float | None:
        drawn = truth[rows]
        positive = int(drawn.sum())
        pairs = positive * (len(drawn) - positive)
        # The Mann-Whitney statistic, as a share of all pairs of a positive and a negative.
        above = rankdata(numbers[rows])[drawn].sum() - positive * (positive + 1) / 2
        return float(above / pairs) if pairs else None

    return estimate(area, clusters)


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> float:
    """The exact two-sided p-value of McNemar's test: whether as many cases turned right as turned wrong."""
    better = sum(b > a for a, b in zip(before, after, strict=True))
    worse = sum(b < a for a, b in zip(before, after, strict=True))
    return float(binomtest(better, better + worse).pvalue) if better + worse else 1.0


def paired(before: Sequence[float], after: Sequence[float], clusters: Sequence[str]) -> Difference:
    """The mean difference of paired scores: McNemar's test where all are 0 or 1, else the paired bootstrap.

    The interval is drawn by cluster in both cases. The p-value of the bootstrap is that of a normal whose standard
    error is the one of the draws.
    """
    first, second = np.array(before, dtype=float), np.array(after, dtype=float)
    change = second - first
    drawn = estimate(lambda rows: float(change[rows].mean()), clusters)
    if drawn.value is None or drawn.low is None or drawn.high is None:
        raise ValueError("there is no pair of scores to compare")
    binary = bool(np.isin(first, (0.0, 1.0)).all() and np.isin(second, (0.0, 1.0)).all())
    if binary:
        p = mcnemar(first.astype(bool).tolist(), second.astype(bool).tolist())
    else:
        error = (drawn.high - drawn.low) / (2 * float(norm.ppf(0.5 + LEVEL / 2)))
        p = float(2 * norm.sf(abs(drawn.value) / error)) if error else float(drawn.value == 0.0)
    return Difference(
        value=drawn.value,
        low=drawn.low,
        high=drawn.high,
        p=p,
        better=int((change > 0).sum()),
        worse=int((change < 0).sum()),
        count=len(change),
        test="McNemar" if binary else "paired bootstrap",
    )


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's adjustment: p-values that stay valid although several differences are looked at (Holm 1979)."""
    adjusted = [0.0] * len(p_values)
    highest = 0.0
    for place, index in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (len(p_values) - place) * p_values[index]))
        adjusted[index] = highest
    return adjusted


def risk_coverage(confidence: Sequence[float], wrong: Sequence[bool]) -> list[tuple[float, float]]:
    """Points (coverage, risk): the share of cases answered and of those the share that is wrong, most confident
    first; cases of equal confidence are answered together (El-Yaniv and Wiener 2010)."""
    order = sorted(zip(confidence, wrong, strict=True), key=lambda pair: -pair[0])
    points, errors = [], 0
    for place, (value, error) in enumerate(order, start=1):
        errors += error
        if place == len(order) or order[place][0] < value:
            points.append((place / len(order), errors / place))
    return points


def area_under(points: Sequence[tuple[float, float]]) -> float:
    """The mean risk over all coverages, each point standing for the coverage since the one before."""
    before = 0.0
    area = 0.0
    for coverage, risk in points:
        area += (coverage - before) * risk
        before = coverage
    return area


def reliability(confidence: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> list[dict[str, float]]:
    """What the confidences of each bin came to: their mean, the share right, and how many; empty bins left out."""
    numbers, truth = np.array(confidence, dtype=float), np.array(right, dtype=float)
    place = np.minimum((numbers * bins).astype(int), bins - 1)
    return [
        {
            "confidence": float(numbers[place == b].mean()),
            "right": float(truth[place == b].mean()),
            "count": int((place == b).sum()),
        }
        for b in range(bins)
        if (place == b).any()
    ]


def calibration_error(confidence: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> float:
    """The expected calibration error: the mean gap of the bins, by size (Naeini et al. 2015)."""
    found = reliability(confidence, right, bins=bins)
    return sum(b["count"] * abs(b["confidence"] - b["right"]) for b in found) / sum(b["count"] for b in found)


@dataclass(frozen=True, kw_only=True, slots=True)
class Agreement:
    """How two graders agree on what both judged: the share of equal verdicts and Cohen's kappa (None if undefined)."""

    share: float | None
    kappa: float | None
    count: int
    unscored: int


def agreement(first: Sequence[Value], second: Sequence[Value]) -> Agreement:
    """The agreement of two graders, case by case; a grade of at least one half is a yes."""
    both = [(a >= 0.5, b >= 0.5) for a, b in zip(first, second, strict=True) if a is not None and b is not None]
    if not both:
        return Agreement(share=None, kappa=None, count=0, unscored=len(first))
    share = sum(a == b for a, b in both) / len(both)
    yes = [sum(pair[side] for pair in both) / len(both) for side in (0, 1)]
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    kappa = None if chance == 1.0 else (share - chance) / (1 - chance)
    return Agreement(share=share, kappa=kappa, count=len(both), unscored=len(first) - len(both))


def _members(clusters: Sequence[str]) -> list[npt.NDArray[np.intp]]:
    groups: dict[str, list[int]] = {}
    for row, cluster in enumerate(clusters):
        groups.setdefault(cluster, []).append(row)
    return [np.array(rows, dtype=np.intp) for rows in groups.values()]


def _interval(
    statistic: Callable[[npt.NDArray[np.intp]], float | None], members: list[npt.NDArray[np.intp]], value: float
) -> tuple[float, float]:
    if len(members) < 2:
        return value, value

    def drawn(chosen: npt.NDArray[np.intp]) -> float:
        found = statistic(np.concatenate([members[int(one)] for one in chosen]))
        return float("nan") if found is None else found

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DegenerateDataWarning)  # draws without a value are dealt with below
        draws = bootstrap(
            (np.arange(len(members)),),
            drawn,
            n_resamples=RESAMPLES,
            vectorized=False,
            method="percentile",
            rng=np.random.default_rng(_SEED),
        ).bootstrap_distribution
    low, high = np.nanpercentile(draws, [50 * (1 - LEVEL), 50 * (1 + LEVEL)])
    return float(low), float(high)
