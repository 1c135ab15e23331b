"""Decide the formal text of a statement, and see whether the same would decide wrong versions of it.

A way to decide is a function of the text alone, so that mutants are put to it as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from random import Random
from typing import Any

from checks.derive import Effort, Script, Step, derivation, impossibility
from checks.implication import NotImplied
from checks.mutants import mutants
from checks.records import Mutants
from checks.verify import FORMAT, WitnessError, true_of, verify
from checks.witness import Witness, exact

Formal = Mapping[str, Any]
__tracebackhide__ = True  # pytest shows the check that failed, not the engine below it

Way = Callable[[Formal, Effort], Witness]
"""A witness that decides a text.

Raises:
    WitnessError, NotImplied: it does not.
"""

_SLACK = 6
"""So much more than the text itself took is tried for each of its mutants; chosen, as the budgets below, for time."""

SAMPLES = 24
"""Points at which a mutant is looked at before a proof of it is tried."""

_VALUES = [Fraction(value) for value in ("0", "1", "-1", "2", "1/2", "-2", "3", "1/3", "5", "-1/2", "10", "1/10")]
"""Small numbers, at which most of what is false is false; chosen."""


def _witness(kind: str, says: str, formal: Formal, **parts: Any) -> Witness:
    return {"format": FORMAT, "kind": kind, "says": says, "formal": dict(formal), **parts}


def by_data(kind: str, says: str, given: Mapping[str, Any]) -> Way:
    """By values of its variables: a ``counterexample`` or an ``example``."""
    values = {name: exact(value) for name, value in given.items()}
    return lambda formal, effort: _witness(kind, says, formal, given=values)


def by_verifier(kind: str, says: str) -> Way:
    """By ``enumeration`` or ``enclosure``, which need nothing but the text."""
    return lambda formal, effort: _witness(kind, says, formal)


def by_derivation(says: str, script: Script, choose: Mapping[str, str]) -> Way:
    """By steps from the hypotheses to the conclusion."""

    def way(formal: Formal, effort: Effort) -> Witness:
        steps: Sequence[Step] = derivation(formal, script, choose, effort)
        return _witness("derivation", says, formal, choose=dict(choose), steps=list(steps))

    return way


def by_contradiction(says: str, given: Mapping[str, Any], script: Script) -> Way:
    """By values for all, and steps from what is said to be there to a contradiction."""
    values = {name: exact(value) for name, value in given.items()}

    def way(formal: Formal, effort: Effort) -> Witness:
        return _witness("impossible", says, formal, given=values, steps=impossibility(formal, values, script, effort))

    return way


def power(formal: Formal, ways: Sequence[tuple[Way, Effort]], *, refuted: bool) -> Mutants:
    """How many wrong versions of a text the ways that decided it do not decide so, too.

    Args:
        ways: each with what it took.
        refuted: the ways refuted the text; then what they refute, too, is false, too.

    Returns:
        Those that are decided alike are ``alive``, with what that says of them: the witness is as good, so they are
        true (or false) as well; of the true ones, some follow from the text.
    """
    alive: list[str] = []
    weaker = 0
    tried = mutants(formal)
    for name, other in tried.items():
        if not refuted and false_somewhere(other):
            continue
        if not any(_decides(way, other, took) for way, took in ways):
            continue
        if not refuted and _follows(formal, other):
            weaker += 1
        else:
            alive.append(name)
    return {"tried": len(tried), "caught": len(tried) - weaker - len(alive), "weaker": weaker, "alive": alive}


def _decides(way: Way, formal: Formal, took: Effort) -> bool:
    """Whether a way decides a text with about what another took, and no other means."""
    effort = Effort(took.spent + _SLACK, products=took.multiplied, squares=took.squared, deep=took.deepened)
    with suppress(WitnessError, NotImplied, ArithmeticError, LookupError):
        verify(way(formal, effort))
        return True
    return False


def false_somewhere(formal: Formal) -> dict[str, Any]:
    """One of some small points, the same ones each time, at which a text is false: then nothing can derive it.

    >>> 0 < Fraction(false_somewhere({"for_all": {"x": "real"}, "conclusion": ["x**2 >= x"]})["x"]) < 1
    True
    >>> false_somewhere({"for_all": {"x": "real"}, "conclusion": ["x**2 >= 0"]})
    {}
    """
    domains = formal.get("for_all", {})
    if formal.get("there_is") or not domains:
        return {}
    rng = Random(0)  # noqa: S311  which points does not matter, so long as they are the same
    for _ in range(SAMPLES):
        with suppress(WitnessError, ArithmeticError, LookupError, TypeError, ValueError):
            if not true_of(formal, point := {name: _drawn(text, rng) for name, text in domains.items()}):
                return point
    return {}


def _drawn(domain: str, rng: Random) -> Any:
    """A value that may be of a domain."""
    kind, _, rest = domain.partition("^")
    values = [value for value in _VALUES if value.denominator == 1] if "integer" in kind else _VALUES
    if kind.startswith("list of "):
        return [_drawn(domain.removeprefix("list of "), rng) for _ in range(rng.randint(1, 3))]
    if rest:
        return [str(rng.choice(values)) for _ in range(int(rest.partition(" ")[0]))]
    return str(rng.choice(values))


def _follows(formal: Formal, other: Formal) -> bool:
    """Whether a text with another conclusion follows from the first by itself."""
    if {**other, "conclusion": []} != {**formal, "conclusion": []} or formal.get("there_is"):
        return False
    implied = {**other, "hypotheses": [*other.get("hypotheses", []), *formal["conclusion"]]}
    return _decides(by_derivation("", (), {}), implied, Effort(squares=False))


def contradictory(formal: Formal, script: Script, choose: Mapping[str, str], took: Effort) -> bool:
    """Whether the same search derives what is false: then the hypotheses contradict each other, as far as it sees.

    They do not where they are met at one of the small points.
    """
    false = {**formal, "conclusion": ["0 > 0"]}
    plain = {key: value for key, value in false.items() if key != "there_is"}
    if not formal.get("lemmas") and false_somewhere(plain):
        return False
    scripts = [()] if not script or "induction" in script[0] else [(), script]
    return any(_decides(by_derivation("", each, choose), false, took) for each in scripts)


@dataclass(kw_only=True)
class Decisions:
    """The ways in which a record decides its statement's formal text.

    Attributes:
        formal: the text, which `derive` and its like read.
        mutate: whether wrong versions of it are tried, too.
    """

    formal: Formal | None = None
    mutate: bool = True
    ways: list[tuple[Way, Effort]] = field(default_factory=list)

    def derive(
        self, *script: Step, choose: Mapping[str, str] | None = None, says: str = "the formal text follows"
    ) -> None:
        """Derive the formal text: its conclusion from its hypotheses, and lemmas if it names any.

        Args:
            script: steps to have on the way, made by the functions of `checks.derive`.
            choose: an expression for each variable of ``there_is``.
            says: what it shows, in words.

        Raises:
            NotImplied: nothing was found, or what is false follows, too.
        """
        way, effort = by_derivation(says, script, choose or {}), Effort()
        try:
            witness = way(self._text(), effort)
        except NotImplied as error:
            raise NotImplied(f"{error}; {self._why_not(script)}") from None
        if contradictory(self._text(), script, choose or {}, effort):
            raise NotImplied("the hypotheses contradict each other: whatever is derived from them says nothing")
        self._keep(way, witness, effort)

    def enumerate(self, says: str = "all cases of the formal text") -> None:
        """Go through all cases of the formal text.

        Raises:
            AssertionError: one of them is false.
        """
        self._decide(by_verifier("enumeration", says))

    def enclose(self, says: str = "the formal text, by enclosures") -> None:
        """Cover the domain of the formal text with boxes on which it is true.

        Raises:
            AssertionError: it is false somewhere.
        """
        self._decide(by_verifier("enclosure", says))

    def example(self, says: str = "what the formal text says there is", **given: Any) -> None:
        """Give what the formal text says there is, in exact numbers.

        Raises:
            AssertionError: these are none.
        """
        self._decide(by_data("example", says, given))

    def counterexample(self, says: str = "a counterexample to the formal text", **given: Any) -> None:
        """Refute the formal text by exact values of its variables.

        Raises:
            AssertionError: a hypothesis is not met, or the conclusion is true.
        """
        self._decide(by_data("counterexample", says, given))

    def impossible(
        self, *script: Step, says: str = "what the formal text says there is cannot be", **given: Any
    ) -> None:
        """Refute the formal text by exact values for all, with which what it says there is leads to a contradiction.

        Raises:
            AssertionError: a hypothesis is not met, or no contradiction was found.
        """
        self._decide(by_contradiction(says, given, script))

    def true_of(self, **given: Any) -> bool:
        """Whether the formal text holds for exact values of all its variables: for laws that are tried on examples.

        Raises:
            ValueError: a value is missing or not of its domain.
        """
        return true_of(self._text(), {name: exact(value) for name, value in given.items()})

    def _why_not(self, script: Script) -> str:
        """What helps where a derivation was not found."""
        text = self._text()
        if not text.get("lemmas") and (point := false_somewhere(text)):
            values = ", ".join(f"{name} = {value}" for name, value in point.items())
            return f"the text is false for {values}"
        return "give more steps" if script else "give steps, such as those of checks.derive: square, product, cases"

    def _text(self) -> Formal:
        if self.formal is None:
            raise ValueError("the statement has no formal text: add a table formal to its entry in the ledger")
        return self.formal

    def _decide(self, way: Way) -> None:
        effort = Effort()
        self._keep(way, way(self._text(), effort), effort)

    def _keep(self, way: Way, witness: Witness, effort: Effort) -> None:
        self.decided(witness)
        self.ways.append((way, effort))

    def decided(self, witness: Mapping[str, Any]) -> None:
        """Record a witness; the record says how."""
        raise NotImplementedError

    def power(self, *, refuted: bool) -> Mutants:
        """What the ways make of wrong versions of the text."""
        return power(self.formal or {}, self.ways, refuted=refuted)
