"""How many pieces a network of given widths can have at most, and how many one of them has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import comb, prod

from flint import ctx, fmpz_series

from theory._entries import parts, shown
from theory._input import whole_number
from theory._results import Shown
from theory.pieces._network.activations import Activation, read_activation
from theory.pieces._network.stages import Stage

MOST_NEURONS = 1 << 23
"""Bits of a bound: chosen for memory, 1 MB."""

LARGEST_GROUP = 1 << 12
"""Of rows that are sorted with each other: chosen for time, as its bound has so many factors, each a polynomial."""


@dataclass(frozen=True, repr=False)
class PieceBound(Shown):
    """Upper bounds of the cells of an architecture; see `piece_bound`.

    Attributes:
        paper: 2^(W/2), W neurons (Béthune et al., Proposition 8's proof); 2^W for relu, leaky_relu and abs, g! for each
            group of g that is sorted, k for each maximum of k.
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
    dimension at most d_i = min(n, w_1, ..., w_(i-1)), of outputs w. So many hyperplanes cut it into at most
    C(g_i, 0) + ... + C(g_i, d_i) parts (Zaslavsky 1975); the product over the layers is `arrangement`.

    Sorting groups of g rows, the orders of a group are the regions of the braid arrangement in R^g, whose
    characteristic polynomial has the coefficients of (1 + t) (1 + 2 t) ... (1 + (g - 1) t), up to signs; that of all
    groups is the product. A region that meets the image, a flat of dimension d, is open, so it meets all flats near it
    too, and a generic flat meets as many regions as the coefficients of t^0, ..., t^d have in sum (Zaslavsky 1975), its
    flats being those of codimension up to d. On a flat within some hyperplanes, these tie rows and cut nothing. A layer
    of m maxima of k has at most the sum of C(m, j) (k - 1)^j, j <= d, by Montúfar, Ren and Zhang (2022, Sharp bounds
    for the number of regions of maxout networks).

    Args:
        input_dim: n >= 1.
        widths: (k,), rows of each hidden layer; a maxout layer of w rows has w / k outputs.
        activation: as for `count_pieces`.

    Returns:
        Exact integers.

    Raises:
        ValueError: an input_dim or a width below 1, widths that are no multiples of the groups (even, for groupsort2),
            groups of more than 4,096 rows, another activation.

    >>> piece_bound(2, [8, 8])
    PieceBound(paper=256, arrangement=121)
    >>> piece_bound(2, [8, 8], "groupsort4")
    PieceBound(paper=331776, arrangement=5041)
    >>> piece_bound(1, [6], "maxout3").bound
    5
    """
    n, sizes, kind = read_architecture(input_dim, widths, activation)
    layers = [_choices(kind, width) for width in sizes]
    dimensions = carried_dimensions(n, [kind.outputs(width) for width in sizes])[: len(sizes)]
    paper = prod(prod(1 + root for root in roots) ** groups for roots, groups in layers)
    return PieceBound(paper, prod(_met(*layer, d) for layer, d in zip(layers, dimensions, strict=True)))


def most_of_stages(input_dim: int, stages: Sequence[Stage]) -> int:
    """The bound of layers that are made of pairs."""
    found, dimension = 1, input_dim
    for stage in stages:
        roots = range(stage.group - 1, stage.group) if stage.greatest else range(1, stage.group)
        found *= _met(roots, len(stage.rows) // stage.group, dimension)
        dimension = min(dimension, len(stage.out))
    return found


def _choices(kind: Activation, width: int) -> tuple[range, int]:
    """Numbers r, and of how many groups: a layer has as many cells as all (1 + r t) multiplied have coefficients."""
    size = kind.group(width)
    if kind.slope is not None:
        return range(1, 2), width
    return range(size - 1, size) if kind.greatest else range(1, size), width // size


def _met(roots: range, groups: int, dimension: int) -> int:
    """The sum of the first coefficients of the product of all (1 + r t), to the power of `groups`."""
    if dimension >= len(roots) * groups:
        return prod(1 + root for root in roots) ** groups
    if len(roots) == 1:
        return sum(comb(groups, j) * roots[0] ** j for j in range(dimension + 1))
    before, ctx.cap = ctx.cap, dimension + 1
    try:
        return int(sum(_product([fmpz_series([1, root], dimension + 1) for root in roots]) ** groups))
    finally:
        ctx.cap = before


def _product(factors: list[fmpz_series]) -> fmpz_series:
    half = len(factors) // 2
    return _product(factors[:half]) * _product(factors[half:]) if half else factors[0]


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
    n, sizes, _ = read_architecture(input_dim, widths, "groupsort2")
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


def read_architecture(input_dim: int, widths: Sequence[int], activation: str) -> tuple[int, list[int], Activation]:
    kind = read_activation(activation)
    sizes = [whole_number(f"widths[{i}]", width, 1) for i, width in enumerate(parts("widths", widths))]
    groups = [kind.group(width) for width in sizes]
    bits = sum(
        width * (1 if kind.slope is not None else group.bit_length() - 1)
        for width, group in zip(sizes, groups, strict=True)
    )
    for i, (width, group) in enumerate(zip(sizes, groups, strict=True)):
        if not kind.greatest and group > LARGEST_GROUP:
            raise ValueError(f"widths[{i}]={shown(width)}: pass groups of at most {LARGEST_GROUP} rows to sort")
        kind.check_width(f"widths[{i}]={shown(width)}", width)
    if max(bits, sum(sizes)) > MOST_NEURONS:
        raise ValueError(f"widths has sum {shown(sum(sizes))}: pass at most {MOST_NEURONS} neurons")
    return whole_number("input_dim", input_dim, 1), sizes, kind
