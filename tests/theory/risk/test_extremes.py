"""Bounds are on their sides, and nearly meet, for samples of every scale."""

from __future__ import annotations

from math import inf

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory import extremes
from theory.losses import BCE, HKR, KR, Hinge, SmoothHinge
from theory.risk import gradient_floors, lipschitz_needed, minimize_risk, saturation_bound
from theory.risk._pace import Pace
from theory.risk._proved_bounds import relative_gap
from theory.risk._solution import Solution, consistent
from theory.risk._space.exchange import exchanged
from theory.risk._space.proof import prove
from theory.risk._space.units import in_units

quick = settings(derandomize=True, deadline=None, max_examples=25)
THREE = np.array([[0.0, 0.0], [1.0, 0.0], [3.0, 4.0]])


@pytest.mark.parametrize("exponent", [-1000, -540, -532, -300, 0, 300, 490])
def test_a_risk_does_not_depend_on_the_unit_of_length(exponent):
    """The value for these three points, to 10 digits, in any unit: squares of distances underflow in some."""
    found = minimize_risk(np.ldexp(THREE, exponent), [1, -1, -1], float(np.ldexp(2.0, -exponent)))
    assert found.lower_bound <= 0.2088822526239 and found.risk >= 0.2088822526234
    assert found.risk - found.lower_bound <= 1e-6 * found.risk


@pytest.mark.parametrize("distance", [1e-200, 1e-320, 5e-324, 1e-155])
def test_kr_of_two_points_is_half_the_distance(distance):
    found = minimize_risk([[0, 0], [distance, 0]], [1, -1], 1, "kr")
    right = -mpmath.mpf(distance) / 2
    assert found.lower_bound <= right <= found.risk
    assert found.risk - found.lower_bound <= 1e-11 * distance + 5e-323


@pytest.mark.parametrize("unit", [1e-50, 1e-150, 1e-300])
@pytest.mark.parametrize("reach", [1.0, 600.0, 1300.0])
def test_two_points_whose_risk_is_tiny(unit, reach):
    lipschitz = reach / unit
    found = minimize_risk([[0, 0], [unit, 0]], [1, -1], lipschitz)
    with mpmath.workdps(60):
        right = mpmath.log1p(mpmath.exp(-mpmath.mpf(lipschitz) * mpmath.mpf(unit) / 2))
        assert found.lower_bound <= right <= found.risk
        assert found.risk - found.lower_bound <= 1e-6 * right


@pytest.mark.parametrize("weight", [5e-324, 1e-322, 1e-310, 1e-200, 1e300])
@pytest.mark.parametrize("loss", [BCE(), Hinge(), HKR()])
def test_two_points_of_one_weight(weight, loss):
    found = minimize_risk([[0, 0], [1, 0]], [1, -1], 0.25, loss, [weight, weight])
    with mpmath.workdps(60):
        right = 2 * mpmath.mpf(weight) * extremes.loss_at(loss, mpmath.mpf(0.125))
        assert found.lower_bound <= right <= found.risk
        assert found.risk - found.lower_bound <= 1e-6 * right + 2e-323


@quick
@given(extremes.samples(), st.sampled_from([BCE(), BCE(0.3), Hinge(), Hinge(1e-30), HKR(1, 5), KR()]), st.data())
def test_bounds_in_space(sample, loss, data):
    points, labels, weights = sample
    span = float(np.ptp(points, axis=0).max()) or 1.0
    reach = data.draw(extremes.magnitudes(-60, 9))
    lipschitz = min(max(reach / span, 5e-324), 1e308) if reach / span < inf else 1e308
    try:
        found = minimize_risk(points, labels, lipschitz, loss, weights)
    except (ArithmeticError, ValueError):  # a bound that rounding keeps from the other, numbers too far apart
        return
    extremes.assert_bounds(sample, lipschitz, loss, found)


# What a low BCE costs


def least_fall(risk, mass):
    """Of two points of the same weight, by convexity: both have the same margin."""
    return -2 * mpmath.log(mpmath.expm1(mpmath.mpf(risk) / (2 * mpmath.mpf(mass))))


