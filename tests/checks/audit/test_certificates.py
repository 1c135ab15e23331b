"""Radii against exact frontiers, attacks, shares and limits of Clopper and Pearson, the least loss."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import pairwise, product
from math import comb, exp, log1p, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.audit import audit
from checks.audit._certificates import certificates_of, certified
from checks.audit._constant import constant_of
from checks.audit._loss import loss_named, loss_of
from checks.audit._model import Sample, sample_of
from checks.audit._nearest import Nearest
from checks.networks.graph import Activation, Dense, Graph
from checks.statistics import CONFIDENCE

SEEDS = st.integers(0, 10**6)


def network_of(rng: np.random.Generator, inputs: int, hidden: int = 3, outputs: int = 1) -> Graph:
    first = Dense(rng.normal(size=(hidden, inputs)), rng.normal(size=hidden))
    last = Dense(rng.normal(size=(outputs, hidden)), rng.normal(size=outputs) * 0.3)
    return Graph.chain((inputs,), [first, Activation("relu"), last])


def nearest_frontier(network: Graph, x: np.ndarray, row: list[Fraction], shift: Fraction) -> Fraction | None:
    """The squared distance from x to where row . hidden + shift is at most 0, of one hidden layer, exactly.

    In each cell it is that to a half-line of a line, or of all of a cell: in one input and two, the nearest point of a
    convex polygon is its own foot on an edge, or a corner.
    """
    first = network.nodes[1].operation
    assert isinstance(first, Dense)
    weight = [[Fraction(w) for w in each] for each in first.weight.tolist()]
    bias, place = [Fraction(b) for b in first.bias.tolist()], [Fraction(c) for c in x.tolist()]
    best: Fraction | None = None
    for pattern in product((0, 1), repeat=len(weight)):
        slope = [
            sum((r * w[k] for r, w, on in zip(row, weight, pattern, strict=True) if on), Fraction(0))
            for k in range(len(place))
        ]
        level = shift + sum((r * b for r, b, on in zip(row, bias, pattern, strict=True) if on), Fraction(0))
        signs = [2 * on - 1 for on in pattern]
        cell = [([s * w for w in each], s * b) for each, b, s in zip(weight, bias, signs, strict=True)]
        cell.append(([-s for s in slope], -level))  # all are a . z + b >= 0
        for point in candidates(cell, place):
            if all(sum(a * z for a, z in zip(normal, point, strict=True)) + b >= 0 for normal, b in cell):
                square = sum((z - c) ** 2 for z, c in zip(point, place, strict=True))
                best = square if best is None else min(best, square)
    return best


def candidates(cell: list[tuple[list[Fraction], Fraction]], place: list[Fraction]) -> list[list[Fraction]]:
    """The place, its feet on all edges, and all corners."""
    found = [place]
    for normal, b in cell:
        size = sum(a * a for a in normal)
        if size:
            step = (sum(a * z for a, z in zip(normal, place, strict=True)) + b) / size
            found.append([z - step * a for a, z in zip(normal, place, strict=True)])
    if len(place) == 2:
        for (one, b), (other, c) in product(cell, repeat=2):
            turn = one[0] * other[1] - one[1] * other[0]
            if turn:
                found.append([(-b * other[1] + c * one[1]) / turn, (-c * one[0] + b * other[0]) / turn])
    return found


@settings(max_examples=25)
@given(SEEDS, st.sampled_from([1, 2]))
def test_radii_of_two_classes_end_before_the_frontier(seed: int, inputs: int) -> None:
    rng = np.random.default_rng(seed)
    network, x = network_of(rng, inputs), rng.normal(size=(4, inputs))
    sample = Sample(x, np.where(network(x)[:, 0] > 0, 1.0, -1.0))
    constant = constant_of(network, None, 0.0, sample, 0, 10.0)
    found = certificates_of(network, constant, sample, None, None)
    assert found.consistent
    last = network.nodes[-1].operation
    assert isinstance(last, Dense)
    for k in range(len(x)):
        label = Fraction(int(sample.labels[k]))
        row, shift = [label * Fraction(w) for w in last.weight[0].tolist()], label * Fraction(float(last.bias[0]))
        square = nearest_frontier(network, x[k], row, shift)
        if square is not None:
            assert Fraction(found.radii[k]) ** 2 <= square
            attacked = float(found.found[found.attacked == k].min(initial=np.inf))
            assert attacked == np.inf or Fraction(attacked) ** 2 >= square * (1 - Fraction(1, 10**9))


@settings(max_examples=6)
@given(SEEDS)
def test_radii_of_three_classes_end_before_the_frontier(seed: int) -> None:
    rng = np.random.default_rng(seed)
    network, x = network_of(rng, 2, outputs=3), rng.normal(size=(3, 2))
    sample = Sample(x, network(x).argmax(axis=1).astype(float))
    constant = constant_of(network, None, 0.0, sample, 0, 10.0)
    correct, radii, plain = certified(network, constant, sample)
    assert (plain <= radii).all()
    last = network.nodes[-1].operation
    assert isinstance(last, Dense)
    weight, bias = last.weight.tolist(), last.bias.tolist()
    for k, own in enumerate(sample.labels.astype(int)):
        for other in {0, 1, 2} - {own}:
            row = [Fraction(a) - Fraction(b) for a, b in zip(weight[own], weight[other], strict=True)]
            square = nearest_frontier(network, x[k], row, Fraction(bias[own]) - Fraction(bias[other]))
            assert not correct[k] or square is None or Fraction(radii[k]) ** 2 <= square


def test_radii_are_rounded_down() -> None:
    for slope in (3.0, 0.7, 1e-200, 1e200):
        network = Graph.chain((1,), [Dense([[slope]], [0.0])])
        x = np.random.default_rng(0).uniform(1, 2, size=(200, 1))
        sample = Sample(x, np.ones(200))
        radii = certified(network, constant_of(network, None, 0.0, None, 0, 1.0), sample)[1]
        assert (radii <= x[:, 0]).all()
        assert radii == pytest.approx(x[:, 0], rel=1e-13)


@settings(max_examples=10)
@given(SEEDS, st.sampled_from([1, 3]))
def test_held_out_shares_fall_and_limits_are_those_of_the_binomial_law(seed: int, outputs: int) -> None:
    rng = np.random.default_rng(seed)
    network, x = network_of(rng, 2, outputs=outputs), rng.normal(size=(40, 2))
    y = rng.integers(0, max(2, outputs), size=40)
    found = audit(
        network, x[:20], y[:20], lipschitz=None, held_out=(x[20:], y[20:]), radii=[0.3, 0, 0.1, 1, 1e9], time_limit=1
    )
    assert found.certificates is not None
    shares = sorted(found.certificates.held_out)
    assert [r for r, _, _ in found.certificates.held_out] == [0.3, 0, 0.1, 1, 1e9]
    assert all(one[1] >= other[1] and one[2] >= other[2] for one, other in pairwise(shares))
    for _, share, limit in shares:
        hits, p = round(share * 20), Fraction(limit)
        tail = sum(comb(20, k) * p**k * (1 - p) ** (20 - k) for k in range(hits, 21))
        assert tail <= 1 - CONFIDENCE if hits else limit == 0
    assert found.generalization is not None
    wrong, p = round(20 * (1 - shares[0][1])), Fraction(min(1.0, found.generalization.held_out or 0.0))
    assert sum(comb(20, k) * p**k * (1 - p) ** (20 - k) for k in range(wrong + 1)) <= Fraction(1, 1000)


def test_radii_of_held_out_points_are_not_chosen_by_them() -> None:
    network, x = Graph.chain((1,), [Dense([[1.0]], [0.0])]), np.array([[1.0], [-2.0]])
    shares = [
        [
            r
            for r, _, _ in audit(
                network, x, [1, -1], held_out=(factor * x, [1, -1]), time_limit=1
            ).certificates.held_out
        ]
        for factor in (1.0, 3.0)
    ]
    assert shares[0] == shares[1] == pytest.approx([0, 0.5, 1, 1.5])


@settings(max_examples=10)
@given(SEEDS, st.sampled_from([1, 2, 4]), st.sampled_from([None, 0.5, 1.0, 4.0, 30.0]))
def test_what_must_be_true_of_every_audit(seed: int, outputs: int, claim: float | None) -> None:
    rng = np.random.default_rng(seed)
    network, x = network_of(rng, 2, hidden=6, outputs=outputs), rng.normal(size=(12, 2))
    y = rng.integers(0, max(outputs, 2), size=12)
    found = audit(network, x, y, lipschitz=claim, held_out=(x, y), time_limit=1, seed=seed)
    assert found.lower <= found.upper
    if claim is not None:
        assert (found.verdict == "certified") == (found.upper <= claim * (1 + 1e-5))
        assert (found.verdict == "refuted") == (found.lower > claim * (1 + 1e-5))
    apart = np.linalg.norm(network(x[:, None]) - network(x[None, :]), axis=-1)
    assert (apart <= found.upper * np.linalg.norm(x[:, None] - x[None, :], axis=-1) * (1 + 1e-12) + 1e-12).all()
    assert found.certificates is not None
    assert found.certificates.consistent
    assert found.loss is not None
    assert found.loss.lower <= found.loss.value + 1e-12 or found.loss.lipschitz < found.lower
    assert found.loss.lower <= found.loss.least
    told = found.as_dict()
    assert json.loads(json.dumps(told, allow_nan=False)) == told
    assert {line["grade"] for line in told["lines"]} <= {"machine-checked", "argued", "supported"}
    assert found.verdict in found._repr_html_()


@settings(max_examples=20)
@given(SEEDS, st.sampled_from([0.3, 1.0, 5.0]))
def test_the_least_cross_entropy_is_below_that_of_any_function(seed: int, lipschitz: float) -> None:
    """Beside functions -L d(x, class k) over the root of K, and random linear ones."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(10, 2)), rng.integers(0, 3, size=10)
    plain = Graph.chain((2,), [Dense(np.zeros((3, 2)), np.zeros(3))])
    gap = loss_of(plain, sample_of("", x, y, plain), lipschitz, loss_named("cross_entropy", 3), 1.0)
    distances = np.stack(
        [np.linalg.norm(x[:, None] - x[y == k], axis=2).min(axis=1, initial=9.0) for k in range(3)], axis=1
    )
    maps = [-lipschitz / sqrt(3) * distances]
    for _ in range(20):
        weight = rng.normal(size=(3, 2))
        maps.append(x @ weight.T / np.linalg.norm(weight, 2) * lipschitz)
    for values in maps:
        own = values[np.arange(10), y]
        assert gap.lower <= np.mean(np.log(np.exp(values).sum(axis=1)) - own)


def test_the_least_cross_entropy_of_two_points() -> None:
    network = Graph.chain((1,), [Dense([[sqrt(0.5)], [-sqrt(0.5)]], [0.0, 0.0])])
    gap = audit(network, [[1.0], [-1.0]], [0, 1], time_limit=1).loss
    assert gap is not None
    assert gap.value == pytest.approx(log1p(exp(-sqrt(2.0))), rel=1e-12)
    assert gap.value * (1 - 1e-3) <= gap.lower <= gap.least <= gap.value * (1 + 1e-3)


@settings(max_examples=20)
@given(SEEDS, st.sampled_from([2, 20]), st.sampled_from([1e-300, 1.0, 1e200]))
def test_nearest_points_of_another_class(seed: int, inputs: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = size * (rng.normal(size=(15, inputs)) + 5), rng.integers(0, 3, size=15).astype(float)
    near = Nearest(Sample(x, y))
    for row, partner, length in zip(near.rows, near.partners, near.lengths, strict=True):
        others = np.linalg.norm((x[y != y[row]] - x[row]) / size, axis=1)
        assert length / size == pytest.approx(others.min(initial=np.inf), rel=1e-9)
        assert partner == -1 or y[partner] != y[row]
