"""Constants of single operations: no pair of points is taken further apart, and matrices written out have that norm."""

from __future__ import annotations

from fractions import Fraction
from math import inf, nextafter, prod
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.networks._constants._operations import constant_of, pool_constant
from checks.networks.graph import (
    Activation,
    Centre,
    Convolution,
    Dense,
    Gather,
    Graph,
    Householder,
    LeakyReLU,
    Max,
    Mean,
    Norm,
    Operation,
    Scaling,
    Shape,
    Softmax,
    Sort,
    TransposedConvolution,
)

ORDERS = (2, inf)
RNG = np.random.default_rng(0)
STRIDED = Convolution(RNG.normal(size=(4, 2, 3, 3)), np.zeros(4), (2, 1), ((1, 0), (1, 1)), (1, 2), 2)
WRAPPED = Convolution(RNG.normal(size=(3, 2, 3)), np.zeros(3), (1,), ((1, 1),), (1,), mode="circular")
MIRRORED = Convolution(RNG.normal(size=(3, 2, 3)), np.zeros(3), (1,), ((2, 1),), (1,), mode="reflect")

LINEAR: dict[str, tuple[Any, Shape]] = {
    "dense": (Dense(RNG.normal(size=(3, 4)), np.zeros(3)), (4,)),
    "dense along an axis": (Dense(RNG.normal(size=(3, 4)), np.zeros(3)), (2, 4)),
    "dense of one row": (Dense([[3.0, -4.0]], [1.0]), (2,)),
    "strided, dilated, grouped": (STRIDED, (4, 6, 7)),
    "its transpose": (TransposedConvolution(STRIDED, (4, 6, 7), np.zeros(4)), STRIDED.shape((4, 6, 7))),
    "circular": (WRAPPED, (2, 7)),
    "reflected": (MIRRORED, (2, 6)),
    "scaling": (Scaling([[1.0], [-3.0]], 1.0), (2, 3)),
    "mean": (Mean(), (2, 5)),
    "centre": (Centre(), (3,)),
    "gather": (Gather(np.array([0, 2, 2, 1, 2, -1]), 3), (3,)),
    "gather nothing": (Gather(np.array([-1, -1]), 3), (3,)),
}
CURVED: dict[str, tuple[Any, Shape]] = {
    "norm": (Norm(), (2, 3)),
    "norm with offset": (Norm(0.5), (3,)),
    "softmax": (Softmax(), (3,)),
    "log softmax": (Softmax(logarithm=True), (3,)),
    "leaky": (LeakyReLU([-2.0, 0.5, 3.0]), (3,)),
    "sort": (Sort(), (2, 3)),
    "max": (Max(), (2, 3)),
    "householder": (Householder([0.3, 2.0]), (2, 2)),
    **{name: (Activation(name), (3,)) for name in ("relu", "abs", "tanh", "sigmoid", "gelu", "gelu_tanh", "silu")},
    **{name: (Activation(name), (3,)) for name in ("mish", "softsign", "sin", "cos")},
    "clamp": (Activation("clamp", (-0.5, 0.25)), (3,)),
    "softplus": (Activation("softplus", (3.0,)), (3,)),
    "elu": (Activation("elu", (2.0, 1.5, 0.75)), (3,)),
}
SIZES = st.sampled_from([1.0, 1.0, 4.0, 1e-3, 1e-9, 1e8, 1e-200])


def certain(network: Graph, x: np.ndarray, y: np.ndarray, order: float) -> float:
    """Certainly no more than the norm of the difference of values, up to 1e-13 of it."""
    (value, error), (other, slip) = network.enclose(x), network.enclose(y)
    apart = np.maximum(np.abs(value - other) - error - slip, 0.0).ravel()
    return size(apart, order) * (1 - 1e-13)


