"""The network in integers: gates as exact linear functions on a cell, vertices as exact homogeneous points."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpz_mat

from theory._rationals import as_whole
from theory._types import Array, Floats
from theory.pieces._network.arrays import Bits
from theory.pieces._network.network import Network

REMEMBERED = 4096
"""Sets of signs whose integer matrices are kept: chosen for memory."""

Row = list[Any]
"""Integers, Python's or flint's."""


class ExactNetwork:
    """Positive multiples of a network's functions, which are all that signs need.

    Functions of the homogeneous point (x0, x) are rows of n + 1 integers.
    """

    def __init__(self, network: Network) -> None:
        self.network = network
        self._known: OrderedDict[tuple[bytes, ...], tuple[Any, int]] = OrderedDict()
        self._gates: OrderedDict[tuple[bytes, ...], list[Row]] = OrderedDict()

    @cached_property
    def _layers(self) -> list[tuple[Any, Any, int]]:
        """Weights and biases over one unit a layer, a power of two where they are floats."""
        return [_integers(*self.network.layer(i)) for i in range(self.network.depth + 1)]

    @cached_property
    def _picks(self) -> dict[int, list[int]]:
        """Of layers that only pick rows of the one before, which."""
        stages = self.network.stages
        return {each.first + i: each.picks[i].tolist() for each in stages for i in range(1, len(each.picks))}

    def gates(self, minus: Sequence[Bits]) -> list[Row]:
        """Gates (g, n + 1) of layer len(minus) where earlier gates have the signs minus[i] (g_i,)."""
        key = _key(minus)
        if key not in self._gates:
            rows = self._values(key, minus)[0].tolist()
            self._gates[key] = _differences(rows) if self.network.paired else rows
            forget(self._gates)
        return self._gates[key]

    def values(self, minus: Sequence[Bits]) -> list[Row]:
        """What layer len(minus) gives, (w, n + 1), before its activation."""
        found: list[Row] = self._values(_key(minus), minus)[0].tolist()
        return found

    def readout(self, minus: Sequence[Bits]) -> tuple[Any, int]:
        """The affine map (m, n + 1) on a cell, offset first, times the second number, which is whole."""
        return self._values(_key(minus), minus)

    def _values(self, key: tuple[bytes, ...], minus: Sequence[Bits]) -> tuple[Any, int]:
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = self._compute(key, minus)
            forget(self._known)
        return found

    def _compute(self, key: tuple[bytes, ...], minus: Sequence[Bits]) -> tuple[Any, int]:
        weight, bias, unit = self._layers[len(key)]
        if not key:
            return fmpz_mat([[shift, *row] for shift, row in zip(bias, weight.tolist(), strict=True)]), unit
        before, scale = self._values(key[:-1], minus[:-1])
        inputs, parts = self._activated(before.tolist(), minus[-1])
        if len(key) in self._picks:
            return fmpz_mat([inputs[i] for i in self._picks[len(key)]]), scale * parts
        rows = (weight * fmpz_mat(inputs)).tolist()
        scale *= parts
        for row, shift in zip(rows, bias, strict=True):
            row[0] += shift * scale
        return fmpz_mat(rows), scale * unit

    def _activated(self, rows: list[Row], minus: Bits) -> tuple[list[Row], int]:
        """What the activation makes of the rows, times the second number."""
        rows = list(rows)
        if self.network.slope is None:
            for j in np.flatnonzero(minus).tolist():
                rows[2 * j], rows[2 * j + 1] = rows[2 * j + 1], rows[2 * j]
            return rows, 1
        slope, parts = self.network.slope.as_integer_ratio()
        for j, acting in enumerate(minus.tolist()):
            factor = slope if acting else parts
            if factor != 1:
                rows[j] = [factor * x for x in rows[j]]
        return rows, parts


def _key(minus: Sequence[Bits]) -> tuple[bytes, ...]:
    return tuple(np.packbits(bits).tobytes() for bits in minus)


def forget(known: OrderedDict[Any, Any]) -> None:
    """Keep the last `REMEMBERED`."""
    if len(known) > REMEMBERED:
        known.popitem(last=False)


def _differences(rows: list[Row]) -> list[Row]:
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return [[b - a for a, b in zip(first, second, strict=True)] for first, second in pairs]


def _integers(weight: Array, bias: Array) -> tuple[Any, list[int], int]:
    joined = np.column_stack([bias, weight])
    whole = as_whole(joined.ravel())
    # Over a whole number of parts of 1: what the counts have in common goes back to them.
    counts = np.array(whole.counts, dtype=object).reshape(joined.shape) * whole.unit.numerator
    return fmpz_mat(counts[:, 1:].tolist()), counts[:, 0].tolist(), whole.unit.denominator


def common_zero(rows: list[Row]) -> Row | None:
    """One of the two homogeneous points (n + 1,), opposite to each other, where all rows vanish; None if there are
    more."""
    if not rows:
        return None
    space, nullity = fmpz_mat(rows).nullspace()
    return [row[0] for row in space.tolist()] if nullity == 1 else None


def to_floats(point: Row) -> Floats:
    """A homogeneous point scaled to sum |x_i| = 1, rounded."""
    total = sum(abs(x) for x in point)
    return np.array([int(x) / int(total) for x in point])
