"""The reader: a small transformer that reads a question with a whole passage and marks the sentences that answer it.

One pass judges all sentences of a passage in their context. The idea, one encoder for ranking a passage and for
choosing in it, is that of Provence (Chirkova et al. 2025, "Provence: efficient and robust context pruning for
retrieval-augmented generation"); here every sentence has a token of its own in front, and what stands at that token is
its score, while what stands at the first token of all is that of the passage.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from assistant.errors import AssistantError
from assistant.settings import PACKAGED_READER
from ingest import bfloat16_pays, loading_quietly

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from transformers import PreTrainedModel

WEIGHTS = Path(__file__).parent / "weights" / "reader"

MARK, BEFORE = "[unused1]", "[unused2]"
"""The tokens in front of each sentence, and of what was asked before: the vocabulary has them and no text uses them."""

LONGEST_QUESTION, LONGEST_CONTEXT, LONGEST_HEAD, LONGEST_PIECE, LONGEST_INPUT = 128, 40, 64, 220, 480
"""Tokens. A sentence with more is read in pieces and has the score of the best; a passage with more, in parts."""

LONGEST_SPAN = 24
"""Tokens of a shortest answer."""

_BATCH = 2
"""Passages in one forward pass. They differ in length, and what pads the shorter ones costs as much as text: two at a
time take two thirds of the time that all together take on a processor."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """What is read in one pass: a title with its section, and sentences in reading order."""

    head: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What the reader says of a page, as log-odds: that each sentence answers, and that the page does at all.

    `spans` has the characters of each sentence that are its shortest answer.
    """

    sentences: tuple[float, ...]
    page: float
    spans: tuple[tuple[int, int], ...]


class Reads(Protocol):
    """The seam for other models: from a question and pages to a reading of each."""

    def read(self, question: str, pages: Sequence[Page], *, context: str = "") -> Sequence[Reading]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Encoded:
    """A question with one part of a page, in tokens.

    `marks` are (position of the token in front, number of the sentence); `offsets` say for each token which sentence
    it belongs to (-1 for none) and which characters of it.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    marks: tuple[tuple[int, int], ...]
    offsets: tuple[tuple[int, int, int], ...]


def encode(tokenizer: Tokenizer, question: str, page: Page, *, context: str = "") -> list[Encoded]:
    """The page in as many parts as its length needs, each with the question, what was asked before it, and the head."""
    start, end, mark, before_it = (tokenizer.token_to_id(token) or 0 for token in ("[CLS]", "[SEP]", MARK, BEFORE))
    asked = tokenizer.encode(question, add_special_tokens=False).ids[:LONGEST_QUESTION]
    if context:
        asked += [before_it, *tokenizer.encode(context, add_special_tokens=False).ids[:LONGEST_CONTEXT]]
    head = tokenizer.encode(page.head, add_special_tokens=False).ids[:LONGEST_HEAD]
    before = [start, *asked, end, *head]
    nowhere = (-1, 0, 0)
    parts: list[Encoded] = []
    ids, offsets = list(before), [nowhere] * len(before)
    marks: list[tuple[int, int]] = []

    def close() -> None:
        types = [0] * (len(asked) + 2) + [1] * (len(ids) - len(asked) - 1)
        parts.append(Encoded(ids=(*ids, end), types=tuple(types), marks=tuple(marks), offsets=(*offsets, nowhere)))

    for number, text in enumerate(page.sentences):
        encoding = tokenizer.encode(text, add_special_tokens=False)
        for first in range(0, max(len(encoding.ids), 1), LONGEST_PIECE):
            piece = encoding.ids[first : first + LONGEST_PIECE]
            if marks and len(ids) + len(piece) + 2 > LONGEST_INPUT:
                close()
                ids, marks, offsets = list(before), [], [nowhere] * len(before)
            marks.append((len(ids), number))
            ids += [mark, *piece]
            offsets += [nowhere, *((number, a, b) for a, b in encoding.offsets[first : first + LONGEST_PIECE])]
    close()
    return parts


class Reader:
    """The trained reader. Thread-safe; the weights are read at the first question."""

    def __init__(self, folder: Path, *, tokenizer: Tokenizer) -> None:
        self._folder = folder
        self._tokenizer = tokenizer
        self._model: PreTrainedModel | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls, folder: Path = WEIGHTS) -> Self:
        """The reader in a folder. Raises AssistantError when it is missing, damaged, or not what its digest says."""
        from tokenizers import Tokenizer

        try:
            card = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
            with (folder / "model.safetensors").open("rb") as weights:
                digest = hashlib.file_digest(weights, "sha256").hexdigest()
            tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except (OSError, ValueError) as error:
            raise AssistantError(
                f"the evidence model in {folder} cannot be read ({error}); check the project out again"
            ) from None
        if digest != card["sha256"]:
            raise AssistantError(
                f"the weights in {folder} are not those that belong there (SHA-256 {digest[:12]}..., expected "
                f"{card['sha256'][:12]}...); check the project out again"
            )
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return cls(folder, tokenizer=tokenizer)

    def read(self, question: str, pages: Sequence[Page], *, context: str = "") -> list[Reading]:
        """What the reader says of each page, in order; `context` is what was asked before the question."""
        parts = [
            (number, part)
            for number, page in enumerate(pages)
            for part in encode(self._tokenizer, question, page, context=context)
        ]
        with self._lock:
            logits = _run(self._loaded(), [part for _, part in parts])
        return [
            _reading([(part, out) for (of, part), out in zip(parts, logits, strict=True) if of == number], page)
            for number, page in enumerate(pages)
        ]

    def _loaded(self) -> PreTrainedModel:
        if self._model is None:
            import torch
            from transformers import AutoModelForTokenClassification

            dtype = torch.bfloat16 if bfloat16_pays() else torch.float32
            with loading_quietly():
                model = AutoModelForTokenClassification.from_pretrained(
                    self._folder, dtype=dtype, local_files_only=True
                )
            self._model = model.eval()
        return self._model


@lru_cache(maxsize=4)
def load_reader(name: str) -> Reads:
    """The reader of the settings: the packaged one, or any cross-encoder by name or folder.

    Raises AssistantError when it cannot be loaded.
    """
    if name == PACKAGED_READER:
        return Reader.open()
    from assistant.cross_encoder import CrossEncoderReader

    return CrossEncoderReader(name)


def batched(parts: Sequence[Encoded], *, pad: int) -> dict[str, Any]:
    """The model's inputs: integer tensors (parts, longest part)."""
    import torch

    longest = max(len(part.ids) for part in parts)
    ids, types, mask = (torch.zeros((len(parts), longest), dtype=torch.long) for _ in range(3))
    ids += pad
    for row, part in enumerate(parts):
        own = len(part.ids)
        ids[row, :own] = torch.tensor(part.ids)
        types[row, :own] = torch.tensor(part.types)
        mask[row, :own] = 1
    return {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}


