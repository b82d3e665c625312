"""The PATHs a person names become a sorted list of files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import IngestError

SUFFIXES = (".md", ".markdown", ".txt", ".html", ".htm")
# It tells people about the folder it lies in; nobody asks the assistant about that.
_ABOUT_THE_FOLDER = "readme.md"
_NAMED_IN_ERRORS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceFile:
    """A file to read. `source` is its name in the index: posix, relative to the PATH it was found under."""

    path: Path
    source: str

    def read(self) -> bytes:
        """The bytes of the file. Raises IngestError when it cannot be read."""
        try:
            return self.path.read_bytes()
        except FileNotFoundError:
            raise IngestError(f"{self.path}: a link that leads nowhere; repair or remove it.") from None
        except OSError as error:
            raise IngestError(f"{self.path}: cannot be read ({error.strerror}).") from None

    def digest(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal."""
        return hashlib.sha256(self.read()).hexdigest()


def find_sources(paths: Sequence[Path]) -> list[SourceFile]:
    """The files under `paths`, sorted by source.

    Folders are searched to the bottom; hidden entries and a folder's own README.md are left out, unless
    they were named themselves. Raises IngestError for a PATH that is missing or of a kind that cannot be
    read, for two files with the same source, and when there is nothing at all.
    """
    found: dict[str, SourceFile] = {}
    for path in paths:
        for file in _under(Path(path)):
            _require_text(file)
            other = found.get(file.source)
            if other is None:
                found[file.source] = file
            elif not _same(other.path, file.path):
                raise IngestError(
                    f"{other.path} and {file.path} would both be called {file.source!r} in the index; "
                    "name the folder that holds both, or rename one."
                )
    if not found:
        named = ", ".join(str(path) for path in paths) or "no PATH"
        raise IngestError(f"There is no text in {named}; expected files that end in {', '.join(SUFFIXES)}.")
    return [found[source] for source in sorted(found)]


def left_out(paths: Sequence[Path]) -> list[str]:
    """The names, sorted, of files in the folders among `paths` that are of a kind that cannot be read."""
    names: list[str] = []
    for path in paths:
        for _, folders, files in os.walk(path):
            folders[:] = [folder for folder in folders if not folder.startswith(".")]
            names += [f for f in files if not f.startswith(".") and Path(f).suffix.lower() not in SUFFIXES]
    return sorted(names)


def one_line(failures: Sequence[IngestError]) -> IngestError:
    """Several failures told in one line: the first few, and how many more there are."""
    if len(failures) == 1:
        return failures[0]
    shown = "; ".join(str(failure).rstrip(".") for failure in failures[:_NAMED_IN_ERRORS])
    rest = len(failures) - _NAMED_IN_ERRORS
    more = f"; and {rest} more" if rest > 0 else ""
    return IngestError(f"{len(failures)} files cannot be used: {shown}{more}.")


def _under(path: Path) -> list[SourceFile]:
    if path.is_dir():
        return _inside(path)
    if not os.path.lexists(path):
        raise IngestError(f"{path} does not exist; name a file or a folder of texts.")
    if path.exists() and not path.is_file():
        raise IngestError(f"{path} is neither a file nor a folder; name a file or a folder of texts.")
    if path.suffix.lower() not in SUFFIXES:
        raise IngestError(
            f"{path}: files that end in {path.suffix or 'nothing'!r} cannot be read; "
            f"expected one of {', '.join(SUFFIXES)}."
        )
    return [SourceFile(path=path, source=path.name)]


def _inside(folder: Path) -> list[SourceFile]:
    unreadable: list[IngestError] = []

    def note(error: OSError) -> None:
        unreadable.append(IngestError(f"{error.filename}: cannot be read ({error.strerror})."))

    files: list[SourceFile] = []
    for parent, folders, names in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in names:
            path = Path(parent, name)
            hidden = name.startswith(".") or name.lower() == _ABOUT_THE_FOLDER
            if not hidden and path.suffix.lower() in SUFFIXES:
                files.append(SourceFile(path=path, source=path.relative_to(folder).as_posix()))
    if unreadable:
        raise one_line(unreadable)
    return files


def _require_text(file: SourceFile) -> None:
    try:
        file.source.encode("utf-8")
    except UnicodeEncodeError:
        shown = os.fsencode(file.path).decode("utf-8", errors="replace")
        raise IngestError(f"{shown}: its name is not valid UTF-8; rename it.") from None


def _same(first: Path, second: Path) -> bool:
    try:
        return first.samefile(second)
    except OSError:
        return first.absolute() == second.absolute()
