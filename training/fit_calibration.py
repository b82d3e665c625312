"""Fit the weights of the evidence signals, and the threshold below which the assistant abstains.

    python -m training.fit_signals [--squad2 FILE] [--write]

The questions are those of `training/library`, whose pages are invented, those of `training/tuning.jsonl` on the
shipped corpus, of which none is in an evaluation suite, and optionally a public set given by path.
Each question is a choice between the candidate sentences and "none of them": the weights maximise the likelihood
of a right sentence, or of none. Every figure comes from cross-validation that keeps all questions on a page (or
article) in one fold. The threshold is the middle of those which, on the held-out folds of the tuning questions, serve
best: the greatest sum of the F1 of abstaining and the share of questions that end well.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings
from scipy.optimize import minimize
from sklearn.metrics import roc_auc_score

from assistant import SIGNALS, Assistant, SignalModel
from ingest import Index, build_index, load_embeddings

LIBRARY = Path(__file__).parent / "library"
TUNING = Path(__file__).parent / "tuning.jsonl"
CORPUS = Path(__file__).parent.parent / "corpus"
WEIGHTS = Path(__file__).parent.parent / "assistant" / "weights" / "signals.json"
FOLDS = 5
SEED = 7
_PLATEAU = 0.02
"""Thresholds whose figures add up to this much less than the best ones serve as well: the difference is noise."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A question's candidates: their signals (n, len(SIGNALS)), which of them are right, and its group."""

    signals: Floats
    right: npt.NDArray[np.bool_]
    answerable: bool
    group: str
    weight: float


def _flat(text: str) -> str:
    return " ".join(text.split())


def unweighted(index: Index) -> Assistant:
    """An assistant that ranks by cosine and never abstains: what is fitted must not depend on earlier weights."""
    cosine = SIGNALS.index("cosine of the sentence")
    return Assistant(index, scorer=lambda _question, _candidates, signals: signals[:, cosine], threshold=-1.0)


def examples_of(pages: Path, questions: Path, embeddings: Embeddings, *, weight: float) -> Iterator[Example]:
    """The questions of a file of JSON lines about a folder of pages, in the format of `library/README.md`."""
    with tempfile.TemporaryDirectory() as folder:
        build_index([pages], index_dir=Path(folder) / "index", embeddings=embeddings)
        assistant = unweighted(Index.open(Path(folder) / "index", embeddings=embeddings))
        for number, line in enumerate(questions.read_text(encoding="utf-8").splitlines()):
            row = json.loads(line)
            golds = [_flat(text) for text in row["answer"]]
            sentences, signals = assistant.signals(row["question"], assistant.conversation(row.get("history", ())))
            right = np.array([s.passage.source == row["page"] and _holds(s.sentence.text, golds) for s in sentences])
            yield Example(
                signals=signals,
                right=right.astype(bool),
                answerable=row["page"] is not None,
                group=f"{pages.parent.name}/{row['page'] or number % FOLDS}",
                weight=weight,
            )


def _holds(sentence: str, golds: Sequence[str]) -> bool:
    return any(_flat(sentence) in gold or gold in _flat(sentence) for gold in golds)


