"""Least risks of several classes at the ends of float64: exact checks of values, bounds and flows."""

from __future__ import annotations

from dataclasses import replace

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.theory import extremes
from theory.losses import BCE, Hinge
from theory.risk import minimize_multiclass_risk
from theory.risk._multiclass.forms import CrossEntropy, LargestOther
from theory.risk._multiclass.newton import Round
from theory.risk._multiclass.problem import Problem
from theory.risk._multiclass.proof import risk_above, risk_below
from theory.risk._multiclass.search import Candidate
from theory.risk._pace import Pace

LOSSES = (
    st.sampled_from([BCE(), BCE(0.3), Hinge(), Hinge(0.3)])
    | st.builds(BCE, extremes.magnitudes(-900, 900))
    | st.builds(Hinge, extremes.magnitudes(-900, 200))
)
APART = ("scale", "leave out", "near 1e-308")


@st.composite
def slopes(draw: st.DrawFn, points: np.ndarray, loss: BCE | Hinge) -> float:
    """Of any size, or about as steep as what matters is."""
    if draw(st.booleans()):
        return draw(extremes.magnitudes(-700, 300))
    unit = float(getattr(loss, "margin", 1)) / float(getattr(loss, "temperature", 1))
    with np.errstate(all="ignore"):
        steep = draw(st.sampled_from([0.1, 1.0, 3.0, 20.0, 1e3])) * unit / (float(np.ptp(points, axis=0).max()) or 1.0)
    return float(np.clip(steep, 5e-324, 1e308))


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_bounds_are_on_their_sides(data):
    points, _, weights = data.draw(extremes.samples(data.draw(st.integers(1, 3)), 7))
    labels = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(points), max_size=len(points))))
    loss = data.draw(LOSSES)
    lipschitz = data.draw(slopes(points, loss))
    try:
        found = minimize_multiclass_risk(points, labels, lipschitz, loss, weights, time_limit=3)
    except ValueError as error:
        assert any(word in str(error) for word in APART)  # noqa: PT017 - what the docstring allows
        assume(False)
    extremes.assert_several(points, labels, weights, lipschitz, loss, found)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_flows_prove_the_bound(data):
    count = data.draw(st.integers(2, 7))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    points = rng.integers(-2, 3, (count, 2)) * data.draw(st.sampled_from([1.0, 0.25])) + 0.0
    labels, weights = rng.integers(0, 4, count), rng.uniform(0.1, 1, count)
    loss, lipschitz = BCE(data.draw(st.sampled_from([1, 0.3, 4]))), data.draw(st.sampled_from([0.1, 0.5, 3.0]))
    found = minimize_multiclass_risk(points, labels, lipschitz, loss, weights)
    with mpmath.workdps(extremes.DIGITS):
        proved = extremes.several_dual_of(points, labels, weights, loss, lipschitz, found)
        assert abs(proved - found.lower_bound) <= 1e-12 * (1 + abs(proved))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.booleans())
def test_any_flow_is_below_any_values(seed, smooth):
    """Flows and values that no search has found: also impossible flows prove no more than is true."""
    rng = np.random.default_rng(seed)
    count, outputs = int(rng.integers(2, 8)), int(rng.integers(2, 5))
    form = CrossEntropy(1.5, 2 / 3) if smooth else LargestOther(1.0, 0.75)
    labels = np.concatenate([np.arange(outputs), rng.integers(0, outputs, count)])
    places, lipschitz = rng.normal(size=(count, 2)), float(rng.choice([1e-3, 0.1, 1.0]))
    node = np.concatenate([rng.integers(0, count, outputs), np.arange(count)])
    problem = Problem(places, node, labels, rng.uniform(0, 1, len(node)), outputs, lipschitz, lipschitz, form)
    rows, columns = np.triu_indices(count, 1)
    flow = rng.normal(size=(len(rows), outputs)) * 10.0 ** rng.integers(-17, 1)
    cluster = rng.integers(0, 2, count)
    _, cluster = np.unique(cluster, return_inverse=True)
    values = rng.normal(size=outputs) * 0.3 + np.zeros((count, 1))
    candidate = Candidate(values, rows * count + columns, flow, cluster)
    assert risk_below(problem, candidate).bound <= risk_above(problem, values)
    assert risk_below(problem, replace(candidate, flow=0 * flow)).bound <= risk_above(problem, values)


