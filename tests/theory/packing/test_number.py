"""Packing numbers: known packings, brute force, exact witnesses, bounds recomputed with mpmath."""

from __future__ import annotations

import math
import pickle
from fractions import Fraction
from itertools import combinations, permutations, product

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from theory._close_pairs import conflicts
from theory.intervals import certainly_gt, certainly_le
from theory.packing import margin_vc_bounds, packing_bounds, packing_number, paper_margin_vc_bounds
from theory.packing._upper import rogers_density
from theory.sets import Ball, Box, ConvexPolygon, FiniteSet, Interval

quick = settings(derandomize=True, deadline=None, max_examples=25)
coordinates = st.fractions(-3, 3, max_denominator=4)
separations = st.fractions(Fraction(1, 4), 3, max_denominator=8)
sides = st.fractions(0, 4, max_denominator=5)

LONGEST = 200  # points that a test compares in pairs

# Greatest least distance of n points in the unit square (Peikert, Würtz, Monagan and de Groot 1992).
UNIT_SQUARE = {
    2: math.sqrt(2),
    3: math.sqrt(6) - math.sqrt(2),
    4: 1.0,
    5: math.sqrt(2) / 2,
    6: math.sqrt(13) / 6,
    7: 4 - 2 * math.sqrt(3),
    8: (math.sqrt(6) - math.sqrt(2)) / 2,
    9: 0.5,
    10: 0.4212795439,
    16: 1 / 3,
}


def squared(a, b):
    return sum((x - y) ** 2 for x, y in zip(a, b, strict=True))


def far_apart(points, separation):
    unit = math.lcm(*(Fraction(x).denominator for point in points for x in point))
    whole = [[int(x * unit) for x in point] for point in points]
    least = (Fraction(separation) * unit) ** 2
    return all(squared(a, b) >= least for a, b in combinations(whole, 2))


def brute_force(points, separation):
    for size in range(len(points), 0, -1):
        if any(far_apart(chosen, separation) for chosen in combinations(points, size)):
            return size
    raise AssertionError


def by_milp(points, separation):
    """The same number from HiGHS, an edge a row."""
    close = [
        pair for pair in combinations(range(len(points)), 2) if not far_apart([points[k] for k in pair], separation)
    ]
    rows = np.zeros((len(close), len(points)))
    for row, pair in zip(rows, close, strict=True):
        row[list(pair)] = 1
    limits = LinearConstraint(rows, ub=1) if close else ()
    found = milp(-np.ones(len(points)), constraints=limits, bounds=Bounds(0, 1), integrality=np.ones(len(points)))
    return round(-found.fun)


def witnessed(domain, separation):
    """The bounds, once their points are checked with rationals."""
    bounds = packing_bounds(domain, separation)
    assert bounds.lower <= bounds.upper
    if bounds.lower <= LONGEST and bounds.points is not None:
        assert len(bounds.points) == bounds.lower == len(set(bounds.points))
        assert all(domain.contains(point) for point in bounds.points)
        assert all(isinstance(x, Fraction) for point in bounds.points for x in point)
        assert far_apart(bounds.points, separation)
    return bounds


# Finite sets


@quick
@given(
    st.integers(1, 3).flatmap(lambda n: st.lists(st.tuples(*[coordinates] * n), min_size=1, max_size=9)), separations
)
def test_packing_numbers_of_few_points(points, separation):
    found = packing_number(points, separation)
    assert found.size == len(found.indices) == len(set(found.indices)) == brute_force(points, separation)
    assert list(found.indices) == sorted(found.indices)
    assert far_apart([points[k] for k in found.indices], separation)
    assert tuple(packing_bounds(FiniteSet(points), separation)) == (found.size, found.size)


@pytest.mark.parametrize(
    ("n", "count", "separation"),
    [(1, 50, 0.05), (2, 80, 0.1), (2, 80, 0.3), (2, 60, 0.6), (3, 70, 0.3), (3, 60, 0.6), (4, 60, 0.5), (8, 50, 1.1)],
)
def test_packing_numbers_of_many_points(n, count, separation):
    points = np.random.default_rng(count).random((count, n)).round(6)
    found = packing_number(points, separation)
    exact = FiniteSet(points).points
    assert found.size == by_milp(exact, Fraction(separation))
    assert far_apart([exact[k] for k in found.indices], separation)


