"""Negations, opposites and superlatives."""

from __future__ import annotations

import pytest

from assistant.polarity import negated, says_the_opposite, superlatives


@pytest.mark.parametrize(
    ("text", "denies"),
    [
        ("It is not open to students.", True),
        ("It isn't open.", True),
        ("Nobody lives there.", True),
        ("It works without a budget.", True),
        ("It is open to students.", False),
        ("The notable knot was noted.", False),
    ],
)
def test_a_denial_is_noticed(text: str, denies: bool) -> None:
    """By the words that deny, and only whole words."""
    assert negated(text) is denies


@pytest.mark.parametrize(
    ("question", "said", "opposite"),
    [
        ("Who was the last king?", "He was the first king.", True),
        ("When did it end?", "It began in 1921, and its end came soon.", False),
        ("Why did imports decrease?", "Imports increase every year.", True),
        ("Why did imports decrease?", "Imports decline every year.", False),
        ("What is north of it?", "It lies in the north and the south.", False),
        ("What is it?", "It is a school.", False),
    ],
)
def test_an_opposite_is_noticed(question: str, said: str, opposite: bool) -> None:
    """A sentence that has the question's own word as well is no contradiction."""
    assert says_the_opposite(question, said) is opposite


def test_superlatives_are_found() -> None:
    """Ordinals too, and no word that merely ends like one."""
    assert superlatives("The second largest and strongest forest in the West") == {"second", "largest", "strongest"}
