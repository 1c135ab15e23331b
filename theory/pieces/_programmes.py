"""Many inputs: a depth-first search over sign patterns that asks a linear programme whether a gate cuts a region.

A region that is kept has a float64 point inside, whose signs integers can check. That a gate does not cut is told
by multipliers: if sum_i y_i f_i <= 0 on the box, y >= 0, the f_i are not all positive anywhere. They are
checked in integers too, where the box is bounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import isqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from theory._types import Array, Floats
from theory.pieces._lattice.rows import Rows
from theory.pieces._network.domain import Domain
from theory.pieces._network.integers import Row
from theory.pieces._network.network import Bits, Ids, Words
from theory.pieces._network.plan import Plan, pack

THIN = 1e-9
"""A region in which no ball of this radius fits, next to the box or to 1, counts as empty. Chosen a hundred times below
the 1e-7 to which HiGHS keeps constraints by default, so what is found may not hold: `_holds` and `_refuted` tell."""

CLEAR = 10 * THIN
"""A point that is so far from the next gate stays the point of its side: chosen, a ball of THIN fits there."""

ROOT_PLACES = 64
"""Binary places of `_length`: multipliers are floats of 53 bits, so that more would not make a proof succeed."""


@dataclass(frozen=True, eq=False)
class Region:
    """Signs of the first gates, the functions (k, n + 1) of unit gradient that are positive, a point, and whether all
    is proved. gates (g, n + 1): those of the layer at hand, of which the first `done` have been taken."""

    signs: tuple[int, ...]
    rows: Floats
    point: Floats
    gates: Floats
    done: int
    proved: bool


@dataclass
class LinearCells:
    """What `Complex` knows of its cells, without faces. points (c, n) are inside."""

    plan: Plan
    cell_plus: Rows
    cell_minus: Rows
    inside: Floats
    rows: list[Floats]
    proved: bool

    @property
    def cells(self) -> int:
        return self.cell_plus.size

    def joints(self, same: Array) -> tuple[Ids, Ids]:
        """Pairs of cells with equal `same` (c,) that share a facet."""
        groups = (np.flatnonzero(same == label).tolist() for label in np.unique(same))
        pairs = [pair for group in groups for pair in combinations(group, 2) if self._adjacent(*pair)]
        first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        return first, second

    def _adjacent(self, i: int, j: int) -> bool:
        """Whether the gates that tell the cells apart vanish on one hyperplane, and some of it is in both."""
        signs = [_signs(self.plan, self.cell_plus[k], self.cell_minus[k]) for k in (i, j)]
        used = np.flatnonzero(signs[0])
        differ = signs[0][used] != signs[1][used]
        if not differ.any() or np.linalg.matrix_rank(self.rows[i][differ], tol=THIN) > 1:
            return False
        wall = self.rows[i][differ][0]
        return _inside(self.plan.domain, self.rows[i][~differ], wall)[0] > THIN


def finished_regions(plan: Plan, region: Region, certify: bool) -> Iterator[Region]:
    """All regions with a sign for every gate; depth first."""
    waiting = [region]
    while waiting:
        region = waiting.pop()
        if region.done < len(region.gates):
            waiting += _cut(plan, region, certify)
        elif (layer := _layer(plan, region)) < plan.network.depth:
            waiting.append(replace(region, gates=_gates(plan, region, layer), done=0))
        else:
            yield replace(region, proved=region.proved and _holds(plan, region)) if certify else region


def whole(plan: Plan) -> Region:
    n = plan.domain.dimension
    point = np.zeros(n) if plan.domain.low is None else (plan.domain.low + plan.domain.high) / 2  # type: ignore[operator]
    return Region((), np.zeros((0, n + 1)), point, np.zeros((0, n + 1)), 0, True)


def expand(plan: Plan, region: Region, count: int, certify: bool) -> list[Region]:
    """Regions of the first layer, enough of them to be shared out."""
    regions = [replace(region, gates=_gates(plan, region, 0), done=0)] if plan.network.depth else [region]
    while len(regions) < count and any(each.done < len(each.gates) for each in regions):
        regions = [
            part for each in regions for part in (_cut(plan, each, certify) if each.done < len(each.gates) else [each])
        ]
    return regions


def collect(plan: Plan, regions: list[Region], certify: bool) -> LinearCells:
    signs = np.array([each.signs for each in regions]).reshape(len(regions), -1)
    plus, minus = (_words(plan, signs * side > 0) for side in (1, -1))
    proved = certify and all(each.proved for each in regions)
    inside = np.array([each.point for each in regions])
    return LinearCells(plan, Rows(plus), Rows(minus), inside, [each.rows for each in regions], proved)


def _words(plan: Plan, bits: Bits) -> Words:
    """One word a round, after an empty one for the domain."""
    columns, at = [np.zeros(len(bits), np.uint64)], 0
    for each in plan.rounds:
        columns.append(pack(bits[:, at : at + each.gates]))
        at += each.gates
    return np.column_stack(columns)


def _signs(plan: Plan, plus: Words, minus: Words) -> NDArray[np.int8]:
    parts = [
        plan.layer_bits(plus[None], i)[0].astype(np.int8) - plan.layer_bits(minus[None], i)[0]
        for i in range(plan.network.depth)
    ]
    return np.concatenate(parts)


def _acting(plan: Plan, region: Region, layers: int) -> list[Bits]:
    minus, at = np.array(region.signs) < 0, 0
    found = []
    for layer in range(layers):
        found.append(minus[at : at + plan.network.gates(layer)])
        at += plan.network.gates(layer)
    return found


def _layer(plan: Plan, region: Region) -> int:
    taken, layer = len(region.signs), 0
    while taken > 0:
        taken -= plan.network.gates(layer)
        layer += 1
    return layer


def _gates(plan: Plan, region: Region, layer: int) -> Floats:
    """Gates of a layer as functions (g, n + 1) on the region."""
    n, network = plan.domain.dimension, plan.network
    values = np.eye(n, n + 1, 1)
    for acting, weight, bias in zip(_acting(plan, region, layer), network.weights, network.biases, strict=False):
        values = weight @ values
        values[:, 0] += bias
        values = network.apply_gates(values[None], acting[None])[0]
    rows, shifts = network.gate_rows[layer]
    gates = rows @ values
    gates[:, 0] += shifts
    return gates


def _cut(plan: Plan, region: Region, certify: bool) -> list[Region]:
    """The parts of the region on both sides of its next gate, or the region itself."""
    gate = region.gates[region.done]
    slope = float(np.linalg.norm(gate[1:]))
    if slope <= THIN * np.abs(region.gates).max():
        row = _exact_gate(plan, region)
        if not any(row[1:]):
            return [_constant(region, int(row[0] > 0) - int(row[0] < 0))]
    unit = gate / slope
    value = unit[0] + unit[1:] @ region.point
    parts: list[Region] = []
    proved = region.proved
    for side in (1, -1) if value >= 0 else (-1, 1):
        rows = np.vstack([region.rows, side * unit])
        if side * value > CLEAR:
            point = region.point
        else:
            room, point, multipliers = _inside(plan.domain, rows)
            if room <= THIN:
                proved = proved and certify and _refuted(plan, region, side, multipliers)
                continue
        parts.append(Region((*region.signs, side), rows, point, region.gates, region.done + 1, True))
    if not parts:
        side = 1 if value >= 0 else -1
        return [replace(region, signs=(*region.signs, side), done=region.done + 1, proved=False)]
    return [replace(part, proved=proved) for part in parts]


def _constant(region: Region, sign: int) -> Region:
    """Past a gate of one sign on the whole region: a function that is 1, unless the sign is 0."""
    row = np.eye(1, region.rows.shape[1])[: abs(sign)]
    return replace(region, signs=(*region.signs, sign), rows=np.vstack([region.rows, row]), done=region.done + 1)


def _inside(domain: Domain, rows: Floats, wall: Floats | None = None) -> tuple[float, Floats, Floats]:
    """Radius and centre of the largest ball, at most 1, where all rows are positive, and multipliers of the rows.

    wall: a function that is to vanish at the centre.
    """
    n = domain.dimension
    objective = np.zeros(n + 1)
    objective[-1] = -1.0
    sides = _side_rows(domain)
    every = np.vstack([rows, sides])
    equal = {} if wall is None else {"A_eq": np.append(wall[1:], 0.0)[None], "b_eq": [-wall[0]]}
    found = linprog(
        objective,
        A_ub=np.column_stack([-every[:, 1:], np.ones(len(every))]),
        b_ub=every[:, 0],
        bounds=[(None, None)] * n + [(None, 1.0)],
        method="highs",
        **equal,
    )
    if found.status == 2:
        return -np.inf, np.zeros(n), np.zeros(len(rows))
    if found.status:
        raise ArithmeticError(f"the linear programme was not solved: {found.message}")
    return float(found.x[-1]), found.x[:-1], np.maximum(-found.ineqlin.marginals[: len(rows)], 0.0)


def _side_rows(domain: Domain) -> Floats:
    if domain.low is None or domain.high is None:
        return np.zeros((0, domain.dimension + 1))
    unit = np.eye(domain.dimension)
    return np.vstack([np.column_stack([-domain.low, unit]), np.column_stack([domain.high, -unit])])


def _exact_gate(plan: Plan, region: Region) -> Row:
    layer = _layer(plan, region) - (1 if region.done else 0)
    return plan.exact.gates(_acting(plan, region, layer))[region.done]


def _refuted(plan: Plan, region: Region, side: int, multipliers: Floats) -> bool:
    """Whether the multipliers prove that the region has nothing on this side of its next gate."""
    if plan.domain.low is None or plan.domain.high is None or not multipliers.any():
        return False
    total = [Fraction(0)] * (plan.domain.dimension + 1)
    earlier = np.flatnonzero(region.signs)
    for place in np.flatnonzero(multipliers):
        last = place == len(earlier)
        row = _exact_gate(plan, region) if last else _exact_row(plan, region, earlier[place])
        factor = Fraction(float(multipliers[place])) / _length(row) * (side if last else region.signs[earlier[place]])
        total = [t + factor * int(x) for t, x in zip(total, row, strict=True)]
    ends = zip(total[1:], plan.domain.low.tolist(), plan.domain.high.tolist(), strict=True)
    return total[0] + sum((max(c * Fraction(low), c * Fraction(high)) for c, low, high in ends), Fraction(0)) <= 0


def _exact_row(plan: Plan, region: Region, number: int) -> Row:
    """A gate that has been taken, as a function on the region, in integers."""
    layer = 0
    while number >= plan.network.gates(layer):
        number -= plan.network.gates(layer)
        layer += 1
    return plan.exact.gates(_acting(plan, region, layer))[number]


def _length(row: Row) -> Fraction:
    """Of the gradient, nearly; of a constant, its size."""
    if not any(row[1:]):
        return Fraction(abs(int(row[0])))
    return Fraction(isqrt(sum(int(x) ** 2 for x in row[1:]) << 2 * ROOT_PLACES) + 1, 1 << ROOT_PLACES)


def _holds(plan: Plan, region: Region) -> bool:
    """Whether the point, taken exactly, is inside the domain and has the signs claimed; a 0 must hold everywhere."""
    point = [Fraction(1), *(Fraction(x) for x in region.point.tolist())]
    if any(
        sum(Fraction(c) * x for c, x in zip(row.tolist(), point, strict=True)) <= 0 for row in _side_rows(plan.domain)
    ):
        return False
    for number, sign in enumerate(region.signs):
        row = [int(x) for x in _exact_row(plan, region, number)]
        value = _value(row, point)
        if (value > 0) - (value < 0) != sign or (not sign and any(row)):
            return False
    return True


def _value(row: Iterable[int | Fraction], point: list[Fraction]) -> Fraction:
    return sum((c * x for c, x in zip(row, point, strict=True)), Fraction(0))
