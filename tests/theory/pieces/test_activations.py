"""Leaky ReLU, absolute values, sorts of larger groups and maxima: against polygons clipped in Fractions."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory.pieces import brute
from tests.theory.pieces.networks import random_network
from theory.pieces import count_pieces, enumerate_pieces, lipschitz_constant, piece_bound
from theory.pieces._maps import affine_maps, exact_map
from theory.pieces._network.activations import read_activation, sorting_steps
from theory.pieces._network.stages import stage_of
from theory.pieces._options import read_plan
from theory.pieces._witness import clear_signs, exact_signs, proved_signs

quick = settings(derandomize=True, deadline=None, max_examples=20)

KINDS = [
    ("leaky_relu", None),
    ("leaky_relu", 0.25),
    ("leaky_relu", -2),
    ("leaky_relu", 3.5),
    ("leaky_relu", Fraction(1, 3)),
    ("abs", None),
    ("groupsort3", None),
    ("groupsort4", None),
    ("fullsort", None),
    ("maxout2", None),
    ("maxout3", None),
    ("maxout5", None),
]
BOXES = [(-1, 1), (Fraction(1, 4), 0.5338)]


def rows_and_outputs(activation, units):
    """Of a layer of so many groups."""
    group = max(1, brute.group_of(activation, 3))
    return units * group, units * (1 if activation.startswith("maxout") else group)


@st.composite
def networks(draw, numbers, n, activation, depth=2):
    """Of one or two groups a layer."""
    inputs, weights, biases = n, [], []
    shapes = [rows_and_outputs(activation, draw(st.integers(1, 2))) for _ in range(draw(st.integers(1, depth)))]
    for rows, outputs in [*shapes, (1, 1)]:
        weights.append([[draw(numbers) for _ in range(inputs)] for _ in range(rows)])
        biases.append([draw(numbers) for _ in range(rows)])
        inputs = outputs
    return weights, biases


SMALL = st.sampled_from([-1.0, 0.0, 0.0, 0.5, 1.0, 2.0])
NEAR = st.sampled_from([-1.0, 0.0, 0.5, 0.5 + 2.0**-52, 1.0, 1.0 - 2.0**-40, 0.1])
EXTREME = st.sampled_from([1.0, -0.5, 2.0**-1070, 5e-324, -1e-200, 2.0**60, 1e40, 0.0])
EXACT = st.sampled_from([Fraction(1, 3), Fraction(-2, 7), 1, 2**53 + 1, 2**53, Fraction(1, 10**320), 0, -0.5])


def agree(weights, biases, kind, box, certify):
    activation, slope = kind
    n = len(weights[0][0])
    right = brute.cells(weights, biases, activation, [box] * n, slope)
    given_network = {"activation": activation, "slope": slope, "certify": certify}
    found = count_pieces(weights, biases, box, **given_network)
    assert (found.cells, found.affine_maps, found.certified) == (len(right.maps), right.affine_maps, certify)
    if n == 1:
        assert found.connected_pieces == right.regions
    else:
        assert found.affine_maps <= found.connected_pieces <= found.cells
    pieces = list(enumerate_pieces(weights, biases, box, **given_network))
    assert len(pieces) == len({piece.pattern.tobytes() for piece in pieces}) == found.cells
    constant = lipschitz_constant(weights, biases, box, **given_network)
    assert Fraction(constant.lower) ** 2 <= right.steepest <= Fraction(constant.upper) ** 2
    few = count_pieces(weights, biases, box, **{**given_network, "max_pieces": 1})
    assert few.lower <= found.cells <= few.upper and (few.certified or few.exact)
    assert not few.exact or few.cells == found.cells


@pytest.mark.parametrize("numbers", [SMALL, NEAR, EXTREME, EXACT], ids=["small", "near", "extreme", "exact"])
@quick
@given(st.data(), st.sampled_from(KINDS), st.sampled_from([1, 2]), st.sampled_from(BOXES), st.booleans())
def test_cells_are_those_of_polygons(numbers, data, kind, n, box, certify):
    """Equal rows, zero rows and ties among them; rows an ulp apart; numbers at the ends of float64; no floats."""
    agree(*data.draw(networks(numbers, n, kind[0])), kind, box, certify)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n", [1, 2])
def test_random_networks(kind, n):
    rng = np.random.default_rng(0)
    (rows, outputs), entry = rows_and_outputs(kind[0], 2), lambda *shape: rng.integers(-99, 100, shape) / 64
    weights = [entry(rows, n).tolist(), entry(rows, outputs).tolist(), entry(1, outputs).tolist()]
    biases = [entry(rows).tolist(), entry(rows).tolist(), entry(1).tolist()]
    for certify in (False, True):
        agree(weights, biases, kind, (-1, 1), certify)


@quick
@given(st.data(), st.sampled_from(KINDS), st.booleans())
def test_linear_programmes_find_the_same(data, kind, certify):
    given_network = data.draw(networks(SMALL, 2, kind[0]))
    more = {"activation": kind[0], "slope": kind[1]}
    faces, few = count_pieces(*given_network, **more), count_pieces(*given_network, **more, max_pieces=2)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("theory.pieces._search.LATTICE_INPUTS", 0)
        patch.setattr("theory.pieces._count.LATTICE_INPUTS", 0)
        found = count_pieces(*given_network, **more, certify=certify)
        assert (found.cells, found.affine_maps, found.connected_pieces) == (
            faces.cells,
            faces.affine_maps,
            faces.connected_pieces,
        )
        few = count_pieces(*given_network, **more, max_pieces=2)
        assert few.lower <= faces.cells <= few.upper
        pieces = list(enumerate_pieces(*given_network, **more))
        assert len(pieces) == len({piece.pattern.tobytes() for piece in pieces}) == faces.cells


@pytest.mark.parametrize("kind", KINDS)
def test_orders_that_are_implied_are_proved_without_faces(kind):
    """In ten inputs: that z0 < z1 and z1 < z2 leave nothing of z2 < z0 is proved in integers."""
    rows, outputs = rows_and_outputs(kind[0], 1)
    rng = np.random.default_rng(3)
    weights = [rng.normal(size=(rows, 10)), rng.normal(size=(1, outputs))]
    found = count_pieces(weights, [rng.normal(size=rows) / 9, [0]], activation=kind[0], slope=kind[1], certify=True)
    assert found.certified and found.cells == piece_bound(10, [rows], kind[0]).bound


@quick
@given(st.data(), st.sampled_from(KINDS))
def test_segments_planes_and_surroundings(data, kind):
    """Of four inputs; the network is multiplied out by hand."""
    weights, biases = data.draw(networks(st.sampled_from([-1, 0, 2, Fraction(1, 2)]), 4, kind[0]))
    points = [[0, 1, 0, -1], [1, 1, -1, 2], [0, 0, 1, 1]]
    more = {"activation": kind[0], "slope": kind[1]}
    at, *steps = [[sum(w * x for w, x in zip(row, point, strict=True)) for row in weights[0]] for point in points]
    shift = [a + b for a, b in zip(at, biases[0], strict=True)]
    steps = [[b - a for a, b in zip(at, end, strict=True)] for end in steps]
    for count, place in ((1, {"through": points[:2]}), (2, {"plane": points})):
        flat = [[[step[i] for step in steps[:count]] for i in range(len(at))], *weights[1:]]
        right = brute.cells(flat, [shift, *biases[1:]], kind[0], [(0, 1)] * count, kind[1])
        assert count_pieces(weights, biases, **more, **place).cells == len(right.maps)
    near = count_pieces(weights, biases, **more, around=(points[0], 1))
    assert near.cells == count_pieces(weights, biases, ([-1, 0, -1, -2], [1, 2, 1, 0]), **more).cells


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("box", [None, "all"])
def test_pieces_describe_the_network(kind, box):
    rows, outputs = rows_and_outputs(kind[0], 2)
    rng = np.random.default_rng(5)
    weights = [rng.normal(size=(rows, 2)), rng.normal(size=(rows, outputs)), rng.normal(size=(2, outputs))]
    biases = [rng.normal(size=len(weight)) / 3 for weight in weights]
    for piece in enumerate_pieces(weights, biases, box, activation=kind[0], slope=kind[1]):
        for point in (piece.point, *piece.vertices):
            values = point
            for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
                values = weight @ values + bias
                values = through(values, *kind) if i < 2 else values
            assert values == pytest.approx(piece.gradient @ point + piece.offset, rel=1e-9, abs=1e-9)


def through(values, activation, slope):
    group = brute.group_of(activation, len(values))
    if not group:
        factor = {"abs": -1}.get(activation, 0.01 if slope is None else float(slope))
        return np.where(values < 0, factor * values, values)
    groups = values.reshape(-1, group)
    return groups.max(axis=1) if activation.startswith("maxout") else np.sort(groups, axis=1).ravel()


def test_corners_of_a_maximum_are_its_own():
    """max(x, y, 0): the line x = y goes on where 0 is greatest, and cuts nothing there."""
    pieces = enumerate_pieces(
        [[[1, 0], [0, 1], [0, 0]], [[1]]], [[0] * 3, [0]], ([-1, -2], [1, 1]), activation="maxout3"
    )
    corners = {tuple(piece.pattern.tolist()): sorted(map(tuple, piece.vertices.tolist())) for piece in pieces}
    assert corners == {
        (0,): [(0, -2), (0, 0), (1, -2), (1, 1)],
        (1,): [(-1, 0), (-1, 1), (0, 0), (1, 1)],
        (2,): [(-1, -2), (-1, 0), (0, -2), (0, 0)],
    }
    everywhere = list(enumerate_pieces([[[1, 0], [0, 1], [0, 0]], [[1]]], [[0] * 3, [0]], "all", activation="maxout3"))
    assert [piece.vertices.tolist() for piece in everywhere] == [[[0, 0]]] * 3


def test_blocks_hold_each_maximum_once(monkeypatch):
    weights = [np.random.default_rng(i).normal(size=shape) for i, shape in enumerate([(24, 2), (24, 6), (1, 6)])]
    biases = [np.random.default_rng(9).normal(size=len(weight)) / 3 for weight in weights]
    for box in (None, "all"):
        alone = count_pieces(weights, biases, box, activation="maxout4").cells
        with monkeypatch.context() as patch:
            patch.setattr("theory.pieces._search.NUMBERS_IN_BLOCK", 100)
            assert count_pieces(weights, biases, box, activation="maxout4", certify=True).cells == alone
            assert len(list(enumerate_pieces(weights, biases, box, activation="maxout4"))) == alone


@quick
@given(
    st.data(), st.sampled_from([NEAR, EXTREME, st.floats(-2, 2)]), st.sampled_from([0.3, -1.7, 1e-300, 40.0, 5e-324])
)
def test_bounds_of_rounding_hold_with_slopes(data, numbers, slope):
    """Signs that float64 proves at points, and maps of cells with their errors, against whole numbers."""
    weights, biases = data.draw(networks(numbers, 2, "leaky_relu", depth=3))
    plan = read_plan(weights, biases, None, "leaky_relu", slope)
    points = np.array(data.draw(st.lists(st.tuples(*[st.floats(-1, 1)] * 2), min_size=4, max_size=4)))
    near = [np.hstack(proved_signs(plan.network, points, np.zeros(2))), np.hstack(clear_signs(plan.network, points))]
    for place, point in enumerate(points):
        exact = exact_signs(plan, point)
        for told in near:
            assert exact is None or all(sign in (0, right) for sign, right in zip(told[place], exact, strict=True))
    gates = sum(each.gates for each in plan.rounds)
    minus = plan.words(
        np.array(data.draw(st.lists(st.booleans(), min_size=4 * gates, max_size=4 * gates))).reshape(4, -1)
    )
    for words, found, error in zip(minus, *affine_maps(plan, minus), strict=True):
        away = [Fraction(x) - y for x, y in zip(found.ravel().tolist(), exact_map(plan, words), strict=True)]
        assert sum(x * x for x in away) <= Fraction(float(error[0])) ** 2


# What sorts and maxima are made of


@pytest.mark.parametrize("size", range(1, 11))
def test_steps_sort(size):
    """All zeros and ones, hence all numbers (Knuth 1998, 5.3.4, Theorem Z)."""
    values = np.array(list(product((0, 1), repeat=size)))
    for step in sorting_steps(size):
        places = [place for pair in step for place in pair]
        assert len(places) == len(set(places)) and max(places) < size
        for low, high in step:
            pair = values[:, [low, high]]
            values[:, low], values[:, high] = pair.min(axis=1), pair.max(axis=1)
    assert (np.diff(values, axis=1) >= 0).all()


@pytest.mark.parametrize("activation", ["groupsort3", "groupsort7", "fullsort", "maxout2", "maxout3", "maxout7"])
def test_stages_choose_what_numpy_does(activation):
    kind = read_activation(activation)
    width = 2 * kind.size or 5
    stage, values = stage_of(kind, width, 0), np.random.default_rng(0).normal(size=(50, width))
    at, exchanged = values, []
    for picks in stage.picks:
        pairs = at[:, picks].reshape(50, -1, 2)
        exchanged.append(pairs[:, :, 0] > pairs[:, :, 1])
        at = np.sort(pairs, axis=2).reshape(50, -1)
    groups = values.reshape(50, -1, kind.group(width))
    right = groups.max(axis=2) if kind.greatest else np.sort(groups, axis=2).reshape(50, -1)
    assert (at[:, stage.out] == right).all()
    order = groups.argmax(axis=2) if kind.greatest else groups.argsort(axis=2).reshape(50, -1)
    assert (stage.chosen(exchanged) == order).all()


# Bounds


@pytest.mark.parametrize("activation", ["leaky_relu", "abs", "groupsort2", "groupsort3", "groupsort5", "fullsort"])
@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_generic_layer_has_as_many_cells_as_the_bound(activation, n):
    rows, outputs = rows_and_outputs(activation, 2)
    weights, biases = random_network([n, rows, 1], 4, bias=1.0)
    found = count_pieces(weights, biases, "all", activation=activation, certify=True)
    assert found.cells == piece_bound(n, [rows], activation).arrangement
    assert outputs == rows


def test_bounds_by_hand():
    """(1 + t)(1 + 2t) = 1 + 3t + 2t^2, squared 1 + 6t + 13t^2 + ..."""
    found = [piece_bound(n, [6], "groupsort3") for n in (1, 2, 9)]
    assert [(bound.paper, bound.arrangement) for bound in found] == [(36, 7), (36, 20), (36, 36)]
    maxima = piece_bound(2, [9, 6], "maxout3")
    assert (maxima.paper, maxima.arrangement) == (3**5, (1 + 3 * 2 + 3 * 4) * 9)
    assert piece_bound(1, [3, 3], "maxout3").bound == 9
    assert piece_bound(3, [4], "fullsort").bound == 24 and piece_bound(2, [4], "fullsort").bound == 1 + 6 + 11
    assert piece_bound(2, [3], "leaky_relu") == piece_bound(2, [3], "relu")


@quick
@given(st.data(), st.sampled_from(KINDS), st.sampled_from([1, 2]))
def test_no_network_has_more_than_the_bound(data, kind, n):
    numbers = st.integers(-64, 64).map(lambda k: k / 16)
    weights, biases = data.draw(networks(numbers, n, kind[0]))
    widths = [len(bias) for bias in biases[:-1]]
    bound = piece_bound(n, widths, kind[0])
    assert count_pieces(weights, biases, "all", activation=kind[0], slope=kind[1]).cells <= bound.bound
    assert bound.arrangement <= bound.paper


@pytest.mark.parametrize("pieces", [3, 5])
def test_maxima_attain_their_bound_on_the_line(pieces):
    """Tangents of a parabola, at other places for each maximum: k - 1 kinks each."""
    places = np.linspace(-0.9, 0.9, 2 * pieces).reshape(pieces, 2).T.ravel()
    found = count_pieces([places[:, None] * 2, [[1, 1]]], [-(places**2), [0]], activation=f"maxout{pieces}")
    assert found.cells == piece_bound(1, [2 * pieces], f"maxout{pieces}").bound == 1 + 2 * (pieces - 1)


# Bad input


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"activation": "groupsort1"}, "activation='groupsort1': pass one of"),
        ({"activation": "maxout"}, "activation='maxout': pass one of"),
        ({"activation": "groupsort03"}, "activation='groupsort03'"),
        (
            {"activation": "groupsort3"},
            r"weights\[0\] has 4 rows: groupsort3 takes groups of rows, pass a multiple of 3",
        ),
        ({"activation": "maxout3"}, r"weights\[0\] has 4 rows: maxout3 takes groups of rows, pass a multiple of 3"),
        ({"activation": "maxout4"}, r"weights\[1\] has shape \(1, 4\): the layer before it gives 1 numbers"),
        ({"activation": "relu", "slope": 0.1}, "slope=0.1: pass it with activation='leaky_relu' alone"),
        ({"activation": "leaky_relu", "slope": float("nan")}, "slope"),
        ({"activation": "leaky_relu", "slope": 10**200}, "slope="),
        ({"activation": "leaky_relu", "slope": [1, 2]}, "slope"),
        ({"activation": 3}, "activation=3"),
    ],
)
def test_refusals(more, message):
    with pytest.raises(ValueError, match=message):
        count_pieces([np.ones((4, 2)), np.ones((1, 4))], [np.zeros(4), [0]], **more)


def test_slopes_that_make_numbers_too_large_are_refused():
    with pytest.raises(ValueError, match="can give values beyond"):
        count_pieces([[[1.0]]] * 4, [[0.0]] * 4, activation="leaky_relu", slope=1e60)
    layers = [(b, a) for a, b in pairwise([2, 20_000])]
    with pytest.raises(ValueError, match=r"weights\[0\] has 20000 rows: to compare groups of 20000"):
        count_pieces([np.ones(layers[0]), np.ones((1, 20_000))], [np.zeros(20_000), [0]], activation="fullsort")
