"""What a margin says of a Lipschitz classifier on new examples, by a covering of the domain, rounded outward."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, isqrt, prod

from flint import arb

from theory._entries import shown
from theory._input import whole_number
from theory._rationals import Length, positive_rational, proper_part
from theory.intervals import certainly_ge, enclosure, upper_float
from theory.packing._finite import packing_between
from theory.packing._upper import upper_bound
from theory.sets import Ball, Domain, FiniteSet


def lipschitz_generalization_gap(
    domain: Domain, lipschitz: Length, margin: Length, samples: int, delta: Length
) -> float:
    """By how much the error of any Lipschitz classifier may exceed the share of small margins in its sample; rounded
    up.

    The VC dimension with margin of Béthune et al. (Section 5) bounds no error, as `sample_complexity` says; coverings
    do. With probability >= 1 - delta over S independent examples (x, y) of any distribution on X x {-1, 1}, for all
    L-Lipschitz f at once (Euclidean distance), with m the margin:

        P(y f(x) <= 0) <= (share of the sample with y f(x) <= m) + sqrt((K ln 3 + ln(1 / delta)) / (2 S)),

    K the number of cells, of diameter at most m / L, into which X can be cut. Proof, after Xu and Mannor (2012,
    Robustness and generalization): let A be the union of the parts cell x {y} where y f(x) <= 0 for some x of the cell.
    All errors are in A, so the error is at most P(A). On such a part y f <= m, as f changes by m at most, so the
    share of small margins is at least A's in the sample. For each cell A has the part of y = 1, of y = -1, or
    both: where one is missing f has one sign. So there are 3^K sets A, and for each the share in the sample is below
    P(A) - t with probability exp(-2 S t^2) at most (Hoeffding 1963); the t above makes the sum of these delta.

    K is the least of: a grid of cubes on the bounding box; an upper bound of the packing number at m / (2 L), since the
    balls of that radius around a largest packing cover X; for a FiniteSet also the number of its points.

    Args:
        domain: X, an Interval, Box, Ball, ConvexPolygon or FiniteSet.
        lipschitz: L > 0.
        margin: m > 0, in the unit of f.
        samples: S >= 1.
        delta: between 0 and 1, both excluded.

    Returns:
        The gap, or 1 when that is less.

    Raises:
        ValueError: numbers out of these ranges, another domain.

    >>> from theory.sets import Box
    >>> lipschitz_generalization_gap(Box([0, 0], [1, 1]), 1, 0.5, 10**4, 0.05) < 0.03
    True
    """
    if not isinstance(domain, Domain):
        raise ValueError(f"domain={shown(domain)}: pass an Interval, Box, Ball, ConvexPolygon or FiniteSet")
    diameter = positive_rational("margin", margin) / positive_rational("lipschitz", lipschitz)
    count, risk = whole_number("samples", samples, 1), proper_part("delta", delta)
    exponent = arb(cells(domain, diameter)) * arb(3).log() - enclosure(risk).log()
    return 1.0 if certainly_ge(exponent, 2 * count) else min(1.0, upper_float((exponent / (2 * count)).sqrt()))


def cells(domain: Domain, diameter: Fraction) -> int:
    """So many parts of at most that diameter are enough to cut the domain into."""
    return min(_cells(domain, diameter))


def _cells(domain: Domain, diameter: Fraction) -> Iterator[int]:
    yield _grid(domain, diameter)
    squared = (diameter / 2) ** 2
    if isinstance(domain, FiniteSet):
        yield len(set(domain.points))
        yield packing_between(domain.points, squared)[1][0]
    else:
        line = isinstance(domain, Ball) and domain.dimension == 1
        yield upper_bound(domain.bounding_box if line else domain, squared)[0]


def _grid(domain: Domain, diameter: Fraction) -> int:
    """Along each side k parts of length side / k, k least with (side / k)^2 <= diameter^2 / (number of sides)."""
    sides = [side for side in domain.bounding_box.sides if side]
    return prod(isqrt(ceil(len(sides) * (side / diameter) ** 2) - 1) + 1 for side in sides)
