"""Wording: when one sentence says the opposite of another."""

from __future__ import annotations

import pytest

from assistant import contradicts


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("The bakery does not open on Sundays.", "The bakery opens on Sundays."),
        ("The ferry carries passengers and lorries.", "The ferry carries passengers, but no lorries."),
        ("Guests may stay before the harvest.", "Guests may stay after the harvest."),
        ("Only members may use the boathouse.", "Members may use the boathouse, and so may guests."),
        ("The choir was founded in 1990.", "The choir was dissolved in 1990."),
    ],
)
def test_the_same_words_with_one_turned_around_contradict(statement: str, source: str) -> None:
    """A denial added or left out, a limit, an opposite."""
    assert contradicts(statement, source)


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        (
            "Blue badges cost nothing, whereas red ones cost six euros.",
            "There is no charge for blue badges; red ones are 6 euros.",
        ),
        (
            "He agreed to lead the mill on condition that no cousin of his worked there.",
            "He insisted that he should be the only one of his family employed before he took the mill over.",
        ),
        (
            "A taxi has to be approved first, unless it is an emergency.",
            "Taxis need approval beforehand; emergencies are exempt.",
        ),
        ("The jazz class came to an end after two years.", "The jazz class survived for only two years."),
    ],
)
def test_other_words_are_no_contradiction(statement: str, source: str) -> None:
    """What is denied in one wording may be affirmed in another: of that, this check says nothing."""
    assert not contradicts(statement, source)