@quick
@given(extremes.magnitudes(-1074, 1000), extremes.magnitudes(-1060, 1000), extremes.magnitudes(-1000, 1000))
def test_saturation_bounds_of_two_points_in_any_units(distance, mass, temperature):
    """The greatest lower bound is in closed form; a result beyond the range of floats is its end, not infinity."""
    risk = mass * 0.25
    found = saturation_bound(risk, [[0, 0], [distance, 0]], [1, -1], [mass, mass], temperature)
    with mpmath.workdps(60):
        right = least_fall(risk, mass) / (mpmath.mpf(distance) * mpmath.mpf(temperature))
        assert 0 <= found < inf
        assert found <= right
        assert right * (1 - mpmath.mpf(10) ** -10) - mpmath.mpf(2) ** -1073 <= found or found == np.finfo(float).max


@quick
@given(extremes.magnitudes(-1074, 1000), extremes.magnitudes(-1000, 1000), st.floats(0.01, 50))
def test_gradient_floors_of_two_points_in_any_units(distance, temperature, reach):
    """Of two points of equal weights each has the margin L d / 2."""
    lipschitz = reach / distance / temperature if distance * temperature else inf
    if not 5e-324 <= lipschitz <= 1e308:
        return
    found = gradient_floors([[0, 0], [distance, 0]], [1, -1], lipschitz, None, temperature)
    with mpmath.workdps(60):
        exact = mpmath.mpf(lipschitz) * mpmath.mpf(distance) * mpmath.mpf(temperature) / 2
        right = mpmath.mpf(temperature) / (1 + mpmath.exp(exact))
        for floor in found.tolist():
            assert right * (1 - mpmath.mpf(10) ** -10) - mpmath.mpf(2) ** -1060 <= floor <= right


@pytest.mark.parametrize("weights", [[1, 1e-11], [1e300, 1e-300], [5e-324, 1e-320], [1e308, 1e308]])
def test_saturation_bounds_of_weights_far_apart(weights):
    """At the bound the risk of the best two margins is the one given, by search over how they are split."""
    risk = min(weights) / 4 if min(weights) > 1e-300 else min(weights)
    fall = saturation_bound(risk, [[0.0], [1.0]], [1, -1], weights)
    with mpmath.workdps(60):
        u, w = map(mpmath.mpf, weights)

        def slope(t):
            return u / (1 + mpmath.exp(t)) - w / (1 + mpmath.exp(mpmath.mpf(fall) - t))

        low, high = mpmath.mpf(-1500), mpmath.mpf(1500)
        for _ in range(250):
            middle = (low + high) / 2
            low, high = (middle, high) if slope(middle) > 0 else (low, middle)
        least = u * mpmath.log1p(mpmath.exp(-low)) + w * mpmath.log1p(mpmath.exp(low - mpmath.mpf(fall)))
        assert least * (1 + mpmath.mpf(10) ** -30) >= risk


# The constant that a risk needs


@pytest.mark.parametrize("exponent", [-1000, -540, -400, -200, 0, 200, 400])
@pytest.mark.parametrize("loss", [BCE(), Hinge(), KR()])
def test_the_constant_needed_scales_with_the_points(exponent, loss):
    level = -0.25 if isinstance(loss, KR) else 0.1
    labels, weights = [1, -1, -1], [0.5, 0.25, 0.25]
    unit = lipschitz_needed(THREE, labels, level, loss, weights)
    found = lipschitz_needed(np.ldexp(THREE, exponent), labels, level, loss, weights)
    assert found.insufficient == np.ldexp(unit.insufficient, -exponent)
    assert found.sufficient == np.ldexp(unit.sufficient, -exponent)


@pytest.mark.parametrize("distance", [5e-324, 1e-200, 1e-160, 1e-120, 1e120])
@pytest.mark.parametrize("temperature", [1, 1e-100, 1e100, 0.3])
@pytest.mark.parametrize("n", [1, 2])
def test_the_constant_that_two_points_need(distance, temperature, n):
    points = [[0.0] * n, [distance] + [0.0] * (n - 1)]
    found = lipschitz_needed(points, [1, -1], 0.1, BCE(temperature))
    with mpmath.workdps(60):
        right = least_fall(0.1, 0.5) / (mpmath.mpf(distance) * mpmath.mpf(temperature))
        assert found.insufficient <= right <= found.sufficient
        assert found.sufficient <= max(found.insufficient * (1 + 2e-6), 0) or right > 1e308


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("weight", [1.0, 1e-310, 1e300])
def test_points_that_coincide_have_one_risk(n, weight):
    points, weights = np.zeros((2, n)), [weight, weight]
    with pytest.raises(ArithmeticError, match="0 or inf, undecided"):
        lipschitz_needed(points, [1, -1], 2 * weight * np.log(2), weights=weights)
    assert lipschitz_needed(points, [1, -1], 1.9 * weight * np.log(2), weights=weights).insufficient == inf
    assert lipschitz_needed(points, [1, -1], 1.5 * weight, weights=weights).sufficient == 0


