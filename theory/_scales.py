"""Powers of two at the door: points, masses and values in units in which squares and products keep their digits.

Multiplying by a power of two rounds nothing unless the result leaves the range of normal floats. What is said of
rounding everywhere else holds in those units; what is left of underflow is bounded here once, and outwards.
"""

from __future__ import annotations

from math import frexp, inf, isinf, ldexp, nextafter
from typing import NamedTuple

import numpy as np

from theory._types import Floats, Indices

LEAST_FLOAT = 2.0**-1074
"""The least positive float: what a number that underflows is off by, at most."""
LARGEST_FLOAT = float(np.finfo(np.float64).max)
FAINT = 2.0**-500
"""Squares of numbers below this may underflow."""
LEAST_SAFE = 2.0**-1000
"""Products and quotients with a few units, of numbers above this, are normal floats."""
RAISED = 600
"""Differences below FAINT, times 2^600, have squares that are normal floats: none is less than 2^-1074."""
HELD = 2**22
"""Coordinates of differences that are held at once: 32 MB, chosen."""
LARGEST_UNSCALED = 2.0**450
"""Squares of coordinates up to this may be added in any dimension."""


class Scaled(NamedTuple):
    """points times 2^exponent, exactly, (p, n)."""

    points: Floats
    exponent: int


def in_unit_of_span(name: str, points: Floats) -> Scaled:
    """The greatest range of a coordinate becomes about 1, unless that would round small coordinates of large points."""
    top = frexp(float(np.abs(points).max()))[1]
    halved = points if top <= 1000 else np.ldexp(points, -4)  # their differences might overflow
    span = float((halved.max(axis=0) - halved.min(axis=0)).max())
    if not span:
        return Scaled(points, 0)
    exponent = -frexp(span)[1] - (0 if top <= 1000 else 4)
    scaled = np.ldexp(points, exponent)
    if exponent >= 0 or bool((np.ldexp(scaled, -exponent) == points).all()):
        return Scaled(scaled, exponent)
    if ldexp(1.0, min(top, 1000)) <= LARGEST_UNSCALED:
        return Scaled(points, 0)
    raise ValueError(f"{name} reach {np.abs(points).max():.1e} beside numbers near 1e-308: scale the points, or round")


def outwards(number: float, exponent: int, towards: float) -> float:
    """number times 2^exponent, rounded to a float on that side; beyond the range of floats that is its end or inf."""
    if not number or isinf(number):
        return number
    try:
        found = ldexp(number, exponent)
    except OverflowError:
        return number * inf if (number > 0) == (towards > 0) else LARGEST_FLOAT * (1.0 if number > 0 else -1.0)
    if abs(found) >= 2.0**-1022:
        return found
    back = ldexp(found, -exponent)
    wrong = back < number if towards > 0 else back > number
    return nextafter(found, towards) if wrong else found


def lengths(vectors: Floats) -> Floats:
    """Euclidean lengths along the last axis, small ones too: relative error (n + 8) 2^-52, and half the least float."""
    found = np.asarray(np.sqrt(np.einsum("...i,...i->...", vectors, vectors)))
    faint = found < FAINT
    if faint.any():
        raised = np.ldexp(vectors[faint], RAISED)
        found[faint] = np.ldexp(np.sqrt(np.einsum("ij,ij->i", raised, raised)), -RAISED)
    return found


def steps_between(one: Floats, other: Floats, rows: Indices, columns: Indices) -> Floats:
    """Lengths of one[rows] - other[columns], a part at a time, so that few differences of many coordinates are held."""
    parts = np.array_split(np.arange(len(rows)), 1 + len(rows) * one.shape[1] // HELD)
    return np.concatenate([lengths(one.take(rows[part], axis=0) - other.take(columns[part], axis=0)) for part in parts])


def least_step(points: Floats) -> float:
    """The least difference, but for 0, of two coordinates of one axis; infinity if there is none.

    No two points that differ are closer.
    """
    steps = np.diff(np.sort(points, axis=0), axis=0)
    return float(np.min(steps, initial=inf, where=steps > 0))
