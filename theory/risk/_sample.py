"""Labelled, weighted samples as a caller hands them in."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from theory._input import plain_number, point_set, real_array
from theory._rationals import exact_numbers
from theory._types import Array, Floats, Number
from theory.losses import Loss

LARGEST_PRODUCT = 1e150
"""Of points times L: sums of squares of differences, 4e300 a coordinate, fit into float64."""


@dataclass(frozen=True)
class Labelled:
    """points (p, n), weights (p,): all float64 or all Fractions in object arrays; labels (p,): +1.0 or -1.0."""

    points: Array
    labels: Floats
    weights: Array
    lipschitz: Number

    @property
    def exact(self) -> bool:
        return self.points.dtype == object


def read_sample(
    points: ArrayLike, labels: ArrayLike, weights: ArrayLike | None, lipschitz: Number, loss: Loss
) -> Labelled:
    """The sample, every input checked; exact on the line when everything that enters is."""
    lipschitz = plain_number(lipschitz)
    places = _places(points)
    signs = _signs(labels, len(places))
    masses = _masses(weights, len(places))
    exact = _exact(points, weights, lipschitz, loss) if places.shape[1] == 1 else None
    if exact is not None:
        return Labelled(exact[0], signs, exact[1], Fraction(lipschitz))
    given: dict[str, Any] = {"points": points, "weights": weights, "lipschitz": lipschitz}
    for name, value in given.items():
        if value is not None:
            real_array(name, value)  # integers are not rounded in silence
    largest = float(np.abs(places).max()) * max(1.0, float(lipschitz))
    if not largest <= LARGEST_PRODUCT:
        raise ValueError(
            f"points times lipschitz reach {largest:.1e} (largest allowed {LARGEST_PRODUCT:.0e}): scale the points"
        )
    return Labelled(places, signs, masses, float(lipschitz))


def _places(points: ArrayLike) -> Floats:
    given = real_array("points", points, rounded=True)
    return point_set("points", given[:, None] if given.ndim == 1 else given)


def _signs(labels: ArrayLike, count: int) -> Floats:
    signs = real_array("labels", labels)
    if signs.shape != (count,):
        raise ValueError(f"labels has shape {signs.shape}: pass one label a point, shape ({count},)")
    wrong = np.flatnonzero(np.abs(signs) != 1)
    if len(wrong):
        raise ValueError(f"labels has {signs[wrong[0]]} at index {int(wrong[0])}: every label must be +1 or -1")
    return signs


def _masses(weights: ArrayLike | None, count: int) -> Floats:
    if weights is None:
        return np.full(count, 1.0 / count)
    masses = real_array("weights", weights, rounded=True)
    if masses.shape != (count,):
        raise ValueError(f"weights has shape {masses.shape}: pass one weight a point, shape ({count},)")
    wrong = np.flatnonzero(masses <= 0)
    if len(wrong):
        raise ValueError(f"weights has {masses[wrong[0]]} at index {int(wrong[0])}: every weight must be positive")
    return masses


def _exact(points: Any, weights: Any, lipschitz: Number, loss: Loss) -> tuple[Array, Array] | None:
    """Points (p, 1) and weights (p,) in Fractions, when all numbers are rational and the loss can answer in them."""
    if loss.kink is None or not isinstance(lipschitz, Rational):
        return None
    if not all(isinstance(number, Rational) for number in loss.kink):
        return None
    places = _rationals(points)
    masses = np.full(len(places), Fraction(1, len(places))) if weights is None and places is not None else weights
    masses = None if places is None else _rationals(masses)
    return None if places is None or masses is None else (places.reshape(-1, 1), masses)


def _rationals(values: Any) -> Array | None:
    if isinstance(values, list | tuple) and values and isinstance(values[0], list | tuple):
        values = [entry for row in values for entry in row]
    found = exact_numbers(values)
    return None if found is None else np.array([Fraction(entry) for entry in found.flat] + [None])[:-1]
