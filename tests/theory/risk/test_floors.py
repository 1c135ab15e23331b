"""What a low BCE costs: against exact minimisers, closed forms, every pair, and a general convex solver."""

from __future__ import annotations

from math import expm1, inf, log

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from theory.losses import BCE
from theory.risk._floors import gradient_floor, gradient_floors, saturation_bound
from theory.risk._line.solve import least_risk_line

quick = settings(derandomize=True, deadline=None, max_examples=25)
CALLS = [
    lambda *args, **kwargs: saturation_bound(0.1, *args, **kwargs),
    lambda points, labels, *args, **kwargs: gradient_floor(points, labels, 1.0, *args, **kwargs),
]


def sample(seed, count=20, dimension=1, spread=3):
    rng = np.random.default_rng(seed)
    labels = rng.permutation([1, -1, *rng.choice([-1, 1], count - 2)])
    return rng.normal(size=(count, dimension)), labels, 10 ** rng.uniform(-spread, 0, count)


def line(points, labels, weights, lipschitz, temperature=1, tolerance=1e-13):
    order = np.argsort(points[:, 0])
    found = least_risk_line(
        points[order, 0], labels[order], np.asarray(weights)[order], lipschitz, BCE(temperature), tolerance
    )
    values = np.empty(len(order))
    values[order] = found.values
    return found, values


# The Lipschitz constant


def least_fall(u, w, risk):
    """The least a + b under u l(a) + w l(b) <= risk, along the boundary in 40 digits."""
    with mpmath.workdps(40):

        def total(a):
            left = (mpmath.mpf(risk) - u * mpmath.log1p(mpmath.exp(-a))) / w
            return a - mpmath.log(mpmath.expm1(left))

        bottom = -mpmath.log(mpmath.expm1(mpmath.mpf(risk) / u))
        low, high = bottom, bottom + 80
        for _ in range(300):
            one, two = low + (high - low) / 3, high - (high - low) / 3
            low, high = (low, two) if total(one) < total(two) else (one, high)
        return total((low + high) / 2)


