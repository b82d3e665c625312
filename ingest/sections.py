"""Sections: what stands under one heading, and the groups of blocks in it that belong together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ingest.blocks import Block, is_link_line
from ingest.sentences import Sentence, SentenceKind, split_sentences

# A longer lead-in would leave no room for what it introduces.
_LONGEST_LEAD_IN = 400
_ROW_EDGE = " \t|"


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """A stretch `[start, end)` of a text that may begin or end a Chunk, with the sentences in it."""

    start: int
    end: int
    sentences: tuple[Sentence, ...]

    def apart(self) -> Iterator[Piece]:
        """The piece sentence by sentence; the first and last keep the markers around them."""
        last = len(self.sentences) - 1
        for number, sentence in enumerate(self.sentences):
            start = self.start if number == 0 else sentence.start
            end = self.end if number == last else sentence.end
            yield Piece(start=start, end=end, sentences=(sentence,))


@dataclass(frozen=True, kw_only=True, slots=True)
class Section:
    """`path` is the headings above, outermost first, without the title; a list and its lead-in group."""

    path: tuple[str, ...]
    groups: tuple[tuple[Piece, ...], ...]


def sections_of(text: str, blocks: Iterable[Block], *, title: str) -> Iterator[Section]:
    """The sections of `text` that say something, in reading order."""
    stack: list[tuple[int, str]] = []
    held: list[Block] = []
    for block in blocks:
        if block.kind != "heading":
            held.append(block)
            continue
        yield from _section(text, held, stack, title)
        held = []
        while stack and stack[-1][0] >= block.level:
            stack.pop()
        stack.append((block.level, block.name))
    yield from _section(text, held, stack, title)


def _section(text: str, blocks: list[Block], stack: list[tuple[int, str]], title: str) -> Iterator[Section]:
    names = [name for _, name in stack if name]
    if names and names[0].casefold() == title.casefold():
        del names[0]
    groups = tuple(_groups(text, blocks))
    if groups:
        yield Section(path=tuple(names), groups=groups)


def _groups(text: str, blocks: list[Block]) -> Iterator[tuple[Piece, ...]]:
    group: list[Piece] = []
    # leads[depth] introduces the items of that depth + 1: a paragraph's last sentence, then each parent item.
    leads: list[Sentence | None] = [None]
    header: Sentence | None = None
    previous = "heading"
    for block in blocks:
        if block.kind in ("paragraph", "header") or (block.kind == "item" and previous in ("row", "header")):
            if group:
                yield tuple(group)
            group = []
        sentences: tuple[Sentence, ...]
        if block.kind == "item":
            if previous not in ("paragraph", "item"):
                leads = [None]
            lead = leads[min(block.level, len(leads)) - 1]
            sentences = _sentences(text, block, lead)
            leads = [*leads[: block.level], sentences[-1] if sentences else None]
        elif block.kind == "row":
            sentences = _sentences(text, block, header)
        elif block.kind == "header":
            row = _sentences(text, block, None)
            header = row[0] if row else None
            sentences = ()
        else:
            sentences = _sentences(text, block, None)
            leads = [sentences[-1] if sentences else None]
        if sentences or block.kind == "header":
            group.append(Piece(start=block.start, end=block.end, sentences=sentences))
        previous = block.kind
    if any(piece.sentences for piece in group):
        yield tuple(group)


def _sentences(text: str, block: Block, lead: Sentence | None) -> tuple[Sentence, ...]:
    kind: SentenceKind = "item" if block.kind == "item" else "sentence"
    if block.kind in ("row", "header"):
        raw = text[block.body : block.end]
        start = block.body + len(raw) - len(raw.lstrip(_ROW_EDGE))
        spans = [(start, start + len(raw.strip(_ROW_EDGE)))]
        kind = "row"
    else:
        spans = split_sentences(text, start=block.body, end=block.end)
    spans = [(start, end) for start, end in spans if not is_link_line(text[start:end])]
    if lead is not None and len(lead.text) > _LONGEST_LEAD_IN:
        lead = None
    return tuple(
        Sentence(
            text=text[start:end],
            start=start,
            end=end,
            kind=kind,
            lead_in=lead.text if lead else None,
            lead_in_start=lead.start if lead else None,
            lead_in_end=lead.end if lead else None,
        )
        for start, end in spans
    )
