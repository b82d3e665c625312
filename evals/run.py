"""A run: the cases of some suites through the assistant, scored, as a folder and a table."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table
from scipy.stats import binomtest

from assistant import Answer, Assistant, AssistantError
from evals.cases import Case, EvalsError, select
from evals.metrics import Score, score


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """A case with its answer and score."""

    case: Case
    answer: Answer
    score: Score

    @property
    def seconds(self) -> float:
        return sum(self.answer.seconds.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class Tally:
    """How many cases of a kind are right, with Wilson's 95% interval of the share."""

    kind: str
    right: int
    cases: int

    @property
    def share(self) -> float:
        return self.right / self.cases

    @property
    def interval(self) -> tuple[float, float]:
        found = binomtest(self.right, self.cases).proportion_ci(method="wilson")
        return float(found.low), float(found.high)


def results(cases: Sequence[Case], assistant: Assistant) -> Iterator[Result]:
    """Ask every case, one after the other; a history is asked first, as in a real conversation."""
    documents = {document.source for document in assistant.documents}
    for case in cases:
        try:
            answer = assistant.ask(case.question, assistant.conversation(case.history))
        except AssistantError as error:
            raise EvalsError(f"{case.suite}.jsonl, case {case.id!r}: {error}") from None
        yield Result(case=case, answer=answer, score=score(case, answer, documents=documents))


def tallies(found: Sequence[Result]) -> list[Tally]:
    """One tally per kind, in the order of first appearance, then all kinds together."""
    kinds = dict.fromkeys(result.case.kind for result in found)
    rows = [
        Tally(
            kind=kind,
            right=sum(r.score.right for r in found if r.case.kind == kind),
            cases=sum(r.case.kind == kind for r in found),
        )
        for kind in kinds
    ]
    return [*rows, Tally(kind="all", right=sum(r.score.right for r in found), cases=len(found))]


def run(names: Sequence[str], *, index: Path | None, out: Path | None) -> int:
    """Run the suites and print the table; 0 when every case was asked."""
    cases = select(names)
    assistant = Assistant.open(index)
    console = Console(stderr=True)
    asked = results(cases, assistant)
    found = list(track(asked, total=len(cases), description="Asking", console=console, transient=True))
    show(found, Console())
    if out is not None:
        save(found, out)
        print(f"Saved to {out}", file=sys.stderr)
    return 0


def show(found: Sequence[Result], console: Console) -> None:
    """The failed cases, then the table."""
    for result in found:
        if not result.score.right:
            console.print(f"{result.case.id}: {result.score.why}", style="bold", markup=False, highlight=False)
            console.print(f"  asked: {result.answer.interpreted_as!r}", markup=False, highlight=False)
            console.print(f"  said:  {result.answer.text[:200]!r}", markup=False, highlight=False)
    table = Table("kind", "right", "cases", "share", "95% interval")
    for tally in tallies(found):
        low, high = tally.interval
        table.add_row(tally.kind, str(tally.right), str(tally.cases), f"{tally.share:.3f}", f"{low:.3f} – {high:.3f}")
    console.print(table)
    reasons = [r.score.reason_right for r in found if r.score.reason_right is not None]
    if reasons:
        console.print(f"reason of the abstention right: {sum(reasons)} of {len(reasons)}")
    seconds = np.array([result.seconds for result in found]) * 1000
    console.print(
        f"answer time: median {np.median(seconds):.0f} ms, 95th percentile {np.percentile(seconds, 95):.0f} ms"
    )


def save(found: Sequence[Result], out: Path) -> None:
    """Write `cases.jsonl` (one result a line) and `summary.json` into the folder `out`."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with (out / "cases.jsonl").open("w", encoding="utf-8") as file:
            for result in found:
                row = {"case": asdict(result.case), "score": asdict(result.score), "answer": result.answer.to_dict()}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        summary = {
            tally.kind: {"right": tally.right, "cases": tally.cases, "interval": tally.interval}
            for tally in tallies(found)
        }
        (out / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise EvalsError(f"cannot write the run to {out} ({error.strerror}); give another folder with --out") from None
