"""Optimal transport between two discrete measures on the line, for the cost |x - y|, with all its dual solutions.

Béthune et al., equation 6 and Proposition 6. With F_P and F_Q the distribution functions, the cost is the
integral of |F_P - F_Q|, the monotone coupling attains it, and a 1-Lipschitz u attains the greatest
Pu - Qu exactly when its slope is sign(F_Q - F_P) wherever F_P and F_Q differ: elsewhere u is free.

Integers and Fractions give exact Fractions; one float among the inputs gives float64. Where weights are floats, they
are summed exactly, and |F_P - F_Q| <= (1.8e-15 + 8.7e-19 * number of atoms) * (total mass) counts as F_P = F_Q, as in
0.1 + 0.2 and 0.3: it is rounding of the weights. Where that could change the cost by more than 1e-8 of it, numbers are
exact inside, and only 1.8e-15 of the mass on the lighter side counts as rounding: a mass of 1e-17 at 1e17 is moved.
Totals may differ by what `theory` says of the type of the weights; those of Q are scaled to P's.
"""

from theory.transport._accuracy import accuracy_range
from theory.transport._plan import TransportPlan, kantorovich_potential, transport_plan, wasserstein1
from theory.transport._potential import KantorovichPotential, PiecewiseLinear

__all__ = [
    "KantorovichPotential",
    "PiecewiseLinear",
    "TransportPlan",
    "accuracy_range",
    "kantorovich_potential",
    "transport_plan",
    "wasserstein1",
]
