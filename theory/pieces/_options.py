"""What all the calls of this package take, checked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from theory._entries import shown
from theory._input import positive_number, whole_number
from theory.pieces._fewer_inputs import without_idle_inputs
from theory.pieces._network.domain import Domain, read_around, read_domain
from theory.pieces._network.network import Network, read_network
from theory.pieces._network.plan import Plan
from theory.pieces._restrict import along, on_plane
from theory.pieces._search import Executor, Options

LARGEST_VALUE = 1e140
"""Of numbers in a network and of sums of their absolute values: squares stay below 1e280, and sums of 10^28 of these,
or their products with a Frobenius norm of a rounded inverse, below 1.8e308."""

SEARCHING = 0.6
"""Of the time, for the search; the rest is for proofs of what it has reached: chosen, as these may take as long."""


def read_plan(
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike],
    box: Any,
    activation: str,
    slope: Any = None,
    around: Any = None,
) -> Plan:
    network = read_network(weights, biases, activation, slope)
    return _plan(network, _domain(box, around, network.dimension))


def read_plans(
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike],
    box: Any,
    activation: str,
    slope: Any,
    around: Any,
    through: Any,
    plane: Any,
) -> list[Plan]:
    """One plan, or one a segment of `through`."""
    given = [name for name, value in (("around", around), ("through", through), ("plane", plane)) if value is not None]
    if len(given) > 1:
        raise ValueError(f"{given[0]} and {given[1]} are both given: pass one of them")
    if through is not None and box is not None:
        raise ValueError("box and through are both given: a segment ends at its points, leave the box out")
    network = read_network(weights, biases, activation, slope)
    if through is not None:
        return [_plan(*each) for each in along(network, through)]
    if plane is not None:
        return [_plan(*on_plane(network, plane, box))]
    domain = _domain(box, around, network.dimension)
    _refuse_overflow(network, domain)
    return [_plan(*without_idle_inputs(network, domain))]


def _domain(box: Any, around: Any, dimension: int) -> Domain:
    if around is None:
        return read_domain(box, dimension)
    if box is not None:
        raise ValueError("box and around are both given: pass one of them")
    return read_around(around, dimension)


def _plan(network: Network, domain: Domain) -> Plan:
    _refuse_overflow(network, domain)
    return Plan(network, domain)


def _refuse_overflow(network: Network, domain: Domain) -> None:
    sides = [side for side in (domain.low, domain.high) if side is not None]
    reach = max([1.0, *(float(np.abs(side).max()) for side in sides)])
    made = {stage.first for stage in network.stages} | {network.depth} if network.stages else None
    i = -1
    for layer, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        if made is not None and layer not in made:
            continue  # it picks what the layer before gives
        i += 1
        # Sums of at most this many terms of this size, none of which overflows when it is squared.
        reach = max(1.0, float(np.abs(weight).max()) * weight.shape[1] * reach + float(np.abs(bias).max()))
        reach *= network.stretch
        if not reach < LARGEST_VALUE:
            raise ValueError(
                f"weights[:{i + 1}] and biases[:{i + 1}] can give values beyond {LARGEST_VALUE} on this box: scale the "
                "layers or the box"
            )


def read_options(
    certify: bool,
    executor: Executor | None,
    max_pieces: int | None,
    time_limit: float | None,
    progress: bool,
) -> Options:
    if executor is not None and not hasattr(executor, "submit"):
        raise ValueError(f"executor={shown(executor)}: pass an object with a method submit, or None")
    now, deadline = time.time(), None
    if time_limit is not None:
        seconds = positive_number("time_limit", time_limit)
        deadline = now + SEARCHING * seconds, now + seconds
    return Options(bool(certify), _limit(max_pieces), deadline, executor, bool(progress))


def _limit(max_pieces: int | None) -> int | None:
    if max_pieces is None:
        return None
    return whole_number("max_pieces", max_pieces, 1)
