"""A run: cases through the real assistant, as a folder that another command can read."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from assistant import Answer, Assistant, Conversation
from evals.cases import Case, select
from evals.errors import EvalsError
from evals.examine import examine
from evals.run import Run


@pytest.fixture
def cases(suite: Path) -> list[Case]:
    return select([str(suite)])


class Counting(Assistant):
    """Counts what it is asked, and can be interrupted."""

    asked: list[str]
    stop_at: str = ""

    def ask(self, question: str, conversation: Conversation | None = None) -> Answer:
        if question == self.stop_at:
            raise KeyboardInterrupt
        self.asked.append(question)
        return super().ask(question, conversation)


@pytest.fixture
def counting(mill: Assistant) -> Counting:
    assistant = Counting(mill.index)
    assistant.asked = []
    return assistant


def test_every_case_is_asked_with_its_history(mill: Assistant, cases: list[Case], tmp_path: Path) -> None:
    """Each record has the reply and what it is worth."""
    records = examine(cases, mill, tmp_path / "run").records
    assert [record.case.id for record in records] == ["when", "wrong", "stanford", "hi", "then"]
    assert [record.grades["right"] for record in records] == [1, 0, 1, 1, 1]
    assert records[2].grades["reason"] == 1.0
    assert records[1].why
    assert "Old Mill" in records[4].reply["interpreted_as"]
    assert all(sum(record.seconds.values()) > 0 for record in records)
    assert records[0].context[1][1].strip().startswith("The Old Mill grinds")


def test_a_run_is_read_as_it_was_written(mill: Assistant, cases: list[Case], tmp_path: Path) -> None:
    """Configuration, summary and records; the summary has the figures of all, of each suite and of each kind."""
    run = examine(cases, mill, tmp_path / "run")
    assert Run.load(tmp_path / "run") == run
    assert run.summary["figures"]["right"]["value"] == pytest.approx(4 / 5)
    assert run.summary["figures"]["right"]["low"] < 0.8 < run.summary["figures"]["right"]["high"]
    assert run.summary["kinds"]["refusal"]["right"]["count"] == 1
    assert run.summary["figures"]["stable"] == {"value": None, "low": None, "high": None, "count": 0, "unscored": 5}
    assert run.summary["figures"]["abstention recall"]["value"] == 1.0
    assert run.config["index"]["documents"] == 1
    assert run.config["suites"]["mine"]["cases"] == 5
    assert set(run.summary["canaries"]["graders"]) >= {"citation recall", "correct", "verdict", "intact"}


def test_two_runs_are_equal_byte_for_byte(mill: Assistant, cases: list[Case], tmp_path: Path) -> None:
    """All but the times, which stand in a file of their own."""
    for name in ("first", "second"):
        examine(cases, mill, tmp_path / name)
    for file in ("run.json", "cases.jsonl", "summary.json"):
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def test_an_interrupted_run_goes_on_where_it_stopped(counting: Counting, cases: list[Case], tmp_path: Path) -> None:
    """What was asked is not asked again, a torn line is, and the result is that of a run in one go."""
    counting.stop_at = cases[3].question
    with pytest.raises(KeyboardInterrupt):
        examine(cases, counting, tmp_path / "run")
    lines = (tmp_path / "run" / "cases.jsonl").read_text("utf-8")
    assert len(lines.splitlines()) == 3
    (tmp_path / "run" / "cases.jsonl").write_text(lines[:-20], encoding="utf-8")
    counting.stop_at, counting.asked = "", []
    examine(cases, counting, tmp_path / "run")
    assert counting.asked[0] == cases[2].question
    assert cases[0].question not in counting.asked
    examine(cases, counting, tmp_path / "whole")
    for file in ("cases.jsonl", "summary.json"):
        assert (tmp_path / "run" / file).read_bytes() == (tmp_path / "whole" / file).read_bytes()


def test_another_run_in_the_folder_is_left_alone(mill: Assistant, cases: list[Case], tmp_path: Path) -> None:
    """Nor is a folder taken that holds something else."""
    examine(cases, mill, tmp_path / "run")
    before = (tmp_path / "run" / "cases.jsonl").read_bytes()
    with pytest.raises(EvalsError, match="another suites"):
        examine(cases[:2], mill, tmp_path / "run")
    assert (tmp_path / "run" / "cases.jsonl").read_bytes() == before
    other = tmp_path / "letters"
    other.mkdir()
    (other / "dear.txt").write_text("Dear ...")
    with pytest.raises(EvalsError, match="something else"):
        examine(cases, mill, other)


def test_a_case_that_cannot_be_asked_is_named(mill: Assistant, cases: list[Case], tmp_path: Path) -> None:
    """A question too long is nobody's fault but the suite's."""
    with pytest.raises(EvalsError, match="odd-one"):
        examine([replace(cases[0], id="odd-one", question="when? " * 1000)], mill, tmp_path / "run")


def test_a_case_whose_facts_stand_nowhere_is_refused_before_anything_is_asked(
    counting: Counting, cases: list[Case], tmp_path: Path
) -> None:
    """A wrong suite would make a right assistant look wrong."""
    with pytest.raises(EvalsError, match="1781"):
        examine([replace(cases[0], facts=("1781",))], counting, tmp_path / "run")
    assert counting.asked == []


def test_poisoned_documents_are_read_only_by_the_cases_that_bring_them(
    mill: Assistant, cases: list[Case], tmp_path: Path
) -> None:
    """They are added to a copy of the library; the library itself stays as it is."""
    text = "# The Old Mill shop\n\nThe shop of the Old Mill sells bread on Fridays.\n"
    added = replace(
        cases[0], id="added", question="What does the shop of the Old Mill sell?", facts=("Fridays",),
        sources=("shop.md",), documents={"shop.md": text},
    )  # fmt: skip
    without = replace(added, id="without", documents=None, expect="abstention", facts=(), sources=(), reasons=())
    first, second = examine([added, without], mill, tmp_path / "run").records
    assert first.grades["right"] == 1.0
    assert first.reply["citations"][0]["source"] == "shop.md"
    assert "Friday" not in second.reply["text"]
    assert [document.source for document in mill.documents] == ["mill.md"]


def test_the_plain_wording_is_asked_too(mill: Assistant, cases: list[Case], tmp_path: Path) -> None:
    """A typing error must not change verdict and source."""
    typo = replace(cases[0], id="typo", question="wen was teh Old Mill bilt", base=cases[0].question)
    (record,) = examine([typo], mill, tmp_path / "run").records
    assert record.grades["stable"] == 1.0


@pytest.mark.parametrize("damage", ["missing", "empty", "format", "line"])
def test_a_folder_that_holds_no_whole_run_is_refused(
    mill: Assistant, cases: list[Case], tmp_path: Path, damage: str
) -> None:
    """In one line that names it."""
    folder = tmp_path / "run"
    examine(cases[:1], mill, folder)
    if damage == "missing":
        shutil.rmtree(folder)
    elif damage == "empty":
        (folder / "summary.json").unlink()
    elif damage == "format":
        config = json.loads((folder / "run.json").read_text("utf-8"))
        (folder / "run.json").write_text(json.dumps(config | {"format": 0}), encoding="utf-8")
    else:
        (folder / "cases.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(EvalsError) as raised:
        Run.load(folder)
    assert str(folder) in str(raised.value)
    assert "\n" not in str(raised.value)
