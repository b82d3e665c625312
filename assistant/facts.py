"""Facts: the numbers and names of a text, in a form in which two wordings can be compared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from assistant.lexicon import is_common

SMALL_NUMBERS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
).split()
SCALES = {
    "dozen": 12, "dozens": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000,
    "decade": 10, "decades": 10, "century": 100, "centuries": 100,
}  # fmt: skip
_WORDS: dict[str, float] = {
    **{word: float(value) for value, word in enumerate(SMALL_NUMBERS)},
    **{word: float(20 + 10 * place) for place, word in enumerate(TENS)},
    **{word: float(value) for value, word in enumerate(_ORDINALS)},
    "twice": 2.0, "double": 2.0, "both": 2.0, "pair": 2.0, "triple": 3.0, "half": 0.5, "thirtieth": 30.0,
}  # fmt: skip
# "One" and "second" are seldom meant as numbers, and "both" counts what is named beside it: they prove a number, but
# nobody need prove them.
_NOT_REQUIRED = frozenset({0.5, 1.0})
_VAGUE = frozenset({"second", "both", "double", "pair", "triple", "twice", "first", "third", "half"})

_THOUSANDS = re.compile(r"\d{1,3}(?:[.,   ’']\d{3})+(?!\d)")
_DECIMAL = re.compile(r"\d+[.,]\d+")
NUMBER = re.compile(rf"{_THOUSANDS.pattern}|{_DECIMAL.pattern}|\d+")
_SCALED = re.compile(rf"({NUMBER.pattern})\s+({'|'.join(SCALES)})\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SENTENCE_END = re.compile(r"[.!?:;]\W*$")
_MONTHS = {
    name[:3]: name
    for name in "january february march april may june july august september october november december".split()
}
_ADJECTIVE = re.compile(r"(?:n|an|ian|ean|ese|ish|i|ic|er|ers|ns|ans|ians|eans)")
# Countries with their peoples and adjectives, which no ending makes of each other.
_NATIONS = tuple(
    frozenset(nation.split())
    for nation in (
        "netherlands holland dutch", "france french", "germany german germans", "sweden swedish swede swedes",
        "denmark danish dane danes", "finland finnish finn finns", "norway norwegian norwegians",
        "spain spanish spaniard spaniards", "poland polish pole poles", "turkey turkish turk turks",
        "ireland irish", "scotland scottish scots", "wales welsh", "england english", "britain british briton britons",
        "switzerland swiss", "belgium belgian belgians", "greece greek greeks", "portugal portuguese",
        "hungary hungarian hungarians", "czechia czech czechs", "slovakia slovak slovaks", "iceland icelandic",
        "thailand thai", "philippines philippine filipino filipinos", "lebanon lebanese", "flanders flemish",
        "wallonia walloon", "luxembourg luxembourgish", "frisia frisian friesland", "venice venetian",
        "america american americans usa", "europe european europeans", "peru peruvian", "cyprus cypriot",
        "lithuania lithuanian", "latvia latvian", "estonia estonian", "ukraine ukrainian", "serbia serbian serb",
        "croatia croatian croat", "brazil brazilian", "argentina argentine argentinian", "ghana ghanaian",
        "kenya kenyan", "nigeria nigerian", "congo congolese", "morocco moroccan", "egypt egyptian",
        "israel israeli", "iraq iraqi", "iran iranian", "pakistan pakistani", "bangladesh bangladeshi",
        "japan japanese", "china chinese", "vietnam vietnamese", "taiwan taiwanese", "malta maltese", "canada canadian",
    )
)  # fmt: skip
_NOUN_ENDING = re.compile(r"\w{4}(?:ness|ments?|tions?|sions?|ships?|hood|less|ability)$")
WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What two wordings of the same have in common.

    `numbers` are values, of which the `required` are meant as such; `names` are capitalised words, in lower case,
    without common ones that merely open a sentence; `words` are all words and the abbreviations that the names give.
    """

    numbers: frozenset[float]
    required: frozenset[float]
    names: frozenset[str]
    words: frozenset[str]

    @classmethod
    def from_text(cls, text: str) -> Self:
        numbers, required, names, words = _facts(text)
        return cls(numbers=numbers, required=required, names=names, words=words)

    def missing_from(self, source: Facts, *, about: Facts) -> tuple[str, ...]:
        """What a source does not have of the required numbers, and of the names neither it nor what it is about."""
        numbers = sorted(f"{number:g}" for number in self.required - source.numbers)
        words, names = source.words | about.words, source.names | about.names
        return (*numbers, *sorted(name for name in self.names if not _known(name, words, names)))


