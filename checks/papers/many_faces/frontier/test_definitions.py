"""Definitions 1 and 3 of the Highest Mountain Function, equation 10."""

import pytest

from checks.implication import Implication
from checks.papers.many_faces.frontier.line import LineMountain, ShiftedFrontier, nearest, two_classes
from checks.witness import refutation

claim = pytest.mark.claim

CONSTANT = {"X": [0], "labels": [1]}
SEPARATE = {"X": [0, 2], "labels": [1, -1]}

CLASSES = {
    "A": "[x for x, y in zip(X, labels) if y == 1]",
    "B": "[x for x, y in zip(X, labels) if y == -1]",
}


def constant_classifier(given):
    """A classifier on a finite set has closed pre-images; the distance to each class must be a number."""
    define = {f"{name}()": body for name, body in CLASSES.items()}
    return refutation(
        "a constant classifier: one class is empty, so no point is equidistant to both and d(x, ∂) is no number",
        given=given,
        define=define,
        hypotheses=["len(X) == len(labels)", "all(y == 1 or y == -1 for y in labels)"],
        conclusion=["len(A()) > 0", "len(B()) > 0"],
    )


@claim("def-1", by="exact", subject=CONSTANT, sabotage={"both classes occur": SEPARATE})
def test_definition_1(evidence, subject):
    evidence.refute(constant_classifier(subject))


@claim("def-3", by="exact", subject=CONSTANT, sabotage={"both classes occur": SEPARATE})
def test_definition_3(evidence, subject):
    evidence.refute(constant_classifier(subject))


@claim("prop-1.proof", by="exact", subject=CONSTANT, sabotage={"both classes occur": SEPARATE})
def test_the_hmf_does_not_serve_constant_classifiers(evidence, subject):
    evidence.refute(constant_classifier(subject))


# g = d(., B) - d(., A) at a point of A and at a point of B
CHANGE_OF_SIGN = (
    Implication(("dA == 0", "dB > 0"), "dB - dA > 0"),
    Implication(("dB == 0", "dA > 0"), "dB - dA < 0"),
)


@claim(
    "def-1.amended",
    by="symbolic",
    subject=CHANGE_OF_SIGN,
    sabotage={
        "classes that touch": tuple(step._replace(hypotheses=(step.hypotheses[0],)) for step in CHANGE_OF_SIGN),
        "the same sign at both ends": (CHANGE_OF_SIGN[0], CHANGE_OF_SIGN[1].concluding("dB - dA > 0")),
    },
)
def test_the_frontier_exists(evidence, subject):
    at_a, at_b = subject
    evidence.certify(at_a.proof("d(·, B) − d(·, A) is positive on A"))
    evidence.certify(at_b.proof("d(·, B) − d(·, A) is negative on B"))
    evidence.assume("intermediate value theorem")
    evidence.assume("closed sets of ℝⁿ have nearest points")


def frontier_is_equidistant(mountain, classes):
    hill = mountain(*classes)
    return bool(hill.frontier) and all(nearest(z, hill.positive) == nearest(z, hill.negative) for z in hill.frontier)


@claim("def-1.amended", by="examples", subject=LineMountain, sabotage={"frontier shifted by 2": ShiftedFrontier})
def test_the_frontier_exists_on_examples(evidence, subject):
    law = lambda classes: frontier_is_equidistant(subject, classes)
    evidence.examples("finite classes on the line have a frontier, equidistant to both", law, two_classes())


@claim(
    "eq-10",
    by="symbolic",
    subject=(Implication(("dA == 0", "dB > 0"), "dB >= dA"), Implication(("dB == 0", "dA > 0"), "dB < dA")),
    sabotage={
        "the cases exchanged": (
            Implication(("dA == 0", "dB > 0"), "dB < dA"),
            Implication(("dB == 0", "dA > 0"), "dB >= dA"),
        ),
        "classes that touch": (Implication(("dA == 0",), "dB >= dA"), Implication(("dB == 0",), "dB < dA")),
    },
)
def test_equation_10_extends_definition_1(evidence, subject):
    on_a, on_b = subject
    evidence.certify(on_a.proof("on A the first case of equation 10 applies, so f = +d(x, ∂)"))
    evidence.certify(on_b.proof("on B the second case applies, so f = −d(x, ∂)"))


@claim("def-1", by="formal")
def test_definition_1_without_a_frontier(evidence, subject):
    evidence.impossible(X=[0], c=[1])


@claim("prop-1.proof", by="formal")
def test_proposition_1_without_a_frontier(evidence, subject):
    evidence.impossible(X=[0], c=[1], x=0)


@claim("def-3", by="formal")
def test_definition_3_without_a_class(evidence, subject):
    evidence.impossible(X=[0], c=[1], x=3)
