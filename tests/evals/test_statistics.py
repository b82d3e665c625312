"""Statistics: what an interval, a test and a curve must say of numbers whose answer is known."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.statistics import (
    agreement,
    area_under,
    auroc,
    calibration_error,
    estimate,
    holm,
    mcnemar,
    mean,
    paired,
    reliability,
    risk_coverage,
)

ALONE = [str(place) for place in range(1000)]
confidences = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=40)


def test_what_was_not_scored_is_counted_apart() -> None:
    """It is neither 0 nor part of the mean, and never NaN."""
    found = mean([1.0, None, 0.0, None], ALONE[:4])
    assert (found.value, found.count, found.unscored) == (0.5, 2, 2)
    nothing = mean([None, None], ALONE[:2])
    assert (nothing.value, nothing.low, nothing.high, nothing.unscored) == (None, None, None, 2)


def test_cases_of_one_cluster_count_as_one_draw() -> None:
    """Ten documents with ten equal cases each say no more than ten cases, and the interval shows it."""
    values = [float(place % 2) for place in range(10) for _ in range(10)]
    together = mean(values, [str(place) for place in range(10) for _ in range(10)])
    apart = mean(values, ALONE[:100])
    assert together.value == apart.value == 0.5
    assert together.high - together.low > 2 * (apart.high - apart.low)  # type: ignore[operator]


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """Of 40 samples of a coin of .7, the 95% intervals of nearly all hold .7."""
    import random

    coin = random.Random(4)
    hits = 0
    for _ in range(40):
        found = mean([float(coin.random() < 0.7) for _ in range(120)], ALONE[:120])
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.7 <= found.high
    assert hits >= 34


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_a_share_without_exception_is_still_uncertain(value: float) -> None:
    """Seven right of seven prove little: Wilson's interval says how little."""
    found = mean([value] * 7, ALONE[:7])
    assert found.value == value
    assert found.high - found.low == pytest.approx(0.354, abs=0.01)  # type: ignore[operator]


def test_the_same_numbers_give_the_same_interval() -> None:
    """Draws are seeded."""
    values = [float(place % 3 == 0) for place in range(50)]
    assert mean(values, ALONE[:50]) == mean(values, ALONE[:50])


def test_auroc_counts_pairs_in_the_right_order() -> None:
    """Ties count half; one class alone has none."""
    assert auroc([0.1, 0.4, 0.35, 0.8], [False, False, True, True], ALONE[:4]).value == 0.75
    assert auroc([1.0, 1.0], [True, False], ALONE[:2]).value == 0.5
    assert auroc([0.3, 0.4], [True, True], ALONE[:2]).value is None


def test_mcnemar_looks_at_what_turned() -> None:
    """Exact, two-sided: 0 of 6 is 2 / 2**6; what did not turn says nothing."""
    before, after = [True] * 6 + [True] * 50, [False] * 6 + [True] * 50
    assert mcnemar(before, after) == pytest.approx(2 / 64)
    assert mcnemar([True] * 9, [True] * 9) == 1.0


def test_a_real_difference_is_told_from_chance() -> None:
    """For shares by McNemar's test, for other scores by the paired bootstrap."""
    shares = paired([0.0] * 20 + [1.0] * 20, [1.0] * 30 + [0.0] * 10, ALONE[:40])
    assert (shares.test, shares.better, shares.worse) == ("McNemar", 20, 10)
    assert shares.p > 0.05
    scores = paired([0.2 + 0.01 * (place % 7) for place in range(60)], [0.6] * 60, ALONE[:60])
    assert scores.test == "paired bootstrap"
    assert scores.p < 0.001
    assert 0 < scores.low < scores.value < scores.high
    same = paired([0.5] * 5, [0.5] * 5, ALONE[:5])
    assert (same.value, same.p) == (0.0, 1.0)


def test_many_looks_need_a_stronger_proof() -> None:
    """Holm: the smallest of three p-values is tripled, and no adjusted one is below another before it."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_risk_falls_when_the_unsure_are_left_out() -> None:
    """Three right and sure, one wrong and unsure: no risk up to three quarters, a quarter in all."""
    points = risk_coverage([0.9, 0.2, 0.8, 0.7], [False, True, False, False])
    assert points == [(0.25, 0.0), (0.5, 0.0), (0.75, 0.0), (1.0, 0.25)]
    assert area_under(points) == pytest.approx(0.0625)
    assert risk_coverage([0.5, 0.5], [True, False]) == [(1.0, 0.5)]


@given(confidences)
def test_the_curve_ends_where_everything_is_answered(pairs: list[tuple[float, bool]]) -> None:
    """At full coverage the risk is the share of what is wrong; coverage grows, and the area is a mean of risks."""
    points = risk_coverage([value for value, _ in pairs], [wrong for _, wrong in pairs])
    assert points[-1][0] == 1.0
    assert points[-1][1] == pytest.approx(sum(wrong for _, wrong in pairs) / len(pairs))
    assert [coverage for coverage, _ in points] == sorted({coverage for coverage, _ in points})
    assert 0.0 <= area_under(points) <= 1.0


@given(confidences)
def test_every_case_stands_in_one_bin(pairs: list[tuple[float, bool]]) -> None:
    """Also confidences of exactly 0 and 1; the error lies between 0 and 1."""
    numbers, right = [value for value, _ in pairs], [truth for _, truth in pairs]
    assert sum(b["count"] for b in reliability(numbers, right)) == len(pairs)
    assert 0.0 <= calibration_error(numbers, right) <= 1.0


def test_a_confidence_that_comes_true_has_no_error() -> None:
    """Of the cases at .75, three in four are right."""
    assert calibration_error([0.75] * 4, [True, True, True, False]) == pytest.approx(0.0)
    assert calibration_error([1.0] * 4, [False] * 4) == 1.0


@settings(max_examples=20)
@given(st.lists(st.floats(-5, 5), min_size=2, max_size=15))
def test_an_interval_holds_its_value(values: list[float]) -> None:
    """Whatever the numbers are, no bound is NaN."""
    found = mean(values, ALONE[: len(values)])
    assert found.low is not None
    assert found.high is not None
    assert math.isfinite(found.low)
    assert found.low - 1e-9 <= sum(values) / len(values) <= found.high + 1e-9 or found.count < 8


def test_a_statistic_that_is_undefined_in_a_draw_is_left_out_there() -> None:
    """As precision, where a draw holds nothing that was given."""
    found = estimate(lambda rows: 1.0 if 0 in rows else None, ALONE[:3])
    assert (found.value, found.low, found.high) == (1.0, 1.0, 1.0)


def test_agreement_beyond_chance() -> None:
    """Kappa is 1 for equals, 0 for what chance would give, undefined where all say the same; None is counted apart."""
    assert agreement([1.0, 0.0, 1.0], [1.0, 0.0, 1.0]).kappa == 1.0
    assert agreement([1.0, 1.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.0]).kappa == 0.0
    same = agreement([1.0, 1.0, None], [1.0, 1.0, 1.0])
    assert (same.share, same.kappa, same.count, same.unscored) == (1.0, None, 2, 1)
    assert agreement([None], [1.0]).share is None
