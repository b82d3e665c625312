"""What the evidence model learns from: questions whose answers stand where they are said to stand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from ingest import load_documents
from training.examples import flat, negatives, paragraph_examples
from training.fit_support import STATEMENTS
from training.library import HELD_OUT, LIBRARY, SERVICES, is_held_out, rows
from training.train_reader import PARAGRAPHS


@pytest.mark.parametrize("folder", [LIBRARY, SERVICES], ids=lambda folder: folder.name)
def test_every_answer_stands_in_its_page(folder: Path) -> None:
    """White space apart, letter by letter; what is not answered names no page that answers."""
    texts = {str(d.metadata["source"]): flat(d.page_content) for d in load_documents([folder / "pages"])}
    questions = rows(folder / "questions.jsonl")
    assert len(questions) >= 900
    for row in questions:
        if row["reason"] is None:
            assert row["answer"], row["id"]
            said = texts[row["page"]].replace("**", "")
            assert all(flat(answer).replace("**", "") in said for answer in row["answer"]), row["id"]
            assert all(re.search(fact, " ".join(row["answer"]), re.IGNORECASE) for fact in row.get("facts", ()))
        else:
            assert row["page"] is None, row["id"]
            assert not row["answer"], row["id"]
            assert row["near"] is None or row["near"] in texts, row["id"]


def test_a_fifth_of_the_pages_is_held_out() -> None:
    """Whole universities, so that no page looks like one that was trained on."""
    pages = [page.name for page in (LIBRARY / "pages").iterdir()]
    held = [page for page in pages if is_held_out(page)]
    assert len(pages) == 150
    assert 0.18 <= len(held) / len(pages) <= 0.22
    assert {page.split("-")[0] for page in held} == set(HELD_OUT)


def test_a_third_of_the_questions_is_not_answered() -> None:
    """In every way people manage."""
    reasons = [row["reason"] for row in rows(LIBRARY / "questions.jsonl")]
    assert 0.3 <= sum(reason is not None for reason in reasons) / len(reasons) <= 0.4
    assert {*reasons} == {None, "no_evidence", "unknown_name", "false_premise", "off_topic", "unclear"}


def test_paragraphs_answer_half_of_their_questions() -> None:
    """And the answer, where it is short, stands in a sentence that is said to answer."""
    found = list(paragraph_examples(PARAGRAPHS))
    assert len(found) > 0.99 * sum(len(row["qas"]) for row in rows(PARAGRAPHS))
    assert 0.4 < sum(example.answerable for example in found) / len(found) < 0.6
    for example in found:
        said = " ".join(s for s, right in zip(example.sentences, example.right, strict=True) if right)
        assert all(answer in flat(said) or answer in said for answer in example.answers or ()), example.question


def test_statements_are_borne_out_by_what_they_name() -> None:
    """Half of them, by sentences of their page or paragraph; the others by nothing."""
    documents = load_documents([LIBRARY / "pages", SERVICES / "pages"])
    texts = {str(d.metadata["source"]): flat(d.page_content) for d in documents}
    stated = [(row, texts[row["page"]]) for folder in (LIBRARY, SERVICES) for row in rows(folder / "claims.jsonl")]
    paragraphs = rows(PARAGRAPHS)
    stated += [(claim, flat(row["context"])) for row in paragraphs for claim in row.get("claims", ())]
    stated += [
        (claim, flat(paragraphs[row["line"] - 1]["context"])) for row in rows(STATEMENTS) for claim in row["claims"]
    ]
    assert len(stated) > 5000
    assert 0.45 < sum(claim["supported"] for claim, _ in stated) / len(stated) < 0.55
    for claim, text in stated:
        assert bool(claim["by"]) is claim["supported"]
        assert all(flat(by).replace("**", "") in text.replace("**", "") for by in claim["by"]), claim["claim"]


def test_no_paragraph_has_statements_on_both_sides() -> None:
    """Those that the checker is fitted to are on paragraphs that the reader knows no statement of."""
    paragraphs = rows(PARAGRAPHS)
    assert not any(paragraphs[row["line"] - 1].get("claims") for row in rows(STATEMENTS))


def test_made_negatives_do_not_hold_the_answer() -> None:
    """Taken out, moved elsewhere or with another name: none of their sentences is marked as right."""
    import random

    found = list(paragraph_examples(PARAGRAPHS))[:200]
    made = list(negatives(found, removed=1.0, moved=1.0, exchanged=1.0, shuffled=random.Random(1)))
    assert len(made) > 100
    assert not any(example.answerable for example in made)
    for example in made:
        if "swapped" not in example.origin:
            assert example.answers in ((), None)


def test_no_question_is_asked_twice() -> None:
    """Ids are unique, and so are questions with what was asked before them."""
    for folder in (LIBRARY, SERVICES):
        questions = rows(folder / "questions.jsonl")
        assert len({row["id"] for row in questions}) == len(questions)
        assert len({json.dumps([row["question"].casefold(), row["history"]]) for row in questions}) == len(questions)
