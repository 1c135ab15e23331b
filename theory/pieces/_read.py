"""What all the calls of this package take, checked."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any

from numpy.typing import ArrayLike

from theory.pieces._domain import read_domain
from theory.pieces._network import read_network
from theory.pieces._plan import Plan
from theory.pieces._search import Executor, Options


def read_plan(weights: Sequence[ArrayLike], biases: Sequence[ArrayLike], box: Any, activation: str) -> Plan:
    network = read_network(weights, biases, activation)
    return Plan(network, read_domain(box, network.dimension))


def read_options(certify: bool, executor: Executor | None, max_pieces: int | None, progress: bool) -> Options:
    if executor is not None and not hasattr(executor, "submit"):
        raise ValueError(f"executor={executor!r}: pass an object with a method submit, or None")
    return Options(bool(certify), _limit(max_pieces), executor, bool(progress))


def _limit(max_pieces: int | None) -> int | None:
    if max_pieces is None:
        return None
    try:
        limit = index(max_pieces)
    except TypeError as error:
        raise ValueError(f"max_pieces={max_pieces!r}: pass a whole number, 1 or more, or None") from error
    if limit < 1:
        raise ValueError(f"max_pieces={max_pieces!r}: pass a whole number, 1 or more, or None")
    return limit