# The line


@pytest.mark.parametrize("temperature", [0.3, 3, 7.1, 1e-3, 1.7, 2, 1e200])
@pytest.mark.parametrize("seed", range(8))
def test_a_risk_on_the_line_is_no_less_than_that_of_its_values(temperature, seed):
    """Values divided by a temperature are rounded, unless it is a power of two; also in space, where none are."""
    rng = np.random.default_rng(seed)
    loss, x = BCE(temperature), rng.normal(size=9) / temperature
    labels, weights = np.where(rng.random(9) < 0.5, 1, -1), rng.uniform(0.5, 1.5, 9)
    labels[:2] = 1, -1
    for points in (x, np.stack([x, rng.normal(size=9) / temperature], axis=1)):
        found = minimize_risk(points, labels, 10.0 ** rng.uniform(-1, 2), loss, weights)
        with mpmath.workdps(60):
            right = extremes.risk_of(labels, found.values, weights, loss)
            assert found.lower_bound <= right <= found.risk <= right * (1 + mpmath.mpf(10) ** -11)


@quick
@given(extremes.samples(dimension=1), st.sampled_from([BCE(), BCE(0.3), BCE(1e150)]), extremes.magnitudes(-60, 9))
def test_bounds_on_the_line(sample, loss, reach):
    points, labels, weights = sample
    span = float(np.ptp(points)) or 1.0
    lipschitz = reach / span / loss.temperature if reach / span < inf else 1e308
    try:
        found = minimize_risk(points, labels, max(lipschitz, 5e-324), loss, weights)
    except (ArithmeticError, ValueError):
        return
    assert found.lower_bound <= found.risk
    with mpmath.workdps(60):
        risk = extremes.risk_of(labels, found.values, weights, loss)
        assert found.lower_bound <= risk <= found.risk


# What is handed in

STAMPS = [[1_700_000_000_000_000_100, 0], [1_700_000_000_000_000_000, 0]]
CALLS = [
    lambda points, weights=None: minimize_risk(points, [1, -1], 1.0, weights=weights),
    lambda points, weights=None: lipschitz_needed(points, [1, -1], 0.1, weights=weights),
    lambda points, weights=None: saturation_bound(0.1, points, [1, -1], weights),
    lambda points, weights=None: gradient_floors(points, [1, -1], 1.0, weights),
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "points", [STAMPS, np.array(STAMPS), np.array(STAMPS, dtype=object), [[2**53 + 1, 0.5], [0, 0]], [[2**53 + 1], [0]]]
)
def test_integers_are_not_rounded_in_silence(call, points):
    with pytest.raises(ValueError, match="points has the integer"):
        call(points)
    with pytest.raises(ValueError, match="weights has the integer"):
        call([[0.0, 0.0], [1.0, 0.0]], [2**53 + 1, 2**53])


@pytest.mark.parametrize("call", CALLS)
def test_integers_that_float64_has_are_taken(call):
    call([[2**60, 0], [2**60 + 2**10, 0]])


def test_large_integers_on_the_line_are_exact():
    found = minimize_risk([STAMPS[0][0], STAMPS[1][0]], [1, -1], 1, "hinge")
    assert found.risk == 0 and found.values.tolist()[0] - found.values.tolist()[1] <= 100


@pytest.mark.parametrize("call", CALLS)
def test_masked_numbers_are_refused(call):
    points = np.ma.array([[0.0, 0.0], [1.0, 0.0]], mask=[[0, 0], [1, 0]])
    for rows in (points, list(points)):
        with pytest.raises(ValueError, match="points has masked numbers"):
            call(rows)
    with pytest.raises(ValueError, match="weights has masked numbers"):
        call(np.eye(2), np.ma.array([1.0, 2.0], mask=[0, 1]))
    call(np.ma.array(np.eye(2), mask=np.zeros((2, 2))))  # nothing is masked
    with pytest.raises(ValueError, match="x has masked numbers"):
        minimize_risk([0, 1], [1, -1], 1, "hinge").extend(np.ma.array([0, 1], mask=[0, 1]))


