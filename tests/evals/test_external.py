"""Other people's data: small sets of every format, through the real pipe."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from evals import external
from evals.errors import EvalsError
from evals.external import beir, clapnq, library, mtrag, plain, squad

BREAD = "Rye bread rises for twelve hours. It is baked in a stone oven."
CHEESE = "Goat cheese ages for six weeks in a cave. The cave is near Arnes."
BOATS = "The red boats leave the harbour at noon. The blue boats leave it at dusk."


def lines(path: Path, *rows: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def squad_set(folder: Path) -> Path:
    def paragraph(context: str, *asked: tuple[str, str]) -> dict[str, Any]:
        questions = [
            {"id": f"{question}{answer}", "question": question, "is_impossible": not answer,
             "answers": [{"text": answer, "answer_start": context.index(answer)}] if answer else []}
            for question, answer in asked
        ]  # fmt: skip
        return {"context": context, "qas": questions}

    data = [
        {"title": "Rye_bread", "paragraphs": [
            paragraph(BREAD, ("How long does rye bread rise?", "twelve hours"), ("Who invented rye bread?", ""))]},
        {"title": "Goat_cheese", "paragraphs": [
            paragraph(CHEESE, ("How long does goat cheese age?", "six weeks"), ("What does goat cheese cost?", ""))]},
    ]  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "dev.json").write_text(json.dumps({"version": "v2.0", "data": data}), encoding="utf-8")
    return folder


def clapnq_set(folder: Path) -> Path:
    def row(identity: str, question: str, title: str, text: str, gold: list[str]) -> dict[str, Any]:
        return {"id": identity, "input": question, "passages": [{"title": title, "text": text, "sentences": []}],
                "output": [{"answer": " ".join(gold), "selected_sentences": gold}]}  # fmt: skip

    lines(
        folder / "answerable.jsonl", row("1", "when do red boats leave", "Boats", BOATS, [BOATS.split(". ")[0] + "."])
    )
    lines(folder / "unanswerable.jsonl", row("2", "who owns the blue boats", "Boats", BOATS, []))
    return folder


def mtrag_set(folder: Path) -> Path:
    def task(identity: str, *turns: str, answerability: str, contexts: dict[str, str]) -> dict[str, Any]:
        speakers = ("user", "agent")
        return {"task_id": identity, "Answerability": [answerability],
                "input": [{"speaker": speakers[place % 2], "text": text} for place, text in enumerate(turns)],
                "contexts": [{"document_id": key, "text": text} for key, text in contexts.items()]}  # fmt: skip

    lines(
        folder / "tasks.jsonl",
        task("a<::>2", "Tell me about goat cheese", "It ages in a cave.", "How long does it age?",
             answerability="ANSWERABLE", contexts={"cheese/1": CHEESE, "boats-2": BOATS}),
        task("b<::>1", "Who paints the boats?", answerability="UNANSWERABLE", contexts={"bread": BREAD}),
        task("c<::>1", "What about it?", answerability="PARTIAL", contexts={}),
    )  # fmt: skip
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\na<::>2\tcheese/1\t1\n", encoding="utf-8")
    return folder


def beir_set(folder: Path) -> Path:
    texts = {"b": BREAD, "c": CHEESE, "d": BOATS}
    lines(folder / "corpus.jsonl", *({"_id": key, "title": "", "text": text} for key, text in texts.items()))
    lines(
        folder / "queries.jsonl",
        {"_id": "q1", "text": "When do the blue boats leave?"},
        {"_id": "q2", "text": "|user|: How is rye bread baked?\n|agent|: In an oven.\n|user|: How long does it rise?"},
        {"_id": "unjudged", "text": "Anything?"},
    )
    (folder / "qrels").mkdir()
    (folder / "qrels" / "test.tsv").write_text("q1\td\t1\nq2\tb\t2\nq2\td\t0\n", encoding="utf-8")
    return folder


def plain_set(folder: Path) -> Path:
    lines(folder / "documents.jsonl", {"document": "cheese", "title": "Cheese", "text": CHEESE})
    return lines(
        folder / "questions.jsonl",
        {"question": "How long does goat cheese age?", "answers": ["six weeks"], "relevant": ["cheese"]},
        {"question": "Where is the cave?", "history": ["How long does cheese age?"], "answers": [{"text": "Arnes"}]},
        {"question": "When do red boats leave?", "answers": ["noon"], "documents": [{"id": "boats", "text": BOATS}],
         "passage": "boats"},
        {"question": "Who owns the cave?", "answerable": False},
    )  # fmt: skip


def ratings_set(folder: Path) -> Path:
    def rated(task: str, text: str, *marks: int, model: str = "m") -> dict[str, Any]:
        people = {str(place): {"value": str(mark)} for place, mark in enumerate(marks)}
        return {"task_id": task, "model_id": model, "model_response": text,
                "annotations": {"faithfulness": people, "Bert-KPrec": {"system": {"value": 0.5}}}}  # fmt: skip

    tasks = [{"task_id": f"{c}<::>1", "input": [{"speaker": "user", "text": "How long does it age?"}],
              "contexts": [{"document_id": "cheese"}]} for c in "xyz"]  # fmt: skip
    replies = (("Goat cheese ages for six weeks.", (4, 4, 1)), ("It matures sixty days in Spain.", (1, 2, 4)))
    answers = [rated(f"{c}<::>1", text, *marks) for c in "xyz" for text, marks in replies]
    raw = {"documents": [{"document_id": "cheese", "text": CHEESE}], "tasks": tasks,
           "evaluations": [*answers, rated("x<::>1", "reference", 4, model="reference")]}  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ratings.json").write_text(json.dumps(raw), encoding="utf-8")
    return folder


def library_set(folder: Path) -> Path:
    def row(identity: str, question: str, page: str | None, near: str, answer: list[str]) -> dict[str, Any]:
        return {"id": identity, "question": question, "history": [], "page": page, "near": near, "answer": answer,
                "facts": [], "reason": None if page else "no_evidence"}  # fmt: skip

    (folder / "pages").mkdir(parents=True)
    (folder / "pages" / "bakery-bread.md").write_text(f"# Rye bread\n\n{BREAD}\n", encoding="utf-8")
    (folder / "pages" / "dairy-cheese.html").write_text(f"<h1>Goat cheese</h1><p>{CHEESE}</p>", encoding="utf-8")
    (folder / "held-out.txt").write_text("dairy\n", encoding="utf-8")
    lines(
        folder / "questions.jsonl",
        row("1", "How long does rye bread rise?", "bakery-bread.md", "bakery-bread.md", [BREAD.split(". ")[0] + "."]),
        row(
            "2",
            "How long does goat cheese age?",
            "dairy-cheese.html",
            "dairy-cheese.html",
            [CHEESE.split(".")[0] + "."],
        ),
        row("3", "What does goat cheese cost?", None, "dairy-cheese.html", []),
    )
    return folder


@pytest.fixture(autouse=True)
def loaded(embeddings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evals.external.scoring.load_embeddings", lambda name=None: embeddings)


def test_squad_asks_each_question_of_its_paragraph(tmp_path: Path) -> None:
    """Answer spans, impossible questions, and the article as cluster."""
    found = squad.load(squad_set(tmp_path))
    assert [passage.title for passage in found.passages] == ["Rye bread", "Goat cheese"]
    assert [question.answerable for question in found.questions] == [True, False, True, False]
    assert found.questions[0].spans == ("twelve hours",)
    assert len(found.limited(1).questions) == 2


def test_clapnq_is_a_folder_of_two_files(tmp_path: Path) -> None:
    """Both about one passage, which is one of the pool."""
    found = clapnq.load(clapnq_set(tmp_path))
    assert len(found.passages) == 1
    assert {question.id: question.answerable for question in found.questions} == {"1": True, "2": False}


def test_mtrag_has_conversations_and_a_pool(tmp_path: Path) -> None:
    """What goes before is history; a partly answerable question is not scored for abstention."""
    first, second, third = mtrag.load(mtrag_set(tmp_path)).questions
    assert [entry["role"] for entry in first.history if not isinstance(entry, str)] == ["user", "assistant"]
    assert (first.question, first.relevant, first.cluster) == ("How long does it age?", {"cheese/1": 1}, "a")
    assert (second.answerable, third.answerable) == (False, None)


def test_beir_reads_qrels_and_conversations(tmp_path: Path) -> None:
    """With or without header; judgements of 0 and queries without any are left out."""
    first, second = beir.load(beir_set(tmp_path)).questions
    assert (first.relevant, second.relevant) == ({"d": 1}, {"b": 2})
    assert second.question == "How long does it rise?"
    assert len(second.history) == 2


def test_plain_lines_hold_anything_else(tmp_path: Path) -> None:
    """Passages from a file beside, or brought along by a question."""
    found = plain.load(plain_set(tmp_path))
    assert {passage.id for passage in found.passages} == {"cheese", "boats"}
    assert [question.answerable for question in found.questions] == [True, True, True, False]


def test_a_library_asks_about_its_held_out_pages(tmp_path: Path) -> None:
    """All pages are the pool, in the format they are written in; without a list, every question is asked."""
    folder = library_set(tmp_path / "set")
    found = library.load(folder)
    assert {passage.suffix for passage in found.passages} == {".md", ".html"}
    assert [question.id for question in found.questions] == ["2", "3"]
    (folder / "held-out.txt").unlink()
    assert len(library.load(folder).questions) == 3


SETS = {
    "squad2": squad_set,
    "clapnq": clapnq_set,
    "mtrag": mtrag_set,
    "beir": beir_set,
    "jsonl": plain_set,
    "library": library_set,
}


@pytest.mark.parametrize("name", SETS)
def test_a_set_is_measured_through_the_same_pipe(tmp_path: Path, name: str) -> None:
    """Retrieval, the sentence and abstention, each scored where the set has something to score it by."""
    path = SETS[name](tmp_path / "set")
    with (tmp_path / "printed.txt").open("w") as file:
        figures = external.measure(name, path, limit=None, out=tmp_path / "out", console=Console(file=file, width=120))
    assert figures["recall@5"]["value"] == 1.0
    if name in ("squad2", "clapnq", "jsonl"):
        assert figures["first sentence"]["count"] >= 1
        assert figures["given the passage: first sentence"]["count"] >= 1
    if name in ("squad2", "clapnq", "mtrag", "jsonl", "library"):
        assert figures["abstention F1"]["count"] >= 2
        assert figures["always abstaining: F1"]["value"] < 1.0
    else:
        assert "abstention F1" not in figures
    stored = json.loads((tmp_path / "out" / "external.json").read_text("utf-8"))
    assert stored["figures"] == figures
    rows = (tmp_path / "out" / "questions.jsonl").read_text("utf-8").splitlines()
    assert all(json.loads(row)["passages"] is not None for row in rows)
    assert "recall@5" in (tmp_path / "printed.txt").read_text()


@pytest.mark.parametrize(
    "name",
    [
        "squad2",
        pytest.param("clapnq", marks=pytest.mark.xfail(strict=True, reason="it says when the boats leave, not whose")),
        "mtrag",
        "jsonl",
        "library",
    ],
)
def test_the_smallest_sets_are_answered_without_a_mistake(tmp_path: Path, name: str) -> None:
    """Two or three sentences each: the first sentence is right, and what is not there is declined."""
    figures = external.measure(name, SETS[name](tmp_path / "set"), limit=None, out=None, console=Console(quiet=True))
    if name in ("squad2", "clapnq", "jsonl"):
        assert figures["first sentence"]["value"] == 1.0
        assert figures["given the passage: first sentence"]["value"] == 1.0
    assert figures["abstention recall"]["value"] == 1.0


def test_people_and_the_support_grader_are_compared(tmp_path: Path) -> None:
    """Faithful by the median of the ratings; references are not rated."""
    figures = external.measure("ratings", ratings_set(tmp_path), limit=None, out=None, console=Console(quiet=True))
    assert figures["support"]["value"] == 1.0
    assert figures["support"]["count"] == 6
    assert figures["BERT-KPrec"]["value"] == 0.5


@pytest.mark.parametrize("name", external.NAMES)
def test_a_set_that_is_not_there_is_named(tmp_path: Path, name: str) -> None:
    """Nor is an empty folder a set."""
    for path in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(EvalsError, match=str(tmp_path)) as raised:
            external.measure(name, path, limit=None, out=None, console=Console(quiet=True))
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "file", "text", "named"),
    [
        ("squad2", "dev.json", '{"data": [{"paragraphs": [{}]}]}', "dev.json"),
        ("squad2", "dev.json", "{", "dev.json:1"),
        ("clapnq", "a.jsonl", '{"id": 1}\n', "a.jsonl:1"),
        ("mtrag", "tasks.jsonl", '{"task_id": "x", "input": []}\n', "tasks.jsonl:1"),
        ("mtrag", "tasks.jsonl", "[]\n", "tasks.jsonl:1"),
        ("jsonl", "a.jsonl", '\n{"question": 5}\n', "a.jsonl:2"),
        ("jsonl", "a.jsonl", '{"document": "d", "text": "t"}\n{"question": "q", "relevant": ["e"]}\n', "'e'"),
        ("ratings", "r.json", '{"documents": []}', "r.json"),
    ],
)
def test_a_malformed_set_is_refused_by_file_and_line(
    tmp_path: Path, name: str, file: str, text: str, named: str
) -> None:
    """By file and line, in one line."""
    (tmp_path / file).write_text(text, encoding="utf-8")
    with pytest.raises(EvalsError) as raised:
        external.measure(name, tmp_path / file, limit=None, out=None, console=Console(quiet=True))
    assert named in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_published_files_are_read() -> None:
    """Where a folder of them is at hand."""
    folder = os.environ.get("EVALS_DATA")
    if not folder:
        pytest.skip("EVALS_DATA is unset, so no published set is at hand")
    sets = Path(folder)
    assert len(squad.load(sets / "squad2").questions) > 1000
    assert len(clapnq.load(sets / "clapnq").questions) > 100
    assert len(mtrag.load(sets / "mtrag-un").questions) > 100
    figures = external.measure(
        "ratings", sets / "mtrag-human-ratings", limit=None, out=None, console=Console(quiet=True)
    )
    assert figures["support"]["value"] > figures["word overlap"]["value"]
