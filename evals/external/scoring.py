"""Measuring a collection: its passages as a library, its questions through the same pipe as everybody's."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.progress import track

from assistant import LONGEST_QUESTION, Answer, Assistant, Evidence
from evals.errors import EvalsError
from evals.external.collection import Collection, ExternalQuestion
from evals.ranking import MEASURES, ranking
from evals.statistics import Estimate, Value, area_under, auroc, estimate, mean, risk_coverage
from ingest import Index, ProgressBars, build_index, load_embeddings

Row = dict[str, Any]


def measure_collection(collection: Collection) -> tuple[dict[str, Estimate], list[Row]]:
    """The figures by name, and a row for each question. Raises EvalsError where there is nothing to ask."""
    if not collection.questions or not collection.passages:
        raise EvalsError(f"{collection.name}: no question or no passage; check the path of the set")
    with indexed(collection) as (index, names):
        assistant = Assistant(index)
        sources = {identity: source for source, identity in names.items()}
        console = Console(stderr=True)
        rows = [
            _row(question, assistant, names, sources)
            for question in track(collection.questions, description="Asking", console=console, transient=True)
        ]
    return _figures(collection.questions, rows), rows


@contextmanager
def indexed(collection: Collection) -> Iterator[tuple[Index, dict[str, str]]]:
    """An index of the passages, each a text of its own, and the id of the passage for each source."""
    embeddings = load_embeddings()
    names: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="evals-") as scratch:
        texts = Path(scratch) / "texts"
        texts.mkdir()
        for number, passage in enumerate(collection.passages):
            name = f"{number:06}{passage.suffix}"
            if passage.text.strip():
                names[name] = passage.id
                head = f"{passage.title}\n\n" if passage.title.strip() else ""
                (texts / name).write_text(head + passage.text, encoding="utf-8")
        with ProgressBars() as bars:
            build_index([texts], index_dir=Path(scratch) / "index", embeddings=embeddings, progress=bars)
        yield Index.open(Path(scratch) / "index", embeddings=embeddings), names


def _row(question: ExternalQuestion, assistant: Assistant, names: Mapping[str, str], sources: Mapping[str, str]) -> Row:
    asked = question.question[:LONGEST_QUESTION]
    answer = assistant.ask(asked, assistant.conversation(question.history))
    said = " ".join(sentence.text for sentence in answer.sentences)
    row: Row = {
        "id": question.id,
        "question": question.question,
        "interpreted_as": answer.interpreted_as,
        "kind": answer.kind,
        "reason": answer.reason,
        "confidence": answer.confidence,
        "passages": [names[passage.source] for passage in answer.passages],
        "sentence": _best(answer.evidence),
        "seconds": sum(answer.seconds.values()),
    }
    row |= ranking(row["passages"], question.relevant)
    row |= {f"BM25: {name}": _lexical(question, text, assistant, names) for name, text in _baselines(question).items()}
    row["first sentence"] = holds_answer(question, row["sentence"])
    row["answered with it"] = holds_answer(question, said) if answer.kind == "answer" else None
    row["right"] = _right(question, answer, row)
    if question.passage is not None and question.passage in sources:
        (weighed,) = assistant.library.weigh_document([answer.interpreted_as or asked], sources[question.passage])
        row["given confidence"] = weighed.probability
        row["given sentence"] = _best(weighed.evidence)
        row["given first sentence"] = holds_answer(question, row["given sentence"])
    return row


def _right(question: ExternalQuestion, answer: Answer, row: Row) -> Value:
    """Whether it abstained where it should and answered with the right sentence where it could."""
    if question.answerable is None or (question.answerable and not question.spans):
        return None
    return row["answered with it"] or 0.0 if question.answerable else float(answer.kind != "answer")


def _baselines(question: ExternalQuestion) -> dict[str, str]:
    users = [
        entry if isinstance(entry, str) else entry["content"]
        for entry in question.history
        if isinstance(entry, str) or entry["role"] == "user"
    ]
    before = f"{users[-1]} {question.question}" if users else question.question
    return {"recall@5": question.question, "recall@5, turn before": before}


def _lexical(question: ExternalQuestion, text: str, assistant: Assistant, names: Mapping[str, str]) -> Value:
    found = [names[str(chunk.metadata["source"])] for chunk, _ in assistant.index.lexical(text, 20)]
    return ranking(found, question.relevant)["recall@5"]


def _best(evidence: Sequence[Evidence]) -> str:
    return evidence[0].sentence.text if evidence else ""


def holds_answer(question: ExternalQuestion, text: str) -> Value:
    """Whether a text holds one of the spans, or, where the spans are sentences, is held by one."""
    if not question.spans:
        return None
    found = _bare(text)
    spans = [_bare(span) for span in question.spans]
    return float(any(span in found or (len(found) > 20 and found in span) for span in spans if span.strip()))


def _bare(text: str) -> str:
    """Without case, punctuation and spacing, between spaces so that words are compared whole."""
    words = re.findall(r"[^\W_]+", text.casefold())
    return f" {' '.join(words)} "


def _figures(questions: Sequence[ExternalQuestion], rows: Sequence[Row]) -> dict[str, Estimate]:
    clusters = [question.cluster or question.id for question in questions]
    names = [*MEASURES, "BM25: recall@5", "BM25: recall@5, turn before", "first sentence", "answered with it", "right"]
    figures = {name: mean([row[name] for row in rows], clusters) for name in names}
    if not any(question.spans for question in questions):
        # Where only abstaining can be judged, always abstaining would be "right".
        figures["right"] = mean([None] * len(rows), clusters)
    judged = [(q, r, c) for q, r, c in zip(questions, rows, clusters, strict=True) if q.answerable is not None]
    if any(not question.answerable for question, _, _ in judged):
        wanted = np.array([not question.answerable for question, _, _ in judged], dtype=bool)
        given = np.array([row["kind"] != "answer" for _, row, _ in judged], dtype=bool)
        grouped = [cluster for _, _, cluster in judged]
        figures |= _abstention(wanted, given, grouped)
        labels = [bool(question.answerable) for question, _, _ in judged]
        confidence = [float(row["confidence"] or 0.0) for _, row, _ in judged]
        figures["answerable AUROC"] = auroc(confidence, labels, grouped)
        scored = [(c, row["right"], g) for c, (_, row, _), g in zip(confidence, judged, grouped, strict=True)]
        if any(question.spans for question in questions):
            figures |= _risk([(c, float(r), g) for c, r, g in scored if r is not None])
    near = [(q, r, c) for q, r, c in zip(questions, rows, clusters, strict=True) if "given confidence" in r]
    if near:
        grouped = [cluster for _, _, cluster in near]
        sentences = [row["given first sentence"] for _, row, _ in near]
        figures["given the passage: first sentence"] = mean(sentences, grouped)
        labels = [bool(question.answerable) for question, _, _ in near]
        figures["given the passage: answerable AUROC"] = auroc(
            [r["given confidence"] for _, r, _ in near], labels, grouped
        )
    seconds = np.array([row["seconds"] for row in rows])
    for name, percent in (("seconds, median", 50), ("seconds, 95th percentile", 95)):
        figures[name] = estimate(_percentile(seconds, percent), clusters)
    return figures


def _percentile(values: npt.NDArray[np.float64], percent: int) -> Callable[[npt.NDArray[np.intp]], float]:
    return lambda rows: float(np.percentile(values[rows], percent))


def _abstention(
    wanted: npt.NDArray[np.bool_], given: npt.NDArray[np.bool_], clusters: Sequence[str]
) -> dict[str, Estimate]:
    def share(part: npt.NDArray[Any], whole: npt.NDArray[Any]) -> Callable[[npt.NDArray[np.intp]], float | None]:
        return lambda rows: float(part[rows].sum() / whole[rows].sum()) if whole[rows].any() else None

    both = wanted & given
    always = np.ones_like(wanted)
    return {
        "abstention precision": estimate(share(both, given), clusters),
        "abstention recall": estimate(share(both, wanted), clusters),
        "abstention F1": estimate(share(2 * both, wanted.astype(int) + given), clusters),
        "always abstaining: F1": estimate(share(2 * wanted, wanted.astype(int) + always), clusters),
    }


def _risk(scored: Sequence[tuple[float, float, str]]) -> dict[str, Estimate]:
    confidence = np.array([one for one, _, _ in scored])
    wrong = np.array([right == 0.0 for _, right, _ in scored], dtype=bool)

    def area(rows: npt.NDArray[np.intp]) -> float:
        return area_under(risk_coverage(confidence[rows].tolist(), wrong[rows].tolist()))

    return {"risk-coverage area": estimate(area, [cluster for _, _, cluster in scored])}
