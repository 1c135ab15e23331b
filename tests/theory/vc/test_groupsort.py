"""VC bounds: linear programmes, enumeration and mpmath against the closed forms; sampled networks against bounds."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations, pairwise, product

import mpmath
import numpy as np
import pytest
from flint import ctx
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from theory.intervals import certainly_le, enclosure, endpoints
from theory.vc import (
    generalization_gap,
    growth_bound,
    growth_bound_log2,
    sample_complexity,
    shatters,
    vc_groupsort,
)
from theory.vc._counting import binomial_sum, largest_root, log2_affine, log2_affine_pieces
from theory.vc._growth import Architecture, cells

quick = settings(derandomize=True, deadline=None, max_examples=25)
coordinates = st.fractions(-2, 2, max_denominator=4)
point_sets = st.integers(1, 3).flatmap(lambda n: st.lists(st.tuples(*[coordinates] * n), min_size=1, max_size=5))
margins = st.fractions(Fraction(1, 8), 2, max_denominator=8)


# Shattering


def lipschitz_values_exist(points, labels, margin):
    """A linear programme: values v with label v >= margin and |v_i - v_j| <= |x_i - x_j|."""
    count, rows, limits = len(points), [], []
    for i, j in combinations(range(count), 2):
        row = np.zeros(count)
        row[[i, j]] = 1, -1
        rows += [row, -row]
        limits += [math.dist(points[i], points[j]) + 1e-12] * 2
    for i, label in enumerate(labels):
        rows.append(-label * np.eye(count)[i])
        limits.append(-float(margin))
    return linprog(np.zeros(count), A_ub=np.array(rows), b_ub=limits, bounds=(None, None)).status == 0


@settings(derandomize=True, deadline=None, max_examples=20)
@given(point_sets, margins)
def test_shattered_exactly_when_every_labeling_is_possible(points, margin):
    labelings = list(product((-1, 1), repeat=len(points)))
    expected = all(lipschitz_values_exist(points, labels, margin) for labels in labelings)
    found = shatters(points, margin)
    assert bool(found) == expected
    assert list(found.functions) == (labelings if expected else [])
    if not found:
        a, b = (points[k] for k in found.pair)
        assert sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) < 4 * margin**2


@quick
@given(point_sets, margins, st.lists(st.tuples(*[coordinates] * 3), min_size=2, max_size=2))
def test_witnesses_are_lipschitz_and_exact_at_the_points(points, margin, places):
    found = shatters(points, margin)
    n = len(points[0])
    for labels, f in found.functions.items():
        assert [f.at(point) for point in points] == list(f.values) == [label * margin for label in labels]
        x, y = (place[:n] for place in places)
        gap = sum((a - b) ** 2 for a, b in zip(x, y, strict=True))
        change = abs(enclosure(f.at(x)) - enclosure(f.at(y)))
        assert certainly_le(change, enclosure(gap).sqrt() + 1e-12)
        assert f([list(map(float, x))])[0] == pytest.approx(float(enclosure(f.at(x))), abs=1e-12)


def test_the_margin_is_exact():
    assert shatters([[0, 0], [3, 4]], Fraction(5, 2))
    assert not shatters([[0, 0], [3, 4]], Fraction(5, 2) + Fraction(1, 10**40))
    assert shatters([0, 0.1, 0.2, 0.30000000000000004], 0.05)
    assert shatters([0, 0.1, 0.2, 0.3], 0.05).pair == (2, 3)
    assert shatters([[1, 2], [1, 2]], 10**-9).pair == (0, 1)
    assert shatters([[5]], 10**9)


def test_functions_of_many_points_are_made_on_demand():
    found = shatters([[k, 0] for k in range(100)], 0.5)
    assert found
    labels = tuple(1 if k % 3 else -1 for k in range(100))
    assert found.functions[labels].values == tuple(Fraction(label, 2) for label in labels)
    for wrong in [(1,), (2,) * 100, (0,) * 99 + (-1,)]:
        with pytest.raises(KeyError):
            found.functions[wrong]
    with pytest.raises(ValueError, match="x has 1 coordinates"):
        found.functions[labels].at([1])


# Counting


def affine_dichotomies(points):
    """Strict sign patterns of affine functions, by linear programmes."""
    rows = np.column_stack([np.array(points, dtype=float), np.ones(len(points))])
    count = 0
    for labels in product((-1, 1), repeat=len(points)):
        signed = -np.array(labels)[:, None] * rows
        count += (
            linprog(np.zeros(rows.shape[1]), A_ub=signed, b_ub=-np.ones(len(points)), bounds=(None, None)).status == 0
        )
    return count


@pytest.mark.parametrize(("n", "count"), [(1, 1), (1, 4), (1, 6), (2, 3), (2, 5), (2, 6), (3, 5)])
def test_affine_functions_on_points_in_general_position(n, count):
    points = [[k**power for power in range(1, n + 1)] for k in range(1, count + 1)]
    expected = affine_dichotomies(points)
    assert growth_bound(count, n, []) == expected == 2 * binomial_sum(count - 1, n)
    assert 2 ** float(log2_affine(count, n)) == pytest.approx(expected)


@pytest.mark.parametrize(("points", "n", "pieces"), [(6, 1, 2), (7, 2, 3), (9, 1, 4), (5, 2, 8)])
def test_equal_pieces_allow_most(points, n, pieces):
    def number(count):
        return 2 * binomial_sum(count - 1, n) if count else 1

    best = (
        max(
            math.prod(map(number, sizes)) for sizes in product(range(points + 1), repeat=pieces) if sum(sizes) == points
        )
        if pieces <= 4
        else 2**points
    )
    assert 2 ** float(log2_affine_pieces(points, n, pieces)) == pytest.approx(best)


@pytest.mark.parametrize(("each", "more"), [(7, 5), (4, 1), (100, 0)])
def test_rough_counts_of_many_pieces_are_above_the_exact_ones(each, more):
    pieces, n = 2**130, 3
    points = each * pieces + more
    with mpmath.workdps(80), ctx.workprec(256):

        def cover(count):
            return mpmath.log(2 * binomial_sum(count - 1, n), 2)

        exact = min(points, (pieces - more) * cover(each) + more * cover(each + 1))
        fine, coarse = (log2_affine_pieces(points, n, pieces, rough) for rough in (False, True))
        lower, upper = endpoints(fine)
        assert exact <= mpmath.mpf(upper.numerator) / upper.denominator
        assert lower <= endpoints(coarse)[1] and endpoints(coarse)[0] <= points
        assert float(coarse) <= 2 * exact


@pytest.mark.parametrize(
    ("lines", "n", "expected"), [(1, 2, 2), (2, 2, 4), (3, 2, 7), (4, 2, 11), (4, 3, 15), (5, 1, 6)]
)
def test_regions_of_hyperplanes(lines, n, expected):
    assert cells(lines, n) == expected == sum(math.comb(lines, k) for k in range(n + 1))


def test_parameters_and_regions_of_an_architecture():
    net = Architecture(3, (4, 6))
    first, second = 4 * (3 + 1), 6 * (4 + 1)
    assert net.before == (2 * (3 + 1), first + 3 * (4 + 1), first + second + 6 + 1)
    assert net.regions == (1, 4, 4 * 8)
    assert Architecture(1, (4, 6)).regions == (1, 3, 3 * 4)


@quick
@given(st.integers(2, 300), st.integers(1, 100))
def test_largest_roots(scale, shift):
    def excess(points):
        return enclosure(points).log() * scale + shift - points

    found = largest_root(excess, 1)
    assert found == max(n for n in range(1, 4000) if scale * math.log(n) + shift >= n)


def test_largest_roots_beyond_float():
    """N <= 2^k log2(N): roots of many digits, below and above the point where rounding up begins."""
    for k, start in ((100, 1 << 100), (2000, 1 << 2000), (2000, 2), (9000, 2)):
        found = largest_root(lambda points, k=k: (enclosure(points).log() * 2**k) - points, start)
        with mpmath.workprec(3 * k):
            assert mpmath.mpf(2) ** k * mpmath.log(found + 1) < found + 1
            below = found - found // 2**190
            assert mpmath.mpf(2) ** k * mpmath.log(below) >= below


# Networks


def groupsort_dichotomies(points, widths, draws, rng):
    """Dichotomies that networks with random weights realise."""
    seen = set()
    for _ in range(draws):
        hidden = points
        for width in widths:
            hidden = hidden @ rng.normal(size=(hidden.shape[1], width)) + rng.normal(size=width) * rng.choice([0, 1, 3])
            hidden = np.sort(hidden.reshape(len(points), -1, 2), axis=2).reshape(len(points), width)
        values = hidden @ rng.normal(size=hidden.shape[1])
        seen.add(tuple(values > np.quantile(values, rng.random())))
    return seen


@pytest.mark.parametrize(
    ("n", "widths", "count"), [(1, (2,), 5), (1, (4,), 6), (2, (2,), 6), (2, (2, 2), 5), (3, (2,), 7)]
)
def test_networks_stay_within_the_growth_bound(n, widths, count):
    rng = np.random.default_rng(count)
    seen = set()
    for _ in range(3):
        seen = max(seen, groupsort_dichotomies(rng.normal(size=(count, n)), widths, 1500, rng), key=len)
    assert 2 * count < len(seen) <= growth_bound(count, n, widths) <= 2**count
    assert growth_bound_log2(count, n, widths) >= math.log2(growth_bound(count, n, widths)) - 1e-9


def test_one_gate_on_the_line():
    """Two pieces: +-+ is realised, +-+- is not."""
    assert vc_groupsort(1, [2]).bound == 3
    assert growth_bound(4, 1, [2]) == 14
    seen = groupsort_dichotomies(np.arange(3.0)[:, None], (2,), 3000, np.random.default_rng(0))
    assert len(seen) >= 6


def published_sign_patterns(n, widths):
    """The formula with mpmath, searched by bisection from N = P on."""
    depth, known, fan_in, layers = len(widths), 0, n, []
    for width in widths:
        layers.append((width // 2, known + width // 2 * (fan_in + 1)))
        known += width * (fan_in + 1)
        fan_in = width
    total = known + fan_in + 1

    def warren(count, degree, variables):
        if count < variables:
            return mpmath.mpf(count)
        return 1 + variables * mpmath.log(2 * mpmath.e * count * degree / variables, 2)

    def enough(points):
        value = warren(points, depth + 1, total)
        value += sum(warren(points * g, i, known) for i, (g, known) in enumerate(layers, 1))
        return value >= points

    low, high = total, 2 * total
    while enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low


@pytest.mark.parametrize(
    ("n", "widths"), [(1, (2,)), (2, (2, 2)), (2, (64, 64, 64)), (10, (30,)), (784, (128, 64)), (5, (2,) * 20)]
)
def test_sign_patterns_by_mpmath(n, widths):
    with mpmath.workdps(60):
        assert vc_groupsort(n, widths).sign_patterns == published_sign_patterns(n, widths)


def parameters(n, widths):
    return sum(b * (a + 1) for a, b in pairwise((n, *widths, 1)))


@pytest.mark.parametrize(("n", "widths"), [(1, (2,)), (2, (4, 2)), (5, (2,) * 20), (784, (128, 64)), (2, (64,) * 4)])
def test_polynomials_at_once_by_mpmath(n, widths):
    """The last N with N <= 1 + P log2(2 e N M (k + 1) / P), M the polynomials of one point."""
    total, gates = parameters(n, widths), [w // 2 for w in widths]
    each = sum(g * 2 ** sum(gates[:i]) for i, g in enumerate(gates)) + 2 ** sum(gates)
    found = vc_groupsort(n, widths).polynomials
    with mpmath.workdps(60):

        def count(points):
            return 1 + total * mpmath.log(2 * mpmath.e * points * each * (len(widths) + 1) / mpmath.mpf(total), 2)

        assert count(found) >= found
        assert count(found + 1) < found + 1


@quick
@given(st.integers(1, 50), st.lists(st.integers(1, 6).map(lambda g: 2 * g), min_size=1, max_size=12))
def test_never_more_than_the_closed_forms(n, widths):
    """(W + 10) P and 12 (n + 1) 2^W."""
    found = vc_groupsort(n, widths)
    assert found.bound <= found.polynomials <= (sum(widths) + 10) * parameters(n, widths)
    assert found.bound <= 12 * found.paper


def test_narrow_and_deep_networks_are_bounded_by_polynomials_at_once():
    assert vc_groupsort(2, [2] * 20).by == "polynomials"
    assert vc_groupsort(784, [128, 128]).by != "polynomials"


@pytest.mark.parametrize(("n", "widths"), [(1, (2,)), (1, (4, 4)), (2, (2,)), (2, (4, 2)), (3, (8,)), (4, (2, 2, 2))])
def test_bounds_are_the_last_count_that_allows_shattering(n, widths):
    found = vc_groupsort(n, widths)
    named = (found.sign_patterns, found.polynomials, found.regions, found.layers, found.lemma_1)
    assert found.bound <= min(named)
    assert n == 1 or found.bound == min(named)
    assert found.paper == (n + 1) * 2 ** sum(widths)
    assert found.bound >= n + 1
    assert growth_bound(found.bound, n, widths) == 2**found.bound
    assert growth_bound(found.bound + 1, n, widths) < 2 ** (found.bound + 1)


def test_affine_classifiers():
    for n in (1, 2, 7, 784, 5000):
        found = vc_groupsort(n, [])
        assert (found.bound, found.by) == (n + 1, "affine")


@pytest.mark.parametrize("widths", [[2], [2, 2], [4]])
def test_lemma_1_by_integers(widths):
    """The largest N with 2^N <= Cover's number to the power B (B + 1) / 2, in exact integers."""
    pieces = 2 ** (sum(widths) // 2)
    power = pieces * (pieces + 1) // 2
    holds = [N for N in range(1, 400) if (2 * binomial_sum(N - 1, 2)) ** power >= 2**N]
    assert vc_groupsort(2, widths).lemma_1 == max(holds)


def test_lemma_1_of_many_neurons_is_rounded_up():
    """Beyond 2^224: the last N counts, N (1 - 2^-190) does not exceed it."""
    widths, n = [300, 300], 3
    found = vc_groupsort(n, widths).lemma_1
    power = 2**300 * (2**300 + 1) // 2
    with mpmath.workdps(400):

        def count(points):
            return power * (1 + n * mpmath.log(mpmath.e * (points - 1) / n, 2))

        assert count(found + 1) < found + 1
        below = found - found // 2**190
        assert count(below) >= below


def test_ten_thousand_neurons():
    found = vc_groupsort(784, [1000] * 10)
    assert 10**7 < found.bound < 10**10 < found.regions < found.lemma_1
    assert found.paper == 785 * 2**10000
    assert growth_bound_log2(10**12, 784, [1000] * 10) < 10**10
    assert growth_bound_log2(10**6, 784, [1000] * 10) == 10**6


# Samples


def sauer(top, vc):
    return sum(mpmath.binomial(top, k) for k in range(min(vc, top) + 1))


@pytest.mark.parametrize("vc", [0, 1, 3, 20, 100])
@pytest.mark.parametrize(("epsilon", "delta"), [(Fraction(1, 10), Fraction(1, 20)), (0.01, 0.5), (0.5, 1e-9)])
def test_sample_sizes_solve_their_inequality(vc, epsilon, delta):
    found = sample_complexity(vc, epsilon, delta)
    with mpmath.workdps(60):
        e, d = (mpmath.mpf(Fraction(x).numerator) / Fraction(x).denominator for x in (epsilon, delta))

        def enough(m):
            return 2 * sauer(2 * m, vc) * mpmath.mpf(2) ** (-e * m / 2) <= d and m >= 8 / e

        assert enough(found)
        assert not enough(found - 1)
        closed = max(8 / e, 4 / e * mpmath.log(2 / d, 2), 8 * vc / e * mpmath.log(13 / e, 2))
        assert found <= mpmath.ceil(closed)


@pytest.mark.parametrize(("epsilon", "delta"), [(Fraction(1, 2), Fraction(1, 7)), (0.125, 0.2), (Fraction(2, 5), 0.13)])
def test_a_sample_of_eight_over_epsilon_may_do(epsilon, delta):
    """Blumer and others ask for m >= 8 / epsilon and 2 S(2 m, d) 2^(-epsilon m / 2) <= delta: with d = 0, S = 1."""
    least = -(-8 // Fraction(epsilon))
    assert 2 * 2 ** (-epsilon * least / 2) <= delta <= 4 * 2 ** (-epsilon * least / 2)
    assert sample_complexity(0, epsilon, delta) == least


@pytest.mark.parametrize(("vc", "samples", "delta"), [(1, 100, 0.05), (10, 10**4, Fraction(1, 100)), (50, 10**6, 1e-9)])
def test_gaps_by_mpmath(vc, samples, delta):
    found = generalization_gap(vc, samples, delta)
    with mpmath.workdps(60):
        d = mpmath.mpf(Fraction(delta).numerator) / Fraction(delta).denominator
        exact = mpmath.sqrt(2 * mpmath.log(sauer(samples, vc)) / samples) + mpmath.sqrt(
            mpmath.log(1 / d) / (2 * samples)
        )
        assert exact <= found <= exact * (1 + mpmath.mpf(10) ** -14)


def test_agnostic_sample_sizes_invert_the_gap():
    for vc, epsilon in [(0, 0.1), (3, 0.1), (25, Fraction(1, 50))]:
        found = sample_complexity(vc, epsilon, 0.05, agnostic=True)
        assert generalization_gap(vc, found, 0.05) <= Fraction(epsilon) * (1 + Fraction(1, 10**12))
        assert generalization_gap(vc, found - 1, 0.05) > epsilon


def test_gaps_are_errors_and_shrink():
    assert generalization_gap(10**6, 10, 0.05) == 1.0
    gaps = [generalization_gap(5, m, 0.05) for m in (10**2, 10**3, 10**4, 10**9)]
    assert gaps == sorted(gaps, reverse=True)
    assert generalization_gap(5, 10**4, 0.05) < generalization_gap(6, 10**4, 0.05)


def test_huge_dimensions_stay_finite():
    vc = vc_groupsort(10, [2000]).lemma_1
    assert vc > 2**1000
    assert sample_complexity(vc, 0.1, 0.05) > vc
    assert generalization_gap(vc, vc**2, 0.05) < 1e-100


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: vc_groupsort(2, [4, 3]), r"widths\[1\]=3: GroupSort2 sorts pairs"),
        (lambda: vc_groupsort(2, [0]), r"widths\[0\]=0"),
        (lambda: vc_groupsort(2, [2.5]), r"widths\[0\]=2.5"),
        (lambda: vc_groupsort(0, [2]), "input_dim=0"),
        (lambda: growth_bound(0, 2, [2]), "points_count=0"),
        (lambda: growth_bound(10**9, 2, [2]), "growth_bound_log2"),
        (lambda: growth_bound_log2(1.5, 2, [2]), "points_count=1.5"),
        (lambda: shatters([[0, 0]], 0), "margin=0: pass one finite number greater than 0"),
        (lambda: shatters([[0, 0]], -1), "margin=-1"),
        (lambda: shatters([], 1), "points is empty"),
        (lambda: sample_complexity(-1, 0.1, 0.1), "vc=-1"),
        (lambda: sample_complexity(1, 0, 0.1), "epsilon=0: pass a number between 0 and 1"),
        (lambda: sample_complexity(1, 0.1, 1), "delta=1"),
        (lambda: sample_complexity(1, math.nan, 0.1), "epsilon has nan"),
        (lambda: generalization_gap(1, 0, 0.1), "samples=0"),
        (lambda: generalization_gap(2.5, 10, 0.1), "vc=2.5"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize(("count", "n"), [(6100, 4000), (6008, 6006), (9000, 6500)])
def test_long_sums_by_what_they_lack(count, n):
    """More than 3,000 binomials, of which fewer are left out."""
    assert growth_bound(count, n, []) == 2 * (
        2 ** (count - 1) - sum(math.comb(count - 1, k) for k in range(n + 1, count))
    )


@pytest.mark.parametrize("widths", [[2000, 10], [4, 2000, 6]])
def test_the_bound_on_the_line_is_that_of_the_growth(widths):
    bound = vc_groupsort(1, widths).bound
    assert growth_bound(bound, 1, widths) == 2**bound and growth_bound(bound + 1, 1, widths) < 2 ** (bound + 1)


@pytest.mark.parametrize("precision", [2, 53, 400])
def test_growth_hangs_on_nobodys_precision(precision):
    with ctx.workprec(precision):
        assert growth_bound(50, 3, []) == 2 * sum(math.comb(49, k) for k in range(4)) == 39300
        assert growth_bound_log2(50, 3, []) == math.log2(39300)


def test_growth_of_many_layers_that_realise_all():
    assert growth_bound(2**20, 2, [2] * 2000) == 2**2**20
