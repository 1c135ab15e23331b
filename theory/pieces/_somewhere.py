"""Parts of the domain where integer functions are positive: which have an interior, decided without rounding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from theory._rationals import common_unit
from theory._types import Floats
from theory.pieces._balls import inside
from theory.pieces._linear_cells import inner_sides, unit_row
from theory.pieces._network.integers import Row
from theory.pieces._network.interior import interior
from theory.pieces._network.numbers import quotient
from theory.pieces._network.plan import Plan
from theory.pieces._rays import shot
from theory.pieces._regions import nowhere_positive, whole_multipliers

POINTS = 8
"""Of a part, at most, from which rays are shot: chosen for time."""

Point = list[int]
"""Homogeneous, x0 > 0."""


@dataclass(frozen=True, eq=False)
class Part:
    """Where all rows are positive, integers and the same in floats, units (k, n + 1); some points inside."""

    rows: tuple[Row, ...]
    units: Floats
    points: tuple[Point, ...]

    @classmethod
    def whole(cls, plan: Plan) -> Part:
        n = plan.domain.dimension
        low, high = plan.domain.ends
        middle = [(a + b) / 2 for a, b in zip(low, high, strict=True)] or [Fraction(0)] * n
        return cls((), np.zeros((0, n + 1)), (common_unit(1, *middle)[0],))


def split(plan: Plan, part: Part, options: list[list[Row]]) -> list[tuple[int, Part]]:
    """The parts on which one of the lists of functions is positive, with its number; exactly those with an interior.

    The options are all that there is, up to sets without an interior.
    """
    found = []
    for number, rows in enumerate(options):
        cutting = [row for row in rows if any(row[1:])]
        if any(row[0] < 0 for row in rows if not any(row[1:])):
            continue
        points = tuple(point for point in part.points if _positive(cutting, point))
        if not points:
            point = _somewhere(plan, part, cutting)
            if point is None:
                continue
            points = (point,)
        found.append((number, cutting, points))
    parts = [(number, replace(part, points=points)) for number, _, points in found]
    if len(parts) == 1:
        return parts
    return [
        (number, Part((*part.rows, *rows), np.vstack([part.units, *map(unit_row, rows)]), points[-POINTS:]))
        for number, rows, points in found
    ]


def _positive(rows: Sequence[Row], point: Point) -> bool:
    return all(sum(c * x for c, x in zip(row, point, strict=True)) > 0 for row in rows)


def _holds(plan: Plan, rows: Sequence[Row], point: Point) -> bool:
    """Whether the point is inside the domain, and all rows are positive there."""
    if plan.domain.bounded:
        ends, parts = plan.whole_ends
        if not all(
            low * point[0] < x * parts < high * point[0] for x, (low, high) in zip(point[1:], ends, strict=True)
        ):
            return False
    return _positive(rows, point)


def _somewhere(plan: Plan, part: Part, rows: list[Row]) -> Point | None:
    """A point of the part at which all rows are positive; None if there is none.

    Rays and programmes propose points and proofs, which integers check, or they look for themselves.
    """
    if plan.domain.bounded and any(nowhere_positive(plan, [row], [1]) for row in rows):
        return None
    units = np.array([unit_row(row) for row in rows])
    every = [*part.rows, *rows]
    if len(rows) == 1:
        points = np.array([[quotient(x, point[0]) for x in point[1:]] for point in part.points])
        ray = shot(plan.domain, part.units, points, units[0]) if np.isfinite(points).all() else None
        if ray is not None and _holds(plan, every, point := common_unit(1, *ray.tolist())[0]):
            return point
    found = inside(plan.domain, np.vstack([part.units, units]))
    order = list(range(len(every)))
    if found is not None:
        room, centre, multipliers = found
        if room > 0 and _holds(plan, every, point := common_unit(1, *centre.tolist())[0]):
            return point
        taken = np.flatnonzero(multipliers).tolist()
        some: list[Any] = [every[i] for i in taken]
        if taken and plan.domain.bounded:
            for factors in whole_multipliers(some, multipliers[taken].tolist()):
                if nowhere_positive(plan, some, factors):
                    return None
        order = np.argsort(-multipliers, kind="stable").tolist()
    return interior([*(every[i] for i in order), *inner_sides(plan).tolist()])
