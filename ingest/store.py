"""The vectors of a generation, in Chroma: the one file that touches it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.errors import IngestError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI
    from langchain_chroma import Chroma

Vectors = NDArray[np.float32]

_FOLDER = "chroma"
# Lies in a generation's folder from before the server holds anything of it, so that a build which was killed
# can be cleaned up there too.
_SERVER_FILE = "chroma-url"
_SHAPE: dict[str, Any] = {"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}}
_DEFAULT_PORTS = {"http": 8000, "https": 443}


class StoreGoneError(IngestError):
    """The vectors are missing or damaged, and only a build brings them back."""


class _Prepared(Embeddings):
    """Hands Chroma the vectors that were put in, in order, instead of computing any."""

    def __init__(self) -> None:
        self.rows: list[list[float]] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if len(texts) != len(self.rows):
            raise ValueError(f"{len(self.rows)} vectors must match {len(texts)} texts")
        return self.rows

    def embed_query(self, text: str) -> list[float]:
        raise TypeError(f"this hands over stored vectors and has none for {text!r}")


class VectorStore:
    """Two collections of a generation: its Chunks, and their Sentences under the ids `chunk:ordinal`."""

    def __init__(
        self, client: ClientAPI, generation: str, *, place: str, create: bool, temporary: Path | None = None
    ) -> None:
        from langchain_chroma import Chroma

        self.generation = generation
        self.server = place if "://" in place else None
        self._client = client
        self._place = place
        self._temporary = temporary

        def collection(name: str) -> Chroma:
            return Chroma(
                client=client,
                collection_name=f"{name}-{generation}",
                embedding_function=_Prepared(),
                collection_configuration=_SHAPE,  # type: ignore[arg-type] # a TypedDict of Chroma's
                create_collection_if_not_exists=create,
            )

        with _in_one_line(place):
            self._chunks = collection("chunks")
            self._sentences = collection("sentences")

    @classmethod
    def create(cls, folder: Path, generation: str, *, url: str | None) -> Self:
        """An empty store for a new generation: in its folder, or on the Chroma server at `url`."""
        if url is None:
            return cls(_embedded(folder / _FOLDER), generation, place=str(folder), create=True)
        client = _server(url)
        (folder / _SERVER_FILE).write_text(f"{url}\n", encoding="utf-8")
        return cls(client, generation, place=url, create=True)

    @classmethod
    def open(cls, folder: Path, generation: str, *, url: str | None = None) -> Self:
        """The store of a complete generation. With a `url`, the server it lies on is looked for there.

        Raises IngestError when the server does not answer, StoreGoneError when the vectors are not there.
        """
        recorded = server_of(folder)
        if recorded is not None:
            where = url or recorded
            return cls(_server(where), generation, place=where, create=False)
        path, temporary = folder / _FOLDER, None
        if not path.is_dir():
            raise StoreGoneError(f"{path} is missing.")
        if not os.access(path, os.W_OK) or not all(os.access(file, os.W_OK) for file in path.iterdir()):
            # Chroma writes even when it only reads; in a folder that cannot be written it works on a copy.
            with _in_one_line(str(folder)):
                temporary = Path(tempfile.mkdtemp(prefix="index-"))
                path = _copied(path, temporary / _FOLDER)
        return cls(_embedded(path), generation, place=str(folder), create=False, temporary=temporary)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the files or the connection; the second time does nothing."""
        with suppress(Exception):
            self._client.close()  # type: ignore[attr-defined] # its interface lacks what every client has
        if self._temporary is not None:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def add_chunks(self, chunks: Sequence[Document], vectors: Vectors) -> None:
        """Stores Chunks with their vectors (chunks, dimensions)."""
        ids = [str(chunk.id) for chunk in chunks]
        metadatas = [chunk.metadata for chunk in chunks]
        self._add(self._chunks, ids, [chunk.page_content for chunk in chunks], metadatas, vectors)

    def add_sentences(self, ids: Sequence[str], texts: Sequence[str], vectors: Vectors) -> None:
        """Stores Sentences with their vectors (sentences, dimensions); ids are `chunk:ordinal`."""
        self._add(self._sentences, ids, texts, None, vectors)

    def size(self) -> int:
        """How many Chunks there are."""
        with _in_one_line(self._place):
            return int(self._client.get_collection(f"chunks-{self.generation}").count())

    def chunks(self) -> dict[str, Document]:
        """All Chunks by id."""
        found: dict[str, Document] = {}
        with _in_one_line(self._place):
            size = self._batch()
            while True:
                page = self._chunks.get(limit=size, offset=len(found))
                found |= {
                    identity: Document(id=identity, page_content=text, metadata=dict(metadata))
                    for identity, text, metadata in zip(page["ids"], page["documents"], page["metadatas"], strict=True)
                }
                if len(page["ids"]) < size:
                    return found

    def nearest_chunks(self, vector: Sequence[float], k: int) -> list[tuple[Document, float]]:
        """At most `k` Chunks with their cosine, best first."""
        return self._nearest(self._chunks, vector, k)

    def nearest_sentences(self, vector: Sequence[float], k: int) -> list[tuple[str, int, float]]:
        """At most `k` (chunk id, ordinal, cosine), best first."""
        hits = self._nearest(self._sentences, vector, k)
        split = ((str(hit.id).rpartition(":"), cosine) for hit, cosine in hits)
        return [(chunk, int(ordinal), cosine) for (chunk, _, ordinal), cosine in split]

    def chunk_vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of Chunks; ids that are not there are left out."""
        return self._vectors(self._chunks, ids)

    def sentence_vectors(self, ids: Sequence[str]) -> dict[str, Vectors]:
        """The vectors of Sentences; ids that are not there are left out."""
        return self._vectors(self._sentences, ids)

    def _nearest(self, collection: Chroma, vector: Sequence[float], k: int) -> list[tuple[Document, float]]:
        if k <= 0:
            return []
        with _in_one_line(self._place):
            hits = collection.similarity_search_by_vector_with_relevance_scores([float(value) for value in vector], k=k)
        return [(hit, 1.0 - float(distance)) for hit, distance in hits]

    def _add(
        self,
        collection: Chroma,
        ids: Sequence[str],
        texts: Sequence[str],
        metadatas: Sequence[dict[str, Any]] | None,
        vectors: Vectors,
    ) -> None:
        prepared = collection.embeddings
        assert isinstance(prepared, _Prepared)
        with _in_one_line(self._place):
            for part in _slices(len(ids), self._batch()):
                prepared.rows = vectors[part].tolist()
                collection.add_texts(
                    list(texts[part]),
                    metadatas=list(metadatas[part]) if metadatas is not None else None,
                    ids=list(ids[part]),
                )

    def _vectors(self, collection: Chroma, ids: Sequence[str]) -> dict[str, Vectors]:
        found: dict[str, Vectors] = {}
        with _in_one_line(self._place):
            for part in _slices(len(ids), self._batch()):
                page = collection.get(ids=list(ids[part]), include=["embeddings"])
                rows = np.asarray(page["embeddings"], dtype=np.float32)
                found.update(zip(page["ids"], rows, strict=True))
        return found

    def _batch(self) -> int:
        return int(self._client.get_max_batch_size())


def server_of(folder: Path) -> str | None:
    """The URL of the server on which a generation's vectors lie; None for embedded Chroma."""
    try:
        return (folder / _SERVER_FILE).read_text(encoding="utf-8").strip()
    except OSError:
        return None


