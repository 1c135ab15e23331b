"""Sections 2.1 and 2.2: Lipschitz constants of layers and networks, and the ways of normalising weights."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import axiom, have
from checks.implication import Implication
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

NORMS = {
    "times(W, v)": "[dot(row, v) for row in W]",
    "square(v)": "dot(v, v)",
    "frobenius2(W)": "sum([square(row) for row in W])",
}
"""Squares of norms."""

CAUCHY = ("(a**2 + b**2) * (u**2 + v**2) - (a*u + b*v)**2", "(a*v - b*u)**2")
"""Lagrange's identity in two coordinates, which stand for any number: a row (a, b) of a matrix and a vector (u, v)."""

LEAST = {
    "the supremum S of the slopes s is admissible: a = s d": Implication(("a == s*d", "(S - s)*d >= 0"), "a <= S*d"),
    "every admissible L is at least every slope": Implication(("a <= L*d", "a == s*d"), "(L - s)*d >= 0"),
}


@claim(
    "sec-2.1.constant",
    by="symbolic",
    subject=LEAST,
    sabotage={"S is no upper bound": without(LEAST, 0, 1), "L is not admissible": without(LEAST, 1, 0)},
)
def test_the_least_constant_exists(evidence, subject):
    """a = |f(x) - f(y)| and d = |x - y| > 0."""
    certify(evidence, subject)
    evidence.assume("a bounded set of reals has a least upper bound")


PRODUCT = {
    "two layers: |h₂(h₁(x)) − h₂(h₁(y))| ≤ L₂ |h₁(x) − h₁(y)| ≤ L₂ L₁ d": Implication(
        ("h <= M*u", "M*(L*d - u) >= 0"), "h <= M*L*d"
    ),
    "an affine layer: |W x − W y| ≤ ‖W‖ d, whatever its bias": Implication(
        ("h == w", "w <= L*d", "u == h + b - b"), "u <= L*d"
    ),
    "the product need not be reached: max(0, −max(0, x)) = 0, since r = max(0, x) ≥ 0": Implication(
        ("r >= 0", "s == -r"), "s <= 0"
    ),
}


@claim(
    "sec-2.2.product",
    by="symbolic",
    subject=PRODUCT,
    sabotage={
        "one layer is not Lipschitz": without(PRODUCT, 0, 0),
        "the inner one is not": without(PRODUCT, 0, 1),
        "no bound of the matrix": without(PRODUCT, 1, 1),
    },
)
def test_constants_multiply(evidence, subject):
    certify(evidence, subject)


@claim(
    "sec-2.2.product",
    by="examples",
    subject=lambda layers: [abs(w) for w, _ in layers],
    sabotage={
        "the sum of the constants": lambda layers: [sum(abs(w) for w, _ in layers)],
        "the largest constant": lambda layers: [max(abs(w) for w, _ in layers)],
        "half of one of them": lambda layers: [abs(layers[0][0]) / 2, *(abs(w) for w, _ in layers[1:])],
    },
)
def test_constants_multiply_on_examples(evidence, subject):
    """Layers x -> |w x + b| on the line, in rationals."""
    from math import prod

    from hypothesis import strategies as st

    number = st.fractions(-4, 4, max_denominator=3)

    def law(layers):
        def f(x):
            for w, b in layers:
                x = abs(w * x + b)
            return x

        points = [F(k, 2) for k in range(-3, 4)]
        bound = prod(subject(layers))
        return all(abs(f(x) - f(y)) <= bound * abs(x - y) for x in points for y in points)

    layers = st.lists(st.tuples(number, number), min_size=1, max_size=4)
    evidence.examples("the product bounds all slopes", law, layers, max_examples=100)


CLIPPED = {
    "a row: |⟨w, v⟩|² ≤ ‖w‖² ‖v‖²": Implication(("n - p == s", "s >= 0"), "p <= n"),
    "n entries of at most c: ‖w‖² ≤ n c²": Implication(("a2 <= cc", "b2 <= cc", "w == a2 + b2"), "w <= 2*cc"),
    "m rows: ‖W v‖² ≤ m n c² ‖v‖²": Implication(
        ("p1 <= 2*ccvv", "p2 <= 2*ccvv", "p3 <= 2*ccvv", "W == p1 + p2 + p3"), "W <= 6*ccvv"
    ),
}


