"""Front matter: understood, passed over, or refused with the line that is wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import IngestError, Partner
from ingest.registry import front_matter_end, read_front_matter, require_distinct


def read(body: str) -> object:
    return read_front_matter(f"---\n{body}\n---\ntext", name="a.md")


def test_every_known_key_is_read() -> None:
    """The whole of a partner's entry, with lists in either notation."""
    front = read_front_matter(
        "---\ntitle: A\npartner: B\naliases: [C, 'D: E']\nkind: network\nsince: 2017\nplaces:\n  - Venlo\n"
        "subjects: one thing\nurl: https://x.example\nas_of: 2024-05\nsource: A page\n---\n",
        name="a.md",
    )
    assert (front.title, front.partner, front.aliases) == ("A", "B", ("C", "D: E"))
    assert (front.kind, front.since, front.places, front.subjects) == ("network", 2017, ("Venlo",), ("one thing",))
    assert (front.url, front.as_of, front.origin) == ("https://x.example", "2024-05", "A page")


def test_other_peoples_keys_are_passed_over() -> None:
    """Markdown written for another program builds as it is."""
    front = read_front_matter("---\nlayout: post\ntags: {a: [1]}\ntitle: A\n---\n", name="a.md")
    assert front.title == "A"


@pytest.mark.parametrize("value", ["NO", "007", "3.10", "2024-05-31", "null and void"])
def test_values_stay_as_they_were_typed(value: str) -> None:
    """YAML's idea that NO is false and 007 is seven does not reach a name."""
    assert read_front_matter(f"---\naliases: [{value}]\n---\n", name="a.md").aliases == (value,)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# Title\n",
        "---\n\nProse after a rule.\n\n---\n",
        "---\n# Head\n\nProse.\n\n---\n",
        "text\n---\na: b\n---\n",
    ],
)
def test_a_text_without_front_matter_has_none(text: str) -> None:
    """A horizontal rule at the top is not front matter."""
    assert front_matter_end(text) == 0
    assert read_front_matter(text, name="a.md").title == ""


def test_empty_front_matter_and_empty_values_are_fine() -> None:
    """Keys that nobody has filled in yet count as absent."""
    assert read_front_matter("---\n---\ntext", name="a.md").title == ""
    assert read_front_matter("---\nsince:\ntitle: ~\n---\n", name="a.md").since is None


@pytest.mark.parametrize(
    ("body", "line", "says"),
    [
        ("title: A\nsince: soon", 3, "since is 'soon'; expected a year"),
        ("since: [2017]", 2, "since is a list; expected a year"),
        ("since: 20170", 2, "expected a year"),
        ("title: A\naliases: {a: b}", 3, "aliases is a mapping; expected a list"),
        ("aliases:\n  - A\n  - [B]", 4, "aliases holds a list; expected only texts"),
        ("title: [A]", 2, "title is a list; expected one line of text"),
        ("as_of: yesterday", 2, "as_of is 'yesterday'; expected a date"),
        ("as_of: 2024-13-01", 2, "expected a date"),
        ("title: A\ntitle: B", 3, "'title' is given twice"),
        ("title: A\nkind: B: C", 3, "put quotes around a value"),
        ("title: A\nkind: 'B", 3, "not valid YAML"),
        ("title: A\n\tkind: B", 3, "not valid YAML"),
    ],
)
def test_a_wrong_line_is_named(body: str, line: int, says: str) -> None:
    """The error begins with the file and the line as an editor counts it."""
    with pytest.raises(IngestError) as caught:
        read(body)
    assert str(caught.value).startswith(f"a.md:{line}: ")
    assert says in str(caught.value)


def test_front_matter_that_is_never_closed_is_said() -> None:
    """A forgotten closing line would hide the whole text."""
    with pytest.raises(IngestError, match=r"^a\.md:1: the front matter is never closed"):
        read_front_matter("---\ntitle: A\n\ntext", name="a.md")


@given(st.text(st.sampled_from("abc:-[]{}'\"#&*!|>%@\n \t1"), max_size=60))
def test_any_front_matter_is_read_or_refused_in_one_line(body: str) -> None:
    """Nothing that stands there makes the build fail in another way."""
    text = f"---\ntitle: {body}\n---\n"
    message = "a.md:"
    try:
        read_front_matter(text, name="a.md")
    except IngestError as error:
        message = str(error)
    assert message.startswith("a.md:")
    assert "\n" not in message


def test_a_partner_survives_the_manifest() -> None:
    """An entry is equal after it was stored as plain values."""
    partner = Partner(
        name="A",
        title="B",
        aliases=("C",),
        kind="",
        since=None,
        places=(),
        subjects=("D", "E"),
        url="",
        as_of="",
        source="a.md",
    )
    assert Partner.from_dict(partner.to_dict()) == partner


def test_two_partners_may_not_share_a_name() -> None:
    """An alias of two partners is refused, naming both files; the same name within one entry is no conflict."""
    alpha = Partner(
        name="Alpha Club", title="Alpha", aliases=("AC", "alpha club"), kind="", since=None, places=(), subjects=(),
        url="", as_of="", source="a.md",
    )  # fmt: skip
    require_distinct([alpha])
    with pytest.raises(IngestError, match=r"b\.md: 'ac' already names 'Alpha Club' of a\.md"):
        require_distinct([alpha, replace(alpha, name="Beta Club", aliases=("ac",), source="b.md")])
