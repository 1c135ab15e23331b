"""The Highest Mountain Function on the line in exact rational arithmetic, and strategies that draw its classes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any


def nearest(x: Fraction, points: Sequence[Fraction]) -> Fraction:
    """The distance from x to a finite set on the line."""
    return min(abs(x - point) for point in points)


@dataclass(frozen=True)
class LineMountain:
    """The HMF of two finite disjoint sets of rationals: label +1 on ``positive``, -1 on ``negative``."""

    positive: tuple[Fraction, ...]
    negative: tuple[Fraction, ...]

    @cached_property
    def frontier(self) -> tuple[Fraction, ...]:
        """The points equidistant to both sets: the middles between neighbours of opposite label."""
        labelled = sorted([(x, +1) for x in self.positive] + [(x, -1) for x in self.negative])
        return tuple((x + y) / 2 for (x, s), (y, t) in pairwise(labelled) if s != t)

    def side(self, x: Fraction) -> int:
        """+1 where the positive set is at most as far as the negative one, else -1."""
        return 1 if nearest(x, self.positive) <= nearest(x, self.negative) else -1

    def __call__(self, x: Fraction) -> Fraction:
        return self.side(x) * nearest(x, self.frontier)


class ShiftedFrontier(LineMountain):
    """Wrong: every frontier point two units off."""

    @property
    def frontier(self) -> tuple[Fraction, ...]:
        return tuple(z + 2 for z in LineMountain(self.positive, self.negative).frontier)


class Doubled(LineMountain):
    """Wrong: the difference of the distances to the classes, which is 2-Lipschitz."""

    def __call__(self, x: Fraction) -> Fraction:
        return nearest(x, self.negative) - nearest(x, self.positive)


class Scaled(LineMountain):
    """Wrong: 1 % too steep."""

    def __call__(self, x: Fraction) -> Fraction:
        return Fraction(101, 100) * super().__call__(x)


class Unsigned(LineMountain):
    """Wrong: positive on both sides."""

    def side(self, x: Fraction) -> int:
        return 1


COMPLETE = [
    "all(sorted(edge)[i] < sorted(edge)[i + 1] for i in range(len(edge) - 1))",
    "len(edge) == len([1 for i in range(len(points()) - 1) if (points()[i] in A) != (points()[i + 1] in A)])",
]
POINTS = {"points()": "sorted([t for side in [A, B] for t in side])"}
"""In a witness: ``edge`` holds different points, as many as there are neighbours of opposite label. If equidistant too,
they are the whole frontier, which has one point between such neighbours and no other."""


def rationals() -> Any:
    """Hypothesis strategy: small rationals."""
    from hypothesis import strategies as st

    return st.fractions(min_value=-12, max_value=12, max_denominator=6)


def two_classes(size: int = 5) -> Any:
    """Hypothesis strategy: two non-empty, disjoint, finite sets of rationals, as a pair of tuples."""
    from hypothesis import strategies as st

    points = st.lists(rationals(), min_size=2, max_size=2 * size, unique=True)
    return st.builds(_split, points, st.integers(1, 10**6))


def _split(points: list[Fraction], code: int) -> tuple[tuple[Fraction, ...], tuple[Fraction, ...]]:
    bits = [code >> i & 1 for i in range(len(points))]
    bits[0], bits[-1] = 1, 0
    return (
        tuple(x for x, bit in zip(points, bits, strict=True) if bit),
        tuple(x for x, bit in zip(points, bits, strict=True) if not bit),
    )


def altered(make: Callable[..., Callable[..., Any]], change: Callable[[Any], Any]) -> Callable[..., Callable[..., Any]]:
    """A sabotage: functions made as before, with their values changed."""

    def made(*classes: Any) -> Callable[..., Any]:
        function = make(*classes)
        return lambda x: change(function(x))

    return made


def plane_hmf(positive: Any, negative: Any) -> Any:
    """The exact solver in any dimension, imported when it is needed."""
    from theory.hmf import highest_mountain

    return highest_mountain(positive, negative)
