"""A chain of affine maps and one kind of piecewise affine activation, as plain matrices."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np

from checks.arrays import Floats
from checks.networks.graph._activations import Activation, LeakyReLU
from checks.networks.graph._convolution import Convolution, TransposedConvolution
from checks.networks.graph._gather import Gather
from checks.networks.graph._graph import Graph, Node
from checks.networks.graph._linear import Centre, Dense, Mean, Scaling
from checks.networks.graph._operation import Shape, Single
from checks.networks.graph._sorting import Sort

_AFFINE = (Dense, Scaling, Mean, Centre, Gather, Convolution, TransposedConvolution)

LARGEST_MATRIX = 1 << 24
"""Entries of a matrix, 128 MB: chosen. A convolution of 32 x 32 pixels and 64 channels has 256 times as many."""


class PlainLayers(NamedTuple):
    """W_1 x + b_1, then the activation, then W_2 and so on, as `LipschitzNetwork` and `theory.pieces` take them.

    Attributes:
        weights: (w_1, n), ..., (m, w_k), of flat inputs and outputs.
        biases: (w_1,), ..., (m,).
        activation: groupsort2 (of rows 2j and 2j + 1), fullsort or relu.
    """

    weights: list[Floats]
    biases: list[Floats]
    activation: str


def plain_layers(network: Graph) -> PlainLayers:
    """A network's layers as matrices, convolutions written out, where it is a chain of affine maps and activations of
    one kind: ReLU, GroupSort2, FullSort; or absolute values and leaky ReLU, which come out as ReLU of twice the width.

    What only moves entries, and a single layer between two activations, come out exactly; several in a row, such as a
    layer and its normalisation, are multiplied and rounded to float64, and so are a leaky ReLU's slopes.

    Raises:
        ValueError: branches, other operations or two kinds of activation, named; a matrix of more than 2^24 entries.

    >>> layers = [Dense([[1.0], [2.0]], [0.0, 0.0]), Activation("abs"), Dense([[1.0, 1.0]], [0.5])]
    >>> plain = plain_layers(Graph.chain((1,), layers))
    >>> plain.activation, [weight.tolist() for weight in plain.weights]
    ('relu', [[[1.0], [2.0], [-1.0], [-2.0]], [[1.0, 1.0, 1.0, 1.0]]])
    >>> from checks.networks import LipschitzNetwork
    >>> LipschitzNetwork(*plain)([[-1.0]]).tolist()
    [3.5]
    """
    weights: list[Floats] = []
    biases: list[Floats] = []
    kinds: list[str] = []
    stretch: list[Node] = []
    shape = network.input_shape
    slopes: Any = None  # of the activation before, where it is one of twice the width
    for place, node in enumerate(network.nodes[1:], 1):
        if node.inputs != (place - 1,):
            raise ValueError(f"{_said(place, node)} joins branches: plain layers are a chain")
        if isinstance(node.operation, _AFFINE):
            stretch.append(node)
            continue
        kind, slope = _kind(place, node, network.nodes[place - 1].shape)
        kinds.append(kind)
        _append(weights, biases, stretch, shape, slopes, slope)
        stretch, shape, slopes = [], node.shape, slope
    _append(weights, biases, stretch, shape, slopes, None)
    if len(set(kinds)) > 1:
        raise ValueError(
            f"the network has activations of {' and '.join(sorted(set(kinds)))}: plain layers have one kind"
        )
    return PlainLayers(weights, biases, kinds[0] if kinds else "relu")


def _kind(place: int, node: Node, shape: Shape) -> tuple[str, Any]:
    """The activation's name, and its slopes below 0 where it is a ReLU of twice the width."""
    operation = node.operation
    if isinstance(operation, Sort) and shape[-1] == 2:
        return "groupsort2", None
    if isinstance(operation, Sort) and shape[-1] == prod(shape):
        return "fullsort", None
    if operation == Activation("relu"):
        return "relu", None
    if operation == Activation("abs"):
        return "relu", np.full(prod(shape), -1.0)
    if isinstance(operation, LeakyReLU):
        return "relu", np.broadcast_to(operation.slope, shape).ravel()
    raise ValueError(f"{_said(place, node)} is no layer of matrices, nor ReLU, GroupSort2, FullSort, leaky ReLU or abs")


def _append(
    weights: list[Floats], biases: list[Floats], stretch: list[Node], shape: Shape, before: Any, after: Any
) -> None:
    """One layer more: the affine maps of a stretch, beside the copies that the activations around it need."""
    operations = [node.operation for node in stretch]
    shapes = [shape, *(node.shape for node in stretch)]
    rows, columns = prod(shapes[-1]), prod(shape)
    if rows * columns > LARGEST_MATRIX:
        raise ValueError(
            f"a layer has a matrix of {rows} x {columns} entries: at most {LARGEST_MATRIX} are written out"
        )
    matrix: Floats = np.eye(rows).reshape(rows, *shapes[-1])
    shift = np.zeros((1, *shape))
    for operation, entering, leaving in reversed(list(zip(operations, shapes, shapes[1:], strict=False))):
        assert isinstance(operation, Single)
        matrix = operation.pull(matrix, np.zeros((rows, *entering)), np.zeros((rows, *leaving)))
    for operation in operations:
        assert isinstance(operation, Single)
        shift = operation.apply(shift)
    weight, bias = matrix.reshape(rows, columns), shift.ravel()
    if before is not None:  # s(z) = relu(z) - slope relu(-z)
        weight = np.concatenate([weight, -weight * before], axis=1)
    if after is not None:
        weight, bias = np.concatenate([weight, -weight]), np.concatenate([bias, -bias])
    weights.append(weight + 0.0)
    biases.append(bias + 0.0)


def _said(place: int, node: Node) -> str:
    kind = getattr(node.operation, "name", type(node.operation).__name__)
    return f"node {place}, {kind}{f' of {node.name!r}' if node.name else ''},"
