"""The Highest Mountain Function of finite sets: independent algorithms, properties, bad input."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls
from scipy.stats import special_ortho_group

import theory
from tests.theory.hmf.exactly import minus, projection, squared
from theory.hmf import _classes, _nearest, _projection, highest_mountain, multiclass_highest_mountain
from theory.hmf._halfspaces import ActiveSets

quick = settings(derandomize=True, deadline=None, max_examples=25)


# Independent algorithms


def split(positive, negative, x):
    """The class of x, the other class, the sign."""
    nearest = [np.min(np.sum((np.asarray(points) - x) ** 2, axis=1)) for points in (positive, negative)]
    return (positive, negative, 1) if nearest[0] <= nearest[1] else (negative, positive, -1)


def by_nnls(positive, negative, x):
    """Every projection in full, by Lawson and Hanson's least-distance problem."""
    own, other, sign = split(positive, negative, x)
    return sign * min(_least_distance(np.asarray(own, float), np.asarray(c, float), x) for c in other)


def _least_distance(own, c, x):
    normals = own - c
    length = np.linalg.norm(normals, axis=1)
    offsets = np.einsum("ij,ij->i", normals, (own + c) / 2 - x) / length
    stacked = np.vstack([-normals.T / length, -offsets])
    target = np.zeros(len(stacked))
    target[-1] = 1.0
    residual = stacked @ nnls(stacked, target, maxiter=10_000)[0] - target
    return float(np.linalg.norm(residual[:-1] / residual[-1]))


def by_fractions(positive, negative, x):
    """Exact rational arithmetic: every set of at most n active half-spaces is tried."""
    positive, negative = ([[Fraction(v) for v in map(float, p)] for p in s] for s in (positive, negative))
    x = [Fraction(v) for v in map(float, x)]
    sign = 1
    if min(squared(minus(a, x)) for a in positive) > min(squared(minus(c, x)) for c in negative):
        positive, negative, sign = negative, positive, -1
    return sign * float(min(projection(positive, c, x) for c in negative)) ** 0.5


def by_ridges(positive, negative, x):
    """In the plane: the frontier is made of pieces of bisectors, cut to intervals by all other points."""
    sign = split(positive, negative, x)[2]
    pairs = [(np.asarray(a, float), np.asarray(c, float)) for a in positive for c in negative]
    everyone = np.concatenate([positive, negative]).astype(float)
    return sign * min(_to_ridge(a, c, everyone, x) for a, c in pairs)


def _to_ridge(a, c, everyone, x):
    everyone = everyone[(everyone != a).any(axis=1) & (everyone != c).any(axis=1)]
    middle, along = (a + c) / 2, np.array([c[1] - a[1], a[0] - c[0]])
    # |middle + t along - p|^2 >= |middle + t along - a|^2 is slope * t <= room.
    slope = 2 * (everyone - a) @ along
    room = np.sum(everyone**2, axis=1) - a @ a - 2 * (everyone - a) @ middle
    low = np.max((room[slope < 0] / slope[slope < 0]), initial=-np.inf)
    high = np.min((room[slope > 0] / slope[slope > 0]), initial=np.inf)
    if low > high:
        return np.inf
    t = np.clip((x - middle) @ along / (along @ along), low, high)
    return float(np.linalg.norm(middle + t * along - x))


def by_midpoints(positive, negative, x):
    """On the line: the frontier is the midpoints of neighbours of opposite classes; exact."""
    points = sorted([(Fraction(float(a)), 1) for a in positive] + [(Fraction(float(c)), -1) for c in negative])
    x = Fraction(float(x))
    frontier = [(p + q) / 2 for (p, s), (q, t) in pairwise(points) if s != t]
    nearest = {s: min(abs(x - p) for p, t in points if t == s) for s in (1, -1)}
    return float(min(abs(x - z) for z in frontier)) * (1 if nearest[1] <= nearest[-1] else -1)


# Problems


