"""Blocks of cells: what they share, how many are held at a time, and what is proved of their vertices."""

from __future__ import annotations

import weakref

import numpy as np
import pytest

from tests.theory.pieces.networks import random_network
from theory.pieces import count_pieces, enumerate_pieces
from theory.pieces._certificate import _exactly, _implied, certify
from theory.pieces._lattice.rounds import run_round
from theory.pieces._lattice.start import start
from theory.pieces._options import read_plan
from theory.pieces._search import CROWD, _parts, _Waiting

KINDS = ["relu", "groupsort2"]


def finished(sizes, activation, box=None):
    plan = read_plan(*random_network(sizes, 1), box, activation)
    cells = start(plan.domain)
    for number in range(len(plan.rounds)):
        run_round(plan, cells, number, lambda _: False)
    return plan, cells


@pytest.mark.parametrize("activation", KINDS)
@pytest.mark.parametrize(("sizes", "box"), [([2, 12, 12, 1], None), ([2, 12, 12, 1], "all"), ([3, 8, 8, 1], None)])
def test_signs_that_follow_are_right(sizes, box, activation):
    """Integers find the signs that float64 was not asked to prove; a wrong one does not follow."""
    plan, cells = finished(sizes, activation, box)
    implied = np.flatnonzero(_implied(plan, cells))
    assert implied.size
    assert all(_exactly(plan, cells, i) for i in implied)
    for i in implied[:: max(1, len(implied) // 10)]:
        plus, minus = cells.past_plus[i, -1], cells.past_minus[i, -1]
        cells.past_plus[i, -1], cells.past_minus[i, -1] = minus, plus
        assert not _implied(plan, cells)[i]
        assert not certify(plan, cells)
        cells.past_plus[i, -1], cells.past_minus[i, -1] = plus, minus
    assert certify(plan, cells)


def test_a_block_proves_its_own_vertices():
    """Those whose parents are in another block do not follow from them."""
    plan, cells = finished([2, 12, 12, 1], "relu")
    for part in _parts(plan, _Waiting(cells, 0, 1.0), 4):
        implied = _implied(plan, part.cells)
        assert (part.cells.parents[implied] >= 0).all()
        for i in np.flatnonzero(implied):
            u, v = part.cells.parents[i]
            line = part.cells.points[[u, i, v], 1:]
            step, whole = line[1] - line[0], line[2] - line[0]
            assert abs(step[0] * whole[1] - step[1] * whole[0]) < 1e-12
        assert certify(plan, part.cells)


def test_blocks_are_of_near_cells():
    """Sixteen blocks of some 3,000 cells share no more than their rims: a tenth of their vertices, or two."""
    plan, cells = finished([2, 48, 48, 1], "relu")
    blocks = [part.cells for part in _parts(plan, _Waiting(cells, 0, 1.0), 16)]
    assert sum(block.cells for block in blocks) == cells.cells
    assert sum(block.points.size for block in blocks) < 1.6 * cells.points.size


@pytest.mark.parametrize("before", [0, 10**9])
@pytest.mark.parametrize("activation", KINDS)
def test_few_are_held_at_a_time(monkeypatch, activation, before):
    """A complex never grows to much more than four blocks, however many cells there are in all: one gate doubles the
    cells at most. So it is without compiled loops, and with them, after many counts."""
    monkeypatch.setattr("theory.pieces._lattice.compiled._Done.cells", before)
    network = random_network([2, 40, 40, 40, 1], 2)
    right = count_pieces(*network, activation=activation).cells
    monkeypatch.setattr("theory.pieces._search.NUMBERS_IN_BLOCK", 100)
    monkeypatch.setattr("theory.pieces._lattice.rounds.FEW", 1)
    largest = []

    def watched(plan, cells, *rest):
        done = run_round(plan, cells, *rest)
        largest.append(cells.size)
        return done

    monkeypatch.setattr("theory.pieces._search.run_round", watched)
    assert count_pieces(*network, activation=activation).cells == right
    assert len(largest) > 20
    assert max(largest) <= 2 * CROWD * (100 << 2)


def test_of_more_inputs_one_complex_is_held_until_it_is_large(monkeypatch):
    """Then its parts, each as long as it takes."""
    network = random_network([3, 12, 12, 1], 2)
    right = count_pieces(*network, activation="relu").cells
    parts = []

    def watched(*args):
        for part in _parts(*args):
            parts.append(weakref.ref(part))
            yield part

    monkeypatch.setattr("theory.pieces._search._parts", watched)
    monkeypatch.setattr("theory.pieces._search.NUMBERS_IN_BLOCK", 500)
    assert count_pieces(*network, activation="relu").cells == right
    assert not parts
    monkeypatch.setattr("theory.pieces._search.LARGEST_CROWD", 8000)
    held = [sum(part() is not None for part in parts) for _ in enumerate_pieces(*network, activation="relu")]
    assert len(held) == right
    assert len(parts) > 10
    assert held[-1] <= 2
