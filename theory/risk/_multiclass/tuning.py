"""The numbers of the search that are choices. None of them enters a proof: bounds are computed without.

All are chosen, not derived; how fast the search is with them shows tests/benchmarks/bench_multiclass_risk.py.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tuning:
    """Every field is chosen; one that guards against not ending says so."""

    # So many rounds at most: guards against not ending.
    rounds: int = 60
    # So many rounds in a row may fail to improve the gap: guards against rounds that rounding has made idle.
    patience: int = 12
    # A round helps that leaves this share of the gap, or less.
    helps: float = 0.99
    # So many nearest neighbours of any label, and of other labels, are joined from the start.
    neighbours: int = 6
    # So many of the pairs that are too far apart are added for each node and block of nodes in a round.
    candidates: int = 4
    # Pairs without flow are kept while the values are this share of what they may be apart,
    near: float = 0.8
    # and all are kept in so many first rounds.
    settled: int = 2
    # Greater tolerances than this do not make the search coarser.
    finest: float = 1e-3
    # Nodes closer than this share of the tolerance, in values and by the span of all at most, get one value.
    merged: float = 1e-2
    # A pair is added where it is too far apart by this share of the tolerance.
    spare: float = 0.1

    # The first stiffness, in units of the mean pull over the typical distance;
    first_stiffness: float = 0.3
    # so many times more for close pairs, by how much closer than typical they are, up to this, and less for far ones;
    closest: float = 64.0
    farthest: float = 0.5
    # it grows by this factor from round to round,
    stiffer: float = 2.0
    # unless the round took so many Newton steps, or more,
    slow: int = 25
    # or by this one, if the round took fewer than so many.
    quicker: float = 8.0
    quick: int = 3
    # So many times the first is the greatest: beyond it the rounding of values, times the stiffness, is not small.
    stiffest: float = 2.0**30
    # The stiffness of kinks, in units of weights over margins.
    first_bend: float = 1.0
    # The weight of the proximal term, in units of the mean pull,
    proximal: float = 1e-1
    # which falls by this factor from round to round.
    looser: float = 4.0
    # The first round ends at this share of the pulls, each next at half of it,
    loose: float = 0.03
    # but for this share of the tolerance.
    share: float = 1e-2
    # So many Newton steps a round at most: guards against not ending.
    newton_steps: int = 50
    # So many conjugate gradients a step at most: guards against not ending.
    gradients: int = 300
    # Newton's systems are solved to this share of the right side.
    forcing: float = 0.1
    # So many lengths of a step are tried at most: guards against not ending.
    lengths: int = 30
    # A length is accepted where the derivative along the step is this share of what it was, or less.
    slack_of_length: float = 0.5
    # Added to the diagonal of Newton's systems, relative to it: they stay regular in floats.
    ridge: float = 1e-13


TUNING = Tuning()
