"""Figures: what was measured, and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Of each unit: by how much the base unit (seconds, bytes, texts a second) is multiplied, and the decimals shown.
_SHOWN = {"ms": (1e3, 1), "s": (1.0, 2), "MB": (1e-6, 0), "texts/s": (1.0, 1)}


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """A peer measured in the same run, or a `limit` that is set; `value` has the unit of the figure beside it."""

    name: str
    value: float
    limit: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One measured value, in seconds, bytes or texts a second; `unit` says how it is shown."""

    part: str
    name: str
    value: float
    unit: str
    beside: tuple[Beside, ...]

    def __post_init__(self) -> None:
        if self.unit not in _SHOWN:
            raise ValueError(f"a unit is one of {', '.join(_SHOWN)}, got {self.unit!r}")

    def shown(self, value: float) -> str:
        """A value of this figure's kind, as a person reads it."""
        factor, decimals = _SHOWN[self.unit]
        return f"{value * factor:,.{decimals}f} {self.unit}"

    def ratio(self, beside: Beside) -> float:
        """This value over the one beside it; not a number where that is 0."""
        return self.value / beside.value if beside.value else float("nan")

    def to_dict(self) -> dict[str, Any]:
        """For JSON; values in the base unit."""
        rows = [
            {
                "name": beside.name,
                "kind": "limit" if beside.limit else "peer",
                "value": beside.value,
                "ratio": self.ratio(beside) if beside.value else None,
            }
            for beside in self.beside
        ]
        unit = {"ms": "s", "MB": "bytes"}.get(self.unit, self.unit)
        return {"part": self.part, "name": self.name, "value": self.value, "unit": unit, "beside": rows}


@dataclass(frozen=True, kw_only=True, slots=True)
class Skipped:
    """A figure that could not be measured here, and why. It counts as nothing, never as 0."""

    part: str
    name: str
    reason: str

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {"part": self.part, "name": self.name, "reason": self.reason}


Measured = Figure | Skipped
