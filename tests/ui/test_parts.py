"""The parts of the page that need no browser: escaping, marking, links, feedback, and what happens on errors."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document

from assistant import LONGEST_QUESTION, Answer, Assistant, AssistantError, Citation, Conversation, Passage, Withheld
from pages import serving
from pages.chat import FAILED, MAX_QUESTION, Chat, Session, as_typed
from pages.feedback import Feedback
from pages.markdown import to_html, to_plain, to_speech
from pages.opening import OpeningAssistant
from pages.sources import live_address, sources_html
from pages.turn import announcement, turn_html

TEXT = "Ponds are deep.  \n\n- They <b>freeze</b>\n- They thaw & flow\n\nNobody swims in them."


def citation(text: str, start: int, end: int, *, marker: int = 1, at: int = 100) -> Citation:
    quote = text[start:end]
    return Citation(
        marker=marker,
        title="Ponds",
        section="Ice",
        source="ponds.md",
        url="https://example.org/ponds",
        quote=quote,
        start=at + start,
        end=at + end,
        sha256=hashlib.sha256(quote.encode()).hexdigest(),
        as_of="2025-01-31",
    )


def answer(passage: str = TEXT, /, *spans: tuple[int, int], **changes: Any) -> Answer:
    """An answer from one passage, which begins 100 characters into its Document, with these quotes."""
    metadata = {"source": "ponds.md", "title": "Ponds", "section": "Ice", "start": 100, "end": 100 + len(passage)}
    whole = Answer(
        question="Do ponds freeze?",
        interpreted_as="Do ponds freeze?",
        kind="answer",
        text="They freeze. [1]",
        citations=tuple(citation(passage, *span, marker=n) for n, span in enumerate(spans, start=1)),
        passages=(Passage(chunk=Document(page_content=passage, metadata=metadata), rank=1, score=0.9),),
    )
    return replace(whole, **changes)


class Marks(HTMLParser):
    """What a browser would find inside the marks, and which elements there are at all."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.marks: list[str] = []
        self.tags: set[str] = set()
        self._inside = False
        self.feed(markup)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        if tag == "mark":
            self._inside = True
            self.marks.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "mark"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.marks[-1] += data


@given(st.text(alphabet=st.sampled_from("ab <>&\"'`$\n-*.1é"), min_size=1), st.data())
def test_a_mark_holds_its_quote_to_the_letter_whatever_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    found = Marks(sources_html(answer(text, (start, end)), 1))
    assert found.marks == [text[start:end]]
    assert found.tags <= {
        "aside",
        "h3",
        "ol",
        "li",
        "div",
        "cite",
        "span",
        "blockquote",
        "br",
        "mark",
        "p",
        "a",
        "time",
    }


def test_quotes_of_one_passage_share_its_card_and_what_overlaps_is_marked_once() -> None:
    shown = sources_html(answer(TEXT, (0, 15), (5, 30), (40, 50)), 2)
    assert shown.count('<li class="source">') == 1
    assert "".join(Marks(shown).marks) == TEXT[0:30] + TEXT[40:50]
    assert [f'id="source-2-{marker}"' in shown for marker in (1, 2, 3)] == [True] * 3


def test_a_quote_outside_every_passage_is_shown_by_itself() -> None:
    lone = replace(answer(TEXT, (0, 15)), passages=())
    assert Marks(sources_html(lone, 1)).marks == [TEXT[0:15]]


def test_a_long_passage_is_clipped_at_words_around_its_quote() -> None:
    text = " ".join(f"word{number}" for number in range(400))
    start = text.index("word200")
    shown = sources_html(answer(text, (start, start + len("word200"))), 1)
    block = re.search("<blockquote>(.*)</blockquote>", shown, re.DOTALL)
    assert block is not None
    words = re.sub("<[^>]*>", "", block[1]).split()
    assert words[0] == words[-1] == "…"
    assert set(words[1:-1]) <= set(text.split())
    assert len(words) < 120


@pytest.mark.parametrize("url", [None, "", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "http://["])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert live_address(url, "Ponds freeze.") is None


def test_a_link_leads_to_the_sentence() -> None:
    assert live_address("https://x.org/a", "Up-to-date, **bold**") == "https://x.org/a#:~:text=Up%2Dto%2Ddate%2C%20bold"
    assert live_address("https://x.org/a#b", "Yes.") == "https://x.org/a#b:~:text=Yes."
    long = live_address("https://x.org", " ".join("abcdefghijklmnop"))
    assert long == "https://x.org#:~:text=a%20b%20c%20d%20e,l%20m%20n%20o%20p"


