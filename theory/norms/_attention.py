"""The Lipschitz constant of attention on bounded tokens."""

from __future__ import annotations

from fractions import Fraction

from flint import arb, fmpq

from theory._entries import shown
from theory._input import whole_number
from theory._rationals import Length, rational
from theory.intervals import upper_float


def attention_lipschitz(tokens: int, radius: Length, *, logits: Length = 1, values: Length = 1) -> float:
    """An upper bound on the Lipschitz constant of dot-product self-attention on tokens of bounded length, rounded up.

    Of x -> (sum over j of s_ij V x_j) over i, s_i the softmax of <x_i, A x_j> over j, for n tokens of Euclidean length
    at most R, in the Euclidean norm of all together; without a bound there is none (Kim, Papamakarios and Mnih 2021).
    With r = |A| R^2 it is

        |V| (r + (1 + r) sqrt(m)), m = n exp(2 r) / (n - 1 + exp(2 r)).

    Shares move by the covariance of tokens under them, of norm R^2 at most: |A| R^2 times a token's own step, and as
    much times the root of the shares' mean of all squared steps, beside the mean of the steps themselves. A share is at
    most exp(2 r) / (n - 1 + exp(2 r)), as logits are within r of 0, so squared steps count m times at most. For r = 0,
    plain averages, it is |V|, attained, and so it is for one token.

    Args:
        tokens: n >= 1.
        radius: R >= 0; after layer normalisation without gains the root of the dimension.
        logits: |A| >= 0, the norm of Q'K over the root of the head's dimension.
        values: |V| >= 0, the norm of the values' matrix, or of its product with that of the outputs.

    Raises:
        ValueError: numbers out of these ranges.
        OverflowError: a constant beyond float64.

    >>> attention_lipschitz(16, 1, logits=0, values=3)
    3.0
    >>> round(attention_lipschitz(16, 1), 4)
    5.5959
    """
    count = whole_number("tokens", tokens, 1)
    length, steep, scale = (_size(*pair) for pair in (("radius", radius), ("logits", logits), ("values", values)))
    if count == 1:
        return upper_float(scale)
    rho = _arb(steep * length**2)
    often = count / (1 + (count - 1) * (-2 * rho).exp())
    return upper_float(_arb(scale) * (rho + (1 + rho) * often.sqrt()))


def _size(name: str, value: Length) -> Fraction:
    number = rational(name, value)
    if number < 0:
        raise ValueError(f"{name}={shown(value)}: pass a number that is at least 0")
    return number


def _arb(number: Fraction) -> arb:
    return arb(fmpq(number.numerator, number.denominator))
