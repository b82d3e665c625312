"""An answer's Markdown as HTML in which nothing of the texts can act: no tags, links, images or formulas."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererProtocol
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

_MARKER = re.compile(r"( ?)\[(\d+)\]")


def _build() -> MarkdownIt:
    """Emphasis, lists, tables and code. What could fetch, link or define something is plain text here."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.disable(["image", "link", "autolink", "html_inline", "html_block", "reference"])
    markdown.disable(["code", "fence", "lheading", "hr"])  # a stray "---" or an indented line stays text
    markdown.add_render_rule("text", _text)
    # The page has its own outline, so a heading inside an answer is a bold line.
    markdown.add_render_rule("heading_open", lambda *_: "<p><strong>")
    markdown.add_render_rule("heading_close", lambda *_: "</strong></p>")
    return markdown


def _text(
    _renderer: RendererProtocol,
    tokens: Sequence[Token],
    index: int,
    _options: OptionsDict,
    env: Mapping[str, Any],
) -> str:
    link: Callable[[int], str | None] = env["link"]

    def marker(match: re.Match[str]) -> str:
        linked = link(int(match[2]))
        # A number at the beginning of a line says nothing, so it stays with the word before it.
        return match[0] if linked is None else ("\u00a0" if match[1] else "") + linked

    return _MARKER.sub(marker, escape(tokens[index].content))


_MARKDOWN = _build()


def to_html(text: str, *, link: Callable[[int], str | None]) -> str:
    """The HTML of `text`; `link` gives the HTML of a marker such as [1], or None if it marks nothing."""
    return str(_MARKDOWN.render(text, {"link": link}))


def to_plain(text: str) -> str:
    """`text` in the same lines, without the signs of Markdown: for an e-mail."""
    return re.sub(r"\\([!-/:-@\[-`{-~])|[*_`]", r"\1", text).replace("&amp;", "&")


def to_speech(text: str) -> str:
    """`text` in one line, also without list signs and markers: for a screen reader."""
    without_markers = re.sub(r" ?\[\d+\]", "", text)
    without_lists = re.sub(r"(?m)^\s*(?:[-*+]|\d+\.) ", "", without_markers)
    return " ".join(to_plain(without_lists).split())
