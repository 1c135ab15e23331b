"""Compiled loops over the faces of complexes, against what numpy makes of the same cuts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from tests.theory.pieces.networks import random_network
from theory.pieces import count_pieces, enumerate_pieces
from theory.pieces._certificate import _hold
from theory.pieces._lattice import compiled, kernel, loops
from theory.pieces._lattice.compiled import cut_one_by_one
from theory.pieces._lattice.one_gate import split_by
from theory.pieces._lattice.rounds import _Turn, run_round
from theory.pieces._lattice.rows import Rows
from theory.pieces._lattice.split import Inconsistent
from theory.pieces._lattice.start import start
from theory.pieces._network.plan import pack_all
from theory.pieces._options import read_plan
from theory.pieces._search import LATTICE_INPUTS

STORED = ("past_plus", "past_minus", "cell_plus", "cell_minus", "parents", "born")


def tied_network(sizes):
    """Small whole numbers, so that gates meet in vertices, coincide, or are 0."""
    rng = np.random.default_rng(5)
    weights = [rng.integers(-1, 2, size=(b, a)).astype(float) for a, b in pairwise(sizes)]
    return weights, [rng.integers(-1, 2, size=b).astype(float) for b in sizes[1:]]


NETWORKS = [
    (random_network([3, 8, 8, 1], 1), None),
    (random_network([3, 8, 8, 1], 2), "all"),
    (random_network([4, 6, 4, 1], 3), None),
    (random_network([5, 4, 4, 1], 4), None),
    (tied_network([3, 6, 6, 1]), (-2, 2)),
    (tied_network([4, 6, 4, 1]), (-2, 2)),
    (tied_network([3, 6, 4, 1]), "all"),
]
PLANES = [
    (random_network([2, 80, 12, 1], 1), None),
    (random_network([2, 12, 12, 1], 2), "all"),
    (tied_network([2, 8, 8, 1]), (-2, 2)),
    (tied_network([2, 8, 8, 1]), "all"),
    (random_network([1, 12, 12, 1], 3), None),
    (tied_network([1, 8, 8, 1]), (-3, 3)),
]


@pytest.fixture
def compile_from(monkeypatch):
    """So many cells that loops are compiled, and no cells before."""

    def chosen(many):
        monkeypatch.setattr(compiled, "MANY", many)
        monkeypatch.setattr(compiled._Done, "cells", 0)

    return chosen


def cut(network, box, activation="relu", take=0, within=0, tolerance=1e-9, **more):
    """The complex after all rounds; parted after each, or within them, on the way."""
    plan = replace(read_plan(*network, box, activation), tolerance=tolerance)
    cells = start(plan.domain)
    for number, each in enumerate(plan.rounds):
        done = 0
        while done < each.gates:
            done = run_round(plan, cells, number, first=done, **({"watch": lambda _: False} | more))
            if within:
                cells = cells.take(np.arange(cells.cells)[::within])
        if take:
            cells = cells.take(np.arange(cells.cells)[::-take])
    return cells


def assert_same(one, two, off=0.0):
    """off: of coordinates, which values that are worked out afresh may change."""
    assert one.cells > 1
    for d in range(1, one.dimension + 1):
        assert one.count(d) == two.count(d)
        mine, theirs = (each.lists(d, np.arange(each.count(d))) for each in (one, two))
        assert all((left == right).all() for left, right in zip(mine, theirs, strict=True))
    for name in STORED:
        assert (getattr(one, name).view == getattr(two, name).view).all()
    np.testing.assert_allclose(one.points.view, two.points.view, rtol=off, atol=off)


def polygons(cells):
    """The vertices of each cell, in no order, and of each vertex all that is known of it but its number."""
    rows = [cells.points.view.view(np.uint64), cells.past_plus.view, cells.past_minus.view]
    vertices = [tuple(row) for row in np.hstack(rows).tolist()]
    owner, vertex = cells.vertices_of_cells()
    found = [
        (tuple(plus), tuple(minus))
        for plus, minus in zip(cells.cell_plus.view.tolist(), cells.cell_minus.view.tolist(), strict=True)
    ]
    return sorted((found[cell], sorted(vertices[i] for i in vertex[owner == cell])) for cell in range(cells.cells))


@pytest.mark.parametrize("take", [0, 1, 2])
@pytest.mark.parametrize("activation", ["relu", "groupsort2"])
@pytest.mark.parametrize(("network", "box"), NETWORKS)
def test_the_same_faces_in_the_same_order(network, box, activation, take, compile_from):
    compile_from(10**9)
    other = cut(network, box, activation, take)
    compile_from(0)
    cells = cut(network, box, activation, take)
    assert cells.compiled
    assert not other.compiled
    assert_same(cells, other)


@pytest.mark.parametrize("take", [0, 2])
@pytest.mark.parametrize("activation", ["relu", "groupsort2"])
@pytest.mark.parametrize(("network", "box"), PLANES)
def test_the_same_polygons(network, box, activation, take, compile_from):
    """On the line and in the plane, where numpy cuts by several gates at once, in another order."""
    compile_from(10**9)
    other = cut(network, box, activation)
    compile_from(0)
    cells = cut(network, box, activation)
    assert [cells.count(d) for d in range(cells.dimension + 1)] == [other.count(d) for d in range(cells.dimension + 1)]
    assert polygons(cells) == polygons(other)
    if take:
        some = cells.take(np.arange(cells.cells)[::take])
        assert polygons(some) == polygons(other.take(np.flatnonzero(np.isin(_names(other), _names(some)))))


def _names(cells):
    return [bytes(row) for row in np.hstack([cells.cell_plus.view, cells.cell_minus.view])]


@pytest.mark.parametrize("tolerance", [1e-9, 1e-1, np.inf])
@pytest.mark.parametrize(("network", "box"), [NETWORKS[0], NETWORKS[6], PLANES[1]])
def test_wherever_the_loops_end(network, box, tolerance, compile_from, monkeypatch):
    """After every gate, when arrays are full, for integers, and where a complex is not to grow further."""
    compile_from(0)
    asked = []
    mend = _Turn.mend
    monkeypatch.setattr(_Turn, "mend", lambda self, new, gate: (asked.append(len(new)), mend(self, new, gate)))
    whole = cut(network, box, tolerance=tolerance)
    assert asked or tolerance < np.inf
    monkeypatch.setattr(compiled, "LEAST", 1.0)
    monkeypatch.setattr(compiled, "SPARE", 1)
    assert_same(cut(network, box, tolerance=tolerance, closely=True), whole)
    for within in (0, 1):
        found = cut(network, box, within=within, tolerance=tolerance, closely=True, watch=lambda _: True)
        assert_same(found, whole, 1e-9)


def test_a_round_may_begin_without_loops_and_go_on_with_them(compile_from):
    network, box = NETWORKS[0]
    compile_from(10**9)
    right = cut(network, box)
    compile_from(8 * 10)  # three inputs: from ten cells on, within the first round
    found = cut(network, box)
    assert found.compiled
    assert_same(found, right)


def test_counts_and_pieces_are_the_same(compile_from):
    network = random_network([3, 10, 10, 1], 3)
    right = count_pieces(*network, certify=True)
    patterns = {piece.pattern.tobytes() for piece in enumerate_pieces(*network)}
    compile_from(0)
    found = count_pieces(*network, certify=True)
    assert (found.cells, found.connected_pieces, found.affine_maps) == (
        right.cells,
        right.connected_pieces,
        right.affine_maps,
    )
    assert {piece.pattern.tobytes() for piece in enumerate_pieces(*network)} == patterns


@pytest.mark.parametrize("sizes", [[2, 12, 12, 1], [3, 8, 8, 1]])
@pytest.mark.parametrize("most", [1, 10, 50])
def test_a_limit_is_passed_by_no_more_cells(sizes, most, compile_from):
    """A gate makes twice as many of them at most."""
    network = random_network(sizes, 3)
    compile_from(0)
    found = count_pieces(*network, activation="relu", max_pieces=most)
    assert most < found.lower <= 2 * most
    assert not found.exact


def test_numba_is_asked_for_large_complexes_alone(compile_from, monkeypatch):
    """Whether it is there or not, the count is the same."""
    asked = []
    compile_from(2**18)
    monkeypatch.setattr(compiled, "installed", lambda: bool(asked.append(1)))
    network = random_network([3, 10, 10, 1], 3)
    right = count_pieces(*network).cells
    assert not asked
    compile_from(right)
    assert count_pieces(*network).cells == right
    assert asked


def test_many_small_counts_are_as_good_as_a_large_one(compile_from, monkeypatch):
    """But pieces that are handed out come in an order that does not depend on what was counted before."""
    asked = []
    compile_from(2**13)
    monkeypatch.setattr(compiled, "installed", lambda: bool(asked.append(1)))
    network = random_network([3, 10, 10, 1], 3)
    for _ in range(20):
        count_pieces(*network)
    assert asked
    asked.clear()
    list(enumerate_pieces(*network))
    assert count_pieces(*network, max_pieces=10**6).exact
    assert not asked


@pytest.mark.parametrize("loops", [False, True])
def test_a_section_of_a_square_has_two_ends(loops):
    """Signs that no affine function has are noticed."""
    plan = read_plan(*random_network([3, 4, 1], 1), None, "relu")
    cells = start(plan.domain)
    plus, minus = np.zeros((2, 8), np.uint64)
    plus[:], minus[[0, 3]] = 1, 1  # corners opposite in a square
    turn = _Turn(plan, cells, plan.rounds[0])
    cells.begin_round(plus, minus)
    with pytest.raises(Inconsistent):
        cut_one_by_one(turn, 0, np.inf, False, lambda: False) if loops else split_by(cells, np.uint64(1), turn.cross)


def test_numbers_of_faces_fit(compile_from, monkeypatch):
    compile_from(0)
    monkeypatch.setattr(compiled, "LARGEST", 1000)
    with pytest.raises(MemoryError, match="more than 1000 faces"):
        count_pieces(*random_network([3, 10, 10, 1], 3), activation="relu")


def test_all_dimensions_have_slots():
    assert kernel.SLOTS == LATTICE_INPUTS + 1


def test_inverses():
    rng = np.random.default_rng(0)
    for n in (2, 3, 7):
        matrices = rng.normal(size=(50, n, n))
        matrices[0] = np.eye(n)[::-1]  # no pivot is where it is looked for first
        matrices[1, 0] = matrices[1, -1] = 1.0  # singular, with equal rows
        found = loops.inverted(matrices)
        assert np.isinf(found[1]).all()
        np.testing.assert_allclose(
            np.delete(found, 1, axis=0), np.linalg.inv(np.delete(matrices, 1, axis=0)), rtol=1e-9
        )
        assert (found[0] == matrices[0]).all()


@pytest.mark.parametrize("gates", [3, 64, 100])
def test_signs_are_held_as_numpy_does(gates):
    """Claims that are proved, and others: of values within their errors, of either sign, or no numbers."""
    rng = np.random.default_rng(gates)
    values, near = rng.normal(size=(300, gates)), rng.choice([0.0, 0.01], size=300)
    error, slope = rng.choice([0.0, 1e-3], size=(2, gates))
    values[:20] *= rng.choice([1.0, 0.0, np.nan], size=(20, gates), p=[0.9, 0.05, 0.05])
    words = np.zeros((2, 300, 3), np.uint64)
    for side, sign in zip(words, (1, -1), strict=True):
        claims = (sign * values > 0.005) | (rng.random((300, gates)) < 1e-3)
        side[:, 1:] = pack_all(claims, 2)
    right = _hold(values, error + near[:, None] * slope, *words[:, :, 1:])
    assert 0 < right.sum() < 300
    assert (loops.held(values, error, slope, near, *words, 1) == right).all()


def test_no_claims_of_no_number_are_held():
    """A claimed sign of NaN, or with an error that is no number, is not proved."""
    one = np.ones((1, 1), np.uint64)
    for value, error in ((np.nan, 0.0), (1.0, np.nan)):
        held = loops.held(np.array([[value]]), np.array([error]), np.zeros(1), np.zeros(1), one, 0 * one, 0)
        assert not held.any()


@pytest.mark.parametrize("tolerance", [1e-9, np.inf])
@pytest.mark.parametrize(("network", "box"), [NETWORKS[0], NETWORKS[6], PLANES[2]])
def test_what_was_in_memory_before_does_not_matter(network, box, tolerance, compile_from, monkeypatch):
    """Values of gates that are done are not worked out any more: they may be anything."""
    compile_from(0)
    right = cut(network, box, tolerance=tolerance)
    grow = Rows._grow

    def filled(self, count):
        before = self.size
        grow(self, count)
        if self._data.dtype == np.float64:
            self._data[before:] = np.where(np.arange(count - before) % 2, 1.7e308, -1.7e308).reshape(
                -1, *[1] * (self._data.ndim - 1)
            )

    monkeypatch.setattr(Rows, "_grow", filled)
    assert_same(cut(network, box, tolerance=tolerance), right)
    assert_same(cut(network, box, tolerance=tolerance, closely=True, watch=lambda _: True), right, 1e-9)
