"""Documents become Chunks that follow their structure; nothing here reads or writes anything."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from langchain_core.documents import Document

from ingest.blocks import shortened
from ingest.context import chunk_context
from ingest.documents import blocks_of
from ingest.sections import Piece, sections_of
from ingest.sentences import Sentence, pack_sentences

# Another number makes every index built before it stale. Raise it when the same text gives other chunks,
# other sentences or another embedded text.
CHUNKER_VERSION = 2
# Larger chunks blur what a vector stands for, however wide the model's window is.
TARGET_TOKENS = 180

Fits = Callable[[Sequence[Piece]], bool]


def chunker_fingerprint(*, max_tokens: int) -> str:
    """Names everything but the text and the tokenizer that decides where chunks begin and end."""
    return f"chunker {CHUNKER_VERSION}, {min(max_tokens, TARGET_TOKENS)} tokens"


def chunk_documents(document: Document, *, tokens: Callable[[str], int], max_tokens: int) -> list[Document]:
    """The Chunks of a Document, in reading order.

    `page_content` of each is `document.page_content[start:end]`. With its title, section and lead-in it
    counts at most `min(max_tokens, 180)` by `tokens`, unless it is one sentence: no sentence is ever cut. No
    Chunk crosses a section; a list that does not fit goes on with its lead-in in the metadata.
    """
    text = document.page_content
    title = shortened(str(document.metadata.get("title", "")))
    limit = min(max_tokens, TARGET_TOKENS)
    chunks: list[Document] = []
    for section in sections_of(text, blocks_of(document), title=title):
        path = " > ".join(section.path)

        def fits(pieces: Sequence[Piece], path: str = path) -> bool:
            start, end = pieces[0].start, pieces[-1].end
            lead_in = _lead_in(_sentences(pieces), start)
            context = chunk_context(title=title, section=path, lead_in=lead_in, text=text[start:end])
            return tokens(context) <= limit

        packed = _packed(section.groups, fits)
        chunks += [_chunk(document, pieces, title=title, section=path) for pieces in packed]
    return chunks


def _packed(groups: Iterable[tuple[Piece, ...]], fits: Fits) -> Iterator[list[Piece]]:
    current: list[Piece] = []
    for group in groups:
        if fits([*current, *group]):
            current += group
            continue
        if current and (fits(group) or not fits([*current, *group[:2]])):
            yield current
            current = []
            if fits(group):
                current = list(group)
                continue
        for whole in group:
            for piece in [whole] if fits([whole]) or len(whole.sentences) < 2 else whole.apart():
                # A table's header alone is no evidence; it waits for its first row.
                if current and _sentences(current) and not fits([*current, piece]):
                    yield current
                    current = []
                current.append(piece)
    if current:
        yield current


def _sentences(pieces: Iterable[Piece]) -> list[Sentence]:
    return [sentence for piece in pieces for sentence in piece.sentences]


def _lead_in(sentences: Sequence[Sentence], start: int) -> str:
    """What introduces the chunk's first sentence, if it is not in the chunk itself."""
    if not sentences:
        return ""
    first = sentences[0]
    outside = first.lead_in_start is not None and first.lead_in_start < start
    return first.lead_in or "" if outside else ""


def _chunk(document: Document, pieces: Sequence[Piece], *, title: str, section: str) -> Document:
    given = document.metadata
    start, end = pieces[0].start, pieces[-1].end
    text = document.page_content[start:end]
    sentences = _sentences(pieces)
    metadata: dict[str, Any] = {
        "source": str(given.get("source", "")),
        "title": title,
        "section": section,
        "url": str(given.get("url") or ""),
        "as_of": str(given.get("as_of") or ""),
        "origin": str(given.get("origin") or ""),
        "partner": str(given.get("partner") or ""),
        "start": start,
        "end": end,
        "sha256": hashlib.sha256(text.encode("utf-8")).hexdigest(),
        "lead_in": _lead_in(sentences, start),
        "sentences": pack_sentences(sentences),
    }
    identity = [metadata[key] for key in ("source", "start", "title", "section", "lead_in", "sentences")]
    digest = hashlib.sha256(json.dumps([*identity, text]).encode("ascii")).hexdigest()
    return Document(id=digest[:32], page_content=text, metadata=metadata)
