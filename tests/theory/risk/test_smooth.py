"""Least risks of smooth losses and of losses that a user adds: an independent solver, exact certificates, corners."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import inf, sqrt

import cvxpy as cp
import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from theory.losses import BCE, Hinge, NormalForm, PiecewiseLinearLoss, SmoothHinge, SmoothLoss, SquaredHinge
from theory.risk import lipschitz_needed, minimize_risk

quick = settings(derandomize=True, deadline=None, max_examples=20)
BENT = [SquaredHinge(), SquaredHinge(0.3), SmoothHinge(), SmoothHinge(0.7, 0.05), SmoothHinge(1, 4)]


@dataclass(frozen=True)
class Doubled(PiecewiseLinearLoss):
    """2 max(0, m - t), as a user may write it."""

    margin: float = 1

    @property
    def kink(self):
        return 0, 2, self.margin


@dataclass(frozen=True)
class Root(SmoothLoss):
    """(sqrt(4 + t^2) - t) / 2, of which solvers know nothing: slopes from 0 to -1, as slow as 1 / t at the end."""

    @property
    def multipliers(self):
        return 0, 1

    @property
    def rest(self):
        return inf

    @property
    def normal(self):
        return RootForm(1, 1)

    def value(self, t):
        return self.normal.value(np.asarray(t, dtype=float))

    def derivative(self, t):
        return -self.normal.share(np.asarray(t, dtype=float))

    def conjugate(self, s):
        a = -np.asarray(s, dtype=float)
        inside = (a >= 0) & (a <= 1)
        return np.where(inside, -2 * np.sqrt(np.where(inside, a * (1 - a), 0)), inf)[()]

    def pooled(self, plus, minus):
        return 2 * np.sqrt(plus * minus)


class RootForm(NormalForm):
    def value(self, s):
        root = np.sqrt(4 + s * s)
        return np.where(s > 0, 2 / (root + np.abs(s)), (root - s) / 2)

    def share(self, s, lift=0.0):
        return self.value(s) / np.sqrt(4 + s * s)

    def curvature(self, s, slopes, weights):
        return weights * 2 / np.sqrt(4 + s * s) ** 3

    def place(self, mass, rest):
        return (rest - mass) / np.sqrt(rest * mass)

    def bend(self, mass, rest):
        return (mass + rest) ** 2 / (2 * (mass * rest) ** 1.5)

    def dual(self, mass, weights):
        return 2 * np.sqrt(mass * (weights - mass))

    def dual_size(self, mass, weights):
        """Twice the dual and its derivative times the mass: weights - mass is exact where it is small."""
        return 2 * self.dual(mass, weights) + weights * np.sqrt(mass / (weights - mass))


def sample(seed, count, n):
    """Weighted points, some of which coincide, with either label."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(count, n)).round(1)
    points[:3] = points[3:6]
    labels = np.where(rng.random(count) < 0.6, 1, -1)
    labels[:6] = 1, -1, 1, -1, 1, 1
    return points, labels, rng.uniform(0.1, 1, count)


def by_cone_solver(points, labels, lipschitz, loss, weights):
    """All pairs, equal labels included, in the values themselves."""
    f = cp.Variable(len(points))
    t = cp.multiply(labels, f)
    if isinstance(loss, SquaredHinge):
        terms = cp.square(cp.pos(loss.margin - t))
    elif isinstance(loss, SmoothHinge):  # an infimal convolution of the hinge and a parabola
        bend = cp.Variable(len(points))
        terms = cp.pos(loss.margin - t - bend) + cp.square(bend) / (2 * loss.width)
    else:
        terms = (cp.norm(cp.vstack([t, 2 * np.ones(len(points))]), axis=0) - t) / 2
    i, j = np.triu_indices(len(points), 1)
    far = lipschitz * np.linalg.norm(points[i] - points[j], axis=1)
    return cp.Problem(cp.Minimize(weights @ terms), [cp.abs(f[i] - f[j]) <= far]).solve(solver=cp.CLARABEL)


@pytest.mark.parametrize("loss", [*BENT, Root()])
@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("lipschitz", [0.1, 1.0, 8.0])
def test_cone_solver_agrees(loss, n, lipschitz):
    points, labels, weights = sample(n, 24, n)
    found = minimize_risk(points, labels, lipschitz, loss, weights, tolerance=1e-8)
    assert found.risk == pytest.approx(by_cone_solver(points, labels, lipschitz, loss, weights), rel=2e-6, abs=1e-7)
    assert 0 <= found.gap <= 1e-8 * found.risk
    assert found.attained
    values = found.values
    assert (np.abs(values[:, None] - values) <= lipschitz * cdist(points, points) + 1e-12 * np.abs(values).max()).all()


