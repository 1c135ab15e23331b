"""The least risk on the line: exact certificates, independent solvers, both sides of every threshold."""

from __future__ import annotations

from fractions import Fraction
from heapq import heappush
from itertools import pairwise, product
from math import inf, isinf, log, sqrt

import cvxpy
import mpmath
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment, linprog
from scipy.special import expit

from theory import wasserstein1
from theory._rationals import as_whole, floats
from theory.losses import BCE, HKR, KR, Hinge
from theory.risk._line import slope_trick
from theory.risk._line.conductors import network
from theory.risk._line.solve import least_risk_line

quick = settings(derandomize=True, deadline=None, max_examples=25)
slow = settings(derandomize=True, deadline=None, max_examples=20)
mpmath.mp.dps = 60


def solve(x, y, w, lipschitz=1, loss=None, tolerance=1e-10):
    return least_risk_line(x, np.asarray(y), w, lipschitz, loss or BCE(), tolerance)


def float_data(x, y, w):
    order = np.argsort(x, kind="stable")
    return np.asarray(x, dtype=float)[order], np.asarray(y)[order], np.asarray(w, dtype=float)[order]


# Certificates, checked without anything from the solver


def exact_risk(values, y, w, loss):
    return sum(each * loss.value(label * v) for each, label, v in zip(w, y, values, strict=True))


def marginals(found, count):
    sums = [Fraction(0)] * count
    for i, j, mass in zip(*found.coupling, strict=True):
        sums[i] += Fraction(mass)
        sums[j] += Fraction(mass)
    return sums


def transport(found, x, lipschitz):
    return lipschitz * sum(
        Fraction(mass) * abs(Fraction(x[i]) - Fraction(x[j])) for i, j, mass in zip(*found.coupling, strict=True)
    )


def sides_are_right(found, y):
    rows, columns, masses = found.coupling
    y = np.asarray(y)
    return bool((y[rows] == 1).all() and (y[columns] == -1).all() and all(mass >= 0 for mass in masses))


def prove_exact(found, x, y, w, lipschitz, loss):
    """Feasible values, a feasible coupling, and one objective."""
    assert {type(v) for v in found.values} == {Fraction}
    v = found.values
    assert all(abs(a - b) <= lipschitz * (t - s) for a, b, s, t in zip(v, v[1:], x, x[1:], strict=False))
    assert sides_are_right(found, y)
    alpha = marginals(found, len(x))
    base, jump, margin = loss.kink
    assert all(base * each <= a <= (base + jump) * each for a, each in zip(alpha, w, strict=True))
    dual = sum(margin * (a - base * each) for a, each in zip(alpha, w, strict=True)) - transport(found, x, lipschitz)
    assert found.attained
    assert type(found.risk) is type(found.lower_bound) is Fraction
    assert dual == found.lower_bound == found.risk == exact_risk(v, y, w, loss)


def prove_bce(found, x, y, w, lipschitz, temperature=1):
    """The bounds hold for the floats as real numbers, with 60 digits."""
    x, w, lipschitz = [Fraction(t) for t in x], [Fraction(t) for t in w], Fraction(lipschitz)
    prove_upper(found, x, y, w, lipschitz, temperature)
    assert sides_are_right(found, y)
    dual = -transport(found, x, lipschitz)
    dual = mpmath.mpf(dual.numerator) / dual.denominator
    for a, each in zip(marginals(found, len(x)), w, strict=True):
        assert 0 <= a <= each * temperature
        if 0 < a < each * temperature:
            share, each = (mpmath.mpf(t.numerator) / t.denominator for t in (a / (each * temperature), each))
            dual -= each * (share * mpmath.log(share) + (1 - share) * mpmath.log1p(-share))
    assert found.lower_bound <= dual


