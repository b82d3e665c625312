"""The sources beside an answer: each cited passage once, its quotes marked, with a link to the live page."""

from __future__ import annotations

import re
from datetime import date
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from assistant import Answer, Citation, Passage

CONTEXT = 220  # characters shown on either side of what is quoted
_FRAGMENT_WORDS = 5  # a longer quote is found on the live page by its first and last words


def source_id(turn: int, marker: int) -> str:
    return f"source-{turn}-{marker}"


def sources_html(answer: Answer, turn: int) -> str:
    """One card per cited passage, in the order of the markers; empty when nothing is cited."""
    cards = [_card(citations, passage, turn) for passage, citations in _by_passage(answer)]
    if not cards:
        return ""
    # What an abstention cites is no source of an answer, only the closest that the texts come to one.
    nearest = answer.kind == "abstention" and answer.reason != "false_premise"
    heading = "Nearest in the library" if nearest else "Source" if len(cards) == 1 else "Sources"
    return (
        f'<aside class="sources{" nearest" if nearest else ""}" aria-label="{heading}">'
        f"<h3>{heading}</h3><ol>{''.join(cards)}</ol></aside>"
    )


def _by_passage(answer: Answer) -> list[tuple[Passage | None, list[Citation]]]:
    grouped: dict[tuple[str, int], tuple[Passage | None, list[Citation]]] = {}
    for citation in answer.citations:
        passage = answer.passage_of(citation)
        # A quote outside every passage stands alone: -1 - start is no passage's start.
        key = (citation.source, passage.start if passage else -1 - citation.start)
        grouped.setdefault(key, (passage, []))[1].append(citation)
    return list(grouped.values())


def _card(citations: list[Citation], passage: Passage | None, turn: int) -> str:
    first = citations[0]
    text, offset = (passage.text, passage.start) if passage else (first.quote, first.start)
    details = [part for part in (_as_of(first.as_of), _link(first)) if part]
    return (
        f'<li class="source"><div class="source-head">{_place(first.title, first.section)}</div>'
        f"<blockquote>{_marked(text, offset, citations, turn)}</blockquote>"
        f'<p class="source-foot">{"".join(details)}</p></li>'
    )


def _place(title: str, section: str) -> str:
    below = f' <span class="section"><span aria-hidden="true">›</span> {escape(section)}</span>'
    return f"<cite>{escape(title)}{below if section and section != title else ''}</cite>"


def _marked(text: str, offset: int, citations: list[Citation], turn: int) -> str:
    """`text`, which begins at `offset` of its Document, clipped, with every quote in a `<mark>`."""
    spans = sorted((c.start - offset, c.end - offset, c.marker) for c in citations)
    first, last = spans[0][0], max(end for _, end, _ in spans)
    begin, finish = _word_edges(text, first - CONTEXT, last + CONTEXT)
    pieces, at = ["… " if begin else ""], begin
    for start, end, marker in spans:
        pieces.append(_prose(text[at : max(at, start)]))
        quoted = text[max(at, start) : end]  # where two quotes overlap, the first keeps the overlap
        pieces.append(
            f'<mark id="{source_id(turn, marker)}" data-marker="{marker}" tabindex="-1">{_prose(quoted)}</mark>'
        )
        at = max(at, end)
    pieces.append(_prose(text[at:finish]) + (" …" if finish < len(text) else ""))
    return "".join(pieces)


def _word_edges(text: str, begin: int, end: int) -> tuple[int, int]:
    """`begin` and `end` moved out to the nearest spaces, or to the text's own ends when close to them."""
    begin = text.rfind(" ", 0, begin) + 1 if begin > CONTEXT // 4 else 0
    space = text.find(" ", end)
    return begin, space if 0 <= space < len(text) - CONTEXT // 4 else len(text)


def _prose(text: str) -> str:
    """Escaped text; blank lines and list items get a line of their own, other line ends are spaces."""
    escaped = re.sub(r"\n[ \t]*\n", lambda blank: f'<span class="gap"></span>{blank[0]}', escape(text))
    return re.sub(r"(?<![>\n])\n(?=[ \t]*(?:[-*•]|\d+[.)])[ \t])", "<br>\n", escaped)


def _as_of(day: str | None) -> str:
    if not day:
        return ""
    try:
        parsed = date.fromisoformat(day)
    except ValueError:
        return f"<span>As of {escape(day)}</span>"
    return f'<span>As of <time datetime="{parsed.isoformat()}">{parsed.day} {parsed:%B %Y}</time></span>'


def _link(citation: Citation) -> str:
    address = live_address(citation.url, citation.quote)
    if address is None:
        return ""
    return (
        f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">Open the page'
        '<span aria-hidden="true"> ↗</span><span class="unseen"> in a new tab, at this sentence</span></a>'
    )


def live_address(url: str | None, text: str) -> str | None:
    """`url` with a text fragment that makes the browser show `text`; None unless it is http or https.

    https://wicg.github.io/scroll-to-text-fragment/
    """
    try:
        if not url or urlsplit(url).scheme not in ("http", "https"):
            return None
    except ValueError:  # such as http://[
        return None
    shown = re.sub(r"!?\[([^\]]*)\]\([^)]*\)|[*_`#>]", r"\1", text)
    words = re.sub(r"^\s*[-+•]\s+", "", shown).split()
    long = len(words) > 2 * _FRAGMENT_WORDS
    ends = [words[:_FRAGMENT_WORDS], words[-_FRAGMENT_WORDS:]] if long else [words]
    # A bare "-" or "," has a meaning in a fragment; quote() encodes the comma but leaves the hyphen.
    fragment = ",".join(quote(" ".join(part), safe="").replace("-", "%2D") for part in ends)
    return f"{url}{'' if '#' in url else '#'}:~:text={fragment}"
