"""Nearest points with a head start, by blocks and by all pairs at once."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from theory import _compiled
from theory.risk import _weighted_nearest
from theory.risk._weighted_nearest import FEW_DISTANCES, Distances


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("k", [1, 3, 140, 700])
@pytest.mark.parametrize("ahead", [0.0, 0.1, 3.0])
def test_blocks_lose_nothing(scale, k, ahead):
    """Head starts that are nothing, less than a block is wide, and more than all of them."""
    rng = np.random.default_rng(k)
    plus, minus = rng.random((300, 2)), rng.random((700, 2))
    assert len(plus) * len(minus) > FEW_DISTANCES
    start = scale * ahead * rng.random(700)
    found = Distances(plus, minus).least(0, scale, start, k)
    right = scale * cdist(plus, minus) - start
    assert np.allclose(found.values, np.sort(right, axis=1)[:, :k], rtol=1e-12, atol=1e-12 * scale)
    assert np.allclose(np.take_along_axis(right, found.found, axis=1), found.values, rtol=1e-12, atol=1e-12 * scale)
    start = start[:300]
    other = Distances(plus, minus).least(1, scale, start, k)
    right = scale * cdist(minus, plus) - start
    assert np.allclose(other.values, np.sort(right, axis=1)[:, :k], rtol=1e-12, atol=1e-12 * scale)


@pytest.fixture(scope="module", params=["compiled", "interpreted"])
def nearest_few(request):
    """One at a time: where numba is installed it is the compiled one that is used."""
    from theory.risk import _nearest_few

    assert _compiled.installed()
    return _nearest_few.nearest_few if request.param == "compiled" else _nearest_few.nearest_few.py_func


@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 6),
    k=st.integers(1, 8),
    size=st.sampled_from([1, 2, 60, 400]),
    ahead=st.sampled_from([0.0, 0.1, 3.0, 1e8]),
    far=st.sampled_from([1.0, 1e160, 1e300]),
)
@settings(max_examples=25, deadline=None)
def test_point_by_point(nearest_few, seed, n, k, size, ahead, far):
    """To the bit what the blocks give, among ties and where squares are infinite too."""
    rng = np.random.default_rng(seed)
    plus, minus = (far * rng.integers(-9, 9, size=(count, n)) / 8 for count in (7, size))
    start, k = ahead * rng.integers(0, 9, size=size) / 8, min(k, size)
    with pytest.MonkeyPatch.context() as patch, np.errstate(over="ignore"):
        both = _weighted_nearest.Blocks(plus, 4), _weighted_nearest.Blocks(minus, 16)
        patch.setattr("theory.risk._nearest_few.nearest_few", nearest_few)
        found = _weighted_nearest._point_by_point(*both, 0.5, start, k)
    right = 0.5 * cdist(plus, minus) - start
    assert (found.values == np.sort(right, axis=1)[:, :k]).all()
    assert (np.take_along_axis(right, found.found, axis=1) == found.values).all()
    assert all(len(set(row)) == k for row in found.found.tolist())


@pytest.mark.parametrize("k", [1, 8, 32, 33])
def test_ways_to_the_nearest(monkeypatch, k):
    """With and without numba, and where a partition is faster."""
    rng = np.random.default_rng(k)
    plus, minus, start = rng.random((700, 3)), rng.random((600, 3)), rng.random(600)
    monkeypatch.setattr(_weighted_nearest, "MANY_DISTANCES", 700 * 600)
    found = [Distances(plus, minus).least(0, 2.0, start, k)]
    monkeypatch.setattr(_weighted_nearest, "installed", lambda: False)
    found.append(Distances(plus, minus).least(0, 2.0, start, k))
    assert (found[0].values == found[1].values).all() and (found[0].found == found[1].found).all()


@given(st.integers(0, 10**6), st.integers(1, 12), st.integers(1, 14), st.sampled_from([0.0, 0.5, 1.0]))
@settings(max_examples=100, deadline=None)
def test_the_least_entries(seed, k, columns, share):
    """Among ties and infinities, too."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 4, size=(3, columns)).astype(float)
    values[rng.random(values.shape) < share] = np.inf
    k = min(k, columns)
    found, where = _weighted_nearest._select(values.copy(), k)
    assert (found == np.sort(values, axis=1)[:, :k]).all()
    assert (np.take_along_axis(values, where, axis=1) == found).all()
    assert all(len(set(row)) == k for row in where.tolist())


@pytest.mark.parametrize("n", [1, 2, 7, 40])
@pytest.mark.parametrize("count", [1, 2, 3000])
@pytest.mark.parametrize("far", [0.0, 1e6])
def test_neighbours(n, count, far):
    points = far + np.random.default_rng(n).normal(size=(count, n))
    found = _weighted_nearest.neighbours(points, 3)
    right = np.sort(cdist(points, points), axis=1)[:, :3]
    assert found.shape == right.shape
    assert np.allclose(np.sort(np.linalg.norm(points[:, None] - points[found], axis=2), axis=1), right, atol=1e-6)
