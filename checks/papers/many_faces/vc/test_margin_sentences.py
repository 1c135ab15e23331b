"""The sentences of Section 5 around Proposition 7: learning, m = 0, separated classes, unsure points, ln 2."""

from fractions import Fraction as F

import pytest

from checks.argument import certify, without
from checks.derive import axiom, congruence, have, product, times
from checks.implication import Implication
from checks.papers.many_faces.theorems import LARGE_NUMBERS
from checks.papers.many_faces.vc.margins import assuming, concluding
from checks.witness import identity, instance, refutation

claim = pytest.mark.claim

LIPSCHITZ = "all(abs(f(a) - f(b)) <= abs(a - b) for a in X for b in X)"
SAMPLE = [0, 7, 14, 21, 28]
ONLY_ON_THE_SAMPLE = {
    "on the sample f = m": Implication(("f == m - d", "d == 0"), "f >= m"),
    "off the sample f < m, so ⊥, for samples of every size": Implication(("f == m - d", "d > 0"), "f < m"),
    "m − min d is 1-Lipschitz": Implication(("dz <= zi", "dw == wi", "wi >= zi - zw"), "dz - dw <= zw"),
}


@claim(
    "sec-5.convergence",
    by="symbolic",
    subject="m - min([abs(t - s) for s in S])",
    sabotage={
        "2-Lipschitz": "m - 2 * min([abs(t - s) for s in S])",
        "right everywhere": "m + min([abs(t - s) for s in S])",
    },
)
def test_the_training_error_does_not_converge(evidence, subject):
    """X uniform on [0, 1], Y = 1; in the witness on 40 points."""
    certify(evidence, ONLY_ON_THE_SAMPLE)
    evidence.refute(
        refutation(
            "X uniform on 0, …, 39, Y = 1, five examples: training error 0, test error 7/8",
            given={"X": list(range(40)), "S": SAMPLE, "m": 1},
            define={"f(t)": subject, "error(Z)": "len([1 for t in Z if f(t) < m]) / len(Z)"},
            hypotheses=[LIPSCHITZ, "all(t in X for t in S)"],
            conclusion=["abs(error(X) - error(S)) <= 3/4"],
        )
    )
    gap = Implication(("train == 0", "test == 1", "test - train <= e", "e < 1"), "0 > 0")
    evidence.refute(gap.proof("X uniform on [0, 1]: for every sample size the gap is 1"))


NET = {
    "y f ≤ 0 and |f − g| ≤ m/3: y g ≤ m/3": Implication(("yf <= 0", "3 * yg - 3 * yf <= m"), "3 * yg <= m"),
    "y g ≤ m/3 and |f − g| ≤ m/3: y f < m": Implication(("3 * yg <= m", "3 * yf - 3 * yg <= m", "m > 0"), "yf < m"),
    "together": Implication(("Pf <= Pg", "Pg <= Eg + gap", "Eg <= Ef"), "Pf <= Ef + gap"),
}


@claim(
    "sec-5.convergence.amended",
    by="symbolic",
    subject=NET,
    sabotage={
        "a net for 2m/3": assuming(NET, 1, "3 * yg <= m", "3 * yf - 3 * yg <= 2 * m", "m > 0"),
        "functions of the net only": without(NET, 2, 0),
    },
)
def test_the_margin_bound(evidence, subject):
    certify(evidence, subject)
    evidence.assume("Hoeffding's inequality")
    evidence.assume("bounded 1-Lipschitz functions on a bounded set have finite nets (Kolmogorov–Tikhomirov)")


@claim("sec-5.zero-margin", by="formal")
def test_no_margin_on_a_finite_set(evidence, subject):
    evidence.counterexample("𝒳 = {0, 1} has no three points", X=[0, 1], k=3)


