"""Counting on segments, planes and small boxes: against networks multiplied out by hand, and against samples."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.papers.many_faces.pieces.rational_networks import enumerate_cells, network
from tests.theory.pieces.networks import random_network
from theory import Box
from theory.pieces import count_pieces, enumerate_pieces, lipschitz_constant

quick = settings(derandomize=True, deadline=None, max_examples=25)
NUMBERS = st.sampled_from([-1.0, -0.5, 0.0, 0.1, 0.3, 1.0, 1.0 + 2.0**-52, 2.0**60, 1e-160])
EXACT = st.one_of(NUMBERS, st.integers(-3, 3), st.fractions(-1, 1, max_denominator=7))


@st.composite
def small_networks(draw):
    sizes = [draw(st.integers(2, 3)), *draw(st.lists(st.sampled_from([2, 4]), min_size=1, max_size=2)), 1]
    weights = [[[draw(EXACT) for _ in range(a)] for _ in range(b)] for a, b in pairwise(sizes)]
    return weights, [[draw(EXACT) for _ in range(b)] for b in sizes[1:]]


def multiplied_out(weights, biases, origin, steps):
    """The network at origin + sum_i t_i steps[i], in Fractions."""
    first = [[Fraction(x) for x in row] for row in weights[0]]
    places = [[Fraction(x) for x in point] for point in (origin, *steps)]
    at, *along = [[sum(w * x for w, x in zip(row, place, strict=True)) for row in first] for place in places]
    shift = [Fraction(b) + x for b, x in zip(biases[0], at, strict=True)]
    return [list(map(list, zip(*along, strict=True))), *weights[1:]], [shift, *biases[1:]]


def signs(weights, biases, points, activation):
    """Of all gates, at each point."""
    found = []
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        points = points @ weight.T + bias
        if activation == "relu":
            found.append(points > 0)
            points = np.maximum(points, 0)
        else:
            found.append(points[:, 1::2] > points[:, ::2])
            points = np.sort(points.reshape(len(points), -1, 2), axis=2).reshape(len(points), -1)
    return np.hstack(found)


@quick
@given(small_networks(), st.data(), st.booleans())
def test_segments_are_networks_of_one_input(given_network, data, certify):
    n = len(given_network[0][0][0])
    start, end = (data.draw(st.lists(EXACT, min_size=n, max_size=n)) for _ in range(2))
    if all(Fraction(a) == Fraction(b) for a, b in zip(start, end, strict=True)):
        end[0] = start[0] + 1
    steps = [[Fraction(b) - Fraction(a) for a, b in zip(start, end, strict=True)]]
    right = enumerate_cells(network(*multiplied_out(*given_network, start, steps)), [(0, 1)])
    found = count_pieces(*given_network, through=[start, end], certify=certify)
    assert (found.cells, found.affine_maps, found.connected_pieces) == (right.cells, right.affine_maps, right.regions)
    assert found.certified == certify


@quick
@given(small_networks(), st.sampled_from([None, (-1, 2), "all"]))
def test_planes_are_networks_of_two_inputs(given_network, box):
    n = len(given_network[0][0][0])
    points = [[0.1, *[1] * (n - 1)], [Fraction(1, 3), *[0] * (n - 1)], [-1, *[2.0**-40] * (n - 1)]]
    steps = [[Fraction(b) - Fraction(a) for a, b in zip(points[0], end, strict=True)] for end in points[1:]]
    by_hand = network(*multiplied_out(*given_network, points[0], steps))
    right = enumerate_cells(by_hand, None if box == "all" else [box or (0, 1)] * 2)
    found = count_pieces(*given_network, box, plane=points)
    assert (found.cells, found.affine_maps) == (right.cells, right.affine_maps)


@pytest.mark.parametrize("activation", ["groupsort2", "relu"])
def test_a_polyline_crosses_what_samples_cross(activation):
    given_network = random_network([6, 16, 12, 2], 0)
    corners = np.random.default_rng(1).normal(size=(4, 6))
    path = np.vstack([a + np.linspace(0, 1, 40_001)[:, None] * (b - a) for a, b in pairwise(corners)])
    crossed = (np.diff(signs(*given_network, path, activation).astype(int), axis=0) != 0).any(axis=1).sum()
    found = count_pieces(*given_network, through=corners, activation=activation, certify=True)
    assert found.cells - 3 == crossed and found.certified
    alone = [count_pieces(*given_network, through=ends, activation=activation) for ends in pairwise(corners)]
    assert found.cells == sum(each.cells for each in alone)
    assert found.affine_maps == sum(each.affine_maps for each in alone)


@pytest.mark.parametrize("activation", ["groupsort2", "relu"])
def test_a_digits_network_between_two_images(activation):
    """Exactly as on the line by hand, and fast: no programme of 784 unknowns is asked."""
    given_network = random_network([784, 256, 256, 10], 0)
    images = np.random.default_rng(1).uniform(size=(2, 784))
    start = time.process_time()
    found = count_pieces(*given_network, through=images, activation=activation)
    assert time.process_time() - start < 5
    path = images[0] + np.linspace(0, 1, 20_001)[:, None] * (images[1] - images[0])
    patterns = {row.tobytes() for row in np.packbits(signs(*given_network, path, activation), axis=1)}
    assert found.exact and len(patterns) <= found.cells <= len(patterns) + 5


def test_the_plane_of_both_inputs_is_the_box():
    given_network = random_network([2, 12, 8, 1], 3)
    for box in (None, (-2, [0.5, 1]), "all"):
        plane = count_pieces(*given_network, box or (-1, 1), plane=[[0, 0], [1, 0], [0, 1]])
        assert plane.cells == count_pieces(*given_network, box).cells


def test_lines_and_planes_stop_too():
    given_network = random_network([6, 32, 32, 2], 0)
    corners = np.random.default_rng(1).normal(size=(3, 6)) * 3
    cells = count_pieces(*given_network, through=corners).cells
    few = count_pieces(*given_network, through=corners, max_pieces=3)
    assert not few.exact and few.lower <= cells <= few.upper and few.certified
    cells = count_pieces(*given_network, plane=corners).cells
    few = count_pieces(*given_network, plane=corners, max_pieces=3)
    assert not few.exact and few.lower <= cells <= few.upper


def test_around_a_point_is_a_box():
    given_network = random_network([3, 12, 6, 1], 3)
    point, radius = [0.5, -0.25, 0], [0.5, 0.25, 1]
    box = ([0, -0.5, -1], [1, 0, 1])
    assert count_pieces(*given_network, around=(point, radius)).cells == count_pieces(*given_network, box).cells
    near = {piece.pattern.tobytes() for piece in enumerate_pieces(*given_network, around=(point, radius))}
    assert near == {piece.pattern.tobytes() for piece in enumerate_pieces(*given_network, box)}
    around = lipschitz_constant(*given_network, around=(np.array(point), 0.25)).value
    assert around == lipschitz_constant(*given_network, ([0.25, -0.5, -0.25], [0.75, 0, 0.25])).value


def test_around_is_not_rounded():
    """The kink at 1 + 2^-60 is inside the box around 1 of radius 2^-59 alone."""
    kink = [[[1]], [[1]]], [[-(1 + Fraction(1, 2**60))], [0]]
    assert count_pieces(*kink, around=([1], 2.0**-59), activation="relu", certify=True).cells == 2
    assert count_pieces(*kink, around=([1], 2.0**-60), activation="relu", certify=True).cells == 1


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_box_in_every_form(n):
    given_network = random_network([n, 12, 6, 1], 3)
    low, high = [-0.5, 0, -1][:n], [1, Fraction(1, 2), 0.25][:n]
    cells = count_pieces(*given_network, (low, high)).cells
    assert count_pieces(*given_network, Box(low, high)).cells == cells
    assert count_pieces(*given_network, [np.array(low), np.array(high, float)]).cells == cells
    if n != 2:
        assert count_pieces(*given_network, list(zip(low, high, strict=True))).cells == cells
        assert count_pieces(*given_network, np.array([low, high], float).T).cells == cells
    with pytest.raises(ValueError, match=rf"box\[0\] has shape \(4,\): pass \(low, high\).*\({n},\)"):
        count_pieces(*given_network, ([0] * 4, [1] * 4))
    with pytest.raises(ValueError, match=r"box is empty: low 1.0, high 1.0 at input 0"):
        count_pieces(*given_network, Box([1] * n, [1] * n))


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"through": [[0, 0]]}, "through has one point"),
        ({"through": [[0, 0], [1, 1], [1, 1]]}, r"through\[1\] and through\[2\] are one point"),
        ({"through": [[0], [1]]}, "through has points of 1 coordinates: the network has 2 inputs"),
        ({"through": [[0, 0], [1, float("nan")]]}, "through"),
        ({"through": [[0, 0], [1, 1]], "box": "all"}, "box and through"),
        ({"through": [[0, 0], [1, 1]], "plane": [[0, 0], [1, 1], [1, 0]]}, "through and plane are both given"),
        ({"plane": [[0, 0], [1, 1], [2, 2]]}, "plane has three points on one line"),
        ({"plane": [[0, 0], [1, 1]]}, "plane has 2 points"),
        ({"around": ([0, 0], 1), "box": (0, 1)}, "box and around"),
        ({"around": ([0, 0], 0)}, r"around\[1\]=0: pass a radius greater than 0"),
        ({"around": ([0], 1)}, r"around\[0\] has shape \(1,\): pass a point, \(2,\)"),
        ({"around": 3}, "around=3: pass a pair"),
    ],
)
def test_refusals(more, message):
    with pytest.raises(ValueError, match=message):
        count_pieces([[[1, 0], [0, 1]], [[1, 1]]], [[0, 0], [0]], **more)
