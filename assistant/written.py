"""What a chat model has written so far, of which complete sentences are taken off."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ingest import split_sentences

_THOUGHT = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_CALLED = r"(?:passages?|sources?)\s*"
_AND = r"\s*(?:[,;–†&-]|and)\s*"
_NUMBERS = rf"\d{{1,3}}(?:{_AND}(?:{_CALLED})?\d{{1,3}})*"
_IN_SQUARE = rf"[\[【]\s*(?:{_CALLED}|\^)?{_NUMBERS}\s*(?:†[^\]】]{{0,20}})?[\]】](?:\([^)\s]*\))?"
_SEVERAL = rf"{_IN_SQUARE}(?:(?:{_AND})?\s*{_IN_SQUARE})*"
_MARKER = re.compile(rf"\s*(?:\(\s*(?:{_SEVERAL}|{_CALLED}{_NUMBERS})\s*\)|{_SEVERAL})", re.IGNORECASE)
"""[1], [1, 2], [1] and [2], ([1]), (passage 1), [Passage 1, Passage 2], 【1†source】, [^1], [1](address)."""
_BEGUN_MARKER = re.compile(rf"\s*(?:[\[【]|\(\s*(?={_CALLED}|[\[【]|$))(?:{_CALLED}|[\s\d,;–†^&\[-])*$", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+(?=\S)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A sentence as the model wrote it, and the numbers of the passages that it cites.

    `item` and `paragraph` say whether it begins an item of a list or a paragraph.
    """

    text: str
    cited: tuple[int, ...] = ()
    item: bool = False
    paragraph: bool = False


@dataclass(slots=True)
class Written:
    """The text so far, of which complete sentences are taken off."""

    rest: str = ""
    paragraph: bool = False

    def plus(self, piece: str) -> Iterator[Said]:
        self.rest += piece
        if "<think>" in self.rest and "</think>" not in self.rest:
            return
        if "</think>" in self.rest:
            self.rest = without_thoughts(self.rest)
        while "\n" in self.rest:
            line, self.rest = self.rest.split("\n", 1)
            yield from self._line(line, whole=True)
            self.paragraph = self.paragraph or not line.strip()
        yield from self._line(self.rest, whole=False)

    def end(self) -> Iterator[Said]:
        line, self.rest = without_thoughts(self.rest), ""
        yield from self._line(line, whole=True)

    def _line(self, line: str, *, whole: bool) -> Iterator[Said]:
        """The complete sentences of a line: all, or all but the last, which markers may follow."""
        # Markers, and one that is still being written, are no text; those after a full stop belong before it.
        bare = line if whole else _BEGUN_MARKER.sub(_blank, line)
        starts = [start for start, _ in split_sentences(_MARKER.sub(_blank, bare), start=0, end=len(line))]
        complete = list(pairwise([*starts, len(line)]))[: None if whole else -1]
        for start, end in complete:
            text = line[start:end]
            item = _ITEM.match(text)
            cited = [int(number) for mark in _MARKER.findall(text) for number in re.findall(r"\d+", mark)]
            bare = text[item.end() if item else 0 :]
            while (shorter := _MARKER.sub("", bare)) != bare:
                bare = shorter
            bare = re.sub(r"\s+(?=[.,;:!?])", "", bare).strip()
            if re.search(r"\w", bare):
                yield Said(text=bare, cited=tuple(cited), item=bool(item), paragraph=self.paragraph)
                self.paragraph = False
        if not whole and complete:
            self.rest = line[complete[-1][1] :]


def _blank(match: re.Match[str]) -> str:
    return " " * len(match.group())


def without_thoughts(text: str) -> str:
    """The text without what a model that reasons has thought aloud; some only say where that ends."""
    return _THOUGHT.sub("", text).rpartition("</think>")[2]
