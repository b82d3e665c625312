"""What the index knows about words: how rare they are, which are misspelt, which it has never seen."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ingest import terms

if TYPE_CHECKING:
    from spellchecker import SpellChecker

WORD = re.compile(r"[^\W_]+(?:['’+&.\-–][^\W_]+)*\+?")

# Occurrences in the dictionary's film subtitles above which a word is ordinary English: rarer entries are
# mostly surnames and places ("stanford" 168, "tuition" 3,981).
COMMON = 1000

_QUESTION_WORDS = """
a an the and or but if of for to in on at by with from into about as is are was were be been being am do does did doing
done have has had having he can could will would shall should may might must i me my we us our you your him his she her
hers it its they them their this that these those there here who whom whose what which when where why how not no yes so
than then too very just also any some all each both more most other such only own same please tell say know explain
describe give list name mean means meant stand stands short abbreviation acronym full form many much long often exactly
actually really kind sort type like want wonder wondering info information details detail question ask curious
interested hello hi hey thanks thank ok okay s t re ve ll d m one ones thing things got get let moment currently now
today present presently ever still already else instead maybe perhaps though well see look find out heard hear mentioned
anything something everything someone anyone overview summary outline intro abt u r pls plz dont doesnt whats thats im
isnt
"""
QUESTION_WORDS = frozenset(_QUESTION_WORDS.split())
"""Words that ask, refer or are polite, and say nothing of what a question is about."""

# Groups of words that people use for one another when they ask about organisations and what these do.
_SYNONYMS = (
    "start begin launch found establish since create exist set-up inception origin kick-off",
    "offer provide deliver",
    "aim goal objective purpose mission intention target want",
    "fund finance pay sponsor money grant funder subsidy",
    "inhabitant population people live resident home",
    "collaborate cooperate partner partnership collaboration cooperation together work ally team",
    "company business firm enterprise industry industrial",
    "job employment work career employ",
    "teach teaching education educate instruct",
    "teach lecturer teacher",
    "study research investigate examine",
    "city town place",
    "area field sector domain topic subject theme discipline",
    "degree diploma master bachelor programme",
    "programme program course curriculum",
    "office space location premises base",
    "country nation region continent part",
    "focus concentrate centre emphasis revolve",
    "expertise experience knowledge know-how",
    "develop development build make",
    "improve enhance strengthen boost better increase",
    "member belong membership join",
    "take-part participate participation involve involved part",
    "advocate lobby represent",
    "hospital healthcare medical health",
    "benefit advantage gain",
    "staff employee academic faculty",
    "active activity run ongoing current currently",
)


def _synonym_table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    for group in _SYNONYMS:
        stems = {stem for word in group.split() for stem in terms(word)}
        for stem in stems:
            table.setdefault(stem, set()).update(stems)
    return {stem: frozenset(group) for stem, group in table.items()}


SYNONYMS: Mapping[str, frozenset[str]] = _synonym_table()


def with_kin(stems: Iterable[str]) -> set[str]:
    """The stems with those of their synonyms."""
    return {kin for stem in stems for kin in (stem, *SYNONYMS.get(stem, ()))}


def content_words(text: str) -> list[str]:
    """The words of a text that say what it is about, in order."""
    return [word for word in WORD.findall(text) if word.casefold() not in QUESTION_WORDS]


@lru_cache(maxsize=1)
def _dictionary() -> SpellChecker:
    from spellchecker import SpellChecker

    return SpellChecker(language="en", distance=1)


def frequency(word: str) -> int:
    """How often English film subtitles hold the word; 0 when the dictionary does not know it."""
    return int(_dictionary()[word.casefold()])


def is_common(word: str) -> bool:
    """Whether the word, or what it is inflected from, is ordinary English rather than a name or a typing error."""
    lower = word.casefold()
    bases = (lower, *(lower.removesuffix(ending) for ending in ("s", "es", "ed", "d", "ing", "er", "ers", "or", "ors")))
    return lower in QUESTION_WORDS or any(frequency(base) >= COMMON for base in bases if len(base) > 2)


class Lexicon:
    """The words of one index.

    `vocabulary` maps lower-cased words to the number of chunks that hold them, out of `chunks`; `names` are
    further words that a question may use (aliases from the registry) and that need no correction.
    """

    def __init__(self, vocabulary: Mapping[str, int], *, chunks: int, names: Iterable[str] = ()) -> None:
        self.chunks = max(chunks, 1)
        self.words = {word.casefold(): count for word, count in vocabulary.items()}
        for name in names:
            for word in WORD.findall(name.casefold()):
                self.words.setdefault(word, 1)
        self._frequencies: dict[str, int] = {}
        for word, count in self.words.items():
            for stem in terms(word):
                self._frequencies[stem] = min(self.chunks, max(self._frequencies.get(stem, 0), count))
        self._candidates = [word for word in self.words if len(word) >= 4]

    def idf(self, stem: str) -> float:
        """The weight of a stem: BM25's inverse document frequency, at least 0.1; unseen stems weigh most."""
        seen = self._frequencies.get(stem, 0)
        return max(0.1, math.log(1 + (self.chunks - seen + 0.5) / (seen + 0.5)))

    def knows(self, word: str) -> bool:
        """Whether the index holds the word in some form; of a hyphenated one, all its parts."""
        parts = re.split(r"[-–]", word)
        return word.casefold() in self.words or all(
            any(stem in self._frequencies for stem in terms(part)) for part in parts if part
        )

    def corrected(self, text: str) -> str:
        """The text with misspelt words replaced by the index's own nearest words, everything else as it was."""
        if text.isupper():  # shouted: the capitals say nothing about names
            return WORD.sub(lambda match: self._corrected_word(match.group().lower()).upper(), text)
        return WORD.sub(lambda match: self._corrected_word(match.group(), opening=match.start() == 0), text)

    def _corrected_word(self, word: str, *, opening: bool = False) -> str:
        lower = word.casefold()
        if not lower.replace("-", "").isalpha() or self.knows(word) or lower in QUESTION_WORDS:
            return word
        if "-" in word:
            return "-".join(self._corrected_word(part) for part in word.split("-"))
        if (word.islower() or (opening and word.istitle())) and len(lower) <= 4 and frequency(lower) < COMMON:
            asking = _nearest(lower, _asking_words(), allowed=1)
            if asking:
                return asking.capitalize() if opening and word.istitle() else asking
        if len(lower) < 4 or frequency(lower) >= COMMON // 10 or (word.isupper() and len(word) < 6):
            return word
        # A capitalised word the index has never seen is more likely somebody's name than a slip.
        allowed = 1 if len(lower) < 7 or (word[0].isupper() and len(lower) < 9) else 2
        best = _nearest(lower, self._candidates, allowed=allowed, weight=self.words)
        if best is None and word.islower():
            best = self._parted(lower) or _plain_english(lower)
        if best is None:
            return word
        return best.upper() if word.isupper() else best.capitalize() if word[0].isupper() else best

    def _parted(self, word: str) -> str | None:
        """The two ordinary words between which the space was forgotten; one of them asks or is in the index."""
        pairs = [(word[:place], word[place:]) for place in range(2, len(word) - 1)]
        fitting = [
            pair
            for pair in pairs
            if all(map(self._is_plain, pair)) and any(part in QUESTION_WORDS or part in self.words for part in pair)
        ]
        return " ".join(max(fitting, key=lambda pair: min(map(frequency, pair)))) if fitting else None

    def _is_plain(self, word: str) -> bool:
        return word in QUESTION_WORDS or (len(word) > 2 and (word in self.words or frequency(word) >= 10 * COMMON))


