"""The same index on a Chroma server, by setting one URL."""

from __future__ import annotations

import shutil
from pathlib import Path

import chromadb
import pytest

from ingest import Index, IngestError, build_index, restore_index
from ingest.store import VectorStore
from tests.ingest.conftest import CountingEmbeddings
from tests.ingest.dying import killed_building


def collections(url: str) -> set[str]:
    client = chromadb.HttpClient(host="127.0.0.1", port=int(url.rpartition(":")[2]))
    return {collection.name for collection in client.list_collections()}


def test_a_server_serves_what_embedded_chroma_does(
    texts: Path, tmp_path: Path, fake: CountingEmbeddings, chroma_server: str
) -> None:
    """Rankings, chunks and vectors are the same; the folder holds no vectors."""
    build_index([texts], index_dir=tmp_path / "local", embeddings=fake)
    made = build_index([texts], index_dir=tmp_path / "remote", embeddings=fake, chroma_url=chroma_server)
    assert not (tmp_path / "remote" / "generations" / made.generation / "chroma").exists()
    vector = fake.embed_query("sailing")
    with (
        Index.open(tmp_path / "local", embeddings=fake) as local,
        Index.open(tmp_path / "remote", embeddings=fake, chroma_url=chroma_server) as remote,
    ):
        assert [chunk.id for chunk, _ in remote.dense(vector, 4)] == [chunk.id for chunk, _ in local.dense(vector, 4)]
        assert remote.dense_sentences(vector, 3)[0][:2] == local.dense_sentences(vector, 3)[0][:2]
        assert list(remote.chunks) == list(local.chunks)
        for ours, theirs in zip(
            remote.sentence_vectors(remote.chunks), local.sentence_vectors(local.chunks), strict=True
        ):
            assert ours == pytest.approx(theirs, abs=1e-6)


def test_the_index_remembers_its_server(
    texts: Path, tmp_path: Path, fake: CountingEmbeddings, chroma_server: str
) -> None:
    """Readers need no setting; a build with nothing changed does nothing there either."""
    index_dir = tmp_path / "index"
    build_index([texts], index_dir=index_dir, embeddings=fake, chroma_url=chroma_server)
    with Index.open(index_dir, embeddings=fake) as index:
        assert len(index.chunks) == 4
    assert not build_index([texts], index_dir=index_dir, embeddings=fake, chroma_url=chroma_server).changed


def test_a_server_is_cleaned_up(texts: Path, tmp_path: Path, fake: CountingEmbeddings, chroma_server: str) -> None:
    """Two generations are kept there too; a failed build leaves nothing, and others' collections stay."""
    before = collections(chroma_server)
    index_dir = tmp_path / "index"
    made = []
    for number in range(3):
        (texts / "mill.txt").write_text(f"The mill number {number} grinds.", encoding="utf-8")
        made.append(build_index([texts], index_dir=index_dir, embeddings=fake, chroma_url=chroma_server).generation)
    kept = {f"{name}-{generation}" for name in ("chunks", "sentences") for generation in made[1:]}
    assert collections(chroma_server) - before == kept
    assert restore_index(index_dir) == made[1]
    with Index.open(index_dir, embeddings=fake) as index:
        assert index.lexical("mill", 1)[0][0].page_content == "The mill number 1 grinds."


def test_what_a_killed_builder_left_on_a_server_is_cleaned_up(
    texts: Path, tmp_path: Path, fake: CountingEmbeddings, chroma_server: str
) -> None:
    """Half a generation there is found again by the next build."""
    before = collections(chroma_server)
    index_dir = tmp_path / "index"
    killed_building(("ingest.build.LexicalIndex", "save", 1), texts, index_dir, chroma_server)
    assert len(collections(chroma_server) - before) == 2
    generation = build_index([texts], index_dir=index_dir, embeddings=fake, chroma_url=chroma_server).generation
    assert collections(chroma_server) - before == {f"chunks-{generation}", f"sentences-{generation}"}


