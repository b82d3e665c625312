"""What the gate costs: for each sentence of a chat model, and until the first of them is shown."""

# ruff: noqa: ARG002  LangChain passes what these do not need

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult

from assistant import Assistant, ChatModel, Page, Spellings, Support
from benchmarks.figure import Beside, Figure, Measured
from benchmarks.questions import standalone_questions
from benchmarks.workspace import Workspace

PART = "chat"
_QUESTIONS = 60
_WARM_UP = 5


class Parrot(BaseChatModel):
    """A chat model that says at once what it has been told to."""

    text: str = ""

    @property
    def _llm_type(self) -> str:
        return "parrot"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage(self.text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for word in self.text.split(" "):
            yield ChatGenerationChunk(message=AIMessageChunk(content=f"{word} "))
        yield ChatGenerationChunk(message=AIMessageChunk(content="", response_metadata={"finish_reason": "stop"}))


class _Trusting:
    """A checker that believes everything, which is what there would be without one."""

    def check(
        self, statement: str, pages: Sequence[Page], *, asked: str = "", known: Sequence[Spellings] = ()
    ) -> Support:
        return Support(verdict="supported", score=1.0, page=0, sentences=(0,))


def measure(workspace: Workspace) -> list[Measured]:
    """Lets a model say what the quotes say, with the gate and without it."""
    parrot = Parrot()
    plain = Assistant.open(workspace.index)
    chat = ChatModel(model=parrot, name="parrot")
    gated = Assistant(plain.index, chat=chat)
    ungated = Assistant(plain.index, chat=chat, checker=_Trusting())
    sentences: list[float] = []
    first: dict[str, list[float]] = {"gated": [], "ungated": [], "quotes": []}
    asked = 0
    for question in standalone_questions():
        answer = plain.ask(question)
        if answer.kind != "answer" or asked == _QUESTIONS + _WARM_UP:
            continue
        asked += 1
        parrot.text = " ".join(f"{sentence.text} [1]" for sentence in answer.sentences)
        taken = {}
        for name, assistant in (("gated", gated), ("ungated", ungated), ("quotes", plain)):
            began = perf_counter()
            next(assistant.stream_answer(question))
            taken[name] = perf_counter() - began
        whole = gated.ask(question)
        if asked > _WARM_UP and whole.answerer == chat.name:
            sentences.append(whole.seconds["check"] / len(answer.sentences))
            for name, seconds in taken.items():
                first[name].append(seconds)
    workspace.say(f"{PART}: {len(sentences)} answers")
    return [
        *(
            Figure(
                part=PART,
                name=f"{name} of the gate for a sentence",
                value=reduce(sentences),
                unit="ms",
                beside=(Beside(name="the whole answer in quotes", value=reduce(first["quotes"])),),
            )
            for name, reduce in (("median", median), ("95th percentile", _p95))
        ),
        *(
            Figure(
                part=PART,
                name=f"{name} to the first sentence shown",
                value=reduce(first["gated"]),
                unit="ms",
                beside=(
                    Beside(name="without the gate", value=reduce(first["ungated"])),
                    Beside(name="in quotes", value=reduce(first["quotes"])),
                ),
            )
            for name, reduce in (("median", median), ("95th percentile", _p95))
        ),
    ]


def _p95(seconds: Sequence[float]) -> float:
    return float(np.percentile(seconds, 95))
