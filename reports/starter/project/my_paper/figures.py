"""The paper's own figures: functions from the data that a check gave to the bytes of an SVG."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from checks import drawing


def slopes(data: Mapping[str, Any]) -> bytes:
    """A function on the line, and a chord that is too steep.

    Args:
        data: ``x`` and ``y``, of the function; ``chord``, two points.
    """

    def paint(figure: Any) -> None:
        axes = figure.add_subplot()
        axes.plot(data["x"], data["y"], color=drawing.BLUE)
        axes.plot(*zip(*data["chord"], strict=True), color=drawing.ORANGE, marker="o")

    return drawing.render(1.8, paint)
