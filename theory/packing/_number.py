"""Packing numbers and the VC dimensions with margin that they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple, Self

from flint import arb

from theory._entries import shown
from theory._input import positive_number
from theory._rationals import Length, Point, PointsLike, positive_rational
from theory._results import Shown, table
from theory.intervals import ball_volume, enclosure
from theory.packing._balls import ball_packings
from theory.packing._boxes import box_packings
from theory.packing._codes import code_packings
from theory.packing._density import average_packing
from theory.packing._finite import PackingNumber, largest_packing, packing_between
from theory.packing._packing import Packing
from theory.packing._polygons import polygon_packings
from theory.packing._records import few_in_box, few_in_disc
from theory.packing._upper import Bound, upper_bound
from theory.sets import Ball, Box, ConvexPolygon, Domain, FiniteSet

LARGEST_LIST = 100_000
"""Points that are listed: chosen for memory."""


class PackingBounds(Shown, tuple[int, int]):
    """The pair (lower, upper) with what proves each; see `packing_bounds` (Béthune et al., Proposition 7, amended).

    Attributes:
        lower_by, upper_by: the construction, and the theorem, in words.

    >>> found = packing_bounds(Box([0], [10]), 4)
    >>> found.lower, found.upper, found.exact, [float(x) for (x,) in found.points]
    (3, 3, True, [0.0, 5.0, 10.0])
    """

    lower_by: str
    upper_by: str
    _found: Packing

    def __new__(cls, found: Packing, upper: Bound) -> Self:
        made = super().__new__(cls, (found.count, upper[0]))
        made.lower_by, made.upper_by, made._found = found.name, upper[1], found
        return made

    def __getnewargs__(self) -> tuple[Packing, Bound]:
        return self._found, (self.upper, self.upper_by)

    def _parts(self) -> Iterator[tuple[str, Any]]:
        return ((name, getattr(self, name)) for name in ("lower", "upper", "lower_by", "upper_by"))

    @property
    def lower(self) -> int:
        """So many points fit."""
        return self[0]

    @property
    def upper(self) -> int:
        """No more fit."""
        return self[1]

    @property
    def exact(self) -> bool:
        """Whether the bounds meet."""
        return self.lower == self.upper

    @cached_property
    def points(self) -> tuple[Point, ...] | None:
        """`lower` points of the domain, rational and pairwise at least the separation apart.

        None where points are proved to exist without being rational or listed, and for more than 100,000.
        """
        if self._found.points is None or self.lower > LARGEST_LIST:
            return None
        return tuple(self._found.points())


class PaperBounds(NamedTuple):
    """Both sides of equation 8 of Béthune et al. as printed; see `paper_margin_vc_bounds`.

    Attributes:
        lower, upper: Fractions where rational, else enclosures.

    >>> paper_margin_vc_bounds(Ball([0, 0], 2), 1)
    PaperBounds(lower=Fraction(4, 1), upper=Fraction(25, 1))
    """

    lower: Fraction | arb
    upper: Fraction | arb

    def _repr_html_(self) -> str:
        return table(type(self).__name__, self._asdict().items())


def packing_bounds(domain: Domain, separation: Length, *, time_limit: float | None = None) -> PackingBounds:
    """Bounds of the number of points of the domain that are pairwise at least the separation apart.

    With them Proposition 7 of Béthune et al. is amended. Upper bounds: the module `_upper` applies diameter, volume,
    Blichfeldt, Rogers, Oler, Rankin, Delsarte, Cohn and Elkies, kissing numbers, slabs, the densest packings of space
    and what is proved of few points in a square, a cube or a disc, and names their theorems. Lower bounds: grids,
    staggered rows, checkerboards, binary codes, shells of lattices, the best packings known of up to 30 points in a
    square or a disc and 20 in a cube, and the average over translates of the densest lattices known (Conway and
    Sloane, Sphere Packings, Lattices and Groups, table 1.2). An interval is exact; a finite set too, unless the search
    for its packing number is long.

    Args:
        domain: an Interval, Box, Ball, ConvexPolygon or FiniteSet.
        separation: greater than 0, in the unit of the domain.
        time_limit: seconds for a FiniteSet, as for `packing_number`; None for 50 steps of branch and bound a connected
            part, whose result is the same on every machine. Other domains take no notice.

    Returns:
        Unpacks as (lower, upper).

    Raises:
        ValueError: another domain, a separation or a time limit that is not a finite number greater than 0.

    >>> bounds = packing_bounds(Box([0, 0], [40, 40]), 2)
    >>> lower, upper = bounds
    >>> lower, bounds.lower_by, upper, bounds.upper_by
    (492, 'staggered rows', 502, 'Oler')
    >>> packing_bounds(Ball([0] * 8, 1), 1)
    PackingBounds(lower=241, upper=241, lower_by='packing D8+', upper_by='kissing number')
    """
    if not isinstance(domain, Domain):
        raise ValueError(f"domain={shown(domain)}: pass an Interval, Box, Ball, ConvexPolygon or FiniteSet")
    squared, seconds = positive_rational("separation", separation) ** 2, _seconds(time_limit)
    if isinstance(domain, FiniteSet):
        return PackingBounds(*packing_between(domain.points, squared, seconds))
    if isinstance(domain, Ball) and domain.dimension == 1:
        domain = domain.bounding_box
    return PackingBounds(_best(_packings(domain, squared)), upper_bound(domain, squared))


def packing_number(points: PointsLike, separation: Length, *, time_limit: float | None = None) -> PackingNumber:
    """The greatest number of the given points that are pairwise at least the separation apart, exactly.

    For Proposition 7 of Béthune et al., on finite sets. Distances are compared in rational arithmetic. On the line the
    points are picked from left to right; elsewhere branch and bound over integers finds a largest independent set of
    the graph of pairs that are too close, and every bound that ends a branch is verified in rational arithmetic:
    floating-point linear programmes, over cliques and other small sets of known packing number, only propose. The time
    is exponential in bad cases; two thousand points of the plane with ten others too close to each take seconds.

    Args:
        points: (count, n), or (count,) on the line.
        separation: greater than 0, in the unit of the points.
        time_limit: seconds, after which the best packing and the least upper bound found are returned; None for as long
            as it takes. All distances are compared whatever the limit.

    Returns:
        size, indices, upper, and exact, which is true without a time limit.

    Raises:
        ValueError: no points, NaN, infinity, a separation or a time limit that is not a finite number greater than 0.

    >>> found = packing_number([[0, 0], [1, 0], [0, 1], [1, 1]], 1.25)
    >>> found.size, found.indices
    (2, (0, 3))
    >>> grid = [[x, y] for x in range(20) for y in range(20)]
    >>> found = packing_number(grid, 2.5, time_limit=0.5)
    >>> found.size <= found.upper, found.exact == (found.size == found.upper)
    (True, True)
    """
    domain = points if isinstance(points, FiniteSet) else FiniteSet(points)
    return largest_packing(domain.points, positive_rational("separation", separation) ** 2, _seconds(time_limit))


def _seconds(time_limit: Any) -> float | None:
    return None if time_limit is None else positive_number("time_limit", time_limit)


def margin_vc_bounds(domain: Domain, margin: Length, *, time_limit: float | None = None) -> PackingBounds:
    """Bounds of the VC dimension of the 1-Lipschitz functions with that margin: `packing_bounds` for 2m.

    This amends equation 8 of Béthune et al. (Proposition 7), whose lower bound is false from dimension 2 on.

    Args:
        domain: an Interval, Box, Ball, ConvexPolygon or FiniteSet.
        margin: greater than 0, in the unit of the domain; with margin 0 every finite set is shattered.
        time_limit: as for `packing_bounds`.

    Raises:
        ValueError: another domain, a margin or a time limit that is not a finite number greater than 0.

    >>> tuple(margin_vc_bounds(Box([0], [10]), Fraction(1, 2)))
    (11, 11)
    """
    return packing_bounds(domain, 2 * positive_rational("margin", margin), time_limit=time_limit)


def paper_margin_vc_bounds(domain: Domain, margin: Length) -> PaperBounds:
    """Equation 8 of Béthune et al. as printed: A / m^n and (2/m)^n B, A = vol(X) / omega and B = vol(X + m/2 ball) /
    omega.

    The lower one is false from dimension 2 on: here is a square where it is above the upper bound that
    `margin_vc_bounds` proves.

    Args:
        domain: an Interval, Box, Ball, ConvexPolygon or FiniteSet.
        margin: m > 0, in the unit of the domain.

    Returns:
        Fractions where rational (balls, dimension 1), else enclosures with the precision of the moment.

    Raises:
        ValueError: as `margin_vc_bounds`.

    >>> square = Box([0, 0], [40, 40])
    >>> paper_margin_vc_bounds(square, 1).lower > margin_vc_bounds(square, 1).upper
    True
    """
    if not isinstance(domain, Domain):
        raise ValueError(f"domain={shown(domain)}: pass an Interval, Box, Ball, ConvexPolygon or FiniteSet")
    m, n = positive_rational("margin", margin), domain.dimension
    return PaperBounds(_scaled(domain, Fraction(0), m**-n), _scaled(domain, m / 2, (2 / m) ** n))


def _scaled(domain: Domain, radius: Fraction, factor: Fraction) -> Fraction | arb:
    """vol(X + radius B) / omega, times the factor."""
    if isinstance(domain, Ball):
        return (domain.radius + radius) ** domain.dimension * factor
    volume = domain.minkowski_volume(radius)
    if domain.dimension == 1 and isinstance(volume, Fraction):
        return volume * factor / 2
    return enclosure(volume) * enclosure(factor) / ball_volume(domain.dimension)


def _packings(domain: Domain, squared: Fraction) -> Iterable[Packing]:
    if isinstance(domain, Box):
        yield from box_packings(domain.lower, domain.sides, squared)
        yield from code_packings(domain.lower, domain.sides, squared)
        yield from few_in_box(domain.lower, domain.sides, squared)
        domain = Box([0] * max(1, sum(map(bool, domain.sides))), [side for side in domain.sides if side] or [0])
    elif isinstance(domain, Ball):
        yield from ball_packings(domain.center, domain.radius, squared)
        yield from few_in_disc(domain.center, domain.radius, squared)
    elif isinstance(domain, ConvexPolygon):
        yield from polygon_packings(domain, squared)
    if domain.volume != 0:
        yield average_packing(domain, squared)


def _best(found: Iterable[Packing]) -> Packing:
    """The largest; among equals one whose points can be listed."""
    return max(found, key=lambda packing: (packing.count, packing.points is not None))
