"""The folder of an index: complete generations, and the one line that says which of them is read."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import IngestError
from ingest.manifest import Manifest

# In the order of their making, and unlike those of any other index on the same server.
_ID = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
_LOCK = ".lock"
_POINTER = "CURRENT"
_GENERATIONS = "generations"


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexFolder:
    """`path` holds `CURRENT`, which names a folder in `generations/`; nothing else in it is ever touched."""

    path: Path

    @property
    def current(self) -> str | None:
        """The generation that is read, or None where `CURRENT` is missing or names none."""
        try:
            name = (self.path / _POINTER).read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return name if _ID.fullmatch(name) else None

    @property
    def earlier(self) -> str | None:
        """The newest complete generation from before the current one; the newest of all if there is none."""
        current = self.current
        for folder in sorted((self.path / _GENERATIONS).glob("*"), reverse=True):
            if _ID.fullmatch(folder.name) and (current is None or folder.name < current):
                with suppress(IngestError):
                    return Manifest.from_folder(folder).generation
        return None

    @property
    def build_command(self) -> str:
        """What to type to build this index."""
        return f"python -m ingest build --index {self.path}"

    def generation(self, name: str) -> Path:
        """The folder of a generation."""
        return self.path / _GENERATIONS / name

    def manifest(self) -> Manifest:
        """What the current generation was made of.

        Raises IngestError, naming the command that helps, when there is no index here or it is damaged.
        """
        while True:
            current = self.current
            if current is None:
                raise self._absent()
            try:
                return Manifest.from_folder(self.generation(current))
            except IngestError as error:
                # It may have been replaced, and deleted, since `CURRENT` was read.
                if self.current == current:
                    raise IngestError(
                        f"The index in {self.path} cannot be used: {str(error).rstrip('.')}; run "
                        f"`{self.build_command}`, or `python -m ingest restore --index {self.path}`."
                    ) from None

    def require_ours(self) -> None:
        """Raises IngestError when the path exists and holds anything that is not an index."""
        if self.path.exists() and not self.path.is_dir():
            raise IngestError(f"{self.path} is a file, not a folder; name another with --index.")
        if self.path.is_dir() and not self._ours():
            raise IngestError(
                f"{self.path} holds files that are no index and will not be touched; name a new or empty "
                "folder with --index."
            )

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Creates the folder if need be and keeps other builders out; IngestError if one is at work."""
        self.require_ours()
        try:
            (self.path / _GENERATIONS).mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.path / _LOCK)
            lock.acquire(timeout=0)
        except Timeout:
            raise IngestError(f"Another process is building the index in {self.path}; wait until it is done.") from None
        except OSError as error:
            raise IngestError(
                f"{self.path} cannot be written ({error.strerror}); name another folder with --index."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def new_generation(self) -> str:
        """Creates the folder of a generation that nobody reads yet, and returns its name."""
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}"
        self.generation(name).mkdir(parents=True)
        return name

    def publish(self, name: str) -> None:
        """Makes a complete generation the current one; from one moment to the next, whatever happens."""
        folder = self.generation(name)
        for parent, _, files in os.walk(folder):
            for file in files:
                _sync(Path(parent, file))
            _sync(Path(parent))
        _sync(folder.parent)
        draft = self.path / f"{_POINTER}.new"
        draft.write_text(f"{name}\n", encoding="ascii")
        _sync(draft)
        draft.replace(self.path / _POINTER)
        _sync(self.path)

    def remove_others(self, keep: set[str], drop: Callable[[Path, str], bool]) -> None:
        """Deletes all generations but those in `keep`.

        `drop(folder, name)` first frees what a generation holds elsewhere; where it says False (a server
        that does not answer), the generation stays for the next time.
        """
        with suppress(FileNotFoundError):
            (self.path / f"{_POINTER}.new").unlink()
        for folder in sorted((self.path / _GENERATIONS).iterdir()):
            if _ID.fullmatch(folder.name) and folder.name not in keep and drop(folder, folder.name):
                # What cannot be deleted now is tried again by the next build.
                shutil.rmtree(folder, ignore_errors=True)

    def _ours(self) -> bool:
        names = {entry.name for entry in self.path.iterdir()}
        if (current := self.current) is not None and self.generation(current).is_dir():
            return True
        # A first build that was killed has left nothing but these.
        if names - {_LOCK, _POINTER, f"{_POINTER}.new", _GENERATIONS}:
            return False
        generations = self.path / _GENERATIONS
        inside = generations.iterdir() if generations.is_dir() else ()
        return not names or (_GENERATIONS in names and all(_ID.fullmatch(entry.name) for entry in inside))

    def _absent(self) -> IngestError:
        if not self.path.exists():
            return IngestError(f"There is no index in {self.path}; run `{self.build_command}`.")
        self.require_ours()
        if (self.path / _POINTER).exists():
            return IngestError(f"The index in {self.path} is damaged; run `{self.build_command}`.")
        return IngestError(f"There is no finished index in {self.path}; run `{self.build_command}`.")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        # Some file systems do not know it for folders, or not at all.
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)
