"""Cells that are one: those that only an artificial cut separates, and those that share an affine map."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from theory.pieces._lattice.complex import Complex, Ids
from theory.pieces._network.domain import Domain
from theory.pieces._programmes import LinearCells

AnyCells = Complex | LinearCells


def regions(cells: AnyCells, same: NDArray) -> Ids:
    """Labels (c,) of connected sets of cells with equal rows of `same`, (c,) or (c, k)."""
    pairs = cells.joints(same)
    graph = coo_array((np.ones(len(pairs[0]), bool), pairs), shape=(cells.cells, cells.cells))
    return connected_components(graph, directed=False)[1].astype(np.intp)


def patterns(cells: AnyCells, domain: Domain) -> Ids:
    """Labels (c,) of cells of equal gate signs: they are one cell where R^n was cut into orthants."""
    if domain.bounded or isinstance(cells, LinearCells):
        return np.arange(cells.cells)
    return regions(cells, np.hstack([cells.cell_plus[:, 1:], cells.cell_minus[:, 1:]]))


def count_patterns(cells: AnyCells, domain: Domain) -> int:
    return int(patterns(cells, domain).max()) + 1