HARMFUL = [
    "<script>x()</script>",
    "<img src=x onerror=x()>",
    "![a](https://example.org/b.png)",
    "[a](javascript:x())",
    "<https://example.org>",
    "[1]: https://example.org",
    "[a][1]\n\n[1]: https://example.org",
    "    <b>indented</b>",
    "```html\n<b>x</b>\n```",
    "<details><summary>x</summary></details>",
]


@pytest.mark.parametrize("text", HARMFUL)
def test_an_answer_cannot_fetch_link_or_run_anything(text: str) -> None:
    shown = to_html(text, link=lambda _: None)
    assert Marks(shown).tags <= {"p", "code"}
    assert "onerror" not in shown or "&lt;img" in shown


def test_emphasis_lists_and_tables_of_an_answer_are_kept() -> None:
    shown = to_html("**Yes**\n\n- *a*\n- b\n\n| c | d |\n|---|---|\n| 1 | 2 |\n\n# e", link=lambda _: None)
    assert Marks(shown).tags == {"p", "strong", "ul", "li", "em", "table", "thead", "tbody", "tr", "th", "td"}


def test_only_markers_that_cite_something_become_links() -> None:
    shown = turn_html(answer(TEXT, (0, 15), text="They freeze. [1] Or so they say. [2]"), 3, finished=True)
    assert '<a class="marker" href="#source-3-1"' in shown
    assert "source-3-2" not in shown
    assert "[2]" in shown


def test_a_copy_has_the_words_the_lines_and_the_markers() -> None:
    assert to_plain("R&amp;D \\& more") == "R&D & more"
    assert to_plain("**Yes** [1]\n\n- \\_a\\_ \\<b\\> [2]") == "Yes [1]\n\n- _a_ <b> [2]"


def test_a_screen_reader_hears_the_words_and_no_signs() -> None:
    assert to_speech("**Yes**, they do. [1]\n\n- one [2]\n- two\\* [3]") == "Yes, they do. one two*"
    assert announcement(answer(TEXT, (0, 15))) == "They freeze. 1 quote from the texts."


@given(st.text(alphabet=st.characters()))
def test_what_is_typed_can_be_shown_and_stored(text: str) -> None:
    assert "\ud800" not in as_typed(text + "\ud800").encode().decode()


def test_what_is_typed_keeps_its_words_signs_and_lines() -> None:
    assert as_typed(" Où?\n**a** <b>\t🙂 ") == "Où?\n**a** <b>\t🙂"
    assert as_typed("a\x00b\u202ec") == "a b c"


def test_the_page_takes_no_longer_question_than_the_assistant() -> None:
    assert MAX_QUESTION <= LONGEST_QUESTION


class Scripted:
    """Stands where the assistant does: answers with what it was given, or raises it."""

    def __init__(self, *steps: Answer | Exception) -> None:
        self.steps = steps
        self.heard: list[Conversation] = []

    def stream_answer(self, question: str, conversation: Conversation) -> Iterator[Answer]:
        self.heard.append(conversation)
        for step in self.steps:
            if isinstance(step, Exception):
                raise step
            yield replace(step, question=question, interpreted_as=question)


@pytest.fixture
def chat(tmp_path: Path) -> Callable[[Scripted], Chat]:
    def build(scripted: Scripted) -> Chat:
        opening = OpeningAssistant(None, opens=lambda *_: cast("Assistant", scripted))
        opening.start()
        assert opening.wait(60)
        return Chat(opening, Feedback(tmp_path / "feedback.jsonl"))

    return build


def transcripts(chat: Chat, question: str, session: Session) -> list[str]:
    shown = [transcript for transcript, _, _ in chat.ask(question, session)]
    return ["".join(transcript) for transcript in shown if isinstance(transcript, list)]


def test_sentences_appear_one_by_one(chat: Callable[[Scripted], Chat]) -> None:
    whole = answer(TEXT, (0, 15), (20, 30), text="Deep. [1] Cold. [2]")
    steps = transcripts(chat(Scripted(replace(whole, text="Deep. [1]"), whole)), "Well?", Session())
    assert [("Deep." in step, "Cold." in step) for step in steps] == [
        (False, False),
        (True, False),
        (True, True),
        (True, True),
    ]
    assert ["Good answer" in step for step in steps] == [False, False, False, True]


