"""VC dimensions of GroupSort networks and what they say about samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce

from flint import arb, ctx

from theory._entries import parts, shown
from theory._input import whole_number
from theory._results import Shown
from theory.intervals import certainly_ge, enclosure, endpoints, floor_above, upper_float
from theory.vc._counting import largest_root, least
from theory.vc._growth import (
    Architecture,
    log2_by_layers,
    log2_lemma_1,
    log2_line,
    log2_polynomials_at_once,
    log2_regions,
    log2_sign_patterns,
    pieces_of_the_line,
)

LARGEST_COUNT = 1 << 23
"""Bits of an exact growth bound, and neurons: chosen for memory, 1 MB."""

SPARE_BITS = 64
"""Beyond those of a growth bound, which is one too large with probability 2^-40 or so: chosen."""

MOST_PRECISE = 1 << 16
"""Bits of a growth bound that are told; it is rounded up beyond: chosen for time, some 0.1 s."""


@dataclass(frozen=True, repr=False)
class GroupSortVC(Shown):
    """Upper bounds of the VC dimension of a GroupSort2 architecture; see `vc_groupsort` (Béthune et al., Proposition
    8).

    Attributes:
        bound: the least of the proved ones.
        by: its name: layers, sign patterns, polynomials, regions, Lemma 1; affine, n + 1, without a hidden layer;
            pieces of the line for n = 1, where a network of p pieces changes sign p times at most.
        sign_patterns: Warren's theorem in every layer (Bartlett, Harvey, Liaw and Mehrabian 2019, for gates).
        polynomials: Warren's theorem once for all layers (Goldberg and Jerrum 1995): never more than (W + 10) P with P
            parameters and W >= 2 neurons. The least for deep and narrow networks.
        regions: Lemma 1 with the regions that the gates really make, and Cover's count of hyperplanes.
        layers: the smaller count of these two for each layer.
        lemma_1: what Lemma 1's count proves for B = sqrt(2^W) pieces.
        paper: (n + 1) 2^W, the expression of equation 9 with constant 1. The paper does not prove it as a bound.

    >>> found = vc_groupsort(1, [2])
    >>> found.bound, found.by, found.paper
    (3, 'pieces of the line', 8)
    """

    bound: int
    by: str
    sign_patterns: int
    polynomials: int
    regions: int
    layers: int
    lemma_1: int
    paper: int


def vc_groupsort(input_dim: int, widths: Sequence[int]) -> GroupSortVC:
    """Upper bounds of the VC dimension of networks with n inputs and hidden GroupSort2 layers of those widths.

    Béthune et al., Proposition 8 and equation 9, with proved bounds beside the printed one. Each is the largest N with
    2^N <= (the count of dichotomies of N points), an exact integer, rounded up where the comparison cannot be decided.

    Args:
        input_dim: n >= 1.
        widths: (k,), neurons of each hidden layer, even; empty for an affine classifier.

    Raises:
        ValueError: odd widths, widths below 2, a dimension below 1.

    >>> found = vc_groupsort(2, [64, 64, 64])
    >>> found.bound < found.sign_patterns < found.paper
    True
    >>> vc_groupsort(2, []).bound
    3
    """
    net = _architecture(input_dim, widths)
    variables = net.before[-1]
    bounds = {
        "layers": _largest(net, log2_by_layers, 1),
        "sign patterns": _largest(net, log2_sign_patterns, variables),
        "polynomials": _largest(net, log2_polynomials_at_once, 1),
        "regions": _largest(net, log2_regions, 1),
        "Lemma 1": _largest(net, log2_lemma_1, 1),
    }
    if net.input_dim == 1:
        bounds["pieces of the line"] = pieces_of_the_line(net) + 1
    if not net.widths:
        bounds["affine"] = net.input_dim + 1
    by = min(reversed(bounds), key=bounds.__getitem__)
    return GroupSortVC(
        bound=bounds[by],
        by=by,
        sign_patterns=bounds["sign patterns"],
        polynomials=bounds["polynomials"],
        regions=bounds["regions"],
        layers=bounds["layers"],
        lemma_1=bounds["Lemma 1"],
        paper=(net.input_dim + 1) << sum(net.widths),
    )


def growth_bound(points_count: int, input_dim: int, widths: Sequence[int]) -> int:
    """An upper bound of the dichotomies that the architecture realises on that many points, at most 2^points.

    The least of the counts of `vc_groupsort` (Béthune et al., Lemma 1; Warren 1968; Cover 1965).

    Args:
        points_count: N >= 1, at most 2^23 (`growth_bound_log2` has no limit).
        input_dim, widths: as for `vc_groupsort`.

    Raises:
        ValueError: more points, or none; else as `vc_groupsort`.

    >>> growth_bound(4, 2, [])
    14
    """
    net, count = _architecture(input_dim, widths), whole_number("points_count", points_count, 1)
    if count > LARGEST_COUNT:
        raise ValueError(f"points_count={shown(points_count)}: pass at most {LARGEST_COUNT}, or take growth_bound_log2")
    with ctx.workprec(SPARE_BITS):
        about = _log2_growth(net, count)
        if certainly_ge(about, count):
            return 1 << count
        bits = min(count, floor_above(about), MOST_PRECISE)
    with ctx.workprec(bits + SPARE_BITS):
        return min(1 << count, floor_above(enclosure(2) ** _log2_growth(net, count)))


def growth_bound_log2(points_count: int, input_dim: int, widths: Sequence[int]) -> float:
    """The logarithm to base 2 of the bound of `growth_bound`, rounded up (Béthune et al., Lemma 1).

    Args:
        points_count: N >= 1.
        input_dim, widths: as for `vc_groupsort`.

    Raises:
        ValueError: no points; else as `vc_groupsort`.

    >>> growth_bound_log2(3, 2, [])
    3.0
    """
    net, count = _architecture(input_dim, widths), whole_number("points_count", points_count, 1)
    with ctx.workprec(SPARE_BITS):
        return upper_float(min(count, endpoints(_log2_growth(net, count))[1]))


def _log2_growth(net: Architecture, points: int) -> arb:
    counts = [log2_by_layers, log2_sign_patterns, log2_polynomials_at_once, log2_regions, log2_lemma_1]
    if net.input_dim == 1:
        counts.append(log2_line)
    return reduce(least, (count(net, points) for count in counts), arb(points))


def _largest(net: Architecture, count: Callable[[Architecture, int], arb], start: int) -> int:
    return largest_root(lambda points: count(net, points) - points, start)


def _architecture(input_dim: int, widths: Sequence[int]) -> Architecture:
    sizes = tuple(whole_number(f"widths[{k}]", width, 2) for k, width in enumerate(parts("widths", widths)))
    if sum(sizes) > LARGEST_COUNT:
        raise ValueError(f"widths has sum {shown(sum(sizes))}: pass at most {LARGEST_COUNT} neurons")
    for k, width in enumerate(sizes):
        if width % 2:
            raise ValueError(f"widths[{k}]={width}: GroupSort2 sorts pairs, pass an even number of neurons")
    return Architecture(whole_number("input_dim", input_dim, 1), sizes)
