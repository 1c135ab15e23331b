"""Losses over Lipschitz functions."""

from fractions import Fraction as F

import pytest

from checks.derive import axiom, cases, have, product, times

claim = pytest.mark.claim


@claim("losses.temperature", by="formal")
def test_temperatures(evidence, subject):
    evidence.derive(
        product("T > 0", "d - (a - b) >= 0"),
        product("1 / T > 0", "T * d - (p - q) >= 0"),
        *(times("T * (1 / T) - 1 == 0", e) for e in ("d", "p", "a")),
    )


@claim("losses.hinge", by="formal")
def test_margins_of_the_hinge(evidence, subject):
    evidence.derive(
        axiom("divide", "m"),
        axiom("divide", "L"),
        times("L * (1 / L) - 1 == 0", "f / m"),
        times("c - L / m == 0", "f / L"),
        times("m * (1 / m) - 1 == 0", "y * f"),
        cases(
            "m - y * f >= 0",
            [
                product("1 / m > 0", "m - y * f >= 0"),
                have("1 - y * (f / m) >= 0"),
                axiom("max", "0", "1 - y * (f / m)"),
                axiom("max", "0", "m - y * f"),
            ],
            [
                product("1 / m > 0", "y * f - m > 0"),
                have("1 - y * (f / m) <= 0"),
                axiom("max", "0", "1 - y * (f / m)"),
                axiom("max", "0", "m - y * f"),
            ],
        ),
    )


@claim("losses.hkr", by="formal")
def test_alpha_and_lambda(evidence, subject):
    evidence.derive()


@claim("losses.kr", by="formal")
def test_a_constant_lowers_it(evidence, subject):
    evidence.counterexample(p=F(2, 3), t=1)


@claim("losses.kr.amended", by="formal")
def test_means_of_classes(evidence, subject):
    evidence.derive(product("L >= 0", "D - d >= 0"))


@claim("losses.kr.batches", by="formal")
def test_three_and_one(evidence, subject):
    evidence.counterexample(p=3, n=1, a=0, b=0, c=1)


@claim("losses.kr.batches.amended", by="formal")
def test_batches_on_average(evidence, subject):
    evidence.derive()


@claim("losses.kr.optimum", by="formal")
def test_batches_of_one(evidence, subject):
    evidence.counterexample(a=0, b=1)


@claim("losses.kr.optimum.amended", by="formal")
def test_maxima_of_means(evidence, subject):
    evidence.derive()


@claim("losses.unconstrained", by="formal")
def test_scales(evidence, subject):
    evidence.derive(
        product("t - s > 0", "m > 0"),
        axiom("exp_positive", "-(t * m)"),
        axiom("exp_positive", "-(s * m)"),
        axiom("exp_increasing", "-(t * m)", "-(s * m)"),
        axiom("log_increasing", "1 + exp(-(t * m))", "1 + exp(-(s * m))"),
        axiom("log_increasing", "1", "1 + exp(-(t * m))"),
    )


@claim("losses.trade-off", by="formal")
def test_two_points(evidence, subject):
    evidence.counterexample(D=2, t=1, r=1)


@claim("losses.trade-off.amended", by="formal")
def test_signed_distances(evidence, subject):
    evidence.derive()
