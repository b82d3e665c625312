"""Records: what one case came to, as a line of a run's file and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant import Answer
from evals.cases import Case
from evals.graders import Grades

_DIGITS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """A case with its reply, in the form of the answer contract, and its grades.

    `confidence` is the probability that the texts answer, None for a greeting; `why` is empty where all is right;
    `context` holds for each citation the text of the passage around its quote. `seconds` by stage are kept apart
    from the rest, which is the same in every run of the same program.
    """

    case: Case
    reply: Mapping[str, Any]
    grades: Grades
    why: str
    confidence: float | None
    context: Mapping[int, tuple[str, str]]
    seconds: Mapping[str, float]

    @classmethod
    def from_answer(cls, case: Case, answer: Answer, grades: Grades, *, why: str) -> Record:
        context = {}
        for citation in answer.citations:
            passage = answer.passage_of(citation)
            if passage is not None:
                start, end = citation.start - passage.start, citation.end - passage.start
                context[citation.marker] = (passage.text[:start], passage.text[end:])
        reply = answer.to_dict()
        return cls(
            case=case,
            reply={name: value for name, value in reply.items() if name != "seconds"},
            grades=dict(grades),
            why=why,
            confidence=answer.confidence,
            context=context,
            seconds=dict(answer.seconds),
        )

    @classmethod
    def from_lines(cls, line: str, seconds: str) -> Record:
        """The record of a line of `cases.jsonl` and one of `seconds.jsonl`. Raises ValueError for another form."""
        raw, timed = json.loads(line), json.loads(seconds)
        try:
            if timed.pop("id") != raw["case"]["id"]:
                raise ValueError("the two files do not tell of the same case")
            return cls(
                case=Case.from_dict(raw["case"], suite=raw["suite"]),
                reply=raw["reply"],
                grades=raw["grades"],
                why=raw["why"],
                confidence=raw["confidence"],
                context={int(marker): (before, after) for marker, (before, after) in raw["context"].items()},
                seconds=timed,
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a record ({error})") from None

    def to_lines(self) -> tuple[str, str]:
        """The inverse of `from_lines`."""
        row = {
            "suite": self.case.suite,
            "case": self.case.to_dict(),
            "grades": {name: _rounded(value) for name, value in self.grades.items()},
            "why": self.why,
            "confidence": _rounded(self.confidence),
            "reply": self.reply,
            "context": {str(marker): list(around) for marker, around in self.context.items()},
        }
        timed = {"id": self.case.id, **{stage: round(value, 6) for stage, value in self.seconds.items()}}
        return json.dumps(row, ensure_ascii=False), json.dumps(timed)

    @property
    def abstained(self) -> bool:
        return bool(self.reply["kind"] == "abstention")


def clusters(records: Sequence[Record]) -> list[str]:
    """The cluster of each record."""
    return [record.case.cluster for record in records]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
