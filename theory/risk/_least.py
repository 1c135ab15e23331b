"""The least risk over all L-Lipschitz functions, with what proves it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import fsum, inf
from numbers import Real
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray

from theory._entries import entries, shown
from theory._input import positive_number, queries, real_array
from theory._progress import bar
from theory._rationals import exact_numbers
from theory._results import Shown, line, table
from theory._scales import LEAST_FLOAT, in_unit_of_span, outwards
from theory._types import Array, Indices, Number
from theory.losses import Loss, as_loss
from theory.risk._extremes import bounded
from theory.risk._line.solve import least_risk_line
from theory.risk._pace import Pace
from theory.risk._proved_bounds import EPSILON, close, distance_rounding, unit_masses
from theory.risk._sample import Labelled, read_sample
from theory.risk._solution import Solution, consistent, constant
from theory.risk._space.active_set import Near, Search
from theory.risk._space.merged import Merged
from theory.risk._space.proof import prove
from theory.risk._space.units import in_units
from theory.risk._weighted_nearest import Distances

FEW_POINTS = 200
"""Samples of the line with so many points or fewer are handed to the solver for space, if need be: chosen."""

FAR_APART = 1e6
"""Weights so many times apart are named where the search ends early, as they may be why: chosen."""


class Extensions(NamedTuple):
    """The least and the greatest L-Lipschitz function with the given values on the sample, at some points.

    McShane 1934, Extension of Range of Functions; Whitney 1934, Analytic Extensions of Differentiable Functions.

    Attributes:
        lower: McShane's, the greatest of f(x_i) - L |x - x_i|.
        upper: Whitney's, the least of f(x_i) + L |x - x_i|.

    >>> found = minimize_risk([0, 4], [1, -1], 1, loss="hinge")
    >>> found.extend(5)  # f(4) = -1
    Extensions(lower=Fraction(-2, 1), upper=Fraction(0, 1))
    """

    lower: Any
    upper: Any

    def __eq__(self, other: object) -> bool:
        """Entry by entry."""
        return isinstance(other, tuple) and len(other) == len(self) and all(map(np.array_equal, self, other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((self.lower, self.upper))

    def __repr__(self) -> str:
        return line(type(self).__name__, self._asdict().items())

    def _repr_html_(self) -> str:
        return table(type(self).__name__, self._asdict().items())


@dataclass(frozen=True, eq=False, repr=False)
class LeastRisk(Shown):
    """A best L-Lipschitz function on a sample, with the dual solution that proves it; see `minimize_risk`.

    Béthune et al., Section 4 and Appendix E; the duality: Rockafellar 1970, Convex Analysis, section 31.

    Attributes:
        values: (p,), f(x_i), read-only like all arrays here; what it was computed from is copied. Where data are floats
            they are rounded. In space, and for losses with a kink, f(x_i) - f(x_j) <= L |x_i - x_j| then holds exactly
            for labels +1 of i and -1 of j, which is all that the risk asks of them, as losses fall: raising y f
            elsewhere, by the units in the last place that equal labels may lack, makes an L-Lipschitz function of no
            greater risk.
        risk: at least the risk of an L-Lipschitz function with these values, and at least that of the values as they
            are.
        lower_bound: at most the risk of every L-Lipschitz function, by the dual solution.
        attained: the infimum is a minimum.
        rows, columns, masses: (k,), masses[i] goes from point rows[i], of label +1, to point columns[i], of label -1.
        lipschitz: L.
        finished: False where `time_limit` came before the tolerance was reached; the bounds hold all the same.

    >>> found = minimize_risk([0, 1], [1, -1], 1, loss="hinge")
    >>> found.values.tolist(), found.risk, found.gap
    ([Fraction(1, 1), Fraction(0, 1)], Fraction(1, 2), Fraction(0, 1))
    >>> found.rows.tolist(), found.columns.tolist(), found.masses.tolist()
    ([0], [1], [Fraction(1, 2)])
    """

    values: Array
    risk: Number
    lower_bound: Number
    attained: bool
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    masses: Array
    lipschitz: Number
    _points: Array = field(repr=False)
    finished: bool = True

    @property
    def gap(self) -> Number:
        """risk - lower_bound: zero for exact data, and where the infimum, even -inf, is not attained."""
        return self.risk - self.lower_bound if self.attained else 0 * self.masses.sum()

    @property
    def coupling(self) -> sp.csr_array:
        """The dual solution as a float64 matrix (p, p): rows are points of label +1, columns points of label -1."""
        count = len(self.values)
        masses = self.masses.astype(np.float64)
        return sp.csr_array((masses, (self.rows, self.columns)), shape=(count, count))

    def extend(self, x: ArrayLike) -> Extensions:
        """The two extreme L-Lipschitz functions with these values on the sample, at x (..., n).

        For a sample on the line x may be of any shape (...,) too; exact data and an exact x give Fractions. On the
        sample both are `values`, up to rounding for floats. Infinite everywhere where the infimum is not attained.

        Raises:
            ValueError: another last axis, NaN, infinity or masked numbers; numbers near 1e-308 beside others above
                1e135.
        """
        given, n = entries("x", x), self._points.shape[1]
        if self._points.dtype == object:
            return self._extend_exactly(given)
        if n == 1 and (given.ndim == 0 or given.shape[-1] != 1):
            given = given[..., None]
        places = queries("x", given, n)
        shape = places.shape[:-1]
        if not self.attained:
            return Extensions(np.full(shape, self.values[0]), np.full(shape, self.values[0]))
        places = places.reshape(-1, n)
        if not len(places):
            return Extensions(np.empty(shape), np.empty(shape))
        both, exponent = in_unit_of_span("x", np.concatenate([places, self._points]))
        distances = Distances(both[: len(places)], both[len(places) :])
        slope = outwards(float(self.lipschitz), -exponent, inf)
        lower = -distances.least(0, slope, self.values).values[:, 0]
        upper = distances.least(0, slope, -self.values).values[:, 0]
        return Extensions(lower.reshape(shape), upper.reshape(shape))

    def _extend_exactly(self, x: Array) -> Extensions:
        exact = exact_numbers(x)
        places = real_array("x", x, rounded=True) if exact is None else exact
        places = places[..., 0] if places.ndim and places.shape[-1] == 1 else places
        if not self.attained:
            return Extensions(np.full(places.shape, self.values[0]), np.full(places.shape, self.values[0]))
        points, values = self._points[:, 0], self.values
        ranges = [[values + sign * self.lipschitz * abs(points - place) for sign in (-1, 1)] for place in places.flat]
        lower, upper = [low.max() for low, _ in ranges], [high.min() for _, high in ranges]
        return Extensions(*(np.array([*each, None])[:-1].reshape(places.shape)[()] for each in (lower, upper)))


def minimize_risk(
    points: ArrayLike,
    labels: ArrayLike,
    lipschitz: Number,
    loss: str | Loss = "bce",
    weights: ArrayLike | None = None,
    tolerance: float = 1e-6,
    time_limit: float | None = None,
    progress: bool = False,
) -> LeastRisk:
    """The least risk, sum of w_i l(y_i f(x_i)), over the L-Lipschitz functions f of R^n, and one that reaches it.

    Béthune et al., Section 4 (equations 3 to 5) and Appendix E. Values at the points suffice: they extend to R^n
    (McShane 1934).

    Answers, not errors: opposite labels at one point put a floor under the risk. With one class only, hinges reach
    0, BCE tends to 0 and does not reach it, KR and HKR tend to -inf; so does KR unless both classes have the same
    mass, and HKR unless each has at most 1 + penalty times the mass of the other (up to rounding, for floats). Where
    the infimum is not attained, `values` is its limit: one infinity at all points.

    Args:
        points: (p, n), or (p,) on the line.
        labels: (p,), +1 and -1, or 1 and 0, or True and False.
        lipschitz: L > 0, for Euclidean distances.
        loss: a name in `theory.losses.LOSSES`, such as "bce" or "hinge", or an object of `theory.losses`.
        weights: (p,), at least 0, 1/p by default, used as given. Points of weight 0 are left out, and get the values of
            the least function that extends the best one.
        tolerance: bounds gap / |risk|; a gap below 1e-300, or for losses with a margin below 1e-13 of the terms that
            are summed, is rounding and always allowed.
        time_limit: seconds after which a search in space ends at its next step; the answer then has the best bounds
            reached, and `finished` is False where the tolerance is not. Searches for first margins and proofs of what
            is found are not cut short: seconds, for tens of thousands of points.
        progress: a bar, where tqdm is installed, over the digits that are found in space.

    Returns:
        `risk` and `lower_bound` hold for the floats given, rounding included. On the line, integers and Fractions in
        all arguments give exact Fractions for the piecewise linear losses.

    Raises:
        ValueError: bad shapes, NaN, masked numbers, integers that float64 does not have where it is needed, other
            labels, negative weights or none that is positive, an L, a tolerance or a time limit that is not positive,
            unknown losses;
            points, L and weights whose products, or ratios, leave the range of float64: the message says what to scale
            or leave out.
        ArithmeticError: rounding does not allow the tolerance; with the bounds reached.

    >>> found = minimize_risk([[0.0, 0.0], [3.0, 4.0]], [1, -1], lipschitz=2)
    >>> bool(abs(found.risk - np.log1p(np.exp(-5))) < 1e-9), found.attained
    (True, True)
    >>> from fractions import Fraction
    >>> minimize_risk([0, 1], [1, -1], Fraction(1, 2), loss="hinge").risk
    Fraction(3, 4)
    """
    chosen = supported_loss(loss)
    positive_number("lipschitz", lipschitz)
    tolerance = positive_number("tolerance", tolerance)
    limit = None if time_limit is None else positive_number("time_limit", time_limit)
    sample = read_sample(points, labels, weights, lipschitz, chosen)
    with bar(progress) as advance:
        return least_of(sample, chosen, tolerance, Pace.of(limit, advance))[0]


def least_of(
    sample: Labelled, loss: Loss, tolerance: float, pace: Pace, near: LeastRisk | None = None
) -> tuple[LeastRisk, LeastRisk]:
    """The answer, and that for the points of positive weight, which `near` is for another L.

    Raises:
        ArithmeticError: rounding, or the spread of the weights, not the time, leaves the tolerance out of reach.
    """
    rows = np.flatnonzero(sample.weights)
    weighed = sample if len(rows) == len(sample.labels) else sample.take(rows)
    found = solve_sample(weighed, loss, tolerance, pace, near)
    if not found.attained or _within(weighed, found, loss, tolerance):
        pace.at(0.0, tolerance)
    elif pace.over:
        found = replace(found, finished=False)
    else:
        spread = float(weighed.weights.max()) / float(weighed.weights.min())  # infinite, not a warning, beyond floats
        reason = f"rounding, or weights {spread:.0e} times apart, leave" if spread > FAR_APART else "rounding leaves"
        raise ArithmeticError(
            f"the least risk is between {found.lower_bound} and {found.risk}; {reason} tolerance={tolerance} "
            "out of reach: pass a greater one"
        )
    return (found if weighed is sample else _with_unweighed(found, sample, rows)), found


def _with_unweighed(found: LeastRisk, sample: Labelled, rows: Indices) -> LeastRisk:
    """With points of weight 0, which have the values of the least extension.

    Labels +1 get no more, labels -1 no less than it: its rounding is by that of a distance, and of a sum.
    """
    values = np.full(len(sample.labels), found.values[0], dtype=found.values.dtype)
    values[rows] = found.values
    others = np.flatnonzero(sample.weights == 0)
    if (found.values != found.values[0]).any():
        least = found.extend(sample.points[others]).lower
        if not sample.exact:
            size = np.abs(found.values).max() + np.abs(least)
            spare = (distance_rounding(sample.points.shape[1]) + 4 * EPSILON) * size + 4 * LEAST_FLOAT
            least = least - sample.labels[others] * spare
        values[others] = least
    values.flags.writeable = False
    sources, targets = rows[found.rows], rows[found.columns]
    points = sample.points.copy()
    for array in (sources, targets, points):
        array.flags.writeable = False
    return replace(found, values=values, rows=sources, columns=targets, _points=points)


def _within(sample: Labelled, found: LeastRisk, loss: Loss, tolerance: float) -> bool:
    margins = (sample.labels * found.values).astype(np.float64)
    return close(loss, sample.weights, margins, found.risk, found.lower_bound, tolerance)


def supported_loss(loss: str | Loss) -> Loss:
    chosen = as_loss(loss)
    if chosen.kink is None and chosen.normal is None:
        raise ValueError(
            f"loss={shown(loss)} has no kink and no normal form: derive it as theory.losses says, or pass 'bce'"
        )
    if chosen.kink is not None and not all(isinstance(n, Real) and 0 <= float(n) < inf for n in chosen.kink):
        raise ValueError(
            f"loss={shown(loss)} has the kink {chosen.kink}: base, jump and margin must be finite numbers, at least 0"
        )
    return chosen


def solve_sample(
    sample: Labelled, loss: Loss, tolerance: float, pace: Pace | None = None, near: LeastRisk | None = None
) -> LeastRisk:
    """Solved on the line or in space; `_within` the tolerance, if rounding allows. near: of the same sample, for
    another L.

    Where a small sample of the line asks too much of its own solver, that of space may do better.
    """
    line = sample.points.shape[1] == 1
    pace = pace or Pace()
    found = _solved(sample, loss, tolerance, pace, line, near)
    if not line or sample.exact or loss.normal is None or not found.attained:
        return found
    if _within(sample, found, loss, tolerance) or len(sample.labels) > FEW_POINTS:
        return found
    other = _solved(sample, loss, tolerance, pace, line=False)
    return min(found, other, key=lambda each: each.gap)


def _solved(
    sample: Labelled, loss: Loss, tolerance: float, pace: Pace, line: bool, near: LeastRisk | None = None
) -> LeastRisk:
    """In the order of the line, or class by class."""
    order = np.argsort(sample.points[:, 0] if line else -sample.labels, kind="stable")
    points, labels, weights = sample.points[order], sample.labels[order], sample.weights[order]
    ordered = Labelled(points, labels, weights, sample.lipschitz)
    if line:
        solution = _on_the_line(ordered, loss, tolerance)
    else:
        solution = _in_space(ordered, loss, tolerance, pace, None if near is None else _known(near, ordered, order))
    found = consistent(solution, labels, weights, loss)
    values = np.empty_like(found.values)
    values[order] = found.values
    rows, columns, masses = found.coupling
    copied = sample.points.copy()
    sources, targets, masses = order[rows], order[columns], masses.copy()
    for array in (values, sources, targets, masses, copied):
        array.flags.writeable = False
    return LeastRisk(
        values,
        found.risk,
        found.lower_bound,
        found.attained,
        sources,
        targets,
        masses,
        sample.lipschitz,
        copied,
    )


def _on_the_line(sample: Labelled, loss: Loss, tolerance: float) -> Solution:
    return least_risk_line(sample.points[:, 0], sample.labels, sample.weights, sample.lipschitz, loss, tolerance)


def _known(near: LeastRisk, ordered: Labelled, order: Indices) -> Near:
    """Margins of functions that are L-Lipschitz too, and the pairs that masses went between, in another order."""
    change = float(ordered.lipschitz) / float(near.lipschitz)
    margins = ordered.labels * near.values[order].astype(np.float64)
    place = np.argsort(order)
    codes = np.sort(place[near.rows] * len(order) + place[near.columns])
    return Near(np.stack([min(change, 1.0) * margins, change * margins]), codes)


def _in_space(sample: Labelled, loss: Loss, tolerance: float, pace: Pace, near: Near | None = None) -> Solution:
    """A constant, infinite or not, where one class is empty, or too light for the other."""
    masses, _ = unit_masses(sample.weights, loss)
    plus, minus = (fsum(masses[sample.labels == sign]) for sign in (1, -1))
    if not (plus and minus and bounded(np.array(plus), np.array(minus), loss)):
        return constant(len(sample.labels), 1.0 if plus > minus else -1.0, loss)
    split = int(np.count_nonzero(sample.labels > 0))
    units = in_units(sample.points, split, sample.weights, float(sample.lipschitz), loss)
    if near is not None:
        near = replace(near, margins=np.ldexp(near.margins, units.value))
    merged = Merged.of(units.problem)
    if merged.any:
        near = near and merged.near_of(near)
        search = Search(merged.problem_of(units.search), tolerance, merged.problem_of(units.problem), pace, near)
        found = prove(units.problem, merged.restored(search.ways()), tolerance, pace)
    else:
        found = prove(units.problem, Search(units.search, tolerance, units.problem, pace, near).ways(), tolerance, pace)
    return units.restored(found, float(loss.lipschitz), sample.weights)
