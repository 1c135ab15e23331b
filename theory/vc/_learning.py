"""What a VC dimension says about samples, rounded outward."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from flint import arb

from theory._input import whole_number
from theory._rationals import Length, proper_part
from theory.intervals import certainly_le, certainly_lt, enclosure, upper_float
from theory.vc._counting import first_true, largest_root, log2, log2_binomial_sum


def sample_complexity(vc: int, epsilon: Length, delta: Length, *, agnostic: bool = False) -> int:
    """So many independent examples are enough, whatever their distribution, for a class of that VC dimension.

    What Béthune et al., Section 5, draw from a finite VC dimension. agnostic False: with probability >= 1 - delta every
    classifier that makes no error on the sample has error <= epsilon. The least m >= 8 / epsilon with
    2 S(2m, vc) 2^(-epsilon m / 2) <= delta, S the sum of binomials of Sauer's lemma: Blumer, Ehrenfeucht, Haussler and
    Warmuth (1989), theorem A2.1, from which their max(4/epsilon log2(2/delta), 8 vc/epsilon log2(13/epsilon)) of
    theorem 2.1 follows. agnostic True: with probability >= 1 - delta the error of every classifier is at most its error
    on the
    sample plus epsilon: the least m whose `generalization_gap` is <= epsilon.
    Classifiers have two values; do not pass the VC dimension of 1-Lipschitz functions with a margin
    (`margin_vc_bounds`): with the symbol for |f| < m as an error, neither of the two is true for them. As usual
    the class has to be well-behaved (all suprema measurable), which networks are.

    Args:
        vc: at least 0.
        epsilon, delta: between 0 and 1, both excluded.
        agnostic: whether the sample may be classified with errors.

    Raises:
        ValueError: numbers out of these ranges.

    >>> sample_complexity(3, 0.1, 0.05) <= 8 * 3 / 0.1 * 7.03
    True
    """
    dimension, gap, risk = _pac("vc", vc), proper_part("epsilon", epsilon), proper_part("delta", delta)
    if agnostic:
        return first_true(lambda m: certainly_le(_gap(dimension, m, risk), gap), 1)
    first = ceil(8 / gap)

    def excess(m: int) -> arb:
        return 1 + log2_binomial_sum(2 * m, dimension) - enclosure(gap * m / 2) - log2(risk)

    return first if certainly_lt(excess(first), 0) else largest_root(excess, first) + 1


def generalization_gap(vc: int, samples: int, delta: Length) -> float:
    """By how much the error of any classifier may exceed its error on the sample, at most; rounded up.

    With probability >= 1 - delta, for all classifiers of a class of that VC dimension at once, on m
    independent examples of any distribution: sqrt(2 ln S(m, vc) / m) + sqrt(ln(1 / delta) / (2m)), S the sum
    of binomials of Sauer's lemma, or 1 when that is less. Mohri, Rostamizadeh and Talwalkar, Foundations of
    Machine Learning, corollary 3.9: Massart's lemma for the first constant, McDiarmid's for the second. For
    both directions of the difference, pass delta / 2. Two values and a well-behaved class, as for
    `sample_complexity`.

    Args:
        vc: at least 0.
        samples: m >= 1.
        delta: between 0 and 1, both excluded.

    Raises:
        ValueError: numbers out of these ranges.

    >>> generalization_gap(3, 10**4, 0.05) < 0.1
    True
    """
    count = whole_number("samples", samples, 1)
    return min(1.0, upper_float(_gap(_pac("vc", vc), count, proper_part("delta", delta))))


def _gap(vc: int, samples: int, delta: Fraction) -> arb:
    patterns = log2_binomial_sum(samples, vc) * arb.const_log2()
    return (2 * patterns / samples).sqrt() + (-enclosure(delta).log() / (2 * samples)).sqrt()


def _pac(name: str, value: int) -> int:
    return whole_number(name, value, 0)
