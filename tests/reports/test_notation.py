"""Expressions of the witness language as maths."""

from __future__ import annotations

import pytest
import typst

from reports.notation import BREAK, breakable, fraction, number, readable, typeset


@pytest.mark.parametrize(
    ("source", "maths"),
    [
        ("fx - fy <= d", 'word("fx") - word("fy") <= d'),
        ("dist2(x, y) == d**2", "‖x - y‖^2 = d^(2)"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("a * (b + c)", "a (b + c)"),
        ("-(a + b)**2", "-(a + b)^(2)"),
        ("(-a)**2", "(-a)^(2)"),
        ("(a / b)**2", "(frac(a, b))^(2)"),
        ("q - (-1)", "q - (-1)"),
        ("2 * 3", "2 dot 3"),
        ("a / b * c", "frac(a, b) thin c"),
        ("a / (b * c)", "frac(a, b thin c)"),
        ("x == 1/2", "x = 1\\/2"),
        ("dA(p[0])", "d_A (p [0])"),
        ("u1 * eta", "u_1 thin eta"),
        ("x in [1, 2]", "x in {1, 2}"),
        ("min(abs(t - a) for a in A)", "min_(a in A) |t - a|"),
        ("all(f(z) == 0 for z in F)", 'f(z) = 0 quad "for all" z in F'),
        ("x % 2", 'x thick "mod" thick 2'),
        ("a <= b < c", "a <= b < c"),
        ("1*e - 6", "e - 6"),
        ("-1*e*p", "-e thin p"),
        ("1 * 2", "1 dot 2"),
        ("2*pi", "2 pi"),
        ("log2(B) + exp(t)", 'log_2 (B) + op("exp") (t)'),
        ("all(x[i] > 0 for i in range(n))", 'x [i] > 0 quad "for all" 0 <= i < n'),
        ("sum(x[i] for i in range(1, len(x)))", 'sum_(1 <= i < op("len") (x)) x [i]'),
        ("m // 2", "⌊frac(m, 2)⌋"),
        ("a == 0 or b == 0 and c == 0", 'a = 0 thick "or" thick b = 0 thick "and" thick c = 0'),
    ],
)
def test_maths(source, maths):
    assert typeset(source) == {"math": maths}


@pytest.mark.parametrize("source", ["lambda: 0", "not an expression", "x @ y", f"x == {10**30}", "a + " * 100 + "a"])
def test_what_cannot_be_typeset_stays_source(source):
    assert typeset(source)["raw"].replace(BREAK, "") == source


@pytest.mark.parametrize(
    "source",
    [
        "(1 if dB(t) >= dA(t) else -1) * min(abs(t - z) for z in frontier)",
        "[x for x, y in zip(X, labels) if y == -1]",
        "sum(a * b for a, b in zip(u, v)) == dot(u, v)",
        "any(integer(k) for k in [1, 1/2])",
        "not x == y",
        "True",
        "A()[0] == max(len(B), sign(-1))",
    ],
)
def test_typst_accepts_it(source):
    page = "#let word(name) = text(name)\n$" + typeset(source)["math"] + "$"
    assert typst.compile(page.encode(), format="pdf").startswith(b"%PDF")


def test_long_runs_may_break():
    assert breakable("short words stay") == "short words stay"
    assert breakable("1" * 40).replace(BREAK, "") == "1" * 40
    assert max(map(len, breakable("1" * 40).split(BREAK))) <= 6


def test_numbers_and_lists():
    assert number("-1/3") == "−1/3"
    assert number([["1/2", "0"], ["-1", "3"]]) == "[(1/2, 0), (−1, 3)]"
    assert "(88 more in the claims file)" in number([str(i) for i in range(100)])


def test_long_quotients_keep_together_and_have_a_decimal_value():
    long = f"{10**30 + 1}/{3 * 10**30}"
    assert number(long).replace(BREAK, "") == "10000…00001/30000…00000 ≈ 0.333333"
    assert number(f"-{long}").replace(BREAK, "") == "−10000…00001/30000…00000 ≈ −0.333333"
    assert readable(f"at {long}, 1/2").replace(BREAK, "") == "at 10000…00001/30000…00000 ≈ 0.333333, 1/2"
    assert number(f"1/{10**400}").endswith("≈ 1·10⁻⁴⁰⁰")


def test_computed_values():
    assert fraction(3) == "3"
    assert fraction(True) is None
    assert fraction(10**40) is None
