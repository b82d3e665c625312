"""Sentences are exact slices, split where a reader would."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document

from ingest import Sentence, sentences_of
from ingest.sentences import pack_sentences, sentence_count, split_sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text, start=0, end=len(text))]


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One thing. Another thing.", ["One thing.", "Another thing."]),
        (
            "It opened in St. Pieters (e.g. by Dr. Jansen). Fine!",
            ["It opened in St. Pieters (e.g. by Dr. Jansen).", "Fine!"],
        ),
        ("A line\nthat is wrapped. Next\none.", ["A line\nthat is wrapped.", "Next\none."]),
        ("Home to 3.9 million. Yes.", ["Home to 3.9 million.", "Yes."]),
        ("2. Second thing. Third thing.", ["2. Second thing.", "Third thing."]),
        ("  padded  ", ["padded"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(text: str, sentences: list[str]) -> None:
    """Abbreviations, decimals, wrapped lines and numbers of items do not end a sentence."""
    assert split(text) == sentences


@given(st.text(st.sampled_from("aB1.!?…\"')( \n>–😀é"), max_size=80), st.integers(0, 5))
def test_spans_are_trimmed_ordered_and_lose_no_word(text: str, start: int) -> None:
    """All letters are in some sentence, and no character in two."""
    start = min(start, len(text))
    spans = split_sentences(text, start=start, end=len(text))
    position = start
    for first, last in spans:
        assert position <= first < last <= len(text)
        assert not text[first].isspace()
        assert not text[last - 1].isspace()
        position = last
    inside = {index for first, last in spans for index in range(first, last)}
    assert all(index in inside for index in range(start, len(text)) if text[index].isalnum())


def test_sentences_survive_the_metadata_of_a_chunk() -> None:
    """Text, offsets, kind and lead-in come back from what the index keeps."""
    text = "We teach: knots, charts."
    lead = {"lead_in": "Earlier: ", "lead_in_start": 3, "lead_in_end": 12}
    sentences = (
        Sentence(text="We teach:", start=100, end=109),
        Sentence(text="knots,", start=110, end=116, kind="item", **lead),  # type: ignore[arg-type] # one dict for two
        Sentence(text="charts.", start=117, end=124, kind="item", **lead),  # type: ignore[arg-type] # as above
    )
    chunk = Document(page_content=text, metadata={"start": 100, "sentences": pack_sentences(sentences)})
    assert sentences_of(chunk) == sentences
    assert sentence_count(chunk) == 3
