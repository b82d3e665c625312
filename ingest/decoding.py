"""Bytes become text, whatever encoding they were saved in."""

from __future__ import annotations

import codecs
import re
import unicodedata

from ingest.errors import IngestError

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HTML_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HTML_HEAD_BYTES = 4096
_LAYOUT_CONTROLS = frozenset("\t\n\r\f\v\x1a\x1b\x85")
_MOST_CONTROLS = 0.01
# Western European prose has one accented letter in ten at the very most; other scripts have far more.
_WESTERN_HIGH_BYTES = 0.12
# So few bytes outside ASCII are no text in another script, whatever their share is.
_FEW_HIGH_BYTES = 8
# Read as Western, the letters of Central Europe become signs in the middle of words, as in "wspó³pracuje".
_SIGN_IN_A_WORD = re.compile(r"(?<=[^\W\d_])[\x80-\xb6\xb8-\xbf\xd7\xf7¤†‡ˆ‰‹›˜™€•](?=[^\W\d_])")
_WESTERN_SIGNS = 0.1


def decode(data: bytes, *, name: str, html: bool = False) -> str:
    """The text of `data`, without byte-order mark and with every newline as LF.

    Tried in turn: a byte-order mark, UTF-8, an HTML page's own declaration (with `html`), detection.
    `name` is only for the message. Raises IngestError for what is not text.
    """
    text = _decoded(data, name=name, html=html)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    controls = sum(1 for char in text if unicodedata.category(char) == "Cc" and char not in _LAYOUT_CONTROLS)
    if "\0" in text or controls > _MOST_CONTROLS * len(text):
        raise _binary(name)
    return text


def _decoded(data: bytes, *, name: str, html: bool) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise IngestError(
                    f"{name}: its byte-order mark says {encoding}, but byte {error.start} does not fit; "
                    "save the file as UTF-8."
                ) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if b"\0" in data:
        raise _binary(name)
    if html and (declared := _HTML_CHARSET.search(data[:_HTML_HEAD_BYTES])):
        try:
            return data.decode(declared.group(1).decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass  # a wrong declaration is common; the bytes themselves decide below
    return _detected(data, name=name)


def _detected(data: bytes, *, name: str) -> str:
    high = sum(1 for byte in data if byte > 0x7F)
    # Windows leaves five bytes of cp1252 without a meaning; latin-1 gives every byte one.
    text = data.decode("cp1252", errors="replace")
    western = text if "\ufffd" not in text else data.decode("latin-1")
    few = high <= max(_FEW_HIGH_BYTES, _WESTERN_HIGH_BYTES * len(data))
    if few and len(_SIGN_IN_A_WORD.findall(western)) <= _WESTERN_SIGNS * high:
        return western
    from charset_normalizer import from_bytes

    best = from_bytes(data).best()
    if best is None:
        raise IngestError(f"{name}: its text encoding cannot be told; save the file as UTF-8.")
    return str(best)


def _binary(name: str) -> IngestError:
    return IngestError(f"{name}: this is binary data, not text; convert it to Markdown, HTML or plain text.")
