"""The network simplex: its prices prove each of its flows, compiled or not, however many arcs tie."""

from __future__ import annotations

import sys
from importlib.util import find_spec, module_from_spec

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from theory import _compiled
from theory._compiled import compiled
from theory.risk._pace import Pace
from theory.risk._space import simplex
from theory.risk._space.simplex import FlowSimplex

quick = settings(derandomize=True, deadline=None, max_examples=60)


def graph(seed: int, count: int, largest: int):
    """Nodes that send up to 5 each, all of it to the root at a price, or along arcs of little room."""
    rng = np.random.default_rng(seed)
    nodes, root = np.arange(count), np.full(count, count)
    sending = rng.random(count) < 0.5
    first = np.where(sending, nodes, root), np.where(sending, root, nodes)
    sent = rng.integers(0, 6, size=count)
    start, end = (rng.integers(0, count + 1, size=8 * count) for _ in range(2))
    apart = start != end
    more = start[apart], end[apart], rng.integers(0, 6, size=8 * count)[apart]
    costs = rng.integers(0, largest + 1, size=8 * count)[apart]
    # costs that are differences of heights, with something added: no circle gains without end, and many tie
    heights = rng.integers(-largest, largest + 1, size=count + 1)
    lifted = costs + heights[more[1]] - heights[more[0]]
    return (*first, sent, rng.integers(0, largest + 1, size=count)), (*more, lifted), np.where(sending, sent, -sent)


def assert_least(flows: FlowSimplex, price: np.ndarray, sent: np.ndarray) -> None:
    """Feasible, and complementary to the prices: in whole numbers a proof."""
    count = len(sent)
    net = np.bincount(flows.start, flows.flow, count + 1) - np.bincount(flows.end, flows.flow, count + 1)
    assert (net[:count] == sent).all() and ((flows.flow >= 0) & (flows.flow <= flows.most)).all()
    assert (flows.flow[:count] == 0).all()  # the dummies
    rise = price[flows.end] - price[flows.start]
    assert (rise[flows.flow < flows.most] <= flows.costs[flows.flow < flows.most]).all()
    assert (rise[flows.flow > 0] >= flows.costs[flows.flow > 0]).all()
    assert price[count] == 0


def without_numba():
    """The module as it is where numba is missing."""
    spec = find_spec(simplex.__name__)
    module = module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_compiled, "installed", lambda: False)
        spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("module", [simplex, without_numba()], ids=["compiled", "python"])
@quick
@given(st.integers(0, 10**6), st.integers(1, 12), st.sampled_from([0, 1, 3, 10**12]))
def test_prices_prove_the_flow(module, seed, count, largest):
    first, more, sent = graph(seed, count, largest)
    flows = module.FlowSimplex(count, first, 100 * (count + 1) * (largest + 1))
    assert_least(flows, flows.solve(Pace()), sent)
    for part in np.array_split(np.arange(len(more[0])), 3):
        flows.add(*(each[part] for each in more))
        assert_least(flows, flows.solve(Pace()), sent)


def test_it_is_compiled():
    assert hasattr(simplex.exchange, "py_func") and not hasattr(without_numba().exchange, "py_func")


def test_a_flow_by_hand():
    # one node has 3 to send: 2 find a way at cost 1, by the other node, and the rest pays 5
    zero, one = np.array([0]), np.array([1])
    flows = FlowSimplex(2, (np.array([0, 2]), np.array([2, 1]), np.array([3, 0]), np.array([5, 0])), 100)
    flows.add(np.append(zero, one), np.array([1, 2]), np.array([2, 9]), np.array([1, 0]))
    flows.solve(Pace())
    assert flows.flow[2:].tolist() == [1, 0, 2, 2]


def test_the_time_may_be_over():
    first, *_ = graph(0, 5, 3)
    with pytest.raises(ArithmeticError, match="time"):
        FlowSimplex(5, first, 1000).solve(Pace(end=0.0))


@pytest.fixture
def asked_again():
    """What is installed is asked for in the test, and after it."""
    _compiled.installed.cache_clear()
    yield
    _compiled.installed.cache_clear()


@pytest.mark.parametrize("error", [ImportError, RuntimeError])
def test_numba_may_be_missing_or_broken(asked_again, monkeypatch, tmp_path, error):
    (tmp_path / "numba.py").write_text(f"raise {error.__name__}('needs another numpy')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "numba")
    assert not _compiled.installed()
    assert compiled(lambda x: x + 1)(1) == 2


def test_numba_may_be_told_not_to_compile(asked_again, monkeypatch):
    assert _compiled.installed()
    monkeypatch.setattr("numba.config.DISABLE_JIT", 1)
    _compiled.installed.cache_clear()
    assert not _compiled.installed()


def test_no_folder_for_the_cache(monkeypatch):
    """As in an installation that nobody may write to, without a home."""
    import numba

    def njit(function=None, cache=False):
        if function is None:
            return lambda later: njit(later, cache)
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return function

    monkeypatch.setattr(numba, "njit", njit)
    assert compiled(lambda x: x + 1)(1) == 2
