"""Losses of the margin t = y f(x), y = +-1: value, derivative and conjugate, and what solvers ask of them.

Every loss l here is convex and non-increasing, and takes floats or arrays of them; the piecewise linear and quadratic
ones take Fractions too, and answer in Fractions. A multiplier of l is a number a = -l'(t) >= 0; `dual` is the concave
conjugate inf over t of l(t) + a t, minus infinity where a is no multiplier: it is the function that duality puts in the
place of the loss (Rockafellar, Convex Analysis, section 12).

A new loss is one class. It derives from `PiecewiseLinearLoss` if it has one kink at most, and says where; or from
`SmoothLoss`, and has a `NormalForm`. `theory.risk` asks for nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

from theory._entries import shown
from theory.losses._bce import BCE
from theory.losses._bent import BentLoss, SmoothHinge, SquaredHinge
from theory.losses._kinked import HKR, KR, Hinge, PiecewiseLinearLoss
from theory.losses._loss import Loss, Number
from theory.losses._smooth import NormalForm, SmoothLoss

__all__ = [
    "BCE",
    "HKR",
    "KR",
    "LOSSES",
    "BentLoss",
    "Hinge",
    "Loss",
    "NormalForm",
    "Number",
    "PiecewiseLinearLoss",
    "SmoothHinge",
    "SmoothLoss",
    "SquaredHinge",
    "as_loss",
]

LOSSES: dict[str, Callable[[], Loss]] = {
    "bce": BCE,
    "hinge": Hinge,
    "kr": KR,
    "hkr": HKR,
    "squared_hinge": SquaredHinge,
    "smooth_hinge": SmoothHinge,
}
"""The losses by name, with their default parameters."""


def as_loss(loss: str | Loss) -> Loss:
    """The loss itself, or the one of that name (those of Béthune et al., Sections 4 and 5, and smooth relatives).

    Args:
        loss: a name in `LOSSES`, or an object, which is returned as it is.

    Raises:
        ValueError: any other name or object.

    >>> as_loss("hinge")
    Hinge(margin=1)
    """
    if isinstance(loss, Loss):
        return loss
    if not isinstance(loss, str) or loss not in LOSSES:
        names = ", ".join(map(repr, LOSSES))
        raise ValueError(f"loss={shown(loss)}: pass one of {names}, or an object of theory.losses")
    return LOSSES[loss]()
