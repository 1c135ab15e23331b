"""Points at least d apart in a convex polygon: translates and rotations of the hexagonal lattice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations
from math import atan2, pi, tan

import numpy as np
from numpy.typing import NDArray

from theory._rationals import Point
from theory.packing._balls import root_above
from theory.packing._packing import Packing
from theory.sets import ConvexPolygon

LARGEST_LATTICE = 20_000
"""Bounding boxes of more d^2 are not packed here: chosen for time, as each place is confirmed in rationals."""

MOST_TURNS, SHIFTS = 8, 4
"""Edges and corners that lattices are laid along, and shifts a direction: chosen for time, 24 lattices a turn."""

TURN_PARTS = 10**6
"""Denominators of the tangents of rational turns: chosen, off an edge's direction by 10^-12 at most."""

FLOAT_RANGE = Fraction(10**100)
"""Coordinates up to it, and separations from its inverse root on, have products of three in float64's range."""

NEARLY = 1e-12
"""Places so much of size^2 outside an edge are looked at too: cross products are off by some 10 u size^2 = 1e-15
size^2. Chosen above that, as rationals decide; a place that it leaves out would make the bound lower, never wrong."""


@dataclass(frozen=True)
class Lattice:
    """origin + u first + v second, all rational."""

    origin: Point
    first: Point
    second: Point

    def place(self, u: int, v: int) -> Point:
        return tuple(a + u * b + v * c for a, b, c in zip(self.origin, self.first, self.second, strict=True))


def polygon_packings(domain: ConvexPolygon, squared: Fraction) -> Iterator[Packing]:
    """Packings of the polygon; squared: d^2."""
    yield Packing(1, "single point", partial(list, domain.vertices[:1]))
    far = max(combinations(domain.vertices, 2), key=lambda pair: _length_squared(*pair))
    if _length_squared(*far) < squared:
        return
    yield Packing(2, "ends of a diameter", partial(list, far))
    width, height = domain.bounding_box.sides
    extent = max(abs(x) for vertex in domain.vertices for x in vertex)
    if width * height > LARGEST_LATTICE * squared or extent > FLOAT_RANGE or squared < 1 / FLOAT_RANGE:
        return
    places = _most(domain, list(_lattices(domain, squared)))
    yield Packing(len(places), "hexagonal lattice", partial(list, places))


def _length_squared(a: Point, b: Point) -> Fraction:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2


def _lattices(domain: ConvexPolygon, squared: Fraction) -> Iterator[Lattice]:
    """Along the axes and the edges, through the vertices and at places between."""
    step, rise = root_above(squared), root_above(Fraction(3, 4))
    for cosine, sine in _turns(domain):
        first = (step * cosine, step * sine)
        second = (step * (cosine / 2 - rise * sine), step * (sine / 2 + rise * cosine))
        starts = [Lattice(origin, first, second) for origin in domain.vertices[:MOST_TURNS]]
        yield from starts
        for u in range(SHIFTS):
            for v in range(SHIFTS):
                moved = [
                    a + Fraction(u, SHIFTS) * b + Fraction(v, SHIFTS) * c
                    for a, b, c in zip(domain.vertices[0], first, second, strict=True)
                ]
                yield Lattice(tuple(moved), first, second)


def _turns(domain: ConvexPolygon) -> list[tuple[Fraction, Fraction]]:
    """Rational rotations: a quarter turn, and close to the directions of the edges."""
    following = domain.vertices[1:] + domain.vertices[:1]
    edges = list(zip(domain.vertices, following, strict=True))[:MOST_TURNS]
    angles = {atan2(float(b[1] - a[1]), float(b[0] - a[0])) % (pi / 3) for a, b in edges} | {0.0}
    halves = [Fraction(tan(angle / 2)).limit_denominator(TURN_PARTS) for angle in angles]
    return [((1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)) for t in halves] + [(Fraction(0), Fraction(1))]


def _most(domain: ConvexPolygon, lattices: list[Lattice]) -> list[Point]:
    """The most points of one lattice in the polygon: floats find them, rationals confirm them."""
    found = sorted(((_candidates(domain, lattice), lattice) for lattice in lattices), key=lambda pair: -len(pair[0]))
    best: list[Point] = []
    for indices, lattice in found:
        if len(indices) <= len(best):
            break
        best = max(best, [p for p in (lattice.place(u, v) for u, v in indices) if domain.contains(p)], key=len)
    return best


def _candidates(domain: ConvexPolygon, lattice: Lattice) -> list[tuple[int, int]]:
    corners = np.array(domain.vertices, dtype=np.float64)
    origin, basis = (
        np.array(lattice.origin, dtype=np.float64),
        np.array([lattice.first, lattice.second], dtype=np.float64),
    )
    ends = np.linalg.solve(basis.T, (corners - origin).T).T
    low, high = np.floor(ends.min(axis=0)).astype(int), np.ceil(ends.max(axis=0)).astype(int)
    u, v = (g.ravel() for g in np.meshgrid(*(np.arange(a, b + 1) for a, b in zip(low, high, strict=True))))
    places = origin + u[:, None] * basis[0] + v[:, None] * basis[1]
    chosen = _nearly_inside(corners, places)
    return list(zip(u[chosen].tolist(), v[chosen].tolist(), strict=True))


def _nearly_inside(corners: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.bool_]:
    edges = np.roll(corners, -1, axis=0) - corners
    gaps = places[:, None, :] - corners[None, :, :]
    cross = edges[None, :, 0] * gaps[:, :, 1] - edges[None, :, 1] * gaps[:, :, 0]
    size = np.abs(corners).max() + np.ptp(corners)
    found: NDArray[np.bool_] = (cross >= -NEARLY * size * size).all(axis=1)
    return found
