"""A small library to be examined on, its index, and a suite of questions about it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant import Assistant
from ingest import Index, build_index

MILL = """\
# The Old Mill

The Old Mill was built in 1780. The Old Mill grinds flour every Tuesday.
"""

ROWS = [
    {"id": "when", "kind": "fact", "question": "When was the Old Mill built?", "expect": "answer", "facts": ["1780"],
     "sources": ["mill.md"]},
    {"id": "wrong", "kind": "fact", "question": "When does the Old Mill grind flour?", "expect": "answer",
     "facts": ["T[uo]esday", "1780|1998"], "sources": ["mill.md"]},
    {"id": "stanford", "kind": "refusal", "question": "Does the Old Mill work with Stanford?", "expect": "abstention",
     "reason": ["unknown_name"]},
    {"id": "hi", "kind": "greeting", "question": "hi", "expect": "greeting"},
    {"id": "then", "kind": "follow-up", "question": "When was it built?", "history": ["What does the Old Mill do?"],
     "expect": "answer", "facts": ["1780"], "sources": ["mill.md"]},
]  # fmt: skip


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


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A file of cases about the mill, all of which an assistant gets right but the second."""
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path
