"""Least risks of several classes: closed forms, two classes, invariances, another solver, and what is refused."""

from __future__ import annotations

from itertools import pairwise

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.losses import BCE, HKR, Hinge, SquaredHinge
from theory.risk import minimize_multiclass_risk, minimize_risk
from theory.risk._multiclass import newton


def clouds(seed: int, count: int, classes: int, n: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Classes around the corners of a polygon, which overlap."""
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    corners = np.stack([np.cos(2 * np.pi * labels / classes), np.sin(2 * np.pi * labels / classes)], axis=1)
    return np.concatenate([corners, np.zeros((count, n - 2))], axis=1) + rng.normal(size=(count, n)), labels


def agree(one: object, other: object) -> None:
    """Two enclosures of one number, both finished."""
    assert one.finished and other.lower_bound <= one.risk and one.lower_bound <= other.risk


@pytest.mark.parametrize("loss", ["bce", "hinge", BCE(0.3), Hinge(2.5)])
@pytest.mark.parametrize("lipschitz", [1e-3, 0.3, 2.0, 50.0])
def test_two_classes_are_the_margin(loss, lipschitz):
    """f_1 - f_2 is sqrt(2) L-Lipschitz; (g, -g) / 2 is L-Lipschitz where g is sqrt(2) L-Lipschitz."""
    points, labels = clouds(1, 24, 2)
    several = minimize_multiclass_risk(points, labels, lipschitz, loss, tolerance=1e-5)
    agree(several, minimize_risk(points, labels, lipschitz * 2**0.5, loss))
    assert several.risk - several.lower_bound <= 1e-5 * several.risk


@pytest.mark.parametrize("weights", [[1.0, 1.0], [3.0, 0.5]])
def test_two_points(weights):
    """The margins m_1 + m_2 = sqrt(2) L d, shared out so that the slopes are the same."""
    lipschitz, distance = 0.4, 5.0
    found = minimize_multiclass_risk([[0, 0], [3, 4]], [5, 9], lipschitz, weights=weights, tolerance=1e-8)
    whole = 2**0.5 * lipschitz * distance
    first = np.linspace(-10, 10, 2_000_001)
    risk = (weights[0] * np.logaddexp(0, -first) + weights[1] * np.logaddexp(0, first - whole)).min()
    assert found.finished and found.lower_bound <= risk * (1 + 1e-12) and risk <= found.risk * (1 + 1e-10)
    hinge = minimize_multiclass_risk([[0, 0], [3, 4]], [5, 9], 0.1, "hinge", weights, tolerance=1e-8)
    lack = min(weights) * (2 - 2**0.5 * 0.1 * distance)  # 2 m - sqrt(2) L d, all of it at the lighter point
    assert hinge.lower_bound <= lack * (1 + 1e-12) and lack <= hinge.risk * (1 + 1e-12)


def test_one_point_a_class():
    """A regular simplex of K points: f(x_k) = a e_k with a sqrt(2) = L d, by symmetry."""
    for classes in (2, 3, 5):
        points = np.eye(classes) * 2.0
        step = 0.7 * 2.0  # L d / sqrt(2)
        risk = np.log1p((classes - 1) * np.exp(-step))
        found = minimize_multiclass_risk(points, range(classes), 0.7, tolerance=1e-6)
        assert found.finished and found.lower_bound <= risk * (1 + 1e-12) and risk <= found.risk * (1 + 1e-12)
        hinge = minimize_multiclass_risk(points, range(classes), 0.7, Hinge(2), tolerance=1e-6)
        assert hinge.lower_bound <= (2 - step) * (1 + 1e-12) and 2 - step <= hinge.risk * (1 + 1e-12)


@pytest.mark.parametrize("lipschitz", [1e-9, 1e9])
def test_where_only_masses_matter(lipschitz):
    """Constants: the entropy of the labels, and min(1, 2 (1 - the greatest share)) m; at one place the same."""
    for counts in ([5, 3, 1], [2, 2, 2], [9, 1, 1]):
        labels = np.repeat([0, 1, 2], counts)
        shares = np.array(counts) / sum(counts)
        entropy, kept = -(shares * np.log(shares)).sum(), min(1.0, 2 * (1 - shares.max()))
        points = np.zeros((len(labels), 2)) if lipschitz > 1 else clouds(0, len(labels), 3)[0]
        for loss, least in (("bce", entropy), (Hinge(3), 3 * kept)):
            found = minimize_multiclass_risk(points, labels, lipschitz, loss)
            assert found.finished and found.gap <= 1e-6 * found.risk
            assert found.lower_bound <= least * (1 + 1e-12) and least <= found.risk * (1 + 1e-12)


def test_far_apart_there_is_no_loss():
    points, labels = clouds(3, 12, 4)
    found = minimize_multiclass_risk(points, labels, 1e6, "hinge")
    assert found.risk == found.lower_bound == 0 and found.finished
    assert minimize_multiclass_risk(points, labels, 1e6).risk < 1e-200


def test_one_class_has_no_loss():
    for loss in ("bce", "hinge"):
        found = minimize_multiclass_risk([[0.0], [1.0]], [4, 4], 1, loss)
        assert found.risk == found.lower_bound == 0 and found.classes.tolist() == [4] and found.values.shape == (2, 1)


def peer(points, labels, lipschitz, loss, weights):
    """By cvxpy and Clarabel, with all pairs."""
    count, classes = len(points), int(labels.max()) + 1
    v = cp.Variable((count, classes))
    own = cp.sum(cp.multiply(np.eye(classes)[labels], v), axis=1)
    if isinstance(loss, BCE):
        each = cp.log_sum_exp(loss.temperature * v, axis=1) - loss.temperature * own
    else:
        each = cp.max(v + loss.margin * (1 - np.eye(classes)[labels]), axis=1) - own
    rows, columns = np.triu_indices(count, 1)
    room = lipschitz * np.linalg.norm(points[rows] - points[columns], axis=1)
    problem = cp.Problem(cp.Minimize(weights @ each), [cp.norm(v[rows] - v[columns], axis=1) <= room])
    return problem.solve(solver=cp.CLARABEL)


@pytest.mark.parametrize("loss", [BCE(), BCE(2.0), Hinge(), Hinge(0.5)])
@pytest.mark.parametrize(("seed", "classes", "n"), [(0, 3, 2), (1, 4, 3)])
def test_cvxpy_agrees(loss, seed, classes, n):
    points, labels = clouds(seed, 18, classes, n)
    weights = np.random.default_rng(seed).uniform(0.1, 1.0, 18)
    found = minimize_multiclass_risk(points, labels, 0.6, loss, weights, tolerance=1e-5)
    least = peer(points, labels, 0.6, loss, weights)
    assert found.finished and found.lower_bound <= least * (1 + 1e-6) and least <= found.risk * (1 + 1e-6)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 100), st.permutations(range(4)), st.sampled_from(["bce", "hinge"]), st.integers(-40, 40))
def test_invariances(seed, order, loss, exponent):
    """Names of classes, units of points and weights, and points twice with half the weight change nothing."""
    points, labels = clouds(seed, 16, 4)
    found = minimize_multiclass_risk(points, labels, 0.7, loss)
    agree(found, minimize_multiclass_risk(points, np.array(order)[labels], 0.7, loss))
    scaled = minimize_multiclass_risk(points * 2.0**exponent, labels, 0.7 / 2.0**exponent, loss)
    assert (scaled.risk, scaled.lower_bound) == (found.risk, found.lower_bound)
    heavier = minimize_multiclass_risk(points, labels, 0.7, loss, np.full(16, 2.0**exponent / 16))
    assert heavier.risk == found.risk * 2.0**exponent
    twice = minimize_multiclass_risk(np.repeat(points, 2, axis=0), np.repeat(labels, 2), 0.7, loss)
    agree(found, twice)
    assert (twice.values[::2] == twice.values[1::2]).all()


def test_the_temperature_is_a_part_of_l():
    points, labels = clouds(5, 20, 3)
    agree(minimize_multiclass_risk(points, labels, 0.5, BCE(4)), minimize_multiclass_risk(points, labels, 2.0))


def test_more_slope_is_less_risk():
    points, labels = clouds(6, 20, 3)
    found = [minimize_multiclass_risk(points, labels, lipschitz) for lipschitz in (0.1, 0.4, 1.6, 6.4)]
    assert all(more.lower_bound <= less.risk for less, more in pairwise(found))


def test_points_of_weight_0_are_left_out():
    points, labels = clouds(7, 12, 3)
    weights = np.r_[np.ones(9), np.zeros(3)]
    found = minimize_multiclass_risk(points, [*labels[:9], 8, 8, 8], 0.5, weights=weights)
    alone = minimize_multiclass_risk(points[:9], labels[:9], 0.5, weights=np.ones(9))
    assert (found.risk, found.lower_bound) == (alone.risk, alone.lower_bound)
    assert np.isnan(found.values[9:]).all() and np.isfinite(found.values[:9]).all()
    assert found.classes.tolist() == [0, 1, 2]


def test_a_limit_of_time_leaves_two_bounds():
    points, labels = clouds(8, 400, 5)
    found = minimize_multiclass_risk(points, labels, 1.0, tolerance=1e-9, time_limit=0.5)
    assert not found.finished and 0 <= found.lower_bound < found.risk < np.log(5) + 1e-9
    assert not found.values.flags.writeable and found.flows.shape == (len(found.rows), 5)


def test_an_interruption_goes_through(monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(newton.Round, "minimised", stop)
    with pytest.raises(KeyboardInterrupt):
        minimize_multiclass_risk(*clouds(0, 12, 3), 1.0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": [0, 1, 0.5]}, "labels has 0.5 at index 2: pass a whole number"),
        ({"labels": [0, 1]}, "labels has shape .* pass one label a point"),
        ({"labels": [0, 1, np.nan]}, "labels has nan"),
        ({"labels": [0, 1, 1e300]}, "labels has 1e\\+300 at index 2"),
        ({"points": [[0.0], [np.inf], [1.0]]}, "points has inf"),
        ({"points": np.zeros((0, 2))}, "points is empty"),
        ({"lipschitz": 0}, "lipschitz=0"),
        ({"lipschitz": 1e200}, "points times lipschitz reach"),
        ({"weights": [1, -1, 1]}, "weights has -1"),
        ({"weights": [1e305, 1, 1]}, "weights reach"),
        ({"loss": "kr"}, "loss='kr' has no form for several classes"),
        ({"loss": HKR()}, "loss=HKR"),
        ({"loss": SquaredHinge()}, "loss=SquaredHinge"),
        ({"loss": "nll"}, "loss='nll'"),
        ({"tolerance": 0}, "tolerance=0"),
        ({"time_limit": -1}, "time_limit=-1"),
    ],
)
def test_bad_input_is_named(change, message):
    given = {"points": [[0.0], [2.0], [5.0]], "labels": [0, 1, 2], "lipschitz": 1.0}
    with pytest.raises(ValueError, match=message):
        minimize_multiclass_risk(**{**given, **change})
