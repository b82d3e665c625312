"""A run: cases through the real assistant, as a table and a folder."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant import Assistant
from evals.__main__ import main
from evals.cases import EvalsError, load_suite, suites
from evals.run import results

ROWS = [
    {"id": "when", "kind": "fact", "question": "When was the Old Mill built?", "expect": "answer", "facts": ["1780"],
     "sources": ["mill.md"]},
    {"id": "wrong", "kind": "fact", "question": "When does the Old Mill grind flour?", "expect": "answer",
     "facts": ["Fr[ia]day"]},
    {"id": "stanford", "kind": "refusal", "question": "Does the Old Mill work with Stanford?", "expect": "abstention",
     "reason": ["unknown_name"]},
    {"id": "hi", "kind": "greeting", "question": "hi", "expect": "greeting"},
    {"id": "then", "kind": "follow-up", "question": "When was it built?", "history": ["What does the Old Mill do?"],
     "expect": "answer", "facts": ["1780"]},
]  # fmt: skip

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    path = tmp_path / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


@pytest.fixture
def evals(
    embeddings: object, mill_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """`python -m evals` in this process, over the index of the mill: exit code, output, errors."""
    monkeypatch.setattr("assistant.assistant.load_embeddings", lambda name=None: embeddings)
    monkeypatch.setenv("ASSISTANT_INDEX", str(mill_index))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_every_case_is_asked_with_its_history(mill: Assistant, suite: Path) -> None:
    """Each result has its answer and whether that is right."""
    found = list(results(load_suite(str(suite)), mill))
    assert [result.case.id for result in found] == ["when", "wrong", "stanford", "hi", "then"]
    assert [result.score.right for result in found] == [True, False, True, True, True]
    assert found[2].score.reason_right is True
    assert "Old Mill" in found[4].answer.interpreted_as
    assert all(result.seconds > 0 for result in found)


def test_a_case_that_cannot_be_asked_is_named(mill: Assistant, tmp_path: Path) -> None:
    """A question of spaces is nobody's fault but the suite's."""
    path = tmp_path / "odd.jsonl"
    path.write_text(json.dumps(ROWS[3] | {"id": "odd-one", "question": "  "}), encoding="utf-8")
    with pytest.raises(EvalsError, match="odd-one"):
        list(results(load_suite(str(path)), mill))


def test_a_run_is_written_as_a_folder(evals: Run, suite: Path, tmp_path: Path) -> None:
    """One line for each case with its answer and score, and a summary by kind."""
    rows = [row for row in ROWS if row["id"] != "wrong"]
    suite.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    out = tmp_path / "runs" / "first"
    code, printed, errors = evals("run", suite, "--out", out)
    assert code == 0
    assert str(out) in errors.replace("\n", "")
    lines = [json.loads(line) for line in (out / "cases.jsonl").read_text("utf-8").splitlines()]
    assert [line["case"]["id"] for line in lines] == [row["id"] for row in rows]
    assert all(line["score"]["right"] for line in lines)
    assert lines[0]["answer"]["citations"][0]["quote"] == "The Old Mill was built in 1780."
    summary = json.loads((out / "summary.json").read_text("utf-8"))
    assert summary["all"]["right"] == summary["all"]["cases"] == 4
    assert summary["refusal"]["right"] == 1
    for kind in ("fact", "refusal", "greeting", "follow-up", "all"):
        assert kind in printed


def test_what_was_not_right_is_shown_letter_by_letter(evals: Run, suite: Path) -> None:
    """The pattern that was missed stands there as the suite has it, brackets and all, and the run goes on."""
    code, printed, _ = evals("run", suite)
    assert code == 0
    assert "wrong" in printed
    assert "Fr[ia]day" in printed


def test_a_pattern_that_looks_like_a_closing_tag_is_shown_too(evals: Run, suite: Path) -> None:
    """No pattern is taken for an instruction to the terminal."""
    suite.write_text(json.dumps(ROWS[1] | {"facts": ["a[/b]c"]}) + "\n", encoding="utf-8")
    code, printed, _ = evals("run", suite)
    assert code == 0
    assert "a[/b]c" in printed


def test_the_own_suites_are_listed(evals: Run) -> None:
    """With how many cases each has."""
    code, printed, errors = evals("list")
    assert (code, errors) == (0, "")
    assert [line.split(":")[0] for line in printed.splitlines()] == list(suites())
    assert f"{len(load_suite(suites()[0]))} cases" in printed


@pytest.mark.parametrize("wrong", ["suite", "index", "out", "case"])
def test_input_that_cannot_be_used_is_refused_in_one_line(evals: Run, suite: Path, tmp_path: Path, wrong: str) -> None:
    """An unknown suite, a missing index, a folder that cannot be written, a case that is not well-formed."""
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps(ROWS[3]) + "\n", encoding="utf-8")
    file = tmp_path / "file"
    file.write_text("")
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{\n")
    arguments: dict[str, tuple[object, ...]] = {
        "suite": ("nonsense",),
        "index": (good, "--index", tmp_path / "nowhere"),
        "out": (good, "--out", file),
        "case": (bad,),
    }
    named = {"suite": "nonsense", "index": "nowhere", "out": str(file), "case": "bad.jsonl:1"}
    code, _, errors = evals("run", *arguments[wrong])
    assert code == 2
    lines = [line for line in errors.splitlines() if line.strip()]
    assert len(lines) == 1
    assert named[wrong] in lines[0]


def test_the_command_runs_as_a_module() -> None:
    """`python -m evals list` in a process of its own."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-m", "evals", "list"], cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(suites())
