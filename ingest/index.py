"""The index as readers see it: one generation, opened."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Self

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.chunking import chunker_fingerprint
from ingest.embedding import fingerprint_of, load_embeddings, window_of
from ingest.errors import IngestError
from ingest.generations import IndexFolder
from ingest.lexical import LexicalIndex
from ingest.manifest import DocumentSummary, Manifest
from ingest.registry import Partner
from ingest.sentences import sentence_count
from ingest.store import StoreGoneError, VectorStore, server_of

if TYPE_CHECKING:
    from os import PathLike

LEXICAL = "bm25"
VOCABULARY = "vocabulary.json"


class Index:
    """Chunks with their vectors, BM25 and the partner registry, as one build left them.

    A build that is published later does not change an open index; `stale` tells of it. Rankings are
    deterministic: equal scores stand in reading order, by source and start.
    """

    def __init__(self, folder: IndexFolder, manifest: Manifest, *, embeddings: Embeddings, store: VectorStore) -> None:
        self.path = folder.path
        self.embeddings = embeddings
        self._folder = folder
        self._manifest = manifest
        self._store = store
        self._order = {identity: number for number, identity in enumerate(manifest.chunk_ids)}

    @classmethod
    def open(
        cls, path: str | PathLike[str], *, embeddings: Embeddings | None = None, chroma_url: str | None = None
    ) -> Self:
        """The index in the folder `path`; `embeddings` is the model that built it, by default the settings'.

        An index on a Chroma server is looked for at `chroma_url`, or where it was built. Raises IngestError,
        naming the command that helps: no index, no index of ours, a damaged one, another embedding model or
        chunker, no server.
        """
        folder = IndexFolder(path=Path(path))
        folder.manifest()
        embeddings = embeddings if embeddings is not None else load_embeddings()
        while True:
            manifest = folder.manifest()
            _require_same_models(folder, manifest, embeddings)
            _require_same_place(folder, manifest, chroma_url)
            generation = folder.generation(manifest.generation)
            try:
                store = VectorStore.open(generation, manifest.generation, url=chroma_url)
            except StoreGoneError as error:
                if folder.current != manifest.generation:
                    continue  # builds have overtaken us and deleted what we were about to open
                raise IngestError(
                    f"The index in {folder.path} is damaged: {str(error).rstrip('.')}; "
                    f"run `{_rebuild(folder, manifest)}`."
                ) from None
            return cls(folder, manifest, embeddings=embeddings, store=store)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of files and connections; the second time does nothing."""
        self._store.close()

    @property
    def generation(self) -> str:
        """The name of the build that is open."""
        return self._manifest.generation

    @property
    def built_at(self) -> datetime:
        """When it was built, in UTC."""
        return self._manifest.built_at

    @property
    def partners(self) -> tuple[Partner, ...]:
        """The partner registry, by source; empty for texts without front matter."""
        return self._manifest.partners

    @cached_property
    def documents(self) -> tuple[DocumentSummary, ...]:
        """The Documents, by source."""
        return tuple(document.summary for document in self._manifest.documents)

    @cached_property
    def chunks(self) -> Sequence[Document]:
        """All Chunks in reading order: by source, then start. Read once, at the first use."""
        found = self._store.chunks()
        try:
            return tuple(found[identity] for identity in self._order)
        except KeyError as missing:
            raise self._damaged(f"chunk {missing} is missing") from None

    @cached_property
    def vocabulary(self) -> Mapping[str, int]:
        """In how many Chunks (title, section, lead-in and text) each lower-cased word occurs."""
        path = self._folder.generation(self.generation) / VOCABULARY
        try:
            return MappingProxyType(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise self._damaged(f"{path} cannot be read ({error})") from None

    def dense(self, vector: Sequence[float], k: int) -> list[tuple[Document, float]]:
        """The `k` Chunks nearest to a vector with their cosine, best first."""
        hits = self._store.nearest_chunks(vector, min(k, len(self._order)))
        return sorted(hits, key=lambda hit: (-hit[1], self._order.get(str(hit[0].id), 0)))

    def dense_sentences(self, vector: Sequence[float], k: int) -> list[tuple[str, int, float]]:
        """The `k` Sentences nearest to a vector, as (chunk id, ordinal in the Chunk, cosine), best first."""
        hits = self._store.nearest_sentences(vector, k)
        return sorted(hits, key=lambda hit: (-hit[2], self._order.get(hit[0], 0), hit[1]))

    def lexical(self, text: str, k: int) -> list[tuple[Document, float]]:
        """At most `k` Chunks that share words with `text` and their BM25 score (above 0), best first."""
        return [(self.chunks[position], score) for position, score in self._lexical.rank(text, k)]

    def sentence_vectors(self, chunks: Sequence[Document]) -> list[NDArray[np.float32]]:
        """For each Chunk the vectors of its Sentences (sentences, dimensions), as stored by the build."""
        ids = [[f"{chunk.id}:{number}" for number in range(sentence_count(chunk))] for chunk in chunks]
        found = self._store.sentence_vectors(list(dict.fromkeys(identity for own in ids for identity in own)))
        try:
            return [np.stack([found[identity] for identity in own]) for own in ids]
        except KeyError as missing:
            raise self._damaged(f"sentence {missing} is missing") from None

    def stale(self) -> bool:
        """Whether another build has been published since this one was opened."""
        return self._folder.current not in (None, self.generation)

    @cached_property
    def _lexical(self) -> LexicalIndex:
        folder = self._folder.generation(self.generation) / LEXICAL
        try:
            return LexicalIndex.from_folder(folder, size=len(self._order))
        except (OSError, ValueError, KeyError) as error:
            raise self._damaged(f"{folder} cannot be read ({error})") from None

    def _damaged(self, what: str) -> IngestError:
        if self.stale():
            return IngestError(f"The index in {self.path} has been built anew; open it again.")
        return IngestError(
            f"The index in {self.path} is damaged: {what}; run `{_rebuild(self._folder, self._manifest)}`."
        )


def _require_same_models(folder: IndexFolder, manifest: Manifest, embeddings: Embeddings) -> None:
    fingerprint = fingerprint_of(embeddings)
    if fingerprint != manifest.embedding_fingerprint:
        raise IngestError(
            f"The index in {folder.path} was built with the embedding model "
            f"{manifest.embedding_fingerprint!r}, this is {fingerprint!r}; "
            f"run `{_rebuild(folder, manifest)}`."
        )
    chunker = chunker_fingerprint(max_tokens=window_of(embeddings)[1])
    if chunker != manifest.chunker_fingerprint:
        raise IngestError(
            f"The index in {folder.path} was built by {manifest.chunker_fingerprint!r}, this is {chunker!r}; "
            f"run `{_rebuild(folder, manifest)}`."
        )


def _require_same_place(folder: IndexFolder, manifest: Manifest, chroma_url: str | None) -> None:
    if chroma_url is not None and server_of(folder.generation(manifest.generation)) is None:
        raise IngestError(
            f"The index in {folder.path} was built without the Chroma server at {chroma_url}; run "
            f"`{_rebuild(folder, manifest)}` with ASSISTANT_CHROMA_URL set, or unset it."
        )


def _rebuild(folder: IndexFolder, manifest: Manifest) -> str:
    return f"python -m ingest build {' '.join(manifest.paths)} --index {folder.path}"
