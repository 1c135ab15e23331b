"""Parameters of numpy's types, margins that are huge, and risks where float64 ends: bounds stay on their sides."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from theory import minimize_risk
from theory.losses import BCE, HKR, Hinge, PiecewiseLinearLoss, SmoothHinge, SquaredHinge
from theory.risk._extremes import risk_floor
from theory.risk._sample import read_sample

ON_THE_LINE = [0.0, 1.0], [1, -1]


@pytest.mark.parametrize(
    ("loss", "right"),
    [
        (SquaredHinge(np.int64(1000)), Fraction(999000.25)),
        (SquaredHinge(np.int64(10**6)), Fraction(999999000000.25)),
        (SquaredHinge(np.int8(12)), Fraction(529, 4)),
        (SmoothHinge(np.int64(10**6)), Fraction(999999)),
        (SmoothHinge(1, np.int64(1000)), Fraction(1, 8000)),
        (Hinge(np.int64(4 * 10**18)), 4 * 10**18 - Fraction(1, 2)),
    ],
)
def test_integers_of_numpy_do_not_wrap(loss, right) -> None:
    """By hand: margins of both points are 1/2 at most, so the risk is l(1/2); below it, for 1/8000, by the parabola."""
    found = minimize_risk(*ON_THE_LINE, 1.0, loss)
    assert Fraction(found.lower_bound) <= right <= Fraction(found.risk)
    assert found.risk <= float(right) * (1 + 2e-6)


def test_an_exact_risk_of_numpy_integers() -> None:
    found = minimize_risk([0, 1], [1, -1], 1, Hinge(np.int64(4 * 10**18)), [10**10] * 2)
    assert found.risk == found.lower_bound == 2 * 10**10 * (4 * 10**18 - Fraction(1, 2))
    assert minimize_risk([0, 3 * 10**9], [1, -1], np.int64(4 * 10**18), Hinge(10**20)).risk == 0
    assert (SquaredHinge(np.int8(12)).value(0), SquaredHinge(np.int8(12)).dual(20)) == (144, 140)


@pytest.mark.parametrize("half", [np.float32(0.5), np.float16(0.5), np.array(0.5), Fraction(np.int64(1), 2)])
@pytest.mark.parametrize("kind", [Hinge, SquaredHinge, SmoothHinge, HKR])
def test_numbers_of_numpy_are_taken(kind, half) -> None:
    plane = [[0.0, 0.0], [1.0, 0.0]], [1, -1], 0.5
    assert minimize_risk(*plane, kind(half)).risk == minimize_risk(*plane, kind(0.5)).risk


@pytest.mark.parametrize(
    ("points", "loss"), [([0.0, 0.0, 1e30], SquaredHinge(1)), ([2e30, 2e30, 1e30], SquaredHinge(0.1))]
)
def test_a_risk_is_that_of_its_values(points, loss) -> None:
    """Far apart rounding may keep the solver from its tolerance: then it says so, whatever the size of the margins."""
    refused = ""
    try:
        found = minimize_risk(points, [1, -1, 1], 0.5, loss)
    except ArithmeticError as error:
        refused = str(error)
    if refused:
        assert "between 0.00666" in refused or "between 0.666" in refused
    else:
        assert found.risk <= np.mean(loss.value(np.array([1, -1, 1]) * found.values)) * (1 + 1e-12)
        assert found.gap <= 1e-6 * found.risk


@pytest.mark.parametrize(
    ("temperature", "t"), [(0.1, 3000.0), (0.7, 800.0), (0.7, 1000.0), (1, 720.3), (1, 800.0), (3, -5.0)]
)
def test_values_above_are_above(temperature, t) -> None:
    with mpmath.workdps(60):
        right = mpmath.log1p(mpmath.exp(-mpmath.mpf(temperature) * mpmath.mpf(t)))
        found = mpmath.mpf(float(BCE(temperature).value_above(np.array([t]))[0]))
        assert right <= found <= right * (1 + mpmath.mpf(1e-11)) + mpmath.mpf(2) ** -1073


@pytest.mark.parametrize(
    ("distance", "temperature"), [(656.9030248242375, 2.2656544970529673), (3000.0, 1), (1454.9598428665613, 1)]
)
def test_bounds_where_float64_ends(distance, temperature) -> None:
    found = minimize_risk([[0, 0], [distance, 0]], [1, -1], 1, BCE(temperature), [0.5, 0.5])
    with mpmath.workdps(60):
        right = mpmath.log1p(mpmath.exp(-mpmath.mpf(temperature) * mpmath.mpf(distance) / 2))
        assert mpmath.mpf(float(found.lower_bound)) <= right <= mpmath.mpf(float(found.risk))


def test_a_kink_must_be_of_numbers() -> None:
    class Odd(PiecewiseLinearLoss):
        @property
        def kink(self):
            return "a", 1, 1

    with pytest.raises(ValueError, match="must be finite numbers"):
        minimize_risk(*ON_THE_LINE, 1.0, Odd())


def test_many_points_at_one_place_are_summed_once() -> None:
    """The masses there are 10,000.00...: added one after another they are off by more than the floor's allowance."""
    points, labels = [[0.0]] * 200_000 + [[1.0]], [1, -1] * 100_000 + [1]
    sample = read_sample(points, labels, np.full(200_001, 0.1), 1.0, BCE())
    with mpmath.workdps(40):
        right = 2 * 100_000 * mpmath.mpf(0.1) * mpmath.log(2)
        floor = risk_floor(sample, BCE())
        assert mpmath.mpf(floor.below) <= right <= mpmath.mpf(floor.above)
        assert floor.above - floor.below <= 1e-13 * right
