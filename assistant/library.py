"""A library: one opened index with all that is derived from it, and the weighing of questions against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assistant.answer import Passage
from assistant.calibration import Scorer, any_answers
from assistant.evidence import Candidate, Evidence, candidates, pages_of
from assistant.lexicon import Lexicon
from assistant.names import Names
from assistant.question import Question, parse_question
from assistant.reader import Reads
from assistant.retrieval import HybridRetriever
from assistant.signals import SIGNALS, Floats, Signals, merely_named, without_type
from ingest import Index

_COSINE = SIGNALS.index("cosine of the sentence")
_COVERED = SIGNALS.index("covered by the passage")

_TRANSLATED = (
    "We bake bread for our neighbours every morning before they wake up.",
    "Elke ochtend maken wij brood voor onze buren, nog voordat ze wakker worden.",
    "Jeden Morgen backen wir Brot für unsere Nachbarn, bevor sie aufwachen.",
    "The harbour was closed for a year after the storm.",
)
_SAME_MEANING, _STEEPNESS = 0.5, 12.0
"""The cosine from which two texts in different languages mean the same, and how sharp that limit is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """A question with what retrieval and evidence made of it; `evidence` is best first.

    `context` is what was asked before; `signals` has one row per candidate, in the order of `candidates`.
    """

    question: Question
    context: str
    passages: tuple[Passage, ...]
    candidates: tuple[Candidate, ...]
    signals: Floats
    evidence: tuple[Evidence, ...]

    @property
    def probability(self) -> float:
        """That one of the sentences answers."""
        return any_answers([evidence.probability for evidence in self.evidence])

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

    def __init__(self, index: Index, *, reader: Reads, scorer: Scorer) -> None:
        self.index = index
        self.names = Names.from_index(index)
        spellings = [spelling for name in self.names.all for spelling in name.spellings]
        self.lexicon = Lexicon(index.vocabulary, chunks=len(index.chunks), names=spellings)
        self.retriever = HybridRetriever(index=index)
        self.signals = Signals(
            index.chunks,
            lexicon=self.lexicon,
            names=self.names,
            places=[place for partner in index.partners for place in partner.places],
        )
        self.reader = reader
        self._scorer = scorer
        self.about = _about(index)

    @cached_property
    def multilingual(self) -> bool:
        """Whether the embedding model places a sentence nearer to its translations than to another sentence."""
        english, dutch, german, another = np.asarray(self.index.embeddings.embed_documents(list(_TRANSLATED)))
        least = min(float(english @ dutch), float(english @ german), float(dutch @ german))
        return least > max(_SAME_MEANING, float(english @ another) + 0.2)

    def parse(self, text: str) -> Question:
        return parse_question(text, lexicon=self.lexicon, names=self.names)

    def retrieve(
        self, question: Question, *, context: str = "", cited: Sequence[str] = ()
    ) -> tuple[list[Passage], npt.NDArray[np.float32]]:
        """The passages for a question, best first, and the vector of the question."""
        vector = np.asarray(self.index.embeddings.embed_query(question.expanded), dtype=np.float32)
        passages = self.retriever.passages(
            question.expanded,
            vector=vector.tolist(),
            about=[source for name in question.names for source in name.sources],
            context=context,
            cited=cited,
        )
        return passages, vector

    def weigh(
        self,
        question: Question,
        passages: Sequence[Passage],
        vector: npt.NDArray[np.float32],
        *,
        context: str = "",
        by_meaning: bool = False,
    ) -> Weighed:
        """How well each sentence of the passages answers the question.

        `by_meaning` is for a question in another language than the texts: only the vectors understand that.
        """
        found = candidates(passages)
        if not found:
            return Weighed(
                question=question,
                context=context,
                passages=tuple(passages),
                candidates=(),
                signals=np.zeros((0, len(SIGNALS))),
                evidence=(),
            )
        readings = self.reader.read(question.expanded, pages_of(found), context=context)
        spans = [span for reading in readings for span in reading.spans]
        groups = self.signals.groups(
            question, found, vector=vector, sentence_vectors=self.vectors(passages, found), readings=readings
        )
        signals = np.hstack([columns for _, columns in groups])
        if by_meaning:
            probabilities = 1.0 / (1.0 + np.exp(-_STEEPNESS * (signals[:, _COSINE] - _SAME_MEANING)))
        else:
            probabilities = self._scorer(question, found, signals)
            beside = without_type(question, signals) | [
                merely_named(question, candidate, self.names) for candidate in found
            ]
            probabilities = np.where(beside, 0.1 * probabilities, probabilities)
        evidence = [
            Evidence(sentence=c.sentence, passage=c.passage, ordinal=c.ordinal, probability=float(p), span=span)
            for c, p, span in zip(found, probabilities, spans, strict=True)
        ]
        evidence.sort(key=lambda e: (-e.probability, e.passage.rank, e.ordinal))
        return Weighed(
            question=question,
            context=context,
            passages=tuple(passages),
            candidates=tuple(found),
            signals=signals,
            evidence=tuple(evidence),
        )

    def vectors(self, passages: Sequence[Passage], found: Sequence[Candidate]) -> list[npt.NDArray[np.float32]]:
        """The vector of each candidate, a sentence of one of the passages."""
        matrices = self.index.sentence_vectors([passage.chunk for passage in passages])
        of_passage = {passage.rank: matrix for passage, matrix in zip(passages, matrices, strict=True)}
        return [of_passage[candidate.passage.rank][candidate.ordinal] for candidate in found]

    def weigh_document(self, questions: Sequence[str], source: str, *, most: int | None = None) -> list[Weighed]:
        """Questions weighed against the beginning of one document: `most` chunks, or as many as retrieval returns."""
        chunks = self.retriever.chunks_of(source)[: most or self.retriever.k]
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
