"""Largest independent sets: brute force, whatever the programmes and the clock say; what is found when time is over."""

from __future__ import annotations

import time
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from theory.packing import margin_vc_bounds, packing_bounds, packing_number
from theory.packing._independent_sets import cliques as cliques_module
from theory.packing._independent_sets import search as search_module
from theory.packing._independent_sets.cliques import clique_cover, maximal_cliques
from theory.packing._independent_sets.clock import Clock
from theory.packing._independent_sets.covers import COVER_UNITS, _completed, fractional_cover
from theory.packing._independent_sets.ranks import Ranks
from theory.packing._independent_sets.reductions import members, reduced
from theory.packing._independent_sets.search import independent_set
from theory.packing._independent_sets.swaps import greedy, improved
from theory.sets import FiniteSet

quick = settings(derandomize=True, deadline=None, max_examples=25)


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 14))
    edges = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=45))
    graph = [0] * count
    for a, b in edges:
        if a != b:
            graph[a] |= 1 << b
            graph[b] |= 1 << a
    return graph


def whole(graph):
    return (1 << len(graph)) - 1


def independent(graph, chosen):
    return not any(graph[v] & chosen for v in members(chosen))


def independent_subsets(graph, mask):
    return [part for part in range(1 << len(graph)) if not part & ~mask and independent(graph, part)]


def independence_number(graph, mask=None):
    return max(map(int.bit_count, independent_subsets(graph, whole(graph) if mask is None else mask)))


@quick
@given(graphs())
def test_independent_sets(graph):
    found = independent_set(graph)
    assert independent(graph, found.chosen)
    assert found.chosen.bit_count() == found.upper == independence_number(graph)


