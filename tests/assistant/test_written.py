"""What a model has written: sentences come out whole, with their markers, however the stream is cut."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.written import Said, Written

TEXT = """\
The guild was founded in 1921. [1] It meets in Tromsø [2][3]. Dr. Berg leads it [passage 4].

- rye [1]
- spelt [2, 3]
"""
SENTENCES = [
    Said(text="The guild was founded in 1921.", cited=(1,)),
    Said(text="It meets in Tromsø.", cited=(2, 3)),
    Said(text="Dr. Berg leads it.", cited=(4,)),
    Said(text="rye", cited=(1,), item=True, paragraph=True),
    Said(text="spelt", cited=(2, 3), item=True),
]


def sentences(*pieces: str) -> list[Said]:
    written = Written()
    return [said for piece in pieces for said in written.plus(piece)] + list(written.end())


@given(st.lists(st.integers(0, len(TEXT)), max_size=12))
def test_however_the_stream_is_cut_the_sentences_are_the_same(cuts: list[int]) -> None:
    """Also in the middle of a marker or a word."""
    ends = [0, *sorted(cuts), len(TEXT)]
    assert sentences(*(TEXT[start:end] for start, end in pairwise(ends))) == SENTENCES


def test_character_by_character() -> None:
    """The hardest way."""
    assert sentences(*TEXT) == SENTENCES


@pytest.mark.parametrize("text", ["", " \n\n ", "[1]", "- \n", "<think>The guild. It met."])
def test_what_says_nothing_is_no_sentence(text: str) -> None:
    """Silence, markers without text, thoughts that never end."""
    assert sentences(*text) == []


def test_thoughts_are_left_out() -> None:
    """Those of models that reason aloud."""
    assert sentences(*"<think>They ask. Well.</think>\nIt meets in Tromsø. [2]") == [
        Said(text="It meets in Tromsø.", cited=(2,), paragraph=True)
    ]


@pytest.mark.parametrize(
    ("marker", "cited"),
    [
        ("[1], [2]", (1, 2)),
        ("[1] and [2]", (1, 2)),
        ("[1, 2]", (1, 2)),
        ("([1])", (1,)),
        ("(passage 1)", (1,)),
        ("[Passage 1, Passage 2]", (1, 2)),
        ("【1†source】", (1,)),
        ("[^2]", (2,)),
    ],
)
def test_markers_in_every_form_are_citations(marker: str, cited: tuple[int, ...]) -> None:
    """And nothing of them stays in the sentence."""
    assert sentences(*f"It meets in Tromsø {marker}. Dr. Berg leads it.") == [
        Said(text="It meets in Tromsø.", cited=cited),
        Said(text="Dr. Berg leads it."),
    ]


def test_brackets_that_cite_nothing_stay() -> None:
    """A year, a letter, an aside."""
    text = "It has 12 members (2014), a list (a) and an aside (sources differ)."
    assert sentences(*text) == [Said(text=text)]


def test_thoughts_whose_beginning_is_not_marked_are_left_out() -> None:
    """Some models only say where they end."""
    assert sentences("They ask. Well</think>It meets in Tromsø. [2]") == [Said(text="It meets in Tromsø.", cited=(2,))]
