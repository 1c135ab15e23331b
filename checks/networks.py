"""1-Lipschitz GroupSort2 networks as plain arrays: evaluated in float64 with true min and max, certified from
their weights alone, differentiated exactly.

A network is z_1 = W_1 x + b_1, z_i = W_i GroupSort2(z_{i-1}) + b_i, f = z_k. A gate pairs coordinate i with
coordinate i + w/2; the paper pairs 2i with 2i + 1 (Section 2.3), which is the same network with its hidden
coordinates reordered. Inputs, biases and outputs share one unit (pixels in Figure 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import ArrayLike, NDArray

__all__ = ["LipschitzNetwork", "SingularBounds", "singular_bounds"]

Floats = NDArray[np.float64]

_BLOCK = 8192  # points evaluated at once: bounds the memory, keeps a layer in cache


@dataclass(frozen=True)
class SingularBounds:
    """Certified: the min(p, q) singular values of a (p, q) matrix lie in [least, largest]."""

    least: float
    largest: float


@dataclass(frozen=True, eq=False)
class LipschitzNetwork:
    """A GroupSort2 network R^n -> R.

    weights: (w_1, n), (w_2, w_1), ..., (1, w_k), float64, hidden widths even. biases: (w_1,), ..., (1,).

    Raises:
        ValueError: shapes that do not chain, an odd hidden width, several outputs, NaN or infinity.

    >>> absolute = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0]]], [[0.0, 0.0], [0.0]])
    >>> absolute([[3.0], [-4.0]]).tolist()
    [3.0, 4.0]
    """

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]

    def __init__(self, weights: Iterable[ArrayLike], biases: Iterable[ArrayLike]) -> None:
        object.__setattr__(self, "weights", tuple(_frozen(w) for w in weights))
        object.__setattr__(self, "biases", tuple(_frozen(b) for b in biases))
        _check_layers(self.weights, self.biases)

    @property
    def dimension(self) -> int:
        """n, the number of inputs."""
        return self.weights[0].shape[1]

    def __call__(self, x: ArrayLike) -> Floats:
        """f(x), shape (...), for x of shape (..., n)."""
        return _in_blocks(lambda points: _forward(self, points)[0], self._points(x), ())

    def gradient(self, x: ArrayLike) -> Floats:
        """The gradient (..., n) of the affine piece active at x (..., n); tied gates stay unswapped."""
        points = self._points(x)
        return _in_blocks(lambda block: _backward(self, _forward(self, block)[1]), points, (self.dimension,))

    def slope(self, x: ArrayLike) -> Floats:
        """|grad f(x)|, the Euclidean norm of `gradient`, shape (...), for x of shape (..., n)."""
        return np.linalg.norm(self.gradient(x), axis=-1)

    def exact_piece(self, x: Sequence[Fraction | int | float]) -> tuple[Fraction, tuple[Fraction, ...]]:
        """f(x) and grad f(x) as exact rationals: floats stand for their exact value and nothing is rounded.

        Raises:
            ValueError: x has the wrong length, or lies on a crease, where f has no gradient.
        """
        point = [Fraction(value) for value in x]
        if len(point) != self.dimension:
            raise ValueError(f"x has {len(point)} coordinates: give {self.dimension}")
        return _exact_piece(self, point)

    def exact_gradient(self, x: Sequence[Fraction | int | float]) -> tuple[Fraction, ...]:
        """grad f(x), exact; see `exact_piece`."""
        return self.exact_piece(x)[1]

    def singular_bounds(self) -> tuple[SingularBounds, ...]:
        """Certified bounds on the singular values of every layer, first to last."""
        return tuple(singular_bounds(weight) for weight in self.weights)

    def certified_lipschitz(self) -> float:
        """A rigorous upper bound on the Lipschitz constant: the product of certified largest singular values.

        GroupSort2 is 1-Lipschitz and so is every sorting map; hence the layers' norms multiply.
        """
        return _product_above([bound.largest for bound in self.singular_bounds()])

    def normalized(self) -> LipschitzNetwork:
        """f / C, C the product of the certified norms; f itself if C <= 1. Certified norm at most 1."""
        network = self
        while (bounds := network.singular_bounds()) and _product_above([b.largest for b in bounds]) > 1.0:
            network = _divided(network, [b.largest * (1.0 + 2.0**-46) for b in bounds])
        return network

    def _points(self, x: ArrayLike) -> Floats:
        points = np.asarray(x, dtype=np.float64)
        if points.ndim == 0 or points.shape[-1] != self.dimension:
            raise ValueError(f"x has shape {points.shape}: give (..., {self.dimension})")
        return points


def singular_bounds(matrix: ArrayLike) -> SingularBounds:
    """Certified bounds on the singular values of a (p, q) matrix, tight to about 1e-14 of the largest.

    G is the smaller Gram matrix, V its rounded eigenvectors. D = V'GV and E = V'V are computed in exact
    integers, so Gershgorin's discs enclose their eigenvalues, and Ostrowski's theorem gives, for each k,
    lambda_k(D) / lambda_max(E) <= lambda_k(G) <= lambda_k(D) / lambda_min(E).
    """
    weight = np.asarray(matrix, dtype=np.float64)
    if weight.ndim != 2 or not weight.size or not np.isfinite(weight).all():
        raise ValueError(f"matrix has shape {weight.shape}: give a finite (p, q) matrix with p, q >= 1")
    tall = weight if weight.shape[0] >= weight.shape[1] else weight.T
    vectors = np.linalg.eigh(tall.T @ tall)[1]
    (a, a_unit), (v, v_unit) = _integers(tall), _integers(vectors)
    image = a * v
    low, high = _gershgorin(image.transpose() * image, (a_unit * v_unit) ** 2)
    basis_low, basis_high = _gershgorin(v.transpose() * v, v_unit**2)
    return SingularBounds(_root_below(low / basis_high), _root_above(high / basis_low))


def _frozen(array: ArrayLike) -> Floats:
    copy = np.array(array, dtype=np.float64)
    copy.setflags(write=False)
    return copy


def _check_layers(weights: Sequence[Floats], biases: Sequence[Floats]) -> None:
    if not weights or len(weights) != len(biases):
        raise ValueError(f"{len(weights)} weights and {len(biases)} biases: give as many, at least one")
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        _check_layer(i, weight, bias, weights[i - 1].shape[0] if i else None)
    if weights[-1].shape[0] != 1:
        raise ValueError(f"weights[-1] has {weights[-1].shape[0]} rows: give it one, the output")
    if odd := [i for i, weight in enumerate(weights[:-1]) if weight.shape[0] % 2]:
        raise ValueError(f"weights[{odd[0]}] has an odd number of rows: GroupSort2 needs an even width")


def _check_layer(i: int, weight: Floats, bias: Floats, inputs: int | None) -> None:
    if weight.ndim != 2 or not weight.size or (inputs is not None and weight.shape[1] != inputs):
        raise ValueError(f"weights[{i}] has shape {weight.shape}: give (w, {inputs or 'n'})")
    if bias.shape != weight.shape[:1]:
        raise ValueError(f"biases[{i}] has shape {bias.shape}: give {weight.shape[:1]}")
    if not (np.isfinite(weight).all() and np.isfinite(bias).all()):
        raise ValueError(f"weights[{i}] or biases[{i}] holds a number that is not finite")


def _in_blocks(function: Callable[[Floats], Floats], points: Floats, tail: tuple[int, ...]) -> Floats:
    flat = points.reshape(-1, points.shape[-1])
    out = np.empty((len(flat), *tail))
    for start in range(0, len(flat), _BLOCK):
        out[start : start + _BLOCK] = function(flat[start : start + _BLOCK])
    return out.reshape(points.shape[:-1] + tail)


def _forward(network: LipschitzNetwork, points: Floats) -> tuple[Floats, list[NDArray[np.bool_]]]:
    """Values (p,) at points (p, n), and for every hidden layer whether each gate swaps, (p, w/2)."""
    z, swaps = points, []
    for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        z = z @ weight.T + bias
        a, b = np.split(z, 2, axis=-1)
        swaps.append(a > b)
        z = np.concatenate([np.minimum(a, b), np.maximum(a, b)], axis=-1)
    return (z @ network.weights[-1].T + network.biases[-1])[:, 0], swaps


def _backward(network: LipschitzNetwork, swaps: Sequence[NDArray[np.bool_]]) -> Floats:
    """The gradients (p, n) of the pieces whose gates swap as given; (1, n) when there is no hidden layer."""
    if not swaps:
        return network.weights[-1]
    gradient = np.broadcast_to(network.weights[-1], (len(swaps[0]), network.weights[-1].shape[1]))
    for weight, swap in zip(network.weights[-2::-1], reversed(swaps), strict=True):
        low, high = np.split(gradient, 2, axis=-1)
        gradient = np.concatenate([np.where(swap, high, low), np.where(swap, low, high)], axis=-1) @ weight
    return gradient


def _divided(network: LipschitzNetwork, norms: Sequence[float]) -> LipschitzNetwork:
    """f / prod(norms): sorting commutes with positive scaling, so biases are divided by the norms so far."""
    weights = [weight / norm for weight, norm in zip(network.weights, norms, strict=True)]
    biases = [bias / scale for bias, scale in zip(network.biases, np.cumprod(norms), strict=True)]
    return LipschitzNetwork(weights, biases)


def _integers(array: Floats) -> tuple[fmpz_mat, int]:
    """(Z, u) with array = Z / u exactly, u a power of two."""
    ratios = [[value.as_integer_ratio() for value in row] for row in array.tolist()]
    unit = max(denominator for row in ratios for _, denominator in row)
    return fmpz_mat([[top * (unit // bottom) for top, bottom in row] for row in ratios]), unit


def _gershgorin(matrix: fmpz_mat, unit: int) -> tuple[Fraction, Fraction]:
    """Bounds on the eigenvalues of the symmetric matrix / unit: the union of its discs."""
    rows = [[int(entry) for entry in row] for row in matrix.tolist()]
    centres = [row[i] for i, row in enumerate(rows)]
    radii = [sum(map(abs, row)) - abs(row[i]) for i, row in enumerate(rows)]
    low = min(c - r for c, r in zip(centres, radii, strict=True))
    return Fraction(low, unit), Fraction(max(c + r for c, r in zip(centres, radii, strict=True)), unit)


def _above(value: Fraction) -> float:
    nearest = float(value)
    return nearest if Fraction(nearest) >= value else math.nextafter(nearest, math.inf)


def _product_above(factors: Iterable[float]) -> float:
    return _above(reduce(lambda product, factor: product * Fraction(factor), factors, Fraction(1)))


def _root_above(square: Fraction) -> float:
    root = math.sqrt(float(square))
    while Fraction(root) ** 2 < square:
        root = math.nextafter(root, math.inf)
    return root


def _root_below(square: Fraction) -> float:
    root = math.sqrt(max(0.0, float(square)))
    while root > 0.0 and Fraction(root) ** 2 > square:
        root = math.nextafter(root, 0.0)
    return root


def _exact_piece(network: LipschitzNetwork, point: list[Fraction]) -> tuple[Fraction, tuple[Fraction, ...]]:
    unit = math.lcm(*(value.denominator for value in point))
    # Column 0 is the value, the others the Jacobian, all over one denominator.
    rows = [[int(v * unit), *(unit * (i == j) for j in range(len(point)))] for i, v in enumerate(point)]
    for index, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        layer, layer_unit = _integers(np.column_stack([bias, weight]))
        rows = _rows(layer * fmpz_mat([[unit] + [0] * len(point), *(_sorted(rows) if index else rows)]))
        unit *= layer_unit
    value, *gradient = (Fraction(entry, unit) for entry in rows[0])
    return value, tuple(gradient)


def _rows(matrix: Any) -> list[list[int]]:
    return [[int(entry) for entry in row] for row in matrix.tolist()]


def _sorted(rows: list[list[int]]) -> list[list[int]]:
    """GroupSort2 of rows (value, derivatives...): every gate is decided by comparing two integers."""
    half = len(rows) // 2
    gates = [sorted(pair, key=lambda row: row[0]) for pair in zip(rows[:half], rows[half:], strict=True)]
    if crease := [i for i, (low, high) in enumerate(gates) if low[0] == high[0] and low != high]:
        raise ValueError(f"x lies on the crease of gate {crease[0]}: f has no gradient there; move x")
    return [low for low, _ in gates] + [high for _, high in gates]
