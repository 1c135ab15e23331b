"""The complexes that counting starts from: a box, and R^n as its 2^n orthants.

Orthants have vertices (the origin and directions at infinity) where R^n has none; the cuts between them are undone
at the end, as they separate cells of equal gate signs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from theory._types import Floats
from theory.pieces._lattice.complex import Complex, from_faces
from theory.pieces._network.arrays import Ids
from theory.pieces._network.domain import Domain

Movable = Callable[[Ids, int], NDArray[np.bool_]]
"""Of digits (n, faces) and a coordinate: in which faces it is free to move."""

FREE = 2
"""The third digit of a face, after the two ends of a coordinate."""


def start(domain: Domain) -> Complex:
    """The domain as a complex; words of its first round are `sides`."""
    return _box(domain.low, domain.high) if domain.low is not None else _orthants(domain.dimension)  # type: ignore[arg-type]


def _box(low: Floats, high: Floats) -> Complex:
    """Faces have one digit a coordinate: 0 low, 1 high, 2 in between."""
    n = len(low)
    digits = np.stack(np.unravel_index(np.arange(3**n), (3,) * n), axis=1)
    lists = _lists(digits, (digits == FREE).sum(axis=1), lambda face, i: face[i] == FREE, (0, 1))
    corners = digits[(digits != FREE).all(axis=1)]
    points = np.column_stack([np.ones(len(corners)), np.where(corners == 0, low, high)])
    plus = np.zeros(len(corners), np.uint64)
    for i in range(n):
        plus |= (corners[:, i] != 0).astype(np.uint64) << np.uint64(2 * i)
        plus |= (corners[:, i] != 1).astype(np.uint64) << np.uint64(2 * i + 1)
    return from_faces(points, lists, plus, np.zeros_like(plus))


def _orthants(n: int) -> Complex:
    """Faces have one digit a ray of a simplicial cone: 2 absent, else present; 0 is e_i, 1 is -e_i.

    Coordinate 0 is x0, of which there is e_0 alone.
    """
    digits = np.stack(np.unravel_index(np.arange(3 ** (n + 1)), (3,) * (n + 1)), axis=1)
    digits = digits[(digits[:, 0] != 1) & (digits != FREE).any(axis=1)]
    dimension = (digits != FREE).sum(axis=1) - 1
    lists = _lists(digits, dimension, lambda face, i: (face[i] != FREE) & (dimension > 0), (FREE,))
    rays = digits[dimension == 0]
    points = (rays == 0).astype(np.float64) - (rays == 1)
    plus, minus = np.zeros((2, len(rays)), np.uint64)
    for i in range(n):
        plus |= (rays[:, 1 + i] == 0).astype(np.uint64) << np.uint64(i)
        minus |= (rays[:, 1 + i] == 1).astype(np.uint64) << np.uint64(i)
    plus |= (rays[:, 0] == 0).astype(np.uint64) << np.uint64(n)
    return from_faces(points, lists, plus, minus)


def _lists(digits: Ids, dimension: Ids, movable: Movable, targets: tuple[int, ...]) -> list[tuple[Ids, Ids]]:
    """Facets of the faces of dimensions 1..n, where a facet sets one movable digit to one of the targets."""
    n = digits.shape[1]
    weights = 3 ** np.arange(n)[::-1]
    codes = digits @ weights
    owner, code = [], []
    for i in range(n):
        movers = np.flatnonzero(movable(digits.T, i))
        for target in targets:
            owner.append(movers)
            code.append(codes[movers] + (target - digits[movers, i]) * weights[i])
    return _by_dimension(np.concatenate(owner), np.searchsorted(codes, np.concatenate(code)), dimension)


def _by_dimension(owner: Ids, facet: Ids, dimension: Ids) -> list[tuple[Ids, Ids]]:
    number = np.empty(len(dimension), np.intp)
    for d in range(dimension.max() + 1):
        number[dimension == d] = np.arange((dimension == d).sum())
    order = np.argsort(owner, kind="stable")
    owner, facet = owner[order], facet[order]
    lists = []
    for d in range(1, dimension.max() + 1):
        mine = dimension[owner] == d
        lists.append((np.bincount(number[owner[mine]]), number[facet[mine]]))
    return lists
