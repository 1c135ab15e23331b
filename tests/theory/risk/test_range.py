"""Where float64 ends and where it rounds: risks of rounded values, and results beyond its range."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory import extremes
from theory.losses import BCE, HKR, KR, Hinge, SmoothHinge, SquaredHinge
from theory.risk import lipschitz_needed, minimize_risk, saturation_bound

quick = settings(derandomize=True, deadline=None, max_examples=25)


@quick
@given(
    extremes.samples(dimension=1), st.sampled_from([Hinge(), Hinge(0.3), HKR(0.1, 0.7)]), extremes.magnitudes(-60, 9)
)
def test_kinked_risks_on_the_line_are_those_of_their_values(sample, loss, reach):
    """Of the floats as they are, which opposite labels keep as close as L allows."""
    points, labels, weights = sample
    span = float(np.ptp(points)) or 1.0
    lipschitz = max(reach / span, 5e-324) if reach / span < inf else 1e308
    found = minimize_risk(points, labels, lipschitz, loss, weights)
    assert found.lower_bound <= found.risk
    if found.attained:
        extremes.assert_across_labels(points, labels, found.values, lipschitz)
        margins = [Fraction(y * v) for y, v in zip(labels.tolist(), found.values.tolist(), strict=True)]
        base, jump, margin = map(Fraction, loss.kink)
        losses = [jump * max(0, margin - t) - base * t for t in margins]
        risk = sum(Fraction(w) * each for w, each in zip(weights.tolist(), losses, strict=True))
        assert risk <= Fraction(found.risk)


def test_a_kr_risk_is_that_of_its_values_where_masses_are_equal_up_to_rounding():
    weights = [1.25, 0.00125, 2.501249999974987, 1.25, 2.501249999974987e-11]
    points, labels = [-1531.1, 0.0, 7.0, -2e3, 1.0], [1, 1, -1, 1, -1]
    found = minimize_risk(points, labels, 0.1, KR(), weights)
    risk = -sum(Fraction(w) * y * Fraction(v) for w, y, v in zip(weights, labels, found.values.tolist(), strict=True))
    assert risk <= Fraction(found.risk) and found.gap <= 1e-12 * abs(found.risk)


@pytest.mark.parametrize("temperature", [1, 0.3, 1e-150])
def test_a_bound_beyond_float64_is_not_infinite(temperature):
    """L is some 10^324 or more: no float, but not infinity, which stands for no L at all."""
    assert 1e307 < saturation_bound(0.01, [[0.0], [5e-324], [1.0]], [1, -1, 1], None, temperature) < inf
    assert saturation_bound(0.01, [[0.0], [0.0], [1.0]], [1, -1, 1], None, temperature) == inf


HEAVY = np.array([[-5e-324, -1.0], [1 + 2.0**-52, 0.0], [0.0, -1 - 2.0**-52]]), [1, 1, -1], [1.0, 1.0, 1.0]


@pytest.mark.parametrize("unit", [3e60, 1.0, 1e-60])
@pytest.mark.parametrize(("loss", "risk"), [(SmoothHinge(0.3, 2), 0.0338), (SquaredHinge(), 0.005)])
def test_steps_that_overflow_end_a_search_quietly(unit, loss, risk):
    """Two of the points are nearly one; a warning is an error in tests."""
    points, labels, weights = HEAVY
    found = lipschitz_needed(unit * points, labels, risk, loss, weights)
    assert 0 < found.insufficient <= found.sufficient <= found.insufficient * (1 + 2e-6)


def test_a_start_without_slack_is_none_to_begin_with():
    """Three of the points are one but for an ulp, and one weighs nothing: margins touch their constraints."""
    points = [[-1.0, 1.0], [1 + 2.0**-52, 0.0], [1.1e-16, 1.0], [-1 - 2.0**-52, 1 + 2.0**-52]]
    weights = [1.0, 1e-17, 1.0, 1.0]
    for unit in (1.0, 2.4228908772695541e-268):
        found = lipschitz_needed(unit * np.array(points), [1, -1, 1, -1], 2e-3, BCE(0.3), weights)
        assert 0 < found.insufficient <= found.sufficient <= found.insufficient * (1 + 2e-6)
