"""Cells proved to be there by one point in each, and what all of them can be at most: bounds without a full search.

A float64 point at which all gates have proved signs lies in a cell of these signs, whatever search has found it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from math import prod

import numpy as np
from numpy.typing import NDArray

from theory._rationals import common_unit
from theory._types import Floats
from theory.pieces._bounds import carried_dimensions, most_of_stages, regions
from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.places import centres
from theory.pieces._lattice.rows import Rows
from theory.pieces._linear_cells import LinearCells
from theory.pieces._maps import AnyCells
from theory.pieces._network.arrays import Bits, Words
from theory.pieces._network.network import Network
from theory.pieces._network.plan import Plan
from theory.pieces._network.rounding import BOUND_SLACK, UNDERFLOW, Errors, gamma, norm, norm_bound

Signs = NDArray[np.int8]

POINTS_AT_ONCE = 1024
"""Points whose hidden values are held at once: chosen for memory, 8 MB for a width of 1000."""

EXACT_WORK = 10**7
"""Multiplications of whole numbers that may be spent on points where float64 proves no sign: chosen, some seconds."""

FIRST_CELLS, MOST_CELLS = 16, 4096
"""Cells whose vertices are looked up at once, at first, and twice as many each time up to so many: chosen, one of nine
inputs has 20,000 faces and more."""

DRAWN = 8
"""Points drawn from the box where no other one proves a cell: chosen, nearly every one is inside some cell."""


def proved_signs(network: Network, points: Floats, radius: Floats) -> list[Signs]:
    """Of each hidden layer the signs (count, g) that gates have on all of the box of `radius` (n,) around each of
    `points` (count, n); 0 where float64 does not tell.

    Pairs that are sorted move by no more than the greatest move of their inputs, a product with a slope by `stretch`
    times as much.
    """
    values, error, found = points, np.broadcast_to(radius, points.shape), []
    with np.errstate(over="ignore", invalid="ignore"):
        for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
            size = np.abs(weight).T
            # Of a product with rounded numbers: one rounding a number more than its sum and bias have.
            rounding = gamma(weight.shape[1] + 4) * ((np.abs(values) + error) @ size + np.abs(bias))
            error = (error @ size + rounding) * BOUND_SLACK + UNDERFLOW
            values = values @ weight.T + bias
            low, high = values[:, ::2], values[:, 1::2]
            gate = high - low if network.paired else values
            reach = error if not network.paired else (error[:, ::2] + error[:, 1::2] + gamma(1) * np.abs(gate))
            reach = reach * BOUND_SLACK
            found.append((gate > reach).astype(np.int8) - (gate < -reach).astype(np.int8))
            values = network.activate(values)
            error = _passed(network, error, found[-1], values)
    return found


def clear_signs(network: Network, points: Floats) -> list[Signs]:
    """As `proved_signs` at the points themselves, by errors of whole layers: in half the time, of fewer signs."""
    values, errors, found = points, Errors.of(network), []
    with np.errstate(over="ignore", invalid="ignore"):
        for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
            size = norm(np.abs(values).max(axis=0))
            error = errors.rows(weight, bias, size)[1]
            values = values @ weight.T + bias
            gate = values[:, 1::2] - values[:, ::2] if network.paired else values
            if network.paired:
                error = (error[::2] + error[1::2] + gamma(1) * np.abs(gate)) * BOUND_SLACK
            found.append((gate > error).astype(np.int8) - (gate < -error).astype(np.int8))
            errors.advance(weight, bias, size)
            values = network.activate(values)
    return found


def _passed(network: Network, error: Floats, signs: Signs, values: Floats) -> Floats:
    """What errors of values become behind the gates, where they are `values`."""
    if not network.paired:
        # The slope is rounded, and so is a product with it.
        bent = abs(network.factor) * error + (gamma(4) * np.abs(values) if network.rounds_slope else 0.0)
        passed = np.where(signs < 0, bent, np.where(signs > 0, error, np.maximum(bent, error)))
        return passed * BOUND_SLACK + UNDERFLOW if network.rounds_slope else passed
    low, high = error[:, ::2], error[:, 1::2]
    either = np.maximum(low, high)
    out = np.empty_like(error)
    out[:, ::2] = np.where(signs > 0, low, np.where(signs < 0, high, either))
    out[:, 1::2] = np.where(signs > 0, high, np.where(signs < 0, low, either))
    return out


def witnessed(plan: Plan, cells: AnyCells, deadline: float | None = None) -> LinearCells:
    """Cells of the network, no two the same, that points inside `cells` prove. Gates may be missing in these: each cell
    returned is within one of them. deadline: where only some of the points have their turn, of `time.time`."""
    points = cells.inside if isinstance(cells, LinearCells) else np.concatenate(list(_centres(cells, deadline)))
    words = (stored.view[: len(points)] for stored in (cells.cell_plus, cells.cell_minus))
    return _proved(plan, points, plan.signs(*(_filled(plan, each) for each in words)), deadline)


def _centres(cells: Complex, deadline: float | None) -> Iterator[Floats]:
    """Of the first cells, as many as there is time for."""
    done, count = 0, FIRST_CELLS
    while done < cells.cells:
        start = time.time()
        some = np.arange(done, min(done + count, cells.cells))
        yield centres(cells, *cells.vertices_of_cells(some))
        done, count, now = done + len(some), min(2 * count, MOST_CELLS), time.time()
        if deadline is not None and now + 2 * (now - start) > deadline:
            return


def drawn(plan: Plan) -> LinearCells:
    """Cells that random points of the domain prove."""
    rng = np.random.default_rng(0)
    low, high = (-1.0, 1.0) if plan.domain.low is None else (plan.domain.low, plan.domain.high)
    points = rng.uniform(low, high, (DRAWN, plan.domain.dimension))  # type: ignore[arg-type]
    nothing = np.zeros((DRAWN, sum(each.gates for each in plan.rounds)), np.int8)
    return _proved(plan, points, nothing, None)


def _proved(plan: Plan, points: Floats, claimed: Signs, deadline: float | None) -> LinearCells:
    signs, proved = _signs_at(plan, points, claimed, deadline)
    keep = np.flatnonzero(proved & _inside(plan, points[: len(signs)]))
    plus, minus = (plan.words(side * signs[keep] > 0) for side in (1, -1))
    rows = plan.choices(minus) if plan.network.merges else np.hstack([plus, minus])
    first = list({row.tobytes(): i for i, row in reversed(list(enumerate(rows)))}.values())
    return LinearCells(plan, Rows(plus[first]), Rows(minus[first]), points[keep[first]], True)


def _filled(plan: Plan, words: Words) -> Words:
    """Words (c, 1 + rounds), empty for the rounds that have not been run."""
    rest = np.zeros((len(words), 1 + len(plan.rounds) - words.shape[1]), np.uint64)
    return np.hstack([words, rest])


def _signs_at(plan: Plan, points: Floats, claimed: Signs, deadline: float | None) -> tuple[Signs, Bits]:
    """Signs (c, gates) at the first points, and of which all are proved and none is another than was claimed."""
    signs = np.zeros((0, claimed.shape[1]), np.int8)
    for first in range(0, len(points), POINTS_AT_ONCE):
        some = _by_floats(plan, points[first : first + POINTS_AT_ONCE])
        signs = np.vstack([signs, some])
        if deadline is not None and time.time() > deadline:
            break
    points, claimed = points[: len(signs)], claimed[: len(signs)]
    proved = _decided(plan, signs)
    work = sum(weight.size for weight in plan.network.weights) * (plan.domain.dimension + 1)
    for i in np.flatnonzero(~proved & np.isfinite(points).all(axis=1))[: EXACT_WORK // work]:
        exact = exact_signs(plan, points[i])
        if exact is not None:
            signs[i], proved[i] = exact, True
    return signs, proved & ((claimed == 0) | (claimed == signs)).all(axis=1)


def _by_floats(plan: Plan, points: Floats) -> Signs:
    signs = np.zeros((len(points), sum(each.gates for each in plan.rounds)), np.int8)
    if not plan.network.depth:
        return signs
    if plan.network.exact is None and np.isfinite(points).all():
        signs = np.hstack(clear_signs(plan.network, points))
    rest = np.flatnonzero(~_decided(plan, signs))
    signs[rest] = np.hstack(proved_signs(plan.network, points[rest], np.zeros(plan.domain.dimension)))
    return signs


def _decided(plan: Plan, signs: Signs) -> Bits:
    """Of which rows all signs are proved."""
    idle = np.concatenate([np.zeros(0, bool), *plan.network.idle])
    found: Bits = np.all((signs != 0) | idle, axis=1)
    return found


def exact_signs(plan: Plan, point: Floats) -> list[int] | None:
    """The signs of all gates around a point; None where one of them vanishes there, but not around it."""
    whole, signs = common_unit(1, *point.tolist())[0], []
    acting: list[Bits] = []
    for _ in range(plan.network.depth):
        rows = plan.exact.gates(acting)
        values = [sum(c * x for c, x in zip(row, whole, strict=True)) for row in rows]
        if any(not value and any(row) for value, row in zip(values, rows, strict=True)):
            return None
        acting.append(np.array([value < 0 for value in values]))
        signs += [(value > 0) - (value < 0) for value in values]
    return signs


def _inside(plan: Plan, points: Floats) -> Bits:
    """Which points are in the interior of the domain."""
    if plan.domain.low is None or plan.domain.high is None:
        finite: Bits = np.all(np.isfinite(points), axis=1)
        return finite
    if plan.domain.exact is None:
        within: Bits = np.all((points > plan.domain.low) & (points < plan.domain.high), axis=1)
        return within
    low, high = plan.domain.ends
    return np.array([all(a < x < b for a, x, b in zip(low, point, high, strict=True)) for point in points.tolist()])


def most_cells(plan: Plan) -> int:
    """Not fewer than the network has: `piece_bound`, also of the gates that are open on the box."""
    network, domain = plan.network, plan.domain
    gates = [int((~idle).sum()) for idle in network.idle]
    if domain.low is not None and domain.high is not None:
        middle = domain.low + (domain.high - domain.low) / 2
        # Rounded outwards: to the farther end, and what the ends and the subtraction are rounded by.
        radius = np.maximum(domain.high - middle, middle - domain.low)
        radius = (radius + gamma(2) * (np.abs(domain.low) + np.abs(domain.high))) * BOUND_SLACK + UNDERFLOW
        told = proved_signs(network, middle[None], radius)
        gates = [int(((signs == 0) & ~idle).sum()) for signs, idle in zip(told, network.idle, strict=True)]
    dimensions = carried_dimensions(domain.dimension, [len(bias) for bias in network.biases[:-1]] or [1])
    open_gates = prod(regions(g, d) for g, d in zip(gates, dimensions, strict=False))
    return min(open_gates, most_of_stages(domain.dimension, network.stages)) if network.stages else open_gates


def steepest_possible(plan: Plan) -> float:
    """Not less than any gradient's spectral norm: the product of the layers' norms."""
    found = float(plan.network.stretch**plan.network.depth)  # the slack below covers its rounding
    for weight in plan.network.given_weights():
        # Where the floats are roundings, each is off by a share u.
        rounding = gamma(1) * norm(weight) if plan.network.exact is not None else 0.0
        found = float(np.nextafter(found * (norm_bound(weight) + rounding) * BOUND_SLACK, np.inf))
    return found
