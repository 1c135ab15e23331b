"""How many ways there are to split points: logarithms to base 2, each rounded up by its enclosure."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from math import comb

from flint import arb, ctx

from theory._entries import shown
from theory._input import whole_number
from theory.intervals import Enclosable, certainly_gt, certainly_lt, enclosure, floor_below

Log = Callable[[int], arb]  # of the number N of points

MOST_BITS = 1 << 23
"""Of 2^top: chosen for memory, 1 MB."""

MOST_TERMS = 3000
"""Binomials that are added up: chosen for time; beyond, a bound of their sum is taken."""

MANY = 1 << 128
"""Pieces beyond which a sum's bound is taken too: chosen, as numbers of more bits are slow and bounds then coarse
anyway."""

EXACT_BITS = 512
"""Working precision below which `largest_root` is exact, and the one it has beyond: 64 + 2 log2 N bits tell the excess,
a number of the size of N, to 2^-64 / N, finer than its slope; chosen so that N up to 2^224 are exact."""

LAST_STEP_BITS = 200
"""Beyond, the last step is a share 2^-200 of N: with 512 bits the excess is told to 2^-500 N, far finer."""


LOGARITHMS_REMEMBERED = 1 << 12
"""Of whole numbers: chosen for memory, and more than most networks have layers."""


FAR_BITS = 256
"""Between numbers with and without excess that many bits apart, their geometric mean is tried: with 512 bits of which
200 are kept, a step of Newton's method gains some 300. Chosen."""


def log2(value: Enclosable) -> arb:
    return enclosure(value).log() / arb.const_log2()


@lru_cache(maxsize=LOGARITHMS_REMEMBERED)
def _log2_of_whole(value: int, precision: int) -> arb:
    """At the working precision, which is named so that others are remembered apart."""
    return log2(value)


def binomial_sum(top: int, terms: int) -> int:
    """C(top, 0) + ... + C(top, terms): how many subsets a class of VC dimension `terms` picks out of `top` points, at
    most (Sauer 1972, Shelah 1972).

    Args:
        top, terms: whole numbers, at least 0; not both above 2^23.

    Raises:
        ValueError: other numbers.

    >>> binomial_sum(4, 2)
    11
    """
    top, terms = whole_number("top", top, 0), whole_number("terms", terms, 0)
    if min(top, terms) > MOST_BITS:
        raise ValueError(f"top={shown(top)} and terms={shown(terms)}: one of them may be at most {MOST_BITS}")
    if terms >= top:
        return 1 << top
    return sum(comb(top, k) for k in range(terms + 1))


def log2_binomial_sum(top: int, terms: int, rough: bool = False) -> arb:
    """log2 of the sum; of its bound (e top / terms)^terms where it is long, and so is what it lacks of 2^top, or rough.

    At most `top`.
    """
    if terms >= top:
        return arb(top)
    if terms <= MOST_TERMS and not rough:
        return log2(_enclosed_sum(top, terms))
    if 2 * terms >= top and top - terms <= MOST_TERMS and not rough:
        return log2(arb(2) ** top - _enclosed_sum(top, top - terms - 1))
    return least(arb(top), terms * log2(arb(1).exp() * top / terms)) if terms else arb(0)


def _enclosed_sum(top: int, terms: int) -> arb:
    total = term = arb(1)
    for k in range(terms):
        term = term * (top - k) / (k + 1)
        total += term
    return total


def log2_affine(points: int, dimension: int, rough: bool = False) -> arb:
    """Sign patterns of affine functions on that many points of R^dimension: Cover (1965)."""
    if points <= dimension + 1:
        return arb(points)
    return 1 + log2_binomial_sum(points - 1, dimension, rough)


def log2_affine_pieces(points: int, dimension: int, pieces: int, coarse: bool = False) -> arb:
    """The same where the points lie in that many pieces, each with its own affine function.

    Cover's number has a concave logarithm, so pieces of equal size allow most. So has its rough bound, which real sizes
    of pieces may therefore have too; coarse: with N for N - 1 in it, so that only the logarithm of N is to be taken.
    """
    if points <= pieces * (dimension + 1):
        return arb(points)
    if pieces > MANY:
        others = _log2_of_whole(points if coarse else points - pieces, ctx.prec) - _log2_of_whole(pieces, ctx.prec)
        each = 1 + dimension * (others + 1 / arb.const_log2() - _log2_of_whole(dimension, ctx.prec))
        return least(arb(points), pieces * each)
    each_has, more = divmod(points, pieces)
    few = log2_affine(each_has, dimension) * (pieces - more)
    return few + log2_affine(each_has + 1, dimension) * more if more else few


def log2_polynomials(count: int, degree: int, variables: int) -> arb:
    """Patterns 1{f > 0} of that many polynomials: Warren (1968), 2 (2 e count degree / variables)^variables.

    As in Anthony and Bartlett (1999), theorem 8.3, for count >= variables; never more than 2^count.
    """
    if count <= variables:
        return arb(count)
    return least(arb(count), 1 + variables * log2(2 * arb(1).exp() * count * degree / variables))


def least(first: arb, second: arb) -> arb:
    """The smaller of two bounds; where their enclosures overlap one of it, that more bits make thinner."""
    return first.min(second)


def largest_root(excess: Log, start: int) -> int:
    """The largest N >= start with excess(N) >= 0, for excess concave on the integers from start on, >= 0 there.

    Newton's method from the right: slopes of a concave function decrease, so the slope before N tells how far
    left of N the sign can change at the nearest. Rounded up: where the sign is not decided, N counts, and
    beyond 2^224 the last step is a relative 2^-200.
    """
    low, points = start, max(2 * start, 4)
    while not _newton(excess, points, start):
        low, points = points, points * points
    while points.bit_length() - low.bit_length() > FAR_BITS:
        middle = 1 << (points.bit_length() + low.bit_length()) // 2
        low, points = (low, middle) if _newton(excess, middle, start) else (middle, points)
    while points > start and (step := _newton(excess, points, start)):
        points = max(start, points - step)
    return points


def _newton(excess: Log, points: int, start: int) -> int:
    """How far the last root is to the left at least; 0 where excess(points) < 0 is not certain."""
    bits = 64 + 2 * points.bit_length()
    back = 1 if bits < EXACT_BITS else min(points >> LAST_STEP_BITS, points - start)
    for precision in (bits, 4 * bits, 16 * bits) if bits < EXACT_BITS else (EXACT_BITS,):
        with ctx.workprec(precision):
            value = excess(points)
            if certainly_lt(value, 0):
                return _step(value, excess(points - back), back)
            if certainly_gt(value, 0):
                return 0
    return 0


def _step(value: arb, before: arb, back: int) -> int:
    """The function is below 0 at N: was it at N - back, then the root is before that, by the slope between."""
    if not certainly_lt(before, 0):
        return 1 if back == 1 else 0
    slope = (value - before) / back
    return max(back, floor_below(value / slope)) if certainly_lt(slope, 0) else back


def first_true(holds: Callable[[int], bool], start: int) -> int:
    """The least N >= start for which a statement, false before and true after, holds."""
    low, high = start - 1, start
    while not holds(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
