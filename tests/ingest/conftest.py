"""Texts of no importance, a model without weights, and a Chroma server."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding, Embeddings

from ingest import BuildResult, Index, build_index

HARBOUR = """\
---
title: Harbour School
partner: Harbour School
aliases: [HS, The Harbour]
kind: school
since: 1998
places: [Ostend]
url: https://harbour.example
as_of: 2024-03-01
source: A leaflet
---

# Harbour School

The Harbour School teaches sailing. It was founded in 1998.

## Courses

The school offers three courses:

- knots
- charts
- radio
"""

MILL = """\
The Old Mill

The mill grinds flour every Tuesday. Visitors are welcome.

Opening hours

The mill is open from ten to four.
"""


class CountingEmbeddings(Embeddings):
    """LangChain's deterministic fake, which also tells what it was asked to embed."""

    def __init__(self, model: str = "fake") -> None:
        self.model = model
        self.texts: list[str] = []
        self._fake = DeterministicFakeEmbedding(size=16)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.texts += texts
        return self._fake.embed_documents(texts)

    def embed_query(self, text: str) -> list[float]:
        return self._fake.embed_query(text)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file under a folder with its bytes."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def sources(index_dir: Path, fake: Embeddings) -> list[str]:
    """The sources in an index, which is checked to be whole."""
    with Index.open(index_dir, embeddings=fake) as index:
        assert len(index.chunks) == sum(document.chunks for document in index.documents)
        assert len(index.sentence_vectors(index.chunks)) == len(index.chunks)
        return [document.source for document in index.documents]


def generations(index_dir: Path) -> list[str]:
    """The generations on disk, oldest first."""
    return sorted(path.name for path in (index_dir / "generations").iterdir())


@pytest.fixture
def fake() -> CountingEmbeddings:
    """An embedding model that needs no weights: equal texts have equal vectors, others are far apart."""
    return CountingEmbeddings()


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """A folder with a Markdown file that is in the registry, and a plain text."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "harbour.md").write_text(HARBOUR, encoding="utf-8")
    (folder / "mill.txt").write_text(MILL, encoding="utf-8")
    return folder


@pytest.fixture
def build(tmp_path: Path, texts: Path, fake: CountingEmbeddings) -> Callable[[], BuildResult]:
    """Builds `tmp_path/index` from the texts as they are at that moment."""
    return lambda: build_index([texts], index_dir=tmp_path / "index", embeddings=fake)


@pytest.fixture(scope="session")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a real Chroma server on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1", "--port", str(port)]
    data = tmp_path_factory.mktemp("chroma")
    server = subprocess.Popen(
        [*command, "--path", str(data)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=data
    )
    try:
        for _ in range(300):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, "the Chroma server did not start"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
