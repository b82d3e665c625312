"""Any cross-encoder in the place of the reader: it reads one sentence at a time, with its neighbours."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from assistant.errors import AssistantError
from assistant.reader import Page, Reading

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

_SUREST = 12.0
"""Log-odds beyond which a probability says no more."""


class CrossEncoderReader:
    """A cross-encoder that sentence-transformers can load, by name or folder. Thread-safe.

    Its score for a sentence, made a probability if it is none, is read as log-odds; a page has that of its best
    sentence, and shortest answers are not found. Raises AssistantError when it cannot be loaded.
    """

    def __init__(self, name: str) -> None:
        from sentence_transformers import CrossEncoder

        try:
            self._model: CrossEncoder = CrossEncoder(name)
        except Exception as error:  # noqa: BLE001 - whatever a stranger's model raises is one line for the person
            reason = str(error).strip().split("\n")[0] or type(error).__name__
            raise AssistantError(
                f"the evidence model {name!r} cannot be loaded ({reason}); set ASSISTANT_EVIDENCE_MODEL to 'packaged', "
                "or to a folder or name that sentence-transformers can load"
            ) from None
        if self._model.num_labels != 1:
            raise AssistantError(
                f"the evidence model {name!r} gives {self._model.num_labels} scores for a pair; choose one that gives 1"
            )
        self._lock = threading.Lock()

    def read(self, question: str, pages: Sequence[Page], *, context: str = "") -> list[Reading]:
        """As `Reader.read`; what was asked before is put in front of the question."""
        import torch

        asked = f"{context} {question}".strip()
        pairs = [(asked, _in_context(page, number)) for page in pages for number in range(len(page.sentences))]
        if not pairs:
            return [Reading(sentences=(), page=-_SUREST, spans=()) for _ in pages]
        with self._lock:
            scores = self._model.predict(pairs, activation_fn=torch.nn.Identity(), show_progress_bar=False)
        odds = iter(np.clip(np.asarray(scores, dtype=np.float64), -_SUREST, _SUREST).tolist())
        readings = []
        for page in pages:
            own = tuple(next(odds) for _ in page.sentences)
            spans = ((0, 0),) * len(own)
            readings.append(Reading(sentences=own, page=max(own, default=-_SUREST), spans=spans))
        return readings


def _in_context(page: Page, number: int) -> str:
    near = page.sentences[max(0, number - 1) : number + 2]
    return " ".join((page.head, page.sentences[number], "|", *near))