@lru_cache(maxsize=1)
def _asking_words() -> tuple[str, ...]:
    """Question words in the order in which they are meant where two are as near: letters are left out, not added."""
    return tuple(sorted(QUESTION_WORDS, key=lambda word: (-len(word), -frequency(word), word)))


def _nearest(
    word: str, candidates: Sequence[str], *, allowed: int, weight: Mapping[str, int] | None = None
) -> str | None:
    """The candidate at the smallest edit distance (a swap of neighbours counts once), at most `allowed`.

    Of several it is the one with the greatest weight, then the first. With one slip the first letter is taken to
    be right, unless two letters changed places.
    """
    weights = weight or {}
    near = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=allowed, limit=None)
    fitting = [
        (distance, -weights.get(candidate, 0), position, candidate)
        for candidate, distance, position in near
        if len(candidate) > 2 and (allowed > 1 or candidate[0] == word[0] or sorted(candidate) == sorted(word))
    ]
    return min(fitting)[-1] if fitting else None


@lru_cache(maxsize=4096)
def _plain_english(word: str) -> str | None:
    """The ordinary English word one slip away, if there is one."""
    found = sorted(candidate for candidate in _dictionary().edit_distance_1(word) if frequency(candidate) >= COMMON)
    return max(found, key=frequency, default=None)
