"""Systems of graphs, by both of the libraries that may be there, against dense ones."""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec

import numpy as np
import pytest

from theory.risk import minimize_risk
from theory.risk._space import factors


@pytest.fixture(params=["QDLDL", "SuperLU"], autouse=True)
def library(request, monkeypatch):
    assert factors.qdldl is not None
    if request.param == "SuperLU":
        monkeypatch.setattr(factors, "qdldl", None)


@pytest.mark.parametrize(("count", "arcs"), [(1, 0), (2, 1), (40, 30), (40, 400)])
def test_against_a_dense_system(count, arcs):
    """Arcs that come twice count twice."""
    rng = np.random.default_rng(arcs)
    start = rng.integers(0, count, size=arcs)
    end = (start + rng.integers(1, max(count, 2), size=arcs)) % count
    across, right = rng.choice([-1.0, 1.0], size=arcs), rng.normal(size=count)
    matrix = np.zeros((count, count))
    np.add.at(matrix, (start, end), across)
    matrix += matrix.T
    diagonal = np.abs(matrix).sum(axis=1) + rng.random(count) + 0.01
    found = factors.solved(start, end, across, diagonal, right)
    assert np.allclose(found, np.linalg.solve(matrix + np.diag(diagonal), right), rtol=1e-9)


def test_singular_systems():
    one, other = np.array([0]), np.array([1])
    with pytest.raises(RuntimeError):
        factors.solved(one, other, np.array([1.0]), np.ones(2), np.ones(2))


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
