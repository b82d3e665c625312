"""Characters: what people and models send besides text."""

from __future__ import annotations

import unicodedata

LONGEST_QUESTION = 2_000
"""Longer texts are pasted by mistake; what they ask cannot be told."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
"""Control characters, invisible ones, and halves of a character, which cannot be written at all (Unicode)."""


def visible(text: str, *, instead: str = " ") -> str:
    """The text without what steers terminals and screens or cannot be written; lines and tabs stay."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in _UNSEEN else instead for c in text)
