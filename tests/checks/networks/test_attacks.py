"""Attacks on functions whose nearest change of sign is known."""

from __future__ import annotations

import numpy as np
import pytest

from checks.networks import LipschitzNetwork
from checks.networks.attacks import crossing, projected

SLOPE = np.array([0.6, 0.0, -0.8])


@pytest.fixture
def plane():
    """2 (0.6 x - 0.8 z) + 1, its 40 points and their distances from the frontier."""
    x = np.random.default_rng(3).normal(size=(40, 3))
    f = LipschitzNetwork([2 * SLOPE[None]], [[1.0]])
    return f, x, np.abs(f(x)) / 2


@pytest.mark.parametrize("factor", [0.3, 0.999, 1.001, 3.0])
def test_projected_attacks_reach_the_least_value_in_the_ball(plane, factor):
    f, x, distance = plane
    radius = factor * distance
    z, lowest = projected(f, x, radius)
    assert (np.linalg.norm(z - x, axis=1) <= radius * (1 + 1e-12)).all()
    assert np.allclose(lowest, np.abs(f(x)) - 2 * radius, rtol=1e-9)
    assert np.array_equal(np.sign(f(x)) * f(z), lowest)


def test_attacks_do_not_leave_the_ball_of_a_bent_function():
    rng = np.random.default_rng(4)
    weights = [rng.normal(size=shape) for shape in ((8, 3), (8, 8), (1, 8))]
    f = LipschitzNetwork(weights, [rng.normal(size=len(w)) for w in weights])
    x, radius = rng.normal(size=(60, 3)), rng.uniform(0.01, 2, size=60)
    z, lowest = projected(f, x, radius)
    assert (np.linalg.norm(z - x, axis=1) <= radius * (1 + 1e-12)).all()
    samples = x + radius[:, None] * rng.uniform(-1, 1, size=(200, 60, 3)) / np.sqrt(3)
    tried = (np.sign(f(x)) * f(samples)).min(axis=0)
    assert (lowest <= np.abs(f(x))).all()
    assert (lowest <= tried).mean() > 0.9, "better than 200 random points nearly everywhere"


def test_walks_across_a_plane_are_shortest(plane):
    f, x, distance = plane
    assert np.allclose(crossing(f, x), distance, rtol=1e-5)
    assert (crossing(f, x) >= distance * (1 - 1e-9)).all()


def test_no_walk_crosses_a_function_of_one_sign():
    f = LipschitzNetwork([np.eye(2), [[0.0, 1.0]]], [[0.0, 0.0], [9.0]], "relu")
    assert np.isinf(crossing(f, np.array([[0.5, 0.5], [3.0, 1.0]]))).all()
