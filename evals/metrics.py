"""Metrics: the figures of a run, each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from evals.records import Record, clusters
from evals.statistics import (
    Estimate,
    area_under,
    auroc,
    calibration_error,
    estimate,
    mean,
    reliability,
    risk_coverage,
)

Rows = npt.NDArray[np.intp]

LOWER_IS_BETTER = frozenset({"risk-coverage area", "calibration error", "brier score"})
"""Of all other figures, more is better."""

STAGES = ("resolve", "retrieve", "weigh", "answer", "check")


def shares(records: Sequence[Record]) -> dict[str, Estimate]:
    """The mean of every grade."""
    names = dict.fromkeys(name for record in records for name in record.grades)
    return {name: mean([record.grades.get(name) for record in records], clusters(records)) for name in names}


def abstention(records: Sequence[Record]) -> dict[str, Estimate]:
    """Precision, recall and F1 of abstaining on what cannot be answered; greetings are neither."""
    counted = [record for record in records if record.case.expect != "greeting"]
    wanted = np.array([record.case.expect == "abstention" for record in counted], dtype=bool)
    given = np.array([record.abstained for record in counted], dtype=bool)

    def share(of: npt.NDArray[np.bool_]) -> Callable[[Rows], float | None]:
        return lambda rows: float((wanted & given)[rows].sum() / of[rows].sum()) if of[rows].any() else None

    def f1(rows: Rows) -> float | None:
        both = wanted[rows].sum() + given[rows].sum()
        return float(2 * (wanted & given)[rows].sum() / both) if both else None

    grouped = clusters(counted)
    return {
        "abstention precision": estimate(share(given), grouped, share=True),
        "abstention recall": estimate(share(wanted), grouped, share=True),
        "abstention F1": estimate(f1, grouped, share=True),
    }


def recall_by_reason(records: Sequence[Record]) -> dict[str, Estimate]:
    """For each expected reason, the share of its cases on which the assistant abstained, whatever reason it gave."""
    expected = [record for record in records if record.case.expect == "abstention" and record.case.reasons]
    reasons = sorted({record.case.reasons[0] for record in expected})
    return {
        reason: mean(
            [float(record.abstained) for record in expected if record.case.reasons[0] == reason],
            [record.case.cluster for record in expected if record.case.reasons[0] == reason],
        )
        for reason in reasons
    }


def confidences(records: Sequence[Record]) -> tuple[list[Record], list[float], list[bool]]:
    """The records that have a confidence, these, and whether answering from the best sentence would have been right."""
    kept = [record for record in records if record.confidence is not None and record.case.expect != "greeting"]
    right = [record.case.expect == "answer" and record.grades.get("first sentence") == 1.0 for record in kept]
    return kept, [float(record.confidence or 0.0) for record in kept], right


def calibration(records: Sequence[Record]) -> dict[str, Estimate]:
    """How far the confidence can be trusted: to part answerable from not, to rank answers by risk, and as a number."""
    kept, confidence, right = confidences(records)
    grouped = clusters(kept)
    numbers, truth = np.array(confidence), np.array(right, dtype=float)

    def risk(rows: Rows) -> float:
        return area_under(risk_coverage(numbers[rows].tolist(), (truth[rows] == 0.0).tolist()))

    return {
        "answerable AUROC": auroc(confidence, [record.case.expect == "answer" for record in kept], grouped),
        "risk-coverage area": estimate(risk, grouped),
        "calibration error": estimate(
            lambda rows: calibration_error(numbers[rows].tolist(), (truth[rows] == 1.0).tolist()), grouped
        ),
        "brier score": estimate(lambda rows: float(((numbers[rows] - truth[rows]) ** 2).mean()), grouped),
    }


def curves(records: Sequence[Record]) -> dict[str, Any]:
    """The risk-coverage curve as [coverage, risk] points and the bins of the reliability diagram."""
    kept, confidence, right = confidences(records)
    if not kept:
        return {"risk coverage": [], "reliability": []}
    points = risk_coverage(confidence, [not one for one in right])
    return {
        "risk coverage": [[round(x, 6), round(y, 6)] for x, y in points],
        "reliability": [{name: round(value, 6) for name, value in b.items()} for b in reliability(confidence, right)],
    }


def latency(records: Sequence[Record]) -> dict[str, dict[str, float]]:
    """Milliseconds by stage and in all: the 50th, 95th and 99th percentile, and the largest."""
    stages = {stage: [1000 * record.seconds.get(stage, 0.0) for record in records] for stage in STAGES}
    stages["all"] = [1000 * sum(record.seconds.values()) for record in records]
    return {
        stage: dict(
            zip(("p50", "p95", "p99", "max"), np.percentile(times, [50, 95, 99, 100]).round(2).tolist(), strict=True)
        )
        for stage, times in stages.items()
        if times
    }


def figures(records: Sequence[Record]) -> dict[str, Estimate]:
    """All figures of some cases by name."""
    return {**shares(records), **abstention(records), **calibration(records)}


def summary(records: Sequence[Record]) -> dict[str, Any]:
    """All that is said of a run: its figures, those of each suite and kind, by reason, and the curves."""
    suites = dict.fromkeys(record.case.suite for record in records)
    kinds = dict.fromkeys(record.case.kind for record in records)
    return {
        "cases": len(records),
        "figures": _plain(figures(records)),
        "suites": {
            suite: _plain(shares([record for record in records if record.case.suite == suite])) for suite in suites
        },
        "kinds": {kind: _plain(shares([record for record in records if record.case.kind == kind])) for kind in kinds},
        "reasons": _plain(recall_by_reason(records)),
        "curves": curves(records),
    }


def _plain(found: Mapping[str, Estimate]) -> dict[str, Any]:
    return {name: one.to_dict() for name, one in found.items()}
