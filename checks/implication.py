"""Linear implications between inequalities, with the multipliers that prove them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

from checks.verify import FORMAT, WitnessError, relation, verify
from checks.witness import Witness

_STRICT = 1e-9
"""A margin above it counts as one: chosen below HiGHS' 1e-7, as the witness is verified in rationals whatever it is."""

_DENOMINATORS = (10, 10_000, 10**9)
"""Largest denominators that are tried for multipliers: small ones are the likeliest; chosen."""

_REMEMBERED = 1024
"""Programmes whose answers are kept: wrong versions of a text pose most of them again; chosen for memory."""

_Content = tuple[tuple[tuple[tuple[str, ...], float], ...], str]
"""Monomials with their coefficients, rounded, in order; and the kind of the relation."""


class NotImplied(AssertionError):
    """The goal does not follow from the hypotheses by a non-negative combination (Farkas 1902).

    >>> linear("a wrong turn", ["a <= b"], "b <= a")
    Traceback (most recent call last):
        ...
    checks.implication.NotImplied: 'b <= a' does not follow from ['a <= b']
    """


def linear(says: str, hypotheses: Sequence[str], goal: str) -> Witness:
    """A Farkas certificate that ``goal`` follows from ``hypotheses``, found by a linear programme and made rational.

    Farkas's lemma (Schrijver 1986, Theory of Linear and Integer Programming, corollary 7.1h). Products and squares of
    variables count as variables of their own, so a hypothesis such as ``(a - b)**2 >= 0`` is welcome.

    Args:
        says: what it proves, in words.
        hypotheses: relations such as ``"a + b <= c"``.
        goal: one more.

    Raises:
        NotImplied: there is no such combination.
        ArithmeticError: there seems to be one, but it was not found exactly.

    >>> linear("order is transitive", ["a <= b", "b <= c"], "a <= c")["multipliers"]
    ['1', '1']
    """
    found = multipliers([relation(text) for text in hypotheses], relation(goal))
    if found is None:
        raise NotImplied(f"{goal!r} does not follow from {list(hypotheses)}")
    for rounded in simple_fractions(found):
        witness = {
            "format": FORMAT,
            "kind": "linear",
            "says": says,
            "hypotheses": list(hypotheses),
            "goal": goal,
            "multipliers": [str(value) for value in rounded],
        }
        with suppress(WitnessError):
            verify(witness)
            return witness
    raise ArithmeticError(f"the multipliers {found} that prove {goal!r} could not be made exact; scale the hypotheses")


def simple_fractions(values: list[float]) -> Iterator[list[Fraction]]:
    """Simple fractions near the multipliers first, at last the exact values of the floats."""
    for denominator in _DENOMINATORS:
        yield [Fraction(value).limit_denominator(denominator) for value in values]
    yield [Fraction(value) for value in values]


def multipliers(hypotheses: Sequence[Any], goal: Any) -> list[float] | None:
    """Floats such that sum of multiplier * hypothesis + slack = goal, coefficient by coefficient, with slack >= 0.

    Nothing if there are none: most of the searches end so, and most of those before a linear programme is needed.
    """
    useful = _useful(hypotheses, goal)
    if useful is None:
        return None
    found = _programme(tuple(_content(hypotheses[number]) for number in useful), _content(goal))
    if found is None:
        return None
    weights = dict(zip(useful, found, strict=True))
    return [weights.get(number, 0.0) for number in range(len(hypotheses))]


