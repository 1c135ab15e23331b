"""Counting pieces: exact polygons, linear programmes, closed forms, samples; degenerate networks; bad input."""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from fractions import Fraction
from itertools import pairwise
from math import comb, factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from theory import pieces
from theory.pieces import (
    count_pieces,
    enumerate_pieces,
    lipschitz_constant,
    piece_bound,
    piece_lower_bound,
)

quick = settings(derandomize=True, deadline=None, max_examples=25)
CALLS = [count_pieces, lipschitz_constant, lambda *args, **more: list(enumerate_pieces(*args, **more))]
ACTIVATIONS = ["groupsort2", "relu"]


def random_network(n, widths, seed, outputs=1, bias=0.3):
    rng = np.random.default_rng(seed)
    sizes = [n, *widths, outputs]
    weights = [rng.normal(size=(b, a)) * np.sqrt(2 / a) for a, b in pairwise(sizes)]
    return weights, [bias * rng.normal(size=b) for b in sizes[1:]]


@st.composite
def degenerate_networks(draw, n, nudges=(0.0,)):
    """Small integers and halves: zero rows, repeated gates, folds through corners. Entries may be nudged."""
    widths = draw(st.lists(st.sampled_from([2, 4]), min_size=1, max_size=3))
    number = st.builds(
        lambda value, nudge: value + nudge, st.sampled_from([-1.0, 0.0, 0.0, 0.5, 1.0]), st.sampled_from(nudges)
    )
    sizes = [n, *widths, 1]
    weights = [draw(st.lists(number, min_size=a * b, max_size=a * b)) for a, b in pairwise(sizes)]
    biases = [draw(st.lists(number, min_size=b, max_size=b)) for b in sizes[1:]]
    shaped = [np.reshape(weight, (b, a)) for weight, (a, b) in zip(weights, pairwise(sizes), strict=True)]
    return shaped, [np.array(bias) for bias in biases]


# Independent counts


def exact_layers(weights, biases):
    return [
        ([[Fraction(x) for x in row] for row in weight.tolist()], [Fraction(x) for x in bias.tolist()])
        for weight, bias in zip(weights, biases, strict=True)
    ]


def affine(layer, rows):
    """weights @ rows + bias, rows being (offset, *gradient)."""
    weight, bias = layer
    columns = list(zip(*rows, strict=True))
    product = [[sum(w * x for w, x in zip(line, column, strict=True)) for column in columns] for line in weight]
    return [[row[0] + shift, *row[1:]] for row, shift in zip(product, bias, strict=True)]


def gates_of(rows, activation):
    if activation == "relu":
        return rows
    return [[b - a for a, b in zip(low, high, strict=True)] for low, high in zip(rows[::2], rows[1::2], strict=True)]


def after_gates(rows, signs, activation):
    if activation == "relu":
        return [[0] * len(row) if sign < 0 else row for row, sign in zip(rows, signs, strict=True)]
    pairs = zip(rows[::2], rows[1::2], signs, strict=True)
    return [row for low, high, sign in pairs for row in ((high, low) if sign < 0 else (low, high))]


def exact_cells(weights, biases, activation, low=-1, high=1):
    """Sign patterns and affine maps over a square (or an interval), by clipping polygons with Fractions."""
    n = weights[0].shape[1]
    low, high = Fraction(low), Fraction(high)
    square = [(low, low), (high, low), (high, high), (low, high)] if n == 2 else [(low,), (high,)]
    layers = exact_layers(weights, biases)
    identity = [[Fraction(int(i == j)) for j in range(n + 1)] for i in range(1, n + 1)]
    found = {}
    waiting = [(square, affine(layers[0], identity), 0, (), ())]
    while waiting:
        polygon, values, layer, signs, done = waiting.pop()
        if layer == len(layers) - 1:
            found[done] = tuple(map(tuple, values))
            continue
        gates = gates_of(values, activation)
        if len(signs) == len(gates):
            following = affine(layers[layer + 1], after_gates(values, signs, activation))
            waiting.append((polygon, following, layer + 1, (), done + signs))
            continue
        gate = gates[len(signs)]
        at = [gate[0] + sum(c * x for c, x in zip(gate[1:], point, strict=True)) for point in polygon]
        sides = {(v > 0) - (v < 0) for v in at} - {0} or {0}
        for side in sides:
            part = clip(polygon, [side * v for v in at]) if len(sides) == 2 else polygon
            waiting.append((part, values, layer, (*signs, side), done))
    return found


