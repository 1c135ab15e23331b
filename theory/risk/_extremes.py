"""The least risk at both ends: of constant functions, L = 0, and of all functions, L = infinity."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf

import numpy as np

from theory._types import Floats
from theory.losses import Loss, PiecewiseLinearLoss
from theory.risk._line.solve import ROUNDING
from theory.risk._sample import Labelled

EPSILON = 2.0**-46


@dataclass(frozen=True)
class Enclosure:
    """below <= number <= above."""

    below: float
    above: float


def constant_risk(sample: Labelled, loss: Loss) -> Enclosure:
    """The infimum over constant functions."""
    plus, minus = (np.array([fsum(sample.weights[sample.labels == sign])]) for sign in (1, -1))
    return _enclosed(_least_at_one_place(plus, minus, loss))


def risk_floor(sample: Labelled, loss: Loss) -> Enclosure:
    """The infimum over all functions, continuous or not: the sum over the distinct places."""
    _, place = np.unique(sample.points.astype(np.float64), axis=0, return_inverse=True)
    sides = [np.bincount(place.ravel(), sample.weights * (sample.labels == sign)) for sign in (1, -1)]
    return _enclosed(_least_at_one_place(sides[0].astype(float), sides[1].astype(float), loss))


def _enclosed(terms: Floats) -> Enclosure:
    if np.isneginf(terms).any():
        return Enclosure(-inf, -inf)
    slack = EPSILON * fsum(np.abs(terms))
    total = fsum(terms)
    return Enclosure(total - slack, total + slack)


def _least_at_one_place(plus: Floats, minus: Floats, loss: Loss) -> Floats:
    """The infimum over t of plus l(t) + minus l(-t), entry by entry."""
    if not isinstance(loss, PiecewiseLinearLoss):
        return _entropy(plus, minus)
    base, most = map(float, loss.multipliers)
    margin = float(loss.kink[2])
    heavy, light = np.maximum(plus, minus), np.minimum(plus, minus)
    at_kink = heavy * loss.value(margin) + light * loss.value(-margin)
    return np.where(base * heavy <= most * light * (1 + float(ROUNDING)), at_kink, -inf if base else 0.0)


def _entropy(plus: Floats, minus: Floats) -> Floats:
    """plus log((plus + minus) / plus) + minus log((plus + minus) / minus), for any temperature."""
    heavy, light = np.maximum(plus, minus), np.minimum(plus, minus)
    ratio = light / np.maximum(heavy, 1e-300)
    safe = np.where(light > 0, ratio, 1.0)
    return np.where(light > 0, heavy * np.log1p(safe) + light * (np.log1p(safe) - np.log(safe)), 0.0)
