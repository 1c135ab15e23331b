"""The way out of a class: from points nearer to one finite set, the nearest point as near to the other.

f(x) = min over c of dist(x, V(c)), V(c) = {z : |z - c| <= |z - a| for every a of the class of x}.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory._types import Floats, Indices
from theory.hmf._nearest import Neighbours, squared
from theory.hmf._projection import Projections, project
from theory.hmf._screening import screen

TIE = 1e-11
"""Two ways out whose lengths differ by less than this share count as equally short: 10^5 u. Chosen, not derived:
rounding of a length grows as the half-spaces at its foot become parallel, and has no bound without their angles."""

SAME_FOOT = 1e-7
"""Two feet nearer than this share of the way count as one. Chosen, not derived, like TIE; below sqrt(2 TIE) =
4.5e-6, by which the feet of ways to one half-space, of lengths that differ by TIE, can be apart."""

FIRST_WAVE = 4
"""Rivals of a query that are projected onto at once, doubled each time: chosen for time, it changes no value."""


@dataclass
class Exits:
    """Shortest displacement (m, n) out of the class, the index of the rival c it leads to, whether the foot
    is the only one, how far the foot may violate a half-space, and a direction (m, n) there further into
    the rival's cell."""

    displacement: Floats
    rival: Indices
    unique: NDArray[np.bool_]
    violation: Floats
    inward: Floats

    def limit(self) -> Floats:
        """Ways out longer than this are of no interest (m,)."""
        return _length(self.displacement) * (1 + TIE)

    def improve(self, rows: Indices, rival: Indices, way: Projections) -> None:
        """Compare one more way out of each of some different rows with the best so far."""
        u = way.u
        old, new = _length(self.displacement[rows]), _length(u)
        apart = _length(self.displacement[rows] - u)
        tied = (np.abs(new - old) <= TIE * old) & (apart > SAME_FOOT * old)
        better = new < old
        fresh = new < old * (1 - TIE)
        self.unique[rows] = (self.unique[rows] | fresh) & ~tied
        rows = rows[better]
        self.displacement[rows], self.rival[rows] = u[better], rival[better]
        self.violation[rows], self.inward[rows] = way.violation[better], way.inward[better]


def nearest_exits(x: Floats, own: Neighbours, other: Neighbours) -> Exits:
    """For x (m, n), every row at least as near to `own` as to `other`."""
    candidates = screen(x, own, other)
    rival = candidates.best()
    first = project(x, other.points[rival], own, np.full(len(x), np.inf))
    exits = Exits(first.u, rival, np.ones(len(x), bool), first.violation, first.inward)
    for rows, found, bounds in candidates.below(exits.limit()):
        fresh = found != rival[rows]
        rows, found, bounds = rows[fresh], found[fresh], bounds[fresh]
        order = np.lexsort((bounds, rows))
        _challenge(x, own, other, exits, rows[order], found[order], bounds[order])
    return exits


def _challenge(
    x: Floats, own: Neighbours, other: Neighbours, exits: Exits, rows: Indices, found: Indices, bounds: Floats
) -> None:
    """Project onto the V(c) that their bounds do not exclude, the most promising of every query first."""
    wave = FIRST_WAVE
    while len(rows):
        rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
        now = rank < wave
        limit = exits.limit()
        result = project(x[rows[now]], other.points[found[now]], own, limit[rows[now]])
        place = np.where(result.done, rank[now], -1)
        for turn in np.unique(place[result.done]):
            some = place == turn
            exits.improve(rows[now][some], found[now][some], result.take(some))
        later = ~now & (bounds <= exits.limit()[rows])
        rows, found, bounds = rows[later], found[later], bounds[later]
        wave *= 2


def _length(vectors: Floats) -> Floats:
    return np.sqrt(squared(vectors))
