"""Words as people write them find words as the texts write them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document

from ingest import chunk_documents, terms
from ingest.lexical import LexicalIndex, vocabulary_of, words


def chunks(*texts: str) -> list[Document]:
    made = []
    for number, text in enumerate(texts):
        document = Document(page_content=text, metadata={"source": f"{number}.txt", "title": f"Title {number}"})
        made += chunk_documents(document, tokens=len, max_tokens=1000)
    return made


def test_words_keep_their_spelling() -> None:
    """Accents and hyphens stay; a name with a hyphen is followed by its parts, a number by its digits."""
    assert words("UNU-MERIT's 1,200 Liège UMC+ 3.9 2014-2020") == [
        *("unu-merit", "unu", "merit", "1,200", "1200", "liège", "umc", "3.9", "2014", "2020"),
    ]


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("Liege", "Liège"),
        ("collaborating", "collaborations"),
        ("unu merit", "UNU-MERIT"),
        ("unu‑merit", "UNU-MERIT"),
        ("110000 students", "110,000 student’s"),
        ("university's", "universities"),
        ("UMC", "UMC+"),
    ],
)
def test_what_is_asked_meets_what_is_written(asked: str, written: str) -> None:
    """Accents, endings, hyphens, separators and capitals do not stand between question and text."""
    assert set(terms(asked)) <= set(terms(written))


def test_stop_words_do_not_count() -> None:
    """A question's little words find nothing."""
    assert terms("What is the of and?") == []


@given(st.text(max_size=100))
def test_any_text_has_words(text: str) -> None:
    """No character fails, and every term is lower-cased and not empty."""
    assert all(term and term == term.casefold() for term in terms(text))


def test_ranking_is_by_bm25_with_ties_in_order(tmp_path: Path) -> None:
    """Only chunks that share a word are ranked; equal ones stay in order; the saved index ranks alike."""
    index = LexicalIndex.from_chunks(chunks("knots and charts", "radio", "knots", "knots"))
    assert [position for position, _ in index.rank("knots", 9)] == [2, 3, 0]
    assert [position for position, _ in index.rank("knots", 1)] == [2]
    assert all(score > 0 for _, score in index.rank("radio knots", 9))
    assert index.rank("nowhere", 9) == index.rank("the", 9) == index.rank("", 9) == index.rank("knots", 0) == []
    index.save(tmp_path / "bm25")
    assert LexicalIndex.from_folder(tmp_path / "bm25", size=4).rank("knots", 9) == index.rank("knots", 9)


def test_titles_count_as_text() -> None:
    """A chunk is found by the title of its document."""
    assert [position for position, _ in LexicalIndex.from_chunks(chunks("a b", "c d")).rank("title 1", 1)] == [1]


def test_texts_without_a_term_can_be_saved(tmp_path: Path) -> None:
    """Nothing but stop words is no reason to fail."""
    document = Document(page_content="The of. ", metadata={"source": "a.txt", "title": ""})
    index = LexicalIndex.from_chunks(chunk_documents(document, tokens=len, max_tokens=99))
    index.save(tmp_path / "bm25")
    assert LexicalIndex.from_folder(tmp_path / "bm25", size=1).rank("anything", 5) == []


def test_the_vocabulary_counts_chunks() -> None:
    """A word twice in a chunk counts once; words are sorted."""
    vocabulary = vocabulary_of(chunks("knots, knots", "Knots and charts"))
    assert vocabulary["knots"] == 2
    assert vocabulary["charts"] == 1
    assert list(vocabulary) == sorted(vocabulary)


def test_stemming_in_threads() -> None:
    """The page answers several people at once."""
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: terms(f"collaborations{number} universities"), range(400)))
    assert all(found[number] == terms(f"collaborations{number} universities") for number in range(400))
