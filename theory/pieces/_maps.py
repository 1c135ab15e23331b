"""The affine maps of cells, and which cells are one: parted by an artificial cut alone, or of one map."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from theory._types import Array, Floats
from theory.pieces._lattice.complex import Complex
from theory.pieces._linear_cells import LinearCells
from theory.pieces._network.arrays import Ids, Words
from theory.pieces._network.numbers import to_float64
from theory.pieces._network.plan import Plan
from theory.pieces._network.rounding import BOUND_SLACK, UNDERFLOW, gamma, pull_back

CELLS_AT_ONCE = 4096
"""Cells whose maps are pulled back at once: chosen for memory, 4 MB a layer of width 128."""

AnyCells = Complex | LinearCells


def affine_maps(plan: Plan, minus: Words) -> tuple[Floats, Floats]:
    """Of cells with words minus (c, 1 + rounds): maps (c, m, n + 1), offset first, and bounds (c, m) of row errors.

    Of a network that is no float64 one they are the exact maps, rounded."""
    if plan.network.exact is not None:
        exact = np.array([exact_map(plan, each) for each in minus], dtype=object)
        rounded = to_float64(exact).reshape(len(minus), len(plan.network.biases[-1]), -1)
        return rounded, gamma(2) * np.sqrt((rounded**2).sum(axis=2)) * BOUND_SLACK + UNDERFLOW
    weight, bias = plan.network.weights[-1], plan.network.biases[-1]
    found = [_block(plan, minus[i : i + CELLS_AT_ONCE], weight, bias) for i in range(0, len(minus), CELLS_AT_ONCE)]
    maps, errors = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return maps, errors


def _block(plan: Plan, minus: Words, weight: Floats, bias: Floats) -> tuple[Floats, Floats]:
    count, outputs = len(minus), len(bias)
    acting = [np.repeat(plan.layer_bits(minus, i), outputs, axis=0) for i in range(plan.network.depth)]
    rows, error = pull_back(plan.network, acting, np.tile(weight, (count, 1)), np.tile(bias, count))
    return rows.reshape(count, outputs, -1), error.reshape(count, outputs)


def exact_map(plan: Plan, minus: Words) -> tuple[Fraction, ...]:
    """The (m * (n + 1),) coefficients of the map of a cell, exact."""
    matrix, unit = plan.exact.readout(plan.acting(minus, plan.network.depth))
    return tuple(Fraction(int(x), int(unit)) for row in matrix.tolist() for x in row)


def map_labels(plan: Plan, cells: AnyCells) -> Ids:
    """Labels (c,), equal for cells of exactly equal affine maps and only for them.

    One combination of the coefficients tells most maps apart; those it leaves together are compared exactly.
    """
    minus = cells.cell_minus.view
    place, error = _projected(*affine_maps(plan, minus))
    order = np.argsort(place)
    apart = np.diff(place[order], prepend=-np.inf) > 2 * error
    labels = np.empty(len(order), np.intp)
    labels[order] = np.cumsum(apart) - 1
    together = np.flatnonzero(np.bincount(labels)[labels] > 1)
    keys: dict[tuple[Any, ...], int] = {}
    for i in together:
        key = (int(labels[i]), exact_map(plan, minus[i]))
        labels[i] = keys.setdefault(key, len(order) + len(keys))
    return np.unique(labels, return_inverse=True)[1]


def _projected(maps: Floats, errors: Floats) -> tuple[Floats, float]:
    """A number a map, one combination of its coefficients, and what all of them may be off by.

    The direction has length 1 up to rounding and the sum k terms, so errors of maps pass on as they are, and
    gamma_(k + 4) of the size is added.
    """
    flat = maps.reshape(len(maps), -1)
    direction = np.random.default_rng(0).normal(size=flat.shape[1])
    direction /= np.linalg.norm(direction)
    size, worst = (math.sqrt((each**2).sum(axis=1).max()) for each in (flat, errors))
    return flat @ direction, (worst + gamma(flat.shape[1] + 4) * size) * BOUND_SLACK


def regions(cells: AnyCells, same: Array) -> Ids:
    """Labels (c,) of connected sets of cells with equal rows of `same`, (c,) or (c, k)."""
    pairs = cells.joints(same)
    graph = coo_array((np.ones(len(pairs[0]), bool), pairs), shape=(cells.cells, cells.cells))
    return connected_components(graph, directed=False)[1].astype(np.intp)


def patterns(plan: Plan, cells: AnyCells) -> Ids:
    """Labels (c,) of cells that are one: parted by what tells no maximum, or where R^n was cut into orthants.

    Gates of a layer of maxima that is not done are left out, as the cells that they part may come to be one.
    """
    if plan.network.merges:
        return np.unique(plan.choices(cells.cell_minus.view), axis=0, return_inverse=True)[1].ravel()
    if plan.domain.bounded or isinstance(cells, LinearCells):
        return np.arange(cells.cells)
    return regions(cells, np.hstack([cells.cell_plus[:, 1:], cells.cell_minus[:, 1:]]))


def count_patterns(plan: Plan, cells: AnyCells) -> int:
    return int(patterns(plan, cells).max(initial=-1)) + 1
