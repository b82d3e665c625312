"""The blocks of a Markdown text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate, zip_longest

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.blocks import Block, Kind, is_link_line, shortened

_QUOTED = re.compile(r"[ \t>]*")
_MARKED = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)*(?:\[[ xX]\][ \t]+)?")
_BOLD_LINE = re.compile(r"(\*\*|__)(?P<name>[^*_\n]+?)[ \t:]*\1[ \t:]*")
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)
# A bold line that stands for a heading ranks below all real ones.
_BOLD_LEVEL = 7
_HEADING_WORDS = 10
_DEEPEST = 100


def markdown_blocks(text: str, *, begin: int = 0) -> tuple[Block, ...]:
    """The blocks of `text` from offset `begin` on, in reading order; offsets count from the start of `text`.

    Comments, link reference definitions and lines that only point elsewhere give no block.
    """
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table")
    # A lone carriage return would count as a line for the parser and for nobody else.
    return tuple(_Reader(text, begin).blocks(parser.parse(text[begin:].replace("\r", " "))))


class _Reader:
    def __init__(self, text: str, begin: int) -> None:
        self.text = text
        lines = text[begin:].split("\n")
        self.starts = list(accumulate((len(line) + 1 for line in lines), initial=begin))

    def blocks(self, tokens: list[Token]) -> Iterator[Block]:
        depth = 0
        opens_item = in_head = False
        for token, following in zip_longest(tokens, tokens[1:]):
            lines = (token.map[0], token.map[1]) if token.map else (0, 0)
            match token.type:
                case "list_item_open":
                    depth, opens_item = depth + 1, True
                case "list_item_close":
                    depth, opens_item = depth - 1, False
                case "thead_open" | "tbody_open":
                    in_head = token.type == "thead_open"
                case "heading_open" if following is not None:
                    start, end = self.span(lines)
                    name = shortened(_plain(following))
                    yield Block(kind="heading", start=start, end=end, body=start, level=int(token.tag[1]), name=name)
                case "paragraph_open" if following is not None:
                    yield from self.paragraph(lines, following, depth=depth, opens_item=opens_item)
                    opens_item = False
                case "tr_open":
                    yield from self.block("header" if in_head else "row", lines)
                case "fence":
                    closed = self.line(lines[1] - 1).strip(" \t>").startswith(token.markup)
                    inner = (lines[0] + 1, lines[1] - 1 if closed and lines[1] - lines[0] > 1 else lines[1])
                    yield from self.block("item" if depth else "paragraph", inner, depth=depth)
                case "code_block":
                    yield from self.block("item" if depth else "paragraph", lines, depth=depth)
                case "html_block" if _TAG.sub("", token.content).strip():
                    yield from self.block("item" if depth else "paragraph", lines, depth=depth)

    def paragraph(self, lines: tuple[int, int], inline: Token, *, depth: int, opens_item: bool) -> Iterator[Block]:
        said = _plain(inline)
        if is_link_line(said) and lines[1] - lines[0] == 1:
            return
        bold = _BOLD_LINE.fullmatch(inline.content.strip())
        if bold and not depth and len(said.split()) <= _HEADING_WORDS and not bold["name"].endswith((".", "!", ",")):
            start, end = self.span(lines)
            name = shortened(said.rstrip(": "))
            yield Block(kind="heading", start=start, end=end, body=start, level=_BOLD_LEVEL, name=name)
            return
        yield from self.block("item" if depth else "paragraph", lines, depth=depth, marked=opens_item)

    def block(self, kind: Kind, lines: tuple[int, int], *, depth: int = 0, marked: bool = False) -> Iterator[Block]:
        start, end = self.span(lines)
        lead = (_MARKED if marked else _QUOTED).match(self.text, start, end)
        body = lead.end() if lead else start
        if any(char.isalnum() for char in self.text[body:end]):
            yield Block(kind=kind, start=start, end=end, body=body, level=depth)

    def span(self, lines: tuple[int, int]) -> tuple[int, int]:
        """Offsets of lines [first, last), without the white space around them."""
        start = self.starts[lines[0]]
        end = max(start, min(self.starts[max(lines[1], lines[0])] - 1, len(self.text)))
        raw = self.text[start:end]
        return start + len(raw) - len(raw.lstrip()), start + len(raw.rstrip()) if raw.strip() else start

    def line(self, number: int) -> str:
        return self.text[self.starts[number] : self.starts[number + 1]]


def _plain(inline: Token) -> str:
    """What inline Markdown says once it is rendered: no markup, link targets or image sources."""
    parts = []
    for child in inline.children or ():
        if child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts).strip()
