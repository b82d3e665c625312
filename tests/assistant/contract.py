"""The answer contract of the design, as one check that every answer in these tests goes through."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from assistant import Answer, Assistant

KEYS = (
    "question",
    "interpreted_as",
    "kind",
    "reason",
    "text",
    "sentences",
    "citations",
    "passages",
    "suggestions",
    "answerer",
    "notice",
    "withheld",
    "seconds",
)
CITATION_KEYS = ("marker", "title", "section", "source", "url", "quote", "start", "end", "sha256", "as_of")
PASSAGE_KEYS = ("source", "section", "start", "end", "score")
STAGES = ("resolve", "retrieve", "weigh", "answer", "check")
REASONS = {"no_evidence", "unknown_name", "false_premise", "off_topic", "unclear", "unsupported_language"}
# What an answer is made of: paragraphs, lists, the short answer in bold. No link, image, heading, code or HTML.
OWN_ELEMENTS = {"p", "ul", "li", "strong"}

_MARKDOWN = MarkdownIt("commonmark", {"html": True})


def shown(text: str) -> BeautifulSoup:
    """Markdown as a browser would have it, raw HTML included."""
    return BeautifulSoup(_MARKDOWN.render(text), "html.parser")


def visible(text: str) -> str:
    """What a person reads of a Markdown text, on one line."""
    return " ".join(shown(text).get_text().split())


def markers(text: str) -> set[int]:
    """The markers of a Markdown text; a bracket that was escaped is a quoted one, not ours."""
    return {int(number) for number in re.findall(r"(?<!\\)\[(\d+)\]", text)}


def check_contract(said: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    """Assert what holds for every answer, whatever was asked; `texts` are the Documents' texts by source."""
    assert tuple(said) == KEYS
    assert said["kind"] in {"answer", "abstention", "greeting"}
    assert (said["reason"] in REASONS) if said["kind"] == "abstention" else (said["reason"] is None)
    if said["answerer"] == "quotes":
        assert said["notice"] or not said["withheld"]
    else:
        assert (said["kind"], said["notice"]) == ("answer", None)
    assert tuple(said["seconds"]) == STAGES
    assert all(seconds >= 0 for seconds in said["seconds"].values())
    assert said["text"].strip()
    assert said["interpreted_as"].strip()
    _check_citations(said, texts)
    _check_text(said)
    _check_passages(said["passages"], texts)
    assert len(set(said["suggestions"])) == len(said["suggestions"])
    assert all(isinstance(question, str) and question for question in said["suggestions"])
    assert said["question"] not in said["suggestions"]


def _check_citations(said: Mapping[str, Any], texts: Mapping[str, str]) -> None:
    for citation in said["citations"]:
        assert tuple(citation) == CITATION_KEYS
        assert citation["quote"].strip()
        assert texts[citation["source"]][citation["start"] : citation["end"]] == citation["quote"]
        assert hashlib.sha256(citation["quote"].encode("utf-8")).hexdigest() == citation["sha256"]
        inside = [
            passage
            for passage in said["passages"]
            if passage["source"] == citation["source"]
            and passage["start"] <= citation["start"]
            and citation["end"] <= passage["end"]
        ]
        assert inside, "a quote comes from what retrieval returned"
    assert [citation["marker"] for citation in said["citations"]] == list(range(1, len(said["citations"]) + 1))


def _check_text(said: Mapping[str, Any]) -> None:
    cited = {citation["marker"] for citation in said["citations"]}
    assert markers(said["text"]) == cited
    assert {marker for sentence in said["sentences"] for marker in sentence["citations"]} == cited
    assert {element.name for element in shown(said["text"]).find_all()} <= OWN_ELEMENTS
    read = visible(said["text"])
    for sentence in said["sentences"]:
        assert tuple(sentence) == ("text", "citations")
        assert sentence["citations"]
        assert " ".join(sentence["text"].split()) in read
    if said["kind"] == "answer":
        assert said["sentences"]
    if said["kind"] == "greeting":
        assert not said["sentences"]
        assert not said["passages"]


def _check_passages(passages: list[Mapping[str, Any]], texts: Mapping[str, str]) -> None:
    scores = [passage["score"] for passage in passages]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    for passage in passages:
        assert tuple(passage) == PASSAGE_KEYS
        assert texts[passage["source"]][passage["start"] : passage["end"]].strip()
    places = [(passage["source"], passage["start"], passage["end"]) for passage in passages]
    assert len(set(places)) == len(places)


@dataclass(frozen=True, kw_only=True, slots=True)
class Library:
    """Some texts with an assistant over their index."""

    folder: Path
    index: Path
    assistant: Assistant
    texts: Mapping[str, str] = field(repr=False)

    def ask(self, question: str, *history: object) -> Answer:
        """The answer after a history as programs give it, checked against the contract."""
        answer = self.assistant.ask(question, self.assistant.conversation(history))
        assert answer.question == question
        check_contract(answer.to_dict(), self.texts)
        return answer
