"""VC dimensions of GroupSort networks and what they say about samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import ceil

from flint import arb

from theory._rationals import Length, PointsLike, positive_rational, rational, rational_points, whole_number
from theory.intervals import certainly_le, certainly_lt, enclosure, floor_above, upper_float
from theory.packing._finite import conflicts
from theory.vc._counting import first_true, largest_root, least, log2, log2_binomial_sum
from theory.vc._growth import (
    Architecture,
    log2_by_layers,
    log2_lemma_1,
    log2_line,
    log2_polynomials_at_once,
    log2_regions,
    log2_sign_patterns,
    pieces_of_the_line,
)
from theory.vc._shattering import Shattering

LARGEST_COUNT = 1 << 23  # bits of an exact growth bound


@dataclass(frozen=True)
class GroupSortVC:
    """Upper bounds of the VC dimension of a GroupSort2 architecture; see `vc_groupsort`.

    bound: the least of the proved ones, and by, its name: layers, sign patterns, polynomials, regions, Lemma 1;
    affine, n + 1, without a hidden layer; pieces of the line for n = 1, where a network of p pieces changes sign p
    times at most.
    sign_patterns: Warren's theorem in every layer (Bartlett, Harvey, Liaw and Mehrabian 2019, for gates).
    polynomials: Warren's theorem once for all layers (Goldberg and Jerrum 1995): never more than (W + 10) P with P
    parameters and W >= 2 neurons. The least for deep and narrow networks.
    regions: Lemma 1 with the regions that the gates really make, and Cover's count of hyperplanes.
    layers: the smaller count of these two for each layer.
    lemma_1: what Lemma 1's count proves for B = sqrt(2^W) pieces.
    paper: (n + 1) 2^W, the expression of equation 9 with constant 1. The paper does not prove it as a bound.
    """

    bound: int
    by: str
    sign_patterns: int
    polynomials: int
    regions: int
    layers: int
    lemma_1: int
    paper: int


def shatters(points: PointsLike, margin: Length) -> Shattering:
    """Whether the 1-Lipschitz functions shatter the points with that margin (Béthune et al., Proposition 7).

    They do exactly when all pairs are at least 2m apart, compared in rational arithmetic. points: (count, n),
    or (count,) on the line. margin: m > 0, in the unit of the points. The result is true or false, and
    carries the function for each labeling, or a pair that is too close.

    Raises ValueError for no points, NaN, infinity, a margin that is not a finite number greater than 0.

    >>> found = shatters([[0, 0], [3, 4]], 2.5)
    >>> bool(found), found.functions[1, -1]([[0, 0], [3, 4], [1.5, 2]])
    (True, array([ 2.5, -2.5,  0. ]))
    >>> shatters([[0, 0], [3, 4], [3, 5]], 2).pair
    (1, 2)
    """
    places, m = rational_points("points", points), positive_rational("margin", margin)
    for i, close in enumerate(conflicts(places, 4 * m**2)):
        if close:
            return Shattering(places, m, (i, (close & -close).bit_length() - 1))
    return Shattering(places, m, None)


def vc_groupsort(input_dim: int, widths: Sequence[int]) -> GroupSortVC:
    """Upper bounds of the VC dimension of networks with n inputs and hidden GroupSort2 layers of those widths.

    input_dim: n >= 1. widths: (k,), neurons of each hidden layer, even; empty for an affine classifier. Each
    bound is the largest N with 2^N <= (the count of dichotomies of N points), an exact integer, rounded up
    where the comparison cannot be decided.

    Raises ValueError for odd widths, widths below 2, a dimension below 1.

    >>> found = vc_groupsort(2, [64, 64, 64])
    >>> found.bound < found.sign_patterns < found.paper
    True
    >>> vc_groupsort(2, []).bound
    3
    """
    net = _architecture(input_dim, widths)
    variables = net.before[-1]
    bounds = {
        "layers": _largest(net, log2_by_layers, 1),
        "sign patterns": _largest(net, log2_sign_patterns, variables),
        "polynomials": _largest(net, log2_polynomials_at_once, 1),
        "regions": _largest(net, log2_regions, 1),
        "Lemma 1": _largest(net, log2_lemma_1, 1),
    }
    if net.input_dim == 1:
        bounds["pieces of the line"] = pieces_of_the_line(net) + 1
    if not net.widths:
        bounds["affine"] = net.input_dim + 1
    by = min(reversed(bounds), key=bounds.__getitem__)
    return GroupSortVC(
        bound=bounds[by],
        by=by,
        sign_patterns=bounds["sign patterns"],
        polynomials=bounds["polynomials"],
        regions=bounds["regions"],
        layers=bounds["layers"],
        lemma_1=bounds["Lemma 1"],
        paper=(net.input_dim + 1) << sum(net.widths),
    )


def growth_bound(points_count: int, input_dim: int, widths: Sequence[int]) -> int:
    """An upper bound of the dichotomies that the architecture realises on that many points, at most 2^points.

    points_count: N >= 1, at most 2^23 (`growth_bound_log2` has no limit). Other arguments and errors as for
    `vc_groupsort`.

    >>> growth_bound(4, 2, [])
    14
    """
    net, count = _architecture(input_dim, widths), whole_number("points_count", points_count, 1)
    if count > LARGEST_COUNT:
        raise ValueError(f"points_count={points_count}: pass at most {LARGEST_COUNT}, or take growth_bound_log2")
    return min(1 << count, floor_above(lambda: enclosure(2) ** _log2_growth(net, count)))


def growth_bound_log2(points_count: int, input_dim: int, widths: Sequence[int]) -> float:
    """The logarithm to base 2 of the bound of `growth_bound`, rounded up. Arguments and errors are the same.

    >>> growth_bound_log2(3, 2, [])
    3.0
    """
    net, count = _architecture(input_dim, widths), whole_number("points_count", points_count, 1)
    return min(upper_float(count), upper_float(_log2_growth(net, count)))


def sample_complexity(vc: int, epsilon: Length, delta: Length, *, agnostic: bool = False) -> int:
    """So many independent examples are enough, whatever their distribution, for a class of that VC dimension.

    agnostic False: with probability >= 1 - delta every classifier that makes no error on the sample has error
    <= epsilon. The least m >= 8 / epsilon with 2 S(2m, vc) 2^(-epsilon m / 2) <= delta, S the sum of
    binomials of Sauer's lemma: Blumer, Ehrenfeucht, Haussler and Warmuth (1989), theorem A2.1, from which their
    max(4/epsilon log2(2/delta), 8 vc/epsilon log2(13/epsilon)) of theorem 2.1 follows.
    agnostic True: with probability >= 1 - delta the error of every classifier is at most its error on the
    sample plus epsilon: the least m whose `generalization_gap` is <= epsilon.
    Classifiers have two values; do not pass the VC dimension of 1-Lipschitz functions with a margin
    (`margin_vc_bounds`): with the symbol for |f| < m as an error, neither of the two is true for them. As usual
    the class has to be well-behaved (all suprema measurable), which networks are.

    vc: at least 0. epsilon, delta: between 0 and 1, both excluded. Raises ValueError otherwise.

    >>> sample_complexity(3, 0.1, 0.05) <= 8 * 3 / 0.1 * 7.03
    True
    """
    dimension, gap, risk = _pac("vc", vc), _part("epsilon", epsilon), _part("delta", delta)
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

    vc: at least 0. samples: m >= 1. delta: between 0 and 1, both excluded. Raises ValueError otherwise.

    >>> generalization_gap(3, 10**4, 0.05) < 0.1
    True
    """
    count = whole_number("samples", samples, 1)
    return min(1.0, upper_float(_gap(_pac("vc", vc), count, _part("delta", delta))))


