"""What every loss of the margin answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import wraps
from inspect import signature
from math import inf, nextafter
from typing import TYPE_CHECKING, Any

import numpy as np

from theory._entries import entries
from theory._input import plain_number
from theory._types import Floats

if TYPE_CHECKING:
    from theory.losses._smooth import NormalForm

Number = float | Fraction
EPSILON = float(np.finfo(np.float64).eps)


Formula = Callable[..., Any]


def formula(method: Formula) -> Formula:
    """A method of a loss whose one argument is an array or a number, as `entries` opens it.

    NaN and infinity have answers, too; exact numbers beyond float64 are refused.
    """
    form = signature(method)
    name = tuple(form.parameters)[1]

    @wraps(method)
    def entered(*given: Any, **named: Any) -> Any:
        loss, value = given if len(given) == 2 and not named else form.bind(*given, **named).args
        with np.errstate(over="ignore", invalid="ignore"):
            return method(loss, _opened(name, value))

    return entered


def _opened(name: str, value: Any) -> Any:
    if type(value) is float or (type(value) is np.ndarray and value.dtype == np.float64):
        return value
    given = entries(name, value)
    try:
        near = np.asarray(given, dtype=np.float64)
    except OverflowError as error:
        raise ValueError(f"{name} has a number beyond float64: pass smaller ones") from error
    given = near if given.dtype.kind == "f" else given
    return given if given.ndim else given.item()


@dataclass(frozen=True)
class Loss(ABC):
    """A convex, non-increasing function l of the margin t = y f(x).

    The losses of Béthune et al., Sections 4 and 5, and others; the duality of `conjugate` and `dual` is that of
    Rockafellar 1970, Convex Analysis, section 12.

    Raises:
        ValueError: parameters that are no finite numbers.

    >>> from theory.losses import Hinge
    >>> isinstance(Hinge(), Loss), Hinge().multipliers, Hinge(margin=2).rest
    (True, (0, 1), 2)
    """

    def __post_init__(self) -> None:
        """Parameters are numbers, or tuples; none is numpy's, in whose arithmetic certificates would be false."""
        for field in fields(self):
            given = getattr(self, field.name)
            if not isinstance(given, tuple):
                object.__setattr__(self, field.name, plain_number(field.name, given))

    @property
    @abstractmethod
    def multipliers(self) -> tuple[Number, Number]:
        """The least and the greatest of -l', limits included: `dual` is finite between them, ends included.

        They are the slopes at infinity: the limits of -l(t) / t for t to infinity and to minus infinity.
        """

    @property
    def lipschitz(self) -> Number:
        """The Lipschitz constant of l."""
        return self.multipliers[1]

    @property
    def steepest(self) -> float:
        """The greatest multiplier that some best function of every sample with two classes needs, at most."""
        return float(self.multipliers[1])

    @property
    def infimum(self) -> float:
        """The infimum of l."""
        return -inf if self.multipliers[0] > 0 else float(self.dual(0.0))

    @property
    @abstractmethod
    def rest(self) -> Number:
        """The least margin that attains the infimum, infinity where none does."""

    @abstractmethod
    def value(self, t: Any) -> Any:
        """l(t), entry by entry."""

    @abstractmethod
    def derivative(self, t: Any) -> Any:
        """l'(t), entry by entry; at a kink the slope to its right."""

    @abstractmethod
    def conjugate(self, s: Any) -> Any:
        """l*(s) = sup over t of s t - l(t), entry by entry; infinity where the supremum is."""

    @formula
    def dual(self, a: Any) -> Any:
        """l°(a) = -l*(-a) = inf over t of l(t) + a t, entry by entry."""
        return -self.conjugate(-a)

    # Which solvers take it

    @property
    def kink(self) -> tuple[Any, Any, Any] | None:
        """The numbers (base, jump, margin) of -base t + jump max(0, margin - t); None for another form."""
        return None

    @property
    def normal(self) -> NormalForm | None:
        """The loss in the units of the solvers for smooth losses; None for another form."""
        return None

    # What bounds of a risk ask, in float64

    @abstractmethod
    def value_above(self, t: Floats) -> Floats:
        """At least l(t), rounding included, entry by entry."""

    @abstractmethod
    def dual_below(self, a: Floats, slack: Floats) -> Floats:
        """At most l°(b) for every multiplier b with |b - a| <= (slack - 16 EPSILON) a, entry by entry.

        slack: at least 16 EPSILON, which pay for the rounding of the formula. a: at most `steepest`; for an a below
        the least multiplier, l° there.
        """

    @abstractmethod
    def size(self, t: Floats) -> Floats:
        """What rounding the margins and l itself, relative to them, may change l(t) by relative to that; 0 where the
        change is relative to l(t)."""

    @abstractmethod
    def pooled(self, plus: Floats, minus: Floats) -> Floats:
        """inf over t of plus l(t) + minus l(-t) where that is finite, entry by entry: of two classes at one place.

        The relative error is a few units in the last place. plus, minus: at least 0.
        """


def least_float_above(number: Number) -> float:
    """The least float that is no less than the number."""
    nearest = float(number)
    return nearest if Fraction(nearest) >= Fraction(plain_number("number", number)) else nextafter(nearest, inf)
