"""Proposition 7 as a theorem of learning: what finite VC dimension gives a class that abstains, and what not."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.implication import Implication
from checks.witness import identity, instance

claim = pytest.mark.claim


def other_terms(count):
    """The binomial expansion of (p + q)^(N + 1) without (N + 1) p q^N."""
    from math import comb

    return " + ".join(f"{comb(count + 1, j)} * p**{j} * q**{count + 1 - j}" for j in range(count + 2) if j != 1)


NEAREST = {
    "points in one cell of diameter below 2m have one label": Implication(
        ("fx >= m", "fy <= -m", "fx - fy <= d", "d < 2 * m"), "0 > 0"
    ),
    "the nearest example is no farther than the one in the cell": Implication(("r <= d", "d < 2 * m"), "r < 2 * m"),
}


@claim(
    "prop-7.pac",
    by="symbolic",
    subject=(NEAREST, other_terms),
    sabotage={
        "cells of any diameter": (without(NEAREST, 0, 3), other_terms),
        "another term": (NEAREST, lambda count: other_terms(count).replace("p**0", "p**1")),
    },
)
def test_nearest_neighbours_learn(evidence, subject):
    steps, terms = subject
    certify(evidence, steps)
    for count in (1, 2, 5, 10):
        evidence.certify(
            identity(
                f"N = {count}: (N + 1) p qᴺ is 1 minus terms that are not negative, for p + q = 1",
                (f"(p + q)**{count + 1} - {count + 1} * p * q**{count}", terms(count)),
            )
        )
    evidence.assume("binomial theorem")


@claim(
    "prop-7.pac",
    by="examples",
    subject=(F(3, 2), 1),
    sabotage={"cells of any diameter": (F(99), 1), "a quarter of the bound": (F(3, 2), F(1, 4))},
)
def test_the_error_of_nearest_neighbours(evidence, subject):
    """m = 1: atoms on the line, chains with gaps below 2 share a label; all samples, ties broken for the worse."""
    from itertools import product
    from math import prod

    from hypothesis import strategies as st

    width, factor = subject

    def law(weights, step, coins, size):
        atoms = [F(step * k) for k, weight in enumerate(weights) if weight]
        if not atoms:
            return True
        total = sum(weights)
        mass = {x: F(weights[int(x) // step], total) for x in atoms}
        label, chain = {}, 0
        for x, before in zip(atoms, [None, *atoms], strict=False):
            chain += before is not None and x - before >= 2
            label[x] = coins >> chain & 1
        error = F(0)
        for sample in product(atoms, repeat=size):
            for x in atoms:
                nearest = min(abs(x - z) for z in sample)
                if any(abs(x - z) == nearest and label[z] != label[x] for z in sample):
                    error += mass[x] * prod((mass[z] for z in sample), start=F(1))
        cells = len({x // width for x in atoms})
        return error <= factor * F(cells, size + 1)

    weights = st.lists(st.integers(0, 3), min_size=3, max_size=7)
    evidence.examples(
        "the exact error is at most k/(N + 1)",
        law,
        weights,
        st.integers(1, 2),
        st.integers(0, 127),
        st.integers(1, 3),
        max_examples=400,
    )


UNSEEN = {
    "i ≠ j: |a_i − b_j|² ≥ 1/M² + (1 − η)² ≥ 1 for η = 1/(2M²)": Implication(
        ("D >= q + (1 - e)**2", "2 * e == q", "e**2 >= 0"), "D >= 1"
    ),
    "one of four demands on an unseen pair is missed": Implication(
        ("A0 >= 1 - a0", "B1 >= 1 - b1", "a0 + b1 <= 1", "A1 >= 0", "B0 >= 0"), "A0 + A1 + B0 + B1 >= 1"
    ),
    "half of it for a fair coin, 1/(2M) for each point, M − N pairs; M = 2N: E ≥ 1/8": Implication(
        ("4 * E * M >= M - N", "M == 2 * N", "E * M == 2 * E * N"), "8 * E * N >= N"
    ),
}
"""a, b: whether the answer is right at the two points that are too near; A, B: the errors at the four points."""


@claim(
    "prop-7.pac.proper",
    by="exact",
    subject=(F(1, 32), F(1)),
    sabotage={"η = 1/8": (F(1, 8), F(1)), "2m = 1 − η": (F(1, 32), F(31, 32))},
)
def test_no_member_of_the_class_learns(evidence, subject):
    """M = 4 and all 16 laws; the two points of a pair that are too near."""
    from itertools import product

    from checks.papers.many_faces.vc.margins import labeling_is_possible

    eta, twice = subject
    certify(evidence, UNSEEN)
    evidence.certify(
        instance(
            "M = 4: for all h opposite labels are at least 2m = 1 apart",
            given={"e": eta, "d": twice, "H": list(product((0, 1), repeat=4))},
            conclusion=[
                "all(((i - j)/4)**2 + (1 + (h[j] - h[i])*e)**2 >= 1 for h in H for i in range(4) for j in range(4))",
                "1 - e < d",
            ],
        )
    )
    column = [F(0), eta, F(1), 1 + eta]
    most = max(
        sum(chosen)
        for chosen in product((0, 1), repeat=4)
        if possible(column, [1, 1, -1, -1], chosen, twice / 2, labeling_is_possible)
    )
    evidence.fact("of the four demands f(0), f(η) ≥ m, f(1), f(1 + η) ≤ −m three can be met", most == 3)
    gap = Implication(("g0 >= m", "g1 <= -m", "g0 - g1 <= d", f"d == {1 - eta}", f"2 * m == {twice}"), "0 > 0")
    evidence.certify(gap.proof("no g ∈ Lip₁ is right at a_j for h_j = 1 and at b_j for h_j = 0"))
    learnable = Implication(("E >= 1/8", "E <= e + delta", "e == 1/20", "delta == 1/20"), "0 > 0")
    evidence.refute(learnable.proof("ε = δ = 1/20: the expected error would be at most 1/10, and is at least 1/8"))


def possible(places, labels, chosen, margin, decide):
    """Whether the chosen demands can be met together."""
    kept = [k for k, wanted in enumerate(chosen) if wanted]
    distances = [[abs(places[i] - places[j]) for j in kept] for i in kept]
    return decide(distances, [labels[k] for k in kept], margin)
