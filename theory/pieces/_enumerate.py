"""The cells of a network, one object each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from flint import fmpz_mat
from numpy.typing import ArrayLike, NDArray

from theory._results import Shown
from theory._types import Array, Floats
from theory.pieces._errors import PieceLimitExceeded
from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.places import centres, places
from theory.pieces._linear_cells import LinearCells
from theory.pieces._maps import AnyCells, affine_maps, patterns
from theory.pieces._network.arrays import Bits, Ids
from theory.pieces._network.numbers import quotient
from theory.pieces._network.plan import Plan
from theory.pieces._network.vertex import locate
from theory.pieces._options import read_options, read_plan
from theory.pieces._search import Executor, Options, search_lazily

FAR = 1e-5
"""Vertices with an x0 below it, over R^n where the largest coordinate is about 1, are placed exactly: float64 points
are off by some 1e-10, as `rounds` says, which is 1e-5 of such an x0. Chosen."""


@dataclass(frozen=True, eq=False, repr=False)
class Piece(Shown):
    """A cell: on it the network is x -> gradient x + offset (Béthune et al., Lemma 1).

    Attributes:
        pattern: (gates,), signs of the gates, layer after layer; -1 where the gate acts (a pair is exchanged, a ReLU
            gives 0), +1 where it does nothing, 0 where it is tied on the whole cell. Where larger groups are sorted, or
            maxima are taken: (outputs,) of all layers, which row of its group each output is, 0 to g - 1.
        gradient: (n,) for one output, (m, n) for several.
        offset: a float, or (m,).
        point: (n,), inside.
        vertices: (v, n), corners, in no order; None from 10 inputs on.
        bounded: False when the cell reaches infinity; None from 10 inputs on.

    >>> [piece] = enumerate_pieces([[[2.0]]], [[1.0]])
    >>> piece.gradient, piece.offset, sorted(piece.vertices.ravel().tolist())
    (array([2.]), 1.0, [-1.0, 1.0])
    """

    pattern: NDArray[np.int8 | np.intp]
    gradient: Floats
    offset: Any
    point: Floats
    vertices: Floats | None
    bounded: bool | None


def enumerate_pieces(
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike],
    box: Any = None,
    *,
    activation: str = "groupsort2",
    slope: float | Fraction | None = None,
    around: Any = None,
    certify: bool = False,
    executor: Executor | None = None,
    max_pieces: int | None = None,
    time_limit: float | None = None,
    progress: bool = False,
) -> Iterator[Piece]:
    """The cells that `count_pieces` counts, in no order (Béthune et al., proof of Proposition 8).

    Cells come as they are found, so that the first ones need not wait for the last. With certify, the list and the
    patterns are proved; coordinates and maps are rounded to float64, to infinity where a corner is beyond its range. A
    cell so thin, or so far away, that float64 has no number inside gets a point beside it.

    Args:
        weights, biases, box, activation, slope, around, certify, executor, progress: as for `count_pieces`.
        max_pieces: so many are given at most. If there are more, an error follows them.
        time_limit: the search ends after so many seconds; an error follows the pieces found by then.

    Raises:
        ValueError: as `count_pieces`, before the first piece.
        PieceLimitExceeded: after the last piece, when these are not all.

    >>> absolute = [[1, 0], [-1, 0], [0, 1], [0, -1]], [[0, 1, 0, 1]]
    >>> sorted(piece.gradient.tolist() for piece in enumerate_pieces(absolute, [[0] * 4, [0]]))
    [[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]
    """
    plan = read_plan(weights, biases, box, activation, slope, around)
    options = read_options(certify, executor, max_pieces, time_limit, progress)
    return _given(plan, options)


def _given(plan: Plan, options: Options) -> Iterator[Piece]:
    known: set[bytes] = set()
    for piece in search_lazily(plan, options, pieces):
        if piece is None or len(known) == options.limit:
            raise PieceLimitExceeded(options.limit, len(known) + (piece is not None))
        key = piece.pattern.tobytes()
        if key not in known:
            known.add(key)
            yield piece


def pieces(plan: Plan, cells: AnyCells, some: Ids | None = None) -> list[Piece]:
    """All cells as objects, or those whose numbers are in `some`."""
    if isinstance(cells, LinearCells):
        return _without_corners(plan, cells, np.arange(cells.cells) if some is None else some)
    labels = patterns(plan, cells)
    if some is not None:
        return pieces(plan, cells.take(np.flatnonzero(np.isin(labels, labels[some]))))
    _, chosen = np.unique(labels, return_index=True)
    owner, vertex = cells.vertices_of_cells()
    inside = centres(cells, owner, vertex)[chosen]
    corners = _grouped(labels[owner], vertex, labels[chosen])
    maps, _ = affine_maps(plan, cells.cell_minus[chosen])
    signs = _patterns(plan, cells, chosen)
    return [_piece(plan, cells, cell, *rest) for cell, *rest in zip(chosen, signs, maps, inside, corners, strict=True)]


def _without_corners(plan: Plan, cells: LinearCells, chosen: Ids) -> list[Piece]:
    maps, _ = affine_maps(plan, cells.cell_minus[chosen])
    signs = _patterns(plan, cells, chosen)
    found = zip(signs, maps, cells.inside[chosen], strict=True)
    return [Piece(signs, *_split(affine), inside, None, None) for signs, affine, inside in found]


def _patterns(plan: Plan, cells: AnyCells, chosen: Ids) -> Array:
    if plan.network.stages:
        return plan.choices(cells.cell_minus[chosen])
    return plan.signs(cells.cell_plus[chosen], cells.cell_minus[chosen])


def _split(affine: Floats) -> tuple[Floats, Any]:
    """Gradient and offset of a map (m, n + 1), without the first axis when m = 1."""
    gradient, offset = affine[:, 1:], affine[:, 0]
    return (gradient[0], float(offset[0])) if len(affine) == 1 else (gradient, offset)


def _grouped(label: Ids, vertex: Ids, wanted: Ids) -> list[Ids]:
    """The distinct vertices of each wanted label."""
    order = np.lexsort((vertex, label))
    label, vertex = label[order], vertex[order]
    distinct = np.diff(label, prepend=-1).astype(bool) | np.diff(vertex, prepend=-1).astype(bool)
    label, vertex = label[distinct], vertex[distinct]
    first, last = np.searchsorted(label, wanted), np.searchsorted(label, wanted, side="right")
    return [vertex[i:j] for i, j in zip(first, last, strict=True)]


def _piece(plan: Plan, cells: Complex, cell: int, signs: Array, affine: Floats, inside: Floats, corners: Ids) -> Piece:
    finite = _finite(plan, cells, corners)
    bounded = bool(finite.all())
    if plan.network.merges:
        finite &= [_is_corner_of(plan, cells, cell, vertex) for vertex in corners]
    elif not plan.domain.bounded:
        finite &= [_is_corner(plan, cells, vertex) for vertex in corners]
    return Piece(signs, *_split(affine), inside, _corners(plan, cells, corners[finite]), bounded)


def _finite(plan: Plan, cells: Complex, corners: Ids) -> Bits:
    """Which vertices are not at infinity: what float64 has of x0 may be 0 for others too."""
    if plan.domain.bounded:
        return np.ones(len(corners), bool)
    return (cells.past_plus[corners][:, 0] >> np.uint64(plan.domain.dimension) & np.uint64(1)).astype(bool)


def _corners(plan: Plan, cells: Complex, corners: Ids) -> Floats:
    """Coordinates (v, n) of vertices; exact ones, rounded, where x0 is nearly lost."""
    found = places(cells.points[corners])
    for place in np.flatnonzero(cells.points[corners][:, 0] < FAR):
        point = locate(plan, cells.past_plus[corners[place]], cells.past_minus[corners[place]])
        if point is not None and point[0]:  # without certificate signs may be wrong: then of none, or one at infinity
            found[place] = [quotient(int(x), int(point[0])) for x in point[1:]]
    return found


def _is_corner(plan: Plan, cells: Complex, vertex: int) -> bool:
    """Whether the gates alone make the vertex one: the cuts of R^n into orthants do not count."""
    plus, minus = cells.past_plus[vertex], cells.past_minus[vertex]
    sides = plan.zeros(plus, minus, 0)
    if not sides.size:
        return True
    rows = list(plan.tight(plus, minus))[sides.size :]
    return bool(rows) and fmpz_mat(rows).rank() == plan.network.dimension


def _is_corner_of(plan: Plan, cells: Complex, cell: int, vertex: int) -> bool:
    """Whether the walls of a cell of maxima alone make the vertex one: what parts the rest of a maximum does not count.

    Walls are sides of a box and, of each maximum, the greatest row less any other.
    """
    point = locate(plan, cells.past_plus[vertex], cells.past_minus[vertex])
    if point is None:
        return False
    minus = cells.cell_minus[cell]
    rows = plan.sides.tolist() if plan.domain.bounded else []
    greatest = iter(plan.choices(minus[None])[0].tolist())
    for stage in plan.network.stages:
        values = plan.exact.values(plan.acting(minus, stage.first))
        given = [values[i] for i in stage.rows]
        for first in range(0, len(given), stage.group):
            top = given[first + next(greatest)]
            rows += [[a - b for a, b in zip(top, row, strict=True)] for row in given[first : first + stage.group]]
    tight = [row for row in rows if any(row) and not sum(c * x for c, x in zip(row, point, strict=True))]
    return bool(tight) and fmpz_mat(tight).rank() == plan.network.dimension
