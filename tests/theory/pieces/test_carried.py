"""Values of a layer that new vertices have from the ends of their edges, against those that are worked out there."""

from __future__ import annotations

import numpy as np
import pytest

from tests.theory.pieces.networks import random_network
from theory.pieces import count_pieces
from theory.pieces._lattice.rounds import layer_values, run_round
from theory.pieces._lattice.start import start
from theory.pieces._options import read_plan

CASES = [("relu", None), ("leaky_relu", -0.5), ("abs", None)]


@pytest.mark.parametrize(("activation", "slope"), CASES)
@pytest.mark.parametrize("box", [None, "all"])
def test_values_are_those_of_the_points(activation, slope, box):
    """80 rows: more than one round a layer. Values are of size 1, and a few roundings off."""
    plan = read_plan(*random_network([2, 80, 16, 1], 3), box, activation, slope)
    cells = start(plan.domain)
    for number, each in enumerate(plan.rounds):
        run_round(plan, cells, number, lambda _: False)
        assert cells.layer == each.layer
        right = layer_values(plan.network, cells.points.view, each.layer)
        assert np.abs(cells.carried.view - right).max() <= 1e-12 * np.abs(right).max()
        part = cells.take(np.arange(cells.cells // 2))
        assert np.abs(part.carried.view - layer_values(plan.network, part.points.view, each.layer)).max() < 1e-9


@pytest.mark.parametrize(("activation", "slope"), CASES)
def test_counts_are_the_same_without_them(monkeypatch, activation, slope):
    given_network = random_network([2, 72, 16, 1], 3)
    kind = {"activation": activation, "slope": slope}
    found = count_pieces(*given_network, **kind, certify=True)
    assert found.cells == count_pieces(*given_network, **kind).cells
    monkeypatch.setattr("theory.pieces._lattice.rounds.MOST_CARRIED", 2000)  # from some cut on they do not fit
    assert found.cells == count_pieces(*given_network, **kind).cells
    monkeypatch.setattr("theory.pieces._lattice.rounds.MOST_CARRIED", 0)
    assert found.cells == count_pieces(*given_network, **kind).cells
