"""Measures: numbers that stand in the source, and there count something else."""

from __future__ import annotations

import pytest

from assistant.measures import misstated


@pytest.mark.parametrize(
    ("statement", "source", "found"),
    [
        ("It costs 24 euros.", "It costs 24 francs a head.", ("24 euros",)),
        ("Anything up to 5,000 euros.", "They may apply for £500 to £5,000.", ("5,000 euros",)),
        ("The wait is eleven days.", "Average waiting time: eleven weeks", ("eleven days",)),
        ("Pupils slept 42 per cent longer.", "Pupils slept 42 minutes longer.", ("42 per cent",)),
        ("It holds 16 guests and 120 cars.", "It carries 120 guests and 16 cars.", ("16 guests", "120 cars")),
        ("A firm must stay at least four years.", "A firm may stay for at most four years.", ("four years",)),
        ("More than 75 teachers come.", "Every year 75 teachers come.", ("75 teachers come",)),
        ("More than 75 teachers come.", "Every year over 75 teachers come.", ()),
        ("No more than 15 credits count.", "Credits count up to a maximum of 15.", ()),
        ("No fewer than 50 pieces are signed.", "The name is on at least fifty pieces.", ()),
        ("It rejected four proposals.", "It turned down four of 57 proposals.", ()),
        ("Two rooms show students' work.", "Of the eleven rooms, two show students' work.", ()),
        ("In 2014 the course began.", "The course of 2014 had 30 students; 31 courses followed.", ()),
        ("It took three weeks.", "Two courses of two weeks each; a third took three weeks.", ()),
        ("The 25 students paid €900.", "25 students took part; each paid 900 euros.", ()),
    ],
)  # fmt: skip
def test_a_number_that_counts_something_else_is_found(statement: str, source: str, found: tuple[str, ...]) -> None:
    assert misstated(statement, source) == found
