"""A build brings the index up to date with the texts, touches nothing else, and is all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from ingest import BuildResult, Index, IngestError, build_index
from tests.ingest.conftest import CountingEmbeddings, contents, generations, sources

Build = Callable[[], BuildResult]


def test_a_first_build_counts_what_it_made(build: Build) -> None:
    """Documents and chunks are told, and all chunks are new."""
    result = build()
    assert (result.changed, result.documents, result.chunks) == (True, 2, 4)
    assert (result.added, result.kept, result.removed) == (4, 0, 0)


def test_building_again_does_nothing(build: Build, tmp_path: Path, fake: CountingEmbeddings) -> None:
    """Not a byte of the index changes, and nothing is embedded."""
    first = build()
    before = contents(tmp_path / "index" / "generations" / first.generation)
    fake.texts.clear()
    second = build()
    assert (second.changed, second.generation, second.kept) == (False, first.generation, 4)
    assert fake.texts == []
    assert generations(tmp_path / "index") == [first.generation]
    after = contents(tmp_path / "index" / "generations" / first.generation)
    assert {name: data for name, data in after.items() if "chroma" not in name} == {
        name: data for name, data in before.items() if "chroma" not in name
    }


def test_changing_one_file_touches_its_chunks_only(build: Build, texts: Path, fake: CountingEmbeddings) -> None:
    """Only the changed file's text is embedded anew."""
    build()
    fake.texts.clear()
    mill = texts / "mill.txt"
    mill.write_text(mill.read_text(encoding="utf-8").replace("ten to four", "nine to five"), encoding="utf-8")
    result = build()
    assert (result.added, result.kept, result.removed) == (1, 3, 1)
    assert fake.texts != []
    assert all("nine to five" in text for text in fake.texts)


def test_copied_vectors_are_those_that_were_made(
    build: Build, tmp_path: Path, texts: Path, fake: CountingEmbeddings
) -> None:
    """After a change elsewhere, a chunk is found by the same vectors as before."""
    build()
    with Index.open(tmp_path / "index", embeddings=fake) as index:
        before = {
            str(chunk.id): rows for chunk, rows in zip(index.chunks, index.sentence_vectors(index.chunks), strict=True)
        }
    (texts / "new.md").write_text("# New\n\nSomething new.\n", encoding="utf-8")
    build()
    with Index.open(tmp_path / "index", embeddings=fake) as index:
        old = [chunk for chunk in index.chunks if str(chunk.id) in before]
        assert len(old) == len(before)
        for chunk, rows in zip(old, index.sentence_vectors(old), strict=True):
            assert rows == pytest.approx(before[str(chunk.id)], abs=1e-6)


def test_removing_a_file_removes_its_chunks(
    build: Build, texts: Path, tmp_path: Path, fake: CountingEmbeddings
) -> None:
    """What is no longer there is no longer found."""
    build()
    (texts / "mill.txt").unlink()
    result = build()
    assert (result.added, result.removed) == (0, 2)
    with Index.open(tmp_path / "index", embeddings=fake) as index:
        assert index.lexical("mill", 5) == []
        assert all(chunk.metadata["source"] == "harbour.md" for chunk, _ in index.dense(fake.embed_query("x"), 9))


def test_new_front_matter_reaches_the_registry(
    build: Build, texts: Path, tmp_path: Path, fake: CountingEmbeddings
) -> None:
    """A change that alters no text is a change."""
    build()
    harbour = texts / "harbour.md"
    harbour.write_text(harbour.read_text(encoding="utf-8").replace("since: 1998", "since: 1999"), encoding="utf-8")
    assert build().changed
    with Index.open(tmp_path / "index", embeddings=fake) as index:
        assert [partner.since for partner in index.partners] == [1999]


def test_another_embedding_model_embeds_everything_anew(build: Build, texts: Path, tmp_path: Path) -> None:
    """No vector of one model is ever mixed with those of another."""
    build()
    other = CountingEmbeddings(model="other")
    result = build_index([texts], index_dir=tmp_path / "index", embeddings=other)
    assert result.changed
    assert len(other.texts) > 4