def test_grids_and_ties():
    """Points of a grid, at distances that occur: closed comparison, decided exactly."""
    grid = [[Fraction(x, 10), Fraction(y, 10)] for x in range(6) for y in range(6)]
    assert packing_number(grid, Fraction(1, 10)).size == 36
    assert packing_number(grid, Fraction(1, 10) + Fraction(1, 10**30)).size == 18
    assert packing_number(grid, Fraction(1, 5)).size == 9
    assert packing_number([0, 0.1, 0.2, 0.30000000000000004], 0.1).size == 4
    assert packing_number([0, 0.1, 0.2, 0.3], 0.1).size == 3  # 0.3 - 0.2 < 0.1 in binary
    assert packing_number([0, Fraction(1, 10), Fraction(2, 10), Fraction(3, 10)], Fraction(1, 10)).size == 4


@pytest.mark.parametrize("scale", [1, 2.0**-400, 2.0**300])
def test_scale_and_far_places(scale):
    points = np.random.default_rng(1).random((40, 2)).round(2)
    expected = packing_number(points, 0.25).indices
    assert len(packing_number(points * scale, 0.25 * scale).indices) == len(expected)
    moved = [[Fraction(x) + 10**40 for x in row] for row in points.tolist()]
    assert packing_number(moved, 0.25).size == len(expected)


def test_repeated_points_count_once():
    assert packing_number([[1, 1]] * 5, 0.001).size == 1
    assert packing_number([[5]], 1).indices == (0,)


def test_conflicts_of_mixed_sizes_are_exact():
    """One pair at the separation to the last bit, in the float screening's blind zone."""
    step = Fraction(1, 3**40)
    for nudge in (-step, 0, step):
        graph = conflicts(FiniteSet([[0, 0], [Fraction(3, 5) + nudge, Fraction(4, 5)], [9, 9]]).points, Fraction(1))
        assert bool(graph[0]) == (nudge < 0)


def root_system(n):
    """D_n, and E_8 for n = 8: (240, 8), squared length 2."""
    roots = [
        tuple(sign_i * (k == i) + sign_j * (k == j) for k in range(n))
        for i, j in combinations(range(n), 2)
        for sign_i, sign_j in product((1, -1), repeat=2)
    ]
    if n == 8:
        halves = product((Fraction(1, 2), Fraction(-1, 2)), repeat=8)
        roots += [half for half in halves if sum(x < 0 for x in half) % 2 == 0]
    return roots


@pytest.mark.parametrize(
    ("roots", "kissing"), [(sorted(set(permutations((1, -1, 0)))), 6), (root_system(3), 12), (root_system(8), 240)]
)
def test_kissing_configurations(roots, kissing):
    """Squared lengths and least distances are 2: 1.4142 is below, 1.41422 above."""
    assert len(roots) == kissing
    centred = [*roots, (0,) * len(roots[0])]
    assert packing_number(centred, Fraction(14142, 10000)).size == kissing + 1
    assert packing_number(roots, Fraction(14142, 10000)).size == kissing
    assert packing_number(roots, Fraction(141422, 100000)).size < kissing


@pytest.mark.parametrize("n", [3, 8])
def test_obtuse_roots(n):
    """Roots pairwise at 90 degrees or more: at most 2n by Rankin, and E8 has 8 orthogonal pairs."""
    found = packing_number(root_system(n), 2)
    assert found.size == (16 if n == 8 else brute_force(root_system(n), 2))


# Domains


@pytest.mark.parametrize("count", sorted(UNIT_SQUARE))
def test_points_in_a_square(count):
    """Separation a little below the known optimum for n points, which is above that for n + 1."""
    bounds = witnessed(Box([0, 0], [1, 1]), UNIT_SQUARE[count] - 1e-9)
    assert bounds.lower <= count <= bounds.upper
    above = witnessed(Box([0, 0], [1, 1]), UNIT_SQUARE[count] + 1e-9)
    assert above.lower < count
    if count in (2, 4, 5, 9, 16):
        assert bounds.lower == count
    if count in (2, 3, 4, 9):
        assert bounds.upper == count


