"""Compiled loops over the faces of large complexes, against what numpy makes of the same cuts."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.theory.pieces.networks import random_network
from theory.pieces import count_pieces, enumerate_pieces
from theory.pieces._lattice import loops
from theory.pieces._lattice.one_gate import split_by
from theory.pieces._lattice.rounds import run_round
from theory.pieces._lattice.split import Inconsistent
from theory.pieces._lattice.start import start
from theory.pieces._options import read_plan

MANY = "theory.pieces._lattice.one_gate.MANY"


def tied_network(sizes):
    """Small whole numbers, so that gates meet in vertices, coincide, or are 0."""
    rng = np.random.default_rng(5)
    weights = [rng.integers(-1, 2, size=(b, a)).astype(float) for a, b in pairwise(sizes)]
    return weights, [rng.integers(-1, 2, size=b).astype(float) for b in sizes[1:]]


def cut(network, box, activation, take):
    """The complex after all rounds, and parted on the way."""
    plan = read_plan(*network, box, activation)
    cells = start(plan.domain)
    for number in range(len(plan.rounds)):
        run_round(plan, cells, number, lambda _: False)
        if take:
            cells = cells.take(np.arange(cells.cells)[::-take])
    return cells


@pytest.mark.parametrize("take", [0, 1, 2])
@pytest.mark.parametrize("activation", ["relu", "groupsort2"])
@pytest.mark.parametrize(
    ("network", "box"),
    [
        (random_network([3, 8, 8, 1], 1), None),
        (random_network([3, 8, 8, 1], 2), "all"),
        (random_network([4, 6, 4, 1], 3), None),
        (random_network([5, 4, 4, 1], 4), None),
        (tied_network([3, 6, 6, 1]), (-2, 2)),
        (tied_network([4, 6, 4, 1]), (-2, 2)),
        (tied_network([3, 6, 4, 1]), "all"),
    ],
)
def test_the_same_faces_in_the_same_order(network, box, activation, take, monkeypatch):
    monkeypatch.setattr(MANY, 10**9)
    other = cut(network, box, activation, take)
    monkeypatch.setattr(MANY, 0)
    cells = cut(network, box, activation, take)
    assert cells.compiled
    assert not other.compiled
    assert cells.cells > 1
    for d in range(cells.dimension + 1):
        assert cells.count(d) == other.count(d)
        assert (cells.plus[d].view == other.plus[d].view).all()
        assert (cells.minus[d].view == other.minus[d].view).all()
        if d:
            mine, theirs = (each.lists(d, np.arange(each.count(d))) for each in (cells, other))
            assert all((one == two).all() for one, two in zip(mine, theirs, strict=True))
    for name in ("points", "past_plus", "past_minus", "cell_plus", "cell_minus", "parents", "born"):
        assert (getattr(cells, name).view == getattr(other, name).view).all()


def test_counts_and_pieces_are_the_same(monkeypatch):
    network = random_network([3, 10, 10, 1], 3)
    right = count_pieces(*network, certify=True)
    patterns = {piece.pattern.tobytes() for piece in enumerate_pieces(*network)}
    monkeypatch.setattr(MANY, 0)
    found = count_pieces(*network, certify=True)
    assert (found.cells, found.connected_pieces, found.affine_maps) == (
        right.cells,
        right.connected_pieces,
        right.affine_maps,
    )
    assert {piece.pattern.tobytes() for piece in enumerate_pieces(*network)} == patterns


def test_numba_is_asked_for_large_complexes_alone(monkeypatch):
    """Whether it is there or not, the count is the same."""
    asked = []
    monkeypatch.setattr("theory.pieces._lattice.one_gate.installed", lambda: bool(asked.append(1)))
    network = random_network([3, 10, 10, 1], 3)
    right = count_pieces(*network).cells
    assert not asked
    monkeypatch.setattr(MANY, right)
    assert count_pieces(*network).cells == right
    assert asked


@pytest.mark.parametrize("python", [False, True], ids=["compiled", "python"])
def test_new_lists_take_the_places_of_old_ones_that_are_as_long(python):
    replaced = loops.replaced.py_func if python else loops.replaced
    starts, lengths, pool = np.array([0, 2, 5]), np.array([2, 3, 1]), np.array([7, 8, 1, 2, 3, 9])
    left, longer = replaced(
        np.array([2, 0, 1]), (starts, lengths, pool), np.array([2, 1, 3]), np.array([4, 5, 6, 10, 11, 12])
    )
    assert left.tolist() == [0]
    assert longer.tolist() == [4, 5]
    assert pool.tolist() == [6, 8, 10, 11, 12, 9]


@pytest.mark.parametrize("many", [0, 10**9])
def test_a_section_of_a_square_has_two_ends(many, monkeypatch):
    """Signs that no affine function has are noticed."""
    monkeypatch.setattr(MANY, many)
    plan = read_plan(*random_network([3, 4, 1], 1), None, "relu")
    cells = start(plan.domain)
    plus, minus = np.zeros((2, 8), np.uint64)
    plus[:], minus[[0, 3]] = 1, 1  # corners opposite in a square
    cells.begin_round(plus, minus)
    with pytest.raises(Inconsistent):
        split_by(cells, np.uint64(1), lambda u, _, __: (np.zeros(len(u), np.uint64),) * 2)
