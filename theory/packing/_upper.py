"""Upper bounds of packing numbers, each rounded up: at most that many points of X are pairwise >= d apart.

With m = d/2, B the unit ball and omega its volume, the balls p + m B of the points do not overlap:
- volume: M m^n omega <= vol(X + m B);
- Blichfeldt (1929): the functions max(0, 1 - |x - p|^2 / (2 m^2)) have sum <= 1;
- Rogers (1958): the part of a Voronoi cell within rho = sqrt(2n / (n+1)) m of its point has volume at least
  m^n omega / sigma, sigma the part of a regular simplex of edge d covered by the balls at its vertices. (Cut
  the cell at rho before Rogers' orthoschemes are formed: thin simplices inscribed in the spherical part
  still have the inner products >= those of the regular one on which his comparison rests.)
- Oler (1961): convex X of the plane, M <= 2 area / (sqrt(3) d^2) + perimeter / (2 d) + 1;
- Rankin (1955): X in a ball of radius R with d > sqrt(2) R has M <= min(n + 1, d^2 / (d^2 - 2 R^2)), and
  M <= 2n for d = sqrt(2) R;
- kissing: X in a ball of radius R <= d: every two points other than its centre are seen from there at an
  angle of 60 degrees or more;
- Delsarte: points at distances a, b in [r, R] from a centre are seen from it at an angle of cosine
  (a^2 + b^2 - d^2) / (2 a b) at most, which is greatest for a = b = R, or for a = r and b = R: in a, for each b, it
  increases where b < d and is convex elsewhere. So a bound of spherical codes (`_spherical_codes`) counts them, with
  r = 0 for d >= R. Of points nearer than r there is one at most for r = d / 2, and n + 1 for r = d / sqrt(2) (Rankin);
- density: the translates of X by the sides of its bounding box, each increased by d, are a packing of the whole space,
  whose density in dimension 3 is at most that of D3 (Hales 2005), in 8 that of E8 (Viazovska 2017) and in 24 that of
  the Leech lattice (Cohn, Kumar, Miller, Radchenko and Viazovska 2017), and in others up to 40 has a bound by Cohn and
  Elkies (2003; `_space_density`);
- few points: theorems on the least distance of a given number of points in a square, cube or disc (`_few`);
- slabs: a box cut into k slabs of width w < d: within one of them, points are sqrt(d^2 - w^2) apart when the
  axis across it is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from math import isqrt, prod

from flint import arb

from theory.intervals import Enclosable, ball_volume, enclosure, endpoints, floor_above, floor_below, sqrt
from theory.packing._density import OPTIMAL, VOLUME_SQUARED, densest
from theory.packing._few import few_bound
from theory.packing._space_density import density_bound
from theory.packing._spherical_codes import code_bound
from theory.sets import Ball, Box, ConvexPolygon, Domain

Bound = tuple[int, str]

KISSING = {1: 2, 2: 6, 3: 12, 4: 24, 5: 45, 6: 78, 7: 135, 8: 240, 9: 366, 10: 567, 24: 196560}
"""Kissing numbers, or upper bounds: dimension 3 Schütte and van der Waerden 1953, 4 Musin 2008, 8 and 24 Levenshtein,
Odlyzko and Sloane 1979; 5-7, 9 and 10 Bachoc and Vallentin 2008, whose solutions were checked rigorously. (The 44,
134, 364 and 554 of Mittelmann and Vallentin 2010 are optima to many digits, published without a certificate.)"""

SLAB_DIMENSION = 4
"""Up to so many sides boxes are cut into slabs: chosen for time, as each cut asks for bounds of smaller boxes. Those
have no need of Delsarte's bound, which takes a tenth of a second."""

SLAB_COUNTS = 3
"""Numbers of slabs that are tried, from the least on: chosen; more make the product larger nearly always."""

FEW = {2: "square", 3: "cube"}
"""What boxes of a dimension lie in, of which `_few` knows theorems."""

