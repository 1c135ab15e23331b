"""Bounds on the number of pieces, networks that attain them, Lipschitz constants."""

from __future__ import annotations

from itertools import pairwise, product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ortho_group

from theory.pieces import (
    count_pieces,
    enumerate_pieces,
    folding_network,
    lipschitz_constant,
    orthogonal_tower,
    piece_bound,
    piece_lower_bound,
)
from theory.pieces._lipschitz import norm_enclosures

quick = settings(derandomize=True, deadline=None, max_examples=25)
widths_lists = st.lists(st.sampled_from([2, 4, 6, 8]), min_size=1, max_size=3)


def random_network(n, widths, seed, outputs=1, bias=0.3):
    rng = np.random.default_rng(seed)
    sizes = [n, *widths, outputs]
    weights = [rng.normal(size=(b, a)) * np.sqrt(2 / a) for a, b in pairwise(sizes)]
    return weights, [bias * rng.normal(size=b) for b in sizes[1:]]


# Bounds


@quick
@given(st.integers(1, 4), widths_lists, st.integers(0, 2**32), st.sampled_from(["groupsort2", "relu"]))
def test_no_network_has_more_than_the_bound(n, widths, seed, activation):
    network = random_network(n, widths[:2], seed, bias=1.0)
    found = count_pieces(*network, "all", activation=activation).cells
    bound = piece_bound(n, widths[:2], activation)
    assert found <= bound.bound == min(bound.paper, bound.arrangement)
    gates = sum(widths[:2]) if activation == "relu" else sum(widths[:2]) // 2
    assert bound.paper == 2**gates


def test_bound_by_hand():
    bound = piece_bound(3, [4, 2, 8])
    assert bound.paper == 2**7
    # d = 3, 3, 2: (1 + 2 + 1), (1 + 1), (1 + 4 + 6)
    assert bound.arrangement == 4 * 2 * 11
    relu = piece_bound(2, [3, 1, 5], "relu")
    assert (relu.paper, relu.arrangement) == (2**9, (1 + 3 + 3) * 2 * (1 + 5))
    assert piece_bound(3, []).bound == piece_lower_bound(3, []) == 1
    huge = piece_bound(100, [1000] * 50)
    assert huge.paper == 2**25000
    assert type(huge.arrangement) is int


