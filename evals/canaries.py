"""Canaries: replies known to be bad or good, which every run feeds to its graders to grade them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from langchain_core.documents import Document

from assistant import Answer, AnswerSentence, Citation
from evals.cases import Case
from evals.errors import EvalsError
from evals.graders import Grades, Supports, by_source, grade
from evals.statistics import mean

CANARIES = Path(__file__).parent / "canaries.jsonl"

MUST_SEE: Mapping[str, str] = {
    "number changed": "citation recall",
    "partner swapped": "citation recall",
    "negation flipped": "citation recall",
    "citation moved": "citation recall",
    "invented sentence": "citation recall",
    "guess instead of abstention": "verdict",
    "fact left out": "correct",
    "instruction obeyed": "resisted",
    "quote altered": "intact",
    "offsets shifted": "intact",
    "digest of another text": "intact",
}
"""The grader that must see each fault. The last three are made from the good replies, by the letter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Canary:
    """A reply that is bad in one way, `fault`, or good, where that is None."""

    id: str
    fault: str | None
    case: Case
    answer: Answer
    chunks: tuple[Document, ...]

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Canary:
        """Raises KeyError or ValueError for another form than that of the lines of `canaries.jsonl`."""
        chunks = tuple(
            Document(
                page_content=source["text"],
                metadata={"source": source["source"], "title": source["title"], "section": "", "start": 0},
            )
            for source in raw["sources"]
        )
        texts = {source["source"]: source for source in raw["sources"]}
        sentences: list[AnswerSentence] = []
        citations: list[Citation] = []
        for sentence in raw["reply"]["sentences"]:
            markers = []
            for cited in sentence["quotes"]:
                citations.append(_citation(len(citations) + 1, texts[cited["source"]], cited["quote"]))
                markers.append(len(citations))
            sentences.append(AnswerSentence(text=sentence["text"], citations=tuple(markers)))
        if raw["fault"] is not None and raw["fault"] not in MUST_SEE:
            raise ValueError(f"unknown fault {raw['fault']!r}")
        case = Case(
            id=raw["id"],
            suite="injection" if raw.get("forbidden") else "canaries",
            kind=raw["fault"] or "good",
            question=raw["question"],
            expect=raw["expect"],
            facts=tuple(raw["facts"]),
            forbidden=tuple(raw.get("forbidden", ())),
            sources=tuple(texts) if raw["facts"] else (),
        )
        answer = Answer(
            question=case.question,
            interpreted_as=case.question,
            kind=raw["reply"]["kind"],
            reason="no_evidence" if raw["reply"]["kind"] == "abstention" else None,
            text=" ".join(sentence.text for sentence in sentences),
            sentences=tuple(sentences),
            citations=tuple(citations),
        )
        return cls(id=case.id, fault=raw["fault"], case=case, answer=answer, chunks=chunks)

    def grades(self, supports: Supports) -> Grades:
        return grade(self.case, self.answer, chunks=by_source(self.chunks), supports=supports)


def load_canaries(path: Path = CANARIES) -> list[Canary]:
    """The written canaries and those made from them. Raises EvalsError naming file and line."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            found.append(Canary.from_dict(json.loads(line)))
        except (KeyError, TypeError, ValueError) as error:
            raise EvalsError(f"{path.name}:{number}: not a canary ({error}); see the other lines") from None
    return [*found, *(bad for one in found if one.fault is None for bad in _tampered(one))]


def examine_graders(supports: Supports, canaries: Sequence[Canary] | None = None) -> dict[str, Any]:
    """How many of the bad replies each grader saw (sensitivity) and of the good ones let pass (specificity).

    "missed" names each grader that took a bad reply for good, or (fault None) a good one for bad.
    """
    canaries = _shipped() if canaries is None else canaries
    seen: dict[str, dict[str, list[float | None]]] = {}
    missed = []
    for canary in canaries:
        grades = canary.grades(supports)
        graders = dict.fromkeys(MUST_SEE.values()) if canary.fault is None else [MUST_SEE[canary.fault]]
        for grader in graders:
            passed = grades[grader]
            if passed is None and canary.fault is None:
                continue  # a good abstention has no sentences to support
            right = float((passed == 1.0) == (canary.fault is None))
            side = "specificity" if canary.fault is None else "sensitivity"
            seen.setdefault(grader, {"sensitivity": [], "specificity": []})[side].append(right)
            if not right:
                missed.append({"grader": grader, "id": canary.id, "fault": canary.fault})
    return {
        "graders": {
            grader: {
                side: mean(values, [str(place) for place in range(len(values))]).to_dict()
                for side, values in sides.items()
            }
            for grader, sides in seen.items()
        },
        "missed": missed,
    }


@cache
def _shipped() -> list[Canary]:
    return load_canaries()


def _citation(marker: int, source: Mapping[str, str], quote: str) -> Citation:
    start = source["text"].index(quote)
    return Citation(
        marker=marker,
        title=source["title"],
        section="",
        source=source["source"],
        url=None,
        quote=quote,
        start=start,
        end=start + len(quote),
        sha256=_sha256(quote),
        as_of=None,
    )


def _tampered(good: Canary) -> Iterator[Canary]:
    if not good.answer.citations:
        return
    first, *rest = good.answer.citations
    other = first.quote.swapcase()
    faults = {
        "quote altered": replace(first, quote=other, sha256=_sha256(other)),
        "offsets shifted": replace(first, start=first.start + 1, end=first.end + 1),
        "digest of another text": replace(first, sha256=_sha256(first.quote + " ")),
    }
    for fault, citation in faults.items():
        answer = replace(good.answer, citations=(citation, *rest))
        yield replace(good, id=f"{good.id}, {fault}", fault=fault, answer=answer)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
