"""Whom to ask, where a text says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from assistant.contact import contact
from ingest import Index, build_index, chunk_documents, load_documents

PAGE = """# Harbour School

The Harbour School teaches navigation to sailors and fishermen. The school stands in Bergen.

## Courses

Courses begin in May. Questions about the courses can go to the coordinator, Ane Solvang, at courses@harbour.example.
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "harbour.md").write_text(PAGE, encoding="utf-8")
    return tmp_path / "texts"


def test_the_sentence_that_says_whom_to_ask_is_found(page: Path) -> None:
    """By a name, an office or an address beside words for asking."""
    found = contact(chunk_documents(load_documents([page])[0], tokens=len, max_tokens=2000))
    assert found is not None
    assert "Ane Solvang" in found[1].text


def test_a_text_without_one_has_none(tmp_path: Path) -> None:
    """Nobody is made up."""
    (tmp_path / "a.md").write_text("# Soup\n\nPea soup needs split peas. Ask for more.\n", encoding="utf-8")
    assert contact(chunk_documents(load_documents([tmp_path])[0], tokens=len, max_tokens=2000)) is None


def test_who_is_not_answered_hears_whom_to_ask(page: Path, tmp_path: Path, embeddings: object) -> None:
    """The abstention quotes it, with a citation of its own."""
    build_index([page], index_dir=tmp_path / "index", embeddings=embeddings)
    assistant = Assistant(Index.open(tmp_path / "index", embeddings=embeddings))
    answer = assistant.ask("What does a course at the Harbour School cost?")
    assert (answer.kind, answer.reason) == ("abstention", "no_evidence")
    assert "courses@harbour.example" in answer.text
    assert any("courses@harbour.example" in citation.quote for citation in answer.citations)
    assert answer.passage_of(answer.citations[-1]) is not None
