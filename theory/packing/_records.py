"""Packings of few points in a square, a cube or a disc, the best that were found.

Those in ``record_packings.json`` were searched by ``tests/record_packings.py``, and nothing rests on how: what is used
of them is their least distance, which is computed here, exactly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from functools import cache, partial
from itertools import combinations, product
from math import prod
from pathlib import Path
from typing import NamedTuple

from theory._rationals import Point
from theory.packing._packing import Packing
from theory.packing._upper import line

RECORDS = Path(__file__).with_name("record_packings.json")

UNIT = 10**10
"""Coordinates there are whole numbers of its inverse: of a square or cube of side 1, of a disc of radius 1."""


class _Record(NamedTuple):
    number: int
    squared: Fraction
    points: list[Point]


def few_in_box(lower: Point, sides: tuple[Fraction, ...], squared: Fraction) -> Iterator[Packing]:
    """Records in a square or a cube of some axes, for each point of a grid in the others; squared: d^2."""
    long = sorted((axis for axis, side in enumerate(sides) if side), key=lambda axis: -sides[axis])
    for shape, k in (("square", 2), ("cube", 3)):
        for first in range(len(long) - k + 1):
            axes = long[first : first + k]
            edge = sides[axes[-1]]
            if record := _largest(shape, squared / edge**2):
                counts = [1 if axis in axes else line(side, squared) for axis, side in enumerate(sides)]
                listed = partial(_over_a_grid, lower, sides, counts, axes, [_times(p, edge) for p in record.points])
                yield Packing(record.number * prod(counts), f"best packing known in a {shape}", listed)


def few_in_disc(center: Point, radius: Fraction, squared: Fraction) -> Iterator[Packing]:
    """A record in a disc, of a ball of the plane; squared: d^2."""
    if len(center) == 2 and (record := _largest("disc", squared / radius**2)):
        points = [_times(point, radius) for point in record.points]
        yield Packing(record.number, "best packing known in a disc", partial(_moved, center, points))


def _largest(shape: str, squared: Fraction) -> _Record | None:
    found = [record for record in _records(shape) if record.squared >= squared]
    return max(found, key=lambda record: record.number, default=None)


@cache
def _records(shape: str) -> list[_Record]:
    table: dict[str, list[list[int]]] = json.loads(RECORDS.read_text(encoding="utf-8"))[shape]
    return [_record(shape, points) for points in table.values()]


def _record(shape: str, points: list[list[int]]) -> _Record:
    """The least squared distance of points that are checked to lie in their shape."""
    for point in points:
        inside = sum(x * x for x in point) <= UNIT**2 if shape == "disc" else all(0 <= x <= UNIT for x in point)
        assert inside, f"{RECORDS.name}: {point} is not in the {shape}"
    least = min(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) for a, b in combinations(points, 2))
    return _Record(len(points), Fraction(least, UNIT**2), [tuple(Fraction(x, UNIT) for x in point) for point in points])


def _times(point: Point, factor: Fraction) -> Point:
    return tuple(factor * x for x in point)


def _moved(center: Point, points: list[Point]) -> list[Point]:
    return [tuple(c + x for c, x in zip(center, point, strict=True)) for point in points]


def _over_a_grid(
    lower: Point, sides: tuple[Fraction, ...], counts: list[int], axes: list[int], points: list[Point]
) -> list[Point]:
    steps = [side / max(count - 1, 1) for side, count in zip(sides, counts, strict=True)]
    grid = product(*([a + k * step for k in range(count)] for a, count, step in zip(lower, counts, steps, strict=True)))
    found = []
    for base in grid:
        for point in points:
            place = list(base)
            for axis, x in zip(axes, point, strict=True):
                place[axis] += x
            found.append(tuple(place))
    return found
