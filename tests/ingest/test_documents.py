"""A file of any kind becomes a Document that says what it is called and where it is from."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest import IngestError, load_documents
from tests.ingest.conftest import HARBOUR


def test_markdown_keeps_the_whole_file(texts: Path) -> None:
    """The text is the file, front matter included, so that offsets hold for anyone who opens it."""
    (document,) = load_documents([texts / "harbour.md"])
    assert document.page_content == HARBOUR
    meta = document.metadata
    assert (meta["source"], meta["title"], meta["partner"]) == ("harbour.md", "Harbour School", "Harbour School")
    assert (meta["url"], meta["as_of"], meta["origin"]) == ("https://harbour.example", "2024-03-01", "A leaflet")


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "---\ntitle: From the front\n---\n# From the head\n", "From the front"),
        ("a.md", "Intro.\n\n# From *the* head\n", "From the head"),
        ("old_mill-2.md", "No heading.\n", "Old mill 2"),
        ("a.txt", "A title\n\nFollowed by a sentence that goes on.\n", "A title"),
        ("the-mill.txt", "Only a sentence that goes on for a while.\n", "The mill"),
        ("a.html", "<h1>A headline</h1><p>Text.</p>", "A headline"),
        ("the-mill.htm", "<p>Text.</p>", "The mill"),
    ],
)
def test_every_document_has_a_title(tmp_path: Path, name: str, text: str, title: str) -> None:
    """Its own where it has one, else the name of the file."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    (document,) = load_documents([tmp_path / name])
    assert document.metadata["title"] == title


def test_windows_files_have_the_same_offsets(tmp_path: Path) -> None:
    """A mark at the beginning is dropped and newlines count as one character."""
    (tmp_path / "a.txt").write_bytes("\ufeffOne.\r\n\r\nTwo.\r\n".encode())
    assert load_documents([tmp_path])[0].page_content == "One.\n\nTwo.\n"


def test_documents_are_sorted_and_empty_ones_left_out(tmp_path: Path) -> None:
    """The order does not depend on the file system."""
    for name, text in (("b.txt", "B."), ("a.txt", "A."), ("empty.md", " \n"), ("c.html", "<nav>Home</nav>")):
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert [document.metadata["source"] for document in load_documents([tmp_path])] == ["a.txt", "b.txt"]


def test_all_empty_is_an_error(tmp_path: Path) -> None:
    """Somebody named the wrong folder."""
    (tmp_path / "a.txt").write_text("", encoding="utf-8")
    with pytest.raises(IngestError, match=r"no text in .*a\.txt"):
        load_documents([tmp_path])