def size(vector: np.ndarray, order: float) -> float:
    """Of numbers over the largest, so that squares are numbers."""
    largest = float(np.abs(vector).max(initial=0.0))
    return largest * float(np.linalg.norm((vector / (largest or 1.0)).ravel(), order))


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", LINEAR)
def test_linear_maps_have_the_norm_of_their_matrix(name: str, order: float) -> None:
    operation, shape = LINEAR[name]
    columns = np.eye(prod(shape)).reshape(-1, *shape)
    zero = operation.apply(np.zeros((1, *shape)))
    matrix = (operation.apply(columns) - zero).reshape(len(columns), -1).T
    norm = np.linalg.norm(matrix, order) if matrix.size else 0.0
    found = constant_of(operation, shape, order)
    assert norm * (1 - 1e-13) <= found
    if name == "reflected":  # pixels count by their copies: no more is promised
        assert found <= norm * 2
    elif not (order == inf and name in ("centre", "its transpose", "circular", "strided, dilated, grouped")):
        assert found <= norm * 1.01


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("name", {**LINEAR, **CURVED})
@settings(max_examples=25)
@given(st.data())
def test_no_pair_is_taken_further_apart(name: str, order: float, data: st.DataObject) -> None:
    operation, shape = {**LINEAR, **CURVED}[name]
    numbers = st.lists(st.floats(-4, 4), min_size=prod(shape), max_size=prod(shape))
    x = np.reshape(data.draw(numbers), shape) * data.draw(SIZES)
    y = x + np.reshape(data.draw(numbers), shape) * data.draw(SIZES)
    network = Graph.chain(shape, [operation])
    constant = constant_of(operation, shape, order)
    assert certain(network, x, y, order) <= constant * size(x - y, order) * (1 + 1e-15) + 5e-324


@pytest.mark.parametrize("n", [1, 2, 3, 4, 75, 275, 300, 317, 1029, 4096])
def test_roots_are_rounded_up(n: int) -> None:
    assert Fraction(constant_of(Mean(), (n,), 2)) ** 2 * n >= 1
    assert Fraction(constant_of(Norm(), (n,), inf)) ** 2 >= n
    assert Fraction(constant_of(Softmax(logarithm=True), (n,), 2)) ** 2 >= n
    assert Fraction(constant_of(Gather(np.zeros(n, dtype=int), 1), (1,), 2)) ** 2 >= n
    assert constant_of(Gather(np.arange(4), 4), (4,), 2) == 1


@given(
    st.lists(st.floats(-2, 2), min_size=1, max_size=5),
    st.integers(-1070, 1000),
)
def test_rows_have_their_exact_length_at_any_scale(row: list[float], exponent: int) -> None:
    weight = np.ldexp(np.array([row]), exponent)
    exact = sum((Fraction(w) ** 2 for w in weight[0].tolist()), Fraction(0))
    found = Fraction(constant_of(Dense(weight, [0.0]), (len(row),), 2))
    assert exact <= found**2
    assert max(found - Fraction(1, 2**1073), 0) ** 2 <= exact * (1 + Fraction(1, 2**40))
    assert constant_of(Dense(weight, [0.0]), (len(row),), inf) >= sum(map(Fraction, np.abs(weight[0]).tolist()))


def test_the_slope_of_elu_is_exact() -> None:
    found = constant_of(Activation("elu", (0.1, 0.3, 30.0)), (1,), 2)
    exact = Fraction(0.3) * Fraction(0.1) * 30
    assert Fraction(nextafter(found, 0)) < exact <= Fraction(found)


def test_pooling_counts_windows_not_copies() -> None:
    assert (
        pool_constant(Gather(np.array([[0, 0, 1], [1, 1, 1]]), 2)) ** 2
        >= 2
        > pool_constant(Gather(np.array([[0, 0, 0], [1, 1, 1]]), 2))
    )
    assert pool_constant(Gather(np.array([[-1, -1]]), 2)) == 0


@pytest.mark.parametrize("order", ORDERS)
def test_norms_beyond_float64_are_said_to_be(order: float) -> None:
    with pytest.raises(OverflowError):
        constant_of(Dense(np.full((2, 2), 1.7e308), np.zeros(2)), (2,), order)
    with pytest.raises(OverflowError):
        constant_of(Convolution(np.full((1, 1, 3), 1.7e308), [0.0], (1,), ((1, 1),), (1,)), (1, 9), order)


def test_what_has_no_rule_is_named() -> None:
    class Cube(Operation):
        def shape(self, *shapes):
            return shapes[0]

        def forward(self, *values):
            return values[0] ** 3

        def spread(self, values, errors, result, arithmetic):
            raise NotImplementedError

        def backward(self, gradient, values, result):
            raise NotImplementedError

    with pytest.raises(ValueError, match="no rule bounds the Lipschitz constant of Cube"):
        constant_of(Cube(), (1,), 2)
