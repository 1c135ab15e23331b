"""Appendix B's reason for consistency: whether losses of Lipschitz functions are Glivenko-Cantelli classes."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import have, integer
from checks.implication import Implication
from checks.papers.many_faces.theorems import CONSISTENCY, KOLMOGOROV, LARGE_NUMBERS, PRODUCT
from checks.witness import identity, refutation

claim = pytest.mark.claim

LOSSES = {
    "kr(t)": "-t",
    "hinge(t)": "max(0, m - t)",
    "hkr(t)": "kr(t) + lam * hinge(t)",
    "gap(a, b, n)": "(n / p - share) * a + ((p - n) / p - (1 - share)) * b",
}
"""gap: E_p - E of a constant with the losses a and b at the labels +1 and -1, for n positive labels of p."""
GAPS = (
    ("D * (-t) - D * t", "-2 * D * t"),
    ("D * 0 - D * (m + t)", "-D * (m + t)"),
    ("D * (-t) - D * (t + lam * (m + t))", "-D * ((2 + lam) * t + lam * m)"),
)
"""The same for t >= m, where D is the share of the label +1 in the sample less its probability."""


@claim(
    "table-1.hkr.lipschitz.reason",
    by="exact",
    subject=({"p": 99, "t": 10**6}, GAPS),
    sabotage={
        "an even size": ({"p": 98, "t": 10**6}, GAPS),
        "a bounded function": ({"p": 99, "t": 10}, GAPS),
        "a penalty that weighs nothing": ({"p": 99, "t": 10**6}, (*GAPS[:2], (GAPS[2][0], GAPS[0][1]))),
    },
)
def test_constants_are_no_glivenko_cantelli_class(evidence, subject):
    """A fair coin and an odd size: a constant has a large gap whatever the labels are."""
    sample, gaps = subject
    evidence.certify(identity("ℰ_p − ℰ_∞ at the constants t ≥ m, linear in t", *gaps))
    for name in ("KR", "hinge", "hKR"):
        loss = name.lower()
        evidence.refute(
            refutation(
                f"99 fair labels, {name}, m = λ = 1: whatever the number of positive ones, the gap at 10⁶ exceeds 1000",
                given=sample | {"share": F(1, 2), "m": 1, "lam": 1},
                define=LOSSES,
                hypotheses=["t >= m"],
                conclusion=[f"any(abs(gap({loss}(t), {loss}(-t), n)) <= 1000 for n in range(p + 1))"],
            )
        )


@claim("table-1.hkr.lipschitz.reason", by="formal")
def test_constants_have_large_gaps(evidence, subject):
    evidence.impossible(
        have("n - k > 0"), integer("n - k"), says="c = 1: the gap is 2 |2 n − p|, and odd p is not 2 n", c=1
    )


NET = next(iter(CONSISTENCY))
SUMS = {
    NET: CONSISTENCY[NET],
    "the sum of two gaps is at most the sum of their bounds": Implication(
        ("kr <= s1", "lam * hinge <= lam * s2", "hkr == kr + lam * hinge"), "hkr <= s1 + lam * s2"
    ),
    "from below too": Implication(
        ("kr >= -s1", "lam * hinge >= -lam * s2", "hkr == kr + lam * hinge"), "hkr >= -s1 - lam * s2"
    ),
    "the hinge loss h = max(0, m − t) is 1-Lipschitz: with k = max(0, m − u), h > 0": Implication(
        ("h == m - t", "k >= m - u", "u - t <= r"), "h - k <= r"
    ),
}


@claim(
    "table-1.hkr.lipschitz.reason.amended",
    by="symbolic",
    subject=SUMS,
    sabotage={
        "no net": without(SUMS, 0, 0),
        "no law of large numbers": without(SUMS, 0, 2),
        "hinge losses with a large gap": without(SUMS, 1, 1),
        "a loss that jumps": without(SUMS, 3, 1),
    },
)
def test_bounded_functions_are_a_glivenko_cantelli_class(evidence, subject):
    certify(evidence, subject)
    for theorem in (KOLMOGOROV, LARGE_NUMBERS, PRODUCT):
        evidence.assume(theorem)


@claim(
    "table-1.hkr.lipschitz.reason.amended",
    by="samples",
    subject=1.0,
    sabotage={"functions bounded by 1000": 1000.0, "functions bounded by 10⁶": 1e6},
)
def test_gaps_of_growing_samples(evidence, subject):
    """X = 0, a fair coin: functions are numbers in [-M, M], and the hKR gap (m = λ = 1) is largest at a kink."""
    import numpy as np

    from theory.losses import HKR

    rng, sizes, ell = evidence.rng(0), (100, 10_000, 1_000_000), HKR(1.0, 1.0).value
    values = np.array([-subject, -min(1.0, subject), min(1.0, subject), subject])
    found = []
    for size in sizes:
        share = rng.binomial(size, 0.5) / size - 0.5
        found.append(float(np.abs(share * (ell(values) - ell(-values))).max()))
        evidence.value(f"largest gap with {size} draws", found[-1])
    bound = all(gap <= 10 / size**0.5 for gap, size in zip(found, sizes, strict=True))
    evidence.fact("the largest gap is at most 10/√p", bound)
    evidence.count(len(sizes), 0)
