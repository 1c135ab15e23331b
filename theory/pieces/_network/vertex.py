"""The exact place of a vertex, from the signs of gates there."""

from __future__ import annotations

from theory.pieces._network.arrays import Words
from theory.pieces._network.integers import Row, common_zero
from theory.pieces._network.plan import Plan


def locate(plan: Plan, plus: Words, minus: Words, known: int | None = None) -> Row | None:
    """The homogeneous point, in integers, of a vertex with words (rounds,); of the last round only the first `known`.

    None: the words are of no vertex. The functions that vanish are taken along the signs `minus`, in which gates that
    vanish do not act. Other signs of these span the same space: a gate that vanishes adds a multiple of itself, or
    nothing, to the layers after it, so that these are the same up to functions that are among those that vanish.
    """
    point = common_zero(list(plan.tight(plus, minus, known)))
    return None if point is None else _oriented(plan, point, int(plus[0]), int(minus[0]))


def _oriented(plan: Plan, point: Row, plus: int, minus: int) -> Row | None:
    """The point or its negative: x0 is positive, and at infinity, in R^n alone, coordinates have the signs of sides."""
    if point[0]:
        return point if point[0] > 0 else [-x for x in point]
    if plan.domain.bounded:
        return None
    first = next(i for i, x in enumerate(point[1:]) if x)
    claimed = (plus >> first & 1) - (minus >> first & 1)
    if not claimed:
        return None
    return point if (point[1 + first] > 0) == (claimed > 0) else [-x for x in point]
