"""Points at least d apart in a box, counted in closed form: grids, staggered rows, checkerboards.

All of them stretch over the whole of each side, so their coordinates are rational whatever d is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations, product
from math import prod

from theory._rationals import Point
from theory.packing._packing import Packing
from theory.packing._upper import line

Sides = tuple[Fraction, ...]

STAGGERED_TRIES = 64
"""Numbers of points a row that are tried, the greatest first: chosen for time, all of them in boxes up to 64 d long."""

PAIRS_DIMENSION = 8
"""Up to so many sides all pairs of axes are tried for staggered rows, else the longest two: chosen for time, 28
pairs."""

EXACT_FLOATS = 2**52
"""Below it a whole number divided by a root is right to its units in float64, which `_tries` needs to 2."""


@dataclass(frozen=True)
class Rows:
    """Staggered rows in a rectangle: `across` points step apart in even rows, `odd` in the others."""

    across: int
    odd: int
    rows: int
    step: Fraction
    rise: Fraction

    @property
    def count(self) -> int:
        return (self.rows + 1) // 2 * self.across + self.rows // 2 * self.odd

    def points(self) -> list[Point]:
        return [
            (self.step * (2 * k + j % 2) / 2, self.rise * j)
            for j in range(self.rows)
            for k in range(self.odd if j % 2 else self.across)
        ]


def box_packings(lower: Point, sides: Sides, squared: Fraction) -> Iterator[Packing]:
    """Packings of the box with that lower corner and sides; squared: d^2."""
    yield _grid(lower, sides, squared)
    long = [axis for axis, side in enumerate(sides) if side]
    if len(long) > 1:
        yield _layered(lower, sides, squared, long)
    if len(long) > 2:
        yield _checkerboard(lower, sides, squared)


def _steps(sides: Sides, counts: list[int]) -> list[Fraction]:
    return [side / max(count - 1, 1) for side, count in zip(sides, counts, strict=True)]


def _grid(lower: Point, sides: Sides, squared: Fraction) -> Packing:
    counts = [line(side, squared) for side in sides]
    return Packing(prod(counts), "square grid", partial(_grid_points, lower, counts, _steps(sides, counts)))


def _grid_points(lower: Point, counts: list[int], steps: list[Fraction]) -> list[Point]:
    axes = [[a + k * s for k in range(count)] for a, count, s in zip(lower, counts, steps, strict=True)]
    return list(product(*axes))


def _layered(lower: Point, sides: Sides, squared: Fraction, long: list[int]) -> Packing:
    """Staggered rows in two directions, a grid in the others."""
    ordered = sorted(long, key=lambda axis: -sides[axis])
    pairs = combinations(ordered, 2) if len(long) <= PAIRS_DIMENSION else [(ordered[0], ordered[1])]
    tried = [(rows, axes) for pair in pairs for axes in (pair, pair[::-1]) for rows in _rows(sides, squared, *axes)]
    counts = [line(side, squared) for side in sides]
    rows, (i, j) = max(tried, key=lambda found: Fraction(found[0].count, counts[found[1][0]] * counts[found[1][1]]))
    counts[i] = counts[j] = 1
    return Packing(
        prod(counts) * rows.count, "staggered rows", partial(_layered_points, lower, sides, counts, rows, i, j)
    )


def _layered_points(lower: Point, sides: Sides, counts: list[int], rows: Rows, i: int, j: int) -> list[Point]:
    flat = rows.points()
    found = []
    for base in _grid_points(lower, counts, _steps(sides, counts)):
        for x, y in flat:
            point = list(base)
            point[i] += x
            point[j] += y
            found.append(tuple(point))
    return found


def _rows(sides: Sides, squared: Fraction, i: int, j: int) -> Iterator[Rows]:
    """Rows along axis i, one above the other along axis j."""
    most = line(sides[i], squared)
    for across in _tries(most):
        for odd in (across, across - 1):
            if odd:
                yield from _stacked(sides[i], sides[j], squared, across, odd)


def _tries(most: int) -> list[int]:
    """Points a row: nearly as many as fit, or steps near sqrt(2) d (square lattices) and sqrt(3) d (hexagonal ones)."""
    near = [int(most / root) + k for root in (2**0.5, 3**0.5) for k in range(-2, 4)] if most < EXACT_FLOATS else []
    return sorted({k for k in [*range(most, max(0, most - STAGGERED_TRIES), -1), *near] if 1 <= k <= most})


def _stacked(length: Fraction, height: Fraction, squared: Fraction, across: int, odd: int) -> Iterator[Rows]:
    step = 2 * length / (2 * across - 1 if odd == across else 2 * across - 2)
    if across > 1 and step**2 < squared:
        return
    rows = line(height, max(squared - step**2 / 4, squared / 4))
    yield Rows(across, odd, rows, step, height / max(rows - 1, 1))


def _checkerboard(lower: Point, sides: Sides, squared: Fraction) -> Packing:
    """D_n: grid places of even parity; from dimension 8 on, also the middles of cells of even parity."""
    counts = [line(side, squared / 2) for side in sides]
    steps = _steps(sides, counts)
    total, middles = _even(counts), [0] * len(sides)
    if len(sides) >= 8 and all(sides):
        steps, middles = _shifted(sides, squared, counts)
        total += _even(middles)
    name = "checkerboard with middles" if any(middles) else "checkerboard"
    return Packing(total, name, partial(_checkerboard_points, lower, counts, middles, steps))


def _shifted(sides: Sides, squared: Fraction, counts: list[int]) -> tuple[list[Fraction], list[int]]:
    """Steps along the sides with room for half a step more where there is, and how many middles fit."""
    steps, middles = [], []
    for side, count in zip(sides, counts, strict=True):
        wide = side / (count - Fraction(1, 2))
        fits = wide**2 >= squared / 2
        steps.append(wide if fits else side / max(count - 1, 1))
        middles.append(count if fits else count - 1)
    return steps, middles


def _even(counts: list[int]) -> int:
    """How many places of a grid have an even sum of indices."""
    return (prod(counts) + prod(count % 2 for count in counts)) // 2


def _checkerboard_points(lower: Point, counts: list[int], middles: list[int], steps: list[Fraction]) -> list[Point]:
    shifted = [(counts, Fraction(0)), (middles, Fraction(1, 2))]
    return [
        tuple(a + s * (k + shift) for a, s, k in zip(lower, steps, place, strict=True))
        for sizes, shift in shifted
        for place in product(*map(range, sizes))
        if sum(place) % 2 == 0
    ]
