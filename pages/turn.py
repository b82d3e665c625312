"""One turn on the page: the question as typed, its answer, the sources beside it, and what can follow."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Literal

from pages.markdown import to_html, to_plain, to_speech
from pages.sources import source_id, sources_html

if TYPE_CHECKING:
    from assistant import Answer

# What stands above an abstention: calm, and true of its reason.
_ABSTENTIONS = {
    "no_evidence": "The texts do not say",
    "unknown_name": "Not in the library",
    "false_premise": "Not as the texts have it",
    "off_topic": "Outside this library",
    "unclear": "Could you say a little more?",
    "unsupported_language": "In another language, please",
}

_ICONS = {
    "up": "M7 10v11H3V10h4Zm0 0 4-8a2.5 2.5 0 0 1 2.5 2.5V8h5.6a2 2 0 0 1 2 2.3l-1.3 8.5A2 2 0 0 1 17 21H7",
    "down": "M7 14V3H3v11h4Zm0 0 4 8a2.5 2.5 0 0 0 2.5-2.5V16h5.6a2 2 0 0 0 2-2.3l-1.3-8.5A2 2 0 0 0 17 3H7",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
}


def ask_button(question: str) -> str:
    return f'<button type="button" class="ask" data-ask="{escape(question)}">{escape(question)}</button>'


def _edit_button(question: str, label: str) -> str:
    return f'<button type="button" class="plain" data-edit="{escape(question)}">{label}</button>'


def turn_html(answer: Answer, turn: int, *, finished: bool, liked: bool | None = None) -> str:
    """The turn with number `turn`; while it is not `finished`, without what can be done with an answer."""
    return _article(
        turn,
        answer.question,
        _understood(answer)
        + f'<div class="answer {answer.kind}">{_heading(answer)}{_text(answer, turn)}{_notice(answer)}'
        + f"{_withheld(answer)}</div>"
        + (_tools(answer, turn, liked) if finished else "")
        + sources_html(answer, turn)
        + (_suggestions(answer) if finished else ""),
        busy=not finished,
    )


def waiting_html(question: str, turn: int, *, says: str) -> str:
    """A turn whose answer is being looked for."""
    return _article(turn, question, f'<p class="waiting">{escape(says)}</p>', busy=True)


def failed_html(question: str, turn: int, *, says: str, detail: str = "") -> str:
    """A turn that came to nothing, with the question one click away from being asked again."""
    more = f'<p class="detail">{escape(detail)}</p>' if detail else ""
    again = f"<p>{_edit_button(question, 'Edit the question')}</p>"
    return _article(turn, question, f'<div class="answer failed"><p>{escape(says)}</p>{more}{again}</div>', busy=False)


def announcement(answer: Answer) -> str:
    """What a screen reader says once the answer is complete."""
    sources = len(answer.citations)
    counted = f" {sources} {'quote' if sources == 1 else 'quotes'} from the texts." if sources else ""
    return f"{to_speech(answer.text)}{counted}"


def _article(turn: int, question: str, body: str, *, busy: bool) -> str:
    return (
        f'<article class="turn" id="turn-{turn}" tabindex="-1" aria-labelledby="question-{turn}" '
        f'aria-busy="{str(busy).lower()}"><h2 class="question" id="question-{turn}" dir="auto">'
        f'<span class="unseen">You asked: </span>{escape(question)}</h2>{body}</article>'
    )


def _understood(answer: Answer) -> str:
    if answer.interpreted_as.strip() == answer.question.strip():
        return ""
    meaning = answer.interpreted_as
    return (
        f'<p class="understood">Understood as: <q dir="auto">{escape(meaning)}</q> '
        f"{_edit_button(meaning, 'Not what you meant? Edit it')}</p>"
    )


def _heading(answer: Answer) -> str:
    if answer.kind != "abstention":
        return ""
    return f'<p class="kind">{escape(_ABSTENTIONS.get(answer.reason or "", "The texts do not say"))}</p>'


def _text(answer: Answer, turn: int) -> str:
    titles = {citation.marker: citation.title for citation in answer.citations}

    def link(marker: int) -> str | None:
        if marker not in titles:
            return None
        label = escape(f"Source {marker}: {titles[marker]}")
        return f'<a class="marker" href="#{source_id(turn, marker)}" aria-label="{label}">[{marker}]</a>'

    return f'<div class="text">{to_html(answer.text, link=link)}</div>'


def _notice(answer: Answer) -> str:
    return f'<p class="notice">{escape(answer.notice)}</p>' if answer.notice else ""


def _withheld(answer: Answer) -> str:
    """What a chat model said and nothing supports: counted for all, struck through for the curious."""
    if not answer.withheld:
        return ""
    count = len(answer.withheld)
    what = "1 sentence was" if count == 1 else f"{count} sentences were"
    items = "".join(f'<li dir="auto"><s>{escape(sentence.text)}</s></li>' for sentence in answer.withheld)
    return (
        f'<details class="withheld"><summary>{what} left out: the texts do not support what the chat model wrote.'
        f"</summary><ul>{items}</ul></details>"
    )


def _tools(answer: Answer, turn: int, liked: bool | None) -> str:
    if answer.kind == "greeting":
        return ""
    return (
        '<div class="tools" role="group" aria-label="This answer">'
        + _thumb("up", "Good answer", turn, pressed=liked is True)
        + _thumb("down", "Poor answer", turn, pressed=liked is False)
        + f'<button type="button" data-copy="{escape(_plain_copy(answer))}">'
        + f"{_icon('copy')}<span>Copy</span></button></div>"
    )


def _thumb(way: Literal["up", "down"], label: str, turn: int, *, pressed: bool) -> str:
    return (
        f'<button type="button" data-rate="{way}" data-turn="{turn}" aria-label="{label}" title="{label}" '
        f'aria-pressed="{str(pressed).lower()}">{_icon(way)}</button>'
    )


def _icon(name: str) -> str:
    return f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_ICONS[name]}"/></svg>'


def _plain_copy(answer: Answer) -> str:
    """The answer for an e-mail: its text, then one line per citation."""
    lines = [
        f"[{c.marker}] {c.title}, “{' '.join(c.quote.split())}”" + (f" {c.url}" if c.url else "")
        for c in answer.citations
    ]
    return "\n".join([to_plain(answer.text), *([""] if lines else []), *lines])


def _suggestions(answer: Answer) -> str:
    if not answer.suggestions:
        return ""
    buttons = "".join(f"<li>{ask_button(question)}</li>" for question in answer.suggestions)
    return f'<nav class="next" aria-label="Questions to ask next"><h3>Ask next</h3><ul>{buttons}</ul></nav>'
