"""Least risks for several constants: each is that of the constant alone."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from theory import minimize_risk
from theory.risk import risk_path


def sample(count: int = 80, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(count, 2))
    return points, np.where(rng.random(count) < 1 / (1 + np.exp(-3 * points[:, 0])), 1, -1)


@pytest.mark.parametrize("loss", ["bce", "hinge"])
@pytest.mark.parametrize("count", [12, 400])
def test_each_is_that_of_the_constant_alone(loss: str, count: int) -> None:
    points, labels = sample(count)
    constants = [2.0, 0.1, 0.5, 8.0]
    found = risk_path(points, labels, constants, loss)
    for constant, each in zip(constants, found, strict=True):
        alone = minimize_risk(points, labels, constant, loss)
        assert each.lipschitz == constant and each.finished
        assert each.lower_bound <= alone.risk and alone.lower_bound <= each.risk
    ordered = [each for _, each in sorted(zip(constants, found, strict=True))]
    for less, more in pairwise(ordered):
        assert more.lower_bound <= less.risk


def test_exact_numbers_stay_exact() -> None:
    found = risk_path([0, 1, 3], [1, -1, 1], [Fraction(1, 2), 2], "hinge")
    assert [each.risk for each in found] == [minimize_risk([0, 1, 3], [1, -1, 1], L, "hinge").risk for L in (0.5, 2)]
    assert all(isinstance(each.risk, Fraction) for each in found)


def test_points_without_weight_are_carried() -> None:
    points, labels = sample(40)
    weights = np.where(np.arange(40) % 3, 1.0, 0.0)
    for each in risk_path(points, labels, [0.5, 1.0], weights=weights):
        assert len(each.values) == 40
        alone = minimize_risk(points, labels, each.lipschitz, weights=weights)
        assert each.lower_bound <= alone.risk and alone.lower_bound <= each.risk


def test_a_limit_gives_what_is_known() -> None:
    points, labels = sample(1000)
    found = risk_path(points, labels, [0.5, 1.0, 2.0], time_limit=1e-9)
    assert not all(each.finished for each in found)
    for each in found:
        alone = minimize_risk(points, labels, each.lipschitz, tolerance=1e-3)
        assert each.lower_bound <= alone.risk and alone.lower_bound <= each.risk


def test_what_is_not_attained_starts_nothing() -> None:
    points, labels = sample(30)
    found = risk_path(points, labels, [1.0, 2.0], "kr", weights=np.where(labels > 0, 1.0, 3.0))
    assert not any(each.attained for each in found)


@pytest.mark.parametrize(
    ("lipschitz", "words"), [([], "pass a list"), (2.0, "pass a list"), ([1.0, -1.0], r"lipschitz\[1\]")]
)
def test_refusals(lipschitz: object, words: str) -> None:
    points, labels = sample(10)
    with pytest.raises(ValueError, match=words):
        risk_path(points, labels, lipschitz)  # type: ignore[arg-type]
