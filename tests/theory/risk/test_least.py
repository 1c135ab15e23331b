"""Least risk in space: independent solvers, exact certificates, symmetries, nasty samples, bad input."""

from __future__ import annotations

import importlib
from fractions import Fraction

import cvxpy as cp
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment, linprog
from scipy.spatial.distance import cdist

from theory.losses import BCE, HKR, KR, Hinge
from theory.risk import gradient_floor, lipschitz_needed, minimize_risk, saturation_bound

quick = settings(derandomize=True, deadline=None, max_examples=25)
LOSSES = [BCE(), BCE(3), Hinge(), Hinge(0.3), KR(), HKR(), HKR(0.5, 2)]


def sample(seed, count, n, balanced=True):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(count, n))
    labels = np.where(np.arange(count) % 2 == 0, 1, -1) if balanced else np.where(rng.random(count) < 0.7, 1, -1)
    labels[:2] = 1, -1
    points[:, 0] += 0.5 * labels
    return points, labels, np.full(count, 1 / count) if balanced else rng.dirichlet(np.ones(count))


@st.composite
def samples(draw, most=12):
    """Integer points of the plane, often coinciding; weights are multiples of 1/8."""
    count = draw(st.integers(2, most))
    points = draw(st.lists(st.tuples(st.integers(-4, 4), st.integers(-2, 2)), min_size=count, max_size=count))
    labels = [1, -1, *draw(st.lists(st.sampled_from([1, -1]), min_size=count - 2, max_size=count - 2))]
    weights = draw(st.lists(st.integers(1, 8), min_size=count, max_size=count))
    return np.array(points, dtype=float), np.array(labels), np.array(weights) / 8


# Independent algorithms


def by_cone_solver(points, labels, lipschitz, loss, weights):
    """All pairs, equal labels included, in the values themselves."""
    f = cp.Variable(len(points))
    t = cp.multiply(labels, f)
    if isinstance(loss, BCE):
        terms = cp.logistic(-loss.temperature * t)
    else:
        base, jump, margin = map(float, loss.kink)
        terms = jump * cp.pos(margin - t) - base * t
    i, j = np.triu_indices(len(points), 1)
    far = lipschitz * np.linalg.norm(points[i] - points[j], axis=1)
    problem = cp.Problem(cp.Minimize(weights @ terms), [cp.abs(f[i] - f[j]) <= far])
    return problem.solve(solver=cp.CLARABEL)


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(("seed", "count", "n", "lipschitz"), [(0, 30, 2, 1.0), (1, 24, 3, 0.2), (2, 20, 5, 4.0)])
def test_cone_solver_agrees(loss, seed, count, n, lipschitz):
    points, labels, weights = sample(seed, count, n, balanced=not isinstance(loss, BCE | Hinge))
    found = minimize_risk(points, labels, lipschitz, loss, weights, tolerance=1e-8)
    assert found.risk == pytest.approx(by_cone_solver(points, labels, lipschitz, loss, weights), rel=2e-6, abs=1e-7)
    assert 0 <= found.gap <= 1e-8 * abs(found.risk)


def by_linear_programme(points, labels, lipschitz, loss, weights):
    """Transport from label +1 to label -1 with marginals between bounds."""
    base, jump, margin = map(float, loss.kink)
    plus, minus = labels > 0, labels < 0
    price = lipschitz * cdist(points[plus], points[minus]) - 2 * margin
    a, b = price.shape
    marginals = np.vstack([np.kron(np.eye(a), np.ones(b)), np.kron(np.ones(a), np.eye(b))])
    masses = np.concatenate([weights[plus], weights[minus]])
    bounds = np.concatenate([(base + jump) * masses, -base * masses])
    found = linprog(price.ravel(), A_ub=np.vstack([marginals, -marginals]), b_ub=bounds)
    return -found.fun - margin * base * masses.sum()


