"""Signed distance to closed polylines in the plane."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory._input import queries, real_array
from theory._types import Floats, Indices
from theory.hmf._edge_candidates import MARGIN, candidates
from theory.hmf._edge_runs import DISTANCE_ROUNDING, Runs
from theory.hmf._edges import Edges
from theory.hmf._exits import SAME_FOOT, TIE
from theory.hmf._frame import Frame
from theory.hmf._nearest import rounding, squared

BATCH_ROWS = 2**18
"""Points that are evaluated at once: chosen for memory, 2 MB a coordinate, while blocks stay small beside the rings."""


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
        self._edges = Edges([self._frame.enter(ring) for ring in self.rings])
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
        parts = [self._edges.foot(part, self._nearest(part)[0]) for part in self._batches(points)]
        return self._frame.leave(np.concatenate([np.empty((0, 2)), *parts])).reshape(points.shape)

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

    def _batches(self, points: Floats) -> list[Floats]:
        flat = points.reshape(-1, 2)
        return [self._frame.enter(flat[i : i + BATCH_ROWS]) for i in range(0, len(flat), BATCH_ROWS)]

    def _values(self, points: Floats) -> Floats:
        distance, inside = np.empty(len(points)), np.empty(len(points), bool)
        for pairs in candidates(points, self._runs):
            x, y = points[pairs.rows].T
            each = np.diff(pairs.begin)
            squares = self._edges.squared_distance(np.repeat(x, each), np.repeat(y, each), pairs.edge)
            least = np.minimum.reduceat(squares, pairs.begin[:-1])
            distance[pairs.rows] = least
            inside[pairs.rows] = self._inside(points[pairs.rows], least, pairs.block)
        np.sqrt(distance, out=distance)
        distance *= self._frame.scale
        return np.where(inside & (distance > 0), -distance, distance)

    def _inside(self, points: Floats, squares: Floats, block: Indices) -> NDArray[np.bool_]:
        """Rays for every point, but one ray only for a block that no edge can separate."""
        first, size = block[:-1], np.diff(block)
        reach = np.maximum.reduceat(squared(points - np.repeat(points[first], size, axis=0)), first)
        room = DISTANCE_ROUNDING * (1 + np.abs(points[first]).sum(axis=1))
        clear = np.repeat(np.sqrt(squares[first]) * (1 - MARGIN) > np.sqrt(reach) + room, size)
        ask = ~clear
        ask[first] = True
        inside = np.zeros(len(points), bool)
        inside[ask] = self._edges.inside(points[ask])
        return np.where(clear, np.repeat(inside[first], size), inside)

    def _nearest(self, points: Floats) -> tuple[Indices, Floats, NDArray[np.bool_]]:
        """For each point a nearest edge, the foot there, and whether the foot is the only one."""
        edge, unique = np.empty(len(points), np.intp), np.empty(len(points), bool)
        for pairs in candidates(points, self._runs):
            each, begin = np.diff(pairs.begin), pairs.begin[:-1]
            here = np.repeat(points[pairs.rows], each, axis=0)
            squares = self._edges.squared_distance(here[:, 0], here[:, 1], pairs.edge)
            least = np.minimum.reduceat(squares, begin)
            at = np.where(squares == np.repeat(least, each), np.arange(len(squares)), len(squares))
            edge[pairs.rows] = chosen = pairs.edge[np.minimum.reduceat(at, begin)]
            apart = np.repeat(self._edges.foot(points[pairs.rows], chosen), each, axis=0)
            apart = squared(apart - self._edges.foot(here, pairs.edge))
            level = np.repeat(least, each)
            # Squares differ by twice the share by which lengths do.
            rival = (squares <= level * (1 + 2 * TIE)) & (apart > level * SAME_FOOT**2)
            unique[pairs.rows] = ~np.logical_or.reduceat(rival, begin)
        return edge, self._edges.foot(points, edge), unique

    def _slopes(self, points: Floats) -> Floats:
        edge, foot, unique = self._nearest(points)
        away = points - foot
        length = np.sqrt(squared(away))
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.where(self._edges.inside(points), -1.0, 1.0)[:, None] * away / length[:, None]
        slope[~unique] = np.nan
        on = np.flatnonzero(length <= rounding(points) * (1 + np.sqrt(squared(points))))
        slope[on] = self._normals(points[on], edge[on])
        return slope

    def _normals(self, points: Floats, edge: Indices) -> Floats:
        """Unit normals of the edges towards the positive side; nan where something else is at the point."""
        span = self._edges.span[edge]
        normal = np.stack([span[:, 1], -span[:, 0]], axis=1) / np.sqrt(squared(span))[:, None]
        # The crossing rule looks from just above and right of the point.
        flip = (normal[:, 0] < 0) | ((normal[:, 0] == 0) & (normal[:, 1] < 0))
        flip ^= self._edges.inside(points, skip=edge)
        normal[flip] *= -1
        normal[self._crowded(points)] = np.nan
        return normal

    def _crowded(self, points: Floats) -> NDArray[np.bool_]:
        crowded = np.zeros(len(points), bool)
        for pairs in candidates(points, self._runs):
            each = np.diff(pairs.begin)
            here = np.repeat(points[pairs.rows], each, axis=0)
            close = rounding(points) * (1 + np.sqrt(squared(here)))
            touches = self._edges.squared_distance(here[:, 0], here[:, 1], pairs.edge) <= close**2
            crowded[pairs.rows] = np.add.reduceat(touches.astype(np.intp), pairs.begin[:-1]) > 1
        return crowded


def signed_distance(rings: ArrayLike) -> SignedDistance:
    """The Highest Mountain Function of closed polylines (Béthune et al., Definition 1, Figure 1).

    |f(x)| is the exact Euclidean distance to the union of the polylines. The sign follows the even-odd
    rule: f < 0 where a ray from x crosses the polylines an odd number of times, f > 0 elsewhere; so f is
    negative inside one ring, negative between two nested rings, positive in their centre and outside.

    Args:
        rings: one polyline (m, 2) or a sequence of them, m >= 3 vertices each, any real unit of length; the
            last vertex is joined to the first, and may repeat it. They may touch and cross.

    Returns:
        f, a function of points (..., 2).

    Raises:
        ValueError: a ring of fewer than 3 different vertices, NaN or infinity, points not in the plane.

    >>> f = signed_distance([[0, 0], [4, 0], [4, 4], [0, 4]])
    >>> f([[2, 1], [2, 0], [7, 8]])
    array([-1.,  0.,  5.])
    >>> f.gradient([2, 0])
    array([ 0., -1.])
    """
    return SignedDistance(rings)


def _named(rings: Any) -> list[tuple[str, ArrayLike]]:
    """One ring is told from several by how deep its numbers lie."""
    given = list(rings) if isinstance(rings, Sequence) or np.ndim(rings) else []
    if not given or not np.size(given[0]):
        raise ValueError(f"rings={rings!r}: give one closed polyline, shape (m, 2), or a sequence of them")
    if np.ndim(given[0]) < 2:
        return [("rings", rings)]
    return [(f"rings[{i}]", ring) for i, ring in enumerate(given)]


def _closed(name: str, value: ArrayLike) -> Floats:
    ring = real_array(name, value)
    if ring.ndim != 2 or ring.shape[1] != 2:
        raise ValueError(f"{name} has shape {ring.shape}: pass one vertex a row, shape (m, 2)")
    different = len(np.unique(ring, axis=0))
    if different < 3:
        raise ValueError(f"{name} has {different} different vertices: a closed polyline needs at least 3")
    return ring
