"""The Highest Mountain Function of finite classes in the plane, as a map."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reports import _style
from theory.hmf import highest_mountain

PIXELS = 241


def draw(data: Mapping[str, Any]) -> bytes:
    """Draw ``positive`` and ``negative`` points in a ``box``; optionally ``arrows`` and named ``points``."""
    return _style.render(3.3, lambda figure: _paint(figure, data))


def _paint(figure: Figure, data: Mapping[str, Any]) -> None:
    axes = figure.add_subplot()
    positive, negative, box = (_floats(data[name]) for name in ("positive", "negative", "box"))
    _map(figure, axes, positive, negative, box)
    axes.plot(*positive.T, label="class +1", zorder=4, **_style.POSITIVE)
    axes.plot(*negative.T, label="class −1", zorder=4, **_style.NEGATIVE)
    for tail, head in data.get("arrows") or ():
        _arrow(axes, _floats(tail), _floats(head))
    for name, point in (data.get("points") or {}).items():
        _point(axes, name, _floats(point))
    axes.set(xlim=box[:2], ylim=box[2:], xlabel="$x_1$", ylabel="$x_2$")
    _style.map_axes(axes)
    figure.legend(loc="outside right upper", handletextpad=0.2)


def _floats(value: Any) -> np.ndarray:
    """Nested lists of numbers, floats or strings such as ``"1/3"``, as an array."""
    if isinstance(value, (list, tuple)):
        return np.array([_floats(item) for item in value])
    return np.array(float(Fraction(str(value))))


def _map(figure: Figure, axes: Axes, positive: np.ndarray, negative: np.ndarray, box: np.ndarray) -> None:
    horizontal, vertical = np.linspace(*box[:2], PIXELS), np.linspace(*box[2:], PIXELS)
    height = highest_mountain(positive, negative)(np.stack(np.meshgrid(horizontal, vertical), axis=-1))
    bound = float(np.abs(height).max())
    image = axes.imshow(height, extent=tuple(box), origin="lower", cmap=_style.SIGNED, vmin=-bound, vmax=bound,
                        interpolation="none", aspect="equal")  # fmt: skip
    levels = np.linspace(-bound, bound, 13)
    axes.contour(horizontal, vertical, height, levels[levels != 0], colors="white", linewidths=0.5, linestyles="solid")
    axes.contour(horizontal, vertical, height, [0.0], colors=_style.INK, linewidths=1.3)
    figure.colorbar(image, ax=axes, label="$f$", shrink=0.85, pad=0.02, aspect=28).outline.set_linewidth(0.4)


def _arrow(axes: Axes, tail: np.ndarray, head: np.ndarray) -> None:
    axes.annotate("", head, tail, zorder=5, arrowprops={"arrowstyle": "-|>", "color": _style.INK, "lw": 1.0,
                                                        "shrinkA": 0, "shrinkB": 0, "mutation_scale": 9})  # fmt: skip


def _point(axes: Axes, name: str, point: np.ndarray) -> None:
    axes.plot(*point, marker="o", color=_style.INK, markersize=3.5, zorder=6)
    axes.annotate(name, point, (4, 4), textcoords="offset points", fontsize=9, zorder=6)
