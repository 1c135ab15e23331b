"""Signed distances next to the rings, one unit off them, and at any scale, against exact arithmetic."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.theory.extremes import DIGITS, magnitudes, number
from tests.theory.hmf.exactly import dot, minus, squared
from theory import signed_distance
from theory.hmf._frame import REACH, Frame

extreme = settings(derandomize=True, deadline=None, max_examples=25)


def segment(start, end, point):
    """The exact squared distance."""
    span, way = minus(end, start), minus(point, start)
    share = min(max(dot(way, span) / squared(span), Fraction(0)), Fraction(1)) if squared(span) else Fraction(0)
    return squared([w - share * s for w, s in zip(way, span, strict=True)])


def exactly(ring, point):
    """Square of the distance, and whether a ray to the right, from just above the point, crosses an odd number."""
    point = [Fraction(v) for v in point.tolist()]
    corners = [[Fraction(v) for v in corner] for corner in ring.tolist()]
    odd, best = False, []
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        best.append(segment(start, end, point))
        if (start[1] <= point[1]) != (end[1] <= point[1]):
            odd ^= start[0] + (point[1] - start[1]) / (end[1] - start[1]) * (end[0] - start[0]) > point[0]
    return min(best), odd


@st.composite
def problems(draw):
    """A ring on a lattice, or moved by hairs, and points on its edges, next to them and far away."""
    size = draw(magnitudes(-1000, 480))
    cells = st.integers(-3, 3)
    corners = draw(st.lists(st.tuples(cells, cells), min_size=3, max_size=6, unique=True))
    ring = size * (np.array(corners) + draw(st.sampled_from([0.0, 0.1, 1e3, 1e9])))
    assume(len(np.unique(ring, axis=0)) >= 3)
    ends = ring, np.roll(ring, -1, axis=0)
    on = ends[0] + draw(st.floats(0, 1)) * (ends[1] - ends[0])
    far = ring + size * draw(magnitudes(-60, 400)) * np.array(draw(st.tuples(cells, cells)))
    x = np.concatenate([on, np.nextafter(on, np.inf), ring, np.nextafter(ring, -np.inf), far])
    frame = Frame.around([ring])
    assume(np.isfinite(x).all() and (frame.leave((ring - frame.origin) / frame.scale) == ring).all())
    assume(np.abs(x - frame.origin).max() / frame.scale < REACH / 2)
    return ring, x, Fraction(frame.scale)


@extreme
@given(problems())
def test_values_signs_and_gradients(problem):
    ring, x, scale = problem
    f = signed_distance(ring)
    floor = number(Fraction(5e-324) * 8 * max(scale, 1))
    for point, value, slope in zip(x, f(x).tolist(), f.gradient(x), strict=True):
        size, odd = exactly(ring, point)
        with mpmath.workdps(DIGITS):
            mpmath.mp.prec += 2200
            right = mpmath.sqrt(number(size))
            assert abs(abs(number(value)) - right) <= right * 1e-11 + floor
            if right > floor:
                assert (value < 0) == odd
        if np.isfinite(slope).all():
            assert abs(float(np.sqrt(slope @ slope)) - 1) <= 1e-14
        if size == 0:
            assert value == 0 and f.nearest_frontier(point).tolist() == point.tolist()


@pytest.mark.parametrize("below", [1e-9, 1e-15, 1e-17, 1e-100, 1e-300])
def test_next_to_a_slanted_edge(below):
    """The line y = x / 3 through 0, and points off it that float64 cannot tell from it by their coordinates alone."""
    f = signed_distance([[-3, -1], [3, 1], [0, 5]])
    x = np.array([[0.0, below], [0.0, -below]])
    np.testing.assert_allclose(f(x), [-below * np.sqrt(0.9), below * np.sqrt(0.9)], rtol=1e-15)
    slope = np.array([1, -3]) / np.sqrt(10)
    np.testing.assert_allclose(f.gradient(x), [slope, slope], rtol=1e-15)
