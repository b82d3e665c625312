"""Fit how signals and reader become a probability, and the threshold below which the assistant abstains.

    python -m training.fit_calibration [--data DIR] [--ridge NUMBER] [--ablate] [--write]

The questions are those on the held-out pages of `training/library`, which the reader has not been trained on, those of
`training/tuning.jsonl` on the shipped corpus, of which none is in an evaluation suite, and with `--data` those of three
public sets that the reader has not been trained on either: four articles of SQuAD 2.0, ClapNQ and MTRAG-UN.
Each question is a choice between the candidate sentences and "none of them": the weights maximise the likelihood
of a right sentence, or of none. Every figure comes from cross-validation that keeps all questions on a page (or
article) in one fold. Scale and threshold come from our own questions, which are like those that are asked here. The
scores are scaled so that they are probabilities on the held-out folds (Platt 1999). The threshold is the lowest which,
on the same folds, serves within a standard error of the best: the mean of the share of answerable questions that are
answered and of unanswerable ones that are declined.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from langchain_core.embeddings import Embeddings
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from assistant import GROUPS, SIGNALS, Calibration, Reader, Reads, any_answers
from evals import Collection, Estimate, auroc, collection, holds_answer, indexed, mean
from ingest import Index, build_index, load_embeddings
from training.library import LIBRARY, asked, is_held_out, rows, unweighted
from training.train_reader import UNSEEN

TUNING = Path(__file__).parent / "tuning.jsonl"
CORPUS = Path(__file__).parent.parent / "corpus"
PROPORTIONS = Path(__file__).parent / "proportions.json"
WEIGHTS = Path(__file__).parent.parent / "assistant" / "weights" / "signals.json"
FOLDS = 5
SEED = 7
_OWN, _PUBLIC = ("library", "corpus"), ("squad2", "clapnq", "mtrag")
"""How the groups of each set begin."""
_PUBLIC_MOST, _PUBLIC_WEIGHT = 500, 50.0
"""Questions of a public set, and how many of ours they weigh together."""

Floats = npt.NDArray[np.float64]

_READ = np.array([name in GROUPS["reader"] for name in SIGNALS])
_TUNING_WEIGHT = 10.0
"""Of a question on the shipped corpus next to one on the held-out pages, where only three weights are found."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """A question's candidates: their signals (n, len(SIGNALS)), which of them are right, and its group."""

    signals: Floats
    right: npt.NDArray[np.bool_]
    answerable: bool
    group: str
    weight: float


def examples_of(
    pages: Path, questions: Sequence[dict[str, object]], embeddings: Embeddings, reader: Reads
) -> Iterator[Example]:
    """Questions in the format of `library/README.md` about a folder of pages."""
    with tempfile.TemporaryDirectory() as folder:
        build_index([pages], index_dir=Path(folder) / "index", embeddings=embeddings)
        assistant = unweighted(Index.open(Path(folder) / "index", embeddings=embeddings), reader)
        for number, one in enumerate(asked(questions, assistant)):
            group = one.near or str(number % FOLDS)
            of = "library" if pages == LIBRARY / "pages" else pages.name
            yield Example(
                signals=one.weighed.signals,
                right=np.array(one.right, dtype=bool),
                answerable=one.page is not None,
                group=f"{of}/{group}",
                weight=1.0,
            )


def collection_examples(asked_of: Collection, reader: Reads, *, most: int, together: float) -> Iterator[Example]:
    """At most so many questions of a public set, asked of all its passages; `together` is what they weigh.

    Where the set names no sentences, those of the passages that it holds relevant are right.
    """
    judged = [q for q in asked_of.questions if q.answerable is not None and (not q.answerable or q.relevant)]
    judged = random.Random(SEED).sample(judged, min(most, len(judged)))
    with indexed(asked_of) as (index, names):
        assistant = unweighted(index, reader)
        for question in judged:
            weighed = assistant.weigh(question.question, assistant.conversation(question.history))
            yield Example(
                signals=weighed.signals,
                right=np.array(
                    [
                        names[c.passage.source] in question.relevant
                        and (not question.spans or bool(holds_answer(question, c.sentence.text)))
                        for c in weighed.candidates
                    ],
                    dtype=bool,
                ),
                answerable=bool(question.answerable),
                group=f"{asked_of.name}/{question.cluster}",
                weight=together / len(judged),
            )


