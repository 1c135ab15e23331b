"""Hinge losses whose kink is bent into a parabola: squared and smoothed hinge."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from math import inf
from typing import Any

import numpy as np

from theory._entries import shown
from theory._input import positive_number
from theory._types import Floats
from theory.losses._loss import EPSILON, Number, formula, least_float_above
from theory.losses._smooth import NormalForm, SmoothLoss

SMALLEST, LARGEST = 1e-60, 1e60
"""Of a margin, a width and their inverses: their squares and cubes, times any sensible weight, fit into float64."""


@dataclass(frozen=True)
class BentLoss(SmoothLoss):
    """The greatest of a (m - t) - w a^2 / 2 over 0 <= a <= A: 0 beyond the margin m, then a parabola, then a line.

    The parabola has a length of w A; for A = infinity it does not end. The dual is m a - w a^2 / 2 on [0, A]: l is its
    conjugate (Rockafellar 1970, Convex Analysis, section 12). A subclass says what `bend` is.

    >>> SquaredHinge(2).bend, SmoothHinge(margin=1, width=3).bend
    ((2, Fraction(1, 2), inf), (1, 3, 1))
    >>> SmoothHinge(margin=1, width=3).dual(1)  # m a - w a^2 / 2
    Fraction(-1, 2)
    """

    @property
    @abstractmethod
    def bend(self) -> tuple[Number, Number, Number]:
        """The numbers (m, w, A), positive; A may be infinite."""

    @property
    def multipliers(self) -> tuple[Number, Number]:
        return 0, self.bend[2]

    @property
    def rest(self) -> Number:
        return self.bend[0]

    @property
    def normal(self) -> NormalForm:
        """In units of the margin. Some best function has all margins between -m and m, where -l' <= 2 m / w:
        cut off there, a function stays Lipschitz, and no term rises."""
        margin, width, most = self.bend
        steepest = min(most, 2 * Fraction(margin) / Fraction(width))
        unit = Fraction(steepest) * Fraction(margin)
        return Parabola(1 / Fraction(margin), unit, 1.0, 1.0, float(Fraction(width) * unit / Fraction(margin) ** 2))

    @formula
    def value(self, t: Any) -> Any:
        return _bent(t, *self._bend_for(t))

    @formula
    def derivative(self, t: Any) -> Any:
        margin, width, most = self._bend_for(t)
        return -np.minimum(np.maximum(margin - t, 0) / width, most)

    @formula
    def conjugate(self, s: Any) -> Any:
        margin, width, most = self._bend_for(s)
        inside = np.logical_and(np.less_equal(0, -s), np.less_equal(-s, most))
        return np.where(inside, s * (margin + width * s / 2), np.inf)[()]

    def value_above(self, t: Floats) -> Floats:
        margin, width, most = self.bend
        found = _bent(t, least_float_above(margin), float(width), float(most))
        return np.asarray(found * (1 + 28 * EPSILON), dtype=np.float64)

    def size(self, t: Floats) -> Floats:
        return -self.derivative(t) * (float(self.bend[0]) + np.abs(t))

    def pooled(self, plus: Floats, minus: Floats) -> Floats:
        """By the mass that the two classes exchange: the greatest of 2 m a - w a^2 (1 / plus + 1 / minus) / 2."""
        margin, width, most = map(float, self.bend)
        heavy, light = np.maximum(plus, minus), np.minimum(plus, minus)
        share = light / np.where(heavy > 0, heavy, 1.0)
        slope = np.minimum(2 * margin / width / (1 + share), most)  # of the lighter class
        return light * slope * (2 * margin - width / 2 * slope * (1 + share))

    def _bend_for(self, t: Any) -> tuple[Any, Any, Any]:
        """The bend in the arithmetic of t: floats for floats, Fractions for exact numbers."""
        margin, width, most = self.bend
        if np.asarray(t).dtype.kind == "f":
            return float(margin), float(width), float(most)
        return Fraction(margin), Fraction(width), most


def _bent(t: Any, margin: Any, width: Any, most: Any) -> Any:
    slack = np.maximum(margin - t, 0)
    slope = np.minimum(slack / width, most)
    return slope * (slack - width * slope / 2)


@dataclass(frozen=True)
class Parabola(NormalForm):
    """The greatest of q (1 - s) - width q^2 / 2 over 0 <= q <= 1; 0 < width <= 2."""

    width: float = 2.0

    def value(self, s: Floats) -> Floats:
        return np.asarray(_bent(s, 1.0, self.width, 1.0), dtype=np.float64)

    def share(self, s: Floats, lift: float = 0.0) -> Floats:
        return np.clip((1.0 - s) / self.width, 0.0, 1.0)

    def curvature(self, s: Floats, slopes: Floats, weights: Floats) -> Floats:
        slack = 1.0 - s
        return np.where((slack > 0) & (slack <= self.width), weights / self.width, 0.0)

    def place(self, mass: Any, rest: Any) -> Any:
        return 1.0 - self.width * (mass / (mass + rest))

    def bend(self, mass: Floats, rest: Floats) -> Floats:
        return self.width / (mass + rest)

    def dual(self, mass: Floats, weights: Floats) -> Floats:
        return mass * (1.0 - self.width / 2 * (mass / weights))

    def dual_size(self, mass: Floats, weights: Floats) -> Floats:
        """Both terms are at most the mass, and so is the mass times the derivative."""
        return 4.0 * mass


@dataclass(frozen=True)
class SquaredHinge(BentLoss):
    """Squared hinge loss max(0, m - t)^2 with margin m.

    Rosasco and others, Are Loss Functions All the Same? (Neural Computation 2004); smooth, unlike the hinge of Béthune
    et al., Section 5.

    Args:
        margin: m.

    Raises:
        ValueError: a margin that is not a positive number between 1e-60 and 1e60.

    >>> float(SquaredHinge(2).value(0.5)), float(SquaredHinge(2).derivative(0.5))
    (2.25, -3.0)
    >>> SquaredHinge(2).dual(3)  # 2 a - a^2 / 4
    Fraction(15, 4)
    """

    margin: Number = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        _in_range("margin", self.margin)

    @property
    def bend(self) -> tuple[Number, Number, Number]:
        return self.margin, Fraction(1, 2), inf


@dataclass(frozen=True)
class SmoothHinge(BentLoss):
    """Hinge loss smoothed as by Huber: 0 for t >= m, (m - t)^2 / (2 w) down to t = m - w, then m - t - w / 2.

    Chapelle 2007, Training a Support Vector Machine in the Primal, with another parametrisation.

    Args:
        margin: m.
        width: w.

    Raises:
        ValueError: a margin or a width that is not a positive number between 1e-60 and 1e60.

    >>> from fractions import Fraction
    >>> loss = SmoothHinge(margin=1, width=Fraction(1, 2))
    >>> loss.value(Fraction(3, 4)), loss.value(0), loss.derivative(0)
    (Fraction(1, 16), Fraction(3, 4), -1)
    """

    margin: Number = 1
    width: Number = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        _in_range("margin", self.margin)
        _in_range("width", self.width)

    @property
    def bend(self) -> tuple[Number, Number, Number]:
        return self.margin, self.width, 1


def _in_range(name: str, number: Number) -> None:
    if not SMALLEST <= positive_number(name, number) <= LARGEST:
        raise ValueError(f"{name}={shown(number)}: pass a number between {SMALLEST:.0e} and {LARGEST:.0e}")
