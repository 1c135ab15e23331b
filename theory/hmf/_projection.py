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

from theory._scales import lengths
from theory._types import Floats, Indices
from theory.hmf._bisectors import bisectors, sharp_offsets
from theory.hmf._exact_projection import project_exactly
from theory.hmf._frame import Places
from theory.hmf._halfspaces import ActiveSets
from theory.hmf._nearest import Neighbours, rounding

MAX_STEPS = 10_000
"""Half-spaces added before a projection is given up. The method ends in exact arithmetic, each step making |u| longer;
this ends what rounding would let cycle. By trial: no projection is known to take more than a hundred."""

SIGN_SLACK = 1e-14
"""Polishing may turn a multiplier that is zero into this share of the sum L of the others, below zero: 90 u, where by
trial on lattices, spheres and clusters at most u / 2 occurred. The way is then too long by at most 2e-14 L: for the
true foot v, |u - v|^2 <= |v|^2 - |u|^2 + 2 SIGN_SLACK L |u - v| and |v| <= |u|."""

MATRIX_NUMBERS = 2**22
"""Numbers of the normals of problems that are solved in step: chosen for memory, 32 MB."""

PAIRS_CHECKED = 2**24
"""Pairs of a problem and a half-space that may be checked at once, hardly any of which are: chosen for memory."""

EXACT_DIMENSION = 12
"""Up to so many coordinates rational arithmetic takes over where float64 leaves doubt: chosen for time."""

FLAT = 2.0**-33
"""Relative error of |u|, about 1e-10, up to which half-spaces may be nearly parallel: chosen, for time."""

LOOSE = 2.0**-40
"""Where rounding is less than this share of |u|, offsets may stay as they are until their half-spaces count."""

STEEP = 2.0**8
"""So often the sum of the multipliers may be |u|: an offset that is off by e makes |u| be off by that many times e."""

UNKNOWN = -1
"""In the place of the first half-space of a problem: the one of the point of the set nearest to x."""


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


Group = tuple[Indices, ActiveSets, Indices]
"""Problems by their numbers, how far they are, and the half-space that each looks at first, or UNKNOWN."""


def project(x: Places, c: Floats, walls: Neighbours, first: Indices, limit: Floats) -> Projections:
    """Project each place (m) onto the V(c) of its row of c (m, n), giving up beyond limit (m,).

    first (m,): points of `walls` whose half-space is looked at first, or UNKNOWN.
    """
    shape = c.shape
    result = Projections(np.zeros(shape), np.zeros(len(c), bool), np.full(len(c), np.inf), np.zeros(shape))
    todo = [(np.arange(len(c)), ActiveSets.empty(*shape), first)]
    while todo:
        group = todo.pop()
        try:
            todo += _solve(x, c, walls, limit, group, result)
        except ProjectionError:
            ids = group[0]
            if len(ids) > 1:
                todo += [(half, ActiveSets.empty(len(half), shape[1]), first[half]) for half in np.array_split(ids, 2)]
            elif shape[1] > EXACT_DIMENSION:
                raise
            else:
                _record_exactly(x, c, walls, limit, ids[0], result)
    return result


def _solve(x: Places, c: Floats, walls: Neighbours, limit: Floats, group: Group, result: Projections) -> list[Group]:
    """Problems in step, until they are done, or take so much memory that they had better go on in halves."""
    ids, sets, first = group
    for _ in range(MAX_STEPS):
        violated, solved, doubt = _separate(x.take(ids), c[ids], sets, walls, first)
        lost = lengths(sets.u) > limit[ids]
        if sets.u.shape[1] <= EXACT_DIMENSION:
            doubt |= sets.multipliers.sum(axis=1) > STEEP * lengths(sets.u)
            for k in ids[solved & doubt]:
                _record_exactly(x, c, walls, limit, k, result)
            lost |= solved & doubt
        won = solved & ~lost
        if won.any():
            _record(ids[won], sets.take(won), violated.excess[won], result)
        live = ~(solved | lost)
        if not live.any():
            return []
        if not live.all():
            ids, sets, violated = ids[live], sets.take(live), violated.take(live)
        _enter(sets, violated)
        first = np.full(len(ids), UNKNOWN)
        if sets.normals.size > MATRIX_NUMBERS and len(ids) > 1:
            halves = np.array_split(np.arange(len(ids)), 2)
            return [(ids[half], sets.take(half), first[half]) for half in halves]
    raise ProjectionError(f"no certified projection after {MAX_STEPS} steps: half-spaces too nearly parallel")


