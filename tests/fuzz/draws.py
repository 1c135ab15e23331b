"""Draws of the numbers that break solvers, by numpy's generators: thousands a second.

The same edges as in tests.theory.extremes: huge, tiny and subnormal numbers, ties, numbers one unit in the last place
apart, whole numbers beyond 2^53, and one array in all the clothes that a caller may hand it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import inf
from typing import Any, TypeVar

import numpy as np
import torch

from tests.theory.extremes import EXPONENTS

Rng = np.random.Generator
Anything = TypeVar("Anything")
SHARES = [1.0, 1.0, 1.0, 3.0, 1e-3, 1e-11, 1e-17]
"""Of weights, to each other."""


def pick(rng: Rng, options: Sequence[Anything]) -> Anything:
    return options[int(rng.integers(len(options)))]


def chance(rng: Rng, share: float) -> bool:
    return bool(rng.random() < share)


def whole(rng: Rng, low: int, high: int) -> int:
    """From low to high, both included."""
    return int(rng.integers(low, high, endpoint=True))


def magnitude(rng: Rng, least: int = -1074, most: int = 490) -> float:
    """A positive float, of any size or of one near an edge."""
    edges = [exponent for exponent in EXPONENTS if least <= exponent <= most]
    exponent = pick(rng, edges) if edges and chance(rng, 0.6) else whole(rng, least, most)
    return float(np.ldexp(pick(rng, [1.0, 1.0, 1.25, 1.5, 1.9, rng.uniform(1, 1.99)]), exponent))


def shifted(rng: Rng, number: float, ulps: int = 2) -> float:
    """So many floats on, at most."""
    for _ in range(abs(steps := whole(rng, -ulps, ulps))):
        number = float(np.nextafter(number, np.copysign(inf, steps)))
    return number


def fraction(rng: Rng, size: int = 4, parts: int = 6) -> Fraction:
    return Fraction(whole(rng, -size * parts, size * parts), whole(rng, 1, parts))


def exact(rng: Rng, far: bool = True) -> int | Fraction:
    """Small, beyond 2^53, beyond float64 if far, or beside any float."""
    kind = whole(rng, 0, 9 if far else 8)
    if kind < 6:
        return fraction(rng)
    if kind < 8:
        return pick(rng, [2**53, -(2**53), 10**30]) + whole(rng, -2, 2)
    if kind == 8:
        return Fraction(whole(rng, 1, 3), 3**40)
    return pick(rng, [Fraction(whole(rng, -9, 9), 10**330), Fraction(10**320 + whole(rng, 0, 2))])


def places(rng: Rng, count: int, n: int, least: int = -1000, most: int = 480) -> np.ndarray:
    """Points (count, n): lattices of one or two scales, on a line, repeated, next neighbours, or none of these."""
    coarse = magnitude(rng, least, most)
    kind = whole(rng, 0, 4)
    if kind == 0:
        found = rng.normal(size=(count, n))
    else:
        fine = pick(rng, [0.0, 1.0, 2.0**-52, 1e-12]) if chance(rng, 0.7) else magnitude(rng, least, 0)
        found = rng.integers(-2, 3, (count, n)) + fine * rng.integers(-2, 3, (count, n))
        if kind == 1:
            found = rng.integers(-3, 4, (count, 1)) * found[:1] + found[-1]
        if kind == 2:
            found = found[rng.integers(0, count, count)]
    with np.errstate(under="ignore"):
        found = coarse * found
    if chance(rng, 0.4):
        found[0] = np.nextafter(found[-1], pick(rng, [inf, -inf, 0.0]))
    return found


def labels(rng: Rng, count: int, one_class: float = 0.05) -> np.ndarray:
    found = rng.choice([1, -1], count)
    if count > 1:
        found[-2:] = 1, -1
    return found * 0 + found[0] if chance(rng, one_class) else found


def masses(rng: Rng, count: int, least: int = -1060, most: int = 480) -> np.ndarray:
    """Weights of any unit, tied, far apart, or 1e-17 apart in a share."""
    unit = magnitude(rng, least, most)
    found = np.array([max(unit * pick(rng, SHARES), 5e-324) for _ in range(count)])
    return np.nextafter(found, inf) if chance(rng, 0.1) else found


def dressed(rng: Rng, array: np.ndarray) -> Any:
    """The same float64 numbers, in another container or type."""
    kind = whole(rng, 0, 9)
    if kind == 1:
        return array.tolist()
    if kind == 2:
        return tuple(map(tuple, array.tolist())) if array.ndim > 1 else tuple(array.tolist())
    if kind == 3:
        return np.asfortranarray(array)[::1]
    if kind == 4:
        return torch.from_numpy(np.array(array, dtype=np.float64))
    if kind == 5:
        return np.ma.array(array, mask=np.zeros(array.shape, dtype=bool))
    if kind == 6:
        return np.repeat(array, 2, axis=0)[::2]
    if kind == 7:
        frozen = np.array(array, dtype=np.float64)
        frozen.flags.writeable = False
        return frozen
    if kind == 8 and (array == np.round(array)).all() and np.abs(array).max(initial=0) < 2**53:
        return array.astype(np.int64)
    return array
