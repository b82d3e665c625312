"""`python -m benchmarks`: measure speed and memory."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from benchmarks.errors import BenchmarkError

PARTS = ("answer", "signals", "chat", "build", "page", "command", "embedding")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{self.prog}: {message}; see `{self.prog} --help`.\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Measures, prints the table, and returns the exit code: 0, 2 for bad input, 130 when interrupted."""
    parser = _Parser(
        prog="python -m benchmarks",
        description="Measure speed and memory; every figure stands beside a peer or a limit of the same run.",
    )
    parser.add_argument(
        "--only", action="append", choices=PARTS, metavar="NAME", help=f"one part: {', '.join(PARTS)}; may be repeated"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    options = parser.parse_args(argv)
    try:
        return _run(options.only or PARTS, options.json)
    except KeyboardInterrupt:
        return 130


def _run(chosen: Sequence[str], target: Path | None) -> int:
    # Read while transformers is imported, so set before that.
    os.environ["HF_HUB_OFFLINE"] = "1"
    # Not above: whoever asks for help or mistypes a name need not wait for these.
    from pydantic import ValidationError
    from rich.console import Console

    from assistant import AssistantError
    from benchmarks import answer, browser, build, chat, command, embedding, page, report, signals
    from benchmarks.workspace import Workspace
    from ingest import IngestError, IngestSettings

    measures = (answer, signals, chat, build, page, command, embedding)
    parts = {module.PART: module.measure for module in measures}
    try:
        if target is not None:
            report.require_writable(target)
        if IngestSettings().chroma_url:
            raise BenchmarkError("ASSISTANT_CHROMA_URL is set, but Chroma is measured inside the process; unset it")
        if "page" in chosen:
            browser.chromium_path()
        with Workspace() as workspace:
            found = [figure for name in PARTS if name in chosen for figure in parts[name](workspace)]
        report.show(found, Console())
        if target is not None:
            report.save(found, target)
    except ValidationError as error:
        first = error.errors()[0]
        return _fail(f"ASSISTANT_{'_'.join(map(str, first['loc'])).upper()}: {first['msg']} (got {first['input']!r})")
    except (AssistantError, BenchmarkError, IngestError) as error:
        return _fail(str(error))
    return 0


def _fail(line: str) -> int:
    print(f"benchmarks: {' '.join(line.split())}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
