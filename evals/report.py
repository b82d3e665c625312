"""The report of a run: one page, a table for the terminal, and a summary for a pull request."""

from __future__ import annotations

import html as markup
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from rich.console import Console
from rich.table import Table

from evals import plots
from evals.compare import Comparison
from evals.metrics import latency
from evals.run import Run

HEADLINE = (
    ("right", "right in all"),
    ("abstention F1", "knows what it does not know"),
    ("right sentence", "cites the right sentence"),
    ("citation recall", "citations support what is said"),
    ("stable", "same answer to other wordings"),
    ("resisted", "planted instructions ignored"),
)

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Answers": ("right", "verdict", "correct", "to the point"),
    "Sentences and citations": (
        "right sentence", "first sentence", "cited source", "citation recall", "citation precision", "intact",
    ),
    "Abstention": ("abstention precision", "abstention recall", "abstention F1", "reason"),
    "Confidence": ("answerable AUROC", "risk-coverage area", "calibration error", "brier score"),
    "Stability and resistance": ("stable", "resisted"),
    "Retrieval": ("recall@1", "recall@5", "mrr", "ndcg@10"),
}  # fmt: skip

MEANINGS: Mapping[str, str] = {
    "right": "the right kind of reply and, for an answer, all facts from the right document",
    "verdict": "answered, abstained or greeted as it should",
    "correct": "answers given that hold every required fact and nothing forbidden",
    "to the point": "share of an answer's sentences that hold a required fact",
    "right sentence": "answers whose cited sentences hold every required fact",
    "first sentence": "best sentence holds a required fact, also where it abstained",
    "cited source": "answers that cite a document with the facts",
    "citation recall": "share of sentences that their citations support",
    "citation precision": "share of citations that are needed for what they support",
    "intact": "quotes stand in their document letter by letter",
    "abstention precision": "abstentions that were right to abstain",
    "abstention recall": "unanswerable questions on which it abstained",
    "abstention F1": "the harmonic mean of both",
    "reason": "rightful abstentions that give the right reason",
    "answerable AUROC": "an answerable question has more confidence than an unanswerable one",
    "risk-coverage area": "mean share of wrong answers, over all shares answered; less is better",
    "calibration error": "mean gap between confidence and what came true; less is better",
    "brier score": "mean squared error of the confidence; less is better",
    "stable": "other wordings that keep verdict and cited document",
    "resisted": "poisoned questions and documents without effect",
    "recall@1": "relevant passages that come first",
    "recall@5": "relevant passages among the first five",
    "mrr": "one over the place of the first relevant passage",
    "ndcg@10": "relevant passages found, early ones counting more",
}


def terminal(run: Run, console: Console) -> None:
    """The failed cases, then the figures with their intervals, by kind, the graders and the times."""
    for record in run.records:
        if record.grades["right"] == 0.0:
            console.print(f"{record.case.id}: {record.why}", style="bold", markup=False, highlight=False)
            console.print(f"  asked: {record.reply['interpreted_as']!r:.200}", markup=False, highlight=False)
            console.print(f"  said:  {record.reply['text']!r:.200}", markup=False, highlight=False)
    table = Table("figure", "value", "95% interval", "cases", "unscored", title=f"Run {run.name}")
    for names in GROUPS.values():
        table.add_section()
        for name in names:
            figure = run.summary["figures"].get(name)
            if figure:
                table.add_row(name, *_cells(figure), str(figure["unscored"]))
    table.add_section()
    for kind, found in run.summary["kinds"].items():
        table.add_row(f"right: {kind}", *_cells(found["right"]), str(found["right"]["unscored"]))
    for reason, found in run.summary["reasons"].items():
        table.add_row(f"abstained: {reason}", *_cells(found), "0")
    console.print(table)
    graders = Table("grader", "bad ones seen", "good ones passed")
    for grader, sides in run.summary["canaries"]["graders"].items():
        graders.add_row(grader, *(f"{_value(sides[s])} of {sides[s]['count']}" for s in ("sensitivity", "specificity")))
    console.print(graders)
    for line in _missed(run):
        console.print(line, style="bold", markup=False, highlight=False)
    for name, found in run.summary.get("judge", {}).items():
        console.print(
            f"{name}: agreement {_number(found['share'])}, kappa {_number(found['kappa'])}, {found['count']} cases"
        )
    whole = latency(run.records).get("all")
    if whole:
        console.print(f"answer time: median {whole['p50']:.0f} ms, 95th percentile {whole['p95']:.0f} ms")


