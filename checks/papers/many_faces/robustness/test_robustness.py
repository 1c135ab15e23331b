"""Section 3.2: Definition 2, equation 1 and Property 1."""

from fractions import Fraction as F

import pytest

from checks.implication import Implication
from checks.papers.many_faces.frontier.line import nearest, rationals, two_classes
from checks.witness import instance

claim = pytest.mark.claim


@claim("def-2", by="formal")
def test_a_smallest_perturbation_from_end_to_end(evidence, subject):
    evidence.impossible(x=-1, r=F(1, 2))


RADIUS = Implication(("z - x >= r", "d == z - x"), "d >= r")


@claim("eq-1", by="symbolic", subject=RADIUS, sabotage={"z may be nearer": RADIUS.without(0)})
def test_the_radius_is_an_infimum(evidence, subject):
    evidence.certify(subject.proof("no δ with c(x + δ) ≠ c(x) is shorter than the distance to {z : c(z) ≠ c(x)}"))
    evidence.certify(
        instance(
            "a closed set of changes: c(t) = +1 for t ≥ 0 is changed by δ = 1 at x = −1, by nothing less",
            given={"x": -1, "less": [F(10**k - 1, 10**k) for k in (1, 3, 9)]},
            define={"c(t)": "1 if t >= 0 else -1"},
            conclusion=["c(x + 1) != c(x)", "all(c(x + d) == c(x) for d in less)"],
        )
    )
    evidence.assume("closed non-empty sets of ℝⁿ have nearest points")


CERTIFICATE = (
    Implication(("fx > 0", "fz <= 0", "fx - fz <= d"), "fx <= d"),
    Implication(("fx < 0", "fz >= 0", "fz - fx <= d"), "-fx <= d"),
    Implication(("fx == 0", "d >= 0"), "fx <= d"),
)


@claim(
    "property-1",
    by="symbolic",
    subject=CERTIFICATE,
    sabotage={
        "2-Lipschitz": (
            CERTIFICATE[0]._replace(hypotheses=("fx > 0", "fz <= 0", "fx - fz <= 2 * d")),
            *CERTIFICATE[1:],
        ),
        "the sign need not change": (CERTIFICATE[0].without(1), *CERTIFICATE[1:]),
    },
)
def test_property_1(evidence, subject):
    for case, step in zip(("f(x) > 0", "f(x) < 0", "f(x) = 0"), subject, strict=True):
        evidence.certify(step.proof(f"{case}: |f(x)| ≤ ‖δ‖ when the sign changes"))


@claim("property-1", by="formal")
def test_property_1_from_end_to_end(evidence, subject):
    evidence.derive()


@claim("property-1", by="examples", subject=F(1), sabotage={"2-Lipschitz functions": F(2)})
def test_property_1_on_examples(evidence, subject):
    def law(classes, x, delta):
        f = lambda t: subject * (nearest(t, classes[1]) - nearest(t, classes[0])) / 2
        changed = (f(x) > 0) != (f(x + delta) > 0) or (f(x) < 0) != (f(x + delta) < 0)
        return not changed or abs(delta) >= abs(f(x))

    evidence.examples("a change of sign takes |δ| ≥ |f(x)|", law, two_classes(), rationals(), rationals())