def clip(polygon, values):
    """The part of the polygon, or of the interval, where values are positive."""
    kept = []
    edges = list(zip(polygon, polygon[1:] + polygon[:1], values, values[1:] + values[:1], strict=True))
    for p, q, a, b in edges if len(polygon) > 2 else edges[:1]:
        if a >= 0:
            kept.append(p)
        if a * b < 0:
            kept.append(tuple(x + a / (a - b) * (y - x) for x, y in zip(p, q, strict=True)))
        if len(polygon) == 2 and b >= 0:
            kept.append(q)
    return kept


def linear_programmes(weights, biases, activation, box=1.0):
    """Sign patterns by asking of each prefix whether a ball of radius 1e-9 satisfies it; box None is R^n."""
    n = weights[0].shape[1]
    bounds = [(-box, box) if box else (None, None)] * n + [(None, 1)]
    layers = list(zip(weights, biases, strict=True))

    def inside(constraints):
        rows = np.array(constraints)
        norms = np.linalg.norm(rows[:, 1:], axis=1)[:, None]
        found = linprog([0] * n + [-1], np.hstack([-rows[:, 1:], norms]), rows[:, 0], bounds=bounds, method="highs")
        return found.status == 0 and found.x[-1] > 1e-9

    def grow(rows, layer, constraints, signs, done):
        weight, bias = layers[layer]
        values = weight @ rows
        values[:, 0] += bias
        if layer == len(layers) - 1:
            return [done]
        gates = values if activation == "relu" else values[1::2] - values[::2]
        if len(signs) == len(gates):
            after = np.array(after_gates(values.tolist(), signs, activation))
            return grow(after, layer + 1, constraints, (), done + signs)
        gate = gates[len(signs)]
        if np.abs(gate[1:]).max() < 1e-12:
            side = 0 if abs(gate[0]) < 1e-12 else int(np.sign(gate[0]))
            return grow(rows, layer, constraints, (*signs, side), done)
        return [
            pattern
            for side in (1, -1)
            if inside([*constraints, side * gate])
            for pattern in grow(rows, layer, [*constraints, side * gate], (*signs, side), done)
        ]

    return set(grow(np.eye(n, n + 1, 1), 0, [], (), ()))


def pattern_set(weights, biases, box, activation, certify=True):
    found = [
        tuple(piece.pattern.tolist())
        for piece in enumerate_pieces(weights, biases, box, activation=activation, certify=certify)
    ]
    assert len(set(found)) == len(found)
    return set(found)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("n", "widths"), [(1, [6, 4]), (2, [4, 6]), (3, [4, 4]), (4, [4, 2]), (5, [4])])
@pytest.mark.parametrize("box", [None, "all"])
def test_linear_programmes_find_the_same_patterns(activation, n, widths, box):
    network = random_network(n, widths, seed=n)
    expected = linear_programmes(*network, activation, None if box else 1.0)
    assert pattern_set(*network, box, activation) == expected
    found = count_pieces(*network, box, activation=activation, certify=True)
    assert (found.cells, found.certified) == (len(expected), True)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_polygons_find_the_same_cells_and_maps(activation):
    for seed in range(6):
        network = random_network(2, [6, 4, 4], seed)
        expected = exact_cells(*network, activation)
        for certify in (False, True):
            found = count_pieces(*network, activation=activation, certify=certify)
            assert (found.cells, found.affine_maps) == (len(expected), len(set(expected.values())))
        assert pattern_set(*network, None, activation) == set(expected)


@quick
@given(st.data(), st.sampled_from(ACTIVATIONS), st.sampled_from([1, 2]))
def test_degenerate_networks(data, activation, n):
    network = data.draw(degenerate_networks(n))
    expected = exact_cells(*network, activation)
    for certify in (False, True):
        found = count_pieces(*network, activation=activation, certify=certify)
        assert (found.cells, found.affine_maps) == (len(expected), len(set(expected.values())))
    assert pattern_set(*network, None, activation) == set(expected)


@quick
@given(st.data(), st.sampled_from(ACTIVATIONS), st.sampled_from([1, 2]))
def test_nearly_degenerate_networks(data, activation, n):
    """Cells as thin as rounding: only exact signs tell them."""
    network = data.draw(degenerate_networks(n, nudges=(0.0, 2.0**-52, -(2.0**-40), 2.0**-30)))
    expected = exact_cells(*network, activation)
    found = count_pieces(*network, activation=activation, certify=True)
    assert (found.cells, found.affine_maps) == (len(expected), len(set(expected.values())))


