"""The Highest Mountain Function of finite classes in the plane, as a map."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from checks import drawing
from theory.hmf import highest_mountain

PIXELS = 241

Point = tuple[float, float]
Box = tuple[float, float, float, float]


def draw(data: Mapping[str, Any]) -> bytes:
    """Draw ``positive`` and ``negative`` points in a ``box``; optionally ``arrows`` and named ``points``."""
    return drawing.render(3.3, lambda figure: _paint(figure, data))


def _paint(figure: Figure, data: Mapping[str, Any]) -> None:
    axes = figure.add_subplot()
    positive, negative = _floats(data["positive"]), _floats(data["negative"])
    left, right, low, high = (_number(value) for value in data["box"])
    _map(figure, axes, positive, negative, (left, right, low, high))
    axes.plot(*positive.T, label="class +1", zorder=4, **drawing.POSITIVE)
    axes.plot(*negative.T, label="class −1", zorder=4, **drawing.NEGATIVE)
    for tail, head in data.get("arrows") or ():
        _arrow(axes, _point(tail), _point(head))
    for name, place in (data.get("points") or {}).items():
        _mark(axes, name, _point(place))
    axes.set(xlim=(left, right), ylim=(low, high), xlabel="$x_1$", ylabel="$x_2$")
    drawing.map_axes(axes)
    figure.legend(loc="outside right upper", handletextpad=0.2)


def _number(value: Any) -> float:
    return float(Fraction(str(value)))


def _point(value: Any) -> tuple[float, float]:
    x, y = value
    return _number(x), _number(y)


def _floats(points: Any) -> np.ndarray:
    return np.array([_point(point) for point in points])


def _map(figure: Figure, axes: Axes, positive: np.ndarray, negative: np.ndarray, box: Box) -> None:
    left, right, low, high = box
    horizontal, vertical = np.linspace(left, right, PIXELS), np.linspace(low, high, PIXELS)
    height = highest_mountain(positive, negative)(np.stack(np.meshgrid(horizontal, vertical), axis=-1))
    bound = float(np.abs(height).max())
    image = axes.imshow(
        height,
        extent=box,
        origin="lower",
        cmap=drawing.SIGNED,
        vmin=-bound,
        vmax=bound,
        interpolation="none",
        aspect="equal",
    )
    levels = np.linspace(-bound, bound, 13)
    axes.contour(horizontal, vertical, height, levels[levels != 0], colors="white", linewidths=0.5, linestyles="solid")
    axes.contour(horizontal, vertical, height, [0.0], colors=drawing.INK, linewidths=1.3)
    figure.colorbar(image, ax=axes, label="$f$", shrink=0.85, pad=0.02, aspect=28).outline.set_linewidth(0.4)


def _arrow(axes: Axes, tail: Point, head: Point) -> None:
    axes.annotate(
        "",
        head,
        tail,
        zorder=5,
        arrowprops={
            "arrowstyle": "-|>",
            "color": drawing.INK,
            "lw": 1.0,
            "shrinkA": 0,
            "shrinkB": 0,
            "mutation_scale": 9,
        },
    )


def _mark(axes: Axes, name: str, point: Point) -> None:
    axes.plot(*point, marker="o", color=drawing.INK, markersize=3.5, zorder=6)
    axes.annotate(name, point, (4, 4), textcoords="offset points", fontsize=9, zorder=6)
