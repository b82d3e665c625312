"""Measures: what a text's numbers count, in which unit, and whether they are bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from assistant.facts import NUMBER, SCALES, SMALL_NUMBERS, TENS, Facts
from ingest import terms

_PIECE = re.compile(rf"{NUMBER.pattern}|[€£$%]|[^\W\d_]+(?:['’][^\W\d_]+)?")
_UNITS = {
    spelling: spellings.split()[0]
    for spellings in (
        "€ euro euros eur", "£ pound pounds gbp", "$ dollar dollars usd", "franc francs chf", "% percent",
        "second seconds", "minute minutes", "hour hours", "day days", "week weeks", "month months", "year years",
        "kilometre kilometres kilometer kilometers km", "metre metres meter meters", "mile miles", "acre acres",
        "hectare hectares", "credit credits ects", "kilogram kilograms kilo kilos kg", "tonne tonnes ton tons",
    )
    for spelling in spellings.split()
}  # fmt: skip
_ABOVE = re.compile(
    r"\b(?:(?:no|not) (?:less|fewer|younger|shorter) than|at least"
    r"|(?<!no )(?<!not )(?<!never )(?:(more than)|older than|above|over|beyond)) $"
)
_BELOW = re.compile(
    r"\b(?:(?:no|not|never) (?:more|older|longer) than|up to|at most|(?<!no )(?<!not )(?<!never )(?:less|fewer|younger"
    r"|shorter) than|below|under|within) $"
)
_FUNCTION = frozenset(
    "since although while with against for during after before until from than as now far fewer more less but when "
    "where which who whose each".split()
)
_SYMBOLS = frozenset("€£$")
_BEFORE = 4
_FOLLOWING = 2
_YEARS = range(1000, 2200)


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """A number with its unit, if any, the stems of what it counts, and its bound: "above", "below" or "".

    `text` is the number with what follows it; `exceeded` is one of which there is said to be more.
    """

    text: str
    value: float
    unit: str
    counted: frozenset[str]
    bound: str
    exceeded: bool


def misstated(statement: str, source: str) -> tuple[str, ...]:
    """The measures of a statement whose number a source has for something else: in another unit, as the opposite bound
    or not exceeded, or counting other things, where it counts these with another number."""
    known = _measures(source)
    found = []
    for measure in _measures(statement):
        same = [other for other in known if other.value == measure.value]
        elsewhere = [other for other in known if other.value != measure.value and other.counted & measure.counted]
        if same and (
            (measure.unit and all(other.unit and other.unit != measure.unit for other in same))
            or (measure.bound and all(other.bound not in ("", measure.bound) for other in same))
            or (measure.exceeded and not any(other.bound == "above" for other in same))
            or (elsewhere and all(other.counted and not other.counted & measure.counted for other in same))
        ):
            found.append(measure.text)
    return tuple(found)


@lru_cache(maxsize=20_000)
def _measures(text: str) -> tuple[Measure, ...]:
    pieces = list(_PIECE.finditer(text))
    words = [piece[0].casefold() for piece in pieces]
    found = []
    place = 0
    while place < len(pieces):
        end = place + 1
        ones = SMALL_NUMBERS[1:10] if words[place] in TENS else ()
        while end < len(pieces) and (words[end] in SCALES or words[end] in ones):
            end += 1
        numbers = Facts.from_text(text[pieces[place].start() : pieces[end - 1].end()]).required
        if len(numbers) == 1 and words[place] not in SCALES:
            found.append(_measure(*numbers, text=text, pieces=pieces, place=place, end=end))
            place = end
        else:
            place += 1
    return tuple(found)


def _measure(value: float, *, text: str, pieces: Sequence[re.Match[str]], place: int, end: int) -> Measure:
    """The number of pieces `place` to `end` (excluded) with what stands before and after it."""
    before = text[: pieces[place].start()].casefold()
    symbol = before.rstrip()[-1:]
    following: list[str] = []
    for last, piece in pairwise(pieces[end - 1 : end + _FOLLOWING]):
        word = piece[0].casefold()
        counted = bool(terms(word)) or word in _UNITS or word == "per"
        if text[last.end() : piece.start()].strip(" -\n") or word in _FUNCTION or not counted:
            break
        following.append(word)
    unit = _UNITS.get(symbol if symbol in _SYMBOLS else "") or _UNITS.get(following[0] if following else "", "")
    unit = "%" if following == ["per", "cent"] else unit
    before = " ".join(before.rstrip(" €£$").split()[-_BEFORE:]) + " "
    above, below = _ABOVE.search(before), _BELOW.search(before)
    return Measure(
        text=text[pieces[place].start() : pieces[end - 1 + len(following)].end()],
        value=value,
        unit=unit,
        counted=frozenset() if unit or value in _YEARS else frozenset(terms(" ".join(following))),
        bound="" if value in _YEARS else "above" if above else "below" if below else "",
        exceeded=bool(above and above[1]),
    )
