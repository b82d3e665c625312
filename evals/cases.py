"""Cases: the questions of a suite with what a right answer must hold."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from evals.errors import EvalsError

SUITES = Path(__file__).parent / "suites"
SCHEMA = SUITES / "case.schema.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One question of a suite; `suites/case.schema.json` says what the fields mean."""

    id: str
    suite: str
    kind: str
    question: str
    expect: str
    history: tuple[str | Mapping[str, str], ...] = ()
    reasons: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    base: str | None = None
    documents: Mapping[str, str] | None = None

    @property
    def cluster(self) -> str:
        """What the case shares its fate with: others about the same document stand or fall together."""
        return self.sources[0] if self.sources else self.id

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any], *, suite: str) -> Case:
        """A case from an object that the schema allows."""
        values = {"reasons" if name == "reason" else name: value for name, value in raw.items()}
        values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
        return cls(suite=suite, **values)

    def to_dict(self) -> dict[str, Any]:
        """The inverse of `from_dict`: what the suite's line says, without fields that are empty."""
        values = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "suite"}
        values = {"reason" if name == "reasons" else name: value for name, value in values.items()}
        values = {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
        return {name: value for name, value in values.items() if value not in (None, [])}


def suites() -> tuple[str, ...]:
    """The names of the suites that come with the project."""
    return tuple(sorted(path.stem for path in SUITES.glob("*.jsonl")))


def load_suite(name: str) -> list[Case]:
    """The cases of a suite, by its name or the path of a file of JSON lines.

    Raises EvalsError naming file and line for a case that the schema does not allow.
    """
    path = Path(name) if name.endswith(".jsonl") else SUITES / f"{name}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsError(f"cannot read the suite {name!r} ({error}); there are {', '.join(suites())}") from None
    cases = [_case(line, path, number) for number, line in enumerate(lines, start=1) if line.strip()]
    if not cases:
        raise EvalsError(f"the suite {name!r} holds no case; write one on each line of {path.name}")
    return cases


def select(names: Sequence[str]) -> list[Case]:
    """The cases of the named suites, or of all own ones when no name is given. Raises EvalsError for a shared id."""
    cases = [case for name in dict.fromkeys(names or suites()) for case in load_suite(name)]
    seen: dict[str, str] = {}
    for case in cases:
        if case.id in seen:
            places = " and ".join(dict.fromkeys((f"{seen[case.id]}.jsonl", f"{case.suite}.jsonl")))
            raise EvalsError(f"{places}: two cases have the id {case.id!r}; give one of them another")
        seen[case.id] = case.suite
    return cases


def unfounded(cases: Iterable[Case], texts: Mapping[str, str]) -> list[str]:
    """One line for each case whose required facts do not stand in its cited sources.

    `texts` maps the name of a document to its text. Documents that are not there are nobody's fault: a suite is
    also run over other editions of the same texts. A case with some of its sources must find its facts in those.
    """
    problems = []
    for case in cases:
        known = [source for source in case.sources if source in texts]
        said = " ".join(" ".join(texts[source].replace("**", "").split()) for source in known)
        missing = [fact for fact in case.facts if not re.search(fact, said, re.IGNORECASE)] if known else []
        if missing:
            problems.append(
                f"{case.suite}.jsonl, case {case.id!r}: {missing[0]!r} stands nowhere in {', '.join(known)}"
            )
    return problems


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _case(line: str, path: Path, number: int) -> Case:
    where = f"{path.name}:{number}"
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        raise EvalsError(f"{where}: not JSON ({error.msg}); one case a line") from None
    if isinstance(raw, dict) and "todo" in raw:
        raise EvalsError(f"{where}: still a draft ({raw['todo']}); settle that and remove 'todo'")
    problem = best_match(_validator().iter_errors(raw))
    if problem is not None:
        field = f"'{problem.absolute_path[0]}': " if problem.absolute_path else ""
        raise EvalsError(f"{where}: {field}{problem.message[:200]}; see {SCHEMA.name}")
    for pattern in (*raw.get("facts", ()), *raw.get("forbidden", ())):
        try:
            re.compile(pattern)
        except re.error as error:
            raise EvalsError(f"{where}: {pattern!r} is not a pattern ({error})") from None
    return Case.from_dict(raw, suite=path.stem)