def test_a_bad_file_fails_the_build_and_leaves_the_index(build: Build, texts: Path, tmp_path: Path) -> None:
    """The error names the file; readers go on reading what was there."""
    build()
    before = contents(tmp_path / "index")
    (texts / "mill.txt").write_text("changed", encoding="utf-8")
    for number in range(5):
        (texts / f"bad{number}.txt").write_bytes(b"\x00\x01\x02")
    with pytest.raises(IngestError, match=r"^5 files cannot be used: .*bad0\.txt.*bad2\.txt.*; and 2 more\.$"):
        build()
    assert contents(tmp_path / "index") == before


def test_a_failed_first_build_leaves_no_folder(texts: Path, tmp_path: Path, fake: CountingEmbeddings) -> None:
    """Nothing is made before the texts have been read."""
    (texts / "bad.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    with pytest.raises(IngestError, match=r"bad\.md:2: "):
        build_index([texts], index_dir=tmp_path / "index", embeddings=fake)
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("content", ["", "   \n\n", "---\ntitle: A\n---\n", "# Only a heading\n"])
def test_texts_that_say_nothing_are_no_index(tmp_path: Path, fake: CountingEmbeddings, content: str) -> None:
    """An index of nothing would answer nothing, so there is none."""
    (tmp_path / "a.md").write_text(content, encoding="utf-8")
    with pytest.raises(IngestError, match="There is no text"):
        build_index([tmp_path / "a.md"], index_dir=tmp_path / "index", embeddings=fake)


def test_an_empty_file_among_others_is_passed_by(build: Build, texts: Path) -> None:
    """It is no document, and no reason to fail."""
    (texts / "empty.md").write_text("\n", encoding="utf-8")
    assert build().documents == 2


def test_a_folder_that_is_no_index_is_never_written(texts: Path, tmp_path: Path, fake: CountingEmbeddings) -> None:
    """Naming the wrong folder costs nobody a file."""
    home = tmp_path / "home"
    (home / "generations" / "mine").mkdir(parents=True)
    (home / "letter.txt").write_text("dear", encoding="utf-8")
    before = contents(home)
    for wrong in (home, home / "letter.txt", texts):
        with pytest.raises(IngestError, match="--index"):
            build_index([texts], index_dir=wrong, embeddings=fake)
    (home / "letter.txt").unlink()
    with pytest.raises(IngestError, match="will not be touched"):
        build_index([texts], index_dir=home, embeddings=fake)
    assert contents(home) == {name: data for name, data in before.items() if name != "letter.txt"}


def test_an_empty_folder_may_become_an_index(texts: Path, tmp_path: Path, fake: CountingEmbeddings) -> None:
    """Whoever made the folder first is not sent away."""
    (tmp_path / "index").mkdir()
    assert build_index([texts], index_dir=tmp_path / "index", embeddings=fake).changed


def test_a_second_builder_is_sent_away(build: Build, tmp_path: Path) -> None:
    """Two at once would undo each other's work."""
    build()
    with FileLock(tmp_path / "index" / ".lock"), pytest.raises(IngestError, match="Another process is building"):
        build()


def test_progress_is_reported_to_the_end(texts: Path, tmp_path: Path, fake: CountingEmbeddings) -> None:
    """Every stage ends at its total."""
    seen: dict[str, tuple[int, int]] = {}
    build_index(
        [texts],
        index_dir=tmp_path / "index",
        embeddings=fake,
        progress=lambda stage, done, total: seen.update({stage: (done, total)}),
    )
    assert list(seen) == ["read", "chunk", "embed", "write"]
    assert all(done == total > 0 for done, total in seen.values())


def test_vectors_that_were_lost_are_made_again(build: Build, tmp_path: Path, fake: CountingEmbeddings) -> None:
    """An index whose store does not open is not taken for up to date."""
    generation = build().generation
    (tmp_path / "index" / "generations" / generation / "chroma" / "chroma.sqlite3").write_bytes(b"garbage" * 999)
    with pytest.raises(IngestError, match=r"damaged.*python -m ingest build"):
        Index.open(tmp_path / "index", embeddings=fake)
    assert build().changed
    assert sources(tmp_path / "index", fake) == ["harbour.md", "mill.txt"]


def test_a_build_that_is_interrupted_cleans_up(texts: Path, tmp_path: Path, build: Build) -> None:
    """Ctrl-C in the middle leaves what was there before."""
    build()
    before = generations(tmp_path / "index")
    (texts / "new.md").write_text("New.", encoding="utf-8")

    class Interrupted(CountingEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_index([texts], index_dir=tmp_path / "index", embeddings=Interrupted())
    assert generations(tmp_path / "index") == before
