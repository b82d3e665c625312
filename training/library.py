"""The development library: questions about invented pages, asked of an index of them through the assistant's pipe."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant import SIGNALS, Assistant, Page, Passage, Reading, Reads, Weighed, candidates, pages_of
from ingest import Index, build_index, load_embeddings, terms
from training.examples import Example, flat

LIBRARY, SERVICES = Path(__file__).parent / "library", Path(__file__).parent / "services"

HELD_OUT = tuple((LIBRARY / "held-out.txt").read_text(encoding="utf-8").split())
"""The universities whose pages, a fifth of all, are for validation: nothing is trained on them."""


_WHOLE = 1000
"""Chunks of a page, more than any has."""


class Blank:
    """A reader that says nothing, for an assistant whose own is still to be made."""

    def read(self, question: str, pages: Sequence[Page], *, context: str = "") -> list[Reading]:  # noqa: ARG002
        return [
            Reading(sentences=(0.0,) * len(page.sentences), page=0.0, spans=((0, 0),) * len(page.sentences))
            for page in pages
        ]


def unweighted(index: Index, reader: Reads) -> Assistant:
    """An assistant that ranks by cosine and never abstains: what is fitted must not depend on earlier weights."""
    cosine = SIGNALS.index("cosine of the sentence")
    return Assistant(index, reader=reader, scorer=lambda _question, _found, signals: signals[:, cosine], threshold=-1.0)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A question of the library with what the assistant weighed for it, and which candidates are right."""

    id: str
    page: str | None
    near: str | None
    facts: tuple[str, ...]
    weighed: Weighed
    right: tuple[bool, ...]


def is_held_out(page: str | None) -> bool:
    return page is not None and page.split("-")[0] in HELD_OUT


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def asked(questions: Sequence[dict[str, Any]], assistant: Assistant) -> Iterator[Asked]:
    """The questions, weighed; a row is as `library/README.md` says."""
    for row in questions:
        golds = [flat(text) for text in row["answer"]]
        weighed = assistant.weigh(row["question"], assistant.conversation(row.get("history", ())))
        right = tuple(
            candidate.passage.source == row["page"] and _holds(candidate.sentence.text, golds)
            for candidate in weighed.candidates
        )
        yield Asked(
            id=row["id"],
            page=row["page"],
            near=row.get("near", row["page"]),
            facts=tuple(row.get("facts", ())),
            weighed=weighed,
            right=right,
        )


def shown_its_page(one: Asked, questions: Sequence[dict[str, Any]], assistant: Assistant) -> Asked:
    """A question weighed against the page that answers it, which retrieval did not find: without it the reader would
    learn from such questions that nothing answers them."""
    golds = [flat(text) for row in questions if row["id"] == one.id for text in row["answer"]]
    (weighed,) = assistant.library.weigh_document([one.weighed.question.text], one.page or "", most=_WHOLE)
    right = tuple(_holds(candidate.sentence.text, golds) for candidate in weighed.candidates)
    return replace(one, weighed=replace(weighed, context=one.weighed.context), right=right)


def _holds(sentence: str, golds: Sequence[str]) -> bool:
    said = flat(sentence)
    return any(said in gold or gold in said for gold in golds)


def examples(one: Asked, *, most: int) -> Iterator[Example]:
    """What the reader learns from a question: the passages that answer, and at most `most` others of those found."""
    others = 0
    for passage in one.weighed.passages:
        inside = [
            (candidate, right)
            for candidate, right in zip(one.weighed.candidates, one.right, strict=True)
            if candidate.passage.rank == passage.rank
        ]
        right = tuple(is_right for _, is_right in inside)
        if not inside:
            continue
        if not any(right):
            others += 1
            if others > most:
                continue
        (page,) = pages_of([candidate for candidate, _ in inside])
        yield Example(
            question=one.weighed.question.expanded,
            context=one.weighed.context,
            head=page.head,
            sentences=page.sentences,
            right=right,
            answers=_shortest(one, page.sentences, right),
            group=one.near or one.id,
            origin="library",
        )


def complete(questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions that lean on earlier ones, once more and complete in themselves."""
    return [
        {**row, "question": row["rewrite"], "history": []} for row in questions if row.get("rewrite") and row["history"]
    ]


def library_examples() -> Iterator[Example]:
    """All of the library but the held-out pages, and the public services, retrieved and resolved by the assistant."""
    embeddings = load_embeddings()
    own = [row for row in rows(LIBRARY / "questions.jsonl") if not is_held_out(row["near"])]
    kept = [page for page in sorted((LIBRARY / "pages").iterdir()) if not is_held_out(page.name)]
    served = rows(SERVICES / "questions.jsonl")
    for pages, questions, most in (
        (kept, own, 3),
        (kept, complete(own), 1),
        ([SERVICES / "pages"], served, 2),
        ([SERVICES / "pages"], complete(served), 1),
    ):
        with tempfile.TemporaryDirectory() as folder:
            build_index(pages, index_dir=Path(folder) / "index", embeddings=embeddings)
            assistant = unweighted(Index.open(Path(folder) / "index", embeddings=embeddings), Blank())
            for one in asked(questions, assistant):
                yield from examples(one, most=most)
                if one.page is not None and not any(one.right):
                    yield from examples(shown_its_page(one, questions, assistant), most=0)


def library_claims(*, held_out: bool) -> Iterator[Example]:
    """`claims.jsonl` of the library, or what it says of the held-out pages; and, with the first, that of the services.

    Each statement has the passage that supports it or, where none does, the nearest. What was asked stands where the
    earlier question of a conversation does. Statements that only two passages together support are left out.
    """
    yield from _claims(LIBRARY, [row for row in rows(LIBRARY / "claims.jsonl") if is_held_out(row["page"]) is held_out])
    if not held_out:
        yield from _claims(SERVICES, rows(SERVICES / "claims.jsonl"))


def _claims(folder: Path, stated: Sequence[dict[str, Any]]) -> Iterator[Example]:
    embeddings = load_embeddings()
    with tempfile.TemporaryDirectory() as built:
        build_index([folder / "pages"], index_dir=Path(built) / "index", embeddings=embeddings)
        library = unweighted(Index.open(Path(built) / "index", embeddings=embeddings), Blank()).library
        for row in stated:
            by, said = [flat(text) for text in row["by"]], set(terms(row["claim"]))
            chunks = library.retriever.chunks_of(row["page"])
            found = [candidates([Passage(chunk=chunk, rank=1, score=1.0)]) for chunk in chunks]
            of_each = [tuple(_holds(c.sentence.text, by) for c in own) for own in found]
            supporting = [place for place, right in enumerate(of_each) if any(right)]
            if row["supported"] and len(supporting) != 1:
                continue
            nearest = max(range(len(found)), key=lambda place: len(said & set(terms(chunks[place].page_content))))
            place = supporting[0] if row["supported"] else nearest
            (page,) = pages_of(found[place])
            yield Example(
                question=row["claim"],
                context=row["question"],
                head=page.head,
                sentences=page.sentences,
                right=of_each[place] if row["supported"] else (False,) * len(page.sentences),
                answers=None if row["supported"] else (),
                group=row["page"],
                origin="library claims",
            )


def _shortest(one: Asked, sentences: Sequence[str], right: Sequence[bool]) -> tuple[str, ...] | None:
    if not any(right):
        return ()
    if len(one.facts) != 1:
        return None
    found = [
        match.group()
        for sentence, is_right in zip(sentences, right, strict=True)
        if is_right and (match := re.search(one.facts[0], sentence, re.IGNORECASE))
    ]
    return tuple(found) or None
