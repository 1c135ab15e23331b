"""One round of property-based search, and how counterexamples are stored exactly."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any


def hypothesis_search(
    law: Callable[..., bool], strategies: Sequence[Any], max_examples: int, seed: int | None,
    shrink: bool = True, until: float | None = None,
) -> tuple[int, tuple[Any, ...] | None]:
    """Try up to ``max_examples`` arguments; (how many were tried, the smallest arguments that break the law or None).

    ``seed`` None draws a fresh one; ``shrink`` False takes the first broken arguments as they are. Rounds that run past ``until`` (monotonic seconds) end early.
    """
    import secrets

    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis import seed as seeded
    from hypothesis import strategies as st

    state: dict[str, Any] = {"tried": 0, "broken": None}

    @seeded(secrets.randbits(64) if seed is None else seed)
    @settings(
        max_examples=max_examples, database=None, deadline=None, phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck), print_blob=False,
    )  # fmt: skip
    @given(st.tuples(*strategies))
    def attempt(arguments: tuple[Any, ...]) -> None:
        if until is not None and time.monotonic() > until:
            return
        state["tried"] += 1
        if law(*arguments) is not True:
            state["broken"] = arguments
            raise _Broken

    try:
        attempt()
    except _Broken:
        return state["tried"], state["broken"]
    return state["tried"], None


class _Broken(AssertionError):
    pass


def encode(value: Any) -> Any:
    """Arguments as JSON, exactly: fractions and whole numbers as strings, floats in hexadecimal."""
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, (int, Fraction)) and not isinstance(value, bool):
        return {"rational": str(value)}
    if value is None or isinstance(value, (str, bool)):
        return value
    return {"shown": repr(value)}


def decode(value: Any) -> Any:
    """The inverse of `encode`; lists come back as tuples.

    Raises:
        ValueError: the value was stored only as it was shown.
    """
    if isinstance(value, list):
        return tuple(decode(item) for item in value)
    if not isinstance(value, dict):
        return value
    if "float" in value:
        return float.fromhex(value["float"])
    if "rational" in value:
        return Fraction(value["rational"])
    raise ValueError(f"stored counterexample {value} cannot be replayed exactly; delete it or store its data")