@pytest.mark.parametrize("loss", [SquaredHinge(), SmoothHinge(0.7, 0.05), Root()])
def test_many_points_agree_with_the_line(loss):
    """Beyond the size where all pairs are kept, with groups that only the line knows to be independent."""
    rng = np.random.default_rng(3)
    x, labels = rng.normal(size=300), np.where(rng.random(300) < 0.5, 1, -1)
    line = minimize_risk(x, labels, 0.9, loss)
    plane = minimize_risk(np.outer(x, [0.6, 0.8]), labels, 0.9, loss)
    assert plane.lower_bound <= line.risk * (1 + 1e-12)
    assert line.lower_bound <= plane.risk * (1 + 1e-12)


# Certificates


@st.composite
def samples(draw, most=8):
    """Integer points of the line or the plane, often coinciding; weights are multiples of 1/8."""
    count, n = draw(st.integers(2, most)), draw(st.sampled_from([1, 2]))
    points = draw(st.lists(st.tuples(*[st.integers(-3, 3)] * n), min_size=count, max_size=count))
    labels = [1, -1, *draw(st.lists(st.sampled_from([1, -1]), min_size=count - 2, max_size=count - 2))]
    weights = draw(st.lists(st.integers(1, 8), min_size=count, max_size=count))
    return np.array(points, dtype=float), np.array(labels), np.array(weights) / 8


bent = st.one_of(
    st.builds(SquaredHinge, st.sampled_from([1, 0.3, Fraction(1, 3)])),
    st.builds(SmoothHinge, st.sampled_from([1, 0.3, Fraction(1, 3)]), st.sampled_from([0.1, 1, Fraction(7, 3)])),
)
constants = st.sampled_from([0.05, 0.25, 1.0, 7.0])


def exact_dual(points, labels, weights, lipschitz, loss, found):
    """The dual objective of the coupling: its gain in Fractions, its cost with 60 digits."""
    totals, cost = [Fraction(0)] * len(labels), mpmath.mpf(0)
    for i, j, mass in zip(found.rows, found.columns, found.masses.tolist(), strict=True):
        assert labels[i] == 1 and labels[j] == -1 and mass >= 0
        totals[i] += Fraction(mass)
        totals[j] += Fraction(mass)
        square = sum((Fraction(a) - Fraction(b)) ** 2 for a, b in zip(points[i], points[j], strict=True))
        cost += mpmath.mpf(mass) * mpmath.sqrt(mpmath.mpf(square.numerator) / square.denominator)
    gain = sum(Fraction(w) * loss.dual(a / Fraction(w)) for w, a in zip(weights, totals, strict=True))
    return mpmath.mpf(gain.numerator) / gain.denominator - mpmath.mpf(lipschitz) * cost


@quick
@given(samples(), constants, bent)
def test_bounds_hold_in_exact_arithmetic(case, lipschitz, loss):
    points, labels, weights = case
    found = minimize_risk(points, labels, lipschitz, loss, weights)
    risk = sum(
        Fraction(w) * loss.value(Fraction(float(y * v))) for w, y, v in zip(weights, labels, found.values, strict=True)
    )
    rounding = Fraction(1, 2**50) if points.shape[1] == 1 else 0  # on the line values are rounded to the nearest float
    assert risk * (1 - rounding) <= Fraction(found.risk) + rounding
    with mpmath.workdps(60):
        assert found.lower_bound <= max(exact_dual(points, labels, weights, lipschitz, loss, found), 0)


@quick
@given(samples(), constants, bent, st.randoms(use_true_random=False))
def test_no_lipschitz_function_is_below_the_bound(case, lipschitz, loss, random):
    """McShane's extension of any values, which is Lipschitz whatever they are."""
    points, labels, weights = case
    found = minimize_risk(points, labels, lipschitz, loss, weights)
    seeds = np.array([random.uniform(-2, 2) for _ in labels]) * random.choice([0.0, 0.5, 1.0]) + found.values
    values = (seeds[:, None] + lipschitz * cdist(points, points)).min(axis=0)
    assert found.lower_bound <= weights @ loss.value(labels * values) * (1 + 1e-12)
    assert found.lower_bound <= found.risk <= found.lower_bound * (1 + 1e-6) + 1e-13


# Corners


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("loss", [Doubled(), Doubled(0.5), SquaredHinge(2), SmoothHinge(0.5, 3)])
def test_one_class_rests_on_its_margin(n, sign, loss):
    """The constant function +-m has no loss: the minimum is attained, on the line and in space alike."""
    found = minimize_risk(np.arange(3.0 * n).reshape(3, n), [sign] * 3, 1.0, loss)
    assert (found.risk, found.lower_bound, found.gap, found.attained) == (0, 0, 0, True)
    assert found.values.tolist() == [sign * loss.margin] * 3
    assert lipschitz_needed(np.arange(3.0 * n).reshape(3, n), [sign] * 3, 0, loss).sufficient == 0


