"""Contact: whom a document says to ask."""

from __future__ import annotations

import re
from collections.abc import Sequence

from langchain_core.documents import Document

from assistant.answer import Passage
from assistant.instruction import is_instruction
from ingest import Sentence, sentences_of

_ASK = re.compile(
    r"\b(?:contact|write to|e-?mail|phone|telephone|call|turn to|get in touch|questions? (?:can|may|to|about|go|are)"
    r"|with questions|(?:can|may) ask|to ask|ask (?:the|our|your)|helps? with|answers? questions|is the contact)\b",
    re.IGNORECASE,
)
_WHOM = re.compile(
    r"[\w.+-]+@[\w-]+\.\w+|\+?\d[\d ()/-]{6,}|\b(?:office|desk|coordinator|advis[eo]r|secretar\w+|manager)\b"
    r"|(?<=[a-z,:] )[A-Z][\w'’-]+ [A-Z][\w'’-]+",
)


def contact(chunks: Sequence[Document]) -> tuple[Passage, Sentence] | None:
    """The first sentence of a document that says whom to ask, with its passage; None where none does."""
    for rank, chunk in enumerate(chunks, start=1):
        section = str(chunk.metadata["section"]).casefold()
        for sentence in sentences_of(chunk):
            asks = _ASK.search(sentence.text) or "contact" in section or "whom" in section
            if asks and sentence.lead_in is None and _WHOM.search(sentence.text) and not is_instruction(sentence.text):
                return Passage(chunk=chunk, rank=rank, score=0.0), sentence
    return None
