"""A small library to be examined on, and its index."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from ingest import Index, build_index

MILL = """\
# The Old Mill

The Old Mill was built in 1780. The Old Mill grinds flour every Tuesday.
"""


@pytest.fixture(scope="session")
def mill_index(tmp_path_factory: pytest.TempPathFactory, embeddings: object) -> Path:
    folder = tmp_path_factory.mktemp("mill")
    (folder / "mill.md").write_text(MILL, encoding="utf-8")
    build_index([folder], index_dir=folder / "index", embeddings=embeddings)
    return folder / "index"


@pytest.fixture(scope="session")
def mill(mill_index: Path, embeddings: object) -> Assistant:
    """An assistant that knows of one mill."""
    return Assistant(Index.open(mill_index, embeddings=embeddings))
