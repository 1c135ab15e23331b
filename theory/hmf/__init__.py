"""The Highest Mountain Function, the signed distance to the frontier between classes.

Béthune et al., Definitions 1, 3 and 4. |f(x)| is the smallest perturbation of x that changes the answer of
the nearest-neighbour classifier. Distances are Euclidean, in the unit of the data; every value comes from a
projection whose optimality was checked.
"""

from theory.hmf._mountain import (
    Certificate,
    HighestMountain,
    MulticlassHighestMountain,
    highest_mountain,
    multiclass_highest_mountain,
)
from theory.hmf._signed_distance import SignedDistance, signed_distance

__all__ = [
    "Certificate",
    "HighestMountain",
    "MulticlassHighestMountain",
    "SignedDistance",
    "highest_mountain",
    "multiclass_highest_mountain",
    "signed_distance",
]
