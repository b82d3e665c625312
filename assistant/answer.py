"""The values that an answer is made of, and the form in which other programs read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.documents import Document

if TYPE_CHECKING:
    from assistant.evidence import Evidence

Kind = Literal["answer", "abstention", "greeting"]
Reason = Literal["no_evidence", "unknown_name", "false_premise", "off_topic", "unclear", "unsupported_language"]
Verdict = Literal["supported", "contradicted", "unsupported"]

QUOTES = "quotes"
"""The answerer that needs no chat model."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A chunk that retrieval returned; `score` is between 0 and 1, `rank` counts from 1."""

    chunk: Document
    rank: int
    score: float

    @property
    def source(self) -> str:
        return str(self.chunk.metadata["source"])

    @property
    def title(self) -> str:
        return str(self.chunk.metadata["title"])

    @property
    def section(self) -> str:
        return str(self.chunk.metadata["section"])

    @property
    def start(self) -> int:
        return int(self.chunk.metadata["start"])

    @property
    def end(self) -> int:
        return int(self.chunk.metadata["end"])

    @property
    def text(self) -> str:
        return self.chunk.page_content

    def to_dict(self) -> dict[str, Any]:
        return {
            "source": self.source,
            "section": self.section,
            "start": self.start,
            "end": self.end,
            "score": round(self.score, 4),
        }


@dataclass(frozen=True, kw_only=True, slots=True)
class Citation:
    """Where one quoted sentence stands: `page_content[start:end] == quote` in the Document `source`."""

    marker: int
    title: str
    section: str
    source: str
    url: str | None
    quote: str
    start: int
    end: int
    sha256: str
    as_of: str | None

    def to_dict(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerSentence:
    """One sentence that the person reads, with the markers of the citations behind it."""

    text: str
    citations: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "citations": list(self.citations)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Withheld:
    """A sentence of a chat model that was not shown, and what the grounding check said of it."""

    text: str
    verdict: Verdict

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "verdict": self.verdict}


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What the assistant says to one question: an answer, an abstention (with `reason`) or a greeting.

    `confidence` is the probability (0 to 1) that the texts answer, None for a greeting; `evidence` holds the
    sentences that were weighed, best first. Both are for those who measure, and not in the contract's form.
    """

    question: str
    interpreted_as: str
    kind: Kind
    text: str
    reason: Reason | None = None
    sentences: tuple[AnswerSentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[Passage, ...] = ()
    suggestions: tuple[str, ...] = ()
    answerer: str = QUOTES
    notice: str | None = None
    withheld: tuple[Withheld, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    confidence: float | None = None
    evidence: tuple[Evidence, ...] = ()

    def passage_of(self, citation: Citation) -> Passage | None:
        """The passage that holds a citation's quote, to show the quote in its surroundings."""
        return next(
            (
                passage
                for passage in self.passages
                if passage.source == citation.source and passage.start <= citation.start and citation.end <= passage.end
            ),
            None,
        )

    def to_dict(self) -> dict[str, Any]:
        """The answer contract: the same keys in the same order for every kind."""
        return {
            "question": self.question,
            "interpreted_as": self.interpreted_as,
            "kind": self.kind,
            "reason": self.reason,
            "text": self.text,
            "sentences": [sentence.to_dict() for sentence in self.sentences],
            "citations": [citation.to_dict() for citation in self.citations],
            "passages": [passage.to_dict() for passage in self.passages],
            "suggestions": list(self.suggestions),
            "answerer": self.answerer,
            "notice": self.notice,
            "withheld": [sentence.to_dict() for sentence in self.withheld],
            "seconds": {stage: round(seconds, 4) for stage, seconds in self.seconds.items()},
        }
