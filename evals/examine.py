"""Examining an assistant: every case asked, graded, and written down."""

from __future__ import annotations

import hashlib
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings

from assistant import Answer, Assistant, AssistantError
from evals.canaries import CANARIES, examine_graders
from evals.cases import SUITES, Case, unfounded
from evals.errors import EvalsError
from evals.graders import Supports, by_source, grade, why
from evals.judge import Judge, agreements
from evals.metrics import summary
from evals.records import Record
from evals.run import FORMAT, Run, RunFolder
from evals.support import SupportGrader
from ingest import Index, IngestError, build_index, index_status

Progress = Callable[[int, int], None]


def examine(
    cases: Sequence[Case],
    assistant: Assistant,
    folder: Path,
    *,
    judge: Judge | None = None,
    progress: Progress | None = None,
) -> Run:
    """Asks the cases and writes the run into `folder`; goes on where an interrupted run of the same stopped.

    Raises EvalsError when a required fact stands in no cited source, or when another run stands in the folder.
    """
    chunks = by_source(assistant.index.chunks)
    _require_founded(cases, {source: "\n".join(c.page_content for c in found) for source, found in chunks.items()})
    run = RunFolder(folder, _config(cases, assistant, judge=judge))
    support = _support_grader(assistant.index.embeddings)

    def supports(text: str, quotes: Sequence[str], titles: str) -> bool:
        return support.sentence(text, quotes, about=titles).verdict == "supported"

    done = {record.case.id: record for record in run.records}
    report = progress or (lambda _done, _total: None)
    report(len(done), len(cases))
    with _poisoned(cases, assistant) as poisoned:
        for record in _records([case for case in cases if case.id not in done], assistant, poisoned, supports, judge):
            run.add(record)
            # As another command will read it, digits rounded, so that a resumed run comes to the same figures.
            done[record.case.id] = Record.from_lines(*record.to_lines())
            report(len(done), len(cases))
    records = [done[case.id] for case in cases]
    judged = {"judge": agreements(records)} if judge else {}
    return run.finish({**summary(records), "canaries": examine_graders(supports), **judged})


def _records(
    cases: Sequence[Case],
    assistant: Assistant,
    poisoned: Assistant,
    supports: Supports,
    judge: Judge | None,
) -> Iterator[Record]:
    """Asks one after the other: two at a time on two cores take as long, and no stage can be timed."""
    chunks = {id(one): by_source(one.index.chunks) for one in (assistant, poisoned)}
    bases: dict[str, Answer] = {}
    for case in cases:
        asked = poisoned if case.documents else assistant
        try:
            answer = asked.ask(case.question, asked.conversation(case.history))
            if case.base is not None and case.base not in bases:
                bases[case.base] = assistant.ask(case.base)
        except AssistantError as error:
            raise EvalsError(f"{case.suite}.jsonl, case {case.id!r}: {error}") from None
        grades = grade(
            case, answer, chunks=chunks[id(asked)], supports=supports, base=bases.get(case.base) if case.base else None
        )
        if judge is not None:
            grades |= judge.grade(case, answer)
        yield Record.from_answer(case, answer, grades, why=why(case, answer, grades))


@contextmanager
def _poisoned(cases: Sequence[Case], assistant: Assistant) -> Iterator[Assistant]:
    """An assistant over the same texts and the poisoned documents of all cases; the same one where there are none."""
    documents = {name: text for case in cases for name, text in (case.documents or {}).items()}
    if not documents:
        yield assistant
        return
    index = assistant.index
    with tempfile.TemporaryDirectory(prefix="evals-") as scratch:
        added = Path(scratch) / "added"
        added.mkdir()
        for name, text in documents.items():
            (added / name).write_text(text, encoding="utf-8")
        copy = Path(scratch) / "index"
        # A copy of the index has the vectors of its texts already; only the added ones are embedded.
        shutil.copytree(index.path, copy)
        try:
            paths = [Path(path) for path in index_status(index.path).paths]
            build_index([*paths, added], index_dir=copy, embeddings=index.embeddings)
            yield assistant.over(Index.open(copy, embeddings=index.embeddings))
        except IngestError as error:
            raise EvalsError(f"the poisoned documents cannot be added to a copy of {index.path}: {error}") from None


@lru_cache(maxsize=1)
def _support_grader(embeddings: Embeddings) -> SupportGrader:
    """One for all runs of a process: it remembers what it has embedded, the canaries above all."""
    return SupportGrader(embeddings)


def _require_founded(cases: Sequence[Case], texts: Mapping[str, str]) -> None:
    own = {name: text for case in cases for name, text in (case.documents or {}).items()}
    problems = unfounded(cases, {**texts, **own})
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise EvalsError(f"{problems[0]}{more}; correct the facts or the sources of the case")


def _config(cases: Sequence[Case], assistant: Assistant, *, judge: Judge | None) -> dict[str, Any]:
    """What a run was made of; what must be equal for an interrupted one to go on."""
    index = assistant.index
    content = hashlib.sha256()
    for chunk in sorted(index.chunks, key=lambda chunk: str(chunk.id)):
        content.update(f"{chunk.id}\n".encode())
    status = index_status(index.path)
    suites: dict[str, Any] = {}
    for case in cases:
        suites.setdefault(case.suite, []).append(case.to_dict())
    return {
        "format": FORMAT,
        "suites": {name: {"cases": len(rows), "sha256": _digest(rows)} for name, rows in suites.items()},
        "canaries": _digest(CANARIES.read_text(encoding="utf-8")),
        "index": {
            "documents": len(assistant.documents),
            "chunks": len(index.chunks),
            "sha256": content.hexdigest(),
            "embedding_model": status.embedding_model,
        },
        "answerer": assistant.answerer,
        "threshold": assistant.threshold,
        "judge": judge.name if judge else None,
        "revision": _revision(),
        "python": platform.python_version(),
    }


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode("utf-8")).hexdigest()


def _revision() -> str | None:
    """The revision of the program, with a + where its files differ from it; None where there is no history."""
    root = SUITES.parents[1]
    try:
        revision = _git(root, "rev-parse", "--short=12", "HEAD")
        changed = _git(root, "status", "--porcelain", "--untracked-files=no")
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{revision}+" if changed else revision


def _git(root: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.strip()
