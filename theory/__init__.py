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

__all__ = [
    "Certificate",
    "HighestMountain",
    "MulticlassHighestMountain",
    "SignedDistance",
    "TwoRings",
    "figure_1",
    "highest_mountain",
    "koch_snowflake",
    "multiclass_highest_mountain",
    "signed_distance",
]
