"""Loops compiled to machine code where numba is installed (`pip install 'manyfaces[fast]'`): the one place that asks.

What is compiled is plain Python, and runs as such where numba is missing: who has another way for large inputs asks
`installed` first. Numba is slow to import, so modules of compiled loops are imported where they are used.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., object])


@cache
def installed() -> bool:
    """Whether numba can be imported, and compiles: one that is too old for numpy, say, is as good as none."""
    try:
        from numba import config
    except Exception:
        return False
    settings: Any = config
    return not settings.DISABLE_JIT


def compiled(function: Function) -> Function:
    """Compiled when it is first called, and kept on disk where that can be written."""
    if not installed():
        return function
    import numba

    njit: Any = numba.njit
    try:
        found: Function = njit(cache=True)(function)
    except RuntimeError:  # no folder for the cache can be written
        found = njit(function)
    return found
