"""What is audited: a network as a graph, and data in the form that it takes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from checks.arrays import Floats, floats
from checks.networks import LipschitzNetwork, from_file, from_torch
from checks.networks.graph import Activation, Dense, Gather, Graph, PlainLayers, Sort, plain_layers


@dataclass(frozen=True, eq=False)
class Sample:
    """Labelled points.

    Attributes:
        points: (p, *shape of the network's input).
        labels: (p,), -1 and 1 for one output, else the places of outputs.
    """

    points: Floats
    labels: Floats

    @property
    def flat(self) -> Floats:
        """(p, n)."""
        return self.points.reshape(len(self.points), -1)

    def take(self, rows: Any) -> Sample:
        """Some of them."""
        return Sample(self.points[rows], self.labels[rows])


def evenly(count: int, most: int) -> NDArray[np.intp]:
    """So many rows of a sample at most, evenly spread."""
    return np.unique(np.linspace(0, count - 1, max(1, min(count, most))).astype(np.intp))


def graph_of(model: Any, shape: Sequence[int] | None) -> Graph:
    """A module of torch, a file of one, a network of this house or a graph.

    Raises:
        ValueError: what is none of these, a module without a shape of its inputs.
    """
    if isinstance(model, Graph):
        return model
    if isinstance(model, LipschitzNetwork):
        return _chain(model)
    if isinstance(model, str | os.PathLike):
        return from_file(model)
    return from_torch(model, shape)


def _chain(network: LipschitzNetwork) -> Graph:
    operations: list[Any] = []
    for i, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        if i:
            width = network.weights[i - 1].shape[0]
            operations += _gates(network.activation, width)
        operations.append(Dense(weight, bias))
    return Graph.chain((network.dimension,), operations)


def _gates(activation: str, width: int) -> list[Any]:
    if activation == "relu":
        return [Activation("relu")]
    size = 2 if activation == "groupsort2" else width
    places = np.arange(width)
    return [Gather(places.reshape(-1, size), width), Sort(), Gather(places, width)]


def sample_of(name: str, points: ArrayLike, labels: ArrayLike, network: Graph) -> Sample:
    """Points and labels, checked.

    Raises:
        ValueError: shapes that do not fit the network or each other, no points, NaN, labels that are none.
    """
    given = floats(f"{name} points", points)
    shape = network.input_shape
    if given.ndim < 2 or prod(given.shape[1:]) != prod(shape) or not len(given):
        raise ValueError(f"{name} points have shape {given.shape}: give (p, {', '.join(map(str, shape))}), p >= 1")
    if not np.isfinite(given).all():
        raise ValueError(f"{name} points hold NaN or infinity: drop those rows")
    try:
        marks = floats(f"{name} labels", labels)
    except ValueError as error:
        raise ValueError(f"{error}; labels are numbers: np.unique(labels, return_inverse=True)[1] has those") from None
    if marks.ndim == 2 and marks.shape[1] == 1:
        marks = marks[:, 0]
    if marks.shape != (len(given),):
        raise ValueError(f"{name} labels have shape {marks.shape}: give ({len(given)},)")
    outputs = prod(network.output_shape)
    if outputs == 1:
        if np.isin(marks, (0.0, 1.0)).all():
            marks = 2 * marks - 1
        if not np.isin(marks, (-1.0, 1.0)).all():
            raise ValueError(
                f"{name} labels of a network of one output are -1 and 1, or 0 and 1: {_odd(marks, (-1, 0, 1))}"
            )
    elif not np.isin(marks, np.arange(outputs)).all():
        raise ValueError(f"{name} labels are 0 to {outputs - 1}, the places of outputs: {_odd(marks, range(outputs))}")
    return Sample(given.reshape(len(given), *shape), marks)


def _odd(marks: Floats, allowed: Sequence[int] | range) -> str:
    return f"there is {marks[~np.isin(marks, list(allowed))][:1].tolist() or 'a mixture'}"


def arrays_of(network: Graph) -> PlainLayers | None:
    """Layers for `theory.pieces`, where the network is a chain of affine maps and one kind of gates; else None."""
    try:
        return plain_layers(network)
    except ValueError:
        return None


def exact_arrays_of(network: Graph) -> PlainLayers | None:
    """The same where no product of layers was rounded: then it is the network itself."""
    plain = arrays_of(network)
    kinds = [type(node.operation) for node in network.nodes[1:]]
    dense = all(kind in (Dense, Gather, Sort, Activation) for kind in kinds) and plain is not None
    return plain if dense and plain and kinds.count(Dense) == len(plain.weights) else None
