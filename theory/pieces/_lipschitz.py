"""The exact Lipschitz constant of a network on a box: the largest gradient norm among its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from theory._results import Shown
from theory._types import Floats
from theory.intervals import lower_float, root_floats, upper_float
from theory.pieces._enumerate import Piece, pieces
from theory.pieces._maps import AnyCells, affine_maps, exact_map
from theory.pieces._network.plan import Plan
from theory.pieces._network.rounding import BOUND_SLACK, UNDERFLOW, gamma
from theory.pieces._options import read_options, read_plan
from theory.pieces._search import Executor, Found, search
from theory.pieces._witness import steepest_possible

EXACT_CELLS = 32
"""So many steepest cells have their gradients computed exactly: chosen for time. More of them keep the enclosure of
float64."""

LOOSE_CELLS = 4096
"""So many are taken exactly where rounding hides even the size of the constant, as of subnormal weights before large
ones: chosen for time, seconds."""

FAINT = 1e-140
"""Norms below it are computed exactly, of however many cells: `UNDERFLOW` would make up much of their enclosure."""


@dataclass(frozen=True, eq=False, repr=False)
class LipschitzConstant(Shown):
    """A Lipschitz constant between two bounds; see `lipschitz_constant` (as in Jordan and Dimakis 2020).

    Attributes:
        value: in float64.
        lower, upper: lower <= the exact constant <= upper, provided certified.
        piece: a cell that attains it, up to upper - lower; None when no cell could be proved before a stop.
        certified: no other cells exist; where not `exact`, `piece` exists.
        exact: all cells were looked at; False when `max_pieces` or `time_limit` ended the search. `value` is then the
            steepest slope found, and `upper` the product of the layers' norms (Béthune et al., Section 2.3).

    >>> found = lipschitz_constant([[[3.0, 4.0]]], [[0.0]], certify=True)
    >>> found.lower, found.value, found.upper
    (5.0, 5.0, 5.0)
    """

    value: float
    lower: float
    upper: float
    piece: Piece | None
    certified: bool
    exact: bool


def lipschitz_constant(
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
) -> LipschitzConstant:
    """The Lipschitz constant of a network on a convex domain, for Euclidean norms on both sides.

    The network is affine on each of finitely many cells, so the constant is the largest norm of their gradients;
    for several outputs, the largest spectral norm (as in Jordan and Dimakis 2020). Béthune et al. bound it by the
    product of the layers' norms, Section 2.3.

    Args:
        weights, biases, box, activation, slope, around, executor, max_pieces, time_limit, progress: as for
            `count_pieces`.
        certify: prove that there are no other cells; rounding of the norms is always enclosed.

    Raises:
        ValueError: as `count_pieces`.

    >>> absolute = [[1, 0], [-1, 0], [0, 1], [0, -1]], [[0, 1, 0, 2]]
    >>> found = lipschitz_constant(absolute, [[0] * 4, [0]], certify=True)
    >>> round(found.value**2, 9), found.upper - found.lower < 1e-13
    (5.0, True)
    """
    plan = read_plan(weights, biases, box, activation, slope, around)
    options = read_options(certify, executor, max_pieces, time_limit, progress)
    found = search(plan, options, _steepest)
    if not found.exact:
        return _so_far(plan, found)
    lower, upper = max(each[0] for each in found.summaries), max(each[1] for each in found.summaries)
    piece = max(found.summaries, key=lambda each: each[0])[2]
    value = float(np.linalg.norm(np.atleast_2d(piece.gradient), 2))
    return LipschitzConstant(min(max(value, lower), upper), lower, upper, piece, found.proved, True)


def _so_far(plan: Plan, found: Found[tuple[float, float, Piece]]) -> LipschitzConstant:
    lower, _, piece = max(found.summaries, key=lambda each: each[0], default=(0.0, 0.0, None))
    return LipschitzConstant(lower, lower, max(lower, steepest_possible(plan)), piece, found.proved, False)


def _steepest(plan: Plan, cells: AnyCells) -> tuple[float, float, Piece]:
    maps, errors = affine_maps(plan, cells.cell_minus.view)
    lower, upper = norm_enclosures(maps[:, :, 1:], np.sqrt((errors**2).sum(axis=1)) * BOUND_SLACK)
    near = np.flatnonzero(upper >= lower.max())
    loose = lower.max() < upper.max() / 2 and len(near) <= LOOSE_CELLS
    if len(near) <= EXACT_CELLS or upper.max() < FAINT or loose or plan.network.exact is not None:
        lower, upper = (
            np.array(ends) for ends in zip(*(_exact_norm(plan, cells, i) for i in near.tolist()), strict=True)
        )
    else:
        near = np.arange(len(lower))
    best = int(near[lower.argmax()])
    return float(lower.max()), float(upper.max()), pieces(plan, cells, np.array([best]))[0]


def _exact_norm(plan: Plan, cells: AnyCells, cell: int) -> tuple[float, float]:
    """The gradient norm of a cell: of one output between neighbouring floats, of several as near as eigenvalues are.

    The exact gradient, scaled by a power of two to a largest entry from 1/2 to 2, is rounded by a share u an entry.
    """
    flat = exact_map(plan, cells.cell_minus[cell])
    n = plan.domain.dimension
    rows = [flat[i + 1 : i + n + 1] for i in range(0, len(flat), n + 1)]
    if len(rows) == 1:
        return root_floats(sum((c * c for c in rows[0]), Fraction(0)))
    largest = max(abs(x) for row in rows for x in row)
    if not largest:
        return 0.0, 0.0
    scale = Fraction(2) ** (largest.numerator.bit_length() - largest.denominator.bit_length())
    matrix = np.array([[[float(x / scale) for x in row] for row in rows]])
    ends = norm_enclosures(matrix, gamma(2) * np.sqrt((matrix**2).sum(axis=(1, 2))))
    lower, upper = (Fraction(float(each[0])) * scale for each in ends)
    return max(0.0, lower_float(lower)), upper_float(upper)


def norm_enclosures(matrices: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Bounds (c,) of the spectral norms of matrices (c, m, n) that are known up to `error` (c,) in Frobenius norm.

    Scaled by powers of two to largest entries, or errors, from 1 to 2: no fourth power leaves float64's range.
    """
    largest = np.maximum(np.abs(matrices).max(axis=(1, 2)), error)
    unit = np.exp2(np.floor(np.log2(np.where(largest > 0, largest, 1.0))))
    lower, upper = _scaled_enclosures(matrices / unit[:, None, None], error / unit + UNDERFLOW)
    return np.maximum(np.nextafter(lower * unit, -np.inf), 0.0), np.nextafter(upper * unit, np.inf)


