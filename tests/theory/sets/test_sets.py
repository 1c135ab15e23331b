"""Domains: volumes and membership against quadrature, shapely and brute force."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
import shapely
from flint import arb
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.spatial import ConvexHull, QhullError

from theory.intervals import ball_volume, endpoints
from theory.sets import Ball, Box, ConvexPolygon, FiniteSet, Interval

quick = settings(derandomize=True, deadline=None, max_examples=25)
coordinates = st.fractions(-6, 6, max_denominator=6)
plane_points = st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=9, unique=True)


def middle(value):
    low, high = endpoints(value)
    assert high - low <= abs(high) / 10**9
    return float((low + high) / 2)


def corners(points):
    """Corners of the hull in order, by qhull."""
    try:
        return [points[k] for k in ConvexHull(np.array(points, dtype=float)).vertices]
    except QhullError:
        assume(False)


def thickened_box(sides, radius):
    """Volume of box + ball, one side after the other, by quadrature."""
    if not sides:
        return 1.0
    if len(sides) == 1:
        return sides[0] + 2 * radius
    *rest, last = sides
    caps = quad(lambda t: thickened_box(rest, math.sqrt(max(radius**2 - t**2, 0))), 0, radius, epsrel=1e-7)[0]
    return last * thickened_box(rest, radius) + 2 * caps


@pytest.mark.parametrize("sides", [(2,), (2, 3), (1, 0), (1, 2, 3), (0, 0, 2)])
def test_thickened_boxes(sides):
    box = Box([1] * len(sides), [1 + s for s in sides])
    assert box.volume == math.prod(sides)
    for radius in (Fraction(1, 2), 0.75, 2):
        assert middle(box.minkowski_volume(radius)) == pytest.approx(thickened_box(sides, float(radius)), rel=1e-5)


def test_many_dimensions():
    box = Box([0] * 300, [Fraction(1, 3)] * 300)
    assert box.volume == Fraction(1, 3) ** 300
    assert middle(Box([0] * 7, [0] * 7).minkowski_volume(2)) == pytest.approx(128 * math.pi**3 * 16 / 105, rel=1e-12)


@quick
@given(plane_points, st.fractions(0, 3, max_denominator=4))
def test_polygons(points, radius):
    chosen = corners(points)
    polygon = ConvexPolygon(chosen)
    shape = shapely.Polygon([(float(x), float(y)) for x, y in chosen])
    assert float(polygon.volume) == pytest.approx(shape.area)
    assert middle(polygon.perimeter) == pytest.approx(shape.length)
    assert set(polygon.vertices) == set(ConvexPolygon(chosen[::-1]).vertices)
    thick = shape.buffer(float(radius), quad_segs=400).area
    assert middle(polygon.minkowski_volume(radius)) == pytest.approx(thick, rel=1e-5)
    assert polygon.diameter_squared == max((a - c) ** 2 + (b - d) ** 2 for (a, b), (c, d) in product(points, points))
    box = polygon.bounding_box
    assert all(polygon.contains(p) and box.contains(p) for p in points)


@quick
@given(plane_points, st.tuples(coordinates, coordinates))
def test_polygons_contain_what_shapely_covers(points, place):
    chosen = corners(points)
    shape = shapely.Polygon([(float(x), float(y)) for x, y in chosen])
    distance = shape.boundary.distance(shapely.Point(*map(float, place)))
    assume(distance > 1e-9)
    assert ConvexPolygon(chosen).contains(place) == shape.covers(shapely.Point(*map(float, place)))


def test_boundaries_belong_to_the_sets():
    assert Ball([0, 0], 5).contains([3, 4])
    assert not Ball([0, 0], 5).contains([3, Fraction(4) + Fraction(1, 10**40)])
    assert not Interval(0, 0.1).contains(Fraction(1, 10) + Fraction(1, 10**17))
    assert Interval(0, 0.1).contains(Fraction(1, 10))
    triangle = ConvexPolygon([[0, 0], [3, 0], [0, 1]])
    assert triangle.contains([1, Fraction(2, 3)])
    assert not triangle.contains([1, Fraction(2, 3) + Fraction(1, 10**40)])
    assert FiniteSet([[1, 2]]).contains([1, 2])
    assert not FiniteSet([[1, 2]]).contains([1, 1])


def test_balls():
    ball = Ball([1, 2, 3], Fraction(1, 2))
    assert ball.volume.overlaps(ball_volume(3) / 8)
    assert ball.minkowski_volume(Fraction(3, 2)).overlaps(8 * ball_volume(3))
    assert ball.minkowski_volume(arb(2).sqrt()).overlaps((arb(2).sqrt() + 0.5) ** 3 * ball_volume(3))
    assert Ball([7], 3).volume == 6
    assert Ball([7], 3).minkowski_volume(1) == 8
    assert ball.bounding_box == Box([0.5, 1.5, 2.5], [1.5, 2.5, 3.5])
    assert ball.diameter_squared == 1


def test_straight_vertices_are_left_out_and_order_is_free():
    square = ConvexPolygon([[0, 0], [1, 0], [2, 0], [2, 2], [0, 2], [0, 1]])
    assert square.vertices == ((0, 0), (2, 0), (2, 2), (0, 2))
    assert set(ConvexPolygon([[2, 2], [2, 0], [0, 0], [0, 2]]).vertices) == set(square.vertices)
    assert square.volume == 4
    assert square.perimeter == 8


@quick
@given(st.lists(coordinates, min_size=1, max_size=8), st.fractions(0, 3, max_denominator=4))
def test_thickened_points_of_the_line(points, radius):
    union = shapely.union_all([shapely.box(float(p - radius), 0, float(p + radius), 1) for p in points])
    assert float(FiniteSet(points).minkowski_volume(radius)) == pytest.approx(union.area)


@quick
@given(plane_points, st.fractions(Fraction(1, 4), 3, max_denominator=4))
def test_thickened_points_of_the_plane_are_enclosed(points, radius):
    union = shapely.union_all([shapely.Point(*map(float, p)).buffer(float(radius), quad_segs=100) for p in points])
    low, high = endpoints(FiniteSet(points).minkowski_volume(radius))
    assert low <= union.area * 1.001
    assert union.area <= high


def test_disjoint_balls_are_exact():
    found = FiniteSet([[0, 0], [3, 4], [0, 0]]).minkowski_volume(Fraction(5, 2))
    assert found.overlaps(2 * arb.pi() * 25 / 4)
    low, high = endpoints(found)
    assert high - low < Fraction(1, 10**9)


def test_floats_mean_their_binary_value():
    assert Interval(0, 0.1).volume == Fraction(0.1) != Fraction(1, 10)
    assert Interval(0, np.float32(0.1)).volume == Fraction(float(np.float32(0.1)))
    assert Box(np.array([0, 0]), np.array([2, 3], dtype=np.uint8)).volume == 6
    assert Interval(Fraction(1, 3), 10**400).volume == 10**400 - Fraction(1, 3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Interval(1, 0), r"a is 1\.0 and b is 0\.0 .*swap"),
        (lambda: Interval(0, math.inf), "b has inf"),
        (lambda: Interval(math.nan, 0), "a has nan"),
        (lambda: Box([0, 1], [1]), "lower has 2 coordinates and upper 1"),
        (lambda: Box([0, 1], [1, 0]), "lower is 1.0 and upper is 0.0 at index 1"),
        (lambda: Box([], []), r"lower has shape \(0,\)"),
        (lambda: Box([0, 0], [1, math.inf]), "upper has inf"),
        (lambda: Ball([0, 0], 0), "radius=0: pass one finite number greater than 0"),
        (lambda: Ball([0, 0], -1), "radius=-1"),
        (lambda: Ball([0, 0], math.inf), "radius has inf"),
        (lambda: Ball([], 1), "center has shape"),
        (lambda: Ball(["x"], 1), "center is not an array of real numbers"),
        (lambda: ConvexPolygon([[0, 0], [1, 1]]), "vertices has shape"),
        (lambda: ConvexPolygon([[0, 0, 0], [1, 1, 0], [0, 1, 0]]), "vertices has shape"),
        (lambda: ConvexPolygon([[0, 0], [1, 1], [2, 2]]), "on one line"),
        (lambda: ConvexPolygon([[0, 0], [1, 0], [1, 1], [0, 0]]), "twice"),
        (lambda: ConvexPolygon([[0, 0], [4, 0], [1, 1], [0, 4]]), "not a convex polygon"),
        (lambda: ConvexPolygon([[0, 0], [1, 1], [1, 0], [0, 1]]), "not a convex polygon"),
        (lambda: ConvexPolygon(_pentagram()), "not a convex polygon"),
        (lambda: ConvexPolygon([[0, 0], [2, 0], [1, 0], [1, 1], [0, 1]]), "not a convex polygon"),
        (lambda: FiniteSet([]), "points is empty"),
        (lambda: FiniteSet([[[1]]]), "points has shape"),
        (lambda: FiniteSet([[1, 2], [3]]), "points is not an array"),
        (lambda: FiniteSet([[0, math.nan]]), "points has nan"),
        (lambda: Box([0], [1]).minkowski_volume(-1), "radius=-1: pass a number that is at least 0"),
        (lambda: Ball([0], 1).contains([0, 0]), "point has 2 coordinates: the domain has dimension 1"),
    ],
)
def test_refusals(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def _pentagram():
    return [[math.cos(k * 4 * math.pi / 5), math.sin(k * 4 * math.pi / 5)] for k in range(5)]
