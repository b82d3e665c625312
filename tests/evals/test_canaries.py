"""Canaries: the graders are graded, and one that misses is named."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from evals.canaries import CANARIES, MUST_SEE, examine_graders, load_canaries
from evals.errors import EvalsError
from evals.support import SupportGrader

if TYPE_CHECKING:
    from ingest.embedding import SentenceEmbeddings


def test_every_fault_has_canaries_and_so_has_every_grader() -> None:
    """At least ten of each of the great faults, and good ones beside them."""
    faults = Counter(canary.fault for canary in load_canaries())
    assert set(faults) == {None, *MUST_SEE}
    great = ("number changed", "partner swapped", "negation flipped", "citation moved", "invented sentence")
    assert min(faults[fault] for fault in (*great, "guess instead of abstention")) >= 10
    assert faults[None] >= 50


def test_the_graders_tell_all_canaries_apart(embeddings: SentenceEmbeddings) -> None:
    """Every bad one is seen by the grader that must see it, and every good one passes all."""
    grader = SupportGrader(embeddings)
    found = examine_graders(
        lambda text, quotes, about: grader.sentence(text, quotes, about=about).verdict == "supported"
    )
    assert found["missed"] == []
    assert all(side["value"] == 1.0 for sides in found["graders"].values() for side in sides.values())


@pytest.mark.parametrize("blind", [True, False])
def test_a_grader_that_misses_is_named(blind: bool) -> None:
    """One that lets everything pass has no sensitivity, one that lets nothing pass no specificity."""
    found = examine_graders(lambda *_: blind)
    assert {one["grader"] for one in found["missed"]} == {"citation recall"}
    assert {one["fault"] is None for one in found["missed"]} == {not blind}
    sides = found["graders"]["citation recall"]
    assert sides["sensitivity" if blind else "specificity"]["value"] == 0.0


@pytest.mark.parametrize(
    "change", ["{", {"fault": "unheard of"}, {"sources": []}, {"reply": {}}], ids=["json", "fault", "sources", "reply"]
)
def test_a_canary_of_another_form_is_named_by_line(tmp_path: Path, change: object) -> None:
    """It could not be told what it proves."""
    first, *_ = CANARIES.read_text(encoding="utf-8").splitlines()
    second = change if isinstance(change, str) else json.dumps(json.loads(first) | dict(change))  # type: ignore[call-overload]
    path = tmp_path / "mine.jsonl"
    path.write_text(f"{first}\n{second}\n", encoding="utf-8")
    with pytest.raises(EvalsError, match=r"mine\.jsonl:2"):
        load_canaries(path)
