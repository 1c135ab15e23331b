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
from scipy.optimize import linprog

from theory._types import Array, Floats
from theory.pieces._lattice.rows import Rows
from theory.pieces._network.domain import Domain
from theory.pieces._network.integers import Row
from theory.pieces._network.interior import interior
from theory.pieces._network.network import Bits, Ids
from theory.pieces._network.numbers import quotient
from theory.pieces._network.plan import Plan
from theory.pieces._progress import Watch

THIN = 1e-9
"""A region in which no ball of this radius fits, next to the box or to 1, counts as empty. Chosen a hundred times below
the 1e-7 to which HiGHS keeps constraints by default, so what is found may not hold: `_holds` and `_refuted` tell."""

CLEAR = 10 * THIN
"""A point that is so far from the next gate stays the point of its side: chosen, a ball of THIN fits there."""

FARTHEST = 2**600
"""A gate that is 0 so far from the origin, where gradients have length 1, is no nearer for the programmes, which take
bounds from 1e20 on for infinite: chosen, it is a float64 and so is its square."""

ROOT_PLACES = 64
"""Binary places of `_length`: multipliers are floats of 53 bits, so that more would not make a proof succeed."""


@dataclass(frozen=True, eq=False)
class Region:
    """Signs of the first gates, the functions (k, n + 1) of unit gradient that are positive, a point, whether all is
    proved, and what part of the work it is taken to be."""

    signs: tuple[int, ...]
    rows: Floats
    point: Floats
    proved: bool
    share: float = 1.0


@dataclass
class LinearCells:
    """What `Complex` knows of its cells, without faces. points (c, n) are inside."""

    plan: Plan
    cell_plus: Rows
    cell_minus: Rows
    inside: Floats
    proved: bool

    @property
    def cells(self) -> int:
        return self.cell_plus.size

    def joints(self, same: Array) -> tuple[Ids, Ids]:
        """Pairs of cells with equal `same` (c,) that share a facet, enough of them to connect all that do."""
        pairs = [pair for label in np.unique(same) for pair in self._joined(np.flatnonzero(same == label).tolist())]
        first, second = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        return first, second

    def _joined(self, group: list[int]) -> list[tuple[int, int]]:
        """Pairs of a group: those that are connected already are not asked for."""
        part, found = {i: i for i in group}, []
        forms = {i: self._forms(i) for i in group} if len(group) > 1 else {}
        for i, j in combinations(group, 2):
            if part[i] != part[j] and self._adjacent(forms[i], forms[j]):
                found.append((i, j))
                part = {k: part[i] if label == part[j] else label for k, label in part.items()}
        return found

    def _forms(self, cell: int) -> list[tuple[int, Row]]:
        """Of each gate its sign on the cell and its function there, in integers."""
        minus = self.cell_minus[cell]
        signs = self.plan.signs(self.cell_plus[cell][None], minus[None])[0].tolist()
        layers = range(self.plan.network.depth)
        rows = [row for layer in layers for row in self.plan.exact.gates(self.plan.acting(minus, layer))]
        return [(sign, [int(x) for x in row]) for sign, row in zip(signs, rows, strict=True)]

    def _adjacent(self, first: list[tuple[int, Row]], second: list[tuple[int, Row]]) -> bool:
        """Whether two cells share a facet, decided in integers.

        The first gate that tells them apart is one function on both, and vanishes where they meet. The rest of that
        hyperplane has a part with an interior in both if, and only if, all functions but its multiples are positive
        somewhere on it; those of gates that tell them apart too are then multiples, as they vanish.
        """
        opposite = [row for (sign, row), (other, _) in zip(first, second, strict=True) if sign * other < 0]
        wall = opposite[0]
        if not all(_multiple(row, wall) for row in opposite):
            return False
        signed = {tuple(sign * x for x in row) for sign, row in (*first, *second) if sign and not _multiple(row, wall)}
        return _meets(self.plan, sorted(signed), wall)


def _multiple(row: Row, wall: Row) -> bool:
    """Whether the row is a multiple of the wall, 0 among them; the wall has a gradient."""
    place = next(i for i in range(1, len(wall)) if wall[i])
    return all(x * wall[place] == row[place] * y for x, y in zip(row, wall, strict=True))


