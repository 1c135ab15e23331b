"""The monotone coupling of two measures on the line, and where one distribution function exceeds the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from theory._types import Array
from theory.transport._measures import Measure, Pair, exactly, read_pair

FAINT_COST = 2.0**-22
"""Of the total mass times the greatest distance: costs above it are right to 1e-8 of themselves, as what counts as
rounding, 1.8e-15 of the total mass, may cross the greatest distance. Chosen: exact numbers take longer."""


@dataclass(frozen=True)
class Flow:
    """places (m + 1,): distinct atoms, increasing. excess (m,): F_Q - F_P between them, zero where it is rounding.

    order and last say how the sorted atoms of P, then of Q, make the places: `order` sorts them all, `last`
    marks the last of each place.
    """

    places: Array
    excess: Array
    order: NDArray[np.intp]
    last: NDArray[np.bool_]


def flow(pair: Pair) -> Flow:
    """The merged atoms, and F_Q - F_P between them in units of mass."""
    atoms = np.concatenate([pair.p.atoms, pair.q.atoms])
    order = np.argsort(atoms, kind="stable")
    atoms = atoms[order]
    last = np.append(atoms[1:] != atoms[:-1], True)
    excess = _signed(pair, order)
    excess = np.cumsum(excess, out=excess)[:-1]
    if not last.all():
        atoms, excess = atoms[last], excess[last[:-1]]
    near = np.abs(excess) <= pair.tolerance if pair.tolerance else np.zeros(0)
    if near.any() and pair.exact:
        level = np.cumsum(np.concatenate([pair.p.masses, 0 * pair.q.masses])[order])[:-1][last[:-1]]
        near = np.abs(excess) <= pair.slack(level)
    if near.any():
        excess[near.astype(np.bool_)] = 0
    return Flow(atoms, excess, order, last)


def read(p: Any, q: Any, p_weights: Any, q_weights: Any) -> tuple[Pair, Flow]:
    """The two measures and their flow; exactly where the cost is so small that rounding of masses might change it."""
    pair = read_pair(p, q, p_weights, q_weights)
    found = flow(pair)
    if pair.tolerance and not pair.exact:
        lengths = found.places[1:] - found.places[:-1]
        cost, reach = np.abs(lengths * found.excess).sum(), lengths.sum() * pair.p.masses.sum()
        if cost < FAINT_COST * reach:
            pair = exactly(pair, p_weights, q_weights)
            found = flow(pair)
    return pair, found


def _signed(pair: Pair, order: NDArray[np.intp]) -> Array:
    """The masses in the order of the merged atoms, those of P negative."""
    if pair.uniform and not pair.exact:
        masses = -int(pair.p.masses[0]), int(pair.q.masses[0])  # whole numbers: integers add faster
        return np.where(order < len(pair.p.index), *masses)
    return np.concatenate([-pair.p.masses, pair.q.masses])[order]


Positions = NDArray[np.intp] | slice


def monotone_coupling(pair: Pair) -> tuple[Positions, Positions, Array]:
    """Positions in the sorted atoms of P and of Q, and the mass that goes from one to the other."""
    if pair.uniform and len(pair.p.index) == len(pair.q.index):
        return slice(None), slice(None), pair.p.masses
    p_levels, q_levels = np.cumsum(pair.p.masses), _snapped(pair)
    levels = np.unique(np.concatenate([p_levels, q_levels]))
    levels = levels[: np.searchsorted(levels, p_levels[-1], side="right")]
    masses = levels - np.concatenate([np.zeros(1, dtype=levels.dtype), levels[:-1]])
    return np.searchsorted(p_levels, levels), np.searchsorted(q_levels, levels), masses


def _snapped(pair: Pair) -> Array:
    """The cumulated masses of Q; those that equal one of P up to rounding are made equal to it."""
    p_levels, q_levels = np.cumsum(pair.p.masses), np.cumsum(pair.q.masses)
    if pair.tolerance:
        for side in (0, -1):
            near = np.searchsorted(p_levels, q_levels) + side
            candidate = p_levels[np.clip(near, 0, len(p_levels) - 1)]
            close = (np.abs(candidate - q_levels) <= pair.slack(candidate)).astype(np.bool_)
            q_levels = np.where(close, candidate, q_levels)
        q_levels[-1] = p_levels[-1]
    return q_levels


def measure_at(places: Flow, pair: Pair) -> tuple[Array, Array]:
    """Mass of P and of Q at each place (m + 1,), in units of mass."""
    nothing = np.zeros(len(pair.p.index) + len(pair.q.index), dtype=pair.p.masses.dtype)
    starts = np.flatnonzero(np.concatenate([[True], places.last[:-1]]))
    p_all, q_all = nothing.copy(), nothing.copy()
    p_all[: len(pair.p.index)] = pair.p.masses
    q_all[len(pair.p.index) :] = pair.q.masses
    return np.add.reduceat(p_all[places.order], starts), np.add.reduceat(q_all[places.order], starts)


def mean(measure: Measure, values: Array) -> Any:
    """Sum of masses times values."""
    return (measure.masses * values).sum()
