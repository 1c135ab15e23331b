"""The Highest Mountain Function of two classes, and of several."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory._entries import parts
from theory._input import distinct_classes, point_set, positive_number, queries, same_dimension
from theory._results import Shown
from theory._types import Floats
from theory.hmf._classes import Classes, Outcome


@dataclass(frozen=True, eq=False, repr=False)
class Certificate(Shown):
    """What backs the value f(x) at every query, batch axes first (Béthune et al., Property 1 and Corollary 3).

    Attributes:
        value: (...), f(x).
        frontier_point: (..., n), a frontier point z at distance |f(x)| from x.
        rival: (..., n), the data point of the opposite class nearest to z.
        unique: (...), whether z is the only nearest frontier point.
        violation: (...), by how much z may lie outside the worst of all half-spaces |z - rival| <= |z - a|, a in the
            class of x: rounding, or zero.

    >>> proof = highest_mountain(positive=[[0, 0]], negative=[[2, 0]]).certificate([3, 0])
    >>> proof.value, proof.frontier_point, proof.rival
    (array(-2.), array([1., 0.]), array([0., 0.]))
    """

    value: Floats
    frontier_point: Floats
    rival: Floats
    unique: NDArray[np.bool_]
    violation: Floats


class HighestMountain:
    """f(x) of shape (...) for x of shape (..., n); see `highest_mountain` (Béthune et al., Definitions 1 and 3).

    Attributes:
        dimension: n.

    Raises:
        ValueError: as `highest_mountain`.

    >>> HighestMountain([[0, 0], [0, 0]], [[2, 0]])
    HighestMountain(1 positive, 1 negative, dimension 2)
    """

    def __init__(self, positive: ArrayLike, negative: ArrayLike) -> None:
        names = "positive", "negative"
        sets = [point_set(name, value) for name, value in zip(names, (positive, negative), strict=True)]
        self.dimension: int = same_dimension(names, sets)
        self._classes = Classes(distinct_classes(names, sets))

    @cached_property
    def positive(self) -> Floats:
        """(p, n), the class without repetitions."""
        return self._classes.points(0)

    @cached_property
    def negative(self) -> Floats:
        """(q, n), the other class without repetitions."""
        return self._classes.points(1)

    def __repr__(self) -> str:
        sizes = "{} positive, {} negative".format(*self._classes.sizes)
        return f"HighestMountain({sizes}, dimension {self.dimension})"

    def __call__(self, x: ArrayLike) -> Floats:
        """f(x), in the unit of the data.

        Args:
            x: points, (..., n).

        Returns:
            (...).

        Raises:
            ValueError: another last axis, NaN or infinity, or a point 1e150 times as far as the data are wide.
            ArithmeticError: in more than 12 dimensions, double precision cannot certify a projection.
        """
        points = queries("x", x, self.dimension)
        return _value(self._classes.solve(points)).reshape(points.shape[:-1])

    def label(self, x: ArrayLike) -> NDArray[np.int64]:
        """The nearest neighbour's class, +1 or -1, shape (...), for x of shape (..., n); ties are +1."""
        points = queries("x", x, self.dimension)
        return 1 - 2 * self._classes.label(points).reshape(points.shape[:-1])

    def certificate(self, x: ArrayLike) -> Certificate:
        """The values at x (..., n) with what proves them."""
        points = queries("x", x, self.dimension)
        found = self._classes.solve(points)
        return _certificate(points, found, _value(found))

    def nearest_frontier(self, x: ArrayLike) -> Floats:
        """A point of the frontier at distance |f(x)| from x; x and the result have shape (..., n)."""
        return self.certificate(x).frontier_point

    def gradient(self, x: ArrayLike) -> Floats:
        """The gradient of f, of norm 1 (Béthune et al., Proposition 1).

        Args:
            x: points, (..., n).

        Returns:
            (..., n): nan where two frontier points are nearest (up to 1e-11 of their distance) and, on the frontier,
            where the nearest pair (a, c) of the two classes is not unique. Elsewhere on the frontier (a - c)/|a - c|.
            On the frontier is where f(x) = 0, exactly.

        Raises:
            ValueError, ArithmeticError: as for f(x).
        """
        points = queries("x", x, self.dimension)
        found = self._classes.solve(points)
        slope = -_sign(found)[:, None] * found.direction
        slope[~found.unique] = np.nan
        flat = points.reshape(slope.shape)
        edge = np.flatnonzero(found.tied)
        slope[edge] = self._classes.steepest(flat[edge], 0, 1)
        return slope.reshape(points.shape)

    def adversarial(self, x: ArrayLike, overshoot: float = 1e-6) -> Floats:
        """A point with another nearest-neighbour label than x, within (1 + overshoot) |f(x)| of x (Béthune et al.,
        Definition 2 and Corollary 3, amended).

        From x to the nearest frontier point z, then overshoot * |f(x)| from z straight towards the data point
        c of the opposite class nearest to z (overshoot * |z - c| when f(x) = 0, and never beyond c): all
        those points are strictly nearer to c than to the class of x. Where the floats next to them are not,
        the step leaves the half-spaces that meet at z instead; where even those are not, it grows, either way,
        as far as needed. That the label is another one is checked without rounding.

        Args:
            x: points, (..., n).
            overshoot: how far beyond the frontier, as a share of |f(x)|; the default is small beside any use of the
                point, and far above rounding.

        Returns:
            (..., n).

        Raises:
            ValueError: overshoot is not a finite number greater than 0; else as for f(x).
            ArithmeticError: as for f(x).
        """
        points = queries("x", x, self.dimension)
        ratio = positive_number("overshoot", overshoot)
        found = self._classes.solve(points)
        return self._classes.cross(points, found, ratio).reshape(points.shape)


