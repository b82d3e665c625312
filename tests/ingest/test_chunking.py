"""Chunks follow the structure of a text, keep to the window and never lose or cut a sentence."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from langchain_core.documents import Document

from ingest import chunk_documents, sentences_of
from ingest.context import embedded_chunk, embedded_sentence

WINDOW = 40


def words(text: str) -> int:
    return len(text.split())


def chunks_of(text: str, *, source: str = "a.md", title: str = "Title", window: int = WINDOW) -> list[Document]:
    document = Document(page_content=text, metadata={"source": source, "title": title})
    return chunk_documents(document, tokens=words, max_tokens=window)


def test_a_chunk_never_crosses_a_section() -> None:
    """Two short sections are two chunks, each under its own path without the title."""
    chunks = chunks_of("# Title\n\nOne.\n\n## A\n\nTwo.\n\n### B\n\nThree.\n\n## C\n\nFour.\n")
    assert [(chunk.metadata["section"], chunk.page_content) for chunk in chunks] == [
        ("", "One."),
        ("A", "Two."),
        ("A > B", "Three."),
        ("C", "Four."),
    ]


def test_paragraphs_share_a_chunk_while_they_fit() -> None:
    """Blocks are packed in order until the window is full."""
    paragraph = " ".join(["word"] * 14) + "."
    chunks = chunks_of("\n\n".join([paragraph] * 5) + "\n")
    assert [words(chunk.page_content) for chunk in chunks] == [28, 28, 14]


def test_a_long_paragraph_is_split_between_sentences() -> None:
    """No sentence is cut, and none is lost."""
    text = " ".join(f"Sentence number {number} is just as long as this." for number in range(12))
    chunks = chunks_of(text)
    assert len(chunks) > 1
    assert [sentence.text for chunk in chunks for sentence in sentences_of(chunk)] == [
        f"Sentence number {number} is just as long as this." for number in range(12)
    ]


def test_a_sentence_longer_than_the_window_is_a_chunk_alone() -> None:
    """It is kept whole; its neighbours do not join it."""
    long = "This " + " ".join(["very"] * 80) + " long sentence ends."
    chunks = chunks_of(f"Before it. {long} After it.")
    assert [chunk.page_content for chunk in chunks] == ["Before it.", long, "After it."]


def test_a_list_stays_with_its_lead_in() -> None:
    """Where list and lead-in fit together they are one chunk, although the text before has to give way."""
    before = " ".join(["word"] * 35) + "."
    chunks = chunks_of(f"{before}\n\nWe teach:\n\n- knots\n- charts\n- radio\n")
    assert [chunk.page_content for chunk in chunks] == [before, "We teach:\n\n- knots\n- charts\n- radio"]
    items = sentences_of(chunks[1])[1:]
    assert [(item.text, item.kind, item.lead_in) for item in items] == [
        (name, "item", "We teach:") for name in ("knots", "charts", "radio")
    ]


def test_a_list_too_long_for_one_chunk_goes_on_with_its_lead_in() -> None:
    """The second chunk says in its metadata, and in what is embedded, what it is a list of."""
    text = "Intro.\n\nWe teach:\n\n" + "".join(f"- the fine art of number {number}\n" for number in range(20))
    first, second, *_ = chunks_of(text)
    assert first.page_content.startswith("Intro.\n\nWe teach:\n\n- the fine")
    assert first.metadata["lead_in"] == ""
    assert second.metadata["lead_in"] == "We teach:"
    assert embedded_chunk(second).startswith("Title\nWe teach:\n- the fine")
    sentence = sentences_of(second)[0]
    assert embedded_sentence(second, sentence) == f"(We teach:) {sentence.text} (Title)"
    assert text[sentence.lead_in_start : sentence.lead_in_end] == "We teach:"


def test_nested_items_are_introduced_by_their_parent() -> None:
    """Each depth has its own lead-in, and the outer one comes back after the inner."""
    (chunk,) = chunks_of("We teach:\n\n- knots:\n  - bowline\n- charts\n")
    assert [(sentence.text, sentence.lead_in) for sentence in sentences_of(chunk)] == [
        ("We teach:", None),
        ("knots:", "We teach:"),
        ("bowline", "knots:"),
        ("charts", "We teach:"),
    ]


def test_rows_are_introduced_by_their_header() -> None:
    """A row without its header says nothing; the header alone is no evidence."""
    rows = "".join(f"| name {number} is here | {number} |\n" for number in range(12))
    chunks = chunks_of(f"| Name | Since |\n|---|---|\n{rows}")
    assert len(chunks) > 1
    sentences = [sentence for chunk in chunks for sentence in sentences_of(chunk)]
    assert [sentence.kind for sentence in sentences] == ["row"] * 12
    assert {sentence.lead_in for sentence in sentences} == {"Name | Since"}
    assert chunks[1].metadata["lead_in"] == "Name | Since"


def test_front_matter_counts_but_is_never_part_of_a_chunk() -> None:
    """Offsets are those of the whole file, so that anyone who opens it finds the quote."""
    text = "---\ntitle: T\n---\n\nText here.\n"
    (chunk,) = chunks_of(text)
    assert (chunk.page_content, chunk.metadata["start"]) == ("Text here.", text.index("Text"))


def test_a_line_that_only_points_elsewhere_is_no_sentence() -> None:
    """Even inside a paragraph."""
    (chunk,) = chunks_of("We sail. Read more about sailing.\n\nWe row.")
    assert [sentence.text for sentence in sentences_of(chunk)] == ["We sail.", "We row."]


def test_a_chunks_id_tells_place_text_and_context_apart() -> None:
    """Equal chunks have equal ids; another source, place, title, section or text gives another."""
    base = chunks_of("## A\n\nText.")[0].id
    assert chunks_of("## A\n\nText.")[0].id == base
    others = [
        chunks_of("## A\n\nText.", source="b.md")[0],
        chunks_of("\n## A\n\nText.")[0],
        chunks_of("## A\n\nText.", title="Other")[0],
        chunks_of("## B\n\nText.")[0],
        chunks_of("## A\n\nTexts.")[0],
    ]
    assert len({base, *(chunk.id for chunk in others)}) == 6


def test_the_source_page_gives_no_section_the_name_of_another() -> None:
    """A plain page with lost headings: each paragraph stands under what it is about."""
    body = "It works with many others on research and on teaching of all kinds."
    text = (
        f"Friends\n\n{body}\n\nThe Hub\n\nThe Hub does two things:\n\n  • Teaching \n\n  • Research \n\n\n"
        f"The United School – Institute for Knots (US-KNOT) is a school. {body}\n\n\nRADIX fosters turnips. {body}\n"
    )
    chunks = chunks_of(text, source="page.txt", title="Friends", window=180)
    assert [chunk.metadata["section"] for chunk in chunks] == ["", "The Hub", "US-KNOT", "RADIX"]


ATOMS = [
    *("# Head\n\n", "## Sub\n\n", "Short Line\n\n", "Read more about it\n\n", "\n", "\n\n", "\n\n\n"),
    *("A sentence of words. ", "Another one here! ", "😀 Ünï. ", "The Big School (BS) is. ", "> quote. And more.\n\n"),
    *("List:\n\n", "- item one\n", "- item two. More.\n", "  - nested\n", "1. first\n", "• bullet \n\n"),
    *("| a | b |\n|---|---|\n| 1 | 2 |\n", "```\ncode\n```\n", "x" * 50 + " ", "very " * 50 + "long. "),
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(ATOMS), max_size=30), st.sampled_from([".md", ".txt", ".html"]), st.integers(5, 60))
def test_every_chunk_keeps_every_promise(atoms: list[str], suffix: str, window: int) -> None:
    """Slices are exact, ordered and disjoint; hashes and sentences fit; the window is kept where it can be."""
    text = "".join(atoms)
    chunks = chunks_of(text, source=f"a{suffix}", window=window)
    position = 0
    for chunk in chunks:
        meta = chunk.metadata
        assert position <= meta["start"] < meta["end"] <= len(text)
        assert chunk.page_content == text[meta["start"] : meta["end"]]
        assert meta["sha256"] == hashlib.sha256(chunk.page_content.encode()).hexdigest()
        sentences = sentences_of(chunk)
        assert sentences
        for sentence in sentences:
            assert meta["start"] <= sentence.start < sentence.end <= meta["end"]
            assert sentence.text == text[sentence.start : sentence.end]
            assert sentence.text.strip() == sentence.text
            if sentence.lead_in is not None:
                assert sentence.lead_in == text[sentence.lead_in_start : sentence.lead_in_end]
        starts = [sentence.start for sentence in sentences]
        assert starts == sorted(set(starts))
        assert words(embedded_chunk(chunk)) <= window or len(sentences) == 1
        assert all(isinstance(value, str | int) for value in meta.values())
        position = meta["end"]
    assert len({chunk.id for chunk in chunks}) == len(chunks)


@settings(deadline=None)
@given(st.text(max_size=200), st.sampled_from(["a.md", "a.txt", "a.html", ""]))
def test_any_text_can_be_chunked(text: str, source: str) -> None:
    """No text fails, and every letter of a plain paragraph ends up in a chunk."""
    for chunk in chunks_of(text, source=source):
        assert chunk.page_content == text[chunk.metadata["start"] : chunk.metadata["end"]]


@pytest.mark.parametrize("source", ["notes.md", "notes.txt"])
def test_all_of_a_simple_text_is_in_some_chunk(source: str) -> None:
    """Nothing but headings and white space is left out."""
    text = "\n\n".join(f"Paragraph {number} says this. And that as well." for number in range(30))
    covered = "".join(chunk.page_content for chunk in chunks_of(text, source=source))
    assert covered.replace("\n", "") == text.replace("\n", "")
    assert PurePosixPath(source).stem == "notes"