@pytest.mark.parametrize("loss", [Hinge(), Hinge(0.2), KR(), HKR(0.5, 2)])
@pytest.mark.parametrize("seed", range(4))
def test_transport_programme_agrees(loss, seed):
    points, labels, weights = sample(seed, 16, 2, balanced=not isinstance(loss, Hinge))
    found = minimize_risk(points, labels, 0.8, loss, weights)
    assert found.risk == pytest.approx(by_linear_programme(points, labels, 0.8, loss, weights), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("lipschitz", [0.1, 1.0, 5.0])
def test_hinge_is_an_assignment(lipschitz):
    points, labels, _ = sample(5, 301, 2)
    profit = np.maximum(2 * 0.7 - lipschitz * cdist(points[labels > 0], points[labels < 0]), 0)
    expected = profit[linear_sum_assignment(profit, maximize=True)].sum()
    found = minimize_risk(points, labels, lipschitz, Hinge(0.7), np.ones(301))
    assert found.lower_bound <= expected * (1 + 1e-12)
    assert expected * (1 - 1e-12) <= found.risk <= expected * (1 + 1e-6)


def by_subgradients(points, labels, lipschitz, found):
    """The loss of the values is stationary: minus its derivatives are the marginals of the coupling."""
    slopes = found.coupling.sum(axis=1) + found.coupling.sum(axis=0)
    return np.abs(slopes - 1 / len(labels) / (1 + np.exp(labels * found.values)))


@pytest.mark.parametrize(("count", "n", "lipschitz"), [(700, 2, 0.1), (700, 2, 1.0), (700, 2, 30.0), (500, 12, 0.5)])
def test_many_points(count, n, lipschitz):
    """Beyond the size where all pairs are kept: margins, slackness and stationarity, by dense matrices."""
    points, labels, _ = sample(6, count, n)
    found = minimize_risk(points, labels, lipschitz, tolerance=1e-9)
    far = lipschitz * cdist(points, points)
    assert (np.abs(found.values[:, None] - found.values) <= far + 1e-12).all()
    assert found.gap <= 1e-9 * found.risk
    rows, columns = found.rows, found.columns
    slack = far[rows, columns] - (found.values[rows] - found.values[columns])
    assert slack @ found.masses <= 1e-8 * found.risk
    assert by_subgradients(points, labels, lipschitz, found).sum() < 1e-3 * found.masses.sum()
    assert (labels[rows] == 1).all()
    assert (labels[columns] == -1).all()


# Certificates


def squared_length(one, other):
    return sum((Fraction(x) - Fraction(y)) ** 2 for x, y in zip(one.tolist(), other.tolist(), strict=True))


def exact_loss(loss, t):
    if isinstance(loss, BCE):
        return mpmath.log1p(mpmath.exp(-loss.temperature * t))
    base, jump, margin = (mpmath.mpf(float(number)) for number in loss.kink)
    return jump * max(margin - t, mpmath.mpf(0)) - base * t


def exact_dual(loss, a):
    if isinstance(loss, BCE):
        share = a / loss.temperature
        assert 0 <= share <= 1
        return -(share * mpmath.log(share) if share else 0) - (1 - share) * mpmath.log1p(-share)
    base, jump, margin = (mpmath.mpf(float(number)) for number in loss.kink)
    assert base <= a <= base + jump
    return margin * (a - base)


def assert_certificate(points, labels, weights, lipschitz, loss, found):
    """Feasible values, their risk and the dual bound, all recomputed exactly or with 60 digits."""
    square = Fraction(lipschitz) ** 2
    for i in np.flatnonzero(labels > 0):
        for j in np.flatnonzero(labels < 0):
            fall = Fraction(found.values[i]) - Fraction(found.values[j])
            assert fall <= 0 or fall**2 <= square * squared_length(points[i], points[j])
    with mpmath.workdps(60):
        margins = [mpmath.mpf(y * v) for y, v in zip(labels.tolist(), found.values.tolist(), strict=True)]
        masses = [mpmath.mpf(w) for w in weights.tolist()]
        risk = sum(w * exact_loss(loss, t) for w, t in zip(masses, margins, strict=True))
        assert risk <= found.risk
        size = sum(w * (1 + abs(t)) for w, t in zip(masses, margins, strict=True))
        assert found.risk <= risk + 1e-12 * (risk if isinstance(loss, BCE) else size)
        if not loss.multipliers[0]:
            assert found.lower_bound <= max(dual_value(points, masses, lipschitz, loss, found), 0)


def dual_value(points, masses, lipschitz, loss, found):
    total, cost = [mpmath.mpf(0)] * len(masses), mpmath.mpf(0)
    for i, j, mass in zip(found.rows, found.columns, found.masses.tolist(), strict=True):
        total[i] += mpmath.mpf(mass)
        total[j] += mpmath.mpf(mass)
        length = squared_length(points[i], points[j])
        cost += mpmath.mpf(mass) * mpmath.sqrt(mpmath.mpf(length.numerator) / length.denominator)
    return sum(w * exact_dual(loss, a / w) for w, a in zip(masses, total, strict=True)) - mpmath.mpf(lipschitz) * cost


CERTIFIED = [(loss, seed, lipschitz) for loss in (BCE(), BCE(2), Hinge()) for seed, lipschitz in [(0, 0.5), (1, 60.0)]]


@pytest.mark.parametrize(("loss", "seed", "lipschitz"), [*CERTIFIED, (KR(), 2, 0.7), (HKR(), 3, 1.3)])
def test_certificate_holds_in_exact_arithmetic(loss, seed, lipschitz):
    points, labels, weights = sample(seed, 40, 3, balanced=not isinstance(loss, BCE))
    found = minimize_risk(points, labels, lipschitz, loss, weights)
    assert_certificate(points, labels, weights, lipschitz, loss, found)


@quick
@given(samples(), st.sampled_from([0.25, 1.0, 7.0]), st.sampled_from([BCE(), Hinge(), HKR(1, 20)]))
def test_bounds_hold_for_every_sample(case, lipschitz, loss):
    points, labels, weights = case
    found = minimize_risk(points, labels, lipschitz, loss, weights)
    assert found.lower_bound <= found.risk
    assert found.attained
    assert_certificate(points, labels, weights, lipschitz, loss, found)
    if not isinstance(loss, BCE):
        expected = by_linear_programme(points, labels, lipschitz, loss, weights)
        assert found.risk == pytest.approx(expected, rel=1e-6, abs=1e-9)
        assert found.lower_bound <= expected + 1e-9 * (1 + abs(expected))
    values = found.values
    assert (np.abs(values[:, None] - values) <= lipschitz * cdist(points, points) + 1e-12 * np.abs(values).max()).all()


# Symmetries


@quick
@given(samples(), st.sampled_from([BCE(), Hinge(), HKR(1, 20)]), st.floats(0.1, 5), st.floats(0.05, 0.95))
def test_falls_and_is_convex_in_the_constant(case, loss, lipschitz, share):
    points, labels, weights = case
    ends = [lipschitz, 3 * lipschitz]
    low, high = (minimize_risk(points, labels, end, loss, weights) for end in ends)
    middle = minimize_risk(points, labels, share * ends[0] + (1 - share) * ends[1], loss, weights)
    assert high.lower_bound <= middle.risk
    assert middle.lower_bound <= low.risk
    assert middle.lower_bound <= share * low.risk + (1 - share) * high.risk + 1e-12


@quick
@given(samples(), st.sampled_from([BCE(), Hinge(), HKR(1, 20)]), st.randoms(use_true_random=False))
def test_order_signs_scale_and_duplicates_do_not_matter(case, loss, random):
    points, labels, weights = case
    risk = minimize_risk(points, labels, 1.5, loss, weights).risk
    order = random.sample(range(len(points)), len(points))
    twice = np.repeat(np.arange(len(points)), 2)
    share = np.tile([0.25, 0.75], len(points))
    for again in [
        minimize_risk(points[order], labels[order], 1.5, loss, weights[order]),
        minimize_risk(points, -labels, 1.5, loss, weights),
        minimize_risk(points * 8 + [3, -5], labels, 1.5 / 8, loss, weights),
        minimize_risk(points[twice], labels[twice], 1.5, loss, weights[twice] * share),
    ]:
        assert again.risk == pytest.approx(risk, rel=1e-6, abs=1e-9)
    heavier = minimize_risk(points, labels, 1.5, loss, 1000 * weights)
    assert heavier.risk == pytest.approx(1000 * risk, rel=1e-6, abs=1e-6)


@quick
@given(samples(), st.sampled_from([0.5, 2.0, 10.0]))
def test_temperature_is_a_constant_in_disguise(case, temperature):
    points, labels, weights = case
    hot = minimize_risk(points, labels, 0.7, BCE(temperature), weights)
    steep = minimize_risk(points, labels, 0.7 * temperature, BCE(), weights)
    assert hot.risk == pytest.approx(steep.risk, rel=1e-6)


@pytest.mark.parametrize("loss", LOSSES)
def test_a_line_in_space_is_the_line(loss):
    points, labels, weights = sample(8, 60, 1)
    line = minimize_risk(points[:, 0], labels, 0.9, loss, weights)
    tilted = minimize_risk(points * [0.6, 0.8], labels, 0.9, loss, weights)
    assert tilted.risk == pytest.approx(line.risk, rel=2e-6)
    assert line.lower_bound <= tilted.risk
    assert tilted.lower_bound <= line.risk


# Closed forms and nasty samples


@pytest.mark.parametrize("lipschitz", [1e-6, 0.3, 1.0, 40.0, 130.0])
def test_two_points(lipschitz):
    pair, labels = [[0.0, 0.0], [3.0, 4.0]], [1, -1]
    bce = minimize_risk(pair, labels, lipschitz)
    assert bce.risk == pytest.approx(np.log1p(np.exp(-2.5 * lipschitz)), rel=1e-6)
    assert minimize_risk(pair, labels, lipschitz, "kr").risk == pytest.approx(-2.5 * lipschitz)
    hinge = minimize_risk(pair, labels, lipschitz, "hinge").risk
    assert hinge == pytest.approx(max(0, 1 - 2.5 * lipschitz), abs=1e-12)


def test_opposite_labels_at_one_point_put_a_floor():
    points, labels, weights = [[1.0, 2.0]] * 2 + [[0.0, 0.0]], [1, -1, 1], [0.25, 0.5, 1.0]
    floor = 0.25 * np.log(3) + 0.5 * np.log(1.5)
    for lipschitz in (1.0, 10.0, 1e3):
        found = minimize_risk(points, labels, lipschitz, weights=weights)
        assert found.risk >= floor * (1 - 1e-12)
        assert found.values[0] == pytest.approx(found.values[1], abs=1e-9)
    assert found.risk == pytest.approx(floor, rel=1e-6)
    alone = minimize_risk([[1.0, 2.0]] * 2, [1, -1], 5.0, weights=[0.25, 0.5])
    assert alone.risk == pytest.approx(floor, rel=1e-6)


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("sign", [1, -1])
def test_one_class(n, sign):
    points, labels = np.arange(3.0 * n).reshape(3, n), [sign] * 3
    bce = minimize_risk(points, labels, 1.0)
    assert (bce.risk, bce.lower_bound, bce.gap, bce.attained) == (0, 0, 0, False)
    assert (bce.values == sign * np.inf).all()
    assert (bce.extend(points).lower == sign * np.inf).all()
    hinge = minimize_risk(points, labels, 1.0, Hinge(2))
    assert (hinge.risk, hinge.lower_bound, hinge.attained) == (0, 0, True)
    assert (labels * hinge.values >= 2).all()
    for loss in (KR(), HKR()):
        found = minimize_risk(points, labels, 1.0, loss)
        assert (found.risk, found.lower_bound, found.gap, found.attained) == (-np.inf, -np.inf, 0, False)
        assert (found.values == sign * np.inf).all()
        assert found.coupling.nnz == 0


@pytest.mark.parametrize("sign", [1, -1])
def test_one_point_of_one_class(sign):
    found = minimize_risk([[0.0, 0.0]], [sign], 1.0)
    assert not found.attained
    for end in found.extend([[1.0, 2.0], [0.0, 0.0]]):
        assert end.tolist() == [sign * np.inf] * 2


@pytest.mark.parametrize("loss", LOSSES)
def test_all_points_at_one_place(loss):
    """Both classes have the same mass there: the loss of margins t and -t is least at 0, or as small as there."""
    found = minimize_risk([[1.0, 2.0]] * 4, [1, -1, 1, -1], 1.0, loss)
    assert found.risk == pytest.approx(float(loss.value(0.0)), rel=1e-6)


def test_unbalanced_masses():
    points, labels = np.arange(6.0).reshape(3, 2), [1, -1, 1]
    assert minimize_risk(points, labels, 1.0, KR()).risk == -np.inf
    assert minimize_risk(points, labels, 1.0, KR(), [0.1, 0.3, 0.2]).attained  # equal up to rounding
    assert minimize_risk(points, labels, 1.0, HKR(1, 0.99)).risk == -np.inf
    edge = minimize_risk(points, labels, 1.0, HKR(1, 1))
    assert edge.attained
    assert edge.risk == pytest.approx(by_linear_programme(points, np.array(labels), 1.0, HKR(1, 1), np.full(3, 1 / 3)))


NASTY = {
    "weights": lambda rng: (rng.normal(size=(40, 2)), 10.0 ** rng.uniform(-3, 3, 40)),
    "clusters": lambda rng: (np.repeat(rng.normal(size=(4, 2)), 10, axis=0) + 1e-9 * rng.normal(size=(40, 2)), None),
    "one line": lambda rng: (np.outer(np.arange(40.0) % 23, [1.0, 2.0]), None),
    "grid": lambda rng: (np.stack(np.divmod(np.arange(40.0), 7), axis=1), None),
    "far": lambda rng: (rng.normal(size=(40, 2)) * 1e8 + 1e9, None),
    "near": lambda rng: (rng.normal(size=(40, 2)) * 1e-9, None),
    "two places": lambda rng: (np.repeat([[0.0, 0.0], [1.0, 0.0]], 20, axis=0), None),
    "high dimension": lambda rng: (rng.normal(size=(40, 60)), None),
}


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("lipschitz", [1e-3, 1.0, 30.0])
def test_nasty_samples(name, lipschitz):
    rng = np.random.default_rng(9)
    points, weights = NASTY[name](rng)
    labels = np.where(rng.random(40) < 0.5, 1, -1)
    if name == "far":
        lipschitz *= 1e-8
    if name == "near":
        lipschitz *= 1e9
    for loss in (BCE(), Hinge(), HKR(1, 50)):
        masses = np.full(40, 1 / 40) if weights is None else weights
        found = minimize_risk(points, labels, lipschitz, loss, masses)
        assert found.lower_bound <= found.risk <= found.lower_bound + 1e-6 * abs(found.risk) + 1e-300
        assert_certificate(points, labels, masses, lipschitz, loss, found)


@pytest.mark.parametrize("lipschitz", [1e-9, 1e3, 1e6])
def test_extreme_constants(lipschitz):
    points, labels, weights = sample(10, 60, 2, balanced=False)
    found = minimize_risk(points, labels, lipschitz, weights=weights)
    assert found.gap <= 1e-6 * found.risk or found.gap < 1e-300
    masses = [weights[labels == sign].sum() for sign in (1, -1)]
    constant = sum(mass * np.log(sum(masses) / mass) for mass in masses)
    nearest = cdist(points[labels > 0], points[labels < 0]).min()
    assert found.risk <= constant * (1 + 1e-6)
    assert found.lower_bound <= weights.sum() * np.log1p(np.exp(-lipschitz * nearest / 2))
    if lipschitz == 1e-9:
        assert found.risk == pytest.approx(constant, rel=1e-6)


@pytest.mark.parametrize("lipschitz", [1e-3, 1.0, 30.0])
def test_weights_over_many_orders(lipschitz):
    points, labels, _ = sample(17, 40, 2)
    weights = 10.0 ** np.random.default_rng(18).uniform(-12, 3, 40)
    found = minimize_risk(points, labels, lipschitz, weights=weights)
    assert found.gap <= 1e-6 * found.risk
    assert_certificate(points, labels, weights, lipschitz, BCE(), found)


# Extensions


@pytest.mark.parametrize("n", [1, 2, 9])
def test_extensions(n):
    points, labels, _ = sample(11, 50, n)
    found = minimize_risk(points, labels, 1.7)
    on_sample = found.extend(points)
    for values in on_sample:
        assert values == pytest.approx(found.values, abs=1e-12)
    x = np.random.default_rng(12).normal(size=(4, 5, n))
    lower, upper = found.extend(x)
    assert lower.shape == upper.shape == (4, 5)
    assert (lower <= upper + 1e-12).all()
    flat = x.reshape(-1, n)
    assert lower.ravel() == pytest.approx((found.values - 1.7 * cdist(flat, points)).max(axis=1))
    assert upper.ravel() == pytest.approx((found.values + 1.7 * cdist(flat, points)).min(axis=1))
    for values in (lower.ravel(), upper.ravel()):
        assert (np.abs(values[:, None] - values) <= 1.7 * cdist(flat, flat) + 1e-12).all()
    assert found.extend(points[0]).lower == pytest.approx(found.values[0])
    with pytest.raises(ValueError, match=r"x has (shape|nan)"):
        found.extend(np.full((3, n + 1), np.nan))


def test_exact_extensions():
    found = minimize_risk([0, 2, 5], [1, -1, 1], Fraction(1, 2), "hinge")
    assert type(found.risk) is type(found.values[0]) is Fraction
    lower, upper = found.extend([0, Fraction(7, 3), 5])
    assert {type(value) for value in [*lower, *upper]} == {Fraction}
    assert lower[0] == upper[0] == found.values[0]
    assert found.extend(Fraction(2)).lower == found.values[1]
    assert found.extend([[0.5], [2.0]]).upper[1] == float(found.values[1])
    assert found.coupling.dtype == np.float64


# The constant that a risk needs


@pytest.mark.parametrize("risk", [0.6, 0.1, 1e-5, 1e-30])
def test_constant_for_two_points(risk):
    points = [[0.0, 0.0], [3.0, 4.0]]
    exact = -2 * mpmath.log(mpmath.expm1(mpmath.mpf(risk))) / 5
    found = lipschitz_needed(points, [1, -1], risk, tolerance=1e-9)
    assert found.insufficient <= exact <= found.sufficient
    assert found.sufficient - found.insufficient <= 1e-9 * found.sufficient
    assert float(found) == found.sufficient
    assert saturation_bound(risk, points, [1, -1]) <= found.sufficient


@pytest.mark.parametrize(
    ("loss", "levels"), [(BCE(), (0.5, 0.01)), (Hinge(), (0.6, 0)), (KR(), (-0.2, -5)), (HKR(), (5, -3))]
)
@pytest.mark.parametrize("n", [1, 2, 6])
def test_constant_is_where_the_risk_crosses(loss, levels, n):
    points, labels, _ = sample(13, 40, n)
    for level in levels:
        found = lipschitz_needed(points, labels, level, loss)
        assert found.sufficient - found.insufficient <= 1e-6 * found.sufficient
        below = minimize_risk(points, labels, found.insufficient * (1 - 1e-4), loss)
        above = minimize_risk(points, labels, found.sufficient * (1 + 1e-4), loss)
        assert below.lower_bound > level
        assert above.risk <= level


def test_constants_in_closed_form():
    points, labels, weights = sample(14, 40, 2)
    near = cdist(points[labels > 0], points[labels < 0]).min()
    zero = lipschitz_needed(points, labels, 0, Hinge(0.3))
    assert zero.insufficient <= 2 * 0.3 / near <= zero.sufficient
    unit = minimize_risk(points, labels, 1.0, "kr")
    linear = lipschitz_needed(points, labels, -2.0, "kr")
    assert linear.insufficient <= 2 / -unit.lower_bound * (1 + 1e-9)
    assert linear.sufficient >= 2 / -unit.risk * (1 - 1e-9)
    for loss, level in [(BCE(), np.log(2)), (BCE(), 5), (Hinge(), 1), (KR(), 0)]:
        assert lipschitz_needed(points, labels, level * (1 + 1e-9), loss, weights).sufficient == 0


def test_impossible_risks():
    points, labels = [[0.0, 0.0], [0.0, 0.0], [1.0, 1.0]], [1, -1, 1]
    floor = np.log(4) / 3
    impossible = lipschitz_needed(points, labels, floor * (1 - 1e-9))
    assert (impossible.insufficient, impossible.sufficient) == (np.inf, np.inf)
    assert 1 < lipschitz_needed(points, labels, floor * (1 + 1e-6), tolerance=1e-4).sufficient < 1e3
    assert lipschitz_needed(points, labels, 0.0).sufficient == np.inf
    assert lipschitz_needed(points, labels, 2 / 3 * (1 - 1e-9), "hinge").sufficient == np.inf
    assert lipschitz_needed([[0.0, 1.0]], [1], 0.0).sufficient == np.inf
    assert lipschitz_needed([[0.0, 1.0]], [1], 1e-9).sufficient == 0
    assert lipschitz_needed([[0.0, 1.0]], [1], 0, "hinge").sufficient == 0
    assert lipschitz_needed([[0.0, 1.0]], [1], -7, "kr").sufficient == 0


# Bad input


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"points": []}, "points is empty"),
        ({"points": [[0.0, np.nan], [1, 2]]}, r"points has nan at index \(0, 1\)"),
        ({"points": np.zeros((2, 2, 2))}, r"points has shape \(2, 2, 2\)"),
        ({"points": [["a", "b"], ["c", "d"]]}, "points is not an array of real numbers"),
        ({"points": [[1e200, 0], [0, 0]]}, "scale the points"),
        ({"labels": [1, 2]}, "labels has 2.0 at index 1: every label must be"),
        ({"labels": [-1, 0]}, r"labels has -1, and 0 at index 1: pass \+1 and -1, or 0 and 1"),
        ({"labels": [1]}, r"labels has shape \(1,\): pass one label a point, shape \(2,\)"),
        ({"labels": [1, np.nan]}, "labels has nan"),
        ({"lipschitz": 0}, "lipschitz=0: pass one finite number greater than 0"),
        ({"lipschitz": -1.5}, "lipschitz=-1.5"),
        ({"lipschitz": np.inf}, "lipschitz has inf"),
        ({"weights": [1, -1]}, "weights has -1.0 at index 1: weights must be at least 0"),
        ({"weights": [0, 0]}, "weights has total 0: give some point a weight greater than 0"),
        ({"weights": [1, 2, 3]}, r"weights has shape \(3,\): pass one weight a point, shape \(2,\)"),
        ({"weights": [1, np.inf]}, "weights has inf"),
        ({"loss": "mse"}, "loss='mse': pass one of 'bce', 'hinge', 'kr', 'hkr'"),
        ({"loss": 3}, "loss=3"),
        ({"tolerance": 0}, "tolerance=0"),
        ({"tolerance": np.nan}, "tolerance has nan"),
    ],
)
def test_refusals_name_the_argument(change, message):
    good = {"points": [[0.0, 0.0], [1.0, 1.0]], "labels": [1, -1], "lipschitz": 1.0}
    with pytest.raises(ValueError, match=message):
        minimize_risk(**{**good, **change})
    if "lipschitz" not in change:
        del good["lipschitz"]
        with pytest.raises(ValueError, match=message):
            lipschitz_needed(**{**good, "risk": 0.1, **change})