NO_MARGIN = {
    "points at least d apart are shattered with the margin d/2": Implication(("d <= xy", "2 * m == d"), "m + m <= xy"),
    "f ≥ m > 0: the label is +1": Implication(("f >= m", "m > 0"), "f > 0"),
    "f ≤ −m < 0: the label is −1": Implication(("f <= -m", "m > 0"), "f < 0"),
}


@claim(
    "sec-5.zero-margin.amended",
    by="symbolic",
    subject=NO_MARGIN,
    sabotage={
        "the margin d": assuming(NO_MARGIN, 0, "d <= xy", "m == d", "d > 0"),
        "coinciding points": without(NO_MARGIN, 1, 1),
    },
)
def test_no_margin(evidence, subject):
    certify(evidence, subject)


UNTRAINED = {
    "training error 0, test error at least 1/2, for any N": Implication(
        ("N * train == 0", "2 * N * test >= N", "N * (test - train - gap) <= 0", "N >= 1", "N * (1 - 2 * gap) > 0"),
        "0 > 0",
    ),
    "fair coins: half an error on N unseen points of 2N": Implication(
        ("4 * N * E >= N", "N * (E - s) <= 0"), "4 * N * s >= N"
    ),
}
"""gap < 1/2 would bound |test - train|; E is the expected error, s = epsilon + delta of a learner."""


@claim(
    "sec-5.zero-margin.amended",
    by="symbolic",
    subject=(UNTRAINED, "1/2 - min([abs(t - s) for s in S])"),
    sabotage={
        "right everywhere": (UNTRAINED, "1/2 + min([abs(t - s) for s in S])"),
        "a gap of 1/2": (
            assuming(UNTRAINED, 0, "N * train == 0", "2 * N * test >= N", "N * (test - train - gap) <= 0"),
            "",
        ),
        "2-Lipschitz": (UNTRAINED, "1/2 - 2 * min([abs(t - s) for s in S])"),
    },
)
def test_no_learning_without_margin(evidence, subject):
    """Uniform laws on 2N points of an infinite set; in the witness ten points of the line."""
    steps, function = subject
    certify(evidence, steps)
    evidence.certify(
        instance(
            "five examples among ten points, Y = 1: training error 0, test error 1/2",
            given={"X": list(range(10)), "S": [0, 2, 3, 7, 9]},
            define={"f(t)": function, "error(Z)": "len([1 for t in Z if f(t) < 0]) / len(Z)"},
            hypotheses=[LIPSCHITZ, "all(t in X for t in S)"],
            conclusion=["all(f(t) != 0 for t in X)", "error(S) == 0", "error(X) == 1/2"],
        )
    )


@claim("sec-5.zero-margin.amended", by="examples", subject=F(1, 2), sabotage={"the whole distance": F(1)})
def test_every_labeling_of_distinct_points(evidence, subject):
    """All labelings of up to five distinct points, with the least distance times 1/2 as the margin."""
    from itertools import pairwise

    from hypothesis import strategies as st

    from checks.papers.many_faces.vc.margins import shattered

    def law(points):
        places = sorted(points)
        margin = subject * min(b - a for a, b in pairwise(places))
        return shattered([[abs(a - b) for b in places] for a in places], margin)

    points = st.sets(st.integers(0, 60).map(lambda k: F(k, 7)), min_size=2, max_size=5)
    evidence.examples("distinct points are shattered with some margin", law, points, max_examples=60)


JUMP = {
    "f = m − t is not labelled +1": Implication(("f == m - t", "t > 0"), "f < m"),
    "f = m + t is": Implication(("f == m + t", "t > 0"), "f >= m"),
    "a 1-Lipschitz loss moves by at most sup |f − g|": Implication(("lf - lg <= fg", "fg <= sup"), "lf - lg <= sup"),
}


@claim(
    "sec-5.discontinuous",
    by="symbolic",
    subject=JUMP,
    sabotage={
        "t = 0": assuming(JUMP, 0, "f == m - t", "t >= 0"),
        "f = m − t": assuming(JUMP, 1, "f == m - t", "t > 0"),
    },
)
def test_the_error_jumps(evidence, subject):
    certify(evidence, subject)


