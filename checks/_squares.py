"""Squares that may show that a polynomial is not negative: what `checks.derive` tries where nothing else helps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations

from checks.verify import Polynomial, printed

_Names = tuple[str, ...]

MOST_ROOTS = 4
"""Products of names, 1 among them, whose squares are tried: they give up to twenty squares; chosen."""


def squares(goal: Polynomial) -> list[str]:
    """Expressions whose squares may add up to a polynomial, with others that are known: each once, simple ones first.

    What is tried are the roots of its monomials, their sums and differences, and what is left by completing squares,
    which is enough for every quadratic form of few variables.

    >>> from checks.verify import one_relation
    >>> form = one_relation("x**2 + 4 >= 4*x", {"x": Polynomial({("x",): Fraction(1)})}).form
    >>> "-2 + x" in squares(form)
    True
    """
    roots = list(dict.fromkeys(root for names in sorted(goal.terms) for root in _roots(names)))
    if not roots:
        return []
    basis = [*roots[: MOST_ROOTS - 1], ()]
    ones = [Polynomial({names: Fraction(1)}) for names in basis]
    simple = [*ones[:-1], *(part for one, other in combinations(ones, 2) for part in (one - other, one + other))]
    return list(dict.fromkeys(map(printed, [*simple, *_completed(goal.terms, basis)])))


def _roots(names: _Names) -> list[_Names]:
    """The root of a monomial that is a square; of x y, which is what squares of sums have, both."""
    if names and names[::2] == names[1::2]:
        return [names[::2]]
    return [(name,) for name in names] if len(names) == 2 else []


def _completed(terms: Mapping[_Names, Fraction], basis: Sequence[_Names]) -> Iterator[Polynomial]:
    """The squares that completing them gives, one variable after another; of a form that is not negative it is all."""
    left = dict(terms)
    for place, first in enumerate(basis):
        leading = left.get(_product(first, first), Fraction(0))
        if leading <= 0:
            continue
        weights = {other: left.get(_product(first, other), Fraction(0)) / leading / 2 for other in basis[place + 1 :]}
        root = {first: Fraction(1), **{names: weight for names, weight in weights.items() if weight}}
        yield Polynomial(root)
        for one, weight in root.items():
            for other, factor in root.items():
                name = _product(one, other)
                left[name] = left.get(name, Fraction(0)) - leading * weight * factor


def _product(one: _Names, other: _Names) -> _Names:
    return tuple(sorted(one + other))
