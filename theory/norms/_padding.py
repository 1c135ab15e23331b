"""How often padding and windows read a pixel: the norms of copying."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

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


def margins(value: Any, axes: int) -> tuple[tuple[int, int], ...]:
    """Pixels before and after each axis, from one number for all, one for each, or a pair for each."""
    given = entries("padding", value)
    if given.shape != (axes, 2):
        return tuple((p, p) for p in for_axes("padding", value, axes, 0))
    pairs = ((whole_number("padding", entry, 0, MOST_PIXELS) for entry in pair) for pair in given.tolist())
    return tuple((before, after) for before, after in pairs)


def copies(mode: str, padding: tuple[int, int], size: int | None, spare: int) -> int:
    """How often a pixel of an axis is read at most, as itself and as padding.

    size: of the axis; None: any. spare: so much circular padding, both sides together, repeats no window.
    """
    both = sum(padding)
    if mode == "zeros" or not both or (mode == "circular" and both <= spare):
        return 1
    if size is None:
        return 1 + both if mode == "replicate" else 3  # a pixel is mirrored at each end at most, wrapped as well
    most = size - (mode == "reflect")
    if mode != "replicate" and max(padding) > most:
        raise ValueError(f"padding={max(padding)}: a {mode} padding of {size} pixels has at most {most}")
    if mode == "circular":
        return ceil((size + both - spare) / size)
    return int(np.bincount(sources(mode, padding, size)).max())


def sources(mode: str, padding: tuple[int, int], size: int) -> NDArray[np.intp]:
    """The pixel that each place of a padded axis shows, -1 for a zero."""
    places = np.arange(size)
    if mode == "zeros":
        return np.pad(places, padding, constant_values=-1)
    return np.pad(places, padding, mode=_NUMPY[mode])  # type: ignore[call-overload]


def root(value: int) -> tuple[float, float]:
    """Floats around the square root of a whole number."""
    return root_floats(Fraction(value))
