"""The blocks of plain text, where only white space and short lines tell what is a heading."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.blocks import Block, is_link_line, shortened
from ingest.names import leading_name

_BULLET = re.compile(r"(?:[•‣◦▪●·∙*–—+-]|\d{1,2}[.)]|[a-z]\))\s+(?=\S)")
_NUMBER = re.compile(r"\d{1,2}[.)]\s")
_RULE = re.compile(r"([=\-~*_#])\1{2,}")
_NO_NAME = re.compile(r"@|://|www\.|\b\d{3,}[\s-]?\d{3,}")
_QUESTION = re.compile(r"(?:who|what|when|where|why|which|how|can|do|does|is|are|may|must|should|will)\b", re.I)
_HEADING_WORDS = 10
_HEADING_CHARS = 100
# No hard-wrapped text is wider; a longer line is a paragraph of its own.
_WIDEST_WRAP = 120
# Lines that are all shorter than this were not wrapped: each stands for itself.
_NARROW = 45
_LEVEL_TITLE, _LEVEL_DOUBLE, _LEVEL_HEADING = 1, 2, 3


@dataclass(frozen=True, kw_only=True, slots=True)
class _Piece:
    """Lines that belong together; `gap` counts the blank lines before them, `single` says it is one line."""

    kind: Literal["text", "item", "heading"]
    start: int
    end: int
    body: int
    gap: int
    single: bool = True
    level: int = 0


def plain_blocks(text: str) -> tuple[Block, ...]:
    """The blocks of `text` in reading order. A first line that reads as a title is a heading of level 1.

    A heading is a short line that is no sentence and has body text below it. Where white space is wider
    than usual and no heading follows, a heading of length 0 is put in, named after what the next paragraph
    begins with.
    """
    pieces = _pieces(text)
    pieces = [piece for piece in pieces if not (piece.single and is_link_line(text[piece.body : piece.end]))]
    return tuple(_named(text, pieces))


def _named(text: str, pieces: Sequence[_Piece]) -> Iterator[Block]:
    gaps = Counter(piece.gap for piece in pieces[1:] if piece.gap)
    usual = max(gaps, key=lambda gap: (gaps[gap], gap), default=1)
    for number, piece in enumerate(pieces):
        following = pieces[number + 1] if number + 1 < len(pieces) else None
        said = text[piece.body : piece.end]
        heads = following is not None and piece.kind == "text" and _heads(text, piece)
        title = number == 0 and (heads or piece.kind == "heading")
        body_below = following is not None and not _heads(text, following) and following.kind != "heading"
        if piece.kind == "heading" or (heads and (title or body_below)) or _numbered(text, piece, following):
            level = _LEVEL_TITLE if title else piece.level or _LEVEL_HEADING
            name = shortened(text[piece.start : piece.end].split("\n")[0])
            yield _heading(piece.start, piece.end, level=level, name=name)
            continue
        if number and piece.gap > usual and piece.kind == "text":
            implied = leading_name(said, within=text)
            if implied is not None:
                yield _heading(piece.start, piece.start, level=_LEVEL_HEADING, name=shortened(implied))
        if any(char.isalnum() for char in said):
            kind: Literal["item", "paragraph"] = "item" if piece.kind == "item" else "paragraph"
            depth = 1 if kind == "item" else 0
            yield Block(kind=kind, start=piece.start, end=piece.end, body=piece.body, level=depth)


def _heading(start: int, end: int, *, level: int, name: str) -> Block:
    return Block(kind="heading", start=start, end=end, body=start, level=level, name=name)


def _heads(text: str, piece: _Piece) -> bool:
    return piece.kind == "text" and piece.single and _reads_as_heading(text[piece.start : piece.end])


def _reads_as_heading(line: str) -> bool:
    line = line.strip()
    first = line.lstrip("\"'“‘(«¿¡")[:1]
    if not (first.isupper() or first.isdigit()) or not any(char.isalpha() for char in line):
        return False
    if len(line) > _HEADING_CHARS or len(line.split()) > _HEADING_WORDS or _NO_NAME.search(line):
        return False
    if line.endswith("?"):
        return bool(_QUESTION.match(line))
    return not line.endswith((".", ",", ";", ":", "!", "…"))


def _numbered(text: str, piece: _Piece, following: _Piece | None) -> bool:
    """Whether "1. Introduction" is a heading: it stands alone, above a paragraph instead of a second item."""
    line = text[piece.start : piece.end]
    return (
        piece.kind == "item"
        and piece.single
        and piece.gap > 0
        and following is not None
        and following.kind == "text"
        and following.gap > 0
        and bool(_NUMBER.match(line))
        and _reads_as_heading(text[piece.body : piece.end])
        and not _heads(text, following)
    )


def _pieces(text: str) -> list[_Piece]:
    pieces: list[_Piece] = []
    group: list[tuple[int, int]] = []
    gap = blank = offset = 0
    lines = text.split("\n")
    width = max((len(line.rstrip()) for line in lines if len(line) <= _WIDEST_WRAP), default=0)
    for line in [*lines, ""]:
        start = offset + len(line) - len(line.lstrip())
        end = offset + len(line.rstrip())
        offset += len(line) + 1
        if end > start:
            if not group:
                gap, blank = blank, 0
            group.append((start, end))
            continue
        if group:
            pieces += _group(text, group, gap, width)
            group = []
        blank += 1
    return pieces


def _group(text: str, lines: Sequence[tuple[int, int]], gap: int, width: int) -> Iterator[_Piece]:
    """The pieces of a run of lines without a blank one between; only the first has the gap.

    `width` is that to which the text seems to be wrapped.
    """
    line_each = any(end - start > _WIDEST_WRAP for start, end in lines) or _stands_alone(text, lines)
    current: _Piece | None = None
    for number, (start, end) in enumerate(lines):
        line = text[start:end]
        if _RULE.fullmatch(line):
            if current is not None and current.single and current.kind == "text" and line[0] in "=-~":
                level = _LEVEL_DOUBLE if line[0] == "=" else _LEVEL_HEADING
                current = replace(current, kind="heading", level=level, end=end)
            continue
        bullet = _BULLET.match(line)
        begins = current is None or current.kind == "heading" or bullet is not None
        if current is None or begins or _begins(text, current, (start, end), line_each=line_each, width=width):
            if current is not None:
                yield current
                gap = 0
            body = start + (bullet.end() if bullet else 0)
            kind: Literal["text", "item"] = "item" if bullet else "text"
            current = _Piece(kind=kind, start=start, end=end, body=body, gap=gap)
            if kind == "text" and number + 1 < len(lines) and _tops(text, lines[number], lines[number + 1]):
                current = replace(current, kind="heading", level=_LEVEL_HEADING)
        else:
            current = replace(current, end=end, single=False)
    if current is not None:
        yield current


def _begins(text: str, current: _Piece, line: tuple[int, int], *, line_each: bool, width: int) -> bool:
    """Whether a line begins a new piece instead of going on with the one before it."""
    start, end = line
    if current.kind == "text":
        return line_each
    previous = text[current.start : current.end].rsplit("\n", 1)[-1]
    indent = start - text.rfind("\n", 0, start) - 1
    own_indent = current.start - text.rfind("\n", 0, current.start) - 1
    # A wrapped line is one that the next line's first word did not fit on.
    full = len(previous.strip()) + 1 + len(text[start:end].split(maxsplit=1)[0]) > width
    wrapped = indent > own_indent or text[start].islower() or full
    return (line_each and indent <= own_indent) or not wrapped


def _tops(text: str, line: tuple[int, int], below: tuple[int, int]) -> bool:
    """Whether a short line right above a long one, without a blank line between, is its heading."""
    length, below_length = line[1] - line[0], below[1] - below[0]
    above_body = below_length > _NARROW and length < 0.6 * below_length
    below_text = text[below[0] : below[1]]
    starts_anew = below_text[:1].isupper() or below_text[:1].isdigit()
    body = above_body and starts_anew and not _BULLET.match(below_text)
    return body and _reads_as_heading(text[line[0] : line[1]])


def _stands_alone(text: str, lines: Sequence[tuple[int, int]]) -> bool:
    if len(lines) < 3 or any(end - start > _NARROW for start, end in lines):
        return False
    return all(not text[start].islower() and not text[start:end].endswith(".") for start, end in lines)
