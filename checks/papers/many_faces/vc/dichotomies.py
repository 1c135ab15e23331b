"""All labelings of small point sets by half-spaces and by affine functions on convex pieces, in exact arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction as F
from functools import cache
from itertools import combinations, count, product
from math import comb

Point = tuple[F, ...]


def cover(points: int, dimension: int) -> int:
    """2 (C(N-1, 0) + ... + C(N-1, n)), Cover's number of labelings of N points of R^n in general position."""
    return 2 * sum(comb(points - 1, k) for k in range(dimension + 1))


def half_space_labelings(points: Sequence[Point]) -> list[int]:
    """The subsets, as bit masks, that half-spaces pick out.

    By Kirchberger's theorem a subset is not picked out exactly if some Radon partition of at most n + 2 of the points
    has one side in it and the other outside.
    """
    crossings = radon_partitions(points)
    whole = (1 << len(points)) - 1

    def separable(mask: int) -> bool:
        other = whole ^ mask
        return not any(
            (a | mask == mask and b | other == other) or (b | mask == mask and a | other == other) for a, b in crossings
        )

    return [mask for mask in range(whole + 1) if separable(mask)]


def radon_partitions(points: Sequence[Point]) -> set[tuple[int, int]]:
    """Pairs of disjoint subsets, as bit masks, whose hulls meet: the signs of minimal affine dependencies."""
    found: set[tuple[int, int]] = set()
    for size in range(2, len(points[0]) + 3):
        for chosen in combinations(range(len(points)), size):
            weights = dependency([(F(1), *points[i]) for i in chosen])
            if weights is not None:
                sides = [sum(1 << i for i, w in zip(chosen, weights, strict=True) if w * s > 0) for s in (1, -1)]
                found.add((sides[0], sides[1]))
    return found


def dependency(vectors: Sequence[Point]) -> list[F] | None:
    """Weights with sum w_i v_i = 0 where they are unique up to a factor, else None."""
    rows = [list(row) for row in zip(*vectors, strict=True)]
    pivots: list[int] = []
    for column in range(len(vectors)):
        rank = len(pivots)
        row = next((r for r in range(rank, len(rows)) if rows[r][column]), None)
        if row is None:
            continue
        rows[rank], rows[row] = rows[row], rows[rank]
        rows[rank] = [value / rows[rank][column] for value in rows[rank]]
        for r in range(len(rows)):
            if r != rank and rows[r][column]:
                rows[r] = [a - rows[r][column] * b for a, b in zip(rows[r], rows[rank], strict=True)]
        pivots.append(column)
    free = [column for column in range(len(vectors)) if column not in pivots]
    if len(free) != 1:
        return None
    weights = [F(0)] * len(vectors)
    weights[free[0]] = F(1)
    for r, column in enumerate(pivots):
        weights[column] = -rows[r][free[0]]
    return weights


def two_piece_labelings(points: Sequence[Point]) -> set[int]:
    """Labelings by two half-spaces, each used on its side of a third."""
    masks = half_space_labelings(points)
    whole = (1 << len(points)) - 1
    inside = {side: {mask & side for mask in masks} for side in masks}
    return {a | b for side in masks for a in inside[side] for b in inside[whole ^ side]}


@cache
def interval_labelings(points: int, pieces: int) -> frozenset[tuple[int, ...]]:
    """Labelings of points on the line by affine functions on so many intervals, built interval by interval."""
    if pieces == 0:
        return frozenset({()} if points == 0 else ())
    found: set[tuple[int, ...]] = set()
    for last in range(points + 1):
        for start in interval_labelings(points - last, pieces - 1):
            found.update(start + block for block in _threshold_labelings(last))
    return frozenset(found)


def _threshold_labelings(points: int) -> Iterable[tuple[int, ...]]:
    for cut, first in product(range(points + 1), (1, -1)):
        yield (first,) * cut + (-first,) * (points - cut)


def largest(possible: Callable[[int], bool]) -> int:
    """The last N of 1, 2, ... before the first that is not possible."""
    return next(number for number in count(1) if not possible(number)) - 1
