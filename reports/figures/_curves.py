"""Several curves over one axis, such as a training loss beside the least one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from checks import drawing

HEIGHT = 2.3
_SHADES = colormaps["viridis"]


def draw(data: Mapping[str, Any]) -> bytes:
    """Draw ``series``: each has ``label``, ``x``, ``y``; ``marker`` adds circles, ``points`` draws nothing else.

    ``logx`` and ``log`` make an axis logarithmic; ``bars`` (``x``, ``y``) draws impulses from the axis y = 0.
    """
    return drawing.render(HEIGHT, lambda figure: _draw(figure.add_subplot(), data))


def _draw(axes: Axes, data: Mapping[str, Any]) -> None:
    series = data["series"]
    for i, one in enumerate(series):
        shade = _SHADES(0.85 * i / max(1, len(series) - 1))
        if one.get("points"):
            axes.plot(one["x"], one["y"], "o", color=drawing.INK, markersize=3.5, fillstyle="none", label=one["label"])
            continue
        marked: dict[str, Any] = {"marker": "o", "markersize": 3.5} if one.get("marker") else {}
        style = (0, (4, 2)) if one.get("dashed") else "solid"
        axes.plot(one["x"], one["y"], color=shade, label=one["label"], linestyle=style, **marked)
    for x, y in zip(*(data.get("bars") or {"x": [], "y": []}).values(), strict=True):
        axes.vlines(x, 0, y, color=drawing.BLUE if y > 0 else drawing.ORANGE, linewidth=5, alpha=0.35)
    axes.set(xlabel=data["xlabel"], ylabel=data["ylabel"])
    axes.set_xscale("log" if data.get("logx") else "linear")
    axes.set_yscale("log" if data.get("log") else "linear")
    if not data.get("log"):
        axes.yaxis.set_major_locator(MaxNLocator(5))
    axes.grid(axis="y", color=drawing.FAINT, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