@lru_cache(maxsize=20_000)
def _facts(text: str) -> tuple[frozenset[float], frozenset[float], frozenset[str], frozenset[str]]:
    # The 25 of "25 thousand" is not a number of its own.
    digits = [_value(match[0]) for match in NUMBER.finditer(_SCALED.sub(" ", text))]
    tokens = list(_TOKEN.finditer(text))
    lowered = [_plain(token[0]) for token in tokens]
    spelt, vague = _spelt(lowered)
    scaled = _scaled(text)
    names = set()
    lower_words = {token[0] for token in tokens if token[0][:1].islower()}
    for place, token in enumerate(tokens):
        word = token[0]
        before = text[tokens[place - 1].end() : token.start()] if place else ""
        opening = place == 0 or bool(_SENTENCE_END.search(before))
        capital = word[:1].isupper()
        abbreviation = sum(character.isupper() for character in word) > 1
        month = lowered[place] in _MONTHS.values() and lowered[place] not in ("may", "march")
        if (
            month
            or lowered[place] in WEEKDAYS
            or abbreviation
            or (capital and not opening and word.casefold() not in lower_words and len(word) > 1)
            or (capital and opening and not _ordinary(word) and word.casefold() not in lower_words)
        ):
            names.add(lowered[place])
    capitals = [token[0] for token in tokens if token[0][:1].isupper()]
    shorts = {
        "".join(word[0] for word in capitals[start : start + length]).casefold()
        for length in range(2, 7)
        for start in range(len(capitals) - length + 1)
    }
    required = {*digits, *scaled, *(number for number in spelt if number not in _NOT_REQUIRED)}
    return (
        frozenset((*digits, *spelt, *vague, *scaled)),
        frozenset(required),
        frozenset(name for name in names if name not in _WORDS and not name.isdigit()),
        frozenset((*lowered, *shorts)),
    )


def _value(text: str) -> float:
    if _THOUSANDS.fullmatch(text):
        return float(re.sub(r"\D", "", text))
    return float(text.replace(",", "."))


def _scaled(text: str) -> list[float]:
    """ "3.9 million" and "110 thousand" as values."""
    return [_value(match[1]) * SCALES[match[2].casefold()] for match in _SCALED.finditer(text)]


def _spelt(words: list[str]) -> tuple[list[float], list[float]]:
    """Values of number words, compounds such as "twenty" "five" and "two" "hundred" joined; vague ones apart."""
    found: list[float] = []
    vague: list[float] = []
    place = 0
    while place < len(words):
        word = words[place]
        if word in SCALES:
            vague.append(float(SCALES[word]))
        if word not in _WORDS:
            place += 1
            continue
        value = _WORDS[word]
        following = words[place + 1] if place + 1 < len(words) else ""
        if word in TENS and 0 < _WORDS.get(following, 0) < 10:
            value += _WORDS[following]
            place += 1
            following = words[place + 1] if place + 1 < len(words) else ""
        if following in SCALES:
            value *= SCALES[following]
            place += 1
        (vague if word in _VAGUE else found).append(value)
        place += 1
    return found, vague


def _plain(word: str) -> str:
    """A word in lower case, without a possessive; a month in full."""
    bare = re.sub(r"['’]s?$", "", re.sub(r"['’]s$", "", word.casefold()))
    return _MONTHS.get(bare, bare)


def _ordinary(word: str) -> bool:
    """Whether a word that opens a sentence is no name, by itself or by how it is formed ("Tiredness")."""
    return is_common(word) or bool(_NOUN_ENDING.search(word))


def _known(name: str, words: frozenset[str], names: frozenset[str]) -> bool:
    """Whether a text has a name, in the singular or plural, or as its adjective; `names` are those of its words."""
    if name in words or f"{name}s" in words or name.removesuffix("s") in words:
        return True
    # "MUMC" of "Maastricht UMC": initials before an abbreviation.
    if any(len(word) > 2 and name.endswith(word) and len(name) - len(word) <= 2 for word in names):
        return True
    if any(name in nation and not nation.isdisjoint(words) for nation in _NATIONS):
        return True
    return any(_derived(word, name) or _derived(name, word) for word in words)


def _derived(word: str, other: str) -> bool:
    """Whether the second word is visibly the adjective of the first ("Indian" of "India", "Dutch" of nothing)."""
    stem = re.sub(r"[aeoy]$", "", word)
    return len(word) > 4 and other.startswith(stem) and bool(_ADJECTIVE.fullmatch(other[len(stem) :]))
