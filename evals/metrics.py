"""What is right: one case against one answer."""

from __future__ import annotations

import html
import re
from collections.abc import Collection
from dataclasses import dataclass

from assistant import Answer
from evals.cases import Case

_MARKER = re.compile(r"\s*(\[\d+\])+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Score:
    """Whether an answer is right; `why` names what is not. An abstention's reason is judged apart."""

    right: bool
    why: str = ""
    reason_right: bool | None = None


def score(case: Case, answer: Answer, *, documents: Collection[str]) -> Score:
    """Judge an answer. Cited sources count only where the index holds the documents that the case names."""
    if answer.kind != case.expect:
        return Score(right=False, why=f"{answer.kind} ({answer.reason}) instead of {case.expect}")
    if case.expect == "abstention":
        return Score(right=True, reason_right=answer.reason in case.reasons if case.reasons else None)
    if case.expect == "greeting":
        return Score(right=True)
    said = " ".join(html.unescape(_MARKER.sub("", answer.text.replace("**", "").replace("\\", ""))).split())
    missing = [fact for fact in case.facts if not re.search(fact, said, re.IGNORECASE)]
    if missing:
        return Score(right=False, why=f"does not say {missing[0]!r}")
    beside = [fact for fact in case.forbidden if re.search(fact, said, re.IGNORECASE)]
    if beside:
        return Score(right=False, why=f"says {beside[0]!r}")
    expected = set(case.sources) & set(documents)
    cited = {citation.source for citation in answer.citations}
    if expected and not expected & cited:
        return Score(right=False, why=f"cites {sorted(cited)}, not {sorted(expected)}")
    return Score(right=True)