def _useful(hypotheses: Sequence[Any], goal: Any) -> list[int] | None:
    """The hypotheses that may have a multiplier; None where a monomial of the goal cannot be reached.

    Where all multiples of a monomial push it one way, away from what the goal has of it, none of them is used.
    """
    target = {monomial: value for monomial, value in goal[0].terms.items() if monomial}
    kept = {number for number, (_, kind) in enumerate(hypotheses) if goal[1] != "==" or kind == "=="}
    changed = True
    while changed:
        changed = False
        signs: dict[tuple[str, ...], set[int]] = {}
        for number in kept:
            form, kind = hypotheses[number]
            for monomial, value in form.terms.items():
                signs.setdefault(monomial, set()).update((1, -1) if kind == "==" else (1 if value > 0 else -1,))
        counts: dict[tuple[str, ...], int] = {}
        for number in kept:
            for monomial in hypotheses[number][0].terms:
                counts[monomial] = counts.get(monomial, 0) + 1
        for monomial, value in target.items():
            if (1 if value > 0 else -1) not in signs.get(monomial, ()):
                return None
        alone = {
            monomial
            for monomial, way in signs.items()
            if monomial and monomial not in target and (len(way) == 1 or counts[monomial] == 1)
        }
        dropped = {number for number in kept if not alone.isdisjoint(hypotheses[number][0].terms)}
        if dropped:
            kept -= dropped
            changed = True
    return sorted(kept)


def _content(relation: Any) -> _Content:
    form, kind = relation
    return tuple(sorted((monomial, float(value)) for monomial, value in form.terms.items())), kind


@lru_cache(maxsize=_REMEMBERED)
def _programme(hypotheses: tuple[_Content, ...], goal: _Content) -> tuple[float, ...] | None:
    """The last unknown t <= 1 is at most slack + the weight of the strict hypotheses: a strict goal needs t > 0."""
    import numpy as np
    from scipy.optimize import linprog

    terms, target, sort = [dict(form) for form, _ in hypotheses], dict(goal[0]), goal[1]
    monomials = sorted({monomial for form in [*terms, target] for monomial in form} | {()})
    monomials = monomials if sort == "==" else monomials[1:]
    places, rows = (
        {monomial: row for row, monomial in enumerate(monomials)},
        np.zeros((len(monomials), len(hypotheses) + 1)),
    )
    for column, form in enumerate(terms):
        for monomial, value in form.items():
            if monomial in places:
                rows[places[monomial], column] = value
    constants = [form.get((), 0.0) for form in terms]
    strict = [float(kind == ">") for _, kind in hypotheses]
    slack, margin = [*constants, 0.0], [c - s for c, s in zip(constants, strict, strict=True)] + [1.0]
    bounds = [(None, None) if kind == "==" else (0, 0 if sort == "==" else None) for _, kind in hypotheses]
    bound = target.get((), 0.0)
    solution = linprog(
        [0.0] * len(hypotheses) + [-1.0],
        A_eq=rows if monomials else None,
        b_eq=[target.get(monomial, 0.0) for monomial in monomials] or None,
        A_ub=[slack, margin],
        b_ub=[bound, bound],
        bounds=[*bounds, (0, 1)],
        method="highs-ds",
    )
    if solution.status not in (0, 2):
        raise ArithmeticError(f"the linear programme was not solved: {solution.message}")
    implied = solution.status == 0 and (sort != ">" or solution.x[-1] > _STRICT)
    return tuple(float(value) for value in solution.x[:-1]) if implied else None


class Implication(NamedTuple):
    """A linear implication that a proof uses: what is known, and what follows (by Farkas's lemma, see `linear`).

    >>> Implication(("a <= b", "b <= c"), "a <= c").without(1).hypotheses
    ('a <= b',)
    """

    hypotheses: tuple[str, ...]
    goal: str

    def without(self, *dropped: int) -> Implication:
        """The same with some hypotheses left out."""
        return self._replace(hypotheses=tuple(h for i, h in enumerate(self.hypotheses) if i not in dropped))

    def concluding(self, goal: str) -> Implication:
        """The same with another goal.

        >>> Implication(("a <= b",), "a <= c").concluding("b >= a").goal
        'b >= a'
        """
        return self._replace(goal=goal)

    def proof(self, says: str) -> Witness:
        """Its Farkas certificate.

        Raises:
            NotImplied, ArithmeticError: as `linear`.

        >>> Implication(("2*a <= b", "a >= 0"), "a <= b").proof("half of it")["multipliers"]
        ['1', '1']
        """
        return linear(says, self.hypotheses, self.goal)
