"""Transport on the line: independent algorithms, exact certificates, equivariance, bad input."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import ot
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog
from scipy.stats import wasserstein_distance

import theory
from theory import accuracy_range, kantorovich_potential, transport_plan, wasserstein1

quick = settings(derandomize=True, deadline=None, max_examples=25)
CALLS = [transport_plan, kantorovich_potential, wasserstein1, accuracy_range]

rationals = st.fractions(-8, 8, max_denominator=6)


@st.composite
def pairs(draw, coordinates=rationals):
    """Two rational measures of one total mass; atoms may repeat and weights may be zero."""
    sides = [draw(st.lists(coordinates, min_size=1, max_size=7)) for _ in range(2)]
    weights = [draw(st.lists(st.integers(0, 4), min_size=len(side), max_size=len(side))) for side in sides]
    for side in weights:
        side[0] += not any(side)
    total = draw(st.sampled_from([Fraction(1), Fraction(5, 3)]))
    return *sides, *[[total * w / sum(side) for w in side] for side in weights]


def random_pairs(count, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        a, b = rng.integers(1, 12, 2)
        yield rng.normal(size=a), rng.normal(size=b), rng.dirichlet(np.ones(a)), rng.dirichlet(np.ones(b))


def integral(u, atoms, weights):
    return sum((w * u(x) for x, w in zip(atoms, weights, strict=True)), Fraction(0))


def every_number(array):
    return set(map(type, array.tolist()))


# Independent algorithms


def linear_programme(p, q, a, b):
    """The cost of the best plan, marginals as equations."""
    costs = np.abs(p[:, None] - q[None, :]).ravel()
    rows = np.kron(np.eye(len(p)), np.ones(len(q)))
    columns = np.kron(np.ones(len(p)), np.eye(len(q)))
    return linprog(costs, A_eq=np.vstack([rows, columns]), b_eq=np.concatenate([a, b])).fun


@pytest.mark.parametrize("case", list(random_pairs(40)))
def test_four_answers_agree(case):
    p, q, a, b = case
    cost = wasserstein1(p, q, a, b)
    assert cost == pytest.approx(linear_programme(p, q, a, b), abs=1e-9)
    assert cost == pytest.approx(wasserstein_distance(p, q, a, b), abs=1e-13)
    assert cost == pytest.approx(ot.emd2_1d(p, q, a, b, metric="euclidean"), abs=1e-13)
    plan = transport_plan(p, q, a, b)
    assert plan.cost == pytest.approx(cost, abs=1e-13)
    assert abs(plan.gap) < 1e-13


@pytest.mark.parametrize("case", list(random_pairs(40, seed=1)))
def test_float_marginals(case):
    p, q, a, b = case
    plan = transport_plan(p, q, a, b)
    assert np.bincount(plan.sources, plan.masses, len(p)) == pytest.approx(a, abs=1e-14)
    assert np.bincount(plan.targets, plan.masses, len(q)) == pytest.approx(b, abs=1e-14)
    assert (plan.masses > 0).all()


def test_uniform_weights_of_equal_and_unequal_sizes():
    rng = np.random.default_rng(2)
    for a, b in [(1, 1), (50, 50), (50, 70), (1, 9)]:
        p, q = rng.normal(size=a), rng.normal(size=b)
        expected = pytest.approx(wasserstein_distance(p, q), abs=1e-13)
        for cost in (wasserstein1(p, q), wasserstein1(list(p), q), transport_plan(p, q).cost):
            assert cost == expected
    p, q = rng.normal(size=(2, 50))
    assert wasserstein1(p, q) == np.abs(np.sort(p) - np.sort(q)).mean()


# Exact certificates


@quick
@given(pairs())
@example(([0], [0], [1], [1]))
@example(([0, 0], [0, 1], [1, 0], [0, 1]))
def test_marginals_slackness_and_gap_are_exact(case):
    p, q, a, b = case
    plan = transport_plan(*case)
    for weights, index in [(a, plan.sources), (b, plan.targets)]:
        sums = [Fraction(0)] * len(weights)
        for i, mass in zip(index, plan.masses, strict=True):
            sums[i] += mass
        assert sums == weights
    assert all(mass > 0 for mass in plan.masses)
    u = plan.potential
    assert all(u(p[i]) - u(q[j]) == abs(p[i] - q[j]) for i, j in zip(plan.sources, plan.targets, strict=True))
    assert plan.cost == plan.dual == u.cost == wasserstein1(*case) == integral(u, p, a) - integral(u, q, b)
    assert type(plan.gap) is Fraction
    assert plan.gap == 0


@quick
@given(pairs())
def test_plan_is_monotone(case):
    plan = transport_plan(*case)
    places = [(case[0][i], case[1][j]) for i, j in zip(plan.sources, plan.targets, strict=True)]
    assert places == sorted(places)
    assert [y for _, y in places] == sorted(y for _, y in places)


@quick
@given(pairs(), st.integers(0, 2**32))
def test_members_are_lipschitz_and_optimal(case, seed):
    p, q, a, b = case
    potential = kantorovich_potential(*case)
    sampled = potential.sample(np.random.default_rng(seed))
    grid = sorted([*p, *q, *(Fraction(k, 4) for k in range(-44, 45, 3))])
    for u in (potential, potential.canonical, sampled):
        values = u(grid)
        assert every_number(values) == {Fraction}
        assert all(abs(v - w) <= y - x for x, y, v, w in zip(grid, grid[1:], values, values[1:], strict=False))
        assert integral(u, p, a) - integral(u, q, b) == potential.cost


@quick
@given(pairs(), st.sampled_from([Fraction(1, 3), Fraction(-1, 2)]))
def test_forced_slopes_are_forced(case, change):
    """Any other slope on one forced segment loses: the description leaves no maximiser out."""
    p, q, a, b = case
    found = kantorovich_potential(*case)
    x, values = found.breakpoints, found.canonical.values
    for i in np.flatnonzero(~found.free):
        other = values.copy()
        other[i + 1 :] -= found.slopes[i] * abs(change) * (x[i + 1] - x[i])
        lookup = dict(zip(x, other, strict=True))
        lookup = {place: lookup.get(place, Fraction(0)) for place in {*p, *q}}  # massless atoms are nowhere
        assert integral(lookup.get, p, a) - integral(lookup.get, q, b) < found.cost


@quick
@given(pairs())
def test_slopes_are_signs_of_the_excess(case):
    p, q, a, b = case
    found = kantorovich_potential(*case)
    atoms = {x for x, w in zip(p + q, a + b, strict=True) if w}
    assert found.breakpoints.tolist() == sorted(atoms)
    for x, slope, free in zip(found.breakpoints, found.slopes, found.free, strict=False):
        below_q = sum(w for y, w in zip(q, b, strict=True) if y <= x)
        below_p = sum(w for y, w in zip(p, a, strict=True) if y <= x)
        assert slope == (np.sign(below_q - below_p) or None)
        assert free == (slope is None)


def test_equal_measures_leave_everything_free():
    for p, nothing in [([3, 1, 1], None), ([0.5, 0.25, 0.25], np.nan)]:
        found = kantorovich_potential(p, p[::-1])
        assert found.cost == 0
        assert found.free.tolist() == [True]
        assert found.slopes[0] is nothing or np.isnan(found.slopes[0])
        assert transport_plan(p, p[::-1]).gap == 0


def test_everything_exact_is_a_fraction():
    for p, q in [([2, 0], [1, 1, 5]), (np.array([2, 0]), np.array([1, 1, 5], dtype=np.uint8)), (range(2), (1, True))]:
        plan = transport_plan(p, q)
        potential = plan.potential
        numbers = [plan.cost, plan.dual, plan.gap, potential.cost, potential(1), wasserstein1(p, q)]
        assert {type(number) for number in [*numbers, *accuracy_range(p, q), *accuracy_range(p, q, threshold=0)]} == {
            Fraction
        }
        for array in (plan.masses, potential.breakpoints, potential.canonical.values, potential(p)):
            assert every_number(array) == {Fraction}
        assert every_number(potential.slopes) <= {int, type(None)}


@pytest.mark.parametrize("where", range(4))
def test_one_float_makes_floats(where):
    case = [[0, 2], [1, 5], [Fraction(1, 4), Fraction(3, 4)], [Fraction(1, 2)] * 2]
    exact = transport_plan(*case)
    case[where] = [float(x) for x in case[where]]
    plan = transport_plan(*case)
    assert type(plan.cost) is float
    assert plan.masses.dtype == plan.potential.breakpoints.dtype == plan.potential.slopes.dtype == np.float64
    assert plan.potential([0.5]).dtype == np.float64
    assert plan.cost == exact.cost
    assert plan.masses.tolist() == exact.masses.tolist()
    assert plan.potential.sample(np.random.default_rng(0))(0.5).dtype == np.float64


def test_integers_beyond_64_bits():
    assert wasserstein1([10**40, 2**63], [-1, 2**64]) == Fraction(2**63 + 1 + 10**40 - 2**64, 2)


def test_rounded_sums_of_weights_count_as_equal():
    found = kantorovich_potential([0.0, 1.0, 4.0], [2.0, 4.0], [0.1, 0.2, 0.7], [0.3, 0.7])
    assert found.free.tolist() == [False, False, True]
    plan = transport_plan([0.0, 1.0, 4.0], [2.0, 4.0], [0.1, 0.2, 0.7], [0.3, 0.7])
    assert list(zip(plan.sources, plan.targets, strict=True)) == [(0, 0), (1, 0), (2, 1)]


def test_totals_that_rounding_makes_unequal_are_made_equal():
    """By more than counts as 0 between atoms, by less than sums of so many may be off: nothing is to be moved."""
    atoms, weights = np.linspace(0, 1e6, 1000), np.random.default_rng(0).dirichlet(np.ones(1000))
    for factor in (1 + 2.0**-45, 1 - 2.0**-45):
        assert wasserstein1(atoms, atoms, weights, weights * factor) == 0
        assert wasserstein1(atoms, atoms, weights * factor, weights) == 0


def test_an_exact_potential_at_floats():
    u = kantorovich_potential([0], [3])
    assert u(1) == Fraction(-1)
    assert u([[-1.0, 1.5], [3.0, 9.0]]).tolist() == [[0.0, -1.5], [-3.0, -3.0]]
    with pytest.raises(ValueError, match="x has nan"):
        u([np.nan])


# Equivariance


@quick
@given(pairs(), rationals, st.sampled_from([Fraction(1, 3), Fraction(2), Fraction(-1), Fraction(-5, 2)]))
def test_translation_and_scale(case, shift, scale):
    p, q, a, b = case
    moved = [[scale * x + shift for x in side] for side in (p, q)]
    before, after = kantorovich_potential(*case), kantorovich_potential(*moved, a, b)
    assert after.cost == abs(scale) * before.cost
    # a reflection reverses the order of the atoms and, with it, the slopes
    slopes = before.slopes if scale > 0 else [s and -s for s in before.slopes[::-1]]
    assert after.slopes.tolist() == list(slopes)
    assert accuracy_range(*moved, a, b) == accuracy_range(*case)
    assert accuracy_range(*moved, a, b, threshold=1) == accuracy_range(*case, threshold=0)


@quick
@given(pairs(), st.sampled_from([Fraction(3), Fraction(1, 7)]))
def test_mass_scales_and_sides_swap(case, factor):
    p, q, a, b = case
    heavier = [[factor * w for w in side] for side in (a, b)]
    assert wasserstein1(p, q, *heavier) == factor * wasserstein1(*case) == factor * wasserstein1(q, p, b, a)
    assert accuracy_range(p, q, *heavier) == accuracy_range(*case) == accuracy_range(q, p, b, a)


@quick
@given(pairs(), st.data())
def test_order_and_splitting_of_atoms_do_not_matter(case, data):
    p, q, a, b = case
    order = data.draw(st.permutations(range(len(p))))
    split = (
        [p[i] for i in order for _ in range(2)],
        [a[i] * share for i in order for share in (Fraction(1, 3), 2 / Fraction(3))],
    )
    before, after = kantorovich_potential(*case), kantorovich_potential(split[0], q, split[1], b)
    assert before.cost == after.cost
    assert before.slopes.tolist() == after.slopes.tolist()


# Bad input


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("given", "message"),
    [
        (([], [1]), r"p is empty \(shape \(0,\)\)"),
        (([1], np.zeros(0)), "q is empty"),
        (([1.0, np.nan], [1, 2]), r"p has nan at index \(1,\)"),
        ((np.array([1.0, 2.0]), np.array([-np.inf, 1.0])), r"q has -inf at index \(0,\)"),
        (([[1, 2]], [1]), r"p has shape \(1, 2\): pass one real number an atom"),
        ((np.zeros((2, 1)), [1]), r"p has shape \(2, 1\)"),
        ((3, [1]), r"p has shape \(\)"),
        ((["a"], [1]), "p is not an array of real numbers"),
        (([[1], [1, 2]], [1]), "p is not an array of real numbers"),
        (([1, 2], [1], [1]), r"p_weights has shape \(1,\): pass one weight an atom, shape \(2,\)"),
        (([1], [1], [1], [[1]]), r"q_weights has shape"),
        (([1, 2], [1], [2, -1]), "p_weights has -1 at index 1: weights must be at least 0"),
        (([1, 2], [1], [0.5, np.nan]), "p_weights has nan"),
        (([1, 2], [1], [1, 1]), "p_weights has total 2 and q_weights has total 1 .*same total mass"),
        (([1], [2], [1.0], [1.0001]), r"p_weights has total 1\.0 and q_weights has total 1\.0001"),
        (([1], [2], [0], [0]), "p_weights has total 0"),
        (([1], [2], [1e-300], [1e-300]), "p_weights has total 1e-300: scale the weights"),
        (([10**400, 0.5], [1]), "p has a number beyond float64"),
        (([1e300], [1.0]), "p has 1e.300 .*scale"),
    ],
)
def test_refusals_name_the_argument(call, given, message):
    with pytest.raises(ValueError, match=message):
        call(*given)


@pytest.mark.parametrize("threshold", [np.nan, np.inf, [1, 2], "a"])
def test_refused_threshold(threshold):
    with pytest.raises(ValueError, match="threshold"):
        accuracy_range([0], [1], threshold=threshold)


def test_inputs_are_left_alone():
    p, q = np.array([3.0, 1.0]), np.array([2.0, 0.0])
    for call in CALLS:
        call(p, q)
    assert (p.tolist(), q.tolist()) == ([3, 1], [2, 0])


def test_public_surface():
    assert {call.__name__ for call in CALLS} <= set(theory.__all__)
