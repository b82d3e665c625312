"""The grounding check: what is shown must stand in the cited Document, letter by letter."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from assistant.answer import AnswerSentence, Citation, Passage, Verdict
from assistant.quotes import plain


def holds(citation: Citation, passages: Sequence[Passage]) -> bool:
    """Whether the quote is the text at its offsets in an intact passage, and has the digest it claims."""
    for passage in passages:
        if passage.source != citation.source or not passage.start <= citation.start <= citation.end <= passage.end:
            continue
        intact = hashlib.sha256(passage.text.encode("utf-8")).hexdigest() == passage.chunk.metadata["sha256"]
        said = passage.text[citation.start - passage.start : citation.end - passage.start]
        digest = hashlib.sha256(said.encode("utf-8")).hexdigest()
        return intact and bool(said.strip()) and said == citation.quote and digest == citation.sha256
    return False


def verdict(sentence: AnswerSentence, citations: Sequence[Citation], passages: Sequence[Passage]) -> Verdict:
    """`supported` when every citation of a quoted sentence holds and its words stand in one of them, in a row."""
    cited = [citation for citation in citations if citation.marker in sentence.citations]
    if not cited or not all(holds(citation, passages) for citation in cited):
        return "unsupported"
    words = _words(sentence.text)
    quotes = [quote for c in cited for quote in (c.quote, plain(c.quote, c.source), plain(c.quote, c.source, row=True))]
    if not words:  # "✓" has none, and is quoted all the same
        return "supported" if any(sentence.text in quote for quote in quotes) else "unsupported"
    return "supported" if any(words in _words(quote) for quote in quotes) else "unsupported"


def _words(text: str) -> str:
    """The words of a text between single spaces, so that `in` compares whole words."""
    words = re.findall(r"\w+", text)
    return f" {' '.join(words)} " if words else ""
