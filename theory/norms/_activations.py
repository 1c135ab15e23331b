"""The slopes that activations have, least and greatest, enclosed."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from flint import arb, arb_series

from theory._entries import shown
from theory._input import plain_number
from theory._scales import LARGEST_FLOAT
from theory.intervals import lower_float, upper_float

PRECISE = Fraction(1, 2**30)
"""So near are the bounds of a slope that has no closed form: chosen for time, milliseconds."""
Slopes = tuple[Any, Any]


def activation_slopes(activation: str, **parameters: float | str) -> tuple[float, float]:
    """Floats (low, high) with low <= every difference quotient of a scalar activation <= high, as near as floats are.

    The Lipschitz constant is the larger of |low| and |high|; LipSDP (Fazlyab et al., NeurIPS 2019) asks for both:
    infimum and supremum of the derivative, from closed forms, or to 1e-9 by enclosures of it (Arb).

    Args:
        activation: by torch's name: abs, celu, elu, gelu, hardsigmoid, hardswish, hardtanh, identity, leaky_relu
            (prelu and rrelu are such), logsigmoid, mish, relu, relu6, selu, sigmoid, silu, sin, softplus, softshrink,
            softsign, tanh, tanhshrink.
        parameters: as torch names them: negative_slope (leaky_relu, 0.01), alpha (elu, celu; 1), beta (softplus, 1),
            approximate (gelu: none or tanh), min_val and max_val (hardtanh, -1 and 1).

    Raises:
        ValueError: another name, a parameter that the activation does not have or that is no finite number in its
            range.

    >>> activation_slopes("leaky_relu", negative_slope=0.25), activation_slopes("sigmoid")
    ((0.25, 1.0), (0.0, 0.25))
    >>> low, high = activation_slopes("gelu")
    >>> round(low, 6), round(high, 6)
    (-0.128904, 1.128904)
    """
    if not isinstance(activation, str) or activation not in _SLOPES:
        raise ValueError(f"activation={shown(activation)}: choose one of {', '.join(sorted(_SLOPES))}")
    function, defaults = _SLOPES[activation]
    if unknown := sorted(set(parameters) - set(defaults)):
        known = f"it has {', '.join(defaults)}" if defaults else "it has none"
        raise ValueError(f"{unknown[0]}={shown(parameters[unknown[0]])}: {activation} has no such parameter, {known}")
    given = {**defaults, **parameters}
    low, high = function(**{key: _read(key, value) for key, value in given.items()})
    return lower_float(low) + 0.0, upper_float(high) + 0.0  # a zero is positive


def _read(key: str, value: Any) -> Any:
    if key == "approximate":
        if not isinstance(value, str) or value not in ("none", "tanh"):
            raise ValueError(f"approximate={shown(value)}: choose none or tanh")
        return value
    number = Fraction(plain_number(key, value))
    if abs(number) > LARGEST_FLOAT:
        raise ValueError(f"{key}={shown(value)}: pass a number that float64 holds")
    return number


def _fixed(low: Fraction | int, high: Fraction | int) -> Callable[[], Slopes]:
    return lambda: (low, high)


def _leaky(negative_slope: Fraction) -> Slopes:
    return min(negative_slope, Fraction(1)), max(negative_slope, Fraction(1))


def _elu(alpha: Fraction) -> Slopes:
    return min(alpha, Fraction(0)), max(alpha, Fraction(1))


def _celu(alpha: Fraction) -> Slopes:
    if alpha <= 0:
        raise ValueError(f"alpha={shown(alpha)}: celu wants a number greater than 0")
    return 0, 1


def _softplus(beta: Fraction) -> Slopes:
    if beta <= 0:
        raise ValueError(f"beta={shown(beta)}: softplus wants a number greater than 0")
    return 0, 1


def _hardtanh(min_val: Fraction, max_val: Fraction) -> Slopes:
    if min_val > max_val:
        raise ValueError(f"min_val={shown(min_val)}: hardtanh wants it to be at most max_val={shown(max_val)}")
    return 0, int(min_val < max_val)


def _gelu(approximate: str) -> Slopes:
    """x P(x): its slope P + x p is steepest at the root of 2, since p' = -x p, and has the point (0, 1/2) as centre."""
    exact = (1 + arb(1).erf()) / 2 + (-arb(1)).exp() / arb.pi().sqrt()
    high = _bounded(_gelu_slope) if approximate == "tanh" else exact
    return 1 - high, high


