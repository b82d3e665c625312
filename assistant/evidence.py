"""Evidence: sentences of the passages, before and after they are weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer import Passage
from assistant.instruction import is_instruction
from assistant.reader import Page
from ingest import Sentence, sentences_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A sentence of a passage, before it is weighed."""

    sentence: Sentence
    passage: Passage
    ordinal: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Evidence:
    """A sentence of a passage with the probability (0 to 1) that it answers the question.

    `span` has the characters of the sentence that are the shortest answer, if the reader has found one.
    """

    sentence: Sentence
    passage: Passage
    ordinal: int
    probability: float
    span: tuple[int, int] = (0, 0)


def candidates(passages: Sequence[Passage]) -> list[Candidate]:
    """The sentences of the passages, passage by passage, in reading order, without planted instructions."""
    return [
        Candidate(sentence=_unled(sentence), passage=passage, ordinal=ordinal)
        for passage in passages
        for ordinal, sentence in enumerate(sentences_of(passage.chunk))
        if not is_instruction(sentence.text)
    ]


def _unled(sentence: Sentence) -> Sentence:
    """The sentence without its lead-in where that gives orders to a machine."""
    if sentence.lead_in is None or not is_instruction(sentence.lead_in):
        return sentence
    return replace(sentence, lead_in=None, lead_in_start=None, lead_in_end=None)


def pages_of(found: Sequence[Candidate]) -> list[Page]:
    """What the reader reads of the candidates, a page for each passage, in the order of the candidates."""
    passages: dict[int, list[Candidate]] = {}
    for candidate in found:
        passages.setdefault(candidate.passage.rank, []).append(candidate)
    return [_page(own) for own in passages.values()]


def _page(own: Sequence[Candidate]) -> Page:
    passage = own[0].passage
    starts = {candidate.sentence.start for candidate in own}
    # A list that goes on from the chunk before, or a table: what introduces it stands in none of the sentences.
    leads = [c.sentence.lead_in for c in own if c.sentence.lead_in and c.sentence.lead_in_start not in starts]
    section = passage.section.removeprefix(passage.title).removeprefix(" > ")
    heads = (head for head in (passage.title, section, *leads) if head and not is_instruction(head))
    return Page(
        head=" – ".join(dict.fromkeys(heads)),
        sentences=tuple(candidate.sentence.text for candidate in own),
    )
