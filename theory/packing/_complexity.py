"""Rademacher complexities of Lipschitz functions by coverings, rounded up."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import arb, fmpq

from theory._entries import shown
from theory._input import whole_number
from theory._rationals import Length, positive_rational
from theory.intervals import upper_float
from theory.packing._generalization import cells
from theory.sets import Domain

FINEST = 2**20
"""Values that functions are rounded to at most: chosen, no bound below needs more."""


def lipschitz_rademacher(domain: Domain, lipschitz: Length, bound: Length, samples: int) -> float:
    """An upper bound on the empirical Rademacher complexity of the L-Lipschitz functions X -> [-B, B], rounded up.

    That is the mean, over random signs s_i, of the largest sum of s_i f(x_i) / n; for every sample of size n, so the
    expected one too. It is at most

        e + B sqrt(2 N ln(c) / n), e = 2 B / c,

    for every c = 2, 3, ..., N the number of cells of diameter at most e / L into which X can be cut: on a cell the
    middle of f's range, rounded to one of c values, is within e of f, and Massart's lemma bounds the mean maximum over
    these c^N vectors (Massart 2000; Mohri, Rostamizadeh and Talwalkar 2018, Foundations of Machine Learning, theorem
    3.7). It falls like n^(-1/(d + 2)) in dimension d. Margin bounds take 2 / margin times it.

    Args:
        domain: X, an Interval, Box, Ball, ConvexPolygon or FiniteSet.
        lipschitz: L > 0.
        bound: B > 0.
        samples: n >= 1.

    Returns:
        The bound, or B when that is less.

    Raises:
        ValueError: numbers out of these ranges, another domain.
        OverflowError: a bound B beyond float64.

    >>> from theory.sets import Box
    >>> lipschitz_rademacher(Box([0], [1]), 1, 1, 10**6) < 0.05
    True
    >>> lipschitz_rademacher(Box([0] * 9, [1] * 9), 1, 1, 10**6) > 0.5
    True
    """
    if not isinstance(domain, Domain):
        raise ValueError(f"domain={shown(domain)}: pass an Interval, Box, Ball, ConvexPolygon or FiniteSet")
    steep, top = positive_rational("lipschitz", lipschitz), positive_rational("bound", bound)
    count = whole_number("samples", samples, 1)
    best = Fraction(1)
    for values in _grids():
        part = Fraction(2, values)  # of B
        if part >= best:
            continue
        number = cells(domain, top * part / steep)
        deviation = (2 * number * arb(values).log() / count).sqrt()
        total = Fraction(upper_float(arb(fmpq(part.numerator, part.denominator)) + deviation)) if number < count else 2
        best = min(best, Fraction(total))
        if number >= count:
            break
    return upper_float(best * top)


def _grids() -> Iterator[int]:
    """2, 3, 4, 6, 8, 12, ..."""
    for k in range(1, FINEST.bit_length()):
        yield 2**k
        yield 3 * 2 ** (k - 1)
