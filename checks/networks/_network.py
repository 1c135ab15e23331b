"""Networks as plain arrays, evaluated in float64 with true min and max."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks.arrays import Floats, floats
from checks.networks import _certificates, _files
from checks.networks._exact import ExactNetwork, rational
from checks.networks._layers import Layers
from checks.networks._passes import forward, in_blocks, jacobians, lengths_of
from checks.networks._singular_values import SingularBounds, product_of, singular_bounds

_ROUNDED_UP = 1.0 + 2.0**-46  # 128 u, u = 2^-53: division moves each weight by u; chosen so that once is mostly enough


@dataclass(frozen=True, eq=False, init=False)
class LipschitzNetwork(Layers):
    """A network R^n -> R^K, Lipschitz with the constant that `certified_lipschitz` reads off its weights (Béthune et
    al., Section 2.3).

    Args:
        weights: (w_1, n), (w_2, w_1), ..., (K, w_k), float64; hidden widths are even with GroupSort2.
        biases: (w_1,), ..., (K,), in the unit of inputs and outputs.
        activation: groupsort2 (of rows 2j and 2j + 1), fullsort (ascending) or relu.

    Raises:
        ValueError: shapes that do not chain, an odd hidden width, NaN or infinity, an activation of another name,
            numbers that are not real or that float64 would round.

    >>> absolute = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0]]], [[0.0, 0.0], [0.0]])
    >>> absolute([[3.0], [-4.0]]).tolist()
    [3.0, 4.0]
    >>> both = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0], [1.0, 0.0]]], [[0.0, 0.0], [0.0, 5.0]])  # |x|, 5 - |x|
    >>> both([[3.0], [-4.0]]).tolist()
    [[3.0, 2.0], [4.0, 1.0]]
    """

    def __call__(self, x: ArrayLike) -> Floats:
        """f(x) for x of shape (..., n): shape (...) for one output, (..., K) for more."""
        values = in_blocks(lambda points: forward(self, points)[0], self._points(x), (self.outputs,))
        return values[..., 0] if self.outputs == 1 else values

    def gradient(self, x: ArrayLike) -> Floats:
        """The gradient (..., n), or of K > 1 outputs the Jacobian (..., K, n), of the affine piece active at x
        (..., n), rounded; at ties, of the one that meets there and holds x + (e, e^2, ..., e^n) for small e > 0.

        Where rounding could hide on which side of a gate x lies, the piece is found in exact arithmetic.

        Raises:
            ValueError: another last axis.

        >>> absolute = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0]]], [[0.0, 0.0], [0.0]])
        >>> absolute.gradient([[3.0], [-4.0]]).tolist()
        [[1.0], [-1.0]]
        """
        tail = self.outputs, self.dimension
        found = in_blocks(lambda block: jacobians(self, self._sizes, block), self._points(x), tail)
        return found[..., 0, :] if self.outputs == 1 else found

    def slope(self, x: ArrayLike) -> Floats:
        """|grad f(x)|, the Euclidean norm of `gradient`; of K > 1 outputs the Jacobian's largest singular value. Shape
        (...), for x of shape (..., n).

        Raises:
            ValueError: another last axis.

        >>> LipschitzNetwork([[[0.6], [0.8]], [[1.0, 0.0]]], [[0.0, 0.0], [0.0]]).slope([[1.0], [-1.0]]).tolist()
        [0.6, 0.8]
        """
        gradient = self.gradient(x)
        if self.outputs == 1:
            return np.linalg.norm(gradient, axis=-1)
        return np.linalg.norm(gradient, ord=2, axis=(-2, -1))

    def exact_piece(self, x: Sequence[Fraction | int | float]) -> tuple[Any, tuple[Any, ...]]:
        """f(x) and grad f(x) as exact rationals: floats stand for their exact value and nothing is rounded.

        Of K > 1 outputs, a tuple of K values, and one of K gradients.

        Raises:
            ValueError: x has the wrong length, holds what is no finite real number, or lies on a crease, where f has
                no gradient.

        >>> halved = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 0.5]]], [[0.0, 0.0], [0.0]])  # |x| / 2
        >>> halved.exact_piece([Fraction(-1, 3)])
        (Fraction(1, 6), (Fraction(-1, 2),))
        """
        point = [rational(value) for value in x]
        if len(point) != self.dimension:
            raise ValueError(f"x has {len(point)} coordinates: give {self.dimension}")
        rows = ExactNetwork(self).rows(point)
        values, gradients = zip(*rows, strict=True)
        return rows[0] if self.outputs == 1 else (values, gradients)

    def exact_gradient(self, x: Sequence[Fraction | int | float]) -> tuple[Any, ...]:
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

    @cached_property
    def _differences(self) -> Floats:
        found = _certificates.differences(self, self._bounds)
        found.setflags(write=False)
        return found

    def certified_lipschitz(self) -> float:
        """A rigorous upper bound on the Lipschitz constant, Euclidean norms on both sides: the product of certified
        largest singular values.

        Sorting maps are 1-Lipschitz, and so is max(0, .); hence the layers' norms multiply (Béthune et al., Section
        2.3).

        Raises:
            ValueError: a product that float64 cannot hold.

        >>> LipschitzNetwork([[[2.0], [-1.5]], [[0.0, 1.0]]], [[0.0, 0.0], [0.0]]).certified_lipschitz()
        2.5
        """
        return _certificates.certified_product(self.singular_bounds())

    def certified_differences(self) -> Floats:
        """Rigorous upper bounds L_ij, (K, K), on the Lipschitz constants of f_i - f_j: the last layer's row is the
        difference of two, at most sqrt(2) times its norm and often less (Tsuzuku, Sato and Sugiyama 2018).

        Raises:
            ValueError: as `certified_lipschitz`.

        >>> network = LipschitzNetwork([[[3.0, 4.0], [0.0, 4.0]]], [[0.0, 0.0]])
        >>> network.certified_differences().round(9).tolist()
        [[0.0, 3.0], [3.0, 0.0]]
        """
        return self._differences

    def certified_radius(self, x: ArrayLike, labels: ArrayLike | None = None) -> Floats:
        """How far each point may move, in Euclidean distance, without another label: (...), for x of shape (..., n).

        |f(x)| / L for one output, whose labels are -1 and 1; min over j of (f_y - f_j)(x) / L_yj for more, whose labels
        are the places of the largest output (Béthune et al., Property 1; Tsuzuku, Sato and Sugiyama 2018). Rounded down
        by what values here and there may be off: it holds for f and for what is computed.

        Args:
            x: (..., n).
            labels: (...), or one for all; None: those that f gives. 0 where f gives another.

        Raises:
            ValueError: another last axis, labels of another shape or that are none; and as `certified_lipschitz`.

        >>> network = LipschitzNetwork([[[2.0], [0.0], [-2.0]]], [[0.0, 1.0, 0.0]])  # 2x, 1, -2x
        >>> network.certified_radius([[2.0], [0.0], [0.5]]).round(9).tolist()
        [1.5, 0.5, 0.0]
        >>> network.certified_radius([[2.0], [0.0]], labels=[2, 1]).round(9).tolist()
        [0.0, 0.5]
        """
        points = self._points(x)
        chosen = None
        if labels is not None:
            given = floats("labels", labels)
            chosen = _certificates.labels_index(given, points.shape[:-1], self.outputs).ravel()
        flat = points.reshape(-1, self.dimension)
        values = self(flat).reshape(len(flat), self.outputs)
        if self.outputs == 1:
            signs = np.sign(values[:, 0]) if chosen is None else chosen
            gaps, constants = values * signs[:, None], np.full_like(values, self.certified_lipschitz())
        else:
            best = values.argmax(axis=1) if chosen is None else chosen
            others = np.arange(self.outputs) != best[:, None]
            gaps = (np.take_along_axis(values, best[:, None], axis=1) - values)[others]
            gaps = gaps.reshape(len(flat), self.outputs - 1)
            constants = self.certified_differences()[best][others].reshape(gaps.shape)
        sizes = np.abs(values).max(axis=1)
        norms = [bound.largest for bound in self.singular_bounds()]
        return _certificates.radii(self, norms, gaps, constants, sizes, lengths_of(flat)).reshape(points.shape[:-1])

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
            parts = _certificates.divided(network, [*norms, last / lipschitz])
            network = LipschitzNetwork(*parts, network.activation)
        return network

    def dilated(self, factor: float) -> LipschitzNetwork:
        """factor * f: the last layer is multiplied.

        >>> LipschitzNetwork([[[3.0, 4.0]]], [[1.0]]).dilated(2.0)([1.0, 1.0]).item()
        16.0
        """
        weights, biases = ((*layers[:-1], factor * layers[-1]) for layers in (self.weights, self.biases))
        return LipschitzNetwork(weights, biases, self.activation)

    def to_torch(self, dtype: Any = None) -> Any:
        """The network as a `torch.nn.Sequential` of Linear layers and activations, from (..., n) to (..., K), K = 1
        too.

        It can be trained further, pickled by torch, exported by `torch.export` and, where onnx is installed, to ONNX.
        Certified constants hold for float64: other types round the weights.

        Args:
            dtype: of the weights, one of torch's; None: torch.float64.

        Raises:
            ValueError: no type of floating-point numbers, or one that cannot hold a weight.

        >>> import torch
        >>> absolute = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0]]], [[0.0, 0.0], [0.0]])
        >>> absolute.to_torch()(torch.tensor([[3.0], [-4.0]], dtype=torch.float64)).tolist()
        [[3.0], [4.0]]
        """
        import torch

        from checks.networks._torch import module_of

        return module_of(self, torch.float64 if dtype is None else dtype)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the network to a safetensors file, whole or not at all: `weight0`, `bias0`, ..., float64, with what
        they are in its metadata.

        Raises:
            ImportError: safetensors is not installed.

        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> network = LipschitzNetwork([[[3.0, 4.0]]], [[1.0]])
        >>> with TemporaryDirectory() as folder:
        ...     network.save(Path(folder) / "plane.safetensors")
        ...     LipschitzNetwork.load(Path(folder) / "plane.safetensors")([1.0, 1.0]).item()
        8.0
        """
        _files.write(self, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> LipschitzNetwork:
        """The network that `save` wrote, bit for bit.

        Raises:
            OSError: there is no such file.
            ValueError: another kind of file, or a damaged one.
            ImportError: safetensors is not installed.
        """
        return cls(*_files.read(path))

    def _points(self, x: ArrayLike) -> Floats:
        points = floats("x", x)
        if points.ndim == 0 or points.shape[-1] != self.dimension:
            raise ValueError(f"x has shape {points.shape}: give (..., {self.dimension})")
        return points