def _run(model: PreTrainedModel, parts: Sequence[Encoded]) -> list[Floats]:
    """The logits (tokens, 3) of each part: it answers, its answer starts here, it ends here."""
    import torch

    order = sorted(range(len(parts)), key=lambda number: len(parts[number].ids))
    found: list[Floats] = [np.zeros((0, 3))] * len(parts)
    with torch.inference_mode():
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            logits = model(**batched([parts[n] for n in batch], pad=0)).logits.float().numpy()
            for number, own in zip(batch, logits, strict=True):
                found[number] = own[: len(parts[number].ids)].astype(np.float64)
    return found


def _reading(read: Sequence[tuple[Encoded, Floats]], page: Page) -> Reading:
    scores = [-np.inf] * len(page.sentences)
    spans = [(0, 0)] * len(page.sentences)
    for part, logits in read:
        last = len(part.ids) - 1
        following = [*(position for position, _ in part.marks[1:]), last][: len(part.marks)]
        for (position, number), end in zip(part.marks, following, strict=True):
            if logits[position, 0] > scores[number]:
                scores[number] = float(logits[position, 0])
                spans[number] = _span(part, logits, position + 1, end)
    return Reading(
        sentences=tuple(scores),
        page=max((float(logits[0, 0]) for _, logits in read), default=-np.inf),
        spans=tuple(spans),
    )


def _span(part: Encoded, logits: Floats, first: int, end: int) -> tuple[int, int]:
    """The characters of the likeliest answer within the tokens `first` to `end` (excluded) of one sentence."""
    if first >= end:
        return 0, 0
    starts, stops = logits[first:end, 1], logits[first:end, 2]
    width = end - first
    together = starts[:, None] + stops[None, :]
    allowed = np.triu(np.ones((width, width), dtype=bool)) & ~np.triu(
        np.ones((width, width), dtype=bool), k=LONGEST_SPAN
    )
    start, stop = divmod(int(np.where(allowed, together, -np.inf).argmax()), width)
    return part.offsets[first + start][1], part.offsets[first + stop][2]