@dataclass
class HalfSpaces:
    """One half-space normal.u <= offset for each of m problems, by how much u violates it, and how far off that is."""

    normal: Floats
    offset: Floats
    excess: Floats
    noise: Floats

    @classmethod
    def of(cls, a: Floats, c: Floats, x: Places, u: Floats, tolerance: Floats, loose: float = 0.0) -> HalfSpaces:
        """Sharp where the excess may be beyond the tolerance (m,) and rounding matters, a share `loose` of |u|."""
        found = bisectors(a, c, x)
        along = np.einsum("ij,ij->i", found.normal, u)
        unsure = np.flatnonzero((along - found.offset + found.noise > tolerance) & (found.noise > loose * lengths(u)))
        found.offset[unsure] = sharp_offsets(a[unsure], c[unsure], x.take(unsure))
        found.noise[unsure] = 0.0
        return cls(found.normal, found.offset, along - found.offset, found.noise)

    def take(self, rows: Indices | NDArray[np.bool_]) -> HalfSpaces:
        return HalfSpaces(self.normal[rows], self.offset[rows], self.excess[rows], self.noise[rows])

    def put(self, rows: Indices, part: HalfSpaces) -> None:
        self.normal[rows], self.offset[rows] = part.normal, part.offset
        self.excess[rows], self.noise[rows] = part.excess, part.noise


def _separate(
    x: Places, c: Floats, sets: ActiveSets, walls: Neighbours, first: Indices
) -> tuple[HalfSpaces, NDArray[np.bool_], NDArray[np.bool_]]:
    """A violated half-space a problem, or where there is none the worst of all; where so; and where |u| is in doubt."""
    tolerance = _tolerance(sets)
    nearest, unknown = first.copy(), np.flatnonzero(first == UNKNOWN)
    if len(unknown):
        nearest[unknown] = walls.nearest(x.x[unknown] + sets.u[unknown])
    violated = HalfSpaces.of(walls.points[nearest], c, x, sets.u, tolerance)
    idle = np.flatnonzero((first != UNKNOWN) & (violated.excess <= tolerance))
    if len(idle):
        nearest[idle] = walls.nearest(x.x[idle] + sets.u[idle])
        points, u = walls.points[nearest[idle]], sets.u[idle]
        violated.put(idle, HalfSpaces.of(points, c[idle], x.take(idle), u, tolerance[idle]))
    settled, doubt = np.flatnonzero(violated.excess <= tolerance), np.zeros(len(c), bool)
    if len(settled):
        part = sets.take(settled)
        part.polish()
        sets.put(settled, part)
        tolerance[settled] = _tolerance(part)
        # Each lists as many half-spaces as there are, at worst.
        for some in np.array_split(settled, 1 + len(settled) * len(walls.points) // PAIRS_CHECKED):
            u, share = sets.u[some], tolerance[some]
            worst, doubt[some] = _worst(x.take(some), c[some], u, walls, nearest[some], share)
            violated.put(some, worst)
    return violated, violated.excess <= tolerance, doubt


def _tolerance(sets: ActiveSets) -> Floats:
    """The rounding of u as a combination of normals, and of its products with them; the offsets are sharp.

    With e = 2^-53: products with u are off by (n + 5) e |u|, u itself by (n + 1) e times the sum of the multipliers;
    allowed are 4 (n + 4) e of each.
    """
    return rounding(sets.u) / 2 * (lengths(sets.u) + sets.multipliers.sum(axis=1))


def _worst(
    x: Places, c: Floats, u: Floats, walls: Neighbours, nearest: Indices, tolerance: Floats
) -> tuple[HalfSpaces, NDArray[np.bool_]]:
    """The most violated of ALL half-spaces, per row: only points at least as near as c can violate theirs.

    All half-spaces hold c, and leave |a - c| / 2 around it: so a step towards c of the share e / (|a - c| / 2) mends
    what u violates, up to e, of those that end near it. Where that might make |u| longer by much, it is in doubt.
    """
    z = x.x + u
    way = lengths(z - c)
    # What z is rounded by is a share of |z|.
    rows, found = walls.within(z, way + rounding(z) * (lengths(z) + lengths(c)))
    other = found != nearest[rows]
    rows, found = np.concatenate([np.arange(len(c)), rows[other]]), np.concatenate([nearest, found[other]])
    every = HalfSpaces.of(walls.points[found], c[rows], x.take(rows), u[rows], tolerance[rows], LOOSE)
    order = np.lexsort((-every.excess, rows))
    first = order[np.unique(rows[order], return_index=True)[1]]
    worst, size = every.take(first), lengths(u)
    near = np.flatnonzero(every.excess >= -tolerance[rows] - every.noise)
    room, noise = np.full(len(c), np.inf), np.zeros(len(c))
    np.minimum.at(room, rows[near], lengths(walls.points[found[near]] - c[rows[near]]) / 2)
    np.maximum.at(noise, rows[near], every.noise[near])
    doubt = np.bincount(rows[near], minlength=len(c)) > 1
    doubt[doubt] = ((tolerance + noise) * way)[doubt] > FLAT * size[doubt] * room[doubt]
    rough = np.flatnonzero((worst.excess > tolerance) & (worst.noise > 0))
    sharp = walls.points[found[first[rough]]], c[rough], x.take(rough), u[rough], tolerance[rough]
    worst.put(rough, HalfSpaces.of(*sharp))
    return worst, doubt


def _record_exactly(x: Places, c: Floats, walls: Neighbours, limit: Floats, k: int, result: Projections) -> None:
    found = project_exactly(x.take(np.array([k])), c[k], walls.points)
    result.u[k], result.inward[k], result.violation[k] = found.u, found.inward, 0.0
    result.done[k] = lengths(found.u) <= limit[k]


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
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # what is beyond floats is no limit
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
