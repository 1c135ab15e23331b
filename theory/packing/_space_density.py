"""Upper bounds of the density of packings of space, by Cohn and Elkies 2003, New upper bounds on sphere packings I.

Where f and its Fourier transform g are of fast decay, f(0), g(0) > 0, g >= 0, and f(x) <= 0 for |x| >= r, every
packing of points at distances of at least r has at most f(0) / g(0) points a unit of volume. In t = 2 pi |x|^2, the
functions L_k(t) exp(-t/2) with Laguerre polynomials of parameter n/2 - 1 are their own transforms but for the sign
(-1)^k. So two polynomials, p(t) = sum c_k L_k(t) and q(t) = sum (-1)^k c_k L_k(t), have to be p <= 0 from T = 2 pi
r^2 on and q >= 0 from 0 on. A linear programme proposes the c_k; that neither polynomial has a root there is proved
by enclosures of all of its roots, and the quotient is rational.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq, fmpq_poly
from scipy.optimize import linprog

from theory._types import Floats
from theory.intervals import endpoints

LARGEST_DIMENSION = 40
"""Beyond it float64 finds no polynomial that proves something: tried up to 40."""

DEGREE = 25
"""Of the polynomials, odd, as p falls and q rises far out: chosen; in dimensions 4 to 12 the published bounds come out
to three digits or more."""

STARTS = (0.9, 1.0, 1.2, 1.5)
"""T, as a multiple of `TYPICAL` n. Polynomials of one degree prove most for one T, which is sought among these."""

TYPICAL = 1.47
"""4 / e: T / n for balls of radius r / 2 that take up a unit of volume each, where n is large."""

GRID = 500
"""Points at which a first programme asks for each sign, denser near the start: chosen for time."""

BEYOND = (1e3, 1e4, 1e6)
"""Places past all roots of the Laguerre polynomials, where the last of them decides the sign: chosen."""

EXCHANGES = 6
"""Most programmes for a T: each asks for the signs also within the intervals where the last one's were wrong. Chosen,
most stop earlier."""

WITHIN = 9
"""Places within such an interval: the next one is that much shorter, and the excursion lower by the square. Chosen."""

SLACK = 1e-7
"""How far from zero the values are held, as a share of the greatest term: more than the programmes' own tolerance."""

BITS = 256
"""Precision of the roots: coefficients have 53 bits, and up to 10^20 times the size of the values; chosen with room."""


@lru_cache(maxsize=LARGEST_DIMENSION)
def density_bound(dimension: int) -> arb | None:
    """At most so many points a unit of volume, where any two have distance 1 or more; None where none was found.

    >>> round(float(density_bound(12)) / 2**12, 4)
    0.0628
    """
    if not 4 <= dimension <= LARGEST_DIMENSION:
        return None
    found = [bound for start in STARTS if (bound := _proved(dimension, _rounded(start * TYPICAL * dimension)))]
    return min(found, key=lambda bound: endpoints(bound)[1], default=None)


def _rounded(start: float) -> Fraction:
    return Fraction(round(start * 64), 64)


def _proved(dimension: int, start: Fraction) -> arb | None:
    first, far = float(start), 4 * DEGREE + 2 * dimension
    steps = np.linspace(0, 1, GRID) ** 2
    below, above = np.append(first + (far - first) * steps, BEYOND), np.append(far * steps, BEYOND)
    for _ in range(EXCHANGES):
        weights = _proposed(dimension, below, above)
        if weights is None:
            return None
        p, q = _combined(dimension, weights)
        if _sign_from(p, start) == -1 and _sign_from(q, Fraction(0)) == 1:
            with ctx.workprec(BITS):
                radius_squared = arb(_rational(start)) / (2 * arb.pi())
                return radius_squared ** (arb(dimension) / 2) * arb(p(0) / q(0))
        below = np.concatenate([below, _within(p, start)])
        above = np.concatenate([above, _within(q, Fraction(0))])
    return None


def _proposed(dimension: int, below: Floats, above: Floats) -> list[float] | None:
    """c_0, ..., c_k of least p(0) for q(0) = 1, where p <= 0 and q >= 0 at those places and L_k(0) = 1."""
    signs = (-1.0) ** np.arange(DEGREE + 1)
    rows = np.vstack([_laguerre(dimension, below), -_laguerre(dimension, above) * signs])
    found = linprog(
        np.ones(DEGREE + 1),
        A_ub=rows / abs(rows).max(axis=1, keepdims=True),
        b_ub=np.full(len(rows), -SLACK),
        A_eq=[signs],
        b_eq=[1],
        bounds=(None, None),
        method="highs",
    )
    return None if found.status else [float(weight) for weight in found.x]


def _laguerre(dimension: int, at: Floats) -> Floats:
    """L_0, ..., L_k with L_k(0) = 1 at each place: (count, k + 1). Beyond 4 k + n, none has a root."""
    rows = [np.ones_like(at), 1 - 2 * at / dimension]
    for k in range(1, DEGREE):
        rows.append(((2 * k + dimension / 2 - at) * rows[-1] - k * rows[-2]) / (k + dimension / 2))
    return np.array(rows).T


def _combined(dimension: int, weights: list[float]) -> tuple[fmpq_poly, fmpq_poly]:
    """p and q."""
    half, t = fmpq(dimension, 2), fmpq_poly([0, 1])
    before, last = fmpq_poly([1]), 1 - t / half
    p = q = before * _rational(Fraction(weights[0]))
    for k, weight in enumerate(weights[1:], start=1):
        term = last * _rational(Fraction(weight))
        p, q = p + term, q + term * (-1) ** k
        before, last = last, (last * (2 * k + half - t) - before * k) / (k + half)
    return p, q


def _sign_from(polynomial: fmpq_poly, start: Fraction) -> int:
    """Of its values from there on, 0 where it may vanish."""
    first = polynomial(_rational(start))
    return 0 if _roots_from(polynomial, start) else (first > 0) - (first < 0)


def _roots_from(polynomial: fmpq_poly, start: Fraction) -> list[float]:
    """About where it may vanish, from there on."""
    with ctx.workprec(BITS):
        numerator: Any = polynomial.numer()
        end = arb(_rational(start))
        roots = [root.real for root, _ in numerator.complex_roots() if root.imag.contains(0)]
        return sorted(float(root.mid()) for root in roots if not root < end)


def _within(polynomial: fmpq_poly, start: Fraction) -> Floats:
    """Places between a first root and a second one, between a third and a fourth and so on."""
    roots = _roots_from(polynomial, start)
    return np.array([np.linspace(*ends, WITHIN) for ends in zip(roots[::2], roots[1::2], strict=False)]).ravel()


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)
