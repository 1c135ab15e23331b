"""Networks at the ends of what numbers can be, against every cell cut by brute force in whole numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.papers.many_faces.pieces.rational_networks import enumerate_cells, network
from tests.theory.pieces.networks import random_network
from theory.pieces import count_pieces, enumerate_pieces, lipschitz_constant
from theory.pieces._network.interior import interior

quick = settings(derandomize=True, deadline=None, max_examples=25)
ACTIVATIONS = ["groupsort2", "relu"]


def brute(weights, biases, activation, box):
    """Cells as whole numbers cut them. A ReLU is the greater of a pair whose other neuron is 0."""
    if activation == "relu":
        weights, biases = as_pairs(weights, biases)
    n = len(weights[0][0])
    return enumerate_cells(network(weights, biases), None if box == "all" else [box] * n)


def as_pairs(weights, biases):
    wide = [
        [[x for entry in row for x in (0, entry)] for row in weight] if i else weight
        for i, weight in enumerate(weights)
    ]
    doubled = [[row for given in weight for row in ([0] * len(given), given)] for weight in wide[:-1]]
    return [*doubled, wide[-1]], [*([x for entry in bias for x in (0, entry)] for bias in biases[:-1]), biases[-1]]


def agree(weights, biases, activation, box, certify):
    """Patterns, cells, maps and regions are those of brute force."""
    right = brute(weights, biases, activation, box)
    found = count_pieces(weights, biases, box, activation=activation, certify=certify)
    assert found.certified == certify
    assert (found.cells, found.affine_maps, found.connected_pieces) == (right.cells, right.affine_maps, right.regions)
    patterns = {
        tuple((piece.pattern >= 0).tolist())
        for piece in enumerate_pieces(weights, biases, box, activation=activation, certify=certify)
    }
    assert patterns == right.signs


# Strategies. Layers are lists of lists, so that numbers stay what they are.


def filled(draw, entries, *shape):
    """Nested lists of this shape."""
    if len(shape) == 1:
        return draw(st.lists(entries, min_size=shape[0], max_size=shape[0]))
    return [filled(draw, entries, *shape[1:]) for _ in range(shape[0])]


def shifted(number, ulps):
    """So many floats on."""
    for _ in range(abs(ulps)):
        number = float(np.nextafter(number, np.copysign(np.inf, ulps)))
    return number


@st.composite
def near_parallel(draw, n):
    """Rows that are an ulp or two apart, then a layer in which they cancel."""
    width = draw(st.sampled_from([2, 4]))
    row = filled(draw, st.floats(-2, 2, width=32).filter(lambda x: abs(x) > 1e-3), n)
    ulps = st.integers(-2, 2)
    first = [[shifted(x, draw(ulps)) for x in row] for _ in range(width)]
    shift = draw(st.sampled_from([0.0, 0.1, -0.7]))
    second = filled(draw, st.sampled_from([-1.0, 1.0, 0.1, -0.7, 0.0]), 2, width)
    biases = [
        [shifted(shift, draw(ulps)) if shift else 0.0 for _ in range(width)],
        filled(draw, st.sampled_from([0.0, 0.1]), 2),
    ]
    return [first, second, [[1.0, 1.0]]], [*biases, [0.0]]


@st.composite
def of_extreme_size(draw, n):
    """Layers scaled to the ends of float64's range and beyond its precision, most of whose rows cancel."""
    width = draw(st.sampled_from([2, 4]))
    number = st.integers(-99, 99).map(lambda k: k / 100)
    tops = 150, 300
    sizes = [2.0 ** draw(st.sampled_from([-1070, -1040, -565, -535, -500, 0, top])) for top in tops]
    equal = draw(st.booleans())
    first = [filled(draw, number, n)] * width if equal else filled(draw, number, width, n)
    second = filled(draw, number, 2, width)
    if draw(st.booleans()):
        second = [[*row[:-1], -sum(row[:-1])] for row in second]
    weights = [[[x * size for x in row] for row in layer] for layer, size in zip((first, second), sizes, strict=True)]
    shift = draw(st.sampled_from([0.0, 0.5, -0.25]))
    biases = [[row[0] * shift for row in weights[0]], filled(draw, st.sampled_from([0.0, 5e-324, -1e-200]), 2)]
    return [*weights, [[1.0, -1.0]]], [*biases, [0.0]]


BOXES = st.sampled_from(["all", (-1, 1), (1, 2), (0.2485, 0.5338)])


# Rows that are nearly parallel


@quick
@given(st.data(), st.sampled_from(ACTIVATIONS), st.sampled_from([1, 2]), BOXES, st.booleans())
def test_near_parallel_rows(data, activation, n, box, certify):
    agree(*data.draw(near_parallel(n)), activation, box, certify)


