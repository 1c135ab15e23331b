"""The types of arrays that networks, training and papers hand each other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

_WHOLE = 2.0**53  # up to it, float64 has every whole number


def floats(name: str, values: ArrayLike) -> Floats:
    """The values as float64, which they must be exactly; `values` itself where it is such an array.

    Args:
        name: of the argument, for messages.
        values: an array of any shape, a tensor, or what numpy makes an array of.

    Raises:
        ValueError: what is not an array of real numbers, masked entries, numbers that float64 would round.

    >>> floats("x", [1, 0.5]).tolist()
    [1.0, 0.5]
    >>> floats("x", [2**53 + 1])
    Traceback (most recent call last):
    ValueError: x holds 9007199254740993, which is no float64: subtract what is common to all, or round it
    """
    tensor: Any = values
    if hasattr(tensor, "detach"):  # of any library
        values = tensor.detach().cpu().double() if tensor.is_floating_point() else tensor.detach().cpu()
    if np.ma.is_masked(values):
        raise ValueError(f"{name} holds masked entries: fill them, or leave those rows out")
    try:
        given = np.asarray(values)
        if given.dtype.kind not in "biufO":
            raise TypeError(f"numbers of type {given.dtype}")
        converted = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError, RuntimeError, OverflowError) as error:
        raise ValueError(f"{name} is no array of real numbers ({error}): pass float64") from error
    if isinstance(values, list | tuple) and (np.abs(converted) >= _WHOLE).any():
        given = np.asarray(values, dtype=object)  # beside a float, numpy has rounded whole numbers
    exact = given.dtype.kind == "b" or (given.dtype.kind == "f" and given.dtype.itemsize <= converted.itemsize)
    for place in () if exact else np.flatnonzero(_doubtful(given, converted)):
        value = given.flat[place]
        value = value.item() if isinstance(value, np.integer) else value
        if value != converted.flat[place].item() and value == value:  # noqa: PLR0124
            raise ValueError(f"{name} holds {value}, which is no float64: subtract what is common to all, or round it")
    return converted


def _doubtful(given: NDArray[Any], converted: Floats) -> NDArray[np.bool_]:
    """Which numbers conversion may have rounded."""
    return np.ravel(np.abs(converted) >= _WHOLE if given.dtype.kind in "iu" else np.ones(given.shape, dtype=bool))
