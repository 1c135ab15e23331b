"""Labelled, weighted samples as a caller hands them in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np

from theory._entries import entries
from theory._input import EXACT_INTEGERS, masses, plain_number, point_set, real_array, signs
from theory._rationals import exact_numbers
from theory._types import Array, Floats, Indices, Number
from theory.losses import Loss

LARGEST_PRODUCT = 1e150
"""Of points times L: sums of squares of differences, 4e300 a coordinate, fit into float64."""

LARGEST_WEIGHT = 1e302
"""Of weights that are floats: sums of a million of them fit into float64."""


@dataclass(frozen=True)
class Labelled:
    """points (p, n), weights (p,) >= 0: all float64 or all Fractions in object arrays; labels (p,): +1.0 or -1.0, or of
    several classes whole numbers."""

    points: Array
    labels: Array
    weights: Array
    lipschitz: Number

    @property
    def exact(self) -> bool:
        return self.points.dtype == object

    def take(self, rows: Indices) -> Labelled:
        return Labelled(self.points[rows], self.labels[rows], self.weights[rows], self.lipschitz)


def read_sample(points: Any, labels: Any, weights: Any, lipschitz: Any, loss: Loss) -> Labelled:
    """The sample, every input checked; exact on the line when everything that enters is."""
    rate = plain_number("lipschitz", lipschitz)
    given = entries("points", points)
    shares = None if weights is None else entries("weights", weights)
    places = _places(given)
    found = Labelled(places, signs("labels", labels, len(places)), masses("weights", shares, len(places)), float(rate))
    exact = _exact(given, shares, rate, loss) if places.shape[1] == 1 else None
    if exact is not None:
        return Labelled(exact[0], found.labels, exact[1], Fraction(rate))
    _refuse_unfit(given, shares, rate, found)
    return found


def read_classes(points: Any, labels: Any, weights: Any, lipschitz: Any) -> Labelled:
    """A sample whose labels are whole numbers, one for each of any number of classes; never exact."""
    rate = plain_number("lipschitz", lipschitz)
    given = entries("points", points)
    shares = None if weights is None else entries("weights", weights)
    places = _places(given)
    kinds = real_array("labels", labels)
    if kinds.shape != (len(places),):
        raise ValueError(f"labels has shape {kinds.shape}: pass one label a point, shape ({len(places)},)")
    wrong = np.flatnonzero((kinds != np.floor(kinds)) | (np.abs(kinds) > EXACT_INTEGERS))
    if len(wrong):
        raise ValueError(f"labels has {kinds[wrong[0]]} at index {int(wrong[0])}: pass a whole number for each class")
    found = Labelled(places, kinds.astype(np.int64), masses("weights", shares, len(places)), float(rate))
    _refuse_unfit(given, shares, rate, found)
    return found


def _refuse_unfit(points: Array, weights: Array | None, rate: Number, found: Labelled) -> None:
    """What float64 has no room for."""
    for name, value in (("points", points), ("weights", weights), ("lipschitz", rate)):
        if value is not None:
            real_array(name, value)  # integers are not rounded in silence
    largest = float(np.abs(found.points).max()) * max(1.0, float(rate))
    if not largest <= LARGEST_PRODUCT:
        raise ValueError(
            f"points times lipschitz reach {largest:.1e} (largest allowed {LARGEST_PRODUCT:.0e}): scale the points"
        )
    heaviest = float(found.weights.max())
    if heaviest > LARGEST_WEIGHT:
        raise ValueError(
            f"weights reach {heaviest:.1e} (largest allowed {LARGEST_WEIGHT:.0e}): scale the weights towards 1"
        )


def _places(points: Array) -> Floats:
    given = real_array("points", points, rounded=True)
    return point_set("points", given[:, None] if given.ndim == 1 else given)


def _exact(points: Array, weights: Array | None, lipschitz: Number, loss: Loss) -> tuple[Array, Array] | None:
    """Points (p, 1) and weights (p,) in Fractions, when all numbers are rational and the loss can answer in them."""
    if loss.kink is None or not isinstance(lipschitz, Rational):
        return None
    if not all(isinstance(number, Rational) for number in loss.kink):
        return None
    count = len(points)
    places = _fractions(points)
    shares = np.full(count, Fraction(1, count)) if weights is None else _fractions(weights)
    return None if places is None or shares is None else (places.reshape(-1, 1), shares)


def _fractions(given: Array) -> Array | None:
    found = exact_numbers(given)
    return None if found is None else np.array([Fraction(entry) for entry in found.flat] + [None])[:-1]
