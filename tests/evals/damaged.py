"""Assistants that are damaged on purpose, for the comparison to find."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from assistant import Answer, AnswerSentence, Assistant, Citation, Conversation, HybridRetriever, Passage
from ingest import sentences_of


class _Nowhere(HybridRetriever):
    """Retrieval off: the same passages for every question."""

    def passages(self, question: str, **_: Any) -> list[Passage]:
        chunks = self.index.chunks[: self.k]
        return [Passage(chunk=chunk, rank=rank, score=1.0) for rank, chunk in enumerate(chunks, start=1)]


class WithoutRetrieval(Assistant):
    """It reads whatever stands first in the index."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.library.retriever = _Nowhere(index=self.index)


class WithoutAbstention(Assistant):
    """It says the nearest sentence where it should say that it does not know."""

    def ask(self, question: str, conversation: Conversation | None = None) -> Answer:
        answer = super().ask(question, conversation)
        if answer.kind != "abstention" or not answer.evidence:
            return answer
        best = answer.evidence[0]
        citation = _citation(best.passage, best.sentence.start, best.sentence.end)
        said = AnswerSentence(text=citation.quote, citations=(1,))
        return replace(
            answer, kind="answer", reason=None, text=f"{said.text} [1]", sentences=(said,), citations=(citation,)
        )


class WithShiftedCitations(Assistant):
    """What it says stays right, but every citation quotes the sentence after the one that it should."""

    def ask(self, question: str, conversation: Conversation | None = None) -> Answer:
        answer = super().ask(question, conversation)
        return replace(answer, citations=tuple(self._shifted(answer, citation) for citation in answer.citations))

    @staticmethod
    def _shifted(answer: Answer, citation: Citation) -> Citation:
        passage = answer.passage_of(citation)
        if passage is None:
            return citation
        places = [(one.start, one.end) for one in sentences_of(passage.chunk)]
        here = places.index((citation.start, citation.end)) if (citation.start, citation.end) in places else 0
        if len(places) == 1:
            return citation
        return replace(_citation(passage, *places[(here + 1) % len(places)]), marker=citation.marker)


def _citation(passage: Passage, start: int, end: int) -> Citation:
    quote = passage.text[start - passage.start : end - passage.start]
    return Citation(
        marker=1,
        title=passage.title,
        section=passage.section,
        source=passage.source,
        url=None,
        quote=quote,
        start=start,
        end=end,
        sha256=hashlib.sha256(quote.encode("utf-8")).hexdigest(),
        as_of=None,
    )
