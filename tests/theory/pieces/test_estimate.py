"""Estimates of counts: their expectation over all descents, taken one by one, and what a seed fixes."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory.pieces import brute
from tests.theory.pieces.networks import random_network
from tests.theory.pieces.test_activations import EXACT, EXTREME, KINDS, NEAR, SMALL, networks, rows_and_outputs
from theory.pieces import count_pieces, estimate_pieces, piece_bound
from theory.pieces._estimate import _descent as descend
from theory.pieces._options import read_plan

quick = settings(derandomize=True, deadline=None, max_examples=20)
ALL_KINDS = [*KINDS, ("groupsort2", None), ("relu", None)]


class Every:
    """In the place of a generator: goes through all ways, one after the other."""

    def __init__(self):
        self.way, self.at = [], 0

    def integers(self, count):
        if self.at == len(self.way):
            self.way.append((0, count))
        self.at += 1
        return self.way[self.at - 1][0]

    def next(self):
        """Whether there is another way."""
        self.at = 0
        while self.way and self.way[-1][0] + 1 == self.way[-1][1]:
            self.way.pop()
        if self.way:
            self.way[-1] = self.way[-1][0] + 1, self.way[-1][1]
        return bool(self.way)


def every_descent(plan):
    every = Every()
    found = [descend(plan, every)]
    while every.next():
        found.append(descend(plan, every))
    return found


@pytest.mark.parametrize("numbers", [SMALL, NEAR, EXTREME, EXACT], ids=["small", "near", "extreme", "exact"])
@quick
@given(st.data(), st.sampled_from(ALL_KINDS), st.sampled_from([1, 2]))
def test_the_expectation_is_the_count(numbers, data, kind, n):
    """The chances of all ways sum to 1, and each leads to a cell of its own: what comes is a cell a way."""
    weights, biases = data.draw(networks(numbers, n, kind[0]))
    found = every_descent(read_plan(weights, biases, None, *kind))
    assert sum(Fraction(1, product) for product, _ in found) == 1
    right = brute.cells(weights, biases, kind[0], [(-1, 1)] * n, kind[1])
    assert len(found) == len({end for _, end in found}) == len(right.maps)


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_over_everything_as_well(kind):
    rows, outputs = rows_and_outputs(kind[0], 2)
    rng = np.random.default_rng(2)
    weights = [rng.integers(-2, 3, (rows, 2)), rng.integers(-2, 3, (rows, outputs)), np.ones((1, outputs))]
    biases = [rng.integers(-2, 3, rows), rng.integers(-2, 3, rows), [0]]
    found = every_descent(read_plan(weights, biases, "all", *kind))
    assert len(found) == count_pieces(weights, biases, "all", activation=kind[0], slope=kind[1]).cells


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_means_are_as_near_as_chebyshev_says(kind):
    """The variance is known from all ways; a mean of N is farther off than sqrt(var / N / p) with chance p or less."""
    rows, outputs = rows_and_outputs(kind[0], 2)
    weights, biases = random_network([2, rows, 1], 1)
    weights[1] = weights[1][:, :outputs]
    products = [product for product, _ in every_descent(read_plan(weights, biases, None, *kind))]
    cells = len(products)
    variance = sum(products) - cells**2  # a product p comes with chance 1 / p
    found = estimate_pieces(weights, biases, activation=kind[0], slope=kind[1], descents=150)
    assert (found.estimate - cells) ** 2 <= variance / 150 / 1e-4
    assert found.interval[0] <= found.estimate <= found.interval[1] or found.interval[0] == found.found
    assert found.found <= cells and found.standard_error >= 0


def test_numbers_are_those_of_the_sample():
    weights, biases = random_network([2, 6, 1], 1)
    found = estimate_pieces(weights, biases, activation="relu", descents=20, seed=7, confidence=Fraction(1, 2))
    rng, plan = np.random.default_rng(7), read_plan(weights, biases, None, "relu")
    products = [descend(plan, rng)[0] for _ in range(20)]
    assert found.estimate == pytest.approx(np.mean(products))
    assert found.standard_error == pytest.approx(np.std(products, ddof=1) / math.sqrt(20))
    # The quartile of Student's t with 19 degrees of freedom, from tables: .6876.
    assert found.interval[1] == pytest.approx(found.estimate + 0.6876 * found.standard_error, rel=1e-4)
    assert (found.confidence, found.descents, found.seed) == (0.5, 20, 7)


@pytest.mark.parametrize("kind", ALL_KINDS)
@pytest.mark.parametrize("box", [None, "all"])
def test_a_seed_fixes_all_whatever_solves_the_programmes(monkeypatch, kind, box):
    """Rays and programmes only propose; without either of them integers decide alone."""
    rows, outputs = rows_and_outputs(kind[0], 1)
    weights, biases = random_network([2, rows, 1], 5)
    weights[1] = weights[1][:, :outputs]
    more = {"activation": kind[0], "slope": kind[1], "descents": 10}
    found = estimate_pieces(weights, biases, box, **more, seed=3)
    assert estimate_pieces(weights, biases, box, **more, seed=3) == found
    with monkeypatch.context() as patch:
        patch.setattr("theory.pieces._balls.highspy", None)
        assert estimate_pieces(weights, biases, box, **more, seed=3) == found
    monkeypatch.setattr("theory.pieces._somewhere.shot", lambda *_: None)
    monkeypatch.setattr("theory.pieces._somewhere.inside", lambda *_: None)
    assert estimate_pieces(weights, biases, box, **more, seed=3) == found


def test_counts_out_of_reach():
    """Of 40 coordinates each sign is a choice of two, so all descents agree; others have a spread."""
    found = estimate_pieces([np.eye(40), np.ones((1, 40))], [np.zeros(40), [0]], activation="abs", descents=2)
    assert (found.estimate, found.interval) == (2.0**40, (2.0**40, 2.0**40))
    given_network = random_network([20, 24, 24, 2], 0)
    found = estimate_pieces(*given_network, activation="relu", descents=3)
    assert 3 == found.found <= found.interval[0] < found.estimate < piece_bound(20, [24, 24], "relu").bound


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"descents": 1}, "descents=1"),
        ({"seed": -1}, "seed=-1"),
        ({"confidence": 1}, "confidence=1"),
        ({"confidence": 0.0}, "confidence=0.0"),
        ({"confidence": Fraction(1, 10**400)}, "confidence=.*tells from 0 and 1"),
        ({"activation": "maxout3"}, "maxout3 takes groups of rows"),
        ({"box": 3}, "box=3"),
    ],
)
def test_refusals(more, message):
    with pytest.raises(ValueError, match=message):
        estimate_pieces([[[1], [-1]], [[1, 1]]], [[0, 0], [0]], **more)
