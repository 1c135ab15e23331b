"""Gates pair rows 2j and 2j + 1: whatever takes a network says the same of it."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from deel.torchlip import GroupSort2

from checks.networks import LipschitzNetwork, from_torch
from checks.papers.many_faces.pieces.rational_networks import enumerate_cells, network
from checks.training import TrainingConfig, fit
from theory.pieces import count_pieces, enumerate_pieces, lipschitz_constant

BOX = (-1, 1)


def drawn() -> LipschitzNetwork:
    rng = np.random.default_rng(7)
    weights = [rng.normal(size=(rows, columns)) for columns, rows in pairwise((2, 6, 4, 1))]
    return LipschitzNetwork(weights, [rng.normal(size=len(weight)) / 2 for weight in weights])


def trained() -> LipschitzNetwork:
    x = np.random.default_rng(0).uniform(-1, 1, size=(64, 2))
    config = TrainingConfig(width=6, depth=2, steps=60, batch=32)
    return fit(x, np.abs(x[:, 0]) - np.abs(x[:, 1]), config, device="cpu").network


NETWORKS = {"drawn": drawn, "trained": trained}


@pytest.fixture(params=NETWORKS)
def given(request) -> LipschitzNetwork:
    return NETWORKS[request.param]()


@pytest.fixture
def points() -> np.ndarray:
    return np.random.default_rng(1).uniform(-1, 1, size=(40, 2))


def by_hand(weights, biases, x):
    """f(x) in words: each pair of neighbours sorted."""
    for i, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        x = weight @ (x if i == 0 else np.sort(x.reshape(-1, 2), axis=1).ravel()) + bias
    return x


def test_values_are_those_by_hand(given, points) -> None:
    expected = [by_hand(given.weights, given.biases, x)[0] for x in points]
    assert given(points) == pytest.approx(expected, abs=1e-12)
    assert given.to_torch()(torch.tensor(points))[:, 0].tolist() == pytest.approx(expected, abs=1e-12)
    for x, value in zip(points[:5], expected, strict=False):
        assert float(given.exact_piece(x.tolist())[0]) == pytest.approx(value, abs=1e-12)


def test_pieces_of_theory_are_the_networks(given, points) -> None:
    pieces = list(enumerate_pieces(given.weights, given.biases, BOX, certify=True))
    values, gradients = given(points), given.gradient(points)
    for x, value, gradient in zip(points, values, gradients, strict=True):
        [home] = [piece for piece in pieces if inside(x, np.asarray(piece.vertices))]
        assert home.gradient @ x + home.offset == pytest.approx(value, abs=1e-9)
        assert home.gradient == pytest.approx(gradient, abs=1e-9)


def inside(x, corners) -> bool:
    """Whether x is in a convex polygon, whatever the order of its corners."""
    around = corners - corners.mean(axis=0)
    corners = corners[np.argsort(np.arctan2(*around.T[::-1]))]
    sides, to = np.roll(corners, -1, axis=0) - corners, x - corners
    return bool((sides[:, 0] * to[:, 1] - sides[:, 1] * to[:, 0] > 0).all())


def test_counts_and_constants_agree(given) -> None:
    exact = enumerate_cells(network(given.weights, given.biases), [BOX, BOX])
    assert count_pieces(given.weights, given.biases, BOX, certify=True).cells == exact.cells
    constant = lipschitz_constant(given.weights, given.biases, BOX, certify=True)
    steepest = max(np.hypot(*map(float, map_[0][1:])) for map_ in {cone.map for cone in exact.cones})
    assert constant.lower == pytest.approx(steepest, rel=1e-9) == constant.upper
    assert constant.lower <= given.certified_lipschitz()


def test_a_module_that_is_read_back_is_the_network(given, points) -> None:
    assert from_torch(given.to_torch(), (2,))(points)[:, 0] == pytest.approx(given(points), abs=1e-12)


def test_the_other_order_is_another_function(given, points) -> None:
    """What the order of rows decides is seen: a network whose gates pair j and j + w/2 has other values."""
    order = np.arange(6).reshape(2, -1).T.ravel()
    weights = [given.weights[0][order], given.weights[1][:, order], *given.weights[2:]]
    biases = [given.biases[0][order], *given.biases[1:]]
    other = LipschitzNetwork(weights, biases)
    assert np.abs(other(points) - given(points)).max() > 1e-3


def test_pieces_of_several_outputs_are_the_networks(points) -> None:
    rng = np.random.default_rng(3)
    weights = [rng.normal(size=(rows, columns)) for columns, rows in pairwise((2, 6, 4, 3))]
    several = LipschitzNetwork(weights, [rng.normal(size=len(weight)) / 2 for weight in weights])
    pieces = list(enumerate_pieces(several.weights, several.biases, BOX, certify=True))
    for x, values, jacobian in zip(points, several(points), several.gradient(points), strict=True):
        [home] = [piece for piece in pieces if inside(x, np.asarray(piece.vertices))]
        assert home.gradient @ x + home.offset == pytest.approx(values, abs=1e-9)
        assert home.gradient == pytest.approx(jacobian, abs=1e-9)
    constant = lipschitz_constant(several.weights, several.biases, BOX)
    slopes = several.slope(rng.uniform(*BOX, size=(20_000, 2)))
    assert constant.lower <= slopes.max() * (1 + 1e-9) and slopes.max() <= constant.upper * (1 + 1e-12)
    assert constant.upper <= several.certified_lipschitz()
    assert from_torch(several.to_torch(), (2,))(points) == pytest.approx(several(points), abs=1e-12)


def test_deel_torchlip_pairs_the_same_rows(given, points) -> None:
    linear = [module for module in given.to_torch() if isinstance(module, torch.nn.Linear)]
    modules = [part for layer in linear for part in (GroupSort2(), layer)][1:]
    found = torch.nn.Sequential(*modules)(torch.tensor(points))[:, 0]
    assert found.tolist() == pytest.approx(given(points), abs=1e-12)
