"""A network as a graph of operations: evaluated, enclosed and differentiated in float64."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike

from checks.arrays import Floats, floats
from checks.networks.graph._operation import FLOAT64, Arithmetic, Operation, Shape

_UP = 1 + 2.0**-50  # above the rounding of a product and a sum
_ENTRIES_AT_ONCE = 1 << 22  # of the largest node, evaluated at once: 32 MB


@dataclass(frozen=True)
class Node:
    """One operation in its place.

    Attributes:
        operation: what is done; None for the input.
        inputs: which nodes it is done to, by their places; all are before it.
        shape: of its value, for one sample.
        name: of the part of the model that it is, such as "features.0"; "" where there is none.
    """

    operation: Operation | None
    inputs: tuple[int, ...]
    shape: Shape
    name: str = ""


@dataclass(frozen=True, eq=False)
class Graph:
    """A network: nodes in an order in which each comes after those it needs; the first is the input, the last what
    comes out.

    Its weights are float64 numbers, and it is the function that exact arithmetic makes of them.

    >>> from checks.networks.graph import Activation, Dense
    >>> layers = [Dense([[1.0], [-1.0]], [0.0, 0.0]), Activation("relu"), Dense([[1.0, 1.0]], [0.0])]
    >>> network = Graph.chain((1,), layers)
    >>> network([[3.0], [-4.0]]).tolist()
    [[3.0], [4.0]]
    >>> network.jacobian([[3.0], [-4.0]]).tolist()
    [[[1.0]], [[-1.0]]]
    """

    nodes: tuple[Node, ...]

    def __post_init__(self) -> None:
        if not self.nodes or self.nodes[0].operation is not None:
            raise ValueError("nodes: the first one is the input, without an operation")
        for place, node in enumerate(self.nodes[1:], 1):
            if node.operation is None or not node.inputs or not all(0 <= i < place for i in node.inputs):
                raise ValueError(f"nodes[{place}] needs an operation, and inputs before it: it has {node.inputs}")
            shape = node.operation.shape(*(self.nodes[i].shape for i in node.inputs))
            if shape != node.shape:
                raise ValueError(f"nodes[{place}] has the shape {shape}, not {node.shape}")

    @staticmethod
    def chain(shape: Sequence[int], operations: Sequence[Operation]) -> Graph:
        """The operations one after another, from inputs of that shape.

        Raises:
            ValueError: shapes that do not fit.
        """
        nodes = [Node(None, (), tuple(shape))]
        for place, operation in enumerate(operations):
            nodes.append(Node(operation, (place,), operation.shape(nodes[-1].shape)))
        return Graph(tuple(nodes))

    @property
    def input_shape(self) -> Shape:
        """Of one sample."""
        return self.nodes[0].shape

    @property
    def output_shape(self) -> Shape:
        """Of what comes out for one sample."""
        return self.nodes[-1].shape

    def __call__(self, x: ArrayLike) -> Floats:
        """The values (..., *output_shape) at points x (..., *input_shape), rounded.

        Raises:
            ValueError: another shape, what is not real or what float64 would round.
        """
        return self._in_blocks(x, lambda block: [self._forward(block)[-1]])[0]

    def enclose(
        self,
        x: ArrayLike,
        error: ArrayLike = 0.0,
        arithmetic: Arithmetic = FLOAT64,
        constants: Sequence[float | None] | None = None,
    ) -> tuple[Floats, Floats]:
        """Values (..., *output_shape) at x, and bounds: |value - true| <= bound entry by entry, wherever the true point
        is within `error` of x. Infinite where float64 overflows.

        Args:
            x: (..., *input_shape).
            error: of x, at least 0, broadcast to it.
            arithmetic: other than float64's, the bounds are also those of evaluation in that one, by sums in any order.
            constants: certain Euclidean Lipschitz constants of the nodes, as far as known, None for others: bounds of
                entries grow tenfold with each layer, those of whole arrays by the layers' constants. Sums and
                concatenations have no need of one.

        Raises:
            ValueError: as for values; errors below 0 or of another shape; constants that are not as many as nodes.

        >>> from checks.networks.graph import Dense
        >>> value, bound = Graph.chain((2,), [Dense([[0.1, 0.2]], [0.3])]).enclose([[1.0, 1.0]])
        >>> bool(0 < bound[0, 0] < 1e-14)
        True
        """
        points, given = self._points(x), floats("error", error)
        if not (given >= 0).all():
            raise ValueError(f"error holds {given[~(given >= 0)].flat[0]}: give numbers of at least 0")
        try:
            errors = np.broadcast_to(given, points.shape)
        except ValueError:
            raise ValueError(f"error has shape {given.shape}: give one that broadcasts to {points.shape}") from None
        both = np.stack([points, errors], axis=points.ndim - len(self.input_shape))

        known = [None] * len(self.nodes) if constants is None else list(constants)
        if len(known) != len(self.nodes):
            raise ValueError(f"constants are {len(known)} for {len(self.nodes)} nodes: give one or None for each")

        def enclosed(block: Floats) -> list[Floats]:
            values, bounds = [block[:, 0]], [block[:, 1]]
            lengths = [length_above(bounds[0])]
            for node, slope in zip(self.nodes[1:], known[1:], strict=True):
                assert node.operation is not None
                given, errors = [values[i] for i in node.inputs], [bounds[i] for i in node.inputs]
                value, bound = enclosed_step(node.operation, given, errors, arithmetic)
                carried = node.operation.stretched([lengths[i] for i in node.inputs], slope)
                length = length_above(bound)
                if constants is not None and carried is not None:
                    own = enclosed_step(node.operation, given, [np.zeros(e.shape) for e in errors], arithmetic)[1]
                    length = np.fmin(length, (carried + length_above(own)) * _UP + FLOAT64.tiny)
                    bound = np.fmin(bound, length.reshape(-1, *[1] * (bound.ndim - 1)))
                values.append(value)
                bounds.append(bound)
                lengths.append(length)
            return [values[-1], bounds[-1]]

        value, bound = self._in_blocks(both, enclosed, (2, *self.input_shape))
        return value, bound

    def pullback(self, x: ArrayLike, gradient: ArrayLike) -> Floats:
        """The transposed Jacobian (..., *input_shape) at x, times gradients (..., *output_shape), rounded.

        At creases it is that of a piece that meets there, or of a derivative between those of two.

        Raises:
            ValueError: as for values.
        """
        points, given = self._points(x), floats("gradient", gradient)
        lead = points.shape[: points.ndim - len(self.input_shape)]
        if given.shape != (*lead, *self.output_shape):
            raise ValueError(f"gradient has shape {given.shape}: give {(*lead, *self.output_shape)}")
        size = prod(self.input_shape)
        both = np.concatenate([points.reshape(*lead, size), given.reshape(*lead, prod(self.output_shape))], axis=-1)

        def pulled(block: Floats) -> list[Floats]:
            values = self._forward(block[:, :size].reshape(-1, *self.input_shape))
            return [self._backward(values, block[:, size:].reshape(-1, *self.output_shape))]

        return self._in_blocks(both, pulled, both.shape[len(lead) :])[0]

    def jacobian(self, x: ArrayLike) -> Floats:
        """The Jacobians (..., m, n) at x (..., *input_shape), entries out by entries in, both flat.

        Raises:
            ValueError: as for values.
        """
        points = self._points(x)
        m, n = prod(self.output_shape), prod(self.input_shape)
        lead = points.shape[: points.ndim - len(self.input_shape)]

        def rows(block: Floats) -> list[Floats]:
            values, found = self._forward(block), np.empty((len(block), m, n))
            for k, unit in enumerate(np.eye(m).reshape(m, *self.output_shape)):
                gradient = np.broadcast_to(unit, (len(block), *self.output_shape))
                found[:, k] = self._backward(values, gradient).reshape(len(block), n)
            return [found]

        return self._in_blocks(points, rows, each=m * n)[0].reshape(*lead, m, n)

    def __str__(self) -> str:
        lines = []
        for place, node in enumerate(self.nodes):
            kind = "input" if node.operation is None else type(node.operation).__name__
            kind = getattr(node.operation, "name", kind)
            inputs = f"of {', '.join(map(str, node.inputs))}" if node.inputs else ""
            lines.append(f"{place:4d} {kind:22s} {node.shape!s:18s} {inputs:12s} {node.name}".rstrip())
        return "\n".join(lines)

    def _points(self, x: ArrayLike) -> Floats:
        points, shape = floats("x", x), self.input_shape
        if points.shape[points.ndim - len(shape) :] != shape or points.ndim < len(shape):
            raise ValueError(f"x has shape {points.shape}: give (..., {', '.join(map(str, shape))})")
        return points

    def _in_blocks(
        self, x: ArrayLike, step: Callable[[Floats], list[Floats]], shape: Shape | None = None, each: int = 1
    ) -> list[Floats]:
        """The step's results for all points, some of them at once: of so many entries each."""
        points = self._points(x) if shape is None else np.asarray(x)
        shape = self.input_shape if shape is None else shape
        lead = points.shape[: points.ndim - len(shape)]
        flat = points.reshape(-1, *shape)
        most = max(each, *(prod(node.shape) for node in self.nodes))
        at_once = max(1, _ENTRIES_AT_ONCE // most)
        with np.errstate(over="ignore", invalid="ignore", under="ignore", divide="ignore"):
            blocks = [step(flat[i : i + at_once]) for i in range(0, max(len(flat), 1), at_once)]
        return [
            np.concatenate(parts).reshape((*lead, *parts[0].shape[1:]))
            for parts in map(list, zip(*blocks, strict=True))
        ]

    def _forward(self, block: Floats) -> list[Floats]:
        values = [block]
        for node in self.nodes[1:]:
            assert node.operation is not None
            values.append(node.operation.forward(*(values[i] for i in node.inputs)))
        return values

    def _backward(self, values: list[Floats], gradient: Floats) -> Floats:
        gathered: list[Floats | None] = [None] * len(values)
        gathered[-1] = gradient
        for place in range(len(self.nodes) - 1, 0, -1):
            node, given = self.nodes[place], gathered[place]
            gathered[place] = None
            if given is None:
                continue
            assert node.operation is not None
            pulled = node.operation.backward(given, [values[i] for i in node.inputs], values[place])
            for i, part in zip(node.inputs, pulled, strict=True):
                before = gathered[i]
                gathered[i] = part if before is None else before + part
        return np.zeros(values[0].shape) if gathered[0] is None else gathered[0]


def length_above(bound: Floats) -> Floats:
    """Above the Euclidean lengths (p,) of arrays (p, ...) that are not negative."""
    flat = bound.reshape(len(bound), -1)
    largest = flat.max(axis=1, initial=0.0)
    scale = np.where((largest > 0) & np.isfinite(largest), largest, 1.0)  # so that squares neither vanish nor overflow
    total = ((flat / scale[:, None]) ** 2).sum(axis=1)
    return scale * np.sqrt(total) * (1 + FLOAT64.relative(flat.shape[1])) + flat.shape[1] * 2.0**-1074


def enclosed_step(
    operation: Operation, values: list[Floats], errors: list[Floats], arithmetic: Arithmetic = FLOAT64
) -> tuple[Floats, Floats]:
    """The value of an operation and the bound of its error, from those of what goes in."""
    value = operation.forward(*values)
    bound = operation.spread(values, errors, value, arithmetic)
    return value, np.where(np.isfinite(value) & (bound >= 0), bound, np.inf)