def _gap(vc: int, samples: int, delta: Fraction) -> arb:
    patterns = log2_binomial_sum(samples, vc) * arb.const_log2()
    return (2 * patterns / samples).sqrt() + (-enclosure(delta).log() / (2 * samples)).sqrt()


def _log2_growth(net: Architecture, points: int) -> arb:
    counts = [log2_by_layers, log2_sign_patterns, log2_polynomials_at_once, log2_regions, log2_lemma_1]
    if net.input_dim == 1:
        counts.append(log2_line)
    return reduce(least, (count(net, points) for count in counts), arb(points))


def _largest(net: Architecture, count: Callable[[Architecture, int], arb], start: int) -> int:
    return largest_root(lambda points: count(net, points) - points, start)


def _architecture(input_dim: int, widths: Sequence[int]) -> Architecture:
    sizes = tuple(whole_number(f"widths[{k}]", width, 2) for k, width in enumerate(widths))
    for k, width in enumerate(sizes):
        if width % 2:
            raise ValueError(f"widths[{k}]={width}: GroupSort2 sorts pairs, pass an even number of neurons")
    return Architecture(whole_number("input_dim", input_dim, 1), sizes)


def _pac(name: str, value: int) -> int:
    return whole_number(name, value, 0)


def _part(name: str, value: Length) -> Fraction:
    number = rational(name, value)
    if not 0 < number < 1:
        raise ValueError(f"{name}={value!r}: pass a number between 0 and 1, both excluded")
    return number
