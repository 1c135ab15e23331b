"""Build the exact witnesses and certificates that `checks.verify` re-checks.

A witness is plain data (a dict ready for JSON). The builders here find it; nothing they compute is trusted: whoever
records one has `checks.verify.verify` look at it, which shares no code with this module beyond the file format.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from checks.verify import FORMAT

__tracebackhide__ = True  # pytest shows the check that failed, not the engine below it

Witness = dict[str, Any]


def exact(value: Any) -> Any:
    """Numbers, vectors and lists of them as strings such as ``"1/3"``.

    Args:
        value: an int, a Fraction, or lists or tuples of such.

    Raises:
        ValueError: a float among them, which would hide a rounding.

    >>> from fractions import Fraction
    >>> exact([1, (Fraction(1, 3), 2)])
    ['1', ['1/3', '2']]
    """
    if isinstance(value, (list, tuple)):
        return [exact(item) for item in value]
    if isinstance(value, float):
        raise ValueError(f"value={value!r} is a float; give an int or a Fraction")
    return str(Fraction(value))


def refutation(
    says: str,
    *,
    given: Mapping[str, Any],
    conclusion: Sequence[str],
    hypotheses: Sequence[str] = (),
    define: Mapping[str, str] | None = None,
) -> Witness:
    """Data under which all ``hypotheses`` are true and some ``conclusion`` is false.

    Args:
        says: what it shows, in words.
        given: exact numbers, vectors or lists by name.
        conclusion, hypotheses: relations between them.
        define: more names and functions, as expressions.

    Raises:
        ValueError: a float among the data.

    >>> refutation("squares can shrink", given=dict(x=1), conclusion=["x**2 > x"])["kind"]
    'refutation'
    """
    return _data("refutation", says, given, hypotheses, conclusion, define)


def instance(
    says: str,
    *,
    given: Mapping[str, Any],
    conclusion: Sequence[str],
    hypotheses: Sequence[str] = (),
    define: Mapping[str, str] | None = None,
) -> Witness:
    """Data under which all ``hypotheses`` and all of ``conclusion`` are true; arguments and errors as `refutation`.

    >>> instance("a fixed point", given=dict(x=1), conclusion=["x**2 == x"])["given"]
    {'x': '1'}
    """
    return _data("instance", says, given, hypotheses, conclusion, define)


def _data(
    kind: str,
    says: str,
    given: Mapping[str, Any],
    hypotheses: Sequence[str],
    conclusion: Sequence[str],
    define: Mapping[str, str] | None,
) -> Witness:
    return {
        "format": FORMAT,
        "kind": kind,
        "says": says,
        "given": {name: exact(value) for name, value in given.items()},
        "define": dict(define or {}),
        "hypotheses": list(hypotheses),
        "conclusion": list(conclusion),
    }


def identity(says: str, *identities: tuple[str, str]) -> Witness:
    """Pairs of expressions that are equal as polynomials in their variables.

    Args:
        says: what it shows, in words.
        identities: the pairs.

    >>> identity("a binomial", ("(a + b)**2", "a**2 + 2*a*b + b**2"))["kind"]
    'identity'
    """
    return {"format": FORMAT, "kind": "identity", "says": says, "identities": [list(pair) for pair in identities]}
