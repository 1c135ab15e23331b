"""Steps and definitions that several checks of Proposition 8's pieces share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from checks.evidence import Evidence
from checks.implication import Implication
from checks.papers.many_faces.pieces.rational_networks import NETWORK, used
from checks.papers.many_faces.pieces.zigzags import case, chain, odd_points
from checks.witness import Witness, instance, refutation


def shown(
    says: str, *, given: Mapping[str, Any], conclusion: Sequence[str], define: Mapping[str, str] = NETWORK
) -> Witness:
    """An instance with the definitions it needs."""
    return instance(says, given=given, conclusion=conclusion, define=used(define, *conclusion))


def refuted(
    says: str,
    *,
    given: Mapping[str, Any],
    hypotheses: Sequence[str],
    conclusion: Sequence[str],
    define: Mapping[str, str] = NETWORK,
) -> Witness:
    """A refutation with the definitions it needs."""
    needed = used(define, *hypotheses, *conclusion)
    return refutation(says, given=given, hypotheses=hypotheses, conclusion=conclusion, define=needed)


MINMAX = ("m + M == a + b", "M - m == d")
GATE = {
    "identity": (Implication((*MINMAX, "d == b - a"), "m == a"), Implication((*MINMAX, "d == b - a"), "M == b")),
    "transposition": (Implication((*MINMAX, "d == a - b"), "m == b"), Implication((*MINMAX, "d == a - b"), "M == a")),
}
"""m = min(a, b) and M = max(a, b): d = |b - a|."""
EVERYWHERE = tuple(step.concluding("m == a") for step in GATE["transposition"])
"""Wrong: the gate does nothing on the other half-plane either."""


def certify_gate(evidence: Evidence, gate: Mapping[str, Sequence[Implication]]) -> None:
    """On each half-plane the gate is the map that is named."""
    for name, steps in gate.items():
        for step in steps:
            evidence.certify(step.proof(f"one half-plane of a gate: {name}, {step.goal}"))


SEGMENT = ("d0 + d1*(l*p + (1 - l)*q)", "l*(d0 + d1*p) + (1 - l)*(d0 + d1*q)")
"""An affine function between p and q."""

COMPOSED = ("c0 + c1*(a0 + a1*x)", "(c0 + c1*a0) + (c1*a1)*x")
"""Affine after affine."""

AGREE = (
    Implication(("a0 + a1*p == b0 + b1*p", "a0 + a1*(p + e) == b0 + b1*(p + e)"), "e*a1 == e*b1"),
    Implication(("a0 + a1*p == b0 + b1*p", "p*a1 == p*b1"), "a0 == b0"),
)
"""Affine functions that agree at p and at p + e, e != 0: equal slopes, and then equal constants."""


def certify_agreement(evidence: Evidence, steps: Sequence[Implication]) -> None:
    """Affine maps that agree on an open set are equal, coordinate by coordinate."""
    for step in steps:
        evidence.certify(step.proof(f"affine maps that agree at p and p + e e_j, e ≠ 0: {step.goal}"))


STEP = Implication(("new <= s * old", "s * old <= s * B"), "new <= s * B")
"""Each of the old pieces is cut into at most s, and there were at most B."""

PAIRS = NETWORK | {
    "layer(x)": "gates(input(0, x))",
    "after(x)": "hidden(1, x)",
    "onward(i, z)": "z if i == 0 else sort2(affine(W[i], b[i], onward(i - 1, z)))",
    "tail(z)": "[s for i in range(len(W) - 2) for s in gates(affine(W[i + 1], b[i + 1], onward(i, z)))]",
    "joined(u, v)": "[s for part in [u, v] for s in part]",
    "pair(x)": "joined(layer(x), tail(after(x)))",
    "layers()": "count([layer(x) for x in X])",
    "tails()": "count([tail(after(x)) for x in X])",
}
"""The signs of the first layer, and those of the rest of the network, a network of its own, at what the layer gives."""
PAIRED = ["cells(X)", "all([signs(x) == pair(x) for x in X])", "len(X) <= layers() * tails()"]

ON_THE_LINE = NETWORK | {
    "slope(t)": "(f([t + e]) - f([t])) / e",
    "steady(t)": "signs([t]) == signs([t + e]) and inside([t])",
    "bend(s, t)": "f([s]) + slope(s) * (t - s) != f([t])",
}
"""A network with one input: its slope at t, in a cell that holds t and t + e, and whether it bends between s and t."""


MAPS = ON_THE_LINE | {
    "slopes()": "[slope(x[0]) for x in X]",
    "maps()": "[[slope(x[0]), f(x) - slope(x[0]) * x[0]] for x in X]",
    "everywhere()": "cells(X) and all([steady(x[0]) for x in X]) and len(X) == 2**len(signs(X[0]))",
}
"""A network with one input and a point in each of its cells, of which there are as many as sign patterns."""


def tent(depth: int) -> dict[str, Any]:
    """`chain` with a point in each of its cells."""
    return case(chain(depth), [5 * x for x in odd_points(depth)]) | {"e": 1}


PRODUCT = {
    "rest(v)": "[v[i] for i in range(1, len(v))]",
    "product(v)": "1 if len(v) == 0 else v[0] * product(rest(v))",
}
"""The product of a list."""
