"""How many points of a bounded set can be pairwise at least d apart (Béthune et al., Proposition 7).

A finite set is shattered with margin m by the 1-Lipschitz functions exactly when its points are pairwise at
least 2m apart, so the VC dimension with margin m of a set X is its packing number with separation 2m. Lower
bounds are rounded down and upper bounds up: the packing number lies between them, always.
"""

from theory.packing._complexity import lipschitz_rademacher
from theory.packing._finite import PackingNumber
from theory.packing._generalization import lipschitz_generalization_gap
from theory.packing._number import (
    PackingBounds,
    PaperBounds,
    margin_vc_bounds,
    packing_bounds,
    packing_number,
    paper_margin_vc_bounds,
)

__all__ = [
    "PackingBounds",
    "PackingNumber",
    "PaperBounds",
    "lipschitz_generalization_gap",
    "lipschitz_rademacher",
    "margin_vc_bounds",
    "packing_bounds",
    "packing_number",
    "paper_margin_vc_bounds",
]
