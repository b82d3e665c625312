"""The start of the chat page: until its first byte, and until it has answered a question in a browser."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter, sleep

from benchmarks.browser import NoBrowserError, ask_on_page, opened_browser
from benchmarks.child import Child, median_seconds
from benchmarks.command import ask_once
from benchmarks.errors import BenchmarkError
from benchmarks.figure import Beside, Figure, Measured, Skipped
from benchmarks.questions import answerable_question
from benchmarks.workspace import ROOT, Workspace

PART = "page"
_ROUNDS = 3
_HOST = "127.0.0.1"
_PATIENCE = 180.0  # seconds until a page that does not come counts as missing
_BYTE = "start to the first byte"
_ANSWER = "start to an answer in the browser"


@dataclass(frozen=True, kw_only=True, slots=True)
class Server:
    """A started `python ui.py`."""

    process: subprocess.Popen[str]
    port: int
    began: float

    @property
    def url(self) -> str:
        return f"http://{_HOST}:{self.port}"

    def seconds(self) -> float:
        """Since it was started."""
        return perf_counter() - self.began

    def wait_for_byte(self) -> float:
        """Seconds from the start to the first byte of the page. Raises BenchmarkError when none comes."""
        while self.seconds() < _PATIENCE:
            if self.process.poll() is not None:
                raise BenchmarkError(f"`python ui.py` ended with {self.process.returncode} before it served a page")
            connection = http.client.HTTPConnection(_HOST, self.port, timeout=_PATIENCE)
            try:
                connection.request("GET", "/")
                response = connection.getresponse()
                response.read(1)
            except OSError:
                sleep(0.005)  # it does not listen yet
                continue
            finally:
                connection.close()
            if response.status != http.client.OK:
                raise BenchmarkError(f"the page answered with status {response.status}, not 200")
            return self.seconds()
        raise BenchmarkError(f"`python ui.py` served no page within {_PATIENCE:.0f} seconds")


def measure(workspace: Workspace) -> list[Measured]:
    """Starts the page afresh for every figure; the index is there before."""
    workspace.prepare()
    return [_first_byte(workspace), _answer(workspace)]


def _first_byte(workspace: Workspace) -> Figure:
    bytes_after: list[float] = []
    floors: list[Child] = []
    for number in range(_ROUNDS):
        workspace.say(f"{PART}: {_BYTE}, round {number + 1} of {_ROUNDS}")
        # Named in a string: only the page itself knows which library draws it.
        floors.append(workspace.python("-c", "import gradio"))
        with started(workspace) as server:
            bytes_after.append(server.wait_for_byte())
    return Figure(
        part=PART,
        name=_BYTE,
        value=median(bytes_after),
        unit="s",
        beside=(Beside(name="importing Gradio alone", value=median_seconds(floors)),),
    )


def _answer(workspace: Workspace) -> Measured:
    question = answerable_question()
    answers: list[float] = []
    commands: list[Child] = []
    try:
        with opened_browser() as browser:
            for number in range(_ROUNDS):
                workspace.say(f"{PART}: {_ANSWER}, round {number + 1} of {_ROUNDS}")
                commands.append(ask_once(workspace, question))
                with started(workspace) as server:
                    server.wait_for_byte()
                    answers.append(ask_on_page(browser, server.url, question, clock=server.seconds))
    except NoBrowserError as error:
        return Skipped(part=PART, name=_ANSWER, reason=str(error))
    return Figure(
        part=PART,
        name=_ANSWER,
        value=median(answers),
        unit="s",
        beside=(Beside(name="python -m assistant --json, the same", value=median_seconds(commands)),),
    )


@contextmanager
def started(workspace: Workspace) -> Iterator[Server]:
    """`python ui.py` on a free port, until the block ends."""
    with socket.create_server((_HOST, 0)) as free:
        port = int(free.getsockname()[1])
    command = [sys.executable, str(ROOT / "ui.py"), "--port", str(port), "--index", str(workspace.index)]
    began = perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=workspace.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Server(process=process, port=port, began=began)
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
