"""Signals: what words, cosines, names and the type of the question say of a sentence, and what the reader says.

`SIGNALS` names them in the order of the columns, group by group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from langchain_core.documents import Document

from assistant.answer_type import NUMBER, YEAR, has_type
from assistant.evidence import Candidate
from assistant.lexicon import SYNONYMS, Lexicon, with_kin
from assistant.names import Name, Names, abbreviations
from assistant.polarity import negated, says_the_opposite, superlatives
from assistant.question import Question
from assistant.reader import Reading
from ingest import terms

Floats = npt.NDArray[np.float64]

GROUPS: Mapping[str, tuple[str, ...]] = {
    "words": (
        "covered by the sentence",
        "covered by the sentence in its section",
        "covered by the passage",
        "rest covered by the sentence",
        "rest covered by the passage",
        "rarest word missing",
    ),
    "cosines": (
        "cosine of the sentence",
        "cosine of the passage",
        "cosine above the runner-up",
        "rank of the passage",
    ),
    "names": (
        "is about the name asked for",
        "is not about the name asked for",
        "name nobody knows",
    ),
    "type of answer": (
        "holds the type asked for",
        "lacks the type asked for",
        "rest and type both missing",
        "number that is not there",
        "belongs to a list that is asked for",
    ),
    "polarity": (
        "negation differs",
        "says the opposite",
        "superlative that is not there",
    ),
    "descriptions": (
        "describes what is asked for",
        "opens its section",
        "description is asked for",
        "spells out what is asked for",
    ),
    "reader": (
        "read: the sentence",
        "read: the passage",
    ),
}
SIGNALS = tuple(name for names in GROUPS.values() for name in names)


@lru_cache(maxsize=50_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(terms(text))


@lru_cache(maxsize=50_000)
def _spaced(text: str) -> str:
    return f" {re.sub(r'[^0-9a-zà-ÿ+]+', ' ', text.casefold()).strip()} "


def _covered(stem: str, words: frozenset[str]) -> float:
    if stem in words:
        return 1.0
    return 0.8 if not words.isdisjoint(SYNONYMS.get(stem, frozenset())) else 0.0


def _share(weights: Mapping[str, float], words: frozenset[str], *, otherwise: float) -> float:
    """The share of the stems, by weight, that are among the words; `otherwise` where there are no stems."""
    total = sum(weights.values())
    return sum(w * _covered(s, words) for s, w in weights.items()) / total if total else otherwise


def _without_names(said: str, named: Sequence[Name]) -> str:
    """The sentence without the names asked about: "where is X" is not answered by saying X."""
    for spelling in sorted((s for name in named for s in name.spellings), key=len, reverse=True):
        said = re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", " ", said, flags=re.IGNORECASE)
    return said


def _describes(question: Question, said: str) -> float:
    """How much a sentence looks like the description of what the question is about, by where it says the name.

    1 when it opens with the name as the person spells it or explains that spelling in brackets, less when it
    opens with another spelling or has the name further on.
    """
    words = said.split()
    opening, start = " ".join(words[:18]).casefold(), " ".join(words[:8]).casefold().removeprefix("the ")
    topics = [question.text[m.start : m.end].casefold() for m in question.mentions]
    others = [s.casefold() for name in question.names for s in name.spellings]
    if not topics:
        topic = " ".join(question.stems[:3])
        return 0.7 if topic and " ".join(terms(start)).startswith(topic) else 0.0
    if any(start.startswith(topic) or f"({topic})" in opening for topic in topics):
        return 1.0
    if any(start.startswith(other) for other in others):
        return 0.6
    return 0.3 if any(topic in opening for topic in (*topics, *others)) else 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A question with the weights of its stems, and of those that are no names; whether it denies something."""

    question: Question
    weights: Mapping[str, float]
    rest: Mapping[str, float]
    denied: bool
    superlatives: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Text:
    """A candidate as the signals see it: what it says with its lead-in, and the headings around it.

    `own`, `near` and `whole` are the stems of what it says, with those around it and of names asked for that its
    document is about, and with those of the passage. `rest_said` and `rest_there` are the shares of the question's
    stems without names that the sentence under its headings has, and that the passage has.
    """

    candidate: Candidate
    said: str
    around: str
    own: frozenset[str]
    near: frozenset[str]
    whole: frozenset[str]
    rest_said: float
    rest_there: float


def _cosines(found: Sequence[Candidate], cosines: Floats) -> Floats:
    runner_up = float(np.sort(cosines)[-2]) if len(cosines) > 1 else 0.0
    best_of_passage: dict[int, float] = {}
    for candidate, cosine in zip(found, cosines, strict=True):
        rank = candidate.passage.rank
        best_of_passage[rank] = max(best_of_passage.get(rank, -1.0), float(cosine))
    ranks = [candidate.passage.rank for candidate in found]
    return np.column_stack(
        [cosines, [best_of_passage[rank] for rank in ranks], cosines - runner_up, [1.0 / rank for rank in ranks]]
    )


