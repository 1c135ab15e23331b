"""Values, labels, gradients and adversarial points against exact arithmetic where floats end, tie, or are far away."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.theory.extremes import DIGITS, magnitudes, number, square
from tests.theory.hmf.exactly import projection
from theory import highest_mountain, multiclass_highest_mountain
from theory.hmf import _bisectors, _nearest
from theory.hmf._bisectors import bisectors, nearer, sharp_offsets
from theory.hmf._exact_projection import project_exactly
from theory.hmf._frame import REACH, Frame, Places
from theory.hmf._projection import FLAT

extreme = settings(derandomize=True, deadline=None, max_examples=25)
LEAST = Fraction(5e-324)


@st.composite
def problems(draw, dimensions=(1, 2, 3)):
    """Two classes on lattices of two scales, perhaps one unit apart, and queries: on the way, tied, next to it, far."""
    n = draw(st.sampled_from(dimensions))
    coarse, fine = draw(magnitudes(-1000, 480)), draw(st.sampled_from([0.0, 1.0]) | magnitudes(-400, 0))
    cells = st.integers(-2, 2)
    place = st.lists(st.tuples(cells, cells), min_size=n, max_size=n)
    points = [[coarse * (a + fine * b) for a, b in each] for each in draw(st.lists(place, min_size=2, max_size=6))]
    points = np.array(points) + coarse * draw(st.sampled_from([0.0, 0.0, 3.0, 1e9]))
    if draw(st.booleans()):
        points[0] = np.nextafter(points[-1], draw(st.sampled_from([-np.inf, np.inf])))
    assume(len(np.unique(points, axis=0)) == len(points) and np.isfinite(points).all())
    cut = draw(st.integers(1, len(points) - 1))
    middle = points[0] / 2 + points[-1] / 2
    far = coarse * draw(magnitudes(-60, 400)) * np.array(draw(st.lists(cells, min_size=n, max_size=n)))
    x = np.array([middle, np.nextafter(middle, np.inf), middle + far, far, points[0] + far / 3, points[0]])
    assume(np.isfinite(x).all())
    return points[:cut], points[cut:], x


def exact(points):
    return [[Fraction(v) for v in row] for row in points.tolist()]


def least_square(points, x):
    return min(square(point, x) for point in points)


def solved(positive, negative, x):
    """f, if the data and the queries are not refused: where float64 cannot square one beside the other."""
    frame = Frame.around([positive, negative])
    points = np.concatenate([positive, negative])
    assume((frame.leave((points - frame.origin) / frame.scale) == points).all())
    assume(np.abs(x - frame.origin).max() / frame.scale < REACH / 2)
    return highest_mountain(positive, negative)


def judge(positive, negative, x):
    """Sign and square of f(x), exact."""
    sign = 1 if least_square(positive, x) <= least_square(negative, x) else -1
    own, other = (positive, negative) if sign > 0 else (negative, positive)
    here = [Fraction(v) for v in x.tolist()]
    return sign, min(projection(exact(own), c, here) for c in exact(other))


@extreme
@given(problems())
def test_values_and_labels(problem):
    positive, negative, x = problem
    f = solved(positive, negative, x)
    values, labels = f(x), f.label(x)
    several = multiclass_highest_mountain([positive, negative])(x)
    # What underflows in the frame, and below all floats.
    floor = 8 * LEAST * max(Fraction(f._classes.frame.scale), 1)
    for query, value, label, both in zip(x, values.tolist(), labels.tolist(), several, strict=True):
        sign, size = judge(positive, negative, query)
        assert label == sign
        with mpmath.workdps(DIGITS):
            mpmath.mp.prec += 2200
            right = mpmath.sqrt(number(size))
            assert abs(abs(number(value)) - right) <= right * FLAT + number(floor)
            if positive.shape[1] == 1:
                assert abs(abs(number(value)) - right) <= right * 1e-15 + number(floor)
        assert value * sign >= 0 and (value != 0 or right <= number(floor))
        assert both.tolist() == [max(value, 0), max(-value, 0)]


@extreme
@given(problems(), st.sampled_from([1e-6, 0.5]))
def test_adversarial_points_have_another_label(problem, overshoot):
    positive, negative, x = problem
    f = solved(positive, negative, x)
    for query, label, moved in zip(x, f.label(x), f.adversarial(x, overshoot), strict=True):
        own, other = (positive, negative) if label > 0 else (negative, positive)
        assert least_square(other, moved) < least_square(own, moved)
        assert f.label(moved) == -f.label(query)


@extreme
@given(problems())
def test_gradients_are_of_length_one_and_lead_to_the_frontier(problem):
    positive, negative, x = problem
    f = solved(positive, negative, x)
    for query, value, slope in zip(x, f(x).tolist(), f.gradient(x), strict=True):
        if np.isnan(slope).any() or abs(value) < 1e-290 or value == 0:
            continue
        assert abs(float(np.sqrt(slope @ slope)) - 1) <= 1e-14
        # Half the way to the frontier along the gradient, f has half its value, up to how far such floats lie.
        half = query - value / 2 * slope
        step = number(max(abs(Fraction(v)) for v in np.spacing(half).tolist()))
        if np.isfinite(half).all() and float(step) < abs(value) * 1e-6:
            _, size = judge(positive, negative, half)
            with mpmath.workdps(DIGITS):
                mpmath.mp.prec += 2200
                assert abs(mpmath.sqrt(number(size)) - abs(number(value)) / 2) <= 4 * step + abs(number(value)) * 1e-9


@pytest.mark.parametrize("height", [0.0, 1.0, 1e8, 1e14, 1e140])
def test_far_along_the_frontier(height):
    f = highest_mountain([[1, 0]], [[-1, 0]])
    x = np.array([[0.25, height], [-1e-30, -height], [0.0, height]])
    assert f(x).tolist() == [0.25, -1e-30, 0.0]
    assert f.label(x).tolist() == [1, -1, 1]
    assert f.gradient(x).tolist() == [[1, 0]] * 2 + ([[1, 0]] if np.isfinite(f.gradient(x)[2]).all() else [])
    assert (f.adversarial(x)[:, 0] * [1, -1, 1] < 0).all()


def test_far_along_a_slanted_frontier():
    """|(3, 4).x| / 5, where (3, 4).x cancels."""
    f = highest_mountain([[3, 4]], [[-3, -4]])
    for k in (1e5, 1e10, 1e15):
        x = np.array([4 * k + 1, -3 * k + 0.125])
        right = 3 * Fraction(x[0]) + 4 * Fraction(x[1])
        assert abs(Fraction(float(f(x))) - right / 5) <= abs(right) / 10**15
        assert f.label(x) == (1 if right >= 0 else -1)


def test_a_query_far_from_data_far_from_zero():
    """What the query loses on its way into the frame counts."""
    shift = 2.0**53
    f = highest_mountain([[shift, 1], [shift + 2, 1]], [[shift, -1], [shift + 2, -1]])
    assert f([[0.5, 1e-20], [0.5, -1e-20], [0.5, 0]]).tolist() == [1e-20, -1e-20, 0]
    line = highest_mountain([[shift]], [[shift + 2]])
    assert line(0.5 * np.ones(1)) == shift + 0.5  # rounded to even


def test_walls_that_float64_cannot_part():
    """A cell so narrow that its walls seem to be one at its end."""
    f = highest_mountain([[0, 1e-20]], [[0, 1], [1e-13, -1e-8], [0, 0]])
    x = np.array([3e13, 2e13])
    sign, size = judge(f.positive, f.negative, x)
    assert abs(float(f(x)) - sign * float(size) ** 0.5) <= 1e-10 * float(size) ** 0.5


def test_data_that_no_frame_holds_are_refused():
    with pytest.raises(ValueError, match="float64 has no room for both"):
        highest_mountain([[1e300, 0]], [[-1e300, 1e-300]])


@extreme
@given(problems())
def test_exact_projections_are_those_of_all_active_sets(problem):
    positive, negative, x = problem
    for query in x[:2]:
        places = Places(query[None], None, 1.0)
        with mpmath.workdps(DIGITS):
            mpmath.mp.prec += 2200
            found = mpmath.sqrt(sum(number(v) ** 2 for v in project_exactly(places, negative[0], positive).u))
            right = mpmath.sqrt(number(projection(exact(positive), exact(negative)[0], exact(query[None])[0])))
            assert abs(found - right) <= right * 1e-15 + 1e-320


@extreme
@given(problems())
def test_offsets_and_their_bounds(problem):
    positive, negative, x = problem
    frame = Frame.around([positive, negative])
    a, c = (frame.place(points[:1]).x for points in (positive, negative))
    assume((a != c).any() and (frame.leave(a) == positive[:1]).all() and (frame.leave(c) == negative[:1]).all())
    for query in x:
        place = frame.place(query[None])
        gain = square(positive[0], query) - square(negative[0], query)
        assert nearer(a, c, place)[0] == (gain > 0) - (gain < 0)
        with mpmath.workdps(DIGITS):
            mpmath.mp.prec += 4400
            right = number(gain) / (2 * mpmath.sqrt(number(square(positive[0], negative[0])))) / number(frame.scale)
            rough = bisectors(a, c, place)
            assert abs(number(rough.offset[0]) - right) <= number(rough.noise[0])
            sharp = number(sharp_offsets(a, c, place)[0])
            assert abs(sharp - right) <= abs(right) * 64 * _bisectors.U + number(LEAST)


@pytest.mark.parametrize("tree", [1, 10**9])
def test_ties_of_shells_are_found(monkeypatch, tree):
    monkeypatch.setattr(_nearest, "TREE_SIZE", tree)
    corners = np.stack(np.meshgrid(*[[-1.0, 1.0]] * 3), axis=-1).reshape(-1, 3)
    f = highest_mountain(corners * [1.1, 0.3, 0.7], corners[:, ::-1] * [0.3, 1.1, 0.7])
    assert f(np.zeros(3)) == 0 and f.label(np.zeros(3)) == 1
    g = highest_mountain(corners, 3 * corners)
    assert g(np.zeros(3)) == pytest.approx(2 * 3**0.5, rel=1e-15) and np.isnan(g.gradient(np.zeros(3))).all()
