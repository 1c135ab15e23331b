"""Coordinates of homogeneous points, and a point inside each cell of a complex."""

from __future__ import annotations

import numpy as np

from theory._types import Floats
from theory.pieces._lattice.complex import Complex
from theory.pieces._network.arrays import Ids

LARGEST = float(np.finfo(np.float64).max)


def places(points: Floats) -> Floats:
    """Of homogeneous points (count, n + 1) the coordinates (count, n), infinite where x0 is 0 but not they."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        found: Floats = points[:, 1:] / points[:, :1]
    found[points[:, 1:] == 0] = 0.0
    return found


def centres(cells: Complex, owner: Ids, vertex: Ids) -> Floats:
    """Inside each cell: the sum of its vertices, which may be at infinity; owner, vertex: `vertices_of_cells`."""
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    sums = np.add.reduceat(cells.points[vertex], starts)
    found: Floats = np.clip(places(sums), -LARGEST, LARGEST)
    return found
