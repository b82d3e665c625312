"""The answer contract: what other programs may rely on, whatever is asked."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant import LONGEST_QUESTION, AssistantError
from tests.assistant.conftest import Command
from tests.assistant.contract import KEYS, Library, check_contract

CORPUS = Path(__file__).parents[2] / "corpus"
WORDS = sorted({word for path in CORPUS.glob("*.md") for word in re.findall(r"[\w+&-]+", path.read_text("utf-8"))})
STARTS = ["What is", "When did", "Where is", "Who funds", "How many", "Why did", "Which", "Tell me about", "Does", ""]
INTRUDERS = [
    "\x00", "\x1b[31m", "\r\n", "\t", "\u200b", "\u202e", "\u2028", "\x7f", "\ufeff",  # what nobody sees
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "&lt;", "&copy;", "</p>",
    "[1]", "[x](javascript:f())", "![x](http://x.example/y)", "**", "`", "# ", "\n- ", "\n\n    ", "|", "\\", "$x$",
    "🎓", "👩‍🔬", "é", "e\u0301", "ß", "İ", "東京", "٣", "½", "\U0001f1f3\U0001f1f1",
]  # fmt: skip


@st.composite
def questions(draw: st.DrawFn) -> str:
    """Words of the corpus behind the start of a question, with things in between that do not belong there."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=7))
    for intruder in draw(st.lists(st.sampled_from(INTRUDERS), max_size=3)):
        words.insert(draw(st.integers(0, len(words))), intruder)
    return f"{draw(st.sampled_from(STARTS))} {' '.join(words)}{draw(st.sampled_from(['?', '', ' ?!', '.']))}"


@settings(max_examples=40, deadline=None, derandomize=True)
@given(question=questions())
def test_every_citation_stands_letter_by_letter_in_its_text(shipped: Library, question: str) -> None:
    """Whatever is asked, each quote is the text at its offsets with its hash, and nothing asked becomes markup."""
    assert shipped.ask(question).question == question


@settings(max_examples=20, deadline=None, derandomize=True)
@given(question=st.text(max_size=120).filter(lambda text: any(char.isalnum() for char in text)))
def test_no_text_at_all_breaks_the_contract(kitchen: Library, question: str) -> None:
    """Any characters with a letter or digit among them get an answer of the promised form."""
    assert kitchen.ask(question).question == question


@settings(max_examples=12, deadline=None, derandomize=True)
@given(first=questions(), second=st.sampled_from(["When did it start?", "and York?", "since when?", "Where is that?"]))
def test_every_citation_stands_in_its_text_after_a_conversation_too(shipped: Library, first: str, second: str) -> None:
    """The contract holds for a follow-up question after any question before it."""
    assert shipped.ask(second, first).question == second


def test_offsets_count_in_the_file_as_decoded(shipped: Library, kitchen: Library) -> None:
    """A Markdown or text file read as UTF-8, newlines as LF, has each quote between its `start` and `end`."""
    asked = [
        (shipped, "When did the York-Maastricht Partnership start?", "york-maastricht-partnership.md"),
        (kitchen, "When was the Guild of Northern Bakers founded?", "bread.md"),
        (kitchen, "How long do pickled cucumbers stay in the brine?", "pickles.txt"),
    ]
    for library, question, source in asked:
        citation = library.ask(question).citations[0]
        assert citation.source == source
        text = (library.folder / source).read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        assert text[citation.start : citation.end] == citation.quote


def test_a_quote_from_html_counts_in_the_extracted_text(kitchen: Library) -> None:
    """The source is the path below the folder that was built, the address that of the page."""
    citation = kitchen.ask("How long does goat cheese age?").citations[0]
    assert citation.source == "dairy/cheese.html"
    assert citation.url == "https://kitchen.example/cheese"
    assert citation.quote == "Goat cheese ages for three weeks in a cool cellar in Valençay."


def test_a_question_that_needs_nothing_is_interpreted_as_typed(shipped: Library) -> None:
    """Spaces, a greeting in front and control characters stay in `question` and `interpreted_as`."""
    for question in ("  What is   YERUN short for?\t", "Hi! What is YERUN short for?", "What is\x00 YERUN short for?"):
        answer = shipped.ask(question)
        assert answer.interpreted_as == question
        assert answer.kind == "answer"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("What is YERUN short for?", "answer"),
        ("Does Maastricht University work with Stanford?", "abstention"),
        ("hello", "greeting"),
    ],
)
def test_json_is_one_line_with_the_same_keys_in_the_same_order(
    shipped: Library, command: Command, question: str, kind: str
) -> None:
    """`--json` prints one line for an answer, an abstention and a greeting; none of them is an error."""
    printed = command("--json", question, "--index", shipped.index)
    assert (printed.code, printed.complaints) == (0, [])
    (line,) = printed.lines
    said = json.loads(line)
    assert (tuple(said), said["kind"], said["question"]) == (KEYS, kind, question)
    check_contract(said, shipped.texts)


def test_the_same_question_gets_the_same_answer(shipped: Library) -> None:
    """Nothing but the time that it took differs from one asking to the next."""
    first, second = (shipped.ask("Who funds the projects in India?").to_dict() for _ in range(2))
    assert first | {"seconds": None} == second | {"seconds": None}


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u200b\u200e", "\x00"])
def test_a_question_of_nothing_is_refused(kitchen: Library, question: str) -> None:
    """There is nothing to answer, and the person is told what to do."""
    with pytest.raises(AssistantError, match="empty; type a question"):
        kitchen.assistant.ask(question)


def test_a_question_that_was_pasted_by_mistake_is_refused(kitchen: Library) -> None:
    """The longest question is answered; one character more is not, and the numbers are named."""
    longest = "What is goat cheese? ".ljust(LONGEST_QUESTION, "?")
    assert kitchen.ask(longest).kind in {"answer", "abstention"}
    with pytest.raises(AssistantError, match="2,001 characters"):
        kitchen.assistant.ask(longest + "?")


def test_an_answer_grows_sentence_by_sentence_and_ends_whole(shipped: Library) -> None:
    """What is streamed begins like the answer at every moment, and the last of it is the answer itself."""
    question = "What is Radboud University?"
    grown = list(shipped.assistant.stream_answer(question))
    assert len(grown) > 1
    assert [len(one.text) for one in grown] == sorted({len(one.text) for one in grown})
    assert all(grown[-1].text.startswith(one.text) for one in grown)
    assert grown[-1].text == shipped.ask(question).text


def test_the_passage_of_a_citation_holds_its_quote(shipped: Library) -> None:
    """A page can show each quote in its surroundings."""
    answer = shipped.ask("What is MUNDO?")
    for citation in answer.citations:
        passage = answer.passage_of(citation)
        assert passage is not None
        assert citation.quote in passage.text
