"""How many pieces a network of given widths can have at most, and how many one of them has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import comb, prod

from theory._entries import parts, shown
from theory._input import whole_number
from theory._results import Shown
from theory.pieces._network.network import ACTIVATIONS

MOST_NEURONS = 1 << 23
"""Bits of a bound: chosen for memory, 1 MB."""


@dataclass(frozen=True, repr=False)
class PieceBound(Shown):
    """Upper bounds of the cells of an architecture; see `piece_bound`.

    Attributes:
        paper: 2^(W/2), W neurons (Béthune et al., Proposition 8's proof), or 2^W for relu.
        arrangement: by Zaslavsky's theorem (1975), layer by layer; never more than `paper`.

    >>> piece_bound(1, [4, 4]).bound
    9
    """

    paper: int
    arrangement: int

    @property
    def bound(self) -> int:
        """The smaller of the two."""
        return min(self.paper, self.arrangement)


def piece_bound(input_dim: int, widths: Sequence[int], activation: str = "groupsort2") -> PieceBound:
    """Upper bounds of the cells of every network with this input and these hidden widths (Béthune et al., proof of
    Proposition 8).

    Layer i has g_i gates, each affine on every cell of the layers before, and the image of such a cell has
    dimension at most d_i = min(n, w_1, ..., w_(i-1)). So many hyperplanes cut it into at most
    C(g_i, 0) + ... + C(g_i, d_i) parts (Zaslavsky 1975); the product over the layers is `arrangement`.

    Args:
        input_dim: n >= 1.
        widths: (k,), neurons of each hidden layer.
        activation: groupsort2 or relu.

    Returns:
        Exact integers.

    Raises:
        ValueError: an input_dim or a width below 1, odd widths with groupsort2, another activation.

    >>> piece_bound(2, [8, 8])
    PieceBound(paper=256, arrangement=121)
    """
    n, sizes = read_architecture(input_dim, widths, activation)
    gates = [width // 2 if activation == "groupsort2" else width for width in sizes]
    dimensions = carried_dimensions(n, sizes)[: len(gates)]
    return PieceBound(2 ** sum(gates), prod(regions(g, d) for g, d in zip(gates, dimensions, strict=True)))


def regions(hyperplanes: int, dimension: int) -> int:
    """Of hyperplanes in general position."""
    return sum(comb(hyperplanes, j) for j in range(min(dimension, hyperplanes) + 1))


def piece_lower_bound(input_dim: int, widths: Sequence[int]) -> int:
    """Cells over [-1, 1]^n of `folding_network`, a GroupSort2 network of these widths (Béthune et al., proof of
    Proposition 8, from below).

    Layer i gets d_i = min(n, w_1, ..., w_(i-1)) coordinates. Each layer but the last deals its g gates out to them: of
    g = q d_i + r, r coordinates are folded into q + 2 parts and the others into q + 1, each of which covers [-1, 1]
    again (Montúfar, Pascanu, Cho and Bengio 2014, for ReLU). min(d_i, 2 g) coordinates can be handed on. The last layer
    cuts its cube by hyperplanes in general position. Equal to `piece_bound` for one input, and wherever g_i <= d_i for
    every layer.

    Args:
        input_dim: n >= 1.
        widths: (k,), neurons of each hidden layer, even.

    Returns:
        An exact integer.

    Raises:
        ValueError: an input_dim or a width below 1 and odd widths.

    >>> piece_lower_bound(2, [8, 8]), piece_lower_bound(1, [8, 8]), piece_lower_bound(4, [8, 2, 2])
    (99, 25, 64)
    """
    n, sizes = read_architecture(input_dim, widths, "groupsort2")
    if not sizes:
        return 1
    *before, last = zip(carried_dimensions(n, sizes), (width // 2 for width in sizes), strict=True)
    return prod(_folded(d, g) for d, g in before) * regions(last[1], last[0])


def _folded(dimension: int, gates: int) -> int:
    """The product of the `shares`, each plus 1."""
    each, more = divmod(gates, dimension)
    return (each + 2) ** more * (each + 1) ** (dimension - more)


def carried_dimensions(n: int, widths: Sequence[int]) -> list[int]:
    """Of each layer the most coordinates that can reach it, d_i."""
    return list(accumulate([n, *widths[:-1]], min))


def shares(dimension: int, gates: int) -> list[int]:
    """Gates dealt out to coordinates as evenly as can be."""
    return [gates // dimension + (c < gates % dimension) for c in range(dimension)]


def read_architecture(input_dim: int, widths: Sequence[int], activation: str) -> tuple[int, list[int]]:
    if not isinstance(activation, str) or activation not in ACTIVATIONS:
        raise ValueError(f"activation={shown(activation)}: pass one of {', '.join(map(repr, ACTIVATIONS))}")
    sizes = [whole_number(f"widths[{i}]", width, 1) for i, width in enumerate(parts("widths", widths))]
    if sum(sizes) > MOST_NEURONS:
        raise ValueError(f"widths has sum {shown(sum(sizes))}: pass at most {MOST_NEURONS} neurons")
    for i, width in enumerate(sizes):
        if activation == "groupsort2" and width % 2:
            raise ValueError(f"widths[{i}]={width}: groupsort2 sorts pairs, pass an even number")
    return whole_number("input_dim", input_dim, 1), sizes
