"""A library: one opened index with all that is derived from it, and the weighing of questions against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from assistant.answer import Passage
from assistant.evidence import (
    SIGNALS,
    Candidate,
    Evidence,
    Floats,
    Scorer,
    Signals,
    candidates,
    without_type,
)
from assistant.lexicon import Lexicon
from assistant.names import Names
from assistant.question import Question, parse_question
from assistant.retrieval import HybridRetriever
from ingest import Index

_COSINE = SIGNALS.index("cosine of the sentence")
_COVERED = SIGNALS.index("covered by the passage")


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A question with what retrieval and evidence made of it; `evidence` is best first.

    `signals` has one row per candidate, in the order of `candidates`.
    """

    question: Question
    passages: tuple[Passage, ...]
    candidates: tuple[Candidate, ...]
    signals: Floats
    evidence: tuple[Evidence, ...]

    @property
    def probability(self) -> float:
        """That the best sentence answers."""
        return self.evidence[0].probability if self.evidence else 0.0

    @property
    def cosine(self) -> float:
        """Of the sentence nearest to the question."""
        return float(self.signals[:, _COSINE].max(initial=-1.0))

    @property
    def covered(self) -> float:
        """The share of the question's words, by weight, that one passage holds at most."""
        return float(self.signals[:, _COVERED].max(initial=0.0))


class Library:
    """What one index knows; never changes, so that an answer begun on it ends on it.

    `about` is one sentence on what its texts are about.
    """

    def __init__(self, index: Index, *, scorer: Scorer) -> None:
        self.index = index
        self.names = Names.from_index(index)
        spellings = [spelling for name in self.names.all for spelling in name.spellings]
        self.lexicon = Lexicon(index.vocabulary, chunks=len(index.chunks), names=spellings)
        self.retriever = HybridRetriever(index=index)
        self._signals = Signals(
            index.chunks,
            lexicon=self.lexicon,
            names=self.names,
            places=[place for partner in index.partners for place in partner.places],
        )
        self._scorer = scorer
        self.about = _about(index)

    def parse(self, text: str) -> Question:
        return parse_question(text, lexicon=self.lexicon, names=self.names)

    def retrieve(self, question: Question, *, context: str = "") -> tuple[list[Passage], npt.NDArray[np.float32]]:
        """The passages for a question, best first, and the vector of the question."""
        vector = np.asarray(self.index.embeddings.embed_query(question.expanded), dtype=np.float32)
        passages = self.retriever.passages(
            question.expanded,
            vector=vector.tolist(),
            about=[source for name in question.names for source in name.sources],
            context=context,
        )
        return passages, vector

    def weigh(self, question: Question, passages: Sequence[Passage], vector: npt.NDArray[np.float32]) -> Weighed:
        """How well each sentence of the passages answers the question."""
        found = candidates(passages)
        vectors = self.index.sentence_vectors([passage.chunk for passage in passages])
        of_passage = {passage.rank: matrix for passage, matrix in zip(passages, vectors, strict=True)}
        rows = [of_passage[candidate.passage.rank][candidate.ordinal] for candidate in found]
        signals = self._signals.matrix(question, found, vector=vector, sentence_vectors=rows)
        probabilities = self._scorer(question, found, signals) if found else np.zeros(0)
        probabilities = np.where(without_type(question, signals), 0.1 * probabilities, probabilities)
        evidence = [
            Evidence(sentence=c.sentence, passage=c.passage, ordinal=c.ordinal, probability=float(p))
            for c, p in zip(found, probabilities, strict=True)
        ]
        evidence.sort(key=lambda e: (-e.probability, e.passage.rank, e.ordinal))
        return Weighed(
            question=question,
            passages=tuple(passages),
            candidates=tuple(found),
            signals=signals,
            evidence=tuple(evidence),
        )

    def weigh_document(self, questions: Sequence[str], source: str) -> list[Weighed]:
        """Questions weighed against the beginning of one document, as many chunks as retrieval would return."""
        chunks = self.retriever.chunks_of(source)[: self.retriever.k]
        passages = [Passage(chunk=chunk, rank=rank, score=1.0) for rank, chunk in enumerate(chunks, start=1)]
        parsed = [self.parse(question) for question in questions]
        vectors = self.index.embeddings.embed_documents([question.expanded for question in parsed])
        return [
            self.weigh(question, passages, np.asarray(vector, dtype=np.float32))
            for question, vector in zip(parsed, vectors, strict=True)
        ]


def _about(index: Index) -> str:
    titles = [partner.name for partner in index.partners] or [document.title for document in index.documents]
    titles = list(dict.fromkeys(titles))
    if len(titles) > 4:
        titles = [*titles[:3], "more"]
    listed = " and ".join(filter(None, (", ".join(titles[:-1]), titles[-1])))
    count = len(index.documents)
    return f"I answer questions about {listed}, from {count} text{'s' if count > 1 else ''}."
