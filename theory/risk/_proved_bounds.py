"""Bounds of the least risk that hold for the exact values of the floats given, rounding included.

Every formula is followed by an allowance for the rounding of its own evaluation, a few units in the last place of
every term, and sums are rounded once (math.fsum).
"""

from __future__ import annotations

from math import frexp, fsum, inf

import numpy as np
from numpy.typing import NDArray

from theory._scales import LEAST_FLOAT, LEAST_SAFE
from theory._types import Array, Floats, Indices
from theory.losses import Loss, Number
from theory.risk._weighted_nearest import Distances

EPSILON = float(np.finfo(np.float64).eps)
"""One unit in the last place of 1, two roundings; every allowance below is so many of it."""
LEAST_GAP = 1e-300
"""A gap up to this is rounding: the terms of sums lose digits near 1e-308, where the range of float64 ends."""
GAP_ROUNDING = 1e-13
"""A gap up to this share of what rounding may change (`Loss.size`) is rounding: 450 units in the last place, chosen."""
LEAST_MASS = 2.0**-960
"""Masses below this, of a total of about 1, are given up: sums and quotients of the others keep their digits."""


def distance_rounding(dimension: int) -> float:
    """The relative error of a computed distance is at most this."""
    return (dimension + 8) * EPSILON


def unit_masses(weights: Floats, loss: Loss) -> tuple[Floats, int]:
    """The weights times a power of two, its exponent, of sum about 1; those that become nothing are raised.

    Losses that are never negative may be charged more from above, and `feasible` gives up such weights from below.
    """
    exponent = -frexp(float(weights.max()))[1] - len(weights).bit_length()
    with np.errstate(under="ignore"):
        masses = np.ldexp(weights, exponent)
    least = float(masses.min())
    if least >= LEAST_SAFE:
        return masses, exponent
    if float(loss.multipliers[0]):
        raise ValueError(
            f"weights reach from {weights.min():.1e} to {weights.max():.1e}: leave out the points of least weight"
        )
    return np.maximum(masses, LEAST_SAFE), exponent


def mcshane(distances: Distances, lipschitz: float, t: Floats, plus: int, dimension: int) -> Floats:
    """Margins no greater than any t_i = min over j of L d_ij - t_j, feasible in exact arithmetic, and close to t.

    The margins of label -1 decide those of label +1, which decide those of label -1 again, never lower: both are then
    L-Lipschitz on their own, equal labels included.
    """
    scale = lipschitz * (1 - distance_rounding(dimension))
    lost = (2 + scale) * LEAST_FLOAT if min(scale, 1.0) * distances.least_step < LEAST_SAFE else 0.0
    for side, own, other in ((0, slice(None, plus), slice(plus, None)), (1, slice(plus, None), slice(None, plus))):
        least = distances.least(side, scale, t[other]).values[:, 0]
        t = t.copy()
        t[own] = least - (4 * EPSILON * np.abs(least) + lost)
    return t


def risk_above(loss: Loss, weights: Floats, t: Floats) -> float:
    """At least the risk of the margins t, hence of the best function where they are feasible."""
    values = loss.value_above(t)
    terms = weights * values
    lost = np.count_nonzero((values > 0) & (terms < LEAST_GAP))  # products that underflow, by half of the least float
    return fsum(terms) + 4 * EPSILON * fsum(np.abs(terms)) + lost * LEAST_FLOAT


def feasible(loss: Loss, weights: Floats, rows: Indices, columns: Indices, masses: Floats) -> Floats:
    """The masses scaled down where a node sends or takes more than its greatest multiplier, rounding included.

    Those below LEAST_MASS are given up, and so is all that a node sends or takes whose weight is.
    """
    masses = np.where((masses < LEAST_MASS) | (np.minimum(weights[rows], weights[columns]) < LEAST_MASS), 0.0, masses)
    total, count = _marginals(len(weights), rows, columns, masses)
    most = loss.steepest * weights * (1 - (count + 8) * EPSILON)
    share = np.divide(most, total, out=np.ones_like(total), where=total > most)
    scaled = masses * np.minimum(share[rows], share[columns])
    return np.where(scaled < LEAST_MASS, 0.0, scaled)


def risk_below(
    loss: Loss, weights: Floats, rows: Indices, columns: Indices, masses: Floats, cost: float, reach: float
) -> float:
    """At most the least risk, by duality: rows and columns (k,) are nodes, masses are `feasible`.

    cost: at least L times the sum of masses times distances. reach: some best function has all margins at most that;
    it prices mass that the multipliers lack.
    """
    total, count = _marginals(len(weights), rows, columns, masses)
    slack = np.asarray((count + 16) * EPSILON, dtype=np.float64)
    base = float(loss.multipliers[0])
    terms = weights * loss.dual_below(total / weights, slack)
    lack = reach * fsum(np.maximum(base * weights * (1 + 4 * EPSILON) - total * (1 - slack), 0.0))
    size = fsum(np.abs(terms)) + lack + abs(cost)
    lost = 2 * len(weights) * LEAST_FLOAT  # products that underflow, of weights or lacks
    bound = fsum(terms) - lack - cost - 8 * EPSILON * size - lost
    if 0 < bound < LEAST_GAP:  # relative errors mean nothing where products underflow
        bound = 0.0
    return max(bound, loss.infimum * fsum(weights)) + 0.0


def close(loss: Loss, weights: Array, margins: Array, risk: Number, lower_bound: Number, tolerance: float) -> bool:
    """The gap is at most so much of |risk|, or due to rounding."""
    if relative_gap(risk, lower_bound) <= tolerance:
        return True
    return float(risk - lower_bound) <= GAP_ROUNDING * fsum(weights * loss.size(margins))


def relative_gap(risk: Number, lower_bound: Number) -> float:
    """The gap as a share of |risk|, zero where the range of float64 ends."""
    gap = float(risk - lower_bound)
    if gap <= LEAST_GAP:
        return 0.0
    return gap / abs(float(risk)) if risk else inf


def _marginals(count: int, rows: Indices, columns: Indices, masses: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """What every node sends or takes, and in how many parts."""
    nodes = np.concatenate([rows, columns])
    total = np.bincount(nodes, np.tile(masses, 2), count).astype(np.float64)
    return total, np.bincount(nodes, minlength=count)


def transport_cost(lipschitz: float, distances: Floats, masses: Floats, dimension: int) -> float:
    """At least L times the sum of masses times distances."""
    terms = lipschitz * distances * masses  # from the left: L d has no extreme size, d times a small mass may have one
    lost = (len(masses) + fsum(masses) * 2) * LEAST_FLOAT if len(masses) else 0.0  # of the terms, and of L d
    faint = (distances > 0) & (distances < LEAST_SAFE)
    if faint.any():  # distances that are themselves off by half the least float
        lost += lipschitz * LEAST_FLOAT * fsum(masses[faint])
    return fsum(terms) * (1 + distance_rounding(dimension) + 8 * EPSILON) + lost
