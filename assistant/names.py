"""The names an index knows: partners with their aliases, abbreviations spelled out, titles of documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.lexicon import QUESTION_WORDS, WORD
from ingest import Index

_ABBREVIATION = re.compile(r"\(([A-Z][\w+&\-]{1,11})\)")
LONGEST_TITLE = 8
"""Words. Longer titles are sentences, which nobody uses as a name."""

_LONGEST_FORM = 500
"""Characters before a bracket in which the long form of its abbreviation is looked for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Name:
    """Something a question can be about; `sources` are the documents that are about it (or define it)."""

    canonical: str
    aliases: tuple[str, ...]
    sources: tuple[str, ...]
    partner: bool = False
    titled: bool = False

    @property
    def subject(self) -> bool:
        """Whether whole documents are about it, rather than sentences in them."""
        return self.partner or self.titled

    @property
    def spellings(self) -> tuple[str, ...]:
        return (self.canonical, *self.aliases)


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """Where a question names a Name: `question[start:end]`."""

    name: Name
    start: int
    end: int


def abbreviations(text: str) -> list[tuple[str, str]]:
    """(long form, abbreviation) pairs such as ("Young European Research Universities", "YERUN").

    The letters of the abbreviation must occur in order in the words before the bracket, the first one at the
    start of a word: the algorithm of Schwartz and Hearst, "A simple algorithm for identifying abbreviation
    definitions in biomedical text" (2003), restricted to long forms that begin with a capital.
    """
    found = []
    for match in _ABBREVIATION.finditer(text):
        short = match.group(1)
        before = text[max(0, match.start() - _LONGEST_FORM) : match.start()].rstrip()
        words = re.split(r"(?<=[\s(\"“])", before)[-(len(short) + 6) :]
        candidate = "".join(words)
        position, letters = len(candidate) - 1, [c.casefold() for c in short if c.isalnum()]
        for index in range(len(letters) - 1, -1, -1):
            while position >= 0 and (
                candidate[position].casefold() != letters[index]
                or (index == 0 and position > 0 and candidate[position - 1].isalnum())
            ):
                position -= 1
            if position < 0:
                break
            position -= 1
        else:
            start = position + 1
            # "World Wide University Network (WUN)": the first letter may stand for an earlier word just as well.
            while earlier := re.search(r"\b([A-Z][\w'’-]*) $", candidate[:start]):
                if earlier.group(1)[0].casefold() != letters[0]:
                    break
                start = earlier.start()
            long_form = " ".join(candidate[start:].split())
            if len(long_form) > len(short) and long_form[0].isupper() and "." not in long_form:
                found.append((long_form, short))
    return found


def turned_round(text: str) -> list[tuple[str, str]]:
    """(long form, abbreviation) pairs whose initials stand in another order: "Maastricht University (UM)"."""
    found = []
    for match in _ABBREVIATION.finditer(text):
        short = match.group(1)
        words = text[: match.start()].split()[-len(short) :]
        initials = "".join(word[0] for word in words)
        if short.isalpha() and short.isupper() and initials != short and sorted(initials) == sorted(short):
            found.append((" ".join(words), short))
    return found


def without_brackets(title: str) -> str:
    """A title without the brackets at its end: "World Wide University Network (WUN)"."""
    return re.sub(r"\s*\([^)]*\)$", "", title)


def outside(text: str, mentions: Iterable[Mention]) -> str:
    """The text with its mentions blanked out; everything else stays where it was."""
    for mention in mentions:
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    return text


def _key(text: str) -> tuple[str, ...]:
    return tuple(part for word in WORD.findall(text.casefold()) for part in re.split(r"[-–&.'’]", word) if part)