@claim(
    "sec-2.2.clipping",
    by="symbolic",
    subject=(CLIPPED, F(1, 100)),
    sabotage={
        "one entry is not clipped": (without(CLIPPED, 1, 0), F(1, 100)),
        "one row is not bounded": (without(CLIPPED, 2, 1), F(1, 100)),
        "a negative bound": (CLIPPED, F(-1, 100)),
    },
)
def test_clipping(evidence, subject):
    """Three rows of two entries in the certificates; the bound is reached, and nothing holds from below."""
    steps, c = subject
    evidence.certify(identity("Cauchy and Schwarz", CAUCHY))
    certify(evidence, steps)
    evidence.certify(
        instance(
            "clipped at c: all entries c reach c √(mn); c times the unit matrix has the norm c, and 0 the norm 0",
            given={"c": c, "m": 3, "n": 4},
            define=NORMS
            | {"full()": "[[c for j in range(n)] for i in range(m)]", "ones()": "[1 for j in range(n)]"}
            | {"unit()": "[[c if i == j else 0 for j in range(n)] for i in range(m)]"},
            hypotheses=["c > 0"],
            conclusion=[
                "square(times(full(), ones())) == m * n * c**2 * square(ones())",
                "square(times(unit(), [1, 2, 3, 4])) <= c**2 * square([1, 2, 3, 4])",
                "square(times([[0 for j in range(n)] for i in range(m)], ones())) == 0",
            ],
        )
    )


DECAY = {
    "no worse than θ = 0: η‖θ‖² ≤ ℰ(0)": Implication(("E + eta*nn <= E0", "E >= 0"), "eta*nn <= E0"),
    "two layers: ‖W₁‖ ‖W₂‖ ≤ (‖W₁‖² + ‖W₂‖²)/2": Implication(("(a - b)**2 >= 0",), "a*b <= (a**2 + b**2)/2"),
}


@claim(
    "sec-2.2.decay",
    by="symbolic",
    subject=(DECAY, "(v - w)**2"),
    sabotage={
        "losses below 0": (without(DECAY, 0, 1), "(v - w)**2"),
        "no minimiser": (without(DECAY, 0, 0), "(v - w)**2"),
        "another minimiser": (DECAY, "(v - 2*w)**2"),
    },
)
def test_weight_decay(evidence, subject):
    """For f(x) = w x, x = y = 1, hinge with a margin m > w: η = 1/(2w) makes w the minimiser, however large."""
    steps, square = subject
    certify(evidence, steps)
    evidence.certify(
        identity("2w ((m − v) + v²/(2w) − (m − w) − w²/(2w)) = (v − w)²", ("2*w*(w - v) + v**2 - w**2", square))
    )


STEEP = {
    "on [p, q] f rises by (1 + M)(q − p): its constant is at least 1 + M": Implication(
        ("fp == p", "fq == q + M*(q - p)", "q > p"), "fq - fp >= q - p + M*(q - p)"
    ),
    "left of p both kinks are silent: slope 1": Implication(("fx == x", "fz == z"), "fz - fx == z - x"),
    "right of q both have fired: slope 1": Implication(
        ("fx == x + M*(q - p)", "fz == z + M*(q - p)"), "fz - fx == z - x"
    ),
}


@claim(
    "sec-2.2.penalty",
    by="symbolic",
    subject=(STEEP, (F(1, 4), F(3, 4))),
    sabotage={
        "no kinks": (without(STEEP, 0, 1), (F(1, 4), F(3, 4))),
        "a kink missing": (without(STEEP, 2, 1), (F(1, 4), F(3, 4))),
        "an example on the slope": (STEEP, (F(1, 4), F(5, 4))),
    },
)
def test_penalties_guarantee_nothing(evidence, subject):
    """f(x) = x + M (max(0, x - p) - max(0, x - q)), no example in [p, q]."""
    steps, (p, q) = subject
    certify(evidence, steps)
    evidence.certify(
        instance(
            "examples 0, 1, 2: slopes of 1 at each, so a penalty of 0, and a slope of 1001 between",
            given={"X": [0, 1, 2], "p": p, "q": q, "M": 1000, "h": F(1, 8)},
            define={"f(x)": "x + M * (max(0, x - p) - max(0, x - q))"},
            hypotheses=["p < q"],
            conclusion=[
                "all(f(x + h) - f(x - h) == 2 * h for x in X)",
                "f(q) - f(p) == 1001 * (q - p)",
            ],
        )
    )


