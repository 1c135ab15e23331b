"""The graph of the pairs of points that are closer than the separation, compared in integers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from theory._close_pairs import WholePoints
from theory._rationals import Point
from theory._results import Shown
from theory.packing._independent_sets.search import Clock, Independent, independent_set, members
from theory.packing._packing import Packing
from theory.packing._upper import Bound, ball_bound

LONG_SEARCH = 50
"""Nodes after which `packing_between` stops without a time limit: chosen for time, a linear programme each."""


@dataclass(frozen=True, repr=False)
class PackingNumber(Shown):
    """A packing number with points that attain it (Béthune et al., Proposition 7); or bounds, when the time was over.

    Attributes:
        size: how many, pairwise at least the separation apart: the packing number, or a lower bound of it.
        indices: (size,), which of the given points, in increasing order.
        upper: no more fit; the size where the search came to its end.

    >>> largest_packing([(Fraction(0),), (Fraction(1),), (Fraction(3),)], Fraction(4))
    PackingNumber(size=2, indices=(0, 2), upper=2)
    """

    size: int
    indices: tuple[int, ...]
    upper: int

    @property
    def exact(self) -> bool:
        """Whether the size is the packing number."""
        return self.size == self.upper


def largest_packing(points: Sequence[Point], squared: Fraction, seconds: float | None = None) -> PackingNumber:
    """A largest subset with pairwise squared distances >= squared, or the best that was found in that time."""
    if len(points[0]) == 1:
        return _picked_from_the_left(points, squared)
    found = _searched(points, squared, None, seconds)
    return PackingNumber(found.chosen.bit_count(), tuple(members(found.chosen)), found.upper)


def packing_between(points: Sequence[Point], squared: Fraction, seconds: float | None = None) -> tuple[Packing, Bound]:
    """What a search of limited length proves from both sides."""
    if len(points[0]) == 1:
        exact = _picked_from_the_left(points, squared)
        return _packing(points, exact.indices, "from left to right"), (exact.size, "from left to right")
    found = _searched(points, squared, LONG_SEARCH if seconds is None else None, seconds)
    chosen = _packing(points, members(found.chosen), "independent set")
    return chosen, (found.upper, "branch and bound" if chosen.count == found.upper else "clique covers")


def _searched(points: Sequence[Point], squared: Fraction, most_nodes: int | None, seconds: float | None) -> Independent:
    clock, whole = Clock(seconds), WholePoints(points)
    graph = whole.conflicts(squared)
    near = ball_bound(len(points[0]), whole.radius_squared(), whole.next_square(squared), codes=False)
    return independent_set(graph, most_nodes, near[0] if near else len(points), clock)


def _packing(points: Sequence[Point], indices: Sequence[int], name: str) -> Packing:
    return Packing(len(indices), name, partial(list, [points[k] for k in indices]))


def _picked_from_the_left(points: Sequence[Point], squared: Fraction) -> PackingNumber:
    chosen: list[int] = []
    for k in sorted(range(len(points)), key=lambda k: points[k]):
        if not chosen or (points[k][0] - points[chosen[-1]][0]) ** 2 >= squared:
            chosen.append(k)
    return PackingNumber(len(chosen), tuple(sorted(chosen)), len(chosen))
