"""The Highest Mountain Function on the real line, as a graph over the points of the classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import inf
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from checks import drawing

Points = Sequence[float]


def draw(data: Mapping[str, Any]) -> bytes:
    """Draw ``positive``, ``negative``, ``frontier``; optionally an ``alternative`` frontier and named ``marks``."""
    return drawing.render(2.1, lambda figure: _paint(figure, data))


def _paint(figure: Figure, data: Mapping[str, Any]) -> None:
    axes = figure.add_subplot()
    positive, negative, frontier = (_numbers(data, name) for name in ("positive", "negative", "frontier"))
    alternative, marks = _numbers(data, "alternative"), data.get("marks") or {}
    values = [*positive, *negative, *frontier, *alternative, *map(_number, marks.values())]
    grid = _corners(values, [*frontier, *alternative])
    _graph(axes, grid, frontier, positive, negative, color=drawing.INK, label="HMF")
    if alternative:
        _graph(
            axes,
            grid,
            alternative,
            positive,
            negative,
            color=drawing.GREEN,
            linestyle=(0, (4, 2)),
            label="another signed distance",
        )
    axes.axhline(0, color=drawing.SOFT, linewidth=0.6, zorder=1)
    _mark_points(axes, positive, negative, frontier, alternative)
    _name_marks(axes, marks, lambda x: _height(x, frontier, positive, negative))
    axes.set_xlabel("$x$")
    axes.set_ylabel("$f(x)$")
    axes.set_aspect("equal", adjustable="datalim")
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), handlelength=1.6)


def _numbers(data: Mapping[str, Any], name: str) -> list[float]:
    required = name in ("positive", "negative", "frontier")
    return sorted(_number(value) for value in (data[name] if required else data.get(name) or ()))


def _number(value: Any) -> float:
    return float(Fraction(str(value)))


def _corners(values: Points, frontier: Points) -> list[float]:
    """Where the graphs may bend: frontier points, the middles between them, both ends of the picture."""
    low, high = min(values), max(values)
    margin = 0.15 * (high - low) or 1.0
    nodes = sorted({*values, *frontier, low - margin, high + margin})
    middles = [(a + b) / 2 for a in frontier for b in frontier if a < b]
    return sorted({*nodes, *middles})


def _height(x: float, frontier: Points, positive: Points, negative: Points) -> float:
    """Signed distance to the frontier: positive where a point of the positive class is nearer, or as near."""
    distance = min((abs(x - z) for z in frontier), default=0.0)
    to_positive, to_negative = (min((abs(x - a) for a in points), default=inf) for points in (positive, negative))
    return distance if to_positive <= to_negative else -distance


def _graph(axes: Axes, grid: Points, frontier: Points, positive: Points, negative: Points, **style: Any) -> None:
    """A signed distance; between two frontier points the sign is that of the class points there."""
    heights = [_signed(x, frontier, positive, negative) for x in grid]
    axes.plot(grid, heights, zorder=2, **style)


def _signed(x: float, frontier: Points, positive: Points, negative: Points) -> float:
    distance = min((abs(x - z) for z in frontier), default=0.0)
    cell = sum(z < x for z in frontier)
    inside = [
        (sign, a)
        for sign, points in ((1, positive), (-1, negative))
        for a in points
        if sum(z < a for z in frontier) == cell
    ]
    sign = inside[0][0] if inside else (1 if _height(x, frontier, positive, negative) >= 0 else -1)
    return sign * distance


def _mark_points(axes: Axes, positive: Points, negative: Points, frontier: Points, alternative: Points) -> None:
    axes.plot(positive, [0] * len(positive), label="class +1", zorder=4, **drawing.POSITIVE)
    axes.plot(negative, [0] * len(negative), label="class −1", zorder=4, **drawing.NEGATIVE)
    bar: dict[str, Any] = {"marker": "|", "linestyle": "none", "markersize": 10, "markeredgewidth": 1.4, "zorder": 3}
    axes.plot(frontier, [0] * len(frontier), color=drawing.INK, label="frontier", **bar)
    if alternative:
        axes.plot(alternative, [0] * len(alternative), color=drawing.GREEN, **bar)


def _name_marks(axes: Axes, marks: Mapping[str, Any], height: Any) -> None:
    for name, value in marks.items():
        x = _number(value)
        axes.plot([x], [height(x)], marker="o", color=drawing.INK, markersize=3.5, zorder=5)
        axes.annotate(name, (x, height(x)), (5, -9), textcoords="offset points", fontsize=8.5)
