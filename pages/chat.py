"""The chat page: what happens when someone asks, rates an answer or starts over, and how it is laid out."""

from __future__ import annotations

import asyncio
import logging
import time
import unicodedata
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr

from pages.feedback import Feedback
from pages.opening import OpeningAssistant
from pages.turn import announcement, failed_html, turn_html, waiting_html
from pages.welcome import FOOTER, HEADER, TITLE, loading_html, unavailable_html, welcome_html

if TYPE_CHECKING:
    from assistant import Answer

log = logging.getLogger(__name__)

HERE = Path(__file__).parent
EXAMPLES = 4
MAX_QUESTION = 2_000  # characters; a longer one is a document, and no question

LOOKING = "Looking in the texts…"
NEXT = "One moment, your question is next."
WARMING_UP = "Getting ready… your question is next."
FAILED = "Something went wrong on our side, so there is no answer this time. Your conversation is still here."
NOT_SAVED = "Thank you. Ratings cannot be saved at the moment, but the chat works as usual."

Shown = tuple[Any, Any, Any]  # transcript, question box, notice; gr.skip() leaves one as it is


@dataclass
class Session:
    """One browser tab's conversation; Gradio copies an empty one for each, so that nobody shares it."""

    answers: list[Answer] = field(default_factory=list)
    ratings: dict[int, bool] = field(default_factory=dict)
    asking: str | None = None


class Chat:
    """What the page does. Every method returns or yields what its outputs show next."""

    def __init__(self, opening: OpeningAssistant, feedback: Feedback) -> None:
        self._opening = opening
        self._feedback = feedback

    async def welcome(self) -> AsyncIterator[str]:
        """The welcome, kept up to date while the assistant opens. Async, so that waiting takes no thread."""
        shown = None
        while not self._opening.settled:
            if shown != self._opening.step:
                shown = self._opening.step
                yield loading_html(shown)
            await asyncio.sleep(0.2)
        assistant = self._opening.assistant
        if assistant is None:
            yield unavailable_html(self._opening.failure or FAILED)
        else:
            try:
                examples = await asyncio.to_thread(assistant.examples, EXAMPLES)
            except Exception:  # a page without examples is better than none
                log.exception("There are no example questions")
                examples = ()
            yield welcome_html(examples, assistant.about)

    def ask(self, text: str, session: Session) -> Iterator[Shown]:
        """The answer to `text`, sentence by sentence. Whatever goes wrong, the conversation stays."""
        question = as_typed(text)
        problem = _problem_with(question)
        if problem:
            yield gr.skip(), gr.skip(), notice(problem)
            return
        # One at a time: a question asked during another waits, and a double click is one click.
        while session.asking is not None:
            if session.asking == question:
                yield gr.skip(), gr.skip(), gr.skip()
                return
            yield gr.skip(), "", notice(NEXT)
            time.sleep(0.2)
        session.asking = question
        try:
            yield from self._ask(question, len(session.answers) + 1, session)
        finally:
            if session.asking is question:  # starting over may have made room for another by now
                session.asking = None

    def _ask(self, question: str, turn: int, session: Session) -> Iterator[Shown]:
        yield _transcript(session, waiting_html(question, turn, says=LOOKING)), "", ""
        while not self._opening.wait(0.5):
            yield _transcript(session, waiting_html(question, turn, says=WARMING_UP)), gr.skip(), gr.skip()
        try:
            yield from self._answer(question, turn, session)
        except Exception:  # whatever it is, the person gets a sentence and the log the traceback
            log.exception("A question could not be answered")
            yield (
                _transcript(session, failed_html(question, turn, says=FAILED), says=FAILED),
                gr.skip(),
                gr.skip(),
            )

    def _answer(self, question: str, turn: int, session: Session) -> Iterator[Shown]:
        from assistant import AssistantError, Conversation
        from ingest import IngestError

        assistant = self._opening.assistant
        if assistant is None:
            failed = failed_html(question, turn, says=FAILED, detail=self._opening.failure or "")
            yield _transcript(session, failed, says=FAILED), gr.skip(), gr.skip()
            return
        # Starting over replaces this list, so an answer that arrives too late joins no new conversation.
        answers = session.answers
        conversation = Conversation()
        for earlier in answers:
            conversation = conversation.plus(earlier)
        answer: Answer | None = None
        try:
            for answer in assistant.stream_answer(question, conversation):
                yield _transcript(session, turn_html(answer, turn, finished=False)), gr.skip(), gr.skip()
        except (AssistantError, IngestError) as error:
            log.warning("A question could not be answered: %s", error)
            failed = failed_html(question, turn, says=FAILED, detail=str(error))
            yield _transcript(session, failed, says=FAILED), gr.skip(), gr.skip()
            return
        if answer is None:
            raise RuntimeError("stream_answer gave no answer at all")
        answers.append(answer)
        if answer.kind == "abstention":
            self._feedback.record("unanswered", answer)
        yield _transcript(session, says=announcement(answer)), gr.skip(), gr.skip()

    def ask_chosen(self, event: gr.EventData, session: Session) -> Iterator[Shown]:
        """The answer to a question that was offered as a button."""
        yield from self.ask(str(_sent(event, "question") or ""), session)

    def rate(self, event: gr.EventData, session: Session) -> str:
        """Record a thumb; the page has already shown it, so only the words of thanks come back."""
        turn, liked = _sent(event, "turn"), _sent(event, "liked")
        if not isinstance(turn, int) or not isinstance(liked, bool) or not 0 < turn <= len(session.answers):
            return ""
        if session.ratings.get(turn) is liked:
            return notice("Noted already, thank you.")
        session.ratings[turn] = liked
        saved = self._feedback.record("rated", session.answers[turn - 1], liked=liked)
        return notice("Thank you, noted." if saved else NOT_SAVED)

    def restart(self, session: Session) -> Shown:
        """An empty page and an empty conversation."""
        session.answers, session.ratings, session.asking = [], {}, None
        return _transcript(session), "", notice("A new conversation.")


