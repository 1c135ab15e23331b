"""Bounds of whole networks: sums, concatenations, pairs of outputs; beside exact constants and certified pairs."""

from __future__ import annotations

from fractions import Fraction
from math import inf, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.networks import LipschitzNetwork, lipschitz_bound, steepest_pair
from checks.networks.graph import (
    Activation,
    Concatenate,
    Convolution,
    Dense,
    Gather,
    Graph,
    Max,
    Node,
    Operation,
    Scaling,
    Sort,
    Sum,
    plain_layers,
)
from theory import lipschitz_constant
from theory.intervals import root_floats

SEEDS = st.integers(0, 10**6)


def dense(weight: object) -> Dense:
    matrix = np.array(weight, dtype=float)
    return Dense(matrix, np.zeros(len(matrix)))


def built(shape: tuple[int, ...], *steps: tuple[Operation, tuple[int, ...]]) -> Graph:
    nodes = [Node(None, (), shape)]
    for operation, inputs in steps:
        nodes.append(Node(operation, inputs, operation.shape(*(nodes[i].shape for i in inputs))))
    return Graph(tuple(nodes))


@settings(max_examples=20)
@given(SEEDS, st.sampled_from(["relu", "groupsort2", "abs"]), st.integers(1, 2))
def test_the_exact_constant_is_between(seed: int, kind: str, outputs: int) -> None:
    rng = np.random.default_rng(seed)
    gates: list[Operation] = [Gather(np.arange(4).reshape(2, 2), 4), Sort(), Gather(np.arange(4), 4)]
    gates = gates if kind == "groupsort2" else [Activation(kind)]
    first, last = (
        Dense(rng.normal(size=(4, 2)), rng.normal(size=4)),
        Dense(rng.normal(size=(outputs, 4)), np.zeros(outputs)),
    )
    network = Graph.chain((2,), [first, *gates, last])
    weights, biases, activation = plain_layers(network)
    exact = lipschitz_constant(weights, biases, "all", activation=activation, certify=True)
    assert exact.exact
    bound = lipschitz_bound(network)
    lower = steepest_pair(network, seed=seed, constants=bound.constants).lower
    assert lower <= exact.upper
    assert exact.lower <= bound.upper


@settings(max_examples=25)
@given(SEEDS, st.sampled_from([2, inf]))
def test_branches(seed: int, order: float) -> None:
    rng = np.random.default_rng(seed)
    network = built(
        (3,),
        (Dense(rng.normal(size=(3, 3)), rng.normal(size=3)), (0,)),
        (Activation("tanh"), (1,)),
        (Sum(tuple(rng.normal(size=3))), (0, 2, 1)),
        (Concatenate(), (3, 0, 2)),
        (Dense(rng.normal(size=(2, 9)), np.zeros(2)), (4,)),
    )
    bound = lipschitz_bound(network, order=order)
    jacobians = network.jacobian(rng.normal(size=(50, 3)))
    assert max(np.linalg.norm(matrix, order) for matrix in jacobians) <= bound.upper * (1 + 1e-13)
    assert steepest_pair(network, order=order, seed=seed).lower <= bound.upper
    rows = jacobians[:, 0] - jacobians[:, 1]
    steepest = np.linalg.norm(rows, 2 if order == 2 else 1, axis=1).max()
    assert steepest <= bound.pairs[0, 1] * (1 + 1e-13)
    assert bound.pairs[0, 1] <= (sqrt(2) if order == 2 else 2) * bound.upper * (1 + 1e-15)


def test_sums_add_and_concatenations_add_in_squares() -> None:
    network = built((1,), (dense([[3.0]]), (0,)), (Sum((1.0, -2.0)), (0, 1)), (Concatenate(), (1, 0)))
    bound = lipschitz_bound(network)
    assert bound.layers[1].through == pytest.approx(7, rel=1e-15)
    assert Fraction(bound.upper) ** 2 >= 10
    assert bound.upper == pytest.approx(sqrt(10), rel=1e-15)
    assert lipschitz_bound(network, order=inf).upper == 3
    assert bound.constants == (None, 3.0, None, None)


