"""`python -m evals`: what the commands print, write and return."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.cases import load_suite, suites
from tests.evals.conftest import ROWS

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def evals(
    embeddings: object, mill_index: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """`python -m evals` in this process, over the index of the mill: exit code, output, errors."""
    monkeypatch.setattr("assistant.assistant.load_embeddings", lambda name=None: embeddings)
    monkeypatch.setenv("ASSISTANT_INDEX", str(mill_index))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_run_compare_report_and_gate(evals: Command, suite: Path, tmp_path: Path) -> None:
    """From the suite to the decision."""
    first, second = tmp_path / "runs" / "1", tmp_path / "runs" / "2"
    code, printed, errors = evals("run", suite, "--out", first)
    assert code == 0
    assert "1780|1998" in printed
    assert str(first) in errors.replace("\n", "")
    assert evals("run", suite, "--out", second)[0] == 0
    code, printed, _ = evals("compare", first, second)
    assert (code, "No difference" in printed) == (0, True)
    code, printed, _ = evals("report", second)
    assert code == 0
    assert [Path(line).name for line in printed.split()] == ["report.html", "summary.md"]
    assert "What changed" in (second / "report.html").read_text("utf-8")
    assert "What changed" not in (evals("report", first) and (first / "report.html").read_text("utf-8"))
    thresholds = tmp_path / "gate.toml"
    thresholds.write_text("[figures]\nright = 0.8\n", encoding="utf-8")
    assert evals("gate", second, "--thresholds", thresholds)[0] == 0
    thresholds.write_text("[figures]\nright = 0.8\nstable = 0.1\n", encoding="utf-8")
    code, printed, _ = evals("gate", second, "--thresholds", thresholds)
    assert code == 1
    assert "not measured" in printed
    assert "does not pass" in printed


def test_a_missed_canary_fails_the_gate_whatever_the_thresholds(evals: Command, suite: Path, tmp_path: Path) -> None:
    """A grader that cannot be trusted cannot vouch for a run."""
    folder = tmp_path / "run"
    evals("run", suite, "--out", folder)
    summary = json.loads((folder / "summary.json").read_text("utf-8"))
    summary["canaries"]["missed"] = [{"grader": "correct", "id": "x-1", "fault": None}]
    (folder / "summary.json").write_text(json.dumps(summary), encoding="utf-8")
    thresholds = tmp_path / "gate.toml"
    thresholds.write_text("[figures]\nright = 0.1\n", encoding="utf-8")
    code, printed, _ = evals("gate", folder, "--thresholds", thresholds)
    assert code == 1
    assert "x-1" in printed


def test_the_own_suites_are_listed(evals: Command) -> None:
    """With how many cases each has."""
    code, printed, errors = evals("list")
    assert (code, errors) == (0, "")
    assert [line.split(":")[0] for line in printed.splitlines()] == list(suites())
    assert f"{len(load_suite(suites()[0]))} cases" in printed


def test_drafts_are_printed_as_lines_of_a_suite(evals: Command, tmp_path: Path) -> None:
    """One object a line, each with what is left to do."""
    feedback = tmp_path / "feedback.jsonl"
    feedback.write_text(json.dumps({"question": "Who paints the mill?", "kind": "abstention"}) + "\n", encoding="utf-8")
    code, printed, _ = evals("draft", feedback)
    assert code == 0
    assert json.loads(printed)["todo"]


@pytest.mark.parametrize("wrong", ["suite", "index", "out", "case", "compare", "gate", "report", "external", "draft"])
def test_input_that_cannot_be_used_is_refused_in_one_line(
    evals: Command, suite: Path, tmp_path: Path, wrong: str
) -> None:
    """An unknown suite, a missing index, a folder that cannot be written, no run where one is named ..."""
    good = tmp_path / "good.jsonl"
    good.write_text(json.dumps(ROWS[3]) + "\n", encoding="utf-8")
    file = tmp_path / "file"
    file.write_text("")
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{\n")
    nowhere = tmp_path / "nowhere"
    arguments: dict[str, tuple[object, ...]] = {
        "suite": ("run", "nonsense"),
        "index": ("run", good, "--index", nowhere),
        "out": ("run", good, "--out", file),
        "case": ("run", bad),
        "compare": ("compare", nowhere, nowhere),
        "gate": ("gate", nowhere),
        "report": ("report", nowhere),
        "external": ("external", "squad2", nowhere),
        "draft": ("draft", bad),
    }
    named = {"suite": "nonsense", "out": str(file), "case": "bad.jsonl:1", "draft": "bad.jsonl:1"}
    code, _, errors = evals(*arguments[wrong])
    assert code == 2
    lines = [line for line in errors.splitlines() if line.strip()]
    assert len(lines) == 1
    assert named.get(wrong, "nowhere") in lines[0]


def test_the_command_runs_as_a_module() -> None:
    """`python -m evals list` in a process of its own."""
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-m", "evals", "list"], cwd=root, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout.splitlines()) == len(suites())
