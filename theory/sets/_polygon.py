"""Convex polygons with rational vertices."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

from flint import arb

from theory._entries import brief
from theory._rationals import Point, over_one_unit
from theory.intervals import enclosure, sqrt

Vertex = tuple[int, ...]


def counter_clockwise(vertices: tuple[Point, ...]) -> tuple[Point, ...]:
    """The corners of a convex polygon, refused when it is not one."""
    if len(vertices) < 3 or len(vertices[0]) != 2:
        raise ValueError(
            f"vertices has shape {(len(vertices), len(vertices[0]))}: pass three or more points of the plane"
        )
    if len(set(vertices)) < len(vertices):
        twice = next(v for k, v in enumerate(vertices) if v in vertices[:k])
        place = ", ".join(map(brief, twice))
        raise ValueError(f"vertices has ({place}) twice: pass every vertex once")
    turned = vertices if _doubled_area(vertices) > 0 else vertices[::-1]
    whole, _ = over_one_unit(turned)
    _refuse_not_convex(whole)
    corners = [k for k in range(len(whole)) if _cross(whole[k - 1], whole[k], whole[(k + 1) % len(whole)])]
    return tuple(turned[k] for k in corners)


def area(vertices: Sequence[Point]) -> Fraction:
    """Of a polygon whose vertices run counter-clockwise."""
    return _doubled_area(vertices) / 2


def perimeter(vertices: Sequence[Point]) -> Fraction | arb:
    """Exact when every edge has a rational length."""
    lengths = [sqrt((a - c) ** 2 + (b - d) ** 2) for (a, b), (c, d) in _edges(vertices)]
    if any(isinstance(length, arb) for length in lengths):
        return sum(map(enclosure, lengths), arb(0))
    return sum(lengths, Fraction(0))


def _refuse_not_convex(vertices: list[Vertex]) -> None:
    """Distinct vertices that no edge has on its right: the boundary goes round once, and is convex."""
    crosses = [_cross(a, b, v) for (a, b), v in product(_edges(vertices), vertices)]
    if not any(crosses):
        raise ValueError("vertices are all on one line: pass three that are not")
    if min(crosses) < 0:
        raise ValueError("vertices are not a convex polygon in order: pass the corners of the convex hull in order")


def _edges(vertices: Sequence[tuple]) -> list[tuple]:  # type: ignore[type-arg]
    return list(zip(vertices, [*vertices[1:], vertices[0]], strict=True))


def _doubled_area(vertices: Sequence[Point]) -> Fraction:
    return sum((a * d - b * c for (a, b), (c, d) in _edges(vertices)), Fraction(0))


def _cross(a: Vertex, b: Vertex, c: Vertex) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