class MulticlassHighestMountain:
    """f(x) of shape (..., K) for x of shape (..., n); see `multiclass_highest_mountain` (Béthune et al., Definition 4).

    Attributes:
        dimension: n.

    Raises:
        ValueError: as `multiclass_highest_mountain`.

    >>> MulticlassHighestMountain([[[0.0]], [[2.0]], [[10.0]]])
    MulticlassHighestMountain(3 classes, dimension 1)
    """

    def __init__(self, classes: Sequence[ArrayLike]) -> None:
        given = parts("classes", classes)
        names = [f"classes[{k}]" for k in range(len(given))]
        if len(names) < 2:
            raise ValueError(f"classes has {len(names)} entries: give at least two classes, one array of points each")
        sets = [point_set(name, value) for name, value in zip(names, given, strict=True)]
        self.dimension: int = same_dimension(names, sets)
        self._classes = Classes(distinct_classes(names, sets))

    @cached_property
    def classes(self) -> tuple[Floats, ...]:
        """K arrays (n_k, n) without repetitions."""
        return tuple(map(self._classes.points, range(len(self._classes.sizes))))

    def __repr__(self) -> str:
        return f"MulticlassHighestMountain({len(self._classes.sizes)} classes, dimension {self.dimension})"

    def __call__(self, x: ArrayLike) -> Floats:
        """(f_1(x), ..., f_K(x)), shape (..., K), for x of shape (..., n); same unit as the data."""
        points = queries("x", x, self.dimension)
        found = self._classes.solve(points)
        values = np.zeros((len(found.own), len(self._classes.sizes)))
        values[np.arange(len(values)), found.own] = found.radius
        return values.reshape(*points.shape[:-1], values.shape[1])

    def label(self, x: ArrayLike) -> NDArray[np.int64]:
        """The nearest neighbour's class, 0, ..., K - 1, shape (...), for x of shape (..., n); the first on a tie."""
        points = queries("x", x, self.dimension)
        return self._classes.label(points).reshape(points.shape[:-1]).astype(np.int64)

    def certificate(self, x: ArrayLike) -> Certificate:
        """What proves the values at x (..., n); its own value is f_k(x), k the label: how far x is from the frontier.

        >>> proof = MulticlassHighestMountain([[[0.0]], [[2.0]], [[10.0]]]).certificate([0.5])
        >>> proof.value, proof.frontier_point, proof.rival
        (array(0.5), array([1.]), array([2.]))
        """
        points = queries("x", x, self.dimension)
        found = self._classes.solve(points)
        return _certificate(points, found, found.radius)

    def nearest_frontier(self, x: ArrayLike) -> Floats:
        """A point of the frontier at that distance from x; x and the result have shape (..., n)."""
        return self.certificate(x).frontier_point

    def gradient(self, x: ArrayLike) -> Floats:
        """The Jacobian of f (Béthune et al., Proposition 2): a row of norm 1 for the class of x, zeros for the others.

        Args:
            x: points, (..., n).

        Returns:
            (..., K, n): that row is nan where two frontier points are nearest; all rows are nan on the frontier, where
            two of the f_k have a kink.

        Raises:
            ValueError, ArithmeticError: as for f(x).

        >>> MulticlassHighestMountain([[[0.0]], [[2.0]], [[10.0]]]).gradient([0.5]).tolist()
        [[-1.0], [0.0], [0.0]]
        """
        points = queries("x", x, self.dimension)
        found = self._classes.solve(points)
        rows = np.zeros((len(found.own), len(self._classes.sizes), self.dimension))
        slope = -found.direction
        slope[~found.unique] = np.nan
        rows[np.arange(len(rows)), found.own] = slope
        rows[found.tied] = np.nan
        return rows.reshape(*points.shape[:-1], *rows.shape[1:])

    def adversarial(self, x: ArrayLike, overshoot: float = 1e-6) -> Floats:
        """A point with another label than x, within (1 + overshoot) of its distance from the frontier; x and the result
        have shape (..., n). As `HighestMountain.adversarial`, towards the nearest of all other classes.

        Raises:
            ValueError: overshoot is not a finite number greater than 0; else as for f(x).
            ArithmeticError: as for f(x).

        >>> f = MulticlassHighestMountain([[[0.0]], [[2.0]], [[10.0]]])
        >>> f.label([0.5]), f.label(f.adversarial([0.5]))
        (array(0), array(1))
        """
        points = queries("x", x, self.dimension)
        ratio = positive_number("overshoot", overshoot)
        return self._classes.cross(points, self._classes.solve(points), ratio).reshape(points.shape)


