"""Exact statistics of independent trials: what k successes of n say of the share of all of them, in whole numbers.

>>> at_least(32, 32, Fraction(3, 4)), at_least(31, 32, Fraction(3, 4)), at_least(10, 32, Fraction(3, 4))
(True, None, False)
>>> float(lower_limit(32, 32)), needed(32, Fraction(1, 2))
(0.8058, 26)
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from math import comb

from checks.records import Trials

CONFIDENCE = Fraction(999, 1000)
"""One-sided: of a thousand false statements about a share, one is let through on average."""

MOST = "1/2"
"""The share that "most" stands for."""

TRAININGS = 32
"""How often a network is trained where a statement is about training: 26 that do something show that most do."""

_PARTS = 10_000  # limits are rounded to so many parts of 1, to the safe side


def at_least(successes: int, trials: int, share: Fraction) -> bool | None:
    """Whether a success has at least this probability: by the exact binomial test (Clopper and Pearson 1934), both
    ways.

    Args:
        successes, trials: how many of how many independent trials.
        share: the probability, between 0 and 1.

    Returns:
        True or False at `CONFIDENCE`, None where neither is shown.

    Raises:
        ValueError: not 0 <= successes <= trials, no trials, or a share outside (0, 1).

    >>> at_least(26, 32, Fraction(1, 2)), at_least(25, 32, Fraction(1, 2)), at_least(6, 32, Fraction(1, 2))
    (True, None, False)
    """
    _check(successes, trials)
    if not 0 < share < 1:
        raise ValueError(f"share={share}: give a share between 0 and 1, such as Fraction(1, 2)")
    if _tail(successes, trials, share) <= 1 - CONFIDENCE:
        return True
    return False if _tail(trials - successes, trials, 1 - share) <= 1 - CONFIDENCE else None


def lower_limit(successes: int, trials: int) -> Fraction:
    """The lower limit of the probability of a success, one-sided at `CONFIDENCE`, rounded down to 10⁻⁴.

    With a smaller probability, so many successes or more happen in at most one case of a thousand (Clopper and
    Pearson, Biometrika 26, 1934).

    Args:
        successes, trials: how many of how many independent trials.

    Raises:
        ValueError: not 0 <= successes <= trials, or no trials.

    >>> lower_limit(0, 32), lower_limit(32, 32)
    (Fraction(0, 1), Fraction(4029, 5000))
    """
    _check(successes, trials)
    low, high = 0, _PARTS - 1
    while low < high:
        middle = (low + high + 1) // 2
        shown = _tail(successes, trials, Fraction(middle, _PARTS)) <= 1 - CONFIDENCE
        low, high = (middle, high) if shown else (low, middle - 1)
    return Fraction(low, _PARTS)


def needed(trials: int, share: Fraction) -> int | None:
    """The least number of successes that shows a probability of at least `share`; None where all do not suffice.

    Args:
        trials: at least 1.
        share: between 0 and 1.

    Raises:
        ValueError: as `at_least`.

    >>> needed(32, Fraction(1, 2)), needed(3, Fraction(1, 2))
    (26, None)
    """
    return next((k for k in range(trials + 1) if at_least(k, trials, share)), None)


def spread(numbers: Iterable[float]) -> str:
    """The least, the median and the greatest of some trials' numbers, and how many are none.

    >>> spread([3.0, 1.0, 2.0]), spread([1.0, float("nan")])
    ('1 … 2 … 3', '1 … 1 … 1, 1 NaN')
    """
    found = [float(number) for number in numbers]
    ordered = sorted(number for number in found if not math.isnan(number))
    ends = (ordered[0], ordered[len(ordered) // 2], ordered[-1]) if ordered else ()
    missing = len(found) - len(ordered)
    words = [" … ".join(f"{number:.4g}" for number in ends), f"{missing} NaN" if missing else ""]
    return ", ".join(word for word in words if word)


def describe(trials: Trials) -> str:
    """The record of `checks.evidence.Evidence.trials` in words.

    >>> describe({"successes": 31, "trials": 32, "share": "1/2", "limit": "0.7275"})
    '31 of 32, so at least 0.7275 of all at 99.9 %; asked: 1/2'
    """
    words = f"{trials['successes']} of {trials['trials']}, so at least {trials['limit']} of all at 99.9 %"
    if "spread" in trials:
        words += f"; seen: {trials['spread']}"
    return f"{words}; asked: {trials['share']}"


def _check(successes: int, trials: int) -> None:
    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"successes={successes}, trials={trials}: give 0 <= successes <= trials, and trials")


def _tail(successes: int, trials: int, share: Fraction) -> Fraction:
    """The probability of so many successes or more."""
    hit, all_ = share.numerator, share.denominator
    terms = (comb(trials, k) * hit**k * (all_ - hit) ** (trials - k) for k in range(successes, trials + 1))
    return Fraction(sum(terms), all_**trials)
