"""Texts become a generation of an index, all or nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from ingest.chunking import chunk_documents
from ingest.documents import read_documents
from ingest.embedding import embed_texts, window_of
from ingest.errors import IngestError
from ingest.generations import IndexFolder
from ingest.index import LEXICAL, VOCABULARY
from ingest.lexical import LexicalIndex, vocabulary_of
from ingest.manifest import Manifest
from ingest.plan import Plan, made_of
from ingest.sentences import sentences_of
from ingest.sources import find_sources
from ingest.store import VectorStore, drop

Progress = Callable[[str, int, int], None]
Vectors = dict[str, NDArray[np.float32]]

# Texts embedded between two reports of progress.
_EMBED_AT_ONCE = 256


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildResult:
    """What the index holds now; `added`, `kept` and `removed` count Chunks, against the build before."""

    generation: str
    changed: bool
    documents: int
    chunks: int
    added: int
    kept: int
    removed: int


def build_index(
    paths: Sequence[Path],
    *,
    index_dir: Path,
    embeddings: Embeddings,
    chroma_url: str | None = None,
    progress: Progress | None = None,
) -> BuildResult:
    """Brings the index in `index_dir` up to date with the texts under `paths`, and nothing else.

    Where nothing changed, nothing is done. Else a new generation is written beside the current one, vectors
    of unchanged Chunks copied, and published in one step; the one before is kept for `restore_index`.
    `progress(stage, done, total)` is called with the stages read, chunk, embed and write. Raises IngestError,
    leaving the current generation as it is.
    """
    report = progress or _silently
    paths = [Path(path) for path in paths]
    folder = IndexFolder(path=Path(index_dir))
    folder.require_ours()
    documents = read_documents(find_sources(paths), progress=lambda done, total: report("read", done, total))
    # A first build that fails over its texts leaves no folder behind; a later one looks first what has changed.
    chunks = () if folder.current else _chunks(documents, embeddings, report)
    with folder.locked():
        current = folder.current
        folder.remove_others({name for name in (current, folder.earlier) if name}, drop)
        previous = _previous(folder)
        with _store(folder, previous) as store:
            whole = previous is not None and store is not None and store.server == chroma_url
            if whole and previous and made_of(previous, documents, paths=paths, embeddings=embeddings):
                return _result(previous, previous, changed=False)
            chunks = chunks or _chunks(documents, embeddings, report)
            plan = Plan.from_documents(documents, chunks, paths=paths, embeddings=embeddings, previous=previous)
            manifest = _make(plan, folder, store, embeddings, chroma_url, report)
        folder.remove_others({name for name in (manifest.generation, current) if name}, drop)
    return _result(manifest, previous, changed=True)


def restore_index(index_dir: Path) -> str:
    """Makes the build before the current one current again and returns its generation.

    Raises IngestError when there is none.
    """
    folder = IndexFolder(path=Path(index_dir))
    if not folder.path.exists():
        folder.manifest()
    with folder.locked():
        earlier = folder.earlier
        if earlier is None:
            raise IngestError(f"There is no earlier build in {folder.path} to restore; run `{folder.build_command}`.")
        folder.publish(earlier)
    return earlier


def _chunks(documents: Sequence[Document], embeddings: Embeddings, report: Progress) -> tuple[Document, ...]:
    tokens, max_tokens = window_of(embeddings)
    chunks: list[Document] = []
    for number, document in enumerate(documents, start=1):
        chunks += chunk_documents(document, tokens=tokens, max_tokens=max_tokens)
        report("chunk", number, len(documents))
    if not chunks:
        raise IngestError(f"There is no text in {documents[0].metadata['source']} that could be indexed.")
    return tuple(chunks)


def _previous(folder: IndexFolder) -> Manifest | None:
    try:
        return folder.manifest()
    except IngestError:
        return None


@contextmanager
def _store(folder: IndexFolder, manifest: Manifest | None) -> Iterator[VectorStore | None]:
    """The store of the current generation, if there is one and it is whole."""
    store = None
    try:
        if manifest is not None:
            store = VectorStore.open(folder.generation(manifest.generation), manifest.generation)
            if store.size() != len(manifest.chunk_ids):
                store.close()
                store = None
    except IngestError:
        store = None
    try:
        yield store
    finally:
        if store is not None:
            store.close()


def _make(
    plan: Plan,
    folder: IndexFolder,
    old: VectorStore | None,
    embeddings: Embeddings,
    chroma_url: str | None,
    report: Progress,
) -> Manifest:
    """Writes and publishes a new generation; whatever stops it, nothing of it is left behind."""
    name = folder.new_generation()
    generation = folder.generation(name)
    try:
        with VectorStore.create(generation, name, url=chroma_url) as store:
            _fill(store, plan, *_vectors(plan, old, embeddings, report), report=report)
        LexicalIndex.from_chunks(plan.chunks).save(generation / LEXICAL)
        vocabulary = json.dumps(vocabulary_of(plan.chunks), ensure_ascii=False)
        (generation / VOCABULARY).write_text(vocabulary + "\n", encoding="utf-8")
        manifest = replace(plan.manifest, generation=name)
        manifest.write(generation)
        folder.publish(name)
    except BaseException as error:
        if folder.current != name and drop(generation, name):
            shutil.rmtree(generation, ignore_errors=True)
        if isinstance(error, OSError):
            raise IngestError(f"{folder.path} cannot be written ({error.strerror or error}).") from None
        raise
    return manifest


def _vectors(plan: Plan, old: VectorStore | None, embeddings: Embeddings, report: Progress) -> tuple[Vectors, Vectors]:
    """The vectors of all Chunks and of all Sentences by id, copied from `old` where it has them."""
    chunk_texts, sentence_texts = plan.chunk_texts, plan.sentence_texts
    chunks: Vectors = {}
    sentences: Vectors = {}
    reusable = plan.reusable
    if old is not None and reusable:
        try:
            chunks = old.chunk_vectors([key for key in chunk_texts if key in reusable])
            kept = [key for key in sentence_texts if key.partition(":")[0] in reusable]
            sentences = old.sentence_vectors(kept)
        except IngestError:
            chunks, sentences = {}, {}  # what cannot be copied is embedded anew
    missing = [(chunks, key, text) for key, text in chunk_texts.items() if key not in chunks]
    missing += [(sentences, key, text) for key, text in sentence_texts.items() if key not in sentences]
    for start in range(0, len(missing), _EMBED_AT_ONCE):
        part = missing[start : start + _EMBED_AT_ONCE]
        rows = embed_texts(embeddings, [text for _, _, text in part])
        for (target, key, _), row in zip(part, rows, strict=True):
            target[key] = row
        report("embed", start + len(part), len(missing))
    return chunks, sentences


def _fill(store: VectorStore, plan: Plan, chunks: Vectors, sentences: Vectors, *, report: Progress) -> None:
    total = len(chunks) + len(sentences)
    store.add_chunks(plan.chunks, np.stack([chunks[str(chunk.id)] for chunk in plan.chunks]))
    report("write", len(chunks), total)
    texts = {
        f"{chunk.id}:{number}": sentence.text
        for chunk in plan.chunks
        for number, sentence in enumerate(sentences_of(chunk))
    }
    store.add_sentences(list(texts), list(texts.values()), np.stack([sentences[key] for key in texts]))
    report("write", total, total)


def _result(manifest: Manifest, previous: Manifest | None, *, changed: bool) -> BuildResult:
    new = frozenset(manifest.chunk_ids)
    old = frozenset(previous.chunk_ids) if previous else frozenset()
    return BuildResult(
        generation=manifest.generation,
        changed=changed,
        documents=len(manifest.documents),
        chunks=len(new),
        added=len(new - old),
        kept=len(new & old),
        removed=len(old - new),
    )


def _silently(_stage: str, _done: int, _total: int) -> None:
    """Reports nothing."""