@claim("sec-5.consistent", by="formal")
def test_discontinuity_is_not_the_reason(evidence, subject):
    evidence.impossible(
        axiom("divide", "N"), times("N * (1 / N) == 1", "1"), says="on a point all errors or none are made", m=0
    )


"""v bounds P(|training error - test error| > e) for one classifier, x = 1/N, ee = e^2."""

CHEBYSHEV = "Chebyshev's inequality: frequencies differ from the probability by more than e with probability ≤ 1/(4Ne²)"


UNION = {
    "a union bound over K classifiers": Implication(
        ("p * ee <= K * v * ee", "K * (x - 4 * v * ee) >= 0"), "4 * p * ee <= K * x"
    ),
    "infinite 𝒳: a gap of 1/2 for every sample": Implication(("train == 0", "2 * test >= 1"), "test - train >= 1/2"),
    **{says: JUMP[says] for says in list(JUMP)[:2]},
}


ATOMS = {
    "atoms only: a set's frequency and probability differ by 3e at most, in the end": Implication(
        ("diff <= inner + sampled + rest", "inner <= e / 2", "sampled <= rest + e / 2", "rest <= e"), "diff <= 3 * e"
    ),
    "no atoms: f and g = −1 differ by the share n at the examples and by at most ν in the law": Implication(
        ("traing - trainf == n", "testg - testf <= nu", "traing - testg <= gap", "testf - trainf <= gap"),
        "n - nu <= 2 * gap",
    ),
    "a gap that tends to 0 would leave no part without atoms": Implication(
        ("n - nu <= 2 * gap", "nu <= q / 8", "n >= q / 2", "gap <= q / 8", "q > 0"), "0 > 0"
    ),
}
"""inner: at finitely many atoms; sampled, rest: what the sample and the law have outside of them."""


@claim(
    "sec-5.consistent.amended",
    by="symbolic",
    subject=UNION | ATOMS,
    sabotage={
        "no union bound": without(UNION, 0, 0) | ATOMS,
        "a small test error": without(UNION, 1, 1) | ATOMS,
        "mass outside of the atoms": UNION | without(ATOMS, 0, 3),
        "many points near the examples": UNION | without(ATOMS, 1, 1),
        "atoms only, and a gap": UNION | without(ATOMS, 2, 4),
    },
)
def test_the_dimension_over_all_laws_and_the_atoms_of_one(evidence, subject):
    """x = 1/N, ee = e^2, K the number of classifiers, v as before."""
    certify(evidence, subject)
    evidence.assume(CHEBYSHEV)
    evidence.assume(LARGE_NUMBERS)


def greatest_gap(weights, size, rng, repeats=60):
    """Mean of the greatest difference over all sets between frequency and probability: half the sum of absolutes."""
    import numpy as np

    counts = rng.multinomial(size, weights, size=repeats)
    return float(np.abs(counts / size - weights).sum(axis=1).mean() / 2)


@claim(
    "sec-5.consistent.amended",
    by="samples",
    subject=lambda size: 4000,
    sabotage={"a law that changes with the sample: as many atoms": lambda size: size},
)
def test_one_law_of_many_atoms(evidence, subject):
    """4000 atoms of probabilities 1/(k (k + 1)), the last with the rest; with Y = 1 every set is a set of errors."""
    import numpy as np

    gaps = []
    for size in (100, 10_000, 1_000_000):
        number = subject(size)
        atoms = np.arange(1, number + 1)
        weights = 1 / (atoms * (atoms + 1)) if number == 4000 else np.full(number, 1 / number)
        weights[-1] += 1 - weights.sum()
        gaps.append(greatest_gap(weights, size, evidence.rng(7), 60 if size < 10**6 or number == 4000 else 1))
    evidence.fact(
        "the greatest gap falls to less than a quarter, twice", gaps[1] < gaps[0] / 4 and gaps[2] < gaps[1] / 4
    )
    for size, gap in zip((100, 10_000, 1_000_000), gaps, strict=True):
        evidence.value(f"N = {size}: mean of the greatest gap", gap)
    evidence.count(180, 7)


