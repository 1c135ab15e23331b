"""Many inputs: rays and programmes find what faces find, and closed forms; what does not cut is proved."""

from __future__ import annotations

from functools import cache
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory.pieces.networks import random_network
from theory.pieces import _balls, count_pieces, enumerate_pieces
from theory.pieces._network.domain import read_domain
from theory.pieces._rays import CLEAR, highest, shot

quick = settings(derandomize=True, deadline=None, max_examples=25)
ACTIVATIONS = ["groupsort2", "relu"]


def patterns(network, box, activation):
    return {piece.pattern.tobytes() for piece in enumerate_pieces(*network, box, activation=activation)}


@cache
def network_and_patterns(sizes, box, activation):
    """A network, and what faces find: once for both solvers."""
    network = random_network(sizes, len(sizes) + sizes[0])
    return network, patterns(network, box, activation)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    ("solver", "sizes"),
    [
        ("highspy", (2, 10, 6, 4, 1)),
        ("highspy", (3, 8, 6, 1)),
        ("highspy", (4, 6, 6, 1)),
        ("highspy", (5, 6, 4, 2)),
        ("scipy", (2, 6, 4, 4, 1)),  # smaller: a programme takes it several times as long
        ("scipy", (4, 4, 4, 2)),
    ],
)
@pytest.mark.parametrize("box", [None, (-0.25, 2), "all"])
def test_rays_find_what_faces_find(monkeypatch, activation, sizes, box, solver):
    network, faces = network_and_patterns(sizes, box, activation)
    monkeypatch.setattr("theory.pieces._search.LATTICE_INPUTS", 0)
    if solver == "scipy":
        monkeypatch.setattr(_balls, "highspy", None)
    assert patterns(network, box, activation) == faces
    if box != "all" and solver == "highspy":
        found = count_pieces(*network, box, activation=activation, certify=True)
        assert (found.cells, found.certified) == (len(faces), True)


@pytest.mark.parametrize(("n", "gates"), [(10, 8), (16, 9), (11, 12)])
def test_hyperplanes_through_the_middle(n, gates):
    """In general position they make 2 (C(g - 1, 0) + ... + C(g - 1, n - 1)) cells of any box around it. With more gates
    than inputs two are not there: they touch the middle, which no multipliers in float64 prove."""
    weights, biases = random_network([n, gates, 1], gates, bias=0.0)
    found = count_pieces(weights, biases, activation="relu", certify=True)
    assert (found.cells, found.certified) == (2 * sum(comb(gates - 1, j) for j in range(n)), gates <= n)


def test_gates_that_cut_nothing_are_asked_once(monkeypatch):
    """Ten gates that a box decides need no programme, and 64 cells of six others none for each of these."""
    rng = np.random.default_rng(0)
    weights = [np.vstack([rng.normal(size=(6, 12)), rng.normal(size=(10, 12))]), np.ones((1, 16))]
    biases = [np.concatenate([np.zeros(6), np.full(10, 100.0)]), np.zeros(1)]
    asked = []
    programme = _balls.inside
    monkeypatch.setattr("theory.pieces._programmes.inside", lambda *args: asked.append(1) or programme(*args))
    found = count_pieces(weights, biases, activation="relu", certify=True)
    assert (found.cells, found.certified) == (64, True)
    assert len(asked) < 64


@quick
@given(st.integers(0, 2**32), st.integers(1, 6), st.integers(0, 6), st.booleans())
def test_rays_stay_inside(seed, n, count, bounded):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, n + 1))
    rows[:, 1:] /= np.linalg.norm(rows[:, 1:], axis=1, keepdims=True)
    rows[:, 0] = np.abs(rows[:, 0]) + 0.1
    unit = rng.normal(size=n + 1)
    unit[1:] /= np.linalg.norm(unit[1:])
    domain = read_domain(None if bounded else "all", n)
    points = rng.uniform(-0.05, 0.05, size=(3, n)) / n
    found = shot(domain, rows, points, unit)
    if found is not None:
        assert (rows[:, 0] + rows[:, 1:] @ found > CLEAR).all() and unit[0] + unit[1:] @ found > CLEAR
        assert not bounded or np.abs(found).max() < 1
        assert highest(domain, unit) >= unit[0] + unit[1:] @ found
    elif not bounded and not count:
        raise AssertionError("nothing is in the way")
