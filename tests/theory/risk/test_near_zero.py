"""Numbers between the floats, and nearer 0 than any: their sign is kept, or they are refused for what they are."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from theory import BCE, HKR, Hinge, gradient_floor, lipschitz_needed, minimize_risk, saturation_bound

TINY = Fraction(1, 10**330)
ENDS = [[0], [1]]


@pytest.mark.parametrize(
    ("name", "call"),
    [
        ("penalty", lambda: HKR(penalty=TINY)),
        ("margin", lambda: Hinge(margin=TINY)),
        ("temperature", lambda: BCE(temperature=TINY)),
        ("lipschitz", lambda: minimize_risk(ENDS, [1, -1], TINY)),
        ("tolerance", lambda: minimize_risk(ENDS, [1, -1], 1, tolerance=TINY)),
        ("weights", lambda: minimize_risk(ENDS, [1, -1], 1, weights=[TINY, 1])),
        ("weights", lambda: minimize_risk(ENDS, [1, -1], 1, weights=[-TINY, 1])),
        ("weights", lambda: minimize_risk(ENDS, [1, -1], 1, "hinge", [TINY, TINY])),
        ("weights", lambda: gradient_floor(ENDS, [1, -1], 1.0, weights=[TINY, 1])),
        ("risk", lambda: lipschitz_needed(ENDS, [1, -1], TINY)),
        ("risk", lambda: lipschitz_needed(ENDS, [1, -1], -TINY, "hinge")),
    ],
)
def test_what_would_become_zero_is_refused(name: str, call: Callable[[], Any]) -> None:
    with pytest.raises(ValueError, match=f"{name} has Fraction.*float64 rounds to 0"):
        call()


def test_longer_floats_too() -> None:
    tiny = np.longdouble(2) ** -1100
    if tiny:
        with pytest.raises(ValueError, match=r"margin has .*float64 rounds to 0"):
            Hinge(margin=tiny)


@pytest.mark.parametrize("risk", [Fraction(1, 3), Fraction(7, 10), Fraction(1, 10**30), 1 - Fraction(1, 10**6)])
def test_a_risk_between_floats_is_meant_exactly(risk: Fraction) -> None:
    """The hinge of two points at distance 1: a risk of r needs L = 2 (1 - r)."""
    found = lipschitz_needed(ENDS, [1, -1], risk, "hinge")
    assert Fraction(found.insufficient) <= 2 * (1 - risk) <= Fraction(found.sufficient)
    assert found.sufficient - found.insufficient <= 1e-6 * found.sufficient


def test_a_risk_a_hair_below_that_of_constants_is_no_constants() -> None:
    """A rounded one would be 1, for which L = 0 is enough."""
    with pytest.raises(ArithmeticError, match=r"between 0\.0 and"):
        lipschitz_needed(ENDS, [1, -1], 1 - Fraction(1, 10**30), "hinge")


def test_saturation_takes_a_tiny_risk() -> None:
    """Rounded up, it needs less: L >= 2 log(1 / expm1(risk)) / d, for weights of one half."""
    assert 1400 < saturation_bound(TINY, ENDS, [1, -1]) < 2 * 330 * np.log(10)
    with pytest.raises(ValueError, match="risk has a number beyond"):
        saturation_bound(10**400, ENDS, [1, -1])
