"""What a check records while it runs: facts, exact witnesses, property-based searches, values, figures.

The outcome is computed from the record: *fails* needs a witness that the stand-alone verifier accepts, *holds* needs at
least one fact, neither allows a false or open fact, and the method must have left its trace: a symbolic proof a
certificate, examples, samples and training the number of cases. Anything else is *undecided*.

>>> record = Evidence("prop-1", by="exact")
>>> record.outcome()
(<Truth.UNDECIDED: 'undecided'>, 'the check recorded no fact')
>>> record.fact("1/3 + 1/6 is 1/2", Fraction(1, 3) + Fraction(1, 6) == Fraction(1, 2))
True
>>> record.outcome()
(<Truth.HOLDS: 'holds'>, '')
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from checks import statistics, verify
from checks.randomness import stream
from checks.records import CheckFinding, Fact, Figure, Found, Trials, Witness
from checks.verdict import METHODS, Strength, Truth, truth_of

if TYPE_CHECKING:
    import numpy as np

SEED = 20_210_411
"""The seed of everything random in a default run: 11 April 2021, when the first paper appeared; any would do."""

MORE_EXAMPLES = 10
"""So many times as many examples at the paper's scale, and in each turn of a long search; chosen."""


@dataclass
class Evidence:
    """The record of one check of one claim.

    Attributes:
        claim: the ledger id.
        by: how the verdict is reached, a key of `checks.verdict.METHODS`.
        scale: ``"quick"`` or ``"paper"``.
        device: ``"auto"``, ``"cpu"`` or ``"cuda"``.
        claims_seed: shifts everything random; 0 in a default run.
        search_seconds: time that each property-based search may spend on fresh seeds; 0 for a reproducible run.
        stored: counterexamples to facts of this claim that an earlier search stored, replayed before anything else.
        shrink: whether a counterexample is made small; pointless for a sabotage, which is meant to be broken.
    """

    claim: str
    by: str
    scale: str = "quick"
    device: str = "auto"
    claims_seed: int = 0
    search_seconds: float = 0.0
    stored: list[Found] = field(default_factory=list)
    shrink: bool = True
    facts: list[Fact] = field(default_factory=list)
    witnesses: list[Witness] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    figures: list[Figure] = field(default_factory=list)
    rests_on: list[str] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    cases: int = 0
    seed: int | None = None
    reason: str = ""
    refuted: bool = False

    def __post_init__(self) -> None:
        if self.by not in METHODS:
            raise ValueError(f"by={self.by!r}: use one of {sorted(METHODS)}")

    def fact(self, says: str, truth: Any) -> bool:
        """Record a fact that the statement rests on: True, False, or None where it could not be decided.

        Raises:
            ValueError: ``truth`` is another thing, such as an array or a function that was not called.
        """
        value = truth_of(truth)
        self.facts.append({"says": says, "truth": value})
        return value is True

    def certify(self, witness: Mapping[str, Any]) -> None:
        """Record a fact that carries its own certificate, once the stand-alone verifier has accepted it.

        Raises:
            AssertionError: it does not show what it claims.
            ValueError: the verifier cannot read it.
        """
        self._verified(witness)
        self.fact(str(witness["says"]), True)

    def refute(self, witness: Mapping[str, Any]) -> None:
        """Record a counterexample (or a contradiction derived from the statement), once the verifier has accepted it.

        Raises:
            AssertionError: it does not show what it claims.
            ValueError: the verifier cannot read it.
        """
        self._verified(witness)
        self.refuted = True

    def _verified(self, witness: Mapping[str, Any]) -> None:
        try:
            verify.verify(witness)
        except verify.MalformedError:
            raise
        except verify.WitnessError as error:
            raise AssertionError(f"{self.claim}: the verifier refuses the witness: {error}") from error
        self.witnesses.append(cast("Witness", {"claim": self.claim, **witness}))  # it has passed the verifier

    def value(self, name: str, number: Any) -> None:
        """Record a number under a name: exact ones as ``"1/3"``, floats with the digits that matter."""
        exactly = isinstance(number, (int, Fraction)) and not isinstance(number, bool)
        self.values[name] = str(Fraction(number)) if exactly else _readable(number)

    def trials(
        self,
        says: str,
        outcomes: Iterable[Any],
        share: str = statistics.MOST,
        *,
        at_most: float | None = None,
        at_least: float | None = None,
    ) -> bool:
        """Record a fact about independent trials: that a share of all there could be does what most of these do.

        The fact holds where the exact lower confidence limit of the share, at 99.9 %, is `share` or more; it is false
        where the upper limit is below, and open otherwise. Not for theorems, which hold in every trial: use `fact`.

        Args:
            says: what such a trial does, in words.
            outcomes: of each trial, whether it does that; or a number, which does so where it is `at_most` or
                `at_least` as large. NaN, like None, counts against.
            share: a rational in text, such as ``"3/4"``.

        Raises:
            ValueError: no outcomes, or both limits.
        """
        found = list(outcomes)
        if at_most is not None and at_least is not None:
            raise ValueError(f"at_most={at_most}, at_least={at_least}: give one of them")
        passed = [_passed(outcome, at_most, at_least) for outcome in found]
        asked, successes = Fraction(share), sum(passed)
        truth = statistics.at_least(successes, len(passed), asked)
        limit = statistics.lower_limit(successes, len(passed))
        record: Trials = {
            "successes": successes,
            "trials": len(passed),
            "share": share,
            "limit": f"{float(limit):.4f}",
        }
        if at_most is not None or at_least is not None:
            record["spread"] = statistics.spread(math.nan if number is None else float(number) for number in found)
        self.facts.append({"says": says, "truth": truth, "trials": record})
        return truth is True

    def rng(self, number: int) -> np.random.Generator:
        """The random generator of that number: the same in each run with the same claims seed."""
        import numpy as np

        return np.random.default_rng(stream(number, self.claims_seed))

    def count(self, cases: int, seed: int | None = None) -> None:
        """Record how many cases were looked at, and the number of the stream that drew them."""
        self.cases += int(cases)
        self.seed = self.seed if seed is None else stream(seed, self.claims_seed)

    def assume(self, theorem: str) -> None:
        """Name a textbook theorem that the proof uses without re-proving it."""
        if theorem not in self.rests_on:
            self.rests_on.append(theorem)

    def undecided(self, reason: str) -> None:
        """Say why this check reaches no verdict."""
        self.reason = reason or "no reason was given"

    def figure(self, kind: str, caption: str, **data: Any) -> None:
        """Ask the report for a figure: ``kind`` names a drawing, its own or the paper's, of ``data``.

        Raises:
            ValueError: the data is not JSON: use lists of finite numbers and texts.
        """
        figure: Figure = {"kind": kind, "caption": caption, "data": data}
        try:
            json.dumps(figure, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValueError(f"figure {kind!r}: {error}; give lists of finite numbers and texts") from error
        self.figures.append(figure)

    def examples(self, says: str, law: Callable[..., Any], *strategies: Any, max_examples: int = 200) -> None:
        """Try arguments that may break ``law``, drawn by hypothesis: the same ones each run, unless asked to search.

        Args:
            says: the fact, in words.
            law: called with a value of each strategy; returns True where it holds, and False or None where not.
            max_examples: how many arguments a default run tries (ten times as many at paper scale).

        Raises:
            AssertionError: arguments that break the law were found; they stand in the record.
        """
        from checks import _search

        for known in self.stored:
            if known["says"] == says:
                self._require(says, law, [_search.decode(value) for value in known["arguments"]])
        budget = max_examples * (MORE_EXAMPLES if self.scale == "paper" else 1)
        tried, broken = _search.hypothesis_search(law, strategies, budget, stream(SEED, self.claims_seed), self.shrink)
        until = time.monotonic() + self.search_seconds
        while broken is None and time.monotonic() < until:
            more, broken = _search.hypothesis_search(law, strategies, MORE_EXAMPLES * max_examples, None, self.shrink)
            tried += more
        self.count(tried, SEED)
        if broken is not None:
            self._require(says, law, broken)
            raise ValueError(f"{self.claim}: {law} is not a function of its arguments: {broken!r} broke it once")
        self.fact(says, True)

    def _require(self, says: str, law: Callable[..., Any], arguments: Sequence[Any]) -> None:
        from checks import _search

        if truth_of(law(*arguments)) is not True:
            self.fact(says, False)
            encoded = [_search.encode(value) for value in arguments]
            self.found.append({"says": says, "arguments": encoded, "shown": ", ".join(map(repr, arguments))})
            raise AssertionError(f"{self.claim}: {says}: broken by {self.found[-1]['shown']}")

    def outcome(self) -> tuple[Truth, str]:
        """The truth value that the record amounts to, and the reason where it is undecided."""
        reason = self.reason or self._open_fact() or self._missing_trace()
        if reason:
            return Truth.UNDECIDED, reason
        return (Truth.FAILS if self.refuted else Truth.HOLDS), ""

    def _open_fact(self) -> str:
        for fact in self.facts:
            if fact["truth"] is not True:
                state = "could not be decided" if fact["truth"] is None else "is false, but without an exact witness"
                seen = f": {statistics.describe(fact['trials'])}" if "trials" in fact else ""
                return f"{fact['says']!r} {state}{seen}"
        return ""

    def _missing_trace(self) -> str:
        if self.refuted:
            return ""
        if not self.facts:
            return "the check recorded no fact"
        if self.by == "symbolic" and not self.witnesses:
            return "by='symbolic' without a certificate: record one with evidence.certify"
        if METHODS[self.by] is Strength.SUPPORTED and not self.cases:
            return f"by={self.by!r} without a number of cases: record it with evidence.count"
        return ""

    def record(self) -> CheckFinding:
        """The record as plain data for JSON."""
        truth, reason = self.outcome()
        return {
            "claim": self.claim,
            "by": self.by,
            "outcome": str(truth),
            "reason": reason,
            "facts": self.facts,
            "witnesses": self.witnesses,
            "values": self.values,
            "cases": self.cases,
            "seed": self.seed,
            "rests_on": self.rests_on,
            "figures": self.figures,
            "found": self.found,
        }


def _passed(outcome: Any, at_most: float | None, at_least: float | None) -> bool:
    number = math.nan if outcome is None else outcome
    if at_most is not None:
        return float(number) <= at_most
    return float(number) >= at_least if at_least is not None else truth_of(outcome) is True


def _readable(number: Any) -> str:
    return f"{number:.6g}" if isinstance(number, float) else str(number)
