"""The plain data between a check and its report, typed: the forms of ``claims.schema.json``, and what travels to them.

The classes are named as the parts of the schema are; ``tests/checks/test_records.py`` holds their keys together.
"""

# Without `from __future__ import annotations`, which would hide NotRequired from __required_keys__.

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

Exact: TypeAlias = "str | int | list[Exact]"
"""A number as text such as "1/3", or lists of such."""

State = Literal["judged", "conflict", "unfinished", "missing", "not run"]


class Trials(TypedDict):
    """Independent trials that a fact about a share of all of them rests on."""

    successes: int
    trials: int
    share: str
    limit: str
    spread: NotRequired[str]


class Fact(TypedDict):
    """What a statement rests on; the truth is None where it could not be decided."""

    says: str
    truth: bool | None
    trials: NotRequired[Trials]
    source: NotRequired[str]


class Figure(TypedDict):
    """A figure for the report: which drawing, and what it draws."""

    kind: str
    caption: str
    data: dict[str, Any]


class Found(TypedDict):
    """Arguments that broke a property-based fact, stored exactly and as Python shows them."""

    says: str
    arguments: list[Any]
    shown: str


class Mutants(TypedDict):
    """Wrong versions of a formal text: how many its check does not decide alike.

    Those that it does follow from the text (`weaker`), or are true, or false, as well (`alive`).
    """

    tried: int
    caught: int
    weaker: int
    alive: list[str]


class KernelProof(TypedDict):
    """A theorem that the kernel of a proof assistant accepted, and what wrong versions of its statement showed; what
    its proof rests on, together with the others of its file or of all files (`axioms`)."""

    theorem: str
    statement: str
    refutes: bool
    axioms: list[str]
    rocq: str
    mutants: Mutants


class _Witness(TypedDict):
    format: Literal["manyfaces-witness/1"]
    says: str
    claim: str


class _Data(_Witness):
    given: dict[str, Exact]
    define: dict[str, str]
    hypotheses: list[str]
    conclusion: list[str]


class Refutation(_Data):
    """Data under which every hypothesis is true and some conclusion is false."""

    kind: Literal["refutation"]


class Instance(_Data):
    """Data under which every hypothesis and every conclusion is true."""

    kind: Literal["instance"]


class Linear(_Witness):
    """A Farkas certificate."""

    kind: Literal["linear"]
    hypotheses: list[str]
    goal: str
    multipliers: list[Exact]


class Identity(_Witness):
    """Expressions that are equal as polynomials in their variables."""

    kind: Literal["identity"]
    identities: list[list[str]]


class FormalText(TypedDict):
    """A statement in the verifier's language; see `checks.verify`."""

    for_all: NotRequired[dict[str, str]]
    there_is: NotRequired[dict[str, str]]
    define: NotRequired[dict[str, str]]
    lemmas: NotRequired[dict[str, str]]
    hypotheses: NotRequired[list[str]]
    conclusion: list[str]


class Decision(_Witness):
    """What decides a formal text; see `checks.verify`."""

    kind: Literal["counterexample", "impossible", "example", "enumeration", "enclosure", "derivation"]
    formal: FormalText
    given: NotRequired[dict[str, Exact]]
    choose: NotRequired[dict[str, str]]
    steps: NotRequired[list[dict[str, Any]]]


Witness: TypeAlias = Refutation | Instance | Linear | Identity | Decision
"""As recorded, once the verifier accepted it: with the claim that it is for."""


class Build(TypedDict):
    """Something built for checks to examine, and how long that took."""

    name: str
    seconds: float


class Finding(TypedDict):
    """What one check found out, whichever statement it is for."""

    by: str
    outcome: str
    reason: str
    facts: list[Fact]
    witnesses: list[Witness]
    values: dict[str, str]
    cases: int
    seed: int | None
    rests_on: list[str]
    figures: list[Figure]
    found: list[Found]
    mutants: NotRequired[Mutants]
    kernel: NotRequired[KernelProof]


class _Ran(TypedDict):
    """Of one item of a run: its node id, how long it took, and when it ran if it was carried over."""

    check: str
    seconds: float
    carried: str | None


