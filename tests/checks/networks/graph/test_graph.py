"""Graphs: transposed derivatives, brute force beside convolutions, what they refuse."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from checks.networks.graph import (
    Activation,
    Centre,
    Concatenate,
    Convolution,
    Dense,
    Gather,
    Graph,
    Householder,
    LeakyReLU,
    Max,
    Mean,
    Node,
    Norm,
    Operation,
    Scaling,
    Softmax,
    Sort,
    Sum,
    TransposedConvolution,
)

RNG = np.random.default_rng(0)
KERNEL = Convolution(RNG.normal(size=(4, 1, 3, 2)), RNG.normal(size=4), (2, 1), ((1, 1), (0, 1)), (1, 2), 2)
OPERATIONS: list[tuple[Operation, tuple[int, ...]]] = [
    (Dense(RNG.normal(size=(2, 3)), RNG.normal(size=2)), (4, 3)),
    (Scaling(RNG.normal(size=(4, 1)), RNG.normal(size=3)), (4, 3)),
    (Mean(), (4, 3)),
    (Centre(), (4, 3)),
    (Sort(), (4, 3)),
    (Max(), (4, 3)),
    (Max(np.array([True, False, True])), (4, 3)),
    (Norm(), (4, 3)),
    (Norm(0.5), (4, 3)),
    (Softmax(), (4, 3)),
    (Softmax(logarithm=True), (4, 3)),
    (Householder(RNG.normal(size=(4,))), (4, 2)),
    (Gather(np.array([[3, 0, 0], [-1, 11, 3]]), 12), (4, 3)),
    (LeakyReLU(RNG.normal(size=(4, 1))), (4, 3)),
    (KERNEL, (2, 5, 6)),
    (TransposedConvolution(KERNEL, (2, 5, 6), RNG.normal(size=2)), KERNEL.shape((2, 5, 6))),
    *((Activation(name), (5,)) for name in ("relu", "abs", "tanh", "sigmoid", "gelu", "gelu_tanh", "silu", "mish")),
    *((Activation(name), (5,)) for name in ("softsign", "sin", "cos")),
    (Activation("softplus", (3.0,)), (5,)),
    (Activation("elu", (1.5, 1.1, 0.7)), (5,)),
    (Activation("clamp", (-0.5, 0.5)), (5,)),
]


@pytest.mark.parametrize(("operation", "shape"), OPERATIONS, ids=lambda x: type(x).__name__)
def test_jacobians_are_difference_quotients(operation: Operation, shape: tuple[int, ...]) -> None:
    network, rng = Graph.chain(shape, [operation]), np.random.default_rng(1)
    x, direction, step = rng.normal(size=shape), rng.normal(size=shape), 1e-6
    quotient = (network(x + step * direction) - network(x - step * direction)) / (2 * step)
    along = network.jacobian(x) @ direction.ravel()
    assert along == pytest.approx(quotient.ravel(), abs=1e-7)
    gradient = rng.normal(size=quotient.shape)
    assert (network.pullback(x, gradient) * direction).sum() == pytest.approx((gradient * quotient).sum(), abs=1e-6)


def test_several_paths_add_up() -> None:
    nodes = [
        Node(None, (), (2,)),
        Node(Dense([[1.0, 2.0], [3.0, 4.0]], [0.0, 0.0]), (0,), (2,)),
        Node(Sum((1.0, -2.0)), (0, 1), (2,)),
        Node(Concatenate(), (2, 0), (4,)),
    ]
    network = Graph(tuple(nodes))
    expected = np.vstack([np.eye(2) - 2 * np.array([[1.0, 2.0], [3.0, 4.0]]), np.eye(2)])
    assert network.jacobian([5.0, 7.0]).tolist() == expected.tolist()
    assert network([5.0, 7.0]).tolist() == [5.0 - 2 * 19, 7.0 - 2 * 43, 5.0, 7.0]


@st.composite
def geometries(draw: st.DrawFn) -> tuple[Convolution, tuple[int, ...]]:
    axes = draw(st.integers(1, 2))
    groups = draw(st.sampled_from([1, 1, 2, 3]))
    channels, out = groups * draw(st.integers(1, 2)), groups * draw(st.integers(1, 2))
    windows = [draw(st.integers(1, 4)) for _ in range(axes)]
    strides, dilations = ([draw(st.integers(1, most)) for _ in range(axes)] for most in (3, 3))
    mode = draw(st.sampled_from(["zeros", "zeros", "circular", "reflect", "replicate"]))
    pixels = [draw(st.integers(3, 6)) for _ in range(axes)]
    widths = [(draw(st.integers(0, 2)), draw(st.integers(0, 2))) for _ in range(axes)]
    pixels = [
        max(n, d * (k - 1) + 1 - a - b, 3) for n, d, k, (a, b) in zip(pixels, dilations, windows, widths, strict=True)
    ]
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    kernel = rng.normal(size=(out, channels // groups, *windows))
    convolution = Convolution(
        kernel, rng.normal(size=out), tuple(strides), tuple(widths), tuple(dilations), groups, mode
    )
    return convolution, (channels, *pixels)


def torchs(convolution: Convolution, x: np.ndarray) -> np.ndarray:
    widths = [w for pair in reversed(convolution.padding) for w in pair]
    mode = "constant" if convolution.mode == "zeros" else convolution.mode
    padded = functional.pad(torch.from_numpy(x), widths, mode=mode) if any(widths) else torch.from_numpy(x)
    conv = functional.conv1d if x.ndim == 3 else functional.conv2d
    weights = torch.tensor(convolution.kernel), torch.tensor(convolution.bias)
    return conv(padded, *weights, convolution.stride, 0, convolution.dilation, convolution.groups).numpy()


@given(geometries())
@settings(max_examples=60)
def test_convolutions_are_torchs_and_their_dense_matrix(geometry: tuple[Convolution, tuple[int, ...]]) -> None:
    convolution, shape = geometry
    size = int(np.prod(shape))
    x = np.random.default_rng(0).normal(size=(2, *shape))
    value = convolution.apply(x)
    assert value.shape[1:] == convolution.shape(shape)
    assert value == pytest.approx(torchs(convolution, x), abs=1e-12)
    columns = [torchs(convolution, e.reshape(1, *shape)) for e in np.eye(size)]
    shift = torchs(convolution, np.zeros((1, *shape)))
    dense = np.stack([(column - shift).ravel() for column in columns], axis=1)
    jacobian = Graph.chain(shape, [convolution]).jacobian(x[0])
    assert jacobian == pytest.approx(dense, abs=1e-12)
    if convolution.mode == "zeros":
        transposed = TransposedConvolution(convolution, shape, np.zeros(shape[0]))
        back = Graph.chain(convolution.shape(shape), [transposed]).jacobian(value[0])
        assert back == pytest.approx(dense.T, abs=1e-12)


def test_points_are_evaluated_in_any_shape_and_number() -> None:
    network = Graph.chain((3,), [Dense(RNG.normal(size=(2, 3)), [0.0, 1.0]), Activation("relu")])
    x = np.random.default_rng(0).normal(size=(4, 5, 3))
    assert network(x).shape == (4, 5, 2) and network(x[0, 0]).shape == (2,)
    assert network(x)[1, 2] == pytest.approx(network(x[1, 2]), abs=1e-15)
    assert network(np.zeros((0, 3))).shape == (0, 2)
    assert network.jacobian(x).shape == (4, 5, 2, 3)
    twin = pickle.loads(pickle.dumps(network))
    assert (twin(x) == network(x)).all()
    assert str(network).splitlines()[1].split()[:2] == ["1", "Dense"]


def test_weights_cannot_be_written_to() -> None:
    weight = np.eye(2)
    layer = Dense(weight, [0.0, 0.0])
    weight[0, 0] = 5.0
    assert layer.weight[0, 0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        layer.weight[0, 0] = 2.0


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Dense([[np.nan]], [0.0]), "weight holds NaN"),
        (lambda: Dense([[1.0]], [0.0, 1.0]), r"bias has shape \(2,\)"),
        (lambda: Dense([1.0], [0.0]), "2 axes"),
        (lambda: Graph.chain((3,), [Dense([[1.0]], [0.0])]), r"1 inputs is handed the shape \(3,\)"),
        (lambda: Activation("rely"), "choose one of relu"),
        (lambda: Activation("elu"), "alpha"),
        (lambda: Gather(np.array([3]), 2), "indices reach"),
        (lambda: Graph.chain((1,), [])([[1.0, 2.0]]), r"give \(..., 1\)"),
        (lambda: Graph.chain((2, 2, 1), [KERNEL]), "too large"),
        (lambda: Convolution(np.ones((3, 1, 1)), np.ones(3), (1,), ((0, 0),), (1,), 2), "2 groups"),
        (lambda: Graph.chain((1,), []).enclose([1.0], -1.0), "at least 0"),
        (lambda: Graph.chain((1,), []).enclose([1.0], np.nan), "at least 0"),
        (lambda: Graph.chain((2,), []).enclose([1.0, 2.0], [0.0] * 3), "broadcasts to"),
        (lambda: Max(np.array([False, False])), "True once or more"),
        (lambda: Graph.chain((3,), [Max(np.array([False, True]))]), "shape"),
        (lambda: Graph(()), "the first one is the input"),
    ],
)
def test_what_does_not_fit_is_refused(make, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()