@st.composite
def problems(draw, dimensions=(1, 2, 3, 5), most=6):
    """Two disjoint classes and some queries; whole numbers give ties and points in line, floats do not."""
    n = draw(st.sampled_from(dimensions))
    whole = st.integers(-4, 4).map(float)
    number = draw(st.sampled_from([whole, st.floats(-4, 4, width=32).map(lambda v: round(v, 5) + 0.0)]))
    point = st.tuples(*[number] * n)
    points = draw(st.lists(point, min_size=2, max_size=2 * most, unique=True))
    cut = draw(st.integers(max(1, len(points) - most), min(most, len(points) - 1)))
    queries = draw(st.lists(st.tuples(*[st.one_of(number, whole.map(lambda v: v / 2))] * n), min_size=1, max_size=4))
    scale = draw(st.sampled_from([1.0, 1e-8, 1e8]))
    return tuple(np.array(part) * scale for part in (points[:cut], points[cut:], queries))


def size_of(positive, negative, x):
    return max(np.abs(points).max() for points in (positive, negative, x)) or 1.0


def random_classes(rng, p, q, n):
    return rng.normal(size=(p, n)), rng.normal(size=(q, n)) + 0.5


@quick
@given(problems(dimensions=(1, 2, 3), most=5))
def test_agrees_with_rational_arithmetic(problem):
    positive, negative, x = problem
    exact = [by_fractions(positive, negative, query) for query in x]
    tolerance = 1e-13 * size_of(*problem)
    np.testing.assert_allclose(highest_mountain(positive, negative)(x), exact, rtol=1e-9, atol=tolerance)


@quick
@given(problems())
def test_agrees_with_full_projections(problem):
    positive, negative, x = problem
    scale = size_of(*problem)
    slow = [scale * by_nnls(positive / scale, negative / scale, query / scale) for query in x]
    values = highest_mountain(positive, negative)(x)
    np.testing.assert_allclose(np.abs(values), np.abs(slow), rtol=1e-9, atol=1e-11 * scale)


@quick
@given(problems(dimensions=(1,)))
def test_agrees_with_midpoints_on_the_line(problem):
    positive, negative, x = problem
    exact = [by_midpoints(positive[:, 0], negative[:, 0], query) for query in x[:, 0]]
    np.testing.assert_allclose(
        highest_mountain(positive, negative)(x), exact, rtol=1e-9, atol=1e-15 * size_of(*problem)
    )


@pytest.mark.parametrize("seed", range(5))
def test_agrees_with_bisector_pieces_in_the_plane(seed):
    rng = np.random.default_rng(seed)
    positive, negative = random_classes(rng, 15, 12, 2)
    x = rng.normal(size=(20, 2)) * 3
    slow = [by_ridges(positive, negative, query) for query in x]
    np.testing.assert_allclose(highest_mountain(positive, negative)(x), slow, rtol=1e-9)


@pytest.mark.parametrize("n", [2, 4, 10, 40])
def test_three_algorithms_agree_on_larger_sets(n):
    rng = np.random.default_rng(n)
    positive, negative = random_classes(rng, 60, 50, n)
    x = rng.normal(size=(12, n))
    values = highest_mountain(positive, negative)(x)
    np.testing.assert_allclose(values, [by_nnls(positive, negative, query) for query in x], rtol=1e-9)
    for query, value in zip(x, values, strict=True):
        reached = _crossing(positive, negative, query, rng)
        assert abs(value) <= reached * (1 + 1e-12)


def _crossing(positive, negative, x, rng):
    """Where the label changes on the way to the points of the other class: never nearer than the frontier."""
    own, other, _ = split(positive, negative, x)
    shares = np.linspace(0, 1, 400)[:, None]
    best = np.inf
    for c in other[rng.permutation(len(other))[:20]]:
        way = x + shares * (c - x)
        left = _gaps(own, way) >= _gaps(other, way)
        best = min(best, float(np.linalg.norm(way[left.argmax()] - x)))
    return best