@claim("sec-5.consistent.amended", by="exact", subject=1, sabotage={"a tenth of the bound": 10})
def test_uniform_convergence_on_a_point(evidence, subject):
    """𝒳 = {x₀}: the exact probability that the training error of sign f is off by more than e, for any law of Y."""
    from math import comb

    within = True
    for size in (1, 2, 5, 20, 60):
        for p in (F(1, 2), F(1, 10), F(1, 3)):
            for e in (F(1, 20), F(1, 8), F(9, 20)):
                chance = sum(
                    comb(size, k) * p**k * (1 - p) ** (size - k) for k in range(size + 1) if abs(F(k, size) - p) > e
                )
                within &= subject * chance <= 2 / (4 * size * e**2)
    evidence.fact("both classifiers at once: at most 2/(4Ne²)", within)


TWO_POINTS = ("fp >= m", "fq <= -m", "fp - fq <= d")


@claim("sec-5.epsilon", by="formal")
def test_margin_epsilon(evidence, subject):
    evidence.impossible(says="f ≥ 1 at 0 and f ≤ −1 at 3/2 is too steep", p=0, q=F(3, 2), eps=1)


SEPARATED = {
    "2f = d(·, Q) − d(·, P) is at least d on supp P": Implication(("2*f == dQ - dP", "dP == 0", "dQ >= d"), "2*f >= d"),
    "… at most −d on supp Q": Implication(("2*f == dQ - dP", "dQ == 0", "dP >= d"), "2*f <= -d"),
    "… and f is 1-Lipschitz": Implication(
        ("2*f == dQ - dP", "2*g == eQ - eP", "dQ - eQ <= r", "eP - dP <= r"), "f - g <= r"
    ),
    "ε-separated: m = ε/2": Implication(("2*f >= d", "d > e", "2*m == e"), "f >= m"),
    "no more than d/2": Implication(TWO_POINTS, "2*m <= d"),
}


@claim(
    "sec-5.epsilon.amended",
    by="symbolic",
    subject=SEPARATED,
    sabotage={
        "m = ε": assuming(SEPARATED, 3, "2*f >= d", "d > e", "m == e", "e > 0"),
        "twice as steep": assuming(SEPARATED, 2, "f == dQ - dP", "g == eQ - eP", "dQ - eQ <= r", "eP - dP <= r"),
        "no more than d/4": concluding(SEPARATED, 4, "4*m <= d"),
    },
)
def test_margins_of_separated_classes(evidence, subject):
    certify(evidence, subject)


@claim("sec-5.epsilon.amended", by="formal")
def test_margins_of_separated_classes_from_distances(evidence, subject):
    evidence.derive()


FAT = {
    "labels + − and − + at x, y, with levels r": Implication(
        ("fx >= rx + m", "fy <= ry - m", "fx - fy <= d", "gx <= rx - m", "gy >= ry + m", "gy - gx <= d"), "2 * m <= d"
    )
}


@claim(
    "sec-5.fat",
    by="symbolic",
    subject=FAT,
    sabotage={"one of the two labelings": without(FAT, 0, 3, 4, 5), "scale m/2": concluding(FAT, 0, "3 * m <= d")},
)
def test_fat_shattering(evidence, subject):
    certify(evidence, subject)


@claim("sec-5.fat", by="formal")
def test_fat_shattering_of_two_points(evidence, subject):
    evidence.derive()


