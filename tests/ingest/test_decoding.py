"""Files in any encoding that people really save become the same text."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import IngestError
from ingest.decoding import decode

FRENCH = "L'université de Liège coopère avec des écoles « françaises » – et c'est très bien."
POLISH = (
    "Uniwersytet Łódzki współpracuje z wieloma uczelniami na całym świecie. Każdego roku setki studentów "
    "wyjeżdżają za granicę, żeby uczyć się języków obcych i poznawać nowych przyjaciół. Współpraca obejmuje "
    "również wspólne badania naukowe, których wyniki są publikowane w międzynarodowych czasopismach. Łącznie "
    "działa już ponad sześćdziesiąt umów, a kolejne są właśnie przygotowywane przez władze uczelni."
)
RUSSIAN = "Университет сотрудничает с научными центрами и компаниями региона уже много лет."


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_utf8_comes_back_as_it_was_written(text: str) -> None:
    """Whatever was written as UTF-8 is read as that; only a mark at the beginning is dropped."""
    assert decode(text.encode("utf-8"), name="a.txt") == text.removeprefix("\ufeff")


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
    ],
)
def test_a_byte_order_mark_decides(encoding: str, mark: bytes) -> None:
    """Texts saved by Windows programs carry a mark, which is obeyed and left out of the text."""
    assert decode(mark + FRENCH.encode(encoding), name="a.txt") == FRENCH


@pytest.mark.parametrize("text", [FRENCH, "Café", "Größe: 3 m", "It’s “quoted” – here"])
def test_short_western_texts_are_read_as_windows_saves_them(text: str) -> None:
    """A few accents or typographic quotes in cp1252 are no riddle, however short the text is."""
    assert decode(text.encode("cp1252"), name="a.txt") == text


@pytest.mark.parametrize(("text", "encoding"), [(POLISH, "cp1250"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r")])
def test_longer_texts_in_other_scripts_are_detected(text: str, encoding: str) -> None:
    """Central European and Cyrillic texts in their old encodings are read right."""
    assert decode(text.encode(encoding), name="a.txt") == text


def test_an_html_page_is_believed_about_its_encoding() -> None:
    """The declaration in the page is used where the bytes are not UTF-8."""
    page = f'<html><head><meta charset="iso-8859-5"></head><body>{RUSSIAN}</body></html>'
    assert RUSSIAN in decode(page.encode("iso-8859-5"), name="a.html", html=True)


def test_a_wrong_declaration_does_no_harm() -> None:
    """A page that says one thing and is UTF-8 is read as UTF-8; an unknown name is passed over."""
    page = '<meta charset="latin1">Liège'
    assert decode(page.encode(), name="a.html", html=True) == page
    nonsense = '<meta charset="nonsense">Liège'
    assert decode(nonsense.encode("cp1252"), name="a.html", html=True) == nonsense


def test_newlines_become_one_kind() -> None:
    """Windows and old Mac newlines count as one character, as everywhere else."""
    assert decode(b"one\r\ntwo\rthree\n", name="a.txt") == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x00\x00\x00\x08",
        b"text\x00text",
        bytes(range(1, 32)) * 4,
        b"%PDF-1.7\n" + bytes(range(1, 9)) * 20,
    ],
)
def test_binary_data_is_refused(data: bytes) -> None:
    """An archive or picture under the name of a text is told apart from text, by name."""
    with pytest.raises(IngestError, match=r"^a\.txt: .*binary"):
        decode(data, name="a.txt")


def test_a_mark_that_does_not_fit_is_said() -> None:
    """A file cut in the middle of a character is an error that says what to do."""
    with pytest.raises(IngestError, match="save the file as UTF-8"):
        decode(codecs.BOM_UTF8 + b"caf\xc3", name="a.txt")


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_one_clear_error(data: bytes) -> None:
    """No file can make the build fail in another way than by an error that names it."""
    message, text = "x.txt: ", ""
    try:
        text = decode(data, name="x.txt")
    except IngestError as error:
        message = str(error)
    assert message.startswith("x.txt: ")
    assert "\r" not in text
    assert "\0" not in text