@pytest.mark.parametrize("certify", [False, True])
def test_two_lines_that_meet_far_away(certify):
    """The crossing is some 10^15 from the origin: in float64 its x0 is next to 0."""
    rows = [[1.3752853530788491, 0.13891063453837962], [1.3752853530788498, 0.13891063453837968]]
    weights, biases = [rows, [[1.0, 1.0]]], [[-0.567764241447036] * 2, [0.0]]
    assert count_pieces(weights, biases, "all", activation="relu", certify=certify).cells == 4
    agree(weights, biases, "relu", "all", certify)


@pytest.mark.parametrize("certify", [False, True])
def test_a_layer_that_cancels(certify):
    """All is rounding: no value that float64 gives tells the sign, and the largest of a gate may be 0."""
    weights = [[[0.1] * 3] * 3, [[1.4, -0.7, -0.7], [0.9, 0.1, -1], [-0.9, -0.5, 1.4]], [[1.0] * 3]]
    found = count_pieces(weights, [[0.0] * 3, [0.0] * 3, [0.0]], (1, 2), activation="relu", certify=certify)
    assert found.cells == 1


@pytest.mark.parametrize("certify", [False, True])
@pytest.mark.parametrize("weight", [2.3828503635296917e-151, 0.7, -3e-9])
@pytest.mark.parametrize("half", [1, 2, 5])
def test_gates_whose_terms_cancel_are_tied(weight, half, certify):
    """Fused products leave what rounding lost of one term."""
    for seed in range(40):
        part = np.random.default_rng(seed).normal(size=(2, half))
        second = np.hstack([part, -part])
        network = [np.full((2 * half, 1), weight), second, np.ones((1, 2))], [np.zeros(2 * half), [0, 0], [0]]
        [piece] = enumerate_pieces(*network, (1, 2), activation="relu", certify=certify)
        assert piece.pattern.tolist() == [np.sign(weight)] * 2 * half + [0, 0]
    second = [[0.91, -0.91], [-0.64, 0.64]]
    shifted = [[[weight]] * 2, second, [[1.0, -1.0]]], [[0, 0], [-1e-200, 0], [0]]
    [piece] = enumerate_pieces(*shifted, (1, 2), activation="relu", certify=certify)
    assert piece.pattern[2:].tolist() == [-1, 0]


