"""VC dimensions of 1-Lipschitz classifiers and what they say about samples, rounded outward.

Béthune et al., Propositions 7 and 8 and Lemma 1. Networks have layers of GroupSort2 (pairs of neurons sorted)
and one affine output whose sign is the class. The bounds hold for all weights, so for norms <= 1 too.
"""

from theory.vc._counting import binomial_sum
from theory.vc._groupsort import GroupSortVC, growth_bound, growth_bound_log2, vc_groupsort
from theory.vc._learning import generalization_gap, sample_complexity
from theory.vc._shattering import MarginFunction, MarginFunctions, Shattering, shatters

__all__ = [
    "GroupSortVC",
    "MarginFunction",
    "MarginFunctions",
    "Shattering",
    "binomial_sum",
    "generalization_gap",
    "growth_bound",
    "growth_bound_log2",
    "sample_complexity",
    "shatters",
    "vc_groupsort",
]