def drop(folder: Path, generation: str) -> bool:
    """Deletes what a generation holds on a server. False when the server does not answer."""
    url = server_of(folder)
    if url is None:
        return True
    try:
        client = _server(url)
    except IngestError:
        return False
    from chromadb.errors import ChromaError, NotFoundError

    try:
        for name in ("chunks", "sentences"):
            with suppress(NotFoundError):
                client.delete_collection(f"{name}-{generation}")
    except (ChromaError, ValueError):
        return False
    finally:
        client.close()  # type: ignore[attr-defined] # as above
    return True


def _embedded(path: Path) -> ClientAPI:
    import chromadb

    with _in_one_line(str(path)):
        return chromadb.PersistentClient(path=str(path.absolute()), settings=_settings())


def _server(url: str) -> ClientAPI:
    import chromadb

    try:
        parts = urlsplit(url)
        port, host, scheme = parts.port, parts.hostname, parts.scheme
    except ValueError:
        port = host = scheme = None
    if not host or scheme not in _DEFAULT_PORTS:
        raise IngestError(f"{url!r} is no Chroma server; expected a URL such as http://localhost:8000.")
    with _in_one_line(url):
        return chromadb.HttpClient(
            host=host, port=port or _DEFAULT_PORTS[scheme], ssl=scheme == "https", settings=_settings()
        )


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


@contextmanager
def _in_one_line(place: str) -> Iterator[None]:
    """Whatever Chroma raises becomes an IngestError that names the place."""
    import httpx
    from chromadb.errors import ChromaError, NotFoundError

    try:
        yield
    except IngestError:
        raise
    except (ChromaError, httpx.HTTPError, ValueError, OSError, RuntimeError, AttributeError) as error:
        # Chroma stumbles over its own clean-up when it cannot open a file; the cause is what came before.
        cause = error.__context__ if isinstance(error, AttributeError) and error.__context__ else error
        reason = str(cause).strip().split("\n")[0].rstrip(".") or type(cause).__name__
        if isinstance(error, NotFoundError) or "://" not in place:
            raise StoreGoneError(f"The vectors in {place} cannot be used ({reason}).") from None
        raise IngestError(
            f"The Chroma server at {place} cannot be used ({reason}); start it, or set ASSISTANT_CHROMA_URL to where "
            "it is, or to nothing for embedded Chroma."
        ) from None


def _copied(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    for path in (target, *target.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)
    return target


def _slices(count: int, size: int) -> Iterable[slice]:
    return (slice(start, start + size) for start in range(0, count, size))
