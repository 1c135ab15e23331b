"""A network's Lipschitz constant by semidefinite programming, proved."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgError

from theory._entries import parts, shown
from theory._input import finite_number, positive_number, real_array
from theory._results import Shown
from theory._scales import outwards
from theory._types import Floats
from theory.intervals import root_floats, upper_float
from theory.norms._largest import UNIT
from theory.norms._matrix import matrix_bound
from theory.norms._semidefinite.barrier import least
from theory.norms._semidefinite.problem import Known, Problem, problem_of

GATES = {"relu": (0.0, 1.0), "abs": (-1.0, 1.0), "groupsort2": None}
LARGEST = 1500
"""Inputs and gates together at most: chosen for time and memory, minutes."""
SPARE = 2.0**-4
STEEPEST = 1e6
"""Of slopes: chosen, products of squares of some dozen layers stay within float64."""
DOUBLINGS = 40


@dataclass(frozen=True, eq=False, repr=False)
class SemidefiniteBound(Shown):
    """A certified upper bound on a Lipschitz constant; see `semidefinite_bound` (as in Fazlyab et al., NeurIPS 2019).

    Attributes:
        upper: for Euclidean norms.
        product: the product of the layers' norms and slopes, for comparison: upper <= product.
        multipliers: (M,), of the gates, which prove it; those of scaled layers.

    >>> found = semidefinite_bound([[[1.0], [-1.0]], [[0.0, 1.0]]])
    >>> found.upper < found.product
    True
    """

    upper: float
    product: float
    multipliers: Floats


def semidefinite_bound(
    weights: Sequence[ArrayLike],
    *,
    activation: str = "groupsort2",
    slopes: tuple[float, float] | None = None,
    tolerance: float = 1e-4,
    time_limit: float | None = None,
) -> SemidefiniteBound:
    """An upper bound on the Lipschitz constant of a dense network, below the product of its layers' norms.

    The least r such that a quadratic form with multipliers of the gates is positive semidefinite (Fazlyab et al. 2019,
    LipSDP-Neuron, for slopes in [a, b]; for sorting in pairs, after Pauli, Havens et al. 2024, by a rotation in which
    it is an absolute value). A barrier method finds it; a Cholesky factor proves it for the weights as they are,
    rounding included (Rump 2006).

    Args:
        weights: (w_1, n), ..., (m, w_k): the last is the affine readout. Biases do not matter.
        activation: groupsort2 (of rows 2j and 2j + 1), relu or abs.
        slopes: instead, of any activation of single neurons, least and greatest: see `activation_slopes`.
        tolerance: relative, of the square of the constant, to which the programme is solved.
        time_limit: seconds; the bound that is reached by then is as certain.

    Raises:
        ValueError: shapes that do not chain, an odd width with groupsort2, another activation, slopes that are no
            interval, more than 1500 inputs and gates, numbers that are not positive where they should be.
        OverflowError: a bound beyond float64.

    >>> found = semidefinite_bound([[[1.0], [-1.0]], [[1.0, 1.0]]], activation="relu")  # |x|
    >>> round(found.upper, 3), round(found.product, 3)
    (1.0, 2.0)
    >>> round(semidefinite_bound([[[1.0], [-1.0]], [[0.0, 1.0]]]).upper, 3)  # |x| again, by sorting
    1.0
    """
    layers = [real_array(f"weights[{i}]", weight) for i, weight in enumerate(parts("weights", weights))]
    gates = _gates(activation, slopes)
    _check(layers, gates is None)
    allowed = positive_number("tolerance", tolerance)
    until = None if time_limit is None else monotonic() + positive_number("time_limit", time_limit)
    exponents = [math.frexp(float(np.abs(layer).max()) or 1.0)[1] for layer in layers]
    scaled = [np.ldexp(layer, -exponent) for layer, exponent in zip(layers, exponents, strict=True)]
    norms = [matrix_bound(layer).upper for layer in scaled]
    steepest = max(map(abs, gates)) if gates else 1.0
    exact = math.prod(map(Fraction, norms)) * Fraction(steepest) ** (len(layers) - 1)
    best, multipliers = exact**2, np.zeros(0)
    if gates is not None and gates[0] == gates[1]:
        best = min(best, Fraction(_linear(scaled, gates[0])) ** 2)
    elif len(layers) > 1 and all(norms):
        problem = problem_of(scaled, gates, norms, SPARE)
        try:
            found, multipliers = least(problem, allowed, until)
            proved = _proved(problem, found, multipliers)
        except LinAlgError:  # slopes so near each other that rounding hides what is between them
            proved = None
        best = min(best, best if proved is None else Fraction(proved))
    upper = outwards(root_floats(best)[1], sum(exponents), math.inf)
    product = outwards(upper_float(exact), sum(exponents), math.inf)
    if upper == math.inf:
        raise OverflowError("weights have norms whose product is beyond float64: divide them by powers of two")
    return SemidefiniteBound(upper, product, multipliers)


def _linear(layers: Sequence[Floats], slope: float) -> float:
    """An upper bound on the norm of the product, where all gates multiply by one number."""
    whole = Known.of(layers[0])
    for layer in layers[1:]:
        whole = Known.of(layer * slope if slope in (0.0, 1.0, -1.0) else layer) @ whole
        if slope not in (0.0, 1.0, -1.0):
            error = abs(slope) * (whole.error + 4 * UNIT * np.abs(whole.value)) + 2.0**-900  # what underflows, too
            whole = Known(slope * whole.value, error * (1 + 4 * UNIT))
    return math.nextafter(matrix_bound(whole.value).upper + float(np.linalg.norm(whole.error)) * (1 + 1e-6), math.inf)


def _proved(problem: Problem, r: float, t: Floats) -> float | None:
    """The least r, of a few above the given one, for which Q less all that is hidden has a Cholesky factor."""
    part = 2.0**-44
    for _ in range(DOUBLINGS):
        tried = r * (1 + part)
        form = problem.form(tried, t)
        # An R with R'R = Q + D, |D| <= (n + 1) u tr Q: Higham 2002, theorem 10.5; what Q hides besides is `slip`.
        hidden = problem.slip(tried, t) + 4 * (len(form) + 8) * UNIT * float(np.trace(form))
        form[np.arange(len(form)), np.arange(len(form))] -= hidden
        try:
            if np.isfinite(np.linalg.cholesky(form)).all():
                return tried
        except np.linalg.LinAlgError:
            pass
        part *= 2
    return None


def _gates(activation: Any, slopes: Any) -> tuple[float, float] | None:
    if slopes is None:
        if not isinstance(activation, str) or activation not in GATES:
            raise ValueError(f"activation={shown(activation)}: choose one of {', '.join(GATES)}, or give slopes")
        return GATES[activation]
    pair = parts("slopes", slopes)
    if len(pair) != 2:
        raise ValueError(f"slopes={shown(slopes)}: give the least and the greatest")
    low, high = (finite_number("slopes", slope) for slope in pair)
    if max(abs(low), abs(high)) > STEEPEST:
        raise ValueError(f"slopes={shown(slopes)}: give numbers up to {STEEPEST:g}")
    if not low <= high:
        raise ValueError(f"slopes={shown(slopes)}: give the least and the greatest")
    return low, high


def _check(layers: Sequence[Floats], pairs: bool) -> None:
    if not layers:
        raise ValueError("weights is empty: give at least one layer")
    for i, layer in enumerate(layers):
        wanted = layers[i - 1].shape[0] if i else "n"
        if layer.ndim != 2 or not layer.size or (i and layer.shape[1] != wanted):
            raise ValueError(f"weights[{i}] has shape {layer.shape}: give (w, {wanted})")
        if pairs and i + 1 < len(layers) and layer.shape[0] % 2:
            raise ValueError(f"weights[{i}] has an odd number of rows: groupsort2 sorts pairs")
    size = layers[0].shape[1] + sum(len(layer) // (2 if pairs else 1) for layer in layers[:-1])
    if size > LARGEST:
        raise ValueError(
            f"weights have {size} inputs and gates: {LARGEST} at most; use the product of the layers' norms"
        )