@pytest.mark.parametrize("n", [1, 2])
def test_results_do_not_change_with_their_input(n):
    points, labels, weights = np.eye(2)[:, :n].copy(), np.array([1.0, -1.0]), np.array([0.5, 0.5])
    found = minimize_risk(points, labels, 1.0, weights=weights)
    at = np.zeros(n)
    before = found.extend(at)
    points[:], labels[:], weights[:] = 99, 99, 99
    assert found.extend(at) == before
    for array in (found.values, found.rows, found.columns, found.masses):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7


# Classes far apart in weight


@pytest.mark.parametrize("light", [1e-11, 1e-13, 1e-30, 1e-200])
@pytest.mark.parametrize("n", [1, 2])
def test_bce_at_one_place_of_weights_far_apart(light, n):
    found = minimize_risk(np.zeros((2, n)), [1, -1], 1.0, weights=[1.0, light])
    with mpmath.workdps(300):
        small = mpmath.mpf(light)
        right = mpmath.log1p(small) + small * mpmath.log((1 + small) / small)
        assert found.lower_bound <= right <= found.risk
        assert found.risk - found.lower_bound <= 1e-6 * right


FAR_APART = [
    ([[-2, 1], [0, 1], [2, 1]], [1, -1, -1], [1.0, 1e-11, 1e-12], 2.0**-52, BCE()),
    ([[-1, 2], [-4, 1]], [1, -1], [1e-12, 3.0], 2e-6, BCE(0.3)),
    ([[1 + 2**-52, 5e-324], [1, 0]], [1, -1], [1e22, 1e11], 1e-191, BCE(1e200)),
    ([[0, 0], [0, 0], [1, 0]], [1, -1, 1], [1e-20, 1e-11, 1], 1.0, BCE()),
    ([[-1, -1], [-1, -2], [2, 2], [0, 1]], [1, -1, 1, 1], [1e-3, 1e-12, 1, 1], 2.0**-52, SmoothHinge(0.3, 2)),
    ([[5e-324, -5e30], [0, -5.000000000000001e30], [-2e30, 3e30]], [1, -1, 1], [1, 3, 1e-11], 2.8e-42, BCE()),
]


@pytest.mark.parametrize(("points", "labels", "weights", "lipschitz", "loss"), FAR_APART)
def test_smooth_losses_of_classes_far_apart_in_weight(points, labels, weights, lipschitz, loss):
    found = minimize_risk(points, labels, lipschitz, loss, weights)  # it says so itself if it misses the tolerance
    assert 0 < found.lower_bound <= found.risk <= found.lower_bound * (1 + 1.1e-6)
    extremes.assert_across_labels(np.array(points, dtype=float), np.array(labels), found.values, lipschitz)


FOUR = [[0, 0], [0, 0], [5, 0], [0, 5]], [1, -1, 1, -1], 1.0


@pytest.mark.parametrize("light", [1e-3, 1e-11, 1e-12, 1e-30, 1e-200])
def test_hinges_of_light_points_that_coincide(light):
    """The light pair loses 2 light whatever its value; the heavy ones, 5 sqrt(2) apart, reach their margins beside it:
    they are 5 away from the origin."""
    found = minimize_risk(*FOUR, "hinge", weights=[light, light, 1, 1])
    assert found.lower_bound <= 2 * mpmath.mpf(light) <= found.risk
    assert found.gap <= 1e-6 * found.risk


@pytest.mark.parametrize("light", [1e-11, 1e-30])
def test_hkr_of_light_points_that_coincide(light):
    """The heavy pair is worth -5 sqrt(2), as margins beyond 1 are; each light point loses the penalty."""
    found = minimize_risk(*FOUR, HKR(1, 5), weights=[light, light, 1, 1])
    with mpmath.workdps(50):
        right = -5 * mpmath.sqrt(2) + 10 * mpmath.mpf(light)
        assert found.lower_bound <= right <= found.risk
        assert found.gap <= 1e-11


def test_a_light_point_and_a_constant_near_zero():
    """The light point gives way: the heavy one rests on its margin, but for the rounding of it, as is documented."""
    found = minimize_risk([[3, 2], [-3, 0]], [1, -1], 9e-18, "hinge", [3.0, 1e-12])
    with mpmath.workdps(40):
        right = mpmath.mpf(1e-12) * (2 - mpmath.mpf(9e-18) * mpmath.sqrt(40))
        assert found.lower_bound <= right <= found.risk
        assert found.gap <= 1e-13 * 3


