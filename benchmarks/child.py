"""A child process that was run to its end: how long it took, and how much memory it needed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.errors import BenchmarkError

LAUNCHER = Path(__file__).parent / "launcher.py"
PATIENCE = 600
"""Seconds after which a child is taken to hang."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Child:
    """`seconds` from start to end, `peak` the most memory it held, in bytes, `output` what it printed."""

    seconds: float
    peak: int
    output: str

    @classmethod
    def run(cls, arguments: Sequence[str], *, folder: Path, environment: Mapping[str, str]) -> Child:
        """Runs Python with these arguments in `folder`. Raises BenchmarkError when it fails or hangs."""
        reading, writing = os.pipe()
        try:
            try:
                done = subprocess.run(
                    [
                        sys.executable,
                        "-I",
                        "-S",
                        str(LAUNCHER),
                        str(writing),
                        str(PATIENCE),
                        sys.executable,
                        *arguments,
                    ],
                    cwd=folder,
                    env=environment,
                    pass_fds=[writing],
                    capture_output=True,
                    text=True,
                    check=False,
                )
            finally:
                os.close(writing)
            report = os.read(reading, 4096)
        finally:
            os.close(reading)
        said = done.stderr.strip().splitlines()[-1:] or [""]
        shown = f"python {' '.join(arguments)}"
        if not report:
            raise BenchmarkError(f"`{shown:.80}` could not be started: {said[0]}")
        found = json.loads(report)
        if found["code"] != 0:
            raise BenchmarkError(f"`{shown:.80}` ended with {found['code']}: {said[0]}")
        return cls(seconds=found["seconds"], peak=found["peak"], output=done.stdout)


def median_seconds(children: Sequence[Child]) -> float:
    """The median of their times."""
    return median(child.seconds for child in children)


def highest_peak(children: Sequence[Child]) -> float:
    """The most memory that any of them held, in bytes."""
    return float(max(child.peak for child in children))
