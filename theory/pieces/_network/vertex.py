"""The exact place of a vertex, from the signs of gates there."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from theory._types import Floats
from theory.pieces._network.integers import Row, common_zero
from theory.pieces._network.network import Words
from theory.pieces._network.plan import Plan

BRANCHES = 64
"""Random choices of signs before a vertex is given up. Chosen, not derived: one that fits a cell is enough, and
where none does, `Inconsistent` is raised or the certificate refuses; nothing wrong is told."""


def locate(plan: Plan, plus: Words, minus: Words, near: Floats, known: int | None = None) -> Row | None:
    """The homogeneous point, in integers, of a vertex with words (rounds,); of the last round only the first `known`.

    Gates that vanish at the vertex vanish there along all signs that others which vanish may have. One choice of
    these signs is enough, unless no cell has it: then others are added. None: the words are of no vertex.
    """
    rows: list[Row] = []
    for branch in _branches(plus, minus):
        rows += plan.tight(plus, minus, branch, known)
        point, free = common_zero(rows, near)
        if free <= 1:
            return point
    return None


def _branches(plus: Words, minus: Words) -> Iterator[Words]:
    free = ~(plus | minus)
    yield minus
    yield minus | free
    rng = np.random.default_rng(0)
    for _ in range(BRANCHES):
        yield minus | (free & rng.integers(0, 2**64, len(free), dtype=np.uint64))
