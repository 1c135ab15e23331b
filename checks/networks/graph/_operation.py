"""What a node of a network does: values in float64, how far rounding and errors carry, its transposed derivative."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np

from checks.arrays import Floats

Shape = tuple[int, ...]
"""Of one sample, without the axis of the batch."""


LEAST = 2.0**-1074
"""The least positive number of float64."""


@dataclass(frozen=True)
class Arithmetic:
    """Rounding to nearest: each result is off by at most `unit` of itself, and `tiny` where digits are lost."""

    unit: float
    tiny: float

    def relative(self, count: int) -> float:
        """Above the relative error of a sum of so many products in any order (Higham 2002, section 3.1), and above that
        of the bound itself as float64 adds it up."""
        return 2 * (count + 2) * self.unit

    @staticmethod
    def moved(x: Floats, error: Floats, share: float) -> Floats:
        """Errors of inputs, with that share of the inputs; one that underflows counts, as weights may enlarge it."""
        return error + (share * (np.abs(x) + error) + LEAST)


FLOAT64 = Arithmetic(2.0**-53, 2.0**-1022)
FLOAT32 = Arithmetic(2.0**-24, 2.0**-126)
BFLOAT16 = Arithmetic(2.0**-8, 2.0**-126)
FLOAT16 = Arithmetic(2.0**-11, 2.0**-14)

ULPS = 32
"""Units of a function such as tanh: numpy's and scipy's are within 4 of its last place, 8 units; 32 is chosen."""


class Operation(ABC):
    """A map of one or more arrays; arrays have a first axis of samples, which no operation mixes.

    Shapes are those of one sample. Operations are immutable, and their arrays too.
    """

    @abstractmethod
    def shape(self, *shapes: Shape) -> Shape:
        """The shape of what comes out, for the shapes of what goes in.

        Raises:
            ValueError: shapes that do not fit.
        """

    @abstractmethod
    def forward(self, *values: Floats) -> Floats:
        """The values (p, *shape), rounded."""

    @abstractmethod
    def spread(self, values: list[Floats], errors: list[Floats], result: Floats, arithmetic: Arithmetic) -> Floats:
        """Above |computed - true| entry by entry, where what goes in is known within `errors` of `values`.

        Computed is what this arithmetic makes of what goes in, true is the exact map of the true arrays.
        """

    def stretched(self, lengths: list[Floats], constant: float | None) -> Floats | None:
        """Above the Euclidean length of the true change of what comes out, for changes of such lengths of what goes in
        and the operation's Lipschitz constant; None where nothing is known."""
        return None if constant is None or len(lengths) != 1 else lengths[0] * constant

    @abstractmethod
    def backward(self, gradient: Floats, values: list[Floats], result: Floats) -> list[Floats]:
        """For each array that goes in, its derivative transposed, times the gradient (p, *shape)."""


class Single(Operation):
    """An operation of one array."""

    @abstractmethod
    def shape(self, *shapes: Shape) -> Shape: ...

    def forward(self, *values: Floats) -> Floats:
        return self.apply(values[0])

    def spread(self, values: list[Floats], errors: list[Floats], result: Floats, arithmetic: Arithmetic) -> Floats:
        return self.carry(values[0], errors[0], result, arithmetic)

    def backward(self, gradient: Floats, values: list[Floats], result: Floats) -> list[Floats]:
        return [self.pull(gradient, values[0], result)]

    @abstractmethod
    def apply(self, x: Floats) -> Floats:
        """`forward` of one array."""

    @abstractmethod
    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        """`spread` of one array."""

    @abstractmethod
    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        """`backward` of one array."""
