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

__all__ = [
    "Certificate",
    "HighestMountain",
    "KantorovichPotential",
    "MulticlassHighestMountain",
    "PiecewiseLinear",
    "SignedDistance",
    "TransportPlan",
    "TwoRings",
    "accuracy_range",
    "figure_1",
    "highest_mountain",
    "kantorovich_potential",
    "koch_snowflake",
    "multiclass_highest_mountain",
    "signed_distance",
    "transport_plan",
    "wasserstein1",
]
