"""Bounds of errors hold: against exact rationals where an operation is rational, else against many digits."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from checks.networks.graph import (
    FLOAT32,
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
    enclosed_step,
)

mpmath.mp.dps = 60
SIZES = st.sampled_from([1.0, 1.0, 1e-3, 1e8, 1e-150, 1e-300, 5e-324, 1e150])
NUMBERS = st.builds(lambda x, size: float(x * size), st.floats(-4, 4), SIZES)


def arrays(shape: tuple[int, ...]) -> st.SearchStrategy[np.ndarray]:
    count = int(np.prod(shape))
    return st.lists(NUMBERS, min_size=count, max_size=count).map(lambda x: np.reshape(x, shape).astype(float))


def within(value: float, true: object, bound: float) -> bool:
    return abs(mpmath.mpf(float(value)) - true) <= mpmath.mpf(float(bound))  # type: ignore[operator]


def exact(x: float) -> object:
    return mpmath.mpf(Fraction(x).numerator) / Fraction(x).denominator


@example(np.full((2, 3), 1e150), np.zeros(2), np.array([0.0, 1e-315, 0.0]), np.zeros(3), (0.0, 0.0, 0.0))
@given(arrays((2, 3)), arrays((2,)), arrays((3,)), arrays((3,)).map(np.abs), st.tuples(*[st.floats(-1, 1)] * 3))
def test_dense(weight, bias, x, error, place) -> None:
    value, bound = Graph.chain((3,), [Dense(weight, bias)]).enclose(x, error)
    true_x = [exact(a) + exact(e) * exact(p) for a, e, p in zip(x, error, place, strict=True)]
    for i in range(2):
        true = sum((exact(w) * t for w, t in zip(weight[i], true_x, strict=True)), exact(bias[i]))
        assert within(value[i], true, bound[i])


@example(np.array([0.0, 0.0, 0.0, 1e150]).reshape(2, 1, 2), np.zeros(2), np.array([[0.0, 0.0, 1e-315, 0.0]]))
@given(arrays((2, 1, 2)), arrays((2,)), arrays((1, 4)))
def test_convolution(kernel, bias, x) -> None:
    value, bound = Graph.chain((1, 4), [Convolution(kernel, bias, (2,), ((1, 0),), (1,))]).enclose(x)
    padded = [0.0, *x[0]]
    for o in range(2):
        for i in range(2):
            true = exact(bias[o]) + sum(exact(kernel[o, 0, k]) * exact(padded[2 * i + k]) for k in range(2))
            assert within(value[o, i], true, bound[o, i])


FUNCTIONS = {
    "relu": lambda x: max(x, 0),
    "abs": abs,
    "tanh": mpmath.tanh,
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "gelu": lambda x: x * mpmath.erfc(-x / mpmath.sqrt(2)) / 2,
    "gelu_tanh": lambda x: x * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (x + mpmath.mpf("0.044715") * x**3))) / 2,
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
    "softsign": lambda x: x / (1 + abs(x)),
    "sin": mpmath.sin,
    "cos": mpmath.cos,
}
PARAMETERS = {"softplus": (2.0,), "elu": (1.5, 1.1, 0.7), "clamp": (-0.5, 1.0)}
FUNCTIONS |= {
    "softplus": lambda x: mpmath.log1p(mpmath.exp(2 * x)) / 2,
    "elu": lambda x: exact(1.1) * (x if x > 0 else exact(1.5) * mpmath.expm1(exact(0.7) * x)),
    "clamp": lambda x: min(max(x, -0.5), 1),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@given(st.floats(-60, 60) | st.floats(-1e-3, 1e-3) | st.sampled_from([1e-300, 5e-324, -700.0, 700.0]), st.floats(-1, 1))
def test_activations(name: str, x: float, place: float) -> None:
    operation = Activation(name, PARAMETERS.get(name, ()))
    for error in (0.0, 0.3):
        [value], [bound] = enclosed_step(operation, [np.array([[x]])], [np.array([[error]])])
        true = FUNCTIONS[name](exact(x) + exact(error) * exact(place))
        assert within(value[0], true, bound[0])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_slopes_bound_the_derivative_closely(name: str) -> None:
    operation = Activation(name, PARAMETERS.get(name, ()))
    x = np.concatenate([np.linspace(-30, 30, 600_001), [-1e3, 1e3]])[None]
    slopes = operation.pull(np.ones(x.shape), x, operation.apply(x))
    least, most = operation.slopes
    assert least - 1e-12 <= slopes.min() and slopes.max() <= most + 1e-12
    if name not in ("sin", "cos"):
        assert slopes.min() <= least + 2e-4 and slopes.max() >= most - 2e-4


PAIRS: list[tuple[Operation, tuple[int, ...]]] = [
    (Sort(), (2, 3)),
    (Max(), (2, 3)),
    (Max(np.array([False, True, True])), (2, 3)),
    (Mean(), (2, 3)),
    (Centre(), (2, 3)),
    (Norm(), (2, 3)),
    (Norm(0.25), (2, 3)),
    (Softmax(), (2, 3)),
    (Softmax(logarithm=True), (2, 3)),
    (Scaling([2.0, -0.1, 0.3], 0.7), (2, 3)),
    (LeakyReLU(0.1), (2, 3)),
    (Householder(0.7), (3, 2)),
    (Gather(np.array([5, 5, -1, 0]), 6), (2, 3)),
    (Activation("tanh"), (4,)),
]


@pytest.mark.parametrize(("operation", "shape"), PAIRS, ids=lambda x: type(x).__name__)
@given(st.data())
def test_errors_of_what_goes_in_are_carried(operation: Operation, shape: tuple[int, ...], data: st.DataObject) -> None:
    """Two points of the box around a third: their images are no further from its image than the bound."""
    x = data.draw(arrays(shape).filter(lambda x: np.abs(x).max() < 1e9))
    error = np.abs(data.draw(arrays(shape).filter(lambda x: np.abs(x).max() < 1e9)))
    moved = x + error * np.reshape(data.draw(st.lists(st.floats(-1, 1), min_size=x.size, max_size=x.size)), shape)
    network = Graph.chain(shape, [operation])
    value, bound = network.enclose(x, error)
    image, rounding = network.enclose(moved, np.spacing(np.abs(moved) + error))
    assert (np.abs(image - value) <= (bound + rounding) * (1 + 1e-12)).all()


@given(arrays((3,)), arrays((3,)))
def test_sums(x, y) -> None:
    value = Sum((1.0, -0.3)).forward(x[None], y[None])
    bound = Sum((1.0, -0.3)).spread([x[None], y[None]], [np.zeros((1, 3))] * 2, value, FLOAT32)
    for i in range(3):
        assert within(value[0, i], exact(x[i]) - exact(0.3) * exact(y[i]), bound[0, i])


def test_overflow_is_an_infinite_bound() -> None:
    value, bound = Graph.chain((2,), [Dense([[1e300, -1e300]], [0.0])]).enclose([1e300, 1e300])
    assert np.isinf(bound).all() and value.shape == (1,)


def test_constants_of_layers_keep_bounds_small() -> None:
    """Forty orthogonal layers of sorted pairs: entry by entry, bounds grow with each; with constants they add up."""
    rng = np.random.default_rng(0)
    layers: list[Operation] = []
    for _ in range(40):
        layers.append(Dense(np.linalg.qr(rng.normal(size=(64, 64)))[0], rng.normal(size=64)))
        layers += [Gather(np.arange(64).reshape(32, 2), 64), Sort(), Gather(np.arange(64), 64)]
    network = Graph.chain((64,), layers)
    constants = [None, *[1 + 1e-12] * len(layers)]
    x = rng.normal(size=(3, 64))
    value, loose = network.enclose(x)
    again, bound = network.enclose(x, constants=constants)
    assert (value == again).all() and bound.max() < 1e-9 and loose.min() > 1e9
    true = x.astype(np.longdouble)
    for layer in layers:
        if isinstance(layer, Dense):
            true = true @ layer.weight.T.astype(np.longdouble) + layer.bias
        else:
            true = np.sort(true.reshape(3, 32, 2), axis=-1).reshape(3, 64)
    assert (np.abs(value - true) <= bound).all()
    with pytest.raises(ValueError, match="constants are 2 for 161 nodes"):
        network.enclose(x, constants=[None, 1.0])


def test_constants_in_branches() -> None:
    nodes = (
        Node(None, (), (2,)),
        Node(Dense([[0.6, 0.8], [-0.8, 0.6]], [0.0, 0.0]), (0,), (2,)),
        Node(Sum((1.0, -2.0)), (0, 1), (2,)),
        Node(Concatenate(), (1, 2), (4,)),
    )
    _, bound = Graph(nodes).enclose([[1.0, 1.0]], 1e-3, constants=[None, 1.0, None, None])
    moved = np.array([1.0, 1.0]) + 1e-3 * np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    assert (np.abs(Graph(nodes)(moved) - Graph(nodes)([1.0, 1.0])) <= bound).all()
    assert bound.max() < 1e-3 * (1 + 2 * 1.4) * 1.001  # entry by entry, less than 3 sqrt(2) here
