"""The projection onto an intersection of half-spaces in rational arithmetic: every set of active ones is tried."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

Vector = Sequence[Fraction]


def projection(own: Sequence[Vector], c: Vector, x: Vector) -> Fraction:
    """The squared distance of x to the points at least as near to c as to each of `own`."""
    normals = [minus(a, c) for a in own]
    offsets = [(squared(minus(a, x)) - squared(minus(c, x))) / 2 for a in own]
    for size in range(len(x) + 1):
        for active in combinations(range(len(own)), size):
            gram = [[dot(normals[i], normals[j]) for j in active] for i in active]
            weights = _solve(gram, [-offsets[i] for i in active])
            if weights is None or any(w < 0 for w in weights):
                continue
            u = [-sum(w * normals[i][k] for w, i in zip(weights, active, strict=True)) for k in range(len(x))]
            if all(dot(normal, u) <= offset for normal, offset in zip(normals, offsets, strict=True)):
                return Fraction(squared(u))
    raise AssertionError("a projection always has an active set of at most n half-spaces")


def _solve(matrix: Sequence[Vector], right: Vector) -> Vector | None:
    """Gauss and Jordan over the rationals; None when singular."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        pivot = next((r for r in range(i, len(rows)) if rows[r][i]), None)
        if pivot is None:
            return None
        rows[i], rows[pivot] = rows[pivot], rows[i]
        rows[i] = [v / rows[i][i] for v in rows[i]]
        for r in range(len(rows)):
            if r != i:
                rows[r] = [v - rows[r][i] * w for v, w in zip(rows[r], rows[i], strict=True)]
    return [row[-1] for row in rows]


def dot(a: Vector, b: Vector) -> Fraction:
    return sum((p * q for p, q in zip(a, b, strict=True)), Fraction(0))


def minus(a: Vector, b: Vector) -> list[Fraction]:
    return [p - q for p, q in zip(a, b, strict=True)]


def squared(a: Vector) -> Fraction:
    return dot(a, a)
