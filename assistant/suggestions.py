"""Questions that the index does answer: examples to begin with, and what to ask next."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, zip_longest

from langchain_core.documents import Document

from assistant.answer import Citation
from assistant.names import abbreviations, without_brackets
from ingest import Index

Answers = Callable[[Sequence[str], str], Sequence[Sequence[Citation]]]
"""Of each of some questions, what the document with this source answers; nothing where it does not."""

_LONG_NAME = 4
"""Words from which on people say the abbreviation instead, if there is one."""

_MOST_NEIGHBOURS = 4
_MOST_TRIED = 10
"""Documents looked through for each example wanted: in a library that answers little, not all of it."""


class Suggestions:
    """Proposes questions about the documents of an index and keeps those that are answered from them."""

    def __init__(self, index: Index, *, chunks_of: Callable[[str], Sequence[Document]], answers: Answers) -> None:
        self._order = tuple(document.source for document in index.documents)
        self._places = {source: place for place, source in enumerate(self._order)}
        self._partners = {partner.source: partner for partner in index.partners}
        self._chunks_of = chunks_of
        self._answers = answers
        self._kept: dict[str, dict[str, Sequence[Citation]]] = {}

    def about(self, source: str) -> Mapping[str, Sequence[Citation]]:
        """The questions that the document `source` answers, the most telling first, with what it answers; none for an
        unknown source."""
        if source not in self._kept:
            proposed = list(islice(dict.fromkeys(self._proposed(source)), 6))
            answers = self._answers(proposed, source) if proposed else []
            self._kept[source] = {q: quoted for q, quoted in zip(proposed, answers, strict=True) if quoted}
        return self._kept[source]

    def next(self, said: Sequence[Citation], *, asked: Iterable[str], count: int = 3) -> tuple[str, ...]:
        """Up to `count` questions to go on with: about the documents that were cited, then about their neighbours.

        None that was asked before, and none that would be answered with what was just said.
        """
        done = {_bare(question) for question in asked}
        own = [source for source in dict.fromkeys(c.source for c in said) if source in self._places][:2]
        start = self._places[own[0]] + 1 if own else 1
        following = (self._order[(start + step) % len(self._order)] for step in range(len(self._order)))
        neighbours = islice((source for source in following if source not in own), _MOST_NEIGHBOURS)
        found: list[str] = []
        for position, source in enumerate((*own, *neighbours)):
            fresh = [
                question
                for question, quoted in self.about(source).items()
                if _bare(question) not in done and question not in found and not _all_said(quoted, said)
            ]
            found += fresh[: count - 1 if position == 0 else 1]
            if len(found) >= count:
                break
        return tuple(found[:count])

    def examples(self, count: int) -> tuple[str, ...]:
        """`count` questions to begin with, each about another document while there are enough."""
        sources = sorted(self._order, key=lambda source: source not in self._partners)
        columns: list[tuple[str, ...]] = []
        for position, source in enumerate(sources[: _MOST_TRIED * count]):
            questions = tuple(self.about(source))
            turn = position % 3  # vary the kind of question from one document to the next
            columns.append((*questions[turn:], *questions[:turn]))
            if sum(map(bool, columns)) >= 2 * count:
                break
        mixed = (q for row in zip_longest(*columns) for q in row if q is not None)
        return tuple(dict.fromkeys(mixed))[:count]

    def _proposed(self, source: str) -> Iterator[str]:
        partner, chunks = self._partners.get(source), self._chunks_of(source)
        text = " ".join(" ".join(chunk.page_content for chunk in chunks).split())
        title = without_brackets(str(chunks[0].metadata["title"])) if chunks else ""
        name = partner.name if partner else title
        if partner and len(name.split()) >= _LONG_NAME:
            name = next((alias for alias in partner.aliases if f"({alias})" in partner.title), name)
        spoken = f"the {name}" if f"the {name}".casefold() in text.casefold() else name
        if partner and partner.since:
            yield f"When did {spoken} start?"
        if partner:
            yield f"What is {spoken}?"
        for _, short in abbreviations(text):
            if partner is None or short in partner.aliases:
                yield f"What is {short} short for?"
        sections = dict.fromkeys(str(chunk.metadata["section"]).split(" > ")[-1] for chunk in chunks)
        for section in sections:
            if section.endswith("?"):
                yield section
            elif partner and section and section != title:
                yield from _about_section(section, spoken)
        if partner is None and name:
            yield f"Tell me about {spoken}"
            for section in sections:
                if section and section != title and not section.endswith("?") and len(section.split()) <= 8:
                    yield f"Tell me about {section}"


def _about_section(section: str, name: str) -> Iterator[str]:
    """Questions in which a section's heading is the thing asked for."""
    word = section.casefold()
    if re.fullmatch(r"(main )?(aims?|goals?|objectives?|missions?|tasks?|focus)", word):
        be = "are" if word.endswith("s") else "is"
        yield f"What {be} the {word} of {name}?"
    elif word == "funding":
        yield f"Who funds {name}?"


def _all_said(quoted: Sequence[Citation], said: Sequence[Citation]) -> bool:
    """Whether everything that is quoted stands in what was said."""
    return all(
        any(one.source == other.source and other.start <= one.start and one.end <= other.end for other in said)
        for one in quoted
    )


def _bare(question: str) -> str:
    return re.sub(r"\W+", " ", question.casefold()).strip()