def test_points_in_a_square_of_side_40():
    """Béthune et al., Proposition 7: 1600 / pi = 509.29 points at distance 2 are claimed, Oler allows 502.88."""
    square, corners = Box([0, 0], [40, 40]), ConvexPolygon([[0, 0], [40, 0], [40, 40], [0, 40]])
    bounds = margin_vc_bounds(square, 1)
    assert (bounds.upper, bounds.upper_by) == (502, "Oler")
    assert margin_vc_bounds(corners, 1).upper == 502
    paper = paper_margin_vc_bounds(square, 1)
    assert certainly_gt(paper.lower, 509)
    assert certainly_gt(paper.lower, bounds.upper)
    assert float(paper.lower) == pytest.approx(1600 / math.pi)
    assert float(paper.upper) == pytest.approx(4 * (1600 + 80 + math.pi / 4) / math.pi)


@quick
@given(coordinates, sides, separations)
def test_intervals_are_exact(start, length, separation):
    interval = Interval(start, start + length)
    bounds = witnessed(interval, separation)
    assert tuple(bounds) == (math.floor(length / separation) + 1,) * 2
    assert bounds == packing_bounds(Box([start], [start + length]), separation)
    paper = paper_margin_vc_bounds(interval, separation / 2)
    assert certainly_le(paper.lower, bounds.upper)
    assert certainly_le(bounds.lower, paper.upper)


def test_intervals_in_binary():
    assert tuple(packing_bounds(Interval(0, 1), 0.1)) == (10, 10)  # 0.1 is above 1/10
    assert tuple(packing_bounds(Interval(0, 1), Fraction(1, 10))) == (11, 11)
    assert tuple(packing_bounds(Ball([0], 1), Fraction(1, 10))) == (21, 21)


@quick
@given(st.lists(sides, min_size=1, max_size=4), separations, st.integers(0, 2**32))
def test_boxes(lengths, separation, seed):
    box = Box([1] * len(lengths), [1 + side for side in lengths])
    bounds = witnessed(box, separation)
    rng = np.random.default_rng(seed)
    points = [
        [1 + side * Fraction(int(k), 6) for side, k in zip(lengths, row, strict=True)]
        for row in _places(rng, len(lengths))
    ]
    assert packing_number(points, separation).size <= bounds.upper
    assert bounds.lower >= math.prod(math.floor(side / separation) + 1 for side in lengths)


def _places(rng, n):
    return rng.integers(0, 7, (40, n))


@quick
@given(st.integers(1, 4), st.fractions(Fraction(1, 4), 2, max_denominator=4), separations, st.integers(0, 2**32))
def test_balls(n, radius, separation, seed):
    ball = Ball([Fraction(1, 3)] * n, radius)
    bounds = witnessed(ball, separation)
    rng = np.random.default_rng(seed)
    offsets = [[2 * radius * Fraction(int(k) - 3, 6) for k in row] for row in _places(rng, n)]
    points = [[Fraction(1, 3) + x for x in offset] for offset in offsets if sum(x * x for x in offset) <= radius**2]
    if points:
        assert packing_number(points, separation).size <= bounds.upper
    cube = packing_bounds(Box([c - radius for c in ball.center], [c + radius for c in ball.center]), separation)
    assert bounds.lower <= cube.upper
    assert bounds.upper <= cube.upper


@settings(derandomize=True, deadline=None, max_examples=12)
@given(st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=7, unique=True), separations)
def test_polygons(points, separation):
    from scipy.spatial import ConvexHull, QhullError

    try:
        corners = [points[k] for k in ConvexHull(np.array(points, dtype=float)).vertices]
    except QhullError:
        return
    polygon = ConvexPolygon(corners)
    bounds = witnessed(polygon, separation)
    assert packing_number(points, separation).size <= bounds.upper
    assert bounds.lower >= 1 + (polygon.diameter_squared >= separation**2)


@pytest.mark.parametrize("turn", [(1, 0), (Fraction(3, 5), Fraction(4, 5)), (Fraction(20, 29), Fraction(-21, 29))])
@pytest.mark.parametrize("size", [4, 10])
def test_turned_triangles_and_rhombi(turn, size):
    """Hardly larger than an equilateral one full of points: its corner and its edges tell where they lie."""
    c, s = turn
    side = Fraction(1001, 1000) * size
    far, top = (side * 3 / 2, side * Fraction(867, 1000)), (side / 2, side * Fraction(867, 1000))
    triangle, rhombus = (
        ConvexPolygon([(c * x - s * y, s * x + c * y) for x, y in corners])
        for corners in ([(0, 0), (side, 0), top], [(0, 0), (side, 0), far, top])
    )
    assert witnessed(triangle, 1).lower == (size + 1) * (size + 2) // 2
    assert witnessed(rhombus, 1).lower == (size + 1) ** 2


