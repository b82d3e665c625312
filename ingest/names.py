"""What a paragraph is about, told from the name that it begins with."""

from __future__ import annotations

import re

# Who begins like this goes on about what came before.
_CONTINUING = """
it its this these that those they their them he his him she her we our us you your i my such both all each
also and but or so then thus there here however moreover furthermore additionally in another other others
"""
_CIRCUMSTANCES = """
since when where while who what why how with within without from to at by on for as if after before during
because although besides next today currently now every any some no not many most several
"""
_JOINING = "of the and for in on at de la le du des van der den von und voor en y e & – - —"
_GOES_ON = frozenset(_CONTINUING.split())
_NOT_IN_A_NAME = frozenset(_CIRCUMSTANCES.split())
_JOINS = frozenset(_JOINING.split())
_ARTICLE = re.compile(r"(?:the|a|an)\s+", re.IGNORECASE)
_SHORT_FORM = re.compile(r"\(([^()\s]*[A-Z][^()\s]*[A-Z0-9][^()\s]*)\)")
_EDGE = "\"'“”‘’«»,.;:()"
_LONGEST_NAME = 8


def leading_name(paragraph: str, *, within: str) -> str | None:
    """The name that a paragraph begins with; its short form if it gives one, as in "Institute (ABC) is".

    '' when it begins with no name, None when it plainly goes on with what came before. `within` is the whole
    text: a single capitalised word counts as a name only if it is also capitalised inside a sentence there.
    """
    paragraph = " ".join(paragraph.split())
    first = paragraph.split(" ", 1)[0].strip(_EDGE).lower() if paragraph else ""
    if first in _GOES_ON or (paragraph[:1].islower() and not _has_inner_capital(paragraph.split(" ", 1)[0])):
        return None
    if first in _NOT_IN_A_NAME:
        return ""
    words = _ARTICLE.sub("", paragraph, count=1).split(" ")
    name = _capitalised_run(words)
    rest = " ".join(words[len(name) :])
    short = _SHORT_FORM.match(rest)
    if short and name:
        return short.group(1)
    if len(name) > _LONGEST_NAME or not name:
        return ""
    said = " ".join(name).strip(_EDGE)
    said = re.sub(r"['’]s$", "", said)
    if len(name) == 1 and not _has_inner_capital(said) and not _within_a_sentence(said, within):
        return ""
    return said


def _capitalised_run(words: list[str]) -> list[str]:
    run: list[str] = []
    for word in words:
        bare = word.strip(_EDGE)
        if word.startswith("("):
            break
        named = bare[:1].isupper() or bare[:1].isdigit() or _has_inner_capital(bare)
        if not named and not (run and word in _JOINS):
            break
        run.append(word)
        if word.endswith((",", ".", ";", ":", "'s", "’s")):
            break
    while run and run[-1] in _JOINS:
        run.pop()
    return run


def _has_inner_capital(word: str) -> bool:
    return any(char.isupper() for char in word[1:])


def _within_a_sentence(word: str, text: str) -> bool:
    return re.search(rf"[a-z,]\s+{re.escape(word)}\b", text) is not None
