"""The look of figures, of papers too: a palette that colour-blind readers can tell apart, one type, one SVG writer."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

WIDTH = 5.3
"""Inches: the width of the text that a figure stands in."""

INK, SOFT, FAINT = "#1c1c1c", "#5c5c5c", "#d9d9d6"
BLUE, ORANGE, GREEN = "#1f5f8b", "#b0471b", "#2f7d5b"
SIGNED = LinearSegmentedColormap.from_list("signed", ["#b0471b", "#e9b79c", "#fbfaf7", "#a9c5d9", "#1f5f8b"])
"""Negative to positive, light at zero."""

POSITIVE: dict[str, Any] = {"marker": "o", "color": BLUE, "markeredgecolor": "white", "linestyle": "none"}
NEGATIVE: dict[str, Any] = {"marker": "s", "color": ORANGE, "markeredgecolor": "white", "linestyle": "none"}
"""The classes differ in shape as well, so that a print without colour keeps them apart."""

_RC: dict[str, Any] = {
    "svg.fonttype": "path",
    "svg.hashsalt": "manyfaces",
    "path.simplify": True,
    "font.family": "STIXGeneral",
    "mathtext.fontset": "stix",
    "font.size": 9.0,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.titlesize": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelsize": 8.0,
    "ytick.labelsize": 8.0,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 6.0,
    "legend.frameon": False,
    "legend.fontsize": 8.0,
    "figure.constrained_layout.use": True,
}


def render(height: float, paint: Callable[[Figure], None], width: float = WIDTH) -> bytes:
    """The SVG of a figure of the given height and width in inches that ``paint`` fills."""
    with style.context(["default", _RC]):  # whatever the reader's own matplotlibrc says
        figure = Figure(figsize=(width, height))
        paint(figure)
        file = BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None, "Creator": None}, dpi=200)
    return file.getvalue()


def map_axes(axes: Axes) -> None:
    """Axes of a map of the plane: equal units, a full thin frame."""
    axes.set_aspect("equal")
    axes.spines[["top", "right"]].set_visible(True)