@pytest.mark.parametrize("risk", [np.nan, np.inf, [1, 2], "a"])
def test_refused_risk(risk):
    with pytest.raises(ValueError, match="risk"):
        lipschitz_needed([[0.0, 0.0], [1.0, 1.0]], [1, -1], risk)


def test_out_of_reach_is_said():
    points, labels, weights = sample(15, 60, 2, balanced=False)
    with pytest.raises(ArithmeticError, match=r"the least risk is between .* and .*; rounding leaves tolerance=1e-18"):
        minimize_risk(points, labels, 1.0, weights=weights, tolerance=1e-18)
    weights = np.where(np.arange(60) < 20, 1e-9, weights)
    with pytest.raises(
        ArithmeticError, match=r"; rounding, or weights \de\+\d+ times apart, leave tolerance=1e-18 out of"
    ):
        minimize_risk(points, labels, 1.0, weights=weights, tolerance=1e-18)


def test_weights_beyond_floats_apart_are_said_without_a_warning():
    weights = np.where(np.arange(60) < 20, 5e-324, 1 / 40)
    points, labels, _ = sample(15, 60, 2, balanced=False)
    with pytest.raises(ArithmeticError, match="weights inf times apart, leave"):
        minimize_risk(points, labels, 1.0, weights=weights, tolerance=1e-18)


def test_weights_of_many_orders_of_magnitude():
    """All rounds of Newton steps are long then, and the stiffness grows all the same."""
    rng = np.random.default_rng(1)
    points = rng.normal(size=(900, 2))
    labels = np.where(points[:, 0] + 0.5 * rng.normal(size=900) > 0, 1, -1)
    weights = np.exp(6 * rng.normal(size=900))
    assert weights.max() > 1e15 * weights.min()
    found = minimize_risk(points, labels, 0.3, weights=weights / weights.sum())
    assert found.lower_bound <= found.risk <= found.lower_bound * (1 + 1e-6)


def test_inputs_are_left_alone():
    points, labels, weights = sample(16, 30, 2, balanced=False)
    before = points.copy(), labels.copy(), weights.copy()
    minimize_risk(points, labels, 1.0, weights=weights)
    for array, copy in zip((points, labels, weights), before, strict=True):
        assert (array == copy).all()


def test_public_surface():
    module = importlib.import_module("theory.risk")
    assert {gradient_floor, saturation_bound, minimize_risk} <= {getattr(module, name) for name in module.__all__}
