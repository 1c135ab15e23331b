"""Coordinates of homogeneous points, and a point inside each cell of a complex."""

from __future__ import annotations

import numpy as np

from theory._types import Floats
from theory.pieces._lattice.complex import Complex
from theory.pieces._network.arrays import Ids, Words

LARGEST = float(np.finfo(np.float64).max)


def places(points: Floats) -> Floats:
    """Of homogeneous points (count, n + 1) the coordinates (count, n), infinite where x0 is 0 but not they."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found: Floats = points[:, 1:] / points[:, :1]
    found[points[:, 1:] == 0] = 0.0
    return found


def neighbourhoods(cells: Complex) -> Words:
    """Numbers (c,), of which near ones are mostly of cells that are near one another.

    One corner of each cell is taken, its coordinates are ranked, and the bits of the ranks interleaved (Morton 1966).
    """
    corner = np.arange(cells.cells)
    for d in range(cells.dimension, 1, -1):
        corner = cells.facets[d].pool[cells.facets[d].starts[corner]]
    points = cells.points[cells.edges[corner, 0]]
    points = points[:, 1:] / np.abs(points).max(axis=1, keepdims=True)
    codes, bits = np.zeros(len(points), np.uint64), 64 // points.shape[1]
    for i, column in enumerate(points.T):
        ranks = np.unique(column, return_inverse=True)[1].astype(np.uint64)
        top = max(0, len(points).bit_length() - bits)
        for bit in range(min(bits, len(points).bit_length())):
            codes |= (ranks >> np.uint64(top + bit) & np.uint64(1)) << np.uint64(bit * points.shape[1] + i)
    return codes


def centres(cells: Complex, owner: Ids, vertex: Ids) -> Floats:
    """Inside each cell: the sum of its vertices, which may be at infinity; owner, vertex: `vertices_of_cells`."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    sums = np.add.reduceat(cells.points[vertex], starts)
    found: Floats = np.clip(places(sums), -LARGEST, LARGEST)
    return found
