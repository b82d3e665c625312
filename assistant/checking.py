"""Support for others: whether the sentences of any system's answer are borne out by its sources."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from assistant.characters import visible
from assistant.errors import AssistantError
from assistant.reader import Page
from assistant.support import SupportChecker, word_support
from ingest import split_sentences

_EXPECTED = '{"answer": "...", "sources": [{"title": "...", "text": "..."}], "history": [...]}'


def check_lines(stream: Iterable[bytes], checker: SupportChecker) -> Iterator[dict[str, Any]]:
    """A result for each line, in order; `{"error": ...}` in the place of a line that is not as expected."""
    for line in stream:
        if not line.strip():
            continue
        try:
            yield check_answer(json.loads(line), checker)
        except (ValueError, RecursionError, AssistantError) as error:
            problem = (
                str(error) if isinstance(error, AssistantError) else f"not JSON in UTF-8; give lines like {_EXPECTED}"
            )
            yield {"error": problem}


def check_answer(row: object, checker: SupportChecker) -> dict[str, Any]:
    """`sentences`, each with its verdict and score, and `support` (0 to 1) of the whole answer.

    The history bears out what is said again of it. Raises AssistantError for a row of another form.
    """
    if not isinstance(row, Mapping) or not isinstance(row.get("answer"), str):
        raise AssistantError(f"expected {_EXPECTED}, got {str(row)[:60]}")
    titled, said = _sources(row.get("sources", [])), _said(row.get("history", []))
    answer = visible(row["answer"])
    pages = [Page(head=title, sentences=_split(text)) for title, text in titled if text.strip()]
    pages += [Page(head="", sentences=_split(text)) for text in said if text.strip()]
    sentences = []
    for text in _split(answer):
        support = checker.check(text, pages, asked=said[-1] if said else "")
        sentences.append({"text": text, "verdict": support.verdict, "score": round(support.score, 4)})
    whole = word_support(answer, (*(text for _, text in titled), *said)) if sentences else 0.0
    return {"sentences": sentences, "support": round(whole, 4)}


def _sources(given: object) -> list[tuple[str, str]]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise AssistantError(f"expected {_EXPECTED}, got sources {str(given)[:60]}")
    found = []
    for source in given:
        if not isinstance(source, Mapping) or not isinstance(source.get("text"), str):
            raise AssistantError(f'a source is {{"title": "...", "text": "..."}}, got {str(source)[:60]}')
        found.append((visible(str(source.get("title") or "")), visible(source["text"])))
    return found


def _said(given: object) -> list[str]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise AssistantError(f"expected {_EXPECTED}, got history {str(given)[:60]}")
    found = []
    for entry in given:
        text = entry.get("content") if isinstance(entry, Mapping) else entry
        if not isinstance(text, str):
            raise AssistantError(f"an entry of the history is a text or a message with content, got {str(entry)[:60]}")
        found.append(visible(text))
    return found


def _split(text: str) -> tuple[str, ...]:
    return tuple(
        piece
        for line in text.split("\n")
        for start, end in split_sentences(line, start=0, end=len(line))
        if (piece := line[start:end].strip())
    )
