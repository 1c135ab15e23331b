"""Neighbours among points that are as far as rounding can tell: judged in Fractions."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest

from theory.hmf._frame import Places
from theory.hmf._nearest import MatrixNeighbours, TreeNeighbours, nearest_ties
from theory.hmf._screening import MatrixScreen, TreeScreen


def around(seed, n, count=40):
    """Queries (6, n), and points (6 count, n) on spheres about them, rounded; with their squared distances."""
    rng = np.random.default_rng(seed)
    z, ways = rng.normal(size=(6, 1, n)), rng.normal(size=(6, count, n))
    points = (z + 0.1 * ways / np.linalg.norm(ways, axis=2, keepdims=True)).reshape(-1, n)
    rows = [[Fraction(x) for x in row] for row in points.tolist()]
    places = [[Fraction(x) for x in row] for row in z[:, 0].tolist()]
    square = [[sum((x - y) ** 2 for x, y in zip(row, place, strict=True)) for row in rows] for place in places]
    return z[:, 0], points, square


@pytest.mark.parametrize("kind", [MatrixNeighbours, TreeNeighbours])
@pytest.mark.parametrize("n", [1, 2, 5, 12])
@pytest.mark.parametrize("seed", range(3))
def test_no_neighbour_is_lost_to_rounding(kind, n, seed):
    z, points, square = around(seed, n)
    index, sharp = kind(points), 1 + Fraction(1, 10**10)
    pairs = set(zip(*map(np.ndarray.tolist, index.nearly_nearest(z)), strict=True))
    for row, squares in enumerate(square):
        least = min(squares)
        assert {(row, k) for k, each in enumerate(squares) if each == least} <= pairs
    assert all(square[row][k] <= sharp * min(square[row]) for row, k in pairs)
    radius = np.array([float(sorted(squares)[20]) ** 0.5 for squares in square])
    pairs = set(zip(*map(np.ndarray.tolist, index.within(z, radius)), strict=True))
    for row, (squares, most) in enumerate(zip(square, radius.tolist(), strict=True)):
        assert {(row, k) for k, each in enumerate(squares) if each <= Fraction(most) ** 2} <= pairs
    assert all(square[row][k] <= sharp * Fraction(radius[row]) ** 2 for row, k in pairs)


@pytest.mark.parametrize("kind", [MatrixNeighbours, TreeNeighbours])
def test_the_nearest_are_exactly_those(kind):
    z, points, square = around(4, 3)
    points[1] = 2 * z[0] - points[0]  # as far as the first, or next to it
    square[0][1] = sum((Fraction(x) - Fraction(y)) ** 2 for x, y in zip(points[1].tolist(), z[0].tolist(), strict=True))
    found = nearest_ties([kind(points)], Places(z, None, 1.0))
    for row, squares in enumerate(square):
        assert found.point[found.row == row].tolist() == [k for k, each in enumerate(squares) if each == min(squares)]


@pytest.mark.parametrize("n", [2, 3, 12])
def test_screens_bound_from_below_and_hardly(n):
    """A place nearer to c than to each a is as far from x as the half-space of the worst a, at least."""
    rng = np.random.default_rng(n)
    x, anchors, others = rng.normal(size=(4, n)), rng.normal(size=(4, 3, n)), rng.normal(size=(10, n))
    others[0], others[1] = anchors[0, 0] + 1e-9, x[1] + 1e-3  # one near an anchor, one near a query
    rows, found = (each.ravel() for each in np.indices((4, 10)))
    tree = (
        TreeScreen(Places(x, None, 1.0), anchors, MatrixNeighbours(x), TreeNeighbours(others))
        ._bound(rows, found)
        .reshape(4, 10)
    )
    for bounds in (MatrixScreen(x, anchors, MatrixNeighbours(others))._bounds, tree):
        with mpmath.workdps(40):
            for i, row in enumerate(bounds.tolist()):
                for c, bound in zip(others, row, strict=True):
                    gains = [(distance(x[i], c) ** 2 - distance(x[i], a) ** 2, distance(a, c)) for a in anchors[i]]
                    right = max(0, *(gain / (2 * apart) for gain, apart in gains))
                    assert bound <= right
                    assert right - bound <= 1e-11 or min(apart for _, apart in gains) < 1e-6


def distance(one, other):
    return mpmath.norm([mpmath.mpf(x) - mpmath.mpf(y) for x, y in zip(one.tolist(), other.tolist(), strict=True)])