def _meets(plan: Plan, rows: list[tuple[int, ...]], wall: Row) -> bool:
    """Whether all rows are positive at a point of the domain's interior where the wall vanishes.

    A linear programme proposes a point, which integers check, or the order in which they look for a proof of none.
    """
    every = [*rows, *((tuple(int(x) for x in row)) for row in _inner_sides(plan))]
    place = max(range(1, len(wall)), key=lambda i: abs(wall[i]))
    turn = 1 if wall[place] > 0 else -1
    kept = [i for i in range(len(wall)) if i != place]
    on = [[turn * (row[i] * wall[place] - row[place] * wall[i]) for i in kept] for row in every]
    if not all(any(row) for row in on):
        return False
    units = np.array([_unit(list(row)) if any(row[1:]) else np.sign(np.array(row, float)) for row in rows])
    units = units.reshape(len(rows), len(wall))
    found = _inside(plan.domain, units, _unit(wall))
    if found is None:
        return interior(on) is not None
    room, point, multipliers = found
    if room > 0:
        guess = [Fraction(1), *map(Fraction, point.tolist())]
        if all(sum(c * guess[i] for c, i in zip(row, kept, strict=True)) > 0 for row in on):
            return True
    order = np.argsort(-np.append(multipliers, np.zeros(len(every) - len(rows))), kind="stable")
    return interior([on[i] for i in order]) is not None


def _inner_sides(plan: Plan) -> Array:
    """Functions that are positive inside the domain: those of a box, or x0."""
    sides = plan.sides
    return np.concatenate([sides, np.eye(1, sides.shape[1], dtype=int)]) if plan.domain.bounded else sides[-1:]


def finished_regions(plan: Plan, waiting: list[Region], certify: bool, watch: Watch) -> Iterator[Region]:
    """All regions with a sign for every gate, within those that are waiting; depth first. Where the watch stops it,
    the rest is still waiting."""
    gates = sum(each.gates for each in plan.rounds)
    while waiting:
        region = waiting[-1]
        watch.waiting = len(waiting) - 1
        watch.look(1)
        if len(region.signs) < gates:
            waiting[-1:] = _cut(plan, region, certify)
            continue
        waiting.pop()
        watch.add(1, region.share)
        yield replace(region, proved=region.proved and _holds(plan, region)) if certify else region


def whole(plan: Plan) -> Region:
    n = plan.domain.dimension
    point = np.zeros(n) if plan.domain.low is None else (plan.domain.low + plan.domain.high) / 2  # type: ignore[operator]
    return Region((), np.zeros((0, n + 1)), point, True)


def expand(plan: Plan, waiting: list[Region], count: int, certify: bool, watch: Watch) -> None:
    """Cuts what is waiting along gates of the first layer, into enough of it to be shared out."""
    gates = plan.network.gates(0) if plan.network.depth else 0
    at = 0
    while at < len(waiting) < count:
        watch.look(len(waiting))
        if len(waiting[at].signs) == gates:
            at += 1
        else:
            waiting += _cut(plan, waiting.pop(at), certify)


def collect(plan: Plan, regions: list[Region], certify: bool) -> LinearCells:
    gates = sum(each.gates for each in plan.rounds)
    signs = np.zeros((len(regions), gates), np.int8)
    for row, each in zip(signs, regions, strict=True):
        row[: len(each.signs)] = each.signs
    plus, minus = (plan.words(signs * side > 0) for side in (1, -1))
    proved = certify and all(each.proved for each in regions)
    inside = np.array([each.point for each in regions])
    return LinearCells(plan, Rows(plus), Rows(minus), inside, proved)


def _acting(plan: Plan, region: Region, layers: int) -> list[Bits]:
    minus, at = np.array(region.signs) < 0, 0
    found = []
    for layer in range(layers):
        found.append(minus[at : at + plan.network.gates(layer)])
        at += plan.network.gates(layer)
    return found


def _unit(row: Row) -> Floats:
    """A function with a gradient, as floats: the gradient has length 1, the constant at most `FARTHEST`."""
    whole = [int(x) for x in row]
    shift = max(x.bit_length() for x in whole[1:])
    gradient = np.array([x / (1 << shift) for x in whole[1:]])
    length = float(np.linalg.norm(gradient))
    far = abs(whole[0]) >= FARTHEST << shift
    return np.append(np.sign(whole[0]) * FARTHEST if far else whole[0] / (1 << shift), gradient) / length


