"""A conversation so far: the turns that a follow-up question refers back to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from assistant.answer import Answer
from assistant.characters import LONGEST_QUESTION, visible
from assistant.errors import AssistantError
from assistant.smalltalk import smalltalk

_RECENT = 3
"""Turns that a conversation is still about."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Turn:
    """One question with what was said to it; `answer` is None when only the words are known."""

    question: str
    interpreted_as: str
    reply: str = ""
    answer: Answer | None = None

    @classmethod
    def from_answer(cls, answer: Answer) -> Turn:
        return cls(
            question=visible(answer.question),
            interpreted_as=answer.interpreted_as,
            reply=answer.text,
            answer=answer,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """The turns so far, oldest first. Values: adding a turn gives a new conversation."""

    turns: tuple[Turn, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.turns)

    @property
    def context(self) -> str:
        """The last question, complete in itself; empty at the beginning."""
        return self.turns[-1].interpreted_as if self.turns else ""

    @property
    def asked(self) -> str:
        """The last questions as they were typed, oldest first: what the conversation is about."""
        return " ".join(turn.question for turn in self.turns[-_RECENT:])

    @property
    def cited(self) -> tuple[str, ...]:
        """The sources that the last answer was drawn from."""
        answers = [turn.answer for turn in self.turns[-1:] if turn.answer is not None]
        return tuple(dict.fromkeys(citation.source for answer in answers for citation in answer.citations))

    def plus(self, answer: Answer) -> Conversation:
        """With one more turn; a greeting is none, for nothing can refer back to it."""
        return self if answer.kind == "greeting" else Conversation(turns=(*self.turns, Turn.from_answer(answer)))

    def then(self, messages: Iterable[Mapping[str, object]]) -> Conversation:
        """With messages that were said after it, as `from_messages` takes them."""
        return Conversation(turns=(*self.turns, *Conversation.from_messages(messages).turns))

    @classmethod
    def from_messages(cls, messages: Iterable[Mapping[str, object]]) -> Conversation:
        """Turns from `{"role": "user" | "assistant", "content": str}` messages, taken as already said.

        Raises AssistantError for a message of another form.
        """
        turns: list[Turn] = []
        for message in messages:
            role, content = message.get("role"), message.get("content")
            if role not in ("user", "assistant") or not isinstance(content, str):
                raise AssistantError(
                    'a message in the history is {"role": "user" or "assistant", "content": text}, '
                    f"got {dict(message)!r:.80}"
                )
            if role == "user":
                asked = visible(content)[:LONGEST_QUESTION]
                turns.append(Turn(question=asked, interpreted_as=asked))
            elif turns:
                turns[-1] = replace(turns[-1], reply=f"{turns[-1].reply}\n{visible(content)}".strip())
        return cls(turns=tuple(turn for turn in turns if smalltalk(turn.question, about="") is None))
