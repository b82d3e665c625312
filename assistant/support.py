"""Support: whether passages bear out a statement, judged by the evidence model and by what it must not get wrong.

The reader takes the statement where it otherwise takes a question, and marks the sentences that bear it out. It sees
meaning and overlooks details; so numbers, names, denials and claims of extent are looked for by themselves, and a
logistic model (`training/fit_support.py`) puts both together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Protocol, Self

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import LCSseq

from assistant.answer import Verdict
from assistant.facts import Facts
from assistant.measures import misstated
from assistant.polarity import superlatives
from assistant.reader import Page, Reading, Reads
from assistant.wording import contradicts
from ingest import terms

WEIGHTS = Path(__file__).parent / "weights" / "support.json"

FEATURES = (
    "read: the sentence",
    "read: the passage",
    "read again: what bears it out",
    "words covered by the passage",
    "number missing",
    "name missing",
    "says the opposite",
    "extent that is not there",
    "superlative that is not there",
    "stands there, but for words left out",
)

_BEARING = 0.0
"""The log-odds from which a sentence bears a statement out."""
_MOST_BEARING = 3
_UNSOUND = 0.5
"""What the score of a statement counts whose numbers or names are not there, or that contradicts the page."""
_EXTENT = frozenset(
    "all every each always only solely exclusively entire entirely whole both none no never any everyone everybody "
    "nobody nothing completely fully must mostly".split()
)
_WORD = re.compile(r"\w+")
_ENDS = re.compile(r"[.!?:]\W*$")
_ABBREVIATED = re.compile(r"\s*\((?=[^)]*[A-Z][^)]*[A-Z])[\w+&-]{2,15}\)")
_PAUSE = re.compile(r"[,;:()–—]")
_COORDINATED = re.compile(r"\b(?:and|or|but|nor|while|whereas|not|no|never|without|except|than)\b", re.IGNORECASE)
_LIST_NUMBER = re.compile(r"^\W*\d+[.)]\s", re.MULTILINE)
_LONGEST_GRAM = 3
_NUMBERS_WEIGH = 0.3

_NOTHING = Facts.from_text("")

Floats = npt.NDArray[np.float64]

Spellings = Sequence[Sequence[str]]
"""Names, each in all its spellings, the usual one first."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """The verdict on a statement and the probability (0 to 1) that it is supported.

    `page` and `sentences` say where: the number of a page, and of those of its sentences that bear it out. `missing`
    are the numbers and names that the page does not have.
    """

    verdict: Verdict
    score: float
    page: int = 0
    sentences: tuple[int, ...] = ()
    missing: tuple[str, ...] = ()


class Checks(Protocol):
    """The seam for other checkers: a statement, pages, the question that it replies to, and the names of each page."""

    def check(
        self, statement: str, pages: Sequence[Page], *, asked: str = "", known: Sequence[Spellings] = ()
    ) -> Support: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Findings:
    """What was found out about a statement and one page: its FEATURES, and what `Support` tells of it."""

    features: Floats
    sentences: tuple[int, ...]
    missing: tuple[str, ...]
    contradicted: bool

    @property
    def unsound(self) -> bool:
        return self.contradicted or bool(self.missing)


@dataclass(frozen=True, kw_only=True, slots=True)
class _BorneOut:
    """A page as it was first read with a statement: the sentences that bear it out if any do, and whether it stands in
    them word for word."""

    page: Page
    reading: Reading
    sentences: tuple[int, ...]
    stands: bool
    known: Spellings


@dataclass(frozen=True, kw_only=True, slots=True)
class SupportChecker:
    """Judges statements against pages. `threshold` is the least probability of one that counts as supported."""

    reader: Reads
    weights: tuple[float, ...]
    intercept: float
    threshold: float

    @classmethod
    def load(cls, reader: Reads, path: Path = WEIGHTS) -> Self:
        stored = json.loads(path.read_text(encoding="utf-8"))
        weights = tuple(stored["weights"].get(name, 0.0) for name in FEATURES)
        return cls(reader=reader, weights=weights, intercept=stored["intercept"], threshold=stored["threshold"])

    def check(
        self, statement: str, pages: Sequence[Page], *, asked: str = "", known: Sequence[Spellings] = ()
    ) -> Support:
        """The support of a statement by the one of the pages that bears it out best; none without any page.

        `asked` is the question that it replies to ("Yes, since 2007."); `known` has for each page the names in it,
        each in all its spellings: whoever says one of them has said the others. A number or name that is missing, or a
        contradiction, is never supported.
        """
        found = self.find(statement, pages, asked=asked, known=known)
        if not found:
            return Support(verdict="unsupported", score=0.0)
        scores = [self._probability(one.features) * (_UNSOUND if one.unsound else 1.0) for one in found]
        page = int(np.argmax(scores))
        best = found[page]
        verdict: Verdict = "supported" if scores[page] >= self.threshold and not best.unsound else "unsupported"
        if verdict == "unsupported" and best.contradicted:
            verdict = "contradicted"
        return Support(verdict=verdict, score=scores[page], page=page, sentences=best.sentences, missing=best.missing)

    def find(
        self, statement: str, pages: Sequence[Page], *, asked: str = "", known: Sequence[Spellings] = ()
    ) -> list[Findings]:
        """What tells whether each of the pages supports a statement."""
        if not pages:
            return []
        readings = self.reader.read(statement, pages, context=asked)
        borne = [
            _borne_out(statement, page, reading, names)
            for page, reading, names in zip(pages, readings, known or [()] * len(pages), strict=True)
        ]
        # Beside much else a detail is overlooked that is plain in two or three sentences.
        again = self.reader.read(statement, [_only(one) for one in borne], context=asked)
        return [_findings(statement, one, reading) for one, reading in zip(borne, again, strict=True)]

    def _probability(self, features: Floats) -> float:
        return float(1.0 / (1.0 + np.exp(-(features @ np.array(self.weights) + self.intercept))))


def _borne_out(statement: str, page: Page, reading: Reading, known: Spellings) -> _BorneOut:
    standing = _standing(statement, page, known)
    sentences = standing or _bearing(statement, page, reading)
    return _BorneOut(page=page, reading=reading, sentences=sentences, stands=bool(standing), known=known)


def _only(borne: _BorneOut) -> Page:
    return Page(head=borne.page.head, sentences=tuple(borne.page.sentences[number] for number in borne.sentences))


def _findings(statement: str, borne: _BorneOut, again: Reading) -> Findings:
    said, page = Facts.from_text(statement), borne.page
    whole = " ".join((page.head, *page.sentences))
    bearing = " ".join(_only(borne).sentences)
    shown = Facts.from_text(f"{page.head} {bearing}")
    missing = said.missing_from(shown, about=Facts.from_text(_listed_out(borne.known)))
    numbers = said.required - shown.numbers
    words = set(re.findall(r"\w+", whole.casefold()))
    stated = set(re.findall(r"\w+", statement.casefold()))
    contradicted = contradicts(statement, bearing)
    features = (
        max(borne.reading.sentences, default=-10.0),
        borne.reading.page,
        again.page,
        covered_share(statement, whole),
        float(bool(numbers)),
        float(len(missing) > len(numbers)),
        float(contradicted),
        float(bool((stated & _EXTENT) - words)),
        float(bool(superlatives(statement) - superlatives(whole))),
        float(borne.stands),
    )
    return Findings(
        features=np.clip(np.array(features, dtype=np.float64), -15.0, 15.0),
        sentences=borne.sentences,
        missing=missing if borne.stands else (*missing, *misstated(statement, bearing)),
        contradicted=contradicted,
    )


def _bearing(statement: str, page: Page, reading: Reading) -> tuple[int, ...]:
    """The sentences that bear a statement out, in reading order: the best one and those that it needs beside it, for
    words that it has not, or for a number or name."""
    order = sorted(range(len(page.sentences)), key=lambda number: -reading.sentences[number])
    kept = order[:1]
    said = Facts.from_text(statement)
    for number in order[1:]:
        if len(kept) == _MOST_BEARING:
            break
        so_far = " ".join((page.head, *(page.sentences[other] for other in kept)))
        with_it = f"{so_far} {page.sentences[number]}"
        lacking = said.missing_from(Facts.from_text(so_far), about=_NOTHING)
        adds = covered_share(statement, with_it) > covered_share(statement, so_far)
        if (reading.sentences[number] >= _BEARING and adds) or (
            lacking and len(said.missing_from(Facts.from_text(with_it), about=_NOTHING)) < len(lacking)
        ):
            kept.append(number)
    return tuple(sorted(kept))


def _standing(statement: str, page: Page, known: Spellings) -> tuple[int, ...]:
    """The sentences that say a statement in its own words: one, or a lead-in with items of its list; else none."""
    said = _unified(statement, known)
    texts = [_unified(text, known) for text in page.sentences]
    for number, text in enumerate(texts):
        if stands_in(said, text):
            return (number,)
        if text.rstrip().endswith(":"):
            following = takewhile(lambda place: not _ENDS.search(texts[place]), range(number + 1, len(texts)))
            items = {place: texts[place].strip(" ;,") for place in following}
            if found := _with_items(said, text.rstrip(" :"), items):
                return (number, *found)
    return ()


def _with_items(statement: str, lead_in: str, items: Mapping[int, str]) -> list[int]:
    """The items that a statement names, where the rest of it stands in what leads into them."""
    found = []
    for place, item in sorted(items.items(), key=lambda pair: -len(pair[1])):
        named = re.compile(rf"(?<!\w){re.escape(item)}(?!\w)", re.IGNORECASE)
        if item and named.search(statement):
            statement = named.sub("\0", statement, count=1)
            found.append(place)
    rest = re.sub(r"(?:[\s,;:]|\b(?:and|or)\b)*\0(?:[\s,;:]|\b(?:and|or)\b)*", " ", statement)
    return sorted(found) if found and stands_in(rest, lead_in) else []


def _unified(text: str, known: Spellings) -> str:
    """A text with each known name in one spelling, and without abbreviations in brackets."""
    pattern, first = _spelt(tuple(map(tuple, known)))
    return pattern.sub(lambda match: first[match[0].casefold()], _ABBREVIATED.sub("", text))


@lru_cache(maxsize=256)
def _spelt(known: tuple[tuple[str, ...], ...]) -> tuple[re.Pattern[str], Mapping[str, str]]:
    """What finds each spelling of some names, and the first spelling of each name."""
    spellings = sorted((spelling for name in known for spelling in name), key=len, reverse=True)
    # "SHE" is a school, and "she" is not.
    spelt = "|".join(re.escape(one) if one.isupper() else f"(?i:{re.escape(one)})" for one in spellings)
    first = {spelling.casefold(): name[0] for name in known for spelling in name}
    return re.compile(rf"(?<!\w)(?:{spelt or '(?!)'})(?!\w)"), first


def _listed_out(known: Spellings) -> str:
    return " ".join(spelling for name in known for spelling in name)


def stands_in(statement: str, sentence: str) -> bool:
    """Whether a sentence says a statement in the statement's own words and order, with nothing left out in between but
    a phrase of its own.

    What is left out after a number, across "and" or "but", or up to a comma joins what the sentence does not: "a hub in
    Brussels [in 2010 and in Delhi] in 2014".
    """
    said = [word.casefold() for word in _WORD.findall(statement)]
    found = list(_WORD.finditer(sentence))
    there = [match[0].casefold() for match in found]
    blocks = [block for block in LCSseq.opcodes(said, there) if block.tag == "equal"]
    if not said or sum(block.src_end - block.src_start for block in blocks) < len(said):
        return False
    kept = [place for block in blocks for place in range(block.dest_start, block.dest_end)]
    return not any(
        after > before + 1 and _joins(found[before][0], sentence[found[before].end() : found[after].start()])
        for before, after in pairwise(kept)
    )


def _joins(before: str, gap: str) -> bool:
    """Whether leaving out a gap after a word joins what did not belong together."""
    bare = gap.strip()
    aside = bool(_PAUSE.match(bare) and _PAUSE.match(bare[-1:]))
    return bool(_COORDINATED.search(gap)) or before.isdigit() or (bool(_PAUSE.search(bare)) and not aside)


def covered_share(text: str, source: str) -> float:
    """The share of a text's content words that a source has, longer ones counting more; names say only what it is
    about, and count where there is nothing else."""
    names = {stem for name in Facts.from_text(text).names for stem in terms(name)}
    wanted = sorted(set(_terms(text)) - names) or sorted(names)
    known = set(_terms(source))
    weights = [min(len(stem), 8) for stem in wanted]
    held = sum(weight for stem, weight in zip(wanted, weights, strict=True) if stem in known)
    return held / sum(weights) if weights else 1.0


@lru_cache(maxsize=20_000)
def _terms(text: str) -> tuple[str, ...]:
    return tuple(terms(text))


def gram_share(text: str, source: str, length: int) -> float:
    """The share of a text's runs of `length` words that stand in a source too."""
    said, known = _grams(text, length), set(_grams(source, length))
    return sum(gram in known for gram in said) / len(said) if said else 0.0


def word_support(text: str, sources: Iterable[str]) -> float:
    """The support (0 to 1) of a whole answer by words alone: the share of its words, of their neighbourhoods (n-grams,
    as in BLEU, Papineni et al. 2002) and of its numbers that the sources have."""
    context = " ".join(sources)
    shares = [gram_share(text, context, length) for length in range(1, _LONGEST_GRAM + 1)]
    numbers = Facts.from_text(_LIST_NUMBER.sub(" ", text)).required
    lacking = len(numbers - Facts.from_text(context).numbers) / len(numbers) if numbers else 0.0
    return float((np.mean(shares) + _NUMBERS_WEIGH * (1.0 - lacking)) / (1.0 + _NUMBERS_WEIGH))


def _grams(text: str, length: int) -> list[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return list(zip(*(words[start:] for start in range(length)), strict=False))
