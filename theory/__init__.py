"""Exact mathematics of 1-Lipschitz classification: what can be computed without a network."""

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
from theory.packing import margin_vc_bounds, packing_bounds, packing_number, paper_margin_vc_bounds
from theory.pieces import (
    count_pieces,
    enumerate_pieces,
    lipschitz_constant,
    piece_bound,
    piece_lower_bound,
)
from theory.risk import LeastRisk, gradient_floor, lipschitz_needed, minimize_risk, saturation_bound
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
    "figure_1",
    "generalization_gap",
    "gradient_floor",
    "growth_bound",
    "highest_mountain",
    "kantorovich_potential",
    "koch_snowflake",
    "lipschitz_constant",
    "lipschitz_needed",
    "margin_vc_bounds",
    "minimize_risk",
    "multiclass_highest_mountain",
    "packing_bounds",
    "packing_number",
    "paper_margin_vc_bounds",
    "piece_bound",
    "piece_lower_bound",
    "sample_complexity",
    "saturation_bound",
    "shatters",
    "signed_distance",
    "transport_plan",
    "vc_groupsort",
    "wasserstein1",
]
