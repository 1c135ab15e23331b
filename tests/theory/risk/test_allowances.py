"""What each building block of a bound allows for rounding, where it decides: against Fractions and many digits.

Half of these numbers would be on the wrong side without their allowance, and nearly all with its sign reversed.
"""

from __future__ import annotations

from fractions import Fraction
from math import inf

import mpmath
import numpy as np
import pytest

from theory.losses import BCE, HKR, KR, Hinge, SmoothHinge, SquaredHinge
from theory.risk._extremes import constant_risk, risk_floor
from theory.risk._line import certificate
from theory.risk._line.interior_point import Smooth
from theory.risk._needed import Bracket, Point
from theory.risk._proved_bounds import feasible, mcshane, risk_above, risk_below, transport_cost
from theory.risk._sample import read_sample
from theory.risk._weighted_nearest import Distances

KINKED = [Hinge(0.3), KR(), HKR(0.7, 2.3)]
BENT = [SquaredHinge(0.7), SmoothHinge(0.3, 1.7)]
SHARP = Fraction(1, 10**12)


def exact(numbers):
    return [Fraction(number) for number in np.asarray(numbers).tolist()]


def exact_value(loss, t):
    """l(t) of a loss without exponentials, its parameters taken as the floats that they are."""
    if loss in KINKED:
        base, jump, margin = map(Fraction, loss.kink)
        return jump * max(margin - t, 0) - base * t
    margin, width = map(Fraction, loss.bend[:2])
    slope = max(margin - t, 0) / width
    slope = slope if loss.bend[2] == inf else min(slope, Fraction(loss.bend[2]))
    return slope * (max(margin - t, 0) - width * slope / 2)


def digits(number):
    return mpmath.mpf(number.numerator) / number.denominator if isinstance(number, Fraction) else mpmath.mpf(number)


def exact_logistic(temperature, t):
    return mpmath.log1p(mpmath.exp(-mpmath.mpf(temperature) * mpmath.mpf(t)))


# Losses


@pytest.mark.parametrize("loss", KINKED + BENT)
def test_values_above_are_above_and_hardly(loss):
    margin = float(loss.rest) if loss.rest < inf else float(loss.kink[2])
    rng = np.random.default_rng(1)
    t = np.concatenate([rng.normal(size=300), margin * (1 - 2.0 ** rng.integers(-52, 0, 100)), [margin, -margin]])
    for place, above in zip(exact(t), exact(loss.value_above(t)), strict=True):
        right = exact_value(loss, place)
        assert right <= above <= right + SHARP * ((1 + abs(place)) if loss in KINKED else right)


@pytest.mark.parametrize("temperature", [1, 0.3, 7])
def test_values_above_of_the_logistic_loss(temperature):
    t = np.random.default_rng(2).normal(size=200) * 20
    with mpmath.workdps(40):
        for place, above in zip(t.tolist(), BCE(temperature).value_above(t).tolist(), strict=True):
            right = exact_logistic(temperature, place)
            assert right <= above <= right * (1 + mpmath.mpf(10) ** -11)


def exact_dual(loss, a):
    """l°(a), in Fractions or in many digits."""
    if isinstance(loss, BCE):
        share = digits(a) / mpmath.mpf(loss.temperature)
        return -share * mpmath.log(share) - (1 - share) * mpmath.log1p(-share)
    if loss in KINKED:
        base, _, margin = map(Fraction, loss.kink)
        return margin * (a - base)
    margin, width = map(Fraction, loss.bend[:2])
    return a * (margin - width * a / 2)


@pytest.mark.parametrize("loss", [*KINKED, *BENT, BCE(), BCE(0.3)])
def test_duals_below_are_below_for_all_multipliers_that_are_meant(loss):
    """The dual is concave: it is least at an end of the multipliers that may be meant, here 8 EPSILON away."""
    low, high = float(loss.multipliers[0]), loss.steepest
    a = low + (high - low) * np.random.default_rng(3).uniform(0.001, 0.999, 200)
    slack = np.full(200, 24 * 2.0**-52)
    with mpmath.workdps(40):
        for given, found in zip(exact(a), exact(loss.dual_below(a, slack)), strict=True):
            ends = [given * (1 + sign * 8 * Fraction(1, 2**52)) for sign in (-1, 1)]
            right = min(digits(exact_dual(loss, end)) for end in ends)
            assert digits(found) <= right
            assert right - digits(found) < mpmath.mpf(10) ** -13 * (1 + high) * (1 + digits(abs(found)))