def test_moving_between_folder_and_server_embeds_nothing(
    texts: Path, tmp_path: Path, fake: CountingEmbeddings, chroma_server: str
) -> None:
    """Vectors are copied in either direction."""
    index_dir = tmp_path / "index"
    build_index([texts], index_dir=index_dir, embeddings=fake)
    fake.texts.clear()
    for url in (chroma_server, None):
        result = build_index([texts], index_dir=index_dir, embeddings=fake, chroma_url=url)
        assert (result.changed, result.kept) == (True, 4)
    assert fake.texts == []


def test_a_server_that_lost_the_index_is_filled_again(
    texts: Path, tmp_path: Path, fake: CountingEmbeddings, chroma_server: str
) -> None:
    """Somebody emptied the server: opening says so, building repairs it."""
    index_dir = tmp_path / "index"
    generation = build_index([texts], index_dir=index_dir, embeddings=fake, chroma_url=chroma_server).generation
    client = chromadb.HttpClient(host="127.0.0.1", port=int(chroma_server.rpartition(":")[2]))
    for name in ("chunks", "sentences"):
        client.delete_collection(f"{name}-{generation}")
    with pytest.raises(IngestError, match=r"does not exist.*python -m ingest build"):
        Index.open(index_dir, embeddings=fake)
    assert build_index([texts], index_dir=index_dir, embeddings=fake, chroma_url=chroma_server).changed
    with Index.open(index_dir, embeddings=fake) as index:
        assert len(index.chunks) == 4


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense", "ftp://x", "http://x:port", "http://"])
def test_a_server_that_is_not_there_is_one_line(
    texts: Path, tmp_path: Path, fake: CountingEmbeddings, url: str
) -> None:
    """The error names the URL, and the build leaves nothing behind that would stand in the way of the next."""
    with pytest.raises(IngestError) as caught:
        build_index([texts], index_dir=tmp_path / "index", embeddings=fake, chroma_url=url)
    assert url in str(caught.value)
    assert "\n" not in str(caught.value)
    assert build_index([texts], index_dir=tmp_path / "index", embeddings=fake).changed


def test_an_index_whose_server_is_gone_is_one_line(
    texts: Path, tmp_path: Path, fake: CountingEmbeddings, chroma_server: str
) -> None:
    """It says which server, and builds on without it where that is asked for."""
    index_dir = tmp_path / "index"
    generation = build_index([texts], index_dir=index_dir, embeddings=fake, chroma_url=chroma_server).generation
    (index_dir / "generations" / generation / "chroma-url").write_text("http://127.0.0.1:9\n", encoding="utf-8")
    with pytest.raises(IngestError, match=r"http://127\.0\.0\.1:9 cannot be used.*ASSISTANT_CHROMA_URL"):
        Index.open(index_dir, embeddings=fake)
    with Index.open(index_dir, embeddings=fake, chroma_url=chroma_server) as index:
        assert len(index.chunks) == 4
    assert build_index([texts], index_dir=index_dir, embeddings=fake).changed


def test_an_embedded_index_is_not_looked_for_on_a_server(
    texts: Path, tmp_path: Path, fake: CountingEmbeddings, chroma_server: str
) -> None:
    """Whoever set the URL after building is told what to do."""
    build_index([texts], index_dir=tmp_path / "index", embeddings=fake)
    with pytest.raises(IngestError, match=r"built without the Chroma server.*python -m ingest build"):
        Index.open(tmp_path / "index", embeddings=fake, chroma_url=chroma_server)


def test_a_closed_store_may_be_closed_again(texts: Path, tmp_path: Path, fake: CountingEmbeddings) -> None:
    """Closing twice is no error, and the folder can be deleted after."""
    generation = build_index([texts], index_dir=tmp_path / "index", embeddings=fake).generation
    store = VectorStore.open(tmp_path / "index" / "generations" / generation, generation)
    assert store.size() == 4
    store.close()
    store.close()
    shutil.rmtree(tmp_path / "index")
