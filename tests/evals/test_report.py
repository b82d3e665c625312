"""The report: everything a reader needs on one page, and nothing from elsewhere."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from assistant import Assistant
from evals import report
from evals.cases import select
from evals.compare import compare
from evals.examine import examine
from evals.run import Run
from tests.evals.damaged import WithoutAbstention


@pytest.fixture
def run(mill: Assistant, suite: Path, tmp_path: Path) -> Run:
    return examine(select([str(suite)]), mill, tmp_path / "run")


def hostile(run: Run) -> Run:
    """The failed case with a question that would run, were it not escaped."""
    records = [
        replace(record, case=replace(record.case, question="<script>alert(1)</script> *?*")) for record in run.records
    ]
    return replace(run, records=tuple(records))


def test_every_failed_case_is_shown_with_what_it_cited(run: Run) -> None:
    """Question, reply, reason, expected facts, and the quote marked in its passage."""
    page = report.html(run)
    (failed,) = [record for record in run.records if record.grades["right"] == 0.0]
    assert failed.case.question in page
    assert "1780|1998" in page
    assert failed.why.replace("'", "&#39;") in page
    assert f"<mark>{failed.reply['citations'][0]['quote']}</mark>" in page
    assert "not measured" in page


def test_the_page_needs_nothing_else(run: Run) -> None:
    """No script, no address to load from; three plots are in it."""
    page = report.html(run)
    assert "<script" not in page
    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"", page.replace('xlink:href="#', 'href="#')) == []
    assert "@import" not in page
    assert re.findall(r"url\((?!#)", page) == []
    assert page.count("<svg") == 3


def test_what_people_wrote_stays_text(run: Run) -> None:
    """On the page, in the summary and in the terminal."""
    page = report.html(hostile(run))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    summary = report.markdown(hostile(run))
    assert "<script>" not in summary
    assert r"\*?\*" in summary


def test_a_run_gives_the_same_page_twice(run: Run) -> None:
    """Byte for byte, plots included."""
    assert report.html(run) == report.html(run)


def test_the_terminal_shows_figures_failures_and_graders(run: Run) -> None:
    """Patterns letter by letter, also those that look like markup of the terminal's own."""
    out = io.StringIO()
    report.terminal(run, Console(file=out, width=140))
    printed = out.getvalue()
    assert "1780|1998" in printed
    for name in ("right", "abstention F1", "citation recall", "recall@5", "right: fact", "answer time"):
        assert name in printed
    assert "not measured" in printed


def test_changes_are_named(run: Run, mill: Assistant, suite: Path, tmp_path: Path) -> None:
    """In all three forms, with the cases that turned."""
    worse = examine(select([str(suite)]), WithoutAbstention(mill.index), tmp_path / "worse")
    comparison = compare(run, worse)
    out = io.StringIO()
    report.terminal_comparison(comparison, Console(file=out, width=160))
    assert "Turned wrong: stanford" in out.getvalue()
    assert "What changed" in report.html(worse, comparison)
    assert "stanford" in report.html(worse, comparison)
    assert "Against the run before" in report.markdown(worse, comparison)


def test_a_grader_that_missed_is_named_first(run: Run) -> None:
    """A run whose graders cannot be trusted proves nothing, and says so."""
    missed = {"grader": "correct", "id": "x-1", "fault": "fact left out"}
    canaries = {**run.summary["canaries"], "missed": [missed]}
    doubtful = replace(run, summary={**run.summary, "canaries": canaries})
    assert "This run proves nothing yet" in report.html(doubtful)
    assert "x-1" in report.markdown(doubtful)


def test_every_figure_is_explained(run: Run) -> None:
    """And stands in a group."""
    grouped = {name for names in report.GROUPS.values() for name in names}
    assert set(run.summary["figures"]) == grouped == set(report.MEANINGS)