def squad_examples(path: Path, embeddings: Embeddings, *, most: int, weight: float) -> Iterator[Example]:
    """Questions of SQuAD 2.0, each asked of an index of its article's paragraphs."""
    shuffled = random.Random(SEED)
    articles = json.loads(path.read_text(encoding="utf-8"))["data"]
    for article in articles:
        with tempfile.TemporaryDirectory() as folder:
            pages = Path(folder) / "pages"
            pages.mkdir()
            for number, paragraph in enumerate(article["paragraphs"]):
                (pages / f"{number:03}.md").write_text(
                    f"# {article['title'].replace('_', ' ')}\n\n{paragraph['context']}\n", encoding="utf-8"
                )
            build_index([pages], index_dir=Path(folder) / "index", embeddings=embeddings)
            assistant = unweighted(Index.open(Path(folder) / "index", embeddings=embeddings))
            asked = [(f"{n:03}.md", qa) for n, p in enumerate(article["paragraphs"]) for qa in p["qas"]]
            shuffled.shuffle(asked)
            for source, qa in asked[: most // len(articles)]:
                sentences, signals = assistant.signals(qa["question"])
                golds = {_flat(a["text"]) for a in qa["answers"]}
                right = np.array(
                    [s.passage.source == source and any(g in _flat(s.sentence.text) for g in golds) for s in sentences],
                    dtype=bool,
                )
                yield Example(
                    signals=signals,
                    right=right,
                    answerable=not qa["is_impossible"],
                    group=article["title"],
                    weight=weight,
                )


def fit(examples: Sequence[Example], *, ridge: float) -> Floats:
    """Weights and, last, the intercept, in the units of the signals."""
    used = [e for e in examples if e.right.any() or not e.answerable]
    stacked = np.vstack([e.signals for e in used])
    mean, scale = stacked.mean(axis=0), stacked.std(axis=0) + 1e-9
    matrices = [np.hstack([(e.signals - mean) / scale, np.ones((len(e.signals), 1))]) for e in used]

    def loss(w: Floats) -> tuple[float, Floats]:
        total, gradient = 0.5 * ridge * float(w[:-1] @ w[:-1]), np.append(ridge * w[:-1], 0.0)
        for example, matrix in zip(used, matrices, strict=True):
            scores = np.append(matrix @ w, 0.0)  # the last one is "none of them"
            peak = scores.max()
            share = np.exp(scores - peak)
            chosen = np.append(example.right, not example.answerable)
            total -= example.weight * float(np.log(share[chosen].sum()) - np.log(share.sum()))
            posterior = np.where(chosen, share, 0.0) / share[chosen].sum()
            gradient += example.weight * (matrix.T @ (share / share.sum() - posterior)[:-1])
        return total, gradient

    start = np.zeros(len(SIGNALS) + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    weights = found[:-1] / scale
    return np.append(weights, found[-1] - float(mean @ weights))


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldOut:
    """What a held-out question got: the best probability, and whether the sentence that has it is right."""

    probability: float
    right: bool
    answerable: bool


def cross_validated(examples: Sequence[Example], *, ridge: float, of: Sequence[Example]) -> list[HeldOut]:
    """Predictions for the examples in `of` by weights that never saw their group."""
    groups = sorted({e.group for e in of})
    random.Random(SEED).shuffle(groups)
    fold = {group: position % FOLDS for position, group in enumerate(groups)}
    held = []
    for number in range(FOLDS):
        weights = fit([e for e in examples if fold.get(e.group) != number], ridge=ridge)
        held += [_predicted(e, weights) for e in of if fold[e.group] == number]
    return held


def _predicted(example: Example, weights: Floats) -> HeldOut:
    if not len(example.signals):
        return HeldOut(probability=0.0, right=False, answerable=example.answerable)
    scores = example.signals @ weights[:-1] + weights[-1]
    best = int(scores.argmax())
    return HeldOut(
        probability=float(1 / (1 + np.exp(-scores[best]))),
        right=bool(example.right[best]),
        answerable=example.answerable,
    )


def _served(held: Sequence[HeldOut], threshold: float) -> tuple[float, float]:
    """F1 of abstaining, and the share of all questions that end well (right first sentence, or abstained)."""
    abstained = [h for h in held if h.probability < threshold]
    hits = sum(not h.answerable for h in abstained)
    wanted = sum(not h.answerable for h in held)
    f1 = 2 * hits / (len(abstained) + wanted) if abstained else 0.0
    well = sum(
        (h.probability >= threshold and h.right) or (h.probability < threshold and not h.answerable) for h in held
    )
    return f1, well / len(held)


def report(name: str, held: Sequence[HeldOut]) -> float:
    """Print the figures of held-out questions; the middle of the thresholds that serve them best."""
    grid = np.unique([h.probability for h in held])
    served = np.array([sum(_served(held, t)) for t in grid])
    best = float(np.median(grid[served >= served.max() - _PLATEAU]))
    answerable = [h for h in held if h.answerable]
    auroc = roc_auc_score([h.answerable for h in held], [h.probability for h in held])
    f1, well = _served(held, best)
    first = sum(h.right for h in answerable) / len(answerable)
    print(
        f"{name}: {len(held)} questions, first sentence right {first:.3f}, AUROC {auroc:.3f}, "
        f"at {best:.3f}: abstention F1 {f1:.3f}, ends well {well:.3f}"
    )
    return best


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.fit_signals")
    parser.add_argument("--squad2", type=Path, help="a file in the format of SQuAD 2.0")
    parser.add_argument("--squad2-weight", type=float, default=0.05)
    parser.add_argument("--ridge", type=float, default=2.0)
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    arguments = parser.parse_args(argv)
    embeddings = load_embeddings()
    library = list(examples_of(LIBRARY / "pages", LIBRARY / "questions.jsonl", embeddings, weight=1.0))
    tuning = list(examples_of(CORPUS, TUNING, embeddings, weight=1.0))
    for name, own in (("library", library), ("tuning", tuning)):
        found = sum(e.right.any() for e in own if e.answerable)
        print(f"{name}: a right sentence among the candidates of {found} of {sum(e.answerable for e in own)} questions")
    public = (
        list(squad_examples(arguments.squad2, embeddings, most=800, weight=arguments.squad2_weight))
        if arguments.squad2
        else []
    )
    everything = [*library, *tuning, *public]
    report("library", cross_validated(everything, ridge=arguments.ridge, of=library))
    threshold = report("tuning", cross_validated(everything, ridge=arguments.ridge, of=tuning))
    if public:
        report("squad2", cross_validated(everything, ridge=arguments.ridge, of=public))
    weights = fit(everything, ridge=arguments.ridge)
    for name, weight in sorted(zip(SIGNALS, weights[:-1], strict=True), key=lambda pair: -abs(pair[1])):
        print(f"  {weight:8.3f}  {name}")
    if arguments.write:
        stored = {
            "weights": {name: round(float(w), 4) for name, w in zip(SIGNALS, weights[:-1], strict=True)},
            "intercept": round(float(weights[-1]), 4),
            "threshold": round(threshold, 4),
        }
        WEIGHTS.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
        print(f"wrote {WEIGHTS.name}; {SignalModel.load().threshold=}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