def _cut(plan: Plan, region: Region, certify: bool) -> list[Region]:
    """The parts of the region on both sides of its next gate, or the region itself."""
    row = _exact_row(plan, region, len(region.signs))
    if not any(row[1:]):
        return [_constant(region, int(row[0] > 0) - int(row[0] < 0))]
    unit = _unit(row)
    value = unit[0] + unit[1:] @ region.point
    parts: list[Region] = []
    proved = region.proved
    for side in (1, -1) if value >= 0 else (-1, 1):
        rows = np.vstack([region.rows, side * unit])
        if side * value > CLEAR:
            point = region.point
        else:
            found = _inside(plan.domain, rows) or _exactly_inside(plan, region, side)
            if found is None:
                continue
            room, point, multipliers = found
            if room <= THIN:
                proved = proved and certify and _refuted(plan, region, side, multipliers)
                continue
        parts.append(Region((*region.signs, side), rows, point, True))
    if not parts:
        side = 1 if value >= 0 else -1
        return [replace(region, signs=(*region.signs, side), proved=False)]
    return [replace(part, proved=proved, share=region.share / len(parts)) for part in parts]


def _exactly_inside(plan: Plan, region: Region, side: int) -> tuple[float, Floats, Floats] | None:
    """What `_inside` returns, of an exact point, rounded; None: this side of its next gate has none of the region."""
    signs = (*region.signs, side)
    rows = [[sign * x for x in _exact_row(plan, region, i)] for i, sign in enumerate(signs) if sign]
    found = interior([*rows, *_inner_sides(plan).tolist()])
    if found is None:
        return None
    return np.inf, np.array([quotient(x, found[0]) for x in found[1:]]), np.zeros(0)


def _constant(region: Region, sign: int) -> Region:
    """Past a gate of one sign on the whole region: a function that is 1, unless the sign is 0."""
    row = np.eye(1, region.rows.shape[1])[: abs(sign)]
    return replace(region, signs=(*region.signs, sign), rows=np.vstack([region.rows, row]))


def _inside(domain: Domain, rows: Floats, wall: Floats | None = None) -> tuple[float, Floats, Floats] | None:
    """Radius and centre of the largest ball, at most 1, where all rows are positive, and multipliers of the rows.

    wall: a function that is to vanish at the centre. None: HiGHS does not tell, as numbers are too far apart for it.
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
        return None
    return float(found.x[-1]), found.x[:-1], np.maximum(-found.ineqlin.marginals[: len(rows)], 0.0)


def _side_rows(domain: Domain) -> Floats:
    if domain.low is None or domain.high is None:
        return np.zeros((0, domain.dimension + 1))
    unit = np.eye(domain.dimension)
    return np.vstack([np.column_stack([-domain.low, unit]), np.column_stack([domain.high, -unit])])


def _refuted(plan: Plan, region: Region, side: int, multipliers: Floats) -> bool:
    """Whether the multipliers prove that the region has nothing on this side of its next gate."""
    if not plan.domain.bounded or not multipliers.any():
        return False
    total = [Fraction(0)] * (plan.domain.dimension + 1)
    earlier = np.flatnonzero(region.signs)
    for place in np.flatnonzero(multipliers):
        last = place == len(earlier)
        row = _exact_row(plan, region, len(region.signs) if last else earlier[place])
        factor = Fraction(float(multipliers[place])) / _length(row) * (side if last else region.signs[earlier[place]])
        total = [t + factor * int(x) for t, x in zip(total, row, strict=True)]
    ends = zip(total[1:], *plan.domain.ends, strict=True)
    return total[0] + sum((max(c * low, c * high) for c, low, high in ends), Fraction(0)) <= 0


def _exact_row(plan: Plan, region: Region, number: int) -> Row:
    """A gate that has been taken, or the next one, as a function on the region, in integers."""
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
    if any(_value(row, point) <= 0 for row in _inner_sides(plan).tolist()):
        return False
    for number, sign in enumerate(region.signs):
        row = [int(x) for x in _exact_row(plan, region, number)]
        value = _value(row, point)
        if (value > 0) - (value < 0) != sign or (not sign and any(row)):
            return False
    return True


def _value(row: Iterable[int | Fraction], point: list[Fraction]) -> Fraction:
    return sum((c * x for c, x in zip(row, point, strict=True)), Fraction(0))
