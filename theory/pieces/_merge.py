"""Cells that are one: those that only an artificial cut separates, and those that share an affine map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from theory.pieces._complex import Complex, Ids
from theory.pieces._domain import Domain


def regions(cells: Complex, same: NDArray) -> Ids:
    """Labels (c,) of connected sets of cells with equal rows of `same`, (c,) or (c, k)."""
    _, cell, other = cells.walls()
    rows = same[:, None] if same.ndim == 1 else same
    joined = (rows[cell] == rows[other]).all(axis=1)
    pairs = cell[joined], other[joined]
    graph = coo_array((np.ones(len(pairs[0]), bool), pairs), shape=(cells.cells, cells.cells))
    return connected_components(graph, directed=False)[1].astype(np.intp)


def patterns(cells: Complex, domain: Domain) -> Ids:
    """Labels (c,) of cells of equal gate signs: on a box every cell is its own."""
    if domain.bounded:
        return np.arange(cells.cells)
    return regions(cells, np.hstack([cells.cell_plus[:, 1:], cells.cell_minus[:, 1:]]))


def count_patterns(cells: Complex, domain: Domain) -> int:
    return cells.cells if domain.bounded else int(patterns(cells, domain).max()) + 1
