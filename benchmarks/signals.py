"""What each group of signals costs, beside the reading of the passages."""

from __future__ import annotations

from collections import defaultdict
from statistics import median
from time import perf_counter

from assistant import Assistant, candidates, pages_of
from benchmarks.figure import Beside, Figure, Measured
from benchmarks.questions import standalone_questions
from benchmarks.workspace import Workspace

PART = "signals"
_QUESTIONS, _WARM_UP = 120, 10
_READER = "reader"


def measure(workspace: Workspace) -> list[Measured]:
    """Weighs questions of the suites, warm, and takes the time of every group of signals by itself."""
    library = Assistant.open(workspace.index).library
    seconds: dict[str, list[float]] = defaultdict(list)
    workspace.say(f"{PART}: weighing {_QUESTIONS} questions")
    for number, text in enumerate(standalone_questions()[:_QUESTIONS]):
        question = library.parse(text)
        passages, vector = library.retrieve(question)
        found = candidates(passages)
        taken = {}
        began = perf_counter()
        readings = library.reader.read(question.expanded, pages_of(found))
        taken[_READER] = perf_counter() - began
        groups = library.signals.groups(
            question,
            found,
            vector=vector,
            sentence_vectors=library.vectors(passages, found),
            readings=readings,
        )
        began = perf_counter()
        for name, _ in groups:
            taken[name] = taken.get(name, 0.0) + perf_counter() - began
            began = perf_counter()
        if number >= _WARM_UP:
            for name, own in taken.items():
                seconds[name].append(own)
    reading = median(seconds[_READER])
    return [
        Figure(
            part=PART,
            name=f"median, {name}",
            value=median(own),
            unit="ms",
            beside=(Beside(name="reading the passages", value=reading),),
        )
        for name, own in seconds.items()
    ]
