"""What a question asks: its words, the names in it, and the type of thing that would answer it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer_type import Asks, asked_type, asks_for_several, fits, implied
from assistant.instruction import is_instruction
from assistant.lexicon import COMMON, QUESTION_WORDS, WORD, Lexicon, content_words, frequency, is_common
from assistant.names import Mention, Name, Names, outside
from ingest import terms

_POLITE = r"^\W*(?:(?:so|and|ok|hey|hi|please|now|can you|could you|pls)\s+)*"
_DEFINITION = re.compile(
    _POLITE + r"(?:what|who|whats|what's|who's)(?:'s| is| are| was)? (?:the |a |an |this |that )?(?P<what>[^?]{2,80}?)"
    r"(?: (?:all )?about| exactly| actually| again| anyway)*\W*$"
    r"|" + _POLITE + r"(?:(?:tell (?:me|us)|describe|explain|introduce|info|information|more|something)"
    r"(?: me| us)?(?: a bit| a little| more| something| briefly)*(?: (?:on|about|abt))?"
    r"|(?:give (?:me|us) |i(?:'d| would)? (?:need|want|like) )?(?:an? |the |some )?(?:brief |short |quick )?"
    r"(?:overview|summary|outline|intro(?:duction)?|background) (?:of|on|about|abt|to)) (?P<topic>[^?]{2,80}?)\W*$"
    r"|^\W*what (?:does|do|did|is) (?:the )?(?P<actor>[^?]{2,70}?) (?:do|about|doing|for)\W*$",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"\b\d+(?:[.,]\d+)*\b")
_NEVER_A_PARTNER = re.compile(
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|january|february|march|april|may|june|july|august|september|october"
    r"|november|december|english|dutch|german|french|spanish|italian|ph\.?d|m\.?sc|b\.?sc|mba|sirs?|madam|mr|mrs|lol",
    re.IGNORECASE,
)
_BEFORE_A_NAME = re.compile(
    r"\b(?:with|at|from|and|or|about|join|is|are|does|do|did|has|to|via|near|like|of) +$", re.IGNORECASE
)
"""What a name without capitals follows; an article or a pronoun comes before other words ("in a nutshell")."""
_SENTENCE_END = re.compile(r"(?<=[.!?:])\s+")
_ASKING = re.compile(
    r"\?|^\W*(?:(?:and|but|so|please|also|now)\W+)*(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do"
    r"|does|did|has|have|can|could|will|would|should|tell|list|name|describe|explain|give)\b",
    re.IGNORECASE,
)
_MANNER = re.compile(
    r"^\W*(?:(?:and|also|please|always)\s+)*"
    r"(?:begin|start|end|finish|close|keep|put|write|add|append|include|format|phrase|limit|use|reply|respond|answer|be|make)\b"
    r"[^?]*\b(?:answers?|repl(?:y|ies)|responses?|words|sentences?|bullets?|capitals|conversation|brief(?:ly)?|short"
    r"|concise|simple|english)\b[^?]*$",
    re.IGNORECASE,
)
"""Says how to answer, and nothing of what is asked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A stand-alone question, taken apart.

    `text` is the part that asks, typing errors corrected; `stems` are those of its words that carry meaning,
    `rest` those of them that no name accounts for, `implied` those that an answer need not say; `unknown` are
    names that the index does not hold, `doubtful` words that may be such names or just rare.
    """

    typed: str
    text: str
    asks: Asks
    wants_list: bool
    mentions: tuple[Mention, ...]
    stems: tuple[str, ...]
    rest: tuple[str, ...]
    implied: tuple[str, ...]
    unknown: tuple[str, ...]
    doubtful: tuple[str, ...]
    numbers: tuple[str, ...]

    @property
    def is_definition(self) -> bool:
        return self.asks == "description"

    @property
    def names(self) -> tuple[Name, ...]:
        return tuple({mention.name.canonical: mention.name for mention in self.mentions}.values())

    @property
    def expanded(self) -> str:
        """The question with the full names of the abbreviations and aliases in it, for retrieval."""
        extra = [name.canonical for name in self.names if name.canonical.casefold() not in self.text.casefold()]
        return f"{self.text} ({', '.join(extra)})" if extra else self.text


def parse_question(typed: str, *, lexicon: Lexicon, names: Names) -> Question:
    """Take a stand-alone question apart; never fails, whatever the text."""
    text = asking_part(lexicon.corrected(typed), names)
    mentions = tuple(names.mentions(text))
    asks = asked_type(text)
    if asks == "description" and not _is_about(text, mentions):
        asks = "list" if fits("list", text) else "other"
    unnamed = _content_stems(outside(text, mentions))
    unknown, doubtful = _unknown_names(text, lexicon, mentions)
    return Question(
        typed=typed,
        text=text,
        asks=asks,
        wants_list=asks == "list" or asks_for_several(text),
        mentions=mentions,
        stems=tuple(stem for stem in _content_stems(text) if stem not in implied(asks)),
        rest=tuple(stem for stem in unnamed if stem not in implied(asks)),
        implied=tuple(stem for stem in unnamed if stem in implied(asks)),
        unknown=unknown,
        doubtful=doubtful,
        numbers=tuple(_FIGURE.findall(text)),
    )


def asking_part(text: str, names: Names) -> str:
    """The sentences of a text that ask; what is told around them says who asks, not what for.

    The whole text where nothing in it asks, or where what asks names nothing and so leans on the rest.
    """
    sentences = [sentence for sentence in _SENTENCE_END.split(text) if not is_instruction(sentence)] or [text]
    matter = [sentence for sentence in sentences if not _MANNER.search(sentence)]
    if any(_ASKING.search(sentence) for sentence in matter):
        sentences = matter
    text = " ".join(sentences)
    asking = " ".join(sentence for sentence in sentences if _ASKING.search(sentence))
    if len(sentences) == 1 or not asking or not names.mentions(asking):
        return text
    return asking


def _content_stems(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stem for word in content_words(text) for stem in terms(word)))


def _is_about(text: str, mentions: tuple[Mention, ...]) -> bool:
    """Whether "what is X" asks for X itself and not for a detail of it ("what is the price of X")."""
    definition = _DEFINITION.search(text)
    if definition is None:
        return False
    group = next(name for name in ("what", "topic", "actor") if definition.group(name))
    if group == "topic":
        return True
    start, end = definition.span(group)
    rest = text[start:end]
    for mention in reversed(mentions):
        if start <= mention.start and mention.end <= end:
            rest = rest[: mention.start - start] + rest[mention.end - start :]
    words = content_words(rest)
    return not words if mentions else len(words) <= 3


def _unknown_names(
    text: str, lexicon: Lexicon, mentions: tuple[Mention, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words of the question that the index does not hold anywhere: those that look like names, and rare ones, which
    may be names that somebody typed without capitals."""
    found: list[str] = []
    doubtful: list[str] = []
    previous_end = -2
    for position, match in enumerate(WORD.finditer(text)):
        word = match.group()
        inside = any(mention.start <= match.start() < mention.end for mention in mentions)
        if inside or lexicon.knows(word) or word.casefold() in QUESTION_WORDS or not word[0].isalpha():
            continue
        if "'" in word or "’" in word or _NEVER_A_PARTNER.fullmatch(word):
            continue
        parts = [part for part in re.split(r"[-–+]", word) if part]
        if len(parts) > 1 and all(lexicon.knows(part) or is_common(part) for part in parts):
            continue
        capitalised = word[0].isupper() and (position > 0 or not is_common(word)) and not text.isupper()
        rare = len(word) > 2 and frequency(word) < COMMON // 4 and not is_common(word)
        if rare and not capitalised and frequency(word):
            if _BEFORE_A_NAME.search(text[: match.start()]):
                doubtful.append(word)
        elif capitalised or rare:
            if match.start() - previous_end == 1 and found:
                found[-1] = f"{found[-1]} {word}"
            else:
                found.append(word)
            previous_end = match.end()
    return tuple(found), tuple(doubtful)
