"""Norms of matrices and convolutions, and the ways of making them 1."""

from fractions import Fraction as F

import pytest

from checks.derive import cases, have, product, square, times

claim = pytest.mark.claim


@claim("layers.frobenius", by="formal")
def test_frobenius(evidence, subject):
    evidence.derive(square("u[0] * y - u[1] * x"), square("v[0] * y - v[1] * x"))


@claim("layers.schur", by="formal")
def test_sums_of_rows_and_columns(evidence, subject):
    evidence.derive(
        product("a >= 0", "b >= 0"),
        square("x - y"),
        square("x + y"),
        product("a * b >= 0", "(x - y)**2 >= 0"),
        product("a - t >= 0", "(x + y)**2 >= 0"),
        product("a + t >= 0", "(x - y)**2 >= 0"),
    )


@claim("layers.largest-entries", by="formal")
def test_rows_of_sizes(evidence, subject):
    evidence.derive(
        have("m >= 0"),
        *(product(f"abs({w}) {s} {w} >= 0", f"m {t} {v} >= 0") for w, v in ("ax", "by") for s in "+-" for t in "+-"),
    )


@claim("layers.transpose", by="formal")
def test_transposes(evidence, subject):
    evidence.derive(
        product("N >= 0", "b >= 0"),
        cases("a > N * b", [have("a > 0"), product("a - N * b > 0", "a > 0")], []),
    )


@claim("layers.diagonal", by="formal")
def test_scales(evidence, subject):
    evidence.derive(
        have("c**2 >= a**2"),
        have("c**2 >= b**2"),
        square("x"),
        square("y"),
        product("c**2 - a**2 >= 0", "x**2 >= 0"),
        product("c**2 - b**2 >= 0", "y**2 >= 0"),
        product("c - abs(a) >= 0", "m - abs(x) >= 0"),
        product("c - abs(a) >= 0", "abs(x) >= 0"),
        product("abs(a) >= 0", "m - abs(x) >= 0"),
    )


@claim("layers.mean", by="formal")
def test_means(evidence, subject):
    evidence.derive(square("x[0] - x[1]"), square("x[1] - x[2]"), square("x[2] - x[0]"), square("mean()"))


@claim("layers.kernel", by="formal")
def test_a_kernel_of_two_taps(evidence, subject):
    evidence.counterexample(k=[1, 1], x=[1, 1, 1])


@claim("layers.kernel.amended", by="formal")
def test_windows_that_share_a_pixel(evidence, subject):
    evidence.derive(
        square("k[0] * x[0] - k[1] * x[1]"),
        square("k[0] * x[1] - k[1] * x[2]"),
        square("k[1] * x[0]"),
        square("k[0] * x[2]"),
    )


@claim("layers.padding", by="formal")
def test_a_circle_that_is_too_small(evidence, subject):
    evidence.counterexample(k=[-1, 2, -1], x=[2, -3, 2])


@claim("layers.padding.amended", by="formal")
def test_a_larger_circle(evidence, subject):
    evidence.derive(square("k[0] * x[2]"), square("k[2] * x[0]"))


@claim("layers.stride", by="formal")
def test_every_second_output(evidence, subject):
    evidence.derive(square("k[0] * x[1] + k[1] * x[2]"))


@claim("layers.unit-rows", by="formal")
def test_two_equal_rows(evidence, subject):
    evidence.counterexample(u=[1, 0], v=[1, 0], x=[1, 0])


@claim("layers.unit-rows.amended", by="formal")
def test_rows_of_length_one(evidence, subject):
    evidence.derive(
        times("dot(u, u) - 1 == 0", "dot(x, x)"),
        times("dot(v, v) - 1 == 0", "dot(x, x)"),
        square("u[0] * x[1] - u[1] * x[0]"),
        square("v[0] * x[1] - v[1] * x[0]"),
        square("u[0] + v[0]"),
        square("u[1] + v[1]"),
    )


@claim("layers.power", by="formal")
def test_one_round(evidence, subject):
    evidence.counterexample(s=2, t=1, a=1, b=1, x=1, y=0)


@claim("layers.power.amended", by="formal")
def test_estimates_are_lower_bounds(evidence, subject):
    evidence.derive(product("s - t >= 0", "Y >= 0"), product("t >= 0", "Y >= 0"))


@claim("layers.bjorck", by="formal")
def test_a_step_of_bjorck(evidence, subject):
    evidence.derive(
        product("s > 0", "3 - s**2 > 0"),
        square("1 - s"),
        product("s > 0", "(1 - s)**2 >= 0"),
        cases(
            "s >= 1",
            [],
            [
                product("1 - s > 0", "(1 - s)**2 >= 0"),
                product("s > 0", "1 - s > 0"),
                product("s * (1 - s) > 0", "s > 0"),
            ],
        ),
    )


@claim("layers.bjorck.beyond", by="formal")
def test_two_goes_to_minus_one(evidence, subject):
    evidence.counterexample(s=2)


@claim("layers.bjorck.beyond.amended", by="formal")
def test_between_root_three_and_root_five(evidence, subject):
    evidence.derive(
        product("s - 1 > 0", "s > 0"),
        product("s**2 - s > 0", "s > 0"),
        cases(
            "s**2 == 5",
            [times("s**2 - 5 == 0", "s")],
            [product("s > 0", "s**2 - 5 > 0")],
            [product("s > 0", "5 - s**2 > 0"), product("s**2 - 1 > 0", "s > 0")],
        ),
    )


@claim("layers.bjorck.rounds", by="formal")
def test_fifteen_rounds(evidence, subject):
    evidence.counterexample(S=[F(1, 1000) * F(3, 2) ** i for i in range(16)])


@claim("layers.bjorck.rounds.amended", by="formal")
def test_rounds(evidence, subject):
    evidence.derive(
        product("s >= 0", "s >= 0"),
        product("s**2 >= 0", "s >= 0"),
        product("1 - t >= 0", "1 + t >= 0"),
        product("t - s >= 0", "s >= 0"),
        have("3 - t**2 - t * s - s**2 >= 0"),
        product("t - s >= 0", "3 - t**2 - t * s - s**2 >= 0"),
    )


@claim("layers.orthogonal", by="formal")
def test_a_row_has_a_kernel(evidence, subject):
    evidence.counterexample(w=[F(3, 5), F(4, 5)], x=[4, -3])


@claim("layers.orthogonal.amended", by="formal")
def test_orthonormal_columns(evidence, subject):
    evidence.derive(
        times("dot(u, u) - 1 == 0", "x**2"), times("dot(v, v) - 1 == 0", "y**2"), times("dot(u, v) == 0", "2 * x * y")
    )
