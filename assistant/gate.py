"""The gate: what a chat model wrote is shown only where the passages bear it out, with the exact spans that do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from assistant.answer import Citation, Passage, Verdict
from assistant.evidence import Candidate, candidates, pages_of
from assistant.names import Names
from assistant.quotes import cite
from assistant.support import Checks, Spellings, Support

_LONGEST = 45
"""Words. The checker reads no more of a statement, and what it has not read it cannot vouch for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gated:
    """A sentence, its verdict, and, where it is supported, the spans behind it in reading order."""

    text: str
    verdict: Verdict
    score: float
    spans: tuple[tuple[Passage, int, int], ...] = ()


class Gate:
    """Checks sentences against numbered passages, from 1 on as the chat model was shown them."""

    def __init__(self, passages: Sequence[Passage], *, checker: Checks, names: Names) -> None:
        self._passages = passages
        self._checker = checker
        self._names = names

    @cached_property
    def _inside(self) -> list[list[Candidate]]:
        return [candidates([passage]) for passage in self._passages]

    def check(self, sentence: str, *, asked: str, cited: Sequence[int] = ()) -> Gated:
        """A sentence that replies to what was asked, by the passages it cites, or else by any that was shown."""
        if len(sentence.split()) > _LONGEST:
            return Gated(text=sentence, verdict="unsupported", score=0.0)
        there = [place for place, found in enumerate(self._inside) if found]
        first = [number - 1 for number in dict.fromkeys(cited) if number - 1 in there]
        best = Gated(text=sentence, verdict="unsupported", score=0.0)
        for places in (first, [place for place in there if place not in first]):
            found = self._best(sentence, places, asked)
            if found and (found.verdict == "supported" or found.score > best.score):
                best = found
            if best.verdict == "supported":
                break
        return best

    def _best(self, sentence: str, places: Sequence[int], asked: str) -> Gated | None:
        """What the best of some passages makes of a sentence."""
        pages = [page for place in places for page in pages_of(self._inside[place])]
        known = [self._spellings[place] for place in places]
        if not pages:
            return None
        support = self._checker.check(sentence, pages, asked=asked, known=known)
        supported = support.verdict == "supported"
        spans = self._spans(places[support.page], support) if supported else ()
        return Gated(text=sentence, verdict=support.verdict, score=support.score, spans=spans)

    @cached_property
    def _spellings(self) -> list[Spellings]:
        """The names in each passage, each in all its spellings."""
        texts = (f"{passage.title} {passage.section} {passage.text}" for passage in self._passages)
        return [self._names.spellings_in(text) for text in texts]

    def _spans(self, place: int, support: Support) -> tuple[tuple[Passage, int, int], ...]:
        """The sentences that bear it out, neighbours as one span."""
        own = self._inside[place]
        spans: list[tuple[Passage, int, int]] = []
        for number in support.sentences:
            sentence = own[number].sentence
            # Neighbours, and nothing between them that was left out as an order to a machine.
            if spans and number - 1 in support.sentences and own[number - 1].ordinal + 1 == own[number].ordinal:
                spans[-1] = (spans[-1][0], spans[-1][1], sentence.end)
            else:
                spans.append((self._passages[place], sentence.start, sentence.end))
        return tuple(spans)


class Cited:
    """Citations as they are needed, the same span under the same marker."""

    def __init__(self) -> None:
        self._citations: dict[tuple[str, int, int], Citation] = {}

    def markers(self, gated: Gated) -> tuple[int, ...]:
        found = []
        for passage, start, end in gated.spans:
            key = (passage.source, start, end)
            if key not in self._citations:
                self._citations[key] = cite(len(self._citations) + 1, passage, start, end)
            found.append(self._citations[key].marker)
        return tuple(found)

    @property
    def citations(self) -> tuple[Citation, ...]:
        return tuple(self._citations.values())
