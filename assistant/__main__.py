"""`python -m assistant`: ask from the command line."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from assistant.errors import AssistantError
from assistant.terminal import ask_batch, ask_once, chat, check_batch, fail
from ingest import CommandParser, IngestError


def main(argv: list[str] | None = None) -> int:
    parser = CommandParser(
        prog="python -m assistant",
        description="Answer questions from the indexed texts, every sentence cited. "
        "Without a question: a prompt to chat with.",
    )
    parser.add_argument("question", nargs="?", help='the question, in quotes; or the word "check", see --batch')
    parser.add_argument("--json", action="store_true", help="print the answer as one line of JSON")
    parser.add_argument(
        "--batch",
        metavar="FILE",
        help='answer the JSON lines {"question", "history"} of FILE, or - for standard input; after "check": say of '
        'the lines {"answer", "sources", "history"} of FILE how far the sources support each answer',
    )
    parser.add_argument("--index", type=Path, metavar="DIR", help="the index to ask (default: ASSISTANT_INDEX)")
    arguments = parser.parse_args(argv)
    checks = arguments.question == "check" and arguments.batch is not None
    if arguments.batch is not None and arguments.question is not None and not checks:
        parser.error("give either a question or --batch, not both")
    if arguments.json and arguments.question is None and arguments.batch is None:
        parser.error('--json needs a question: python -m assistant --json "What is ...?"')
    try:
        if checks:
            return check_batch(arguments.batch)
        if arguments.batch is not None:
            return ask_batch(arguments.batch, index=arguments.index)
        if arguments.question is not None:
            return ask_once(arguments.question, index=arguments.index, as_json=arguments.json)
        return chat(index=arguments.index)
    except (AssistantError, IngestError) as error:
        return fail(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output has gone; what it took is all it wanted.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
