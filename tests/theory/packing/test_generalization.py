"""Gaps of Lipschitz classifiers: by mpmath, by a worst classifier on many samples, and cells against packings."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.packing import lipschitz_generalization_gap, packing_bounds
from theory.packing._generalization import cells
from theory.sets import Ball, Box, ConvexPolygon, FiniteSet, Interval

quick = settings(derandomize=True, deadline=None, max_examples=20)
fractions = st.fractions(Fraction(1, 4), 3, max_denominator=7)


@pytest.mark.parametrize(
    ("domain", "lipschitz", "margin", "count"),
    [
        (Interval(0, 1), 1, Fraction(1, 4), 4),
        (Box([0, 0], [1, 2]), 2, 1, 3 * 6),  # squares of side 1 / (2 sqrt 2), 2.83 and 5.66 of them
        (FiniteSet([[0, 0], [5, 5], [0, 0]]), 1, 1, 2),
        (Box([1, 1, 1], [1, 1, 1]), 5, 1, 1),
    ],
)
def test_gaps_by_mpmath(domain, lipschitz, margin, count):
    found = lipschitz_generalization_gap(domain, lipschitz, margin, 1000, 0.05)
    with mpmath.workdps(50):
        right = mpmath.sqrt((count * mpmath.log(3) - mpmath.log(mpmath.mpf(0.05))) / 2000)
        assert right <= found <= right * (1 + mpmath.mpf(10) ** -14)


@st.composite
def domains(draw):
    kind, n = draw(st.integers(0, 3)), draw(st.integers(1, 3))
    if kind == 0:
        return Box([0] * n, [draw(fractions) for _ in range(n)])
    if kind == 1:
        return Ball([0] * n, draw(fractions))
    if kind == 2:
        return ConvexPolygon([[0, 0], [draw(fractions), 0], [0, draw(fractions)]])
    return FiniteSet([[draw(fractions) for _ in range(n)] for _ in range(draw(st.integers(1, 9)))])


@quick
@given(domains(), fractions)
def test_points_farther_apart_are_in_different_cells(domain, diameter):
    assert cells(domain, diameter) >= packing_bounds(domain, diameter * Fraction(10**9 + 1, 10**9)).lower


def worst_excess(counts, shares):
    """sup of P(A) - (share of A in the sample) over the sets A: for each cell one part or both, (trials, cells, 2)."""
    excess = shares - counts / counts.sum(axis=(1, 2), keepdims=True)
    return np.maximum(excess.max(axis=2), excess.sum(axis=2)).sum(axis=1)


@pytest.mark.parametrize(("samples", "delta"), [(50, 0.5), (200, 0.1), (2000, 0.01)])
def test_worst_classifiers_on_many_samples(samples, delta):
    """Coins as labels on four places farther apart than 2 m / L: there f may be anything from -m to m, or beyond.

    So each A of the proof belongs to an f: -m or less where only y = 1 errs, 0 where both err.
    """
    places, trials = FiniteSet([0, 10, 20, 30]), 20_000
    shares = np.full((4, 2), 1 / 8)
    counts = np.random.default_rng(samples).multinomial(samples, shares.ravel(), size=trials).reshape(trials, 4, 2)
    worst = worst_excess(counts, shares)
    gap = lipschitz_generalization_gap(places, 1, 1, samples, delta)
    assert (worst > gap).mean() <= delta
    assert gap <= 4 * np.quantile(worst, 1 - delta)  # and it is no idle one


def test_interpolating_classifiers_on_the_line():
    """f fits labels that are coins wherever it can with slope L: its error is 1/2, the share of small margins less."""
    rng, lipschitz, margin, samples, delta = np.random.default_rng(0), 40.0, 0.5, 300, 0.1
    gap = lipschitz_generalization_gap(Interval(0, 1), lipschitz, margin, samples, delta)
    fails = 0
    for _ in range(300):
        x, y = rng.random(samples), rng.choice([-1.0, 1.0], samples)
        wanted = 2 * y * margin
        values = np.array([np.max(wanted - lipschitz * np.abs(place - x)) for place in x])
        fails += 0.5 - np.mean(y * values <= margin) > gap
    assert fails <= 300 * delta
    assert 0.3 < gap < 0.4


def test_gaps_shrink_and_are_errors():
    box = Box([0] * 3, [1] * 3)
    gaps = [lipschitz_generalization_gap(box, 1, 0.5, count, 0.05) for count in (1, 10**3, 10**5, 10**9)]
    assert gaps == sorted(gaps, reverse=True) and gaps[0] == 1.0
    assert lipschitz_generalization_gap(box, 2, 1, 10**5, 0.05) == gaps[2]
    assert lipschitz_generalization_gap(box, 1, 1, 10**5, 0.05) < gaps[2]
    assert lipschitz_generalization_gap(Box([0] * 50, [1] * 50), 1e300, 5e-324, 10**9, 1e-300) == 1.0
    assert lipschitz_generalization_gap(box, 5e-324, 1e300, 10**5, 0.5) < 0.01


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"domain": 3}, "domain=3: pass an Interval"),
        ({"lipschitz": 0}, "lipschitz=0: pass one finite number greater than 0"),
        ({"margin": -1}, "margin=-1"),
        ({"margin": math.inf}, "margin"),
        ({"samples": 0}, "samples=0"),
        ({"delta": 1}, "delta=1: pass a number between 0 and 1"),
    ],
)
def test_refusals(changes, message):
    given_values = {"domain": Interval(0, 1), "lipschitz": 1, "margin": 1, "samples": 10, "delta": 0.1} | changes
    with pytest.raises(ValueError, match=message):
        lipschitz_generalization_gap(**given_values)
