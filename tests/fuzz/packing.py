"""Attacks on theory.packing and theory.sets: all subsets tried, points checked in Fractions, volumes by formula."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise, product
from math import isqrt

import mpmath
from flint import arb

from tests.fuzz.draws import Rng, chance, exact, fraction, magnitude, pick, shifted, whole
from tests.fuzz.targets import target
from theory.intervals import enclosure
from theory.packing import (
    PackingBounds,
    PackingNumber,
    PaperBounds,
    lipschitz_generalization_gap,
    lipschitz_rademacher,
    margin_vc_bounds,
    packing_bounds,
    packing_number,
    paper_margin_vc_bounds,
)
from theory.sets import Ball, Box, ConvexPolygon, Domain, FiniteSet, Interval

Point = tuple[Fraction, ...]
MISSHAPEN = "vertices|polygon|not convex|one line|repeat"


def square(a: Point, b: Point) -> Fraction:
    return sum(((Fraction(x) - Fraction(y)) ** 2 for x, y in zip(a, b, strict=True)), Fraction(0))


def spots(rng: Rng, most: int, n: int) -> list[Point]:
    """Points of a lattice, tied and repeated, or floats an ulp apart, of any scale, or numbers that are no floats."""
    unit = pick(rng, [Fraction(1), Fraction(1, 3), Fraction(magnitude(rng, -1000, 500)), Fraction(10**30 + 1)])
    found = [tuple(unit * whole(rng, -2, 2) for _ in range(n)) for _ in range(whole(rng, 1, most))]
    kind = whole(rng, 0, 3)
    if kind == 0:
        found = [tuple(Fraction(shifted(rng, float(x))) for x in point) for point in found]
    if kind == 1:
        found = [tuple(exact(rng) for _ in range(n)) for _ in found]
    return found


def distance(rng: Rng, points: list[Point]) -> Fraction | float | int:
    """One that some pair has, or nearly; or any."""
    far = [square(a, b) for a, b in combinations(points, 2) if a != b]
    if not far:
        return abs(fraction(rng)) or 1
    chosen = pick(rng, far)
    top, bottom = isqrt(chosen.numerator), isqrt(chosen.denominator)
    near = Fraction(top or 1, bottom or 1)
    if chance(rng, 0.3) and 1e-300 < near < 1e300:
        return shifted(rng, float(near), 1)
    return near * pick(rng, [1, 1, 1 + Fraction(1, 10**20), 1 - Fraction(1, 10**20), Fraction(1, 2), Fraction(3, 2)])


def largest(points: list[Point], squared: Fraction) -> int:
    """Of all subsets, by their bits."""
    near = [
        sum(1 << j for j, b in enumerate(points) if i != j and square(a, b) < squared) for i, a in enumerate(points)
    ]
    free = [
        all(not near[i] & chosen for i in range(len(points)) if chosen >> i & 1) for chosen in range(1 << len(points))
    ]
    return max(chosen.bit_count() for chosen, good in enumerate(free) if good)


@target(
    packing_number,
    PackingNumber,
    FiniteSet,
    packing_bounds,
    breaks={"packing_number": lambda found: PackingNumber(found.size + 1, found.indices, found.upper)},
)
def finite_packings(rng: Rng) -> None:
    points = spots(rng, 8, whole(rng, 1, 3))
    d = distance(rng, points)
    found, right = packing_number(points, d), largest(points, Fraction(d) ** 2)
    assert found.size == right == len(found.indices) == found.upper
    assert list(found.indices) == sorted(set(found.indices))
    chosen = [points[k] for k in found.indices]
    assert all(square(a, b) >= Fraction(d) ** 2 for a, b in combinations(chosen, 2))
    bounds = packing_bounds(FiniteSet(points), d)
    assert bounds.lower <= right <= bounds.upper
    hurried = packing_number(points, d, time_limit=1e-9)
    assert len(hurried.indices) == hurried.size <= right <= hurried.upper


def domain_of(rng: Rng) -> Domain:
    kind, n = whole(rng, 0, 3), whole(rng, 1, pick(rng, [3, 3, 9]))
    unit = pick(rng, [Fraction(1), Fraction(1), Fraction(1, 3), Fraction(magnitude(rng, -300, 300))])
    center = [unit * fraction(rng) for _ in range(n)]
    if kind == 0:
        return Ball(center, unit * whole(rng, 1, 9) / whole(rng, 1, 3))
    if kind == 1:
        low = center[0]
        return Interval(low, low + unit * whole(rng, 0, 9) / whole(rng, 1, 3))
    if kind == 2:
        return Box(center, [x + unit * whole(rng, 0, 6) / whole(rng, 1, 3) for x in center])
    return ConvexPolygon(corners(rng, unit))


def corners(rng: Rng, unit: Fraction) -> list[Point]:
    """Of a convex polygon, counter-clockwise: the hull of some lattice points; thin ones too."""
    height = pick(rng, [1, 1, Fraction(1, 10**9)])
    points = sorted({(whole(rng, -4, 4), whole(rng, -4, 4)) for _ in range(whole(rng, 5, 9))})

    def half(chain):
        kept: list[tuple[int, int]] = []
        for p in chain:
            while len(kept) > 1 and turn(kept[-2], kept[-1], p) <= 0:
                kept.pop()
            kept.append(p)
        return kept[:-1]

    hull = half(points) + half(points[::-1])
    return [(unit * x, unit * height * y) for x, y in hull]


def turn(a, b, c):
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def greedy(rng: Rng, domain: Domain, squared: Fraction) -> int:
    """Points of the domain that are far enough apart, taken as they come from a grid."""
    box, steps = domain.bounding_box, whole(rng, 2, 4)
    axes = [[a + (b - a) * k / steps for k in range(steps + 1)] for a, b in zip(box.lower, box.upper, strict=True)]
    grid = [point for point in product(*axes) if domain.contains(point)] if len(axes) < 4 else [box.lower]
    taken: list[Point] = []
    for k in rng.permutation(len(grid)).tolist():
        if all(square(grid[k], other) >= squared for other in taken):
            taken.append(grid[k])
    return len(taken)


@target(
    packing_bounds,
    margin_vc_bounds,
    PackingBounds,
    Ball,
    Box,
    Interval,
    ConvexPolygon,
    Domain,
    breaks={
        "packing_bounds": lambda found: type(
            "Less", (), {"lower": found.lower + 1, "upper": found.upper, "points": found.points, "exact": found.exact}
        )()
    },
    refuses=MISSHAPEN,
)
def packings(rng: Rng) -> None:
    domain = domain_of(rng)
    size = max(domain.bounding_box.sides) or Fraction(1)
    d = size * Fraction(whole(rng, 1, 12), whole(rng, 1, 6) * (1 if domain.dimension > 2 else 4))
    if chance(rng, 0.3):
        top, bottom = (isqrt(each) for each in domain.diameter_squared.as_integer_ratio())
        d = Fraction(top or 1, bottom or 1) / whole(rng, 1, 2)
    found = packing_bounds(domain, d)
    assert 1 <= found.lower <= found.upper
    points = found.points if found.lower <= 400 else None
    if points is not None:
        assert len(points) == found.lower and all(domain.contains(point) for point in points)
        assert all(square(a, b) >= d**2 for a, b in combinations(points, 2))
    assert found.upper >= greedy(rng, domain, d**2)
    same = margin_vc_bounds(domain, Fraction(d) / 2)
    assert (same.lower, same.upper) == (found.lower, found.upper)


@target(
    paper_margin_vc_bounds,
    PaperBounds,
    breaks={"paper_margin_vc_bounds": lambda found: PaperBounds(found.lower, found.upper * 2)},
    refuses=MISSHAPEN,
)
def printed_bounds(rng: Rng) -> None:
    domain, m = domain_of(rng), abs(fraction(rng)) + Fraction(1, 7)
    found, n = paper_margin_vc_bounds(domain, m), domain.dimension
    unit = enclosure(Ball([0] * n, 1).volume)
    for value, right in [
        (found.lower, enclosure(domain.volume) / unit / enclosure(m) ** n),
        (found.upper, enclosure(domain.minkowski_volume(m / 2)) / unit * (2 / enclosure(m)) ** n),
    ]:
        assert enclosure(value).overlaps(right)


@target(
    Box,
    Interval,
    Ball,
    FiniteSet,
    Domain,
    breaks={"Box": lambda box: type(box)(box.lower, [x + 1 for x in box.upper])},
)
def volumes(rng: Rng) -> None:
    """By sums of products of sides, and by gaps; what is in a set is decided by its definition."""
    n = whole(rng, 1, 4)
    low, sides = [exact(rng) for _ in range(n)], [abs(exact(rng)) * whole(rng, 0, 3) for _ in range(n)]
    box, r = Box(low, [a + s for a, s in zip(low, sides, strict=True)]), abs(exact(rng))
    total = arb(0)
    for chosen in product((0, 1), repeat=n):
        rest = n - sum(chosen)
        part = Fraction(1)
        for pickd, side in zip(chosen, sides, strict=True):
            part *= side if pickd else 1
        total += enclosure(part) * (enclosure(Ball([0] * rest, r).volume if rest and r else int(not rest)))
    assert enclosure(box.minkowski_volume(r)).overlaps(enclosure(total))
    assert enclosure(box.volume).overlaps(enclosure(box.minkowski_volume(0)))
    x = [
        pick(rng, [a, a + s, Fraction(2 * a + s) / 2, a - Fraction(1, 10**40), exact(rng)])
        for a, s in zip(low, sides, strict=True)
    ]
    assert box.contains(x) == all(a <= t <= a + s for a, t, s in zip(low, x, sides, strict=True))
    ball = Ball(low, r or 1)
    assert ball.contains(x) == (square(x, low) <= ball.radius**2)
    points = spots(rng, 6, 1)
    ends = sorted({Fraction(p[0]) for p in points})
    covered = 2 * r + sum((min(b - a, 2 * r) for a, b in pairwise(ends)), Fraction(0))
    found = FiniteSet(points)
    assert found.minkowski_volume(r) == (covered if r else 0)
    assert found.diameter_squared == (ends[-1] - ends[0]) ** 2 and found.contains(points[0])


@target(
    ConvexPolygon, breaks={"ConvexPolygon": lambda polygon: type(polygon)([(2 * x, y) for x, y in polygon.vertices])}
)
def polygons(rng: Rng) -> None:
    """Turned, reversed and with points on its edges one polygon stays what it is; others are refused."""
    hull = corners(
        rng, pick(rng, [Fraction(1), Fraction(1, 3), Fraction(magnitude(rng, -1000, 900)), Fraction(10**400)])
    )
    if len(hull) < 3:
        return
    area = sum((a[0] * b[1] - a[1] * b[0] for a, b in zip(hull, hull[1:] + hull[:1], strict=True)), Fraction(0)) / 2
    k, given = whole(rng, 0, len(hull) - 1), list(hull)
    if chance(rng, 0.4):
        a, b = hull[k], hull[(k + 1) % len(hull)]
        given.insert(k + 1, tuple((x + y) / 2 for x, y in zip(a, b, strict=True)))
    given = given[k:] + given[:k]
    polygon = ConvexPolygon(given[:: pick(rng, [1, -1])])
    assert polygon.volume == area and set(polygon.vertices) == set(hull)
    x = tuple(sum(p[i] for p in hull) / len(hull) for i in range(2))
    assert polygon.contains(x)
    y = tuple(2 * h - c for h, c in zip(hull[k], x, strict=True))
    sides = zip(hull, hull[1:] + hull[:1], strict=True)
    assert polygon.contains(y) == all(turn(a, b, y) >= 0 for a, b in sides)
    assert polygon.diameter_squared == max(square(a, b) for a, b in combinations(hull, 2))
    if chance(rng, 0.2):
        order = rng.permutation(len(hull)).tolist()
        turned = [turn(*(hull[order[(i + j) % len(hull)]] for j in range(3))) for i in range(len(hull))]
        if len(hull) > 3 and not (all(t > 0 for t in turned) or all(t < 0 for t in turned)):
            try:
                ConvexPolygon([hull[i] for i in order])
            except ValueError:
                return
            raise AssertionError("a polygon that is not convex was taken")


@target(
    lipschitz_generalization_gap,
    breaks={"lipschitz_generalization_gap": lambda gap: gap * (1 - 1e-9)},
)
def gaps_of_lipschitz_classifiers(rng: Rng) -> None:
    """On a line the cells are its parts: as many as there are diameters m / L in its length, rounded up."""
    length, slope, margin = (Fraction(whole(rng, 1, 60), whole(rng, 1, 9)) for _ in range(3))
    count, delta = whole(rng, 1, 10**5), Fraction(whole(rng, 1, 99), 100)
    found = lipschitz_generalization_gap(Interval(0, length), slope, margin, count, delta)
    parts = -(-(length * slope) // margin)
    with mpmath.workdps(40):
        risk = mpmath.log(mpmath.mpf(delta.denominator) / delta.numerator)
        right = mpmath.sqrt((int(parts) * mpmath.log(3) + risk) / (2 * count))
        assert min(right, 1) <= found <= right * (1 + mpmath.mpf(10) ** -14)


@target(lipschitz_rademacher, breaks={"lipschitz_rademacher": lambda found: found * (1 - 1e-9)})
def complexities_of_lipschitz_classes(rng: Rng) -> None:
    """On a line, by the formula in many digits; and all signs of points that are far apart are values."""
    length, slope, bound = (Fraction(whole(rng, 1, 60), whole(rng, 1, 9)) for _ in range(3))
    count = whole(rng, 1, 10**5)
    found = lipschitz_rademacher(Interval(0, length), slope, bound, count)
    with mpmath.workdps(40):
        right = mpmath.mpf(1)
        for c in sorted({2**k for k in range(1, 20)} | {3 * 2**k for k in range(20)}):
            parts = -(-(length * slope * c) // (2 * bound))
            right = min(right, mpmath.mpf(2) / c + mpmath.sqrt(2 * int(parts) * mpmath.log(c) / count))
        right *= mpmath.mpf(bound.numerator) / bound.denominator
        assert right <= found <= right * (1 + mpmath.mpf(10) ** -14)
    few = whole(rng, 1, 40)
    least = min(bound, slope * length / few / 2)  # points with gaps of length / few
    assert least <= lipschitz_rademacher(Interval(0, length), slope, bound, few)
