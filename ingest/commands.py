"""What the command line does, and how it says it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self, TypeVar

from pydantic import ValidationError

from ingest.build import build_index, restore_index
from ingest.embedding import load_embeddings
from ingest.errors import IngestError
from ingest.settings import IngestSettings
from ingest.sources import left_out
from ingest.status import IndexStatus, index_status

Settings = TypeVar("Settings", bound=IngestSettings)

_STAGES = {"read": "Reading", "chunk": "Splitting", "embed": "Embedding", "write": "Writing"}
# Less than this is over before a bar can be read.
_WORTH_A_BAR = 20
_NAMED = 3


class CommandParser(argparse.ArgumentParser):
    """Arguments that do not fit are one line on standard error, and exit code 2."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`.\n")


def read_settings(kind: type[Settings]) -> Settings:
    """The settings. Raises IngestError for a value that does not fit."""
    try:
        return kind()
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise IngestError(f"ASSISTANT_{name.upper()}: {first['msg']} (got {first['input']!r}).") from None


def paths_to_build(named: Sequence[Path], *, index: Path, settings: IngestSettings) -> list[Path]:
    """The paths named; without any, those that an index of one's own was built from; else the corpus.

    The project's index is that of the corpus, and so is the index of the settings where these name a corpus as well.
    """
    default = IngestSettings.model_fields["index"].default
    of_the_corpus = index == default or (index == settings.index and "corpus" in settings.model_fields_set)
    if named or of_the_corpus or not index.exists():
        return list(named) or [settings.corpus]
    return [Path(path) for path in index_status(index).paths]


def build_line(paths: Sequence[Path], *, index: Path, settings: IngestSettings) -> str:
    """Builds the index and says in one line what came of it."""
    with ProgressBars() as bars:
        result = build_index(
            paths,
            index_dir=index,
            embeddings=load_embeddings(settings.embedding_model),
            chroma_url=settings.chroma_url,
            progress=bars,
        )
    held = f"{_count(result.documents, 'document')}, {_count(result.chunks, 'chunk')}"
    skipped = left_out(paths)
    note = f" ({_count(len(skipped), 'file')} of other kinds left out: {_listed(skipped)})" if skipped else ""
    if not result.changed:
        return f"Nothing changed: {held}{note}"
    return f"{held}: {result.added} added, {result.kept} kept, {result.removed} removed{note}"


def restore_line(index: Path) -> str:
    """Restores the build before this one and says which that is."""
    return f"Restored {restore_index(index)}"


def status_lines(status: IndexStatus) -> Iterator[str]:
    """The status as a person reads it, line by line."""
    yield f"Index     {status.path}"
    yield f"Built     {status.built_at} ({status.generation})"
    yield f"Model     {status.embedding_model}"
    counts = (_count(len(status.documents), "document"), _count(status.chunks, "chunk"))
    yield f"Holds     {', '.join((*counts, _count(status.partners, 'partner')))}"
    yield ""
    width = max(len(document.source) for document in status.documents)
    for document in status.documents:
        age = "" if document.age_days is None else f", {_count(document.age_days, 'day')} old"
        as_of = f"as of {document.as_of}{age}" if document.as_of else "no date"
        chunks = _count(document.chunks, "chunk")
        yield f"  {document.source:<{width}}  {chunks:>10}  {as_of}  {document.title}"
    yield ""
    for label, sources in (("Changed", status.changed), ("Added", status.added), ("Removed", status.removed)):
        if sources:
            yield f"{label:<9} {', '.join(sources)}"
    if status.problem:
        yield f"The files cannot be compared: {status.problem}"
    elif status.up_to_date:
        yield "Up to date with the files on disk."
    else:
        yield f"Not up to date; run `python -m ingest build {' '.join(status.paths)} --index {status.path}`."


class ProgressBars:
    """One progress bar on standard error for each stage of a build; none where nobody watches."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._stage = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if total < _WORTH_A_BAR:
            return
        from tqdm import tqdm

        if stage != self._stage:
            if self._bar is not None:
                self._bar.close()
            label = _STAGES.get(stage, stage)
            self._bar = tqdm(total=total, desc=label, file=sys.stderr, leave=False, disable=None)
            self._stage = stage
        self._bar.update(done - self._bar.n)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown} and {len(names) - _NAMED} more"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
