"""The figures of a set beside those that others reached on it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from evals.errors import EvalsError
from evals.statistics import Estimate

ANCHORS: Mapping[tuple[str, str], str] = {
    ("squad2", "given the passage: answerable AUROC"): "cosine .64 on a part of dev; a first cross-encoder .68",
    ("squad2", "given the passage: first sentence"): "cosine .742, a first cross-encoder .830 (XQuAD)",
    ("clapnq", "recall@1"): "BM25 .793 on 600 passages",
    ("clapnq", "given the passage: answerable AUROC"): "cosine .87, a first cross-encoder .85",
    ("mtrag", "recall@5"): "BM25 .730, with the turn before .802 on a closed pool of 577",
    ("ratings", "support"): "RAGAS judge .886 on all",
    ("ratings", "word overlap"): "published on this part .911",
    ("ratings", "BERT-KPrec"): "published on this part .932",
}
"""What to hold a figure against; measured on parts of these sets or published with them."""


def show(name: str, figures: Mapping[str, Estimate], console: Console) -> None:
    """Prints every figure with its interval."""
    table = Table("figure", "value", "95% interval", "questions", "anchor", title=name)
    for figure, found in figures.items():
        if found.value is None or found.low is None:
            table.add_row(figure, "not measured", "", str(found.count), "")
            continue
        anchor = ANCHORS.get((name, figure), "")
        table.add_row(figure, f"{found.value:.3f}", f"{found.low:.3f} – {found.high:.3f}", str(found.count), anchor)
    console.print(table)


def save(name: str, path: Path, figures: Mapping[str, Estimate], rows: Sequence[Mapping[str, Any]], out: Path) -> None:
    """Writes the figures and the questions into the folder `out`. Raises EvalsError where that cannot be done."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        whole = {"set": name, "path": str(path), "figures": {key: found.to_dict() for key, found in figures.items()}}
        (out / "external.json").write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (out / "questions.jsonl").write_text(lines, encoding="utf-8")
    except OSError as error:
        raise EvalsError(f"cannot write to {out} ({error.strerror or error}); give another folder with --out") from None
