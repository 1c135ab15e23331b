"""Residual blocks that go back by the transpose: every pattern of slopes, written out."""

from __future__ import annotations

from itertools import product
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.networks import LipschitzBound, lipschitz_bound, steepest_pair
from checks.networks.graph import (
    Activation,
    Convolution,
    Dense,
    Graph,
    LeakyReLU,
    Node,
    Operation,
    Scaling,
    Sum,
    TransposedConvolution,
)

SEEDS = st.integers(0, 10**6)
ACTIVATIONS = {
    "relu": (Activation("relu"), 0.0, 1.0),
    "tanh": (Activation("tanh"), 0.0, 1.0),
    "leaky": (LeakyReLU(-0.5), -0.5, 1.0),
    "steep": (LeakyReLU(2.0), 1.0, 2.0),
    "abs": (Activation("abs"), -1.0, 1.0),
}


def block(shape: tuple[int, ...], branch: list[Operation], own: float = 1.0, other: float = -1.0) -> Graph:
    """own x + other branch(x)."""
    nodes = [Node(None, (), shape)]
    for place, operation in enumerate(branch):
        nodes.append(Node(operation, (place,), operation.shape(nodes[-1].shape)))
    return Graph((*nodes, Node(Sum((own, other)), (0, len(branch)), shape)))


def norm_of(first: np.ndarray, back: np.ndarray, own: float, slopes: tuple[float, float]) -> float:
    """The largest norm of own + back D first over diagonal D of slopes: at a corner, as norms are convex."""
    corners = product(slopes, repeat=len(first))
    return max(np.linalg.norm(own * np.eye(len(back)) + back @ np.diag(corner) @ first, 2) for corner in corners)


def used(bound: LipschitzBound) -> bool:
    """Whether the rule of blocks was better than that of sums."""
    return bound.layers[-1].constant == bound.layers[-1].constant


@settings(max_examples=60)
@given(SEEDS, st.sampled_from(sorted(ACTIVATIONS)), st.sampled_from([1.0, 0.5, 0.0, -1.0, 3.0]))
def test_dense_blocks(seed: int, kind: str, own: float) -> None:
    rng = np.random.default_rng(seed)
    activation, low, high = ACTIVATIONS[kind]
    weight, scale = rng.normal(size=(4, 3)), rng.uniform(0, 1, size=4)
    sign, whole = rng.choice([-1.0, 1.0], size=4), rng.choice([-2.0, 2.0])
    before, behind = sign * rng.uniform(0, 1, size=4), sign * scale
    back = weight.T + rng.choice([0.0, 1e-9, 0.3]) * rng.normal(size=(3, 4))
    branch = [
        Dense(weight, rng.normal(size=4)),
        Scaling(before, 1.0),
        activation,
        Scaling(behind, 0.0),
        Dense(back, rng.normal(size=3)),
        Scaling(whole, 0.0),
    ]
    bound = lipschitz_bound(block((3,), branch, own, -1.0 if whole > 0 else 1.0))
    true = norm_of(
        np.diag(before) @ weight,
        -abs(whole) * back @ np.diag(behind),
        own,
        (low, high),
    )
    assert true <= bound.upper * (1 + 1e-12)


@settings(max_examples=30)
@given(SEEDS, st.sampled_from([0.5, 1.0, 1.9]), st.sampled_from([-60, 0, 60]))
def test_the_bound_is_that_of_the_theorem(seed: int, size: float, exponent: int) -> None:
    rng = np.random.default_rng(seed)
    weight = rng.normal(size=(4, 3))
    scale = size / np.linalg.norm(weight, 2) ** 2
    weight = np.ldexp(weight, exponent)
    branch = [
        Dense(weight, np.zeros(4)),
        Activation("relu"),
        Dense(np.ldexp(weight.T * scale, -2 * exponent), np.zeros(3)),
    ]
    bound = lipschitz_bound(block((3,), branch))
    assert used(bound)
    assert bound.upper == pytest.approx(max(1, size - 1), rel=1e-13)


def test_tokens_pass_one_matrix() -> None:
    weight = np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]
    branch = [Dense(weight, np.zeros(3)), Activation("relu"), Dense(2 * weight.T, np.zeros(3))]
    assert lipschitz_bound(block((5, 3), branch)).upper == pytest.approx(1, rel=1e-13)


CONVOLUTIONS = {
    "plain": {"padding": ((1, 1), (1, 1))},
    "no padding": {"padding": ((0, 0), (0, 0))},
    "strided": {"padding": ((1, 0), (1, 1)), "stride": (2, 1)},
    "dilated": {"padding": ((2, 2), (2, 2)), "dilation": (2, 2)},
    "grouped": {"padding": ((1, 1), (1, 1)), "groups": 2},
    "circular": {"padding": ((1, 1), (1, 1)), "mode": "circular"},
}


def convolution(kernel: np.ndarray, **options: object) -> Convolution:
    given: Any = {"stride": (1, 1), "dilation": (1, 1), **options}
    return Convolution(kernel, np.zeros(len(kernel)), **given)


