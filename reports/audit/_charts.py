"""The charts of an audit: certified accuracy over radii, radii beside the best, and what the loss is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, PercentFormatter
from scipy.stats import beta

from checks import drawing
from checks.arrays import Floats
from checks.audit import Certificates, LossGap
from checks.statistics import CONFIDENCE

HALF, HEIGHT = 3.15, 2.15
WHOLE, BAR = 4.2, 0.95
"""Inches, as they are set on A4: two beside each other, and one alone."""
STEPS = 201
BINS = 24
NEIGHBOUR = "The nearest neighbour's answer holds up to half the distance to another class."

Chart = dict[str, str]


def curves(part: Certificates) -> Chart:
    """Shares of points that are certified at each radius."""
    held_out = part.held_out_radii
    limit = f"{float(CONFIDENCE):.1%}"
    caption = f"Share of points that are right and certified at a radius. {NEIGHBOUR}"
    if held_out.size:
        caption = f"{caption} Shaded: down to the lower limit at {limit}, for one radius at a time."
    alt = f"At radius 0, {(part.correct > 0).mean():.1%} of the points are certified"
    alt += "".join(f"; held out, {share:.1%} at {radius:.3g}" for radius, share, _ in part.held_out)
    return _chart("curves", HALF, HEIGHT, lambda figure: _curves(figure.add_subplot(), part), caption, alt)


def radii(part: Certificates) -> Chart:
    """How radii are spread, beside half the distances to other classes."""
    caption = "Certified radii, of wrong points 0, beside those of the nearest neighbour."
    alt = f"Certified radii from {part.radii.min():.3g} to {part.radii.max():.3g}, median {np.median(part.radii):.3g}"
    return _chart("radii", HALF, HEIGHT, lambda figure: _radii(figure.add_subplot(), part), caption, alt)


def loss_bar(part: LossGap) -> Chart:
    """What the constraint costs, what training left, and what is not known to be either."""
    shares = split(part)
    alt = "; ".join(f"{words}: {size:.4g}" for words, size in shares.items())
    caption = f"The mean {part.loss} of {part.value:.4g}, taken apart."
    return _chart("loss", WHOLE, BAR, lambda figure: _loss(figure.add_subplot(), shares), caption, alt)


def split(part: LossGap) -> dict[str, float]:
    """The loss as a sum: of the constraint, of neither for certain, of training."""
    value = max(part.value, 0.0)
    proved = float(np.clip(part.lower, 0.0, value))
    reached = float(np.clip(part.least, proved, value))
    return {"the constraint's": proved, "not known whose": reached - proved, "training's": value - reached}


def _chart(name: str, width: float, height: float, paint: Any, caption: str, alt: str) -> Chart:
    drawn = drawing.render(height, paint, width).decode()
    return {"name": name, "svg": drawn, "caption": caption, "alt": alt, "wide": "yes" if width == WHOLE else ""}


def _plot(axes: Axes) -> None:
    axes.figure.patch.set_visible(False)
    axes.patch.set_visible(False)
    axes.grid(axis="y", color=drawing.FAINT, linewidth=0.5)
    axes.set_axisbelow(True)


def _reach(part: Certificates) -> float:
    """The right end of the axes of radii."""
    known = np.concatenate([part.radii, part.best, part.held_out_radii])
    known = known[np.isfinite(known) & (known > 0)]
    return float(known.max()) * 1.02 if known.size else 1.0


def _curves(axes: Axes, part: Certificates) -> None:
    _plot(axes)
    at = np.linspace(0, _reach(part), STEPS)
    if np.isfinite(part.best).all():
        style: dict[str, Any] = {"color": drawing.SOFT, "linewidth": 0.9, "linestyle": (0, (4, 2))}
        axes.plot(at, _above(part.best, at), label="nearest neighbour", **style)
    axes.plot(at, _above(np.where(part.correct > 0, part.radii, -1.0), at), color=drawing.BLUE, label="these points")
    if part.held_out_radii.size:
        share = _above(part.held_out_radii, at)
        axes.fill_between(
            at, _limits(share, part.held_out_radii.size), share, color=drawing.ORANGE, alpha=0.22, linewidth=0
        )
        axes.plot(at, share, color=drawing.ORANGE, label="held out")
    axes.set(xlabel="radius", ylabel="certified", ylim=(0, 1.02), xlim=(0, at[-1]))
    axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    _legend(axes)


def _above(reach: Floats, at: Floats) -> Floats:
    return np.asarray([(reach >= radius).mean() for radius in at])


def _limits(share: Floats, count: int) -> Floats:
    """Clopper and Pearson's lower limits, one-sided."""
    hits = np.rint(share * count)
    limits = beta.ppf(float(1 - CONFIDENCE), np.maximum(hits, 1), count - hits + 1)
    return np.where(hits > 0, limits, 0.0)


def _radii(axes: Axes, part: Certificates) -> None:
    _plot(axes)
    edges = np.linspace(0, _reach(part), BINS + 1).tolist()
    own = part.radii[np.isfinite(part.radii)]
    axes.hist(own, edges, color=drawing.BLUE, alpha=0.85, linewidth=0, label="certified")
    best = part.best[np.isfinite(part.best)]
    if best.size:
        axes.hist(best, edges, histtype="step", color=drawing.ORANGE, linewidth=1.1, label="nearest neighbour")
    axes.set(xlabel="radius", ylabel="points", xlim=(0, edges[-1]))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    _legend(axes)


def _loss(axes: Axes, shares: dict[str, float]) -> None:
    axes.figure.patch.set_visible(False)
    axes.patch.set_visible(False)
    total, left = sum(shares.values()), 0.0
    colours = dict(zip(shares, (drawing.BLUE, drawing.FAINT, drawing.ORANGE), strict=True))
    for words, size in shares.items():
        if total > 0 and size / total >= 1e-3:
            axes.barh(0, size, left=left, color=colours[words], height=0.8, label=f"{words}: {size:.4g}")
        left += size
    axes.set(xlim=(0, total or 1.0), ylim=(-0.5, 0.5), yticks=[])
    axes.spines["left"].set_visible(False)
    if total > 0:
        _legend(axes)


def _legend(axes: Axes) -> None:
    """Above, where nothing is drawn."""
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(0, 1),
        ncols=3,
        borderaxespad=0.2,
        borderpad=0,
        columnspacing=0.9,
        handlelength=1.1,
        handletextpad=0.4,
        labelcolor=drawing.INK,
    )
