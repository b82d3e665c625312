"""Cases: the questions of a suite with what a right answer must hold."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SUITES = Path(__file__).parent / "suites"

_EXPECTATIONS = ("answer", "abstention", "greeting")


class EvalsError(Exception):
    """One line: what was wrong, the value, and what to do about it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One question of a suite.

    `facts` are patterns that the text must hold, `forbidden` ones that it must not, `sources` the documents of
    which one must be cited, `reasons` the acceptable reasons of an abstention.
    """

    id: str
    suite: str
    kind: str
    question: str
    history: tuple[str, ...]
    expect: str
    reasons: tuple[str, ...]
    facts: tuple[str, ...]
    forbidden: tuple[str, ...]
    sources: tuple[str, ...]


def suites() -> tuple[str, ...]:
    """The names of the suites that come with the project."""
    return tuple(sorted(path.stem for path in SUITES.glob("*.jsonl")))


def load_suite(name: str) -> list[Case]:
    """The cases of a suite, by its name or the path of a file of JSON lines.

    Raises EvalsError naming file and line for a case that is not of the form that `Case` describes.
    """
    path = Path(name) if name.endswith(".jsonl") else SUITES / f"{name}.jsonl"
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsError(f"cannot read the suite {name!r} ({error}); there are {', '.join(suites())}") from None
    cases = [_case(line, path, number) for number, line in enumerate(lines, start=1) if line.strip()]
    if not cases:
        raise EvalsError(f"the suite {name!r} holds no case; write one on each line of {path.name}")
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise EvalsError(f"{path.name}: two cases have the id {case.id!r}; give one of them another")
        seen.add(case.id)
    return cases


def _case(line: str, path: Path, number: int) -> Case:
    where = f"{path.name}:{number}"
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        raise EvalsError(f"{where}: not JSON ({error.msg}); one case a line") from None
    if not isinstance(raw, dict):
        raise EvalsError(f"{where}: a case is an object, got {type(raw).__name__}")
    unknown = set(raw) - {"id", "kind", "question", "history", "expect", "reason", "facts", "forbidden", "sources"}
    if unknown:
        raise EvalsError(f"{where}: unknown field {min(unknown)!r}; see the fields of the other cases")
    for name in ("id", "kind", "question", "expect"):
        if not isinstance(raw.get(name), str) or not raw[name]:
            raise EvalsError(f"{where}: {name!r} must be a text, got {raw.get(name)!r}")
    if raw["expect"] not in _EXPECTATIONS:
        raise EvalsError(f"{where}: 'expect' is one of {', '.join(_EXPECTATIONS)}, got {raw['expect']!r}")
    case = Case(
        id=raw["id"],
        suite=path.stem,
        kind=raw["kind"],
        question=raw["question"],
        history=_texts(raw, "history", where),
        expect=raw["expect"],
        reasons=_texts(raw, "reason", where),
        facts=_texts(raw, "facts", where),
        forbidden=_texts(raw, "forbidden", where),
        sources=_texts(raw, "sources", where),
    )
    if case.expect == "answer" and not case.facts:
        raise EvalsError(f"{where}: {case.id!r} expects an answer but names no facts")
    return case


def _texts(raw: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = raw.get(name) or []
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise EvalsError(f"{where}: {name!r} must be a list of texts, got {value!r:.60}")
    if name in ("facts", "forbidden"):
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise EvalsError(f"{where}: {pattern!r} is not a pattern ({error})") from None
    return tuple(value)


def select(names: Sequence[str]) -> list[Case]:
    """The cases of the named suites, or of all own ones when no name is given."""
    return [case for name in (names or suites()) for case in load_suite(name)]