@quick
@given(st.data(), st.sampled_from(ACTIVATIONS), st.sampled_from([1, 2]))
def test_degenerate_networks_over_everything(data, activation, n):
    """Entries are halves, at most three layers of four: all vertices are well inside a box of 10^9."""
    network = data.draw(degenerate_networks(n))
    expected = exact_cells(*network, activation, -(10**9), 10**9)
    found = count_pieces(*network, "all", activation=activation, certify=True)
    assert (found.cells, found.affine_maps) == (len(expected), len(set(expected.values())))
    assert pattern_set(*network, "all", activation) == set(expected)


@quick
@given(st.data(), st.sampled_from(ACTIVATIONS))
def test_degenerate_networks_of_three_inputs(data, activation):
    network = data.draw(degenerate_networks(3))
    assert pattern_set(*network, None, activation) == linear_programmes(*network, activation)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("n", [2, 3, 4])
def test_every_sampled_pattern_is_found(activation, n):
    weights, biases = random_network(n, [8, 8, 6][: 6 - n], seed=7)
    found = pattern_set(weights, biases, (-2.0, 1.0), activation)
    values = np.random.default_rng(0).uniform(-2.0, 1.0, size=(50_000, n))
    signs = []
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        values = values @ weight.T + bias
        if activation == "relu":
            signs.append(values)
            values = np.maximum(values, 0)
        else:
            signs.append(values[:, 1::2] - values[:, ::2])
            values = np.sort(values.reshape(len(values), -1, 2), axis=2).reshape(len(values), -1)
    sampled = set(map(tuple, np.unique(np.sign(np.hstack(signs)).astype(int), axis=0).tolist()))
    assert sampled <= found
    assert len(sampled) > len(found) / 4


# Closed forms


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("n", "gates"), [(1, 9), (2, 12), (3, 9), (4, 7), (5, 6), (3, 2)])
def test_zaslavsky(activation, n, gates):
    """One layer in general position has C(g, 0) + ... + C(g, n) cells, and g hyperplanes through 0 have their own."""
    weights, biases = random_network(n, [gates * (2 if activation == "groupsort2" else 1)], seed=gates, bias=1.0)
    regions = sum(comb(gates, j) for j in range(n + 1))
    assert count_pieces(weights, biases, "all", activation=activation, certify=True).cells == regions
    assert piece_bound(n, [len(weights[0])], activation).bound == regions
    central = [np.zeros_like(bias) for bias in biases]
    expected = 2 * sum(comb(gates - 1, j) for j in range(n))
    for box in (None, "all"):
        assert count_pieces(weights, central, box, activation=activation, certify=True).cells == expected


def sorting_network(n):
    """Odd-even transposition sort; a coordinate without partner is paired with itself."""
    weights, read = [], np.eye(n)
    for turn in range(n):
        pairs = [i for first in range(turn % 2, n - 1, 2) for i in (first, first + 1)]
        lonely = [i for i in range(n) if i not in pairs for _ in range(2)]
        order = pairs + lonely
        weights.append(np.eye(n)[order] @ read)
        read = np.array([np.eye(len(order))[order.index(i)] for i in range(n)])
    return [*weights, read], [*(np.zeros(len(weight)) for weight in weights), np.zeros(n)]


@pytest.mark.parametrize("n", [2, 3, 4, 5])
@pytest.mark.parametrize("box", [None, "all"])
def test_braid_arrangement(n, box):
    """Sorting n coordinates has n! pieces, whatever the sorting network."""
    found = count_pieces(*sorting_network(n), box, certify=True)
    assert (found.cells, found.affine_maps, found.connected_pieces) == (factorial(n),) * 3


def test_three_different_numbers():
    """max(x, 0) - max(x, 0) has two cells and one map; a bump is flat, and 0, on either side."""
    weights = [np.array([[1.0], [1.0]]), np.array([[1.0, -1.0]])]
    found = count_pieces(weights, [np.zeros(2), np.zeros(1)], activation="relu", certify=True)
    assert (found.cells, found.affine_maps, found.connected_pieces) == (2, 1, 1)
    bump = [np.ones((4, 1)), np.array([[1.0, -1.0, -1.0, 1.0]])]
    shifts = [np.array([0.75, 0.25, -0.25, -0.75]), np.zeros(1)]
    found = count_pieces(bump, shifts, activation="relu", certify=True)
    assert (found.cells, found.affine_maps, found.connected_pieces) == (5, 4, 5)
    assert {type(number) for number in (found.cells, found.affine_maps, found.connected_pieces)} == {int}


