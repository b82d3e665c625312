"""The assistant while it opens: models take seconds to load, the page takes none."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant import Assistant

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]


def open_assistant(index: Path | None, progress: Progress) -> Assistant:
    # Here and not above: it imports torch, and the page must not wait for that.
    from assistant import Assistant

    return Assistant.open(index, progress=progress)


class OpeningAssistant:
    """Opens the assistant in a thread of its own; until that has settled, `step` says how far it is."""

    def __init__(
        self, index: Path | None, *, opens: Callable[[Path | None, Progress], Assistant] = open_assistant
    ) -> None:
        self._index = index
        self._opens = opens
        self._settled = threading.Event()
        self.assistant: Assistant | None = None
        self.failure: str | None = None
        self.step = ""

    def start(self) -> None:
        threading.Thread(target=self._open, name="open-assistant", daemon=True).start()

    @property
    def settled(self) -> bool:
        """Whether opening has ended, well or badly."""
        return self._settled.is_set()

    def wait(self, seconds: float) -> bool:
        return self._settled.wait(seconds)

    def _open(self) -> None:
        try:
            from assistant import AssistantError
            from ingest import IngestError

            try:
                self.assistant = self._opens(self._index, self._note)
            except (AssistantError, IngestError) as error:
                self.failure = str(error)
                log.error("The assistant could not be opened: %s", error)
        except Exception:  # a thread that died unseen would leave the page waiting for ever
            self.failure = "Something unexpected went wrong; the server's log has the details."
            log.exception("The assistant could not be opened")
        finally:
            self._settled.set()

    def _note(self, stage: str, done: int, total: int) -> None:
        self.step = f"{stage}, {done} of {total}" if total else stage
