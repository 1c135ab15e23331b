"""Projections in rational arithmetic, for the few problems whose half-spaces are too nearly parallel for float64."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import compress

import numpy as np

from theory._scales import lengths
from theory._types import Floats
from theory.hmf._frame import Places

Vector = list[Fraction]


@dataclass
class ExactProjection:
    """The shortest u (n,) to the polyhedron, and a direction (n,) away from the half-spaces that hold it back."""

    u: Floats
    inward: Floats


def project_exactly(x: Places, c: Floats, points: Floats) -> ExactProjection:
    """One place, projected onto the points at least as near to c (n,) as to each of `points` (p, n).

    The dual method of Goldfarb and Idnani (1983), which ends as nothing is rounded: |u| grows with every half-space.
    """
    goal = _rational(c)
    low = [Fraction(0)] * len(goal) if x.low is None else [v / Fraction(x.scale) for v in _rational(x.low[0])]
    here = [v + w for v, w in zip(_rational(x.x[0]), low, strict=True)]
    normals = [_minus(_rational(a), goal) for a in points]
    offsets = [
        _dot(d, [v + 2 * (w - y) for v, w, y in zip(d, goal, here, strict=True)]) / 2 for d in normals
    ]  # (a - c) . (a + c - 2 x) / 2
    u: Vector = [Fraction(0)] * len(goal)
    active: list[int] = []
    multipliers: Vector = []
    while True:
        excess = [_dot(d, u) - b for d, b in zip(normals, offsets, strict=True)]
        worst = max(range(len(excess)), key=excess.__getitem__)
        if excess[worst] <= 0:
            return ExactProjection(_rounded(u), _inward([normals[i] for i in active], len(u)))
        u, active, multipliers = _enter(normals, worst, excess[worst], (u, active, multipliers))


State = tuple[Vector, list[int], Vector]


def _enter(normals: Sequence[Vector], wall: int, excess: Fraction, state: State) -> State:
    """Until the half-space holds, or with it those that stop pushing are dropped."""
    u, active, multipliers = state
    gain = Fraction(0)
    while True:
        held = [normals[i] for i in active]
        shares = _solve([[_dot(d, e) for e in held] for d in held], [_dot(d, normals[wall]) for d in held])
        rest = _minus(normals[wall], _combined(shares, held, len(u)))
        size = _dot(rest, rest)
        drops = [(m / s, i) for i, (m, s) in enumerate(zip(multipliers, shares, strict=True)) if s > 0]
        step, slot = min(drops, default=(None, -1))
        full = size > 0 and (step is None or excess <= step * size)
        step = excess / size if full or step is None else step
        multipliers = [m - step * s for m, s in zip(multipliers, shares, strict=True)]
        u = [v - step * w for v, w in zip(u, rest, strict=True)]
        gain, excess = gain + step, excess - step * size
        if full:
            return u, [*active, wall], [*multipliers, gain]
        keep = [i != slot for i in range(len(active))]
        active, multipliers = list(compress(active, keep)), list(compress(multipliers, keep))


def _inward(normals: Sequence[Vector], n: int) -> Floats:
    gram = [[_dot(d, e) for e in normals] for d in normals]
    sizes = _rational(lengths(np.array([_rounded(d) for d in normals]).reshape(-1, n)))
    way = _rounded([-v for v in _combined(_solve(gram, sizes), normals, n)])
    return way / (lengths(way) or 1.0)


def _solve(matrix: Sequence[Sequence[Fraction]], right: Sequence[Fraction]) -> Vector:
    """Gauss and Jordan, for positive definite matrices."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(len(rows)):
            if r != i and rows[r][i]:
                rows[r] = [v - rows[r][i] * w for v, w in zip(rows[r], rows[i], strict=True)]
    return [row[-1] for row in rows]


def _combined(shares: Sequence[Fraction], vectors: Sequence[Vector], n: int) -> Vector:
    return [sum((s * v[i] for s, v in zip(shares, vectors, strict=True)), Fraction(0)) for i in range(n)]


def _rational(numbers: Floats) -> Vector:
    return [Fraction(number) for number in numbers.tolist()]


def _rounded(numbers: Sequence[Fraction]) -> Floats:
    return np.array([float(number) for number in numbers])


def _minus(one: Sequence[Fraction], other: Sequence[Fraction]) -> Vector:
    return [v - w for v, w in zip(one, other, strict=True)]


def _dot(one: Sequence[Fraction], other: Sequence[Fraction]) -> Fraction:
    return sum((v * w for v, w in zip(one, other, strict=True)), Fraction(0))
