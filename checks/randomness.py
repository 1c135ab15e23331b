"""Where randomness comes from: numbered streams, shifted as a whole by ``--claims-seed``.

No verdict may depend on the shift; that can only be tried if nothing random escapes it.

>>> stream(3, 0), stream(3, 2)
(3, 2000003)
"""

from __future__ import annotations

_APART = 1_000_000  # streams of one run are numbered below this; hypothesis's seed, which is larger, is one stream

LARGEST_SHIFT = 10**6
"""The largest shift: streams stay near 10^12, which fits the seeds of every generator in use, of 64 bits."""


def stream(number: int, claims_seed: int) -> int:
    """The seed of the stream of that number in a run with that claims seed; of all runs the same for 0."""
    return number + _APART * claims_seed


def streams(count: int, claims_seed: int) -> list[int]:
    """The seeds of the first so many streams: one for each of so many independent trainings."""
    return [stream(number, claims_seed) for number in range(count)]


def claims_seed(text: str) -> int:
    """The value of the option.

    Raises:
        ValueError: it is not a whole number from 0 to `LARGEST_SHIFT`.
    """
    if not (text.isascii() and text.isdigit() and int(text) <= LARGEST_SHIFT):
        raise ValueError(f"--claims-seed {text!r}: give a whole number from 0 to {LARGEST_SHIFT}")
    return int(text)