@pytest.mark.parametrize("n", [1, 2])
def test_one_class_of_a_loss_without_a_minimum(n):
    found = minimize_risk(np.arange(3.0 * n).reshape(3, n), [-1] * 3, 1.0, Root())
    assert (found.risk, found.lower_bound, found.attained) == (0, 0, False)
    assert (found.values == -inf).all()
    assert lipschitz_needed(np.arange(2.0 * n).reshape(2, n), [1, -1], 0.0, Root()).sufficient == inf


def test_a_multiple_of_the_hinge_is_one():
    for points in ([[0.0], [0.5], [2.0]], [[0.0, 0.0], [0.5, 0.0], [2.0, 1.0]]):
        twice, once = (minimize_risk(points, [1, -1, 1], 0.7, loss) for loss in (Doubled(), Hinge()))
        assert twice.risk == pytest.approx(2 * once.risk, rel=1e-6)
    exact = minimize_risk([0, 1], [1, -1], Fraction(1, 2), Doubled())
    assert (exact.risk, exact.lower_bound) == (Fraction(3, 2), Fraction(3, 2))


@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("lipschitz", [1e-3, 0.3, 0.39, 0.4, 0.41, 40.0])
def test_two_points(n, lipschitz):
    """t = min(m, L d / 2) at both."""
    pair = [[0.0, 0.0], [3.0, 4.0]] if n == 2 else [[0.0], [5.0]]
    for loss in (SquaredHinge(), SmoothHinge(1, 0.5), SmoothHinge(1, 3)):
        found = minimize_risk(pair, [1, -1], lipschitz, loss)
        assert found.risk == pytest.approx(float(loss.value(min(1.0, 2.5 * lipschitz))), rel=1e-6, abs=1e-12)
        if lipschitz > 0.4:
            assert (found.risk, found.lower_bound) == (0, 0)


@pytest.mark.parametrize("n", [1, 2])
def test_opposite_labels_at_one_place(n):
    """m - t and m + t share a slack of 2 m in inverse proportion to the weights."""
    found = minimize_risk(np.ones((2, n)), [1, -1], 3.0, SquaredHinge(2), weights=[1.0, 3.0])
    assert found.risk == pytest.approx(16 * 0.75, rel=1e-6)
    assert found.values == pytest.approx([-1.0, -1.0], abs=1e-2)
    points = np.vstack([np.ones((2, n)), np.zeros((1, n))])
    needed = lipschitz_needed(points, [1, -1, 1], 11.9, SquaredHinge(2), weights=[1.0, 3.0, 1.0])
    assert needed.sufficient == inf


@pytest.mark.parametrize("loss", [SquaredHinge(), SmoothHinge(1, 0.5)])
@pytest.mark.parametrize("n", [1, 2])
def test_constant_that_a_risk_needs(loss, n):
    points, labels = ([[0.0, 0.0], [3.0, 4.0]], [1, -1]) if n == 2 else ([0.0, 5.0], [1, -1])
    found = lipschitz_needed(points, labels, 0.09, loss)
    exact = {SquaredHinge: 0.7, SmoothHinge: 1 - sqrt(0.09)}[type(loss)] * 2 / 5
    assert found.insufficient <= exact * (1 + 1e-12)
    assert exact <= found.sufficient * (1 + 1e-12)
    assert found.sufficient - found.insufficient <= 1e-6 * found.sufficient
    zero = lipschitz_needed(points, labels, 0, loss)
    assert zero.insufficient <= 0.4 * (1 + 1e-12) <= zero.sufficient * (1 + 2e-12)
    assert zero.sufficient - zero.insufficient <= 1e-6 * zero.sufficient


def test_values_and_names():
    found = minimize_risk([[0.0], [1.0]], [1, -1], 1.0, "squared_hinge")
    assert found.risk == pytest.approx(0.25)
    assert minimize_risk([[0.0], [1.0]], [1, -1], 1.0, "smooth_hinge").risk == pytest.approx(0.125)
    assert minimize_risk([[0.0], [1.0]], [1, -1], 1.0, BCE()).risk < 0.5


@pytest.mark.parametrize("kink", [(0, 1, -1), (-1, 1, 1), (0, -2, 1), (0, 1, inf)])
def test_a_kink_that_is_none_is_refused(kink):
    class Odd(PiecewiseLinearLoss):
        @property
        def kink(self):
            return kink

    with pytest.raises(ValueError, match=r"loss=.*Odd.* has the kink .*: base, jump and margin must be finite"):
        minimize_risk([[0.0], [1.0]], [1, -1], 1.0, Odd())
