"""Inputs that are left out: the counts are those of a network without them, and are proved over R^n."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory.pieces.networks import random_network
from theory.pieces import count_pieces
from theory.pieces._fewer_inputs import without_idle_inputs
from theory.pieces._network.domain import read_domain
from theory.pieces._network.network import read_network

quick = settings(derandomize=True, deadline=None, max_examples=25)
ENTRIES = st.sampled_from([0, 0, 1, -1, 0.5, 2.0**-60, Fraction(1, 3), 1 + 2.0**-52])


@pytest.mark.parametrize("activation", ["groupsort2", "relu", "maxout4"])
@pytest.mark.parametrize("n", [5, 14, 300])
def test_over_everything_rank_is_what_counts(activation, n):
    """A matrix (8, n) of rank 3: as many cells as its three factors have, all of them proved."""
    rng = np.random.default_rng(1)
    narrow, [shift, *_] = random_network([3, 8, 1], 4)
    weights = [narrow[0], rng.normal(size=(1, 2 if activation == "maxout4" else 8))]
    wide = [np.round(narrow[0] * 64) @ np.round(rng.normal(size=(3, n)) * 64), weights[1]]
    right = count_pieces([np.round(narrow[0] * 64), weights[1]], [shift, [0]], "all", activation=activation)
    found = count_pieces(wide, [shift, [0]], "all", activation=activation, certify=True)
    assert found.certified
    assert (found.cells, found.affine_maps, found.connected_pieces) == (
        right.cells,
        right.affine_maps,
        right.connected_pieces,
    )


def test_a_rank_is_not_rounded():
    """Rows that are an ulp from parallel: rank 2, and a crossing far away that counts."""
    rows = [[1.0, 1.0, 0.0], [1.0, 1.0 + 2.0**-52, 0.0]]
    assert count_pieces([rows, [[1, 1]]], [[1, -1], [0]], "all", activation="relu", certify=True).cells == 4
    rows[1][1] = 1.0
    assert count_pieces([rows, [[1, 1]]], [[1, -1], [0]], "all", activation="relu", certify=True).cells == 3


@quick
@given(st.data(), st.integers(1, 5), st.integers(1, 4), st.sampled_from([None, "all", (-1, Fraction(1, 3))]))
def test_columns_are_kept_that_give_all_values(data, n, rows, box):
    weight = [[data.draw(ENTRIES) for _ in range(n)] for _ in range(rows)]
    network = read_network([weight, [[1] * rows]], [[0] * rows, [0]], "relu")
    fewer, domain = without_idle_inputs(network, read_domain(box, n))
    assert fewer.dimension == domain.dimension >= 1
    columns = {tuple(map(Fraction, column)) for column in zip(*weight, strict=True)}
    kept = {tuple(map(Fraction, column)) for column in fewer.layer(0)[0].T.tolist()}
    assert kept <= columns
    if box == "all":
        assert domain.dimension == max(1, rank(columns)) and rank(kept) == rank(columns)
    else:
        assert kept | {(0,) * rows} == columns | {(0,) * rows}
        ends = [domain.ends[side][0] for side in (0, 1)]
        assert ends == ([-1, 1] if box is None else list(box))


def rank(columns):
    """By elimination in Fractions."""
    left, found = [list(column) for column in columns], 0
    while left:
        row = left.pop()
        place = next((i for i, x in enumerate(row) if x), None)
        if place is None:
            continue
        found += 1
        left = [[x - other[place] / row[place] * y for x, y in zip(other, row, strict=True)] for other in left]
    return found


def test_a_box_without_the_inputs_that_count_for_nothing():
    """Ten inputs of which two are seen: proved, and within the box of these two."""
    weights, biases = random_network([2, 8, 6, 1], 4)
    wide = np.zeros((8, 10))
    wide[:, [3, 7]] = weights[0]
    low, high = np.full(10, -5.0), np.full(10, 5.0)
    low[[3, 7]], high[[3, 7]] = (-1, -0.5), (1, 2)
    found = count_pieces([wide, *weights[1:]], biases, (low, high), activation="relu", certify=True)
    right = count_pieces(weights, biases, ([-1, -0.5], [1, 2]), activation="relu")
    assert (found.cells, found.certified) == (right.cells, True)
    assert count_pieces([np.zeros((2, 12)), [[1, 1]]], [[1, 1], [0]], certify=True).cells == 1
