"""Names: abbreviations spelled out in texts, and the names in a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.names import Name, Names, abbreviations, turned_round
from tests.assistant.contract import Library

NAMES = Names(
    [
        Name(canonical="Society of Hill Explorers", aliases=("SHE", "Hill Explorers"), sources=("hills.md",)),
        Name(canonical="Harbour School", aliases=("HS", "Harbour-School Ostend"), sources=("harbour.md",)),
        Name(canonical="Harbour", aliases=("UMC+",), sources=("port.md",)),
        Name(canonical="World Health Office", aliases=("WHO",), sources=("who.md",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The Young European Research Universities (YERUN) meet.",
         [("Young European Research Universities", "YERUN")]),
        ("The Guild of Northern Bakers (GNB) was founded.", [("Guild of Northern Bakers", "GNB")]),
        ("The World Wide University Network (WUN) meets.", [("World Wide University Network", "WUN")]),
        ("Problem-Based Learning (PBL) is used.", [("Problem-Based Learning", "PBL")]),
        ("UM and the European Union (EU), or the World Health Office (WHO).",
         [("European Union", "EU"), ("World Health Office", "WHO")]),
        ("It opened in spring (NATO) after all.", []),
        ("The bakers (of Tromsø) meet.", []),
        ("Nothing to see here.", []),
        ("(GNB) stands at the beginning.", []),
        ("", []),
    ],
)  # fmt: skip
def test_an_abbreviation_in_brackets_is_matched_with_the_words_before_it(
    text: str, found: list[tuple[str, str]]
) -> None:
    """Its letters occur in order in the long form, as Schwartz and Hearst describe."""
    # What matters is what the long form says, not whether an article was taken along.
    assert [(long_form.removeprefix("The "), short) for long_form, short in abbreviations(text)] == found


@given(st.text(alphabet="ABCabc ()&+-.\n", max_size=60))
def test_an_abbreviation_is_always_found_in_its_long_form(text: str) -> None:
    """Whatever the text, the letters stand in order in the long form, which is in the text."""
    for long_form, short in abbreviations(text):
        rest = iter(long_form.casefold())
        assert all(letter.casefold() in rest for letter in short if letter.isalnum())
        assert long_form in " ".join(text.split())
        assert f"({short})" in text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("What is SHE?", ["Society of Hill Explorers"]),
        ("When did she start?", []),
        ("She started when?", []),
        ("Who knows WHO?", ["World Health Office"]),
        ("what do the hill explorers do?", ["Society of Hill Explorers"]),
        ("WHERE IS THE HARBOUR SCHOOL?", ["Harbour School"]),
        ("Where is the harbour?", ["Harbour"]),
        ("the Harbour School Ostend and the harbour", ["Harbour School", "Harbour"]),
        ("Harbour-School", ["Harbour School"]),
        ("Is UMC+'s office there?", ["Harbour"]),
        ("harbours", []),
        ("", []),
    ],
)
def test_the_names_in_a_question_are_found(text: str, found: list[str]) -> None:
    """In any case, the longest spelling first; a name that is an everyday word only in capitals."""
    assert [name.canonical for name in NAMES.in_text(text)] == found


@given(st.text(alphabet="SHEshe WHO-UMC+'Harbour School.?é\n", max_size=50))
def test_a_mention_is_where_it_says(text: str) -> None:
    """Mentions stand in order, apart from one another, within the text."""
    position = 0
    for mention in NAMES.mentions(text):
        assert position <= mention.start < mention.end <= len(text)
        assert text[mention.start : mention.end].strip() == text[mention.start : mention.end]
        position = mention.end


def test_an_alias_with_an_article_does_not_hide_a_longer_name() -> None:
    """In "the Hague University" the longest spelling that fits is the university, not the city."""
    city = Name(canonical="Hague", aliases=("The Hague",), sources=("city.md",))
    university = Name(canonical="Hague University", aliases=(), sources=("university.md",))
    assert Names([city, university]).in_text("Where is the Hague University?") == [university]


def test_a_library_without_a_registry_has_names_too(kitchen: Library) -> None:
    """They are the abbreviations of its texts and its titles."""
    spellings = {spelling for name in kitchen.assistant.library.names.all for spelling in name.spellings}
    assert {"GNB", "Guild of Northern Bakers", "Sourdough bread", "Goat cheese"} <= spellings
    assert not any(name.partner for name in kitchen.assistant.library.names.all)


def test_the_names_of_the_registry_are_known_by_their_aliases(shipped: Library) -> None:
    """Each alias leads to the text about its partner, and to no other name."""
    for partner in shipped.assistant.partners:
        for spelling in (partner.name, *partner.aliases):
            (name,) = shipped.assistant.library.names.in_text(spelling)
            assert name.partner, spelling
            assert partner.source in name.sources, spelling


def test_initials_turned_round_are_the_same_name(shipped: Library) -> None:
    """ "UM" and "Maastricht University" are one to the gate, in a text that has either; nothing in between is."""
    assert turned_round("the hub of Maastricht University (UM) in Brussels") == [("Maastricht University", "UM")]
    assert turned_round("the World Health Organization (WHO) and a place (UM)") == []
    names = shipped.assistant.library.names
    for text in ("The hub of UM is in Brussels.", "Maastricht\nUniversity has a hub."):
        assert ("Maastricht University", "UM") in names.spellings_in(text)
    assert ("Maastricht University", "UM") not in names.spellings_in("A university in Maastricht has a hum.")
