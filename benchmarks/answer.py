"""The time of an answer: whole, by stage, and beside the least that any answer takes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import numpy as np

from assistant import Assistant
from benchmarks.figure import Beside, Figure, Measured
from benchmarks.questions import standalone_questions
from benchmarks.workspace import Workspace

PART = "answer"
MEDIAN_LIMIT = 0.150
P95_LIMIT = 0.300
# As many as the assistant itself retrieves.
_PASSAGES = 8
_WARM_UP = 20
_TELL_EVERY = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Times:
    """Seconds of every question, in the same order: the whole answer, its stages, and the two peers."""

    whole: list[float]
    stages: dict[str, list[float]]
    floor: list[float]
    naive: list[float]


def measure(workspace: Workspace) -> list[Measured]:
    """Asks every stand-alone question of the suites once, warm, one after the other."""
    assistant = Assistant.open(workspace.index)
    questions = standalone_questions()
    workspace.say(f"{PART}: warming up")
    # This also makes the assistant work out, once and for all, which questions it may suggest.
    for question in (*assistant.examples(_WARM_UP), *questions[:_WARM_UP]):
        assistant.ask(question)
    return figures(take_times(assistant, questions, say=workspace.say))


def take_times(assistant: Assistant, questions: Sequence[str], *, say: Callable[[str], None]) -> Times:
    """Every question three ways in turn, so that whatever else the machine does burdens all three alike."""
    index = assistant.index
    stages: dict[str, list[float]] = defaultdict(list)

    def whole(question: str) -> None:
        began = perf_counter()
        answer = assistant.ask(question)
        rest = perf_counter() - began - sum(answer.seconds.values())
        for stage, seconds in {**answer.seconds, "outside the stages": rest}.items():
            stages[stage].append(seconds)

    def floor(question: str) -> None:
        index.embeddings.embed_query(question)

    def naive(question: str) -> None:
        index.dense(index.embeddings.embed_query(question), _PASSAGES)

    ways = [whole, floor, naive]
    taken: dict[Callable[[str], None], list[float]] = {way: [] for way in ways}
    shuffled = random.Random(0)
    for number, question in enumerate(questions, start=1):
        # In changing order: the second and third way find the question's words in the processor's caches.
        for way in shuffled.sample(ways, k=len(ways)):
            began = perf_counter()
            way(question)
            taken[way].append(perf_counter() - began)
        if number % _TELL_EVERY == 0 or number == len(questions):
            say(f"{PART}: {number} of {len(questions)} questions")
    return Times(whole=taken[whole], stages=dict(stages), floor=taken[floor], naive=taken[naive])


def figures(times: Times) -> list[Measured]:
    """Median and 95th percentile of the whole, then the median of each stage beside that of the whole."""

    def whole(name: str, reduce: Callable[[Sequence[float]], float], limit: float) -> Figure:
        return Figure(
            part=PART,
            name=name,
            value=reduce(times.whole),
            unit="ms",
            beside=(
                Beside(name="limit", value=limit, limit=True),
                Beside(name="embedding alone", value=reduce(times.floor)),
                Beside(name="cosine only (embed, Chroma)", value=reduce(times.naive)),
            ),
        )

    middle = median(times.whole)
    parts = [
        Figure(
            part=PART,
            name=f"median, {stage}",
            value=median(seconds),
            unit="ms",
            beside=(Beside(name="the whole answer", value=middle),),
        )
        for stage, seconds in times.stages.items()
    ]
    return [whole("median", median, MEDIAN_LIMIT), whole("95th percentile", _p95, P95_LIMIT), *parts]


def _p95(seconds: Sequence[float]) -> float:
    return float(np.percentile(seconds, 95))