@pytest.mark.parametrize("loss", [Hinge(), HKR(1, 5)])
@pytest.mark.parametrize("count", [3, 12, 30])
def test_exchanges_are_optimal(loss, count):
    """Alone, to rounding: without a linear programme."""
    rng = np.random.default_rng(count)
    points, weights = rng.normal(size=(2 * count, 3)), rng.uniform(0.5, 1.5, 2 * count)
    units = in_units(points, count, weights, 0.7, loss)
    found = prove(units.problem, [[exchanged(units.problem, Pace())]], 1e-6)
    assert relative_gap(found.risk, found.lower_bound) <= 1e-12


@pytest.mark.parametrize("lipschitz", [4e-12, 1e-30, 1e-200])
@pytest.mark.parametrize("loss", [Hinge(), HKR(), KR(), BCE()])
def test_constants_near_zero(lipschitz, loss):
    rng = np.random.default_rng(0)
    points, labels = rng.integers(-2, 3, (12, 2)), np.repeat([1, -1], 6)
    found = minimize_risk(points, labels, lipschitz, loss)
    assert found.lower_bound <= found.risk <= found.lower_bound + 1e-6 * abs(found.risk)


@pytest.mark.parametrize("lipschitz", [4e12, 1e15, 1e100])
def test_ties_beside_gaps_that_are_huge(lipschitz):
    """Four points at one place, two of either label, beside one a long way off: 4/5 of log 2, and of nothing."""
    found = minimize_risk([0.0, 0.0, 0.0, 0.0, 2.0], [1, -1, 1, -1, 1], lipschitz)
    with mpmath.workdps(50):
        right = mpmath.mpf(0.2) * 4 * mpmath.log(2)
        assert found.lower_bound <= right <= found.risk
        assert found.gap <= 1e-6 * found.risk


def test_bounds_that_contradict_each_other_are_not_returned():
    nothing = np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp), np.empty(0)
    false = Solution(np.ones(2), 1.0, 2.0, True, nothing)
    for loss, infimum in [(BCE(), 0), (Hinge(), 0), (HKR(), -inf)]:
        found = consistent(false, [1, -1], np.array([0.5, 0.5]), loss)
        assert found.lower_bound == infimum and float(loss.value(0.0)) <= found.risk <= float(loss.value(0.0)) + 1e-12
        assert (found.values == 0).all()
        assert consistent(found, [1, -1], np.array([0.5, 0.5]), loss) is found


@pytest.mark.parametrize("exponent", [-1000, -540, 0, 400])
@pytest.mark.parametrize("n", [1, 2])
def test_extensions_do_not_depend_on_the_unit_of_length(exponent, n):
    points, places = np.array([[0.0, 0.0], [3.0, 4.0]])[:, :n], np.array([[6.0, 8.0], [3.0, 0.0], [-9.0, 0.0]])[:, :n]
    unit = minimize_risk(points, [1, -1], 1.0)
    found = minimize_risk(np.ldexp(points, exponent), [1, -1], float(np.ldexp(1.0, -exponent)))
    for one, other in zip(unit.extend(places), found.extend(np.ldexp(places, exponent)), strict=True):
        assert one == pytest.approx(other, rel=1e-12)


def test_extensions_far_away_are_finite():
    found = minimize_risk([[0.0, 0.0], [3.0, 4.0]], [1, -1], 1.0).extend([1e200, 0.0])
    assert found.lower == pytest.approx(-1e200) and found.upper == pytest.approx(1e200)


HARD_ON_THE_LINE = [
    ([-2 + 2**-52, -2, 8.5e-168, 1, 0, -2], [1, -1, 1, 1, 1, 1], [1.0] * 6, 1 / 24, SmoothHinge(0.3, 2)),
    ([6e-30, 1.2e-29, -6e-30], [1, -1, -1], [1.3e-6, 1.3e5, 1.3e-6], 2.6e28, SmoothHinge(0.3, 2)),
    ([2e-112, 3e-112, 2e-112, 0], [1, -1, 1, 1], [1, 1e-11, 1, 1], 4e113, BCE()),
]


@pytest.mark.parametrize(("points", "labels", "weights", "lipschitz", "loss"), HARD_ON_THE_LINE)
def test_a_small_sample_of_the_line_may_be_solved_in_space(points, labels, weights, lipschitz, loss):
    found = minimize_risk(points, labels, lipschitz, loss, weights)
    flat = minimize_risk(np.stack([points, np.zeros(len(points))], axis=1), labels, lipschitz, loss, weights)
    assert max(found.lower_bound, flat.lower_bound) <= min(found.risk, flat.risk)
    assert 0 < found.gap <= 1e-6 * found.risk
