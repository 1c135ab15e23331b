"""The way out of a class: from points nearer to one finite set, the nearest point as near to the other.

f(x) = min over c of dist(x, V(c)), V(c) = {z : |z - c| <= |z - a| for every a of the class of x}.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory._scales import lengths
from theory._types import Floats, Indices
from theory.hmf._frame import Places
from theory.hmf._nearest import Neighbours, rounding
from theory.hmf._projection import Projections, project
from theory.hmf._screening import Bounded, screen

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
        """Ways out longer than this are of no interest (m,): where there are two already, those not shorter."""
        share = np.where(self.unique, TIE, -rounding(self.displacement))
        return lengths(self.displacement) * (1 + share)

    def improve(self, rows: Indices, rival: Indices, way: Projections) -> None:
        """Compare some more ways out, one or more of a row, rows ascending, with the best so far."""
        new = lengths(way.u)
        order = np.lexsort((new, rows))
        begin = np.flatnonzero(np.diff(rows[order], prepend=-1))
        each, lead = rows[order][begin], order[begin]
        former, old = self.displacement[each], lengths(self.displacement[each])
        better = new[lead] < old
        best = np.where(better[:, None], way.u[lead], former)
        least = np.minimum(new[lead], old)
        count = np.diff(begin, append=len(rows))
        rival_way, level = np.repeat(best, count, axis=0), np.repeat(least, count)
        tied = np.logical_or.reduceat(_rivals(way.u[order], rival_way, level), begin) | _rivals(former, best, least)
        self.unique[each] = (self.unique[each] | (least < old * (1 - TIE))) & ~tied
        each, lead = each[better], lead[better]
        self.displacement[each], self.rival[each] = way.u[lead], rival[lead]
        self.violation[each], self.inward[each] = way.violation[lead], way.inward[lead]


def _rivals(way: Floats, best: Floats, least: Floats) -> NDArray[np.bool_]:
    """Is a way as short as the best, of length `least`, and another?"""
    return (lengths(way) <= least * (1 + TIE)) & (lengths(way - best) > SAME_FOOT * least)


def nearest_exits(x: Places, own: Neighbours, other: Neighbours) -> Exits:
    """For m places, every one nearer to `own` than to `other`."""
    candidates = screen(x, own, other)
    rival, wall = candidates.best()
    first = project(x, other.points[rival], own, wall, np.full(len(x), np.inf))
    exits = Exits(first.u, rival, np.ones(len(x), bool), first.violation, first.inward)
    for rows, found, bounds, wall in candidates.below(exits.limit()):
        fresh = np.flatnonzero(found != rival[rows])
        order = fresh[np.lexsort((bounds[fresh], rows[fresh]))]
        _challenge(x, own, other, exits, (rows[order], found[order], bounds[order], wall[order]))
    return exits


def _challenge(x: Places, own: Neighbours, other: Neighbours, exits: Exits, pairs: Bounded) -> None:
    """Project onto the V(c) that their bounds do not exclude, the most promising of every query first."""
    wave = FIRST_WAVE
    rows, found, bounds, wall = pairs
    while len(rows):
        rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
        now = np.flatnonzero(rank < wave)
        limit = exits.limit()
        result = project(x.take(rows[now]), other.points[found[now]], own, wall[now], limit[rows[now]])
        if result.done.any():
            exits.improve(rows[now][result.done], found[now][result.done], result.take(result.done))
        later = (rank >= wave) & (bounds <= exits.limit()[rows])
        rows, found, bounds, wall = rows[later], found[later], bounds[later], wall[later]
        wave *= 2
