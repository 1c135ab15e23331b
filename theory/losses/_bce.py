"""Binary cross entropy."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np
from scipy.special import entr, expit, xlog1py

from theory._input import positive_number
from theory._types import Floats
from theory.losses._loss import EPSILON, Number, formula
from theory.losses._smooth import NormalForm, SmoothLoss

LONGEST_LIFT = 700.0
"""e^700 is in the range of float64."""
SMALLEST = 1e-300
"""In place of a share of 0 in logarithms that are multiplied by it."""


@dataclass(frozen=True)
class BCE(SmoothLoss):
    """Binary cross entropy log(1 + exp(-T t)) with temperature T, in nats (Béthune et al., Section 4).

    Args:
        temperature: T.

    Raises:
        ValueError: a temperature that is not a positive finite number.

    >>> loss = BCE()
    >>> float(round(loss.value(0.0), 6)), float(loss.derivative(0.0))
    (0.693147, -0.5)
    >>> float(round(loss.dual(0.5), 6))  # the entropy of a fair coin
    0.693147
    """

    temperature: Number = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        positive_number("temperature", self.temperature)

    @property
    def multipliers(self) -> tuple[Number, Number]:
        return 0, self.temperature

    @property
    def rest(self) -> Number:
        return inf

    @property
    def normal(self) -> NormalForm:
        return Logistic(self.temperature, 1)

    @formula
    def value(self, t: Any) -> Any:
        return np.logaddexp(0.0, -float(self.temperature) * np.asarray(t, dtype=float))

    @formula
    def derivative(self, t: Any) -> Any:
        scale = float(self.temperature)
        return -scale * expit(-scale * np.asarray(t, dtype=float))

    @formula
    def conjugate(self, s: Any) -> Any:
        share = -np.asarray(s, dtype=float) / float(self.temperature)
        rest = np.minimum(share, 1.0)  # log1p: 1 - share would round small shares away
        return np.where(share <= 1.0, xlog1py(1.0 - rest, -rest) - entr(share), np.inf)[()]

    def value_above(self, t: Floats) -> Floats:
        """T t is rounded, which changes the logarithm by as much; what underflows is at most the least float."""
        found = self.value(t)
        size = float(self.temperature) * np.abs(t)
        return np.nextafter(found * (1 + (28 + 4 * size) * EPSILON), np.inf)

    def pooled(self, plus: Floats, minus: Floats) -> Floats:
        """plus log((plus + minus) / plus) + minus log((plus + minus) / minus), for any temperature."""
        heavy, light = np.maximum(plus, minus), np.minimum(plus, minus)
        ratio = light / np.maximum(heavy, SMALLEST)
        safe = np.where(light > 0, ratio, 1.0)
        return np.where(light > 0, heavy * np.log1p(safe) + light * (np.log1p(safe) - np.log(safe)), 0.0)


@dataclass(frozen=True)
class Logistic(NormalForm):
    """log(1 + exp(-s)); its dual is the entropy."""

    def value(self, s: Floats) -> Floats:
        return np.logaddexp(0.0, -s)

    def share(self, s: Floats, lift: float = 0.0) -> Floats:
        return np.exp(lift - np.logaddexp(0.0, s)) if lift else expit(-s)

    def lift(self, least: float) -> float:
        return min(max(0.0, least), LONGEST_LIFT)

    def curvature(self, s: Floats, slopes: Floats, weights: Floats) -> Floats:
        return slopes * expit(s)

    def place(self, mass: Any, rest: Any) -> Any:
        return np.log(rest / mass)

    def bend(self, mass: Floats, rest: Floats) -> Floats:
        return 1.0 / mass + 1.0 / rest

    def dual(self, mass: Floats, weights: Floats) -> Floats:
        low, high = _logarithms(mass, weights)
        return -mass * low - (weights - mass) * high

    def dual_size(self, mass: Floats, weights: Floats) -> Floats:
        low, high = _logarithms(mass, weights)
        return mass * (4.0 - low - high) + self.dual(mass, weights)


def _logarithms(mass: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Of the share and of 1 - share; w - mass has no rounding error where it is small."""
    share = mass / weights
    return np.log(np.maximum(share, SMALLEST)), np.where(
        2 * mass < weights, np.log1p(-share), np.log((weights - mass) / weights)
    )