class Names:
    """Finds the names of an index in a text."""

    def __init__(self, names: Iterable[Name], *, turned: Iterable[tuple[str, str]] = ()) -> None:
        self.all = tuple(names)
        self._turned = tuple(dict.fromkeys(turned))
        self._by_key: dict[tuple[str, ...], Name] = {}
        self._upper_only: set[tuple[str, ...]] = set()
        for name in self.all:
            for spelling in name.spellings:
                key = _key(spelling)
                if not key:
                    continue
                self._by_key.setdefault(key, name)
                if len(key) == 1 and key[0] in QUESTION_WORDS and spelling.isupper():
                    self._upper_only.add(key)  # "SHE", "WHO", "IT": only in capitals is it the name
        self._longest = max((len(key) for key in self._by_key), default=0)

    @classmethod
    def from_index(cls, index: Index) -> Names:
        """Partners of the registry first, then abbreviations spelled out in the texts, then short titles."""
        names: dict[str, Name] = {}
        spelled: dict[str, str] = {}

        def add(canonical: str, aliases: Iterable[str], sources: Iterable[str], *, partner: bool = False) -> None:
            owner = next((spelled[s.casefold()] for s in (canonical, *aliases) if s.casefold() in spelled), None)
            known = names.get(owner) if owner else None
            merged = Name(
                canonical=known.canonical if known else canonical,
                aliases=tuple(
                    dict.fromkeys([*(known.aliases if known else ()), *([canonical] if known else []), *aliases])
                ),
                sources=tuple(dict.fromkeys([*(known.sources if known else ()), *sources])),
                partner=partner or bool(known and known.partner),
            )
            key = owner or canonical.casefold()
            names[key] = merged
            for spelling in merged.spellings:
                spelled.setdefault(spelling.casefold(), key)

        for partner in index.partners:
            add(partner.name, [*partner.aliases, without_brackets(partner.title)], [partner.source], partner=True)
        registered = set(names)
        turned: list[tuple[str, str]] = []
        for chunk in index.chunks:
            source = str(chunk.metadata["source"])
            for text in (str(chunk.metadata["title"]), chunk.page_content):
                flat = " ".join(text.split())
                turned.extend(turned_round(flat))
                for long_form, short in abbreviations(flat):
                    owner = spelled.get(short.casefold()) or spelled.get(long_form.casefold())
                    if owner in registered:
                        # The registry says which document is about a partner; a mention elsewhere does not.
                        add(names[owner].canonical, [long_form, short], names[owner].sources)
                    else:
                        add(long_form, [short], [source])
        for document in index.documents:
            title = without_brackets(document.title)
            if 0 < len(title.split()) <= LONGEST_TITLE and title.casefold() not in spelled:
                add(title, [], [document.source])
            key = spelled.get(title.casefold())
            if key:
                names[key] = replace(names[key], titled=True)
        return cls(names.values(), turned=turned)

    def mentions(self, text: str) -> list[Mention]:
        """The names in a text, in order, the longest spelling first where several fit."""
        words: list[tuple[str, int, int]] = []
        for match in WORD.finditer(text):
            offset = match.start()
            words.extend(
                (part.group(), offset + part.start(), offset + part.end())
                for part in re.finditer(r"[^\-–&.'’]+", match.group())
            )
        fitting: list[Mention] = []
        for position in range(len(words)):
            for length in range(1, min(self._longest, len(words) - position) + 1):
                span = words[position : position + length]
                name = self._named(span)
                if name:
                    fitting.append(Mention(name=name, start=span[0][1], end=span[-1][2]))
        found: list[Mention] = []
        for mention in sorted(fitting, key=lambda m: (m.start - m.end, m.start)):
            if all(mention.end <= other.start or other.end <= mention.start for other in found):
                found.append(mention)
        return sorted(found, key=lambda m: m.start)

    def _named(self, span: list[tuple[str, int, int]]) -> Name | None:
        key = tuple(word.casefold() for word, _, _ in span)
        spelt = " ".join(word for word, _, _ in span)
        name = self._by_key.get(key)
        if name is None and len(key) == 1 and key[0].endswith("s") and spelt[0].isupper():
            name = self._by_key.get((key[0].removesuffix("s"),))  # "the Euregions", "MUNDOs"
        return None if key in self._upper_only and not spelt.isupper() else name

    def in_text(self, text: str) -> list[Name]:
        """The distinct names in a text, in the order of their first mention."""
        return list({mention.name.canonical: mention.name for mention in self.mentions(text)}.values())

    def spellings_in(self, text: str) -> list[tuple[str, ...]]:
        """All spellings of each distinct name in a text, also where its initials are turned round."""
        named = [name.spellings for name in self.in_text(text)]
        there, flat = set(WORD.findall(text)), " ".join(text.split())
        return named + [pair for pair in self._turned if pair[1] in there or pair[0] in flat]