@pytest.mark.parametrize(("u", "w"), [(0.5, 0.5), (0.9, 0.1), (1e-3, 1.0), (1.0, 1e-6), (3.0, 0.2)])
@pytest.mark.parametrize("share", [1e-12, 1e-3, 0.3, 0.9])
def test_the_pair_bound_is_the_least_fall(u, w, share):
    risk = share * (u * log((u + w) / u) + w * log((u + w) / w))  # share 1 is where the bound says nothing
    bound = saturation_bound(risk, [[0.0, 0.0], [3.0, 4.0]], [1, -1], [u, w])
    exact = least_fall(u, w, risk) / 5
    assert bound <= exact
    assert bound == pytest.approx(float(exact), rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("p", [2, 3, 50])
@pytest.mark.parametrize("temperature", [1, 0.25])
def test_equal_weights_in_closed_form(p, temperature):
    points = np.arange(p, dtype=float)[:, None] ** 2
    labels = np.where(np.arange(p) < p - 1, 1, -1)
    distance = (p - 1) ** 2 - (p - 2) ** 2
    expected = -2 * log(expm1(p * 0.01 / 2)) / distance / temperature
    bound = saturation_bound(0.01, points, labels, temperature=temperature)
    assert bound <= expected
    assert bound == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("seed", range(12))
def test_all_pairs_are_searched(seed):
    points, labels, weights = sample(seed, 40, 1 + seed % 3)
    risk = 0.3 * weights.min()
    pairs = [(i, j) for i in np.flatnonzero(labels > 0) for j in np.flatnonzero(labels < 0)]
    best = max(saturation_bound(risk, points[[i, j]], [1, -1], weights[[i, j]]) for i, j in pairs)
    assert saturation_bound(risk, points, labels, weights) == pytest.approx(best, rel=1e-12)


@quick
@given(st.integers(0, 10**6), st.floats(0.01, 50), st.sampled_from([1, 3]))
def test_the_bound_is_below_what_the_least_risk_needs(seed, lipschitz, temperature):
    points, labels, weights = sample(seed, 12)
    found, _ = line(points, labels, weights, lipschitz, temperature)
    assert saturation_bound(found.risk, points, labels, weights, temperature) <= lipschitz


@pytest.mark.parametrize("weights", [[1.0, 1.0], [5.0, 0.25]])
def test_two_points_attain_the_bound(weights):
    points, labels = np.array([[0.0], [1.0]]), np.array([1, -1])
    for lipschitz in (0.5, 3.0, 40.0):
        found, _ = line(points, labels, weights, lipschitz)
        assert saturation_bound(found.risk, points, labels, weights) == pytest.approx(lipschitz, rel=1e-9)


def test_void_and_impossible():
    assert saturation_bound(0.7, [[0.0], [1.0]], [1, -1]) == 0  # ln 2 = 0.693...
    assert saturation_bound(0.69, [[0.0], [1.0]], [1, -1]) > 0
    assert saturation_bound(0.69, [[0.0], [0.0]], [1, -1]) == inf
    assert saturation_bound(0.7, [[0.0], [0.0]], [1, -1]) == 0
    assert saturation_bound(0, [[0.0], [1.0]], [1, -1]) == inf
    assert saturation_bound(1e9, [[0.0], [1.0]], [1, -1], [1e-9, 1e9]) == 0
    assert saturation_bound(1e-300, [[0.0], [1.0]], [1, -1]) == pytest.approx(600 * log(10), rel=1e-2)


# The gradients


@quick
@given(st.integers(0, 10**6), st.sampled_from([0.01, 0.3, 1.0, 5.0, 30.0]), st.sampled_from([1, 2]))
def test_floors_hold_for_exact_minimisers(seed, lipschitz, temperature):
    points, labels, weights = sample(seed, 12)
    _, values = line(points, labels, weights, lipschitz, temperature)
    gradients = -BCE(temperature).derivative(labels * values)
    floors = gradient_floors(points, labels, lipschitz, weights, temperature)
    assert (floors > 0).all()
    assert (floors <= gradients * (1 + 1e-5)).all()
    assert gradient_floor(points, labels, lipschitz, weights, temperature) == floors.min()


@pytest.mark.parametrize("seed", range(4))
def test_floors_hold_in_the_plane(seed):
    points, labels, weights = sample(seed, 8, 2, 1)
    distance = np.sqrt(((points[:, None] - points) ** 2).sum(-1))
    pairs = np.argwhere(np.triu(np.ones((8, 8)), 1))
    found = minimize(
        lambda v: np.dot(weights, BCE().value(labels * v)),
        np.zeros(8),
        jac=lambda v: weights * labels * BCE().derivative(labels * v),
        method="SLSQP",
        options={"ftol": 1e-14, "maxiter": 500},
        constraints=[
            {"type": "ineq", "fun": lambda v, s=s: distance[tuple(pairs.T)] - s * (v[pairs[:, 0]] - v[pairs[:, 1]])}
            for s in (1, -1)
        ],
    )
    gradients = -BCE().derivative(labels * found.x)
    assert (gradient_floors(points, labels, 1.0, weights) <= gradients * (1 + 1e-4)).all()


def test_one_pair_attains_the_floor():
    """The values are log(W+ / W-) + L d / 2 apart from one another: here both margins are L d / 2."""
    for lipschitz in (0.1, 2.0, 100.0):
        floors = gradient_floors([[0.0], [1.0]], [1, -1], lipschitz)
        exact = 1 / (1 + np.exp(lipschitz / 2))
        assert (floors <= exact).all()
        assert floors == pytest.approx([exact] * 2, rel=1e-10)


@pytest.mark.parametrize("seed", range(6))
def test_floors_are_sharper_than_the_diameter(seed):
    points, labels, weights = sample(seed, 30, 2)
    ratio = weights[labels > 0].sum() / weights[labels < 0].sum()
    diameter = np.sqrt(((points[:, None] - points) ** 2).sum(-1)).max()
    floors = gradient_floors(points, labels, 0.7, weights, 2)
    plain = 2 / (1 + np.where(labels > 0, ratio, 1 / ratio) * np.exp(2 * 0.7 * diameter))
    assert (floors >= plain * (1 - 1e-10)).all()
    assert (floors > 1.01 * plain).any()


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("lipschitz", [0.5, 20.0])
def test_floors_are_rounded_down(seed, lipschitz):
    """The root with 40 digits."""
    points, labels, weights = sample(seed, 9)
    floors = gradient_floors(points, labels, lipschitz, weights)
    with mpmath.workdps(40):
        for i, floor in enumerate(floors):
            margin = mpmath.log(1 / mpmath.mpf(floor) - 1)
            sides = {1: mpmath.mpf(0), -1: mpmath.mpf(0)}
            for k in range(9):
                gap = margin - mpmath.mpf(lipschitz) * abs(mpmath.mpf(points[i, 0]) - mpmath.mpf(points[k, 0]))
                same = 1 if labels[k] == labels[i] else -1
                sides[same] += mpmath.mpf(weights[k]) / (1 + mpmath.exp(same * gap))
            assert sides[1] <= sides[-1]
            assert sides[1] >= sides[-1] * (1 - mpmath.mpf(10) ** -9)


def test_the_order_of_the_points_does_not_matter():
    points, labels, weights = sample(3, 50, 3)
    order = np.random.default_rng(0).permutation(50)
    floors = gradient_floors(points, labels, 1.0, weights)
    assert gradient_floors(points[order], labels[order], 1.0, weights[order]) == pytest.approx(floors[order], rel=1e-9)


def test_huge_and_tiny_constants():
    points, labels, weights = sample(5, 10)
    assert gradient_floor(points, labels, 1e-12, weights) > 0.1 * weights.min()
    assert gradient_floor(points, labels, 1e6, weights) >= 0


# Bad input


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([[0.0], [1.0]], [1, 1]), r"labels are all \+1: give both classes"),
        (([[0.0], [1.0]], [-1, -1]), "labels are all -1"),
        (([[0.0], [1.0]], [1, 2]), "labels has 2.0 at index 1: every label must be"),
        (([[0.0], [1.0]], [1]), r"labels has shape \(1,\)"),
        (([0.0, 1.0], [1, -1]), r"points has shape \(2,\): pass one point a row"),
        (([[0.0], [np.nan]], [1, -1]), "points has nan"),
        (([[0.0], [1.0]], [1, -1], [1.0, 0.0]), r"labels are all \+1 where weights are not 0: give both classes"),
        (([[0.0], [1.0]], [1, -1], [1.0, -1.0]), "weights has -1.0 at index 1: weights must be at least 0"),
        (([[0.0], [1.0]], [1, -1], [1.0]), r"weights has shape \(1,\)"),
        ((np.zeros((0, 2)), []), "points is empty"),
    ],
)
def test_refusals(call, given, message):
    with pytest.raises(ValueError, match=message):
        call(*given)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("temperature", [0, -1, inf, [1, 2]])
def test_refused_temperatures(call, temperature):
    with pytest.raises(ValueError, match="temperature"):
        call([[0.0], [1.0]], [1, -1], temperature=temperature)


def test_refused_numbers():
    for risk in (-0.1, np.nan, [0.1]):
        with pytest.raises(ValueError, match="risk"):
            saturation_bound(risk, [[0.0], [1.0]], [1, -1])
    for lipschitz in (0, -1, np.nan):
        with pytest.raises(ValueError, match="lipschitz"):
            gradient_floor([[0.0], [1.0]], [1, -1], lipschitz)
