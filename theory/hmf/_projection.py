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

from theory._types import Floats, Indices
from theory.hmf._halfspaces import ActiveSets, bisector
from theory.hmf._nearest import Neighbours, rounding, squared

MAX_STEPS = 10_000
"""Half-spaces added before a projection is given up. The method ends in exact arithmetic, each step making |u| longer;
this ends what rounding would let cycle. By trial: no projection is known to take more than a hundred."""

SIGN_SLACK = 1e-14
"""Polishing may turn a multiplier that is zero into this share of the sum L of the others, below zero: 90 u, where by
trial on lattices, spheres and clusters at most u / 2 occurred. The way is then too long by at most 2e-14 L: for the
true foot v, |u - v|^2 <= |v|^2 - |u|^2 + 2 SIGN_SLACK L |u - v| and |v| <= |u|."""


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
    shape = x.shape
    result = Projections(np.zeros(shape), np.zeros(len(x), bool), np.full(len(x), np.inf), np.zeros(shape))
    ids, sets = np.arange(len(x)), ActiveSets.empty(*shape)
    for _ in range(MAX_STEPS):
        violated, solved = _separate(x[ids], c[ids], sets, walls)
        lost = squared(sets.u) > limit[ids] ** 2
        won = solved & ~lost
        if won.any():
            _record(ids[won], sets.take(won), violated.excess[won], result)
        live = ~(solved | lost)
        if not live.any():
            return result
        if not live.all():
            ids, sets, violated = ids[live], sets.take(live), violated.take(live)
        _enter(sets, violated)
    raise ProjectionError(f"no certified projection after {MAX_STEPS} steps: half-spaces too nearly parallel")


@dataclass
class HalfSpaces:
    """One half-space normal.u <= offset for each of m problems, and by how much u violates it."""

    normal: Floats
    offset: Floats
    excess: Floats

    @classmethod
    def of(cls, a: Floats, c: Floats, x: Floats, u: Floats) -> HalfSpaces:
        normal, offset = bisector(a, c, x)
        return cls(normal, offset, np.einsum("ij,ij->i", normal, u) - offset)

    def take(self, rows: Indices | NDArray[np.bool_]) -> HalfSpaces:
        return HalfSpaces(self.normal[rows], self.offset[rows], self.excess[rows])

    def put(self, rows: Indices, part: HalfSpaces) -> None:
        self.normal[rows], self.offset[rows], self.excess[rows] = part.normal, part.offset, part.excess


def _separate(x: Floats, c: Floats, sets: ActiveSets, walls: Neighbours) -> tuple[HalfSpaces, NDArray[np.bool_]]:
    """A violated half-space a problem, and which problems have none: there it is the worst of all."""
    tolerance = _tolerance(x, c, sets)
    nearest = walls.nearest(x + sets.u)
    violated = HalfSpaces.of(walls.points[nearest], c, x, sets.u)
    settled = np.flatnonzero(violated.excess <= tolerance)
    if len(settled):
        part = sets.take(settled)
        part.polish()
        sets.put(settled, part)
        violated.put(settled, _worst(x[settled], c[settled], part.u, walls, nearest[settled]))
    return violated, violated.excess <= tolerance


def _tolerance(x: Floats, c: Floats, sets: ActiveSets) -> Floats:
    """The rounding of a half-space seen from x, and of u as a combination of normals.

    With e = 2^-53: offsets are off by (n + 5) e (|x - c| + |u|), products with u by (n + 5) e |u|, u itself by
    (n + 1) e times the sum of the multipliers; allowed are 4 (n + 4) e of each.
    """
    size = np.abs(x).max(axis=1) + np.abs(c).max(axis=1)
    size += np.sqrt(squared(x - c)) + np.sqrt(squared(sets.u))
    return rounding(x) / 2 * (size + sets.multipliers.sum(axis=1))


def _worst(x: Floats, c: Floats, u: Floats, walls: Neighbours, nearest: Indices) -> HalfSpaces:
    """The most violated of ALL half-spaces, per row: only points at least as near as c can violate theirs."""
    z = x + u
    rows, found = walls.within(z, np.sqrt(squared(z - c)))
    rows, found = np.concatenate([np.arange(len(x)), rows]), np.concatenate([nearest, found])
    every = HalfSpaces.of(walls.points[found], c[rows], x[rows], u[rows])
    order = np.lexsort((-every.excess, rows))
    return every.take(order[np.unique(rows[order], return_index=True)[1]])


def _record(ids: Indices, sets: ActiveSets, violation: Floats, result: Projections) -> None:
    """Keep solutions whose remaining optimality condition, multipliers >= 0, holds too."""
    least = sets.multipliers.min(axis=1, initial=0.0)
    if (least < -SIGN_SLACK * np.abs(sets.multipliers).sum(axis=1)).any():
        raise ProjectionError("an accepted projection has a negative multiplier: half-spaces too nearly parallel")
    result.u[ids], result.done[ids], result.violation[ids] = sets.u, True, violation
    result.inward[ids] = sets.inward()


def _enter(sets: ActiveSets, wall: HalfSpaces) -> None:
    """Raise the multiplier of a violated half-space until it holds, dropping those that stop pushing."""
    sets.grow()
    gain = np.zeros(len(wall.excess))
    short = np.flatnonzero(~_push(sets, wall, gain))
    while len(short):
        part, some, more = sets.take(short), wall.take(short), gain[short]
        ended = _push(part, some, more)
        sets.put(short, part)
        wall.put(short, some)
        gain[short] = more
        short = short[~ended]


def _push(sets: ActiveSets, wall: HalfSpaces, gain: Floats) -> NDArray[np.bool_]:
    """One step of each problem: as far as the half-space, or until an active multiplier vanishes (False)."""
    coefficients, residual, size = sets.split(wall.normal)
    with np.errstate(divide="ignore", invalid="ignore"):
        full = np.where(size > 0, wall.excess / size, np.inf)
        ratio = np.where(sets.used & (coefficients > 0), sets.multipliers / coefficients, np.inf)
    slot = ratio.argmin(axis=1)
    drop = ratio[np.arange(len(slot)), slot]
    step = np.minimum(full, drop)
    if np.isinf(step).any():
        raise ProjectionError("a half-space is violated and opposed at once: points too close to tell apart")
    sets.multipliers = np.maximum(sets.multipliers - step[:, None] * coefficients, 0.0)
    sets.u -= step[:, None] * np.where(size[:, None] > 0, residual, 0.0)
    gain += step
    wall.excess -= step * size
    ends = full <= drop
    sets.insert(np.flatnonzero(ends), wall.normal, wall.offset, gain, coefficients, size)
    sets.remove(np.flatnonzero(~ends), slot)
    return ends
