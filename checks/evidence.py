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

import copy
import json
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, cast

from checks import statistics, verify
from checks.deciding import Decisions
from checks.figures import unknown_kind
from checks.outcome import CERTIFICATES, is_contradiction, outcome_of, refuting
from checks.randomness import stream
from checks.records import CheckFinding, Fact, Figure, Found, KernelProof, Trials, Witness
from checks.verdict import METHODS, Truth, truth_of
from checks.verify import DECIDING

__tracebackhide__ = True  # pytest shows the check that failed, not the engine below it

if TYPE_CHECKING:
    import numpy as np

    from checks.kernel import KernelText, Library

SEED = 20_210_411
"""The seed of everything random in a default run: 11 April 2021, when the first paper appeared; any would do."""

MORE_EXAMPLES = 10
"""So many times as many examples at the paper's scale, and in each turn of a long search; chosen."""


@dataclass
class Evidence(Decisions):
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
        theorem: what the ledger says that a proof assistant's kernel accepts.
        own_figures: the kinds of figures that the paper brings; None where any kind is taken.
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
    theorem: KernelText | None = None
    proof: KernelProof | None = None
    own_figures: Mapping[str, str] | None = None

    def __post_init__(self) -> None:
        if self.by not in METHODS:
            raise ValueError(f"by={self.by!r}: use one of {sorted(METHODS)}")

    def fact(self, says: str, truth: Any) -> bool:
        """Record a fact that the statement rests on: True, False, or None where it could not be decided.

        Raises:
            ValueError: ``truth`` is another thing, such as an array or a function that was not called; or ``says`` is
                what a refuting witness says.
        """
        value = truth_of(truth)
        if any(witness["says"] == says for witness in refuting(self.witnesses, self.facts)):
            raise ValueError(f"says={says!r} stands with a witness that refutes; word the fact differently")
        self.facts.append({"says": says, "truth": value})
        return value is True

    def certify(self, witness: Mapping[str, Any]) -> None:
        """Record a fact that carries its own certificate, once the stand-alone verifier has accepted it.

        Raises:
            AssertionError: it does not show what it claims.
            ValueError: the verifier cannot read it, or it is a refutation.
        """
        kept = self._verified(witness)
        if kept["kind"] not in CERTIFICATES:
            raise ValueError(f"certify takes witnesses of the kinds {CERTIFICATES}, not a {kept['kind']}; use refute")
        self.fact(kept["says"], True)
        self.witnesses.append(kept)

    def refute(self, witness: Mapping[str, Any]) -> None:
        """Record a counterexample, or a contradiction derived from the statement, once the verifier has accepted it.

        A contradiction is a linear certificate whose goal is false whatever the variables are, such as ``0 > 0``.

        Raises:
            AssertionError: it does not show what it claims, or its goal may be true.
            ValueError: the verifier cannot read it, or it is of a kind that shows what is true.
        """
        kept = self._verified(witness)
        if kept["kind"] == "linear" and not is_contradiction(kept):
            raise AssertionError(f"{self.claim}: the goal {kept['goal']!r} is no contradiction: nothing is refuted")
        if not refuting([kept], self.facts):
            hint = "a fact says the same; word it differently" if kept["kind"] == "linear" else "use certify"
            raise ValueError(f"refute does not take this witness of the kind {kept['kind']}: {hint}")
        self.witnesses.append(kept)

    def decided(self, witness: Mapping[str, Any]) -> None:
        """Record what decides the formal text: a fact with its certificate, or a refutation."""
        (self.certify if witness["kind"] in DECIDING else self.refute)(witness)

    def _verified(self, witness: Mapping[str, Any]) -> Witness:
        """A copy that has passed the verifier: what is changed in the original afterwards is not recorded."""
        kept = {"claim": self.claim, **copy.deepcopy(dict(witness))}
        try:
            verify.verify(kept)
        except verify.MalformedError as error:
            raise error.with_traceback(None) from None
        except verify.WitnessError as error:
            raise AssertionError(f"{self.claim}: the verifier refuses the witness: {error}") from None
        return cast("Witness", kept)

    def prove(self, library: Library) -> None:
        """Record that the kernel of a proof assistant accepts the theorem that the ledger sets beside the statement.

        Raises:
            AssertionError: it accepts none, or one that says something else or rests on more.
            ValueError: the ledger sets no theorem beside it.
        """
        if self.theorem is None:
            raise ValueError(f"{self.claim}: the ledger has no theorem for it; add a table [statement.kernel]")
        self.proof = library.proof(self.theorem)
        self.facts.append({"says": f"the kernel accepts {self.theorem.theorem}", "truth": True})

    def cite(self, theorem: str, source: str) -> None:
        """Record that a theorem of the literature is, or at once gives, what the statement says.

        >>> record = Evidence("prop-1", by="exact")
        >>> record.cite("Rademacher's theorem", "Federer 1969, Geometric Measure Theory, 3.1.6")
        >>> record.outcome()[0]
        <Truth.HOLDS: 'holds'>
        """
        self.facts.append({"says": theorem, "truth": True, "source": source})
        self.assume(f"{theorem} ({source})")

    def value(self, name: str, number: Any) -> None:
        """Record a number under a name: exact ones as ``"1/3"``, floats with the digits that matter.

        >>> record = Evidence("prop-1", by="exact")
        >>> record.value("share", Fraction(2, 6))
        >>> record.value("angle", math.pi)
        >>> record.values
        {'share': '1/3', 'angle': '3.14159'}
        """
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

        >>> record = Evidence("prop-1", by="training")
        >>> record.trials("the loss falls below 0.1", [0.02] * 199 + [0.3], share="9/10", at_most=0.1)
        True
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

        Args:
            caption: plain text, without markup: x² for a square.

        Raises:
            ValueError: nothing draws that kind, the caption has markup for formulas, or the data is not JSON: use lists
                of finite numbers and texts.
        """
        if "$" in caption:
            raise ValueError(f"figure {kind!r}: caption={caption!r} is printed as it stands: write x² for $x^2$")
        if self.own_figures is not None and (unknown := unknown_kind(kind, self.own_figures)):
            raise ValueError(unknown)
        figure: Figure = {"kind": kind, "caption": caption, "data": data}
        try:
            text = json.dumps(figure, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValueError(f"figure {kind!r}: {error}; give lists of finite numbers and texts") from error
        self.figures.append(json.loads(text))

    def examples(self, says: str, law: Callable[..., Any], *strategies: Any, max_examples: int = 200) -> None:
        """Try arguments that may break ``law``, drawn by hypothesis: the same ones each run, unless asked to search.

        Args:
            says: the fact, in words.
            law: called with a value of each strategy; returns True where it holds, and False or None where not.
            max_examples: how many arguments a default run tries (ten times as many at paper scale).

        Raises:
            AssertionError: arguments that break the law were found; they stand in the record.

        >>> from hypothesis import strategies as st
        >>> record = Evidence("prop-1", by="examples")
        >>> record.examples("squares are not negative", lambda n: n * n >= 0, st.integers(), max_examples=20)
        >>> record.cases > 0, str(record.outcome()[0])
        (True, 'holds')
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

    @property
    def refuted(self) -> bool:
        """Whether a recorded witness refutes the statement."""
        return bool(refuting(self.witnesses, self.facts)) or bool(self.proof and self.proof["refutes"])

    def outcome(self) -> tuple[Truth, str]:
        """The truth value that the record amounts to, and the reason where it is undecided.

        >>> record = Evidence("prop-1", by="exact")
        >>> record.fact("0 is 1", 0 == 1), record.outcome()[1]
        (False, "'0 is 1' is false, which refutes only with an exact counterexample (evidence.refute)")
        """
        return outcome_of(self._finding())

    def record(self) -> CheckFinding:
        """The record as plain data for JSON."""
        truth, reason = self.outcome()
        found: CheckFinding = {**self._finding(), "outcome": str(truth), "reason": reason}
        if self.ways and self.mutate and not reason:
            found["mutants"] = self.power(refuted=truth is Truth.FAILS)
        return found

    def _finding(self) -> CheckFinding:
        found: CheckFinding = {
            "claim": self.claim,
            "by": self.by,
            "outcome": str(Truth.UNDECIDED),
            "reason": self.reason,
            "facts": self.facts,
            "witnesses": self.witnesses,
            "values": self.values,
            "cases": self.cases,
            "seed": self.seed,
            "rests_on": self.rests_on,
            "figures": self.figures,
            "found": self.found,
        }
        if self.proof:
            found["kernel"] = self.proof
        return found


def _passed(outcome: Any, at_most: float | None, at_least: float | None) -> bool:
    number = math.nan if outcome is None else outcome
    if at_most is not None:
        return float(number) <= at_most
    return float(number) >= at_least if at_least is not None else truth_of(outcome) is True


def _readable(number: Any) -> str:
    return f"{number:.6g}" if isinstance(number, float) else str(number)
