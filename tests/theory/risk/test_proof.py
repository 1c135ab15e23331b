"""What is proved in space holds whatever a search suggests, and the ways to it are tried in order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from theory.losses import BCE, HKR, Hinge, SmoothHinge
from theory.risk import minimize_risk
from theory.risk._proved_bounds import relative_gap
from theory.risk._space import active_set
from theory.risk._space.active_set import Search, State
from theory.risk._space.multipliers import Guess
from theory.risk._space.problem import Problem
from theory.risk._space.proof import Candidate, prove

quick = settings(derandomize=True, deadline=None, max_examples=25)
LOSSES = [BCE(), Hinge(), HKR(1, 5), SmoothHinge(1, 0.5)]


def problem_of(seed: int, loss, lipschitz: float = 1.0) -> Problem:
    rng = np.random.default_rng(seed)
    return Problem(rng.normal(size=(9, 3)), 4, rng.uniform(0.5, 1.5, size=9), lipschitz, loss)


def solved(problem: Problem, tolerance: float = 1e-9):
    return minimize_risk(problem.points, problem.labels, problem.lipschitz, problem.loss, problem.weights, tolerance)


@quick
@given(st.sampled_from(LOSSES), st.integers(0, 5), st.integers(0, 10**6), st.sampled_from([1e-3, 1.0, 1e3]))
def test_bounds_hold_for_candidates_drawn_at_random(loss, seed, draw, size):
    problem, rng = problem_of(seed, loss), np.random.default_rng(draw)
    rows, columns = rng.integers(0, 4, size=12), rng.integers(4, 9, size=12)
    candidate = Candidate(size * rng.normal(size=9), rows, columns, size * rng.exponential(size=12))
    found, least = prove(problem, [[candidate]], 1e-6), solved(problem)
    assert found.risk >= least.lower_bound and found.lower_bound <= least.risk
    slopes = np.abs(found.values[:, None] - found.values) - cdist(problem.points, problem.points)
    assert slopes.max() <= 1e-12  # the function is 1-Lipschitz
    losses = problem.weights * loss.value(problem.labels * found.values)
    assert found.risk >= losses.sum() - 1e-12 * np.abs(losses).sum()


@pytest.mark.parametrize("loss", LOSSES)
def test_the_best_of_one_way(loss):
    problem = problem_of(0, loss)
    least = solved(problem)
    good = Candidate(problem.labels * least.values, least.rows, least.columns, least.masses)
    poor = Candidate.without_masses(np.zeros(9))
    alone = [prove(problem, [[each]], 1e-6) for each in (Candidate.without_masses(good.margins), poor)]
    coupled = Candidate(poor.margins, good.rows, good.columns, good.masses)
    half = prove(problem, [[coupled]], 1e-6)
    together = prove(problem, [[poor, Candidate.without_masses(good.margins), coupled]], 1e-6)
    assert together.risk == alone[0].risk < alone[1].risk
    assert together.lower_bound == half.lower_bound > alone[1].lower_bound


def test_ways_are_tried_in_order_and_no_further_than_needed():
    problem = problem_of(1, BCE())
    poor = Candidate.without_masses(np.zeros(9))
    entered = []

    def way(name, candidates):
        for candidate in candidates:
            entered.append(name)
            yield candidate

    good = list(next(Search(problem, 1e-6).ways()))
    found = prove(problem, [way("poor", [poor]), [], way("good", [*good, poor]), way("never", [poor])], 1e-6)
    assert entered == ["poor", *["good"] * len(good)]
    assert found.risk - found.lower_bound <= 1e-6 * found.risk
    last = prove(problem, [[Candidate.without_masses(good[0].margins)], [poor]], 1e-6)
    assert last.risk == prove(problem, [[poor]], 1e-6).risk  # none comes close: the last way, on its own


def test_a_class_is_a_slice_and_a_part_keeps_its_mass():
    problem = problem_of(2, BCE(), 2.0)
    part, chosen = problem.part(2)
    assert (part.count, part.split) == (5, 2)
    assert (part.points == problem.points[chosen]).all() and (part.labels == problem.labels[chosen]).all()
    for whole, some in zip(problem.classes, part.classes, strict=True):
        assert part.weights[some].sum() == pytest.approx(problem.weights[whole].sum(), rel=1e-15)
    assert part.reach <= problem.reach


def test_what_is_left_when_rounds_end_is_the_least_risk_with_the_greatest_bound(monkeypatch):
    """Though neither is of the state whose gap is the least share of its risk."""
    problem = problem_of(0, BCE())
    search = Search(problem, 1e-9)
    far, near = np.full(9, -50.0), search.start[0] * 1.01
    states = [
        State(None, "bad", near, search._risk(near), -1e9),
        State(None, "good", far, search._risk(far), -0.5),
        State(None, "bad", far, search._risk(far), -2.0),
    ]
    assert min(states, key=lambda state: state.gap) is states[1]
    monkeypatch.setattr(search, "_rounds", lambda flows: iter(states))
    monkeypatch.setattr(active_set, "coupling_of_flow", lambda arcs, flow, margins: (flow,) * 3)
    for state in states:
        object.__setattr__(state, "guess", Guess(state.middle, state.guess))
    first, last = search._in_rounds()
    assert first.masses == "good" and (first.margins == near).all()
    assert last.masses == "bad" and (last.margins == far).all()


def test_nothing_is_close_to_what_is_no_number():
    assert not relative_gap(np.nan, 0.0) <= 1 and not relative_gap(0.0, np.nan) <= 1
    assert relative_gap(1e-301, 0.0) == 0.0 and relative_gap(2.0, 1.0) == 0.5
