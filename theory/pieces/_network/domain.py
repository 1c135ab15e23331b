"""Where pieces are counted: a box, or all of R^n."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from theory._input import Floats, real_array


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
