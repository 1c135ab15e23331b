"""Losses of the margin t = y f(x), y = +-1: value, derivative and conjugate.

Every loss l here is convex and non-increasing, and takes floats or arrays of them; the piecewise linear ones take
Fractions too, and answer in Fractions. A multiplier of l is a number a = -l'(t) >= 0; `dual` is the concave conjugate
inf over t of l(t) + a t, minus infinity where a is no multiplier: it is the function that duality puts in the place of
the loss (Rockafellar, Convex Analysis, section 12).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.special import entr, expit, xlog1py

from theory._input import positive_number

Number = float | Fraction


@dataclass(frozen=True)
class Loss(ABC):
    """A convex, non-increasing function l of the margin t = y f(x)."""

    @property
    @abstractmethod
    def multipliers(self) -> tuple[Number, Number]:
        """The least and the greatest of -l', limits included: `dual` is finite between them, ends included."""

    @property
    def lipschitz(self) -> Number:
        """The Lipschitz constant of l."""
        return self.multipliers[1]

    @abstractmethod
    def value(self, t: Any) -> Any:
        """l(t), entry by entry."""

    @abstractmethod
    def derivative(self, t: Any) -> Any:
        """l'(t), entry by entry; at a kink the slope to its right."""

    @abstractmethod
    def conjugate(self, s: Any) -> Any:
        """l*(s) = sup over t of s t - l(t), entry by entry; infinity where the supremum is."""

    def dual(self, a: Any) -> Any:
        """l°(a) = -l*(-a) = inf over t of l(t) + a t, entry by entry."""
        return -self.conjugate(-np.asarray(a) if np.ndim(a) else -a)


@dataclass(frozen=True)
class BCE(Loss):
    """Binary cross entropy log(1 + exp(-T t)) with temperature T, in nats (Section 4).

    Raises ValueError when the temperature is not a positive finite number.

    >>> loss = BCE()
    >>> float(round(loss.value(0.0), 6)), float(loss.derivative(0.0))
    (0.693147, -0.5)
    >>> float(round(loss.dual(0.5), 6))  # the entropy of a fair coin
    0.693147
    """

    temperature: Number = 1

    def __post_init__(self) -> None:
        positive_number("temperature", self.temperature)

    @property
    def multipliers(self) -> tuple[Number, Number]:
        return 0, self.temperature

    def value(self, t: Any) -> Any:
        return np.logaddexp(0.0, -float(self.temperature) * np.asarray(t, dtype=float))

    def derivative(self, t: Any) -> Any:
        scale = float(self.temperature)
        return -scale * expit(-scale * np.asarray(t, dtype=float))

    def conjugate(self, s: Any) -> Any:
        share = -np.asarray(s, dtype=float) / float(self.temperature)
        rest = np.minimum(share, 1.0)  # log1p: 1 - share would round small shares away
        return np.where(share <= 1.0, xlog1py(1.0 - rest, -rest) - entr(share), np.inf)[()]


@dataclass(frozen=True)
class PiecewiseLinearLoss(Loss):
    """A loss -base t + jump max(0, margin - t): the common form of those with at most one kink."""

    @property
    @abstractmethod
    def kink(self) -> tuple[Any, Any, Any]:
        """The numbers (base, jump, margin)."""

    @property
    def multipliers(self) -> tuple[Number, Number]:
        base, jump, _ = self.kink
        return base, base + jump

    def value(self, t: Any) -> Any:
        base, jump, margin = self._kink_for(t)
        return jump * np.maximum(margin - t, 0) - base * t

    def derivative(self, t: Any) -> Any:
        base, jump, margin = self._kink_for(t)
        below = np.less(t, margin) if np.ndim(t) else bool(t < margin)
        return -(base + jump * below)

    def conjugate(self, s: Any) -> Any:
        base, _, margin = self._kink_for(s)
        ends: list[Any] = [float(end) if _is_float(s) else end for end in self.multipliers]
        inside = np.logical_and(np.less_equal(ends[0], -s), np.less_equal(-s, ends[1]))
        return np.where(inside, margin * (s + base), np.inf)[()]

    def _kink_for(self, t: Any) -> tuple[Any, Any, Any]:
        """The kink in the arithmetic of t: floats for floats, so that no array of them turns into one of objects."""
        base, jump, margin = self.kink
        return (float(base), float(jump), float(margin)) if _is_float(t) else (base, jump, margin)


def _is_float(value: Any) -> bool:
    return np.asarray(value).dtype.kind == "f"


@dataclass(frozen=True)
class Hinge(PiecewiseLinearLoss):
    """Hinge loss max(0, m - t) with margin m (Section 5).

    Raises ValueError when the margin is not a positive finite number.

    >>> Hinge(Fraction(1, 2)).value(Fraction(1, 3))
    Fraction(1, 6)
    """

    margin: Number = 1

    def __post_init__(self) -> None:
        positive_number("margin", self.margin)

    @property
    def kink(self) -> tuple[Any, Any, Any]:
        return 0, 1, self.margin


@dataclass(frozen=True)
class KR(PiecewiseLinearLoss):
    """Kantorovich-Rubinstein (Wasserstein) loss -t (equation 6).

    >>> KR().value(Fraction(1, 3)), KR().multipliers
    (Fraction(-1, 3), (1, 1))
    """

    @property
    def kink(self) -> tuple[Any, Any, Any]:
        return 1, 0, 0


@dataclass(frozen=True)
class HKR(PiecewiseLinearLoss):
    """Hinge-regularised KR loss -t + lambda max(0, m - t), with margin m and penalty lambda (Section 5).

    Raises ValueError when the margin or the penalty is not a positive finite number.

    >>> HKR(margin=1, penalty=2).value(Fraction(1, 2))
    Fraction(1, 2)
    >>> HKR(margin=1, penalty=2).multipliers
    (1, 3)
    """

    margin: Number = 1
    penalty: Number = 10

    def __post_init__(self) -> None:
        positive_number("margin", self.margin)
        positive_number("penalty", self.penalty)

    @property
    def kink(self) -> tuple[Any, Any, Any]:
        return 1, self.penalty, self.margin


LOSSES: dict[str, Callable[[], Loss]] = {"bce": BCE, "hinge": Hinge, "kr": KR, "hkr": HKR}
"""The losses by name, with their default parameters."""


def as_loss(loss: str | Loss) -> Loss:
    """The loss itself, or the one of that name. Raises ValueError for any other."""
    if isinstance(loss, Loss):
        return loss
    if not isinstance(loss, str) or loss not in LOSSES:
        raise ValueError(f"loss={loss!r}: pass one of {', '.join(map(repr, LOSSES))}, or an object of theory.losses")
    return LOSSES[loss]()
