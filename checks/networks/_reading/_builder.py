"""Builds a graph node by node, with values at some samples; what only moves entries is merged as it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats
from checks.networks.graph import (
    Activation,
    Concatenate,
    Gather,
    Graph,
    Node,
    Operation,
    Scaling,
    Shape,
    Sort,
    enclosed_step,
)

Indices = NDArray[np.intp]
Handler = Callable[..., Any]


@dataclass(frozen=True)
class Value:
    """What a name of the programme stands for, where it depends on the input.

    Attributes:
        tensor: torch's own, in float64, of the batch.
        node: its place in the graph.
        squares: where given, it is factor * (sum of squares along the node's last axis) + offset.
        signs: it is the sign of those.
        memory: the same for values that may share their memory.
    """

    tensor: Any
    node: int
    squares: tuple[float, float] | None = None
    signs: bool = False
    memory: object = None


@dataclass(frozen=True)
class Padded:
    """Images that were padded, so that a convolution may take the padding as its own."""

    source: int
    widths: tuple[tuple[int, int], ...]
    mode: str


class Builder:
    """Nodes so far, their values at the samples and the bounds of their errors."""

    def __init__(self, x: Floats) -> None:
        self.nodes = [Node(None, (), x.shape[1:])]
        self.values = [x]
        self.errors = [np.zeros(x.shape)]
        self.padded: dict[int, Padded] = {}
        self.path = ""
        self._known: dict[Any, int] = {}

    def shape(self, node: int) -> Shape:
        return self.nodes[node].shape

    def add(self, operation: Operation, *inputs: int) -> int:
        """The node of that operation; one that is there already where it is the same.

        Raises:
            ValueError: shapes that do not fit.
        """
        if isinstance(operation, Scaling) and not (operation.shift.any() or (operation.scale != 1).any()):
            return inputs[0]
        key = (type(operation), inputs, operation.indices.shape, operation.indices.tobytes()) if isinstance(
            operation, Gather
        ) else (operation, inputs)  # fmt: skip
        if key in self._known:
            return self._known[key]
        shape = operation.shape(*(self.shape(i) for i in inputs))
        value, error = enclosed_step(operation, [self.values[i] for i in inputs], [self.errors[i] for i in inputs])
        self.nodes.append(Node(operation, inputs, shape, self.path))
        self.values.append(value)
        self.errors.append(error)
        self._known[key] = len(self.nodes) - 1
        return len(self.nodes) - 1

    def take(self, node: int, value: Floats) -> None:
        """Go on from these values at the node, as exact."""
        self.values[node], self.errors[node] = value, np.zeros(value.shape)

    def gather(self, node: int, indices: Indices) -> int:
        """Entries of a node by their flat places, 0 for -1."""
        operation = Gather(indices, prod(self.shape(node)))
        inner = self.nodes[node].operation
        if isinstance(inner, Gather):
            return self.gather(self.nodes[node].inputs[0], inner.then(operation).indices)
        if operation.only_reshapes and operation.indices.shape == self.shape(node):
            return node
        return self.add(operation, node)

    def places(self, node: int) -> Indices:
        """The flat place of each entry, in the node's shape."""
        return np.arange(prod(self.shape(node))).reshape(self.shape(node))

    def reshape(self, node: int, shape: Shape) -> int:
        return self.gather(node, self.places(node).reshape(shape))

    def last(self, node: int, axes: list[int]) -> int:
        """The node with these axes moved to the end, as one."""
        places = np.moveaxis(self.places(node), axes, range(-len(axes), 0))
        return self.gather(node, places.reshape(*places.shape[: places.ndim - len(axes)], -1))

    def join(self, nodes: list[int]) -> int:
        """The entries of all, flat, one after another; of one source where all are gathered from the same."""
        parts = [self._source(node) for node in nodes]
        sources = list(dict.fromkeys(source for source, _ in parts))
        halves = self._halves(sources)
        if halves:
            named = zip(nodes, parts, strict=True)
            return self.join([self.gather(halves[s], i) if s in halves else node for node, (s, i) in named])
        starts = dict(zip(sources, np.cumsum([0, *(prod(self.shape(s)) for s in sources)]).tolist(), strict=False))
        indices = [np.where(i < 0, -1, i + starts[source]).ravel() for source, i in parts]
        whole = sources[0] if len(sources) == 1 else self.add(Concatenate(), *sources)
        return self.gather(whole, np.concatenate(indices))

    def stack(self, nodes: list[int]) -> int:
        """Nodes of one shape side by side along a new last axis."""
        shape, joined = self.shape(nodes[0]), self.join(nodes)
        return self.gather(joined, np.moveaxis(self.places(joined).reshape(len(nodes), *shape), 0, -1))

    def graph(self, node: int) -> Graph:
        """The network up to that node, without what it does not need."""
        needed = {0, node}
        for place in range(node, 0, -1):
            if place in needed:
                needed.update(self.nodes[place].inputs)
        order = sorted(needed)
        renamed = {place: i for i, place in enumerate(order)}
        return Graph(
            tuple(replace(self.nodes[i], inputs=tuple(renamed[j] for j in self.nodes[i].inputs)) for i in order)
        )

    def _halves(self, sources: list[int]) -> dict[int, int]:
        """Nodes for relu(v) and relu(-v), where both are there, that are gathered from one: no two points of them are
        further apart than in v, which their norms one by one do not show."""
        positive = {}
        for source in sources:
            if self.nodes[source].operation == Activation("relu"):
                positive[self.nodes[source].inputs[0]] = source
        for below, negative in positive.items():
            turned = self.nodes[below]
            scaling = turned.operation
            if not isinstance(scaling, Scaling) or (scaling.scale != -1).any() or scaling.shift.any():
                continue
            if turned.inputs[0] not in positive:
                continue
            places = self.places(turned.inputs[0])
            beside_zero = self.gather(turned.inputs[0], np.stack([places, np.full(places.shape, -1)], axis=-1))
            both = self.add(Scaling([-1.0, 1.0], 0.0), self.add(Sort(), beside_zero))
            pair = self.places(both)
            return {
                negative: self.gather(both, pair[..., 0]),
                positive[turned.inputs[0]]: self.gather(both, pair[..., 1]),
            }
        return {}

    def _source(self, node: int) -> tuple[int, Indices]:
        operation = self.nodes[node].operation
        if isinstance(operation, Gather):
            return self.nodes[node].inputs[0], operation.indices
        return node, self.places(node)
