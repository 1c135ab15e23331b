"""Points of a region, found without a linear programme: on rays that start at points that are known."""

from __future__ import annotations

import math

import numpy as np

from theory._types import Floats
from theory.pieces._network.domain import Domain
from theory.pieces._network.rounding import gamma

THIN = 1e-9
"""A region in which no ball of this radius fits, next to the box or to 1, counts as empty. Chosen a hundred times below
the 1e-7 to which HiGHS keeps constraints by default, so what is found may not hold: `_holds` and `_refuted` tell."""

CLEAR = 10 * THIN
"""A point that is so far from the next gate stays the point of its side: chosen, a ball of THIN fits there."""

TURNS = 8
"""Walls at which a ray turns, at most; chosen for time, as ten cost what a programme costs."""

NEARLY = 0.9
"""Of the way to a wall: chosen, so that there is room for the next stretch."""

STEEP = 1e-6
"""Of a direction that is left when those of walls are taken away, to be told from rounding: chosen."""


def highest(domain: Domain, unit: Floats) -> float:
    """The largest value of a function in the box, not less; over R^n infinity."""
    if domain.low is None or domain.high is None:
        return np.inf
    terms = np.maximum(unit[1:] * domain.low, unit[1:] * domain.high)
    return float(unit[0] + terms.sum() + gamma(2 * len(unit)) * (np.abs(unit[0]) + np.abs(terms).sum()))


@np.errstate(divide="ignore", invalid="ignore", over="ignore")
def shot(domain: Domain, rows: Floats, points: Floats, unit: Floats) -> Floats | None:
    """A point where the function and all rows are positive, on a ray from one of the points up its gradient,
    which walls turn along themselves; None: no ray comes so far."""
    walls = np.concatenate([rows, domain.side_rows])
    normals, gradient = walls[:, 1:], unit[1:]
    values = unit[0] + points @ gradient
    rooms = walls[:, 0] + points @ normals.T
    fall = -(normals @ gradient)
    ends = np.where(fall > 0, rooms / fall, np.inf).min(axis=1, initial=np.inf)
    best = int((values + ends).argmax())
    point, room, value, way = points[best], rooms[best], values[best], gradient
    turned = np.zeros((TURNS, len(gradient)))
    for turn in range(TURNS):
        falls, rise = -(normals @ way), float(way @ gradient)
        ahead = np.flatnonzero(falls > 0)
        times = room[ahead] / falls[ahead]
        first = int(times.argmin()) if ahead.size else -1
        end = float(times[first]) if ahead.size else np.inf
        if end * rise + value > CLEAR:
            far = point + min((end - value / rise) / 2, 1.0 - value / rise) * way
            clear = (walls[:, 0] + normals @ far > CLEAR).all() and unit[0] + gradient @ far > CLEAR
            return far if clear else None
        step = NEARLY * end
        point, room, value = point + step * way, room - step * falls, value + step * rise
        normal = normals[ahead[first]]
        met = turned[:turn]
        normal = normal - met.T @ (met @ normal)
        length = math.sqrt(normal @ normal)
        if length < STEEP:
            return None
        turned[turn] = normal / length
        met = turned[: turn + 1]
        way = gradient - met.T @ (met @ gradient)
        if math.sqrt(way @ way) < STEEP:
            return None
    return None
