"""Retrieval measures on rankings whose values are known."""

from __future__ import annotations

import math

import pytest

from evals.ranking import MEASURES, ranking


def test_a_ranking_is_measured() -> None:
    """Two relevant passages, found second and never."""
    found = ranking(["x", "a", "y"], {"a", "b"})
    assert (found["recall@1"], found["recall@5"], found["mrr"]) == (0.0, 0.5, 0.5)
    ideal = 1 + 1 / math.log2(3)
    assert found["ndcg@10"] == pytest.approx((1 / math.log2(3)) / ideal)
    assert set(found) == set(MEASURES)


def test_nothing_found_is_0_and_nothing_to_find_is_unscored() -> None:
    """The one is a failure, the other is no question of retrieval."""
    assert set(ranking([], {"a"}).values()) == {0.0}
    assert set(ranking(["a"], set()).values()) == {None}


def test_a_passage_in_two_chunks_counts_once() -> None:
    """Where it came first; more relevant ones first is better."""
    assert ranking(["a", "a", "b"], {"b"})["mrr"] == 0.5
    better = ranking(["a", "b"], {"a": 2, "b": 1})["ndcg@10"]
    worse = ranking(["b", "a"], {"a": 2, "b": 1})["ndcg@10"]
    assert better == pytest.approx(1.0)
    assert worse is not None
    assert worse < 1.0
