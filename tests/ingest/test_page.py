"""What is left of an HTML page: what it says, not the site around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import IngestError
from ingest.page import read_page

PAGE = """
<html><head><title>Partners | The University</title>
<link rel="canonical" href="https://uni.example/partners">
<meta property="article:modified_time" content="2024-05-06T10:00:00">
<style>p { color: red }</style><script>alert("no")</script></head>
<body><header>Site name</header><nav><a href="/">Home</a></nav>
<div style="display: none">secret</div><p hidden>secret</p>
<main><header><h1>Our <em>partners</em></h1></header>
<p>We work with <a href="/x">many <b>schools</b></a> &amp; firms.<!-- note --></p>
<h2>Where</h2><ul><li>Ostend</li><li>Venlo<ul><li>campus</li></ul></li></ul>
<table><tr><th>Name</th><th>Since</th></tr><tr><td>Mill</td><td>1998</td></tr></table>
<p>2 * 3 * 4 is under_scored.</p></main>
<aside>Advertisement</aside><footer>Imprint</footer></body></html>
"""


def test_a_page_gives_its_text_as_markdown() -> None:
    """Headings, lists and tables stay; links and emphasis are reduced to their words; nothing is escaped."""
    page = read_page(PAGE, name="a.html")
    assert page.text == (
        "# Our partners\n\nWe work with many schools & firms.\n\n## Where\n\n- Ostend\n- Venlo\n  - campus\n\n"
        "| Name | Since |\n| --- | --- |\n| Mill | 1998 |\n\n2 * 3 * 4 is under_scored.\n"
    )


def test_a_page_tells_its_title_address_and_date() -> None:
    """The headline is the title; address and date come from the head."""
    page = read_page(PAGE, name="a.html")
    assert (page.title, page.url, page.as_of) == ("Our partners", "https://uni.example/partners", "2024-05-06")


def test_without_a_headline_the_window_title_serves() -> None:
    """The part that names the site is cut off."""
    page = read_page('<title>Fees | Uni</title><meta property="og:url" content="u"><p>Text.</p>', name="a.html")
    assert (page.title, page.url, page.as_of) == ("Fees", "u", "")


def test_a_page_without_structure_is_read_whole() -> None:
    """A fragment without html, body or main is text as well."""
    assert read_page("Just <i>this</i>.", name="a.html").text == "Just this.\n"


def test_a_page_of_nothing_but_navigation_is_empty() -> None:
    """No text is not an error here; the build says whether anything is left."""
    assert read_page("<nav>Home</nav><script>x</script>", name="a.html").text.strip() == ""


def test_absurd_nesting_is_one_clear_error() -> None:
    """A page that no browser would show properly is refused by name."""
    with pytest.raises(IngestError, match=r"^a\.html: .*nested too deeply"):
        read_page("<div>" * 5000 + "x", name="a.html")


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<ul>", "<li>", "</ul>", "<table>", "<td>", "a", "<", "&", "# ", "\n"]))
)
def test_broken_html_is_read_somehow(parts: list[str]) -> None:
    """No combination of unclosed elements makes the reader fail."""
    assert read_page("".join(parts), name="a.html").text.endswith("\n")
