"""Attacks on theory.hmf and theory.shapes: distances by projections in Fractions, signs by exact comparison."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from math import isqrt, ldexp

import numpy as np

from tests.fuzz.draws import Rng, chance, dressed, magnitude, pick, shifted, whole
from tests.fuzz.targets import target
from theory.hmf import (
    Certificate,
    HighestMountain,
    MulticlassHighestMountain,
    SignedDistance,
    highest_mountain,
    multiclass_highest_mountain,
    signed_distance,
)
from theory.shapes import TwoRings, figure_1, koch_snowflake

Vector = list[Fraction]
ROUNDING = Fraction(1, 10**14)
"""Of values, relative to the size of the data and of the query: ten times what `highest_mountain` says."""
CLOSE = (
    "no room for both|double precision cannot|certify|cannot be|is in both|near 1e-308|times as far|scale the|too close"
)


def off(found):
    """Every certificate, or value, wrong by a thousandth."""
    return lambda x: np.asarray(found(x)) * 1.001


def vector(point) -> Vector:
    return [Fraction(float(x)) for x in point]


def dot(a: Vector, b: Vector) -> Fraction:
    return sum((x * y for x, y in zip(a, b, strict=True)), Fraction(0))


def minus(a: Vector, b: Vector) -> Vector:
    return [x - y for x, y in zip(a, b, strict=True)]


def square(a: Vector, b: Vector) -> Fraction:
    return dot(minus(a, b), minus(a, b))


def root(number: Fraction) -> Fraction:
    """To a share 2^-100 at most below."""
    shift = 101 + max(0, number.denominator.bit_length() - number.numerator.bit_length())
    return Fraction(isqrt((number.numerator << 2 * shift) // number.denominator), 1 << shift)


def solved(rows: list[Vector], right: Vector) -> Vector | None:
    """x with rows x = right; None where the rows depend on each other."""
    size = len(rows)
    table = [[*row, entry] for row, entry in zip(rows, right, strict=True)]
    for k in range(size):
        lead = next((i for i in range(k, size) if table[i][k]), None)
        if lead is None:
            return None
        table[k], table[lead] = table[lead], table[k]
        table[k] = [x / table[k][k] for x in table[k]]
        for i in range(size):
            if i != k and table[i][k]:
                table[i] = [x - table[i][k] * y for x, y in zip(table[i], table[k], strict=True)]
    return [row[-1] for row in table]


def way_out(x: Vector, own: list[Vector], rival: Vector) -> Fraction:
    """The square of the distance from x to the points that are as near to the rival as to each of `own`, or nearer.

    The nearest of them is the foot of x on some of the planes that bound them: all sets of planes are tried.
    """
    walls = [(minus(a, rival), (dot(a, a) - dot(rival, rival)) / 2) for a in own]
    best = None
    for size in range(len(x) + 1):
        for chosen in combinations(walls, size):
            gram = [[dot(n, m) for m, _ in chosen] for n, _ in chosen]
            shares = solved(gram, [dot(n, x) - b for n, b in chosen])
            if shares is None:
                continue
            foot = list(x)
            for share, (n, _) in zip(shares, chosen, strict=True):
                foot = [f - share * y for f, y in zip(foot, n, strict=True)]
            if all(dot(n, foot) <= b for n, b in walls):
                far = square(x, foot)
                best = far if best is None or far < best else best
    assert best is not None
    return best


def apart(rng: Rng, n: int, classes: int) -> list[np.ndarray]:
    """Disjoint classes of few points: lattices, collinear, repeated, an ulp or so apart, of any scale."""
    while True:
        count = whole(rng, classes, classes + 4)
        unit = pick(rng, [1.0, 1.0, 1.0, magnitude(rng, -300, 300), magnitude(rng, -1000, 450)])
        kind = whole(rng, 0, 4)
        points = rng.normal(size=(count, n)) if kind == 0 else rng.integers(-3, 4, (count, n)).astype(float)
        if kind == 1:
            points = points[:1] * rng.integers(-3, 4, (count, 1)) + points[-1]
        if kind == 2:
            points += pick(rng, [1e-3, 1e-7, 1e-12]) * rng.integers(-2, 3, (count, n))
        points *= unit
        if kind == 3:
            points[0] = [shifted(rng, x) for x in points[-1].tolist()]
        if chance(rng, 0.2):
            points += unit * pick(rng, [1e3, 1e8, -1e12]) * rng.integers(0, 2, n)
        owner = np.concatenate([np.arange(classes), rng.integers(0, classes, count - classes)])
        found = [points[owner == k] for k in range(classes)]
        rows = [{tuple(row) for row in (each + 0.0).tolist()} for each in found]
        if not any(a & b for a, b in combinations(rows, 2)):
            return found


def asked(rng: Rng, sets: list[np.ndarray]) -> np.ndarray:
    """A query near the data, on them, between two, or far away."""
    points = np.concatenate(sets)
    kind = whole(rng, 0, 4)
    if kind == 0:
        return np.array([shifted(rng, x) for x in pick(rng, points).tolist()])
    if kind == 1:
        return pick(rng, points) / 2 + pick(rng, points) / 2
    middle, span = points.mean(axis=0), np.ptp(points, axis=0).max()
    return middle + span * pick(rng, [0.5, 1.0, 2.0, 1e3]) * rng.integers(-3, 4, points.shape[1])


def scaled(sets: list[np.ndarray], x: np.ndarray) -> tuple[list[list[Vector]], Vector, Fraction]:
    """Rationals, and the size that rounding is relative to: of the data and of x about their middle."""
    rows = [[vector(point) for point in each] for each in sets]
    place = vector(x)
    everything = [point for each in rows for point in each]
    size = max(max(abs(x - y) for x, y in zip(a, place, strict=True)) for a in everything)
    return rows, place, size * len(place)


@target(
    highest_mountain,
    HighestMountain,
    Certificate,
    breaks={
        "highest_mountain": lambda f: type(
            "Off",
            (),
            {
                "certificate": lambda _, x: replace(f.certificate(x), value=f.certificate(x).value * (1 + 1e-9)),
                "__getattr__": lambda _, name: getattr(f, name),
            },
        )()
    },
    refuses=CLOSE,
)
def two_classes(rng: Rng) -> None:
    n = whole(rng, 1, 3)
    sets = apart(rng, n, 2)
    x = asked(rng, sets)
    rows, place, size = scaled(sets, x)
    nearest = [min(square(place, a) for a in each) for each in rows]
    sign = 1 if nearest[0] <= nearest[1] else -1
    own, others = rows if sign > 0 else rows[::-1]
    right = root(min(way_out(place, own, c) for c in others))
    f = highest_mountain(*(dressed(rng, each) for each in sets))
    proof = f.certificate(dressed(rng, x))
    value = Fraction(float(proof.value))
    error = ROUNDING * size + Fraction(1, 2**1060)
    assert abs(abs(value) - right) <= error
    assert float(f(x)) == float(proof.value)
    assert value * sign >= 0 or right <= error
    z, rival = vector(proof.frontier_point), vector(proof.rival)
    rounded = error + max(map(abs, [*place, *z])) * len(z) / 2**52
    assert abs(root(square(place, z)) - abs(value)) <= rounded
    if abs(nearest[0] - nearest[1]) > error * size:
        assert int(f.label(x)) == sign and rival in others
    away = vector(f.adversarial(x))
    ends = [min(square(away, a) for a in each) for each in rows]
    assert (ends[0] - ends[1]) * sign >= 0 or right <= error


@target(
    multiclass_highest_mountain,
    MulticlassHighestMountain,
    breaks={"multiclass_highest_mountain": off},
    refuses=CLOSE,
)
def several_classes(rng: Rng) -> None:
    classes = whole(rng, 2, 4)
    sets = apart(rng, whole(rng, 1, 2), classes)
    x = asked(rng, sets)
    rows, place, size = scaled(sets, x)
    nearest = [min(square(place, a) for a in each) for each in rows]
    own = nearest.index(min(nearest))
    right = root(min(way_out(place, rows[own], c) for k, each in enumerate(rows) if k != own for c in each))
    values = multiclass_highest_mountain([dressed(rng, each) for each in sets])(x)
    error = ROUNDING * size + Fraction(1, 2**1060)
    wanted = [right if k == own else Fraction(0) for k in range(classes)]
    assert all(abs(Fraction(v) - w) <= error for v, w in zip(values.tolist(), wanted, strict=True)) or right <= error


def ring(rng: Rng) -> np.ndarray:
    """A closed polyline: lattice points, repeated, crossing itself, thin, or of next neighbours."""
    count, unit = whole(rng, 3, 7), pick(rng, [1.0, 1.0, magnitude(rng, -300, 300)])
    points = rng.integers(-3, 4, (count, 2)).astype(float) if chance(rng, 0.7) else rng.normal(size=(count, 2))
    if chance(rng, 0.2):
        points[:, 0] *= pick(rng, [1e-9, 1e-15])
    points *= unit
    if chance(rng, 0.2):
        points[0] = [shifted(rng, x) for x in points[1].tolist()]
    return points


def to_segment(x: Vector, a: Vector, b: Vector) -> Fraction:
    way = minus(b, a)
    length = dot(way, way)
    share = min(max(dot(minus(x, a), way) / length, Fraction(0)), Fraction(1)) if length else Fraction(0)
    return square(x, [p + share * q for p, q in zip(a, way, strict=True)])


def odd(x: Vector, edges: list[tuple[Vector, Vector]]) -> bool:
    """Does a ray to the right cross the edges an odd number of times?"""
    inside = False
    for (ax, ay), (bx, by) in edges:
        if (ay > x[1]) != (by > x[1]):
            inside ^= x[0] < ax + (x[1] - ay) * (bx - ax) / (by - ay)
    return inside


@target(
    signed_distance,
    SignedDistance,
    breaks={"signed_distance": off},
    refuses="no room for both|different vertices|near 1e-308|times as far|scale the",
)
def polylines(rng: Rng) -> None:
    rings = [ring(rng) for _ in range(whole(rng, 1, 2))]
    corners = np.concatenate(rings)
    kind, size = whole(rng, 0, 3), np.ptp(corners, axis=0).max()
    x = pick(rng, corners) / 2 + pick(rng, corners) / 2
    if kind == 1:
        x = np.array([shifted(rng, t) for t in x.tolist()])
    if kind == 2:
        x = corners.mean(axis=0) + size * rng.normal(size=2)
    if kind == 3:
        x = corners.mean(axis=0) + size * pick(rng, [1.0, 100.0]) * rng.integers(-3, 4, 2)
    place = vector(x)
    edges = [(vector(a), vector(b)) for each in rings for a, b in zip(each, np.roll(each, -1, axis=0), strict=True)]
    right = root(min(to_segment(place, *edge) for edge in edges))
    f = signed_distance([dressed(rng, each) for each in rings] if len(rings) > 1 or chance(rng, 0.5) else rings[0])
    value = Fraction(float(np.asarray(f(x))))
    reach = max(abs(t - u) for edge in edges for corner in edge for t, u in zip(corner, place, strict=True))
    error = ROUNDING * reach * 2 + Fraction(1, 2**1060)
    assert abs(abs(value) - right) <= error
    assert right <= error or (value < 0) == odd(place, edges)
    foot = vector(SignedDistance(rings).nearest_frontier(x))
    error += max(map(abs, [*foot, *place])) / 2**51
    assert min(to_segment(foot, *edge) for edge in edges) <= error**2
    assert abs(root(square(foot, place)) - right) <= error


@lru_cache
def paper_layout() -> TwoRings:
    return figure_1()


@target(
    koch_snowflake,
    figure_1,
    TwoRings,
    breaks={"koch_snowflake": lambda vertices: vertices * (1 + 1e-9)},
)
def snowflakes(rng: Rng) -> None:
    """Edges of one length, side / 3^order, and the area of the snowflake's order by von Koch's series."""
    order, side = whole(rng, 0, 3), magnitude(rng, -300, 300)
    vertices = koch_snowflake(order, side) / side
    edges = np.roll(vertices, -1, axis=0) - vertices
    assert vertices.shape == (3 * 4**order, 2)
    assert np.abs(np.hypot(*edges.T) * 3.0**order - 1).max() <= 1e-11
    area = (vertices[:, 0] * np.roll(vertices[:, 1], -1) - vertices[:, 1] * np.roll(vertices[:, 0], -1)).sum() / 2
    assert abs(area - 3**0.5 / 4 * (1 + 3 / 5 * (1 - (4 / 9) ** order))) <= 1e-12
    layout = paper_layout()
    x = rng.uniform(-200, 200, 2)
    inside = [
        odd(vector(x), list(zip(map(vector, r), map(vector, np.roll(r, -1, 0)), strict=True)))
        for r in (koch_snowflake(1, ldexp(1, 8)), koch_snowflake(1, 2.0))
    ]
    assert inside[0] >= inside[1]
    assert TwoRings(layout.outer, layout.inner, -2.0, 2.0, 4).pixels().shape == (4, 4, 2)