def test_a_greeting_is_nothing_that_a_follow_up_refers_to(chat: Callable[[Scripted], Chat]) -> None:
    """Nothing is said in it; the question before it is what "there" means."""
    session = Session()
    transcripts(chat(Scripted(answer(TEXT, (0, 15)))), "First?", session)
    transcripts(chat(Scripted(answer(kind="greeting", text="You are welcome."))), "Thanks!", session)
    last = Scripted(answer(TEXT, (0, 15)))
    transcripts(chat(last), "And there?", session)
    assert [turn.question for turn in last.heard[0].turns] == ["First?"]


@pytest.mark.parametrize("error", [AssistantError("use a smaller spoon"), ValueError("secret"), MemoryError()])
def test_an_error_is_told_kindly_and_the_conversation_goes_on(
    chat: Callable[[Scripted], Chat], error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    session = Session()
    transcripts(chat(Scripted(answer(TEXT, (0, 15)))), "First?", session)
    last = transcripts(chat(Scripted(error)), "Second?", session)[-1]
    assert html.escape(FAILED) in last
    assert ("use a smaller spoon" in last) is isinstance(error, AssistantError)
    assert "secret" not in last
    assert "They freeze." in last
    assert caplog.records
    again = Scripted(answer(TEXT, (0, 15)))
    transcripts(chat(again), "Third?", session)
    assert [turn.question for turn in again.heard[0].turns] == ["First?"]


def test_what_a_chat_model_said_in_vain_can_be_looked_at() -> None:
    """Counted, struck through, escaped, and apart from the answer; nothing where nothing was withheld."""
    withheld = (Withheld(text="Ponds <b>boil</b>.", verdict="unsupported"),)
    shown = turn_html(answer(TEXT, (0, 15), withheld=withheld, notice="It took too long."), 1, finished=True)
    assert "1 sentence was left out" in shown
    assert "<s>Ponds &lt;b&gt;boil&lt;/b&gt;.</s>" in shown
    assert "It took too long." in shown
    assert "left out" not in turn_html(answer(TEXT, (0, 15)), 1, finished=True)


def test_an_assistant_that_cannot_open_is_said_and_not_raised(tmp_path: Path) -> None:
    def opens(*_: object) -> Assistant:
        raise AssistantError("there is no spoon")

    opening = OpeningAssistant(None, opens=opens)
    opening.start()
    assert opening.wait(60)
    said = transcripts(Chat(opening, Feedback(tmp_path / "f.jsonl")), "Well?", Session())[-1]
    assert "there is no spoon" in said


def test_feedback_is_one_json_line_each_and_the_folder_is_made(tmp_path: Path) -> None:
    feedback = Feedback(tmp_path / "a" / "b.jsonl")
    assert feedback.record("rated", answer(TEXT, (0, 15), (20, 30)), liked=True)
    assert feedback.record("unanswered", answer(kind="abstention", reason="off_topic", text="No\nnews."))
    first, second = map(json.loads, (tmp_path / "a" / "b.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["event"], first["liked"], first["sources"]) == ("rated", True, ["ponds.md"])
    assert (second["event"], second["liked"], second["reason"]) == ("unanswered", None, "off_topic")


def test_feedback_that_cannot_be_saved_is_said_and_not_raised(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert Feedback(tmp_path / "file" / "feedback.jsonl").record("rated", answer(), liked=False) is False


def test_without_a_named_port_the_next_free_one_is_taken() -> None:
    with serving.open_socket("127.0.0.1", None) as one, serving.open_socket("127.0.0.1", None) as other:
        assert serving.DEFAULT_PORT <= one.getsockname()[1] < other.getsockname()[1]


def test_a_named_port_is_taken_or_refused() -> None:
    with serving.open_socket("127.0.0.1", 0) as one, pytest.raises(OSError, match="in use") as caught:
        serving.open_socket("127.0.0.1", one.getsockname()[1])
    assert caught.value.errno == serving.TAKEN


def test_the_address_is_one_that_a_browser_can_open() -> None:
    assert serving.address("0.0.0.0", 7860) == "http://127.0.0.1:7860"
    assert serving.address("::1", 80) == "http://[::1]:80"
