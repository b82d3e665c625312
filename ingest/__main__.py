"""The command line: `python -m ingest build | status | restore`."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from ingest.commands import CommandParser, build_line, paths_to_build, read_settings, restore_line, status_lines
from ingest.errors import IngestError
from ingest.settings import IngestSettings
from ingest.status import index_status


def _parser() -> argparse.ArgumentParser:
    parser = CommandParser(prog="python -m ingest", description="Build the index of the source texts.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    build = commands.add_parser("build", help="bring the index up to date with the texts")
    build.add_argument(
        "paths",
        nargs="*",
        type=Path,
        metavar="PATH",
        help="file or folder (default: what an index of your own was built from, else ASSISTANT_CORPUS)",
    )
    status = commands.add_parser("status", help="what the index holds, and whether it is up to date")
    status.add_argument("--json", action="store_true", help="print one JSON object")
    restore = commands.add_parser("restore", help="go back to the build before this one")
    for command in (build, status, restore):
        command.add_argument(
            "--index", type=Path, metavar="DIR", help="the index (default: ASSISTANT_INDEX, else .index)"
        )
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code: 0, 2 for bad input, 130 when interrupted."""
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings(IngestSettings)
        index = options.index or settings.index
        if options.command == "build":
            paths = paths_to_build(options.paths, index=index, settings=settings)
            print(build_line(paths, index=index, settings=settings))
        elif options.command == "restore":
            print(restore_line(index))
        elif options.json:
            print(json.dumps(index_status(index).to_dict(), ensure_ascii=False))
        else:
            print("\n".join(status_lines(index_status(index))))
        sys.stdout.flush()
    except IngestError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped; the index is as it was.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read our output has seen enough; Python must not complain when it flushes the rest.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


if __name__ == "__main__":
    sys.exit(main())