def as_typed(text: str) -> str:
    """`text` without what cannot be shown or stored: controls, half surrogates, direction overrides."""
    kept = (
        " " if (unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\t") or sign in _OVERRIDES else sign
        for sign in text
    )
    return "".join(kept).strip()


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def notice(text: str) -> str:
    """A line by the question box; the page is told of it, and it interrupts nobody."""
    return f'<p class="toast">{escape(text)}</p>'


def _problem_with(question: str) -> str | None:
    if not question:
        return "Type a question first, or choose one of the examples."
    if len(question) > MAX_QUESTION:
        return (
            f"That is {len(question):,} characters. A question of up to {MAX_QUESTION:,} can be answered; "
            "please shorten it."
        )
    return None


def _transcript(session: Session, *current: str, says: str = "") -> list[str]:
    """The turns so far and the `current` one, after a line that only a screen reader notices."""
    turns = [
        turn_html(answer, turn, finished=True, liked=session.ratings.get(turn))
        for turn, answer in enumerate(session.answers, start=1)
    ]
    return [f'<p class="unseen" role="status">{escape(says)}</p>', *turns, *current]


def _sent(event: gr.EventData, name: str) -> Any:
    """What the page sent along with an event: anything at all, since anyone can call the server."""
    data = event._data
    return data.get(name) if isinstance(data, dict) else None


def build_page(chat: Chat) -> gr.Blocks:
    """The page around `chat`. Endpoint names are pinned; Gradio would derive them from function names."""
    script = (HERE / "chat.js").read_text(encoding="utf-8")

    def html(value: object, name: str, **more: Any) -> gr.HTML:
        return gr.HTML(value, elem_id=name, apply_default_css=False, js_on_load=script, **more)

    page = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with page:
        session = gr.State(Session())
        header = html(HEADER, "header")
        welcome = html(loading_html(""), "welcome")
        # A JavaScript template over a list: only the turn that changed travels. Never a Handlebars one, whose
        # result Gradio evaluates as code: a backtick in a text would end the string.
        transcript = html(_transcript(Session()), "transcript", html_template="${value.join('')}")
        with gr.Column(elem_id="composer"):
            notices = gr.HTML("", elem_id="notices", apply_default_css=False, html_template=_LIVE)
            with gr.Row(elem_id="ask"):
                question = gr.Textbox(
                    label="Your question",
                    placeholder="Ask a question…",
                    elem_id="question",
                    lines=1,
                    max_lines=5,
                    container=False,
                )
                send = gr.Button("Ask", variant="primary", elem_id="send")
            gr.HTML(FOOTER, elem_id="small-print", apply_default_css=False)

        shown = [transcript, question, notices]
        common: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        asking: dict[str, Any] = common | {
            "trigger_mode": "multiple",
            "concurrency_limit": 16,
            "concurrency_id": "ask",
        }
        page.load(chat.welcome, None, welcome, api_name="welcome", concurrency_limit=None, **common)
        typed = gr.on([question.submit, send.click], chat.ask, [question, session], shown, api_name="ask", **asking)
        asked = [typed]
        for place, name in ((welcome, "ask_example"), (transcript, "ask_suggestion")):
            asked.append(place.ask(chat.ask_chosen, session, shown, api_name=name, **asking))
        transcript.rate(chat.rate, session, notices, api_name="rate", **common)
        header.restart(chat.restart, session, shown, api_name="restart", cancels=asked, **common)
    page.queue(max_size=128)
    return page


_LIVE = '<div role="status">${value}</div>'
