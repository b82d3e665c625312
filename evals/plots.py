"""Plots of a run as SVG: the reliability diagram, the risk-coverage curve, and latency by stage."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

_INK, _PALE, _ACCENT = "#52606d", "#cbd2d9", "#2563eb"


def reliability(bins: Sequence[Mapping[str, float]]) -> str:
    """The share that came out right against the confidence; the area of a point grows with its number of cases."""
    figure, axes = _axes("confidence that the texts answer", "share that was right")
    axes.plot([0, 1], [0, 1], color=_PALE, linewidth=1, linestyle="--")
    sizes = [12 + 2.0 * found["count"] for found in bins]
    axes.plot([b["confidence"] for b in bins], [b["right"] for b in bins], color=_ACCENT, linewidth=1.2)
    axes.scatter([b["confidence"] for b in bins], [b["right"] for b in bins], s=sizes, color=_ACCENT, alpha=0.75)
    for found in bins:
        place = (found["confidence"], found["right"])
        axes.annotate(
            f"{found['count']:.0f}",
            place,
            xytext=(0, 10),
            textcoords="offset points",
            fontsize=7,
            ha="center",
            color=_INK,
        )
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.03, 1.13)
    return _svg(figure, "reliability")


def risk_coverage(points: Sequence[Sequence[float]]) -> str:
    """The share of wrong answers against the share of questions answered, the most confident first."""
    figure, axes = _axes("share of questions answered", "share of these answered wrongly")
    axes.step([x for x, _ in points], [y for _, y in points], where="post", color=_ACCENT, linewidth=1.4)
    axes.fill_between([x for x, _ in points], [y for _, y in points], step="post", color=_ACCENT, alpha=0.12)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, max([0.1, *(y for _, y in points)]) * 1.1)
    return _svg(figure, "risk-coverage")


def latency(stages: Mapping[str, Mapping[str, float]]) -> str:
    """Milliseconds by stage: the median as a bar, the 95th percentile as a tick."""
    figure, axes = _axes("milliseconds", "")
    names = list(stages)[::-1]
    axes.barh(names, [stages[name]["p50"] for name in names], color=_ACCENT, alpha=0.75, height=0.55)
    axes.plot([stages[name]["p95"] for name in names], names, linestyle="", marker="|", markersize=14, color=_INK)
    axes.grid(axis="y", visible=False)
    return _svg(figure, "latency")


def _axes(across: str, up: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(4.4, 3.2), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(across, color=_INK, fontsize=9)
    axes.set_ylabel(up, color=_INK, fontsize=9)
    axes.tick_params(colors=_INK, labelsize=8, length=0)
    axes.grid(color=_PALE, linewidth=0.6, alpha=0.6)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
    return figure, axes


def _svg(figure: Figure, name: str) -> str:
    """The drawing without prolog and date, so that equal runs give equal bytes."""
    out = io.StringIO()
    with mpl.rc_context({"svg.hashsalt": name, "svg.fonttype": "none", "font.family": "sans-serif"}):
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    drawn = out.getvalue()
    return drawn[drawn.index("<svg") :]