@settings(max_examples=40)
@given(st.lists(st.floats(1, 4), min_size=1, max_size=4), st.integers(-1070, 1020))
def test_concatenations_are_exact_at_any_scale(slopes: list[float], exponent: int) -> None:
    sizes = np.ldexp(slopes, exponent).tolist()
    steps = [(Scaling(size, 0.0), (0,)) for size in sizes]
    network = built((1,), *steps, (Concatenate(), tuple(range(1, len(sizes) + 1))))
    assert lipschitz_bound(network).upper == root_floats(sum((Fraction(s) ** 2 for s in sizes), Fraction(0)))[1]


@settings(max_examples=40)
@given(st.lists(st.floats(-2, 2), min_size=6, max_size=6), st.sampled_from([-1070, -900, -560, -500, 0, 300, 600]))
def test_pairs_of_rows_at_any_scale(numbers: list[float], exponent: int) -> None:
    weight = np.ldexp(np.reshape(numbers, (3, 2)), exponent)
    bound = lipschitz_bound(Graph.chain((2,), [dense(weight)]))
    for i in range(3):
        for j in range(3):
            apart = [Fraction(a) - Fraction(b) for a, b in zip(weight[i].tolist(), weight[j].tolist(), strict=True)]
            assert Fraction(bound.pairs[i, j]) ** 2 >= sum(a * a for a in apart)
    assert (np.diag(bound.pairs) == 0).all()


def test_unit_rows_are_no_unit_matrix() -> None:
    """The fault that users of SLL's last layer met: each logit is 1-Lipschitz, the map is not."""
    bound = lipschitz_bound(Graph.chain((2,), [dense([[0.6, 0.8], [0.8, 0.6]])]))
    assert bound.upper == pytest.approx(1.4, rel=1e-12)
    assert bound.pairs[0, 1] == pytest.approx(sqrt(0.08), rel=1e-12)


def test_a_pixel_counts_once_in_a_window() -> None:
    repeated = Gather(np.array([[0, 0, 1], [0, 1, 1]]), 2)
    network = Graph.chain((2,), [repeated, Max()])
    assert lipschitz_bound(network).upper == pytest.approx(sqrt(2), rel=1e-15)
    assert steepest_pair(network).lower == pytest.approx(sqrt(2), rel=1e-6)


def test_many_outputs_take_no_room_until_pairs_are_asked_for() -> None:
    assert lipschitz_bound(Graph.chain((3, 400, 400), [Activation("relu")])).upper == 1


@pytest.mark.parametrize("order", [2, inf])
def test_beyond_float64(order: float) -> None:
    for layers in ([dense([[1e200]]), dense([[1e200]])], [dense(np.full((4, 4), 1.7e308))]):
        with pytest.raises(OverflowError, match=r"node \d .* has a constant beyond float64"):
            lipschitz_bound(Graph.chain((layers[0].weight.shape[1],), layers), order=order)
    assert 0 < lipschitz_bound(Graph.chain((1,), [dense([[1e-200]]), dense([[1e-200]])]), order=order).upper <= 5e-324


def test_what_is_refused() -> None:
    network = Graph.chain((1,), [dense([[1.0]])])
    for order in (1, 3, "2", None):
        with pytest.raises(ValueError, match="choose 2 or inf"):
            lipschitz_bound(network, order=order)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="choose 2 or inf"):
            steepest_pair(network, order=order)  # type: ignore[arg-type]
    for number in (np.nan, np.inf):
        with pytest.raises(ValueError, match="NaN or infinity"):
            dense([[number]])
        with pytest.raises(ValueError, match="NaN or infinity"):
            Convolution([[[number]]], [0.0], (1,), ((0, 0),), (1,))
        with pytest.raises(ValueError, match="NaN or infinity"):
            Scaling(number, 0.0)
        with pytest.raises(ValueError, match="NaN or infinity"):
            steepest_pair(network, [[number]])
    with pytest.raises(ValueError, match=r"points has shape \(0, 1\)"):
        steepest_pair(network, np.zeros((0, 1)))
    with pytest.raises(ValueError, match="weights"):
        LipschitzNetwork([[[np.nan]]], [[0.0]])
