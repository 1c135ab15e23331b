"""The way out of a class: from points nearer to one finite set, the nearest point as near to the other.

f(x) = min over c of dist(x, V(c)), V(c) = {z : |z - c| <= |z - a| for every a of the class of x}.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory._neighbours import Indices, Neighbours, squared
from theory._projection import project
from theory._screening import screen
from theory._validation import Floats

# Two ways out whose lengths differ by less than this share count as equally short, two feet nearer than
# SAME_FOOT as one.
TIE = 1e-11
SAME_FOOT = 1e-7


@dataclass
class Exits:
    """Shortest displacement (m, n) out of the class, the index of the rival c it leads to, whether the foot is the
    only one, and how far the foot may violate a half-space."""

    displacement: Floats
    rival: Indices
    unique: NDArray[np.bool_]
    violation: Floats


def nearest_exits(x: Floats, own: Neighbours, other: Neighbours) -> Exits:
    """For x (m, n), every row at least as near to `own` as to `other`."""
    candidates = screen(x, own, other)
    rival = candidates.best()
    first = project(x, other.points[rival], own, np.full(len(x), np.inf))
    exits = Exits(first.u, rival, np.ones(len(x), bool), first.violation)
    radius = np.sqrt(squared(exits.displacement))
    rows, found, bounds = candidates.below(radius * (1 + TIE))
    others = found != rival[rows]
    rows, found, bounds = rows[others], found[others], bounds[others]
    order = np.lexsort((bounds, rows))
    _challenge(x, own, other, exits, rows[order], found[order], bounds[order])
    return exits


def _challenge(
    x: Floats, own: Neighbours, other: Neighbours, exits: Exits, rows: Indices, found: Indices, bounds: Floats
) -> None:
    """Project onto the V(c) whose bound does not exclude them, the most promising of every query first."""
    wave = 1
    while len(rows):
        rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
        now = rank < wave
        _contest(x, own, other, exits, rows[now], found[now])
        limit = np.sqrt(squared(exits.displacement[rows])) * (1 + TIE)
        later = ~now & (bounds <= limit)
        rows, found, bounds = rows[later], found[later], bounds[later]
        wave *= 2


def _contest(
    x: Floats, own: Neighbours, other: Neighbours, exits: Exits, rows: Indices, found: Indices
) -> None:
    limit = np.sqrt(squared(exits.displacement[rows])) * (1 + TIE)
    result = project(x[rows], other.points[found], own, limit)
    length = np.sqrt(squared(result.u))
    for i in np.flatnonzero(result.done):
        _settle(exits, rows[i], found[i], result.u[i], length[i], result.violation[i])


def _settle(exits: Exits, row: int, rival: int, u: Floats, length: float, violation: float) -> None:
    """Compare one more way out of `row` with the best so far."""
    best = float(np.sqrt(squared(exits.displacement[row])))
    apart = float(np.sqrt(squared(exits.displacement[row] - u)))
    if abs(length - best) <= TIE * best:
        exits.unique[row] &= apart <= SAME_FOOT * best
    if length < best:
        exits.unique[row] |= length < best * (1 - TIE)
        exits.displacement[row], exits.rival[row], exits.violation[row] = u, rival, violation
