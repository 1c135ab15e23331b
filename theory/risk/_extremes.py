"""The least risk at both ends: of constant functions, L = 0, and of all functions, L = infinity."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum, inf

import numpy as np
from numpy.typing import NDArray

from theory._types import Array, Floats, Indices
from theory.losses import Loss
from theory.risk._line.solve import MASS_ROUNDING
from theory.risk._sample import Labelled

POOLED_ROUNDING = 2.0**-46
"""Of the terms: 128 roundings, for `Loss.pooled`, a few units in the last place, and one of each mass at a place."""


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
    plus, minus = (_masses(place.ravel(), sample.weights * (sample.labels == sign)) for sign in (1, -1))
    return _enclosed(_least_at_one_place(plus, minus, loss))


def _masses(place: Indices, weights: Array) -> Floats:
    """The sum of the weights at each place, rounded once: adding one after another would round once a point."""
    ordered, crowd = np.asarray(weights, dtype=np.float64)[np.argsort(place, kind="stable")], np.bincount(place)
    ends = np.cumsum(crowd)
    found = np.add.reduceat(ordered, ends - crowd)
    for k in np.flatnonzero(crowd > 2):  # two are rounded once as they are
        found[k] = fsum(ordered[ends[k] - crowd[k] : ends[k]])
    return found


def _enclosed(terms: Floats) -> Enclosure:
    if np.isneginf(terms).any():
        return Enclosure(-inf, -inf)
    slack = POOLED_ROUNDING * fsum(np.abs(terms))
    total = fsum(terms)
    return Enclosure(total - slack, total + slack)


def _least_at_one_place(plus: Floats, minus: Floats, loss: Loss) -> Floats:
    """The infimum over t of plus l(t) + minus l(-t), entry by entry."""
    return np.where(bounded(plus, minus, loss), loss.pooled(plus, minus), -inf)


def bounded(plus: Floats, minus: Floats, loss: Loss) -> NDArray[np.bool_]:
    """Do constants not make the loss of two such masses fall without end, rounding of the masses aside?"""
    base, most = map(float, loss.multipliers)
    heavy, light = np.maximum(plus, minus), np.minimum(plus, minus)
    if not base:
        return np.ones(heavy.shape, dtype=np.bool_)
    return np.asarray(base * heavy <= most * light * (1 + float(MASS_ROUNDING)))
