"""Which files a PATH stands for, and what they are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingest import IngestError
from ingest.sources import find_sources


def write(path: Path, text: str = "text") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_folder_is_searched_to_the_bottom(tmp_path: Path) -> None:
    """Files of all known kinds are found, named relative to the folder, sorted."""
    for name in ("b.txt", "a/c.md", "a/b/d.HTML", "e.markdown", "f.htm"):
        write(tmp_path / name)
    assert [file.source for file in find_sources([tmp_path])] == [
        "a/b/d.HTML",
        "a/c.md",
        "b.txt",
        "e.markdown",
        "f.htm",
    ]


def test_what_is_hidden_foreign_or_about_the_folder_is_left_out(tmp_path: Path) -> None:
    """Hidden files and folders, README.md and files of other kinds are no texts."""
    for name in (".hidden.md", ".git/x.md", "README.md", "a/readme.md", "image.png", "data.pdf", "yes.md"):
        write(tmp_path / name)
    assert [file.source for file in find_sources([tmp_path])] == ["yes.md"]


def test_a_file_that_is_named_itself_is_taken(tmp_path: Path) -> None:
    """Whoever names a README means it; a file's source is its name."""
    assert [file.source for file in find_sources([write(tmp_path / "README.md")])] == ["README.md"]


def test_the_same_path_twice_counts_once(tmp_path: Path) -> None:
    """Naming a folder and the same folder again is no conflict."""
    write(tmp_path / "a.md")
    assert len(find_sources([tmp_path, tmp_path / "."])) == 1


def test_two_files_of_one_name_are_a_conflict(tmp_path: Path) -> None:
    """Two PATHs that give one source are refused, both files named."""
    write(tmp_path / "one/a.md")
    write(tmp_path / "two/a.md")
    with pytest.raises(IngestError, match=r"one/a\.md.*two/a\.md.*'a\.md'"):
        find_sources([tmp_path / "one", tmp_path / "two"])


@pytest.mark.parametrize("name", ["report.pdf", "noend"])
def test_another_kind_of_file_is_refused_with_the_kinds_that_can_be_read(tmp_path: Path, name: str) -> None:
    """The error lists every suffix that works."""
    with pytest.raises(IngestError, match=r"\.md, \.markdown, \.txt, \.html, \.htm"):
        find_sources([write(tmp_path / name)])


def test_a_path_that_is_missing_is_named(tmp_path: Path) -> None:
    """A typing error in a PATH is told by the PATH."""
    with pytest.raises(IngestError, match="nowhere does not exist"):
        find_sources([tmp_path / "nowhere"])


def test_a_folder_without_texts_is_an_error(tmp_path: Path) -> None:
    """An empty folder is not an empty index."""
    with pytest.raises(IngestError, match="no text in"):
        find_sources([tmp_path])
    with pytest.raises(IngestError, match="no text in no PATH"):
        find_sources([])


def test_a_link_that_leads_nowhere_is_named(tmp_path: Path) -> None:
    """A broken link is an error when it is read, not a missing text that nobody notices."""
    (tmp_path / "a.md").symlink_to(tmp_path / "gone.md")
    (file,) = find_sources([tmp_path])
    with pytest.raises(IngestError, match=r"a\.md: a link that leads nowhere"):
        file.read()


def test_a_name_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """It could be neither shown nor stored."""
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("text", encoding="utf-8")
    with pytest.raises(IngestError, match="not valid UTF-8; rename it") as caught:
        find_sources([tmp_path])
    assert str(caught.value).encode("utf-8")


def test_what_is_neither_file_nor_folder_is_refused(tmp_path: Path) -> None:
    """A pipe would be waited for forever."""
    os.mkfifo(tmp_path / "pipe.txt")
    with pytest.raises(IngestError, match="neither a file nor a folder"):
        find_sources([tmp_path / "pipe.txt"])
