"""Points at least d apart in a ball: shells of lattices around its centre, crosses and simplices."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from math import isqrt

import numpy as np
from numpy.typing import NDArray

from theory._rationals import Point
from theory.intervals import sqrt
from theory.packing._packing import Packing

Whole = NDArray[np.int64]

LARGEST_SHELLS = 20_000
"""Vectors that are listed of a lattice: chosen for time, a fraction of a second. Beyond, averages bound as well."""

LARGEST_TABLE = 50 * LARGEST_SHELLS
"""Pairs of a listed vector and a next entry that are looked at: chosen for memory, 8 MB."""

LARGEST_SQUARE = 10**12
"""Of a listed vector of doubled entries: squares of all its entries and their sums are far within int64. Chosen."""

SHELLS: dict[int, tuple[str, list[tuple[Fraction, int]]]] = {
    6: ("lattice E6", [(Fraction(1), 72), (Fraction(2), 270), (Fraction(3), 720), (Fraction(4), 936)]),
    7: ("lattice E7", [(Fraction(1), 126), (Fraction(2), 756), (Fraction(3), 2072), (Fraction(4), 4158)]),
    12: ("lattice K12", [(Fraction(1), 756), (Fraction(3, 2), 4032), (Fraction(2), 20412)]),
    16: ("Barnes-Wall lattice", [(Fraction(1), 4320), (Fraction(3, 2), 61440), (Fraction(2), 522720)]),
    24: ("Leech lattice", [(Fraction(1), 196560), (Fraction(3, 2), 16773120), (Fraction(2), 398034000)]),
} | {
    n: (f"laminated lattice of dimension {n}", [(Fraction(1), count)])
    for n, count in {
        9: 272, 10: 336, 11: 438, 13: 906, 14: 1422, 15: 2340,
        17: 5346, 18: 7398, 19: 10668, 20: 17400, 21: 27720, 22: 49896, 23: 93150,
    }.items()
}  # fmt: skip
"""Vectors of squared lengths 1, ... in units of the least: Conway and Sloane, Sphere Packings, Lattices and Groups,
chapters 4 to 6 (theta series; laminated lattices as sections of Leech's)."""

SIXTHS = 6
"""Hexagonal lattices are kept in sixths of a step: middles of edges are halves, of triangles thirds."""

ROUND_UP = 2**60
"""Roots are rounded up to multiples of 1 / this: a share below 2^-60, so that hardly a point on a sphere is lost."""


def ball_packings(center: Point, radius: Fraction, squared: Fraction) -> Iterator[Packing]:
    """Packings of a ball of dimension n >= 2; squared: d^2."""
    n, ratio = len(center), radius**2 / squared
    yield Packing(1, "single point", partial(_placed, center, [(Fraction(0),) * n]))
    if ratio < Fraction(1, 4):
        return
    yield Packing(2, "ends of a diameter", partial(_placed, center, _cross(n, radius)[:2]))
    if 2 * ratio < 1:
        yield Packing(min(n + 1, int(1 / (1 - 2 * ratio))), "regular simplex")
        return
    yield Packing(2 * n, "cross", partial(_placed, center, _cross(n, radius)))
    yield from _hexagons(center, radius, squared) if n == 2 else ()
    yield from _shells(center, radius, squared)
    if n in SHELLS and ratio >= 1:
        name, shells = SHELLS[n]
        yield Packing(1 + sum(count for norm, count in shells if norm <= ratio), name)


def _placed(center: Point, offsets: list[Point]) -> list[Point]:
    return [tuple(c + x for c, x in zip(center, offset, strict=True)) for offset in offsets]


def _cross(n: int, radius: Fraction) -> list[Point]:
    return [tuple(sign * radius * (k == axis) for k in range(n)) for axis in range(n) for sign in (1, -1)]


def _hexagons(center: Point, radius: Fraction, squared: Fraction) -> Iterator[Packing]:
    """The hexagonal lattice around a point, the middle of an edge and the middle of a triangle."""
    # u^2 + u v + v^2 >= 3/4 u^2 and >= 3/4 v^2.
    most = radius**2 / squared * SIXTHS**2
    reach = isqrt(int(most * 4 / 3)) + 2
    if reach**2 > LARGEST_TABLE:
        return
    axis = np.arange(-reach, reach + 1, dtype=np.int64)
    u, v = (grid.ravel() for grid in np.meshgrid(axis, axis))
    inside = u * u + u * v + v * v <= int(most)
    for first, second in ((0, 0), (3, 0), (2, 2)):
        chosen = inside & ((u - first) % SIXTHS == 0) & ((v - second) % SIXTHS == 0)
        pairs = np.stack([u[chosen], v[chosen]], axis=1)
        points = _rational_hexagons(center, radius, squared, pairs)
        listed = partial(_placed, center, points) if len(points) == len(pairs) else None
        yield Packing(len(pairs), "hexagonal lattice", listed)


def _rational_hexagons(center: Point, radius: Fraction, squared: Fraction, pairs: Whole) -> list[Point]:
    """Lattice points u + v (1/2, h), h a little above sqrt(3)/2, that lie in the ball."""
    step, rise = root_above(squared), root_above(Fraction(3, 4))
    places = [((u + Fraction(v, 2)) * step / SIXTHS, v * rise * step / SIXTHS) for u, v in pairs.tolist()]
    return [place for place in places if place[0] ** 2 + place[1] ** 2 <= radius**2]


def root_above(squared: Fraction) -> Fraction:
    """The square root where it is rational, else a rational a little above."""
    root = sqrt(squared)
    if isinstance(root, Fraction):
        return root
    scale = ROUND_UP * max(1, isqrt(squared.denominator))
    return Fraction(isqrt(int(squared * scale**2)) + 1, scale)


def _shells(center: Point, radius: Fraction, squared: Fraction) -> Iterator[Packing]:
    """Integers, D_n and, from dimension 8 on, D_n with the middles of its cells, around several centres.

    Vectors are doubled, so that middles are odd integers.
    """
    n, ratio = len(center), radius**2 / squared
    for name, norm, cosets in _families(n):
        lists = [_coset(n, int(4 * norm * ratio), parity, total) for parity, total in cosets]
        found = [each for each in lists if each is not None]
        count = sum(map(len, found))
        if len(found) == len(lists) and count > 1:
            yield Packing(count, name, _points(center, radius, squared, norm, np.concatenate(found)))


def _families(n: int) -> Iterator[tuple[str, int, list[tuple[int, int | None]]]]:
    """Name, square of the least distance, parity of the doubled entries with their sum modulo 4 where fixed."""
    for parity in (0, 1):
        yield "integer lattice", 1, [(parity, None)]
    if n >= 3:
        for parity, total in ((0, 0), (0, 2), (1, n % 4)):
            yield f"lattice D{n}", 2, [(parity, total)]
    if n >= 8:
        yield f"packing D{n}+", 2, [(0, 0), (1, n % 4)]


def _coset(n: int, bound: int, parity: int, total: int | None) -> Whole | None:
    """Integer vectors of one parity, of squared length <= bound; None when there are too many."""
    found = _one_parity(n, bound, parity)
    if found is None or total is None:
        return found
    return found[found.sum(axis=1) % 4 == total]


def _one_parity(n: int, bound: int, parity: int) -> Whole | None:
    least = parity * n
    if bound < least or bound > LARGEST_SQUARE:
        return None if bound >= least else np.empty((0, n), dtype=np.int64)
    found, norms = np.empty((1, 0), dtype=np.int64), np.zeros(1, dtype=np.int64)
    for axis in range(n):
        room = bound - parity * (n - 1 - axis)
        reach = isqrt(room - parity * axis)
        entries = np.array([k for k in range(-reach, reach + 1) if k % 2 == parity], dtype=np.int64)
        if len(found) * len(entries) > LARGEST_TABLE:
            return None
        sums = norms[:, None] + entries[None, :] ** 2
        rows, columns = np.nonzero(sums <= room)
        found = np.column_stack([found[rows], entries[columns]])
        norms = sums[rows, columns]
        if len(found) > LARGEST_SHELLS:
            return None
    return found


def _points(center: Point, radius: Fraction, squared: Fraction, norm: int, doubled: Whole) -> partial | None:  # type: ignore[type-arg]
    """The vectors as rational points, turned so that sqrt(2) becomes rational in even dimension; None where
    rounding the distance up pushes some out of the ball."""
    turn = norm == 2 and doubled.shape[1] % 2 == 0
    whole = _turned(doubled) if turn else doubled
    step = root_above(squared / (16 if turn else 4 * norm))
    longest = int((whole.astype(object) ** 2).sum(axis=1).max())
    if longest * step**2 > radius**2:
        return None
    return partial(_scaled, center, step, whole)


def _turned(doubled: Whole) -> Whole:
    """Pairs (x, y) become (x + y, x - y): all lengths grow by sqrt(2)."""
    x, y = doubled[:, 0::2], doubled[:, 1::2]
    return np.concatenate([x + y, x - y], axis=1)


def _scaled(center: Point, step: Fraction, whole: Whole) -> list[Point]:
    return [tuple(c + step * k for c, k in zip(center, row, strict=True)) for row in whole.tolist()]
