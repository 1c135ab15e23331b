"""The edges of closed polylines in the plane: distance to them, nearest points on them, crossings with
rays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from theory._types import Floats, Indices
from theory.hmf._frame import Places
from theory.hmf._sums import sharp_dots

EPSILON = np.finfo(float).eps
"""2 u."""

STRIP_SHARE = 8
"""The ray index lists an edge about this many times on average: chosen, it changes no value: more take memory and save
time."""


class Edges:
    """M edges from start to start + span; x, y, dx, dy, all (M,). Edges of length zero are left out."""

    def __init__(self, rings: Sequence[Floats]) -> None:
        start = np.concatenate(rings)
        end = np.concatenate([np.roll(ring, -1, axis=0) for ring in rings])
        real = (start != end).any(axis=1)
        self.start, self.end = start[real], end[real]
        self.span = self.end - self.start
        self.x, self.y = np.ascontiguousarray(self.start.T)
        self.dx, self.dy = np.ascontiguousarray(self.span.T)
        squares = self.dx**2 + self.dy**2  # where they underflow, or their inverses overflow, an edge is a point
        self.weight = 1.0 / np.where(squares >= np.finfo(float).tiny, squares, np.inf)
        self._index_strips()

    def __len__(self) -> int:
        return len(self.start)

    def squared_distance(self, px: Floats, py: Floats, edge: Indices) -> Floats:
        """Squared distance of the point (px, py) to the edge of the same place, all (k,)."""
        dx, dy = self.dx[edge], self.dy[edge]
        rx, ry = px - self.x[edge], py - self.y[edge]
        along = (rx * dx + ry * dy) * self.weight[edge]
        np.clip(along, 0.0, 1.0, out=along)
        rx -= along * dx
        ry -= along * dy
        return rx * rx + ry * ry

    def foot(self, points: Floats, edge: Indices) -> Floats:
        """The point of the edge nearest to the point of the same place, (k, 2)."""
        relative = points - self.start[edge]
        along = np.clip((relative * self.span[edge]).sum(axis=1) * self.weight[edge], 0.0, 1.0)[:, None]
        return np.where(along < 1, self.start[edge] + along * self.span[edge], self.end[edge])

    def side(self, x: Places, edge: Indices) -> Floats:
        """(x - start) x (end - start), positive on the right, for each point and the edge of its place (k,)."""
        (ax, ay), (bx, by), (px, py) = self.start[edge].T, self.end[edge].T, x.x.T
        left, right = [px, px, ax, py, py, ay], [by, -ay, -by, -bx, ax, bx]
        if x.low is not None:
            qx, qy = x.low.T / x.scale
            left, right = [*left, qx, qx, qy, qy], [*right, by, -ay, -bx, ax]
        return sharp_dots(np.stack(left, axis=1), np.stack(right, axis=1))

    def inside(self, x: Places, skip: Indices | None = None) -> NDArray[np.bool_]:
        """Does the ray from each point (k, 2) to the right cross an odd number of edges, one edge each
        skipped?

        An edge holds its lower end and not its upper one, so that a ray through a vertex counts right.
        """
        strip = self._strip(x.x[:, 1])
        count = self._first[strip + 1] - self._first[strip]
        rows = np.repeat(np.arange(len(x)), count)
        edge = self._listed[np.arange(len(rows)) + np.repeat(self._first[strip] - (np.cumsum(count) - count), count)]
        crossed = self._crosses(x.take(rows), edge)
        if skip is not None:
            crossed &= edge != skip[rows]
        return np.bincount(rows[crossed], minlength=len(x)) % 2 == 1

    def _crosses(self, x: Places, edge: Indices) -> NDArray[np.bool_]:
        (px, py), dy = x.x.T, self.dy[edge]
        below, above = py >= self.y[edge], py >= self.end[edge, 1]
        one, other = (px - self.x[edge]) * dy, (py - self.y[edge]) * self.dx[edge]
        side = one - other
        # Differences, products and their difference: 5 u of the products.
        vague = np.abs(side) <= 4 * EPSILON * (np.abs(one) + np.abs(other))
        if x.low is not None:
            under = x.low[:, 1] < 0
            below &= ~(under & (py == self.y[edge]))
            above &= ~(under & (py == self.end[edge, 1]))
            vague[:] = True
        unsure = np.flatnonzero(vague & (below != above))
        side[unsure] = self.side(x.take(unsure), edge[unsure])
        return (below != above) & ((side < 0) == (dy > 0))

    def _index_strips(self) -> None:
        """List, for horizontal strips, the edges that meet them; strips are thin where vertices are many."""
        low, high = np.minimum(self.y, self.end[:, 1]), np.maximum(self.y, self.end[:, 1])
        levels = np.sort(np.concatenate([low, high]))
        met = np.searchsorted(np.sort(low), levels, "right") - np.searchsorted(np.sort(high), levels)
        wanted = int(np.clip(STRIP_SHARE * len(self) / met.mean(), 1, len(levels)))
        self._cuts = np.unique(levels[np.linspace(0, len(levels) - 1, wanted).astype(np.intp)])
        first, last = self._strip(low), self._strip(high)
        count = last - first + 1
        edge = np.repeat(np.arange(len(self)), count)
        strip = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
        self._listed = edge[np.argsort(strip, kind="stable")]
        self._first = np.concatenate([[0], np.cumsum(np.bincount(strip, minlength=len(self._cuts) + 1))])

    def _strip(self, y: Floats) -> Indices:
        return np.searchsorted(self._cuts, y, side="right")
