"""Networks as plain arrays: evaluated in float64 with true min and max, their Lipschitz constant certified from
the weights alone, differentiated exactly.

A network is z_1 = W_1 x + b_1, z_i = W_i s(z_{i-1}) + b_i, f = z_k, with s = GroupSort2 unless another activation
is named. A gate of GroupSort2 pairs coordinate i with coordinate i + w/2; the paper pairs 2i with 2i + 1 (Section
2.3), which is the same network with its hidden coordinates reordered. Inputs, biases and outputs share one unit
(pixels in Figure 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, reduce
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import ArrayLike, NDArray

from checks.arrays import Floats, floats
from checks.networks._activations import ACTIVATIONS, Activation
from checks.networks._singular_values import SingularBounds, integers, product_above, product_of, singular_bounds

__all__ = ["LipschitzNetwork", "SingularBounds", "singular_bounds"]


_ROUNDED_UP = 1.0 + 2.0**-46  # 128 u, u = 2^-53: division moves each weight by u; chosen so that once is mostly enough
_EPSILON = float(np.finfo(np.float64).eps)  # 2 u
_NORMAL = float(np.finfo(np.float64).tiny)  # below, numbers lose digits
_POINTS_AT_ONCE = 1024  # points evaluated at once: a layer of width 128 takes 1 MB, and stays in a core's cache


@dataclass(frozen=True, eq=False)
class LipschitzNetwork:
    """A network R^n -> R, Lipschitz with the constant that `certified_lipschitz` reads off its weights (Béthune et al.,
    Section 2.3).

    Args:
        weights: (w_1, n), (w_2, w_1), ..., (1, w_k), float64; hidden widths are even with GroupSort2.
        biases: (w_1,), ..., (1,), in the unit of inputs and outputs.
        activation: groupsort2, fullsort (ascending) or relu.

    Raises:
        ValueError: shapes that do not chain, an odd hidden width, several outputs, NaN or infinity, an activation
            of another name, numbers that are not real or that float64 would round.

    >>> absolute = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0]]], [[0.0, 0.0], [0.0]])
    >>> absolute([[3.0], [-4.0]]).tolist()
    [3.0, 4.0]
    """

    weights: tuple[Floats, ...]
    biases: tuple[Floats, ...]
    activation: str

    def __init__(
        self, weights: Iterable[ArrayLike], biases: Iterable[ArrayLike], activation: str = "groupsort2"
    ) -> None:
        object.__setattr__(self, "weights", _frozen("weights", weights))
        object.__setattr__(self, "biases", _frozen("biases", biases))
        object.__setattr__(self, "activation", activation)
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation={activation!r}: choose one of {', '.join(ACTIVATIONS)}")
        _check_layers(self.weights, self.biases, self.gates.even)

    def __reduce__(self) -> tuple[Any, ...]:
        return LipschitzNetwork, (self.weights, self.biases, self.activation)

    @property
    def gates(self) -> Activation:
        """The activation itself."""
        return ACTIVATIONS[self.activation]

    @property
    def dimension(self) -> int:
        """n, the number of inputs."""
        return self.weights[0].shape[1]

    def __call__(self, x: ArrayLike) -> Floats:
        """f(x), shape (...), for x of shape (..., n)."""
        return _in_blocks(lambda points: _forward(self, points)[0], self._points(x), ())

    def gradient(self, x: ArrayLike) -> Floats:
        """The gradient (..., n) of the affine piece active at x (..., n), rounded; at ties, of the one that meets there
        and holds x + (e, e^2, ..., e^n) for small e > 0.

        Where rounding could hide on which side of a gate x lies, the piece is found in exact arithmetic.

        Raises:
            ValueError: another last axis.

        >>> absolute = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0]]], [[0.0, 0.0], [0.0]])
        >>> absolute.gradient([[3.0], [-4.0]]).tolist()
        [[1.0], [-1.0]]
        """
        points = self._points(x)
        return _in_blocks(lambda block: _gradients(self, self._sizes, block), points, (self.dimension,))

    def slope(self, x: ArrayLike) -> Floats:
        """|grad f(x)|, the Euclidean norm of `gradient`, shape (...), for x of shape (..., n).

        Raises:
            ValueError: another last axis.

        >>> LipschitzNetwork([[[0.6], [0.8]], [[1.0, 0.0]]], [[0.0, 0.0], [0.0]]).slope([[1.0], [-1.0]]).tolist()
        [0.6, 0.8]
        """
        return np.linalg.norm(self.gradient(x), axis=-1)

    def exact_piece(self, x: Sequence[Fraction | int | float]) -> tuple[Fraction, tuple[Fraction, ...]]:
        """f(x) and grad f(x) as exact rationals: floats stand for their exact value and nothing is rounded.

        Raises:
            ValueError: x has the wrong length, holds what is no finite real number, or lies on a crease, where f has
                no gradient.

        >>> halved = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 0.5]]], [[0.0, 0.0], [0.0]])  # |x| / 2
        >>> halved.exact_piece([Fraction(-1, 3)])
        (Fraction(1, 6), (Fraction(-1, 2),))
        """
        point = [_rational(value) for value in x]
        if len(point) != self.dimension:
            raise ValueError(f"x has {len(point)} coordinates: give {self.dimension}")
        return _exact_piece(self, point)

    def exact_gradient(self, x: Sequence[Fraction | int | float]) -> tuple[Fraction, ...]:
        """grad f(x), exact; see `exact_piece`.

        Raises:
            ValueError: as `exact_piece`.

        >>> LipschitzNetwork([[[0.5, 0.25]]], [[0.0]]).exact_gradient([1, Fraction(1, 3)])
        (Fraction(1, 2), Fraction(1, 4))
        """
        return self.exact_piece(x)[1]

    def singular_bounds(self) -> tuple[SingularBounds, ...]:
        """Certified bounds on the singular values of every layer, first to last; see `singular_bounds`.

        >>> LipschitzNetwork([[[3.0, 4.0]]], [[0.0]]).singular_bounds()
        (SingularBounds(least=5.0, largest=5.0),)
        """
        return self._bounds

    @cached_property
    def _sizes(self) -> list[tuple[float, float]]:
        """Of every layer: the greatest sum of |weights| in a row, the greatest |bias|."""
        layers = zip(self.weights, self.biases, strict=True)
        with np.errstate(over="ignore"):
            return [(float(np.abs(weight).sum(axis=1).max()), float(np.abs(bias).max())) for weight, bias in layers]

    @cached_property
    def _bounds(self) -> tuple[SingularBounds, ...]:
        return tuple(singular_bounds(weight) for weight in self.weights)

    def certified_lipschitz(self) -> float:
        """A rigorous upper bound on the Lipschitz constant: the product of certified largest singular values.

        Sorting maps are 1-Lipschitz, and so is max(0, .); hence the layers' norms multiply (Béthune et al., Section
        2.3).

        Raises:
            ValueError: a product that float64 cannot hold.

        >>> LipschitzNetwork([[[2.0], [-1.5]], [[0.0, 1.0]]], [[0.0, 0.0], [0.0]]).certified_lipschitz()
        2.5
        """
        norms = [bound.largest for bound in self.singular_bounds()]
        try:
            return product_above(norms)
        except OverflowError:
            raise ValueError(f"weights have norms {norms}, a product beyond float64: scale them down") from None

    def normalized(self, lipschitz: float = 1.0) -> LipschitzNetwork:
        """f scaled down to a certified constant of at most `lipschitz`; f itself if it has that already.

        Raises:
            ValueError: `lipschitz` is not positive and finite.

        >>> LipschitzNetwork([[[3.0, 4.0]]], [[1.0]]).normalized().certified_lipschitz() <= 1
        True
        """
        if not 0.0 < lipschitz < math.inf:
            raise ValueError(f"lipschitz={lipschitz!r}: must be positive and finite")
        network = self
        while (bounds := network.singular_bounds()) and product_of(b.largest for b in bounds) > lipschitz:
            *norms, last = [b.largest * _ROUNDED_UP for b in bounds]
            network = _divided(network, [*norms, last / lipschitz])
        return network

    def dilated(self, factor: float) -> LipschitzNetwork:
        """factor * f: the last layer is multiplied.

        >>> LipschitzNetwork([[[3.0, 4.0]]], [[1.0]]).dilated(2.0)([1.0, 1.0]).item()
        16.0
        """
        weights, biases = ((*layers[:-1], factor * layers[-1]) for layers in (self.weights, self.biases))
        return LipschitzNetwork(weights, biases, self.activation)

    def _points(self, x: ArrayLike) -> Floats:
        points = floats("x", x)
        if points.ndim == 0 or points.shape[-1] != self.dimension:
            raise ValueError(f"x has shape {points.shape}: give (..., {self.dimension})")
        return points


def _rational(value: Any) -> Fraction:
    try:
        return Fraction(value.item() if isinstance(value, np.generic) else value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"x holds {value!r}: give finite real numbers") from None


def _frozen(name: str, arrays: Iterable[ArrayLike]) -> tuple[Floats, ...]:
    copies = tuple(floats(f"{name}[{i}]", array).copy() for i, array in enumerate(arrays))
    for copy in copies:
        copy.setflags(write=False)
    return copies


def _check_layers(weights: Sequence[Floats], biases: Sequence[Floats], even: bool) -> None:
    if not weights or len(weights) != len(biases):
        raise ValueError(f"{len(weights)} weights and {len(biases)} biases: give as many, at least one")
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        _check_layer(i, weight, bias, weights[i - 1].shape[0] if i else None)
    if weights[-1].shape[0] != 1:
        raise ValueError(f"weights[-1] has {weights[-1].shape[0]} rows: give it one, the output")
    if even and (odd := [i for i, weight in enumerate(weights[:-1]) if weight.shape[0] % 2]):
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
    for start in range(0, len(flat), _POINTS_AT_ONCE):
        out[start : start + _POINTS_AT_ONCE] = function(flat[start : start + _POINTS_AT_ONCE])
    return out.reshape(points.shape[:-1] + tail)


Watch = Callable[[int, Floats, Floats], None]


def _forward(
    network: LipschitzNetwork, points: Floats, watch: Watch | None = None
) -> tuple[Floats, list[NDArray[Any]]]:
    """Values (p,) at points (p, n), and which piece of the activation is active in every hidden layer.

    watch is shown each hidden layer's number, what enters it and what its gates decide on.
    """
    z, pieces = points, []
    for i, (weight, bias) in enumerate(zip(network.weights[:-1], network.biases[:-1], strict=True)):
        before = z @ weight.T
        np.add(before, bias, out=before)
        if watch:
            watch(i, z, before)
        z, piece = network.gates.forward(before)
        pieces.append(piece)
    return (z @ network.weights[-1].T + network.biases[-1])[:, 0], pieces


def _gradients(network: LipschitzNetwork, sizes: Sequence[tuple[float, float]], points: Floats) -> Floats:
    """The gradients (p, n), or (1, n) when there is no hidden layer: in floats where all gates are decided so.

    sizes: of every layer, the greatest sum of |weights| in a row, and the greatest |bias|.
    """
    near, error = np.zeros(len(points), dtype=bool), np.zeros(len(points))

    def watch(i: int, entering: Floats, deciding: Floats) -> None:
        # An inner product of q numbers and one more is off by (q + 1) u of the sum of sizes (Higham 2002, section 3.1);
        # twice that covers the rounding of these bounds too. No activation enlarges the greatest error of a vector.
        nonlocal error
        rows, shift = sizes[i]
        largest = np.abs(entering).max(axis=-1)
        rounding = (entering.shape[-1] + 2) * _EPSILON
        error = (rows * (error + rounding * (largest + error)) + rounding * shift) * (1 + rounding) + _NORMAL
        near[:] |= ~(network.gates.gap(deciding) > 4 * error)

    with np.errstate(over="ignore", invalid="ignore"):
        gradients = _backward(network, _forward(network, points, watch)[1])
    for k in np.flatnonzero(near & np.isfinite(points).all(axis=-1)):
        point = [Fraction(value) for value in points[k].tolist()]
        gradients[k] = [float(slope) for slope in _exact_piece(network, point, creases=True)[1]]
    return gradients


def _backward(network: LipschitzNetwork, pieces: Sequence[NDArray[Any]]) -> Floats:
    """The gradients (p, n) of the pieces that are active; (1, n) when there is no hidden layer."""
    if not pieces:
        return network.weights[-1]
    gradient = np.broadcast_to(network.weights[-1], (len(pieces[0]), network.weights[-1].shape[1]))
    for weight, piece in zip(network.weights[-2::-1], reversed(pieces), strict=True):
        gradient = network.gates.backward(gradient, piece) @ weight
    return gradient


def _divided(network: LipschitzNetwork, norms: Sequence[float]) -> LipschitzNetwork:
    """f / prod(norms): activations commute with positive scaling, so biases are divided by the norms so far."""
    weights = [weight / norm for weight, norm in zip(network.weights, norms, strict=True)]
    with np.errstate(over="ignore", under="ignore"):
        scales = np.cumprod(norms)
    biases = [
        bias / scale if _NORMAL <= scale < math.inf else reduce(np.divide, norms[: i + 1], bias)
        for i, (bias, scale) in enumerate(zip(network.biases, scales, strict=True))
    ]
    return LipschitzNetwork(weights, biases, network.activation)


def _exact_piece(
    network: LipschitzNetwork, point: list[Fraction], creases: bool = False
) -> tuple[Fraction, tuple[Fraction, ...]]:
    """Value and gradient; on a crease ValueError, or with creases the piece of `LipschitzNetwork.gradient`."""
    unit = math.lcm(*(value.denominator for value in point))
    # Column 0 is the value, the others the Jacobian, all over one denominator.
    rows = [[int(v * unit), *(unit * (i == j) for j in range(len(point)))] for i, v in enumerate(point)]
    for index, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        layer, layer_unit = integers(np.column_stack([bias, weight]))
        rows = _rows(
            layer * fmpz_mat([[unit] + [0] * len(point), *(network.gates.exact(rows, creases) if index else rows)])
        )
        unit *= layer_unit
    value, *gradient = (Fraction(entry, unit) for entry in rows[0])
    return value, tuple(gradient)


def _rows(matrix: Any) -> list[list[int]]:
    return [[int(entry) for entry in row] for row in matrix.tolist()]
