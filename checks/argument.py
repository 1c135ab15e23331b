"""Proofs as named linear implications: certify them all, or weaken one for a sabotage."""

from __future__ import annotations

from checks.evidence import Evidence
from checks.witness import Implication

Argument = dict[str, Implication]
"""What each step says, and the implication."""


def certify(evidence: Evidence, argument: Argument) -> None:
    """Record the Farkas certificate of every step."""
    for says, step in argument.items():
        evidence.certify(step.proof(says))


def without(argument: Argument, step: int, *dropped: int) -> Argument:
    """The same argument with some hypotheses of its step number ``step`` left out."""
    says = list(argument)[step]
    return {**argument, says: argument[says].without(*dropped)}


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
