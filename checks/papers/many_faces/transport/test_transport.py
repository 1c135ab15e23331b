"""The Kantorovich-Rubinstein loss: equation 6, the logits of Section 5, equation 26 of Appendix F."""

from fractions import Fraction as F
from math import comb

import pytest

from checks.derive import cases, have, product
from checks.implication import Implication
from checks.papers.many_faces.frontier.line import rationals
from checks.witness import identity, refutation

claim = pytest.mark.claim


@claim("eq-6", by="formal")
def test_equation_6_as_printed(evidence, subject):
    evidence.counterexample("P at 0, Q at 3: f(x) = 3 − x has the loss −3/2, less than 𝒲 = 3", p=0, q=3, fp=3, fq=0)


@claim(
    "eq-6.amended",
    by="symbolic",
    subject=("1/2", "1/2"),
    sabotage={"unbalanced": ("2/3", "1/3"), "factor forgotten": ("1", "1")},
)
def test_equation_6_amended(evidence, subject):
    a, b = subject
    evidence.certify(
        identity("𝔼[−Y f] = −(P f − Q f)/2", (f"-({a} * p - {b} * q)", "-(p - q)/2"), ("1/2", a), ("1/2", b))
    )
    evidence.assume("Kantorovich–Rubinstein duality")


@claim("eq-6.amended", by="formal")
def test_equation_6_amended_from_duality(evidence, subject):
    evidence.derive()


def classes():
    from hypothesis import strategies as st

    return st.integers(1, 6).flatmap(lambda n: st.tuples(*[st.lists(rationals(), min_size=n, max_size=n)] * 2))


@claim(
    "eq-6.amended",
    by="examples",
    subject=F(1, 2),
    sabotage={"factor 1": F(1), "the printed sign": F(-1, 2)},
)
def test_equation_6_on_examples(evidence, subject):
    """The solver's plan and potential, exact and checked here from scratch."""
    from theory.transport import transport_plan

    def law(both):
        p, q = both
        plan = transport_plan(p, q)
        u = [plan.potential(x) for x in p], [plan.potential(x) for x in q]
        loss = -subject * (sum(u[0]) - sum(u[1])) / len(p)
        points = list(zip([*p, *q], [*u[0], *u[1]], strict=True))
        lipschitz = all(abs(v - w) <= abs(x - y) for x, v in points for y, w in points)
        cost = sum(m * abs(p[i] - q[j]) for i, j, m in zip(plan.sources, plan.targets, plan.masses, strict=True))
        moves = list(zip(plan.sources, plan.targets, plan.masses, strict=True))
        slack = all(u[0][i] - u[1][j] == abs(p[i] - q[j]) for i, j, _ in moves)
        sent = [sum(m for i, _, m in moves if i == k) for k in range(len(p))]
        received = [sum(m for _, j, m in moves if j == k) for k in range(len(q))]
        marginals = sent == received == [F(1, len(p))] * len(p) and min(m for _, _, m in moves) > 0
        return lipschitz and slack and marginals and loss == -cost / 2 == -plan.cost / 2

    evidence.examples(
        "marginals, complementary slackness and the loss −𝒲₁/2, exactly", law, classes(), max_examples=100
    )


TOO_LOW = ("base - ((base - bound + 1) * inverse) * gap - (bound - 1)", "(base - bound + 1) * (1 - inverse * gap)")
"""The loss at t = (base - bound + 1)/gap, less bound - 1: 0 where inverse * gap = 1, that is where gap is not 0."""


