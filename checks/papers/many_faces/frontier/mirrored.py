"""Finite classes whose frontier is a given polygon: sites mirrored at its edges.

Every point of the polygon must have one site of each side among its nearest. On a circle around each vertex the sites
stand at a fixed angle from both edges; along an edge mirrored pairs stand so densely that no foreign site is nearer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats


def mirrored_sites(ring: Floats, angle: float = np.pi / 6, pairs: int = 1) -> tuple[Floats, Floats]:
    """Sites inside and outside a closed polyline.

    Args:
        ring: vertices (m, 2), counter-clockwise, edges of equal length, angles of at least twice ``angle``.
        angle: between an edge and the sites around its ends, in radians.
        pairs: mirrored pairs along each edge, between those at its ends.

    Returns:
        The sites to the left of the edges (inside) and to the right (outside), mirror images: (k, 2) each.
    """
    start = ring[:, 0] + 1j * ring[:, 1]
    edge = np.roll(start, -1) - start
    radius = np.abs(edge) / 4
    end = radius / np.abs(edge) * np.cos(angle)
    feet = np.concatenate(
        [end[:, None], np.linspace(end, 1 - end, pairs + 2, axis=1)[:, 1:-1], 1 - end[:, None]], axis=1
    )
    height = (radius * np.sin(angle))[:, None] * (1j * edge / np.abs(edge))[:, None]
    foot = start[:, None] + feet * edge[:, None]
    return _points(foot + height), _points(foot - height)


def _points(sites: NDArray[np.complex128]) -> Floats:
    """Sites as points (k, 2); where an angle of the ring is twice the sites' angle, two coincide up to rounding."""
    points = np.stack([sites.real.ravel(), sites.imag.ravel()], axis=1)
    return points[np.unique(np.round(points, 9), axis=0, return_index=True)[1]]


def ring_classes(outer: Floats, inner: Floats) -> tuple[Floats, Floats]:
    """Classes for two rings: +1 outside the outer one and inside the inner one, -1 between them."""
    between, outside = mirrored_sites(outer)
    centre, around = mirrored_sites(inner)
    return np.concatenate([outside, centre]), np.concatenate([between, around])
