"""Where points lie beside edges, without cancellation: side, distance, and the way there from the nearest point."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory._scales import lengths
from theory._types import Floats, Indices
from theory.hmf._edges import Edges
from theory.hmf._frame import Places
from theory.hmf._sums import sharp_dots


@dataclass
class Ways:
    """How far points are from edges (k,), and the direction from there (k, 2), of length 1; nan where there is none."""

    distance: Floats
    direction: Floats


def ways(edges: Edges, x: Places, edge: Indices) -> Ways:
    """From the edge of the same place to each point (k), with a relative error of a few u."""
    start, end = edges.start[edge], edges.end[edge]
    span = edges.span[edge]
    size = lengths(span)
    side = edges.side(x, edge)
    distance = np.abs(side) / size
    direction = np.sign(side)[:, None] * np.stack([span[:, 1], -span[:, 0]], axis=1) / size[:, None]
    for here, there in ((start, end), (end, start)):
        beyond = np.flatnonzero(_along(x, here, there) <= 0)
        way = x.x[beyond] - here[beyond]
        if x.low is not None:
            way += x.low[beyond] / x.scale
        distance[beyond] = lengths(way)
        with np.errstate(invalid="ignore"):
            direction[beyond] = way / distance[beyond, None]
    direction[distance == 0] = np.nan
    return Ways(distance, direction)


def _along(x: Places, here: Floats, there: Floats) -> Floats:
    """(x - here) . (there - here), of the right sign."""
    left, right = [x.x, x.x, here, here], [there, -here, -there, here]
    if x.low is not None:
        low = x.low / x.scale
        left, right = [*left, low, low], [*right, there, -here]
    return sharp_dots(np.concatenate(left, axis=1), np.concatenate(right, axis=1))
