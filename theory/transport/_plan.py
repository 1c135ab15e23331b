"""Optimal transport plans on the line and what they cost."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory._results import Shown
from theory._types import Array, Number
from theory.transport._coupling import Flow, flow, mean, monotone_coupling, read
from theory.transport._measures import NumbersLike, Pair, WeightsLike, refuse_unbounded
from theory.transport._potential import KantorovichPotential


@dataclass(frozen=True, eq=False, repr=False)
class TransportPlan(Shown):
    """An optimal plan with the dual solution that proves it; see `transport_plan` (Béthune et al., equation 6).

    Attributes:
        sources, targets: (k,), masses[i] goes from p[sources[i]] to q[targets[i]], in the order of the line.
        masses: (k,).
        cost: the sum of masses times distances.
        potential: every maximiser of the dual problem.

    >>> plan = transport_plan([0, 3], [1, 2])
    >>> plan.cost, plan.dual
    (Fraction(1, 1), Fraction(1, 1))
    """

    sources: NDArray[np.intp]
    targets: NDArray[np.intp]
    masses: Array
    cost: Number
    potential: KantorovichPotential
    _pair: Pair = field(repr=False)

    @property
    def dual(self) -> Number:
        """Pu - Qu for the canonical u of `potential`: a lower bound of the cost of every plan."""
        pair = self._pair
        u = _optimal(pair, flow(pair)) if pair.exact and not pair.fractions else self.potential
        gain, loss = (mean(side, u(side.atoms * pair.length)) for side in (pair.p, pair.q))
        return plain((gain - loss) * pair.mass, pair.fractions)

    @property
    def gap(self) -> Number:
        """cost - dual: Fraction(0) when the data are exact, rounding otherwise; zero proves both optimal."""
        return self.cost - self.dual


def transport_plan(
    p: NumbersLike, q: NumbersLike, p_weights: WeightsLike = None, q_weights: WeightsLike = None
) -> TransportPlan:
    """The monotone plan from P to Q, which is optimal for the cost |x - y|, with its certificate.

    Béthune et al., equation 6; that it is optimal: Villani 2003, Topics in Optimal Transportation, section 2.2.

    Args:
        p, q: (a,) and (b,), places of the atoms in any order and any unit, repetitions allowed.
        p_weights, q_weights: (a,) and (b,), at least 0 and of the same total (exactly, or up to rounding of the
            type of floats that they come in, see `theory`); 1/a and 1/b each by default.

    Returns:
        All entries are Fractions when all inputs are integers or Fractions, else float64.

    Raises:
        ValueError: empty arrays, other shapes, NaN or infinity, negative weights, totals that differ or are zero.

    >>> plan = transport_plan([0, 4], [3, 7])
    >>> plan.cost, plan.gap
    (Fraction(3, 1), Fraction(0, 1))
    >>> list(zip(plan.sources.tolist(), plan.targets.tolist(), plan.masses))
    [(0, 0, Fraction(1, 2)), (1, 1, Fraction(1, 2))]
    """
    pair, found = read(p, q, p_weights, q_weights)
    start, end, masses = monotone_coupling(pair)
    distance = pair.p.atoms[start] - pair.q.atoms[end]
    cost = plain(_dot(distance, masses) * pair.length * pair.mass, pair.fractions)
    moved = masses * pair.mass
    moved = moved if pair.fractions else moved.astype(np.float64)
    return TransportPlan(pair.p.index[start], pair.q.index[end], moved, cost, _potential(pair, found), pair)


def kantorovich_potential(
    p: NumbersLike, q: NumbersLike, p_weights: WeightsLike = None, q_weights: WeightsLike = None
) -> KantorovichPotential:
    """The set of all u that attain the greatest Pu - Qu over the 1-Lipschitz functions of the line.

    Béthune et al., equation 6 and Appendix E: the slope of u is sign(F_Q - F_P) wherever F_P and F_Q differ. Outside
    the hull of the atoms u is free.

    Args:
        p, q, p_weights, q_weights: as for `transport_plan`.

    Raises:
        ValueError: as `transport_plan`.

    >>> u = kantorovich_potential([0, 4], [3, 7])
    >>> u.breakpoints.tolist() == [0, 3, 4, 7], u.slopes.tolist()
    (True, [-1, None, -1])
    >>> u.cost, u(2)
    (Fraction(3, 1), Fraction(-2, 1))
    """
    return _potential(*read(p, q, p_weights, q_weights))


def wasserstein1(
    p: NumbersLike, q: NumbersLike, p_weights: WeightsLike = None, q_weights: WeightsLike = None
) -> Number:
    """The cost of transport alone, in units of place times mass (Béthune et al., equation 6).

    The integral of |F_P - F_Q| (Vallender 1974).

    Args:
        p, q, p_weights, q_weights: as for `transport_plan`.

    Raises:
        ValueError: as `transport_plan`.

    >>> wasserstein1([0], [3, 4])
    Fraction(7, 2)
    """
    if p_weights is None and q_weights is None and _same_floats(p, q):
        return _even_cost(p, q)
    return _potential(*read(p, q, p_weights, q_weights)).cost


def _potential(pair: Pair, found: Flow) -> KantorovichPotential:
    """With Fractions where these were given, in float64 otherwise."""
    exact = _optimal(pair, found)
    if pair.fractions or not pair.exact:
        return exact
    slopes = np.where(exact.free, np.nan, exact.slopes).astype(np.float64)
    return KantorovichPotential(exact.breakpoints.astype(np.float64), slopes, exact.free, float(exact.cost))


def _optimal(pair: Pair, found: Flow) -> KantorovichPotential:
    """In the arithmetic of the pair."""
    cost = plain(_dot(found.places[1:] - found.places[:-1], found.excess) * pair.length * pair.mass, pair.exact)
    free = (found.excess == 0).astype(np.bool_)
    slopes = np.sign(found.excess).astype(object if pair.exact else np.float64, copy=False)
    slopes[free] = None if pair.exact else np.nan
    return KantorovichPotential(found.places * pair.length if pair.exact else found.places, slopes, free, cost)


def _dot(scratch: Array, factors: Array) -> Any:
    """Sum of |scratch| |factors|; overwrites scratch. One thread, unlike np.dot, which stalls on a busy machine."""
    scratch *= factors
    np.abs(scratch, out=scratch)
    return scratch.sum()


def _same_floats(p: NumbersLike, q: NumbersLike) -> bool:
    sides = (p, q)
    return all(type(x) is np.ndarray and x.dtype == np.float64 and x.ndim == 1 and x.size for x in sides) and (
        len(p) == len(q)  # type: ignore[arg-type]
    )


def _even_cost(p: NumbersLike, q: NumbersLike) -> float:
    below, above = np.sort(np.asarray(p)), np.sort(np.asarray(q))
    refuse_unbounded("p", below, np.asarray(p))
    refuse_unbounded("q", above, np.asarray(q))
    below -= above
    np.abs(below, out=below)
    return float(below.mean())


def plain(value: object, exact: bool) -> Number:
    return Fraction(value) if exact else float(value)  # type: ignore[arg-type, call-overload]
