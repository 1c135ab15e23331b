"""What bounds of a norm are."""

from __future__ import annotations

from dataclasses import dataclass

from theory._results import Shown


@dataclass(frozen=True)
class NormBounds(Shown):
    """lower <= an operator's norm <= upper (Béthune et al., Section 2.3, on layers' norms).

    >>> from theory.norms import conv_bound
    >>> conv_bound([[[0.0, 3.0]]], order=1)
    NormBounds(lower=3.0, upper=3.0)
    """

    lower: float
    upper: float