def test_no_hidden_layer():
    for box in (None, "all", (0, 1)):
        found = count_pieces([[[1.0, 2.0]]], [[3.0]], box, certify=True)
        assert (found.cells, found.affine_maps, found.connected_pieces) == (1, 1, 1)
        (piece,) = enumerate_pieces([[[1.0, 2.0]]], [[3.0]], box)
        assert (piece.gradient.tolist(), piece.offset, piece.pattern.size) == ([1.0, 2.0], 3.0, 0)


def test_scaling_keeps_every_cell():
    weights, biases = random_network(2, [8, 8], seed=3)
    scaled = [[2.0**-5 * w for w in weights], [2.0 ** (-5 * (i + 1)) * b for i, b in enumerate(biases)]]
    assert pattern_set(*scaled, None, "groupsort2") == pattern_set(weights, biases, None, "groupsort2")


@pytest.mark.parametrize("power", [-400, -60, 60])
def test_scale_of_the_weights_is_no_matter(power):
    """Values far below or above 1, down to where float64 has none left."""
    weights, biases = random_network(2, [6, 6], seed=3)
    scaled = [[2.0**power * w for w in weights], [np.ldexp(b, power * (i + 1)) for i, b in enumerate(biases)]]
    expected = exact_cells(*scaled, "groupsort2")
    found = count_pieces(*scaled, certify=True)
    assert (found.cells, found.affine_maps) == (len(expected), len(set(expected.values())))


def test_values_beyond_float64_are_refused():
    weights, biases = random_network(2, [6, 6], seed=3)
    with pytest.raises(ValueError, match=r"weights\[:1\] and biases\[:1\] can give values beyond"):
        count_pieces([1e200 * w for w in weights], biases)
    with pytest.raises(ValueError, match=r"weights\[:3\] and biases\[:3\] can give values beyond"):
        count_pieces([1e55 * w for w in weights], biases)
    with pytest.raises(ValueError, match="scale the layers or the box"):
        count_pieces(weights, biases, (-1e139, 1e139))


def test_wide_layers_and_words():
    """Seventy gates are more than a word of signs holds."""
    weights, biases = random_network(2, [140], seed=0, bias=1.0)
    assert count_pieces(weights, biases, "all", certify=True).cells == 1 + 70 + comb(70, 2)
    deep = random_network(1, [4, 132], seed=0)
    assert count_pieces(*deep, certify=True).cells == len(exact_cells(*deep, "groupsort2"))


# What a piece says


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("box", [None, (-2, [0.5, 1, 1]), "all"])
@pytest.mark.parametrize("outputs", [1, 2])
def test_pieces_describe_the_network(activation, box, outputs):
    weights, biases = random_network(3, [6, 4], seed=5, outputs=outputs)

    def network(x):
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            x = weight @ x + bias
            x = np.maximum(x, 0) if activation == "relu" else np.sort(x.reshape(-1, 2), axis=1).ravel()
        return weights[-1] @ x + biases[-1]

    for piece in enumerate_pieces(weights, biases, box, activation=activation):
        assert piece.gradient.shape == ((3,) if outputs == 1 else (outputs, 3))
        for x in [piece.point, *piece.vertices]:
            value = piece.gradient @ x + piece.offset
            assert value == pytest.approx(network(x) if outputs > 1 else network(x)[0], abs=1e-10, rel=1e-10)
        if piece.bounded:
            assert len(piece.vertices) >= 4
            assert (piece.vertices.min(axis=0) < piece.point).all()
            assert (piece.point < piece.vertices.max(axis=0)).all()


def test_areas_of_cells_fill_the_box():
    from scipy.spatial import ConvexHull

    network = random_network(2, [12, 12], seed=1)
    areas = [ConvexHull(piece.vertices).volume for piece in enumerate_pieces(*network, activation="relu")]
    assert sum(areas) == pytest.approx(4.0, abs=1e-9)
    network = random_network(3, [8, 6], seed=1)
    volumes = [ConvexHull(piece.vertices).volume for piece in enumerate_pieces(*network)]
    assert sum(volumes) == pytest.approx(8.0, abs=1e-9)


