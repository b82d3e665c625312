"""Proving that answers are grounded."""

from evals.external import Collection, collection, holds_answer, indexed
from evals.statistics import Estimate, auroc, mean

__all__ = ["Collection", "Estimate", "auroc", "collection", "holds_answer", "indexed", "mean"]
