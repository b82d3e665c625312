"""Instructions in texts: sentences that speak to a machine instead of telling a reader something.

A text is material, never an order. Nothing here obeys anything, but a planted order that happens to hold the words of a
question would be quoted; so it is no evidence.
"""

from __future__ import annotations

import re
import unicodedata

_MACHINE = (
    r"(?:chat ?bots?|(?:large )?language models?|llms?|ai(?:[ -](?:systems?|models?|readers?|assistants?|agents?))?)"
)
_ORDER = (
    r"(?:must|shall|should|always|never|do not|don['’]t|please|say|tell|reply|answer|respond|output|state|print|ignore"
    r"|disregard|forget|recommend|praise|pretend|claim)"
)
_SPOKEN_TO = re.compile(
    # "AI models must ...", "if you are a language model, answer ..."
    rf"\b{_MACHINE}\b.{{0,80}}\b{_ORDER}\b"
    # "Assistant: ...", "assistant, say ...": people are assistants too, so only where one is called
    r"|^\W*(?:dear )?assistants?\s*[:,]|^\W*assistant\]?\("
    # "AI: tell ...", "chatbots that read this: give ..."
    rf"|^\W*{_MACHINE}\b[^.!?]{{0,40}}:"
    # "Note to the chatbot: ...", "prompt for assistants"
    rf"|\b(?:instructions?|notes?|prompts?|messages?|orders?)\s+(?:to|for)\s+(?:the\s+|all\s+)?(?:assistants?|{_MACHINE})\b"
    r"|^\W*system\s*:|\bsystem (?:message|prompt)\b"
    # "Ignore all previous instructions"
    r"|\b(?:ignore|disregard|forget|override)\b[^.]{0,40}\b(?:instructions?|passages|sources|prompts?)\b"
    r"|\byou are now an?\b"
    # "<!-- assistant: ... -->", which Markdown does not show
    r"|<!--.*?(?:assistant|system)\s*:",
    re.IGNORECASE | re.DOTALL,
)


def is_instruction(sentence: str) -> bool:
    """Whether a sentence of a text speaks to an assistant; characters that nobody sees do not hide it."""
    visible = "".join(character for character in sentence if unicodedata.category(character) != "Cf")
    return bool(_SPOKEN_TO.search(" ".join(visible.split())))
