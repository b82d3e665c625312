"""What is embedded: a text with the words around it that say what it is about."""

from __future__ import annotations

from langchain_core.documents import Document

from ingest.sentences import Sentence


def chunk_context(*, title: str, section: str, lead_in: str, text: str) -> str:
    """The text embedded for a Chunk, and the one whose tokens count."""
    return "\n".join(filter(None, (_place(title, section), lead_in, text)))


def embedded_chunk(chunk: Document) -> str:
    """As `chunk_context`, for a Chunk that is made."""
    meta = chunk.metadata
    return chunk_context(title=meta["title"], section=meta["section"], lead_in=meta["lead_in"], text=chunk.page_content)


def embedded_sentence(chunk: Document, sentence: Sentence) -> str:
    """The text embedded for a Sentence of a Chunk.

    Its place stands behind it: for the 136 answerable questions of the development library the right sentence is
    the nearest of all in 65 % of cases that way, in 60 % with the place in front and in 52 % without it.
    """
    lead_in = f"({sentence.lead_in}) " if sentence.lead_in else ""
    text = " ".join(f"{lead_in}{sentence.text}".split())
    return f"{text} ({_place(chunk.metadata['title'], chunk.metadata['section'])})"


def _place(title: str, section: str) -> str:
    return " > ".join(filter(None, (title, section)))
