"""Questions about all partners at once, answered from every entry of the registry that fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant import Assistant
from assistant.places import parts_of_the_world, region_asked
from ingest import Index, build_index, load_embeddings
from tests.assistant.contract import Library

WHO = {
    "india": "maastricht-umc-in-india.md",
    "mundo": "mundo.md",
    "radboud": "radboud-university.md",
    "she": "she-collaborates.md",
    "york": "york-maastricht-partnership.md",
}


@pytest.mark.parametrize(
    ("question", "count", "sources"),
    [
        ("Which of them reach outside Europe?", "2 of 10", {"india", "mundo"}),
        ("How many partnerships are with one university only?", "2 of 10", {"radboud", "york"}),
        ("What started before 2015?", "2 of 10", {"india", "she"}),
        ("Which partnerships were launched after 2010?", "2 of 10", {"she", "york"}),
        ("Which partnerships began between 2008 and 2012?", "2 of 10", {"india", "she"}),
        ("Which of your partnerships is the oldest?", "1 of 10", {"india"}),
        ("What is the newest of the partnerships?", "1 of 10", {"york"}),
        ("Which started first, SHE Collaborates or the York-Maastricht Partnership?", "1 of 2", {"she"}),
    ],
)
def test_every_entry_that_fits_is_shown(shipped: Library, question: str, count: str, sources: set[str]) -> None:
    """With how many there are, and each with a sentence of its own text that says so."""
    answer = shipped.ask(question)
    assert answer.kind == "answer"
    assert count in answer.text.replace("*", "")
    assert {citation.source for citation in answer.citations} == {WHO[name] for name in sources}


def test_what_is_not_known_of_all_is_said(shipped: Library) -> None:
    """Most entries give no year; nobody should take the two that do for all there are."""
    assert "7 others do not say" in shipped.ask("What started before 2015?").text


def test_the_sentence_shown_says_what_was_asked(shipped: Library) -> None:
    """The year stands in the quote where a year is asked for, the place where a place is."""
    for citation in shipped.ask("What started before 2015?").citations:
        assert "2008" in citation.quote or "2012" in citation.quote
    quotes = [citation.quote for citation in shipped.ask("Which of them reach outside Europe?").citations]
    assert any("India" in quote for quote in quotes)
    assert any("Africa" in quote for quote in quotes)


@pytest.mark.parametrize(
    "question",
    [
        "Which is older, MUNDO or SHE Collaborates?",
        "Which partnerships started before 1950?",
    ],
)
def test_nothing_is_concluded_from_what_is_not_there(shipped: Library, question: str) -> None:
    """Of one of the two no year is known; nothing is known to be as old as that."""
    assert shipped.ask(question).kind == "abstention"


def test_a_sentence_that_answers_goes_first(shipped: Library) -> None:
    """The texts count what the registry does not: four networks, of which two have an entry; 25 collaborations."""
    assert "four" in shipped.ask("How many international networks does UM collaborate with?").text.replace("*", "")
    assert "25" in shipped.ask("How many active collaborations are there in India?").text.replace("*", "")


def test_without_a_registry_nothing_is_surveyed(kitchen: Library) -> None:
    """A library of recipes has no partners to count."""
    assert kitchen.ask("Which of the partners started before 2015?").kind == "abstention"


@pytest.mark.parametrize(
    ("place", "part"),
    [
        ("Liège", "europe"),
        ("India", "asia"),
        ("South-East Netherlands", "europe"),
        ("Latin America", "latin america"),
        ("Eastern Europe", "europe"),
        ("Maastricht", "netherlands"),
    ],
)
def test_a_place_lies_in_its_part_of_the_world(place: str, part: str) -> None:
    """Cities, countries and regions with a country in their name."""
    assert part in parts_of_the_world(place)


def test_an_invented_place_lies_nowhere() -> None:
    """It is neither inside nor outside of anything."""
    assert parts_of_the_world("Velmare Bay") == {"velmare bay"}


def test_a_region_is_found_in_a_question() -> None:
    """The longest name counts, and no region is no region."""
    assert region_asked("which are in Latin America?") == "latin america"
    assert region_asked("anything in the Netherlands") == "netherlands"
    assert region_asked("which are old?") is None


def test_a_text_without_sentences_is_no_error(tmp_path: Path) -> None:
    """A table says what it says; headings alone say nothing, and are left out."""
    head = "---\ntitle: {0}\npartner: {0}\nsince: {1}\n---\n\n# {0}\n\n"
    bodies = {
        "Alder": "Alder University became a partner in 2011.\n",
        "Birch": "| since | 2012 |\n|---|---|\n| kind | lab |\n",
    }
    for name, year in (("Alder", 2011), ("Birch", 2012), ("Cedar", 2013)):
        body = bodies.get(name, "## Contact\n\n## Aims\n")
        (tmp_path / f"{name.lower()}.md").write_text(head.format(name, year) + body, encoding="utf-8")
    build_index([tmp_path], index_dir=tmp_path / "index", embeddings=load_embeddings())
    answer = Assistant(Index.open(tmp_path / "index", embeddings=load_embeddings())).ask("Which started before 2015?")
    assert answer.kind == "answer"
    assert "alder.md" in {citation.source for citation in answer.citations}
