"""Upper bounds of spherical codes: how many unit vectors have pairwise inner products of at most s.

Delsarte, Goethals and Seidel 1977, Spherical codes and designs: where f = f_0 + f_1 G_1 + ... + f_k G_k, in
Gegenbauer polynomials with G_i(1) = 1, has f_0 > 0, other f_i >= 0, and f <= 0 on [-1, s], there are at most f(1) / f_0
of them. A linear programme proposes f_1, ..., f_k; f_0 is less the greatest value of the others on [-1, s], which
enclosures of the roots of a derivative bound from above; and the quotient is rational.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq, fmpq_poly
from scipy.optimize import linprog

from theory._types import Floats
from theory.intervals import endpoints

LARGEST_DIMENSION = 64
"""Beyond it the coefficients of good polynomials have more digits than float64, in which they are sought."""

DEGREES = (20, 28, 12)
"""Of the polynomials that are tried, till one proves something: chosen; up to dimension 24 higher ones gain hardly
anything, and 12 is for what rounding takes from the others."""

GRID = 200
"""Points at which the first programme asks for f <= 0, denser near the ends: chosen for time."""

EXCHANGES = 8
"""Most programmes a degree: each asks for f <= 0 also where the last one had its peaks. Chosen, most stop earlier."""

GAIN = Fraction(1, 10**8)
"""The share of a bound that one more programme has to gain: chosen, so that bounds up to 10^8 are settled."""

BITS = 256
"""Precision of peaks: coefficients have 53 bits, and up to 10^20 times the size of the values; chosen with room."""

FINENESS = 2**40
"""Inner products are rounded up to multiples of its inverse, so that near ones share what is remembered: chosen."""

CODES_REMEMBERED = 1024
"""Bounds that are kept: chosen for memory."""


def code_bound(dimension: int, product: Fraction) -> int | None:
    """At most so many unit vectors of R^n have pairwise inner products up to `product`; None where none was found.

    >>> code_bound(8, Fraction(1, 2)), code_bound(24, Fraction(1, 2))
    (240, 196560)
    """
    if not 3 <= dimension <= LARGEST_DIMENSION or not -1 < product < 1:
        return None
    return _code_bound(dimension, Fraction(-(-product.numerator * FINENESS // product.denominator), FINENESS))


@lru_cache(maxsize=CODES_REMEMBERED)
def _code_bound(dimension: int, product: Fraction) -> int | None:
    for degree in DEGREES:
        found = [int(bound) for bound in _bounds(dimension, product, degree)]
        if found:
            return min(found)
    return None


def _bounds(dimension: int, product: Fraction, degree: int) -> Iterator[Fraction]:
    """What the programmes of one degree prove."""
    s = float(product)
    grid = s - (s + 1) * (1 - np.cos(np.linspace(0, np.pi, GRID))) / 2
    best = None
    for _ in range(EXCHANGES):
        weights = _proposed(_gegenbauer(dimension, degree, grid)[1:])
        if weights is None:
            return
        peaks, greatest = _peaks(_combined(dimension, weights), product)
        grid = np.concatenate([grid, [peak for peak in peaks if -1 <= peak <= s]])
        if greatest < 0:
            bound = 1 + sum(weights) / -greatest
            yield bound
            if best is not None and best - bound <= GAIN * bound:
                return
            best = bound


def _proposed(values: Floats) -> list[Fraction] | None:
    """f_1, ..., f_k of least sum such that f <= 0, for f_0 = 1 and the values of G_1, ..., G_k (k, count)."""
    scales = 1 / np.sqrt((values**2).mean(axis=1))
    found = linprog(scales, A_ub=values.T * scales, b_ub=-np.ones(values.shape[1]), bounds=(0, None), method="highs")
    return None if found.status else [Fraction(float(weight)) for weight in np.maximum(scales * found.x, 0)]


def _gegenbauer(dimension: int, degree: int, at: Floats) -> Floats:
    rows = [np.ones_like(at), at]
    for k in range(2, degree + 1):
        rows.append(((2 * k + dimension - 4) * at * rows[-1] - (k - 1) * rows[-2]) / (k + dimension - 3))
    return np.array(rows[: degree + 1])


def _combined(dimension: int, weights: list[Fraction]) -> fmpq_poly:
    """f_1 G_1 + ... + f_k G_k."""
    t = fmpq_poly([0, 1])
    before, last, total = fmpq_poly([1]), t, t * _rational(weights[0])
    for k, weight in enumerate(weights[1:], start=2):
        before, last = last, (t * last * (2 * k + dimension - 4) - before * (k - 1)) / (k + dimension - 3)
        total += last * _rational(weight)
    return total


def _peaks(polynomial: fmpq_poly, end: Fraction) -> tuple[list[float], Fraction]:
    """Where on the line its derivative may vanish, and a bound of its values on [-1, end] from above.

    The greatest value is taken at an end or where the derivative vanishes, and every root of that is enclosed.
    """
    with ctx.workprec(BITS):
        slope: Any = polynomial.derivative().numer()
        roots = [root.real for root, _ in slope.complex_roots() if root.imag.contains(0)]
        inside = [root for root in roots if not (root < -1 or root > arb(_rational(end)))]
        places = [*inside, arb(-1), arb(_rational(end))]
        greatest = max(endpoints(_at(polynomial, place))[1] for place in places)
    return [float(root.mid()) for root in roots], greatest


def _at(polynomial: fmpq_poly, place: arb) -> arb:
    value = arb(0)
    for coefficient in reversed(polynomial.coeffs()):
        value = value * place + arb(coefficient)
    return value


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
