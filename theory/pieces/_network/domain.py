"""Where pieces are counted: a box, or all of R^n."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory._input import real_array
from theory._types import Floats


@dataclass(frozen=True, eq=False)
class Domain:
    """The box low <= x <= high, (n,) each; all of R^n when both are None."""

    dimension: int
    low: Floats | None
    high: Floats | None

    @property
    def bounded(self) -> bool:
        return self.low is not None


def read_domain(box: Any, dimension: int) -> Domain:
    """None is [-1, 1]^n, "all" is R^n, a pair (low, high) of numbers or (n,) is a box."""
    if box is None:
        return Domain(dimension, -np.ones(dimension), np.ones(dimension))
    if isinstance(box, str):
        if box != "all":
            raise ValueError(f"box={box!r}: pass None for [-1, 1]^n, 'all' for R^n, or a pair (low, high)")
        return Domain(dimension, None, None)
    try:
        low, high = box
    except (TypeError, ValueError) as error:
        raise ValueError(f"box={box!r}: pass a pair (low, high), each a number or one an input") from error
    return _read_box(real_array("box[0]", low), real_array("box[1]", high), dimension)


def _read_box(low: Floats, high: Floats, dimension: int) -> Domain:
    for name, side in (("box[0]", low), ("box[1]", high)):
        if side.shape not in ((), (dimension,)):
            raise ValueError(f"{name} has shape {side.shape}: pass one number, or one an input, ({dimension},)")
    low, high = (np.broadcast_to(side, dimension) + 0.0 for side in (low, high))
    if not (low < high).all():
        where = int(np.flatnonzero(~(low < high))[0])
        raise ValueError(f"box is empty: low {low[where]}, high {high[where]} at input {where}: pass low < high")
    return Domain(dimension, low, high)


def sides(domain: Domain) -> NDArray[np.object_]:
    """Integer functions (2n or n + 1, n + 1) of a homogeneous point whose signs are the words of the first round:
    up to positive factors x_i - low_i and high_i - x_i, or x_i and x0."""
    n = domain.dimension
    unit = np.eye(n + 1, dtype=int).astype(object)
    if domain.low is None or domain.high is None:
        return np.concatenate([unit[1:], unit[:1]])
    rows = []
    for i in range(n):
        for bound, sign in ((domain.low[i], 1), (domain.high[i], -1)):
            top, bottom = float(bound).as_integer_ratio()
            rows.append(sign * (bottom * unit[1 + i] - top * unit[0]))
    return np.array(rows, dtype=object)
