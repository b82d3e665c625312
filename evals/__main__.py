"""`python -m evals`: run the suites against an index."""

from __future__ import annotations

import sys
from pathlib import Path

from assistant import AssistantError
from evals.cases import EvalsError, load_suite, suites
from evals.run import run
from ingest import CommandParser, IngestError


def main(argv: list[str] | None = None) -> int:
    parser = CommandParser(prog="python -m evals", description="Prove that answers are grounded.")
    commands = parser.add_subparsers(dest="command", required=True)
    running = commands.add_parser("run", help="ask every case of the suites and score the answers")
    running.add_argument(
        "suites", nargs="*", metavar="SUITE", help="names, or paths of .jsonl files (default: all own)"
    )
    running.add_argument("--index", type=Path, metavar="DIR", help="the index to ask (default: ASSISTANT_INDEX)")
    running.add_argument("--out", type=Path, metavar="DIR", help="write answers, scores and the summary to this folder")
    commands.add_parser("list", help="the own suites and their size")
    arguments = parser.parse_args(argv)
    try:
        if arguments.command == "list":
            for name in suites():
                print(f"{name}: {len(load_suite(name))} cases")
            return 0
        return run(arguments.suites, index=arguments.index, out=arguments.out)
    except (AssistantError, EvalsError, IngestError) as error:
        print(" ".join(str(error).split()), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
