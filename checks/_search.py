"""One round of property-based search, and how counterexamples are stored exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import Any


class _Broken(Exception):
    pass


def hypothesis_search(
    law: Callable[..., Any], strategies: Sequence[Any], max_examples: int, seed: int | None, shrink: bool = True
) -> tuple[int, tuple[Any, ...] | None]:
    """Try up to ``max_examples`` arguments; (how many were tried, the smallest arguments that break the law or None).

    ``seed`` None draws a fresh one; ``shrink`` False takes the first broken arguments as they are.
    """
    import secrets

    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    from checks.verdict import truth_of

    tried, broken = 0, None

    @seeded(secrets.randbits(64) if seed is None else seed)
    @settings(
        max_examples=max_examples,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        report_multiple_bugs=False,
        phases=[Phase.generate, Phase.shrink] if shrink else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.tuples(*strategies))
    def attempt(arguments: tuple[Any, ...]) -> None:
        nonlocal tried, broken
        holds = truth_of(law(*arguments))
        tried += 1
        if holds is not True:
            broken = arguments
            raise _Broken

    with _same_cases_everywhere():
        try:
            attempt()
        except _Broken:
            return tried, broken
    return tried, None


@contextmanager
def _same_cases_everywhere() -> Iterator[None]:
    """Draw from the seed alone: hypothesis also tries constants of whatever local modules happen to be loaded."""
    from hypothesis.internal.conjecture import providers

    if not hasattr(providers, "_get_local_constants") or not hasattr(providers, "CONSTANTS_CACHE"):
        yield
        return
    original, none = providers._get_local_constants, type(providers.GLOBAL_CONSTANTS)()
    providers._get_local_constants = lambda: none
    providers.CONSTANTS_CACHE.cache.clear()
    try:
        yield
    finally:
        providers._get_local_constants = original
        providers.CONSTANTS_CACHE.cache.clear()


def encode(value: Any) -> Any:
    """A value as JSON, exactly: floats in hexadecimal, fractions as text; what JSON cannot hold only as it is shown.

    >>> encode((1, Fraction(1, 3), [0.5]))
    {'tuple': [1, {'rational': '1/3'}, [{'float': '0x1.0000000000000p-1'}]]}
    """
    if isinstance(value, tuple):
        return {"tuple": [encode(item) for item in value]}
    if isinstance(value, list):
        return [encode(item) for item in value]
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, Fraction):
        return {"rational": str(value)}
    if value is None or isinstance(value, (str, bool, int)):
        return value
    return {"shown": repr(value)}


def decode(value: Any) -> Any:
    """The inverse of `encode`.

    Raises:
        ValueError: the value was stored only as it was shown.
    """
    match value:
        case list():
            return [decode(item) for item in value]
        case {"tuple": items}:
            return tuple(decode(item) for item in items)
        case {"float": text}:
            return float.fromhex(text)
        case {"rational": text}:
            return Fraction(text)
        case dict():
            raise ValueError(f"stored counterexample {value} cannot be replayed exactly; delete it or store its data")
    return value
