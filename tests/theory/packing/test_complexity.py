"""Rademacher complexities of Lipschitz classes against those of samples, exactly."""

from itertools import product

import numpy as np
import pytest
from scipy.optimize import linprog

from theory.packing import lipschitz_rademacher
from theory.sets import Ball, Box, FiniteSet, Interval


def empirical(points: np.ndarray, lipschitz: float, bound: float) -> float:
    """Over all signs, the largest mean of signs times values, by linear programmes."""
    n = len(points)
    rows, limits = [], []
    for i in range(n):
        for j in range(n):
            if i != j:
                rows.append(np.eye(n)[i] - np.eye(n)[j])
                limits.append(lipschitz * np.linalg.norm(points[i] - points[j]))
    means = [
        -linprog(-np.array(signs) / n, A_ub=rows, b_ub=limits, bounds=[(-bound, bound)] * n).fun
        for signs in product((-1, 1), repeat=n)
    ]
    return float(np.mean(means))


@pytest.mark.parametrize("lipschitz", [0.01, 0.5, 10])
def test_no_sample_exceeds_it(lipschitz: float) -> None:
    points = np.random.default_rng(0).uniform(size=(6, 2))
    assert empirical(points, lipschitz, 1.0) <= lipschitz_rademacher(Box([0, 0], [1, 1]), lipschitz, 1, 6)


def test_it_falls_with_the_sample_and_rises_with_the_constant() -> None:
    found = [lipschitz_rademacher(Ball([0, 0], 1), 1, 2, 10**k) for k in range(1, 9)]
    assert found == sorted(found, reverse=True) and found[0] <= 2 and found[-1] < 0.2
    assert lipschitz_rademacher(Interval(0, 1), 1, 1, 100) < lipschitz_rademacher(Interval(0, 1), 4, 1, 100)


def test_few_points_have_few_cells() -> None:
    """Two points: at most c^2 vectors, for every c."""
    assert lipschitz_rademacher(FiniteSet([[0.0], [1.0]]), 10, 1, 10**6) < 0.01


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="domain=3: pass an Interval"):
        lipschitz_rademacher(3, 1, 1, 10)
    with pytest.raises(ValueError, match="bound=0"):
        lipschitz_rademacher(Interval(0, 1), 1, 0, 10)
