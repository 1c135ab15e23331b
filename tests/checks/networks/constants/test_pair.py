"""Certified pairs: their slopes in exact arithmetic, at any scale, and how steep a search finds networks."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.networks import SteepPair, lipschitz_bound, steepest_pair
from checks.networks.graph import Activation, Convolution, Dense, Graph
from theory.pieces import lipschitz_constant

Layers = list[tuple[np.ndarray, np.ndarray]]


def network_of(layers: Layers) -> Graph:
    operations = [each for layer in layers for each in (Dense(*layer), Activation("relu"))]
    return Graph.chain((layers[0][0].shape[1],), operations[:-1])


def values_of(layers: Layers, x: np.ndarray) -> list[Fraction]:
    """A ReLU network in exact arithmetic."""
    values = list(map(Fraction, x.tolist()))
    for k, (weight, bias) in enumerate(layers):
        if k:
            values = [max(value, Fraction(0)) for value in values]
        rows = zip(weight.tolist(), bias.tolist(), strict=True)
        values = [
            sum((Fraction(w) * v for w, v in zip(row, values, strict=True)), Fraction(shift)) for row, shift in rows
        ]
    return values


def holds(layers: Layers, pair: SteepPair) -> bool:
    apart = [a - b for a, b in zip(values_of(layers, pair.x), values_of(layers, pair.y), strict=True)]
    between = [Fraction(a) - Fraction(b) for a, b in zip(pair.x.tolist(), pair.y.tolist(), strict=True)]
    if pair.order == inf:
        return max(map(abs, apart)) >= Fraction(pair.lower) * max(map(abs, between))
    return sum(a * a for a in apart) >= Fraction(pair.lower) ** 2 * sum(b * b for b in between)


@settings(max_examples=25)
@given(
    st.integers(0, 10**6),
    st.sampled_from([2, inf]),
    st.sampled_from([1e-300, 1e-160, 1e-155, 1e-8, 1.0, 1e8, 1e155, 1e200]),
    st.sampled_from([5e-324, 1e-310, 1e-200, 1e-150, 1.0, 1e9, 1e160, 1e300]),
)
def test_lower_bounds_are_below_the_exact_slope(seed: int, order: float, scale: float, size: float) -> None:
    rng = np.random.default_rng(seed)
    layers = [(rng.normal(size=(3, 2)) * scale, np.zeros(3)), (rng.normal(size=(2, 3)), rng.normal(size=2) * 1e-3)]
    pair = steepest_pair(network_of(layers), size * rng.normal(size=(3, 2)), order=order, seed=seed)
    assert pair.lower >= 0
    assert np.isfinite([pair.x, pair.y]).all()
    assert holds(layers, pair)


@pytest.mark.parametrize("size", [1e-140, 1.0, 1e150, 1e290])
def test_steep_at_any_scale(size: float) -> None:
    network = Graph.chain((2,), [Dense([[3.0, 0.0], [0.0, 4.0]], [0.0, 0.0])])
    assert steepest_pair(network, size * np.ones((1, 2))).lower == pytest.approx(4, rel=1e-6)


def test_small_networks_are_mostly_searched_to_the_end() -> None:
    shares = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        weights, biases = [rng.normal(size=(4, 2)), rng.normal(size=(1, 4))], [rng.normal(size=4), np.zeros(1)]
        exact = lipschitz_constant(weights, biases, "all", activation="relu", certify=True)
        found = steepest_pair(network_of(list(zip(weights, biases, strict=True))))
        assert found.lower <= exact.upper
        shares.append(found.lower / exact.upper)
    assert np.median(shares) > 0.99


def test_a_seed_gives_one_answer() -> None:
    rng = np.random.default_rng(0)
    network = network_of([(rng.normal(size=(8, 4)), np.zeros(8)), (rng.normal(size=(2, 8)), np.zeros(2))])
    one, same, other = (steepest_pair(network, seed=seed) for seed in (1, 1, 2))
    assert (one.lower, one.x.tolist(), one.y.tolist()) == (same.lower, same.x.tolist(), same.y.tolist())
    assert one.x.tolist() != other.x.tolist()
    for pair in (one, other):
        assert pair.lower <= pair.slope


@pytest.mark.parametrize("gates", [False, True])
@pytest.mark.parametrize("seed", [0, 1])
def test_dense_layers_of_norm_above_1_are_found_out(gates: bool, seed: int) -> None:
    weight = np.random.default_rng(seed).normal(size=(64, 64))
    weight *= 1.05 / np.linalg.norm(weight, 2)
    network = Graph.chain((64,), [Dense(weight, np.zeros(64)), *[Activation("abs")] * gates])
    assert steepest_pair(network, seed=seed).lower > 1.0001


@pytest.mark.parametrize("gates", [False, True])
def test_convolutions_of_norm_above_1_are_found_out(gates: bool) -> None:
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(4, 4, 3, 3))
    layers = [Convolution(kernel, np.zeros(4), (1, 1), ((1, 1), (1, 1)), (1, 1))]
    norm = lipschitz_bound(Graph.chain((4, 8, 8), layers)).upper
    scaled = Convolution(kernel * (1.05 / norm), np.zeros(4), (1, 1), ((1, 1), (1, 1)), (1, 1))
    network = Graph.chain((4, 8, 8), [scaled, *[Activation("abs")] * gates])
    assert 1.0001 < steepest_pair(network).lower <= lipschitz_bound(network).upper <= 1.06


def test_constants_of_layers_prove_more_of_deep_networks() -> None:
    rng = np.random.default_rng(0)
    layers = []
    for _ in range(15):
        layers += [Dense(np.linalg.qr(rng.normal(size=(64, 64)))[0], rng.normal(size=64)), Activation("abs")]
    network = Graph.chain((64,), layers)
    constants = lipschitz_bound(network).constants
    loose, tight = steepest_pair(network), steepest_pair(network, constants=constants)
    assert tight.lower > loose.lower
    assert tight.lower > 1 - 1e-6
    with pytest.raises(ValueError, match="constants are 1"):
        steepest_pair(network, constants=[None])