def prove_upper(found, x, y, w, lipschitz, temperature):
    """Some L-Lipschitz values are within 2^-51 of themselves of those given; none of these is worse than `risk`."""
    boxes = [(v - abs(v) / 2**51, v + abs(v) / 2**51) for v in map(Fraction, found.values)]
    low, high = boxes[0]
    for step, (least, greatest) in zip([lipschitz * (t - s) for s, t in pairwise(x)], boxes[1:], strict=True):
        low, high = max(low - step, least), min(high + step, greatest)
        assert low <= high
    risk = mpmath.mpf(0)
    for (least, greatest), label, each in zip(boxes, y, w, strict=True):
        worst = temperature * (least if label > 0 else -greatest)
        worst, each = (mpmath.mpf(t.numerator) / t.denominator for t in (worst, each))
        risk += each * mpmath.log1p(mpmath.exp(-worst))
    assert risk <= found.risk


# Losses with a kink: exact


positive = st.fractions(Fraction(1, 6), 6, max_denominator=6)


@st.composite
def samples(draw, most=9):
    """Sorted rational points that may repeat, any labels."""
    x = sorted(draw(st.lists(st.fractions(-4, 4, max_denominator=4), min_size=1, max_size=most)))
    y = draw(st.lists(st.sampled_from([-1, 1]), min_size=len(x), max_size=len(x)))
    return x, y, draw(st.lists(positive, min_size=len(x), max_size=len(x)))


def balanced(sample, most=1):
    """Weights changed so that the masses of the classes have a ratio of at most `most`; None for one class."""
    x, y, w = sample
    plus = sum(each for each, label in zip(w, y, strict=True) if label > 0)
    minus = sum(w) - plus
    if not plus or not minus:
        return None
    up = 1 if plus <= most * minus else most * minus / plus
    down = 1 if minus <= most * plus else most * plus / minus
    return x, y, [each * (up if label > 0 else down) for each, label in zip(w, y, strict=True)]


@quick
@given(samples(), positive, positive)
@example(([Fraction(0)] * 3, [1, -1, -1], [Fraction(1)] * 3), Fraction(1), Fraction(1))
def test_hinge_is_proved_optimal(sample, lipschitz, margin):
    loss = Hinge(margin)
    prove_exact(solve(*sample, lipschitz, loss), *sample, lipschitz, loss)


@quick
@given(samples(), positive)
def test_kr_is_proved_optimal_and_is_the_transport_cost(sample, lipschitz):
    sample = balanced(sample)
    if sample is None:
        return
    found = solve(*sample, lipschitz, KR())
    prove_exact(found, *sample, lipschitz, KR())
    x, _, w = ([t for t, label in zip(each, sample[1], strict=True) if label > 0] for each in sample)
    x_, _, w_ = ([t for t, label in zip(each, sample[1], strict=True) if label < 0] for each in sample)
    assert found.risk == -lipschitz * wasserstein1(x, x_, w, w_)


@quick
@given(samples(), positive, positive, positive)
def test_hkr_is_proved_optimal_up_to_the_greatest_ratio(sample, lipschitz, margin, penalty):
    loss = HKR(margin, penalty)
    sample = balanced(sample, 1 + penalty)
    if sample is not None:
        prove_exact(solve(*sample, lipschitz, loss), *sample, lipschitz, loss)


def test_every_small_instance():
    """All labels, weights and gaps from small sets: nothing depends on luck."""
    cases = 0
    for gaps in product([0, 1, 3], repeat=3):
        x = [Fraction(sum(gaps[:k])) for k in range(4)]
        for y in product([-1, 1], repeat=4):
            for w in [(a, b, c, a) for a, b, c in product([Fraction(1), Fraction(5, 2)], repeat=3) if a != b or a == c]:
                for loss in (Hinge(), HKR(Fraction(1, 2), Fraction(3))):
                    sample = (x, list(y), list(w)) if isinstance(loss, Hinge) else balanced((x, y, w), 4)
                    if sample is not None:
                        prove_exact(solve(*sample, Fraction(2, 3), loss), *sample, Fraction(2, 3), loss)
                        cases += 1
    assert cases == 27 * 6 * (16 + 14)


