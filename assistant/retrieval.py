"""Retrieval: the passages of an index that a question may be answered from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.answer import Passage
from ingest import Index

DEPTH = 30
"""How many chunks each ranking contributes."""

_MOST_NAMED = 500
"""Chunks of the documents named up to which all of them are ranked; of more, those that other rankings found."""

_BEFORE = 0.6
"""What a ranking by what was said before counts, next to one by the question."""

_DAMPING = 60.0
"""k of reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009."""


def fuse(rankings: Sequence[tuple[Sequence[str], float]]) -> list[tuple[str, float]]:
    """Reciprocal rank fusion of weighted rankings of ids, best first, scores between 0 and 1.

    An id that leads every ranking scores 1. Ties keep the order of the first ranking that names them.
    """
    best = sum(weight for _, weight in rankings) / (_DAMPING + 1)
    scores: dict[str, float] = {}
    for ranking, weight in rankings:
        for rank, identity in enumerate(ranking, start=1):
            scores[identity] = scores.get(identity, 0.0) + weight / (_DAMPING + rank)
    return sorted(((identity, score / best) for identity, score in scores.items()), key=lambda pair: -pair[1])


class HybridRetriever(BaseRetriever):
    """Fuses the dense ranking of chunks, that of their single sentences, and BM25."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    index: Index
    k: int = 8

    @cached_property
    def _chunks(self) -> Mapping[str, Document]:
        return {str(chunk.id): chunk for chunk in self.index.chunks}

    @cached_property
    def _chunks_by_source(self) -> Mapping[str, Sequence[Document]]:
        found: dict[str, list[Document]] = {}
        for chunk in self.index.chunks:
            found.setdefault(str(chunk.metadata["source"]), []).append(chunk)
        return found

    def chunks_of(self, source: str) -> Sequence[Document]:
        """The chunks of one document in reading order; none for an unknown source."""
        return self._chunks_by_source.get(source, ())

    def passages(
        self,
        question: str,
        *,
        vector: Sequence[float] | None = None,
        about: Iterable[str] = (),
        context: str = "",
        cited: Iterable[str] = (),
        k: int | None = None,
    ) -> list[Passage]:
        """The best `k` passages for a question, best first.

        `vector` is the question's embedding where the caller has it already; `about` names the sources of
        documents that the question is explicitly about. `context` is what was asked before and `cited` the sources
        of what was said to it, which count less than the question itself.
        """
        vector = vector if vector is not None else self.index.embeddings.embed_query(question)
        dense = self.index.dense(vector, DEPTH)
        lexical = self.index.lexical(question, DEPTH)
        sentences = list(dict.fromkeys(identity for identity, _, _ in self.index.dense_sentences(vector, 2 * DEPTH)))
        rankings = [
            ([str(chunk.id) for chunk, _ in dense], 1.0),
            ([str(chunk.id) for chunk, _ in lexical], 1.0),
            (sentences, 0.7),
        ]
        found = {identity for ranking, _ in rankings for identity in ranking}
        for sources, weight in ((about, 1.0), (cited, _BEFORE)):
            own = [chunk for source in sorted(set(sources)) for chunk in self.chunks_of(source)]
            if len(own) > _MOST_NAMED:
                own = [chunk for chunk in own if str(chunk.id) in found]
            if own:
                rankings.append((self._nearest(own, vector), weight))
        if context:
            together = f"{context} {question}"
            before = self.index.dense(self.index.embeddings.embed_query(together), DEPTH)
            rankings.append(([str(chunk.id) for chunk, _ in self.index.lexical(together, DEPTH)], _BEFORE))
            rankings.append(([str(chunk.id) for chunk, _ in before], _BEFORE))
        best = fuse(rankings)[: k or self.k]
        return [
            Passage(chunk=self._chunks[identity], rank=rank, score=score)
            for rank, (identity, score) in enumerate(best, start=1)
        ]

    def _nearest(self, chunks: Sequence[Document], vector: Sequence[float]) -> list[str]:
        """Ids of the chunks, at most DEPTH, by their sentence that is nearest to the vector."""
        wanted = np.asarray(vector, dtype=np.float32)
        strength = [float((rows @ wanted).max(initial=-1.0)) for rows in self.index.sentence_vectors(chunks)]
        ordered = sorted(zip(chunks, strength, strict=True), key=lambda pair: -pair[1])
        return [str(chunk.id) for chunk, _ in ordered[:DEPTH]]

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  LangChain passes it
        **_: Any,
    ) -> list[Document]:
        """LangChain's door: the chunks, with `rank` and `score` in their metadata."""
        return [
            Document(
                id=passage.chunk.id,
                page_content=passage.text,
                metadata={**passage.chunk.metadata, "rank": passage.rank, "score": passage.score},
            )
            for passage in self.passages(query)
        ]