@claim("eq-6.minimum", by="formal")
def test_unbalanced_classes_have_no_minimum(evidence, subject):
    for p in (2, 10, 100, 1000):
        evidence.value(f"probability that {p} fair labels are balanced", float(F(comb(p, p // 2), 2**p)))
    evidence.impossible(says="P(Y = 1) = 2/3: a constant has a loss below any bound K", a=F(2, 3), b=F(1, 3))


COUPLED = Implication(
    (
        "m1 * f1 - m1 * g1 <= m1 * d1",
        "m2 * f2 - m2 * g2 <= m2 * d2",
        "gain == m1 * f1 - m1 * g1 + m2 * f2 - m2 * g2",
        "cost == m1 * d1 + m2 * d2",
    ),
    "gain <= cost",
)


@claim(
    "eq-6.minimum.amended",
    by="symbolic",
    subject=(TOO_LOW, COUPLED),
    sabotage={
        "the gap forgotten": (
            ("base - (base - bound + 1) * gap - (bound - 1)", "(base - bound + 1) * (1 - inverse * gap)"),
            COUPLED,
        ),
        "not 1-Lipschitz": (TOO_LOW, COUPLED.without(1)),
    },
)
def test_a_minimum_for_balanced_classes_only(evidence, subject):
    """m1, m2 stand for the masses of a plan, (f1, g1) for the values of f at its ends, d1 for their distance."""
    low, coupled = subject
    evidence.certify(identity("unbalanced: with t = (base − bound + 1)/gap the loss is bound − 1", low))
    evidence.certify(
        coupled.proof("balanced: Pf − Qf is at most the cost of any plan, term by term, so the loss is bounded")
    )


# --- equation 26 --------------------------------------------------------------------------------------------------


@claim("eq-26", by="formal")
def test_equation_26_with_equal_measures(evidence, subject):
    evidence.counterexample("P = Q: the constant 5 is in the first set and not in the last", p=0, q=0, e=1, s=0, c=5)


@claim(
    "eq-26",
    by="exact",
    subject={"p": [0], "q": [3], "e": 0, "constant": 5},
    sabotage={
        "the constant 0": {"p": [0], "q": [3], "e": 0, "constant": 0},
    },
)
def test_equation_26_with_epsilon_0(evidence, subject):
    """Members of the second set are ε times a function: at 0 they take the value ε f(0)."""
    evidence.certify(identity("0 times any value v is 0", ("0 * v", "0")))
    evidence.refute(
        refutation(
            "P = δ₀, Q = δ₃, ε = 0: the constant 5 satisfies Pf − Qf ≥ 0 with the least Lipschitz constant there is, "
            "0, so it is in the first set; members of the second one are 0 times a function",
            given=subject | {"values": [-7, 0, 5, 1000]},
            define={"W()": "abs(p[0] - q[0])", "gain()": "constant - constant"},
            hypotheses=["gain() >= e * W()"],
            conclusion=["any(e * v == constant for v in values)"],
        )
    )


SETS = (
    Implication(("gain <= lip * w", "gain >= e * w", "w * lip - w * e == wd", "wd < 0"), "0 > 0"),
    Implication(("gain <= lip * w", "lip * w == e * w", "gain >= e * w"), "gain - e * w <= 0"),
    Implication(("gain <= lip * w", "lip * w == e * w"), "gain <= e * w"),
)


@claim(
    "eq-26.amended",
    by="symbolic",
    subject=SETS,
    sabotage={
        "no duality": (SETS[0].without(0), *SETS[1:]),
        "W = 0 admitted": (SETS[0].without(3), *SETS[1:]),
        "another Lipschitz constant": (SETS[0], SETS[1].without(1), SETS[2]),
    },
)
def test_equation_26_amended(evidence, subject):
    """wd = W (Lip f - ε): negative exactly when Lip f < ε, because W > 0."""
    smaller, first, last = subject
    evidence.certify(smaller.proof("Pf − Qf ≥ ε𝒲 forces Lip(f) ≥ ε, which ε times a potential attains"))
    evidence.certify(first.proof("the first set: Lip(f) = ε and Pf − Qf ≥ ε𝒲, so Pf − Qf = ε𝒲"))
    evidence.certify(
        last.proof("the last set: with Lip(f) = ε the gain is at most ε𝒲, so its members have Pf − Qf = ε𝒲")
    )
    scaled = identity("ε times a function: its gain scales by ε", ("e * p - e * q", "e * (p - q)"))
    evidence.certify(scaled)
    evidence.assume("Kantorovich–Rubinstein duality")


@claim("eq-26.amended", by="formal")
def test_equation_26_amended_from_duality(evidence, subject):
    """lip < e would make the gain less than e W."""
    evidence.derive(
        product("W > 0", "e - lip >= 0"),
        have("lip >= e", cases("lip >= e", [], [product("W > 0", "e - lip > 0")])),
        cases("lip == e", [cases("gain == e * W", [], [], [])], [], []),
    )


# --- the logits ---------------------------------------------------------------------------------------------------


@claim("sec-5.logits", by="formal")
def test_larger_logits_are_not_larger_radii(evidence, subject):
    evidence.counterexample("t + 2 and t/4 + 1 at 0: logits 2 > 1, radii 2 < 4", a=1, b=2, c=F(1, 4), d=1, x=0)


LOGITS = (
    Implication(("fx >= 0", "fz <= 0", "fx - fz <= d"), "fx <= d"),
    Implication(("fx <= xz", "fy <= zy", "xz + zy == d"), "fx + fy <= d"),
)


@claim(
    "sec-5.logits.amended",
    by="symbolic",
    subject=LOGITS,
    sabotage={
        "2-Lipschitz": (LOGITS[0]._replace(hypotheses=("fx >= 0", "fz <= 0", "fx - fz <= 2 * d")), LOGITS[1]),
        "no change of label between": (LOGITS[0], LOGITS[1].without(2)),
    },
)
def test_the_largest_logit_is_the_radius(evidence, subject):
    above, lipschitz = subject
    evidence.certify(above.proof("|f(x)| ≤ ‖x − z‖ for every z of the other label (and the other sign)"))
    evidence.certify(lipschitz.proof("c(y) d(y, {c ≠ c(y)}) is 1-Lipschitz across labels: a limit z of both splits d"))
    evidence.assume("distances to sets are 1-Lipschitz")
