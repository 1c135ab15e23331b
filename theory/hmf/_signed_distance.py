"""Signed distance to closed polylines in the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory._entries import entries, parts, shown
from theory._input import queries, real_array
from theory._scales import lengths
from theory._types import Floats, Indices
from theory.hmf._edge_candidates import MARGIN, Pairs, candidates
from theory.hmf._edge_places import ways
from theory.hmf._edge_runs import DISTANCE_ROUNDING, Runs
from theory.hmf._edges import Edges
from theory.hmf._exits import SAME_FOOT, TIE
from theory.hmf._frame import Frame, Places
from theory.hmf._nearest import squared

BATCH_ROWS = 2**18
"""Points that are evaluated at once: chosen for memory, 2 MB a coordinate, while blocks stay small beside the rings."""

NEAR = 2.0**-10
"""Nearer to the rings than this share of 1 + |p|, distances are taken without cancellation: beyond it, a rounding of
DISTANCE_ROUNDING is a share of 1e-11 at most."""


class SignedDistance:
    """f(x) of shape (...) for x of shape (..., 2); see `signed_distance` (Béthune et al., Definition 1).

    Attributes:
        rings: the polylines, arrays (m_i, 2).
        dimension: 2.

    Raises:
        ValueError: as `signed_distance`.

    >>> SignedDistance([[0, 0], [4, 0], [0, 3]]).nearest_frontier([1, -1])
    array([1., 0.])
    """

    dimension = 2

    def __init__(self, rings: ArrayLike) -> None:
        self.rings: tuple[Floats, ...] = tuple(_closed(name, ring) for name, ring in _named(rings))
        self._frame = Frame.around(self.rings)
        self._edges = Edges([self._frame.settle(ring.copy()) for ring in self.rings])
        self._runs = Runs(self._edges)

    def __repr__(self) -> str:
        return f"SignedDistance({len(self.rings)} rings, {len(self._edges)} edges)"

    def __call__(self, x: ArrayLike) -> Floats:
        """f(x), shape (...), for x of shape (..., 2); same unit as the rings."""
        points = queries("x", x, 2)
        parts = [self._values(part) for part in self._batches(points)]
        return np.concatenate([np.empty(0), *parts]).reshape(points.shape[:-1])

    def nearest_frontier(self, x: ArrayLike) -> Floats:
        """A point of the rings at distance |f(x)| from x; x and the result have shape (..., 2)."""
        points = queries("x", x, 2)
        parts = [self._feet(part) for part in self._batches(points)]
        return np.concatenate([np.empty((0, 2)), *parts]).reshape(points.shape)

    def gradient(self, x: ArrayLike) -> Floats:
        """The gradient of f, of norm 1 (Béthune et al., Proposition 1).

        Args:
            x: points, (..., 2).

        Returns:
            (..., 2): nan where two points of the rings are nearest (up to 1e-11 of their distance), and on the rings at
            vertices and where edges meet; on the rest of an edge it is the unit normal towards the positive side.

        Raises:
            ValueError: another last axis, NaN or infinity, or a point 1e150 times as far as the rings are wide.
        """
        points = queries("x", x, 2)
        parts = [self._slopes(part) for part in self._batches(points)]
        return np.concatenate([np.empty((0, 2)), *parts]).reshape(points.shape)

    def _batches(self, points: Floats) -> list[Places]:
        flat = points.reshape(-1, 2)
        return [self._frame.place(flat[i : i + BATCH_ROWS]) for i in range(0, len(flat), BATCH_ROWS)]

    def _values(self, x: Places) -> Floats:
        distance, inside = np.empty(len(x)), np.empty(len(x), bool)
        for pairs in candidates(x.x, self._runs):
            each = self._distances(x, pairs)
            distance[pairs.rows] = least = np.minimum.reduceat(each, pairs.begin[:-1])
            inside[pairs.rows] = self._inside(x.take(pairs.rows), least, pairs.block)
        distance *= self._frame.scale
        return np.where(inside & (distance > 0), -distance, distance)

    def _distances(self, x: Places, pairs: Pairs) -> Floats:
        """Of every pair; where a point is so near that rounding would tell, those of the nearest edges without it."""
        each = np.diff(pairs.begin)
        px, py = x.x[pairs.rows].T
        found = np.sqrt(self._edges.squared_distance(np.repeat(px, each), np.repeat(py, each), pairs.edge))
        least = np.minimum.reduceat(found, pairs.begin[:-1])
        size = 1 + np.abs(px) + np.abs(py)
        near = np.flatnonzero(least < NEAR * size)
        if len(near):
            level = np.full(len(least), -1.0)
            level[near] = (least[near] + 2 * DISTANCE_ROUNDING * size[near]) * (1 + MARGIN)
            some = np.flatnonzero(found <= np.repeat(level, each))
            found[some] = ways(self._edges, x.take(np.repeat(pairs.rows, each)[some]), pairs.edge[some]).distance
        return found

    def _inside(self, x: Places, distance: Floats, block: Indices) -> NDArray[np.bool_]:
        """Rays for every point, but one ray only for a block that no edge can separate."""
        points, first, size = x.x, block[:-1], np.diff(block)
        reach = np.maximum.reduceat(squared(points - np.repeat(points[first], size, axis=0)), first)
        room = DISTANCE_ROUNDING * (1 + np.abs(points[first]).sum(axis=1))
        clear = np.repeat(distance[first] * (1 - MARGIN) > np.sqrt(reach) + room, size)
        ask = ~clear
        ask[first] = True
        inside = np.zeros(len(points), bool)
        inside[ask] = self._edges.inside(x.take(ask))
        return np.where(clear, np.repeat(inside[first], size), inside)

    def _nearest(self, x: Places) -> tuple[Indices, NDArray[np.bool_]]:
        """For each point a nearest edge, and whether the foot there is the only one."""
        edge, unique = np.empty(len(x), np.intp), np.empty(len(x), bool)
        for pairs in candidates(x.x, self._runs):
            each, begin = np.diff(pairs.begin), pairs.begin[:-1]
            found = self._distances(x, pairs)
            least = np.repeat(np.minimum.reduceat(found, begin), each)
            at = np.minimum.reduceat(np.where(found == least, np.arange(len(found)), len(found)), begin)
            edge[pairs.rows] = pairs.edge[at]
            # Ways of one length lead to one foot if they have one direction.
            rival = np.flatnonzero(found <= least * (1 + TIE))
            row = np.repeat(np.arange(len(at)), each)[rival]
            theirs = ways(self._edges, x.take(pairs.rows[row]), pairs.edge[rival]).direction
            mine = ways(self._edges, x.take(pairs.rows), pairs.edge[at]).direction[row]
            apart = lengths(theirs - mine) > SAME_FOOT
            unique[pairs.rows] = np.bincount(row[apart], minlength=len(at)) == 0
        return edge, unique

    def _feet(self, x: Places) -> Floats:
        """In the unit of the rings; a point on them is its own."""
        edge, _ = self._nearest(x)
        found = self._frame.leave(self._edges.foot(x.x, edge))
        on = np.flatnonzero(ways(self._edges, x, edge).distance == 0)
        found[on] = self._frame.leave(x.x[on])
        return found

    def _slopes(self, x: Places) -> Floats:
        edge, unique = self._nearest(x)
        way = ways(self._edges, x, edge)
        slope = np.where(self._edges.inside(x), -1.0, 1.0)[:, None] * way.direction
        slope[~unique] = np.nan
        on = np.flatnonzero(way.distance == 0)
        slope[on] = self._normals(x.take(on), edge[on])
        return slope

    def _normals(self, x: Places, edge: Indices) -> Floats:
        """Unit normals of the edges towards the positive side; nan where something else is at the point."""
        span = self._edges.span[edge]
        normal = np.stack([span[:, 1], -span[:, 0]], axis=1) / lengths(span)[:, None]
        # The crossing rule looks from just above and right of the point.
        flip = (normal[:, 0] < 0) | ((normal[:, 0] == 0) & (normal[:, 1] < 0))
        flip ^= self._edges.inside(x, skip=edge)
        normal[flip] *= -1
        normal[self._crowded(x)] = np.nan
        return normal

    def _crowded(self, x: Places) -> NDArray[np.bool_]:
        crowded = np.zeros(len(x), bool)
        for pairs in candidates(x.x, self._runs):
            touches = self._distances(x, pairs) == 0
            crowded[pairs.rows] = np.add.reduceat(touches.astype(np.intp), pairs.begin[:-1]) > 1
        return crowded


def signed_distance(rings: ArrayLike) -> SignedDistance:
    """The Highest Mountain Function of closed polylines (Béthune et al., Definition 1, Figure 1).

    |f(x)| is the Euclidean distance to the union of the polylines, with a relative error of 1e-11 at most, however near
    x is to them, and 0 on them alone; distances below 1e-322 times their size, or 1e-322, are rounded. The sign, exact
    too, follows the even-odd
    rule: f < 0 where a ray from x crosses the polylines an odd number of times, f > 0 elsewhere; so f is
    negative inside one ring, negative between two nested rings, positive in their centre and outside.

    Args:
        rings: one polyline (m, 2) or a sequence of them, m >= 3 vertices each, any real unit of length; the
            last vertex is joined to the first, and may repeat it. They may touch and cross.

    Returns:
        f, a function of points (..., 2).

    Raises:
        ValueError: a ring of fewer than 3 different vertices, NaN or infinity, points not in the plane; vertices too
            small beside others for float64 to hold both in one unit.

    >>> f = signed_distance([[0, 0], [4, 0], [4, 4], [0, 4]])
    >>> f([[2, 1], [2, 0], [7, 8]])
    array([-1.,  0.,  5.])
    >>> f.gradient([2, 0])
    array([ 0., -1.])
    """
    return SignedDistance(rings)


def _named(rings: Any) -> list[tuple[str, ArrayLike]]:
    """One ring is told from several by how deep its numbers lie."""
    given = parts("rings", rings)
    first = entries("rings[0]", given[0] if given else [])
    if not first.size:
        raise ValueError(f"rings={shown(rings)}: give one closed polyline, shape (m, 2), or a sequence of them")
    if first.ndim < 2:
        return [("rings", rings)]
    return [(f"rings[{i}]", ring) for i, ring in enumerate(given)]


def _closed(name: str, value: ArrayLike) -> Floats:
    ring = real_array(name, value)
    if ring.ndim != 2 or ring.shape[1] != 2:
        raise ValueError(f"{name} has shape {ring.shape}: pass one vertex a row, shape (m, 2)")
    different = len(np.unique(ring, axis=0))
    if different < 3:
        raise ValueError(f"{name} has {different} different vertices: a closed polyline needs at least 3")
    return ring.copy()
