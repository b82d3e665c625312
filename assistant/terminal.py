"""The assistant in a terminal: one question, a batch, or a prompt to chat with."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from rich.console import Console
from rich.markdown import Markdown
from rich.text import Text

from assistant.answer import Answer
from assistant.conversation import Conversation
from assistant.errors import AssistantError
from ingest import IngestError, ProgressBars

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_FAREWELL = {"exit", "quit", ":q", "/exit", "/quit"}


def ask_once(question: str, *, index: Path | None, as_json: bool) -> int:
    """Print the answer to one question; the exit code."""
    with _opened(index) as assistant:
        answer = assistant.ask(question)
        if as_json:
            _print_json(answer.to_dict())
        else:
            show(answer, Console())
    return 0


def ask_batch(file: str, *, index: Path | None) -> int:
    """Print one JSON line for each line of a file (or `-`, standard input); 2 if any line was bad."""
    from assistant.batch import answer_lines

    bad = False
    with _lines(file) as stream, _opened(index) as assistant:
        for result in answer_lines(stream, assistant):
            bad |= "error" in result
            _print_json(result)
    return 2 if bad else 0


def check_batch(file: str) -> int:
    """Print one JSON line for each answer of a file (or `-`) on whether its sources support it; 2 if any was bad."""
    from assistant.checking import check_lines
    from assistant.reader import load_reader
    from assistant.settings import PACKAGED_READER
    from assistant.support import SupportChecker

    bad = False
    with _lines(file) as stream:
        for result in check_lines(stream, SupportChecker.load(load_reader(PACKAGED_READER))):
            bad |= "error" in result
            _print_json(result)
    return 2 if bad else 0


def _lines(file: str) -> BinaryIO:
    try:
        return sys.stdin.buffer if file == "-" else Path(file).open("rb")
    except OSError as error:
        raise AssistantError(f"cannot read {file}: {error.strerror}; give a file of JSON lines, or -") from None


def chat(*, index: Path | None) -> int:
    """A prompt to chat with, until the end of input, `exit` or Ctrl-C."""
    console = Console()
    with _opened(index) as assistant:
        console.print(Text(assistant.about))
        for example in assistant.examples(3):
            console.print(Text(f"  {example}", style="dim"))
        conversation = Conversation()
        while True:
            try:
                typed = console.input("\n[bold]You[/bold] › " if sys.stdin.isatty() else "")
            except (EOFError, KeyboardInterrupt):
                console.print()
                return 0
            if typed.strip().casefold() in _FAREWELL:
                return 0
            if not typed.strip():
                continue
            try:
                answer = assistant.ask(typed, conversation)
            except (AssistantError, IngestError) as error:
                console.print(Text(str(error), style="yellow"))
                continue
            conversation = conversation.plus(answer)
            show(answer, console)


def withheld_line(answer: Answer) -> str:
    count = len(answer.withheld)
    return f"{count} sentence{'s' if count > 1 else ''} of the chat model withheld: not supported by the texts."


def show(answer: Answer, console: Console) -> None:
    """The answer with its sources, as a person reads them."""
    if answer.interpreted_as != answer.question:
        console.print(Text(f"Understood as: {answer.interpreted_as}", style="italic dim"))
    console.print(Markdown(answer.text))
    if answer.notice:
        console.print(Text(answer.notice, style="yellow"))
    if answer.withheld:
        console.print(Text(withheld_line(answer), style="dim"))
    if answer.citations:
        console.print()
    for citation in answer.citations:
        place = " › ".join(part for part in (citation.title, citation.section) if part)
        dated = f", as of {citation.as_of}" if citation.as_of else ""
        line = Text(f"[{citation.marker}] ", style="cyan")
        line.append(place, style="bold")
        line.append(f" ({citation.source}, characters {citation.start}–{citation.end}{dated})", style="dim")
        console.print(line)
    if answer.suggestions:
        console.print()
        console.print(Text("You could go on with: " + " · ".join(answer.suggestions), style="dim"))


def _print_json(value: dict[str, object]) -> None:
    # Half a surrogate pair has no UTF-8; its backslash form is the JSON escape for it. To many readers of lines the
    # separators end one, which JSON would let stand as they are.
    line = json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace").decode("utf-8")
    for separator in "\x85\u2028\u2029":
        line = line.replace(separator, f"\\u{ord(separator):04x}")
    print(line, flush=True)


@contextmanager
def _opened(index: Path | None) -> Iterator[Assistant]:
    """The assistant, with progress on standard error while a missing default index is built; its index is closed."""
    from assistant.assistant import Assistant

    announced = False

    def report(stage: str, done: int, total: int) -> None:
        nonlocal announced
        if not announced:
            print("There is no index yet; building it from the shipped texts …", file=sys.stderr)
            announced = True
        bars(stage, done, total)

    with ProgressBars() as bars:
        assistant = Assistant.open(index, progress=report)
    try:
        yield assistant
    finally:
        assistant.index.close()


def fail(error: AssistantError | IngestError) -> int:
    """Print an error's line; the exit code of bad input."""
    print(" ".join(str(error).split()), file=sys.stderr)
    return 2