def _gelu_slope(x: Any) -> Any:
    scale = (2 / arb.pi()).sqrt()
    bent = _tanh(scale * (x + _BEND * x * x * x))
    return (1 + bent) / 2 + x * (1 - bent * bent) * (1 + 3 * _BEND * x * x) * scale / 2


def _silu() -> Slopes:
    """x s(x), whose slope has the point (0, 1/2) as centre."""
    high = _bounded(_silu_slope)
    return 1 - high, high


def _silu_slope(x: Any) -> Any:
    share = 1 / (1 + (-x).exp())
    return share + x * share * (1 - share)


def _mish() -> Slopes:
    """x tanh log(1 + e^x)."""
    return -_bounded(_mish_fall), _bounded(_mish_slope)


def _mish_slope(x: Any) -> Any:
    bent = _tanh((1 + x.exp()).log())
    return bent + x * (1 - bent * bent) / (1 + (-x).exp())


def _mish_fall(x: Any) -> Any:
    return -_mish_slope(-x)


def _tanh(x: Any) -> Any:
    return 1 - 2 / (1 + (2 * x).exp())


_BEND = arb("0.044715")  # of Hendrycks and Gimpel 2016


@lru_cache
def _bounded(slope: Callable[[Any], Any]) -> arb:
    """The supremum of a slope on [0, 16], enclosed by branch and bound (Moore 1966, Interval Analysis).

    It is the one on [0, inf) for the slopes here: beyond 16 they are off their limit, 0 or 1, by (1 + x) e^-x < 2e-6
    at most, and the supremum is larger by more.
    """
    lower = -math.inf
    heap = [(-math.inf, 0.0, 16.0)]
    while -heap[0][0] > lower + PRECISE:
        _, low, high = heapq.heappop(heap)
        middle = (low + high) / 2  # floats have all these numbers
        lower = max(lower, lower_float(slope(arb(middle))))
        for left, right in ((low, middle), (middle, high)):
            heapq.heappush(heap, (-_above(slope, left, right), left, right))
    upper = -heap[0][0]
    return arb((lower + upper) / 2, upper - lower)


def _above(slope: Callable[[Any], Any], left: float, right: float) -> float:
    """An upper bound between: the value in the middle and the derivative, enclosed, times the half length."""
    middle, half = (left + right) / 2, (right - left) / 2
    try:
        value = slope(arb(middle)) + slope(arb_series([arb(middle, half), 1], 2))[1] * arb(0, half)
    except ValueError:  # a wide ball has zero in a denominator
        return math.inf
    return upper_float(value) if value.is_finite() else math.inf


_SELU = Fraction("1.0507009873554804934193349852946") * Fraction("1.6732632423543772848170429916717")
"""scale alpha of Klambauer et al. 2017: the slope just below 0; above, it is the scale."""
_SLOPES: Mapping[str, tuple[Callable[..., Slopes], Mapping[str, Any]]] = {
    "abs": (_fixed(-1, 1), {}),
    "celu": (_celu, {"alpha": 1}),
    "elu": (_elu, {"alpha": 1}),
    "gelu": (_gelu, {"approximate": "none"}),
    "hardsigmoid": (_fixed(0, Fraction(1, 6)), {}),
    "hardswish": (_fixed(Fraction(-1, 2), Fraction(3, 2)), {}),
    "hardtanh": (_hardtanh, {"min_val": -1, "max_val": 1}),
    "identity": (_fixed(1, 1), {}),
    "leaky_relu": (_leaky, {"negative_slope": 0.01}),
    "logsigmoid": (_fixed(0, 1), {}),
    "mish": (_mish, {}),
    "relu": (_fixed(0, 1), {}),
    "relu6": (_fixed(0, 1), {}),
    "selu": (_fixed(0, _SELU), {}),
    "sigmoid": (_fixed(0, Fraction(1, 4)), {}),
    "silu": (_silu, {}),
    "sin": (_fixed(-1, 1), {}),
    "softplus": (_softplus, {"beta": 1}),
    "softshrink": (_fixed(0, 1), {}),
    "softsign": (_fixed(0, 1), {}),
    "tanh": (_fixed(0, 1), {}),
    "tanhshrink": (_fixed(0, 1), {}),
}