def matrix_of(operation: Operation, shape: tuple[int, ...]) -> np.ndarray:
    columns = np.eye(int(np.prod(shape))).reshape(-1, *shape)
    return operation.forward(columns).reshape(len(columns), -1).T


def ways_back(name: str, kernel: np.ndarray, shape: tuple[int, ...]) -> list[Operation]:
    first, options = convolution(kernel, **CONVOLUTIONS[name]), CONVOLUTIONS[name]
    found: list[Operation] = []
    if first.mode == "zeros":
        found.append(TransposedConvolution(first, shape, np.zeros(shape[0])))
    if first.stride == (1, 1):
        groups = first.groups
        parts = kernel.reshape(groups, -1, *kernel.shape[1:]).swapaxes(1, 2)[..., ::-1, ::-1]
        spare = first.dilation[0] * 2
        padding = tuple((spare - a, spare - b) for a, b in first.padding)
        found.append(convolution(parts.reshape(shape[0], -1, 3, 3), **{**options, "padding": padding}))
    return found


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutional_blocks(name: str) -> None:
    rng, shape = np.random.default_rng(3), (2, 4, 4)
    kernel = rng.normal(size=(4, 1 if name == "grouped" else 2, 3, 3))
    first = convolution(kernel, **CONVOLUTIONS[name])
    there = matrix_of(first, shape)
    scale = rng.uniform(0.5, 1, size=(4, 1, 1))
    scales = np.broadcast_to(scale, first.shape(shape)).ravel()
    square = np.linalg.norm(np.sqrt(scales)[:, None] * there, 2) ** 2
    for back in ways_back(name, kernel, shape):
        assert matrix_of(back, first.shape(shape)) == pytest.approx(there.T, abs=1e-14)
        for size in (0.9, 1.8, 3.0):
            whole = Scaling(-size / square, 0.0)
            branch = [first, Activation("relu"), Scaling(scale, 0.0), back, whole]
            bound = lipschitz_bound(block(shape, branch, 1.0, 1.0))
            assert used(bound)
            assert bound.upper == pytest.approx(max(1, size - 1), rel=1e-9)
            for _ in range(20):  # some patterns of slopes
                slopes = rng.integers(0, 2, size=len(there)) * scales
                jacobian = np.eye(there.shape[1]) - size / square * there.T @ (slopes[:, None] * there)
                assert np.linalg.norm(jacobian, 2) <= bound.upper * (1 + 1e-12)


def test_another_way_back_is_no_such_block() -> None:
    rng = np.random.default_rng(0)
    kernel = rng.normal(size=(2, 2, 3, 3))
    options = CONVOLUTIONS["plain"]
    first, relu = convolution(kernel, **options), Activation("relu")
    turned = convolution(kernel, **options)  # not mirrored
    mirrored = TransposedConvolution(first, (2, 4, 4), np.zeros(2))
    branches = [
        [first, relu, convolution(kernel, padding=((1, 1), (1, 1)), mode="circular")],
        [convolution(kernel, padding=((1, 1), (1, 1)), mode="reflect"), relu, turned],
        [first, turned],
        [relu, first, turned],
        [first, relu, relu, mirrored],
        [first, relu, Scaling(rng.normal(size=(2, 4, 4)), 0.0), mirrored],
        [first, relu, mirrored, Scaling(rng.normal(size=(2, 1, 1)), 0.0)],
        [first, relu, Scaling(1e-200, 0.0), mirrored],
    ]
    for branch in branches:
        bound = lipschitz_bound(block((2, 4, 4), branch))
        assert not used(bound)
        assert bound.upper == pytest.approx(1 + bound.layers[-2].through, rel=1e-15)
    network = block((2, 4, 4), [first, relu, turned])  # which leaves a large rest
    assert steepest_pair(network).lower <= lipschitz_bound(network).upper


def test_negative_multiples_are_left_to_the_sum() -> None:
    weight = np.eye(2)
    branch = [Dense(weight, np.zeros(2)), Activation("relu"), Dense(weight, np.zeros(2))]
    assert lipschitz_bound(block((2,), branch, 1.0, 1.0)).upper == pytest.approx(2, rel=1e-13)
    assert lipschitz_bound(block((2,), branch, 1.0, -1.0)).upper == pytest.approx(1, rel=1e-13)
    assert lipschitz_bound(block((2,), branch, 1.0, -1.0), order=inf).upper == pytest.approx(2, rel=1e-13)


@pytest.mark.parametrize("number", [5e-324, 1e-300, 1e-160, 1e150, 1e300])
def test_at_any_scale(number: float) -> None:
    branch = [Dense([[number]], [0.0]), Activation("relu"), Dense([[1.0]], [0.0])]
    bound = lipschitz_bound(block((1,), branch))
    assert max(1.0, number - 1) <= bound.upper <= (1 + number) * (1 + 1e-15)