@quick
@given(graphs())
def test_the_same_without_short_cuts(graph):
    """Programmes in every node, none of them solved: covers of single vertices; and no reductions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_module, "SMALL", 0)
        patch.setattr(search_module, "reduced", lambda graph, mask, clock: (0, mask))
        for solved in (True, False):
            if not solved:
                patch.setattr("theory.packing._independent_sets.covers._proposed", nothing_proposed)
            found = independent_set(graph)
            assert independent(graph, found.chosen)
            assert found.chosen.bit_count() == found.upper == independence_number(graph)


def nothing_proposed(entries, ranks, count, clock):
    return np.zeros(count), np.zeros(len(entries))


@quick
@given(graphs(), st.sampled_from([0.0, 1e-4, 1e-3]), st.sampled_from([None, 1, 3]))
def test_whenever_it_stops_there_are_two_bounds(graph, seconds, nodes):
    found = independent_set(graph, nodes, clock=Clock(seconds))
    assert independent(graph, found.chosen)
    assert found.chosen.bit_count() <= independence_number(graph) <= found.upper


@quick
@given(graphs())
def test_reductions_keep_a_largest_set(graph):
    chosen, kernel = reduced(graph, whole(graph), Clock())
    assert independent(graph, chosen) and not any(graph[v] & kernel for v in members(chosen))
    assert chosen.bit_count() + independence_number(graph, kernel) == independence_number(graph)
    assert reduced(graph, whole(graph), Clock(0)) == (0, whole(graph))


@quick
@given(graphs())
def test_cliques_are_all_the_maximal_ones(graph):
    def together(part):
        return all(not part & ~graph[v] & ~(1 << v) for v in members(part))

    parts = [part for part in range(1, 1 << len(graph)) if together(part)]
    largest = {
        part
        for part in parts
        if not any(part | 1 << v != part and together(part | 1 << v) for v in range(14)[: len(graph)])
    }
    found = maximal_cliques(graph, whole(graph), Clock())
    assert len(found) == len(set(found)) and set(found) == largest


@quick
@given(graphs(), st.sampled_from([(0, 10**6), (10**6, 1)]))
def test_fewer_cliques_still_have_every_vertex(graph, limits):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cliques_module, "MOST_LOOKS", limits[0])
        patch.setattr(cliques_module, "MOST_ENTRIES", limits[1])
        for found in (maximal_cliques(graph, whole(graph), Clock()), clique_cover(graph, whole(graph))):
            assert all(not part & ~graph[v] & ~(1 << v) for part in found for v in members(part))
            assert {v for part in found for v in members(part)} == set(range(len(graph)))


@quick
@given(graphs(), st.data())
def test_rounded_covers_are_bounds_whatever_the_programme_says(graph, data):
    ranks = Ranks(graph)
    parts = data.draw(st.lists(st.integers(1, whole(graph)), max_size=8))
    rows = [(part, ranks.rank(part)) for part in parts]
    weights = data.draw(st.lists(st.integers(0, 1 << 31), min_size=len(rows), max_size=len(rows)))
    best = independence_number(graph)
    entries, limits = [members(part) for part in parts], [rank for _, rank in rows]
    total, covered = _completed(weights, entries, limits, len(graph))
    assert total >= best * COVER_UNITS and min(covered) >= COVER_UNITS
    cover = fractional_cover(graph, whole(graph), rows, Clock())
    assert independent(graph, cover.rounded) and cover.rounded.bit_count() <= best <= cover.bound
    assert fractional_cover(graph, whole(graph), rows, Clock(0)).bound == len(graph)
    subsets = independent_subsets(graph, whole(graph))
    for floor in range(best):
        useless = cover.useless(floor)
        assert not any(part & useless for part in subsets if part.bit_count() > floor)


@quick
@given(graphs(), st.integers(2, 9), st.data())
def test_rows_have_the_rank_that_they_say(graph, size, data):
    values = np.array([data.draw(st.floats(0, 1)) for _ in graph])
    ranks = Ranks(graph)
    for part, rank in ranks.violated(list(range(len(graph))), values, size, Clock(), size % 2 == 0):
        assert rank == independence_number(graph, part) < sum(values[members(part)])
        assert part.bit_count() <= size


def test_an_odd_cycle_is_found():
    """Halves on a cycle of seven are allowed by its edges; its rank is 3."""
    cycle = [1 << (k + 1) % 7 | 1 << (k - 1) % 7 for k in range(7)]
    assert Ranks(cycle).violated(list(range(7)), np.full(7, 0.5), 7, Clock(), True) == [(0b1111111, 3)]


@quick
@given(graphs())
def test_swaps_stay_independent_and_never_lose(graph):
    start = greedy(graph, whole(graph))
    found = improved(graph, whole(graph), start, len(graph), Clock())
    assert independent(graph, start) and independent(graph, found)
    assert start.bit_count() <= found.bit_count()


def petersen(copies):
    """Independence number 4 a copy; no cliques beyond edges, so covers prove no better than 5."""
    graph = []
    for start in range(0, 10 * copies, 10):
        pairs = list(combinations(range(5), 2))
        graph += [sum(1 << start + j for j, q in enumerate(pairs) if not set(p) & set(q)) for p in pairs]
    return graph


def test_searches_that_are_cut_short_still_bound():
    assert independent_set(petersen(1)).upper == 4
    joined = petersen(5)
    for k in range(4):
        joined[10 * k] |= 1 << 10 * (k + 1)
        joined[10 * (k + 1)] |= 1 << 10 * k
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_module, "RANK_SIZES", ())
        exact = independent_set(joined)
        short = independent_set(joined, most_nodes=1)
    assert exact.chosen.bit_count() == exact.upper == independent_set(joined, most_nodes=1).upper
    assert short.chosen.bit_count() <= exact.upper < short.upper
    assert independent(joined, short.chosen)


# Points whose packing numbers are out of reach, or were.


def circle(count):
    turns = np.random.default_rng(0).random(count) * 2 * np.pi
    return np.stack([np.cos(turns), np.sin(turns)], axis=1)


def in_the_plane(count, degree):
    return np.random.default_rng(0).random((count, 2)), float(np.sqrt(degree / (count - 1) / np.pi))


def in_twenty_dimensions(count):
    points = np.random.default_rng(0).random((count, 20))
    return points, float(np.median(pdist(points)))


LONG = {
    "twenty dimensions": in_twenty_dimensions(600),
    "plane": in_the_plane(800, 20),
    "grid": (np.array([[x, y] for x in range(20) for y in range(20)]), 2.5),
}
OVERRUN = 20
"""Seconds beyond the limit that a loaded machine may take: all steps between looks at the clock take less than one."""


@pytest.mark.parametrize("name", LONG)
def test_time_limits(name):
    points, separation = LONG[name]
    start = time.monotonic()
    found = packing_number(points, separation, time_limit=1)
    assert time.monotonic() - start < 1 + OVERRUN
    chosen = points[list(found.indices)]
    assert found.size == len(set(found.indices)) and pdist(chosen).min() >= separation
    assert found.size < found.upper < len(points) and not found.exact
    bounds = packing_bounds(FiniteSet(points), separation, time_limit=0.1)
    assert bounds.lower <= found.upper and found.size <= bounds.upper
    assert bounds.points is not None and len(bounds.points) == bounds.lower
    vc = margin_vc_bounds(FiniteSet(points), separation / 2, time_limit=0.1)
    assert vc.lower <= found.upper and found.size <= vc.upper


def test_searches_of_limited_length_are_the_same_each_time():
    points, separation = in_twenty_dimensions(120)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("theory.packing._finite.LONG_SEARCH", 20)
        first, second = (packing_bounds(FiniteSet(points), separation) for _ in range(2))
    assert first == second and first.points == second.points and not first.exact


@pytest.mark.parametrize(("count", "separation"), [(1500, 1.2), (2200, 1.99)])
def test_points_of_a_circle(count, separation):
    """From each point to the next one far enough away, round once; with 1.99 every point is near all but a few."""
    points = circle(count)
    turns = np.sort(np.arctan2(points[:, 1], points[:, 0]))
    step, most = 2 * np.arcsin(separation / 2), 0
    for first in turns:
        behind, size = (turns - first) % (2 * np.pi), 1
        place = 0.0
        while (ahead := behind[behind >= place + step]).size and ahead.min() <= 2 * np.pi - step:
            place, size = ahead.min(), size + 1
        most = max(most, size)
    assert packing_number(points, separation).size == most == packing_bounds(FiniteSet(points), separation).lower


def test_two_thousand_points_of_the_plane():
    points, separation = in_the_plane(2000, 10)
    found = packing_number(points, separation)
    assert found.exact and found.size == len(found.indices)
    assert pdist(points[list(found.indices)]).min() >= separation


@pytest.mark.parametrize("limit", [0, -1, float("nan"), float("inf"), "a", [1, 2]])
def test_refused_time_limits(limit):
    for call in (
        lambda: packing_number([[0, 0]], 1, time_limit=limit),
        lambda: packing_bounds(FiniteSet([[0, 0]]), 1, time_limit=limit),
        lambda: margin_vc_bounds(FiniteSet([[0, 0]]), 1, time_limit=limit),
    ):
        with pytest.raises(ValueError, match="time_limit"):
            call()
