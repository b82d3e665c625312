"""The status tells what is indexed, how old it is and what has changed on disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from ingest import BuildResult, IngestError, index_status
from ingest.status import _age

Build = Callable[[], BuildResult]


def test_a_fresh_index_is_up_to_date(build: Build, tmp_path: Path) -> None:
    """Every document with its title, chunks, date and age in days."""
    result = build()
    status = index_status(tmp_path / "index")
    assert status.up_to_date
    assert (status.generation, status.chunks, status.partners) == (result.generation, 4, 1)
    harbour, mill = status.documents
    assert (harbour.title, harbour.chunks, harbour.as_of) == ("Harbour School", 2, "2024-03-01")
    assert harbour.age_days == (datetime.now(UTC).date() - date(2024, 3, 1)).days
    assert (mill.title, mill.as_of, mill.age_days) == ("The Old Mill", "", None)
    assert status.to_dict()["up_to_date"] is True


def test_what_changed_on_disk_is_named(build: Build, texts: Path, tmp_path: Path) -> None:
    """Changed, added and removed files; an empty one does not count."""
    build()
    (texts / "harbour.md").write_text("# Changed\n\nText.\n", encoding="utf-8")
    (texts / "mill.txt").unlink()
    (texts / "new.txt").write_text("New.", encoding="utf-8")
    (texts / "empty.txt").write_text("", encoding="utf-8")
    status = index_status(tmp_path / "index")
    assert (status.changed, status.added, status.removed) == (("harbour.md",), ("new.txt",), ("mill.txt",))
    assert not status.up_to_date


def test_texts_that_are_gone_are_a_problem_not_a_failure(build: Build, texts: Path, tmp_path: Path) -> None:
    """The index is still there to be looked at."""
    build()
    texts.rename(tmp_path / "moved")
    status = index_status(tmp_path / "index")
    assert status.problem is not None
    assert "does not exist" in status.problem
    assert not status.up_to_date


def test_without_an_index_the_command_is_named(tmp_path: Path) -> None:
    """As everywhere else."""
    with pytest.raises(IngestError, match="python -m ingest build"):
        index_status(tmp_path)


@pytest.mark.parametrize(
    ("as_of", "days"), [("2024-01-31", 1), ("2024-01", 31), ("2023", 396), ("", None), ("2024-02-31", None)]
)
def test_age_counts_from_the_date_that_is_given(as_of: str, days: int | None) -> None:
    """A month or a year counts from its first day; a day that does not exist has no age."""
    assert _age(as_of, date(2024, 2, 1)) == days
