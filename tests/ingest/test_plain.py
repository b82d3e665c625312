"""Plain text: headings told from sentences, lists found, wrapped lines joined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.names import leading_name
from ingest.plain import plain_blocks

BODY = "This paragraph goes on long enough to be nothing but body text of some section."


def said(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.name or text[block.body : block.end]) for block in plain_blocks(text)]


def headings(text: str) -> list[str]:
    return [what for kind, what in said(text) if kind == "heading"]


def test_a_page_copied_from_a_site() -> None:
    """A title, sections under short lines, a list with blank lines between, and a line that only links."""
    text = (
        f"Schools and friends\n\n{BODY}\n\nWorking with Harbour School\n\n{BODY}\n\nRead more on the plans of both\n\n"
        f"Where we are\n\nThe hub does three things:  \n\n  • Teaching sailing \n\n  • Mending nets  \n\n{BODY}\n"
    )
    assert said(text) == [
        ("heading", "Schools and friends"),
        ("paragraph", BODY),
        ("heading", "Working with Harbour School"),
        ("paragraph", BODY),
        ("heading", "Where we are"),
        ("paragraph", "The hub does three things:"),
        ("item", "Teaching sailing"),
        ("item", "Mending nets"),
        ("paragraph", BODY),
    ]
    assert plain_blocks(text)[0].level == 1


def test_a_wider_gap_begins_a_section_named_by_its_first_words() -> None:
    """A section that lost its heading does not pass for part of the one before."""
    text = (
        f"Title here\n\n{BODY}\n\nThe Hub\n\n{BODY}\n\n\nThe Old Mill – School of Flour and Bread (OM-SFB) is a mill. "
        f"It grinds.\n\n{BODY}\n\n\nRADIX fosters turnips.\n\n{BODY}\n\n\nIt goes on here with the same.\n"
    )
    assert headings(text) == ["Title here", "The Hub", "OM-SFB", "RADIX"]


def test_a_wider_gap_before_something_nameless_ends_the_section() -> None:
    """Rather no section than the wrong one."""
    text = f"Title here\n\n{BODY}\n\nThe Hub\n\n{BODY}\n\n{BODY}\n\n\nStudents can apply at any time of the year.\n"
    last = [block for block in plain_blocks(text) if block.kind == "heading"][-1]
    assert (last.name, last.start) == ("", last.end)


@pytest.mark.parametrize(
    ("paragraph", "name"),
    [
        ("The York Partnership (YP) is a school.", "YP"),
        ("MUNDO fosters ties.", "MUNDO"),
        ("The Harbour School shares its roof.", "Harbour School"),
        ("Harbour School’s roof leaks.", "Harbour School"),
        ("Projects span the world.", ""),
        ("Since 2008, Harbour has been there.", ""),
        ("In addition, there is more.", None),
        ("They went home.", None),
        ("and so on.", None),
        ("eduNET links schools.", "eduNET"),
        ("Ostend is a town.", "Ostend"),
        ("", ""),
    ],
)
def test_what_a_paragraph_is_about(paragraph: str, name: str | None) -> None:
    """A leading name is told from a capital at the start of a sentence, and from going on."""
    assert leading_name(paragraph, within=f"{paragraph} We sailed to Ostend then.") == name


def test_short_lines_in_a_row_are_no_headings() -> None:
    """Only the one right above body text is; the first of all is the title."""
    text = f"Our friends\n\nHarbour School\n\nOld Mill\n\nThe Hub\n\n{BODY}\n\nThe End\n"
    assert headings(text) == ["Our friends", "The Hub"]
    assert ("paragraph", "Old Mill") in said(text)
    assert ("paragraph", "The End") in said(text)


@pytest.mark.parametrize(
    "line", ["It is late.", "And so on,", "Among them:", "no capital", "- Bullet", "info@x.example"]
)
def test_what_cannot_be_a_heading(line: str) -> None:
    """Sentences, lead-ins, bullets and addresses stay what they are."""
    assert headings(f"{BODY}\n\n{line}\n\n{BODY}\n") == []


@pytest.mark.parametrize("line", ["What is a knot?", "2.1 Knots", "OPENING HOURS", "“Knots” and more", "2024"])
def test_unusual_headings(line: str) -> None:
    """A question above its answer, a numbered or shouted line; a bare number is none."""
    assert headings(f"{BODY}\n\n{line}\n\n{BODY}\n") == ([] if line == "2024" else [line])


def test_underlined_headings_rank_by_their_line() -> None:
    """Double lines rank above single ones; a lone rule is nothing."""
    text = f"Knots\n=====\n\nSplices\n-------\n{BODY}\n\n----\n\n{BODY}\n"
    assert [(block.kind, block.level, block.name) for block in plain_blocks(text)] == [
        ("heading", 1, "Knots"),
        ("heading", 3, "Splices"),
        ("paragraph", 0, ""),
        ("paragraph", 0, ""),
    ]


def test_wrapped_lines_are_one_paragraph() -> None:
    """Lines broken at a fixed width belong together, in lists too."""
    text = (
        "Members of the school meet every year in the large hall that lies\nbehind the harbour. They talk "
        "for hours.\n\n- a long item that goes on and on until the line\n  is full\n- another\n"
    )
    assert [what.split()[-1] for _, what in said(text)] == ["hours.", "full", "another"]


def test_a_list_ends_where_the_next_line_was_not_wrapped() -> None:
    """A line after the last item goes on with it only if its first word did not fit above."""
    text = (
        "The mill was built in the year that nobody remembers, near the river.\nWe teach:\n- knots\n"
        "- a very long item that fills nearly the whole of the line it is\nwrapped at\n- charts for sailors\n"
        "Taking part costs nothing at all.\n"
    )
    assert [(kind, what.split()[-1]) for kind, what in said(text)][-4:] == [
        ("item", "knots"),
        ("item", "at"),
        ("item", "sailors"),
        ("paragraph", "all."),
    ]


def test_a_paragraph_on_every_line() -> None:
    """Without blank lines between, long lines are paragraphs and short ones above them headings."""
    long = f"{BODY} {BODY}"
    assert said(f"Knots\n{long}\nSplices\n{long}\n{long}\n") == [
        ("heading", "Knots"),
        ("paragraph", long),
        ("heading", "Splices"),
        ("paragraph", long),
        ("paragraph", long),
    ]


def test_numbered_headings_and_numbered_items() -> None:
    """A number begins an item, unless its line stands alone above a paragraph."""
    text = f"{BODY}\n\n1. Knots\n\n{BODY}\n\n2. Splices\n\n{BODY}\n\nWe teach:\n1. this\n2. that\n"
    assert [(kind, what) for kind, what in said(text) if what != BODY] == [
        ("heading", "1. Knots"),
        ("heading", "2. Splices"),
        ("paragraph", "We teach:"),
        ("item", "this"),
        ("item", "that"),
    ]


def test_a_text_without_headings_is_paragraphs() -> None:
    """No heading is invented, and no title."""
    assert said(f"{BODY}\n\n{BODY}\n") == [("paragraph", BODY)] * 2


PARTS = ["\n", "\n\n", "\n\n\n", "- ", "• ", "1. ", "====", "Word", "word", "NAME (AB)", ".", ":", "  ", BODY, "😀"]


@given(st.lists(st.sampled_from(PARTS), max_size=40))
def test_blocks_are_ordered_slices(parts: list[str]) -> None:
    """Whatever is written, blocks do not overlap and lie within the text."""
    text = "".join(parts)
    end = 0
    for block in plain_blocks(text):
        assert end <= block.start <= block.body <= block.end <= len(text)
        end = block.end
