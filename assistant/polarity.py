"""Polarity: negations, opposites and superlatives, which turn a sentence around and which vectors hardly see."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NEGATION = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|nor|without|cannot|hardly|except|excluding|unlike|refus\w+|fail\w*"
    r"|lack\w*|avoid\w*|un(?:able|likely|willing|successful)\w*)\b|n['’]t\b",
    re.IGNORECASE,
)
_SUPERLATIVE = re.compile(
    r"\b(?:first|last|only|sole|most|least|best|worst|largest|biggest|smallest|oldest|youngest|newest|earliest|latest"
    r"|highest|lowest|longest|shortest|main|primary|principal|second|third|original\w*|final\w*"
    r"|[a-z]{3,}(?<!for)(?<!inter)(?<!mod)(?<!int)est)\b",
    re.IGNORECASE,
)
_NO_SUPERLATIVE = frozenset(
    "interest request west east northwest southwest northeast southeast test forest guest honest protest "
    "harvest invest quest rest nest chest arrest contest priest modest manifest suggest digest conquest bequest".split()
)
_OPPOSITES = (
    "first last final", "before after", "more less fewer", "most least", "increase decrease decline reduce",
    "largest smallest", "highest lowest", "older younger newer", "oldest youngest newest", "earlier later",
    "earliest latest", "begin end stop", "began ended stopped", "start finish end stop", "open close",
    "opened closed", "win lose", "won lost", "victory defeat", "accept reject refuse", "accepted rejected refused",
    "support oppose", "supported opposed", "allow forbid prohibit", "allowed forbidden prohibited",
    "build destroy demolish", "built destroyed demolished", "north south", "east west", "northern southern",
    "eastern western", "inside outside", "internal external", "import export", "buy sell", "arrive leave",
    "arrived left", "join leave quit", "joined left quit", "above below", "over under", "rich poor", "strong weak",
    "same different", "best worst", "better worse", "always never", "all none", "public private", "male female",
    "man woman", "men women", "father mother", "son daughter", "husband wife", "bachelor master", "student teacher",
    "free paid", "success failure", "successful unsuccessful", "cause prevent", "caused prevented", "summer winter",
    "spring autumn", "minimum maximum", "smaller larger bigger", "shorter longer", "lower higher", "faster slower",
    "cheaper dearer",
)  # fmt: skip


def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group in _OPPOSITES:
        words = group.split()
        for word in words:
            found.setdefault(word, set()).update(set(words) - {word})
    # "reduce" and "decrease" are in one group as opposites of "increase", and none of each other.
    for same in (
        ("decrease", "decline", "reduce"), ("last", "final"), ("less", "fewer"), ("younger", "newer"),
        ("youngest", "newest"), ("end", "stop", "finish"), ("ended", "stopped"), ("reject", "refuse"),
        ("rejected", "refused"), ("forbid", "prohibit"), ("forbidden", "prohibited"), ("destroy", "demolish"),
        ("destroyed", "demolished"), ("leave", "quit"), ("left", "quit"), ("larger", "bigger"),
    ):  # fmt: skip
        for word in same:
            found[word] -= set(same)
    return {word: frozenset(others) for word, others in found.items()}


OPPOSITES: Mapping[str, frozenset[str]] = _table()


def negated(text: str) -> bool:
    """Whether a text denies something."""
    return bool(_NEGATION.search(text))


def superlatives(text: str) -> frozenset[str]:
    """The superlatives and ordinals of a text, lower-cased."""
    return frozenset(word.lower() for word in _SUPERLATIVE.findall(text)) - _NO_SUPERLATIVE


def says_the_opposite(question: str, said: str) -> bool:
    """Whether a text has the opposite of a word of the question, and not the word."""
    asked, words = (set(re.findall(r"[a-z]+", text.lower())) for text in (question, said))
    return any(OPPOSITES.get(word, frozenset()) & words for word in asked - words)
