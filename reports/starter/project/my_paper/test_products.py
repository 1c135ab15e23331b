"""Section 1: sums and products of Lipschitz functions."""

from fractions import Fraction

import pytest
from hypothesis import strategies as st

from checks.derive import product
from checks.witness import identity

claim = pytest.mark.claim


@claim("sum", by="formal")
def test_sum(evidence, subject):
    """The formal text of the ledger follows; the engine finds how, and tries wrong versions of the text itself."""
    evidence.derive()


@claim("product", by="formal")
def test_product(evidence, subject):
    """Exact data that satisfy the hypotheses and break the conclusion."""
    evidence.counterexample(fx=2, fy=1, gx=2, gy=1, d=1)
    x = [i / 10 for i in range(26)]
    evidence.figure("slopes", "x², and its chord from 1 to 2.", x=x, y=[each**2 for each in x], chord=[[1, 1], [2, 4]])


@claim("product.amended", by="formal")
def test_product_amended(evidence, subject):
    """Where the engine does not find how by itself, steps help: here products of what the hypotheses say."""
    signs = [(one, other) for one in "+-" for other in "+-"]
    evidence.derive(
        *(product(f"K * d {one} (fx - fy) >= 0", f"b {other} gx >= 0") for one, other in signs),
        *(product(f"L * d {one} (gx - gy) >= 0", f"a {other} fy >= 0") for one, other in signs),
    )


SPLIT = "(fx - fy) * gx + fy * (gx - gy)"


@claim("product.amended", by="symbolic", subject=SPLIT, sabotage={"moved twice": "(fx - fy) * gx + fx * (gx - gy)"})
def test_one_at_a_time(evidence, subject):
    """A certificate that the verifier re-checks; a sabotage is a wrong subject that the check must not pass."""
    evidence.certify(identity("one function is moved at a time", ("fx * gx - fy * gy", subject)))


def within(a: Fraction, x: Fraction, y: Fraction) -> bool:
    """Whether t² has the constant 2 a between two points of [-a, a]."""
    return abs(x) > a or abs(y) > a or abs(x**2 - y**2) <= 2 * a * abs(x - y)


def beyond(a: Fraction, x: Fraction, y: Fraction) -> bool:
    return abs(x) > a or abs(y) > a or abs(x**2 - y**2) <= a * abs(x - y)


@claim("product.amended", by="examples", subject=within, sabotage={"half the constant": beyond})
def test_squares(evidence, subject):
    """A property-based search for what breaks the statement."""
    numbers = st.fractions(-3, 3, max_denominator=20)
    evidence.examples("t² has the constant 2 a on [-a, a]", subject, numbers.map(abs), numbers, numbers)
