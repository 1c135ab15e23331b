"""The rounding allowances of the floors where they decide: without them, half of these bounds would be none."""

from __future__ import annotations

import mpmath
import numpy as np

from theory.risk._floors import FLOOR_ROUNDING, _highest, _least_fall, _Side, gradient_floor, saturation_bound


def exact_fall(u: float, risk: float) -> mpmath.mpf:
    """The least a + b under u l(a) + u l(b) <= risk: by convexity a = b, in closed form."""
    return -2 * mpmath.log(mpmath.expm1(mpmath.mpf(risk) / (2 * mpmath.mpf(u))))


def test_the_least_fall_is_a_bound_and_hardly_below() -> None:
    rng = np.random.default_rng(20_210_411)
    u = 10.0 ** rng.uniform(-3, 0.5, 200)
    risk = 2 * u * np.log(2) * 10.0 ** rng.uniform(-6, -0.3, 200)
    with mpmath.workdps(40):
        for mass, allowed in zip(u.tolist(), risk.tolist(), strict=True):
            found = mpmath.mpf(float(_least_fall(np.float64(mass), np.float64(mass), allowed)))
            exact = exact_fall(mass, allowed)
            assert found < exact
            assert exact - found < 40 * FLOOR_ROUNDING


def pairs(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Two points of the plane each, and a number from 0.01 to 1."""
    rng = np.random.default_rng(20_210_412)
    return rng.normal(size=(count, 2, 2)), 10.0 ** rng.uniform(-2, 0, count)


def exact_distance(points: np.ndarray) -> mpmath.mpf:
    (a, b), (c, d) = [[mpmath.mpf(x) for x in point] for point in points.tolist()]
    return mpmath.sqrt((a - c) ** 2 + (b - d) ** 2)


def test_the_saturation_bound_is_one_and_hardly_below() -> None:
    with mpmath.workdps(40):
        for points, share in zip(*pairs(100), strict=True):
            risk = 0.6 * float(share)
            exact = exact_fall(0.5, risk) / exact_distance(points)
            assert exact * (1 - 1e-10) < saturation_bound(risk, points, [1, -1]) < exact


def test_the_gradient_floor_is_one_and_hardly_below() -> None:
    """Of two points with equal weights each has the margin L d / 2."""
    with mpmath.workdps(40):
        for points, lipschitz in zip(*pairs(100), strict=True):
            reach = mpmath.mpf(float(lipschitz)) * exact_distance(points)
            exact = 1 / (1 + mpmath.exp(reach / 2))
            assert exact * (1 - 1e-12) < gradient_floor(points, [1, -1], float(lipschitz)) < exact


def exact_excess(margin: float, ours: tuple[list[float], ...], theirs: tuple[list[float], ...]) -> mpmath.mpf:
    """By how much the mass of our class is greater at that margin; it falls."""

    def mass(sign: int, side: tuple[list[float], ...]) -> mpmath.mpf:
        gaps = [sign * (mpmath.mpf(margin) - mpmath.mpf(reach)) for reach in side[0]]
        return sum(mpmath.exp(log) / (1 + mpmath.exp(gap)) for gap, log in zip(gaps, side[1], strict=True))

    return mass(1, ours) - mass(-1, theirs)


def test_the_highest_margin_is_a_bound_and_hardly_above() -> None:
    rng = np.random.default_rng(20_210_413)
    for size in (1.0, 30.0):
        sides = [_Side(size * rng.random((60, 5)), rng.normal(size=5)) for _ in range(2)]
        with mpmath.workdps(40):
            for row, margin in enumerate(_highest(*sides).tolist()):
                ours, theirs = ((side.reach[row].tolist(), side.logs.tolist()) for side in sides)
                assert exact_excess(margin, ours, theirs) <= 0
                assert exact_excess(margin - 1e-11 * size, ours, theirs) > 0
