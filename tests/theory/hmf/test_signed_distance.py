"""Signed distance to closed polylines against shapely and rational arithmetic, and its properties."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import figure_1, signed_distance
from theory.hmf import _edge_candidates, _signed_distance

quick = settings(derandomize=True, deadline=None, max_examples=25)

SQUARE = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]])


def edges_of(rings):
    return np.concatenate([np.stack([ring, np.roll(ring, -1, axis=0)], axis=1) for ring in rings])


def by_shapely(rings, x):
    lines = shapely.MultiLineString([shapely.LineString(edge) for edge in edges_of(rings)])
    return shapely.distance(shapely.points(x), lines)


def odd_crossings(rings, point):
    """Exact: a ray to the right from infinitesimally above the point."""
    px, py = (Fraction(v) for v in point)
    odd = False
    for (ax, ay), (bx, by) in [[[Fraction(v) for v in end] for end in edge.tolist()] for edge in edges_of(rings)]:
        if (ay <= py) != (by <= py):
            odd ^= ax + (py - ay) / (by - ay) * (bx - ax) > px
    return odd


def star(rng, count, radius=3.0):
    """A simple polygon around the origin."""
    angle = np.sort(rng.uniform(0, 2 * np.pi, count))
    return (radius * rng.uniform(0.3, 1, count) * np.array([np.cos(angle), np.sin(angle)])).T


def check(rings, x, rtol=1e-12):
    """Distance and sign, wherever rounding cannot decide the sign."""
    rings, values = [np.asarray(ring, float) for ring in rings], signed_distance(rings)(x)
    size = max(np.abs(ring).max() for ring in rings) + np.abs(x).max()
    np.testing.assert_allclose(np.abs(values), by_shapely(rings, x), rtol=rtol, atol=1e-15 * size)
    off = np.abs(values) > 1e-13 * size
    assert np.array_equal(values[off] < 0, np.array([odd_crossings(rings, point) for point in x.tolist()])[off])


@pytest.mark.parametrize("count", [3, 10, 200, 2000])
def test_simple_polygons(count):
    rng = np.random.default_rng(count)
    ring, x = star(rng, count), rng.uniform(-4, 4, size=(3000, 2))
    values = signed_distance(ring)(x)
    np.testing.assert_allclose(np.abs(values), by_shapely([ring], x), rtol=1e-10, atol=1e-14)
    assert np.array_equal(values < 0, shapely.contains_xy(shapely.Polygon(ring), x[:, 0], x[:, 1]))


grid_rings = st.lists(
    st.lists(st.tuples(st.integers(-4, 4), st.integers(-4, 4)), min_size=3, max_size=8, unique=True),
    min_size=1,
    max_size=3,
)
grid_points = st.lists(st.tuples(st.integers(-10, 10), st.integers(-10, 10)), min_size=1, max_size=30)


@quick
@given(grid_rings, grid_points)
def test_rings_that_touch_and_cross_on_a_grid(rings, points):
    """Queries at vertices, on edges, level with vertices: everything that breaks a careless ray."""
    x = np.array(points) / 2
    check(rings, x)
    vertices = np.concatenate(rings)
    assert np.array_equal(signed_distance(rings)(vertices), np.zeros(len(vertices)))


@quick
@given(grid_rings, st.integers(0, 10**6), st.sampled_from([1e-8, 1.0, 1e8]))
def test_lipschitz_and_equivariant(rings, seed, scale):
    rng = np.random.default_rng(seed)
    x, shift, angle = rng.uniform(-6, 6, size=(20, 2)), rng.normal(size=2) * 5, rng.uniform(0, 2 * np.pi)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    values = signed_distance(rings)(x)
    assert np.all(np.abs(values[:, None] - values) <= np.linalg.norm(x[:, None] - x, axis=2) + 1e-13)
    moved = signed_distance([scale * (np.array(ring) @ turn + shift) for ring in rings])(scale * (x @ turn + shift))
    np.testing.assert_allclose(moved, scale * values, rtol=1e-9, atol=1e-13 * scale)
    backwards = [ring[::-1] for ring in rings]
    np.testing.assert_allclose(signed_distance(backwards)(x), values, rtol=1e-12, atol=1e-14)


def test_very_unequal_edges():
    rng = np.random.default_rng(0)
    comb = np.array([[i * 1e-3, 1e-3 * (i % 2)] for i in range(3001)])
    ring = np.concatenate([comb, [[1e3, -1e3], [-1e3, -1e3]]])
    x = np.concatenate([rng.uniform(-2e3, 2e3, size=(300, 2)), rng.uniform(-0.01, 3.01, size=(300, 2))])
    np.testing.assert_allclose(np.abs(signed_distance(ring)(x)), by_shapely([ring], x), rtol=1e-10, atol=1e-13)
    few = np.concatenate([x[:20], x[300:320]])
    assert np.array_equal(signed_distance(ring)(few) < 0, [odd_crossings([ring], point) for point in few.tolist()])


def test_queries_that_coincide_or_lie_far_away():
    rng = np.random.default_rng(1)
    ring = star(rng, 40)
    x = np.concatenate([np.tile(rng.normal(size=2), (100, 1)), rng.normal(size=(20, 2)) * 1e6, np.zeros((50, 2))])
    check([ring], x)
    shift = np.array([2.0**30, -(2.0**31)])
    check([ring + shift], x[:120] + shift)


def test_figure_1_on_every_fifth_pixel():
    layout = figure_1()
    x = layout.pixels()[::5, ::5]
    values = layout.frontier()(x)
    tree = shapely.STRtree(shapely.linestrings(edges_of([layout.outer, layout.inner])))
    distance = tree.query_nearest(shapely.points(x.reshape(-1, 2)), return_distance=True, all_matches=False)[1]
    np.testing.assert_allclose(np.abs(values).ravel(), distance, rtol=1e-10)
    ring = shapely.Polygon(layout.outer, [layout.inner])
    assert np.array_equal(values < 0, shapely.contains_xy(ring, x[..., 0], x[..., 1]))


def test_no_batch_changes_a_value(monkeypatch):
    layout = figure_1()
    f, x = layout.frontier(), layout.pixels()[::20, ::20].reshape(-1, 2)
    together, slopes = f(x), f.gradient(x)
    assert np.array_equal(np.array([f(point) for point in x[:100]]), together[:100])
    monkeypatch.setattr(_signed_distance, "BATCH_ROWS", 37)
    monkeypatch.setattr(_edge_candidates, "PAIRS", 64)
    assert np.array_equal(f(x), together) and np.array_equal(f.gradient(x), slopes, equal_nan=True)


def test_nearest_frontier():
    rng = np.random.default_rng(2)
    rings = [star(rng, 30), star(rng, 20, 1.0)]
    f, x = signed_distance(rings), rng.uniform(-4, 4, size=(500, 2))
    z = f.nearest_frontier(x)
    np.testing.assert_allclose(np.linalg.norm(z - x, axis=1), np.abs(f(x)), rtol=1e-12)
    np.testing.assert_allclose(by_shapely(rings, z), 0, atol=1e-15)
    assert np.array_equal(f.nearest_frontier(rings[0]), rings[0])


def test_gradient_is_the_slope():
    rng = np.random.default_rng(3)
    f, step = signed_distance([star(rng, 30), star(rng, 20, 1.0)]), 1e-6
    x = rng.uniform(-4, 4, size=(500, 2))
    slope = f.gradient(x)
    measured = np.stack([(f(x + h) - f(x - h)) / (2 * step) for h in step * np.eye(2)], axis=-1)
    np.testing.assert_allclose(np.linalg.norm(slope, axis=1), 1, rtol=1e-12)
    near_vertex = np.abs(f(x)) < 1e-2
    np.testing.assert_allclose(slope[~near_vertex], measured[~near_vertex], atol=1e-6)


def test_gradient_on_the_rings_points_to_the_positive_side():
    for ring in (SQUARE, SQUARE[::-1]):
        f = signed_distance([ring, [[1, 1], [3, 1], [3, 3], [1, 3]]])
        slope = f.gradient([[2, 0], [4, 2], [2, 4], [0, 2], [2, 1], [3, 2], [2, 3], [1, 2]])
        assert np.array_equal(slope, [[0, -1], [1, 0], [0, 1], [-1, 0], [0, 1], [-1, 0], [0, -1], [1, 0]])
    slanted = signed_distance([[0, 0], [2, -2], [4, 0], [2, 2]])
    root = np.sqrt(0.5)
    expected = root * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]])
    np.testing.assert_allclose(slanted.gradient([[1, -1], [3, -1], [3, 1], [1, 1]]), expected, rtol=1e-15)


def test_gradient_where_it_does_not_exist():
    f = signed_distance(SQUARE)
    assert np.isnan(f.gradient([[0, 0], [4, 4], [2, 2], [1, 1]])).all()
    np.testing.assert_array_equal(f.gradient([[2, 1], [5, 2], [2, -3]]), [[0, -1], [1, 0], [0, -1]])
    # An edge walked twice is no frontier between two sides.
    assert np.isnan(signed_distance([SQUARE, SQUARE]).gradient([2, 0])).all()


def test_shapes_and_closing():
    f = signed_distance(SQUARE)
    for batch in [(), (0,), (3,), (2, 3)]:
        x = np.ones((*batch, 2))
        assert f(x).shape == batch and f.gradient(x).shape == f.nearest_frontier(x).shape == x.shape
    x = np.random.default_rng(5).uniform(-1, 5, size=(50, 2))
    closed = [*SQUARE.tolist(), SQUARE[0].tolist()]
    for same in (closed, [SQUARE], SQUARE[None], SQUARE.astype(int), [np.repeat(SQUARE, 2, axis=0)]):
        assert np.array_equal(signed_distance(same)(x), f(x))
    assert repr(f) == "SignedDistance(1 rings, 4 edges)"


@pytest.mark.parametrize(
    ("rings", "message"),
    [
        ([], "give one closed polyline"),
        (3.0, "rings is 3.0: pass a list or a tuple"),
        ([[]], "give one closed polyline"),
        ([[0, 0], [1, 1], [0, 0]], "rings has 2 different vertices"),
        ([SQUARE, [[0, 0], [1, 1]]], r"rings\[1\] has 2 different vertices"),
        ([[0, 0], [1, np.nan], [1, 0]], r"rings has nan at index \(1, 1\)"),
        ([[0, 0, 0], [1, 0, 0], [1, 1, 0]], r"rings has shape \(3, 3\)"),
        ("abc", "rings is .abc.: pass a list or a tuple"),
    ],
)
def test_bad_rings(rings, message):
    with pytest.raises(ValueError, match=message):
        signed_distance(rings)


@pytest.mark.parametrize("method", ["__call__", "gradient", "nearest_frontier"])
@pytest.mark.parametrize("x", [[1.0, 2.0, 3.0], 1.0, [np.nan, 0.0]])
def test_bad_queries(method, x):
    with pytest.raises(ValueError, match="x has"):
        getattr(signed_distance(SQUARE), method)(x)


def test_a_block_that_an_edge_parts_by_less_than_rounding():
    ring = [
        [-0.621578022793142, -1.494058864493127],
        [-1.141741752889653, 1.6825702767746862],
        [-0.07906063687831182, -1.188808635501498],
    ]
    near, across = [-0.8247051290870713, -0.2535658275897161], [-0.8247051290869875, -0.25356582758970236]
    f = signed_distance(ring)
    assert f([near, across]).tolist() == [f(near), f(across)]
