"""A network on a line or a plane: a network of one or two inputs, exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
from flint import fmpz_mat

from theory._rationals import Point, as_whole, over_one_unit, rational_points
from theory._types import Array
from theory.pieces._network.domain import Domain, read_domain
from theory.pieces._network.network import Network
from theory.pieces._network.numbers import as_fractions, exact_array


def along(network: Network, through: Any) -> list[tuple[Network, Domain]]:
    """The network on each segment of a polyline of points (m, n), as one of a parameter from 0 to 1."""
    points = _read("through", through, network.dimension)
    if len(points) < 2:
        raise ValueError("through has one point: pass the two ends of a segment, or more points of a polyline")
    for i, (start, end) in enumerate(pairwise(points)):
        if start == end:
            raise ValueError(f"through[{i}] and through[{i + 1}] are one point: leave one of them out")
    unit = Domain(1, np.zeros(1), np.ones(1))
    return [(_between(network, *ends), unit) for ends in pairwise(_images(network, points))]


def on_plane(network: Network, plane: Any, box: Any) -> tuple[Network, Domain]:
    """The network on a + s (b - a) + t (c - a), as one of (s, t) in the box; None is [0, 1]^2."""
    points = _read("plane", plane, network.dimension)
    if len(points) != 3:
        raise ValueError(f"plane has {len(points)} points: pass three, (3, n)")
    first, second, third = over_one_unit(points)[0]
    steps = [[b - a for a, b in zip(first, end, strict=True)] for end in (second, third)]
    if fmpz_mat(steps).rank() < 2:
        raise ValueError("plane has three points on one line: pass three that span a plane")
    return _between(network, *_images(network, points)), read_domain((0, 1) if box is None else box, 2)


def _read(name: str, value: Any, dimension: int) -> tuple[Point, ...]:
    points = rational_points(name, value)
    if len(points[0]) != dimension:
        raise ValueError(f"{name} has points of {len(points[0])} coordinates: the network has {dimension} inputs")
    return points


def _images(network: Network, points: Sequence[Point]) -> list[Array]:
    """What the first layer makes of each point, (w,) Fractions, before its activation."""
    weight, bias = network.layer(0)
    whole = as_whole(weight.ravel())
    places, count = over_one_unit(points)
    rows = np.array(whole.counts, dtype=object).reshape(weight.shape).tolist()
    product = (fmpz_mat(rows) * fmpz_mat([list(row) for row in zip(*places, strict=True)])).transpose()
    shifts, unit = [Fraction(x) for x in bias.tolist()], whole.unit / count
    return [np.array([int(x) * unit for x in row], dtype=object) + shifts for row in product.tolist()]


def _between(network: Network, start: Array, *ends: Array) -> Network:
    """The network of (t_1, t_2, ...) whose first layer is start + sum_i t_i (ends[i] - start)."""
    slope, exact_slope = exact_array("weights[0] on this line or plane", np.column_stack([e - start for e in ends]))
    shift, exact_shift = exact_array("biases[0] on this line or plane", start)
    rest = network.exact[1:] if network.exact else (None,) * network.depth
    rounded = exact_slope is not None or exact_shift is not None
    first = (as_fractions(slope, exact_slope), as_fractions(shift, exact_shift)) if rounded else None
    exact = (first, *rest) if rounded or any(layer is not None for layer in rest) else None
    return replace(network, weights=(slope, *network.weights[1:]), biases=(shift, *network.biases[1:]), exact=exact)