@quick
@given(st.integers(1, 6), st.lists(st.sampled_from([2, 4, 6, 8, 12, 20]), max_size=5))
def test_lower_bound_is_below_and_meets_the_bound_where_it_says(n, widths):
    low, high = piece_lower_bound(n, widths), piece_bound(n, widths)
    assert 1 <= low <= high.bound <= high.paper
    if n == 1:
        assert low == high.bound == prod(width // 2 + 1 for width in widths)
    if all(width // 2 <= min([n, *widths[:i]]) for i, width in enumerate(widths)):
        assert low == high.paper


@quick
@given(st.integers(1, 4), widths_lists)
def test_folding_networks_have_the_pieces_promised(n, widths):
    weights, biases = folding_network(n, widths)
    assert [weight.shape for weight in weights] == list(pairwise_shapes([n, *widths, 1]))
    assert count_pieces(weights, biases, certify=True).cells == piece_lower_bound(n, widths)
    assert all(np.linalg.norm(weight, 2) <= 1 for weight in weights)


@pytest.mark.parametrize(
    ("n", "widths", "cells"),
    [
        (4, [8, 2, 2], 64),  # 2^4 * 2 * 2
        (4, [4, 4], 2**4),
        (3, [10, 2, 6], 2 * 3 * 3 * 2 * (1 + 3 + 3)),  # 5 gates on 3 coordinates, 1 on 3, 3 lines in the plane
        (5, [2, 2, 2, 2], 2**4),
        (3, [2, 6, 4], 2 * 2 * 3 * 4),  # 3 gates on 2 coordinates
    ],
)
def test_folding_networks_of_shrinking_widths(n, widths, cells):
    assert piece_lower_bound(n, widths) == cells
    assert count_pieces(*folding_network(n, widths), certify=True).cells == cells


def pairwise_shapes(sizes):
    return [(b, a) for a, b in pairwise(sizes)]


def test_folding_networks_by_formula():
    """(q + 2)^r (q + 1)^(n - r) a layer, then an arrangement in general position."""
    for n, gates, last in product((1, 2, 3), (3, 4, 5), (2, 3)):
        q, r = divmod(gates, n)
        expected = (q + 2) ** r * (q + 1) ** (n - r) * sum(comb(last, j) for j in range(n + 1))
        assert count_pieces(*folding_network(n, [2 * gates, 2 * last]), certify=True).cells == expected


@pytest.mark.parametrize(("pairs", "depth"), [(1, 1), (1, 10), (2, 3), (3, 2), (4, 1)])
def test_orthogonal_towers_attain_the_bound_of_the_paper(pairs, depth):
    weights, biases = orthogonal_tower(pairs, depth)
    for weight in weights[:-1]:
        assert (weight @ weight.T == np.eye(2 * pairs)).all()
    assert np.linalg.norm(weights[-1]) <= 1
    found = count_pieces(weights, biases, certify=True)
    bound = piece_bound(2 * pairs, [2 * pairs] * depth)
    assert found.cells == found.affine_maps == found.connected_pieces == bound.paper == 2 ** (pairs * depth)


@pytest.mark.parametrize("call", [piece_bound, piece_lower_bound, folding_network])
@pytest.mark.parametrize(
    ("given", "message"),
    [
        ((0, [2]), "input_dim=0"),
        ((1.5, [2]), "input_dim=1.5"),
        ((1, [2, 3]), r"widths\[1\]=3.*even"),
        ((1, [0]), r"widths\[0\]=0"),
        ((1, ["a"]), r"widths\[0\]='a'"),
    ],
)
def test_refused_widths(call, given, message):
    with pytest.raises(ValueError, match=message):
        call(*given)


def test_refused_activation_and_tower():
    with pytest.raises(ValueError, match="activation='tanh'"):
        piece_bound(1, [2], "tanh")
    with pytest.raises(ValueError, match="depth=0"):
        orthogonal_tower(1, 0)
    with pytest.raises(ValueError, match="pairs=-1"):
        orthogonal_tower(-1, 2)


# Lipschitz constants


@pytest.mark.parametrize("activation", ["groupsort2", "relu"])
@pytest.mark.parametrize("outputs", [1, 2, 5])
@pytest.mark.parametrize("box", [None, "all"])
def test_lipschitz_constant_is_the_largest_norm(activation, outputs, box):
    network = random_network(3, [6, 6], seed=outputs, outputs=outputs)
    norms = [
        np.linalg.norm(np.atleast_2d(piece.gradient), 2)
        for piece in enumerate_pieces(*network, box, activation=activation)
    ]
    found = lipschitz_constant(*network, box, activation=activation, certify=True)
    assert found.certified
    assert found.value == pytest.approx(max(norms), rel=1e-12)
    assert found.lower <= found.value <= found.upper <= found.lower + (1e-15 if outputs == 1 else 1e-10) * found.upper
    assert np.linalg.norm(np.atleast_2d(found.piece.gradient), 2) == pytest.approx(found.value, rel=1e-12)


def test_no_difference_quotient_is_above():
    weights, biases = random_network(2, [8, 8, 4], seed=9)
    found = lipschitz_constant(weights, biases, certify=True)

    def network(x):
        for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
            x = np.sort((x @ weight.T + bias).reshape(len(x), -1, 2), axis=2).reshape(len(x), -1)
        return (x @ weights[-1].T + biases[-1])[:, 0]

    x, y = np.random.default_rng(0).uniform(-1, 1, size=(2, 20_000, 2))
    quotients = np.abs(network(x) - network(y)) / np.linalg.norm(x - y, axis=1)
    assert quotients.max() <= found.upper * (1 + 1e-9)
    inside = found.piece.point + 1e-6 * np.array([-1, 1])[:, None] * found.piece.gradient / found.value
    steep = np.diff(network(inside))[0] / np.linalg.norm(np.diff(inside, axis=0))
    assert steep == pytest.approx(found.value, rel=1e-6)


def test_smaller_boxes_have_smaller_constants():
    network = random_network(2, [8, 8], seed=2)
    boxes = [(-0.05, 0.05), (-0.3, 0.3), None, (-4, 4), "all"]
    values = [lipschitz_constant(*network, box).value for box in boxes]
    assert all(a <= b * (1 + 1e-12) for a, b in pairwise(values))
    assert values[0] < values[-1]


def test_orthogonal_networks_have_constant_one():
    layers = [ortho_group.rvs(4, random_state=i) for i in range(2)]
    weights = [layers[0][:, :2], layers[1], np.array([[0.6, 0.0, 0.8, 0.0]])]
    found = lipschitz_constant(weights, [np.zeros(4), 0.1 * np.arange(4.0), np.zeros(1)], certify=True)
    assert 0 < found.lower <= found.upper <= 1 + 1e-12


@quick
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32), st.sampled_from([1e-6, 1.0, 1e6]))
def test_norms_are_enclosed(m, n, seed, size):
    """|J|^2 is the largest root of the characteristic polynomial of J J^T, here with rational coefficients."""
    from flint import fmpq, fmpq_mat

    matrices = size * np.random.default_rng(seed).normal(size=(3, m, n))
    lower, upper = norm_enclosures(matrices, np.zeros(3))
    for matrix, low, high in zip(matrices, lower, upper, strict=True):
        exact = fmpq_mat(m, n, [fmpq(*float(x).as_integer_ratio()) for x in matrix.ravel()])
        gram = exact * exact.transpose()
        roots = sorted((root.real for root, _ in gram.charpoly().complex_roots()), key=float)
        squares = [fmpq(*float(x).as_integer_ratio()) ** 2 for x in (low, high)]
        assert roots[-1] >= squares[0]
        assert roots[-1] <= squares[1]
        assert high - low <= 1e-12 * high


def test_subnormal_weights_before_large_ones_have_tight_constants():
    """Bounds that rounding would leave at 0 and 1e-74; scaling all values by a power of two scales the constant."""
    first = np.array(
        [[2.12e-314, -6.79e-315], [-1.87e-314, -6.71e-314], [5.86e-314, 6.88e-314], [1.61e-314, -8.15e-314]]
    )
    second = np.array([[1.1e90, -4.7e89, -1.8e90, 1.2e90], [-7.3e89, -6.3e89, 4.3e89, 9.4e89]])
    biases = [np.array([-5.3e-315, 4.7e-315, -1.5e-314, -4.0e-315]), np.array([5e-324, 0.0]), np.zeros(1)]

    def constant(exponent):
        scaled = [np.ldexp(bias, exponent) for bias in biases]
        weights = [np.ldexp(first, exponent), second, np.array([[1.0, -1.0]])]
        return lipschitz_constant(weights, scaled, activation="relu")

    small, large = constant(0), constant(1000)
    assert 0 < small.lower <= small.value <= small.upper <= small.lower * (1 + 1e-9)
    assert small.value == pytest.approx(np.ldexp(large.value, -1000), rel=1e-9, abs=0)
