"""Radii from values and constants."""

from fractions import Fraction as F

import pytest

from checks.derive import axiom, cases, have, numbers, product, square, times
from checks.witness import refutation

claim = pytest.mark.claim


@claim("certificates.binary", by="formal")
def test_signs_stay(evidence, subject):
    evidence.derive(
        product("L > 0", "abs(fx) / L - d > 0"),
        times("L * (1 / L) - 1 == 0", "abs(fx)"),
        have("abs(fx - fz) < abs(fx)"),
        cases(
            "fx >= 0",
            [have("fz > 0"), have("fx > 0"), product("fx > 0", "fz > 0")],
            [have("-fz > 0"), product("-fx > 0", "-fz > 0")],
        ),
    )


@claim("certificates.binary.sharp", by="formal")
def test_affine_functions_attain_it(evidence, subject):
    evidence.derive(
        cases(
            "x >= 0",
            [
                product("L > 0", "x >= 0"),
                axiom("abs", "L * x"),
                axiom("abs", "x"),
                times("L * (1 / L) - 1 == 0", "x"),
                times("abs(L * x) - L * x == 0", "1 / L"),
            ],
            [
                product("L > 0", "-x > 0"),
                axiom("abs", "L * x"),
                axiom("abs", "x"),
                times("L * (1 / L) - 1 == 0", "x"),
                times("abs(L * x) + L * x == 0", "1 / L"),
            ],
        ),
        choose={"z": "0"},
    )


@claim("certificates.temperature", by="formal")
def test_temperatures_cancel(evidence, subject):
    evidence.derive(
        axiom("divide", "T"),
        axiom("divide", "L"),
        times("T * (1 / T) - 1 == 0", "m * (1 / L)"),
        cases("m > 0", [product("T > 0", "m > 0")], []),
    )


@claim("certificates.margin", by="formal")
def test_the_identity_of_the_plane(evidence, subject):
    evidence.counterexample(ai=1, aj=0, bi=F(1, 2), bj=F(1, 2), D=F(1, 2), L=1)


@claim("certificates.margin.amended", by="formal")
def test_margins(evidence, subject):
    evidence.derive(
        square("(ai - bi) + (aj - bj)"),
        cases("bi > bj", [], [product("bj - bi >= 0", "ai - aj > 0"), square("bj - bi")]),
    )


@claim("certificates.margin.sharp", by="formal")
def test_the_identity_attains_it(evidence, subject):
    evidence.derive(choose={"y": "(a + b) / 2", "z": "(a + b) / 2"})


@claim("certificates.outputs", by="formal")
def test_outputs_that_mirror_each_other(evidence, subject):
    evidence.counterexample(ai=1, aj=-1, bi=0, bj=0, d=1, L=1)


@claim("certificates.outputs.amended", by="formal")
def test_outputs_one_by_one(evidence, subject):
    evidence.derive(
        product("L > 0", "(ai - aj) / (2 * L) - d > 0"),
        times("2 * L * (1 / (2 * L)) - 1 == 0", "ai - aj"),
        times("2 * L * (1 / (2 * L)) - 1 == 0", "t"),
    )


@claim("certificates.pairs", by="formal")
def test_pairs_of_classes(evidence, subject):
    evidence.derive(
        product("P > 0", "m / P - d > 0"), times("P * (1 / P) - 1 == 0", "m"), product("L >= 0", "N * r - u >= 0")
    )


@claim("certificates.best", by="formal")
def test_a_frontier_near_the_other_class(evidence, subject):
    evidence.counterexample(x=0, z=2, t=F(19, 10))


@claim("certificates.best.amended", by="formal")
def test_radii_share_a_distance(evidence, subject):
    evidence.derive(
        have("r + s > 0"),
        axiom("divide", "r + s"),
        product("1 / (r + s) > 0", "D > 0"),
        product("r + s - D > 0", "r > 0"),
        product("r + s - D > 0", "s > 0"),
        product("1 / (r + s) > 0", "(r + s - D) * r > 0"),
        product("1 / (r + s) > 0", "(r + s - D) * s > 0"),
        product("1 / (r + s) * D > 0", "r > 0"),
        product("1 / (r + s) * D > 0", "s > 0"),
        times("(r + s) * (1 / (r + s)) - 1 == 0", "r"),
        times("(r + s) * (1 / (r + s)) - 1 == 0", "s"),
        times("(r + s) * (1 / (r + s)) - 1 == 0", "D"),
        choose={"t": "D * r / (r + s)"},
    )


@claim("certificates.linf", by="formal")
def test_largest_entries(evidence, subject):
    evidence.derive(*(product(f"b - x[{i}] >= 0", f"b + x[{i}] >= 0") for i in range(4)))


@claim("certificates.linf.images", by="formal")
def test_one_grey_level(evidence, subject):
    evidence.counterexample(n=3072, r=F(36, 255), e=F(1, 255))


@claim("certificates.linf.images.amended", by="formal")
def test_half_the_distance_of_classes(evidence, subject):
    evidence.derive(numbers("2 * sqrt(3072) * (8/255) > 347/100"))


@claim("certificates.float", by="formal")
def test_a_sum_that_cancels(evidence, subject):
    evidence.counterexample(a=2**24, b=3, c=2**24 + 2, g=F(3, 2), h=2**24 + 4)


@claim(
    "certificates.float",
    by="exact",
    subject=(2.0**24, 3.0, 2.0**24 + 2, 1.5),
    sabotage={"numbers that float32 adds": (2.0**24, 4.0, 2.0**24 + 2, 1.5)},
)
def test_float32_has_it_so(evidence, subject):
    """The sum of the counterexample, by numpy."""
    import numpy as np

    exact = sum(s * F(v) for s, v in zip((1, 1, -1, -1), subject, strict=True))
    a, b, c, g = map(np.float32, subject)
    computed = float(a + b - c - g)
    evidence.refute(
        refutation(
            f"float32 computes {computed:g}, not {exact}",
            given={"computed": F(computed), "true": exact},
            conclusion=["computed * true > 0"],
        )
    )


@claim("certificates.float.amended", by="formal")
def test_less_the_error(evidence, subject):
    evidence.derive(
        product("L > 0", "(abs(v) - E) / L - d > 0"),
        times("L * (1 / L) - 1 == 0", "abs(v) - E"),
        product("L > 0", "d >= 0"),
        cases(
            "v >= 0",
            [have("fz > 0"), have("v > 0"), product("fz > 0", "v > 0")],
            [have("-fz > 0"), product("-fz > 0", "-v > 0")],
        ),
    )


@claim("certificates.float.weights", by="formal")
def test_entries_that_are_rounded_up(evidence, subject):
    evidence.counterexample(w=[F(3, 5), F(4, 5)], i=10066330, j=13421773)


@claim("certificates.float.weights.amended", by="formal")
def test_weights_as_stored(evidence, subject):
    evidence.derive(
        *(
            step
            for i in range(2)
            for step in (
                axiom("abs", f"w[{i}]"),
                axiom("abs", f"e[{i}]"),
                product(f"u * abs(w[{i}]) - abs(e[{i}]) >= 0", f"abs(e[{i}]) >= 0"),
                product("u >= 0", f"abs(w[{i}]) >= 0"),
                product(f"u * abs(w[{i}]) - abs(e[{i}]) >= 0", f"u * abs(w[{i}]) >= 0"),
            )
        ),
        square("e[0] * x[1] - e[1] * x[0]"),
    )
