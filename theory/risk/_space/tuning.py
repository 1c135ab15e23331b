"""The numbers of the solver in space that are choices. None of them enters a proof: certificates are computed without.

All are chosen, not derived; how fast the solver is with them shows tests/benchmarks/bench_risk.py, on 200 to 20,000
points of the plane and 1,500 digits. Units of the normal form: margins times its scale.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tuning:
    """Every field is chosen; one that guards against not ending says so."""

    # The search

    # So many rounds at most: guards against not ending.
    rounds: int = 60
    # Samples with so many pairs of opposite labels, or fewer, are first tried with all pairs at once.
    all_pairs: int = 2**14
    # The barrier starts by this share of the mean margin, or of 1 if that is less, inside, and this before flat losses.
    inside: float = 0.5
    # In units of the normal form: where all margins start beyond this, all pairs at once are not tried.
    farthest_start: float = 20.0
    # So many times are the margins halfway between the classes raised before the search.
    lifts: int = 2
    # Where the classes pull on a constant with forces so many times apart, the search starts from the best constant,
    uneven: float = 1e3
    # found by so many doublings, and then halvings, of a shift.
    shifts: int = 60
    # In units of the normal form: where margins halfway are larger on average, neighbours decide alone.
    local: float = 1.0
    # Arcs lead from every point to so many neighbours of any label,
    neighbours: int = 8
    # or to so many in more than BOX_DIMENSION dimensions: there their graph stretches distances too much to be of use.
    few_neighbours: int = 2
    # So many of the tightest opposite pairs of every point may be added in a round.
    candidates: int = 4
    # So many of them are there from the start, where margins are known from a part of the sample.
    first_candidates: int = 8
    # The accuracy of the first round.
    loose: float = 1e-2
    # The accuracy of a round is at most this share of the gap after the last one.
    share: float = 0.1
    # The tolerance for parts of the sample.
    coarse: float = 1e-3
    # Samples with so many points, or fewer, are not cut into parts.
    small: int = 400
    # A part has one point of each class in so many.
    factor: int = 4
    # A certificate is computed once the gap is, about, so many times the tolerance.
    close: float = 1.0
    # Idle arcs are dropped in so many rounds only: guards against arcs that come and go without end.
    drops: int = 8

    # The method of multipliers

    # So many Newton steps a round at most: guards against not ending.
    newton_steps: int = 60
    # So many lengths of a step are tried at most: guards against not ending.
    lengths: int = 30
    # A length is accepted where the derivative along the step is this share of what it was, or less.
    slack_of_length: float = 0.5
    # The stiffness grows by this factor from round to round,
    stiffer: float = 3.0
    # unless the round took so many Newton steps, or more,
    slow: int = 25
    # and is not one in so many that did: where weights differ by many orders of magnitude, all do.
    slow_rounds: int = 4
    # The first stiffness, in units of the mean slope over the typical cost.
    first_stiffness: float = 3.0
    # The greatest stiffness, in units of the mean slope: times the rounding of margins it is still small, 2e-9.
    stiffest: float = 1e7
    # The weight of the proximal term falls by this factor from round to round.
    looser: float = 3.0
    # Added to the diagonal of Newton's systems, relative to it: they stay regular in floats.
    ridge: float = 1e-13
    # In these systems, nodes with so many neighbours, or fewer, are eliminated here; the others by a library.
    few: int = 6

    # The barrier

    # So many steps at most: guards against not ending.
    barrier_steps: int = 60
    # So many steps in a row may fail to improve the gap: guards against steps that rounding has made idle.
    patience: int = 8
    # A step goes this share of the way to where a slack or a multiplier is 0.
    to_boundary: float = 0.99

    # The flow of least cost

    # So many of the tightest opposite pairs of every point may be added in a round, and are there from the start.
    flow_candidates: int = 16

    # The exchange

    # So many paths a point at most: guards against not ending.
    exchanges: int = 20

    # The coupling of a flow

    # So many times at most are the nodes gone through: guards against not ending, on circles that are due to rounding.
    flow_rounds: int = 50


TUNING = Tuning()
