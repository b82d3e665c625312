"""Statements: what the gate shows of what a chat model might write about the corpus."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from evals.__main__ import main
from evals.errors import EvalsError
from evals.statements import STATEMENTS, Judged, Statement, figures, load_statements

CORPUS = Path(__file__).parents[2] / "corpus"


def test_statements_are_half_and_half_and_of_every_kind() -> None:
    """At least 300, each kind at least fifteen times or so."""
    found = load_statements()
    assert len(found) >= 300
    assert sum(one.supported for one in found) == len(found) / 2
    assert min(Counter((one.supported, one.kind) for one in found).values()) >= 15


def test_what_a_statement_rests_on_stands_in_its_source() -> None:
    """Word for word, white space aside."""
    texts = {path.name: " ".join(path.read_text(encoding="utf-8").split()) for path in CORPUS.glob("*.md")}
    for one in load_statements():
        assert one.by
        assert all(" ".join(text.split()) in texts[one.source] for text in one.by), one.id


def test_a_line_that_is_no_statement_is_named(tmp_path: Path) -> None:
    """File and line."""
    first = STATEMENTS.read_text(encoding="utf-8").splitlines()[0]
    (tmp_path / "own.jsonl").write_text(f'{first}\n{{"id": "x"}}\n', encoding="utf-8")
    with pytest.raises(EvalsError, match=r"own\.jsonl:2"):
        load_statements(tmp_path / "own.jsonl")


def test_figures_count_both_ways_of_being_wrong() -> None:
    """What is borne out and withheld, and what is not and shown."""

    def judged(number: int, *, supported: bool, shown: bool) -> Judged:
        statement = Statement(
            id=str(number), question="?", source=f"{number % 2}.md", statement="!", supported=supported, kind="k", by=()
        )
        return Judged(statement=statement, shown=shown, score=float(shown), seconds=0.1)

    ends = [(True, True), (True, False), (False, False), (False, True), (False, False), (False, False)]
    found = figures([judged(n, supported=supported, shown=shown) for n, (supported, shown) in enumerate(ends)])
    assert found["borne out, shown"].value == 0.5
    assert found["not borne out, withheld"].value == 0.75
    assert found["not borne out, withheld: k"].count == 4


def test_the_command_measures_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table by kind, the time, and a folder with both."""
    rows = STATEMENTS.read_text(encoding="utf-8").splitlines()[:4]
    (tmp_path / "own.jsonl").write_text("\n".join(rows), encoding="utf-8")
    assert main(["statements", str(tmp_path / "own.jsonl"), "--out", str(tmp_path / "out")]) == 0
    assert "time of a sentence" in capsys.readouterr().out
    kept = (tmp_path / "out" / "statements.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(row)["id"] for row in kept] == [json.loads(row)["id"] for row in rows]
    assert (tmp_path / "out" / "figures.json").is_file()