# Bounds in space


def nodes(seed, count=12, n=3):
    """Points (count, n), half of them of label +1, weights, and where masses go."""
    rng = np.random.default_rng(seed)
    rows, columns = rng.integers(0, count // 2, 3 * count), rng.integers(count // 2, count, 3 * count)
    return rng.normal(size=(count, n)), rng.dirichlet(np.ones(count)), rows, columns, rng.dirichlet(np.ones(3 * count))


@pytest.mark.parametrize("loss", KINKED + BENT)
@pytest.mark.parametrize("seed", range(20))
def test_risks_above(loss, seed):
    _, weights, *_ = nodes(seed)
    t = np.random.default_rng(seed).normal(size=len(weights))
    right = sum(w * exact_value(loss, place) for w, place in zip(exact(weights), exact(t), strict=True))
    assert right <= Fraction(risk_above(loss, weights, t)) <= right + SHARP


def marginals(count, rows, columns, masses):
    total = [Fraction(0)] * count
    for i, j, mass in zip(rows.tolist(), columns.tolist(), exact(masses), strict=True):
        total[i] += mass
        total[j] += mass
    return total


@pytest.mark.parametrize("loss", KINKED)
@pytest.mark.parametrize("seed", range(20))
def test_feasible_masses_and_risks_below(loss, seed):
    _, weights, rows, columns, masses = nodes(seed)
    scaled = feasible(loss, weights, rows, columns, masses)
    total, most = marginals(12, rows, columns, scaled), Fraction(loss.steepest)
    assert all(a <= most * w for a, w in zip(total, exact(weights), strict=True))
    assert any(a > (1 - SHARP) * most * w for a, w in zip(total, exact(weights), strict=True))
    base, _, margin = map(Fraction, loss.kink)
    cost, reach = np.random.default_rng(seed).uniform(0.1, 2, 2).tolist()
    lack = [max(base * w - a, 0) for w, a in zip(exact(weights), total, strict=True)]
    terms = [margin * (a - base * w) for w, a in zip(exact(weights), total, strict=True) if a > base * w]
    right = sum(terms) - Fraction(reach) * sum(lack) - Fraction(cost)
    found = Fraction(risk_below(loss, weights, rows, columns, scaled, cost, reach))
    assert found <= max(right, 0) if loss.infimum == 0 else right - 100 * SHARP < found <= right


@pytest.mark.parametrize("n", [1, 3, 20])
@pytest.mark.parametrize("seed", range(8))
def test_costs_above_and_margins_that_are_feasible(n, seed):
    points, _, rows, columns, masses = nodes(seed, n=n)
    lipschitz, t = 0.7, np.random.default_rng(seed).normal(size=12)
    distances = Distances(points[:6], points[6:])
    with mpmath.workdps(40):
        square = [[sum((x - y) ** 2 for x, y in zip(exact(a), exact(b), strict=True)) for b in points] for a in points]
        length = [[mpmath.sqrt(digits(entry)) for entry in row] for row in square]
        pairs = list(zip(rows.tolist(), columns.tolist(), strict=True))
        right = mpmath.mpf(lipschitz) * sum(
            length[i][j] * mpmath.mpf(m) for (i, j), m in zip(pairs, masses.tolist(), strict=True)
        )
        found = transport_cost(lipschitz, distances.pairs(rows, columns - 6), masses, n)
        assert right <= found <= right * (1 + mpmath.mpf(10) ** -13)
    square_of = Fraction(lipschitz) ** 2
    margins = exact(mcshane(distances, lipschitz, t, 6, n))
    for i in range(6):
        tight = [square_of * square[i][j] - max(margins[i] + margins[j], 0) ** 2 for j in range(6, 12)]
        assert min(tight) >= 0
    assert max(abs(m) for m in margins) < 100


# The least constant


def test_roots_of_a_bracket_are_bounds_and_hardly_off():
    """Of a line below the risk, whose slope is itself off by 12 roundings, and of a chord above it."""
    rng, room = np.random.default_rng(4), Fraction(12, 2**53)
    for _ in range(300):
        at, target, slope = rng.uniform(0.5, 2, 3).tolist()
        level = target + slope * at * rng.uniform(-0.9, 3)
        bracket = Bracket(target, 9.0)
        bracket.add(Point(at, 10.0, level, slope))
        rise = (Fraction(level) - Fraction(target)) / Fraction(slope)
        root = min(Fraction(at) + rise / (1 + sign * room) for sign in (1, -1))
        assert root * (1 - SHARP) - SHARP * Fraction(at) < Fraction(bracket.low) <= root
        left, right = sorted(rng.uniform(0.5, 2, 2).tolist())
        high, low = target + rng.uniform(0, 2), target - rng.uniform(0, 2)
        bracket = Bracket(target, 9.0)
        bracket.add(Point(left, high, -inf, 0.0))
        bracket.add(Point(right, low, -inf, 0.0))
        share = (Fraction(high) - Fraction(target)) / (Fraction(high) - Fraction(low))
        root = Fraction(left) + share * (Fraction(right) - Fraction(left))
        assert root <= Fraction(bracket.high) < root * (1 + SHARP)


# Both ends


@pytest.mark.parametrize("loss", [*KINKED[::2], *BENT, BCE()])
def test_risks_at_both_ends_are_enclosed(loss):
    """One pair of opposite labels at each of two places, by search in many digits."""
    rng = np.random.default_rng(5)
    for _ in range(40):
        points, labels = [[0.0], [0.0], [1.0], [1.0]], [1, -1, 1, -1]
        weights = rng.uniform(0.3, 0.6, 4)
        sample = read_sample(points, labels, weights, 1.0, loss)
        with mpmath.workdps(30):
            u, v, w, x = map(digits, exact(weights))
            right = pooled(loss, u, v) + pooled(loss, w, x)
            floor = risk_floor(sample, loss)
            assert floor.below <= right <= floor.above
            assert floor.above - floor.below <= mpmath.mpf(10) ** -12 * right
            right = pooled(loss, u + w, v + x)
            found = constant_risk(sample, loss)
            assert found.below <= right <= found.above
            assert found.above - found.below <= mpmath.mpf(10) ** -12 * right


def pooled(loss, plus, minus):
    """The least plus l(t) + minus l(-t): plus l° + minus l° at the mass that both exchange."""
    heavy, light = max(plus, minus), min(plus, minus)
    if isinstance(loss, BCE):
        return heavy * mpmath.log1p(light / heavy) + light * mpmath.log1p(heavy / light)
    if loss in KINKED:
        base, jump, margin = (mpmath.mpf(float(number)) for number in loss.kink)
        return -heavy * base * margin + light * (jump * 2 * margin + base * margin)
    margin, width = (mpmath.mpf(float(number)) for number in loss.bend[:2])
    mass = 2 * margin / width / (1 / plus + 1 / minus)
    mass = mass if loss.bend[2] == inf else min(mass, light * loss.bend[2])
    return 2 * margin * mass - width * mass**2 * (1 / plus + 1 / minus) / 2


# Certificates on the line


@pytest.mark.parametrize("seed", range(20))
def test_falls_of_feasible_values_are_at_most_the_bounds(seed):
    """The bounds given may exceed the true ones by 2^-50, the values are rounded once more by 2^-51 of themselves."""
    rng = np.random.default_rng(seed)
    bounds = 10.0 ** rng.uniform(-3, 0, 60)
    falls = bounds * rng.choice([-2.0, -1.0, 0.3, 1.0, 5.0], 60)
    z = np.concatenate([[0.0], -np.cumsum(np.clip(falls, -bounds, bounds))])
    found = certificate.feasible_values(z, falls, bounds)
    values = exact(found)
    for k, (bound, fall) in enumerate(zip(exact(bounds), falls.tolist(), strict=True)):
        room = Fraction(1, 2**51) * (abs(values[k]) + abs(values[k + 1]))
        step = values[k] - values[k + 1]
        assert abs(step) <= bound * (1 - Fraction(1, 2**50)) + room
        if abs(fall) >= bound:
            assert abs(step) >= bound * (1 - SHARP) - room


@pytest.mark.parametrize("loss", [BCE(), SquaredHinge(), SmoothHinge(1, 0.5)])
@pytest.mark.parametrize("seed", range(10))
def test_bounds_of_a_certificate(loss, seed):
    form, rng = loss.normal, np.random.default_rng(seed)
    weights, margins = rng.dirichlet(np.ones(30)), rng.normal(size=30)
    problem = Smooth(np.where(np.arange(30) % 2, 1.0, -1.0), weights, np.arange(30), np.ones(29), form)
    with mpmath.workdps(40):
        worst = [m - abs(m) * Fraction(1, 2**51) for m in exact(margins)]
        values = [normal_value(form, m) for m in worst]
        right = sum(digits(w) * v for w, v in zip(exact(weights), values, strict=True))
        assert right <= certificate.upper_bound(margins, problem) <= right * (1 + mpmath.mpf(10) ** -12)


@pytest.mark.parametrize("loss", [BCE(), SquaredHinge(), SmoothHinge(1, 0.5)])
@pytest.mark.parametrize("seed", range(10))
def test_lower_bounds_of_a_certificate(loss, seed):
    """Costs may be too small by 2^-50 of themselves, marginals are rounded."""
    form = loss.normal
    _, weights, rows, columns, masses = nodes(seed)
    sides = zip(exact(weights), marginals(12, rows, columns, masses), strict=True)
    masses = masses * 0.9 * min(float(w / a) for w, a in sides if a)
    total = marginals(12, rows, columns, masses)
    found = certificate.Coupled(rows, columns, masses, np.array([float(a) for a in total]))
    costs = np.random.default_rng(seed).uniform(0.01, 0.3, len(rows))
    problem = Smooth(np.repeat([1.0, -1.0], 6), weights, np.arange(12), np.ones(11), form)
    with mpmath.workdps(40):
        gain = sum(normal_dual(form, a, w) for a, w in zip(total, exact(weights), strict=True) if a)
        dear = sum(m * c for m, c in zip(exact(masses), exact(costs), strict=True)) * (1 + Fraction(1, 2**50))
        right = gain - digits(dear)
        assert right - mpmath.mpf(10) ** -12 < certificate.lower_bound(found, problem, lambda *_: costs) <= right


def normal_dual(form, mass, weight):
    if form.flat == inf:
        return digits(weight) * exact_dual(BCE(), mass / weight)
    return digits(mass * (1 - Fraction(form.width) / 2 * mass / weight))


def normal_value(form, s):
    if form.flat == inf:
        return mpmath.log1p(mpmath.exp(-digits(s)))
    width, slack = Fraction(form.width), max(1 - s, 0)
    slope = min(slack / width, 1)
    return digits(slope * (slack - width * slope / 2))


@pytest.mark.parametrize("seed", range(10))
def test_couplings_have_their_marginals_below_the_weights(seed):
    """Multipliers at the weights, and above them by rounding; flux between nearly all points, and hardly any."""
    rng = np.random.default_rng(seed)
    half = rng.dirichlet(np.ones(20))
    weights, signs = np.concatenate([half, rng.permutation(half)]), np.repeat([1.0, -1.0], 20)
    order = rng.permutation(40)
    weights, signs = weights[order], signs[order]
    alpha = weights * rng.choice([1.0, 1 + 2.0**-52, 1 - 2.0**-51, 0.5], 40)
    edges = certificate.Edges(np.arange(40), np.zeros(39), np.zeros(39), 0.0)
    found = certificate.coupled(alpha, signs, weights, edges)
    assert found.masses.min() > 0
    assert (signs[found.rows] > 0).all() and (signs[found.columns] < 0).all()
    total = marginals(40, found.rows, found.columns, found.masses)
    for right, given, weight, wanted in zip(total, *map(exact, (found.marginals, weights, alpha)), strict=True):
        assert abs(right - given) <= Fraction(1, 2**52) * given
        assert right < weight
        assert given <= wanted
    assert sum(total) > 2 * Fraction(1, 3)
