"""What is attacked: small functions that draw one case, ask a solver and assert that its answer is right.

A case is a seed, a target and a number, so that each can be drawn again alone.
"""

from __future__ import annotations

import re
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pprint import pformat
from types import FrameType, ModuleType
from typing import Any
from zlib import crc32

import numpy as np

Case = Callable[[np.random.Generator], None]
PATIENCE = 120.0
"""Seconds of processor time that a case may take: chosen, no case here has a reason to take ten."""


@dataclass(frozen=True)
class Target:
    """case: draws and asserts. covers: the public callables that it attacks. breaks: names in the module of the case,
    each with what makes a wrong answer of a right one, which cases must notice. refuses: messages of ValueError and
    ArithmeticError that are documented, and leave a case without an answer."""

    case: Case
    covers: tuple[Any, ...]
    breaks: Mapping[str, Callable[[Any], Any]]
    refuses: str

    @property
    def name(self) -> str:
        return self.case.__name__

    @property
    def module(self) -> ModuleType:
        return sys.modules[self.case.__module__]


TARGETS: dict[str, Target] = {}


def target(*covers: Any, breaks: Mapping[str, Callable[[Any], Any]], refuses: str = r"(?!)") -> Callable[[Case], Case]:
    def register(case: Case) -> Case:
        assert case.__name__ not in TARGETS
        TARGETS[case.__name__] = Target(case, covers, breaks, refuses)
        return case

    return register


@dataclass
class Tally:
    """Cases that were tried, that had no answer, and the numbers of those that failed."""

    cases: int = 0
    refused: int = 0
    seconds: float = 0.0
    failures: list[int] = field(default_factory=list)


def generator(name: str, seed: int, number: int) -> np.random.Generator:
    return np.random.default_rng([seed, crc32(name.encode()), number])


def attempt(chosen: Target, seed: int, number: int) -> bool:
    """Whether the case had an answer; raises where the answer is wrong, or an error is none of the documented ones."""
    with warnings.catch_warnings(), limited(PATIENCE):
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)  # as where pytest runs tests: numpy's own, of tensors
        try:
            chosen.case(generator(chosen.name, seed, number))
        except (ValueError, ArithmeticError) as error:
            if not re.search(chosen.refuses, str(error)):
                raise
            return False
    return True


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"more than {seconds} s")

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@contextmanager
def broken(chosen: Target, name: str) -> Iterator[None]:
    """The solver of that name gives wrong answers to the target's module."""
    right = getattr(chosen.module, name)
    setattr(chosen.module, name, lambda *given, **more: chosen.breaks[name](right(*given, **more)))
    try:
        yield
    finally:
        setattr(chosen.module, name, right)


def story(chosen: Target, seed: int, number: int, error: BaseException) -> str:
    """How to see the failure again, what was drawn, and where it failed."""
    drawn = {}
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == chosen.module.__file__:
            drawn.update({name: value for name, value in frame.f_locals.items() if name != "rng"})
    lines: Sequence[str] = traceback.format_exception(error)
    with np.printoptions(floatmode="unique", threshold=200):
        shown = "\n".join(f"  {name} = {pformat(value, width=110)[:2000]}" for name, value in drawn.items())
    again = f"python tests/fuzz/run.py --only {chosen.name} --seed {seed} --case {number}"
    return f"{again}\n{shown}\n{''.join(lines[-4:])}"