FROBENIUS = {
    "‖W v‖² = Σ ⟨wᵢ, v⟩² ≤ Σ ‖wᵢ‖² ‖v‖²": Implication(("p1 <= w1vv", "p2 <= w2vv", "W == p1 + p2"), "W <= w1vv + w2vv"),
    "‖W‖_F² ≤ m n c²": Implication(("a <= cc", "b <= cc", "c1 <= cc", "d <= cc", "F == a + b + c1 + d"), "F <= 4*cc"),
}


@claim(
    "sec-2.2.frobenius",
    by="symbolic",
    subject=(FROBENIUS, [[1, 2], [2, 4]]),
    sabotage={
        "a row forgotten": (without(FROBENIUS, 0, 1), [[1, 2], [2, 4]]),
        "an entry forgotten": (without(FROBENIUS, 1, 3), [[1, 2], [2, 4]]),
        "rank two": (FROBENIUS, [[1, 2], [2, -1]]),
    },
)
def test_frobenius(evidence, subject):
    steps, matrix = subject
    evidence.certify(identity("Cauchy and Schwarz", CAUCHY))
    certify(evidence, steps)
    evidence.certify(
        instance(
            "equality for rank one: ‖W v‖ = ‖W‖_F ‖v‖ at v = (1, 2)",
            given={"W": matrix, "v": [1, 2]},
            define=NORMS,
            conclusion=["square(times(W, v)) == frobenius2(W) * square(v)"],
        )
    )


@claim(
    "sec-2.2.weight-normalisation",
    by="exact",
    subject=[[1, 0], [1, 0]],
    sabotage={"a single row": [[1, 0]], "rows that are not of length 1": [[F(1, 2), 0], [F(1, 2), 0]]},
)
def test_weight_normalisation_is_another(evidence, subject):
    evidence.refute(
        refutation(
            "rows of length 1, so [12] leaves W alone; but ‖W‖_F² = 2, and ‖W e₁‖² = 2: not 1-Lipschitz",
            given={"W": subject, "e": [1, 0]},
            define=NORMS,
            hypotheses=["all(square(row) == 1 for row in W)"],
            conclusion=["frobenius2(W) <= 1", "square(times(W, e)) <= square(e)"],
        )
    )


UNIT_ROWS = {
    "m rows of length 1: ‖W v‖² ≤ m ‖v‖²": Implication(
        ("p1 <= vv", "p2 <= vv", "p3 <= vv", "W == p1 + p2 + p3"), "W <= 3*vv"
    ),
    "at v = w₁: ‖W v‖² ≥ ⟨w₁, w₁⟩² = 1 = ‖v‖²": Implication(
        ("p1 == 1", "p2 >= 0", "p3 >= 0", "W == p1 + p2 + p3", "vv == 1"), "W >= vv"
    ),
}


@claim(
    "sec-2.2.weight-normalisation.amended",
    by="symbolic",
    subject=UNIT_ROWS,
    sabotage={"a longer row": without(UNIT_ROWS, 0, 2), "a shorter row": without(UNIT_ROWS, 1, 0)},
)
def test_rows_of_length_one(evidence, subject):
    evidence.certify(identity("Cauchy and Schwarz", CAUCHY))
    certify(evidence, subject)
    evidence.certify(
        instance(
            "both ends occur: orthonormal rows, and equal rows",
            given={"I": [[1, 0], [0, 1]], "E": [[1, 0], [1, 0]]},
            define=NORMS,
            conclusion=[
                "square(times(I, [3, 4])) == square([3, 4])",
                "square(times(E, [1, 0])) == 2 * square([1, 0])",
            ],
        )
    )


POWER = Implication(("e*(X + 1) == 4*X + 1", "(e - 4)*(X + 1) == 0"), "0 > 0")
"""e: the estimate's square after k rounds, X = 16^k; the second hypothesis says that it is exact."""


@claim(
    "sec-2.2.spectral",
    by="symbolic",
    subject=(POWER, [1, 1]),
    sabotage={
        "not exact": (POWER.without(1), [1, 1]),
        "the start is a singular vector": (POWER._replace(hypotheses=("e*X == 4*X", "(e - 4)*X == 0")), [1, 0]),
    },
)
def test_power_iteration_is_never_exact(evidence, subject):
    """W = diag(2, 1); each round multiplies v by W^T W = diag(4, 1)."""
    after, start = subject
    evidence.refute(after.proof("k rounds from (1, 1): the estimate's square is (4 · 16^k + 1)/(16^k + 1), never 4"))
    evidence.refute(
        refutation(
            "up to 20 rounds: ‖W v‖²/‖v‖² < 4, so the layer divided by the estimate stretches (1, 0)",
            given={"W": [[2, 0], [0, 1]], "start": start, "e": [1, 0]},
            define=NORMS
            | {"v(k)": "[4**k * start[0], start[1]]", "estimate2(k)": "square(times(W, v(k))) / square(v(k))"},
            conclusion=["any(square(times(W, e)) / estimate2(k) <= square(e) for k in range(21))"],
        )
    )


