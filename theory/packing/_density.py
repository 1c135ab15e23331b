"""Packings of space of known density: some translate has more than vol(X) / (volume a point) points in X.

The average over all translates is vol(X) / (volume a point), so some translate has at least that many points
in X; for a compact X one has more than that many (Blichfeldt 1914: apply it to X scaled by 1 + 1/k).
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache

from flint import arb

from theory.intervals import ball_volume, enclosure, floor_below, sqrt
from theory.packing._packing import Packing
from theory.sets import Domain

VOLUME_SQUARED = {
    1: ("integers", Fraction(1)),
    2: ("hexagonal lattice", Fraction(3, 4)),
    3: ("lattice D3", Fraction(4, 2**3)),
    4: ("lattice D4", Fraction(4, 2**4)),
    5: ("lattice D5", Fraction(4, 2**5)),
    6: ("lattice E6", Fraction(3, 2**6)),
    7: ("lattice E7", Fraction(2, 2**7)),
    12: ("lattice K12", Fraction(3**6, 4**12)),
    16: ("Barnes-Wall lattice", Fraction(2**8, 4**16)),
    24: ("Leech lattice", Fraction(1, 4**24)),
} | {n: (f"packing D{n}+", Fraction(1, 2**n)) for n in (8, 9, 10, 11, 13, 14, 15)}
"""Square of the volume a point of a packing of distance 1: Conway and Sloane, Sphere Packings, Lattices and Groups,
table 1.2. D_n has volume 2 at distance sqrt(2); D_n with the middles of its cells, from n = 8 on, half of that."""

OPTIMAL = (3, 8, 24)
"""Where the packing of the table is the densest of all: Hales 2005, Viazovska 2017, and Cohn, Kumar, Miller, Radchenko
and Viazovska 2017. (Dimension 2, Thue's, is served better by Oler.)"""

DIMENSIONS_REMEMBERED = 64
"""Products that are kept: chosen, more dimensions than a session asks for."""


def average_packing(domain: Domain, squared: Fraction) -> Packing:
    """The best of the table and its products, and of Ball's lattices (1992), of density 2 (n-1) zeta(n) / 2^n."""
    n = domain.dimension
    name, volume = densest(n)
    counted = Packing(floor_below(lambda: _count(domain, squared, sqrt(volume))) + 1, f"{name}, some translate")
    if n < 2:
        return counted
    existing = floor_below(lambda: _count(domain, squared, ball_volume(n) / (2 * (n - 1) * arb(n).zeta()))) + 1
    return max(counted, Packing(existing, "Ball's lattice, some translate"), key=lambda found: found.count)


def _count(domain: Domain, squared: Fraction, volume: Fraction | arb) -> arb:
    return enclosure(domain.volume) / (enclosure(volume) * enclosure(sqrt(squared)) ** domain.dimension)


def densest(dimension: int) -> tuple[str, Fraction]:
    """The densest packing here, by name, with the square of its volume a point at distance 1."""
    names, volume = _products(dimension)
    return " x ".join(names), volume


@lru_cache(maxsize=DIMENSIONS_REMEMBERED)
def _products(dimension: int) -> tuple[tuple[str, ...], Fraction]:
    """Leech lattices, and the best product of the table for what is left."""
    leech, rest = divmod(dimension, 24)
    best: list[tuple[tuple[str, ...], Fraction]] = [((), Fraction(1))]
    for n in range(1, rest + 1):
        parts = [(best[n - k], VOLUME_SQUARED[k]) for k in VOLUME_SQUARED if k <= n]
        best.append(
            min(((head[0] + (last[0],), head[1] * last[1]) for head, last in parts), key=lambda found: found[1])
        )
    names, volume = best[rest]
    return ("Leech lattice",) * leech + names, volume * VOLUME_SQUARED[24][1] ** leech
