"""Operations that only move entries: reshaping, permuting, slicing, padding, windows, concatenation."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, reduce
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats
from checks.networks.graph._operation import FLOAT64, ULPS, Arithmetic, Operation, Shape, Single


@dataclass(frozen=True, eq=False)
class Gather(Single):
    """Entry i of what comes out is entry indices[i] of what goes in, both flat, and 0 where that is -1.

    An entry may be taken several times, or never. The norm is the root of the most often that one is taken.

    Args:
        indices: of the shape that comes out.
        size: number of entries that go in.

    >>> Gather(np.array([[1, 0], [0, -1]]), 2).apply(np.array([[5.0, 7.0]])).tolist()
    [[[7.0, 5.0], [5.0, 0.0]]]
    """

    indices: NDArray[np.intp]
    size: int

    def __post_init__(self) -> None:
        indices = np.array(self.indices, dtype=np.intp)
        if indices.size and not -1 <= indices.min() <= indices.max() < self.size:
            raise ValueError(f"indices reach from {indices.min()} to {indices.max()}: of {self.size} entries, or -1")
        indices.setflags(write=False)
        object.__setattr__(self, "indices", indices)

    @cached_property
    def only_reshapes(self) -> bool:
        """Whether every entry stays in its place of the flat array."""
        return self.indices.size == self.size and bool((self.indices.ravel() == np.arange(self.size)).all())

    @cached_property
    def multiplicity(self) -> int:
        """How often the entry that is taken most often is taken; 1 for a permutation."""
        taken = self.indices[self.indices >= 0]
        return int(np.bincount(taken).max()) if taken.size else 0

    def then(self, other: Gather) -> Gather:
        """This, and then the other, as one."""
        flat = np.append(self.indices.ravel(), -1)
        return Gather(flat[other.indices], self.size)

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if prod(shape) != self.size:
            raise ValueError(f"a gathering of {self.size} entries is handed the shape {shape}")
        return self.indices.shape

    def apply(self, x: Floats) -> Floats:
        return self._take(x)

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        return self._take(error)

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        if self.only_reshapes:
            return gradient.reshape(x.shape)
        given = gradient.reshape(len(gradient), -1).T
        back = np.zeros((self.size + 1, len(gradient)))
        if self.multiplicity <= 1:
            back[self.indices.ravel()] = given
        else:
            np.add.at(back, self.indices.ravel(), given)
        return back[:-1].T.reshape(x.shape)  # the last row is that of the index -1

    def _take(self, x: Floats) -> Floats:
        if self.only_reshapes:
            return x.reshape(len(x), *self.indices.shape)
        flat = x.reshape(len(x), -1)
        taken = flat[:, self.indices.ravel()] if self.size else np.zeros((len(x), self.indices.size))
        return np.where(self.indices.ravel() < 0, 0.0, taken).reshape(len(x), *self.indices.shape)


@dataclass(frozen=True)
class Concatenate(Operation):
    """The entries of several arrays, flat, one after another.

    >>> Concatenate().forward(np.array([[1.0]]), np.array([[2.0, 3.0]])).tolist()
    [[1.0, 2.0, 3.0]]
    """

    def shape(self, *shapes: Shape) -> Shape:
        return (sum(map(prod, shapes)),)

    def forward(self, *values: Floats) -> Floats:
        return np.concatenate([x.reshape(len(x), -1) for x in values], axis=1)

    def spread(self, values: list[Floats], errors: list[Floats], result: Floats, arithmetic: Arithmetic) -> Floats:
        return self.forward(*errors)

    def stretched(self, lengths: list[Floats], constant: float | None) -> Floats:
        return np.asarray(reduce(np.hypot, lengths)) * (1 + FLOAT64.relative(ULPS * len(lengths)))

    def backward(self, gradient: Floats, values: list[Floats], result: Floats) -> list[Floats]:
        ends: Any = np.cumsum([x[0].size for x in values])[:-1]
        parts = np.split(gradient, ends, axis=1)
        return [part.reshape(x.shape) for part, x in zip(parts, values, strict=True)]
