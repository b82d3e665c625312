"""An open index answers by meaning and by word, alike every time, and says clearly why it cannot be opened."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ingest import BuildResult, Index, IngestError, build_index, chunk_documents, load_documents, sentences_of
from ingest.embedding import SentenceEmbeddings
from ingest.store import VectorStore
from tests.ingest.conftest import CountingEmbeddings

Build = Callable[[], BuildResult]


@pytest.fixture(scope="module")
def index(embeddings: SentenceEmbeddings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """An index made by the real model."""
    folder = tmp_path_factory.mktemp("real")
    pages = {
        "harbour.md": "---\ntitle: Harbour School\npartner: Harbour School\nsince: 1998\n---\n\n# Harbour School\n\n"
        "The school teaches sailing. It was founded in 1998.\n\n## Courses\n\nThere are three:\n\n- knots\n- charts\n",
        "mill.txt": "The Old Mill\n\nThe mill grinds flour every Tuesday. Children bake bread there.\n",
        "zoo.html": "<h1>The Zoo</h1><p>Elephants eat hay. The zoo is closed in winter.</p>",
    }
    (folder / "texts").mkdir()
    for name, text in pages.items():
        (folder / "texts" / name).write_text(text, encoding="utf-8")
    build_index([folder / "texts"], index_dir=folder / "index", embeddings=embeddings)
    with Index.open(folder / "index", embeddings=embeddings) as opened:
        yield opened


def test_an_index_tells_what_it_holds(index: Index) -> None:
    """Documents, partners, words and chunks, in reading order."""
    assert [(document.source, document.title, document.chunks) for document in index.documents] == [
        ("harbour.md", "Harbour School", 2),
        ("mill.txt", "The Old Mill", 1),
        ("zoo.html", "The Zoo", 1),
    ]
    assert [(partner.name, partner.since, partner.source) for partner in index.partners] == [
        ("Harbour School", 1998, "harbour.md")
    ]
    assert [(chunk.metadata["source"], chunk.metadata["section"]) for chunk in index.chunks] == [
        ("harbour.md", ""),
        ("harbour.md", "Courses"),
        ("mill.txt", ""),
        ("zoo.html", ""),
    ]
    assert index.vocabulary["school"] == 2
    assert index.vocabulary["elephants"] == 1
    assert index.built_at.tzinfo is not None


def test_stored_chunks_are_those_that_were_made(index: Index, embeddings: SentenceEmbeddings) -> None:
    """Text, metadata and id survive the store, so that every offset still holds."""
    documents = load_documents([index.path.parent / "texts"])
    made = [
        chunk
        for document in documents
        for chunk in chunk_documents(document, tokens=embeddings.count_tokens, max_tokens=embeddings.max_tokens)
    ]
    assert list(index.chunks) == made


@pytest.mark.parametrize(
    ("question", "source"),
    [("What do big animals feed on?", "zoo.html"), ("Where can my kids make a loaf?", "mill.txt")],
)
def test_meaning_finds_what_words_do_not(index: Index, question: str, source: str) -> None:
    """The nearest chunk and the nearest sentence are about the question, with their true cosine."""
    vector = index.embeddings.embed_query(question)
    ranked = index.dense(vector, 4)
    assert ranked[0][0].metadata["source"] == source
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
    chunk_id, ordinal, cosine = index.dense_sentences(vector, 3)[0]
    chunk = next(chunk for chunk in index.chunks if chunk.id == chunk_id)
    (rows,) = index.sentence_vectors([chunk])
    assert chunk.metadata["source"] == source
    assert cosine == pytest.approx(float(rows[ordinal] @ np.asarray(vector)), abs=1e-3)


def test_words_find_what_they_name(index: Index) -> None:
    """BM25 ranks only chunks that share a word, also through their title and section."""
    assert [chunk.metadata["source"] for chunk, _ in index.lexical("elephant", 9)] == ["zoo.html"]
    assert index.lexical("courses", 9)[0][0].metadata["section"] == "Courses"
    assert index.lexical("quantum", 9) == []


def test_sentence_vectors_match_sentences(index: Index) -> None:
    """One row for each sentence, in order, none computed now."""
    vectors = index.sentence_vectors(index.chunks)
    assert [rows.shape for rows in vectors] == [(len(sentences_of(chunk)), 384) for chunk in index.chunks]
    assert all(rows.dtype == np.float32 for rows in vectors)
    assert np.allclose([np.linalg.norm(row) for rows in vectors for row in rows], 1, atol=1e-4)
    assert index.sentence_vectors([]) == []


def test_more_than_there_is_can_be_asked_for(index: Index) -> None:
    """All come, nothing is truncated or fails; none is none."""
    vector = index.embeddings.embed_query("sailing")
    assert len(index.dense(vector, 1000)) == 4
    assert len(index.dense_sentences(vector, 1000)) == sum(len(sentences_of(chunk)) for chunk in index.chunks)
    assert index.dense(vector, 0) == index.dense_sentences(vector, 0) == []


def test_several_threads_read_alike(index: Index) -> None:
    """The page serves several people from one open index."""
    vector = index.embeddings.embed_query("sailing")

    def ask(_: int) -> list[str | None]:
        found = [*index.dense(vector, 4), *index.lexical("sailing school", 4)]
        return [chunk.id for chunk, _ in found]

    with ThreadPoolExecutor(4) as pool:
        assert len({tuple(ids) for ids in pool.map(ask, range(16))}) == 1


def test_ties_stand_in_reading_order(tmp_path: Path, fake: CountingEmbeddings) -> None:
    """Equal texts are told apart by source."""
    for name in ("b", "c", "a"):
        (tmp_path / f"{name}.txt").write_text("Same words.", encoding="utf-8")

    class Flat(CountingEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return [[1.0, 0.0]] * len(texts)

    flat = Flat()
    build_index([tmp_path / f"{name}.txt" for name in ("b", "c", "a")], index_dir=tmp_path / "index", embeddings=flat)
    with Index.open(tmp_path / "index", embeddings=flat) as index:
        for ranked in (index.dense([1.0, 0.0], 3), index.lexical("same words", 3)):
            assert [chunk.metadata["source"] for chunk, _ in ranked] == ["a.txt", "b.txt", "c.txt"]


def test_an_open_index_outlives_a_build(build: Build, texts: Path, tmp_path: Path, fake: CountingEmbeddings) -> None:
    """It goes on answering from the generation it opened, and knows that there is a newer one."""
    build()
    with Index.open(tmp_path / "index", embeddings=fake) as index:
        assert not index.stale()
        (texts / "mill.txt").unlink()
        build()
        assert index.stale()
        assert len(index.lexical("mill", 5)) == 2
        assert len(index.dense(fake.embed_query("x"), 9)) == 4


def test_builds_may_overtake_whoever_is_opening(
    build: Build, texts: Path, tmp_path: Path, fake: CountingEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two builds between reading what is current and opening it: the newest is opened."""
    build()
    open_store = VectorStore.open
    overtaken = []

    def slow(folder: Path, generation: str, *, url: str | None = None) -> VectorStore:
        if not overtaken:
            overtaken.append(generation)
            for number in range(2):
                (texts / "mill.txt").write_text(f"The mill number {number} grinds.", encoding="utf-8")
                build()
        return open_store(folder, generation, url=url)

    monkeypatch.setattr(VectorStore, "open", slow)
    with Index.open(tmp_path / "index", embeddings=fake) as index:
        assert index.generation != overtaken[0]
        assert not index.stale()
        assert index.lexical("mill", 1)[0][0].page_content == "The mill number 1 grinds."


