"""Sums and products of float64 with the errors they make (Dekker 1971; Knuth; Ogita, Rump and Oishi 2005)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from theory._rationals import as_whole
from theory._scales import LEAST_FLOAT
from theory._types import Floats

U = 2.0**-53
"""Half a unit in the last place of 1."""

SPLITTER = 2.0**27 + 1
"""Veltkamp's constant: a float64 times it, rounded, gives the upper 26 bits (Dekker 1971)."""

SHARP = 2.0**-50
"""Relative error that is allowed in twice the digits, 8 u; beyond it whole numbers are taken."""

FOLDS = 4
"""How often errors are summed again before whole numbers are taken: chosen for time, it changes no value."""

FAINT_PRODUCT = 2.0**-960
"""Below 2^-968 the error of a product may be no float."""


def dots(left: Floats, right: Floats, share: float) -> tuple[Floats, Floats]:
    """Sums of products, row by row, and what they are off by, FOLDS times at a share of the sums at least.

    Products and sums leave their errors behind (Ogita, Rump and Oishi 2005); those are summed again, until none is left
    or the rest does not matter.
    """
    product, error = products(left, right)
    faint = ((np.abs(product) < FAINT_PRODUCT) & (left != 0) & (right != 0)).sum(axis=1)
    terms = np.concatenate([product, error], axis=1)
    parts: list[Floats] = []
    for _ in range(FOLDS):
        terms = terms[:, terms.any(axis=0)]
        added, terms = pairwise(terms)
        parts.append(added)
        for _ in parts:  # small parts into large ones, until they overlap no more
            for i in range(len(parts) - 1, 0, -1):
                parts[i - 1], parts[i] = sums(parts[i - 1], parts[i])
        tail = np.sum(parts[1:], axis=0) if len(parts) > 1 else np.zeros_like(added)
        total = parts[0] + tail
        rest, size = np.abs(terms).sum(axis=1), np.sum(np.abs(parts[1:]), axis=0)
        # Sums of moduli are off by less than half of themselves. Underflow takes four of the least floats a product.
        bound = np.where(size + rest > 0, U * np.abs(total) + FOLDS * U * size + 2 * rest, 0.0)
        bound += 4 * LEAST_FLOAT * faint
        if (bound <= share * np.abs(total)).all() or not terms.any():
            break
    return total, bound


def sharp_dots(left: Floats, right: Floats) -> Floats:
    """Sums of products, row by row, with a relative error SHARP, and never 0 unless they are."""
    total, bound = dots(left, right, SHARP)
    unsure = np.flatnonzero(bound > SHARP * np.abs(total))
    if len(unsure):
        one, other = as_whole(left[unsure].ravel()), as_whole(right[unsure].ravel())
        counts = np.array(one.counts, dtype=object) * np.array(other.counts, dtype=object)
        wholes, unit = counts.reshape(len(unsure), -1).sum(axis=1), one.unit * other.unit
        total[unsure] = [rounded(whole * unit) for whole in wholes]
    return total


def rounded(number: Fraction) -> float:
    """The nearest float, but never 0 for another number."""
    return float(number) or ((number > 0) - (number < 0)) * LEAST_FLOAT


def pairwise(terms: Floats) -> tuple[Floats, Floats]:
    """The sum of every row, rounded, and the errors of all its additions."""
    left, level = [np.empty((len(terms), 0))], terms
    while level.shape[1] > 1:
        half = level.shape[1] // 2
        added, errors = sums(level[:, :half], level[:, half : 2 * half])
        left.append(errors)
        level = np.concatenate([added, level[:, 2 * half :]], axis=1)
    return level.sum(axis=1), np.concatenate(left, axis=1)


def sums(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a + b, rounded, and what is left (Knuth)."""
    total = a + b
    part = total - a
    return total, (a - (total - part)) + (b - part)


def products(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a b, rounded, and what is left (Dekker), underflow aside."""
    total = a * b
    a_high, b_high = _upper(a), _upper(b)
    a_low, b_low = a - a_high, b - b_high
    return total, ((a_high * b_high - total) + a_high * b_low + a_low * b_high) + a_low * b_low


def _upper(a: Floats) -> Floats:
    far = SPLITTER * a
    return far - (far - a)
