"""What people thought of the answers, and what could not be answered: JSON lines for the weekly review."""

from __future__ import annotations

import json
import logging
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from assistant import Answer

log = logging.getLogger(__name__)

Event = Literal["rated", "unanswered"]


class Feedback:
    """A file of JSON lines. Nothing in a line says who asked: no address, no session, no browser."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def record(self, event: Event, answer: Answer, *, liked: bool | None = None) -> bool:
        """Append one line; False, with a warning in the log, when the file cannot be written."""
        line = json.dumps(
            {
                "time": datetime.now(UTC).isoformat(timespec="seconds"),
                "event": event,
                "question": answer.question,
                "interpreted_as": answer.interpreted_as,
                "kind": answer.kind,
                "reason": answer.reason,
                "text": answer.text,
                "sources": list(dict.fromkeys(citation.source for citation in answer.citations)),
                "liked": liked,
            },
            ensure_ascii=False,
        )
        try:
            with self._lock:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(line + "\n")
        except OSError as error:
            log.warning("Feedback cannot be saved in %s: %s", self._path, error)
            return False
        return True
