"""The exact Lipschitz constant of a network on a box: the largest gradient norm among its cells."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from theory._types import Floats
from theory.pieces._enumerate import Piece, pieces
from theory.pieces._maps import AnyCells, affine_maps, exact_map
from theory.pieces._network.plan import Plan
from theory.pieces._network.rounding import SLACK, UNDERFLOW, gamma
from theory.pieces._options import read_options, read_plan
from theory.pieces._search import Executor, search

# So many steepest cells of a network with one output have their gradients computed exactly.
EXACT = 32


@dataclass(frozen=True, eq=False)
class LipschitzConstant:
    """value: in float64; lower <= the exact constant <= upper, provided certified. piece: a cell that attains it, up
    to upper - lower."""

    value: float
    lower: float
    upper: float
    piece: Piece
    certified: bool


def lipschitz_constant(
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike],
    box: Any = None,
    *,
    activation: str = "groupsort2",
    certify: bool = False,
    executor: Executor | None = None,
    max_pieces: int | None = None,
    progress: bool = False,
) -> LipschitzConstant:
    """The Lipschitz constant of a network on a convex domain, for Euclidean norms on both sides.

    The network is affine on each of finitely many cells, so the constant is the largest norm of their gradients;
    for several outputs, the largest spectral norm. Arguments and errors are those of `count_pieces`. certify: prove
    that there are no other cells; rounding of the norms is always enclosed.

    >>> absolute = [[1, 0], [-1, 0], [0, 1], [0, -1]], [[0, 1, 0, 2]]
    >>> found = lipschitz_constant(absolute, [[0] * 4, [0]], certify=True)
    >>> round(found.value**2, 9), found.upper - found.lower < 1e-13
    (5.0, True)
    """
    plan = read_plan(weights, biases, box, activation)
    options = read_options(certify, executor, max_pieces, progress)
    found = search(plan, options, _steepest)
    lower, upper = max(each[0] for each in found.summaries), max(each[1] for each in found.summaries)
    piece = max(found.summaries, key=lambda each: each[0])[2]
    value = float(np.linalg.norm(np.atleast_2d(piece.gradient), 2))
    return LipschitzConstant(min(max(value, lower), upper), lower, upper, piece, found.proved)


def _steepest(plan: Plan, cells: AnyCells) -> tuple[float, float, Piece]:
    maps, errors = affine_maps(plan, cells.cell_minus.view)
    lower, upper = norm_enclosures(maps[:, :, 1:], np.sqrt((errors**2).sum(axis=1)) * SLACK)
    near = np.flatnonzero(upper >= lower.max())
    if maps.shape[1] == 1 and len(near) <= EXACT:
        lower, upper = (
            np.array(ends) for ends in zip(*(_exact_norm(plan, cells, i) for i in near.tolist()), strict=True)
        )
    else:
        near = np.arange(len(lower))
    best = int(near[lower.argmax()])
    return float(lower.max()), float(upper.max()), pieces(plan, cells, np.array([best]))[0]


def _exact_norm(plan: Plan, cells: AnyCells, cell: int) -> tuple[float, float]:
    """The gradient norm of a cell of a network with one output, between neighbouring floats."""
    square = sum((c * c for c in exact_map(plan, cells.cell_minus[cell])[1:]), Fraction(0))
    low = high = math.sqrt(square)
    while Fraction(low) ** 2 > square:
        low = math.nextafter(low, 0.0)
    while Fraction(high) ** 2 < square:
        high = math.nextafter(high, math.inf)
    return low, high


def norm_enclosures(matrices: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Bounds (c,) of the spectral norms of matrices (c, m, n) that are known up to `error` (c,) in Frobenius norm."""
    if matrices.shape[1] > matrices.shape[2]:
        matrices = matrices.transpose(0, 2, 1)
    _, small, large = matrices.shape
    slack = 1.0 + gamma(small * large + 8)
    frobenius = _size(matrices) * slack + UNDERFLOW
    if small == 1:
        margin = gamma(large + 4) * frobenius + error
        return np.maximum(frobenius / slack**2 - margin, 0.0), frobenius + margin
    gram = matrices @ matrices.transpose(0, 2, 1)
    values, vectors = np.linalg.eigh(gram)
    rounding = gamma(4 * large + 8) * frobenius**2 * small
    skew = _size(vectors.transpose(0, 2, 1) @ vectors - np.eye(small)) + gamma(small + 4) * small
    rest = _size(gram - (vectors * values[:, None]) @ vectors.transpose(0, 2, 1)) + rounding
    upper = np.sqrt(np.maximum(values[:, -1], 0.0) * (1 + skew) + rest) + error
    top = vectors[:, :, -1:]
    lower = _size(matrices.transpose(0, 2, 1) @ top) / _size(top) - gamma(large + small + 8) * frobenius - error
    return np.maximum(lower / slack, 0.0), upper * slack


def _size(matrices: Floats) -> Floats:
    return np.sqrt((matrices**2).sum(axis=(1, 2)))