class Evidence(Finding, _Ran):
    """What the document says of one check."""


class CheckFinding(Finding):
    """What a check of a statement found out."""

    claim: str


class CheckOutcome(CheckFinding):
    """The same as one of two kinds."""

    kind: Literal["check"]


class SabotageOutcome(TypedDict):
    """Whether a check caught a sabotage."""

    kind: Literal["sabotage"]
    claim: str
    name: str
    caught: bool


Outcome: TypeAlias = CheckOutcome | SabotageOutcome


class CheckRecord(CheckOutcome, _Ran):
    """A finished check, on its way to the document."""


class SabotageRecord(SabotageOutcome, _Ran):
    """A finished sabotage, on its way to the document."""


Record: TypeAlias = CheckRecord | SabotageRecord


class ItemIdentity(TypedDict):
    """Which item a record is of: its id, its place among the others, the test function it is one run of."""

    check: str
    place: list[Any]
    test: str


class _Travelling(TypedDict):
    place: list[Any]
    test: str
    built: list[Build]


class TravellingCheck(CheckRecord, _Travelling):
    """A check's record as it leaves the process that made it."""


class TravellingSabotage(SabotageRecord, _Travelling):
    """A sabotage's record as it leaves the process that made it."""


TravellingRecord: TypeAlias = TravellingCheck | TravellingSabotage


class Verdict(TypedDict):
    """A computed verdict: strength is None exactly when undecided, and then the reason says why."""

    state: State
    truth: str
    strength: str | None
    reason: str


class Expected(TypedDict):
    """The verdict that the ledger expects."""

    truth: str
    strength: str | None


class Sabotages(TypedDict):
    """Wrong versions of what the checks examine, and how many were caught."""

    caught: int
    tried: int
    names: list[str]
    missed: list[str]


class Formal(TypedDict):
    """The formal text of a statement, what it covers of it, and what its names mean."""

    text: FormalText
    covers: str
    says: str


class Kernel(TypedDict):
    """The theorem beside a statement, what it covers of it, and whether a kernel accepted it in this run."""

    theorem: str
    statement: str
    covers: str
    refutes: bool
    says: str
    checked: bool


class Place(TypedDict):
    """A sentence of the paper that a statement judges: where it stands, and in short what it says, in our words."""

    at: str
    says: str


class Claim(TypedDict):
    """A statement of the ledger with its verdict and its evidence."""

    id: str
    where: str
    title: str
    places: list[Place]
    statement: str
    hypotheses: list[str]
    depends_on: list[str]
    automatic: list[str]
    amends: str | None
    amended_by: list[str]
    fault: str | None
    same_fault: str | None
    note: str
    proof: str
    unfilled: list[str]
    formal: Formal | None
    kernel: NotRequired[Kernel | None]
    mutants: Mutants | None
    verdict: Verdict
    expected: Expected
    as_expected: bool
    grounded: bool
    sabotages: Sabotages
    evidence: list[Evidence]


class Elsewhere(TypedDict):
    """A statement of another paper that some of these rest on; its id has the paper before a colon.

    Its verdict is that of the same run, if its checks were part of it.
    """

    id: str
    where: str
    title: str
    statement: str
    depends_on: list[str]
    verdict: Verdict
    expected: Expected


class Machine(TypedDict):
    """Where the checks ran."""

    system: str
    architecture: str
    cores: int | None
    python: str
    packages: dict[str, str | None]


class Carried(TypedDict):
    """How many of the checks stand on records of earlier runs, and when those began."""

    checks: int
    of: int
    runs: list[str]


class Circumstances(TypedDict):
    """What a run knows of itself before its checks are judged."""

    version: str | None
    commit: str | None
    machine: Machine
    datetime: str
    seed: int
    claims_seed: int
    pinned: bool
    scale: str
    device: str
    partial: bool


class Context(Circumstances):
    """All that a document says beside its claims."""

    builds: list[Build]
    carried: Carried


class Document(Context):
    """The claims document. Its paper is what the ledger says of it."""

    schema: str
    paper: Mapping[str, Any]
    references: NotRequired[str]
    complete: bool
    claims: list[Claim]
    elsewhere: NotRequired[list[Elsewhere]]
