"""The corpus carries over every fact of the page it was written from, adds none and copies no sentence."""

from __future__ import annotations

import datetime as dt
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.corpus.facts import FACTS, FIGURES, NAMES

CORPUS = Path(__file__).parents[2] / "corpus"
PAGE = 'Maastricht University, page "Partnerships and collaborations"'
FILES = sorted(path.name for path in CORPUS.glob("*.md") if path.name != "README.md")
COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
MORE_COUNTS = r"six|seven|eight|nine|ten|eleven|twelve|dozens?|twenty|thirty|forty|fifty|hundreds?"


def split(name: str) -> tuple[dict[str, Any], str]:
    """The front matter and the body of a corpus file."""
    match = re.fullmatch(r"---\n(.*?)\n---\n(.*)", (CORPUS / name).read_text(encoding="utf-8"), re.DOTALL)
    assert match, f"{name} does not begin with front matter between two lines '---'"
    return yaml.safe_load(match[1]), match[2]


def joined(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def from_the_page() -> list[str]:
    """The files that were written from the page; others that staff add later have figures of their own."""
    return [name for name in FILES if split(name)[0].get("source") == PAGE]


def sentences(text: str) -> list[list[str]]:
    """The sentences of a text as lists of lower-case words, each proper name counted as one word."""
    text = text.replace("’", "'")
    for number, name in enumerate(NAMES):
        text = re.sub(re.escape(name).replace(r"\ ", r"\s+"), f"name{number}", text, flags=re.IGNORECASE)
    blocks = re.split(r"\n\s*\n|\n\s*[-•#]+\s|(?<=[.!?:])\s+", text)
    words = [re.findall(r"\w+(?:[.,'’-]\w+)*", block.lower()) for block in blocks]
    return [sentence for sentence in words if sentence]


def shingles(text: str, size: int) -> set[str]:
    """All runs of `size` words that lie within one sentence."""
    return {
        " ".join(words[start : start + size]) for words in sentences(text) for start in range(len(words) - size + 1)
    }


@pytest.fixture(scope="module")
def page() -> str:
    folder = os.environ.get("EVALS_DATA")
    if not folder:
        pytest.skip("EVALS_DATA is unset, so the page that the corpus was written from is not at hand")
    path = Path(folder).parent / "source" / "partnerships-and-collaborations.txt"
    if not path.is_file():
        pytest.skip("the page that the corpus was written from does not lie beside the folder EVALS_DATA")
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "fact"), [(name, fact) for name, facts in FACTS.items() for fact in facts])
def test_every_fact_of_the_page_is_carried_over(name: str, fact: str) -> None:
    """What the page says, the file about it says too, in its own words."""
    body = joined(split(name)[1])
    assert [pattern for pattern in FACTS[name][fact] if not re.search(pattern, body, re.IGNORECASE)] == []


def test_every_file_has_complete_front_matter() -> None:
    """Title, date and origin everywhere; a partner's file also says of what kind it is."""
    for name in FILES:
        front, body = split(name)
        assert {"title", "as_of", "source", "subjects"} <= set(front), name
        assert type(front["as_of"]) is dt.date, f"{name}: as_of is no date"
        assert body.lstrip().startswith(f"# {front['title']}\n"), f"{name}: the heading is not the title"
        for field in ("aliases", "places", "subjects"):
            values = front.get(field, [])
            assert isinstance(values, list), f"{name}: {field} is no list"
            assert all(isinstance(value, str) and value for value in values), f"{name}: {field}"
        if "partner" in front:
            assert {"kind", "aliases"} <= set(front), name
        if "since" in front:
            assert type(front["since"]) is int, f"{name}: since is no year"
            assert str(front["since"]) in body, f"{name}: the text does not say since when"


def test_no_two_partners_share_a_name() -> None:
    """A name leads to one partner, or the assistant could not tell whom a question is about."""
    owner: dict[str, str] = {}
    for name in FILES:
        front, _ = split(name)
        for alias in {str(known).casefold() for known in [front.get("partner"), *front.get("aliases", [])] if known}:
            assert owner.setdefault(alias, name) == name, f"{alias} stands in {owner[alias]} and in {name}"


def test_no_figure_is_added() -> None:
    """Every number in a text written from the page is a figure of the page."""
    for name in from_the_page():
        front, body = split(name)
        registry = " ".join(str(value) for key, value in front.items() if key != "as_of")
        numbers = set(re.findall(r"\d+(?:[.,]\d+)*", f"{registry} {body}"))
        assert numbers <= FIGURES, f"{name}: {numbers - FIGURES}"
        assert re.findall(rf"\b({MORE_COUNTS})\b", body, re.IGNORECASE) == [], name


def test_every_figure_is_carried_over() -> None:
    """No figure of the page was lost."""
    bodies = " ".join(split(name)[1] for name in from_the_page())
    assert {figure for figure in FIGURES if figure not in bodies} == set()


def test_a_count_before_a_list_is_the_length_of_the_list() -> None:
    """'three areas:' is followed by three items."""
    for name in FILES:
        body = split(name)[1]
        for count, items in re.findall(r"\b(\w+) [^.:]*:\n\n((?:- .*\n(?:  .*\n)*)+)", body):
            if count.lower() in COUNTS:
                assert len(re.findall(r"^- ", items, re.MULTILINE)) == COUNTS[count.lower()], f"{name}: {items}"


def test_the_figures_are_those_of_the_page(page: str) -> None:
    """The whitelist above is itself read from the page."""
    assert set(re.findall(r"\d+(?:[.,]\d+)*", page)) == FIGURES


@pytest.mark.parametrize("name", FILES)
def test_no_sentence_of_the_page_is_copied(page: str, name: str) -> None:
    """No sentence is the page's, nor do eight words in a row come from it, names counted as one word."""
    body = split(name)[1]
    own = {" ".join(words) for words in sentences(body) if len(words) > 3}
    assert own & {" ".join(words) for words in sentences(page)} == set()
    assert shingles(body, 8) & shingles(page, 8) == set()


def test_the_comparison_sees_a_copied_sentence() -> None:
    """A run of words is found across a line break; a proper name alone is held against nobody."""
    page = "Since then, the Association of Schools of Public Health in the European Region meets in Bonn."
    assert shingles("He said that it\nmeets in Bonn", 3) & shingles(page, 3) == {"meets in bonn"}
    renamed = "Here the Association of Schools of Public\nHealth in the European Region gathers."
    assert shingles(renamed, 3) & shingles(page, 3) == set()
    assert shingles("It meets. In Bonn it rains.", 3) & shingles(page, 3) == set()