@pytest.mark.parametrize("turn", [(1, 0), (Fraction(3, 5), Fraction(4, 5)), (Fraction(20, 29), Fraction(-21, 29))])
def test_turned_squares(turn):
    c, s = turn
    corners = [(c * x - s * y, s * x + c * y) for x, y in [(0, 0), (6, 0), (6, 6), (0, 6)]]
    bounds = witnessed(ConvexPolygon(corners), 1)
    assert bounds.upper == packing_bounds(Box([0, 0], [6, 6]), 1).upper
    assert bounds.lower >= 40


@pytest.mark.parametrize(("n", "count"), [(1, 3), (2, 7), (3, 13), (4, 25), (8, 241)])
def test_balls_of_kissing(n, count):
    """Ball of radius d: the kissing number and one more, around any centre."""
    bounds = witnessed(Ball([Fraction(1, 7)] * n, Fraction(2, 3)), Fraction(2, 3))
    assert tuple(bounds) == (count, count)


@pytest.mark.parametrize(("n", "count"), [(3, 13), (4, 25), (5, 41), (8, 241)])
def test_the_first_shell_of_a_lattice_is_listed(n, count):
    """Roots are rounded up, so the ball is a little larger than d: also in odd dimensions, where no turn makes sqrt(2)
    rational. In five dimensions it is that of D_5, 2 n (n - 1)."""
    bounds = witnessed(Ball([Fraction(1, 7)] * n, Fraction(101, 100)), 1)
    assert bounds.lower >= count
    assert bounds.points is not None


@pytest.mark.parametrize("n", [2, 3, 5, 12])
def test_few_points_in_a_ball(n):
    """Rankin: a regular simplex of k points at distance d has radius d sqrt((k-1) / 2k)."""
    for k in range(2, n + 2):
        ball = Ball([0] * n, 1)
        optimum = Fraction(math.sqrt(2 * k / (k - 1)))
        assert packing_bounds(ball, optimum * (1 - Fraction(1, 10**12))).lower == k
        assert packing_bounds(ball, optimum * (1 + Fraction(1, 10**12))).upper < k
    assert witnessed(Ball([0] * n, 5), Fraction(70710678, 10**7)).lower >= 2 * n


@pytest.mark.parametrize(
    ("domain", "separation", "least"),
    [
        (Box([0] * 3, [10] * 3), 1, 1688),
        (Box([0] * 4, [10] * 4), 1, 20000),
        (Box([0] * 8, [4] * 8), 1, 6**8),
        (Box([0] * 24, [4] * 24), 1, 4**24 * 2**24 + 1),
        (Ball([0] * 3, 1), Fraction(1, 3), 27),
        (Box([0, 0], [10**60, 10**60]), 1, 115 * 10**118),
    ],
)
def test_upper_bounds_of_many_points_by_mpmath(domain, separation, least):
    bounds = packing_bounds(domain, separation)
    n = domain.dimension
    with mpmath.workdps(200):
        volume = _thick(domain, n, mpmath.mpf(separation.numerator) / separation.denominator)
        assert bounds.lower >= least
        assert bounds.upper <= volume
        assert bounds.upper >= bounds.lower


def _thick(domain, n, d):
    """Volume and Blichfeldt bounds, whichever is smaller."""

    def ball(k):
        return mpmath.pi ** (mpmath.mpf(k) / 2) / mpmath.gamma(mpmath.mpf(k) / 2 + 1)

    def thickened(r):
        if isinstance(domain, Ball):
            return ball(n) * (1 + r) ** n
        side = domain.sides[0]
        return sum(mpmath.binomial(n, k) * mpmath.mpf(int(side)) ** (n - k) * ball(k) * r**k for k in range(n + 1))

    m = d / 2
    plain = thickened(m) / (m**n * ball(n))
    blichfeldt = (n + 2) / mpmath.mpf(2) * mpmath.mpf(2) ** (-mpmath.mpf(n) / 2) * thickened(mpmath.sqrt(2) * m)
    return min(plain, blichfeldt / (m**n * ball(n)))