ROGERS_DIMENSION = 3
"""Up to it the density of Rogers' simplex has a closed form."""

BOXES_REMEMBERED = 4096
"""Bounds of smaller boxes that are kept: chosen for memory."""


def upper_bound(domain: Domain, squared: Fraction) -> Bound:
    """The least of the bounds that apply to a convex domain; squared: d^2."""
    if squared > domain.diameter_squared:
        return 1, "diameter"
    if isinstance(domain, Box):
        return _box(tuple(sorted(side for side in domain.sides if side)), squared)
    return _least(domain, squared, [*_general(domain, squared), _boxed(domain, squared)])


def ball_bound(dimension: int, radius_squared: Fraction, squared: Fraction, codes: bool) -> Bound | None:
    """For sets in a ball of that radius, when the separation is not far below it; codes: by programmes, too."""
    excess = squared - 2 * radius_squared
    if excess > 0:
        return min(dimension + 1, int(squared / excess)), "Rankin"
    if excess == 0:
        return 2 * dimension, "Rankin"
    found = list(_seen_from_the_centre(dimension, radius_squared, squared, codes))
    return min(found, key=lambda bound: bound[0], default=None)


def _seen_from_the_centre(dimension: int, radius_squared: Fraction, squared: Fraction, codes: bool) -> Iterator[Bound]:
    """Bounds of the points outside a core, by the angles at which they are seen, and of those within."""
    touching = 1 - Fraction(squared) / (2 * radius_squared)
    cores = [(Fraction(0), int(squared == radius_squared))]
    if squared >= radius_squared and dimension in KISSING:
        yield KISSING[dimension] + cores[0][1], "kissing number"
    elif squared < radius_squared:
        cores = [(squared * Fraction(1, 4), 1), (squared * Fraction(1, 2), dimension + 1)]
    for inner, core in cores if codes else []:
        product = touching
        if inner:
            upper = inner + radius_squared - squared
            product = max(product, upper / (2 * endpoints(sqrt(inner * radius_squared))[upper < 0]))
        outside = code_bound(dimension, product)
        if outside is not None:
            yield outside + core, "Delsarte"


def _boxed(domain: Domain, squared: Fraction) -> Bound:
    count, name = upper_bound(domain.bounding_box, squared)
    return count, f"{name}, bounding box"


@lru_cache(maxsize=BOXES_REMEMBERED)
def _box(sides: tuple[Fraction, ...], squared: Fraction) -> Bound:
    """For a box with sides > 0 in increasing order."""
    if not sides:
        return 1, "single point"
    if len(sides) == 1:
        return line(sides[0], squared), "line"
    if sum(side**2 for side in sides) < squared:
        return 1, "diameter"
    domain = Box([0] * len(sides), sides)
    return _least(domain, squared, [*_general(domain, squared), *_slabs(sides, squared)])


