"""Fit how the reader and what is looked for by itself become the probability that a statement is supported.

    python -m training.fit_support [--write]

The statements are those of `library/claims.jsonl` on the held-out pages and those of `claims.jsonl` on paragraphs of
`paragraphs.jsonl`, on none of which the reader has been trained with statements; and, for what models write most,
sentences of these pages nearly as they stand, and statements on another page. Every figure comes from
cross-validation that keeps all statements on a page in one fold. The threshold is the least at which, on the held-out
folds, 98% of what is not supported is withheld, on pages as well as on paragraphs.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from assistant import FEATURES, Page, Reader, SupportChecker
from evals import auroc, mean
from training.examples import Example, flat
from training.library import library_claims
from training.statements import statements

STATEMENTS = Path(__file__).parent / "claims.jsonl"
PARAGRAPHS = Path(__file__).parent / "paragraphs.jsonl"
WEIGHTS = Path(__file__).parent.parent / "assistant" / "weights" / "support.json"
FOLDS, SEED = 5, 7
WITHHELD = 0.98
"""The share of what is not supported that has to be withheld, whatever that costs: the quotes are there instead."""
_RIDGE = 2.0
"""For features of variance 1."""
AGAINST = frozenset(
    {
        "number missing", "name missing", "says the opposite", "extent that is not there",
        "superlative that is not there",
    }
)  # fmt: skip
"""The features that speak against a statement; all others speak for it."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A statement's features, whether it is supported, and its page; `unsound` where a number or name is not there."""

    features: Floats
    unsound: bool
    supported: bool
    group: str
    origin: str


def judged(examples: Iterable[Example], checker: SupportChecker) -> Iterator[Judged]:
    for example in examples:
        page = Page(head=example.head, sentences=example.sentences)
        (found,) = checker.find(example.question, [page], asked=example.context)
        yield Judged(
            features=found.features,
            unsound=found.unsound,
            supported=example.answerable,
            group=example.group,
            origin=example.origin,
        )


def as_models_write(examples: Sequence[Example], *, shuffled: random.Random) -> Iterator[Example]:
    """The examples, and with each that is supported what models write most: nearly the words of the page, which is
    supported, and, not supported, the same of another page."""
    for example in examples:
        yield example
        if not example.answerable:
            continue
        by = [s for s, right in zip(example.sentences, example.right, strict=True) if right]
        yield replace(example, question=_nearly(by[0]), origin=f"{example.origin}, nearly the words")
        other = shuffled.choice(examples)
        if other.group != example.group:
            yield replace(
                example, head=other.head, sentences=other.sentences, right=(False,) * len(other.sentences),
                origin=f"{example.origin}, elsewhere",
            )  # fmt: skip


def _nearly(sentence: str) -> str:
    """A sentence without what stands in brackets, its last clause first where it begins with one ("In 1998, ...")."""
    text = re.sub(r"\s*\([^)]*\)", "", flat(sentence)).strip(" -*|")
    opening = re.match(r"^((?:In|Since|From|At|By|On|For|With)\b[^,.;]{2,40}), (\w[^.]{20,})\.$", text)
    if opening:
        return f"{opening[2][:1].upper()}{opening[2][1:]} {opening[1][:1].lower()}{opening[1][1:]}."
    return text


def fit(rows: list[Judged]) -> tuple[Floats, float]:
    """Weights in the units of the features, and the intercept.

    No weight may have the sign that contradicts what its feature means. The false statements here were written to have
    as many words of their page as the true ones; what models write by themselves is not so even-handed.
    """
    features = np.vstack([row.features for row in rows])
    middle, spread = features.mean(axis=0), features.std(axis=0) + 1e-9
    matrix = np.hstack([(features - middle) / spread, np.ones((len(rows), 1))])
    wanted = np.array([1.0 if row.supported else -1.0 for row in rows])

    def loss(w: Floats) -> tuple[float, Floats]:
        margins = wanted * (matrix @ w)
        gradient = -(matrix * (wanted / (1.0 + np.exp(margins)))[:, None]).sum(axis=0)
        ridge = np.append(_RIDGE * w[:-1], 0.0)
        return float(np.logaddexp(0.0, -margins).sum() + 0.5 * ridge @ w), gradient + ridge

    bounds = [(None, 0.0) if name in AGAINST else (0.0, None) for name in FEATURES]
    found = minimize(loss, np.zeros(matrix.shape[1]), jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)]).x
    weights = found[:-1] / spread
    return weights, float(found[-1] - middle @ weights)


