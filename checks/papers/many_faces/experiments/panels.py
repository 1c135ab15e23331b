"""Figure 1 of the paper: the Highest Mountain Function of two Koch snowflakes beside a network fitted to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from checks import drawing
from theory.shapes import TwoRings, figure_1

STRIP = 0.5


def draw(data: Mapping[str, Any]) -> bytes:
    """Draw exact function, network, strip ``|f| <= 0.5`` and difference, for a ``scale`` and a ``device``."""
    from checks.papers.many_faces.experiments.figure_1 import figure1_network

    layout = figure_1()
    pixels = layout.pixels()
    network = figure1_network(data["scale"], data.get("device", "auto"), claims_seed=data.get("claims_seed", 0)).network
    return draw_panels(layout, layout.frontier()(pixels), network(pixels))


def draw_panels(layout: TwoRings, exact: np.ndarray, fitted: np.ndarray) -> bytes:
    """The four panels from the values at the pixels, (count, count) each."""
    return drawing.render(4.6, lambda figure: _paint(figure, layout, exact, fitted))


def _paint(figure: Figure, layout: TwoRings, exact: np.ndarray, fitted: np.ndarray) -> None:
    (top_left, top_right), (low_left, low_right) = figure.subplots(2, 2, sharex=True, sharey=True)
    bound = float(np.abs(exact).max())
    _image(top_left, layout, exact, bound, "exact HMF")
    _bar(figure, top_right, _image(top_right, layout, fitted, bound, "1-Lipschitz network"))
    _strip(low_left, layout, fitted)
    difference = fitted - exact
    error = float(np.quantile(np.abs(difference), 0.999))
    title = f"difference: mean {np.abs(difference).mean():.2f}, largest {np.abs(difference).max():.1f}"
    _bar(figure, low_right, _image(low_right, layout, difference, error, title), extend="both")


def _image(axes: Axes, layout: TwoRings, values: np.ndarray, bound: float, title: str) -> AxesImage:
    box = (layout.low, layout.high) * 2
    image = axes.imshow(
        values, extent=box, origin="lower", cmap=drawing.SIGNED, vmin=-bound, vmax=bound, interpolation="none"
    )
    for ring in (layout.outer, layout.inner):
        axes.plot(*np.vstack([ring, ring[:1]]).T, color=drawing.INK, linewidth=0.4)
    _frame(axes, layout, title)
    return image


def _strip(axes: Axes, layout: TwoRings, fitted: np.ndarray) -> None:
    """Black where the network is within `STRIP` of zero, the exact frontier left to the other panels."""
    colours = np.where(fitted >= 0, 0.72, 0.28)
    picture = drawing.SIGNED(colours)
    picture[np.abs(fitted) <= STRIP] = (0.11, 0.11, 0.11, 1.0)
    axes.imshow(picture, extent=(layout.low, layout.high) * 2, origin="lower", interpolation="none")
    _frame(axes, layout, f"network: $|f| \\leq {STRIP}$ in black")


def _frame(axes: Axes, layout: TwoRings, title: str) -> None:
    ticks, limits = np.linspace(layout.low, layout.high, 5), (layout.low, layout.high)
    axes.set(title=title, xticks=ticks, yticks=ticks, xlim=limits, ylim=limits)
    drawing.map_axes(axes)


def _bar(figure: Figure, axes: Axes, image: AxesImage, **options: Any) -> None:
    bar = figure.colorbar(image, ax=axes, shrink=0.85, pad=0.02, aspect=24, **options)
    bar.outline.set_linewidth(0.4)