@pytest.mark.parametrize("n", [1, 2, 3, 5, 9, 30, 200])
def test_bounds_scale_and_order(n):
    """Nested domains have nested bounds in the sense that lower of the smaller <= upper of the larger."""
    d = Fraction(1, 2)
    inner, outer = Ball([0] * n, 1), Box([-1] * n, [1] * n)
    assert packing_bounds(inner, d).lower <= packing_bounds(outer, d).upper
    doubled = packing_bounds(Box([-3] * n, [3] * n), 3 * d)
    assert tuple(doubled) == tuple(packing_bounds(outer, d))


def test_rogers():
    """The density by sampling the tetrahedron of edge 2, and the bound of a ball from it."""
    corners = np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]]) / math.sqrt(2)
    places = np.random.default_rng(0).dirichlet(np.ones(4), 200_000) @ corners
    covered = (np.linalg.norm(places[:, None] - corners, axis=2) <= 1).any(axis=1).mean()
    assert float(rogers_density(3)) == pytest.approx(covered, abs=0.004)
    thick = 4 * math.pi / 3 * (5 + math.sqrt(1.5) / 2) ** 3
    expected = math.sqrt(18) * (math.acos(1 / 3) - math.pi / 3) * thick / (math.pi / 6)
    bounds = packing_bounds(Ball([0] * 3, 5), 1)
    assert (bounds.upper, bounds.upper_by) == (math.floor(expected), "Rogers")


def test_polygons_beyond_floats():
    for scale in (Fraction(10) ** 400, Fraction(1, 10**400)):
        triangle = ConvexPolygon([[0, 0], [10 * scale, 0], [0, 10 * scale]])
        bounds, unit = packing_bounds(triangle, scale), packing_bounds(ConvexPolygon([[0, 0], [10, 0], [0, 10]]), 1)
        assert 50 < bounds.lower <= unit.lower
        assert bounds.upper == unit.upper


def test_flat_boxes_and_single_points():
    assert tuple(witnessed(Box([1, 2, 3], [1, 2, 3]), 1)) == (1, 1)
    assert tuple(witnessed(Box([0, 5, 0], [0, 5, 10]), 1)) == (11, 11)
    flat, square = witnessed(Box([0, 1, 0], [4, 1, 4]), 1), packing_bounds(Box([0, 0], [4, 4]), 1)
    assert tuple(flat) == tuple(square)


def test_bounds_as_objects():
    bounds = packing_bounds(Box([0, 0], [3, 3]), 1)
    lower, upper = bounds
    assert (lower, upper) == (bounds.lower, bounds.upper) == bounds
    assert bounds.exact == (lower == upper)
    again = pickle.loads(pickle.dumps(bounds))
    assert (again, again.lower_by, again.upper_by, again.points) == (
        bounds,
        bounds.lower_by,
        bounds.upper_by,
        bounds.points,
    )
    assert margin_vc_bounds(Box([0, 0], [3, 3]), Fraction(1, 2)) == bounds
    assert packing_bounds(Box([0, 0], [1000, 1000]), 1).points is None


@pytest.mark.parametrize("value", [0, -1, math.nan, math.inf, "a", [1, 2]])
def test_refused_separations(value):
    for call, name in [
        (packing_bounds, "separation"),
        (margin_vc_bounds, "margin"),
        (paper_margin_vc_bounds, "margin"),
    ]:
        with pytest.raises(ValueError, match=name):
            call(Interval(0, 1), value)
    with pytest.raises(ValueError, match="separation"):
        packing_number([[0, 0]], value)


def test_refused_domains_and_points():
    for call in (packing_bounds, margin_vc_bounds, paper_margin_vc_bounds):
        with pytest.raises(ValueError, match="domain=3: pass an Interval"):
            call(3, 1)
    for points in ([], [[0, math.nan]], [[1, 2], [3]]):
        with pytest.raises(ValueError, match="points"):
            packing_number(points, 1)


def test_distances_in_many_dimensions_that_float64_cannot_tell() -> None:
    """Squares a little below 1: float64 rounds each sum up, and loses more than a share of the last one."""
    n, size = 2**12, 2**53
    step = size - 1003
    points = [(Fraction(0),) * n, (*(Fraction(step),) * (n - 1), Fraction(size))]
    squared = (n - 1) * step**2 + size**2
    assert conflicts(points, Fraction(squared)) == [0, 0]
    assert conflicts(points, Fraction(squared + 1)) == [2, 1]
    assert conflicts(points, Fraction(squared + size**2 // 2**33)) == [2, 1]