def crowds(seed, count):
    """Light points, then heavy ones in turns: whole crowds of breakpoints change sides again and again."""
    rng = np.random.default_rng(seed)
    gaps = rng.choice([0, 1, 5], count)
    x = [Fraction(int(t), 10 * count) for t in np.cumsum(gaps)]
    heavy = (np.arange(count) > count // 3) & (rng.random(count) < 0.8)
    y = np.where(heavy, 1 - 2 * (np.arange(count) % 2), 1 if seed % 2 else rng.choice([-1, 1], count))
    scales = [Fraction(1, 10**6), Fraction(1, 50), Fraction(1), Fraction(3)]
    kind = np.where(heavy, rng.integers(1, 4, count), rng.integers(0, 2, count) * (seed % 3 == 0))
    return x, y.tolist(), [scales[each] * int(more) for each, more in zip(kind, rng.integers(1, 4, count), strict=True)]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("loss", [Hinge(), HKR(Fraction(1, 30), Fraction(9))])
def test_crowds_of_light_points_are_proved_optimal(seed, loss):
    sample = crowds(seed, 150)
    sample = sample if isinstance(loss, Hinge) else balanced(sample, 10)
    prove_exact(solve(*sample, Fraction(3), loss), *sample, 3, loss)


def test_crowds_travel_together(monkeypatch):
    """The work, counted in insertions into heaps, grows no faster than the points."""
    work = []
    monkeypatch.setattr(slope_trick, "heappush", lambda heap, entry: (work.append(1), heappush(heap, entry)))
    for count in (500, 4000):
        x = [Fraction(i, count) for i in range(count)] + [Fraction(1)] * count
        y = [1] * count + [(-1) ** (i + 1) for i in range(count)]
        work.clear()
        solve(x, y, [Fraction(1, 10**9)] * count + [Fraction(1)] * count, Fraction(1), Hinge())
        assert len(work) < 8 * 2 * count


def linear_programme(x, y, w, lipschitz, loss):
    """The same problem, all pairs constrained, for HiGHS."""
    base, jump, margin = (float(t) for t in loss.kink)
    p = len(x)
    rows, limits = [], []
    for i in range(p):
        row = np.zeros(2 * p)
        row[i], row[p + i] = -y[i], -1
        rows.append(row)
        limits.append(-margin)
        for j in range(p):
            row = np.zeros(2 * p)
            row[i], row[j] = 1.0, -1.0
            rows.append(row * (i != j))
            limits.append(lipschitz * abs(x[i] - x[j]))
    costs = np.concatenate([-base * np.asarray(w) * y, jump * np.asarray(w)])
    found = linprog(costs, np.array(rows), limits, bounds=[(None, None)] * p + [(0, None)] * p)
    return found.fun if found.status == 0 else -inf


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("loss", [Hinge(), Hinge(0.3), KR(), HKR(0.5, 1.5)])
def test_linear_programmes_agree(seed, loss):
    rng = np.random.default_rng(seed)
    x, y, w = float_data(rng.normal(size=12).round(1), rng.permutation([1] * 6 + [-1] * 6), rng.uniform(0.1, 1, 12))
    w = np.where(y > 0, w / w[y > 0].sum(), w / w[y < 0].sum())
    found = solve(x, y, w, 0.7, loss)
    assert found.risk == pytest.approx(linear_programme(x, y, w, 0.7, loss), abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_hinge_of_unit_weights_is_an_assignment(seed):
    rng = np.random.default_rng(seed)
    x, y, w = float_data(rng.normal(size=60), rng.choice([-1, 1], 60), np.ones(60))
    profit = np.maximum(2 * 0.4 - 1.3 * np.abs(x[y > 0][:, None] - x[y < 0]), 0)
    rows, columns = linear_sum_assignment(profit, maximize=True)
    assert solve(x, y, w, 1.3, Hinge(0.4)).risk == pytest.approx(profit[rows, columns].sum(), abs=1e-12)


@slow
@given(samples(12), st.sampled_from([Hinge(), Hinge(Fraction(1, 3)), HKR(0.25, 40.0)]))
def test_floats_are_solved_exactly_and_rounded_outwards(sample, loss):
    """The lower bound is the float below the optimum, the risk the one above what values with lower margins have."""
    x, y, w = float_data(*sample)
    found = solve(x + 0.1, y, w * 0.1, 0.3, loss)
    exact = solve([Fraction(t) for t in x + 0.1], y, [Fraction(t) for t in w * 0.1], Fraction(0.3), loss)
    if not exact.attained:
        assert found.risk == found.lower_bound == -inf
        return
    assert found.lower_bound <= exact.risk < np.nextafter(found.lower_bound, inf)
    rational = type(loss)(*map(Fraction, vars(loss).values()))
    right = exact_risk(map(Fraction, found.values), y, map(Fraction, w * 0.1), rational)
    assert exact.risk <= right <= found.risk and np.nextafter(found.risk, -inf) < right
    for margin, best in zip(y * found.values, y * exact.values, strict=True):
        assert Fraction(margin) <= best < Fraction(np.nextafter(margin, inf))
    assert found.coupling[2].tolist() == [float(mass) for mass in exact.coupling[2]]


def test_every_labelled_pair_matters():
    """Neighbours of opposite labels alone are not enough: the first point binds the third through the second."""
    x, y, w = [Fraction(0), Fraction(1), Fraction(2)], [1, 1, -1], [Fraction(10), Fraction(1, 10), Fraction(10)]
    found = solve(x, y, w, Fraction(1), Hinge(Fraction(2)))
    assert found.values[0] - found.values[2] == 2
    prove_exact(found, x, y, w, 1, Hinge(Fraction(2)))


# Not attained


@pytest.mark.parametrize("kind", [float, Fraction])
@pytest.mark.parametrize(
    ("loss", "plus", "sign"), [(KR(), 2, 1), (KR(), Fraction(1, 2), -1), (HKR(1, 3), 5, 1), (HKR(1, 3), 0.125, -1)]
)
def test_unbounded(kind, loss, plus, sign):
    x, w = [kind(0), kind(1)], [kind(plus), kind(1)]
    x, w = (np.array(x), np.array(w)) if kind is float else (x, w)
    found = solve(x, [1, -1], w, kind(1), loss)
    assert found.risk == found.lower_bound == -inf
    assert not found.attained
    assert found.values.tolist() == [sign * inf] * 2
    constants = [sum(w * loss.value(np.array([c, -c]))) for c in (sign * 10**3, sign * 10**6)]
    assert constants[1] < constants[0] - 100


def test_kr_of_one_class_is_unbounded():
    assert solve([Fraction(0)], [-1], [Fraction(1)], 1, KR()).values.tolist() == [-inf]


@pytest.mark.parametrize("sign", [1, -1])
def test_bce_of_one_class_is_zero_and_not_attained(sign):
    found = solve(np.array([0.0, 1.0]), [sign, sign], np.ones(2))
    assert (found.risk, found.lower_bound, found.attained) == (0, 0, False)
    assert BCE().value(sign * found.values).tolist() == [0, 0]


def test_hinge_of_one_class_is_attained():
    found = solve(np.array([0.0, 1.0]), [-1, -1], np.ones(2), 1, Hinge(2))
    assert (found.risk, found.lower_bound, found.attained) == (0, 0, True)
    assert (found.values <= -2).all()


def test_masses_that_differ_by_rounding_are_equal():
    x, y, w = np.array([0.0, 1.0, 2.0]), [1, 1, -1], np.array([0.1, 0.2, 0.3])
    assert Fraction(w[0]) + Fraction(w[1]) != Fraction(w[2])
    found = solve(x, y, w, 1, KR())
    assert found.attained
    assert found.risk == pytest.approx(-0.4, abs=1e-15)
    assert not solve(x, y, np.array([0.1, 0.2, 0.3001]), 1, KR()).attained
    assert not solve([*map(Fraction, x)], y, [*map(Fraction, w)], 1, KR()).attained


# BCE


def nasty(name, p, rng):
    x, y, w = np.sort(rng.normal(size=p)), rng.choice([-1, 1], p), np.full(p, 1 / p)
    if name == "overlap":
        y = np.where(rng.random(p) < expit(2 * np.sin(3 * x)), 1, -1)
    elif name == "separated":
        y = np.where(np.sin(3 * x) > 0, 1, -1)
    elif name == "alternating":
        x, y = np.arange(p) / p, 2 * (np.arange(p) % 2) - 1
    elif name == "weights":
        w = 10 ** rng.uniform(-12, 0, p)
    elif name == "gaps":
        x = np.cumsum(10 ** rng.uniform(-15, 0, p))
    elif name == "repeated":
        x = x.round(1)
    elif name == "heaps":
        x = np.sign(x)
    elif name == "one place":
        x = np.full(p, 0.3)
    elif name == "one negative":
        y = np.where(np.arange(p) == p // 3, -1, 1)
    return x, y, w


NASTY = ["overlap", "separated", "alternating", "weights", "gaps", "repeated", "heaps", "one place", "one negative"]


@pytest.mark.parametrize("name", NASTY)
@pytest.mark.parametrize("lipschitz", [1e-9, 1e-2, 1.0, 30.0, 1e4, 1e8])
def test_bce_is_certified(name, lipschitz):
    x, y, w = nasty(name, 80, np.random.default_rng(1))
    found = solve(x, y, w, lipschitz)
    assert 0 <= found.risk - found.lower_bound <= max(1e-10 * found.risk, 1e-260)
    prove_bce(found, x, y, w, lipschitz)


@slow
@given(samples(), positive, st.sampled_from([1, 0.3, 7]))
def test_bce_of_any_sample_is_certified(sample, lipschitz, temperature):
    x, y, w = float_data(*sample)
    found = solve(x, y, w, float(lipschitz), BCE(temperature))
    assert found.attained == (set(y) == {-1, 1})
    if found.attained:
        assert found.risk - found.lower_bound <= 1e-10 * found.risk
        prove_bce(found, x, y, w, float(lipschitz), Fraction(temperature))


@pytest.mark.parametrize("name", NASTY)
def test_bce_of_many_points(name):
    x, y, w = nasty(name, 10**4, np.random.default_rng(2))
    for lipschitz in (1e-3, 1.0, 1e3):
        found = solve(x, y, w, lipschitz)
        assert found.risk - found.lower_bound <= 1e-10 * found.risk


def test_fractions_of_bce_are_solved_in_floats():
    x, y, w = [Fraction(0), Fraction(1, 3), Fraction(1)], [1, -1, 1], [Fraction(1, 3)] * 3
    found = solve(x, y, w, Fraction(2, 3), BCE(Fraction(1, 2)))
    assert found.risk - found.lower_bound <= 1e-10 * found.risk
    prove_bce(found, x, y, w, Fraction(2, 3), Fraction(1, 2))


@pytest.mark.parametrize("lipschitz", [1e-3, 1.0, 50.0, 600.0, 1200.0])
@pytest.mark.parametrize("temperature", [1, 2])
def test_two_points_in_closed_form(lipschitz, temperature):
    found = solve(np.array([0.0, 1.0]), [1, -1], np.ones(2), lipschitz / temperature, BCE(temperature))
    expected = 2 * mpmath.log1p(mpmath.exp(-mpmath.mpf(lipschitz) / 2))
    assert found.lower_bound <= expected <= found.risk
    assert found.risk - found.lower_bound <= 1e-10 * found.risk
    assert found.values * temperature == pytest.approx([lipschitz / 2, -lipschitz / 2], rel=1e-5)


def test_beyond_the_range_of_floats():
    found = solve(np.array([0.0, 1.0]), [1, -1], np.ones(2), 1e5)
    assert found.lower_bound == 0 <= found.risk < 1e-300


@pytest.mark.parametrize("power", range(-850, -830))
def test_bounds_hold_where_products_lose_digits(power):
    """Masses of 2^-840 and losses of e^-150 of them: their products have 30 bits, or fewer."""
    found = solve(np.array([0.0, 1.0]), [1, -1], np.full(2, 2.0**power), 300.1)
    expected = 2 * mpmath.mpf(2) ** power * mpmath.log1p(mpmath.exp(-mpmath.mpf(300.1) / 2))
    assert found.lower_bound <= expected <= found.risk <= expected * 1.001 + mpmath.mpf(2) ** -1072


def test_points_that_coincide_pay_the_entropy():
    found = solve(np.zeros(4), [1, -1, 1, 1], np.array([1.0, 2.0, 0.5, 0.5]))
    assert found.risk == pytest.approx(4 * log(2), rel=1e-14)
    assert found.values == pytest.approx(np.zeros(4), abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_cvxpy_agrees(seed):
    rng = np.random.default_rng(seed)
    x, y, w = float_data(rng.normal(size=40), rng.choice([-1, 1], 40), rng.uniform(0.1, 1, 40))
    v = cvxpy.Variable(40)
    objective = cvxpy.Minimize(cvxpy.sum(cvxpy.multiply(w, cvxpy.logistic(cvxpy.multiply(-y, v)))))
    peer = cvxpy.Problem(objective, [cvxpy.abs(cvxpy.diff(v)) <= 3 * np.diff(x)]).solve(solver="CLARABEL")
    found = solve(x, y, w, 3.0)
    assert found.risk == pytest.approx(peer, rel=1e-7)
    assert found.values == pytest.approx(v.value, abs=1e-3)


# Example 3

INPUTS, LABELS, WEIGHTS = np.array([-2.0, -1.0, 1.0, 2.0]), np.array([1, -1, 1, -1]), np.array([0.9, 0.1, 0.1, 0.9])


def example_3(lipschitz):
    """The minimiser is odd: f(-2) = f(-1) + L and f(-1) = min(L, log s), where e^L s^2 - 8 s - 9 = 0."""
    inner = min(lipschitz, log((4 + sqrt(16 + 9 * np.exp(lipschitz))) / np.exp(lipschitz)))
    return np.array([inner + lipschitz, inner, -inner, -inner - lipschitz])


@pytest.mark.parametrize("lipschitz", [0.1, 1.0, 1.2, 2.0, log(17) - 1e-3, log(17) + 1e-3, 4.0, 20.0])
def test_example_3_in_closed_form(lipschitz):
    found = solve(INPUTS, LABELS, WEIGHTS, lipschitz, tolerance=1e-13)
    expected = example_3(lipschitz)
    assert found.values == pytest.approx(expected, abs=1e-5)
    assert found.lower_bound - 1e-15 <= float(np.dot(WEIGHTS, BCE().value(LABELS * expected))) <= found.risk + 1e-15
    right = LABELS * found.values > 0
    assert right.tolist() == [True, lipschitz > log(17), lipschitz > log(17), True]


def test_the_threshold_of_example_3_scales_with_temperature():
    for factor, right in [(0.999, False), (1.001, True)]:
        found = solve(INPUTS, LABELS, WEIGHTS, factor * log(17) / 5, BCE(5), tolerance=1e-13)
        assert (LABELS * found.values > 0).all() == right


# Parts


@pytest.mark.parametrize("count", [*range(1, 18), 1000])
def test_network_solves_its_equations(count):
    rng = np.random.default_rng(count)
    ground, link = 10 ** rng.uniform(-3, 3, count), 10 ** rng.uniform(-3, 3, count - 1)
    current = rng.normal(size=count)
    potential, falls = network(ground, link).potentials(current)
    flow = np.concatenate([[0.0], link * falls, [0.0]])
    assert ground * potential + np.diff(flow) == pytest.approx(current, abs=1e-9)
    assert falls == pytest.approx(-np.diff(potential), abs=1e-9)


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=6))
@example([0.0, -0.0, 5e-324, 1e308])
@quick
def test_floats_become_whole_numbers_and_come_back(numbers):
    whole = as_whole(np.array(numbers))
    assert [count * whole.unit for count in whole.counts] == [Fraction(number) for number in numbers]
    assert floats(whole.counts, whole.unit).tolist() == numbers


def test_infinities_are_told_apart():
    assert all(map(isinf, solve(np.array([0.0]), [1], np.ones(1)).values))


def test_a_loss_of_no_known_form_is_refused():
    class Formless(Hinge):
        kink = None

    with pytest.raises(ValueError, match=r"loss=.*Formless.* has no kink and no normal form"):
        least_risk_line(np.zeros(2), np.array([1, -1]), np.ones(2), 1.0, Formless(), 1e-6)
