"""Points at least d apart in a box, at corners and grid places that binary codes choose (Conway and Sloane, Sphere
Packings, Lattices and Groups, chapters 3 and 5).

Words at Hamming distance e of each other are corners of a cube of side a at distance a sqrt(e). On a grid of step d / 2
places of the same class modulo 2 are d apart, and so are others whose classes are words at distance 4; as the cosets of
a linear code share all places, some coset has its share of them or more.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from math import prod

import numpy as np

from theory._rationals import Point
from theory.packing._packing import Packing
from theory.packing._upper import line

LONGEST_LISTED = 16
"""Lengths of codes whose words are listed: chosen for memory, 2^16 words are looked at."""

SIDES_TRIED = 8
"""Numbers of longest sides that are tried: chosen for time; boxes have few different sides, mostly."""


def code_packings(lower: Point, sides: tuple[Fraction, ...], squared: Fraction) -> Iterator[Packing]:
    """Packings of the box with that lower corner and sides; squared: d^2."""
    axes = sorted((axis for axis, side in enumerate(sides) if side), key=lambda axis: -sides[axis])
    ends = [k for k, axis in enumerate(axes, start=1) if k == len(axes) or sides[axes[k]] < sides[axis]]
    for length in ends[-SIDES_TRIED:]:
        edge = sides[axes[length - 1]]
        distance = -int(-squared // edge**2) if squared > edge**2 else 1
        if distance <= length:
            yield from _corners(lower, edge, axes[:length], distance)
    levels = [line(side, squared / 4) for side in sides]
    if len(axes) >= 4 and max(levels) > 2:
        cosets = 2 ** _redundancy(len(axes), 4)
        yield Packing(-(-prod(levels) // cosets), "coset of a Hamming code")


def _corners(lower: Point, edge: Fraction, axes: list[int], distance: int) -> Iterator[Packing]:
    """Words of the length of `axes` at that distance, as corners of a cube."""
    length = len(axes)
    opposite = partial(_placed, lower, edge, axes, [2**length - 1])
    yield Packing(2, "opposite corners", opposite)
    for words, name in _codes(length, distance):
        listed = distance <= 4 and length <= LONGEST_LISTED and name == "BCH code"
        yield Packing(words, name, partial(_listed, lower, edge, axes, distance) if listed else None)


def _codes(length: int, distance: int) -> Iterator[tuple[int, str]]:
    """How many words known codes have."""
    yield 2 ** max(0, length - _redundancy(length, distance)), "BCH code"
    yield 2 ** max(0, length - _in_a_ball(length - 1, distance - 2).bit_length()), "Gilbert-Varshamov code"
    if distance <= 8 and 12 < length <= 24:
        yield 2 ** (length - 12), "Golay code, shortened"
    for bits in range(1, length.bit_length() + 1):
        # Repeated: simplex codes of length 2^k - 1, and with their complements those of Reed and Muller of length 2^k.
        if length // (2**bits - 1) * 2 ** (bits - 1) >= distance:
            yield 2**bits, "simplex code, repeated"
        if length // 2**bits * 2 ** (bits - 1) >= distance:
            yield 2 ** (bits + 1), "Reed-Muller code, repeated"


def _in_a_ball(length: int, radius: int) -> int:
    """Words at Hamming distance up to the radius from one: each binomial coefficient from that before it."""
    total, term = 0, 1
    for k in range(radius + 1):
        total += term
        term = term * (length - k) // (k + 1)
    return total


def _redundancy(length: int, distance: int) -> int:
    """Checks of a linear code: any 2t + 1 of the columns (1, x, x^3, ..., x^(2t - 1)), x in a field of 2^m >= length
    elements, are independent, which gives the distance 2t + 2; one check and one place less give 2t + 1 (Bose,
    Ray-Chaudhuri and Hocquenghem; MacWilliams and Sloane, The Theory of Error-Correcting Codes, chapter 7)."""
    odd = distance % 2
    return 1 - odd + (length + odd - 1).bit_length() * ((distance - 1) // 2)


def _words(length: int, distance: int) -> list[int]:
    """All words of that code, for distances up to 4: as bits of integers."""
    words = np.arange(2**length)
    bits = words[:, None] >> np.arange(length) & 1
    kept = np.ones(len(words), dtype=bool)
    if distance > 2:
        places = np.arange(length) + distance % 2  # a Hamming code leaves out the place 0
        kept &= np.bitwise_xor.reduce(bits * places, axis=1) == 0
    if distance % 2 == 0:
        kept &= bits.sum(axis=1) % 2 == 0
    return [int(word) for word in words[kept]]


def _listed(lower: Point, edge: Fraction, axes: list[int], distance: int) -> list[Point]:
    return _placed(lower, edge, axes, _words(len(axes), distance))[1:]


def _placed(lower: Point, edge: Fraction, axes: list[int], words: list[int]) -> list[Point]:
    """The lower corner, and the corners of those words."""
    found = [lower]
    for word in words:
        point = list(lower)
        for place, axis in enumerate(axes):
            point[axis] += edge * (word >> place & 1)
        found.append(tuple(point))
    return found
