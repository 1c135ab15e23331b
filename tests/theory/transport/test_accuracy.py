"""The range of the accuracy over all potentials: exhaustive enumeration, integer programmes, closed forms."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate, pairwise, product
from math import prod

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from theory import accuracy_range, kantorovich_potential
from theory.transport import _accuracy, _lowest_peak

quick = settings(derandomize=True, deadline=None, max_examples=25)

LARGEST_ENUMERATION = 3000


def accuracies(values, masses):
    """The doubled accuracy of u at every value and between any two of them."""
    levels = sorted({*values, min(values) - 1, max(values) + 1})
    levels = sorted([*levels, *(Fraction(x + y, 2) for x, y in pairwise(levels))])
    return [sum(p * (u > t) + q * (u < t) for u, (p, q) in zip(values, masses, strict=True)) for t in levels]


def increments(case, grain):
    """Masses at the atoms and every increment of a maximiser between them, in multiples of 1 / grain."""
    p, q, a, b = case
    places = sorted({x for x, w in zip(p + q, a + b, strict=True) if w})
    masses = [tuple(sum(w for y, w in zip(*side, strict=True) if y == x) for side in ((p, a), (q, b))) for x in places]
    excess = list(accumulate(y - x for x, y in masses))
    gaps = [grain * (y - x) for x, y in pairwise(places)]
    steps = [range(-g, g + 1) if not c else [g if c > 0 else -g] for g, c in zip(gaps, excess, strict=False)]
    return masses, steps


def exhaustive(case, grain):
    """Least over u of the best accuracy, greatest, least over u and T; u in multiples of 1 / grain."""
    masses, steps = increments(case, grain)
    found = [accuracies(list(accumulate(each, initial=0)), masses) for each in product(*steps)]
    unit = 2 * sum(p for p, _ in masses)
    answers = min(map(max, found)), max(map(max, found)), min(map(min, found))
    return tuple(Fraction(answer, unit) for answer in answers)


def enumerable(case, grain):
    return prod(map(len, increments(case, grain)[1])) < LARGEST_ENUMERATION


@st.composite
def measures(draw):
    """Two measures on a few integers, of one integer mass."""
    atoms = [draw(st.lists(st.integers(0, 5), min_size=1, max_size=5)) for _ in range(2)]
    total = draw(st.integers(1, 5))
    weights = []
    for side in atoms:
        picks = draw(st.lists(st.integers(0, len(side) - 1), min_size=total, max_size=total))
        weights.append([picks.count(i) for i in range(len(side))])
    return *atoms, *weights


def dipoles(widths, gaps, turns, heights):
    """Atom of one class, atom of the other, a gap of equality, and again: one block for each pair."""
    p, q, a, b, x = [], [], [], [], 0
    for width, gap, turn, height in zip(widths, gaps, turns, heights, strict=True):
        ends = (x, x + width) if turn else (x + width, x)
        p, q, a, b = [*p, ends[0]], [*q, ends[1]], [*a, height], [*b, height]
        x += width + gap
    return p, q, a, b


@st.composite
def many_blocks(draw, most):
    count = draw(st.integers(2, most))
    sizes = [st.integers(1, 4), st.integers(1, 2), st.booleans(), st.integers(1, 3)]
    return dipoles(*(draw(st.lists(size, min_size=count, max_size=count)) for size in sizes))


@quick
@given(measures())
def test_enumeration_of_all_maximisers(case):
    assume(enumerable(case, grain=2))
    least, greatest, worst = exhaustive(case, grain=2)
    assert accuracy_range(*case) == (least, greatest)
    assert accuracy_range(*case, threshold=Fraction(7, 3)) == (worst, greatest)


@quick
@given(many_blocks(5))
def test_enumeration_of_many_blocks(case):
    assume(enumerable(case, grain=1))
    least, greatest, _ = exhaustive(case, grain=1)
    assert accuracy_range(*case) == (least, greatest)


@settings(derandomize=True, deadline=None, max_examples=25)
@given(many_blocks(7))
def test_integer_programme_of_many_blocks(case):
    assert float(accuracy_range(*case)[0]) == pytest.approx(least_by_programme(case), abs=1e-6)


def least_by_programme(case):
    """Offsets of the blocks on a grid of integers: one binary a block and offset, a row a level."""
    p, q, a, _ = case
    turn = [1 if y < x else -1 for x, y in zip(p, q, strict=True)]
    width = [abs(x - y) for x, y in zip(p, q, strict=True)]
    span = max(p + q)
    count, size = len(p), 2 * span + 1
    # x[k, o] = 1 when the first atom of block k has the value o - span; the last variable is the peak
    rows, low, high = [], [], []

    def row(entries, least, most):
        line = np.zeros(count * size + 1)
        for index, value in entries:
            line[index] += value
        rows.append(line)
        low.append(least)
        high.append(most)

    for k in range(count):
        row([(k * size + o, 1) for o in range(size)], 1, 1)
        if k:
            slack = min(p[k], q[k]) - max(p[k - 1], q[k - 1])
            entries = [(k * size + o, o) for o in range(size)] + [((k - 1) * size + o, -o) for o in range(size)]
            row(entries, turn[k - 1] * width[k - 1] - slack, turn[k - 1] * width[k - 1] + slack)
    row([(span, 1)], 1, 1)
    for level in range(-size, 3 * size):
        entries = [(-1, -1)]
        for k in range(count):
            for o in range(size):
                start = o if turn[k] > 0 else o - width[k]
                if start <= level < start + width[k]:
                    entries.append((k * size + o, a[k]))
        row(entries, -np.inf, 0)
    cost = np.zeros(count * size + 1)
    cost[-1] = 1
    whole = np.append(np.ones(count * size), 0)
    upper = np.append(np.ones(count * size), np.inf)
    solved = milp(
        cost, constraints=LinearConstraint(np.array(rows), low, high), integrality=whole, bounds=Bounds(0, upper)
    )
    return (1 + solved.fun / sum(a)) / 2


@quick
@given(many_blocks(6), st.integers(0, 2**32))
def test_no_sampled_member_leaves_the_range(case, seed):
    p, q, a, b = case
    least, greatest = accuracy_range(*case)
    worst, same = accuracy_range(*case, threshold=0)
    u = kantorovich_potential(*case).sample(np.random.default_rng(seed))
    values = [u(x) for x in p] + [u(x) for x in q]
    found = [Fraction(x) / (2 * sum(a)) for x in accuracies(values, [*((w, 0) for w in a), *((0, w) for w in b)])]
    assert least <= max(found) <= greatest == same
    assert worst <= min(found)


@pytest.mark.parametrize("n", [1, 2, 3, 20, 200])
def test_alternating_pairs(n):
    p, q = [4 * (i - 1) for i in range(1, n + 1)], [4 * i - 1 for i in range(1, n + 1)]
    least, greatest = accuracy_range(p, q)
    assert least == Fraction(1, 2) + Fraction(1, 2 * n)
    assert greatest == min(1, Fraction(1, 2) + Fraction(1, n))
    assert accuracy_range(np.array(p, dtype=float), q) == (float(least), float(greatest))


@pytest.mark.parametrize(
    ("case", "expected", "fixed"),
    [
        (([0], [0]), (Fraction(1, 2), Fraction(1, 2)), Fraction(0)),
        (([0], [1]), (1, 1), Fraction(1, 2)),
        (([0, 1], [1, 0]), (Fraction(1, 2), Fraction(1, 2)), Fraction(0)),
        (([0, 9], [1, 8]), (Fraction(3, 4), 1), Fraction(1, 2)),
    ],
)
def test_small_cases(case, expected, fixed):
    assert accuracy_range(*case) == expected
    assert accuracy_range(*case, threshold=5) == (fixed, expected[1])


def test_rigid_turn():
    """The slope changes sign at an atom without a free segment: values 0, 1, 0 are forced."""
    assert accuracy_range([1], [0, 2]) == (1, 1)
    case = [1, 5], [0, 2, 6], [3, 3], [2, 2, 2]
    assert accuracy_range(*case) == exhaustive(case, grain=1)[:2]


@pytest.mark.parametrize("seed", range(5))
def test_random_floats(seed):
    rng = np.random.default_rng(seed)
    p, q = rng.normal(size=(2, 40))
    least, greatest = accuracy_range(p, q)
    assert type(least) is type(greatest) is float
    assert 0.5 <= least <= greatest <= 1
    exact = accuracy_range([Fraction(x) for x in p], [Fraction(x) for x in q])
    assert tuple(map(float, exact)) == (least, greatest)


def test_a_search_cut_short_says_so(monkeypatch):
    case = dipoles([3, 3, 3, 2], [1, 1, 1, 1], [True, False, True, False], [2, 3, 2, 3])
    monkeypatch.setattr(_accuracy, "lowest_peak", lambda blocks: _lowest_peak.lowest_peak(blocks, max_nodes=1))
    with pytest.raises(ArithmeticError, match="the least accuracy is between"):
        accuracy_range(*case)
