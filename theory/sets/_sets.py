"""Bounded sets of R^n: intervals, boxes, balls, convex polygons and finite sets, all closed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import combinations, pairwise
from math import prod
from typing import TypeAlias

from flint import arb, fmpz, fmpz_poly

from theory._entries import brief, shown
from theory._rationals import (
    Length,
    Point,
    PointLike,
    PointsLike,
    over_one_unit,
    positive_rational,
    rational,
    rational_point,
    rational_points,
)
from theory._results import Shown
from theory.intervals import Enclosable, ball_volume, certainly_ge, enclosure
from theory.sets._polygon import area, counter_clockwise, perimeter

Volume: TypeAlias = Fraction | arb

SYMMETRIC_REMEMBERED = 1
"""Boxes whose polynomials are kept: one, as its volume is asked for with more and more bits. Chosen for memory, 12 MB
for 10,000 sides."""


class Domain(Shown, ABC):
    """A compact set of R^n, such as the X of Béthune et al., Proposition 7.

    >>> issubclass(Box, Domain), Ball([0, 0, 0], 1).dimension
    (True, 3)
    """

    @property
    @abstractmethod
    def dimension(self) -> int:
        """n."""

    @property
    @abstractmethod
    def volume(self) -> Volume:
        """Lebesgue measure of dimension n; an `arb` has the precision of the moment."""

    @property
    @abstractmethod
    def bounding_box(self) -> Box:
        """The smallest box around the set."""

    @property
    @abstractmethod
    def diameter_squared(self) -> Fraction:
        """Square of the greatest distance between two points of the set."""

    @abstractmethod
    def contains(self, point: PointLike) -> bool:
        """Whether the point (n,) lies in the set, its boundary included; decided exactly."""

    @abstractmethod
    def _expanded(self, radius: Enclosable) -> Volume: ...

    def minkowski_volume(self, radius: Enclosable) -> Volume:
        """Volume of the set plus the ball of that radius: all points at distance <= radius from the set.

        Steiner's formula for convex sets: the sum of radius^(n - k) omega_(n - k) times the intrinsic volume k.

        Args:
            radius: at least 0; an `arb` too.

        Raises:
            ValueError: other radii.

        >>> Box([0, 0], [3, 4]).minkowski_volume(0)
        Fraction(12, 1)
        >>> Box([0, 0], [3, 4]).minkowski_volume(1).overlaps(arb.pi() + 12 + 14)
        True
        """
        thickness = radius if isinstance(radius, arb) else rational("radius", radius)
        if not certainly_ge(thickness, 0):
            raise ValueError(f"radius={shown(radius)}: pass a number that is at least 0")
        return self.volume if not isinstance(thickness, arb) and thickness == 0 else self._expanded(thickness)

    def _own(self, point: PointLike) -> Point:
        coordinates = rational_point("point", point)
        if len(coordinates) != self.dimension:
            raise ValueError(f"point has {len(coordinates)} coordinates: the domain has dimension {self.dimension}")
        return coordinates


@dataclass(frozen=True, init=False, repr=False)
class Box(Domain):
    """[lower_1, upper_1] x ... x [lower_n, upper_n]; sides of length 0 are allowed.

    A domain for Proposition 7 of Béthune et al.; intrinsic volumes are the elementary symmetric polynomials of the
    sides (Klain and Rota 1997).

    Args:
        lower, upper: (n,), kept as tuples of Fractions.

    Raises:
        ValueError: other shapes, NaN, infinity, a lower end above the upper one.

    >>> Box([0, 0.5], [2, 1]).volume
    Fraction(1, 1)
    """

    lower: Point
    upper: Point

    def __init__(self, lower: PointLike, upper: PointLike) -> None:
        self._set(rational_point("lower", lower), rational_point("upper", upper), "lower", "upper")

    def _set(self, lower: Point, upper: Point, low_name: str, high_name: str) -> None:
        if len(lower) != len(upper):
            raise ValueError(f"lower has {len(lower)} coordinates and upper {len(upper)}: pass as many for both")
        for axis, (low, high) in enumerate(zip(lower, upper, strict=True)):
            if low > high:
                raise ValueError(
                    f"{low_name} is {brief(low)} and {high_name} is {brief(high)} at index {axis}: the box is empty, "
                    "swap them"
                )
        object.__setattr__(self, "lower", lower)
        object.__setattr__(self, "upper", upper)

    @property
    def dimension(self) -> int:
        return len(self.lower)

    @property
    def sides(self) -> Point:
        """Lengths of the sides, (n,)."""
        return tuple(high - low for low, high in zip(self.lower, self.upper, strict=True))

    @property
    def volume(self) -> Fraction:
        return prod(self.sides, start=Fraction(1))

    @property
    def bounding_box(self) -> Box:
        return self

    @property
    def diameter_squared(self) -> Fraction:
        return sum((side**2 for side in self.sides), Fraction(0))

    def contains(self, point: PointLike) -> bool:
        own = self._own(point)
        return all(low <= x <= high for low, x, high in zip(self.lower, own, self.upper, strict=True))

    def _expanded(self, radius: Enclosable) -> Volume:
        """By intrinsic volumes, the elementary symmetric polynomials of the sides."""
        n = self.dimension
        if n == 1 and not isinstance(radius, arb):
            return self.volume + 2 * radius
        (whole,), unit = over_one_unit([self.sides])
        volumes = _ball_volumes(n, enclosure(radius))
        parts = (arb(top) / arb(unit) ** k * volumes[n - k] for k, top in enumerate(_symmetric(whole)))
        return sum(parts, arb(0))


def _ball_volumes(most: int, radius: arb) -> list[arb]:
    """Of balls of dimension 0, ..., most, each from that two below: volume(n) = volume(n - 2) 2 pi radius^2 / n."""
    found, turn = [arb(1), 2 * radius], 2 * arb.pi() * radius**2
    for n in range(2, most + 1):
        found.append(found[n - 2] * turn / n)
    return found


@lru_cache(maxsize=SYMMETRIC_REMEMBERED)
def _symmetric(numbers: tuple[int, ...]) -> list[fmpz]:
    """Elementary symmetric polynomials: the coefficients of the product of all 1 + number x, halves by halves."""
    factors = [fmpz_poly([1, number]) for number in numbers]
    while len(factors) > 1:
        pairs = zip(factors[::2], factors[1::2], strict=False)
        factors = [one * other for one, other in pairs] + factors[len(factors) & ~1 :]
    return list(factors[0].coeffs())


@dataclass(frozen=True, init=False, repr=False)
class Interval(Box):
    """[a, b], the box of dimension 1; a = b is one point. A domain for Proposition 7 of Béthune et al.

    Args:
        a, b: the ends, kept as Fractions.

    Raises:
        ValueError: a > b, NaN and infinity.

    >>> Interval(0, Fraction(1, 3)).volume
    Fraction(1, 3)
    """

    def __init__(self, a: Length, b: Length) -> None:
        self._set((rational("a", a),), (rational("b", b),), "a", "b")

    @property
    def a(self) -> Fraction:
        """The lower end."""
        return self.lower[0]

    @property
    def b(self) -> Fraction:
        """The upper end."""
        return self.upper[0]


@dataclass(frozen=True, init=False, repr=False)
class Ball(Domain):
    """All points at distance <= radius from the center. A domain for Proposition 7 of Béthune et al.

    Args:
        center: (n,), kept as a tuple of Fractions.
        radius: greater than 0.

    Raises:
        ValueError: another shape, NaN, infinity, a radius that is not greater than 0.

    >>> Ball([0, 0], 2).volume.overlaps(4 * arb.pi())
    True
    """

    center: Point
    radius: Fraction

    def __init__(self, center: PointLike, radius: Length) -> None:
        object.__setattr__(self, "center", rational_point("center", center))
        object.__setattr__(self, "radius", positive_rational("radius", radius))

    @property
    def dimension(self) -> int:
        return len(self.center)

    @property
    def volume(self) -> Volume:
        return 2 * self.radius if self.dimension == 1 else ball_volume(self.dimension, self.radius)

    @property
    def bounding_box(self) -> Box:
        return Box([c - self.radius for c in self.center], [c + self.radius for c in self.center])

    @property
    def diameter_squared(self) -> Fraction:
        return (2 * self.radius) ** 2

    def contains(self, point: PointLike) -> bool:
        return _squared_distance(self._own(point), self.center) <= self.radius**2

    def _expanded(self, radius: Enclosable) -> Volume:
        if isinstance(radius, arb):
            return ball_volume(self.dimension, radius + enclosure(self.radius))
        return Ball(self.center, self.radius + radius).volume


@dataclass(frozen=True, init=False, repr=False)
class ConvexPolygon(Domain):
    """A convex polygon of the plane with its inside. A domain for Proposition 7 of Béthune et al.

    Args:
        vertices: (m, 2), in order along the boundary, either way round, the last not repeating the first; kept
            counter-clockwise, without those where the boundary is straight.

    Raises:
        ValueError: fewer than three vertices, repeated ones, all on one line, polygons that are not convex.

    >>> ConvexPolygon([[0, 0], [4, 0], [0, 3]]).volume
    Fraction(6, 1)
    """

    vertices: tuple[Point, ...]

    def __init__(self, vertices: PointsLike) -> None:
        object.__setattr__(self, "vertices", counter_clockwise(rational_points("vertices", vertices)))

    @property
    def dimension(self) -> int:
        return 2

    @property
    def volume(self) -> Fraction:
        return area(self.vertices)

    @property
    def perimeter(self) -> Volume:
        """Length of the boundary."""
        return perimeter(self.vertices)

    @property
    def bounding_box(self) -> Box:
        return _bounding_box(self.vertices)

    @property
    def diameter_squared(self) -> Fraction:
        return max(_squared_distance(a, b) for a, b in combinations(self.vertices, 2))

    def contains(self, point: PointLike) -> bool:
        x, y = self._own(point)
        following = self.vertices[1:] + self.vertices[:1]
        return all(
            (c - a) * (y - b) >= (d - b) * (x - a) for (a, b), (c, d) in zip(self.vertices, following, strict=True)
        )

    def _expanded(self, radius: Enclosable) -> Volume:
        thickness = enclosure(radius)
        return enclosure(self.volume) + enclosure(self.perimeter) * thickness + ball_volume(2, thickness)


@dataclass(frozen=True, init=False, repr=False)
class FiniteSet(Domain):
    """Finitely many points, kept with their order and repetitions. A domain for Proposition 7 of Béthune et al.

    The Minkowski sum with a ball is a union of balls: its volume is exact when they are disjoint or on the line, and
    elsewhere only enclosed, between that of one ball and that of disjoint ones.

    Args:
        points: (count, n), or (count,) on the line; kept as tuples of Fractions.

    Raises:
        ValueError: no points, another shape, NaN, infinity.

    >>> FiniteSet([[0, 0], [3, 4]]).diameter_squared
    Fraction(25, 1)
    """

    points: tuple[Point, ...]

    def __init__(self, points: PointsLike) -> None:
        object.__setattr__(self, "points", rational_points("points", points))

    def __len__(self) -> int:
        return len(self.points)

    @property
    def dimension(self) -> int:
        return len(self.points[0])

    @property
    def volume(self) -> Fraction:
        return Fraction(0)

    @property
    def bounding_box(self) -> Box:
        return _bounding_box(self.points)

    @property
    def diameter_squared(self) -> Fraction:
        return max((_squared_distance(a, b) for a, b in combinations(self.points, 2)), default=Fraction(0))

    def contains(self, point: PointLike) -> bool:
        return self._own(point) in set(self.points)

    def _expanded(self, radius: Enclosable) -> Volume:
        distinct = sorted(set(self.points))
        if self.dimension == 1 and not isinstance(radius, arb):
            gaps = (b[0] - a[0] for a, b in pairwise(distinct))
            return 2 * radius + sum((min(gap, 2 * radius) for gap in gaps), Fraction(0))
        one, width = ball_volume(self.dimension, radius), (2 * enclosure(radius)) ** 2
        near = any(not certainly_ge(_squared_distance(a, b), width) for a, b in combinations(distinct, 2))
        return one.union(one * len(distinct)) if near else one * len(distinct)


def _squared_distance(a: Point, b: Point) -> Fraction:
    return sum(((x - y) ** 2 for x, y in zip(a, b, strict=True)), Fraction(0))


def _bounding_box(points: tuple[Point, ...]) -> Box:
    axes = list(zip(*points, strict=True))
    return Box([min(axis) for axis in axes], [max(axis) for axis in axes])
