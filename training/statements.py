"""Statements of our own on texts of ours, half of them borne out and half wrong, mostly in one detail."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from training.examples import Example, laid_out, named

_TOKEN = re.compile(r"\w+|[^\w\s]")
_IN_ONE_DETAIL = 0.45
"""The share of its words in which a statement may differ from the one before it to be the same but for a detail."""


def claims(path: Path) -> Iterator[Example]:
    """`paragraphs.jsonl` again: statements on its paragraphs, of which half are wrong in one detail.

    A statement stands where a question does, and the sentences that support it where those do that answer. Every second
    pair has a question of its paragraph before it, as what a chat model writes has the one that it replies to.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        stated = paired(_stated(row.get("claims", ()), row, group=f"paragraph {number}"))
        for place, example in enumerate(stated):
            asked = row["qas"][place % len(row["qas"])]["question"]
            yield replace(example, context=asked) if place // 2 % 2 else example


def statements(path: Path, paragraphs: Path) -> Iterator[Example]:
    """`claims.jsonl`: further statements, each on the paragraph of `paragraphs.jsonl` in the line that it names."""
    about = [json.loads(line) for line in paragraphs.read_text(encoding="utf-8").splitlines()]
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield from _stated(row["claims"], about[row["line"] - 1], group=f"paragraph {row['line'] - 1}")


def _stated(claims: Sequence[dict[str, Any]], row: dict[str, Any], *, group: str) -> Iterator[Example]:
    sentences = laid_out(row["context"])
    for claim in claims:
        right = named(sentences, claim["by"])
        if any(right) == claim["supported"]:
            yield Example(
                question=claim["claim"],
                head=row["title"],
                sentences=sentences,
                right=right,
                answers=None if claim["supported"] else (),
                group=group,
                origin="claims",
            )


def paired(statements: Iterable[Example]) -> Iterator[Example]:
    """Statements with what is `wrong` in each: nothing in one that is supported, and in one that follows it on the
    same sentences and is the same but for a detail, this detail."""
    before: Example | None = None
    for example in statements:
        if example.answerable:
            yield replace(example, wrong=())
        elif before and before.answerable and before.sentences == example.sentences:
            yield replace(example, wrong=_differing(before.question, example.question))
        else:
            yield example
        before = example


def _differing(true: str, false: str) -> tuple[tuple[int, int], ...] | None:
    """The characters of the second that are not the first's; where only something is left out, what follows it."""
    said, kept = list(_TOKEN.finditer(false)), [match[0].casefold() for match in _TOKEN.finditer(true)]
    matcher = SequenceMatcher(None, kept, [match[0].casefold() for match in said], autojunk=False)
    places = [
        (first, max(last, first + 1))
        for tag, _, _, first, last in matcher.get_opcodes()
        if tag != "equal" and first < len(said)
    ]
    if sum(last - first for first, last in places) > _IN_ONE_DETAIL * len(said):
        return None
    return tuple((said[first].start(), said[last - 1].end()) for first, last in places)


def focused(statements: Iterable[Example], *, share: float, shuffled: random.Random) -> Iterator[Example]:
    """Statements, a share of the supported ones only with the sentences that they need and at most three others, and
    what follows one of these and differs in a detail with the same sentences."""
    places: list[int] | None = None
    for example in statements:
        if example.answerable:
            places = None
            if shuffled.random() < share:
                others = [place for place, right in enumerate(example.right) if not right]
                kept = set(shuffled.sample(others, min(len(others), shuffled.choice((0, 1, 2, 3)))))
                places = [place for place, right in enumerate(example.right) if right or place in kept]
        elif not example.wrong:
            places = None
        yield _only(example, places) if places else example


def _only(example: Example, places: Sequence[int]) -> Example:
    return replace(
        example,
        sentences=tuple(example.sentences[place] for place in places),
        right=tuple(example.right[place] for place in places),
    )
