"""Other people's data through the same pipe: which sets there are, and the measuring of one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console

from evals.external import beir, clapnq, library, mtrag, plain, ratings, squad
from evals.external.collection import Collection
from evals.external.scoring import holds_answer, indexed, measure_collection
from evals.external.table import save, show

_LOADERS = {
    "squad2": squad.load,
    "clapnq": clapnq.load,
    "mtrag": mtrag.load,
    "beir": beir.load,
    "jsonl": plain.load,
    "library": library.load,
}

NAMES = (*_LOADERS, "ratings")

__all__ = ["NAMES", "Collection", "collection", "holds_answer", "indexed", "measure"]


def collection(name: str, path: Path) -> Collection:
    """The set of NAMES at a path, but for ratings, which are no collection. Raises EvalsError for another form."""
    return _LOADERS[name](path)


def measure(name: str, path: Path, *, limit: int | None, out: Path | None, console: Console) -> dict[str, Any]:
    """Measures a set of NAMES, prints its figures next to what others reached, and gives them.

    With `out`, `external.json` and one line a question in `questions.jsonl` are written there. Raises EvalsError for a
    file of another form.
    """
    if name == "ratings":
        figures, rows = ratings.measure_ratings(path)
    else:
        figures, rows = measure_collection(collection(name, path).limited(limit))
    show(name, figures, console)
    if out is not None:
        save(name, path, figures, rows, out)
    return {figure: found.to_dict() for figure, found in figures.items()}
