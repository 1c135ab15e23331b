"""Where pieces are counted: a box, or all of R^n."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory._entries import parts, shown
from theory._types import Array, Floats
from theory.pieces._network.numbers import as_fractions, exact_array
from theory.sets import Box


@dataclass(frozen=True, eq=False)
class Domain:
    """The box low <= x <= high, (n,) each; all of R^n when both are None. exact: the two as Fractions, where the floats
    are roundings of some."""

    dimension: int
    low: Floats | None
    high: Floats | None
    exact: tuple[Array, Array] | None = None

    @property
    def bounded(self) -> bool:
        return self.low is not None

    @cached_property
    def side_rows(self) -> Floats:
        """Functions (2n, n + 1) of (1, x) that are positive inside a box; none over R^n."""
        if self.low is None or self.high is None:
            return np.zeros((0, self.dimension + 1))
        unit = np.eye(self.dimension)
        return np.vstack([np.column_stack([-self.low, unit]), np.column_stack([self.high, -unit])])

    @property
    def ends(self) -> tuple[list[Fraction], list[Fraction]]:
        """Of a box low and high, exactly; of R^n nothing."""
        if self.low is None or self.high is None:
            return [], []
        low, high = self.exact or (as_fractions(self.low, None), as_fractions(self.high, None))
        return low.tolist(), high.tolist()


def read_domain(box: Any, dimension: int) -> Domain:
    """None is [-1, 1]^n, "all" is R^n, a pair (low, high) of numbers or (n,) is a box, and so is a `Box`, or a pair for
    each of n != 2 inputs."""
    if box is None:
        return Domain(dimension, -np.ones(dimension), np.ones(dimension))
    if isinstance(box, str):
        if box != "all":
            raise ValueError(f"box={shown(box)}: pass None for [-1, 1]^n, 'all' for R^n, or a pair (low, high)")
        return Domain(dimension, None, None)
    if isinstance(box, Box):
        box = box.lower, box.upper
    elif dimension != 2 and _are_pairs(box, dimension):
        box = tuple(zip(*box, strict=True))
    try:
        low, high = parts("box", box)
    except ValueError as error:
        raise ValueError(f"box={shown(box)}: pass a pair (low, high), each a number or one an input") from error
    return _read_box(exact_array("box[0]", low), exact_array("box[1]", high), dimension)


def _are_pairs(box: Any, dimension: int) -> bool:
    """Whether it is a pair (low, high) for each input; of two inputs it would be low and high of both as well."""
    if not isinstance(box, list | tuple | np.ndarray) or len(box) != dimension:
        return False
    return all(isinstance(each, list | tuple | np.ndarray) and len(each) == 2 for each in box)


def read_around(around: Any, dimension: int) -> Domain:
    """Of a pair (x, r) the box of all points that are within r, a number or (n,), of x (n,) in each input."""
    try:
        point, radius = parts("around", around)
    except ValueError as error:
        raise ValueError(f"around={shown(around)}: pass a pair (x, r), a point (n,) and a radius") from error
    middle, half = as_fractions(*exact_array("around[0]", point)), as_fractions(*exact_array("around[1]", radius))
    if middle.shape != (dimension,):
        raise ValueError(f"around[0] has shape {middle.shape}: pass a point, ({dimension},)")
    if half.shape not in ((), (dimension,)) or not (half > 0).all():
        raise ValueError(f"around[1]={shown(radius)}: pass a radius greater than 0, or one an input, ({dimension},)")
    low, high = (exact_array("around", end) for end in (middle - half, middle + half))
    return _read_box(low, high, dimension)


def _read_box(low: tuple[Floats, Array | None], high: tuple[Floats, Array | None], dimension: int) -> Domain:
    for name, (side, _) in (("box[0]", low), ("box[1]", high)):
        if side.shape not in ((), (dimension,)):
            raise ValueError(
                f"{name} has shape {side.shape}: pass (low, high), each a number or one an input, ({dimension},)"
            )
    ends = tuple(np.broadcast_to(as_fractions(*side), dimension) for side in (low, high))
    empty = np.flatnonzero(~(ends[0] < ends[1]).astype(bool))
    floats = [np.broadcast_to(side, dimension) + 0.0 for side, _ in (low, high)]
    if empty.size:
        where = int(empty[0])
        given = ", ".join(f"{word} {side[where]}" for word, side in zip(("low", "high"), floats, strict=True))
        raise ValueError(f"box is empty: {given} at input {where}: pass low < high")
    rounded = low[1] is not None or high[1] is not None
    return Domain(dimension, floats[0], floats[1], (ends[0], ends[1]) if rounded else None)


def sides(domain: Domain) -> NDArray[np.object_]:
    """Integer functions (2n or n + 1, n + 1) of a homogeneous point whose signs are the words of the first round:
    up to positive factors x_i - low_i and high_i - x_i, or x_i and x0."""
    n = domain.dimension
    unit = np.eye(n + 1, dtype=int).astype(object)
    if not domain.bounded:
        return np.concatenate([unit[1:], unit[:1]])
    rows, (low, high) = [], domain.ends
    for i in range(n):
        for bound, sign in ((low[i], 1), (high[i], -1)):
            top, bottom = bound.as_integer_ratio()
            rows.append(sign * (bottom * unit[1 + i] - top * unit[0]))
    return np.array(rows, dtype=object)
