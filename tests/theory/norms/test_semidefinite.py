"""The semidefinite bound against Clarabel's optimum, against exact constants, and at extremes."""

import itertools
from fractions import Fraction
from math import inf, prod

import cvxpy
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from theory.norms import activation_slopes, semidefinite_bound
from theory.pieces import lipschitz_constant

SHAPES = [(1, 2, 1), (2, 4, 1), (3, 6, 4, 2), (2, 4, 4, 4, 1)]


def layers(shape, seed, integers=False):
    rng = np.random.default_rng(seed)
    drawn = [rng.normal(size=(after, before)) for before, after in itertools.pairwise(shape)]
    return [np.round(2 * layer) for layer in drawn] if integers else drawn


def clarabel(weights, low, high):
    """The programme as Fazlyab et al. write it."""
    n, gates = weights[0].shape[1], sum(map(len, weights[:-1]))
    unit, start = np.eye(n + gates), n
    before, seen = unit[:n], []
    for weight in weights[:-1]:
        seen.append(weight @ before)
        before, start = unit[start : start + len(weight)], start + len(weight)
    c, out, e = np.concatenate(seen), weights[-1] @ before, unit[n:]
    r, t = cvxpy.Variable(nonneg=True), cvxpy.Variable(gates, nonneg=True)
    mixed = (low + high) / 2 * (e.T @ cvxpy.diag(t) @ c)
    inputs = np.diag([1.0] * n + [0.0] * gates)
    form = r * inputs - out.T @ out + e.T @ cvxpy.diag(t) @ e + low * high * c.T @ cvxpy.diag(t) @ c - mixed - mixed.T
    cvxpy.Problem(cvxpy.Minimize(r), [form >> 0]).solve(solver=cvxpy.CLARABEL)
    return float(np.sqrt(r.value))


@pytest.mark.parametrize("slopes", [(0.0, 1.0), (-1.0, 1.0), (0.1, 1.0), activation_slopes("gelu")])
@pytest.mark.parametrize("shape", SHAPES)
def test_it_is_the_programme_s_optimum(shape, slopes):
    weights = layers(shape, 3)
    found, best = semidefinite_bound(weights, slopes=slopes), clarabel(weights, *slopes)
    assert best * (1 - 1e-5) <= found.upper <= best * (1 + 1e-4) or found.upper == pytest.approx(
        found.product, rel=1e-9
    )


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(SHAPES), st.integers(0, 2**32), st.sampled_from(["relu", "groupsort2"]), st.booleans())
@example((1, 2, 1), 479001600, "relu", True)  # a network that is constant
def test_it_is_above_the_exact_constant_and_below_the_product(shape, seed, activation, integers):
    weights = layers(shape, seed, integers)
    biases = [np.random.default_rng(seed).normal(size=len(weight)) for weight in weights]
    found = semidefinite_bound(weights, activation=activation)
    exact = lipschitz_constant(weights, biases, "all", activation=activation, certify=True)
    assert exact.lower <= found.upper <= found.product
    assert found.product >= prod(np.linalg.norm(weight, 2) for weight in weights) * (1 - 1e-12)


@pytest.mark.parametrize("activation", ["relu", "groupsort2", "abs"])
def test_a_constant_network(activation):
    """The first layer feeds one neuron, or pair, and the last reads others: the least r is 0, and the search ends."""
    first, last = np.zeros((4, 3)), np.zeros((1, 4))
    first[0], last[0, 3] = [1.0, -2.0, 0.5], 8.0
    found = semidefinite_bound([first, last], activation=activation)
    assert 0 <= found.upper <= found.product and np.isfinite(found.multipliers).all()


def test_absolute_values_as_gates_and_as_relus():
    """|x| + |y| has the constant sqrt 2."""
    twice = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    for found in (
        semidefinite_bound([twice, np.ones((1, 4))], activation="relu"),
        semidefinite_bound([np.eye(2), np.ones((1, 2))], activation="abs"),
        semidefinite_bound([twice, [[0.0, 1.0, 0.0, 1.0]]]),
    ):
        assert 2**0.5 <= found.upper < 2**0.5 * (1 + 1e-4)