def line(length: Fraction, squared: Fraction) -> int:
    """floor(length / d) + 1, the packing number of an interval."""
    ratio = length**2 / squared
    return isqrt(ratio.numerator // ratio.denominator) + 1


def _slabs(sides: tuple[Fraction, ...], squared: Fraction) -> Iterator[Bound]:
    if len(sides) > SLAB_DIMENSION:
        return
    for side in sorted(set(sides)):
        rest = list(sides)
        rest.remove(side)
        least = line(side, squared)
        for count in range(least, least + SLAB_COUNTS):
            left = squared - (side / count) ** 2
            if left > 0:
                yield count * _box(tuple(rest), left)[0], "slabs"


def _least(domain: Domain, squared: Fraction, found: list[Bound]) -> Bound:
    """Of these, and of Cohn and Elkies's where it may be less: it takes a second for the first set of a dimension."""
    least = min(found, key=lambda bound: bound[0])
    _, volume = densest(domain.dimension)
    if domain.dimension in OPTIMAL or floor_below(lambda: _tiled(domain, squared, volume)) >= least[0]:
        return least
    density = density_bound(domain.dimension)
    if density is None:
        return least
    tiled = floor_above(lambda: _translates(domain, squared) * density), "Cohn and Elkies"
    return min(least, tiled, key=lambda bound: bound[0])


def _general(domain: Domain, squared: Fraction) -> Iterator[Bound]:
    n = domain.dimension
    radius_squared = domain.radius**2 if isinstance(domain, Ball) else domain.bounding_box.diameter_squared / 4
    near = ball_bound(n, radius_squared, squared, codes=isinstance(domain, Ball) or n > SLAB_DIMENSION)
    if near:
        yield near
    yield from _few_points(domain, squared)
    yield floor_above(lambda: _filled(domain, squared, Fraction(1))), "volume"
    if n in OPTIMAL:
        yield floor_above(lambda: _tiled(domain, squared, VOLUME_SQUARED[n][1])), f"density of {VOLUME_SQUARED[n][0]}"
    if n == 2:
        yield floor_above(lambda: _oler(domain, squared)), "Oler"
    elif n <= ROGERS_DIMENSION:
        yield floor_above(lambda: rogers_density(n) * _filled(domain, squared, Fraction(2 * n, n + 1))), "Rogers"
    else:
        factor = Fraction(n + 2, 2)
        yield (
            floor_above(
                lambda: enclosure(factor) * enclosure(2) ** arb(-n / 2) * _filled(domain, squared, Fraction(2))
            ),
            "Blichfeldt",
        )


def _few_points(domain: Domain, squared: Fraction) -> Iterator[Bound]:
    """By the square, cube or disc around the domain."""
    shape = FEW.get(domain.dimension)
    around = shape and [(shape, max(domain.bounding_box.sides))]
    if isinstance(domain, Ball) and domain.dimension == 2:
        around = [("disc", domain.radius)]
    for shape, size in around or []:
        most = few_bound(shape, squared / size**2)
        if most is not None:
            yield most, f"few points in a {shape}"


def _tiled(domain: Domain, squared: Fraction, volume_squared: Fraction) -> Enclosable:
    """Points of a packing of that volume a point, at distance 1, in a tile."""
    return _translates(domain, squared) / enclosure(sqrt(volume_squared))


def _translates(domain: Domain, squared: Fraction) -> arb:
    """Volume of the bounding box, each side increased by d, in units of d."""
    separation = enclosure(sqrt(squared))
    return prod(((enclosure(side) + separation) / separation for side in domain.bounding_box.sides), start=arb(1))


def _filled(domain: Domain, squared: Fraction, reach: Fraction) -> Enclosable:
    """vol(X + sqrt(reach) m B) / (m^n omega)."""
    half, radius = sqrt(squared / 4), sqrt(reach * squared / 4)
    if isinstance(domain, Ball) and isinstance(half, Fraction) and isinstance(radius, Fraction):
        return ((domain.radius + radius) / half) ** domain.dimension
    return enclosure(domain.minkowski_volume(radius)) / ball_volume(domain.dimension, half)


def _oler(domain: Domain, squared: Fraction) -> Enclosable:
    separation = enclosure(sqrt(squared))
    covered = 2 * enclosure(domain.volume) / (arb(3).sqrt() * enclosure(squared))
    return covered + _perimeter(domain) / (2 * separation) + 1


def _perimeter(domain: Domain) -> arb:
    if isinstance(domain, Ball):
        return 2 * arb.pi() * enclosure(domain.radius)
    if isinstance(domain, ConvexPolygon):
        return enclosure(domain.perimeter)
    return enclosure(2 * sum(domain.bounding_box.sides))


def rogers_density(dimension: int) -> arb:
    """sigma_n: closed form for n = 3."""
    if dimension != 3:
        raise ValueError(f"dimension={dimension}: the density is known here for dimension 3 only")
    return arb(18).sqrt() * (enclosure(Fraction(1, 3)).acos() - arb.pi() / 3)