ESTIMATE = {
    "the estimate is a lower bound: σ̂² ‖v‖² = ‖W v‖² ≤ ‖W‖² ‖v‖²": Implication(
        ("ee*vv == W", "W <= NN*vv"), "(NN - ee)*vv >= 0"
    ),
    "its error after k rounds, with X, Y the squares of the components: (σ₁² − σ̂²)(X + Y) = (σ₁² − σ₂²) Y": Implication(
        ("e*(X + Y) == s1*X + s2*Y",), "(s1 - e)*(X + Y) == (s1 - s2)*Y"
    ),
    "divided by the norm itself: ‖W v‖/‖W‖ ≤ ‖v‖": Implication(("N*q == W", "W <= N*v"), "N*(v - q) >= 0"),
}


@claim(
    "sec-2.2.spectral.amended",
    by="symbolic",
    subject=ESTIMATE,
    sabotage={
        "no norm": without(ESTIMATE, 0, 1),
        "no estimate": without(ESTIMATE, 1, 0),
        "divided by less": without(ESTIMATE, 2, 1),
    },
)
def test_the_estimate_is_a_lower_bound(evidence, subject):
    certify(evidence, subject)
    evidence.assume("a singular value decomposition exists; Y/X is multiplied by (σ₂/σ₁)⁴ < 1 in each round")


@claim(
    "sec-2.2.effective",
    by="exact",
    subject=[[1, 0], [0, 1]],
    sabotage={"layers that shrink": [[F(1, 2), 0], [0, F(1, 2)]], "not normalised": [[2, 0], [0, 2]]},
)
def test_spectral_normalisation_need_not_shrink(evidence, subject):
    evidence.refute(
        refutation(
            "fifty layers of norm 1 whose composition has the constant 1",
            given={"W": subject, "v": [3, 4], "depth": 50},
            define=NORMS | {"power(k)": "W[0][0] ** k"},
            hypotheses=["W[0][0] == W[1][1]", "W[0][1] == 0 and W[1][0] == 0", "W[0][0] == 1"],
            conclusion=["power(depth) ** 2 * square(v) <= square(v) / 4"],
        )
    )


@claim(
    "sec-2.2.effective.amended",
    by="symbolic",
    subject=(("t*(1*x)", "t*x"), ("1*(t*y)", "t*y")),
    sabotage={"layers that agree": (("1*(1*x)", "t*x"), ("t*(t*y)", "t*y"))},
)
def test_any_constant_occurs(evidence, subject):
    """diag(t, 1) after diag(1, t), 0 <= t <= 1: each has norm 1, together they are t times the identity."""
    evidence.certify(identity("two layers of norm 1 make t I; 2k layers make t^k I", *subject))
    evidence.certify(
        Implication(("tt <= 1", "yy >= 0", "yy*(1 - tt) >= 0", "W == xx + tt*yy"), "W <= xx + yy").proof(
            "diag(1, t) has norm 1: at most 1, and (1, 0) keeps its length"
        )
    )
    evidence.certify(
        identity(
            "rotations have norm 1 at every depth", ("(c*x - s*y)**2 + (s*x + c*y)**2", "(c**2 + s**2)*(x**2 + y**2)")
        )
    )


@claim("sec-2.2.weight-normalisation", by="formal")
def test_normalised_rows_have_another_norm(evidence, subject):
    evidence.counterexample(W=[[1, 0], [1, 0]], v=[1, 0])


@claim("sec-2.2.spectral", by="formal")
def test_power_iteration_on_diagonal_matrices(evidence, subject):
    evidence.counterexample(s=2, t=1, a=1, b=1, k=20, x=1, y=0)


@claim("sec-2.2.effective", by="formal")
def test_layers_of_norm_one_need_not_shrink(evidence, subject):
    evidence.impossible(axiom("power_one", "k"), w=1)


@claim("sec-2.2.penalty", by="formal")
def test_penalties_from_end_to_end(evidence, subject):
    evidence.derive(
        *(
            step
            for t in ("x + h - (top + 1)", "x + h - (top + 2)", "x - (top + 1)", "x - (top + 2)")
            for step in (have(f"{t} <= 0"), axiom("max", "0", t))
        ),
    )