@claim("sec-5.fat", by="enumeration", subject=1, sabotage={"level 0 for half the margin": F(1, 2)})
def test_fat_shattering_of_small_sets(evidence, subject):
    """Sets of two and three points with levels from −3/2 to 3/2, every labeling decided by shortest paths."""
    from itertools import product

    from checks.papers.many_faces.vc.margins import shattered, small_sets

    sets = [(points, distances) for points, distances in small_sets() if len(points) in (2, 3)]
    grid = [F(k, 2) for k in range(-3, 4, 2)] + [F(0)]
    agree = True
    for points, distances in sets:
        for m in (F(1, 2), F(1), F(3, 2)):
            some = any(shattered(distances, m, levels) for levels in product(grid, repeat=len(points)))
            agree &= some == shattered(distances, subject * m)
    evidence.fact(f"{len(sets)} sets: fat-shattered with some levels exactly when with level 0", agree)
    evidence.count(3 * len(sets))


@claim("sec-5.unsure", by="formal")
def test_unsure_points(evidence, subject):
    evidence.impossible(says="t/4 at 2 keeps its sign within the distance 1", a=F(1, 4), b=0, x=2, m=1)


UNSURE = {
    "some 1-Lipschitz g with g(x) = f(x) is negative at a distance t < m": Implication(
        ("g == fx - t", "2 * t == fx + m", "fx < m"), "g < 0"
    ),
    "that distance is less than m": Implication(("2 * t == fx + m", "fx < m"), "t < m"),
    "a flip by less than m": Implication(("fx <= r", "r < m"), "fx < m"),
    "the HMF's attack has norm at most |f(x)| + t ≤ m": Implication(("r <= fx + t", "t <= m - fx"), "r <= m"),
}


@claim(
    "sec-5.unsure.amended",
    by="symbolic",
    subject=UNSURE,
    sabotage={
        "a point that is sure": without(UNSURE, 0, 2),
        "a flip by more": assuming(UNSURE, 2, "fx <= r", "r < 2 * m"),
        "any step": without(UNSURE, 3, 1),
    },
)
def test_flips(evidence, subject):
    certify(evidence, subject)


EXPONENTIALS = Implication(("u * v == 1",), "1 + v*v == v * (u + v)")
"""u = exp(s), v = exp(-s), T m = 2 s: 1 + exp(-T m) = 2 exp(-s) cosh s."""


@claim("sec-5.ln2", by="formal")
def test_ln_2(evidence, subject):
    """The remainder is log C, C = cosh(m/2), at least 1 - 1/C; exp(m/4) - exp(-m/4) is at least 7 m/16."""
    mean = "(exp(m / 2) + exp(-m / 2)) / 2"
    evidence.impossible(
        *[axiom("exp_positive", place) for place in ("m / 4", "-m / 4", "m / 2", "-m / 2", "-m")],
        axiom("exp_sum", "m / 4", "-m / 4"),
        axiom("exp_sum", "m / 4", "m / 4"),
        axiom("exp_sum", "-m / 4", "-m / 4"),
        axiom("exp_sum", "m / 2", "-m / 2"),
        axiom("exp_sum", "-m / 2", "-m / 2"),
        congruence("log", ["1 + exp(-m)"], [f"2 * exp(-m / 2) * ({mean})"]),
        axiom("log_product", "2 * exp(-m / 2)", mean),
        axiom("log_product", "2", "exp(-m / 2)"),
        axiom("log_exp", "-m / 2"),
        axiom("divide", mean),
        congruence("log", [f"({mean}) * (1 / ({mean}))"], ["1"]),
        axiom("log_product", mean, f"1 / ({mean})"),
        axiom("log_tangent", f"1 / ({mean})"),
        have(f"1 / ({mean}) - 1 + m**2 / 16 >= 0"),
        product(f"{mean} > 0", f"1 / ({mean}) - 1 + m**2 / 16 >= 0"),
        axiom("exp_tangent", "m / 4"),
        axiom("exp_tangent", "-m / 4"),
        product("exp(-m / 4) > 0", "exp(m / 4) - 1 - m / 4 >= 0"),
        product("m > 0", "exp(-m / 4) - 1 + m / 4 >= 0"),
        product("m > 0", "1 - m >= 0"),
        have("exp(m / 4) - exp(-m / 4) - 7 * m / 16 >= 0"),
        have("exp(m / 4) - exp(-m / 4) + 7 * m / 16 >= 0"),
        product("exp(m / 4) - exp(-m / 4) - 7 * m / 16 >= 0", "exp(m / 4) - exp(-m / 4) + 7 * m / 16 >= 0"),
        have(f"{mean} - 1 - 49 * m**2 / 512 >= 0"),
        product("m > 0", "m > 0"),
        have("1 - m**2 >= 0"),
        product("m**2 > 0", "1 - m**2 >= 0"),
        have("1 - m**2 / 16 >= 0"),
        product(f"{mean} - 1 - 49 * m**2 / 512 >= 0", "1 - m**2 / 16 >= 0"),
        says="T = 1: the remainder is more than m²/16",
        T=1,
    )


