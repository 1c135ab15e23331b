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
from typing import NamedTuple

import numpy as np

from theory._types import Array, Floats
from theory.pieces._balls import inside, side_rows
from theory.pieces._lattice.rows import Rows
from theory.pieces._network.domain import Domain
from theory.pieces._network.integers import Row
from theory.pieces._network.interior import interior
from theory.pieces._network.network import Bits, Ids
from theory.pieces._network.numbers import quotient
from theory.pieces._network.plan import Plan
from theory.pieces._network.rounding import gamma
from theory.pieces._progress import Watch

THIN = 1e-9
"""A region in which no ball of this radius fits, next to the box or to 1, counts as empty. Chosen a hundred times below
the 1e-7 to which HiGHS keeps constraints by default, so what is found may not hold: `_holds` and `_refuted` tell."""

CLEAR = 10 * THIN
"""A point that is so far from the next gate stays the point of its side: chosen, a ball of THIN fits there."""

POINTS = 8
"""Of a region, at most, from which rays are shot: chosen for time; the last ones are the farthest apart."""

FARTHEST = 2**600
"""A gate that is 0 so far from the origin, where gradients have length 1, is no nearer for the programmes, which take
bounds from 1e20 on for infinite: chosen, it is a float64 and so is its square."""

ROOT_PLACES = 64
"""Binary places of `_length`: multipliers are floats of 53 bits, so that more would not make a proof succeed."""


class Gates(NamedTuple):
    """Of a layer on a region: functions (g, n + 1) of unit gradient, signs (g,) of those without a gradient, and the
    signs of those that do not cut the region, each with whether that is proved."""

    units: Floats
    constant: dict[int, int]
    settled: dict[int, tuple[int, bool]]


@dataclass(frozen=True, eq=False)
class Region:
    """A region in the making.

    signs: of the first gates. rows (k, n + 1): functions of unit gradient that are positive, of the gates `walls` (k,).
    points (p, n): inside. proved: all of it. share: what part of the work it is taken to be. gates: of its layer.
    """

    signs: tuple[int, ...]
    rows: Floats
    walls: tuple[int, ...]
    points: Floats
    proved: bool
    share: float = 1.0
    gates: Gates | None = None


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
    found = inside(plan.domain, units, _unit(wall))
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
    return Region((), np.zeros((0, n + 1)), (), point[None], True)


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
    inside = np.array([each.points[0] for each in regions])
    return LinearCells(plan, Rows(plus), Rows(minus), inside.reshape(len(regions), -1), proved)


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
    layer, gate = _place(plan, len(region.signs))
    if gate == 0:
        region = _enter(plan, region, layer, certify)
    gates = region.gates
    assert gates is not None
    if gate in gates.constant:
        return [replace(region, signs=(*region.signs, gates.constant[gate]))]
    if gate in gates.settled:
        side, proved = gates.settled[gate]
        return [replace(region, signs=(*region.signs, side), proved=region.proved and proved)]
    unit = gates.units[gate]
    sides = {side: _found(plan, region, unit, side, certify) for side in (1, -1)}
    parts = [side for side in (1, -1) if not isinstance(sides[side], bool)]
    if not parts:
        side = 1 if unit[0] + unit[1:] @ region.points[0] >= 0 else -1
        return [replace(region, signs=(*region.signs, side), proved=False)]
    proved = region.proved and all(each for each in sides.values() if isinstance(each, bool))
    if len(parts) == 1:
        [side] = parts
        return [replace(region, signs=(*region.signs, side), points=np.asarray(sides[side]), proved=proved)]
    return [
        replace(
            region,
            signs=(*region.signs, side),
            rows=np.vstack([region.rows, side * unit]),
            walls=(*region.walls, len(region.signs)),
            points=np.asarray(sides[side]),
            share=region.share / 2,
        )
        for side in parts
    ]


def _enter(plan: Plan, region: Region, layer: int, certify: bool) -> Region:
    """The region with the gates of a layer. Those that do not cut it cut none of its parts: they are asked but once."""
    rows = plan.exact.gates(_acting(plan, region, layer))
    constant = {i: (row[0] > 0) - (row[0] < 0) for i, row in enumerate(rows) if not any(row[1:])}
    nothing = np.zeros(region.rows.shape[1])
    units = np.array([nothing if i in constant else _unit(row) for i, row in enumerate(rows)])
    settled: dict[int, tuple[int, bool]] = {}
    region = replace(region, gates=Gates(units, constant, settled))
    for i, unit in enumerate(units):
        if i in constant:
            continue
        values = unit[0] + region.points @ unit[1:]
        if values.max() > CLEAR and values.min() < -CLEAR:
            continue
        side = 1 if values[0] >= 0 else -1
        other = _found(plan, region, unit, -side, certify, i)
        if isinstance(other, bool):
            settled[i] = side, other
        else:
            region = replace(region, points=np.vstack([region.points, other[-1:]]))
    return region


