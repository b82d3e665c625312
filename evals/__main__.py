"""`python -m evals`: prove that answers are grounded, and see what a change made better or worse."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from assistant import Assistant, AssistantError
from evals import external, gate, report, statements
from evals.cases import load_suite, select, suites
from evals.compare import Comparison, compare
from evals.drafts import drafts
from evals.errors import EvalsError
from evals.examine import examine
from evals.judge import Judge
from evals.run import Run
from ingest import CommandParser, IngestError

RUNS = Path("runs")


def main(argv: list[str] | None = None) -> int:
    arguments = _parser().parse_args(argv)
    try:
        return int(arguments.command(arguments))
    except (AssistantError, EvalsError, IngestError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; the same command with the same --out goes on from here.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(
        prog="python -m evals", description="Prove, offline and repeatably, that answers are grounded."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="ask every case of the suites and grade the answers")
    run.add_argument("suites", nargs="*", metavar="SUITE", help="names, or paths of .jsonl files (default: all own)")
    run.add_argument("--index", type=Path, metavar="DIR", help="the index to ask (default: ASSISTANT_INDEX)")
    run.add_argument("--out", type=Path, metavar="DIR", help="the folder of the run (default: a new one in runs/)")
    run.add_argument("--judge", metavar="PROVIDER:MODEL", help="a chat model as one more grader")
    run.set_defaults(command=_run)

    comparing = commands.add_parser("compare", help="what the second run made better or worse; 1 if anything got worse")
    comparing.add_argument("before", type=Path, metavar="RUN_A")
    comparing.add_argument("after", type=Path, metavar="RUN_B")
    comparing.set_defaults(command=_compare)

    reporting = commands.add_parser("report", help="write report.html and summary.md into the folder of a run")
    reporting.add_argument("run", type=Path, metavar="RUN")
    reporting.add_argument("--against", type=Path, metavar="RUN", help="the run before (default: the one beside it)")
    reporting.set_defaults(command=_report)

    gating = commands.add_parser("gate", help="whether a run may go live: 0 if it passes every threshold, else 1")
    gating.add_argument("run", type=Path, metavar="RUN")
    gating.add_argument("--thresholds", type=Path, metavar="FILE", default=gate.GATE, help="default: evals/gate.toml")
    gating.set_defaults(command=_gate)

    listing = commands.add_parser("list", help="the own suites and their size")
    listing.set_defaults(command=_list)

    elsewhere = commands.add_parser("external", help="measure on other people's data")
    elsewhere.add_argument("name", choices=external.NAMES, metavar="SET", help=", ".join(external.NAMES))
    elsewhere.add_argument("path", type=Path, metavar="PATH", help="its file or folder")
    elsewhere.add_argument("--limit", type=_positive, metavar="N", help="about as many questions")
    elsewhere.add_argument("--out", type=Path, metavar="DIR", help="write figures and questions to this folder")
    elsewhere.set_defaults(command=_external)

    stating = commands.add_parser("statements", help="whether the gate shows what is borne out, and nothing else")
    stating.add_argument(
        "file", nargs="?", type=Path, metavar="FILE", default=statements.STATEMENTS, help="default: own"
    )
    stating.add_argument("--index", type=Path, metavar="DIR", help="the index to ask (default: ASSISTANT_INDEX)")
    stating.add_argument("--out", type=Path, metavar="DIR", help="write figures and statements to this folder")
    stating.set_defaults(command=_statements)

    drafting = commands.add_parser("draft", help="turn feedback or unanswered questions into draft cases")
    drafting.add_argument("file", type=Path, metavar="FILE", help="JSON lines, as the chat page writes them")
    drafting.set_defaults(command=_draft)
    return parser


def _run(arguments: argparse.Namespace) -> int:
    cases = select(arguments.suites)
    judge = Judge.open(arguments.judge) if arguments.judge else None
    folder = arguments.out or RUNS / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    with _bar() as bar:
        task = bar.add_task("Opening", total=None)
        assistant = Assistant.open(arguments.index)

        def progress(done: int, total: int) -> None:
            bar.update(task, description="Asking", completed=done, total=total)

        run = examine(cases, assistant, folder, judge=judge, progress=progress)
    report.terminal(run, Console())
    print(f"The run is in {folder}; its report: python -m evals report {folder}", file=sys.stderr)
    return 0


def _compare(arguments: argparse.Namespace) -> int:
    before, after = Run.load(arguments.before), Run.load(arguments.after)
    comparison = compare(before, after)
    if not comparison.paired:
        raise EvalsError(f"{before.folder} and {after.folder} share no case; compare runs of the same suites")
    report.terminal_comparison(comparison, Console())
    return 1 if comparison.worse else 0


def _report(arguments: argparse.Namespace) -> int:
    run = Run.load(arguments.run)
    comparison = _against(run, arguments.against)
    try:
        for name, text in (
            ("report.html", report.html(run, comparison)),
            ("summary.md", report.markdown(run, comparison)),
        ):
            (run.folder / name).write_text(text, encoding="utf-8")
            print(run.folder / name)
    except OSError as error:
        raise EvalsError(f"cannot write the report to {run.folder} ({error.strerror or error})") from None
    return 0


def _against(run: Run, named: Path | None) -> Comparison | None:
    """With the run that is named, else the last one before it in the same folder."""
    if named is not None:
        return compare(Run.load(named), run)
    finished = sorted(path.parent for path in run.folder.resolve().parent.glob("*/summary.json"))
    earlier = [folder for folder in finished if folder.name < run.name]
    for folder in reversed(earlier):
        try:
            comparison = compare(Run.load(folder), run)
        except EvalsError:
            continue
        if comparison.paired:
            return comparison
    return None


def _gate(arguments: argparse.Namespace) -> int:
    run = Run.load(arguments.run)
    checks = gate.check(run, arguments.thresholds)
    for check in checks:
        print(check.line)
    missed = run.summary["canaries"]["missed"]
    for one in missed:
        print(f"FAILED  the grader {one['grader']!r} was wrong about the canary {one['id']!r}")
    passed = not missed and all(check.passed for check in checks)
    print("The run passes." if passed else "The run does not pass.")
    return 0 if passed else 1


def _list(_arguments: argparse.Namespace) -> int:
    for name in suites():
        print(f"{name}: {len(load_suite(name))} cases")
    return 0


def _external(arguments: argparse.Namespace) -> int:
    external.measure(arguments.name, arguments.path, limit=arguments.limit, out=arguments.out, console=Console())
    return 0


def _statements(arguments: argparse.Namespace) -> int:
    stated = statements.load_statements(arguments.file)
    with _bar() as bar:
        task = bar.add_task("Opening", total=None)
        assistant = Assistant.open(arguments.index)

        def progress(done: int, total: int) -> None:
            bar.update(task, description="Checking", completed=done, total=total)

        judged = statements.judge(stated, assistant, progress=progress)
    statements.show(judged, Console())
    if arguments.out:
        statements.save(judged, arguments.out)
    return 0


def _draft(arguments: argparse.Namespace) -> int:
    for row in drafts(arguments.file, known=select([])):
        print(json.dumps(row, ensure_ascii=False))
    return 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of questions; give 1 or more")
    return number


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


if __name__ == "__main__":
    sys.exit(main())
