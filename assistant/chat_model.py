"""A chat model: opened by name, and read sentence by sentence against the clock."""

from __future__ import annotations

import logging
import queue
import re
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar, overload

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage
from pydantic import BaseModel, ValidationError

from assistant.characters import visible
from assistant.errors import AssistantError
from assistant.provider import advice_for, initialised, problem_with, tells_its_end, worth_waiting
from assistant.settings import AssistantSettings
from assistant.written import Said, Written, without_thoughts

log = logging.getLogger(__name__)

T = TypeVar("T", bound=BaseModel)

_ATTEMPTS = 3
_LONGEST_CHECK = 60.0
"""Seconds that a model may take to say its first word when it is opened: some are read from disk only then."""
_CHARACTERS_A_TOKEN = 6
"""More than any language needs: an answer of more characters is not going to end."""
_LONGEST_REPLY = 2000
"""Characters of a reply that is wanted at once."""

_ENDED = ("finish_reason", "stop_reason", "stopReason", "done_reason", "status")
_NOT_YET = frozenset({"in_progress", "queued"})
_TRUNCATED = frozenset({"length", "max_tokens", "model_length", "content_filter", "safety", "incomplete"})


class ChatModelError(AssistantError):
    """Why a chat model did not answer, in words that can be shown to whoever asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChatModel:
    """Any chat model of LangChain's, with how long it may take and write.

    `patience` is in seconds, to the first sentence and between any two; `tokens` of an answer; `window` of question,
    passages and answer together; `at_once` has a place for each answer that may be written at the same time.
    """

    model: BaseChatModel
    name: str
    patience: float = 10.0
    tokens: int = 500
    window: int = 4096
    at_once: threading.BoundedSemaphore = field(default_factory=lambda: threading.BoundedSemaphore(4))

    @classmethod
    def open(cls, settings: AssistantSettings) -> Self:
        """The model of the settings, which has been reached. Raises AssistantError where it cannot be used."""
        name = settings.chat_model or ""
        opened = cls(
            model=initialised(name, settings),
            name=name,
            patience=settings.chat_patience,
            tokens=settings.chat_tokens,
            window=settings.chat_window,
            at_once=threading.BoundedSemaphore(settings.chat_at_once),
        )
        opened.check()
        return opened

    def check(self) -> None:
        """Raises AssistantError where the server, the key or the model is not there; what will pass is only logged."""
        try:
            for _ in self._pieces([HumanMessage("Say yes.")], _Limit(_LONGEST_CHECK)):
                break
        except ChatModelError as error:
            advice = advice_for(error.__cause__) if error.__cause__ else None
            if advice is None:
                log.warning("%s; it is used all the same", error)
            else:
                raise AssistantError(f"{error}; {advice}") from None

    def sentences(self, messages: Sequence[BaseMessage], *, waited: float = 0.0) -> Iterator[Said]:
        """What the model answers, sentence by sentence as each is complete; `waited` seconds of its time have passed.

        Raises ChatModelError when it is down, too slow, cut off or says nothing. An answer that does not end is ended.
        """
        written, limit, heard, yielded = Written(), _Limit(self.patience, waited), 0, False
        try:
            for piece in self._pieces(messages, limit):
                heard += len(piece)
                for sentence in written.plus(piece):
                    yield sentence
                    yielded = True
                    limit.renew()
                if heard > self.tokens * _CHARACTERS_A_TOKEN:
                    log.warning("the chat model %s did not end its answer; it was ended", self.name)
                    if not yielded:
                        raise ChatModelError(f"the chat model {self.name} came to no sentence")
                    return
        except _TruncatedError:
            if not yielded:
                raise
            return  # whole sentences stay, the fragment goes
        for sentence in written.end():
            yield sentence
            yielded = True
        if not yielded:
            raise ChatModelError(f"the chat model {self.name} said nothing")

    @overload
    def whole(self, messages: Sequence[BaseMessage]) -> str: ...

    @overload
    def whole(self, messages: Sequence[BaseMessage], *, schema: type[T]) -> T: ...

    def whole(self, messages: Sequence[BaseMessage], *, schema: type[T] | None = None) -> str | T:
        """A short reply at once, as text or as a value of `schema`.

        Raises ChatModelError as `sentences` does, and where the reply does not fit the schema.
        """
        text = ""
        for piece in self._pieces(messages, _Limit(self.patience)):
            text += piece
            if len(text) > _LONGEST_REPLY:
                break
        text = without_thoughts(text).strip()
        if schema is None:
            return text
        found = re.search(r"\{.*\}", text, re.DOTALL)
        try:
            return schema.model_validate_json(found.group() if found else text)
        except ValidationError:
            raise ChatModelError(f"the chat model {self.name} said something that cannot be read") from None

    def _pieces(self, messages: Sequence[BaseMessage], limit: _Limit) -> Iterator[str]:
        """The text as it comes. A thread reads it, for no client keeps to a time limit that is shorter than its own."""
        if not self.at_once.acquire(timeout=limit.left):
            raise ChatModelError(f"the chat model {self.name} is busy with other questions")
        pieces: queue.Queue[str | Exception | None] = queue.Queue()
        left = threading.Event()
        threading.Thread(
            target=self._read, args=(messages, pieces, left, limit), name="chat-model", daemon=True
        ).start()
        try:
            while True:
                try:
                    piece = pieces.get(timeout=limit.left)
                except queue.Empty:
                    piece = None
                if limit.over:
                    raise ChatModelError(f"the chat model {self.name} took too long")
                if piece is None:
                    return
                if isinstance(piece, ChatModelError):
                    raise piece
                if isinstance(piece, Exception):
                    raise ChatModelError(f"the chat model {self.name} {problem_with(piece)}") from piece
                yield piece
        finally:
            left.set()

    def _read(
        self,
        messages: Sequence[BaseMessage],
        pieces: queue.Queue[str | Exception | None],
        left: threading.Event,
        limit: _Limit,
    ) -> None:
        """Puts the text, then None or what went wrong; tries again while nothing has been said and there is time."""
        try:
            for attempt in range(_ATTEMPTS):
                said = False
                try:
                    for text in self._streamed(messages):
                        if left.is_set():
                            return
                        said = said or bool(text)
                        pieces.put(text)
                except Exception as error:  # noqa: BLE001  every provider has exceptions of its own
                    wait = worth_waiting(error, attempt)
                    if said or wait is None or attempt + 1 == _ATTEMPTS or wait > limit.left:
                        pieces.put(error)
                        return
                    if left.wait(wait):
                        return
                else:
                    pieces.put(None)
                    return
        finally:
            self.at_once.release()

    def _streamed(self, messages: Sequence[BaseMessage]) -> Iterator[str]:
        began, ended, usage = time.monotonic(), "", None
        for chunk in self.model.stream(list(messages)):
            usage = getattr(chunk, "usage_metadata", None) or usage
            told = [str(chunk.response_metadata[key]) for key in _ENDED if chunk.response_metadata.get(key)]
            ended = next((end for end in told if end not in _NOT_YET), ended)
            yield visible(str(chunk.text), instead="")
        if ended.casefold() in _TRUNCATED:
            raise _TruncatedError(f"the chat model {self.name} was cut off")
        if not ended and tells_its_end(self.name):
            raise ConnectionAbortedError("the stream broke off")
        log.info("%s: %s tokens in %.1f s", self.name, dict(usage or {}) or "unknown", time.monotonic() - began)


class _TruncatedError(ChatModelError):
    """The answer was longer than the model may write."""


class _Limit:
    """Until when the next sentence has to be complete."""

    def __init__(self, seconds: float, waited: float = 0.0) -> None:
        self._seconds = seconds
        self._until = time.monotonic() + seconds - waited

    def renew(self) -> None:
        self._until = time.monotonic() + self._seconds

    @property
    def left(self) -> float:
        return max(self._until - time.monotonic(), 0.001)

    @property
    def over(self) -> bool:
        return time.monotonic() > self._until
