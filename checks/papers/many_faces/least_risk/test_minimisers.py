"""Whether minimisers on samples behave like the minimiser for the law: losses, values, errors."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.implication import Implication
from checks.papers.many_faces.theorems import ASCOLI, LARGE_NUMBERS
from checks.witness import identity, instance

claim = pytest.mark.claim

SIGN = {
    "N₁ > 9 N₂ and u ≤ 1 contradict N₁(1 + u) = N₂ u (1 + 17u)": Implication(
        ("N*(1+u) == K*u*(1+17*u)", "(N - 9*K)*(1+u) > 0", "K*(1-u)*(9+17*u) >= 0"), "0 > 0"
    ),
    "N₁ < 9 N₂ and u ≥ 1 do so too": Implication(
        ("N*(1+u) == K*u*(1+17*u)", "(9*K - N)*(1+u) > 0", "K*(u-1)*(9+17*u) >= 0"), "0 > 0"
    ),
}
"""u = exp(f_p(-1)), f_p(-2) = f_p(-1) + log 17: the derivative along constants vanishes."""
JUMPS = Implication(("e1 - e0 == 1/10", "e1 - e <= s", "e - e0 <= s", "s < 1/20"), "0 > 0")


@claim(
    "abstract.generalizes",
    by="symbolic",
    subject=(SIGN, JUMPS, F(9, 10)),
    sabotage={
        "another constant": ({"": SIGN[next(iter(SIGN))].without(1)}, JUMPS, F(9, 10)),
        "a drift": (SIGN, JUMPS, F(4, 5)),
        "no jumps": (SIGN, JUMPS.without(0), F(9, 10)),
    },
)
def test_errors_need_not_converge(evidence, subject):
    signs, jumps, share = subject
    evidence.certify(
        identity(
            "stationary: N₁ σ(−f − log 17) = N₂ σ(f), multiplied out; 9 + 8u − 17u² = (1 − u)(9 + 17u)",
            ("9 + 8*u - 17*u**2", "(1 - u)*(9 + 17*u)"),
            ("9*(1 + u) - u*(1 + 17*u)", "9 + 8*u - 17*u**2"),
        )
    )
    certify(evidence, signs)
    evidence.certify(
        instance(
            "N₁ − 9 N₂ has mean 0; for the law itself u = 1 is stationary, with slope log 17 between: f* = (log 17, 0)",
            given={"p": share},
            conclusion=["p * 1 + (1 - p) * (-9) == 0", "p * (1 + 1) == (1 - p) * 1 * (1 + 17)"],
        )
    )
    evidence.assume("a random walk with bounded steps of mean 0 that is not constant changes its sign for ever")
    evidence.assume("the constraint is active: otherwise raising f_p(−2) alone would lower the loss")
    evidence.refute(jumps.proof("errors that are e₀ and e₀ + 1/10 again and again have no limit"))


LIMITS = {
    "ℰ(f_p) ≤ ℰ_p(f_p) + g ≤ ℰ_p(f*) + g ≤ ℰ(f*) + 2g": Implication(
        ("E1 <= Ep1 + g", "Ep1 <= Ep0", "Ep0 <= E0 + g"), "E1 <= E0 + 2*g"
    ),
    "where |f_p − f*| ≤ δ and f* > δ, f_p > 0": Implication(("f >= h - r", "h > r"), "f > 0"),
    "where f* < −δ, f_p < 0": Implication(("f <= h + r", "h < -r"), "f < 0"),
    "errors differ by at most the mass where |f*| ≤ δ": Implication(
        ("e1 == a1 + b", "e0 == a0 + b", "a1 <= m", "a0 >= 0"), "e1 - e0 <= m"
    ),
}


@claim(
    "abstract.generalizes.amended",
    by="symbolic",
    subject=LIMITS,
    sabotage={
        "f_p does not minimise": without(LIMITS, 0, 1),
        "values far from f*": without(LIMITS, 1, 0),
        "values near 0": without(LIMITS, 2, 1),
        "much mass near 0": without(LIMITS, 3, 2),
    },
)
def test_minimisers_converge(evidence, subject):
    certify(evidence, subject)
    evidence.assume(ASCOLI)
    evidence.assume(LARGE_NUMBERS)
    evidence.assume("ℙ(|f*(X)| ≤ δ) → ℙ(f*(X) = 0) for δ → 0 (continuity from above)")
