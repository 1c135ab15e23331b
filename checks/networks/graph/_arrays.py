"""Arrays inside immutable operations."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks.arrays import floats


def freeze(owner: Any, name: str, values: ArrayLike, dimensions: int | None = None) -> None:
    """Set the field of that name to the values, as a float64 array of its own that nothing can write to.

    Raises:
        ValueError: NaN or infinity, another number of axes, what is not real or what float64 would round.
    """
    array = floats(name, values).copy()
    if dimensions is not None and array.ndim != dimensions:
        raise ValueError(f"{name} has shape {array.shape}: give {dimensions} axes")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity")
    array.setflags(write=False)
    object.__setattr__(owner, name, array)