def public_examples(data: Path, reader: Reads) -> Iterator[Example]:
    """What the sets in the folder `data` give; of SQuAD 2.0 the articles on which the reader has not been trained."""
    squad2 = collection("squad2", data / "squad2")
    unseen = [q for q in squad2.questions if q.cluster.partition(" ")[2] in UNSEEN]
    sets = (
        replace(squad2, questions=tuple(unseen)),
        collection("clapnq", data / "clapnq"),
        collection("mtrag", data / "mtrag-un"),
    )
    for one in sets:
        yield from collection_examples(one, reader, most=_PUBLIC_MOST, together=_PUBLIC_WEIGHT)


def fit(examples: Sequence[Example], *, ridge: float) -> Floats:
    """Weights and, last, the intercept, in the units of the signals: the mean of two fits, which errs less than either.

    One is free in every weight. The other keeps the explicit signals to the proportions of an earlier fit, and finds
    only what their score counts beside the two things that the reader says.
    """
    proportions = json.loads(PROPORTIONS.read_text(encoding="utf-8"))
    earlier = np.array([proportions.get(name, 0.0) for name in SIGNALS])
    stacked = [
        replace(e, signals=np.column_stack([e.signals @ earlier, e.signals[:, _READ]]), weight=_stacked_weight(e))
        for e in examples
    ]
    of_score, *of_reader, intercept = _fitted(stacked, ridge=ridge)
    held = np.append(of_score * earlier, intercept)
    held[:-1][_READ] = of_reader
    return (held + _fitted(examples, ridge=ridge)) / 2.0


def _stacked_weight(example: Example) -> float:
    """With three weights to find, the questions on the shipped corpus may count as much as all the others."""
    return example.weight * (_TUNING_WEIGHT if example.group.startswith("corpus") else 1.0)


