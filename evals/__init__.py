"""Proving that answers are grounded."""

from evals.statistics import Estimate, auroc, mean

__all__ = ["Estimate", "auroc", "mean"]