def test_a_missing_index_names_the_command(tmp_path: Path, fake: CountingEmbeddings) -> None:
    """Nobody has to read a manual to go on."""
    with pytest.raises(IngestError, match=r"no index in .*nothing; run `python -m ingest build --index .*nothing`"):
        Index.open(tmp_path / "nothing", embeddings=fake)


def test_a_folder_that_is_no_index_is_left_alone(texts: Path, fake: CountingEmbeddings) -> None:
    """Opening writes nothing anywhere."""
    before = sorted(texts.rglob("*"))
    with pytest.raises(IngestError, match="no index and will not be touched"):
        Index.open(texts, embeddings=fake)
    with pytest.raises(IngestError, match="is a file"):
        Index.open(texts / "mill.txt", embeddings=fake)
    assert sorted(texts.rglob("*")) == before


def test_another_model_is_refused_with_the_command(build: Build, texts: Path, tmp_path: Path) -> None:
    """Vectors of two models cannot be compared."""
    build()
    with pytest.raises(
        IngestError, match=r"'CountingEmbeddings fake'.*'CountingEmbeddings other'.*ingest build"
    ) as caught:
        Index.open(tmp_path / "index", embeddings=CountingEmbeddings(model="other"))
    assert f"{texts} --index {tmp_path / 'index'}" in str(caught.value)


def test_another_chunker_is_refused_with_the_command(
    build: Build, tmp_path: Path, fake: CountingEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After an update the index is built anew instead of read wrongly."""
    build()
    monkeypatch.setattr("ingest.chunking.CHUNKER_VERSION", 99)
    with pytest.raises(IngestError, match=r"chunker 99.*python -m ingest build"):
        Index.open(tmp_path / "index", embeddings=fake)
    assert build().changed


@pytest.mark.parametrize("damage", ["{", "[]", '{"format": 99}', '{"format": 1}'])
def test_a_damaged_manifest_is_told(build: Build, tmp_path: Path, fake: CountingEmbeddings, damage: str) -> None:
    """The error names the file and both ways out."""
    generation = build().generation
    (tmp_path / "index" / "generations" / generation / "manifest.json").write_text(damage, encoding="utf-8")
    with pytest.raises(IngestError, match=r"manifest\.json.*ingest build.*ingest restore"):
        Index.open(tmp_path / "index", embeddings=fake)


@pytest.mark.parametrize("name", ["vocabulary.json", "bm25/params.index.json", "bm25/vocab.index.json"])
def test_damaged_words_are_told(build: Build, tmp_path: Path, fake: CountingEmbeddings, name: str) -> None:
    """A file that was cut off is no crash."""
    generation = build().generation
    (tmp_path / "index" / "generations" / generation / name).write_text("{", encoding="utf-8")
    with (
        Index.open(tmp_path / "index", embeddings=fake) as index,
        pytest.raises(IngestError, match=r"damaged.*ingest build"),
    ):
        json.dumps([dict(index.vocabulary), index.lexical("mill", 2)])
