"""A collection: other people's passages and questions, whatever file they came in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evals.errors import EvalsError


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """A text that may be retrieved, under the id that the set gives it.

    `suffix` says how it is written: in most sets as plain text, in which what looks like markup is somebody's words.
    """

    id: str
    text: str
    title: str = ""
    suffix: str = ".txt"


@dataclass(frozen=True, kw_only=True, slots=True)
class ExternalQuestion:
    """A question of a set, on the last turn of `history`.

    `relevant` grades the passages to be found, `spans` are texts of which one must stand in the answering sentence,
    `answerable` is None where the set does not say, `passage` the one that the question is asked about, if any.
    """

    id: str
    question: str
    history: tuple[str | Mapping[str, str], ...] = ()
    relevant: Mapping[str, int] = field(default_factory=dict)
    spans: tuple[str, ...] = ()
    answerable: bool | None = None
    passage: str | None = None
    cluster: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """A set: all its passages are one pool."""

    name: str
    passages: tuple[Passage, ...]
    questions: tuple[ExternalQuestion, ...]

    def limited(self, limit: int | None) -> Collection:
        """The first whole clusters that hold at least `limit` questions; the pool stays as it is."""
        kept: list[ExternalQuestion] = []
        groups: dict[str, list[ExternalQuestion]] = {}
        for question in self.questions:
            groups.setdefault(question.cluster, []).append(question)
        for group in groups.values():
            if limit is not None and len(kept) >= limit:
                break
            kept += group
        return Collection(name=self.name, passages=self.passages, questions=tuple(kept))


def only_file(path: Path, *patterns: str) -> Path:
    """The path itself, or the one file of a folder that fits. Raises EvalsError where there is none, or several."""
    if path.is_file():
        return path
    found = sorted(file for pattern in patterns for file in path.glob(pattern)) if path.is_dir() else []
    if len(found) != 1:
        what = f"{len(found)} files" if found else "no file"
        raise EvalsError(f"{path}: {what} of the form {' or '.join(patterns)}; give the path of the file itself")
    return found[0]


def read_json(path: Path) -> Any:
    """Raises EvalsError naming the file."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsError(f"cannot read {path} ({error}); give the path of the set") from None
    except json.JSONDecodeError as error:
        raise EvalsError(f"{path}:{error.lineno}: not JSON ({error.msg}); give the file as it was published") from None


def read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of a file of JSON lines with where each stands ("file:line"). Raises EvalsError naming that."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsError(f"cannot read {path} ({error}); give the path of the set") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path.name}:{number}"
        try:
            raw = json.loads(line)
        except json.JSONDecodeError as error:
            raise EvalsError(f"{where}: not JSON ({error.msg}); one object a line") from None
        if not isinstance(raw, dict):
            raise EvalsError(f"{where}: a line is an object, got {type(raw).__name__}")
        yield where, raw


def malformed(where: str, error: Exception) -> EvalsError:
    """What is said of an object that lacks a field or has another type in it."""
    problem = f"{error} is missing" if isinstance(error, KeyError) else str(error)
    return EvalsError(f"{where}: not of the form of this set ({problem}); give the file as it was published")