def _scaled_enclosures(matrices: Floats, error: Floats) -> tuple[Floats, Floats]:
    """For one row its norm; else lambda_max of the Gram matrix G, by |G - V L V^T| for its rounded eigenvectors V.

    rounding: G is off by gamma_large |M|^2, V L V^T by gamma_(small + 1) small |M|^2 (Higham 2002, (3.13)), and the
    difference is rounded too. skew: |V^T V - 1|, by which V L V^T may exceed the largest of L.
    """
    if matrices.shape[1] > matrices.shape[2]:
        matrices = matrices.transpose(0, 2, 1)
    _, small, large = matrices.shape
    slack = 1.0 + gamma(small * large + 8)
    frobenius = _size(matrices) * slack + UNDERFLOW
    if small == 1:
        margin = gamma(large + 4) * frobenius + error
        return _size(matrices) / slack - margin, frobenius + margin
    gram = matrices @ matrices.transpose(0, 2, 1)
    values, vectors = np.linalg.eigh(gram)
    rounding = gamma(4 * large + 8) * frobenius**2 * small
    skew = _size(vectors.transpose(0, 2, 1) @ vectors - np.eye(small)) + gamma(small + 4) * small
    rest = _size(gram - (vectors * values[:, None]) @ vectors.transpose(0, 2, 1)) + rounding
    upper = np.sqrt(np.maximum(values[:, -1], 0.0) * (1 + skew) + rest) + error
    top = vectors[:, :, -1:]
    lower = _size(matrices.transpose(0, 2, 1) @ top) / _size(top) - gamma(large + small + 8) * frobenius - error
    return lower / slack, upper * slack


def _size(matrices: Floats) -> Floats:
    return np.sqrt((matrices**2).sum(axis=(1, 2)))
