"""Quotes and the check that every one of them goes through."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document

from assistant import AnswerSentence, AssistantError, Citation, HybridRetriever, Passage, verdict
from assistant.grounding import holds
from assistant.quotes import cite, escaped, plain
from tests.assistant.contract import Library, shown

TEXT = "The cellar must not be warmer than 12 degrees. Goat cheese ages in Valençay."


def passage(text: str = TEXT, start: int = 100) -> Passage:
    metadata = {
        "source": "cheese.txt", "title": "Goat cheese", "section": "", "start": start, "end": start + len(text),
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }  # fmt: skip
    return Passage(chunk=Document(id="1", page_content=text, metadata=metadata), rank=1, score=1.0)


PASSAGE = passage()
CITATION = cite(1, PASSAGE, 100, 146)
SENTENCE = AnswerSentence(text="The cellar must not be warmer than 12 degrees.", citations=(1,))


@pytest.mark.parametrize(
    ("quote", "read"),
    [
        ("two\nlines  of\ttext", "two lines of text"),
        ("**bold**, *slanted*, __bold__, _slanted_ and `code`", "bold, slanted, bold, slanted and code"),
        ("see [the page](https://x.example/a) and ![a jar](jar.png)", "see the page and a jar"),
        ("**a *nested* one**", "a nested one"),
        ("| spelt | 225 |", "spelt: 225"),
        ("| spelt | 225 | hot |", "spelt – 225 – hot"),
        ("snake_case_word and 2 * 3 * 4", "snake_case_word and 2 * 3 * 4"),
        ("", ""),
    ],
)
def test_a_quote_is_read_without_its_markdown(quote: str, read: str) -> None:
    """Emphasis, links and table bars are for the file; a person reads the words."""
    assert plain(quote, "bread.md") == read


def test_a_plain_text_has_no_markdown_to_resolve() -> None:
    """An asterisk in a .txt file is an asterisk."""
    assert plain("*fresh*  and [1](x)", "pickles.txt") == "*fresh* and [1](x)"


def _as_read(markdown: str) -> str:
    return " ".join(shown(markdown).get_text().split())


@given(
    st.lists(
        st.sampled_from([*"*_`#[]()<>!|~$\\-+=.:&;1a\"'", "&lt;", "&#65;", "http://x.example", " ", "é", "–"]),
        max_size=14,
    )
)
def test_escaped_text_is_shown_as_it_is(pieces: list[str]) -> None:
    """Within a sentence, nothing of it becomes markup: what was written is what is read."""
    text = " ".join(f"Says {''.join(pieces)} so.".split())
    page = shown(escaped(text))
    assert [element.name for element in page.find_all()] == ["p"]
    assert _as_read(escaped(text)) == text


@pytest.mark.parametrize(
    "text", ["# no heading", "> no quote", "- no item", "+ no item", "1. no number", "1921) no number", "---"]
)
def test_a_sentence_that_begins_like_markup_is_still_a_sentence(text: str) -> None:
    """The first characters of a sentence make no heading, quote, list or rule of it."""
    page = shown(escaped(text))
    assert [element.name for element in page.find_all()] == ["p"]
    assert _as_read(escaped(text)) == text


def test_a_quote_that_stands_in_its_passage_is_supported() -> None:
    """The text at the offsets, its hash, and a sentence that says what it says."""
    assert CITATION.quote == SENTENCE.text
    assert holds(CITATION, [PASSAGE])
    assert verdict(SENTENCE, [CITATION], [PASSAGE]) == "supported"


@pytest.mark.parametrize(
    "tampered",
    [
        replace(CITATION, quote=CITATION.quote.replace("not ", "")),
        replace(CITATION, quote=CITATION.quote.replace("12", "13")),
        replace(CITATION, sha256="0" * 64),
        replace(CITATION, start=CITATION.start + 1),
        replace(CITATION, end=CITATION.end + 1),
        replace(CITATION, start=0, end=46),
        replace(CITATION, source="other.txt"),
        replace(CITATION, quote="", end=CITATION.start, sha256=hashlib.sha256(b"").hexdigest()),
        replace(CITATION, marker=2),
    ],
    ids=["words", "number", "hash", "start", "end", "outside", "source", "nothing", "marker"],
)
def test_a_tampered_quote_is_refused(tampered: Citation) -> None:
    """A changed word, number, hash, place, source or marker is found out."""
    assert verdict(SENTENCE, [tampered], [PASSAGE]) == "unsupported"


def test_a_quote_with_a_hash_of_its_own_is_refused() -> None:
    """Changing the quote and its hash together does not help: the passage says otherwise."""
    said = CITATION.quote.replace("not ", "")
    forged = replace(CITATION, quote=said, sha256=hashlib.sha256(said.encode()).hexdigest())
    assert verdict(SENTENCE, [forged], [PASSAGE]) == "unsupported"


def test_a_tampered_passage_is_refused() -> None:
    """A passage that is not the one which was indexed supports nothing, even what it now says."""
    changed = Document(page_content=TEXT.replace("12", "13"), metadata=PASSAGE.chunk.metadata)
    forged = replace(PASSAGE, chunk=changed)
    said = AnswerSentence(text=SENTENCE.text.replace("12", "13"), citations=(1,))
    assert verdict(said, [cite(1, forged, 100, 146)], [forged]) == "unsupported"


@pytest.mark.parametrize(
    "said",
    [
        "The cellar must be warmer than 20 degrees.",
        "Goat cheese ages in Valençay.",
        "The cellar must never be warmer than 12 degrees.",
    ],
)
def test_a_sentence_that_its_quote_does_not_say_is_refused(said: str) -> None:
    """Another number, another sentence, another word."""
    assert verdict(replace(SENTENCE, text=said), [CITATION], [PASSAGE]) == "unsupported"


@pytest.mark.parametrize(
    "said",
    ["The cellar must be warmer than 12 degrees.", "The 12 degrees must not be warmer than the cellar.", "2 degree"],
)
def test_the_words_of_a_quote_put_otherwise_are_refused(said: str) -> None:
    """A "not" left out, words in another order, parts of words: that is no longer what the quote says."""
    assert verdict(replace(SENTENCE, text=said), [CITATION], [PASSAGE]) == "unsupported"


def test_a_sentence_without_a_citation_is_refused() -> None:
    """Nothing is said on nobody's authority."""
    assert verdict(replace(SENTENCE, citations=()), [CITATION], [PASSAGE]) == "unsupported"
    assert verdict(SENTENCE, [], [PASSAGE]) == "unsupported"
    assert verdict(SENTENCE, [CITATION], []) == "unsupported"


@given(st.data())
def test_any_part_of_a_passage_can_be_cited(data: st.DataObject) -> None:
    """A citation made of offsets holds, wherever they are."""
    start = data.draw(st.integers(0, len(TEXT) - 1))
    end = data.draw(st.integers(start + 1, len(TEXT)))
    found = cite(3, PASSAGE, 100 + start, 100 + end)
    assert found.quote == TEXT[start:end]
    assert holds(found, [PASSAGE]) == bool(TEXT[start:end].strip())


def test_an_index_that_was_changed_behind_our_back_is_not_quoted(
    kitchen: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The person is told to build it again; nothing of it is shown."""
    original = HybridRetriever.passages

    def forged(self: HybridRetriever, *arguments: Any, **options: Any) -> list[Passage]:
        return [
            replace(
                found,
                chunk=Document(
                    id=found.chunk.id,
                    page_content=found.text.replace("1921", "1821"),
                    metadata=found.chunk.metadata,
                ),
            )
            for found in original(self, *arguments, **options)
        ]

    monkeypatch.setattr(HybridRetriever, "passages", forged)
    with pytest.raises(AssistantError, match="build it again"):
        kitchen.assistant.ask("When was the Guild of Northern Bakers founded?")
