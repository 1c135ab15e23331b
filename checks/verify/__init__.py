"""Re-check exact witnesses and certificates with nothing but the standard library.

    python checks/verify claims.json            every witness in a claims file
    python checks/verify witness.json [...]     single witnesses
    python checks/verify --quiet claims.json    only what is bad, and how many are good

This folder imports nothing of the project, so that it shares no code with the search that found a witness: copy it
anywhere. All arithmetic is rational. A witness is a JSON object of one of these kinds:

``refutation``
    ``given`` data under which every ``hypotheses`` is true and some ``conclusion`` is false.
``instance``
    ``given`` data under which every ``hypotheses`` and every ``conclusion`` is true.
``linear``
    a ``goal`` that is a combination of ``hypotheses`` with non-negative rational ``multipliers`` (any sign where the
    hypothesis is an equation): a Farkas certificate, valid for all values of the variables.
``identity``
    pairs ``[left, right]`` in ``identities``, equal as polynomials.

Others decide a ``formal`` text, as a ledger has it, from end to end (see `formal`):

``counterexample``
    ``given`` values of its variables with which it is false.
``impossible``
    ``given`` values for all, and ``steps`` to a contradiction from what is said to be there.
``example``
    ``given`` values with which it is true, where it only says that there are some.
``enumeration``
    all of its finitely many cases.
``enclosure``
    boxes that cover its domain, by bounds on each.
``derivation``
    ``steps`` from its hypotheses to its conclusion (see `derivation`), with an expression in ``choose`` for what there
    is.

Expressions are Python syntax over rationals, truth values, lists, comprehensions and the functions in ``FUNCTIONS``;
``define`` adds functions such as ``"f(x)": "abs(x) - 1"``. They are walked, never handed to Python: numbers and truth
values do not mix, and whatever is not in this small language, or takes longer than the limits below, is refused.
Texts are plain ASCII without comments, and names too, so that no two of them look alike. exp, log, roots and powers
are enclosed between fractions, with more bits until a comparison is decided.

Of a claims file more is asked: each witness is for the claim that it stands under, and a claim that fails has one that
refutes it.
"""

from .arithmetic import FUNCTIONS
from .axioms import AXIOMS, Relation, knows
from .derivation import Clause, State, added, clauses_of, one_relation
from .files import examine, main, unwitnessed, witnesses_in
from .formal import check_text, halves_of_induction, start, start_of_refutation, true_of
from .kinds import DECIDING, FORMAT, REFUTING, polynomial, refutes, relation, verify
from .language import evaluate, names_in, rational, scope_of
from .limits import MAX_STEPS, MalformedError, WitnessError
from .polynomials import Polynomial, printed

__all__ = [
    "AXIOMS",
    "DECIDING",
    "FORMAT",
    "FUNCTIONS",
    "MAX_STEPS",
    "REFUTING",
    "Clause",
    "MalformedError",
    "Polynomial",
    "Relation",
    "State",
    "WitnessError",
    "added",
    "check_text",
    "clauses_of",
    "evaluate",
    "examine",
    "halves_of_induction",
    "knows",
    "main",
    "names_in",
    "one_relation",
    "polynomial",
    "printed",
    "rational",
    "refutes",
    "relation",
    "scope_of",
    "start",
    "start_of_refutation",
    "true_of",
    "unwitnessed",
    "verify",
    "witnesses_in",
]
