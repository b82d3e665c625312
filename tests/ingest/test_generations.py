"""Generations: published in one step, restored in one step, and safe from whoever kills the builder."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest import BuildResult, Index, IngestError, build_index, restore_index
from tests.ingest.conftest import CountingEmbeddings, contents, generations, sources
from tests.ingest.dying import killed_building

Build = Callable[[], BuildResult]


def test_two_generations_are_kept_and_the_last_can_be_restored(
    build: Build, texts: Path, tmp_path: Path, fake: CountingEmbeddings
) -> None:
    """One step back, and forward again by building."""
    made = []
    for number in range(4):
        (texts / "mill.txt").write_text(f"The mill number {number} grinds.", encoding="utf-8")
        made.append(build().generation)
    assert generations(tmp_path / "index") == made[-2:]
    assert restore_index(tmp_path / "index") == made[-2]
    with Index.open(tmp_path / "index", embeddings=fake) as index:
        assert index.lexical("mill", 1)[0][0].page_content == "The mill number 2 grinds."
    with pytest.raises(IngestError, match="no earlier build"):
        restore_index(tmp_path / "index")
    result = build()
    assert result.changed
    assert generations(tmp_path / "index") == [made[-2], result.generation]


def test_a_damaged_index_can_be_restored_or_built_anew(
    build: Build, texts: Path, tmp_path: Path, fake: CountingEmbeddings
) -> None:
    """Whatever has become of the current generation, one command helps."""
    first = build().generation
    (texts / "mill.txt").write_text("The mill grinds.", encoding="utf-8")
    second = build().generation
    (tmp_path / "index" / "generations" / second / "manifest.json").write_text("{", encoding="utf-8")
    assert restore_index(tmp_path / "index") == first
    shutil.rmtree(tmp_path / "index" / "generations" / first / "chroma")
    with pytest.raises(IngestError, match=r"damaged.*python -m ingest build"):
        Index.open(tmp_path / "index", embeddings=fake)
    assert build().changed
    assert sources(tmp_path / "index", fake) == ["harbour.md", "mill.txt"]
    (tmp_path / "index" / "CURRENT").write_text("nonsense", encoding="utf-8")
    assert build().changed
    assert sources(tmp_path / "index", fake) == ["harbour.md", "mill.txt"]


POINTS = [
    ("ingest.build.IndexFolder", "new_generation", 1),
    ("ingest.store.VectorStore", "create", 1),
    ("ingest.store.VectorStore", "add_chunks", 1),
    ("ingest.store.VectorStore", "add_sentences", 1),
    ("ingest.build.LexicalIndex", "save", 1),
    ("ingest.build.Manifest", "write", 1),
    ("ingest.build.IndexFolder", "publish", 1),
    ("os", "fsync", 1),
    ("pathlib.Path", "replace", 1),
    ("shutil", "rmtree", 1),
]


@pytest.mark.parametrize("point", POINTS, ids=[f"{owner}.{name}" for owner, name, _ in POINTS])
def test_a_builder_killed_at_any_point_harms_nobody(
    point: tuple[str, str, int], build: Build, texts: Path, tmp_path: Path, fake: CountingEmbeddings
) -> None:
    """Readers see the old index or the new one; the next build finishes the work and cleans up."""
    index_dir = tmp_path / "index"
    build()
    (texts / "second.md").write_text("# Second\n\nA second text.\n", encoding="utf-8")
    build()
    (texts / "third.md").write_text("# Third\n\nA third text.\n", encoding="utf-8")
    killed_building(point, texts, index_dir)
    old = ["harbour.md", "mill.txt", "second.md"]
    assert sources(index_dir, fake) in (old, [*old, "third.md"])
    build()
    assert sources(index_dir, fake) == [*old, "third.md"]
    assert len(generations(index_dir)) == 2
    assert {path.name for path in index_dir.iterdir()} <= {"CURRENT", "generations", ".lock"}


def test_a_first_builder_killed_leaves_a_folder_that_can_be_built(
    texts: Path, tmp_path: Path, fake: CountingEmbeddings
) -> None:
    """There is no index yet, and the next build is not refused."""
    killed_building(("ingest.build.Manifest", "write", 1), texts, tmp_path / "index")
    with pytest.raises(IngestError, match=r"no finished index.*python -m ingest build"):
        Index.open(tmp_path / "index", embeddings=fake)
    build_index([texts], index_dir=tmp_path / "index", embeddings=fake)
    assert sources(tmp_path / "index", fake) == ["harbour.md", "mill.txt"]
    assert len(generations(tmp_path / "index")) == 1


UNPRIVILEGED = """
    import ctypes, sys
    sys.path.insert(0, {root!r})
    # Root may write anywhere, unless it gives up its capabilities; for anybody else this changes nothing.
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    assert ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)()) == 0
    from pathlib import Path
    from ingest import Index, IngestError, build_index, load_documents
    from tests.ingest.conftest import CountingEmbeddings
"""


def unprivileged(script: str) -> str:
    """What a script prints that may not write everywhere."""
    head = textwrap.dedent(UNPRIVILEGED).format(root=str(Path(__file__).parent.parent.parent))
    done = subprocess.run(
        [sys.executable, "-c", head + textwrap.dedent(script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture
def read_only(build: Build, tmp_path: Path) -> Path:
    """An index that may be read by everybody and written by nobody."""
    build()
    for path in [tmp_path / "index", *(tmp_path / "index").rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return tmp_path / "index"


def test_an_index_can_be_read_where_it_cannot_be_written(read_only: Path) -> None:
    """Readers need no right to write; a build there is refused in one line."""
    before = contents(read_only)
    printed = unprivileged(f"""
        fake = CountingEmbeddings()
        with Index.open({str(read_only)!r}, embeddings=fake) as index:
            print(len(index.chunks), len(index.dense(fake.embed_query("x"), 3)), len(index.lexical("mill", 3)))
        texts = Path({str(read_only.parent / "texts")!r})
        try:
            build_index([texts / "mill.txt"], index_dir=Path({str(read_only)!r}), embeddings=fake)
        except IngestError as error:
            print(error)
    """)
    first, second = printed.splitlines()
    assert first == "4 3 2"
    assert re.fullmatch(r".*index cannot be written \(Permission denied\); name another folder with --index\.", second)
    assert contents(read_only) == before


def test_a_text_that_may_not_be_read_is_named(texts: Path, tmp_path: Path) -> None:
    """The error is about that file."""
    (texts / "mill.txt").chmod(0)
    printed = unprivileged(f"""
        try:
            load_documents([Path({str(texts)!r})])
        except IngestError as error:
            print(error)
    """)
    assert printed.endswith("mill.txt: cannot be read (Permission denied).")
