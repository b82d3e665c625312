"""Comparing: damage done on purpose is found, named, and more than chance; an equal run shows nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from evals.cases import load_suite
from evals.compare import PARTS, compare
from evals.examine import examine
from evals.run import Run
from ingest import Index, build_index
from tests.evals.damaged import WithoutAbstention, WithoutRetrieval, WithShiftedCitations

CORPUS = Path(__file__).parents[2] / "corpus"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embeddings: object) -> Index:
    folder = tmp_path_factory.mktemp("corpus") / "index"
    build_index([CORPUS], index_dir=folder, embeddings=embeddings)
    return Index.open(folder, embeddings=embeddings)


def ran(assistant: Assistant, folder: Path) -> Run:
    cases = [*load_suite("grounding")[:60], *load_suite("abstention")[:30]]
    return examine(cases, assistant, folder)


@pytest.fixture(scope="module")
def whole(index: Index, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return ran(Assistant(index), tmp_path_factory.mktemp("runs") / "whole")


@pytest.mark.parametrize(
    ("damaged", "part", "figure"),
    [
        (WithoutRetrieval, "retrieval", "recall@5"),
        (WithoutAbstention, "abstention", "abstains where it should"),
        (WithShiftedCitations, "citations", "citation recall"),
    ],
)
def test_damage_is_found_and_named(
    index: Index, whole: Run, tmp_path: Path, damaged: type[Assistant], part: str, figure: str
) -> None:
    """The first part in the pipe that got worse is the one that was damaged, beyond any doubt."""
    found = compare(whole, ran(damaged(index), tmp_path / "run"))
    assert found.parts_worse[0] == part
    row = next(row for row in found.rows if row.figure == figure)
    assert row.verdict == "worse"
    assert row.p is not None
    assert row.p < 0.001
    back = compare(ran(damaged(index), tmp_path / "again"), whole)
    assert figure in back.better
    assert part not in back.parts_worse


def test_a_run_does_not_differ_from_itself(whole: Run) -> None:
    """No figure is better or worse, and no case turned."""
    found = compare(whole, whole)
    assert (found.better, found.worse, found.turned, found.parts_worse) == ((), (), (), ())
    assert (found.paired, found.unpaired) == (90, 0)
    assert next(row for row in found.rows if row.figure == "stable").verdict == "not comparable"


def test_every_figure_but_the_sums_belongs_to_a_part(whole: Run) -> None:
    """So that whatever got worse has a name."""
    named = {figure for figures in PARTS.values() for figure in figures}
    assert {row.figure for row in compare(whole, whole).rows} - named == {"right", "verdict"}


def test_only_the_same_cases_are_paired(index: Index, whole: Run, tmp_path: Path) -> None:
    """Cases of one run alone are counted and not compared."""
    some = examine(load_suite("grounding")[:10], Assistant(index), tmp_path / "some")
    found = compare(whole, some)
    assert (found.paired, found.unpaired) == (10, 80)
