"""The cells of networks with two inputs: polygons, coloured by the direction of the gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure

from checks import drawing

DIRECTIONS = LinearSegmentedColormap.from_list(
    "directions", ["#8fa3c4", "#4f8fbf", "#8fc7b0", "#e8d9a0", "#d98a5b", "#b58aa5", "#8fa3c4"]
)
"""The same colour at both ends, light enough for black lines."""


def draw(data: Mapping[str, Any]) -> bytes:
    """Draw ``panels`` side by side over a ``box`` (left, right, low, high).

    A panel has a ``title``, ``polygons`` (lists of points), the ``angles`` of their gradients in degrees and
    optionally ``zeros``, segments on which the network is 0.
    """
    return drawing.render(3.1, lambda figure: _paint(figure, data["panels"], data["box"]))


def _paint(figure: Figure, panels: Sequence[Mapping[str, Any]], box: Sequence[float]) -> None:
    row = figure.subplots(1, len(panels), sharex=True, sharey=True, squeeze=False)[0]
    for axes, panel in zip(row, panels, strict=True):
        _panel(axes, panel, box)
    scale = ScalarMappable(Normalize(-180, 180), DIRECTIONS)
    bar = figure.colorbar(scale, ax=list(row), label="direction of $\\nabla f$", shrink=0.72, pad=0.02, aspect=24)
    bar.set_ticks([-180, -90, 0, 90, 180], labels=["−180°", "−90°", "0°", "90°", "180°"])
    bar.outline.set_linewidth(0.4)


def _panel(axes: Axes, panel: Mapping[str, Any], box: Sequence[float]) -> None:
    polygons, angles = [np.array(polygon) for polygon in panel["polygons"]], panel["angles"]
    if len(polygons) != len(angles):
        raise ValueError(f"{len(polygons)} polygons and {len(angles)} angles: give one angle a polygon")
    colours = DIRECTIONS(np.array(angles) / 360 + 0.5)
    axes.add_collection(PolyCollection(polygons, facecolors=colours, edgecolors="white", linewidths=0.25))
    zeros = [np.array(segment) for segment in panel.get("zeros") or ()]
    axes.add_collection(LineCollection(zeros, colors=drawing.INK, linewidths=0.9))
    left, right, low, high = box
    axes.set(title=panel["title"], xlim=(left, right), ylim=(low, high))
    drawing.map_axes(axes)
