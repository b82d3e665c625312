"""A builder that kills itself, as the power might; imported by the processes that do so."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

# What a build imports on the way is imported here once, for all builders.
import bm25s  # noqa: F401 - as said above
import chromadb  # noqa: F401 - as said above
import langchain_chroma  # noqa: F401 - as said above

from ingest import build_index
from tests.ingest.conftest import CountingEmbeddings


def killed_building(point: tuple[str, str, int], texts: Path, index_dir: Path, url: str | None = None) -> None:
    """A builder in another process, killed by SIGKILL where it calls `owner.name` for the nth time."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.ingest.dying"])
    builder = context.Process(target=build_and_die, args=(point, texts, index_dir, url))
    builder.start()
    builder.join()
    assert builder.exitcode == -signal.SIGKILL


def build_and_die(point: tuple[str, str, int], texts: Path, index_dir: Path, url: str | None = None) -> None:
    """Builds until `owner.name` is called for the nth time, and is gone in that moment."""
    owner, name, at = point
    module, _, attribute = owner.rpartition(".")
    thing: Any = getattr(import_module(module), attribute) if module else import_module(owner)
    setattr(thing, name, _deadly(getattr(thing, name), at))
    build_index([texts], index_dir=index_dir, embeddings=CountingEmbeddings(), chroma_url=url)


def _deadly(function: Callable[..., Any], at: int) -> Callable[..., Any]:
    calls = 0

    def call(*arguments: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)

    return call