def _fitted(examples: Sequence[Example], *, ridge: float) -> Floats:
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

    start = np.zeros(used[0].signals.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    weights = found[:-1] / scale
    return np.append(weights, found[-1] - float(mean @ weights))


@dataclass(frozen=True, kw_only=True)
class HeldOut:
    """What a held-out question got: the log-odds of its sentences, and whether the likeliest of them is right."""

    odds: Floats
    right: bool
    answerable: bool
    group: str

    @cached_property
    def probability(self) -> float:
        """That one of the sentences answers."""
        return any_answers(1.0 / (1.0 + np.exp(-self.odds)))

    def scaled(self, scale: float, shift: float) -> HeldOut:
        """With its log-odds scaled and shifted."""
        return replace(self, odds=scale * self.odds + shift)


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
        return HeldOut(odds=np.full(1, -20.0), right=False, answerable=example.answerable, group=example.group)
    odds = example.signals @ weights[:-1] + weights[-1]
    return HeldOut(
        odds=odds,
        right=bool(example.right[odds.argmax()]),
        answerable=example.answerable,
        group=example.group,
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


def _balanced(held: Sequence[HeldOut], threshold: float) -> tuple[float, float]:
    """The mean of two shares: answered of what is answerable, declined of what is not (Youden 1950); its variance."""
    answered = np.array([h.probability >= threshold for h in held if h.answerable])
    declined = np.array([h.probability < threshold for h in held if not h.answerable])
    variance = answered.var() / len(answered) + declined.var() / len(declined)
    return float(answered.mean() + declined.mean()) / 2, float(variance) / 4


def best_threshold(*sets: Sequence[HeldOut]) -> float:
    """The lowest threshold that serves sets of held-out questions within a standard error of the best, each set
    counting as much: of thresholds that cannot be told apart, the one that answers most."""
    grid = np.unique([h.probability for held in sets for h in held])
    served = [[_balanced(held, threshold) for held in sets] for threshold in grid]
    shares = np.array([np.mean([share for share, _ in row]) for row in served])
    best = int(shares.argmax())
    error = float(np.sqrt(sum(variance for _, variance in served[best]))) / len(sets)
    return float(grid[shares >= shares[best] - error].min())


def report(name: str, held: Sequence[HeldOut], threshold: float) -> None:
    """Print the figures of held-out questions, with 95% intervals drawn by page."""
    answerable = [h for h in held if h.answerable]
    first = mean([float(h.right) for h in answerable], [h.group for h in answerable])
    curve = auroc([h.probability for h in held], [h.answerable for h in held], [h.group for h in held])
    f1, well = _served(held, threshold)
    print(
        f"{name}: {len(held)} questions, first sentence right {_shown(first)}, AUROC {_shown(curve)}, "
        f"at {threshold:.3f}: abstention F1 {f1:.3f}, ends well {well:.3f}"
    )


def _shown(found: Estimate) -> str:
    return f"{found.value:.3f} ({found.low:.3f} to {found.high:.3f})"


def platt(held: Sequence[HeldOut]) -> tuple[float, float]:
    """Scale and shift of the scores that make them probabilities of a right answer (Platt 1999)."""
    odds = np.array([[h.odds.max()] for h in held]).clip(-20, 20)
    found = LogisticRegression(C=1e6).fit(odds, [h.answerable and h.right for h in held])
    return float(found.coef_[0, 0]), float(found.intercept_[0])


STEPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("cosine only", ("cosine of the sentence",)),
    ("+ words", (*GROUPS["cosines"], *GROUPS["words"])),
    *((f"+ {group}", GROUPS[group]) for group in ("reader", "names", "type of answer", "polarity", "descriptions")),
)
"""The signals in the order in which the ablation adds them."""


def only(examples: Sequence[Example], names: Sequence[str]) -> list[Example]:
    """The examples with all other signals at nought."""
    kept = np.array([name in names for name in SIGNALS])
    return [replace(example, signals=np.where(kept, example.signals, 0.0)) for example in examples]


def ablate(everything: Sequence[Example], of: Sequence[Example], *, ridge: float) -> None:
    """Print what each group of signals adds, and what is lost without it."""
    names: list[str] = []
    for step, added in STEPS:
        names += added
        held = cross_validated(only(everything, names), ridge=ridge, of=only(of, names))
        report(step, held, best_threshold(held))
    for step, added in STEPS[1:]:
        kept = [name for name in SIGNALS if name not in added]
        held = cross_validated(only(everything, kept), ridge=ridge, of=only(of, kept))
        report(f"all but {step[2:]}", held, best_threshold(held))


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.fit_calibration")
    parser.add_argument("--data", type=Path, help="the folder of the public sets, to fit them as well")
    parser.add_argument("--ridge", type=float, default=8.0)
    parser.add_argument("--ablate", action="store_true", help="print what each group of signals adds")
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    arguments = parser.parse_args(argv)
    embeddings, reader = load_embeddings(), Reader.open()
    held_out = [row for row in rows(LIBRARY / "questions.jsonl") if is_held_out(row["near"])]
    library = list(examples_of(LIBRARY / "pages", held_out, embeddings, reader))
    tuning = list(examples_of(CORPUS, rows(TUNING), embeddings, reader))
    for name, own in (("library", library), ("tuning", tuning)):
        found = sum(e.right.any() for e in own if e.answerable)
        print(f"{name}: a right sentence among the candidates of {found} of {sum(e.answerable for e in own)} questions")
    public = list(public_examples(arguments.data, reader)) if arguments.data else []
    everything = [*library, *tuning, *public]
    if arguments.ablate:
        ablate(everything, [*library, *tuning], ridge=arguments.ridge)
    held = cross_validated(everything, ridge=arguments.ridge, of=everything)
    scale, shift = platt([h for h in held if h.group.startswith(_OWN)])
    scaled = [h.scaled(scale, shift) for h in held]
    sets = {name: [h for h in scaled if h.group.startswith(name)] for name in (*_OWN, *_PUBLIC)}
    threshold = best_threshold(*(sets[name] for name in _OWN))
    for name, part in sets.items():
        if part:
            report(name, part, threshold)
    weights = scale * fit(everything, ridge=arguments.ridge)
    weights[-1] += shift
    for name, weight in sorted(zip(SIGNALS, weights[:-1], strict=True), key=lambda pair: -abs(pair[1])):
        print(f"  {weight:8.3f}  {name}")
    if arguments.write:
        stored = {
            "weights": {name: round(float(w), 4) for name, w in zip(SIGNALS, weights[:-1], strict=True)},
            "intercept": round(float(weights[-1]), 4),
            "threshold": round(threshold, 4),
        }
        WEIGHTS.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
        print(f"wrote {WEIGHTS.name}; {Calibration.load().threshold=}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
