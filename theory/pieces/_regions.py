"""Regions in the making, and what integers prove of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import isqrt
from typing import Any, NamedTuple

import numpy as np

from theory._rationals import common_unit
from theory._types import Floats
from theory.pieces._linear_cells import inner_sides
from theory.pieces._network.arrays import Bits
from theory.pieces._network.integers import Row
from theory.pieces._network.interior import interior
from theory.pieces._network.numbers import quotient
from theory.pieces._network.plan import Plan

ROOT_PLACES = 64
"""Binary places of `_length`: multipliers are floats of 53 bits, so that more would not make a proof succeed."""

COARSE_PLACES = 10
"""Binary places of multipliers, next to the largest, where more of them prove nothing: a gate that others imply, as
orders are transitive, is their sum, with multipliers that are equal but for rounding. Chosen."""


class Gates(NamedTuple):
    """Of a layer on a region: functions (g, n + 1) of unit gradient, signs (g,) of those without a gradient, and the
    signs of those that do not cut the region, each with whether that is proved."""

    units: Floats
    constant: dict[int, int]
    settled: dict[int, tuple[int, bool]]


@dataclass(frozen=True, eq=False)
class Region:
    """A region in the making.

    signs: of the first gates. rows (k, n + 1): functions of unit gradient that are positive, of the gates `walls` (k,).
    points (p, n): inside. proved: all of it. share: what part of the work it is taken to be. gates: of its layer.
    """

    signs: tuple[int, ...]
    rows: Floats
    walls: tuple[int, ...]
    points: Floats
    proved: bool
    share: float = 1.0
    gates: Gates | None = None


def acting(plan: Plan, region: Region, layers: int) -> list[Bits]:
    minus, at = np.array(region.signs) < 0, 0
    found = []
    for layer in range(layers):
        found.append(minus[at : at + plan.network.gates(layer)])
        at += plan.network.gates(layer)
    return found


def place_of(plan: Plan, number: int) -> tuple[int, int]:
    """The layer of a gate, and which it is there."""
    layer = 0
    while number >= plan.network.gates(layer):
        number -= plan.network.gates(layer)
        layer += 1
    return layer, number


def _exact_row(plan: Plan, region: Region, number: int) -> Row:
    """A gate that has been taken, or the next one, as a function on the region, in integers."""
    layer, gate = place_of(plan, number)
    return plan.exact.gates(acting(plan, region, layer))[gate]


def _length(row: Row) -> int:
    """Of the gradient, nearly, in parts of 2^-ROOT_PLACES; of a constant, its size."""
    if not any(row[1:]):
        return abs(int(row[0])) << ROOT_PLACES
    return isqrt(sum(int(x) ** 2 for x in row[1:]) << 2 * ROOT_PLACES) + 1


def refuted(plan: Plan, region: Region, side: int, multipliers: Floats, ahead: int) -> bool:
    """Whether the multipliers prove that the region has nothing on this side of the gate."""
    if not plan.domain.bounded or not multipliers.any():
        return False
    taken = np.flatnonzero(multipliers).tolist()
    numbers, signs = [*region.walls, len(region.signs) + ahead], [*(region.signs[i] for i in region.walls), side]
    rows = [[signs[i] * x for x in _exact_row(plan, region, numbers[i])] for i in taken]
    return any(nowhere_positive(plan, rows, each) for each in whole_multipliers(rows, multipliers[taken].tolist()))


def whole_multipliers(rows: list[Row], multipliers: list[float]) -> Iterator[list[int]]:
    """Of these rows, in the place of such, at least 0 and not all 0, of rows of unit gradient: two proposals.

    Whole multipliers prove as much as others: these are left with `ROOT_PLACES` or more.
    """
    lengths = [_length(row) for row in rows]
    places = 2 * ROOT_PLACES + max(length.bit_length() for length in lengths)
    factors = []
    for multiplier, length in zip(multipliers, lengths, strict=True):
        top, bottom = multiplier.as_integer_ratio()
        factors.append((top << places) // (bottom * length))
    yield factors
    largest = max(1, *factors)
    yield [((factor << COARSE_PLACES + 1) // largest + 1) >> 1 for factor in factors]


def nowhere_positive(plan: Plan, rows: list[Row], factors: list[int]) -> bool:
    """Whether so many times each row, not 0 of all, makes a sum of at most 0 on the box."""
    if not any(factors):
        return False
    total: list[Any] = [0] * (plan.domain.dimension + 1)
    for row, factor in zip(rows, factors, strict=True):
        total = [t + factor * x for t, x in zip(total, row, strict=True)]
    ends, parts = plan.whole_ends
    most = total[0] * parts + sum(c * (high if c > 0 else low) for c, (low, high) in zip(total[1:], ends, strict=True))
    return bool(most <= 0)


def exactly_inside(plan: Plan, region: Region, side: int, ahead: int) -> tuple[float, Floats, Floats] | None:
    """What `inside` returns, of an exact point, rounded; None: this side of the gate has none of the region."""
    numbers = [*((i, sign) for i, sign in enumerate(region.signs) if sign), (len(region.signs) + ahead, side)]
    rows = [[sign * x for x in _exact_row(plan, region, i)] for i, sign in numbers]
    found = interior([*rows, *inner_sides(plan).tolist()])
    if found is None:
        return None
    return np.inf, np.array([quotient(x, found[0]) for x in found[1:]]), np.zeros(0)


def holds(plan: Plan, region: Region) -> bool:
    """Whether the point, taken exactly, is inside the domain and has the signs claimed; a 0 must hold everywhere."""
    point = common_unit(1, *region.points[0].tolist())[0]
    if any(_value(row, point) <= 0 for row in inner_sides(plan).tolist()):
        return False
    claims = iter(region.signs)
    for layer in range(plan.network.depth):
        for row in plan.exact.gates(acting(plan, region, layer)):
            sign, value = next(claims), _value(row, point)
            if (value > 0) - (value < 0) != sign or (not sign and any(row)):
                return False
    return True


def _value(row: Iterable[Any], point: Iterable[int]) -> Any:
    """In integers, Python's or flint's."""
    return sum(c * x for c, x in zip(row, point, strict=True))
