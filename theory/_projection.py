"""Least-distance projection onto the polyhedra V(c) = {z : |z - c| <= |z - a| for every a of a finite set}.

The dual active-set method of Goldfarb and Idnani (1983), many problems in step. Half-spaces are added
lazily: the point nearest to the current z names a violated one, or proves there is none. |u| only grows on
the way, so a problem whose |u| exceeds its limit is given up with a proof that its distance exceeds the
limit too.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from theory._halfspaces import ActiveSets, bisector
from theory._neighbours import Indices, Neighbours, rounding, squared
from theory._validation import Floats

MAX_STEPS = 10_000


class ProjectionError(ArithmeticError):
    """Double precision could not certify a projection; nothing is claimed about the distance."""


@dataclass
class Projections:
    """Projections u (m, n) of x onto V(c), as displacements from x.

    done (m,): solved; elsewhere |u| > limit is all that is known. violation (m,): how far x + u lies
    outside the worst of all the half-spaces. inward (m, n): a direction from x + u away from the
    half-spaces that hold it.
    """

    u: Floats
    done: NDArray[np.bool_]
    violation: Floats
    inward: Floats

    def take(self, rows: NDArray[np.bool_]) -> Projections:
        return Projections(self.u[rows], self.done[rows], self.violation[rows], self.inward[rows])


def project(x: Floats, c: Floats, walls: Neighbours, limit: Floats) -> Projections:
    """Project each row of x (m, n) onto the V(c) of its row of c (m, n), giving up beyond limit (m,)."""
    result = Projections(np.zeros_like(x), np.zeros(len(x), bool), np.full(len(x), np.inf), np.zeros_like(x))
    ids, sets = np.arange(len(x)), ActiveSets.empty(*x.shape)
    for _ in range(MAX_STEPS):
        if not len(ids):
            return result
        live = _advance(ids, sets, x, c, walls, limit, result)
        if not live.all():
            ids, sets = ids[live], sets.take(live)
    raise ProjectionError(
        f"no certified projection after {MAX_STEPS} steps: the half-spaces are too nearly parallel"
    )


def _advance(
    ids: Indices,
    sets: ActiveSets,
    x: Floats,
    c: Floats,
    walls: Neighbours,
    limit: Floats,
    result: Projections,
) -> NDArray[np.bool_]:
    """Give every problem one more violated half-space; say which go on."""
    here, centre = x[ids], c[ids]
    tolerance = _tolerance(here, centre, sets)
    a = walls.points[walls.nearest(here + sets.u)]
    normal, offset = bisector(a, centre, here)
    excess = np.einsum("ij,ij->i", normal, sets.u) - offset
    settled = np.flatnonzero(excess <= tolerance)
    if len(settled):
        part = sets.take(settled)
        part.polish()
        sets.put(settled, part)
        worst = _worst(here[settled], centre[settled], part.u, walls)
        normal[settled], offset[settled], excess[settled] = worst
    solved = excess <= tolerance
    lost = squared(sets.u) > limit[ids] ** 2
    _record(ids[solved & ~lost], sets.take(solved & ~lost), excess[solved & ~lost], result)
    live = ~(solved | lost)
    rows = np.flatnonzero(live)
    if len(rows):
        sets.grow()
        _enter(sets, rows, normal[rows], offset[rows], excess[rows])
    return live


def _tolerance(x: Floats, c: Floats, sets: ActiveSets) -> Floats:
    """Rounding of a half-space seen from x, and of u = -(normals^T multipliers): below it nothing can be
    told."""
    size = np.abs(x).max(axis=1) + np.abs(c).max(axis=1) + np.sqrt(squared(x - c)) + np.sqrt(squared(sets.u))
    return rounding(x) / 2 * (size + sets.multipliers.sum(axis=1))


def _worst(x: Floats, c: Floats, u: Floats, walls: Neighbours) -> tuple[Floats, Floats, Floats]:
    """The most violated of ALL half-spaces, per row: normal, offset and excess."""
    z = x + u
    rows, found = walls.within(z, np.sqrt(squared(z - c)))
    nearest = walls.nearest(z)
    rows, found = np.concatenate([np.arange(len(x)), rows]), np.concatenate([nearest, found])
    normal, offset = bisector(walls.points[found], c[rows], x[rows])
    excess = np.einsum("ij,ij->i", normal, u[rows]) - offset
    order = np.lexsort((-excess, rows))
    first = order[np.unique(rows[order], return_index=True)[1]]
    return normal[first], offset[first], excess[first]


def _record(ids: Indices, sets: ActiveSets, violation: Floats, result: Projections) -> None:
    """Keep solutions whose remaining optimality condition, multipliers >= 0, holds too."""
    if (sets.multipliers.min(axis=1, initial=0.0) < -1e-9 * np.abs(sets.multipliers).sum(axis=1)).any():
        raise ProjectionError(
            "a multiplier of an accepted projection is negative: the half-spaces are too nearly parallel"
        )
    result.u[ids], result.done[ids], result.violation[ids] = sets.u, True, violation
    result.inward[ids] = sets.inward()


def _enter(sets: ActiveSets, rows: Indices, normal: Floats, offset: Floats, excess: Floats) -> None:
    """Raise the multiplier of a violated half-space until it holds, dropping those that stop pushing."""
    gain = np.zeros(len(rows))
    while len(rows):
        part = sets.take(rows)
        coefficients, residual, size = part.split(normal)
        with np.errstate(divide="ignore", invalid="ignore"):
            full = np.where(size > 0, excess / size, np.inf)
            ratio = np.where(part.used & (coefficients > 0), part.multipliers / coefficients, np.inf)
        slot = ratio.argmin(axis=1)
        drop = ratio[np.arange(len(rows)), slot]
        step = np.minimum(full, drop)
        if np.isinf(step).any():
            raise ProjectionError(
                "a half-space is violated and opposed at once: the data are too close to tell apart"
            )
        part.multipliers = np.maximum(part.multipliers - step[:, None] * coefficients, 0.0)
        part.u -= step[:, None] * residual * (size > 0)[:, None]
        gain, excess = gain + step, excess - step * size
        ends = full <= drop
        _insert(part, ends, normal, offset, gain, coefficients, size)
        _remove(part, ~ends, slot)
        sets.put(rows, part)
        rows, normal, offset, gain, excess = (v[~ends] for v in (rows, normal, offset, gain, excess))


def _insert(
    sets: ActiveSets,
    chosen: NDArray[np.bool_],
    normal: Floats,
    offset: Floats,
    gain: Floats,
    coefficients: Floats,
    size: Floats,
) -> None:
    part = sets.take(chosen)
    part.insert(normal[chosen], offset[chosen], gain[chosen], coefficients[chosen], size[chosen])
    sets.put(np.flatnonzero(chosen), part)


def _remove(sets: ActiveSets, chosen: NDArray[np.bool_], slot: Indices) -> None:
    if chosen.any():
        part = sets.take(chosen)
        part.remove(slot[chosen])
        sets.put(np.flatnonzero(chosen), part)