def _polarity(asked: _Asked, text: _Text) -> tuple[float, ...]:
    there = f"{text.around} {text.said}"
    return (
        float(asked.question.asks != "yes_no" and asked.denied != negated(text.said)),
        float(says_the_opposite(asked.question.text, there)),
        float(bool(asked.superlatives) and asked.superlatives.isdisjoint(superlatives(there))),
    )


class Signals:
    """Computes the signals of one index."""

    def __init__(
        self, chunks: Sequence[Document], *, lexicon: Lexicon, names: Names, places: Iterable[str] = ()
    ) -> None:
        self.lexicon = lexicon
        self.names = names
        # "Maastricht University" is no place, though Maastricht is one.
        known = "|".join(re.escape(place) for place in sorted(places, key=len, reverse=True))
        self._place = re.compile(rf"\b(?:{known or '(?!)'})\b(?! +[A-ZÀ-Þ])")
        openers: dict[tuple[str, str], str] = {}
        for chunk in chunks:
            openers.setdefault((chunk.metadata["source"], chunk.metadata["section"]), str(chunk.id))
        self._openers = frozenset(openers.values())

    def groups(
        self,
        question: Question,
        found: Sequence[Candidate],
        *,
        vector: npt.NDArray[np.float32],
        sentence_vectors: Sequence[npt.NDArray[np.float32]],
        readings: Sequence[Reading],
    ) -> Iterator[tuple[str, Floats]]:
        """The columns of each of the GROUPS in turn (n candidates, its signals), computed when asked for.

        There is at least one candidate. `sentence_vectors` holds one row per candidate, `readings` what the reader says
        of their passages, in order.
        """
        asked = self._asked(question, found)
        texts = [self._text(asked, candidate) for candidate in found]
        yield "words", np.array([self._words(asked, text) for text in texts])
        yield "cosines", _cosines(found, np.array([float(row @ vector) for row in sentence_vectors]))
        yield "names", np.array([self._named(asked, text) for text in texts])
        yield "type of answer", np.array([self._type_of_answer(asked, text) for text in texts])
        yield "polarity", np.array([_polarity(asked, text) for text in texts])
        yield "descriptions", np.array([self._descriptions(asked, text) for text in texts])
        yield "reader", np.array([(score, one.page) for one in readings for score in one.sentences])

    def _asked(self, question: Question, found: Sequence[Candidate]) -> _Asked:
        # "Located" need not be said of a place; where a sentence does say it, that one is meant.
        spoken = frozenset().union(*(_stems(candidate.sentence.text) for candidate in found))
        said_too = [stem for stem in question.implied if stem in spoken]
        weights = {stem: self.lexicon.idf(stem) for stem in (*question.stems, *said_too)}
        return _Asked(
            question=question,
            weights=weights,
            rest={stem: weights[stem] for stem in (*question.rest, *said_too)},
            denied=negated(question.text),
            superlatives=superlatives(question.text),
        )

    @staticmethod
    def _text(asked: _Asked, candidate: Candidate) -> _Text:
        sentence, passage = candidate.sentence, candidate.passage
        metadata = passage.chunk.metadata
        said = f"{sentence.lead_in or ''} {sentence.text}"
        around = f"{metadata['title']} {metadata['section']} {metadata.get('partner', '')}"
        own = _stems(said)
        placed = own | _stems(around)
        near = placed | {
            stem
            for name in asked.question.names
            if passage.source in name.sources
            for spelling in name.spellings
            for stem in _stems(spelling)
        }
        whole = near | _stems(passage.text)
        rest_said, rest_there = (_share(asked.rest, words, otherwise=1.0) for words in (placed, whole))
        return _Text(
            candidate=candidate, said=said, around=around, own=own, near=near, whole=whole,
            rest_said=rest_said, rest_there=rest_there,
        )  # fmt: skip

    @staticmethod
    def _words(asked: _Asked, text: _Text) -> tuple[float, ...]:
        covered = (_share(asked.weights, words, otherwise=0.0) for words in (text.own, text.near, text.whole))
        missing = max((w for s, w in asked.weights.items() if _covered(s, text.whole) == 0.0), default=0.0)
        return (*covered, text.rest_said, text.rest_there, missing / 5.0)

    def _named(self, asked: _Asked, text: _Text) -> tuple[float, ...]:
        question, source = asked.question, text.candidate.passage.source
        hits = [
            (name.subject and source in name.sources) or self._holds(f"{text.said} {text.around}", name.spellings)
            for name in question.names
        ]
        about = 0.5 + 0.5 * all(hits) if any(hits) else 0.0
        strange = float(bool(question.unknown)) + 0.5 * float(bool(question.doubtful))
        return about, float(bool(hits) and not any(hits)), strange

    def _type_of_answer(self, asked: _Asked, text: _Text) -> tuple[float, ...]:
        question, sentence = asked.question, text.candidate.sentence
        holds = self._has_type(question, text)
        absent = [n for n in question.numbers if n not in text.said and question.asks != "yes_no"]
        listed = question.wants_list and (sentence.kind == "item" or text.said.rstrip().endswith(":"))
        return (
            float(holds is True),
            float(holds is False),
            float(holds is False) * (1.0 - text.rest_there),
            float(bool(absent)),
            float(listed),
        )

    def _has_type(self, question: Question, text: _Text) -> bool | None:
        """Whether a text holds the type asked for; None where a question asks for no type, or it cannot be told."""
        said = text.said
        unnamed = _without_names(said, question.names) if question.asks in ("where", "who") else said
        holds = has_type(question.asks, unnamed)
        if question.asks == "where" and not holds:
            holds = bool(self._place.search(unnamed))
        section = text.candidate.passage.chunk.metadata["section"]
        if question.asks == "why" and section.split(" > ")[-1].casefold().startswith("why"):
            holds = True
        if question.asks == "how_many" and holds and not counts_asked(question, said):
            holds = None  # a number, but of something else
        if question.asks == "abbreviation":
            holds = self._spells_out(question, said)
        return holds

    def _descriptions(self, asked: _Asked, text: _Text) -> tuple[float, ...]:
        question, candidate = asked.question, text.candidate
        opens = candidate.ordinal == 0 and candidate.passage.chunk.id in self._openers
        describes = 0.0
        if question.is_definition:
            # A text presents its subject where it begins.
            describes = _describes(question, text.said) * (1.0 if opens else 0.7)
        spells_out = question.asks == "abbreviation" and self._spells_out(question, text.said)
        return describes, float(opens), float(question.is_definition), float(spells_out)

    @staticmethod
    def _holds(text: str, spellings: Sequence[str]) -> bool:
        words = _spaced(text)
        return any(_spaced(spelling) in words for spelling in spellings)

    def _spells_out(self, question: Question, said: str) -> bool:
        pairs = abbreviations(" ".join(said.split()))
        asked = {s.casefold() for name in question.names for s in name.spellings}
        if any(short.casefold() in asked or long_form.casefold() in asked for long_form, short in pairs):
            return True
        # "X is the Long Form": abbreviation and long form in one sentence, without brackets.
        return any(
            self._holds(said, [spelling])
            for name in question.names
            for spelling in name.spellings
            if len(spelling.split()) > 2
        )


