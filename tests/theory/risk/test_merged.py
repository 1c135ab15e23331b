"""Points of one label that coincide."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.losses import BCE, Hinge, SmoothHinge
from theory.risk import minimize_risk, risk_path
from theory.risk._space.active_set import Near
from theory.risk._space.merged import Merged
from theory.risk._space.problem import Problem
from theory.risk._space.proof import Candidate


def problem(seed: int, places: int, count: int) -> Problem:
    rng = np.random.default_rng(seed)
    points = rng.integers(0, places, size=(count, 2)).astype(float)
    weights = 10.0 ** rng.uniform(-12, 0, size=count)
    return Problem(points, int(rng.integers(1, count)), weights, 1.0, BCE())


@given(st.integers(0, 10**6), st.integers(1, 3), st.integers(2, 30))
@settings(max_examples=50, deadline=None)
def test_masses_are_shared_out_by_weight(seed, places, count):
    whole = problem(seed, places, count)
    merged, rng = Merged.of(whole), np.random.default_rng(seed)
    part = merged.problem_of(whole)
    assert part.count == len({(*point, node < whole.split) for node, point in enumerate(whole.points.tolist())})
    assert (part.points[merged.place] == whole.points).all()
    assert ((merged.place < part.split) == (np.arange(count) < whole.split)).all()
    assert part.weights.sum() == pytest.approx(whole.weights.sum())
    rows, columns = rng.integers(0, part.split, 5), rng.integers(part.split, part.count, 5)
    given_masses = 10.0 ** rng.uniform(-12, 0, size=5)
    (found,) = next(merged.restored([[Candidate(np.arange(part.count) / 8, rows, columns, given_masses)]]))
    assert (found.margins == merged.place / 8).all()
    assert (found.masses > 0).all() and (found.rows < whole.split).all() and (found.columns >= whole.split).all()
    for nodes, ends in ((rows, found.rows), (columns, found.columns)):
        total = np.bincount(nodes, given_masses, part.count)
        right = total[merged.place] * whole.weights / part.weights[merged.place]
        assert np.allclose(np.bincount(ends, found.masses, count), right, rtol=1e-9, atol=1e-15 * total.max())
    pairs = {*zip(merged.place[found.rows].tolist(), merged.place[found.columns].tolist(), strict=True)}
    assert pairs <= {*zip(rows.tolist(), columns.tolist(), strict=True)}


def test_what_is_known_place_by_place():
    whole = Problem(np.array([[0.0], [1.0], [1.0], [0.0], [0.0]]), 3, np.ones(5), 1.0, BCE())
    merged = Merged.of(whole)
    assert merged.any and merged.place.tolist() == [0, 1, 1, 2, 2] and merged.split == 2
    known = merged.near_of(Near(np.array([[5.0, 6.0, 6.0, 7.0, 7.0]]), np.array([0 * 5 + 3, 1 * 5 + 3, 2 * 5 + 4])))
    assert known.margins.tolist() == [[5.0, 6.0, 7.0]] and known.codes.tolist() == [0 * 3 + 2, 1 * 3 + 2]
    assert not Merged.of(replace(whole, points=np.arange(5.0)[:, None])).any


@pytest.mark.parametrize("loss", [BCE(), BCE(0.01), Hinge(), SmoothHinge(width=1e-3)])
@pytest.mark.parametrize("places", [1, 2, 3])
def test_many_at_few_places(loss, places):
    """As many as would be slow one by one, against one of each label at each place with the weights of all."""
    rng = np.random.default_rng(places)
    points, labels = rng.integers(0, places, size=(2500, 2)).astype(float), rng.choice([1.0, -1.0], size=2500)
    weights = rng.integers(1, 4, size=2500) / 4
    found = minimize_risk(points, labels, 0.7, loss, weights)
    every, at = np.unique(np.column_stack([points, labels]), axis=0, return_inverse=True)
    few = minimize_risk(every[:, :2], every[:, 2], 0.7, loss, np.bincount(at.ravel(), weights))
    assert found.finished and few.finished
    assert found.lower_bound <= few.risk and few.lower_bound <= found.risk
    assert found.lower_bound <= found.risk <= found.lower_bound * (1 + 1e-6)
    assert len({(*point, value) for *point, value in np.column_stack([points, labels, found.values]).tolist()}) == len(
        every
    )


def test_paths_go_on_from_place_to_place():
    rng = np.random.default_rng(0)
    points, labels = rng.integers(0, 6, size=(300, 2)).astype(float), rng.choice([1.0, -1.0], size=300)
    for found in risk_path(points, labels, lipschitz=[0.1, 0.3, 1.0]):
        alone = minimize_risk(points, labels, found.lipschitz)
        assert found.lower_bound <= alone.risk and alone.lower_bound <= found.risk
