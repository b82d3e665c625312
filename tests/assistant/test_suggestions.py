"""Questions to begin and to go on with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant import Citation
from tests.assistant.contract import Library

ASKED = {
    "shipped": ["What is YERUN short for?", "Who leads MUNDO?", "How do I bake bread?", "When did the YMP start?"],
    "kitchen": ["When was the GNB founded?", "How long does goat cheese age?", "How does a car engine work?"],
}


def suggested(library: Library, name: str) -> set[str]:
    """The examples, and what is suggested after some questions and greetings."""
    told = set(library.assistant.examples(8))
    for question in (*ASKED[name], "hi"):
        told.update(library.ask(question).suggestions)
    assert len(told) >= 4
    return told


def test_every_suggested_question_is_answered(shipped: Library, kitchen: Library) -> None:
    """Whoever clicks on a suggestion is never told that the texts do not answer it."""
    for name, library in (("shipped", shipped), ("kitchen", kitchen)):
        declined = {q for q in suggested(library, name) if library.ask(q).kind != "answer"}
        assert declined == set()


def test_a_suggestion_reads_like_a_question(shipped: Library) -> None:
    """A heading such as "What the projects are about" is no question yet."""
    asks = r"(is|are|was|were|does|do|did|can|could|has|have|had|will|would|\w+('s)? [a-z]+ (is|are|do|does|did)\b)"
    headings = {
        question
        for question in suggested(shipped, "shipped")
        if re.match(r"(What|Where|When|How|Why) ", question)
        and len(question.split()) > 2
        and not re.match(rf"(What|Where|When|How|Why) {asks}", question)
    }
    assert headings == set()
    assert not any(re.match(r"Who (UM|the|Maastricht) ", question) for question in suggested(shipped, "shipped"))


def test_examples_are_about_different_texts(shipped: Library) -> None:
    """As many as were asked for, each once, and not all about one partner."""
    examples = shipped.assistant.examples(6)
    assert len(examples) == len(set(examples)) == 6
    assert len({shipped.ask(question).citations[0].source for question in examples}) >= 4


def test_a_question_that_was_asked_is_not_suggested_again(shipped: Library) -> None:
    """Neither just now nor earlier in the conversation."""
    first = shipped.assistant.examples(1)[0]
    earlier = shipped.ask(first).suggestions[0]
    answer = shipped.ask(first, earlier)
    assert earlier not in answer.suggestions
    assert first not in answer.suggestions


def test_what_was_just_said_is_not_suggested_again(shipped: Library) -> None:
    """In whatever words it was asked: a suggestion has something new to say."""
    for asked in ("Give me an overview of the Brussels Hub", "tell me about MUNDO", "YERUN stands for what exactly"):
        said = shipped.ask(asked)
        assert said.kind == "answer"
        assert said.suggestions
        for suggestion in said.suggestions:
            new = [c for c in shipped.ask(suggestion).citations if not _within(c, said.citations)]
            assert new, (asked, suggestion)


def _within(one: Citation, others: Sequence[Citation]) -> bool:
    return any(o.source == one.source and o.start <= one.start and one.end <= o.end for o in others)


def test_suggestions_go_on_about_what_was_cited(shipped: Library) -> None:
    """The first one is about the text that has just been quoted."""
    answer = shipped.ask("When was the York-Maastricht Partnership launched?")
    assert "York" in answer.suggestions[0]
    assert 0 < len(answer.suggestions) <= 3
