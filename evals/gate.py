"""The gate: whether a run may go live, by the thresholds of `gate.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from evals.errors import EvalsError
from evals.metrics import LOWER_IS_BETTER
from evals.run import Run

GATE = Path(__file__).parent / "gate.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One threshold; `value` is None where nothing was measured, which does not pass."""

    name: str
    value: float | None
    threshold: float
    lower_is_better: bool = False

    @property
    def passed(self) -> bool:
        if self.value is None:
            return False
        return self.value <= self.threshold if self.lower_is_better else self.value >= self.threshold

    @property
    def line(self) -> str:
        """The check in words."""
        bound = "at most" if self.lower_is_better else "at least"
        value = "not measured" if self.value is None else f"{self.value:.3f}"
        return f"{'passed' if self.passed else 'FAILED'}  {self.name}: {value} ({bound} {self.threshold:g})"


def check(run: Run, path: Path = GATE) -> list[Check]:
    """Every threshold against a run. Raises EvalsError where the file names no threshold or not a number."""
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EvalsError(
            f"cannot read the thresholds in {path} ({error}); name another file with --thresholds"
        ) from None
    checks = []
    for section, table in stored.items():
        if section not in ("figures", "kinds", "suites", "canaries"):
            raise EvalsError(f"{path.name}: unknown section [{section}]; there are figures, kinds, suites and canaries")
        if not isinstance(table, dict):
            raise EvalsError(f"{path.name}: {section} = {table!r} stands outside a section; write [figures] above it")
        for name, threshold in table.items():
            if isinstance(threshold, bool) or not isinstance(threshold, int | float):
                raise EvalsError(f"{path.name}: the threshold of {name!r} is a number, got {threshold!r}")
            checks.append(
                Check(
                    name=name if section == "figures" else f"{section} {name}",
                    value=_value(run, section, name),
                    threshold=float(threshold),
                    lower_is_better=section == "figures" and name in LOWER_IS_BETTER,
                )
            )
    if not checks:
        raise EvalsError(f"{path.name} names no threshold; write for example right = 0.9 under [figures]")
    return checks


def _value(run: Run, section: str, name: str) -> float | None:
    """The figure, `right` of a kind or suite, or the lower of a grader's sensitivity and specificity."""
    found = run.summary.get(section, {})
    if section == "canaries":
        sides = found.get("graders", {}).get(name, {})
        values = [sides.get(side, {}).get("value") for side in ("sensitivity", "specificity")]
        return None if None in values else min(values)
    figure = found.get(name, {}) if section == "figures" else found.get(name, {}).get("right", {})
    value = figure.get("value")
    return None if value is None else float(value)
