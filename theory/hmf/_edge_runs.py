"""Runs of consecutive edges, each inside a disc: bounds on the distance to many edges at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory._types import Floats, Indices
from theory.hmf._edges import Edges

ARITY = 8
"""Runs that a run of the next level holds: chosen for time, it changes no value."""

TOP = 32
"""Runs with which every search starts: chosen for time, it changes no value."""

DISTANCE_ROUNDING = 1e-14
"""What rounding may add to a distance, as a share of 1 + |p|: 90 u, u = 2^-53. In the frame, edges are at most 2
sqrt(2) long; the place along an edge is off by 10 u |p - start| (two products of rounded differences, their sum, the
weight), the foot by 3 u more, so the distance to it by 14 u (2 sqrt(2) + distance) and two compared ones by 80 u (the
share of the distance itself is far below MARGIN). Centres and radii of blocks add 3 u |p|, centres of discs 9 u."""


@dataclass
class Discs:
    """Centres (x, y) and radii, all (k,)."""

    x: Floats
    y: Floats
    radius: Floats


class Runs:
    """Level 0 are the edges; a run of level j + 1 holds up to ARITY consecutive ones of level j."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        x, y = (edges.start + edges.span / 2).T
        self._levels = [Discs(x, y, np.hypot(edges.dx, edges.dy) / 2)]
        while len(self._levels[-1].x) > TOP:
            self._levels.append(_merge(self._levels[-1]))

    @property
    def top(self) -> int:
        return len(self._levels) - 1

    def count(self, level: int) -> int:
        return len(self._levels[level].x)

    def radius(self, level: int, run: Indices) -> Floats:
        return self._levels[level].radius[run]

    def bounds(self, level: int, px: Floats, py: Floats, run: Indices) -> tuple[Floats, Floats]:
        """Below and above: the distance of the point to the run of the same place, all (k,)."""
        if level == 0:
            exact = np.sqrt(self.edges.squared_distance(px, py, run))
            return exact, exact
        discs = self._levels[level]
        centre = np.hypot(px - discs.x[run], py - discs.y[run])
        radius = discs.radius[run]
        return centre - radius, centre + radius

    def children(self, level: int, run: Indices) -> tuple[Indices, Indices]:
        """The first run of the level below that each run holds, and how many it holds."""
        first = run * ARITY
        return first, np.minimum(first + ARITY, self.count(level - 1)) - first


def _merge(discs: Discs) -> Discs:
    first = np.arange(0, len(discs.x), ARITY)
    x, y = (_middle(axis, discs.radius, first) for axis in (discs.x, discs.y))
    owner = np.arange(len(discs.x)) // ARITY
    reach = np.hypot(discs.x - x[owner], discs.y - y[owner]) + discs.radius
    return Discs(x, y, np.maximum.reduceat(reach, first) * (1 + DISTANCE_ROUNDING))


def _middle(axis: Floats, radius: Floats, first: Indices) -> Floats:
    return (np.minimum.reduceat(axis - radius, first) + np.maximum.reduceat(axis + radius, first)) / 2