_DEMANDING = frozenset({"when", "how_many", "how_much", "abbreviation"})


def merely_named(question: Question, candidate: Candidate, names: Names) -> bool:
    """Whether a candidate is an item of a list that names what is asked about and says nothing else that was asked, or
    is nothing but the name of what has a text of its own elsewhere.

    That says it belongs to the list: an answer to what is on the list, and to no question about the thing itself.
    """
    sentence, source = candidate.sentence, candidate.passage.source
    if question.wants_list or sentence.kind != "item":
        return False
    elsewhere = [name for name in names.in_text(sentence.text) if name.subject and source not in name.sources]
    if elsewhere and not _stems(_without_names(sentence.text, elsewhere)):
        return True
    if question.asks == "abbreviation" and not any(name.subject for name in question.names):
        return False  # no text of its own spells it out
    if any(source in n.sources for n in question.names if n.subject):
        return False
    named = [s for name in question.names for s in name.spellings]
    said = sentence.text.casefold()
    if not any(spelling.casefold() in said for spelling in named):
        return False
    return _stems(_without_names(sentence.text, question.names)).isdisjoint(with_kin(question.rest))


def without_type(question: Question, signals: Floats) -> npt.NDArray[np.bool_]:
    """Which candidates cannot answer, however near they come: they lack the date, number, price or long form."""
    if question.asks not in _DEMANDING:
        return np.zeros(len(signals), dtype=bool)
    return np.asarray(signals[:, SIGNALS.index("lacks the type asked for")] > 0)


_HOW_MANY = re.compile(
    r"\b(?:how many|number of|amount of|count of|total of)\b(?P<counted>(?:\W+\w+){1,4})", re.IGNORECASE
)


def counts_asked(question: Question, said: str) -> bool:
    """Whether a number of the sentence counts what the question wants counted ("five universities")."""
    asked = _HOW_MANY.search(question.text)
    if asked is None:
        return True
    wanted = with_kin(_stems(asked["counted"]) & set(question.stems))
    return not wanted or any(
        wanted & _stems(" ".join(said[match.end() :].split()[:3])) for match in NUMBER.finditer(YEAR.sub("    ", said))
    )
