"""Flows of least cost find what linear programmes find, at sizes that these do not reach; searches end when told to."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from tests.theory.extremes import assert_bounds, samples
from theory.losses import BCE, HKR, KR, Hinge, SmoothHinge
from theory.risk import minimize_risk
from theory.risk._pace import Pace
from theory.risk._space import active_set
from theory.risk._space.active_set import Search
from theory.risk._space.problem import Problem
from theory.risk._space.proof import prove
from theory.risk._space.simplex import FlowSimplex
from theory.risk._space.units import in_units

quick = settings(derandomize=True, deadline=None, max_examples=25)
LOSSES = [Hinge(), Hinge(0.2), KR(), HKR(0.5, 2)]
WEIGHTS = ["equal", "random", "uneven"]


def sample(seed: int, count: int, n: int = 2, kind: str = "equal"):
    """Half of each label, and of the mass; uneven: a few heavy points and a few light ones."""
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(count, n))
    labels = np.where(np.argsort(np.argsort(points[:, 0] + rng.normal(size=count) / 2)) < count // 2, -1, 1)
    weights = np.full(count, 1 / count) if kind == "equal" else rng.exponential(size=count)
    if kind == "uneven":
        weights[:4], weights[4:8] = 30.0, 1e-9
    plus = labels > 0
    weights[plus] *= weights[~plus].sum() / weights[plus].sum()
    return points, labels, weights


def by_flow(points, labels, weights, lipschitz, loss, tolerance=1e-6):
    """Also for few points, in the units of the search."""
    order = np.argsort(-labels, kind="stable")
    split = int((labels > 0).sum())
    units = in_units(points[order], split, weights[order], lipschitz, loss)
    search = Search(units.search, tolerance, units.problem)
    found = prove(units.problem, [search._in_rounds(flows=True)], tolerance)
    found = units.restored(found, float(loss.lipschitz), weights)
    values = np.empty(len(labels))
    values[order] = found.values
    return SimpleNamespace(values=values, risk=found.risk, lower_bound=found.lower_bound, attained=found.attained)


@pytest.mark.parametrize("kind", WEIGHTS)
@pytest.mark.parametrize("lipschitz", [0.01, 1.0, 30.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_small_samples_agree_with_linear_programmes(loss, lipschitz, kind):
    case = sample(3, 60, 3, kind)
    found, expected = by_flow(*case, lipschitz, loss), minimize_risk(*case[:2], lipschitz, loss, case[2], 1e-8)
    assert found.risk - found.lower_bound <= 1e-6 * abs(found.risk) + 1e-13
    assert found.lower_bound <= expected.risk and expected.lower_bound <= found.risk


@quick
@given(samples(most=8), st.sampled_from([0.25, 1.0, 7.0]), st.sampled_from([Hinge(), Hinge(1e-200), HKR(1, 1e3)]))
def test_bounds_hold_for_extreme_samples(case, lipschitz, loss):
    points, labels, weights = case
    try:
        minimize_risk(points, labels, lipschitz, loss, weights, 1e300)
    except ValueError:  # products that leave the range of float64
        return
    if not isinstance(loss, HKR):
        assert_bounds(case, lipschitz, loss, by_flow(points, labels, weights, lipschitz, loss))


@pytest.mark.parametrize(
    ("loss", "count", "n", "lipschitz", "kind"),
    [
        (Hinge(), 2000, 2, 1.0, "equal"),
        (Hinge(), 1000, 2, 0.01, "uneven"),
        (Hinge(), 1000, 10, 0.5, "random"),
        (Hinge(), 1000, 2, 100.0, "random"),
        (KR(), 600, 2, 1.0, "uneven"),
        (HKR(1, 10), 600, 2, 1.0, "random"),
    ],
)
def test_many_points(loss, count, n, lipschitz, kind):
    points, labels, weights = sample(0, count, n, kind)
    found = minimize_risk(points, labels, lipschitz, loss, weights)
    assert found.finished and found.gap <= 1e-6 * abs(found.risk)
    plus, minus = labels > 0, labels < 0
    slack = lipschitz * cdist(points[plus], points[minus]) - found.values[plus][:, None] + found.values[minus]
    assert slack.min() >= -1e-12 * np.abs(found.values).max()
    assert weights @ loss.value(labels * found.values) == pytest.approx(found.risk, rel=1e-11)


@pytest.mark.parametrize("loss", [Hinge(), HKR(0.5, 2)])
def test_without_numba_linear_programmes_find_the_same(loss, monkeypatch):
    case = sample(1, 280)
    flow = minimize_risk(*case[:2], 1.0, loss, case[2])
    monkeypatch.setattr(active_set, "installed", lambda: False)
    found = minimize_risk(*case[:2], 1.0, loss, case[2])
    assert found.lower_bound <= flow.risk and flow.lower_bound <= found.risk
    assert max(found.gap / abs(found.risk), flow.gap / abs(flow.risk)) <= 1e-6


def give_up(*_):
    raise ArithmeticError


def test_a_flow_that_is_given_up_leaves_the_linear_programme(monkeypatch):
    case = sample(1, 280)
    expected = minimize_risk(*case[:2], 1.0, Hinge(), case[2])
    monkeypatch.setattr(FlowSimplex, "solve", give_up)
    found = minimize_risk(*case[:2], 1.0, Hinge(), case[2])
    assert found.risk == pytest.approx(expected.risk, rel=1e-6) and found.gap <= 1e-6 * found.risk


# Searches that end early


SEARCHED = [
    (BCE(), 30, False),
    (BCE(), 300, False),
    (SmoothHinge(1, 0.5), 300, False),
    (Hinge(), 40, False),
    (Hinge(), 500, False),
    (HKR(0.5, 2), 300, False),
    (Hinge(), 300, True),
]


@pytest.mark.parametrize(("loss", "count", "pure"), SEARCHED)
def test_bounds_hold_wherever_the_time_ends(loss, count, pure, monkeypatch):
    if pure:
        monkeypatch.setattr(active_set, "installed", lambda: False)
    points, labels, weights = sample(2, count)
    whole = minimize_risk(points, labels, 1.0, loss, weights)
    gaps = []
    for looks in (0, 1, 2, 5, 13, 10**6):
        left = iter(range(looks))
        monkeypatch.setattr(Pace, "over", property(lambda self, left=left: next(left, None) is None))
        found = minimize_risk(points, labels, 1.0, loss, weights, time_limit=1000.0)
        assert found.lower_bound <= whole.risk and whole.lower_bound <= found.risk
        assert found.finished == (found.gap <= 1e-6 * abs(found.risk))
        gaps.append(found.gap)
    assert found.finished and gaps[0] > gaps[-1]


@pytest.mark.parametrize(("loss", "count"), [(BCE(), 500), (Hinge(), 500)])
def test_a_time_limit(loss, count):
    points, labels, weights = sample(2, count)
    short = minimize_risk(points, labels, 1.0, loss, weights, time_limit=1e-9)
    long = minimize_risk(points, labels, 1.0, loss, weights, time_limit=1e9)
    assert not short.finished and long.finished
    assert short.lower_bound <= long.lower_bound <= long.risk <= short.risk < np.inf


@pytest.mark.parametrize("limit", [0, -1.0, np.nan, np.inf, "soon"])
def test_a_time_limit_is_a_positive_number(limit):
    with pytest.raises(ValueError, match="time_limit"):
        minimize_risk([[0.0, 0.0], [1.0, 0.0]], [1, -1], 1.0, time_limit=limit)


def test_linear_programmes_end_too():
    points, labels, weights = sample(4, 400)
    problem = Problem(points[np.argsort(-labels)], 200, weights, 1.0, Hinge())
    pace = Pace.of(1e-3, lambda part: None)
    found = prove(problem, [Search(problem, 1e-6, pace=pace)._in_rounds()], 1e-6, pace)
    assert found.lower_bound <= found.risk


def test_an_interruption_leaves_nothing_behind(monkeypatch):
    case = sample(1, 400)
    expected = minimize_risk(*case[:2], 1.0, "hinge", case[2])

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(FlowSimplex, "solve", interrupt)
        with pytest.raises(KeyboardInterrupt):
            minimize_risk(*case[:2], 1.0, "hinge", case[2], progress=True)
    again = minimize_risk(*case[:2], 1.0, "hinge", case[2])
    assert (again.values == expected.values).all() and again.lower_bound == expected.lower_bound


def test_progress(capsys):
    case = sample(1, 400)
    quiet = minimize_risk(*case[:2], 1.0, "hinge", case[2])
    assert capsys.readouterr().err == ""
    assert minimize_risk(*case[:2], 1.0, "hinge", case[2], progress=True).risk == quiet.risk
    assert "100%" in capsys.readouterr().err


def test_progress_is_in_digits():
    parts = []
    pace = Pace(advance=parts.append)
    for gap in (2.0, 1e-2, 1e-1, 1e-3, 0.0):
        pace.at(gap, 1e-4)
    assert parts == pytest.approx([0.5, 0.25, 0.25])
