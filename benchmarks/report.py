"""The report of a run: as a table, and as JSON."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.errors import BenchmarkError
from benchmarks.figure import Figure, Measured, Skipped


def show(found: Sequence[Measured], console: Console) -> None:
    """Prints every figure with a line for each value beside it, then what was skipped and why."""
    table = Table("what", "measured", "beside", "its value", "ratio")
    for column in (1, 3, 4):
        table.columns[column].justify = "right"
        table.columns[column].no_wrap = True
    part = None
    for figure in found:
        if isinstance(figure, Skipped):
            continue
        if part is not None and figure.part != part:
            table.add_section()
        if figure.part != part:
            table.add_row(f"[bold]{figure.part}[/bold]")
        part = figure.part
        for number, beside in enumerate(figure.beside):
            own = (figure.name, figure.shown(figure.value)) if number == 0 else ("", "")
            ratio = figure.ratio(beside)
            verdict = (" within" if ratio <= 1 else " over") if beside.limit else ""
            table.add_row(*own, beside.name, figure.shown(beside.value), f"{ratio:.2f}{verdict}")
    if table.row_count:
        console.print(table)
    for skipped in found:
        if isinstance(skipped, Skipped):
            console.print(f"skipped: {skipped.part}, {skipped.name}: {skipped.reason}", markup=False, highlight=False)


def require_writable(path: Path) -> None:
    """Raises BenchmarkError now rather than after minutes if the JSON cannot be written to `path`."""
    if path.is_dir():
        raise BenchmarkError(f"--json names the folder {path}; give a file")
    if not path.parent.is_dir():
        raise BenchmarkError(f"--json names {path}, but there is no folder {path.parent}; create it first")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise BenchmarkError(f"--json names {path}, which cannot be written; give another file")


def save(found: Sequence[Measured], path: Path) -> None:
    """Writes figures (in seconds, bytes, texts a second), what was skipped, and the machine, as one JSON object."""
    report = {
        "machine": machine(),
        "figures": [figure.to_dict() for figure in found if isinstance(figure, Figure)],
        "skipped": [skipped.to_dict() for skipped in found if isinstance(skipped, Skipped)],
    }
    try:
        path.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise BenchmarkError(f"cannot write {path} ({error.strerror}); give another file with --json") from None


def machine() -> dict[str, Any]:
    """What the figures depend on most."""
    return {
        "system": platform.system(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
    }
