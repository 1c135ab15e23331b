"""Exact mathematics of 1-Lipschitz classification: what can be computed without a network.

What callers hand in goes through one door. Numbers come as lists, arrays, tensors (of any type, with a gradient, on a
device) or lists of these, and keep their exact value. What is no array of finite real numbers gets a ValueError that
names the argument: sets, strings, iterators, ragged lists, masked numbers, NaN and infinity.

Labels are all +1 and -1, or all 1 and 0 (True and False); of several classes whole numbers. Weights are at least 0;
points of weight 0 are left out. If two totals of weights must agree, they may differ by what rounding the weights
explains: 2^-52 times their number for float64, 2^-23 for float32, 2^-10 for float16, 2^-7 for bfloat16, a sixteenth at
most; exact numbers not at all.

Results are written in a line, and as a table in notebooks. Inputs are copied where they are kept. Results that hold
arrays are equal to themselves alone: compare the arrays.
"""

from theory.hmf import (
    Certificate,
    HighestMountain,
    MulticlassHighestMountain,
    SignedDistance,
    highest_mountain,
    multiclass_highest_mountain,
    signed_distance,
)
from theory.losses import BCE, HKR, KR, Hinge, Loss, SmoothHinge, SquaredHinge
from theory.packing import (
    lipschitz_generalization_gap,
    margin_vc_bounds,
    packing_bounds,
    packing_number,
    paper_margin_vc_bounds,
)
from theory.pieces import (
    count_pieces,
    enumerate_pieces,
    estimate_pieces,
    lipschitz_constant,
    piece_bound,
    piece_lower_bound,
)
from theory.risk import (
    LeastMulticlassRisk,
    LeastRisk,
    gradient_floor,
    lipschitz_needed,
    minimize_multiclass_risk,
    minimize_risk,
    risk_path,
    saturation_bound,
)
from theory.sets import Ball, Box, ConvexPolygon, FiniteSet, Interval
from theory.shapes import TwoRings, figure_1, koch_snowflake
from theory.transport import (
    KantorovichPotential,
    PiecewiseLinear,
    TransportPlan,
    accuracy_range,
    kantorovich_potential,
    transport_plan,
    wasserstein1,
)
from theory.vc import generalization_gap, growth_bound, sample_complexity, shatters, vc_groupsort

__all__ = [
    "BCE",
    "HKR",
    "KR",
    "Ball",
    "Box",
    "Certificate",
    "ConvexPolygon",
    "FiniteSet",
    "HighestMountain",
    "Hinge",
    "Interval",
    "KantorovichPotential",
    "LeastMulticlassRisk",
    "LeastRisk",
    "Loss",
    "MulticlassHighestMountain",
    "PiecewiseLinear",
    "SignedDistance",
    "SmoothHinge",
    "SquaredHinge",
    "TransportPlan",
    "TwoRings",
    "accuracy_range",
    "count_pieces",
    "enumerate_pieces",
    "estimate_pieces",
    "figure_1",
    "generalization_gap",
    "gradient_floor",
    "growth_bound",
    "highest_mountain",
    "kantorovich_potential",
    "koch_snowflake",
    "lipschitz_constant",
    "lipschitz_generalization_gap",
    "lipschitz_needed",
    "margin_vc_bounds",
    "minimize_multiclass_risk",
    "minimize_risk",
    "multiclass_highest_mountain",
    "packing_bounds",
    "packing_number",
    "paper_margin_vc_bounds",
    "piece_bound",
    "piece_lower_bound",
    "risk_path",
    "sample_complexity",
    "saturation_bound",
    "shatters",
    "signed_distance",
    "transport_plan",
    "vc_groupsort",
    "wasserstein1",
]