"""R = log cosh s and q = s^2 = T^2 m^2 / 4."""


SERIES = {
    "tanh′ = 1 − tanh² ≤ 1": Implication(("TT >= 0", "D == 1 - TT"), "D <= 1"),
    "tanh ≤ s: tanh′ ≥ 1 − s²": Implication(("TT <= ss", "D == 1 - TT"), "D >= 1 - ss"),
}
PRIMITIVES = (
    ("(s + h) - (s + h)**3/3 - (s - s**3/3)", "h * (1 - s**2) - h**2 * (s + h/3)"),
    ("(s + h)**2/2 - (s + h)**4/12 - (s**2/2 - s**4/12)", "h * (s - s**3/3) + h**2 * (1/2 - s**2/2 - s*h/3 - h**2/12)"),
    ("(T*m/2)**2 / 2", "T**2 * m**2 / 8"),
    ("(T*m/2)**4 / 12", "T**4 * m**4 / 192"),
)


@claim(
    "sec-5.ln2.amended",
    by="symbolic",
    subject=(SERIES, PRIMITIVES),
    sabotage={
        "tanh² dropped": (without(SERIES, 0, 0), PRIMITIVES),
        "T²m²/4": (SERIES, (*PRIMITIVES[:2], ("(T*m/2)**2 / 2", "T**2 * m**2 / 4"), PRIMITIVES[3])),
    },
)
def test_the_expansion_of_bce(evidence, subject):
    steps, primitives = subject
    evidence.certify(EXPONENTIALS.proof("ℒ = ln 2 − s + ln cosh s"))
    certify(evidence, steps)
    evidence.certify(identity("derivatives of s − s³/3 and s²/2 − s⁴/12, and s = Tm/2 put in", *primitives))
    evidence.assume("functions with ordered derivatives and equal values at 0 are ordered for s ≥ 0")


@claim(
    "sec-5.ln2.amended",
    by="examples",
    subject=(8, 192),
    sabotage={"T²m²/9": (9, 192), "T⁴m⁴/200": (8, 200)},
)
def test_the_expansion_of_bce_in_enclosures(evidence, subject):
    from flint import ctx
    from hypothesis import strategies as st

    from theory.intervals import certainly_ge, certainly_le, enclosure

    def law(t, sign, label):
        with ctx.workprec(200):
            margin = enclosure(sign * t)
            loss = ((-label * margin).exp() + 1).log()
            rest = enclosure(2).log() - label * margin / 2 + margin**2 / subject[0] - loss
            return certainly_ge(rest, 0) and certainly_le(rest, margin**4 / subject[1])

    sign = st.sampled_from([1, -1])
    values = st.integers(1, 2000).map(lambda k: F(k, 100))
    evidence.examples("0 ≤ ln 2 − yt/2 + t²/8 − ℒ ≤ t⁴/192, t = Tm", law, values, sign, sign)
