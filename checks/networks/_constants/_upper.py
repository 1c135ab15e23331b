"""An upper bound on a network's Lipschitz constant, operation by operation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import inf, nan, nextafter, prod, sqrt

import numpy as np

from checks.arrays import Floats
from checks.networks._constants._blocks import block_constant
from checks.networks._constants._operations import constant_of, pool_constant
from checks.networks.graph import Concatenate, Dense, Gather, Graph, Max, Sum, length_above
from theory.intervals import root_floats

UNIT = 2.0**-53


@dataclass(frozen=True)
class LayerConstant:
    """What one operation contributes.

    Attributes:
        place: of its node in the graph.
        name: of the part of the model that it is.
        kind: of operation.
        constant: its own Lipschitz constant, an upper bound; nan for sums and concatenations, of several inputs;
            the block's where a sum ends a residual block that has a rule of its own.
        through: of the network from its input to here, an upper bound.
    """

    place: int
    name: str
    kind: str
    constant: float
    through: float


@dataclass(frozen=True, eq=False)
class LipschitzBound:
    """A certified upper bound on a network's Lipschitz constant; see `lipschitz_bound`.

    Attributes:
        upper: for |f(x) - f(y)| <= upper |x - y|, in the norm of `order` on both sides.
        order: 2 or inf.
        layers: what each operation contributes.
    """

    upper: float
    order: float
    layers: tuple[LayerConstant, ...]
    _network: Graph = field(repr=False)

    @cached_property
    def pairs(self) -> Floats:
        """(K, K), upper bounds on the constants of f_i - f_j to absolute values; of one output (1, 1), its own."""
        return _pairs(self._network, [1.0, *(layer.through for layer in self.layers)], self.order)

    @property
    def constants(self) -> tuple[float | None, ...]:
        """Of each node, as `Graph.enclose` takes them where the order is 2."""
        return (None, *(None if layer.constant != layer.constant else layer.constant for layer in self.layers))

    def __repr__(self) -> str:
        return f"LipschitzBound(upper={self.upper!r}, order={self.order!r}, layers=<{len(self.layers)}>)"


def lipschitz_bound(network: Graph, *, order: float = 2) -> LipschitzBound:
    """An upper bound on the Lipschitz constant of a network, rigorous in float64, from its weights alone.

    Constants multiply along a chain, add in sums, and add in squares where arrays are joined (largest entries: the
    largest counts). Residual blocks that go back by the transpose of the matrix that they came by, such as SLL's, have
    a rule of their own (Araujo et al. 2023). Those of convolutions are for the sizes that they have here:
    `theory.norms.conv_bound`. Differences f_i - f_j are bounded by rows of the last dense layer (Tsuzuku, Sato and
    Sugiyama 2018), elsewhere by the root of 2 times the whole (Béthune et al., Section 2.3 and Property 1).

    Args:
        network: read by `from_torch`, or made by hand.
        order: 2 for Euclidean norms, inf for the largest absolute value, on both sides.

    Raises:
        ValueError: another order, an operation without a rule.
        OverflowError: a constant beyond float64.

    >>> from checks.networks.graph import Activation, Dense, Graph
    >>> layers = [Dense([[3.0, 0.0], [0.0, 4.0]], [0.0, 0.0]), Activation("relu"), Dense([[0.5, 0.0]], [0.0])]
    >>> found = lipschitz_bound(Graph.chain((2,), layers))
    >>> found.upper, [layer.constant for layer in found.layers]
    (2.0, [4.0, 1.0, 0.5])
    """
    if order not in (2, inf):
        raise ValueError(f"order={order!r}: choose 2 or inf")
    through: list[float] = [1.0]
    layers: list[LayerConstant] = []
    for place, node in enumerate(network.nodes[1:], 1):
        operation, sources = node.operation, [through[i] for i in node.inputs]
        own = nan
        if isinstance(operation, Sum):
            reached = _total([_product(abs(c), s) for c, s in zip(operation.coefficients, sources, strict=True)])
            block = block_constant(network, place, [nan, *(layer.constant for layer in layers)]) if order == 2 else None
            if block is not None and (around := _product(block[1], through[block[0]])) < reached:
                own, reached = block[1], around
        elif isinstance(operation, Concatenate):
            reached = max(sources) if order == inf else _joined(sources)
        else:
            assert operation is not None
            try:
                own = constant_of(operation, network.nodes[node.inputs[0]].shape, order)
            except OverflowError:
                own = inf
            reached = _product(own, sources[0])
            before = network.nodes[node.inputs[0]]
            if order == 2 and isinstance(operation, Max) and isinstance(before.operation, Gather):
                reached = min(reached, _product(pool_constant(before.operation), through[before.inputs[0]]))
        if reached == inf:
            raise OverflowError(f"node {place} ({node.name}) has a constant beyond float64")
        through.append(reached)
        kind = getattr(operation, "name", type(operation).__name__)
        layers.append(LayerConstant(place, node.name, kind, own, reached))
    return LipschitzBound(through[-1], order, tuple(layers), network)


def _pairs(network: Graph, through: Sequence[float], order: float) -> Floats:
    count = prod(network.output_shape)
    factor = nextafter(sqrt(2.0), inf) if order == 2 else 2.0
    found = np.full((count, count), _product(factor, through[-1]) if count > 1 else through[-1])
    last = len(network.nodes) - 1
    while isinstance(operation := network.nodes[last].operation, Gather) and operation.only_reshapes:
        last = network.nodes[last].inputs[0]
    node = network.nodes[last]
    if isinstance(node.operation, Dense) and len(node.shape) == 1 and count > 1:
        weight, before = node.operation.weight, through[node.inputs[0]]
        with np.errstate(over="ignore"):
            for i, row in enumerate(weight):
                apart = np.abs(row - weight) * (1 + 2 * UNIT)
                sizes = length_above(apart) if order == 2 else apart.sum(axis=1) * (1 + 2 * apart.shape[1] * UNIT)
                found[i] = np.fmin(found[i], np.nextafter(sizes * before, inf))
    if count > 1:
        np.fill_diagonal(found, 0.0)
    found.setflags(write=False)
    return found


def _product(a: float, b: float) -> float:
    """a b, rounded up; exactly where that is a float."""
    if inf in (a, b) or not a or not b:
        return a * b if a and b else 0.0
    rounded = a * b
    return rounded if rounded == inf or Fraction(rounded) >= Fraction(a) * Fraction(b) else nextafter(rounded, inf)


def _total(parts: Sequence[float]) -> float:
    total = parts[0]
    for part in parts[1:]:
        total = nextafter(total + part, inf)
    return total


def _joined(parts: Sequence[float]) -> float:
    """The root of the sum of squares, rounded up; infinite beyond float64."""
    if inf in parts:
        return inf
    try:
        return root_floats(sum((Fraction(part) ** 2 for part in parts), Fraction(0)))[1]
    except OverflowError:
        return inf
