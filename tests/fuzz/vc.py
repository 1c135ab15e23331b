"""Attacks on theory.vc and theory.intervals: counts of Cover and Sauer in integers, rounding in Fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import ceil as plain_ceil
from math import comb, inf, nextafter
from math import floor as plain_floor

import mpmath
from flint import arb, fmpq

from tests.fuzz.draws import Rng, chance, exact, magnitude, pick, whole
from tests.fuzz.packing import distance, spots, square
from tests.fuzz.targets import target
from theory.intervals import (
    Undecided,
    ball_volume,
    ceil,
    ceil_below,
    certainly_ge,
    certainly_gt,
    certainly_le,
    certainly_lt,
    decide_le,
    enclosure,
    endpoints,
    floor,
    floor_above,
    floor_below,
    lower_float,
    pi,
    root_floats,
    sqrt,
    upper_float,
)
from theory.vc import (
    GroupSortVC,
    MarginFunction,
    MarginFunctions,
    Shattering,
    binomial_sum,
    generalization_gap,
    growth_bound,
    growth_bound_log2,
    sample_complexity,
    shatters,
    vc_groupsort,
)


def architecture(rng: Rng) -> tuple[int, list[int]]:
    widths = [2 * whole(rng, 1, pick(rng, [2, 2, 4, 8])) for _ in range(whole(rng, 0, 3))]
    return whole(rng, 1, pick(rng, [2, 3, 10, 100])), widths


def sauer(top: int, terms: int) -> int:
    return sum(comb(top, k) for k in range(min(top, terms) + 1))


@target(
    growth_bound,
    growth_bound_log2,
    vc_groupsort,
    GroupSortVC,
    binomial_sum,
    breaks={"growth_bound": lambda found: found + 1, "binomial_sum": lambda found: found + 1},
)
def growth(rng: Rng) -> None:
    """Affine classifiers realise what Cover counts; more points never have fewer; a VC bound is a root of the count."""
    n, widths = architecture(rng)
    points = whole(rng, 1, pick(rng, [8, 40, 300]))
    found = growth_bound(points, n, widths)
    affine = 2 * sauer(points - 1, n)
    assert binomial_sum(points, n) == sauer(points, n)
    assert affine <= found <= 2**points and (widths or found == affine)
    exponent = growth_bound_log2(points, n, widths)
    with mpmath.workdps(60):
        assert mpmath.log(affine, 2) <= exponent <= points
        assert mpmath.log(found, 2) <= exponent * (1 + mpmath.mpf(2) ** -50) + mpmath.log1p(mpmath.mpf(1) / found) * 2
    assert found <= growth_bound(points + 1, n, widths)


@target(
    vc_groupsort,
    GroupSortVC,
    breaks={"vc_groupsort": lambda found: GroupSortVC(**{**vars(found), "bound": found.bound - 1})},
)
def dimensions(rng: Rng) -> None:
    n, widths = architecture(rng)
    found = vc_groupsort(n, widths)
    counts = found.sign_patterns, found.polynomials, found.regions, found.layers, found.lemma_1
    assert n + 1 <= found.bound <= min(counts) and found.paper == (n + 1) * 2 ** sum(widths)
    assert widths or found.bound == n + 1
    if found.bound < 400:
        assert growth_bound(found.bound + 1, n, widths) < 2 ** (found.bound + 1)
        assert growth_bound(found.bound, n, widths) == 2**found.bound or growth_bound(found.bound, n, widths) >= 0
    if n == 1 and len(widths) == 1 and widths[0] > 2:
        assert found.bound >= widths[0] // 2 + 1  # signs of as many pieces on the line


@target(
    sample_complexity,
    generalization_gap,
    breaks={"sample_complexity": lambda found: found - 1, "generalization_gap": lambda gap: gap * (1 - 1e-9)},
)
def samples_enough(rng: Rng) -> None:
    """The least number with the inequality of the docstring, by mpmath; the gap from above, by a few ulps."""
    vc, delta = whole(rng, 0, pick(rng, [3, 30])), Fraction(whole(rng, 1, 99), 100 * 10 ** whole(rng, 0, 20))
    epsilon = Fraction(whole(rng, 1, 99), 100) if chance(rng, 0.8) else Fraction(1, 10 ** whole(rng, 2, 5))
    m = sample_complexity(vc, epsilon, delta)
    with mpmath.workdps(60):

        def enough(m: int) -> bool:
            patterns = mpmath.log(2 * sauer(2 * m, vc), 2)
            part = mpmath.mpf(epsilon.numerator) * m / epsilon.denominator / 2
            return m * epsilon >= 8 and patterns - part <= mpmath.log(
                mpmath.mpf(delta.numerator) / delta.denominator, 2
            )

        assert enough(m) and not (m > 1 and enough(m - 1))
        count = whole(rng, 1, pick(rng, [10, 10**4]))
        gap = generalization_gap(vc, count, delta)
        risk = mpmath.log(mpmath.mpf(delta.denominator) / delta.numerator)
        right = mpmath.sqrt(2 * mpmath.log(sauer(count, vc)) / count) + mpmath.sqrt(risk / (2 * count))
        assert min(right, 1) <= gap <= right * (1 + mpmath.mpf(10) ** -14)
        if epsilon > Fraction(1, 20):
            enough_for_all = sample_complexity(vc, epsilon, delta, agnostic=True)
            assert generalization_gap(vc, enough_for_all, delta) <= float(epsilon) * (1 + 1e-12)


@target(
    shatters,
    Shattering,
    MarginFunction,
    MarginFunctions,
    breaks={"shatters": lambda found: Shattering(found.points, found.margin, None if found.pair else (0, 0))},
)
def shattered(rng: Rng) -> None:
    points = spots(rng, 5, whole(rng, 1, 3))
    m = Fraction(distance(rng, points)) / 2
    found = shatters(points, m)
    near = {(i, j) for (i, a), (j, b) in combinations(enumerate(points), 2) if square(a, b) < 4 * m**2}
    assert bool(found) == (not near) and (found.pair is None or tuple(sorted(found.pair)) in near)
    assert len(found.functions) == (0 if near else 2 ** len(points))
    for labels in list(found.functions)[:4]:
        f = found.functions[labels]
        for point, label in zip(points, labels, strict=True):
            assert f.at(point) == label * m == f.values[points.index(point)] or points.count(point) > 1


def real(rng: Rng):
    """A number, as it is handed in, and what it is."""
    value = exact(rng)
    if chance(rng, 0.3):
        value = pick(rng, [1, -1]) * magnitude(rng, -1074, 1000)
    if chance(rng, 0.2):
        return fmpq(Fraction(value).numerator, Fraction(value).denominator), Fraction(value)
    return value, Fraction(value)


@target(
    enclosure,
    endpoints,
    certainly_ge,
    certainly_gt,
    certainly_le,
    certainly_lt,
    decide_le,
    floor,
    ceil,
    floor_above,
    floor_below,
    ceil_below,
    lower_float,
    upper_float,
    sqrt,
    root_floats,
    ball_volume,
    pi,
    Undecided,
    breaks={
        "upper_float": lambda found: nextafter(found, -inf),
        "floor_below": lambda found: found + 1,
        "root_floats": lambda ends: (ends[0], ends[0] * (1 - 1e-15)),
        "pi": lambda found: found + 1e-9,
    },
)
def rounding(rng: Rng) -> None:
    (given, x), (other, y) = real(rng), real(rng)
    low, high = endpoints(enclosure(given))
    assert low <= x <= high and endpoints(given) == (x, x)
    assert certainly_lt(given, other) == (x < y) == certainly_gt(other, given)
    assert certainly_le(given, other) == (x <= y) == certainly_ge(other, given) == decide_le(given, other)
    assert floor(given) == floor_above(given) == floor_below(given) == plain_floor(x)
    assert ceil(given) == ceil_below(given) == plain_ceil(x)
    if abs(x) < 2**1023:
        below, above = lower_float(given), upper_float(given)
        assert Fraction(below) <= x <= Fraction(above) and above <= nextafter(below, inf)
        assert below == above or x not in (Fraction(below), Fraction(above))
    if x >= 0:
        root = sqrt(given)
        assert root**2 == x if isinstance(root, Fraction) else (root**2).contains(enclosure(x).mid())
        below, above = root_floats(x)
        assert Fraction(below) ** 2 <= x <= Fraction(above) ** 2
        assert above <= nextafter(below, inf) or x == 0
        dimension = whole(rng, 0, 9)
        volume = ball_volume(dimension, min(x, Fraction(10**9)))
        with mpmath.workdps(40):
            radius = mpmath.mpf(min(x, Fraction(10**9)).numerator) / min(x, Fraction(10**9)).denominator
            right = (
                mpmath.pi ** (mpmath.mpf(dimension) / 2)
                / mpmath.gamma(mpmath.mpf(dimension) / 2 + 1)
                * radius**dimension
            )
            ends = [mpmath.mpf(end.numerator) / end.denominator for end in endpoints(volume)]
            slack = mpmath.mpf(10) ** -30 * right
            assert ends[0] - slack <= right <= ends[1] + slack
    assert certainly_lt(Fraction(3141592653589, 10**12), pi()) and certainly_lt(pi(), Fraction(3141592653590, 10**12))
    k = whole(rng, 1, 10**6)
    lazy = lambda: arb(k).sqrt() ** 2
    assert floor_below(lazy) in (k - 1, k) and floor_above(lazy) in (k, k + 1) and ceil_below(lazy) in (k - 1, k)
