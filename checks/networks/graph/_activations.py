"""Activations: maps of each entry by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, pi, sqrt
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtr

from checks.arrays import Floats
from checks.networks._singular_values import product_above
from checks.networks.graph._arrays import freeze
from checks.networks.graph._operation import ULPS, Arithmetic, Shape, Single
from theory.norms import activation_slopes

_Map = Callable[..., Floats]


@dataclass(frozen=True)
class Kind:
    """What a name stands for: the values, the derivative, and bounds of the derivative, given x or the parameters."""

    value: _Map
    derivative: _Map
    slopes: Callable[..., tuple[float, float]]
    parameters: tuple[str, ...] = ()
    affine_pieces: bool = False


def _softplus(x: Floats, beta: float) -> Floats:
    return np.maximum(x, 0.0) + np.log1p(np.exp(-beta * np.abs(x))) / beta


def _density(x: Floats) -> Floats:
    return np.exp(-x * x / 2) / sqrt(2 * pi)


_TANH_SCALE, _TANH_CUBE = sqrt(2 / pi), 0.044715  # torch's constants of the approximate GELU


def _gelu_tanh(x: Floats) -> Floats:
    return x * expit(2 * _TANH_SCALE * (x + _TANH_CUBE * x * x * x))


def _gelu_tanh_slope(x: Floats) -> Floats:
    s = expit(2 * _TANH_SCALE * (x + _TANH_CUBE * x * x * x))
    with np.errstate(over="ignore", invalid="ignore"):
        tail = x * s * (1 - s) * 2 * _TANH_SCALE * (1 + 3 * _TANH_CUBE * x * x)
    return s + np.where(np.isfinite(tail), tail, 0.0)


def _elu(x: Floats, alpha: float, scale: float, rate: float) -> Floats:
    return scale * np.where(x > 0, x, alpha * np.expm1(rate * np.minimum(x, 0.0)))


def _elu_slope(x: Floats, alpha: float, scale: float, rate: float) -> Floats:
    return scale * np.where(x > 0, 1.0, alpha * rate * np.exp(rate * np.minimum(x, 0.0)))


def _silu_slope(x: Floats) -> Floats:
    s = expit(x)
    return s * (1 + x * (1 - s))


def _range(*values: float) -> tuple[float, float]:
    return min(values), max(values)


_TANH: Any = "tanh"  # the one parameter that is no number

KINDS: dict[str, Kind] = {
    "relu": Kind(lambda x: np.maximum(x, 0.0), lambda x: (x > 0) * 1.0, lambda: (0.0, 1.0), (), True),
    "abs": Kind(np.abs, np.sign, lambda: (-1.0, 1.0), (), True),
    "clamp": Kind(
        np.clip,
        lambda x, least, most: ((x > least) & (x < most)) * 1.0,
        lambda least, most: (0.0, float(least < most)),
        ("least", "most"),
        True,
    ),
    "tanh": Kind(np.tanh, lambda x: 1 - np.tanh(x) ** 2, lambda: (0.0, 1.0)),
    "sigmoid": Kind(expit, lambda x: expit(x) * expit(-x), lambda: (0.0, 0.25)),
    "softplus": Kind(_softplus, lambda x, beta: expit(beta * x), lambda beta: (0.0, 1.0), ("beta",)),
    "elu": Kind(
        _elu,
        _elu_slope,
        lambda alpha, scale, rate: _range(0.0, scale, product_above((scale, alpha, rate))),
        ("alpha", "scale", "rate"),
    ),
    "gelu": Kind(lambda x: x * ndtr(x), lambda x: ndtr(x) + x * _density(x), lambda: activation_slopes("gelu")),
    "gelu_tanh": Kind(_gelu_tanh, _gelu_tanh_slope, lambda: activation_slopes("gelu", approximate=_TANH)),
    "silu": Kind(lambda x: x * expit(x), _silu_slope, lambda: activation_slopes("silu")),
    "mish": Kind(
        lambda x: x * np.tanh(_softplus(x, 1.0)),
        lambda x: np.tanh(_softplus(x, 1.0)) + x * expit(x) / np.cosh(np.minimum(_softplus(x, 1.0), 300.0)) ** 2,
        lambda: activation_slopes("mish"),
    ),
    "softsign": Kind(lambda x: x / (1 + np.abs(x)), lambda x: (1 + np.abs(x)) ** -2, lambda: (0.0, 1.0)),
    "sin": Kind(np.sin, np.cos, lambda: (-1.0, 1.0)),
    "cos": Kind(np.cos, lambda x: -np.sin(x), lambda: (-1.0, 1.0)),
}


@dataclass(frozen=True)
class Activation(Single):
    """An activation by its name in `KINDS`, with its parameters in the order that stands there.

    >>> Activation("softplus", (2.0,)).slopes
    (0.0, 1.0)
    >>> Activation("abs").apply(np.array([[-3.0, 1.0]])).tolist()
    [[3.0, 1.0]]
    """

    name: str
    parameters: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if self.name not in KINDS:
            raise ValueError(f"name={self.name!r}: choose one of {', '.join(KINDS)}")
        names = KINDS[self.name].parameters
        if len(self.parameters) != len(names) or any(p != p for p in self.parameters):  # noqa: PLR0124
            raise ValueError(f"{self.name} has the parameters {names}, not {self.parameters}")
        if self.name == "elu" and min(self.parameters) < 0:
            raise ValueError(f"elu has parameters of at least 0, not {self.parameters}")
        if self.name == "softplus" and not 0 < self.parameters[0] < inf:
            raise ValueError(f"softplus has a positive beta, not {self.parameters}")

    @property
    def slopes(self) -> tuple[float, float]:
        """Bounds of the derivative over all of R, certain and close to the best."""
        return KINDS[self.name].slopes(*self.parameters)

    @property
    def affine_pieces(self) -> bool:
        """Whether it is piecewise affine."""
        return KINDS[self.name].affine_pieces

    def shape(self, *shapes: Shape) -> Shape:
        return shapes[0]

    def apply(self, x: Floats) -> Floats:
        return np.asarray(KINDS[self.name].value(x, *self.parameters))

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        steepest = max(map(abs, self.slopes))
        moved = steepest * error
        if self.affine_pieces:  # nothing is rounded but a constant that the arithmetic does not have
            return moved * (1 + 4 * arithmetic.unit) + (arithmetic.unit > 2.0**-53) * arithmetic.unit * np.abs(result)
        share = ULPS * arithmetic.unit
        size = max(steepest, 1.0) * (np.abs(x) + error) + np.abs(result)
        return (moved + share * size) * (1 + share) + 4 * arithmetic.tiny

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        return gradient * KINDS[self.name].derivative(x, *self.parameters)


@dataclass(frozen=True, eq=False)
class LeakyReLU(Single):
    """x where it is positive, elsewhere a slope times x: of torch's leaky ReLU and PReLU.

    Args:
        slope: of the shape of a sample, or of one that numpy broadcasts to it.

    >>> LeakyReLU(0.5).apply(np.array([[-2.0, 2.0]])).tolist()
    [[-1.0, 2.0]]
    """

    slope: Floats

    def __init__(self, slope: ArrayLike) -> None:
        freeze(self, "slope", slope)

    @property
    def slopes(self) -> tuple[float, float]:
        """Bounds of the derivative."""
        return _range(1.0, float(self.slope.min()), float(self.slope.max()))

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if np.broadcast_shapes(shape, self.slope.shape) != shape:
            raise ValueError(f"slopes {self.slope.shape} do not fit the shape {shape}")
        return shape

    def apply(self, x: Floats) -> Floats:
        return np.where(x > 0, x, self.slope * x)

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        steepest, share = np.maximum(1.0, np.abs(self.slope)), arithmetic.relative(1)
        return steepest * arithmetic.moved(x, error, share) * (1 + share) + 2 * arithmetic.tiny

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        return gradient * np.where(x > 0, 1.0, self.slope)
