"""The workspace: a copy of the shipped texts and an index of it, in a folder that is gone afterwards."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.child import Child
from benchmarks.errors import BenchmarkError

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"


class Workspace:
    """Where the parts work; they change nothing in the project, and share one index."""

    def __init__(self) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="benchmarks-")
        self.path = Path(self._temporary.name)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._temporary.cleanup()

    @cached_property
    def environment(self) -> dict[str, str]:
        """That of every child process: offline, and nothing written outside the workspace."""
        return os.environ | {
            "HF_HUB_OFFLINE": "1",
            "PYTHONUNBUFFERED": "1",
            "ASSISTANT_FEEDBACK": str(self.path / "feedback.jsonl"),
        }

    @cached_property
    def index(self) -> Path:
        """An index of the shipped texts, built at the first use."""
        self.say("building the index that the other parts read")
        folder = self.path / "index"
        self.python("-m", "ingest", "build", str(self.corpus("shipped")), "--index", str(folder))
        return folder

    def prepare(self) -> None:
        """Builds the index now, so that no measurement has to wait for it."""
        assert self.index.is_dir()

    def corpus(self, name: str) -> Path:
        """A fresh copy of the shipped texts, which may be changed. Raises BenchmarkError where there are none."""
        if not list(CORPUS.glob("*.md")):
            raise BenchmarkError(f"no texts in {CORPUS}; run this in a checkout of the project")
        folder = self.path / "corpora" / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(CORPUS, folder)
        return folder

    def python(self, *arguments: str) -> Child:
        """Runs Python on the project in a process of its own. Raises BenchmarkError when it fails."""
        return Child.run(arguments, folder=ROOT, environment=self.environment)

    def load_and_embed(self) -> Child:
        """The floor of every command: a process that loads the embedding model, embeds one question, and ends."""
        return self.python("-c", "from ingest import load_embeddings; load_embeddings().embed_query('ready')")

    def say(self, line: str) -> None:
        """Progress, for whoever waits."""
        print(f"benchmarks: {line}", file=sys.stderr, flush=True)