def cross_validated(rows: list[Judged]) -> Floats:
    """The probability of each row by weights that never saw its page."""
    groups = sorted({row.group for row in rows})
    random.Random(SEED).shuffle(groups)
    fold = {group: place % FOLDS for place, group in enumerate(groups)}
    scores = np.zeros(len(rows))
    for number in range(FOLDS):
        weights, intercept = fit([row for row in rows if fold[row.group] != number])
        for place, row in enumerate(rows):
            if fold[row.group] == number:
                scores[place] = 1 / (1 + np.exp(-(row.features @ weights + intercept)))
    return scores


def threshold_of(rows: list[Judged], scores: Floats) -> float:
    """The least probability at which the wanted share of the statements that are wrong in a detail is withheld, on
    pages as well as on paragraphs."""
    wrong: dict[str, list[float]] = {}
    for row, score in zip(rows, scores, strict=True):
        if not row.supported and "elsewhere" not in row.origin:
            wrong.setdefault(row.origin, []).append(0.0 if row.unsound else float(score))
    return max(float(np.quantile(own, WITHHELD)) for own in wrong.values()) + 1e-4


def report(name: str, rows: list[Judged], scores: Floats, threshold: float) -> None:
    groups = [row.group for row in rows]
    if len({row.supported for row in rows}) == 1:
        right = [float((s >= threshold and not r.unsound) == r.supported) for s, r in zip(scores, rows, strict=True)]
        print(f"{name}: {len(rows)} statements, {mean(right, groups).value:.3f} end as they should")
        return
    curve = auroc(list(scores), [row.supported for row in rows], groups)
    shares = []
    for wanted in (True, False):
        own = [
            (float((score >= threshold and not row.unsound) == wanted), row.group)
            for score, row in zip(scores, rows, strict=True)
            if row.supported is wanted
        ]
        shares.append(mean([value for value, _ in own], [group for _, group in own]))
    shown, withheld = shares
    print(
        f"{name}: {len(rows)} statements, AUROC {curve.value:.3f} ({curve.low:.3f} to {curve.high:.3f}), at "
        f"{threshold:.2f}: supported ones shown {shown.value:.3f} ({shown.low:.3f} to {shown.high:.3f}), "
        f"others withheld {withheld.value:.3f} ({withheld.low:.3f} to {withheld.high:.3f})"
    )


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m training.fit_support")
    parser.add_argument("--write", action="store_true", help="replace the shipped weights")
    arguments = parser.parse_args(argv)
    checker = SupportChecker(reader=Reader.open(), weights=(), intercept=0.0, threshold=0.5)
    shuffled = random.Random(SEED)
    sets = (list(library_claims(held_out=True)), list(statements(STATEMENTS, PARAGRAPHS)))
    rows = [row for examples in sets for row in judged(as_models_write(examples, shuffled=shuffled), checker)]
    scores = cross_validated(rows)
    threshold = threshold_of(rows, scores)
    for origin in sorted({row.origin for row in rows}):
        places = [place for place, row in enumerate(rows) if row.origin == origin]
        report(origin, [rows[place] for place in places], scores[places], threshold)
    weights, intercept = fit(rows)
    for name, weight in sorted(zip(FEATURES, weights, strict=True), key=lambda pair: -abs(pair[1])):
        print(f"  {weight:8.3f}  {name}")
    if arguments.write:
        stored = {
            "weights": {name: round(float(weight), 4) for name, weight in zip(FEATURES, weights, strict=True)},
            "intercept": round(intercept, 4),
            "threshold": round(threshold, 4),
        }
        WEIGHTS.write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
