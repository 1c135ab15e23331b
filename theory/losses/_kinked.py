"""Piecewise linear losses with at most one kink."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from theory._input import positive_number
from theory._types import Floats
from theory.losses._loss import EPSILON, Loss, Number, formula, least_float_above


@dataclass(frozen=True)
class PiecewiseLinearLoss(Loss):
    """A loss -base t + jump max(0, margin - t): the common form of those with at most one kink.

    Hinge, KR and HKR of Béthune et al., equation 6 and Section 5, are of it. A subclass says what `kink` is.

    >>> HKR(margin=2, penalty=3).kink, KR().kink
    ((1, 3, 2), (1, 0, 0))
    """

    @property
    @abstractmethod
    def kink(self) -> tuple[Any, Any, Any]:
        """The numbers (base, jump, margin), none negative."""

    @property
    def multipliers(self) -> tuple[Number, Number]:
        base, jump, _ = self.kink
        return base, base + jump

    @property
    def rest(self) -> Number:
        base, _, margin = self.kink
        return inf if base else margin

    @formula
    def value(self, t: Any) -> Any:
        base, jump, margin = self._kink_for(t)
        return jump * np.maximum(margin - t, 0) - base * t

    @formula
    def derivative(self, t: Any) -> Any:
        base, jump, margin = self._kink_for(t)
        below = np.less(t, margin) if np.ndim(t) else bool(t < margin)
        return -(base + jump * below)

    @formula
    def conjugate(self, s: Any) -> Any:
        base, _, margin = self._kink_for(s)
        ends: list[Any] = [float(end) if _is_float(s) else end for end in self.multipliers]
        inside = np.logical_and(np.less_equal(ends[0], -s), np.less_equal(-s, ends[1]))
        return np.where(inside, margin * (s + base), np.inf)[()]

    def value_above(self, t: Floats) -> Floats:
        base, jump, _ = map(float, self.kink)
        margin = least_float_above(self.kink[2])
        found = jump * np.maximum(margin - t, 0.0) - base * t
        return found + 8 * EPSILON * (jump * np.where(t < margin, margin + np.abs(t), 0.0) + base * np.abs(t))

    def dual_below(self, a: Floats, slack: Floats) -> Floats:
        base, _, margin = map(float, self.kink)
        return margin * np.maximum(a - base, 0.0) - slack * margin * (a + base)

    def size(self, t: Floats) -> Floats:
        return float(self.lipschitz) * (float(self.kink[2]) + np.abs(t))

    def pooled(self, plus: Floats, minus: Floats) -> Floats:
        margin = float(self.kink[2])
        return np.maximum(plus, minus) * self.value(margin) + np.minimum(plus, minus) * self.value(-margin)

    def _kink_for(self, t: Any) -> tuple[Any, Any, Any]:
        """The kink in the arithmetic of t: floats for floats, so that no array of them turns into one of objects."""
        base, jump, margin = self.kink
        return (float(base), float(jump), float(margin)) if _is_float(t) else (base, jump, margin)


def _is_float(value: Any) -> bool:
    return np.asarray(value).dtype.kind == "f"


@dataclass(frozen=True)
class Hinge(PiecewiseLinearLoss):
    """Hinge loss max(0, m - t) with margin m (Béthune et al., Section 5).

    Args:
        margin: m.

    Raises:
        ValueError: a margin that is not a positive finite number.

    >>> from fractions import Fraction
    >>> Hinge(Fraction(1, 2)).value(Fraction(1, 3))
    Fraction(1, 6)
    """

    margin: Number = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        positive_number("margin", self.margin)

    @property
    def kink(self) -> tuple[Any, Any, Any]:
        return 0, 1, self.margin


@dataclass(frozen=True)
class KR(PiecewiseLinearLoss):
    """Kantorovich-Rubinstein (Wasserstein) loss -t (Béthune et al., equation 6).

    >>> from fractions import Fraction
    >>> KR().value(Fraction(1, 3)), KR().multipliers
    (Fraction(-1, 3), (1, 1))
    """

    @property
    def kink(self) -> tuple[Any, Any, Any]:
        return 1, 0, 0


@dataclass(frozen=True)
class HKR(PiecewiseLinearLoss):
    """Hinge-regularised KR loss -t + lambda max(0, m - t) (Béthune et al., Section 5).

    Args:
        margin: m.
        penalty: lambda.

    Raises:
        ValueError: a margin or a penalty that is not a positive finite number.

    >>> from fractions import Fraction
    >>> HKR(margin=1, penalty=2).value(Fraction(1, 2))
    Fraction(1, 2)
    >>> HKR(margin=1, penalty=2).multipliers
    (1, 3)
    """

    margin: Number = 1
    penalty: Number = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        positive_number("margin", self.margin)
        positive_number("penalty", self.penalty)

    @property
    def kink(self) -> tuple[Any, Any, Any]:
        return 1, self.penalty, self.margin
