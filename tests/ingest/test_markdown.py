"""The blocks of Markdown as people write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.markdown import markdown_blocks


def said(text: str) -> list[tuple[str, int, str]]:
    """Kind, level and what each block says."""
    return [(block.kind, block.level, block.name or text[block.body : block.end]) for block in markdown_blocks(text)]


def test_headings_paragraphs_and_wrapped_lines() -> None:
    """Hard-wrapped lines are one paragraph; headings of both notations are read without their markup."""
    text = "# One *two* `three`\n\nA line\nand another.\n\nFour\n----\n\nText.\n"
    assert said(text) == [
        ("heading", 1, "One two three"),
        ("paragraph", 0, "A line\nand another."),
        ("heading", 2, "Four"),
        ("paragraph", 0, "Text."),
    ]


def test_lists_of_all_kinds() -> None:
    """Bullets, numbers, boxes, nested items and an item's second paragraph, each without its marker."""
    text = "- one\n  wrapped\n- [x] two\n  - nested\n\n  more of two\n\n3. three\n"
    assert said(text) == [
        ("item", 1, "one\n  wrapped"),
        ("item", 1, "two"),
        ("item", 2, "nested"),
        ("item", 1, "more of two"),
        ("item", 1, "three"),
    ]


def test_tables_quotes_and_code() -> None:
    """A table is its header and rows; a quote and a code block are paragraphs."""
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n\n> quoted\n> twice\n\n```sh\nmake it\n```\n\n    indented\n"
    assert [(kind, what) for kind, _, what in said(text)] == [
        ("header", "| a | b |"),
        ("row", "| 1 | 2 |"),
        ("paragraph", "quoted\n> twice"),
        ("paragraph", "make it"),
        ("paragraph", "indented"),
    ]


def test_what_says_nothing_gives_no_block() -> None:
    """Comments, rules, link definitions and lines that only point elsewhere are left out."""
    text = "<!-- a\n\nb -->\n\n---\n\n[x]: http://x.example\n\n[Read more about it](http://x.example)\n\nYes.\n"
    assert said(text) == [("paragraph", 0, "Yes.")]


def test_a_bold_line_stands_for_a_heading() -> None:
    """It ranks below every real heading; a bold sentence stays a sentence."""
    assert said("**Contact:**\n\nWrite.\n\n**We are closed.**\n") == [
        ("heading", 7, "Contact"),
        ("paragraph", 0, "Write."),
        ("paragraph", 0, "**We are closed.**"),
    ]


def test_offsets_count_from_the_start_of_the_text() -> None:
    """Front matter is not read but counted."""
    text = "---\ntitle: A\n---\n\nText.\n"
    (block,) = markdown_blocks(text, begin=text.index("\n\n"))
    assert (block.start, block.end) == (text.index("Text"), len(text) - 1)


@pytest.mark.parametrize("depth", [30, 90])
def test_deep_nesting_is_kept(depth: int) -> None:
    """Text does not vanish because it stands deep in a list."""
    text = "".join(f"{'  ' * level}- level {level}\n" for level in range(depth // 2))
    assert len(markdown_blocks(text)) == depth // 2


PARTS = [
    "# ",
    "- ",
    "1. ",
    "> ",
    "| ",
    "|",
    "---",
    "```",
    "\n",
    "\n\n",
    "    ",
    "word",
    "Ünïcode 😀",
    ".",
    "*",
    "<div>",
    "\t",
]


@given(st.lists(st.sampled_from(PARTS), max_size=40))
def test_blocks_are_ordered_slices_that_say_something(parts: list[str]) -> None:
    """Whatever is written, blocks do not overlap and lie within the text."""
    text = "".join(parts)
    end = 0
    for block in markdown_blocks(text):
        assert end <= block.start <= block.body <= block.end <= len(text)
        assert block.kind == "heading" or any(char.isalnum() for char in text[block.body : block.end])
        end = block.end
