"""What is proved of new examples."""

import pytest

from checks.derive import axiom, cases, congruence, product, square, times

claim = pytest.mark.claim


@claim("generalization.vc", by="formal")
def test_small_values_cost_no_slope(evidence, subject):
    evidence.counterexample(n=6)


@claim("generalization.vc.amended", by="formal")
def test_margins_keep_points_apart(evidence, subject):
    evidence.derive()


@claim("generalization.covering", by="formal")
def test_values_are_rounded(evidence, subject):
    evidence.derive(product("L > 0", "eps / L - d >= 0"), times("L * (1 / L) - 1 == 0", "eps"))


@claim("generalization.rademacher", by="formal")
def test_a_grid_carries_all_signs(evidence, subject):
    evidence.counterexample(k=100, n=10**6, R="1/200")


@claim("generalization.rademacher.amended", by="formal")
def test_signs_are_values(evidence, subject):
    evidence.derive(product("L > 0", "e - d >= 0"), product("L > 0", "d > 0"))


@claim("generalization.margin", by="formal")
def test_the_ramp(evidence, subject):
    evidence.derive(
        cases(
            "t >= g",
            [product("c > 0", "t - g >= 0")],
            [cases("t > 0", [product("c > 0", "t > 0")], [product("c > 0", "-t >= 0")])],
        )
    )


@claim("generalization.margin.chosen", by="formal")
def test_a_union_of_failures(evidence, subject):
    evidence.derive()


@claim("generalization.margin.classes", by="formal")
def test_margins_of_the_identity(evidence, subject):
    evidence.counterexample(x=[1, -1], z=[0, 0])


@claim("generalization.margin.classes.amended", by="formal")
def test_margins_of_several_classes(evidence, subject):
    evidence.derive(square("(a - c) + (b - g)"))


@claim("generalization.cells", by="formal")
def test_cells(evidence, subject):
    evidence.derive(
        product("L > 0", "m / L - d >= 0"),
        times("L * (1 / L) - 1 == 0", "m"),
        axiom("exp_positive", "-(2 * n * t**2)"),
        axiom("log_product", "c", "exp(-(2 * n * t**2))"),
        axiom("log_exp", "-(2 * n * t**2)"),
        congruence("log", ["delta"], ["c * exp(-(2 * n * t**2))"]),
    )


@claim("generalization.dimension", by="formal")
def test_deviations(evidence, subject):
    evidence.derive(
        axiom("log_exp", "-(2 * n * t**2)"),
        congruence("log", ["delta"], ["exp(-(2 * n * t**2))"]),
        product("c > 0", "c > 0"),
        axiom("log_product", "c", "c"),
        axiom("log_product", "c**2", "c"),
    )
