"""The gate: what passes, what does not, and what was not measured."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from evals import gate
from evals.errors import EvalsError
from evals.run import Run


def run_with(**summary: object) -> Run:
    return Run(folder=Path("run"), config={}, summary=summary, records=())


RUN = run_with(
    figures={"right": {"value": 0.9}, "stable": {"value": None}, "calibration error": {"value": 0.1}},
    kinds={"list": {"right": {"value": 1.0}}},
    suites={"grounding": {"right": {"value": 0.8}}},
    canaries={"graders": {"correct": {"sensitivity": {"value": 1.0}, "specificity": {"value": 0.5}}}, "missed": []},
)


@pytest.mark.parametrize(
    ("thresholds", "passed"),
    [
        ("[figures]\nright = 0.9", True),
        ("[figures]\nright = 0.91", False),
        ("[figures]\nstable = 0.0", False),
        ("[figures]\n'citation recall' = 0.0", False),
        ("[figures]\n'calibration error' = 0.1", True),
        ("[figures]\n'calibration error' = 0.05", False),
        ("[kinds]\nlist = 1.0", True),
        ("[kinds]\ntypo = 0.0", False),
        ("[suites]\ngrounding = 0.81", False),
        ("[canaries]\ncorrect = 0.5", True),
        ("[canaries]\ncorrect = 1.0", False),
        ("[canaries]\nverdict = 0.0", False),
    ],
)
def test_a_threshold_is_met_or_not(tmp_path: Path, thresholds: str, passed: bool) -> None:
    """What was not measured has not passed, however low the threshold; an error passes by being small."""
    file = tmp_path / "gate.toml"
    file.write_text(thresholds, encoding="utf-8")
    (check,) = gate.check(RUN, file)
    assert check.passed is passed
    assert check.line.startswith("passed" if passed else "FAILED")
    assert ("not measured" in check.line) is (check.value is None)


@pytest.mark.parametrize("thresholds", ["", "right = 0.9", "[figures]\nright = true", "[figurs]\nright = 1", "[", None])
def test_thresholds_that_cannot_be_read_are_refused(tmp_path: Path, thresholds: str | None) -> None:
    """A gate that checks nothing must not look like one that was passed."""
    file = tmp_path / "gate.toml"
    if thresholds is not None:
        file.write_text(thresholds, encoding="utf-8")
    with pytest.raises(EvalsError, match=r"gate\.toml"):
        gate.check(RUN, file)


def test_the_own_gate_asks_for_every_grader_and_the_figures_that_decide() -> None:
    """Canaries without exception."""
    stored = tomllib.loads(gate.GATE.read_text(encoding="utf-8"))
    assert {"right", "abstention F1", "citation recall", "right sentence", "stable", "resisted"} <= set(
        stored["figures"]
    )
    assert {"citation recall", "correct", "verdict", "intact", "resisted"} == set(stored["canaries"])
    assert set(stored["canaries"].values()) == {1.0}