def test_corners_over_everything_are_those_of_gates():
    """Three lines make a triangle; the axes, along which R^2 is cut inside, leave no corner."""
    rows = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    found = list(enumerate_pieces([rows, np.ones((1, 3))], [[1.0, 1.0, -1.0], [0.0]], "all", activation="relu"))
    assert len(found) == 7
    (triangle,) = [piece for piece in found if piece.bounded]
    assert sorted(triangle.vertices.round(9).tolist()) == [[-1.0, -1.0], [-1.0, 2.0], [2.0, -1.0]]
    assert sorted(len(piece.vertices) for piece in found) == [1, 1, 1, 2, 2, 2, 3]


# Running


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
@pytest.mark.parametrize("box", [None, "all"])
def test_executors_count_the_same(pool, box):
    network = random_network(2, [12, 12, 8], seed=2)
    alone = count_pieces(*network, box, certify=True)
    with pool(2) as executor:
        shared = count_pieces(*network, box, certify=True, executor=executor)
        constant = lipschitz_constant(*network, box, executor=executor)
        many = list(enumerate_pieces(*network, box, executor=executor))
        assert (shared.cells, shared.affine_maps, shared.connected_pieces) == (
            alone.cells,
            alone.affine_maps,
            alone.connected_pieces,
        )
    assert shared.certified
    assert constant.value == pytest.approx(lipschitz_constant(*network, box).value, rel=1e-12)
    assert {piece.pattern.tobytes() for piece in many} == {
        piece.pattern.tobytes() for piece in enumerate_pieces(*network, box)
    }


@pytest.mark.parametrize("box", [None, "all"])
def test_blocks_count_the_same(monkeypatch, box):
    network = random_network(3, [12, 8, 8], seed=4)
    alone = count_pieces(*network, box).cells
    monkeypatch.setattr("theory.pieces._search.NUMBERS_IN_BLOCK", 500)
    monkeypatch.setattr("theory.pieces._search.LARGEST_CROWD", 16_000)
    assert count_pieces(*network, box, certify=True).cells == alone
    assert lipschitz_constant(*network, box).value == lipschitz_constant(*network, box, certify=True).value


def test_progress(capsys, monkeypatch):
    network = random_network(2, [12, 12], seed=2)
    quiet = count_pieces(*network)
    assert capsys.readouterr().err == ""
    assert count_pieces(*network, progress=True).cells == quiet.cells
    assert "100%" in capsys.readouterr().err
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    assert count_pieces(*network, progress=True).cells == quiet.cells
    assert capsys.readouterr().err == ""


# Many inputs


def test_twelve_inputs():
    """All 2^6 sign patterns of six gates in general position on R^12; the second layer's are images of them."""
    weights, biases = random_network(12, [6, 6], seed=0, bias=0.1)
    found = count_pieces(weights, biases, certify=True)
    assert (found.cells, found.certified) == (64, True)
    assert (found.affine_maps, found.connected_pieces) == (64, 64)
    for piece in enumerate_pieces(weights, biases):
        assert np.abs(piece.point).max() < 1
        assert piece.vertices is None
    assert count_pieces(weights, biases, "all").cells == 64


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("box", [None, "all"])
def test_linear_programmes_and_faces_agree(monkeypatch, activation, box):
    networks = [random_network(2, [4, 4], seed=1), random_network(3, [4], seed=2), sorting_network(3)]
    for network in networks:
        faces = count_pieces(*network, box, activation=activation)
        constant = lipschitz_constant(*network, box, activation=activation).value
        patterns = pattern_set(*network, box, activation)
        with monkeypatch.context() as patch, ThreadPoolExecutor(2) as executor:
            patch.setattr("theory.pieces._search.LATTICE_INPUTS", 0)
            found = count_pieces(*network, box, activation=activation, executor=executor)
            assert (found.cells, found.affine_maps, found.connected_pieces, found.certified) == (
                faces.cells,
                faces.affine_maps,
                faces.connected_pieces,
                False,
            )
            assert lipschitz_constant(*network, box, activation=activation).value == pytest.approx(constant)
            assert pattern_set(*network, box, activation) == patterns
            few = count_pieces(*network, box, activation=activation, max_pieces=2)
            assert few.lower <= faces.cells <= few.upper
            assert few.exact == (faces.cells == few.lower)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_linear_programmes_are_proved_in_a_box(monkeypatch, activation):
    """That a gate does not cut a region is proved by multipliers, over all of R^n it is not."""
    network = random_network(2, [4, 4], seed=1)
    faces = count_pieces(*network, activation=activation, certify=True)
    monkeypatch.setattr("theory.pieces._search.LATTICE_INPUTS", 0)
    found = count_pieces(*network, activation=activation, certify=True)
    assert (found.cells, found.certified) == (faces.cells, True)
    assert not count_pieces(*network, "all", activation=activation, certify=True).certified


