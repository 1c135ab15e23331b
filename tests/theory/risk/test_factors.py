"""Systems of graphs, by compiled loops and by both of the libraries that may be there, against dense ones."""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec

import numpy as np
import pytest

from theory.risk import minimize_risk
from theory.risk._space import elimination, factors


@pytest.fixture(params=["QDLDL", "SuperLU"], autouse=True)
def library(request, monkeypatch):
    assert factors.qdldl is not None
    if request.param == "SuperLU":
        monkeypatch.setattr(factors, "qdldl", None)


@pytest.fixture(params=[False, True], ids=["library", "compiled"])
def compiled(request):
    return request.param


def dense(system, diagonal):
    start, end, across = system
    matrix = np.diag(diagonal)
    np.add.at(matrix, (start, end), across)
    np.add.at(matrix, (end, start), across)
    return matrix


def drawn(start, end, seed):
    """Entries of both signs, a diagonal that dominates by little, and a right side."""
    rng = np.random.default_rng(seed)
    count = int(max(start.max(initial=0), end.max(initial=0))) + 1
    across, right = rng.choice([-1.0, 1.0], size=len(start)) * rng.random(len(start)), rng.normal(size=count)
    system = start, end, across
    return system, np.abs(dense(system, np.zeros(count))).sum(axis=1) + rng.random(count) + 0.01, right


def edges_of(kind, count, rng):
    """(start, end) of a graph."""
    if kind == "star":
        return np.zeros(count - 1, dtype=int), np.arange(1, count)
    if kind == "path":
        order = rng.permutation(count)
        return order[:-1], order[1:]
    if kind == "tree":
        return np.array([rng.integers(i) for i in range(1, count)], dtype=int), np.arange(1, count)
    if kind == "grid":
        side = int(count**0.5)
        nodes = np.arange(side * side).reshape(side, side)
        across, down = (nodes[:, :-1], nodes[:, 1:]), (nodes[:-1], nodes[1:])
        return tuple(np.concatenate([one.ravel(), other.ravel()]) for one, other in zip(across, down, strict=True))
    if kind == "wheel":  # its hub has many neighbours, which have three
        ring = np.arange(1, count)
        return np.concatenate([np.zeros(count - 1, dtype=int), ring]), np.concatenate([ring, np.roll(ring, 1)])
    pairs = [(i, j) for i in range(count) for j in range(i)]
    return tuple(np.array(pairs, dtype=int).reshape(-1, 2).T)


@pytest.mark.parametrize(("count", "arcs"), [(1, 0), (2, 1), (40, 30), (40, 400), (200, 230)])
def test_against_a_dense_system(count, arcs, compiled):
    """Arcs that come twice count twice."""
    rng = np.random.default_rng(arcs)
    start = rng.integers(0, count, size=arcs)
    end = (start + rng.integers(1, max(count, 2), size=arcs)) % count
    across, right = rng.choice([-1.0, 1.0], size=arcs), rng.normal(size=count)
    system, every = (start, end, across), np.zeros(count)
    diagonal = np.abs(dense(system, every)).sum(axis=1) + rng.random(count) + 0.01
    found = factors.solved(system, diagonal, right, compiled)
    assert np.allclose(found, np.linalg.solve(dense(system, diagonal), right), rtol=1e-9)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("kind", ["star", "path", "tree", "grid", "wheel", "complete"])
@pytest.mark.parametrize("module", ["compiled", "python"])
def test_every_node_leaves_or_is_left(module, kind, seed):
    """What has left and what is left make up the system, however many neighbours a node may have."""
    eliminate, restore = (
        getattr(f, "py_func", f) if module == "python" else f for f in (elimination.eliminate, elimination.restore)
    )
    rng = np.random.default_rng(seed)
    system, diagonal, right = drawn(*edges_of(kind, [4, 9, 25][seed], rng), seed)
    expected = np.linalg.solve(dense(system, diagonal), right)
    for most in range(8):
        pivots, x = diagonal.copy(), right.copy()
        rows, rest = eliminate(*system, pivots, x, most)
        order, begin, column, _ = rows
        left = np.setdiff1d(np.arange(len(x)), order)
        assert len(left) + len(order) == len(x)
        assert np.diff(begin).max(initial=0) <= most
        assert len(column) == begin[-1]
        assert np.isin(rest[0], left).all() and np.isin(rest[1], left).all()
        degrees = (dense(rest, np.zeros(len(x))) != 0).sum(axis=1)[left]
        assert degrees.min(initial=most + 1) > most
        x[left] = np.linalg.solve(dense(rest, pivots)[np.ix_(left, left)], x[left])
        restore(rows, pivots, x)
        assert np.allclose(x, expected, rtol=1e-9)
    if kind in ("star", "path", "tree"):
        assert not len(eliminate(*system, diagonal.copy(), right.copy(), 1)[1][0])


def test_the_entries_given_stay():
    system, diagonal, right = drawn(*edges_of("grid", 25, None), 0)
    copies = [each.copy() for each in (*system, diagonal, right)]
    factors.solved(system, diagonal, right, True)
    assert all((one == other).all() for one, other in zip(copies, (*system, diagonal, right), strict=True))


def test_a_pivot_that_is_not_positive_is_left():
    """Also where it becomes so, and the library has the last word."""
    one, other, across = np.array([0, 1]), np.array([1, 2]), np.array([1.0, 1.0])
    (order, *_), _ = elimination.eliminate(one, other, across, np.array([0.0, 1.0, 1.0]), np.ones(3), 3)
    assert 0 not in order
    (order, *_), _ = elimination.eliminate(one, other, across, np.array([1.0, 1.0, 1.0]), np.ones(3), 3)
    assert len(order) < 3


def test_singular_systems(compiled):
    one, other = np.array([0]), np.array([1])
    with pytest.raises(RuntimeError):
        factors.solved((one, other, np.array([1.0])), np.ones(2), np.ones(2), compiled)


@pytest.mark.parametrize("error", [ImportError, RuntimeError])
def test_a_broken_library_is_as_good_as_none(monkeypatch, tmp_path, error):
    (tmp_path / "qdldl.py").write_text(f"raise {error.__name__}('needs another numpy')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "qdldl")
    spec = find_spec(factors.__name__)
    again = module_from_spec(spec)
    spec.loader.exec_module(again)
    assert again.qdldl is None


@pytest.mark.parametrize("lipschitz", [0.3, 3.0])
def test_risks_hang_on_neither(lipschitz):
    rng = np.random.default_rng(0)
    points = rng.random((400, 2))
    labels = np.where(np.sin(7 * points[:, 0]) + 0.5 * rng.normal(size=400) > 0, 1, -1)
    found = minimize_risk(points, labels, lipschitz)
    assert found.lower_bound <= found.risk <= found.lower_bound * (1 + 1e-6)