def _found(plan: Plan, region: Region, unit: Floats, side: int, certify: bool, ahead: int = 0) -> Floats | bool:
    """Points of the region on this side of a gate, its next one or one so many `ahead`; where there are none, whether
    that is proved."""
    values = side * (unit[0] + region.points @ unit[1:])
    if (values > CLEAR).any():
        return region.points[values > CLEAR][-POINTS:]
    alone = np.append(np.zeros(len(region.rows)), 1.0)
    if _highest(plan.domain, side * unit) < 0:
        return certify and _refuted(plan, region, side, alone, ahead)
    point = _shot(plan.domain, region, side * unit)
    if point is not None:
        return point[None]
    ball = inside(plan.domain, np.vstack([region.rows, side * unit])) or _exactly_inside(plan, region, side, ahead)
    if ball is None:
        return certify
    room, centre, multipliers = ball
    if room > THIN:
        return centre[None]
    return certify and _refuted(plan, region, side, multipliers, ahead)


def _highest(domain: Domain, unit: Floats) -> float:
    """The largest value of a function in the box, not less; over R^n infinity."""
    if domain.low is None or domain.high is None:
        return np.inf
    terms = np.maximum(unit[1:] * domain.low, unit[1:] * domain.high)
    return float(unit[0] + terms.sum() + gamma(2 * len(unit)) * (np.abs(unit[0]) + np.abs(terms).sum()))


def _shot(domain: Domain, region: Region, unit: Floats) -> Floats | None:
    """A point of the region where the function is positive, on a ray from one of the region's points up its gradient;
    None: no ray comes so far."""
    walls = np.vstack([region.rows, side_rows(domain)])
    room = walls[:, 0] + region.points @ walls[:, 1:].T
    fall = -(walls[:, 1:] @ unit[1:])
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = np.where(fall > 0, room / fall, np.inf).min(axis=1, initial=np.inf)
    starts = -(unit[0] + region.points @ unit[1:])
    best = int((ends - starts).argmax())
    if not ends[best] > starts[best] + CLEAR:
        return None
    point = region.points[best] + min((starts[best] + ends[best]) / 2, starts[best] + 1.0) * unit[1:]
    clear = (walls[:, 0] + walls[:, 1:] @ point > CLEAR).all() and unit[0] + unit[1:] @ point > CLEAR
    return point if clear else None


def _exactly_inside(plan: Plan, region: Region, side: int, ahead: int) -> tuple[float, Floats, Floats] | None:
    """What `inside` returns, of an exact point, rounded; None: this side of the gate has none of the region."""
    numbers = [*((i, sign) for i, sign in enumerate(region.signs) if sign), (len(region.signs) + ahead, side)]
    rows = [[sign * x for x in _exact_row(plan, region, i)] for i, sign in numbers]
    found = interior([*rows, *_inner_sides(plan).tolist()])
    if found is None:
        return None
    return np.inf, np.array([quotient(x, found[0]) for x in found[1:]]), np.zeros(0)


def _refuted(plan: Plan, region: Region, side: int, multipliers: Floats, ahead: int) -> bool:
    """Whether the multipliers prove that the region has nothing on this side of the gate."""
    if not plan.domain.bounded or not multipliers.any():
        return False
    total = [Fraction(0)] * (plan.domain.dimension + 1)
    for place in np.flatnonzero(multipliers):
        last = place == len(region.walls)
        number = len(region.signs) + ahead if last else region.walls[place]
        row = _exact_row(plan, region, number)
        factor = Fraction(float(multipliers[place])) / _length(row) * (side if last else region.signs[number])
        total = [t + factor * int(x) for t, x in zip(total, row, strict=True)]
    ends = zip(total[1:], *plan.domain.ends, strict=True)
    return total[0] + sum((max(c * low, c * high) for c, low, high in ends), Fraction(0)) <= 0


def _place(plan: Plan, number: int) -> tuple[int, int]:
    """The layer of a gate, and which it is there."""
    layer = 0
    while number >= plan.network.gates(layer):
        number -= plan.network.gates(layer)
        layer += 1
    return layer, number


def _exact_row(plan: Plan, region: Region, number: int) -> Row:
    """A gate that has been taken, or the next one, as a function on the region, in integers."""
    layer, gate = _place(plan, number)
    return plan.exact.gates(_acting(plan, region, layer))[gate]


def _length(row: Row) -> Fraction:
    """Of the gradient, nearly; of a constant, its size."""
    if not any(row[1:]):
        return Fraction(abs(int(row[0])))
    return Fraction(isqrt(sum(int(x) ** 2 for x in row[1:]) << 2 * ROOT_PLACES) + 1, 1 << ROOT_PLACES)


def _holds(plan: Plan, region: Region) -> bool:
    """Whether the point, taken exactly, is inside the domain and has the signs claimed; a 0 must hold everywhere."""
    point = [Fraction(1), *(Fraction(x) for x in region.points[0].tolist())]
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
