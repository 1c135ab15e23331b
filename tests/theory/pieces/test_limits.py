"""Searches that are stopped: both bounds hold, whatever was reached, and what was found is kept."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import islice, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.papers.many_faces.pieces.rational_networks import enumerate_cells, network
from tests.theory.pieces.networks import random_network
from theory.pieces import PieceLimitExceeded, count_pieces, enumerate_pieces, lipschitz_constant, piece_bound
from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.rounds import run_round
from theory.pieces._lattice.start import start
from theory.pieces._network.plan import Plan
from theory.pieces._options import read_plan
from theory.pieces._witness import (
    FIRST_CELLS,
    clear_signs,
    exact_signs,
    most_cells,
    proved_signs,
    steepest_possible,
    witnessed,
)

quick = settings(derandomize=True, deadline=None, max_examples=25)
ACTIVATIONS = ["groupsort2", "relu"]
NUMBERS = st.sampled_from([-1.0, -0.5, 0.0, 0.1, 0.3, 1.0, 1.0 + 2.0**-52, 5e-324, 1e-160])


@st.composite
def small_networks(draw):
    sizes = [draw(st.integers(1, 2)), *draw(st.lists(st.sampled_from([2, 4]), min_size=1, max_size=2)), 1]
    weights = [[[draw(NUMBERS) for _ in range(a)] for _ in range(b)] for a, b in pairwise(sizes)]
    return weights, [[draw(NUMBERS) for _ in range(b)] for b in sizes[1:]]


def brute(weights, biases, box):
    """Cells of a GroupSort2 network, cut in whole numbers."""
    return enumerate_cells(network(weights, biases), None if box == "all" else [box] * len(weights[0][0]))


@quick
@given(small_networks(), st.sampled_from(["all", (-1, 1), (0.25, 0.5)]), st.integers(1, 6), st.booleans())
def test_bounds_hold_between_which_a_search_stops(given_network, box, limit, certify):
    right = brute(*given_network, box).cells
    found = count_pieces(*given_network, box, certify=certify, max_pieces=limit)
    assert found.lower <= right <= found.upper
    assert found.exact == (found.lower == found.upper)
    if not found.exact:
        assert found.certified and right > limit


@quick
@given(small_networks(), st.sampled_from(["all", (-1, 1), (0.25, 0.5)]), st.integers(1, 6))
def test_pieces_found_before_a_stop_are_pieces(given_network, box, limit):
    right = brute(*given_network, box).signs
    found, pieces = [], enumerate_pieces(*given_network, box, max_pieces=limit)
    if len(right) > limit:
        with pytest.raises(PieceLimitExceeded) as stop:
            found.extend(pieces)
        assert len(found) <= stop.value.partial <= len(right) and len(found) <= limit
    else:
        found.extend(pieces)
        assert len(found) == len(right)
    patterns = {tuple((piece.pattern >= 0).tolist()) for piece in found}
    assert patterns <= right and len(patterns) == len(found)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(("sizes", "box"), [([2, 12, 12, 1], None), ([3, 8, 8, 1], "all"), ([11, 6, 6, 2], None)])
def test_limits_of_every_size(activation, sizes, box):
    given_network = random_network(sizes, 2)
    cells = count_pieces(*given_network, box, activation=activation).cells
    slope = lipschitz_constant(*given_network, box, activation=activation).value
    lowest = 0
    for limit in (1, cells // 4, cells - 1):
        found = count_pieces(*given_network, box, activation=activation, max_pieces=limit)
        assert lowest <= found.lower <= cells <= found.upper
        assert found.lower == cells if found.exact else found.certified
        lowest = max(lowest, limit // 2)
        steep = lipschitz_constant(*given_network, box, activation=activation, max_pieces=limit)
        assert 0 < steep.lower <= slope * (1 + 1e-12) and slope <= steep.upper
        assert steep.piece.gradient.shape[-1] == sizes[0]
    whole = count_pieces(*given_network, box, activation=activation, max_pieces=cells, time_limit=1000)
    assert (whole.exact, whole.lower, whole.cells, whole.upper) == (True, cells, cells, cells)


@pytest.mark.parametrize("pool", [ThreadPoolExecutor, ProcessPoolExecutor])
@pytest.mark.parametrize("sizes", [[2, 24, 12, 1], [11, 6, 6, 1]])
def test_executors_stop_too(pool, sizes):
    given_network = random_network(sizes, 2)
    cells = count_pieces(*given_network).cells
    with pool(2) as executor:
        found = count_pieces(*given_network, max_pieces=cells - 1, executor=executor, certify=True)
        assert cells // 2 < found.lower <= cells <= found.upper and found.certified
        assert count_pieces(*given_network, max_pieces=cells, executor=executor).exact
        given_time = count_pieces(*given_network, time_limit=1e-3, executor=executor)
        assert not given_time.exact and 1 <= given_time.lower <= cells <= given_time.upper


@pytest.mark.parametrize("sizes", [[2, 256, 256, 256, 1], [9, 16, 16, 1], [28, 64, 64, 1], [200, 40, 40, 3]])
@pytest.mark.parametrize("call", [count_pieces, lipschitz_constant])
def test_time_is_kept(sizes, call):
    """A quarter of a second is asked for; the rest is what a busy machine takes."""
    start = time.process_time()
    found = call(*random_network(sizes, 0), activation="relu", time_limit=0.25)
    assert time.process_time() - start < 10
    assert not found.exact and 0 < found.lower < found.upper
    assert found.certified


def test_few_of_very_many():
    """No list of all of them is made."""
    given_network = random_network([28, 64, 64, 1], 0)
    found = count_pieces(*given_network, max_pieces=10)
    assert not found.exact and 8 < found.lower <= 12
    with pytest.raises(PieceLimitExceeded, match="at least 11 pieces, more than max_pieces=10"):
        _ = found.connected_pieces
    assert found.upper == piece_bound(28, [64, 64]).bound
    some = list(islice(enumerate_pieces(*random_network([2, 48, 48, 1], 0)), 3))
    assert len({piece.pattern.tobytes() for piece in some}) == 3


def test_an_end_of_time_comes_after_the_pieces():
    pieces = enumerate_pieces(*random_network([28, 64, 64, 1], 0), time_limit=0.5)
    found = []
    with pytest.raises(PieceLimitExceeded, match=r"at least \d+ pieces, not all found in time_limit"):
        found.extend(pieces)  # keeps what came before the error
    assert found


def test_progress_names_the_cells(capsys):
    count_pieces(*random_network([2, 12, 12, 1], 2), progress=True)
    assert "100%" in (printed := capsys.readouterr().err) and "cells" in printed
    count_pieces(*random_network([11, 4, 4, 1], 2), progress=True)
    assert "100%" in capsys.readouterr().err


# What the bounds are made of


@quick
@given(small_networks(), st.sampled_from([(-1, 1), (0.25, 0.5), (0.1, 0.1 + 2.0**-50)]))
def test_most_cells_are_not_too_few(given_network, box):
    assert brute(*given_network, box).cells <= most_cells(read_plan(*given_network, box, "groupsort2"))


def test_gates_that_a_box_decides_add_no_cells():
    weights, biases = [[[1], [-1], [1], [1]], [[1] * 4]], [[0, 0, 0, 9], [0]]
    assert most_cells(read_plan(weights, biases, (-1, 1), "groupsort2")) == 2
    assert most_cells(read_plan(weights, biases, (1, 2), "groupsort2")) == 1
    assert most_cells(read_plan(weights, biases, "all", "groupsort2")) == 3
    assert most_cells(read_plan([[[1]]], [[1]], None, "relu")) == 1


@quick
@given(small_networks(), st.sampled_from(ACTIVATIONS), st.lists(st.floats(-2, 2), min_size=2, max_size=2))
def test_proved_signs_are_exact_ones(given_network, activation, at):
    plan: Plan = read_plan(*given_network, None, activation)
    point = np.array(at[: plan.domain.dimension])
    exact = exact_signs(plan, point)
    for signs in (
        proved_signs(plan.network, point[None], np.zeros(len(point))),
        clear_signs(plan.network, point[None]),
    ):
        told = np.hstack(signs)[0].tolist()
        if exact is not None:
            assert all(sign in (0, right) for sign, right in zip(told, exact, strict=True))


@quick
@given(small_networks(), st.sampled_from([(-1, 1), (0.25, 0.5)]))
def test_no_gradient_is_longer_than_the_layers_allow(given_network, box):
    found = lipschitz_constant(*given_network, box, certify=True)
    assert found.lower <= steepest_possible(read_plan(*given_network, box, "groupsort2"))


@pytest.mark.parametrize("call", [count_pieces, enumerate_pieces, lipschitz_constant])
@pytest.mark.parametrize("seconds", [0, -1.0, float("nan"), "soon", [1, 2]])
def test_a_time_is_a_positive_number(call, seconds):
    with pytest.raises(ValueError, match="time_limit"):
        call([[[1.0]]], [[0.0]], time_limit=seconds)


def finished_complex(sizes):
    """A plan, and a complex that all of its gates have cut."""
    plan = read_plan(*random_network(sizes, 2), None, "relu")
    cells = start(plan.domain)
    for number in range(len(plan.rounds)):
        run_round(plan, cells, number, lambda _: False)
    return plan, cells


def test_what_proves_cells_looks_at_no_more_than_there_is_time_for(monkeypatch):
    """Vertices of all cells of an unfinished complex would take longer than its search."""
    plan, cells = finished_complex([4, 8, 1])
    asked, vertices = [], Complex.vertices_of_cells
    monkeypatch.setattr(Complex, "vertices_of_cells", lambda *args: asked.append(len(args[1])) or vertices(*args))
    assert witnessed(plan, cells, time.time() - 1).cells == FIRST_CELLS == sum(asked)
    asked.clear()
    assert witnessed(plan, cells).cells == cells.cells == sum(asked) > 4 * FIRST_CELLS
    assert max(asked) >= 4 * FIRST_CELLS


def test_maxima_of_which_nothing_is_proved():
    """Two bounds all the same, and the limit that was passed."""
    layers = [[[1, 2], [3, 4], [0, 1]], [[1]]], [[0] * 3, [0]]
    found = count_pieces(*layers, activation="maxout3", time_limit=1e-9)
    assert 1 <= found.lower <= 3 <= found.upper
    with pytest.raises(PieceLimitExceeded):
        list(enumerate_pieces(*layers, activation="maxout3", time_limit=1e-9))


def test_a_limit_over_the_whole_space_that_is_not_passed(monkeypatch):
    """Complexes that wait have parts of cells, which are no cells of their own."""
    monkeypatch.setattr("theory.pieces._search.NUMBERS_IN_BLOCK", 4)
    monkeypatch.setattr("theory.pieces._search.LARGEST_CROWD", 64)
    for sizes, seed in (([2, 5, 1], 1), ([2, 4, 4, 1], 2), ([3, 4, 1], 3), ([4, 3, 1], 4)):
        layers = random_network(sizes, seed)
        right = count_pieces(*layers, "all", activation="relu", certify=True).cells
        found = count_pieces(*layers, "all", activation="relu", max_pieces=right)
        assert (found.lower, found.exact) == (right, True)
