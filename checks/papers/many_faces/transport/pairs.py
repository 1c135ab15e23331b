"""Proposition 6's construction: atoms in pairs on the line, and the minimisers of the Kantorovich-Rubinstein loss."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as F
from typing import Any


def atoms(n: int) -> tuple[list[int], list[int]]:
    """P at 4(i - 1), Q at 4 i - 1, i = 1, ..., n."""
    return [4 * (i - 1) for i in range(1, n + 1)], [4 * i - 1 for i in range(1, n + 1)]


def minimiser(n: int, slopes: Sequence[F], shift: int = 0) -> tuple[list[F], list[F]]:
    """Values on P's and Q's atoms: down 3 on each pair, slope slopes[i] on the unit segment after it."""
    height, on_p, on_q = F(shift), [], []
    for i in range(n):
        on_p.append(height)
        on_q.append(height - 3)
        height = height - 3 + slopes[i % len(slopes)]
    return on_p, on_q


OPTIMAL = {
    "mean(v)": "sum(v) / len(v)",
    "gain()": "mean(up) - mean(uq)",
    "right(t)": "len([1 for v in up if v > t]) + len([1 for v in uq if v < t])",
}
IS_MINIMISER = [
    "all(p[i] < q[i] and abs(up[i] - uq[i]) <= q[i] - p[i] for i in range(len(p)))",
    "all(q[i] < p[i + 1] and abs(up[i + 1] - uq[i]) <= p[i + 1] - q[i] for i in range(len(p) - 1))",
    "sum(abs(a - b) for a, b in zip(p, q)) / len(p) == gain()",
]
"""p_1 < q_1 < p_2 < …, u is 1-Lipschitz between neighbours, so everywhere; its gain is the cost of the plan p_i to q_i:
each certifies that the other is optimal."""


def described(n: int, slopes: Sequence[F], shift: int = 0) -> dict[str, Any]:
    """The data of a witness: atoms p, q and the values up, uq of a minimiser there."""
    p, q = atoms(n)
    up, uq = minimiser(n, slopes, shift)
    return {"p": p, "q": q, "up": up, "uq": uq}
