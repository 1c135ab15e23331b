"""The graph of the pairs of points that are closer than the separation, compared in integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from math import ceil

import numpy as np
from numpy.typing import NDArray

from theory._domain_numbers import Point, over_one_unit
from theory._packing_found import Packing
from theory._packing_search import Graph, independent_set, members
from theory._packing_upper import Bound

LONG_SEARCH = 300


@dataclass(frozen=True)
class PackingNumber:
    """size: how many. indices: (size,), which of the given points, in increasing order, attain it."""

    size: int
    indices: tuple[int, ...]


def largest_packing(points: Sequence[Point], squared: Fraction) -> PackingNumber:
    """A largest subset with pairwise squared distances >= squared."""
    if len(points[0]) == 1:
        return _picked_from_the_left(points, squared)
    found = independent_set(conflicts(points, squared))
    return PackingNumber(found.chosen.bit_count(), tuple(members(found.chosen)))


def packing_between(points: Sequence[Point], squared: Fraction) -> tuple[Packing, Bound]:
    """What a search of limited length proves from both sides."""
    if len(points[0]) == 1:
        exact = _picked_from_the_left(points, squared)
        return _packing(points, exact.indices, "from left to right"), (exact.size, "from left to right")
    found = independent_set(conflicts(points, squared), most_nodes=LONG_SEARCH)
    chosen = _packing(points, members(found.chosen), "independent set")
    return chosen, (found.upper, "branch and bound" if chosen.count == found.upper else "clique covers")


def _packing(points: Sequence[Point], indices: Sequence[int], name: str) -> Packing:
    return Packing(len(indices), name, partial(list, [points[k] for k in indices]))


def _picked_from_the_left(points: Sequence[Point], squared: Fraction) -> PackingNumber:
    chosen: list[int] = []
    for k in sorted(range(len(points)), key=lambda k: points[k]):
        if not chosen or (points[k][0] - points[chosen[-1]][0]) ** 2 >= squared:
            chosen.append(k)
    return PackingNumber(len(chosen), tuple(sorted(chosen)))


def conflicts(points: Sequence[Point], squared: Fraction) -> Graph:
    """For each point the bits of the others that are closer than the separation."""
    whole, unit = over_one_unit(points)
    corner = [min(axis) for axis in zip(*whole, strict=True)]
    moved = [tuple(x - low for x, low in zip(point, corner, strict=True)) for point in whole]
    least = ceil(squared * unit**2)
    rows = _close(moved, least)
    return [_bits(row) & ~(1 << k) for k, row in enumerate(rows)]


def _bits(row: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(row, bitorder="little").tobytes(), "little")


def _close(points: list[tuple[int, ...]], least: int) -> NDArray[np.bool_]:
    """Which squared distances are below `least`, (count, count)."""
    size = max(max(point) for point in points) or 1
    if len(points[0]) * size**2 < 2**62 and least < 2**62:
        return _rows(np.array(points, dtype=np.int64)) < least
    near = _rows(np.array([[float(Fraction(x, size)) for x in point] for point in points]))
    limit = Fraction(least, size**2)
    if limit > len(points[0]):
        return np.ones(near.shape, dtype=np.bool_)
    close = near < float(limit)
    # Coordinates in [0, 1] are off by 2^-53 each, so these squares by less than this.
    unsure = np.abs(near - float(limit)) <= len(points[0]) * 2.0**-46
    for i, j in np.argwhere(unsure).tolist():
        close[i, j] = sum((x - y) ** 2 for x, y in zip(points[i], points[j], strict=True)) < least
    return close


def _rows(points: NDArray) -> NDArray:  # type: ignore[type-arg]
    """Squared distances, (count, count), of one kind of number."""
    found = np.zeros((len(points), len(points)), dtype=points.dtype)
    for axis in points.T:
        gap = axis[:, None] - axis[None, :]
        found += gap * gap
    return found