@pytest.mark.parametrize("certify", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("box", ["all", (-1, 1)])
def test_a_gate_that_is_zero_everywhere(activation, box, certify):
    """In the second layer the rows cancel exactly: nothing is cut, and no scale is left to measure by."""
    weights = [[[0.1], [0.1]], [[1.0, -1.0], [0.5, -0.5]], [[1.0, 1.0]]]
    agree(weights, [[0.0, 0.0], [0.0, 0.0], [0.0]], activation, box, certify)


# Numbers far from 1


@quick
@given(st.data(), st.sampled_from(ACTIVATIONS), st.sampled_from([1, 2]), BOXES, st.booleans())
def test_sizes_that_leave_float64(data, activation, n, box, certify):
    agree(*data.draw(of_extreme_size(n)), activation, box, certify)


@pytest.mark.parametrize("certify", [False, True])
@pytest.mark.parametrize("power", [0, -565, -1000, -1070])
def test_weights_whose_squares_underflow(power, certify):
    """-0.97 - 0.01 + 0.98 is not 0 in float64's numbers, but less than what adding them may round."""
    weights = [[[2.0**power]] * 3, [[-0.97, -0.01, 0.98]], [[1.0]]]
    box = (0.2485, 0.5338)
    found = list(enumerate_pieces(weights, [[0.0] * 3, [0.0], [0.0]], box, activation="relu", certify=certify))
    assert [piece.pattern.tolist() for piece in found] == [[1, 1, 1, 1]]


SUBNORMAL = [
    ([[[-6e-323], [-1e-323]], [[-2.5e-315, -5.9e-315], [-1e-314, 5.7e-314]], [[1.0, -1.0]]], [[-3e-323, -5e-324]]),
    ([[[-2.5e-323], [1.5e-323]], [[2e89, -1.6e90], [3e89, 6e89]], [[1.0, -1.0]]], [[5e-324, -5e-324]]),
    ([[[-2.5e-323], [-6.4e-323]], [[2e89, -1.6e90], [3e89, 6e89]], [[1.0, -1.0]]], [[5e-324, 1.5e-323]]),
]


@pytest.mark.parametrize("certify", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("box", ["all", (-1, 1)])
@pytest.mark.parametrize(("weights", "first"), SUBNORMAL)
def test_crossings_of_subnormal_values_are_exact(weights, first, box, activation, certify):
    """A later layer raises to normal numbers what float64 cannot divide."""
    agree(weights, [*first, [0.0, 0.0], [0.0]], activation, box, certify)


def test_corners_beyond_float64():
    """5e-324^2 x = 1e-200 at 10^447 or so: the cells are counted, the corner is at infinity in float64."""
    weights = [[[5e-324]], [[5e-324]], [[1.0]]]
    found = list(enumerate_pieces(weights, [[0.0], [-1e-200], [0.0]], "all", activation="relu", certify=True))
    assert sorted(piece.pattern.tolist() for piece in found) == [[-1, -1], [1, -1], [1, 1]]
    corners = {tuple(piece.pattern.tolist()): sorted(piece.vertices.ravel().tolist()) for piece in found}
    assert corners == {(-1, -1): [0.0], (1, -1): [0.0, np.inf], (1, 1): [np.inf]}
    assert {tuple(piece.pattern.tolist()): piece.bounded for piece in found} == {
        (-1, -1): False,
        (1, -1): True,
        (1, 1): False,
    }
    assert all(np.isfinite(piece.point).all() for piece in found)


def test_far_corners_are_exact_ones_rounded():
    rows = [[1.3752853530788491, 0.13891063453837962], [1.3752853530788498, 0.13891063453837968]]
    shift = -0.567764241447036
    (a, b), (c, d) = (map(Fraction, row) for row in rows)
    cross = Fraction(shift) * (b - d) / (a * d - b * c), Fraction(shift) * (c - a) / (a * d - b * c)
    found = enumerate_pieces([rows, [[1.0, 1.0]]], [[shift] * 2, [0.0]], "all", activation="relu", certify=True)
    assert [piece.vertices.tolist() for piece in found] == [[list(map(float, cross))]] * 4


# Many inputs


@st.composite
def of_walls(draw, n):
    """Few small rows, repeated and reversed: gates are multiples of the walls of cells, and many maps are equal."""
    rows = filled(draw, st.integers(-1, 1), 2, n)
    first = [[sign * x for x in rows[i]] for i, sign in filled(draw, st.sampled_from([(0, 1), (0, -2), (1, 1)]), 4)]
    second = filled(draw, st.sampled_from([0, 0, 1, -1]), 2, 4)
    biases = [[draw(st.sampled_from([0, 0, 1])) for _ in range(width)] for width in (4, 2, 1)]
    return [first, second, filled(draw, st.sampled_from([0, 1]), 1, 2)], biases


def among_ten(weights):
    """The same network on R^10, of which it sees the first inputs."""
    return [[[*row, *[0] * (10 - len(row))] for row in weights[0]], *weights[1:]]


@pytest.mark.parametrize("n", [2, 9, 10, 12])
def test_a_constant_map_is_one_piece(n):
    """The two cells share a wall that is a gate of both, and a gate of the layer after it."""
    first = np.zeros((2, n))
    first[:, 0] = 1, -1
    found = count_pieces([first, [[1, 1]], [[0]]], [[0, 0], [0], [0]], activation="relu", certify=True)
    assert (found.cells, found.affine_maps, found.connected_pieces, found.certified) == (2, 1, 1, True)


@quick
@given(st.data(), st.sampled_from(ACTIVATIONS), st.sampled_from([1, 2]), st.sampled_from(["all", (-1, 1)]))
def test_regions_of_ten_inputs_are_exact(data, activation, n, box):
    weights, biases = data.draw(of_walls(n))
    right = brute(weights, biases, activation, box)
    found = count_pieces(among_ten(weights), biases, box, activation=activation, certify=True)
    assert (found.cells, found.affine_maps, found.connected_pieces) == (right.cells, right.affine_maps, right.regions)


@pytest.mark.parametrize("gap", [0.0, 2.0**-60, 2.0**-30])
def test_cells_that_meet_in_less_than_a_facet_are_not_joined(gap):
    """Four lines through a corner, or moved so little that no linear programme sees the walls that they leave."""
    rows = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    weights = [*among_ten([rows]), [[-1, 1, -1, 1], [1, -1, 1, -1]], [[1, 1]]]
    biases = [[0, 0, gap, -gap], [0.0, 0.0], [0.0]]
    right = brute([rows, *weights[1:]], biases, "relu", (-1, 1))
    found = count_pieces(weights, biases, activation="relu", certify=True)
    if found.certified:
        assert (found.cells, found.affine_maps) == (right.cells, right.affine_maps)
        assert found.connected_pieces == right.regions


@quick
@given(st.integers(1, 9), st.integers(1, 4), st.integers(0, 2**32), st.sampled_from([1, 2, 2**70]))
def test_interiors_are_found_or_there_are_none(count, n, seed, size):
    """A point is checked as it is, none against the points of a grid."""
    rows = np.random.default_rng(seed).integers(-2, 3, (count, n)).astype(object) * size
    found = interior(rows.tolist())
    if found is not None:
        assert all(value > 0 for value in rows @ np.array(found, dtype=object))
    else:
        values = np.array(list(product(range(-4, 5), repeat=n)), dtype=object) @ rows.T
        assert not (values > 0).all(axis=1).any()


# Lipschitz constants


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("outputs", [1, 2, 3])
@pytest.mark.parametrize("n", [1, 3, 10])
@pytest.mark.parametrize("readout", [0.0, 1.0])
def test_a_network_that_is_zero_has_the_constant_zero(activation, outputs, n, readout):
    """By its readout, and by rows that cancel: 49 cells over the line, one in ten inputs."""
    first = np.zeros((96 if n == 1 else 2, n))
    first[::2, 0] = 1
    shifts = np.zeros(len(first))
    shifts[::2] = np.linspace(-0.9, 0.9, len(first) // 2)
    layers = [first, np.zeros((2, len(first))), np.full((outputs, 2), readout)]
    found = lipschitz_constant(layers, [shifts, np.zeros(2), np.zeros(outputs)], activation=activation, certify=True)
    assert (found.lower, found.value, found.upper, found.certified) == (0.0, 0.0, 0.0, True)


@pytest.mark.parametrize("power", [-1060, -700, -505, 0, 100])
def test_constants_of_several_outputs_scale(power):
    """The slopes 3 and 4 of two outputs make one of 5, also where their squares are 0 in float64."""
    size = 2.0**power
    found = lipschitz_constant([[[3 * size], [4 * size]]], [[0.0, 0.0]], certify=True)
    assert found.lower <= 5 * size <= found.upper
    assert found.upper - found.lower <= max(1e-13 * 5 * size, 2 * 5e-324)


@quick
@given(st.data(), st.sampled_from(ACTIVATIONS), st.sampled_from([1, 2]), st.sampled_from([(-1, 1), (1, 2)]))
def test_constants_of_extreme_size_are_enclosed(data, activation, n, box):
    weights, biases = data.draw(of_extreme_size(n))
    right = max(sum(x * x for x in cone.map[0][1:]) for cone in brute(weights, biases, activation, box).cones)
    found = lipschitz_constant(weights, biases, box, activation=activation, certify=True)
    assert Fraction(found.lower) ** 2 <= right <= Fraction(found.upper) ** 2


# Numbers that are no float64


@st.composite
def of_exact_numbers(draw, n):
    """Whole numbers beyond 2^53, one or two apart, and fractions: rounded, gates coincide or lines through a corner
    miss it."""
    width = draw(st.sampled_from([2, 4]))
    size = draw(st.sampled_from([1, 2**53, 10**30]))
    ratio = st.sampled_from([Fraction(1, 3), Fraction(-2, 7), Fraction(3), Fraction(1, 10**320), Fraction(0)])
    near = st.integers(-2, 2).map(lambda k: size + k if size > 1 else k)
    first = filled(draw, st.one_of(ratio, near), width, n)
    second = filled(draw, st.one_of(ratio, st.integers(-1, 1)), 2, width)
    biases = [filled(draw, st.one_of(near, ratio), width), filled(draw, st.one_of(ratio, near), 2), [draw(ratio)]]
    return [first, second, filled(draw, ratio, 1, 2)], biases


EXACT_BOXES = st.sampled_from(["all", (-1, 1), (Fraction(1, 3), Fraction(2, 3)), (2**53, 2**53 + 1), (0, 10**31 + 1)])


@quick
@given(st.data(), st.sampled_from(ACTIVATIONS), st.sampled_from([1, 2]), EXACT_BOXES, st.booleans())
def test_whole_numbers_and_fractions_are_exact(data, activation, n, box, certify):
    weights, biases = data.draw(of_exact_numbers(n))
    agree(weights, biases, activation, box, certify)
    right = max(sum(x * x for x in cone.map[0][1:]) for cone in brute(weights, biases, activation, box).cones)
    found = lipschitz_constant(weights, biases, box, activation=activation, certify=certify)
    assert Fraction(found.lower) ** 2 <= right <= Fraction(found.upper) ** 2


@pytest.mark.parametrize("certify", [False, True])
@pytest.mark.parametrize("kind", [np.int64, np.uint64, object])
def test_kinks_one_apart_beyond_2_to_53(kind, certify):
    """x - 2^53 - 1 and x - 2^53: in float64 the two are one."""
    weights, biases = [[[1], [1]], [[1, 1]]], [[-(2**53) - 1, -(2**53)], [0]]
    assert count_pieces(weights, biases, (0, 2**60), activation="relu", certify=certify).cells == 3
    turned = [[[-1], [-1]], [[1, 1]]], [np.array([2**53 + 1, 2**53], dtype=kind), [0]]
    assert count_pieces(*turned, (0, 2**60), activation="relu", certify=certify).cells == 3


def test_a_box_between_neighbouring_floats():
    """(2^53, 2^53 + 1) has no float64 inside, and is not empty; gates at a third of it are gates."""
    weights, biases = [[[3]], [[1]]], [[-(3 * 2**53) - 1], [0]]
    found = list(enumerate_pieces(weights, biases, (2**53, 2**53 + 1), activation="relu", certify=True))
    assert sorted(piece.pattern.tolist() for piece in found) == [[-1], [1]]
    with pytest.raises(ValueError, match="box is empty"):
        count_pieces(weights, biases, (2**53 + 1, 2**53), activation="relu")


def test_maps_that_differ_by_less_than_float64():
    """Slopes 2^53 and 2^53 + 1 are two; the gradient of their difference is 1, not 0."""
    weights = [[[1], [-1]], [[2**53 + 1, -(2**53)]]]
    assert count_pieces(weights, [[0, 0], [0]], activation="relu", certify=True).affine_maps == 2
    difference = [[[1], [1]], [[2**53 + 1, -(2**53)]]]
    found = enumerate_pieces(difference, [[0, 0], [0]], activation="relu")
    assert {piece.pattern[0]: piece.gradient.tolist() for piece in found} == {1: [1.0], -1: [0.0]}
    assert lipschitz_constant(difference, [[0, 0], [0]], activation="relu", certify=True).upper == 1.0


@pytest.mark.parametrize("call", [count_pieces, enumerate_pieces, lipschitz_constant])
def test_numbers_that_cannot_be_taken_are_refused(call):
    with pytest.raises(ValueError, match=r"weights\[0\] has a number beyond float64"):
        call([[[10**400]]], [[0]])
    with pytest.raises(ValueError, match=r"biases\[0\] has a number beyond float64"):
        call([[[1]]], [[Fraction(10**400, 3)]])
    with pytest.raises(ValueError, match=r"box\[1\] has a number beyond float64"):
        call([[[1]]], [[0]], (0, [10**400]))
    with pytest.raises(ValueError, match=r"weights\[0\] has nan"):
        call([[[Fraction(1, 3), float("nan")]]], [[0]])
    with pytest.raises(ValueError, match=r"weights\[0\] has masked numbers"):
        call([np.ma.masked_array([[1.0]], [[True]])], [[0]])
    with pytest.raises(ValueError, match=r"weights\[0\] is not an array of real numbers"):
        call([[[Fraction(1, 3), 1j]]], [[0]])


def test_ten_inputs_are_exact_too():
    """Kinks at 1 and 2 of a box from 0 to 3, all moved by 2^53; one at a third, where a box begins."""
    first = [[3, *[0] * 9], [-3, *[0] * 9]]
    weights, biases = [first, [[1, 1]]], [[-(3 * 2**53) - 1, 3 * 2**53 + 2], [0]]
    found = count_pieces(weights, biases, (2**53 - 1, 2**53 + 2), activation="relu", certify=True)
    assert found.cells == 3 or not found.certified
    third = [[3, *[0] * 9]]
    found = count_pieces([third, [[1]]], [[-1], [0]], (Fraction(1, 3), 1), activation="relu", certify=True)
    assert (found.cells, found.connected_pieces) == (1, 1)


@pytest.mark.parametrize("place", [None, [0, 1, 1]])
def test_corners_that_signs_put_at_infinity_or_nowhere(place, monkeypatch):
    """Without certificate they may be wrong: what float64 has of the corner is handed out."""
    layers = random_network([2, 4, 1], 1)
    right = list(enumerate_pieces(*layers, "all", activation="relu"))
    monkeypatch.setattr("theory.pieces._enumerate.FAR", 2.0)
    monkeypatch.setattr("theory.pieces._enumerate.locate", lambda *_: place)
    found = list(enumerate_pieces(*layers, "all", activation="relu"))
    assert sum(len(piece.vertices) for piece in found) > 4
    assert all((one.vertices == two.vertices).all() for one, two in zip(found, right, strict=True))
