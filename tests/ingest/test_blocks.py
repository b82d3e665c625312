"""Which lines say something and which only point elsewhere."""

from __future__ import annotations

import pytest

from ingest.blocks import is_link_line, shortened


@pytest.mark.parametrize(
    "line",
    [
        "Read more about the mill",
        "Read more on the plans of both partners",
        "Read more",
        "Read more »",
        "[Read more](http://x.example)",
        "Learn more about it.",
        "Find out more here!",
        "More information",
        "More about our partners",
        "Click here to apply.",
        "View all partners",
        "Back to top",
        "Lees meer over de molen",
    ],
)
def test_lines_that_only_point_elsewhere(line: str) -> None:
    """Neither evidence nor headings."""
    assert is_link_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "Learn more languages at our centre.",
        "More information about fees is at the desk.",
        "More than twenty schools take part",
        "Readers learn more about sailing.",
        "See all students as partners.",
        "The mill",
        "Read more about the mill in the report that the school wrote when it opened its new harbour.",
    ],
)
def test_lines_that_say_something(line: str) -> None:
    """However they begin."""
    assert not is_link_line(line)


def test_a_name_is_one_line_of_reasonable_length() -> None:
    """A heading that is really a paragraph does not fill every chunk under it."""
    assert shortened(" a\n b ") == "a b"
    assert len(shortened("word " * 100)) <= 202
    assert shortened("word " * 100).endswith("word …")
