"""What a build is to make, compared with what is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from ingest.chunking import chunker_fingerprint
from ingest.context import embedded_chunk, embedded_sentence
from ingest.embedding import fingerprint_of, window_of
from ingest.manifest import DocumentEntry, Manifest
from ingest.registry import Partner, require_distinct
from ingest.sentences import sentences_of


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """`manifest` and `chunks` of the generation to make, still without a name; `previous` is the current one."""

    manifest: Manifest
    chunks: tuple[Document, ...]
    previous: Manifest | None

    @classmethod
    def from_documents(
        cls,
        documents: Sequence[Document],
        chunks: tuple[Document, ...],
        *,
        paths: Sequence[Path],
        embeddings: Embeddings,
        previous: Manifest | None,
    ) -> Self:
        """The plan that makes an index of `chunks`, which are those of `documents`."""
        ids: dict[str, list[str]] = {document.metadata["source"]: [] for document in documents}
        for chunk in chunks:
            ids[chunk.metadata["source"]].append(str(chunk.id))
        partners = [Partner.from_metadata(document.metadata) for document in documents]
        require_distinct([partner for partner in partners if partner])
        manifest = Manifest(
            generation="",
            built_at=datetime.now(UTC),
            paths=tuple(str(path.absolute()) for path in paths),
            embedding_name=str(getattr(embeddings, "name", type(embeddings).__name__)),
            embedding_fingerprint=fingerprint_of(embeddings),
            chunker_fingerprint=chunker_fingerprint(max_tokens=window_of(embeddings)[1]),
            documents=tuple(
                DocumentEntry(
                    source=meta["source"],
                    sha256=meta["digest"],
                    title=meta["title"],
                    url=meta["url"],
                    as_of=meta["as_of"],
                    chunks=tuple(ids[meta["source"]]),
                )
                for meta in (document.metadata for document in documents)
            ),
            partners=tuple(partner for partner in partners if partner is not None),
        )
        return cls(manifest=manifest, chunks=chunks, previous=previous)

    @property
    def reusable(self) -> frozenset[str]:
        """The ids of Chunks whose vectors the current generation has already."""
        if self.previous is None or _models(self.previous) != _models(self.manifest):
            return frozenset()
        return frozenset(self.previous.chunk_ids) & frozenset(self.manifest.chunk_ids)

    @property
    def chunk_texts(self) -> dict[str, str]:
        """The text to embed for each Chunk, by id."""
        return {str(chunk.id): embedded_chunk(chunk) for chunk in self.chunks}

    @property
    def sentence_texts(self) -> dict[str, str]:
        """The text to embed for each Sentence, by `chunk:ordinal`."""
        return {
            f"{chunk.id}:{number}": embedded_sentence(chunk, sentence)
            for chunk in self.chunks
            for number, sentence in enumerate(sentences_of(chunk))
        }


def made_of(
    manifest: Manifest, documents: Sequence[Document], *, paths: Sequence[Path], embeddings: Embeddings
) -> bool:
    """Whether a generation was made of just these texts, by the same models: a build would change nothing."""
    return (manifest.paths, *_models(manifest)) == (
        tuple(str(path.absolute()) for path in paths),
        fingerprint_of(embeddings),
        chunker_fingerprint(max_tokens=window_of(embeddings)[1]),
    ) and [(entry.source, entry.sha256) for entry in manifest.documents] == [
        (document.metadata["source"], document.metadata["digest"]) for document in documents
    ]


def _models(manifest: Manifest) -> tuple[str, str]:
    return manifest.embedding_fingerprint, manifest.chunker_fingerprint
