"""Several outputs: values, Jacobians, constants and radii are those of the outputs one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from checks.networks import LipschitzNetwork

NAMES = ["groupsort2", "fullsort", "relu"]


def drawn(seed: int, outputs: int, name: str = "groupsort2", scale: float = 1.0) -> LipschitzNetwork:
    rng = np.random.default_rng(seed)
    weights = [scale * rng.normal(size=(rows, columns)) for columns, rows in pairwise((3, 8, 6, outputs))]
    return LipschitzNetwork(weights, [rng.normal(size=len(weight)) for weight in weights], name)


def row(network: LipschitzNetwork, combination) -> LipschitzNetwork:
    """The network of one output, a combination of several."""
    weights = [*network.weights[:-1], np.atleast_2d(combination @ network.weights[-1])]
    return LipschitzNetwork(weights, [*network.biases[:-1], [combination @ network.biases[-1]]], network.activation)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("outputs", [2, 5])
def test_each_output_is_a_network(name: str, outputs: int) -> None:
    network, x = drawn(0, outputs, name), np.random.default_rng(1).normal(size=(2, 7, 3))
    assert network.outputs == outputs and network(x).shape == (2, 7, outputs)
    assert network.gradient(x).shape == (2, 7, outputs, 3) and network.slope(x).shape == (2, 7)
    point = x[0, 0].tolist()
    values, gradients = network.exact_piece(point)
    for k, unit in enumerate(np.eye(outputs)):
        one = row(network, unit)
        assert network(x)[..., k] == pytest.approx(one(x), abs=1e-12)
        assert network.gradient(x)[..., k, :] == pytest.approx(one.gradient(x), abs=1e-12)
        assert (values[k], gradients[k]) == one.exact_piece(point)
    assert network.slope(x).max() <= network.certified_lipschitz()
    assert (network.slope(x) >= np.linalg.norm(network.gradient(x), axis=-1).max(axis=-1) * (1 - 1e-12)).all()


def test_one_output_has_no_axis() -> None:
    network, x = drawn(0, 1), np.ones((4, 3))
    assert network(x).shape == (4,) and network.gradient(x).shape == (4, 3)
    value, gradient = network.exact_piece([0.1, 0.2, 0.3])
    assert isinstance(value, Fraction) and len(gradient) == 3
    assert network.certified_differences().tolist() == [[0.0]]


def test_jacobians_at_ties_are_those_of_one_piece() -> None:
    network = LipschitzNetwork([[[1.0], [-1.0]], np.eye(2)], [[0.0, 0.0], [0.0, 0.0]])  # -|x|, |x|
    assert network.gradient([0.0]).tolist() == [[-1.0], [1.0]]
    assert network.slope([0.0]) == pytest.approx(2**0.5)
    plane = LipschitzNetwork([[[1.0, 2.0], [3.0, 4.0]]], [[0.0, 1.0]])
    assert plane.gradient(np.zeros((5, 2))).tolist() == [[[1.0, 2.0], [3.0, 4.0]]] * 5


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("scale", [1.0, 1e-40, 1e40])
def test_constants_of_differences_are_those_of_networks_of_the_difference(name: str, scale: float) -> None:
    network = drawn(3, 4, name, scale)
    found = network.certified_differences()
    assert np.array_equal(found, found.T) and np.array_equal(np.diag(found), np.zeros(4))
    assert found.max() <= network.certified_lipschitz() * 2**0.5 * (1 + 1e-12)
    for i, j in [(0, 1), (2, 3), (3, 0)]:
        exact = [Fraction(a) - Fraction(b) for a, b in zip(network.weights[-1][i], network.weights[-1][j], strict=True)]
        square = sum(value**2 for value in exact)
        for bound in network.singular_bounds()[:-1]:
            square *= Fraction(bound.largest) ** 2
        assert square <= Fraction(found[i, j]) ** 2 <= square * (1 + Fraction(1, 10**12))


@pytest.mark.parametrize("outputs", [1, 2, 5])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_within_the_radius_changes_the_label(outputs: int, seed: int) -> None:
    network, rng = drawn(seed, outputs), np.random.default_rng(seed)
    x = rng.normal(size=(200, 3))
    radius = network.certified_radius(x)
    label = (network(x) > 0) if outputs == 1 else network(x).argmax(axis=1)
    for _ in range(50):
        step = rng.normal(size=x.shape)
        moved = network(x + radius[:, None] * step / np.linalg.norm(step, axis=1, keepdims=True))
        assert np.array_equal(moved > 0 if outputs == 1 else moved.argmax(axis=1), label)
    assert radius.max() > 0
    given = np.where(label, 1, -1) if outputs == 1 else label
    assert np.array_equal(network.certified_radius(x, given), radius)
    wrong = -given if outputs == 1 else (given + 1) % outputs
    assert not network.certified_radius(x, wrong).any()


@pytest.mark.parametrize("scale", [1e-150, 1.0, 1e150])
def test_the_radius_of_planes_is_the_distance_of_their_frontier(scale: float) -> None:
    """f_0 - f_1 = 3x + 4y: the radius is |3x + 4y| / 5, from below."""
    network = LipschitzNetwork([[[3.0, 0.0], [0.0, -4.0]]], [[0.0, 0.0]])
    x = np.random.default_rng(0).integers(-50, 50, size=(100, 2)).astype(float)
    found = network.certified_radius(scale * x)
    for (a, b), radius in zip(x, found, strict=True):
        exact = abs(3 * Fraction(scale * a) + 4 * Fraction(scale * b)) / 5
        assert max(Fraction(0), exact - Fraction(scale) / 10**11) <= Fraction(radius) <= exact


def test_radii_where_nothing_depends_on_the_point() -> None:
    constant = LipschitzNetwork([[[0.0], [0.0]]], [[1.0, 0.0]])
    assert constant.certified_radius([[5.0]]).tolist() == [np.inf]
    assert constant.certified_radius([[5.0]], 1).tolist() == [0.0]
    assert LipschitzNetwork([[[0.0]]], [[0.0]]).certified_radius([[5.0]]).tolist() == [0.0]
    twins = LipschitzNetwork([[[1.0], [1.0], [0.0]]], [[0.0, 0.0, 0.0]])
    assert twins.certified_radius([[2.0], [-2.0]]).tolist() == pytest.approx([0.0, 2.0])


@pytest.mark.parametrize("x", [np.nan, np.inf, 1e308])
def test_no_radius_where_values_are_not_known(x: float) -> None:
    network = LipschitzNetwork([[[1e10], [-1e10]]], [[0.0, 0.0]])
    with np.errstate(over="ignore", invalid="ignore"):
        assert network.certified_radius([[x]]).tolist() == [0.0]


@pytest.mark.parametrize("outputs", [1, 3])
def test_radii_have_the_shape_of_the_points(outputs: int) -> None:
    network = drawn(0, outputs)
    for shape in ((), (0,), (4,), (2, 3), (2, 0)):
        assert network.certified_radius(np.zeros((*shape, 3))).shape == shape
        assert network.certified_radius(np.zeros((*shape, 3)), np.ones(shape)).shape == shape
        assert network.gradient(np.zeros((*shape, 3))).shape == (*shape, *[3] * (outputs > 1), 3)


@pytest.mark.parametrize("outputs", [1, 3])
def test_bad_labels_are_named(outputs: int) -> None:
    network, x = drawn(0, outputs), np.zeros((2, 3))
    for bad in ([7, 7], [0.5, 1], [np.nan, 1], 9):
        with pytest.raises(ValueError, match="labels holds what is no label"):
            network.certified_radius(x, bad)
    with pytest.raises(ValueError, match=r"labels has shape \(3,\): give \(2,\)"):
        network.certified_radius(x, [1, 1, 1])
    with pytest.raises(ValueError, match="labels is no array of real numbers"):
        network.certified_radius(x, ["a", "b"])


@pytest.mark.parametrize("outputs", [1, 4])
def test_scaling_keeps_all_outputs(outputs: int) -> None:
    network, x = drawn(5, outputs), np.random.default_rng(0).normal(size=(9, 3))
    scaled, norm = network.normalized(0.5), network.certified_lipschitz()
    assert scaled.certified_lipschitz() <= 0.5
    assert scaled(x) * norm / 0.5 == pytest.approx(network(x), rel=1e-9, abs=1e-9)
    assert network.dilated(3.0)(x) == pytest.approx(3 * network(x), rel=1e-12)