def _gaps(points, x):
    return np.min(np.linalg.norm(x[:, None, :] - points, axis=2), axis=1)


def test_points_that_almost_coincide():
    rng = np.random.default_rng(0)
    for exponent in range(-12, -2):
        positive = rng.normal(size=(5, 2))
        negative = np.concatenate([rng.normal(size=(4, 2)), positive[:1] + 10.0**exponent * rng.normal(size=(1, 2))])
        x = np.concatenate([rng.normal(size=(3, 2)), positive[:1] + 1e-7])
        exact = [by_fractions(positive, negative, query) for query in x]
        np.testing.assert_allclose(highest_mountain(positive, negative)(x), exact, rtol=1e-9)


def test_points_of_very_different_sizes():
    rng = np.random.default_rng(1)
    for _ in range(20):
        positive, negative, x = (rng.normal(size=(k, 2)) * 10.0 ** rng.integers(-9, 1, size=(k, 1)) for k in (5, 5, 3))
        exact = [by_fractions(positive, negative, query) for query in x]
        np.testing.assert_allclose(highest_mountain(positive, negative)(x), exact, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("exponent", [-52, -45, -40, -30])
def test_queries_whose_squared_distances_round_to_a_tie(exponent):
    close = 1 + 2.0**exponent
    f, x = highest_mountain([[1.0, 1.0]], [[close, 1.0]]), np.array([[3.0, 4.0], [1.0 + 1e-4, 3.0], [-2.0, 9.0]])
    np.testing.assert_allclose(f(x), (1 + close) / 2 - x[:, 0], rtol=1e-9, atol=1e-15)
    moved = f.adversarial(x)
    assert np.array_equal(f.label(moved), -f.label(x))
    both = multiclass_highest_mountain([[[1.0, 1.0]], [[close, 1.0]]])(x)
    assert np.array_equal(both.argmax(axis=1), (1 - f.label(x)) // 2)


@pytest.mark.parametrize("scale", [1e-300, 1e-160, 1e200, 1e300])
def test_extreme_scales(scale):
    f = highest_mountain(np.array([[0.0, 0.0]]) * scale, np.array([[1.0, 0.0], [0.0, 3.0]]) * scale)
    x = np.array([[0.25, 0.125], [1.0, 0.25], [0.5, 0.0]]) * scale
    np.testing.assert_allclose(f(x) / scale, [0.25, -0.5, 0.0], rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(f.gradient(x), [[-1, 0]] * 3, atol=1e-15)
    assert np.array_equal(f.label(f.adversarial(x)), -f.label(x))


def test_queries_too_far_tosquared():
    with pytest.raises(ValueError, match="times the size of the data"):
        highest_mountain([[0.0]], [[1e-9]])([[1e200]])


@pytest.mark.parametrize("reach", [1e2, 1e4])
def test_queries_far_from_the_data(reach):
    rng = np.random.default_rng(2)
    for _ in range(10):
        positive, negative = random_classes(rng, 5, 4, 3)
        x = rng.normal(size=(3, 3)) * reach
        exact = [by_fractions(positive, negative, query) for query in x]
        np.testing.assert_allclose(highest_mountain(positive, negative)(x), exact, rtol=1e-9)


# Properties


@quick
@given(problems())
def test_sign_is_the_nearest_label_and_slope_is_at_most_one(problem):
    positive, negative, x = problem
    f, slack = highest_mountain(positive, negative), 1e-13 * size_of(*problem)
    values = f(x)
    distances = [np.sqrt(np.sum((x[:, None] - s) ** 2, axis=2)).min(axis=1) for s in (positive, negative)]
    gap = distances[1] - distances[0]
    assert np.all((np.sign(gap) == np.sign(values)) | (np.abs(gap) <= slack))
    assert np.array_equal(f.label(x)[values != 0], np.sign(values[values != 0]))
    # Half the difference of the distances is the cheap bound.
    assert np.all(np.abs(values) >= np.abs(gap) / 2 - slack)
    steps = np.linalg.norm(x[:, None] - x, axis=2)
    assert np.all(np.abs(values[:, None] - values) <= steps + slack)


@quick
@given(problems(dimensions=(2, 3)), st.integers(0, 10**6))
def test_moves_with_the_data(problem, seed):
    positive, negative, x = problem
    n, slack, rng = x.shape[1], 1e-12 * size_of(*problem), np.random.default_rng(seed)
    values = highest_mountain(positive, negative)(x)
    turn, shift = special_ortho_group.rvs(n, random_state=seed), rng.normal(size=n) * size_of(*problem)
    turned = highest_mountain(positive @ turn, negative @ turn)(x @ turn)
    np.testing.assert_allclose(np.abs(turned), np.abs(values), rtol=1e-9, atol=slack)
    shifted = highest_mountain(positive + shift, negative + shift)(x + shift)
    np.testing.assert_allclose(np.abs(shifted), np.abs(values), rtol=1e-9, atol=slack)
    assert np.array_equal(highest_mountain(8 * positive, 8 * negative)(8 * x), 8 * values)


@quick
@given(problems())
def test_swapping_the_classes_negates(problem):
    positive, negative, x = problem
    values = highest_mountain(positive, negative)(x)
    swapped = highest_mountain(negative, positive)(x)
    np.testing.assert_allclose(swapped, -values, rtol=1e-12, atol=1e-14 * size_of(*problem))


@quick
@given(problems())
def test_nearest_frontier_is_on_the_frontier_and_as_far_as_f_says(problem):
    positive, negative, x = problem
    f, slack = highest_mountain(positive, negative), 1e-12 * size_of(*problem)
    found = f.certificate(x)
    z = f.nearest_frontier(x)
    assert np.array_equal(found.value, f(x)) and np.array_equal(found.frontier_point, z)
    np.testing.assert_allclose(np.linalg.norm(z - x, axis=1), np.abs(found.value), rtol=1e-9, atol=slack)
    to_classes = [np.linalg.norm(z[:, None] - s, axis=2).min(axis=1) for s in (positive, negative)]
    np.testing.assert_allclose(to_classes[0], to_classes[1], rtol=1e-9, atol=slack)
    np.testing.assert_allclose(np.linalg.norm(z - found.rival, axis=1), to_classes[0], rtol=1e-9, atol=slack)
    assert np.all(found.violation <= slack)


@pytest.mark.parametrize("n", [3, 5, 9, 17])
def test_a_corner_of_many_half_spaces(n):
    """The negative cell of 0 is all z <= 1; so far from its corner, every half-space is active there."""
    f = highest_mountain(2 * np.eye(n), np.zeros((1, n)))
    x = np.arange(3, n + 3, dtype=float)
    assert f(x) == pytest.approx(np.linalg.norm(x - 1), rel=1e-14)


def test_adversarial_goes_hardly_beyond_by_itself():
    f = highest_mountain([[0, 0]], [[2, 0]])
    assert 1 < f.adversarial([0.0, 0.0])[0] < 1.00001


@quick
@given(problems(), st.sampled_from([1e-6, 1e-3, 0.5, 10.0]))
@example((np.array([[0.0, 0.0]]), np.array([[2.0, 0.0]]), np.array([[1.0, 0.0], [1.0, 5.0]])), 1e-6)
def test_adversarial_flips_the_label_within_its_budget(problem, overshoot):
    positive, negative, x = problem
    f = highest_mountain(positive, negative)
    values, moved = f(x), f.adversarial(x, overshoot)
    for before, after, label in zip(x, moved, f.label(x), strict=True):
        own, other = (positive, negative) if label == 1 else (negative, positive)
        after = [Fraction(v) for v in after.tolist()]
        gaps = [
            min(squared(minus([Fraction(v) for v in p.tolist()], after)) for p in points) for points in (own, other)
        ]
        assert gaps[1] < gaps[0], (before, after)
    away = np.abs(values) > 1e-12 * size_of(*problem)
    budget = (1 + overshoot) * np.abs(values) + 1e-15 * size_of(*problem)
    assert np.all((np.linalg.norm(moved - x, axis=1) <= budget)[away])


def test_adversarial_at_a_vertex_does_not_come_back():
    """Going on along the gradient would enter the other side's narrow cell: towards the rival does not."""
    positive = np.array([[0.0, 0.0], [2.2, 1.0], [2.2, -1.0]])
    negative = np.array([[1.0, 1.5], [1.0, -1.5], [1.2, 0.0]])
    f = highest_mountain(positive, negative)
    x = np.stack(np.meshgrid(np.linspace(-1, 3, 41), np.linspace(-2, 2, 41)), axis=-1)
    for overshoot in (1e-6, 1e-2, 1.0, 100.0):
        assert np.all(f.label(f.adversarial(x, overshoot)) == -f.label(x))


@pytest.mark.parametrize("n", [1, 2, 3, 8])
def test_gradient_is_the_slope(n):
    rng = np.random.default_rng(n)
    f = highest_mountain(*random_classes(rng, 12, 10, n))
    x, step = rng.normal(size=(200, n)), 1e-6
    slope = f.gradient(x)
    measured = np.stack([(f(x + h) - f(x - h)) / (2 * step) for h in step * np.eye(n)], axis=-1)
    exists = ~np.isnan(slope).any(axis=1)
    assert exists.all()
    np.testing.assert_allclose(np.linalg.norm(slope, axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(slope, measured, atol=1e-5)


def test_gradient_where_it_does_not_exist():
    f = highest_mountain([[0.0, 0.0]], [[2.0, 0.0], [-2.0, 0.0], [0.0, 8.0]])
    smooth = f.gradient([[0.5, 0.5], [1.0, 0.0], [0.0, 4.0], [0.0, 7.0]])
    np.testing.assert_allclose(smooth, [[-1, 0], [-1, 0], [0, -1], [0, -1]], atol=1e-15)
    # Between two walls, in a corner between two walls, and where two walls meet.
    assert np.isnan(f.gradient([[0.0, 0.5], [0.5, 3.5], [1.0, 4.0]])).all()


def test_gradient_on_the_frontier_needs_one_nearest_pair():
    f = highest_mountain([[0, 0], [0, 4]], [[2, 0]])
    np.testing.assert_array_equal(f([[1, 0], [1, 2]]), [0, 0])
    np.testing.assert_array_equal(f.gradient([[1, 0], [1, 2]]), [[-1, 0], [np.nan, np.nan]])


@quick
@given(problems(dimensions=(2, 3)), st.integers(0, 100))
def test_gradient_predicts_a_short_step_back(problem, seed):
    """On the way to the nearest frontier point |f| loses exactly the length walked."""
    positive, negative, x = problem
    f, slack = highest_mountain(positive, negative), 1e-12 * size_of(*problem)
    slope, values = f.gradient(x), f(x)
    exists = ~np.isnan(slope).any(axis=1)
    assume(exists.any())
    share = np.random.default_rng(seed).uniform(0, 1, size=len(x))
    moved = x - (share * values)[:, None] * np.where(exists[:, None], slope, 0)
    np.testing.assert_allclose(f(moved)[exists], ((1 - share) * values)[exists], rtol=1e-9, atol=slack)


# Shapes, batches, structures


def test_shapes():
    f = highest_mountain([[0, 0]], [[2, 0]])
    for batch in [(), (0,), (3,), (2, 3), (2, 0, 3)]:
        x = np.zeros((*batch, 2))
        assert f(x).shape == f.label(x).shape == f.certificate(x).unique.shape == batch
        assert f.gradient(x).shape == f.nearest_frontier(x).shape == f.adversarial(x).shape == x.shape
    line = highest_mountain([[0]], [[4]])
    np.testing.assert_array_equal(line([[[1]], [[3]]]), [[1], [-1]])


def test_repetitions_and_whole_numbers_change_nothing():
    positive, negative = np.array([[0, 0], [1, 3], [0, 0]]), np.array([[2, 0], [2, 0], [5, 1]])
    f, g = (
        highest_mountain(positive, negative),
        highest_mountain([[0.0, 0.0], [1.0, 3.0]], [[2.0, 0.0], [5.0, 1.0]]),
    )
    x = np.random.default_rng(0).normal(size=(50, 2)) * 3
    assert np.array_equal(f(x), g(x)) and len(f.positive) == len(f.negative) == 2
    assert f.certificate([1, 0]).unique and np.array_equal(f.gradient([1, 0]), [-1, 0])


def test_large_offsets_lose_nothing():
    rng = np.random.default_rng(4)
    positive, negative, x = (rng.integers(-50, 50, size=(k, 3)).astype(float) for k in (20, 21, 30))
    shift = np.array([2.0**40, -(2.0**41), 0.0])
    plain = highest_mountain(positive, negative)(x)
    np.testing.assert_allclose(highest_mountain(positive + shift, negative + shift)(x + shift), plain, rtol=1e-12)


def test_batches_and_structures_agree(monkeypatch):
    rng = np.random.default_rng(5)
    positive, negative = rng.normal(size=(700, 2)), rng.normal(size=(500, 2)) + 1
    x = np.concatenate([rng.normal(size=(300, 2)), rng.normal(size=(20, 2)) * 1e3])
    values = highest_mountain(positive, negative)(x)
    monkeypatch.setattr(_nearest, "TREE_SIZE", 10**9)
    np.testing.assert_allclose(highest_mountain(positive, negative)(x), values, rtol=1e-10)
    monkeypatch.setattr(_classes, "BATCH_FLOATS", 1)
    np.testing.assert_allclose(highest_mountain(positive, negative)(x[:40]), values[:40], rtol=1e-10)
    monkeypatch.setattr(_nearest, "TREE_SIZE", 600)
    mixed = highest_mountain(positive, negative)
    np.testing.assert_allclose(mixed(x[:40]), values[:40], rtol=1e-10)
    assert np.all(mixed.label(mixed.adversarial(x[:40])) == -mixed.label(x[:40]))


def test_an_uncertified_projection_is_an_error(monkeypatch):
    monkeypatch.setattr(_projection, "MAX_STEPS", 1)
    assert highest_mountain([[0.0, 0.0], [3.0, 1.0]], [[2.0, 0.0]])([0.25, 0.0]) == 0.75  # exact arithmetic helps out
    monkeypatch.setattr(_projection, "EXACT_DIMENSION", 1)
    with pytest.raises(ArithmeticError, match="no certified projection"):
        highest_mountain([[0.0, 0.0], [3.0, 1.0]], [[2.0, 0.0]])([[0.1, 0.2]])


TOUCHED = [
    ([[3, 5], [1, 1], [0, 4], [2, 4]], [[2, 2]], [4, 8]),
    ([[0, 4], [1, 3], [5, 5], [5, 1], [1, 1]], [[0, 1]], [4, 2]),
    ([[0, 4], [3, 3], [0, 5], [1, 4], [4, 3], [3, 0]], [[0, 0], [2, 4]], [7, 1]),
    ([[3, 3], [3, 1], [1, 0], [5, 2], [1, 2], [0, 5]], [[2, 1], [4, 0], [0, 3]], [3, 2]),
    ([[3, 0, 1], [3, 2, 0], [3, 2, 3]], [[0, 1, 0], [0, 3, 2]], [3, -1, 4]),
    ([[2, 0, 0], [3, 2, 0], [2, 3, 1], [0, 1, 0], [3, 0, 3], [0, 3, 0]], [[0, 3, 3]], [0, 2, 0]),
]
"""Feet at which more half-spaces end than are needed to hold them: their multipliers are zero but for rounding."""


def test_sign_slack_lets_zero_multipliers_be_rounded(monkeypatch):
    for positive, negative, x in TOUCHED:
        found = highest_mountain(positive, negative)([x])[0]
        assert found == pytest.approx(by_fractions(positive, negative, x), rel=1e-14)
    monkeypatch.setattr(_projection, "SIGN_SLACK", 0.0)
    monkeypatch.setattr(_projection, "EXACT_DIMENSION", 0)
    # which of them, the processor says: what rounds to below zero on one need not on another
    assert any(_refused(*problem) for problem in TOUCHED)


def _refused(positive, negative, x):
    try:
        highest_mountain(positive, negative)([x])
    except ArithmeticError as error:
        return "negative multiplier" in str(error)
    return False


@pytest.mark.parametrize(("share", "accepted"), [(Fraction(1, 2), True), (Fraction(99, 100), True), (2, False)])
def test_sign_slack_bounds_how_much_too_long_a_way_is(share, accepted):
    """The way u = -(1, -d) with multipliers 1 and -d: the wall of the second does not hold, as the foot is (-1, 0)."""
    below = float(share * Fraction(_projection.SIGN_SLACK))
    sets = ActiveSets.empty(1, 2)
    sets.normals[0], sets.multipliers[0], sets.used[0] = np.eye(2), [1, -below], True
    sets.inverse[0] = np.eye(2)
    sets.u[0] = -sets.normals[0].T @ sets.multipliers[0]
    result = _projection.Projections(np.zeros((1, 2)), np.zeros(1, bool), np.full(1, np.inf), np.zeros((1, 2)))
    if accepted:
        _projection._record(np.array([0]), sets, np.zeros(1), result)
        assert result.done[0] and (result.u[0] == [-1, below]).all()
    else:
        with pytest.raises(ArithmeticError, match="negative multiplier"):
            _projection._record(np.array([0]), sets, np.zeros(1), result)
    way, foot, total = Fraction(below), Fraction(1), 1 + Fraction(below)  # |u - foot|, |foot|, the sum of the sizes
    bound = foot**2 - (1 + way**2) + 2 * Fraction(_projection.SIGN_SLACK) * total * way
    assert (way**2 <= bound) == accepted  # the inequality beside SIGN_SLACK, exactly


# Several classes


@quick
@given(problems(dimensions=(1, 2, 3)), st.integers(0, 10**6))
def test_each_class_against_the_rest(problem, seed):
    positive, negative, x = problem
    points = np.concatenate([positive, negative])
    assume(len(points) >= 3)
    owner = np.random.default_rng(seed).permutation(np.arange(len(points)) % 3)
    classes = [points[owner == k] for k in range(3)]
    values, slack = multiclass_highest_mountain(classes)(x), 1e-12 * size_of(*problem)
    for k in range(3):
        rest = np.concatenate(classes[:k] + classes[k + 1 :])
        alone = np.array([by_fractions(classes[k], rest, query) for query in x[:2]])
        np.testing.assert_allclose(values[:2, k], np.maximum(alone, 0), rtol=1e-9, atol=slack)
    assert np.all(np.sum(values > 0, axis=1) <= 1)


def test_two_classes_are_the_two_signs():
    rng = np.random.default_rng(6)
    positive, negative = random_classes(rng, 20, 30, 4)
    x = rng.normal(size=(5, 8, 4))
    values = highest_mountain(positive, negative)(x)
    both = multiclass_highest_mountain([positive, negative])(x)
    assert both.shape == (5, 8, 2)
    assert np.array_equal(both[..., 0], np.maximum(values, 0)) and np.array_equal(both[..., 1], np.maximum(-values, 0))


def test_several_classes_are_zero_on_ties_and_lipschitz():
    rng = np.random.default_rng(7)
    f = multiclass_highest_mountain([rng.normal(size=(5, 3)) for _ in range(4)])
    x = rng.normal(size=(60, 3))
    jumps = np.abs(f(x)[:, None] - f(x)).sum(axis=2)
    assert np.all(jumps <= np.linalg.norm(x[:, None] - x, axis=2) + 1e-12)
    corner = multiclass_highest_mountain([[[0, 0]], [[2, 0]], [[1, 5]]])
    np.testing.assert_array_equal(corner([[1, 0], [1, -3]]), np.zeros((2, 3)))
    assert corner(np.empty((0, 2))).shape == (0, 3)


# Bad input


@pytest.mark.parametrize(
    ("positive", "negative", "message"),
    [
        ([], [[1.0]], "positive is empty"),
        ([[1.0]], np.empty((0, 1)), "negative is empty"),
        ([[0.0], [1.0]], [[1.0], [2.0]], r"the point \(1.0,\) is in both positive and negative"),
        ([[0.0, 1.0]], [[-0.0, 1.0]], r"the point \(.*0.0, 1.0\) is in both"),
        ([[np.nan]], [[1.0]], r"positive has nan at index \(0, 0\)"),
        ([[0.0]], [[1.0], [np.inf]], r"negative has inf at index \(1, 0\)"),
        ([[0.0, 0.0]], [[1.0]], "negative has points of dimension 1 and positive of dimension 2"),
        ([0.0, 1.0], [[1.0]], r"positive has shape \(2,\)"),
        ([[0.0], [1.0, 2.0]], [[1.0]], "positive is not an array of real numbers"),
        ([["a"]], [[1.0]], "positive is not an array of real numbers"),
        ([[1j]], [[1.0]], "positive is not an array of real numbers"),
    ],
)
def test_bad_classes(positive, negative, message):
    with pytest.raises(ValueError, match=message):
        highest_mountain(positive, negative)


@pytest.mark.parametrize("method", ["__call__", "label", "certificate", "gradient", "nearest_frontier", "adversarial"])
@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([1.0, 2.0, 3.0], r"x has shape \(3,\): its last axis must have length 2"),
        (1.0, r"x has shape \(\)"),
        ([1.0, np.inf], "x has inf"),
    ],
)
def test_bad_queries(method, x, message):
    with pytest.raises(ValueError, match=message):
        getattr(highest_mountain([[0.0, 0.0]], [[1.0, 0.0]]), method)(x)


@pytest.mark.parametrize("overshoot", [0.0, -1.0, np.nan, np.inf, [1.0], "much"])
def test_bad_overshoot(overshoot):
    with pytest.raises(ValueError, match="overshoot"):
        highest_mountain([[0.0]], [[1.0]]).adversarial([0.2], overshoot)


@pytest.mark.parametrize(
    ("classes", "message"),
    [
        ([[[0.0]]], "classes has 1 entries"),
        ([[[0.0]], []], r"classes\[1\] is empty"),
        ([[[0.0]], [[1.0]], [[0.0]]], r"in both classes\[0\] and classes\[2\]"),
        ([[[0.0]], [[1.0, 2.0]]], r"classes\[1\] has points of dimension 2"),
    ],
)
def test_bad_multiclass(classes, message):
    with pytest.raises(ValueError, match=message):
        multiclass_highest_mountain(classes)


# The package


def test_import_is_light():
    code = "import sys, theory; print(sorted({'torch', 'sympy', 'matplotlib', 'pytest'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_public_surface():
    assert all(hasattr(theory, name) for name in theory.__all__)
    assert repr(highest_mountain([[0, 0]], [[1, 0]])) == "HighestMountain(1 positive, 1 negative, dimension 2)"
    assert repr(multiclass_highest_mountain([[[0]], [[1]]])) == "MulticlassHighestMountain(2 classes, dimension 1)"
