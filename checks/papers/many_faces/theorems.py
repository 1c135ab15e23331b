"""Steps and named theorems that several of the paper's arguments rest on."""

from __future__ import annotations

from checks.argument import Argument
from checks.implication import Implication

CONSISTENCY: Argument = {
    "|ℰ_p(f) − ℰ_∞(f)| ≤ gap at a point g of the net + 2 k r, for a k-Lipschitz loss and |f − g| ≤ r": Implication(
        ("ep_f - ep_g <= k * r", "e_g - e_f <= k * r", "ep_g - e_g <= gap"), "ep_f - e_f <= gap + 2 * k * r"
    ),
    "an infimum exceeds another by no more than the largest gap: f is a near minimiser of the second": Implication(
        ("low_p <= ep_f", "ep_f <= e_f + gap", "e_f <= low + s"), "low_p <= low + gap + s"
    ),
}
"""inf E_p -> inf E over functions with finite nets: both steps are used with p and infinity in both orders."""


KOLMOGOROV = "bounded L-Lipschitz functions on a bounded set have finite nets (Kolmogorov–Tikhomirov)"


LARGE_NUMBERS = "strong law of large numbers"


ASCOLI = "Arzelà–Ascoli"


PRODUCT = "a product of non-negative numbers is non-negative"


STATIONARY = "a differentiable function has derivative 0 at an interior minimum"


DISTINCT = "draws from a law without atoms are almost surely distinct"
