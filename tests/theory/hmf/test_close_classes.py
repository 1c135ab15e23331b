"""Adversarial points where the classes nearly touch: as short as promised, their labels checked in Fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from theory import highest_mountain


def nearest_square(points, z):
    """Squared distance of the nearest of the points, exact."""
    exact = [[Fraction(x) for x in point] for point in points.tolist()]
    return min(sum((a - Fraction(b)) ** 2 for a, b in zip(point, z.tolist(), strict=True)) for point in exact)


def crosses(f, x, y):
    own, other = (f.positive, f.negative) if f.label(x) > 0 else (f.negative, f.positive)
    return nearest_square(other, y) < nearest_square(own, y)


def test_the_step_is_short_where_squared_distances_round_to_one():
    f = highest_mountain([[0, 0], [5, 5]], [[1e-7, 0], [4, 4]])
    x = np.array([0.0, 1.0])
    y = f.adversarial(x)
    assert np.linalg.norm(y - x) <= (1 + 2e-6) * abs(f(x))
    assert f.label(y) == -f.label(x)
    assert crosses(f, x, y)


@pytest.mark.parametrize("n", [1, 2, 3])
@pytest.mark.parametrize("seed", range(40))
def test_steps_between_close_classes_are_short(n, seed):
    rng = np.random.default_rng(seed)
    positive = rng.normal(size=(3, n))
    gap = 10.0 ** -rng.integers(1, 12)
    negative = np.vstack([positive[:1] + gap * rng.normal(size=(1, n)), rng.normal(size=(2, n))])
    f, x = highest_mountain(positive, negative), rng.normal(size=n) * 10.0 ** rng.integers(-2, 2)
    y = f.adversarial(x)
    assert crosses(f, x, y)
    assert np.linalg.norm(y - x) <= (1 + 1e-5) * abs(f(x)) + 1e-13
