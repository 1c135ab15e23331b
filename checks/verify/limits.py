"""What a witness may cost, counted in steps; and the two ways in which it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from fractions import Fraction

MAX_STEPS = 1_000_000
"""The work that one witness may cost: about a second; chosen."""

MAX_BITS = 200_000
"""The length of a numerator and denominator together: chosen for the time of a product."""


class WitnessError(ValueError):
    """The witness does not show what it claims to show."""


class MalformedError(WitnessError):
    """The witness cannot be checked at all: not in the language, over a limit, or an operation without a value."""


_steps_left: ContextVar[list[int] | None] = ContextVar("_steps_left", default=None)


@contextmanager
def limited() -> Iterator[None]:
    """A fresh limit, unless one is in force."""
    token = _steps_left.set(_steps_left.get() or [MAX_STEPS])
    try:
        yield
    finally:
        _steps_left.reset(token)


def spend(steps: int = 1) -> None:
    """Count work against the limit in force."""
    left = _steps_left.get()
    if left is not None:
        left[0] -= steps
        if left[0] < 0:
            raise MalformedError(f"more than {MAX_STEPS} steps: give smaller data")


def bounded(value: Fraction) -> Fraction:
    """The value, its length counted as work."""
    spend(1 + cost(value))
    return value


def cost(value: Fraction) -> int:
    """What a number costs beside the step itself.

    Schoolbook products take the square of the length; up to 1000 bits they cost no more than the step.
    """
    bits = value.numerator.bit_length() + value.denominator.bit_length()
    if bits > MAX_BITS:
        raise MalformedError(f"a number of {bits} bits; at most {MAX_BITS} are allowed")
    return (bits // 1000) ** 2