def highest_mountain(positive: ArrayLike, negative: ArrayLike) -> HighestMountain:
    """The Highest Mountain Function of two finite classes (Béthune et al., Definitions 1 and 3).

    f(x) = d(x, F) where d(x, positive) <= d(x, negative), and -d(x, F) elsewhere, with the frontier
    F = {z : d(z, positive) = d(z, negative)}.

    Args:
        positive: (p, n), any n >= 1, any real unit of length; repetitions are ignored.
        negative: (q, n), in the same unit.

    Returns:
        f, a function of points (..., n). Labels and ties, f(x) = 0, are exact, however far x is and however near to a
        tie. Values have a relative error of about 1e-15, in up to 12 dimensions of 2e-10 at most; on the line, and
        wherever one half-space alone stops the way, of a few units in the last place. In more dimensions it may be
        larger, in corners of half-spaces that are nearly parallel: then `certificate(x).violation` says by how much the
        nearest frontier point found may be beyond the worst of them. Values below 1e-322 times the size of the data, or
        1e-322, are rounded to multiples of that.

    Raises:
        ValueError: an empty class, a point in both classes, NaN or infinity, mismatched dimensions, or coordinates with
            digits below 5e-324 times the size of the data.
        ArithmeticError: when called, in more than 12 dimensions, half-spaces so nearly parallel that double precision
            cannot certify a projection.

    >>> f = highest_mountain(positive=[[0, 0]], negative=[[2, 0], [0, 4]])
    >>> f([[0, 0], [3, 0], [0, 2]])
    array([ 1., -2.,  0.])
    >>> f.gradient([1, 0])
    array([-1.,  0.])
    >>> f.nearest_frontier([3, 0])
    array([1., 0.])
    >>> highest_mountain([[1, 0]], [[-1, 0]])([0.25, 1e14])  # both distances are 1e14, to the last digit
    array(0.25)
    """
    return HighestMountain(positive, negative)


def multiclass_highest_mountain(classes: Sequence[ArrayLike]) -> MulticlassHighestMountain:
    """The multiclass Highest Mountain Function of K >= 2 finite classes (Béthune et al., Definition 4 and equation 13).

    f_k(x) = d(x, F) where class k is strictly the nearest to x, and 0 elsewhere, with the frontier F = {z :
    the least of the distances d(z, class 1), ..., d(z, class K) is attained twice}.

    Args:
        classes: K arrays (n_k, n), any n >= 1, any real unit of length.

    Returns:
        f, a function of points (..., n) with values (..., K).

    Raises:
        ValueError: fewer than two classes, an empty class, a point in two classes, NaN or infinity, mismatched
            dimensions.
        ArithmeticError: as `highest_mountain`.

    >>> f = multiclass_highest_mountain([[[0.0]], [[2.0]], [[10.0]]])
    >>> f([[0.5], [1.0], [8.0]])
    array([[0.5, 0. , 0. ],
           [0. , 0. , 0. ],
           [0. , 0. , 2. ]])
    """
    return MulticlassHighestMountain(classes)


def _sign(found: Outcome) -> Floats:
    return np.where(found.own == 0, 1.0, -1.0)


def _value(found: Outcome) -> Floats:
    return _sign(found) * found.radius


def _certificate(points: Floats, found: Outcome, value: Floats) -> Certificate:
    batch = points.shape[:-1]
    return Certificate(
        value.reshape(batch),
        (points.reshape(found.displacement.shape) + found.displacement).reshape(points.shape),
        found.rival.reshape(points.shape),
        found.unique.reshape(batch),
        found.violation.reshape(batch),
    )
