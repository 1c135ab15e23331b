"""The Koch snowflake against its closed forms, and the layout of Figure 1."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from theory import figure_1, koch_snowflake

ORDERS = range(7)


def edge_lengths(ring):
    return np.linalg.norm(np.roll(ring, -1, axis=0) - ring, axis=1)


def signed_area(ring):
    (x, y), (u, v) = ring.T, np.roll(ring, -1, axis=0).T
    return np.sum(x * v - u * y) / 2


@pytest.mark.parametrize("order", ORDERS)
def test_edges_perimeter_and_area(order):
    side = 7.5
    ring = koch_snowflake(order, side)
    assert ring.shape == (3 * 4**order, 2)
    np.testing.assert_allclose(edge_lengths(ring), side / 3**order, rtol=1e-11)
    np.testing.assert_allclose(edge_lengths(ring).sum(), 3 * side * (4 / 3) ** order, rtol=1e-11)
    triangle = np.sqrt(3) / 4 * side**2
    np.testing.assert_allclose(signed_area(ring), triangle * (8 - 3 * (4 / 9) ** order) / 5, rtol=1e-11)


@pytest.mark.parametrize("order", ORDERS)
def test_simple_and_symmetric(order):
    ring = koch_snowflake(order, 3.0, center=(2.0, -1.0))
    assert shapely.Polygon(ring).is_valid
    np.testing.assert_allclose(ring.mean(axis=0), [2, -1], atol=1e-13)
    turned = (ring - [2, -1]) @ np.array([[-0.5, np.sqrt(0.75)], [-np.sqrt(0.75), -0.5]]) + [2, -1]
    np.testing.assert_allclose(np.roll(turned, len(ring) // 3, axis=0), ring, atol=1e-13)


def test_every_order_contains_the_one_before():
    for order in range(5):
        small, large = (shapely.Polygon(koch_snowflake(k, 1.0)) for k in (order, order + 1))
        assert large.buffer(1e-12).contains(small)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 1.0), "order=-1"),
        ((1.5, 1.0), "order=1.5"),
        ((1, 0.0), "side=0.0"),
        ((1, np.inf), "side has inf"),
        ((1, 1.0, (0.0, 0.0, 0.0)), r"center has shape \(3,\)"),
        ((1, 1.0, (0.0, np.nan)), "center has nan"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        koch_snowflake(*arguments)


def test_figure_1():
    layout = figure_1()
    assert layout.outer.shape == layout.inner.shape == (768, 2)
    np.testing.assert_allclose(edge_lengths(layout.outer), 348 / 81)
    np.testing.assert_allclose(edge_lengths(layout.inner), 180 / 81)
    assert shapely.Polygon(layout.outer).contains(shapely.Polygon(layout.inner))
    pixels = layout.pixels()
    assert pixels.shape == (400, 400, 2)
    assert pixels[0, 0].tolist() == [-199.5, -199.5] and pixels[3, 7].tolist() == [-192.5, -196.5]
    f = layout.frontier()
    assert f([0, 0]) > 0 and f([0, 150]) < 0 and f([190, 190]) > 0
