"""Time and memory of one question from the command line, the start of Python and the models included."""

from __future__ import annotations

import json

from benchmarks.child import Child, highest_peak, median_seconds
from benchmarks.errors import BenchmarkError
from benchmarks.figure import Beside, Figure, Measured
from benchmarks.questions import answerable_question
from benchmarks.workspace import Workspace

PART = "command"
_ROUNDS = 3
_FLOOR = "loading the model, one question"


def measure(workspace: Workspace) -> list[Measured]:
    """`python -m assistant --json`, in turn with a process that only loads the model."""
    question = answerable_question()
    workspace.prepare()
    commands: list[Child] = []
    floors: list[Child] = []
    for number in range(_ROUNDS):
        workspace.say(f"{PART}: round {number + 1} of {_ROUNDS}")
        floors.append(workspace.load_and_embed())
        commands.append(ask_once(workspace, question))
    return [
        Figure(
            part=PART,
            name="python -m assistant --json",
            value=median_seconds(commands),
            unit="s",
            beside=(Beside(name=_FLOOR, value=median_seconds(floors)),),
        ),
        Figure(
            part=PART,
            name="its peak memory",
            value=highest_peak(commands),
            unit="MB",
            beside=(Beside(name=_FLOOR, value=highest_peak(floors)),),
        ),
    ]


def ask_once(workspace: Workspace, question: str) -> Child:
    """Asks in a process of its own. Raises BenchmarkError where no answer comes back."""
    child = workspace.python("-m", "assistant", "--json", question, "--index", str(workspace.index))
    kind = json.loads(child.output)["kind"]
    if kind != "answer":
        raise BenchmarkError(f"{question!r} got an {kind}, not an answer; the figures would mean nothing")
    return child
