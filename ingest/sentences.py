"""Sentences: the smallest part of a text that can be shown as evidence."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from langchain_core.documents import Document

SentenceKind = Literal["sentence", "item", "row"]

_LINE_BREAK = re.compile(r"\n[ \t>]*")
_LONE_NUMBER = re.compile(r"\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)]")
_LOWER_START = re.compile(r"[^\w]*[a-zà-öø-ÿ][a-zà-öø-ÿ]*\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """`text` is exactly `page_content[start:end]` of its Document.

    A list item or table row is a sentence too. `lead_in` is what introduces it: the sentence before its list,
    or its table's header; `lead_in_start` and `lead_in_end` are its offsets.
    """

    text: str
    start: int
    end: int
    kind: SentenceKind = "sentence"
    lead_in: str | None = None
    lead_in_start: int | None = None
    lead_in_end: int | None = None


def split_sentences(text: str, *, start: int, end: int) -> list[tuple[int, int]]:
    """Spans of the sentences of the paragraph `text[start:end]`, trimmed; a line break is a space."""
    from sentencex import get_sentence_boundaries

    # Same length, so that offsets hold; a quote's markers are no words of it.
    flat = _LINE_BREAK.sub(lambda found: " " * len(found.group()), text[start:end])
    spans: list[tuple[int, int]] = []
    unfinished: int | None = None
    for boundary in get_sentence_boundaries("en", flat):
        first, last = boundary["start_index"], boundary["end_index"]
        piece = flat[first:last]
        trimmed = piece.strip()
        if not trimmed:
            continue
        first += len(piece) - len(piece.lstrip())
        last = first + len(trimmed)
        if unfinished is not None:
            first, unfinished = unfinished, None
        if _LONE_NUMBER.fullmatch(trimmed):
            unfinished = first  # "2." belongs to what it numbers
        elif spans and (not any(char.isalnum() for char in trimmed) or _LOWER_START.match(trimmed)):
            spans[-1] = (spans[-1][0], start + last)
        else:
            spans.append((start + first, start + last))
    if unfinished is not None:
        tail = start + len(flat.rstrip())
        spans = [*spans[:-1], (spans[-1][0], tail)] if spans else [(start + unfinished, tail)]
    return spans


def sentences_of(chunk: Document) -> tuple[Sentence, ...]:
    """The sentences of a Chunk in reading order; offsets count in its Document's `page_content`.

    Raises KeyError for a Document that is no Chunk.
    """
    start = int(chunk.metadata["start"])
    packed = json.loads(chunk.metadata["sentences"])
    leads: list[tuple[int, int, str]] = [(lead[0], lead[1], lead[2]) for lead in packed["leads"]]
    sentences = []
    for first, last, kind, lead in packed["spans"]:
        text = chunk.page_content[first - start : last - start]
        if lead is None:
            sentences.append(Sentence(text=text, start=first, end=last, kind=kind))
            continue
        lead_start, lead_end, lead_text = leads[lead]
        sentences.append(
            Sentence(
                text=text,
                start=first,
                end=last,
                kind=kind,
                lead_in=lead_text,
                lead_in_start=lead_start,
                lead_in_end=lead_end,
            )
        )
    return tuple(sentences)


def pack_sentences(sentences: Sequence[Sentence]) -> str:
    """The JSON that a Chunk's metadata keeps; `sentences_of` reads it."""
    leads: list[list[int | str | None]] = []
    spans: list[list[int | str | None]] = []
    for sentence in sentences:
        lead = None
        if sentence.lead_in is not None:
            entry = [sentence.lead_in_start, sentence.lead_in_end, sentence.lead_in]
            if entry not in leads:
                leads.append(entry)
            lead = leads.index(entry)
        spans.append([sentence.start, sentence.end, sentence.kind, lead])
    return json.dumps({"leads": leads, "spans": spans}, ensure_ascii=False, separators=(",", ":"))


def sentence_count(chunk: Document) -> int:
    """How many sentences `sentences_of` gives for a Chunk."""
    return len(json.loads(chunk.metadata["sentences"])["spans"])