@pytest.mark.parametrize("box", [None, "all"])
@pytest.mark.parametrize("seed", range(3))
def test_linear_programmes_join_cells_as_faces_do(monkeypatch, box, seed):
    """Small whole numbers: many cells have one map, some of them share a facet, some a corner, some nothing."""
    rng = np.random.default_rng(seed)
    weights = [rng.integers(-1, 2, (4, 2)), rng.integers(-1, 2, (3, 4)), rng.integers(0, 2, (1, 3))]
    biases = [rng.integers(-1, 2, 4) / 2, rng.integers(-1, 2, 3) / 2, [0]]
    faces = count_pieces(weights, biases, box, activation="relu")
    monkeypatch.setattr("theory.pieces._search.LATTICE_INPUTS", 0)
    found = count_pieces(weights, biases, box, activation="relu")
    assert (found.cells, found.affine_maps, found.connected_pieces) == (
        faces.cells,
        faces.affine_maps,
        faces.connected_pieces,
    )
    assert found.affine_maps < found.cells


# Bad input


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("given", "more", "message"),
    [
        (([], []), {}, "0 weights and 0 biases"),
        (([[[1.0]]], []), {}, "1 weights and 0 biases"),
        (([np.ones((3, 2)), np.ones((1, 3))], [np.ones(3), [0.0]]), {}, r"weights\[0\] has 3 rows.*even"),
        (([np.ones((4, 2)), np.ones((1, 3))], [np.ones(4), [0.0]]), {}, r"weights\[1\] has shape \(1, 3\).*gives 4"),
        (([np.ones((2, 2)), np.ones((1, 2))], [np.ones(3), [0.0]]), {}, r"biases\[0\] has shape \(3,\): pass \(2,\)"),
        (([np.ones(2)], [[0.0]]), {}, r"weights\[0\] has shape \(2,\)"),
        (([np.ones((1, 0))], [[0.0]]), {}, r"weights\[0\] has shape \(1, 0\)"),
        (([[[np.nan]]], [[0.0]]), {}, r"weights\[0\] has nan at index \(0, 0\)"),
        (([[[1.0]]], [[np.inf]]), {}, r"biases\[0\] has inf"),
        (([[["a"]]], [[0.0]]), {}, r"weights\[0\] is not an array of real numbers"),
        (([[[1.0]]], [[0.0]], (1, 1)), {}, "box is empty: low 1.0, high 1.0 at input 0"),
        (([[[1.0]]], [[0.0]], (2, -2)), {}, "box is empty"),
        (([[[1.0]]], [[0.0]], (0, np.nan)), {}, r"box\[1\] has nan"),
        (([[[1.0]]], [[0.0]], ([0, 0], 1)), {}, r"box\[0\] has shape \(2,\)"),
        (([[[1.0]]], [[0.0]], "some"), {}, "box='some'"),
        (([[[1.0]]], [[0.0]], 3), {}, "box=3: pass a pair"),
        (([[[1.0]]], [[0.0]]), {"activation": "tanh"}, "activation='tanh': pass one of 'groupsort2', 'relu'"),
        (([[[1.0]]], [[0.0]]), {"max_pieces": 0}, "max_pieces=0"),
        (([[[1.0]]], [[0.0]]), {"max_pieces": 1.5}, "max_pieces=1.5"),
        (([[[1.0]]], [[0.0]]), {"executor": 2}, "executor=2: pass an object with a method submit"),
    ],
)
def test_refusals_name_the_argument(call, given, more, message):
    with pytest.raises(ValueError, match=message):
        call(*given, **more)


def test_inputs_are_left_alone():
    weights, biases = random_network(2, [4], seed=0)
    before = [array.copy() for array in (*weights, *biases)]
    for call in CALLS:
        call(weights, biases, activation="relu")
    assert all((a == b).all() for a, b in zip(before, (*weights, *biases), strict=True))


def test_public_surface():
    assert all(hasattr(pieces, name) for name in pieces.__all__)
    assert piece_lower_bound(1, [2]) == 2
