"""A run: a folder with what was asked and how, one line a case, and the summary."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from evals.errors import EvalsError
from evals.records import Record

FORMAT = 1

_CONFIG, _CASES, _SECONDS, _SUMMARY = "run.json", "cases.jsonl", "seconds.jsonl", "summary.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A finished run.

    `config` says what was measured with what: suites and their digests, the index, the revision. `summary` holds the
    figures as `evals.metrics.summary` gives them, and under "canaries" what the graders made of known answers.
    """

    folder: Path
    config: Mapping[str, Any]
    summary: Mapping[str, Any]
    records: tuple[Record, ...]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Raises EvalsError where there is no whole run of this format."""
        config, summary = _json(folder / _CONFIG), _json(folder / _SUMMARY)
        if config.get("format") != FORMAT:
            raise EvalsError(f"{folder} was written by another version of evals; run the suites again")
        return cls(folder=folder, config=config, summary=summary, records=tuple(_records(folder, torn=False)))

    @property
    def name(self) -> str:
        return self.folder.resolve().name


class RunFolder:
    """A run being written. What was asked before an interruption is kept, and need not be asked again."""

    def __init__(self, folder: Path, config: Mapping[str, Any]) -> None:
        """Opens the folder, new or interrupted. Raises EvalsError where another run stands in it."""
        self.folder = folder
        self.config = dict(config)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if (folder / _CONFIG).exists():
                self._require_same()
            elif any(folder.iterdir()):
                raise EvalsError(f"{folder} holds something else than a run; give an empty or new folder with --out")
            else:
                _write(folder / _CONFIG, self.config)
            self.records = tuple(_records(folder, torn=True))
            self._rewrite()
        except OSError as error:
            raise _unwritable(folder, error) from None

    def add(self, record: Record) -> None:
        """Writes a record at the end, so that it outlives an interruption."""
        line, seconds = record.to_lines()
        try:
            for name, text in ((_SECONDS, seconds), (_CASES, line)):
                with (self.folder / name).open("a", encoding="utf-8") as file:
                    file.write(text + "\n")
        except OSError as error:
            raise _unwritable(self.folder, error) from None

    def finish(self, summary: Mapping[str, Any]) -> Run:
        """Writes the summary and gives the run as it stands in the folder."""
        try:
            _write(self.folder / _SUMMARY, summary)
        except OSError as error:
            raise _unwritable(self.folder, error) from None
        return Run.load(self.folder)

    def _require_same(self) -> None:
        stored = _json(self.folder / _CONFIG)
        changed = [name for name in self.config if stored.get(name) != self.config[name]]
        if changed:
            raise EvalsError(
                f"{self.folder} holds a run of another {changed[0]}; give a new folder with --out, or remove that one"
            )

    def _rewrite(self) -> None:
        """Only whole records stay: a line that an interruption tore is asked again."""
        lines = [record.to_lines() for record in self.records]
        for name, texts in ((_CASES, [case for case, _ in lines]), (_SECONDS, [seconds for _, seconds in lines])):
            (self.folder / name).write_text("".join(text + "\n" for text in texts), encoding="utf-8")


def _records(folder: Path, *, torn: bool) -> Sequence[Record]:
    try:
        cases, seconds = (
            (folder / name).read_text(encoding="utf-8").split("\n") if (folder / name).exists() else []
            for name in (_CASES, _SECONDS)
        )
    except (OSError, UnicodeDecodeError) as error:
        raise EvalsError(f"cannot read the run in {folder} ({error}); run the suites again") from None
    found = []
    for number, (case, timed) in enumerate(zip(cases, seconds, strict=False), start=1):
        if not case.strip():
            continue
        try:
            found.append(Record.from_lines(case, timed))
        except ValueError as error:
            if torn:
                break
            raise EvalsError(f"{folder / _CASES}:{number}: {error}; run the suites again") from None
    return found


def _json(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        missing = f"{path.parent} holds no finished run ({path.name} is missing)"
        raise EvalsError(f"{missing}; run the suites first") from None
    except (OSError, ValueError) as error:
        raise EvalsError(f"cannot read {path} ({error}); run the suites again") from None
    if not isinstance(raw, dict):
        raise EvalsError(f"{path} holds no object; run the suites again")
    return raw


def _write(path: Path, value: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _unwritable(folder: Path, error: OSError) -> EvalsError:
    return EvalsError(f"cannot write the run to {folder} ({error.strerror or error}); give another folder with --out")
