"""What stands between the layers of a network, by its name.

Elementwise ones keep z > 0 and multiply the rest by a slope. Sorts and maxima of groups of rows are made of pairs that
are sorted, as in `groupsort2`, which is the one other kind that the solvers know.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from theory._entries import shown
from theory._rationals import rational

NAMES = "'groupsort2', 'relu', 'leaky_relu', 'abs', 'groupsort<g>', 'fullsort', 'maxout<k>'"

SLOPES = {"relu": Fraction(0), "abs": Fraction(-1), "leaky_relu": Fraction(0.01)}
"""Of elementwise ones, where z < 0; the last is a default, that of PyTorch."""

LARGEST_SLOPE = 1e140
"""As of other numbers of a network: its square is a float64."""

SIZED = re.compile(r"(groupsort|maxout)([1-9]\d{0,8})", re.ASCII)

Comparisons = list[tuple[int, int]]
"""Of places, no two of which are the same."""


@dataclass(frozen=True)
class Activation:
    """slope: of an elementwise one, else None. size: of groups of rows, 0 for all rows of a layer. greatest: a group
    gives its maximum alone, not all its rows in order."""

    name: str
    slope: Fraction | None
    size: int = 1
    greatest: bool = False

    @property
    def of_pairs(self) -> bool:
        """Whether the solvers take it as it is."""
        return self.slope is not None or (self.size == 2 and not self.greatest)

    def group(self, width: int) -> int:
        """Rows that are compared with each other in a layer of this width."""
        return self.size or width

    def outputs(self, width: int) -> int:
        return width // self.size if self.greatest else width

    def check_width(self, name: str, width: int) -> None:
        if width % self.group(width):
            what = (
                "sorts pairs, pass an even number" if self.size == 2 and not self.greatest else "takes groups of rows"
            )
            more = "" if self.size == 2 and not self.greatest else f", pass a multiple of {self.size}"
            raise ValueError(f"{name}: {self.name} {what}{more}")


def read_activation(activation: Any, slope: Any = None) -> Activation:
    found = _by_name(activation) if isinstance(activation, str) else None
    if found is None:
        raise ValueError(f"activation={shown(activation)}: pass one of {NAMES}, with whole numbers g and k above 1")
    if slope is None:
        return found
    if found.name != "leaky_relu":
        raise ValueError(f"slope={shown(slope)}: pass it with activation='leaky_relu' alone")
    return replace(found, slope=_read_slope(slope))


def _by_name(name: str) -> Activation | None:
    if name in SLOPES:
        return Activation(name, SLOPES[name])
    if name == "fullsort":
        return Activation(name, None, 0)
    sized = SIZED.fullmatch(name)
    if sized is None or int(sized[2]) < 2:
        return None
    return Activation(name, None, int(sized[2]), sized[1] == "maxout")


def _read_slope(slope: Any) -> Fraction:
    found = rational("slope", slope)
    if abs(found) > LARGEST_SLOPE:
        raise ValueError(f"slope={shown(slope)}: pass a number up to {LARGEST_SLOPE}, positive or negative")
    return found


def sorting_steps(size: int) -> Iterator[Comparisons]:
    """Comparisons that sort so many places, those of a step at once: Batcher's merge exchange (Knuth 1998, 5.2.2 M)."""
    top = 1 << max(0, (size - 1).bit_length() - 1)
    part = top if size > 1 else 0
    while part:
        far, low, distance = top, 0, part
        while True:
            yield [(i, i + distance) for i in range(size - distance) if i & part == low]
            if far == part:
                break
            distance, far, low = far - part, far // 2, part
        part //= 2
