"""The half-space of the points at least as near to c as to a, its offset right however far the points are.

Twice the offset times |a - c| is |x - a|^2 - |x - c|^2, a difference of two numbers that may agree in every digit. It
is taken as (a - c) . ((a - x) + (c - x)), first as it stands, with a bound on its rounding; where that does not do, in
twice the digits; where even these cancel, in whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from theory._rationals import as_whole
from theory._scales import FAINT, LEAST_FLOAT, RAISED, lengths
from theory._types import Array, Floats, Indices
from theory.hmf._frame import Places
from theory.hmf._sums import SHARP, U, dots, pairwise, products, rounded, sums

SIGN = 0.5
"""Relative error up to which a sign is right, rounding of the bound included."""

PART = 2**15
"""Coordinates that are looked at in twice the digits at once: chosen for memory, some 20 arrays of 2 MB."""


@dataclass
class Bisectors:
    """{x + u : normal.u <= offset}, normals (m, n) of length 1; the offsets (m,) are off by `noise` (m,) at most."""

    normal: Floats
    offset: Floats
    noise: Floats


def bisectors(a: Floats, c: Floats, x: Places) -> Bisectors:
    """Half-spaces {x + u : |x + u - c| <= |x + u - a|}, row by row of (m, n), at the cost of plain products."""
    normal = units(a, c)
    one, other = a - x.x, c - x.x
    offset = np.einsum("ij,ij->i", normal, one + other) / 2
    np.abs(one, out=one)
    one += np.abs(other, out=other)
    size = np.einsum("ij,ij->i", np.abs(normal), one)
    if x.low is not None:
        size += np.einsum("ij,ij->i", np.abs(normal), np.abs(x.x))
    # Differences, their sum, a unit vector and a sum of n products: (n + 8) u of the terms, of twice the offset.
    return Bisectors(normal, offset, (x.x.shape[1] + 8) * U / 2 * size + LEAST_FLOAT * x.x.shape[1])


def sharp_offsets(a: Floats, c: Floats, x: Places, share: float = SHARP) -> Floats:
    """The offsets alone, |a - c| aside with this relative error, of the right sign, and never 0 unless they are."""
    size = max(1, PART // a.shape[1])
    parts = [slice(start, start + size) for start in range(0, len(a), size)]
    return np.concatenate([np.empty(0), *(_sharp(a[part], c[part], x.take(part), share) for part in parts)])


def _sharp(a: Floats, c: Floats, x: Places, share: float) -> Floats:
    total, bound, size = _doubled(a, c, x, share)
    unsure = np.flatnonzero(bound > share * np.abs(total))
    if len(unsure):
        total[unsure] = _exactly(a[unsure], c[unsure], x.take(unsure))
    offset = total / (2 * size)
    lost = (offset == 0) & (total != 0)
    offset[lost] = np.copysign(LEAST_FLOAT, total[lost])
    return offset


def nearer(a: Floats, c: Floats, x: Places) -> NDArray[np.int8]:
    """1 where x is nearer to c than to a, -1 where to a, 0 where it is as near to both; exact, row by row of (m, n)."""
    rough = bisectors(a, c, x)
    unsure = np.flatnonzero(np.abs(rough.offset) <= rough.noise)
    rough.offset[unsure] = sharp_offsets(a[unsure], c[unsure], x.take(unsure), SIGN)
    return np.sign(rough.offset).astype(np.int8)


def units(a: Floats, c: Floats) -> Floats:
    """(a - c)/|a - c|, row by row of (m, n)."""
    normal = a - c
    size = lengths(normal)
    faint = np.flatnonzero(size < FAINT)
    if len(faint):
        normal[faint] = np.ldexp(normal[faint], RAISED)
        size[faint] = lengths(normal[faint])
    normal /= size[:, None]
    return normal


def doubled_squares(points: Floats, x: Places) -> tuple[Floats, Floats, Floats]:
    """|point - x|^2, row by row, as a rounded number and what is left; and what both together are off by."""
    way, rest = sums(points, -x.x)
    if x.low is not None:
        rest -= x.low / x.scale
    squares, left = products(way, way)
    left += 2 * way * rest
    high, errors = pairwise(squares)
    high, low = sums(high, left.sum(axis=1) + errors.sum(axis=1))
    # What is left, u of the terms at most, is rounded in products and sums of n; its own squares are left out.
    n = points.shape[1]
    return high, low, 8 * (n + 8) * U**2 * high + 8 * n * LEAST_FLOAT


def _exponents(a: Floats, c: Floats) -> Indices:
    """2^-these make the largest coordinate of each a - c about 1, where it is less."""
    return np.minimum(np.frexp(np.abs(a - c).max(axis=1))[1], 0)


def _doubled(a: Floats, c: Floats, x: Places, share: float) -> tuple[Floats, Floats, Floats]:
    """(a - c) . ((a - x) + (c - x)) and |a - c|, both over the power of two next to |a - c|; a bound on the error."""
    power = -_exponents(a, c)[:, None]
    high, rest = sums(a, -c)
    high, rest = np.ldexp(high, power), np.ldexp(rest, power)
    rights = [a, c, -2 * x.x]
    rights = [part for part in rights if part.any()]
    if x.low is not None:
        rights.append(-2 * (x.low / x.scale))
    lefts = [high] if not rest.any() else [high, rest]
    left = np.concatenate([part for part in lefts for _ in rights], axis=1)
    total, bound = dots(left, np.concatenate(rights * len(lefts), axis=1), share)
    if x.low is not None:
        bound += 4 * a.shape[1] * LEAST_FLOAT  # what its quotient loses
    return total, bound, lengths(high)


def _exactly(a: Floats, c: Floats, x: Places) -> Floats:
    """What `_doubled` approximates, rounded once, and not to zero."""
    (m, n), powers = a.shape, _exponents(a, c).tolist()
    whole = as_whole(np.concatenate([a, c, x.x]).ravel())
    counts = np.array(whole.counts, dtype=object).reshape(3 * m, n)
    one, other, here = counts[:m], counts[m : 2 * m], counts[2 * m :]
    apart = one - other
    totals: Array = (apart * (one + other - 2 * here)).sum(axis=1)
    unit = whole.unit**2
    if x.low is not None:
        low = as_whole(x.low.ravel())
        rest = (apart * np.array(low.counts, dtype=object).reshape(m, n)).sum(axis=1)
        ratio = 2 * low.unit / (Fraction(x.scale) * whole.unit)
        totals = np.array([total - ratio * part for total, part in zip(totals, rest, strict=True)], dtype=object)
    return np.array([rounded(total * unit / Fraction(2) ** power) for total, power in zip(totals, powers, strict=True)])
