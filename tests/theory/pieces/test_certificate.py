"""The certificate: it accepts right complexes, refuses wrong ones, and its bounds hold in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ortho_group

from theory.intervals import root_floats
from theory.pieces import count_pieces, lipschitz_constant, orthogonal_tower
from theory.pieces._certificate import certify
from theory.pieces._lattice.rounds import _Turn, run_round
from theory.pieces._lattice.split import Inconsistent
from theory.pieces._lattice.start import start
from theory.pieces._lipschitz import norm_enclosures
from theory.pieces._network.domain import read_domain
from theory.pieces._network.network import read_network
from theory.pieces._network.plan import Plan
from theory.pieces._network.rounding import Errors, norm, norm_bound, pull_back, row_norms

quick = settings(derandomize=True, deadline=None, max_examples=25)


def random_network(n, widths, seed, bias=0.3):
    rng = np.random.default_rng(seed)
    sizes = [n, *widths, 1]
    weights = [rng.normal(size=(b, a)) for a, b in pairwise(sizes)]
    return weights, [bias * rng.normal(size=b) for b in sizes[1:]]


def finished(network, box=None, activation="groupsort2"):
    read = read_network(*network, activation)
    plan = Plan(read, read_domain(box, read.dimension))
    cells = start(plan.domain)
    for number in range(len(plan.rounds)):
        run_round(plan, cells, number, lambda cells: False)
    return plan, cells


NETWORKS = [random_network(2, [6, 6], 0), random_network(3, [6, 4], 1), orthogonal_tower(1, 4)]


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("box", [None, (-300, 300), "all"])
@pytest.mark.parametrize("change", [-1.0, 0.0])
def test_every_wrong_sign_is_noticed(monkeypatch, network, box, change):
    """One sign that the run takes is reversed, or set to zero, or made of a zero: never accepted."""
    for seed in range(60):
        with monkeypatch.context() as patch:
            done = sabotage(patch, np.random.default_rng(seed), change)
            try:
                plan, cells = finished(network, box)
            except Inconsistent:
                continue
            assert certify(plan, cells) != any(done)
            cells.compiled = True
            assert certify(plan, cells) != any(done)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("box", [None, (-300, 300), "all"])
def test_every_wrong_sign_of_compiled_loops_is_noticed(monkeypatch, network, box):
    """One sign of a vertex that they take is reversed, or set to zero."""
    from theory.pieces._lattice import loops

    signs, noticed = loops.signs, 0
    monkeypatch.setattr("theory.pieces._lattice.compiled.MANY", 0)
    for seed in range(60):
        rng, turn, done = np.random.default_rng(seed), [seed % 4], []

        def wrong(values, column, limit, first, plus, minus):
            unclear = signs(values, column, limit, first, plus, minus)
            turn[0] -= 1  # noqa: B023
            sure = np.setdiff1d(np.flatnonzero(plus | minus), unclear)
            if not turn[0] and sure.size:  # noqa: B023
                vertex = rng.choice(sure)  # noqa: B023
                bits = [1 << i for i in range(64) if int(plus[vertex] | minus[vertex]) >> i & 1]
                bit = np.uint64(rng.choice(bits))  # noqa: B023
                plus[vertex] ^= bit
                minus[vertex] ^= bit if rng.random() < 0.5 else minus[vertex] & bit  # noqa: B023
                done.append(True)  # noqa: B023
            return unclear

        monkeypatch.setattr(loops, "signs", wrong)
        try:
            plan, cells = finished(network, box)
        except Inconsistent:
            continue
        assert cells.compiled
        assert certify(plan, cells) != any(done)
        noticed += any(done)
    assert noticed


@pytest.mark.parametrize("activation", ["groupsort3", "groupsort4", "maxout4"])
@pytest.mark.parametrize("box", [None, "all"])
@pytest.mark.parametrize("change", [-1.0, 0.0])
def test_every_wrong_sign_of_larger_groups_is_noticed(monkeypatch, activation, box, change):
    """Also one from which it would follow that others are 0."""
    rng = np.random.default_rng(7)
    outputs = 3 if activation.startswith("maxout") else 12
    weights = [rng.normal(size=shape) for shape in [(12, 2), (12, outputs), (1, outputs)]]
    network = weights, [rng.normal(size=len(weight)) for weight in weights]
    for seed in range(60):
        with monkeypatch.context() as patch:
            done = sabotage(patch, np.random.default_rng(seed), change)
            try:
                plan, cells = finished(network, box, activation)
            except Inconsistent:
                continue
            assert certify(plan, cells) != any(done)


def sabotage(patch, rng, change):
    """At one random call, multiply one value by `change`, or make it positive if it is 0. Returns whether, later."""
    words, calls, done = _Turn._words, [0], []
    target = rng.integers(20)

    def wrong(self, values, mask):
        calls[0] += 1
        masks = np.broadcast_to(mask, len(values)).tolist()
        signs = [(i, g) for i, bits in enumerate(masks) for g in range(values.shape[1]) if bits >> g & 1]
        if calls[0] > target and not done and signs:
            vertex, gate = rng.choice(signs)
            values = values.copy()
            values[vertex, gate] = change * values[vertex, gate] if values[vertex, gate] else 1.0
            done.append(True)
        return words(self, values, mask)

    patch.setattr(_Turn, "_words", wrong)
    return done


def test_a_point_far_from_its_vertex_is_not_trusted(monkeypatch):
    """Coordinates are no part of the claim: with wrong ones float64 proves nothing, and integers still do."""
    plan, cells = finished(random_network(2, [6, 6], 0))
    asked = []
    from theory.pieces import _certificate

    exactly = _certificate._exactly
    monkeypatch.setattr(_certificate, "_exactly", lambda *args: asked.append(args[2]) or exactly(*args))
    assert certify(plan, cells)
    assert not asked
    moved = int(np.flatnonzero(np.abs(cells.points[:, 1:]).max(axis=1) < 1)[0])
    cells.points[moved, 1:] += [0.3, -0.2]
    assert certify(plan, cells)
    assert asked == [moved]


def test_wide_boxes_and_deep_networks_need_no_integers(monkeypatch):
    """Five layers whose biases are as large as the box: float64 alone proves every sign."""
    from theory.pieces import _certificate

    def refuse(*args):
        raise AssertionError("asked for integers")

    layers = [ortho_group.rvs(24, random_state=seed) for seed in range(5)]
    rng = np.random.default_rng(0)
    weights = [layers[0][:, :2], *layers[1:], np.ones((1, 24))]
    biases = [rng.uniform(-60, 60, size=len(weight)) for weight in weights]
    plain = count_pieces(weights, biases, (-200, 200))
    monkeypatch.setattr(_certificate, "_exactly", refuse)
    assert count_pieces(weights, biases, (-200, 200), certify=True).cells == plain.cells > 500
    assert count_pieces(weights, biases, "all", certify=True).cells > 2000


def test_wrong_signs_make_the_count_start_again(monkeypatch):
    """With no safety margin, float64 takes rounding for signs; the certificate notices, integers repair."""
    rows = np.array([[1.0, 0.1], [0.3, 0.7], [1.1, -0.2], [0.2, 0.3]])
    repeated = [np.vstack([rows, rows / 3, rows * 0.7]), np.ones((1, 12))], [np.zeros(12), np.zeros(1)]
    right = count_pieces(*repeated, certify=True).cells
    monkeypatch.setattr("theory.pieces._search.TOLERANCES", (0.0, 1e-9))
    calls = []
    from theory.pieces import _search

    proved = _search.certify
    monkeypatch.setattr(_search, "certify", lambda *args: calls.append(proved(*args)) or calls[-1])
    assert count_pieces(*repeated, certify=True).cells == right
    assert calls[-1]


@quick
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 2**32), st.sampled_from([1e-90, 1e-3, 1.0, 1e80]))
def test_norm_bound_is_above_and_close(p, q, seed, size):
    matrix = size * np.random.default_rng(seed).normal(size=(p, q))
    norm = size * np.linalg.norm(matrix / size, 2)
    assert norm * (1 - 1e-12) <= norm_bound(matrix) <= 3 * norm + 1e-200


@quick
@given(st.integers(0, 2**32), st.sampled_from(["groupsort2", "relu"]))
def test_pulled_back_gates_are_within_their_error(seed, activation):
    weights, biases = random_network(3, [6, 4, 4], seed)
    network = read_network(weights, biases, activation)
    rng = np.random.default_rng(seed)
    minus = [rng.random((1, network.gates(i))) < 0.5 for i in range(3)]
    found, error = pull_back(network, minus, weights[3], biases[3])
    exact = exact_rows(network, [bits[0] for bits in minus], weights[3], biases[3])
    distance = sum((Fraction(a) - b) ** 2 for a, b in zip(found[0].tolist(), exact, strict=True))
    assert distance <= Fraction(float(error[0])) ** 2
    assert error[0] < 1e-10


def exact_rows(network, minus, weight, bias):
    """(offset, gradient) by composing layers forward in Fractions."""
    n = network.dimension
    rows = [[Fraction(int(i == j)) for j in range(n + 1)] for i in range(1, n + 1)]
    layers = [*zip(network.weights[: len(minus)], network.biases, strict=False), (weight, bias)]
    for number, (matrix, shifts) in enumerate(layers):
        columns = list(zip(*rows, strict=True))
        rows = [
            [sum(Fraction(w) * x for w, x in zip(line, c, strict=True)) for c in columns] for line in matrix.tolist()
        ]
        for row, shift in zip(rows, shifts.tolist(), strict=True):
            row[0] += Fraction(shift)
        if number < len(minus):
            for gate in np.flatnonzero(minus[number]):
                if network.paired:
                    rows[2 * gate], rows[2 * gate + 1] = rows[2 * gate + 1], rows[2 * gate]
                else:
                    rows[gate] = [Fraction(0)] * (n + 1)
    return rows[0]


@quick
@given(st.integers(0, 2**32), st.sampled_from(["groupsort2", "relu"]))
def test_values_are_within_their_error(seed, activation):
    """The float64 gates of a layer at a point, against Fractions along the same signs."""
    weights, biases = random_network(3, [6, 4, 4], seed)
    network = read_network(weights, biases, activation)
    rng = np.random.default_rng(seed)
    point = np.array([[0.7, *rng.uniform(-1, 1, 3)]])
    values, errors, minus = point[:, 1:], Errors(), []
    for layer in range(3):
        size = float(np.linalg.norm(values))
        rows, shifts = network.gate_rows[layer]
        computed = (values @ rows.T + point[:, :1] * shifts)[0]
        slope, error = errors.rows(rows, shifts, size)
        for gate, value in enumerate(computed):
            exact_gate = exact_difference(network, minus, layer, gate)
            exact = sum(c * Fraction(x) for c, x in zip(exact_gate, point[0].tolist(), strict=True))
            assert abs(Fraction(float(value)) - exact) <= Fraction(float(error[gate]))
            assert sum(c * c for c in exact_gate) <= Fraction(float(slope[gate])) ** 2
        minus.append(rng.random(network.gates(layer)) < 0.5)
        weight, bias = network.weights[layer], network.biases[layer]
        values = network.apply_gates(values @ weight.T + point[:, :1] * bias, minus[-1][None])
        errors.advance(weight, bias, size)


def exact_difference(network, minus, layer, gate):
    weight, bias = network.weights[layer], network.biases[layer]
    if not network.paired:
        return exact_rows(network, minus, weight[gate : gate + 1], bias[gate : gate + 1])
    low, high = (exact_rows(network, minus, weight[i : i + 1], bias[i : i + 1]) for i in (2 * gate, 2 * gate + 1))
    return [b - a for a, b in zip(low, high, strict=True)]


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e-170, 1e-160, 1e-36, 1e-34, 1e34, 1e130])
@pytest.mark.parametrize("shape", [(1, 1), (1, 3), (2, 2), (3, 2)])
def test_bounds_hold_for_numbers_whose_squares_are_too_small(size, shape):
    matrix = np.full(shape, size)
    true = size * np.sqrt(matrix.size)
    assert norm(matrix) >= true and norm_bound(matrix) >= true
    assert (row_norms(matrix) >= size * np.sqrt(shape[1])).all()
    lower, upper = norm_enclosures(matrix[None], np.zeros(1))
    assert lower[0] <= true <= upper[0]


@pytest.mark.parametrize("square", [0, 1, 2, Fraction(9, 4), Fraction(1, 10**400), Fraction(3, 10**330), 10**280 + 1])
def test_roots_between_neighbouring_floats(square):
    low, high = root_floats(Fraction(square))
    assert Fraction(low) ** 2 <= square <= Fraction(high) ** 2
    assert high in (low, np.nextafter(low, np.inf))


@pytest.mark.parametrize("slope", [1e-158, 1e-170, 1e-300])
def test_a_very_flat_network_has_a_lipschitz_constant(slope):
    found = lipschitz_constant([[[slope]]], [[0.0]], certify=True)
    assert found.lower == found.upper == slope
