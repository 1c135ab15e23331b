"""The exact enumeration of small GroupSort2 networks, against independent counts."""

from __future__ import annotations

from fractions import Fraction as F
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import linprog

from checks.networks import LipschitzNetwork
from checks.papers.many_faces.pieces.rational_networks import (
    NETWORK,
    enumerate_cells,
    network,
    small_networks,
    used,
)
from checks.papers.many_faces.pieces.zigzags import chain, folding, strokes, zigzag, zigzag_cells
from checks.verify import evaluate, scope_of
from checks.witness import exact

QUICK = settings(max_examples=25, deadline=None, derandomize=True)


def rows_of(net, signs):
    """Each gate's difference along a sign pattern, (constant, gradient), in floats."""
    values, found, start = np.eye(net.dimension + 1)[1:], [], 0
    for weight, bias in zip(net.weights[:-1], net.biases[:-1], strict=True):
        values = np.array(weight, float) @ values
        values[:, 0] += np.array(bias, float)
        found.append(values[1::2] - values[::2])
        keep = np.array(signs[start : start + len(bias) // 2])[:, None]
        start += len(bias) // 2
        low, high = np.where(keep, values[::2], values[1::2]), np.where(keep, values[1::2], values[::2])
        values = np.stack([low, high], axis=1).reshape(len(bias), -1)
    return np.vstack(found)


def has_interior(net, signs):
    """By a linear programme: the largest margin, at most 1, that a point of [-1000, 1000]^n keeps from every gate."""
    rows = rows_of(net, signs) * np.where(signs, 1, -1)[:, None]
    idle = ~rows.any(axis=1)
    if not all(np.array(signs)[idle]):
        return False
    rows = rows[~idle]
    matrix = np.hstack([-rows[:, 1:], np.ones((len(rows), 1))])
    bounds = [(-1000, 1000)] * net.dimension + [(None, 1)]
    solution = linprog([0.0] * net.dimension + [-1.0], matrix, rows[:, 0], bounds=bounds)
    return solution.status == 0 and solution.x[-1] > 1e-7


@given(small_networks(depth=2, gates=2))
@QUICK
def test_cells_are_those_of_linear_programmes(net):
    expected = {signs for signs in product((True, False), repeat=sum(net.gates)) if has_interior(net, signs)}
    assert enumerate_cells(net, [(-1000, 1000)] * net.dimension).signs == expected


@given(small_networks())
@QUICK
def test_points_lie_in_their_cells(net):
    pieces = enumerate_cells(net)
    scope = scope_of({"given": {name: exact(value) for name, value in net.data.items()}, "define": NETWORK})
    for point, signs in zip(pieces.points, dict.fromkeys(cone.signs for cone in pieces.cones), strict=True):
        found = evaluate("signs(x)", scope | {"x": list(point)})
        assert all((s > 0) == keep for s, keep in zip(found, signs, strict=True) if s != 0)


@given(small_networks())
@QUICK
def test_maps_give_the_values(net):
    scope = scope_of({"given": {name: exact(value) for name, value in net.data.items()}, "define": NETWORK})
    for cone in enumerate_cells(net).cones:
        unit, *rest = (sum(column) for column in zip(*cone.rays, strict=True))
        point = [F(entry, unit) for entry in rest]
        constant, *gradient = cone.map[0]
        value = constant + sum(a * x for a, x in zip(gradient, point, strict=True))
        assert evaluate("f(x)", scope | {"x": point}) == value


def test_a_known_network():
    """min(0, max(x, y)): four cells, of which two make up the region where it is 0."""
    pieces = enumerate_cells(network([[[1, 0], [0, 1]], [[0, 1], [0, 0]], [[1, 0]]]))
    assert (pieces.cells, pieces.affine_maps, pieces.regions, pieces.jacobians) == (4, 3, 3, 3)


def test_cells_that_meet_in_a_point_are_two_regions():
    """|x| - |y|, clipped at 0 from above, is 0 on two wedges that touch at the origin only."""
    absolute = [[-1, 0], [1, 0], [0, -1], [0, 1]]
    net = network([absolute, [[0, 1, 0, -1], [0, 0, 0, 0]], [[1, 0]]])
    pieces = enumerate_cells(net)
    assert (pieces.affine_maps, pieces.regions) == (5, 6)


def test_it_is_the_function_of_a_network_of_floats():
    generator = np.random.default_rng(0)
    weights = [generator.normal(size=shape) for shape in ((6, 2), (4, 6), (1, 4))]
    floats = LipschitzNetwork(weights, [generator.normal(size=len(w)) for w in weights])
    net = network(floats.weights, floats.biases)
    scope = scope_of({"given": {name: exact(value) for name, value in net.data.items()}, "define": NETWORK})
    for point in generator.normal(size=(5, 2)).tolist():
        exact_point = [F(value) for value in point]
        assert evaluate("f(x)", scope | {"x": exact_point}) == floats.exact_piece(exact_point)[0]


@pytest.mark.parametrize("depth", [1, 2, 5])
def test_chains(depth):
    pieces = enumerate_cells(chain(depth))
    assert pieces.cells == pieces.affine_maps == pieces.regions == 2**depth
    assert pieces.jacobians == 2


@pytest.mark.parametrize(("n", "gates"), [(1, (1, 1, 1)), (2, (2, 1, 2)), (2, (1, 2, 2))])
def test_foldings(n, gates):
    assert enumerate_cells(folding(n, gates)).cells == 2 ** sum(gates)


@pytest.mark.parametrize(("n", "gates"), [(1, (3, 2)), (2, (3, 2)), (2, (1, 4)), (2, (4, 3))])
def test_zigzags(n, gates):
    assert enumerate_cells(zigzag(n, gates), [(0, 1)] * n).cells == zigzag_cells(n, gates)


def test_strokes():
    pieces = enumerate_cells(strokes((2, 3)), [(0, 1)])
    ends = sorted(F(x, unit) for cone in pieces.cones for unit, x in cone.rays)
    assert ends[::2] == [F(m, 12) for m in range(12)]


def test_used_keeps_what_is_needed():
    assert set(used(NETWORK, "inside(x)")) == {
        "affine(A, c, x)",
        "sort2(z)",
        "hidden(i, x)",
        "gates(z)",
        "input(i, x)",
        "signs(x)",
        "inside(x)",
    }
    assert used(NETWORK, "max(x)") == {}


def test_three_inputs_are_refused():
    with pytest.raises(ValueError, match="3 inputs: give one with 1 or 2"):
        enumerate_cells(network([[[1, 0, 0], [0, 1, 0]], [[1, 1]]]))
