"""Sections 2.2 and 2.3: what Björck's iteration does to eigenvalues and singular values."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.implication import Implication
from checks.witness import identity, refutation

claim = pytest.mark.claim


@claim(
    "sec-2.2.eigenvalues",
    by="exact",
    subject=([[1, 0], [0, -1]], -1, [0, 1]),
    sabotage={
        "the other eigenvalue": ([[1, 0], [0, -1]], 1, [1, 0]),
        "not orthogonal": ([[1, 0], [0, -2]], -2, [0, 1]),
    },
)
def test_orthogonal_matrices_have_other_eigenvalues(evidence, subject):
    """W^T W = I: Björck's iteration W -> W (3 I - W^T W)/2 leaves it as it is."""
    matrix, value, vector = subject
    evidence.refute(
        refutation(
            "a reflection: orthogonal, with the eigenvalue −1",
            given={"W": matrix, "lam": value, "v": vector},
            define={"column(j)": "[row[j] for row in W]"},
            hypotheses=[
                "all(dot(column(i), column(j)) == (1 if i == j else 0) for i in range(2) for j in range(2))",
                "[dot(row, v) for row in W] == [lam * t for t in v]",
                "dot(v, v) > 0",
            ],
            conclusion=["abs(lam - 1) <= 1"],
        )
    )


ERROR = ("2*(1 - s*(3 - s**2)/2)", "(1 - s)**2 * (2 + s)")
"""Björck's step takes the singular value s to s (3 - s^2)/2."""

STEP = {
    "the error is at most 3/2 of its square, e = 1 − s ≥ 0": Implication(
        ("2*e1 == 3*e**2 - e**3", "e**3 >= 0"), "2*e1 <= 3*e**2"
    ),
    "it is not negative": Implication(("2*e1 == e**2*(3 - e)", "e**2*(3 - e) >= 0"), "e1 >= 0"),
    "below 1 it shrinks: e − e₁ = e(1 − e)(2 − e)/2 > 0": Implication(
        ("2*e1 == 3*e**2 - e**3", "e*(1 - e)*(2 - e) > 0"), "e1 < e"
    ),
    "by a factor of at most q = e₀(3 − e₀)/2 < 1, e ≤ e₀": Implication(
        ("2*e1 == 3*e**2 - e**3", "e*(e0 - e)*(3 - e0 - e) >= 0", "2*e*q == 3*e*e0 - e*e0**2"), "e1 <= e*q"
    ),
}


@claim(
    "sec-2.2.eigenvalues.amended",
    by="symbolic",
    subject=(ERROR, STEP),
    sabotage={
        "half a step": (("2*(1 - s*(5 - s**2)/4)", ERROR[1]), STEP),
        "a singular value of 0": (ERROR, without(STEP, 2, 1)),
        "values above 2": (ERROR, without(STEP, 1, 1)),
        "errors that grow": (ERROR, without(STEP, 3, 1)),
    },
)
def test_singular_values_tend_to_one(evidence, subject):
    error, steps = subject
    evidence.certify(identity("1 − s(3 − s²)/2 = (1 − s)²(2 + s)/2", error))
    certify(evidence, steps)
    evidence.assume("a singular value decomposition exists, and Björck's step keeps its vectors")


BELOW = Implication(("2*(1 - t) == (1 - s)**2 * (2 + s)", "(1 - s)**2 * (2 + s) > 0"), "t < 1")


@claim(
    "sec-2.3.singular-values",
    by="symbolic",
    subject=(BELOW, [F(1), F(1, 2), F(1, 2)]),
    sabotage={
        "the step may reach 1": (BELOW.without(1), [F(1), F(1, 2), F(1, 2)]),
        "most are 1 at the start": (BELOW, [F(1), F(1), F(1, 2)]),
    },
)
def test_singular_values_are_never_one(evidence, subject):
    below, start = subject
    evidence.certify(identity("1 − s(3 − s²)/2 = (1 − s)²(2 + s)/2", ERROR))
    evidence.certify(below.proof("a singular value 0 < s < 1 stays below 1 in every round"))
    evidence.refute(
        refutation(
            "diag(1, 1/2, 1/2), of norm 1: after each of five rounds one singular value of three is 1",
            given={"S": start},
            define={
                "step(s)": "s * (3 - s**2) / 2",
                "ones(L)": "len([1 for s in L if s == 1])",
                "one(L)": "[step(s) for s in L]",
            },
            hypotheses=["max(S) == 1"],
            conclusion=[
                "2 * ones(one(S)) > len(S)",
                "2 * ones(one(one(S))) > len(S)",
                "2 * ones(one(one(one(one(one(S)))))) > len(S)",
            ],
        )
    )


@claim(
    "sec-2.3.singular-values.amended",
    by="symbolic",
    subject=(ERROR, STEP, ("0*(3 - 0**2)/2", "0")),
    sabotage={
        "0 moves": (ERROR, STEP, ("0*(3 - 0**2)/2", "1")),
        "errors that grow": (ERROR, without(STEP, 3, 1), ("0*(3 - 0**2)/2", "0")),
    },
)
def test_singular_values_tend_to_one_but_zero_stays(evidence, subject):
    error, steps, zero = subject
    evidence.certify(identity("1 − s(3 − s²)/2 = (1 − s)²(2 + s)/2, and 0 stays", error, zero))
    certify(evidence, steps)
    evidence.assume("a singular value decomposition exists, and Björck's step keeps its vectors")


@claim("sec-2.2.eigenvalues", by="formal")
def test_a_reflection_from_end_to_end(evidence, subject):
    evidence.counterexample(W=[[1, 0], [0, -1]], lam=-1, v=[0, 1])


@claim("sec-2.3.singular-values", by="formal")
def test_six_rounds_from_end_to_end(evidence, subject):
    rounds = [[F(1), F(1, 2), F(1, 2)]]
    for _ in range(6):
        rounds.append([s * (3 - s**2) / 2 for s in rounds[-1]])
    evidence.counterexample(S=rounds)
