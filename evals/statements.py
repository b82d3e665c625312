"""Statements: sentences as a chat model might write them, and whether the gate shows those that are borne out."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from assistant import Assistant, Gate
from evals.errors import EvalsError
from evals.statistics import Estimate, auroc, mean

STATEMENTS = Path(__file__).parent / "statements.jsonl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """A sentence that replies to a question on the corpus: borne out by `by`, or, where not, what it distorts.

    `kind` is the way in which it is put, or the one in which it is wrong.
    """

    id: str
    question: str
    source: str
    statement: str
    supported: bool
    kind: str
    by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A statement with what the gate made of it, and the seconds that took."""

    statement: Statement
    shown: bool
    score: float
    seconds: float

    @property
    def right(self) -> bool:
        return self.shown is self.statement.supported


def load_statements(path: Path = STATEMENTS) -> list[Statement]:
    """The statements of a file of JSON lines. Raises EvalsError naming file and line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsError(f"cannot read {path} ({error}); give a file of statements") from None
    found = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
            if not isinstance(row["supported"], bool) or not isinstance(row["by"], list):
                raise TypeError("supported is true or false, by a list of texts")
            found.append(Statement(**{**row, "by": tuple(row["by"])}))
        except (ValueError, TypeError, KeyError) as error:
            raise EvalsError(f"{path.name}:{number}: not a statement ({error})") from None
    if not found:
        raise EvalsError(f"{path}: no statements; give a file with one JSON object a line")
    return found


def judge(
    statements: Sequence[Statement], assistant: Assistant, *, progress: Callable[[int, int], None] | None = None
) -> list[Judged]:
    """Each statement through the gate, with the passages that its question retrieves and no marker to help."""
    judged = []
    for number, statement in enumerate(statements, start=1):
        weighed = assistant.weigh(statement.question)
        gate = Gate(weighed.passages, checker=assistant.checker, names=assistant.library.names)
        began = time.perf_counter()
        gated = gate.check(statement.statement, asked=weighed.question.text)
        seconds = time.perf_counter() - began
        shown = gated.verdict == "supported"
        judged.append(Judged(statement=statement, shown=shown, score=gated.score, seconds=seconds))
        if progress:
            progress(number, len(statements))
    return judged


def figures(judged: Sequence[Judged]) -> dict[str, Estimate]:
    """The share of the right end of both sorts and of each kind, drawn by source, and the AUROC of the score."""
    found: dict[str, Estimate] = {
        "AUROC": auroc(
            [one.score for one in judged],
            [one.statement.supported for one in judged],
            [one.statement.source for one in judged],
        )
    }
    for supported, name in ((True, "borne out, shown"), (False, "not borne out, withheld")):
        own = [one for one in judged if one.statement.supported is supported]
        found[name] = _share(own)
        for kind in sorted({one.statement.kind for one in own}):
            found[f"{name}: {kind}"] = _share([one for one in own if one.statement.kind == kind])
    return found


def _share(judged: Sequence[Judged]) -> Estimate:
    return mean([float(one.right) for one in judged], [one.statement.source for one in judged])


def show(judged: Sequence[Judged], console: Console) -> None:
    """Prints the table by kind, and the time that a sentence takes."""
    table = Table("figure", "value", "95% interval", "statements", title="statements through the gate")
    for name, found in figures(judged).items():
        if found.value is not None and found.low is not None and found.high is not None:
            table.add_row(name, f"{found.value:.3f}", f"{found.low:.3f} – {found.high:.3f}", str(found.count))
    console.print(table)
    middle, late = (1000 * float(np.percentile([one.seconds for one in judged], share)) for share in (50, 95))
    console.print(f"time of a sentence: median {middle:.0f} ms, 95th percentile {late:.0f} ms")


def save(judged: Sequence[Judged], out: Path) -> None:
    """Writes figures and statements into the folder `out`. Raises EvalsError where that cannot be done."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        rows: list[Mapping[str, Any]] = [
            {**asdict(one.statement), "shown": one.shown, "score": round(one.score, 4)} for one in judged
        ]
        whole = {name: found.to_dict() for name, found in figures(judged).items()}
        (out / "figures.json").write_text(json.dumps(whole, indent=2) + "\n", encoding="utf-8")
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (out / "statements.jsonl").write_text(lines, encoding="utf-8")
    except OSError as error:
        raise EvalsError(f"cannot write to {out} ({error.strerror or error}); give another folder with --out") from None
