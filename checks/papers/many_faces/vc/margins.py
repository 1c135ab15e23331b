"""Margins on small sets, without the theory that is checked: labelings by shortest paths, unions of intervals.

And wrong versions of arguments, for sabotages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction as F
from itertools import combinations, product
from math import isqrt
from typing import Any

from checks.argument import Argument

Interval = tuple[F, F]


Distances = Sequence[Sequence[F]]


def labeling_is_possible(distances: Distances, labels: Sequence[int], margin: F, levels: Sequence[F] = ()) -> bool:
    """Whether values v exist with |v_i - v_j| <= d_ij and s_i (v_i - r_i) >= m, r = 0 by default.

    A system of differences has a solution exactly when the graph of its constraints has no cycle of negative length
    (Bellman and Ford). A ground node stands for the value 0.
    """
    ground, levels = len(labels), levels or [F(0)] * len(labels)
    edges = [(i, j, distances[i][j]) for i in range(ground) for j in range(ground) if i != j]
    edges += [
        (ground, i, level - margin) if s < 0 else (i, ground, -level - margin)
        for i, (s, level) in enumerate(zip(labels, levels, strict=True))
    ]
    length = [F(0)] * (ground + 1)
    for _ in range(ground + 1):
        changed = False
        for i, j, weight in edges:
            if length[i] + weight < length[j]:
                length[j], changed = length[i] + weight, True
        if not changed:
            return True
    return False


def shattered(distances: Distances, margin: F, levels: Sequence[F] = ()) -> bool:
    """Whether every labeling is possible, one after the other."""
    labelings = product((1, -1), repeat=len(distances))
    return all(labeling_is_possible(distances, labels, margin, levels) for labels in labelings)


def small_sets() -> list[tuple[list[tuple[F, ...]], list[list[F]]]]:
    """Every set of one to four of the points 0, ..., 5 on the line and of the corners of a rectangle
    of sides 3 and 4, whose distances are whole: the points and their distances."""
    line = [(F(k),) for k in range(6)]
    plane = [(F(x), F(y)) for x, y in ((0, 0), (3, 0), (0, 4), (3, 4))]
    subsets = [list(s) for points in (line, plane) for size in (1, 2, 3, 4) for s in combinations(points, size)]
    return [(points, [[_distance(p, q) for q in points] for p in points]) for points in subsets]


def _distance(p: Sequence[F], q: Sequence[F]) -> F:
    squared = sum((a - b) ** 2 for a, b in zip(p, q, strict=True))
    root = F(isqrt(int(squared)))
    if root**2 != squared:
        raise ValueError(f"{p} and {q} are at an irrational distance; choose others")
    return root


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """Their union as disjoint closed intervals from left to right."""
    found: list[Interval] = []
    for low, high in sorted(intervals):
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return found


def length(intervals: Iterable[Interval]) -> F:
    """Length of the union."""
    return sum((high - low for low, high in merged(intervals)), F(0))


def thickened(intervals: Iterable[Interval], radius: F) -> list[Interval]:
    """The points at distance at most the radius from the union."""
    return [(low - radius, high + radius) for low, high in intervals]


def packed(intervals: Iterable[Interval], separation: F) -> int:
    """The greatest number of points of the union that are pairwise at least so far apart: from left to right."""
    count, following = 0, None
    for low, high in merged(intervals):
        start = low if following is None else max(low, following)
        if start <= high:
            more = (high - start) // separation + 1
            count, following = count + int(more), start + more * separation
    return count


def unions() -> Any:
    """Hypothesis strategy: unions of closed intervals, single points among them."""
    from hypothesis import strategies as st

    ends = st.integers(0, 48).map(lambda k: F(k, 4))
    sides = st.sampled_from([F(0), F(1, 3), F(1), F(5, 2)])
    return st.lists(st.builds(lambda low, side: (low, low + side), ends, sides), min_size=1, max_size=6)


def margins() -> Any:
    """Hypothesis strategy: margins."""
    from hypothesis import strategies as st

    return st.integers(1, 18).map(lambda k: F(k, 6))


def assuming(argument: Argument, step: int, *hypotheses: str) -> Argument:
    """The same argument with other hypotheses of its step number ``step``."""
    says = list(argument)[step]
    return {**argument, says: argument[says]._replace(hypotheses=hypotheses)}


def concluding(argument: Argument, step: int, goal: str) -> Argument:
    """The same argument with another goal of its step number ``step``."""
    says = list(argument)[step]
    return {**argument, says: argument[says].concluding(goal)}
