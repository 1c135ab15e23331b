"""Binary cross entropy in rational numbers, for witnesses: a value f(x) is given by the odds u = exp(f(x)).

A witness has lists ``x`` (whole numbers on the line), ``y`` (labels), ``w`` (weights, whole where a loss is compared)
and ``u`` (odds), and ``q`` = exp(L) for the Lipschitz constant L. Then exp(y f) is ``odds``, the size of the loss's
derivative is ``slope``, and the exponential of the total loss is ``risk``: all of them rational, so comparisons of
losses are comparisons of products.
"""

from fractions import Fraction as F
from typing import Any

ODDS = {
    "sigma(a)": "a / (1 + a)",
    "odds(a, s)": "a if s > 0 else 1 / a",
    "slope(a, s)": "1 / (1 + odds(a, s))",
}
"""sigma(f), exp(s f) and sigma(-s f) = |d/df log(1 + exp(-s f))| at f = log a, for the label s."""

RISK = {
    **ODDS,
    "product(v)": "v[0] * product([v[i] for i in range(1, len(v))]) if len(v) > 0 else 1",
    "risk(v)": "product([(1 + 1 / odds(a, s)) ** n for a, s, n in zip(v, y, w)])",
}
"""risk(v) is exp of the sum of w log(1 + exp(-y f)) for the odds v: smaller risk, smaller loss."""

IS_TRAINING_SET = [
    "all(s == 1 or s == -1 for s in y) and all(n > 0 for n in w)",
    "len(x) == len(y) and len(y) == len(w)",
]
NONTRIVIAL = "any(s == 1 for s in y) and any(s == -1 for s in y)"

LIPSCHITZ = "all(u[i] <= u[j] * q ** abs(x[i] - x[j]) for i in range(len(x)) for j in range(len(x)))"
"""f(x_i) - f(x_j) <= L |x_i - x_j| for all pairs."""

IS_OPTIMAL = [
    "len(u) == len(x) and all(a > 0 for a in u) and q > 1",
    LIPSCHITZ,
    "all(y[i] > 0 and y[j] < 0 and m >= 0 and u[i] == u[j] * q ** abs(x[i] - x[j]) for i, j, m in plan)",
    "all(sum([m for i, j, m in plan if i == k]) == w[k] * slope(u[k], 1) for k in range(len(x)) if y[k] > 0)",
    "all(sum([m for i, j, m in plan if j == k]) == w[k] * slope(u[k], -1) for k in range(len(x)) if y[k] < 0)",
]
"""``plan`` (triples i, j, mass) couples the two classes reweighted by |dl/df|, along pairs where f falls as fast as it
may: the Karush-Kuhn-Tucker conditions, which for this convex problem certify that the odds u are those of a minimiser
over all L-Lipschitz functions."""


def two_places(u: F | int, q: F | int, e: F | int) -> dict[str, Any]:
    """Masses a of +1 and 1 of -1 at 0, e of +1 at 1 = D; odds u at 0 and q u at 1 are the minimiser's, q = exp(L)."""
    u, q, e = F(u), F(q), F(e)
    a = u - e * (1 + u) / (1 + u * q)
    return {
        "x": [0, 0, 1],
        "y": [1, -1, 1],
        "w": [a, F(1), e],
        "u": [u, u, q * u],
        "q": q,
        "plan": [[0, 1, a / (1 + u)], [2, 1, e / (1 + u * q)]],
    }
