"""Support: how far a text is borne out by the sources it is said to rest on, told without any chat model.

Two measures. Of a whole answer it is the share of its words and numbers that the sources have. Of one sentence it is a
verdict: each thing that must not be got wrong, numbers, names and negations, is looked for by itself before words and
meaning are weighed. No trained model judges here: what checks a chat model's sentences has one, and is graded by this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant import Facts, Verdict, contradicts, covered_share, word_support

_WORD = re.compile(r"\w+")

_LEAST_COVERED = 0.34
_LEAST_SUPPORT = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class Support:
    """How far a sentence is supported: `score` from 0 to 1, and `missing`, what no source says."""

    score: float
    verdict: Verdict
    missing: tuple[str, ...] = ()


class SupportGrader:
    """Judges sentences by words alone, or, given an embedding model, by meaning too."""

    def __init__(self, embeddings: Embeddings | None = None) -> None:
        self._embeddings = embeddings
        self._vector = lru_cache(maxsize=20_000)(self._embedded)

    def sentence(self, text: str, sources: Sequence[str], *, about: str = "") -> Support:
        """The support of one sentence by the texts it cites, taken together; none without any.

        `about` is what these texts are about, their titles: a quote need not name again what its document is named for.
        """
        whole = " ".join(sources)
        if not whole.strip():
            return Support(score=0.0, verdict="unsupported", missing=(text,))
        if _spaced(text) in _spaced(whole) and _spaced(text).strip():
            return Support(score=1.0, verdict="supported")
        said, known = Facts.from_text(text), Facts.from_text(whole)
        score = self._score(text, sources)
        missing = said.missing_from(known, about=Facts.from_text(about))
        if missing:
            return Support(score=min(score, 0.4), verdict="unsupported", missing=missing)
        if contradicts(text, whole):
            return Support(score=min(score, 0.4), verdict="contradicted")
        supported = score >= _LEAST_SUPPORT and covered_share(text, whole) >= _LEAST_COVERED
        return Support(score=score, verdict="supported" if supported else "unsupported")

    def answer(self, text: str, sources: Sequence[str], *, history: Sequence[str] = ()) -> float:
        """The support (0 to 1) of a whole answer by its sources and by what was said before it."""
        return word_support(text, (*sources, *history))

    def _score(self, text: str, sources: Sequence[str]) -> float:
        """Between the share of words covered and nearness of meaning, the better of all sources and each alone."""
        covered = covered_share(text, " ".join(sources))
        if self._embeddings is None:
            return covered
        together = [*sources, " ".join(sources)] if len(sources) > 1 else list(sources)
        cosine = max(float(self._vector(text) @ self._vector(source)) for source in together)
        return float(np.clip(0.5 * covered + 0.5 * cosine, 0.0, 1.0))

    def _embedded(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        if self._embeddings is None:
            raise ValueError("without an embedding model there are no vectors")
        return np.asarray(self._embeddings.embed_query(text), dtype=np.float64)


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "
