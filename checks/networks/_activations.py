"""What stands between the layers of a network: evaluated, differentiated, and applied to exact rationals.

Each is 1-Lipschitz and piecewise linear. Forward gives the values (p, w) and which piece is active; backward takes
gradients (..., p, w) in the values to gradients in what went in; exact maps integer rows (value, derivatives...).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats

Rows = list[list[int]]


class Activation(ABC):
    """A 1-Lipschitz, piecewise linear map of R^w (Anil, Lucas and Grosse 2019 for the sorting ones).

    >>> values, swapped = ACTIVATIONS["groupsort2"].forward(np.array([[2.0, 1.0]]))
    >>> values.tolist(), swapped.tolist()
    ([[1.0, 2.0]], [[True]])
    """

    even = False
    """Whether the width must be even."""

    @abstractmethod
    def forward(self, z: Floats) -> tuple[Floats, NDArray[Any]]:
        """Values, and the active pieces."""

    @abstractmethod
    def backward(self, gradient: Floats, piece: NDArray[Any]) -> Floats:
        """Gradients before the activation, from those after it."""

    @abstractmethod
    def gap(self, z: Floats) -> Floats:
        """How far values (p, w) are from a crease, (p,): the least difference of what is compared."""

    @abstractmethod
    def exact(self, rows: Rows, creases: bool = False) -> Rows:
        """The same map of values with their derivatives; ValueError where it has none.

        If creases are allowed, ties are broken by the first derivatives that differ: the order of values in the points
        x + (e, e^2, ..., e^n), for all e > 0 that are small enough.
        """


class GroupSort2(Activation):
    """(min, max) of the coordinates 2j and 2j + 1; the pieces (p, w/2) say which gates swap."""

    even = True

    def forward(self, z: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        (a, b), values = _sides(z), np.empty_like(z)
        low, high = _sides(values)
        np.minimum(a, b, out=low)
        np.maximum(a, b, out=high)
        return values, a > b

    def backward(self, gradient: Floats, piece: NDArray[Any]) -> Floats:
        (low, high), before = _sides(gradient), np.empty_like(gradient)
        a, b = _sides(before)
        a[...], b[...] = np.where(piece, high, low), np.where(piece, low, high)
        return before

    def gap(self, z: Floats) -> Floats:
        a, b = _sides(z)
        return np.abs(a - b).min(axis=-1)

    def exact(self, rows: Rows, creases: bool = False) -> Rows:
        gates = [_ordered(pair, i, creases) for i, pair in enumerate(zip(rows[0::2], rows[1::2], strict=True))]
        return [row for gate in gates for row in gate]


class FullSort(Activation):
    """All coordinates in ascending order; the pieces (p, w) are the permutations."""

    def forward(self, z: Floats) -> tuple[Floats, NDArray[np.int64]]:
        order = np.argsort(z, axis=-1, kind="stable")
        return np.take_along_axis(z, order, axis=-1), order

    def backward(self, gradient: Floats, piece: NDArray[Any]) -> Floats:
        before = np.empty(gradient.shape)
        np.put_along_axis(before, np.broadcast_to(piece, gradient.shape), gradient, axis=-1)
        return before

    def gap(self, z: Floats) -> Floats:
        return np.diff(np.sort(z, axis=-1), axis=-1).min(axis=-1, initial=np.inf)

    def exact(self, rows: Rows, creases: bool = False) -> Rows:
        rows = sorted(rows)
        for i, pair in enumerate(pairwise(rows)):
            _ordered(pair, i, creases)
        return rows


class ReLU(Activation):
    """max(0, z) of each coordinate; the pieces (p, w) say which are positive."""

    def forward(self, z: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        return np.maximum(z, 0.0), z > 0.0

    def backward(self, gradient: Floats, piece: NDArray[Any]) -> Floats:
        return np.where(piece, gradient, 0.0)

    def gap(self, z: Floats) -> Floats:
        return np.abs(z).min(axis=-1)

    def exact(self, rows: Rows, creases: bool = False) -> Rows:
        return [_ordered((row, [0] * len(row)), i, creases)[1] for i, row in enumerate(rows)]


ACTIVATIONS: dict[str, Activation] = {"groupsort2": GroupSort2(), "fullsort": FullSort(), "relu": ReLU()}


def _sides(z: Floats) -> tuple[Floats, Floats]:
    """Views of the coordinates 2j and of the coordinates 2j + 1."""
    return z[..., 0::2], z[..., 1::2]


def _ordered(pair: tuple[list[int], list[int]], gate: int, creases: bool) -> list[list[int]]:
    low, high = sorted(pair)
    if not creases and low[0] == high[0] and low != high:
        raise ValueError(f"x lies on the crease of gate {gate}: f has no gradient there; move x")
    return [low, high]
