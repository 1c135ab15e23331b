"""The Lipschitz constant of normalisation layers."""

from __future__ import annotations

from theory._entries import shown
from theory._rationals import Length, rational
from theory.intervals import root_floats


def normalization_lipschitz(epsilon: Length = 1e-5, *, gain: Length = 1, variance: Length = 0) -> float:
    """The least float that is at least gain / sqrt(variance + epsilon), the constant of a normalisation layer.

    Layer normalisation (Ba, Kiros and Hinton 2016) of two or more entries, and RMS normalisation, divide by the root of
    their own variance, or mean square, and epsilon. Their Jacobian has the eigenvalues 1/s and epsilon/s^3, s that
    root: the constant is 1 / sqrt(epsilon), attained where the variance is 0; and on inputs of at least some variance
    slopes are at most gain / sqrt(variance + epsilon). Batch normalisation in evaluation is affine and has this
    constant for its running variance, channel by channel.

    Args:
        epsilon: at least 0; 1e-5 is torch's.
        gain: the largest size of a gain, at least 0.
        variance: at least 0; of inputs at least, or the running one of a channel. Not 0 where epsilon is.

    Raises:
        ValueError: numbers out of these ranges.
        OverflowError: a constant beyond float64.

    >>> normalization_lipschitz(0.0625, gain=3), round(normalization_lipschitz(), 3)
    (12.0, 316.228)
    >>> normalization_lipschitz(0, variance=4)
    0.5
    """
    given = {"epsilon": epsilon, "gain": gain, "variance": variance}
    numbers = {name: rational(name, value) for name, value in given.items()}
    for name, number in numbers.items():
        if number < 0:
            raise ValueError(f"{name}={shown(given[name])}: pass a number that is at least 0")
    square = numbers["variance"] + numbers["epsilon"]
    if not square:
        raise ValueError("epsilon=0 and variance=0: without either the layer has no Lipschitz constant, give one")
    return root_floats(numbers["gain"] ** 2 / square)[1]
