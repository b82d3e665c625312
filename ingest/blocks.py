"""Blocks: the headings, paragraphs, list items and table rows of a text, with exact offsets."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["heading", "paragraph", "item", "header", "row"]

_LONGEST_NAME = 200
_LINK_WORDS = 12
_LINK_ORDER = re.compile(
    r"(?:(?:read|learn|discover|find out|see|lees|ontdek)\s+(?:more|meer)(?:\s+(?:about|on|here|in|at|over)\b|\W*$|\])|"
    r"click here|klik hier|(?:go )?back to (?:the )?(?:top|overview|home\w*))",
    re.IGNORECASE,
)
_LINK_LABEL = re.compile(
    r"(?:(?:more|further|meer)\s+(?:information|info|about|on|details|informatie|over)|"
    r"(?:see|view|show|discover|browse|bekijk)\s+(?:all|more|alle|meer))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """`text[start:end]` is the whole block, markers included; what it says begins at `body`.

    `level` is a heading's rank (1 is the title) or an item's depth (1 is the outermost). `name` is what a
    heading says, without markup; a heading that the author only implied by white space is of length 0.
    """

    kind: Kind
    start: int
    end: int
    body: int
    level: int = 0
    name: str = ""


def shortened(name: str) -> str:
    """A title or heading on one line, cut at a word once it is longer than any real one."""
    name = " ".join(name.split())
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME].rsplit(" ", 1)[0] + " …"


def is_link_line(line: str) -> bool:
    """Whether a line only points elsewhere ("Read more about X", "More information"): it states nothing."""
    line = line.strip(" \t\u00a0\u202f>»›→*_[")
    if len(line.split()) > _LINK_WORDS:
        return False
    # "More information about fees is at the desk." is a statement; its full stop tells it from a label.
    labels = _LINK_LABEL.match(line) and not line.endswith((".", "!", ":"))
    return bool(_LINK_ORDER.match(line) or labels)
