"""Training loss and training error by epoch, side by side, one colour for each network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from checks import drawing

HEIGHT = 2.3
_SHADES = colormaps["viridis"]
_DECADES = 8
"""A training loss that falls further than this leaves the frame."""


def draw(data: Mapping[str, Any]) -> bytes:
    """Draw ``series``: each has ``label``, ``epoch``, ``loss``, ``error`` and maybe ``optimum``, a dashed line.

    ``ylabel`` names the loss. Losses are on a logarithmic axis, which leaves out those that are not positive.
    """
    return drawing.render(HEIGHT, lambda figure: _draw(figure, data["series"], data.get("ylabel", "training loss")))


def _draw(figure: Figure, series: Sequence[Mapping[str, Any]], ylabel: str) -> None:
    left, right = figure.subplots(1, 2)
    for i, one in enumerate(series):
        colour = _SHADES(0.88 * i / max(1, len(series) - 1))
        _check(one)
        left.plot(one["epoch"], [loss if loss > 0 else float("nan") for loss in one["loss"]], color=colour)
        right.plot(one["epoch"], one["error"], color=colour, label=one["label"])
        if one.get("optimum", 0) > 0:
            left.axhline(one["optimum"], color=colour, linewidth=0.9, linestyle=(0, (4, 2)))
    left.set(xlabel="epoch", ylabel=ylabel, yscale="log", ylim=_range(series))
    right.set(xlabel="epoch", ylabel="training error", ylim=(0, None))
    right.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    for axes in (left, right):
        _frame(axes)
    figure.legend(*right.get_legend_handles_labels(), loc="outside right center")


def _check(one: Mapping[str, Any]) -> None:
    lengths = {name: len(one[name]) for name in ("epoch", "loss", "error")}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"series {one['label']!r} has {lengths}: give as many of each")


def _range(series: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """From the curves alone: an optimum far below them would squeeze them."""
    positive = [loss for one in series for loss in one["loss"] if loss > 0] or [1.0]
    high = max(positive)
    return max(min(positive), high / 10**_DECADES) / 2, high * 2


def _frame(axes: Axes) -> None:
    axes.margins(x=0.01)
    axes.grid(axis="y", color=drawing.FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