def test_orthogonal_layers_have_their_product():
    rng = np.random.default_rng(0)
    weights = [np.linalg.qr(rng.normal(size=(6, 6)))[0] for _ in range(3)]
    found = semidefinite_bound([*weights, [[1.0, 0, 0, 0, 0, 0]]])
    assert 1 - 1e-9 < found.upper <= found.product < 1 + 1e-9


@pytest.mark.parametrize("scale", [2.0**-1000, 2.0**-300, 2.0**300])
def test_layers_may_have_any_scale(scale):
    weights = layers((2, 4, 4, 1), 5)
    one, other = semidefinite_bound(weights), semidefinite_bound([weights[0] * scale, weights[1] / scale, weights[2]])
    assert other.upper == pytest.approx(one.upper, rel=1e-9)


def test_zero_and_linear_networks():
    assert semidefinite_bound([np.zeros((2, 2)), np.ones((1, 2))]).upper == 0
    assert semidefinite_bound([[[3.0, 4.0]]]).upper == pytest.approx(5)
    assert semidefinite_bound([np.eye(2), [[3.0, 4.0]]], slopes=(1, 1)).upper == pytest.approx(5)
    assert semidefinite_bound([np.eye(2), [[3.0, 4.0]]], slopes=(0, 0)).upper == 0


def test_slopes_that_are_one_or_almost():
    """Then the network is almost a matrix: the product of the layers."""
    weights = layers((3, 6, 6, 2), 4)
    true = np.linalg.norm(weights[2] @ weights[1] @ weights[0], 2)
    for slope in (1.0, -1.0, 0.5):
        assert semidefinite_bound(weights, slopes=(slope, slope)).upper == pytest.approx(slope**2 * true, rel=1e-9)
    for slopes in ((0.99999, 1.0), (1.0, 1.0 + 1e-9), (-1.0, -1.0 + 1e-9)):
        found = semidefinite_bound(weights, slopes=slopes)
        assert true * (1 - 1e-4) <= found.upper <= found.product


@pytest.mark.parametrize("slope", [1e-300, 2.0**-1070, 5e-324])
def test_a_slope_near_the_least_float(slope):
    """One path: the constant is 0.75^3 slope^2 of a product of two slopes, 0.75^2 slope of one; outward in any case."""
    for depth in (1, 2):
        found = semidefinite_bound([[[0.75]]] * (depth + 1), slopes=(slope, slope))
        assert Fraction(found.upper) >= Fraction(0.75) ** (depth + 1) * Fraction(slope) ** depth


def test_a_search_that_is_stopped_has_a_bound():
    weights = layers((8, 60, 60, 1), 2)
    short, whole = semidefinite_bound(weights, time_limit=1e-9), semidefinite_bound(weights)
    assert whole.upper <= short.upper <= short.product


@pytest.mark.parametrize(
    ("given_", "message"),
    [
        ({"weights": []}, "weights is empty"),
        ({"weights": [[[1.0, 2.0]], [[1.0, 1.0]]], "activation": "relu"}, r"weights\[1\] has shape"),
        ({"weights": [[[1.0], [1.0], [1.0]], [[1.0, 1.0, 1.0]]]}, "odd number of rows"),
        ({"weights": [[[np.nan]]]}, "weights"),
        ({"activation": "tanh"}, "activation='tanh'"),
        ({"slopes": (1, 0)}, "slopes"),
        ({"slopes": (0, inf)}, "slopes"),
        ({"slopes": (0, 1e300)}, "slopes"),
        ({"slopes": (0,)}, "slopes"),
        ({"tolerance": 0}, "tolerance"),
        ({"time_limit": -1}, "time_limit"),
        ({"weights": [np.ones((1600, 1)), np.ones((1, 1600))], "activation": "relu"}, "1500 at most"),
    ],
)
def test_refused(given_, message):
    with pytest.raises(ValueError, match=message):
        semidefinite_bound(**{"weights": [np.eye(2), np.ones((1, 2))], **given_})
