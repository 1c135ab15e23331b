"""The least risk of a sample of several classes over all L-Lipschitz maps into R^K, with what proves it."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from theory._entries import shown
from theory._input import positive_number
from theory._progress import bar
from theory._results import Shown
from theory._scales import outwards
from theory._types import Array, Floats, Number
from theory.losses import BCE, Hinge, Loss, as_loss
from theory.risk._multiclass.forms import form_of
from theory.risk._multiclass.problem import Problem
from theory.risk._multiclass.proof import best_bounds
from theory.risk._multiclass.search import candidates
from theory.risk._pace import Pace
from theory.risk._sample import Labelled, read_classes
from theory.risk._space.units import in_units


@dataclass(frozen=True, eq=False, repr=False)
class LeastMulticlassRisk(Shown):
    """A best L-Lipschitz map of a sample into R^K, with the flow that proves it; see `minimize_multiclass_risk`.

    Kirszbraun 1934, Über die zusammenziehende und Lipschitzsche Transformationen; Béthune et al., Section 3 (several
    classes); the duality: Rockafellar 1970, Convex Analysis, section 31.

    Attributes:
        values: (p, K), f(x_i), read-only like all arrays here. They are exactly as close as an L-Lipschitz map asks,
            |f(x_i) - f(x_j)| <= L |x_i - x_j|, so that one with these values exists; it is not computed. NaN at points
            of weight 0.
        classes: (K,), the labels, in the order of the columns of `values`.
        risk: at least the risk of `values`, hence the least risk is at most that.
        lower_bound: at most the risk of every L-Lipschitz map, by the flow.
        rows, columns: (k,), one point of each place, and flows: (k, K), the multipliers of their constraints, rounded:
            at the best values they point from f(columns[i]) to f(rows[i]). Less what flows out, T w_i at the place of
            point i becomes T times the masses of its outputs.
        lipschitz: L.
        finished: False where the tolerance is not reached, in the time or with float64; the bounds hold all the same.

    >>> found = minimize_multiclass_risk([[0], [2], [10]], [0, 1, 2], 1, loss="hinge")
    >>> found.classes.tolist(), found.values.shape, found.finished
    ([0, 1, 2], (3, 3), True)
    >>> found.risk, found.lower_bound, found.gap
    (0.0, 0.0, 0.0)
    """

    values: Floats
    classes: Array
    risk: float
    lower_bound: float
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    flows: Floats
    lipschitz: Number
    finished: bool = field(default=True)

    @property
    def gap(self) -> float:
        """risk - lower_bound."""
        return self.risk - self.lower_bound


def minimize_multiclass_risk(
    points: ArrayLike,
    labels: ArrayLike,
    lipschitz: Number,
    loss: str | Loss = "bce",
    weights: ArrayLike | None = None,
    tolerance: float = 1e-3,
    time_limit: float | None = None,
    progress: bool = False,
) -> LeastMulticlassRisk:
    """The least sum of w_i l(f(x_i), y_i) over the L-Lipschitz maps f of R^n into R^K, K classes; values that reach it.

    Euclidean norms on both sides: a map whose outputs are L-Lipschitz one by one need not be L-Lipschitz. Values at the
    points suffice, as those that are as close as L allows extend to all of R^n (Kirszbraun 1934, Über die
    zusammenziehende und Lipschitzsche Transformationen). So any such values bound the least risk from above, and any
    flow of vectors between the points bounds it from below (Rockafellar 1970, Convex Analysis, section 31).

    Two losses, as they are for several outputs v: "bce" is the cross-entropy of softmax, the log of the sum over k of
    exp(T (v_k - v_y)); "hinge" is max(0, m - (v_y - max over k != y of v_k)) (Crammer and Singer 2001, On the
    Algorithmic Implementation of Multiclass Kernel-based Vector Machines). For two classes both are those of the margin
    v_y - v_k, and the least risk is that of `minimize_risk` for sqrt(2) L: f_1 - f_2 is sqrt(2) L-Lipschitz for such an
    f, and (g, -g) / 2 is L-Lipschitz for each g that is sqrt(2) L-Lipschitz. Classes that do not occur change nothing:
    their outputs may fall without end. One class alone has no loss.

    Args:
        points: (p, n), or (p,) on the line; floats, or what float64 has.
        labels: (p,), whole numbers, one for each class.
        lipschitz: L > 0.
        loss: "bce" or "hinge", or `theory.losses.BCE` with a temperature T or `theory.losses.Hinge` with a margin m.
        weights: (p,), at least 0, 1/p by default, used as given. Points of weight 0 are left out.
        tolerance: bounds gap / risk; a gap below 1e-300, or for the hinge below 1e-13 of the terms that are summed, is
            rounding and always allowed.
        time_limit: seconds after which the search ends at its next step; the answer then has the best bounds reached,
            and `finished` is False where the tolerance is not. A step looks at all pairs of points: seconds, for ten
            thousand. With more than 2^25 / K^2 points there are the bounds of simple values and flows alone.
        progress: show a tqdm bar, where tqdm is installed.

    Raises:
        ValueError: points, labels or weights that do not fit together; lipschitz, tolerance or time_limit not positive;
            labels that are no whole numbers; another loss; points times lipschitz, or weights, too large for float64;
            points, or lipschitz and loss, of sizes that do not fit into float64 together.

    >>> from math import isclose, log1p, exp
    >>> found = minimize_multiclass_risk([[0, 0], [3, 4]], [7, 2], 1, tolerance=1e-6)  # 5 apart: margins of 5 / sqrt(2)
    >>> isclose(found.risk, log1p(exp(-5 / 2**0.5)), rel_tol=1e-6), found.classes.tolist()
    (True, [2, 7])
    """
    chosen = _supported(loss)
    positive_number("lipschitz", lipschitz)
    tolerance = positive_number("tolerance", tolerance)
    limit = None if time_limit is None else positive_number("time_limit", time_limit)
    sample = read_classes(points, labels, weights, lipschitz)
    with bar(progress) as advance:
        return _least_of(sample, chosen, tolerance, Pace.of(limit, advance))


def _supported(loss: str | Loss) -> Loss:
    chosen = as_loss(loss)
    if not isinstance(chosen, BCE | Hinge):
        raise ValueError(
            f"loss={shown(loss)} has no form for several classes: pass 'bce', 'hinge', BCE or Hinge of theory.losses"
        )
    return chosen


def _least_of(sample: Labelled, loss: Loss, tolerance: float, pace: Pace) -> LeastMulticlassRisk:
    rows = np.flatnonzero(sample.weights)
    classes, label = np.unique(sample.labels[rows], return_inverse=True)
    units = in_units(sample.points[rows], 0, sample.weights[rows], float(sample.lipschitz), loss)
    places, first, node = np.unique(units.problem.points + 0.0, axis=0, return_index=True, return_inverse=True)
    problem = Problem(
        places,
        node.ravel(),
        label.ravel(),
        units.problem.weights,
        len(classes),
        units.problem.lipschitz,
        units.problem.inner or 0.0,
        form_of(units.problem.loss),
    )
    found = best_bounds(problem, candidates(problem, tolerance, pace), units.value, tolerance, pace)
    exponent = -units.mass - units.loss
    values = np.full((len(sample.labels), len(classes)), np.nan)
    flows = problem.form.steepest * found.dual.flow
    with np.errstate(under="ignore", over="ignore"):
        values[rows] = np.ldexp(found.primal.values[problem.node], -units.value)
        flows = np.ldexp(flows, units.value + exponent)
    sources, targets = (rows[first[nodes]] for nodes in (found.dual.start, found.dual.end))
    for array in (values, classes, sources, targets, flows):
        array.flags.writeable = False
    return LeastMulticlassRisk(
        values,
        classes,
        outwards(found.primal.risk, exponent, inf),
        outwards(found.dual.bound, exponent, -inf),
        sources,
        targets,
        flows,
        sample.lipschitz,
        found.finished,
    )
