"""Support: how far a text is borne out by the sources it is said to rest on, told without any chat model.

Two measures. Of a whole answer it is the share of its words, and of their neighbourhoods, that the sources have
(n-grams, as in BLEU, Papineni et al. 2002), and of its numbers. Of one sentence it is a verdict: each thing that must
not be got wrong, numbers, names and negations, is looked for by itself before words and meaning are weighed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from langchain_core.embeddings import Embeddings

from assistant import Verdict
from evals.facts import Facts
from evals.wording import contradicts
from ingest import terms

_WORD = re.compile(r"\w+")
_LIST_NUMBER = re.compile(r"^\W*\d+[.)]\s", re.MULTILINE)
_LONGEST_GRAM = 3
_NUMBERS_WEIGH = 0.3

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
        supported = score >= _LEAST_SUPPORT and _covered(text, whole) >= _LEAST_COVERED
        return Support(score=score, verdict="supported" if supported else "unsupported")

    def answer(self, text: str, sources: Sequence[str], *, history: Sequence[str] = ()) -> float:
        """The support (0 to 1) of a whole answer by its sources and by what was said before it."""
        context = " ".join((*sources, *history))
        shares = [_gram_share(text, context, length) for length in range(1, _LONGEST_GRAM + 1)]
        numbers = Facts.from_text(_LIST_NUMBER.sub(" ", text)).required
        lacking = len(numbers - Facts.from_text(context).numbers) / len(numbers) if numbers else 0.0
        return float((np.mean(shares) + _NUMBERS_WEIGH * (1.0 - lacking)) / (1.0 + _NUMBERS_WEIGH))

    def _score(self, text: str, sources: Sequence[str]) -> float:
        """Between the share of words covered and nearness of meaning, the better of all sources and each alone."""
        covered = _covered(text, " ".join(sources))
        if self._embeddings is None:
            return covered
        together = [*sources, " ".join(sources)] if len(sources) > 1 else list(sources)
        cosine = max(float(self._vector(text) @ self._vector(source)) for source in together)
        return float(np.clip(0.5 * covered + 0.5 * cosine, 0.0, 1.0))

    def _embedded(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        if self._embeddings is None:
            raise ValueError("without an embedding model there are no vectors")
        return np.asarray(self._embeddings.embed_query(text), dtype=np.float64)


def _covered(text: str, source: str) -> float:
    """The share of a text's content words that a source has, longer ones counting more; names say only what it is
    about, and count where there is nothing else."""
    names = {stem for name in Facts.from_text(text).names for stem in terms(name)}
    wanted = sorted(set(terms(text)) - names) or sorted(names)
    known = set(terms(source))
    weights = [min(len(stem), 8) for stem in wanted]
    held = sum(weight for stem, weight in zip(wanted, weights, strict=True) if stem in known)
    return held / sum(weights) if weights else 1.0


def _gram_share(text: str, context: str, length: int) -> float:
    said, known = _grams(text, length), set(_grams(context, length))
    return sum(gram in known for gram in said) / len(said) if said else 0.0


def _grams(text: str, length: int) -> list[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return list(zip(*(words[start:] for start in range(length)), strict=False))


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.casefold()))} "