def test_flows_whose_squares_underflow_cost():
    """The cost of flows near 1e-203 was 0, and the bound 100 times too great."""
    unit = 1.90109156629516e-211
    points = np.array([[0, 0], [0, 0], [0, -2 * unit], [0, unit]])
    found = minimize_multiclass_risk(points, [0, 0, 1, 0], 1000 / (3 * unit), weights=np.full(4, 6.2e-61))
    assert found.lower_bound <= found.risk and found.finished


def test_one_place_and_next_neighbours():
    """Both labels at one place, and one unit in the last place apart, have the loss of one place."""
    for other in (1.0, np.nextafter(1.0, 2)):
        found = minimize_multiclass_risk([[1.0, 0], [other, 0], [3.0, 0]], [0, 1, 1], 1e3, weights=[1, 1, 1])
        assert found.finished and abs(found.risk - 2 * np.log(2)) < 1e-3 and found.lower_bound <= 2 * np.log(2)
        if other == 1.0:
            assert (found.values[0] == found.values[1]).all()


@pytest.mark.parametrize("size", [5e-324, 1e-310, 1e300])
def test_weights_of_any_size(size):
    found = minimize_multiclass_risk([[0.0], [1.0], [2.0]], [0, 1, 2], 1e-6, weights=[size] * 3)
    assert found.lower_bound <= found.risk
    assert found.risk == pytest.approx(3 * size * np.log(3), rel=1e-5, abs=1e-323)


def test_a_step_whose_squares_leave_float64_is_shortened():
    one, other = 7.822218149132249e92, -1.564443629824103e93
    points = np.array([[one], [7.822218149108783e92], [other], [other], [7.822218149124427e92], [7.82221814914007e92]])
    small, least = 4.1676726552845203e-163, 4.1676726552845204e-180
    weights = np.array([small, small, least, 4.1676726552845204e-166, 1.2503017965853561e-162, least])
    labels, lipschitz, loss = np.array([1, 0, 0, 0, 1, 0]), 7.436172413756452e-89, BCE(0.0014670311529310061)
    found = minimize_multiclass_risk(points, labels, lipschitz, loss, weights)
    extremes.assert_several(points, labels, weights, lipschitz, loss, found)
    assert found.risk - found.lower_bound <= 1e-6 * found.risk


def test_gradients_whose_squares_underflow_end_the_search_of_a_step():
    far, near = -2.3647458055848689e-60, -1.1823729027936169e-72
    points = np.array([[-1.1823729027936172e-72], [far], [-2.3647458055895988e-60], [near], [near]])
    least = 1.6479873021779668e-35
    weights = np.array([1.6479873021779667e-21, least, least, 4.9439619065338996e-18, 1.6479873021779667e-18])
    labels, lipschitz, loss = np.array([1, 0, 1, 2, 3]), 5.162090242914097e56, BCE(1)
    found = minimize_multiclass_risk(points, labels, lipschitz, loss, weights)
    extremes.assert_several(points, labels, weights, lipschitz, loss, found)


@pytest.mark.parametrize(("curvature", "right"), [(1e-310, 1.0), (1.0, 1e-200)])
def test_conjugate_gradients_end_where_a_length_is_no_number(curvature, right):
    """A quotient that overflows, and an inner product that underflows to 0."""
    search = Round.__new__(Round)
    search._pace = Pace.of(None, None)
    one = np.full((2, 1), right)
    found = search._conjugate_gradients(lambda d: curvature * d, np.ones((2, 1, 1)), one)
    assert np.array_equal(found, np.zeros((2, 1)))