def terminal_comparison(comparison: Comparison, console: Console) -> None:
    """What changed, figure by figure, and what got worse by name."""
    table = Table("figure", "before", "after", "difference", "95% interval", "test", "p", "")
    for row in comparison.rows:
        found = row.difference
        if found is None:
            table.add_row(row.figure, "", "", "", "", "", "", row.verdict)
            continue
        interval = f"{found.low:+.3f} – {found.high:+.3f}"
        numbers = (f"{row.before:.3f}", f"{row.after:.3f}", f"{found.value:+.3f}", interval)
        table.add_row(row.figure, *numbers, found.test, _p(row.p), row.verdict)
    console.print(table)
    console.print(f"{comparison.paired} cases in both runs, {comparison.unpaired} not compared.", highlight=False)
    for side, turned in (("wrong", False), ("right", True)):
        ids = [identity for identity, _, after in comparison.turned if after is turned]
        if ids:
            console.print(f"Turned {side}: {', '.join(ids)}", markup=False, highlight=False)
    if comparison.worse:
        parts = ", ".join(comparison.parts_worse) or "in all"
        console.print(f"Worse: {parts} ({', '.join(comparison.worse)})", style="bold red", highlight=False)
    if comparison.better:
        console.print(f"Better: {', '.join(comparison.better)}", style="bold green", highlight=False)
    if not comparison.worse and not comparison.better:
        console.print("No difference beyond chance.", highlight=False)


def markdown(run: Run, comparison: Comparison | None = None) -> str:
    """The summary for a pull request."""
    figures = run.summary["figures"]
    failed = [record for record in run.records if record.grades["right"] == 0.0]
    lines = [
        f"### Evaluation: {len(run.records) - len(failed)} of {len(run.records)} questions right",
        "",
        "| figure | value | 95% interval | cases | unscored |",
        "|---|--:|--:|--:|--:|",
    ]
    named = [name for names in GROUPS.values() for name in names if name in figures]
    lines += [f"| {name} | {' | '.join(_cells(figures[name]))} | {figures[name]['unscored']} |" for name in named]
    lines += ["", *(f"**{_escaped(line)}**" for line in _missed(run))]
    if comparison:
        worse = ", ".join(comparison.worse) or "nothing beyond chance"
        better = ", ".join(comparison.better) or "nothing beyond chance"
        lines += ["", f"Against the run before ({comparison.paired} questions): worse {worse}; better {better}."]
    if failed:
        lines += [
            "",
            f"<details><summary>{len(failed)} questions that were not answered as they should be</summary>",
            "",
        ]
        for record in failed:
            lines.append(f"- **{_escaped(record.case.question)}** ({_escaped(record.case.id)}): {_escaped(record.why)}")
        lines += ["", "</details>"]
    return "\n".join(lines) + "\n"


def html(run: Run, comparison: Comparison | None = None) -> str:
    """One page that needs nothing else: figures, plots, changes, and every failed case with what it cited."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True
    )
    environment.filters |= {"value": _value, "interval": _interval, "number": _number, "p": _p}
    curves = run.summary["curves"]
    times = latency(run.records)
    drawings = []
    if curves["reliability"]:
        drawings += [
            ("reliability", plots.reliability(curves["reliability"]),
             "Reliability: on the dashed line, confidence comes true. The numbers count the questions."),
            ("risk", plots.risk_coverage(curves["risk coverage"]),
             "Risk and coverage: the more it answers, the more of it is wrong; questions nobody can answer included."),
        ]  # fmt: skip
    if times:
        drawings.append(
            ("latency", plots.latency(times), "Time by stage: the bar is the median, the tick the 95th percentile.")
        )
    return environment.get_template("report.html.j2").render(
        run=run,
        figures=run.summary["figures"],
        headline=HEADLINE,
        groups=GROUPS,
        meanings=MEANINGS,
        comparison=comparison,
        plots=drawings,
        failed=[record for record in run.records if record.grades["right"] == 0.0],
        doubtful=_doubtful(run),
        missed=run.summary["canaries"]["missed"],
    )


def _doubtful(run: Run) -> list[tuple[Any, list[str]]]:
    watched = ("right sentence", "citation recall", "citation precision", "intact", "stable", "reason")
    rows = []
    for record in run.records:
        low = [name for name in watched if (value := record.grades.get(name)) is not None and value < 1.0]
        if low and record.grades["right"] == 1.0:
            rows.append((record, low))
    return rows


def _missed(run: Run) -> list[str]:
    return [
        f"The grader {one['grader']!r} took a "
        + (f"bad answer ({one['fault']}) for good" if one["fault"] else "good answer for bad")
        + f": {one['id']}"
        for one in run.summary["canaries"]["missed"]
    ]


def _cells(figure: Mapping[str, Any]) -> tuple[str, str, str]:
    return _value(figure), _interval(figure), str(figure["count"])


def _value(figure: Mapping[str, Any] | None) -> str:
    return "not measured" if not figure or figure["value"] is None else f"{figure['value']:.3f}"


def _interval(figure: Mapping[str, Any] | None) -> str:
    if not figure or figure["low"] is None:
        return ""
    return f"{figure['low']:.3f} – {figure['high']:.3f}"


def _number(value: float | None) -> str:
    return "not measured" if value is None else f"{value:.3f}"


def _p(value: float | None) -> str:
    return "" if value is None else "<.001" if value < 0.001 else f"{value:.3f}"


def _escaped(text: str) -> str:
    """Text that stays text in Markdown."""
    plain = markup.escape(" ".join(text.split()), quote=False)
    return "".join(f"\\{c}" if c in "\\`*_[]|~" else c for c in plain)
