"""What stands between the layers of a network: evaluated, differentiated, and applied to exact rationals.

Each is 1-Lipschitz and piecewise linear. Forward gives the values (p, w) and which piece is active; backward takes
gradients (..., p, w) in the values to gradients in what went in; exact says of whole numbers where each value is from.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats

Slopes = Callable[[list[int]], list[list[int]]]


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
    def exact(self, values: list[int], slopes: Slopes, creases: bool = False) -> list[int]:
        """Of each value after the activation, which one before it it is, or -1 for 0; ValueError where that changes.

        If creases are allowed, ties are broken by the first derivatives that differ: the order of values in the points
        x + (e, e^2, ..., e^n), for all e > 0 that are small enough.

        Args:
            values: (w,), whole numbers, over any one unit.
            slopes: the derivatives of the values whose numbers are given, over any one unit.
            creases: see above.
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

    def exact(self, values: list[int], slopes: Slopes, creases: bool = False) -> list[int]:
        pairs = list(zip(range(0, len(values), 2), range(1, len(values), 2), strict=True))
        known = _of_some((i for a, b in pairs if values[a] == values[b] for i in (a, b)), slopes)
        gates = [_ordered(*pair, values, known, gate, creases) for gate, pair in enumerate(pairs)]
        return [i for gate in gates for i in gate]


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

    def exact(self, values: list[int], slopes: Slopes, creases: bool = False) -> list[int]:
        counts = Counter(values)
        known = _of_some((i for i, value in enumerate(values) if counts[value] > 1), slopes)
        order = sorted(range(len(values)), key=lambda i: (values[i], known.get(i, [])))
        for gate, pair in enumerate(pairwise(order)):
            _ordered(*pair, values, known, gate, creases)
        return order


class ReLU(Activation):
    """max(0, z) of each coordinate; the pieces (p, w) say which are positive."""

    def forward(self, z: Floats) -> tuple[Floats, NDArray[np.bool_]]:
        return np.maximum(z, 0.0), z > 0.0

    def backward(self, gradient: Floats, piece: NDArray[Any]) -> Floats:
        return np.where(piece, gradient, 0.0)

    def gap(self, z: Floats) -> Floats:
        return np.abs(z).min(axis=-1)

    def exact(self, values: list[int], slopes: Slopes, creases: bool = False) -> list[int]:
        known = _of_some((i for i, value in enumerate(values) if not value), slopes)
        known[-1] = [0] * len(next(iter(known.values()), []))
        with_zero = [*values, 0]
        return [_ordered(-1, i, with_zero, known, i, creases)[1] for i in range(len(values))]


ACTIVATIONS: dict[str, Activation] = {"groupsort2": GroupSort2(), "fullsort": FullSort(), "relu": ReLU()}


def _sides(z: Floats) -> tuple[Floats, Floats]:
    """Views of the coordinates 2j and of the coordinates 2j + 1."""
    return z[..., 0::2], z[..., 1::2]


def _of_some(chosen: Iterable[int], slopes: Slopes) -> dict[int, list[int]]:
    """The derivatives of those values, by their numbers."""
    numbers = list(chosen)
    return dict(zip(numbers, slopes(numbers), strict=True)) if numbers else {}


def _ordered(
    a: int, b: int, values: list[int], known: Mapping[int, list[int]], gate: int, creases: bool
) -> tuple[int, int]:
    """Which of two is the lower one; known: derivatives of those that are tied."""
    if values[a] != values[b]:
        return (a, b) if values[a] < values[b] else (b, a)
    if not creases and known[a] != known[b]:
        raise ValueError(f"x lies on the crease of gate {gate}: f has no gradient there; move x")
    return (a, b) if known[a] <= known[b] else (b, a)
