"""Retrieval: how well a ranking of passages finds the relevant ones, by `ir_measures`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ir_measures import RR, R, ScoredDoc, nDCG
from ir_measures import Qrel as Judgement
from ir_measures import evaluator as evaluator_of

from evals.statistics import Value

_MEASURES = {"recall@1": R @ 1, "recall@5": R @ 5, "mrr": RR, "ndcg@10": nDCG @ 10}
MEASURES = tuple(_MEASURES)


def ranking(found: Sequence[str], relevant: Collection[str] | Mapping[str, int]) -> dict[str, Value]:
    """The measures of one ranking, best first; all unscored where nothing is relevant.

    `relevant` may give grades. An id that is found again, as further chunks of one passage, counts where it came first.
    """
    if not relevant:
        return dict.fromkeys(MEASURES)
    grades = relevant if isinstance(relevant, Mapping) else dict.fromkeys(relevant, 1)
    judged = [Judgement("q", identity, grade) for identity, grade in grades.items()]
    ranked = list(dict.fromkeys(found))
    scored = [ScoredDoc("q", identity, float(len(ranked) - place)) for place, identity in enumerate(ranked)]
    scores: dict[str, Value] = dict.fromkeys(MEASURES, 0.0)
    names = {measure: name for name, measure in _MEASURES.items()}
    for metric in evaluator_of(list(names), judged).iter_calc(scored):
        scores[names[metric.measure]] = float(metric.value)
    return scores
