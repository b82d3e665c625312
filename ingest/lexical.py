"""Words: how a text is taken apart for BM25, and the BM25 index itself."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from langchain_core.documents import Document

# A number with its separators, or a word with its hyphens, apostrophes and inner dots.
_WORD = re.compile(r"\d+(?:[.,]\d+)*(?:st|nd|rd|th)?\b|[^\W_]+(?:[-‐‑'’.&_][^\W_]+)*")
_APART = re.compile(r"[-‐‑'’.&_]")
_POSSESSIVE = re.compile(r"['’]s$")
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_STOPPED = """
a about all also am an and any are as at be been being both but by can could did do does doing for from had
has have having he her here him his how i if in into is it its itself just me my no nor not of off on or our
ours out own please s she should so some such t tell than that the their theirs them then there these they
this those to too very was we were what when where which who whom whose why will with would you your yours
"""
_STOP_WORDS = frozenset(_STOPPED.split())


def words(text: str) -> list[str]:
    """The words of a text in lower case, as they are spelled, in order.

    A possessive ending is left out; a hyphenated name is followed by its parts, a number with separators by
    its digits: "UNU-MERIT's 1,200" gives unu-merit, unu, merit, 1,200 and 1200.
    """
    found: list[str] = []
    for match in _WORD.finditer(unicodedata.normalize("NFC", text).lower()):
        word = _POSSESSIVE.sub("", match.group())
        found.append(word)
        if word[0].isdigit():
            if _THOUSANDS.fullmatch(word):
                found.append(re.sub(r"[.,]", "", word))
            found += [part for part in word.split("-") if part != word]
        elif len(parts := [part for part in _APART.split(word) if len(part) > 1]) > 1:
            found += parts
    return found


def terms(text: str) -> list[str]:
    """The stems of a text's words, accents folded and stop words left out: what BM25 counts."""
    return [_stem(folded) for word in words(text) if (folded := _folded(word)) not in _STOP_WORDS]


def chunk_words(chunk: Document) -> str:
    """The text of a Chunk that its words are taken from: title, section, lead-in and the text itself."""
    meta = chunk.metadata
    return "\n".join((meta["title"], meta["section"], meta["lead_in"], chunk.page_content))


def vocabulary_of(chunks: Iterable[Document]) -> dict[str, int]:
    """In how many Chunks each word occurs, words sorted."""
    counts = Counter(word for chunk in chunks for word in set(words(chunk_words(chunk))))
    return dict(sorted(counts.items()))


class LexicalIndex:
    """BM25 (Robertson and Zaragoza 2009, in Lucene's variant) over the terms of Chunks, by position."""

    def __init__(self, scorer: Any | None, size: int) -> None:
        self._scorer = scorer
        self._size = size

    @classmethod
    def from_chunks(cls, chunks: Sequence[Document]) -> Self:
        """The index of `chunks`; ranks are positions in that sequence."""
        import bm25s

        tokens = [terms(chunk_words(chunk)) for chunk in chunks]
        if not any(tokens):
            return cls(None, len(chunks))
        scorer = bm25s.BM25(method="lucene")
        scorer.index(tokens, show_progress=False)
        return cls(scorer, len(chunks))

    @classmethod
    def from_folder(cls, folder: Path, *, size: int) -> Self:
        """The index that `save` wrote. Raises OSError or ValueError when it is damaged."""
        import bm25s

        if not folder.exists():
            return cls(None, size)
        return cls(bm25s.BM25.load(str(folder), show_progress=False), size)

    def save(self, folder: Path) -> None:
        """Writes the index; nothing at all for texts without a single term."""
        if self._scorer is not None:
            self._scorer.save(str(folder), show_progress=False)

    def rank(self, text: str, k: int) -> list[tuple[int, float]]:
        """At most `k` (position, score) with a score above 0, best first, ties by position."""
        query = terms(text)
        if self._scorer is None or not query or k <= 0:
            return []
        scores = self._scorer.get_scores(query)
        order = np.argsort(-scores, kind="stable")[:k]
        return [(int(position), float(scores[position])) for position in order if scores[position] > 0]


@lru_cache(maxsize=200_000)
def _stem(word: str) -> str:
    # Numbers and names with a hyphen are matched as they are.
    return word if word[0].isdigit() or not word.isalpha() else str(_stemmer().stemWord(word))


_local = threading.local()


def _stemmer() -> Any:
    # A Stemmer must not be used by two threads at once.
    if not hasattr(_local, "stemmer"):
        from Stemmer import Stemmer

        _local.stemmer = Stemmer("english")
    return _local.stemmer


def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", word.replace("‐", "-").replace("‑", "-").replace("’", "'"))
    # Once more without capitals: taking letters apart can bring some to light.
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
