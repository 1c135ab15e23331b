"""How often padding and windows read a pixel: the norms of copying."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, inf
from typing import Any

import numpy as np

from theory._entries import entries, shown
from theory._input import plain_number, whole_number
from theory.intervals import root_floats

PADDINGS = ("zeros", "circular", "reflect", "replicate")
"""As torch names them."""
MOST_AXES = 3
MOST_PIXELS = 2**20
"""Of an axis, far beyond any image: longer paddings would be written out."""
_NUMPY = {"circular": "wrap", "reflect": "reflect", "replicate": "edge"}


def for_axes(name: str, value: Any, axes: int, least: int) -> tuple[int, ...]:
    """One whole number for each axis, from one for all or a sequence of them."""
    given = entries(name, value)
    if not given.ndim:
        return (whole_number(name, given.item(), least, MOST_PIXELS),) * axes
    if given.shape != (axes,):
        raise ValueError(f"{name}={shown(value)}: pass a whole number, or {axes}, one for each axis")
    return tuple(whole_number(name, entry, least, MOST_PIXELS) for entry in given.tolist())


def norm_order(name: str, value: Any) -> Any:
    """p of a p-norm: 1 to inf, with its exact value."""
    given = entries(name, value)
    number = given.item() if not given.ndim else None
    if isinstance(number, float) and number == inf:
        return inf
    if number is None or not number >= 1:
        raise ValueError(f"{name}={shown(value)}: pass a number from 1 on, or inf")
    return plain_number(name, number)


def copies(mode: str, padding: int, size: int | None, spare: int) -> int:
    """How often a pixel of an axis is read at most, as itself and as padding.

    size: of the axis; None: any. spare: so much circular padding, both sides together, repeats no window.
    """
    if mode == "zeros" or not padding or (mode == "circular" and 2 * padding <= spare):
        return 1
    if size is None:
        return 1 + 2 * padding if mode == "replicate" else 3  # a pixel is mirrored at each end at most, wrapped as well
    most = size - (mode == "reflect")
    if mode != "replicate" and padding > most:
        raise ValueError(f"padding={padding}: a {mode} padding of {size} pixels has at most {most}")
    if mode == "circular":
        return ceil((size + 2 * padding - spare) / size)
    read = np.pad(np.arange(size), padding, mode=_NUMPY[mode])  # type: ignore[call-overload]
    return int(np.bincount(read).max())


def root(value: int) -> tuple[float, float]:
    """Floats around the square root of a whole number."""
    return root_floats(Fraction(value))
