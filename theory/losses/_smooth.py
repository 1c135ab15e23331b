"""Smooth losses, in the units in which solvers work."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from theory._types import Floats
from theory.losses._loss import EPSILON, Loss, Number


@dataclass(frozen=True)
class NormalForm(ABC):
    """A loss l(t) = unit h(scale t): h >= 0 is convex, does not increase, has infimum 0 and slopes from -1 to 0.

    Some best function must have all its slopes in that range: where l is steeper than that far from its minimum, h is
    meant to go on as a line, below which l never is. A share is a number q = -h'(s); it belongs to a point of weight w
    as the mass w q, and the multiplier of l is unit scale q. h° is the concave conjugate inf over s of h(s) + q s.
    flat: from there on h is 0; infinity if it is 0 nowhere. hold: 0 if h'' is positive everywhere; else solvers begin
    with h(s) + hold (s - s')^2 / 2, s' being the place before, and let hold fall (Rockafellar 1976, Augmented
    Lagrangians and Applications of the Proximal Point Algorithm in Convex Programming).

    Attributes:
        scale, unit: those of l(t) = unit h(scale t), positive.
        flat: where h becomes 0.
        hold: the first weight of the proximal term.

    >>> from theory.losses import BCE
    >>> form = BCE(temperature=2).normal
    >>> form.scale, form.unit, form.steepest, form.flat
    (2, 1, 2.0, inf)
    >>> float(form.share(0.0))  # -h'(0) of h(s) = log(1 + exp(-s))
    0.5
    """

    scale: Number
    unit: Number
    flat: float = inf
    hold: float = 0.0

    @property
    def steepest(self) -> float:
        """The multiplier of share 1."""
        return float(self.unit * self.scale)

    @abstractmethod
    def value(self, s: Floats) -> Floats:
        """h(s), to eight units in the last place; exactly 0 from `flat` on."""

    @abstractmethod
    def share(self, s: Floats, lift: float = 0.0) -> Floats:
        """-h'(s) e^lift."""

    def lift(self, least: float) -> float:
        """A lift with which shares stay in range, where all s are at least that: 0 unless h decays exponentially."""
        return 0.0

    @abstractmethod
    def curvature(self, s: Floats, slopes: Floats, weights: Floats) -> Floats:
        """w h''(s) e^lift, from slopes = w share(s, lift); one side's where h'' jumps."""

    @abstractmethod
    def place(self, mass: Any, rest: Any) -> Any:
        """Where -h' is mass / w, w = mass + rest, both positive: the derivative of h° there."""

    @abstractmethod
    def bend(self, mass: Floats, rest: Floats) -> Floats:
        """Minus the derivative of `place` in the mass, for w fixed."""

    @abstractmethod
    def dual(self, mass: Floats, weights: Floats) -> Floats:
        """w h°(mass / w), for 0 <= mass < w."""

    @abstractmethod
    def dual_size(self, mass: Floats, weights: Floats) -> Floats:
        """By so much times e may `dual` be wrong, where each mass is known to a relative e of 8 EPSILON or more."""


@dataclass(frozen=True)
class SmoothLoss(Loss):
    """A loss with a normal form: BCE of Béthune et al., Section 4, and hinges with a bent kink.

    A subclass says what `normal` is, beside the members of `Loss`.

    >>> from theory.losses import BCE, Hinge, SquaredHinge
    >>> [isinstance(loss, SmoothLoss) for loss in (BCE(), SquaredHinge(), Hinge())]
    [True, True, False]
    """

    @property
    @abstractmethod
    def normal(self) -> NormalForm:
        """The loss in the units of the solvers for smooth losses."""

    @property
    def steepest(self) -> float:
        return self.normal.steepest

    def value_above(self, t: Floats) -> Floats:
        return np.asarray(self.value(t) * (1 + 28 * EPSILON), dtype=np.float64)

    def dual_below(self, a: Floats, slack: Floats) -> Floats:
        form, one = self.normal, np.ones_like(a)
        mass = np.minimum(a / form.steepest, 1 - EPSILON)
        found = form.dual(mass, one) - slack * form.dual_size(mass, one)
        return np.where(a <= form.steepest, found * float(form.unit), -np.inf)

    def size(self, t: Floats) -> Floats:
        return np.zeros_like(t)
