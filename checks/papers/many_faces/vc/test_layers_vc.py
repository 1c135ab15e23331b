"""Proposition 8, sharper: decisions counted layer by layer, as `theory.vc.vc_groupsort` does."""

import pytest

from checks.argument import certify, without
from checks.implication import Implication
from checks.witness import identity

claim = pytest.mark.claim

LAYERS = {
    "each of two patterns of the layers before leaves at most b: together 2b (two stand for any number)": Implication(
        ("c1 <= b", "c2 <= b", "n == c1 + c2"), "n <= 2*b"
    ),
    "numbers multiply: n ≤ a b and a ≤ A": Implication(("n <= a*b", "b*(A - a) >= 0"), "n <= A*b"),
    "shattered: 2^N is the number of dichotomies, at most G": Implication(("T == n", "n <= G"), "T <= G"),
}
DEGREES = (
    ("(t*w)*(t*a*x + t*b) + t*c", "t**2*(w*a*x + w*b) + t*c"),
    ("(t*v)*(t**2*p + t*q) + t*r", "t**3*v*p + t**2*v*q + t*r"),
)
"""Parameters multiplied by t: the powers of t in a difference of layer 2, and of layer 3, show its degree."""


@claim(
    "prop-8.vc.layers",
    by="symbolic",
    subject=(LAYERS, DEGREES),
    sabotage={
        "a pattern without a bound": (without(LAYERS, 0, 1), DEGREES),
        "an earlier layer without a bound": (without(LAYERS, 1, 1), DEGREES),
        "degree 1 in the second layer": (LAYERS, (("(t*w)*(t*a*x + t*b) + t*c", "t*(w*a*x + w*b) + t*c"), DEGREES[1])),
    },
)
def test_decisions_multiply(evidence, subject):
    steps, degrees = subject
    certify(evidence, steps)
    evidence.certify(identity("degree i in layer i, given all decisions before", *degrees))
    evidence.assume("Warren (1968): M ≥ P polynomials of degree d in P variables: at most 2(2eMd/P)^P patterns")


@claim(
    "prop-8.vc.layers",
    by="samples",
    subject=0,
    sabotage={"half of the parameters": 1},
)
def test_against_what_is_shattered(evidence, subject):
    """Networks shatter n + 1 + W/2 points (`prop-8.vc.lower`), so no bound may be below."""
    from itertools import product

    from theory.vc import vc_groupsort

    good, cases = True, 0
    for n in (1, 2, 3):
        for widths in [w for k in (1, 2, 3) for w in product((2, 4, 6), repeat=k)]:
            bound = vc_groupsort(n, widths).sign_patterns
            bound = bound // (10 * (sum(widths) + 1)) if subject else bound
            good &= bound >= n + 1 + sum(widths) // 2
            cases += 1
    evidence.fact(f"{cases} architectures: the bound is at least n + 1 + W/2", good)
    evidence.count(cases)
