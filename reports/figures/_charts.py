"""Histograms and curves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from checks import drawing

HEIGHT = 1.75


def draw_histogram(data: Mapping[str, Any]) -> bytes:
    """Draw ``counts`` between ``edges`` over ``xlabel``; ``log`` makes the counts logarithmic."""
    return drawing.render(HEIGHT, lambda figure: _histogram(figure.add_subplot(), data))


def draw_curve(data: Mapping[str, Any]) -> bytes:
    """Draw ``y`` against ``x``; ``log`` makes y logarithmic, ``lines`` names horizontal lines."""
    return drawing.render(HEIGHT, lambda figure: _curve(figure, data))


def _histogram(axes: Axes, data: Mapping[str, Any]) -> None:
    edges, counts = data["edges"], data["counts"]
    if len(edges) != len(counts) + 1:
        raise ValueError(f"edges has {len(edges)} entries and counts {len(counts)}; give one edge more than counts")
    axes.stairs(counts, edges, fill=True, color=drawing.BLUE, alpha=0.85, linewidth=0)
    axes.set(xlabel=data["xlabel"], ylabel=data.get("ylabel", "number"), xlim=(edges[0], edges[-1]))
    _scale(axes, data)


def _curve(figure: Figure, data: Mapping[str, Any]) -> None:
    axes = figure.add_subplot()
    axes.plot(data["x"], data["y"], color=drawing.BLUE)
    axes.set(xlabel=data["xlabel"], ylabel=data["ylabel"])
    axes.margins(x=0.01)
    for name, value in (data.get("lines") or {}).items():
        axes.axhline(value, color=drawing.ORANGE, linewidth=0.9, linestyle=(0, (4, 2)))
        axes.annotate(
            name,
            (1.0, value),
            (0, 3),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            ha="right",
            fontsize=8,
            color=drawing.ORANGE,
        )
    _scale(axes, data)


def _scale(axes: Axes, data: Mapping[str, Any]) -> None:
    if data.get("log"):
        axes.set_yscale("log")
    else:
        axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="y", color=drawing.FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
