"""Many inputs: a depth-first search over sign patterns that asks a linear programme whether a gate cuts a region.

A region that is kept has a float64 point inside, whose signs integers can check. That a gate does not cut is told
by multipliers: if sum_i y_i f_i <= 0 on the box, y >= 0, the f_i are not all positive anywhere. They are
checked in integers too, where the box is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from theory._types import Floats
from theory.pieces._balls import inside
from theory.pieces._lattice.rows import Rows
from theory.pieces._linear_cells import LinearCells, unit_row
from theory.pieces._network.plan import Plan
from theory.pieces._progress import Watch
from theory.pieces._rays import CLEAR, THIN, highest, shot
from theory.pieces._regions import Gates, Region, acting, exactly_inside, holds, place_of, refuted

POINTS = 8
"""Of a region, at most, from which rays are shot: chosen for time; the last ones are the farthest apart."""


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
        yield replace(region, proved=region.proved and holds(plan, region)) if certify else region


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
    return LinearCells(plan, Rows(plus), Rows(minus), inside.reshape(len(regions), plan.domain.dimension), proved)


def _cut(plan: Plan, region: Region, certify: bool) -> list[Region]:
    """The parts of the region on both sides of its next gate, or the region itself."""
    layer, gate = place_of(plan, len(region.signs))
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
    rows = plan.exact.gates(acting(plan, region, layer))
    constant = {i: (row[0] > 0) - (row[0] < 0) for i, row in enumerate(rows) if not any(row[1:])}
    nothing = np.zeros(region.rows.shape[1])
    units = np.array([nothing if i in constant else unit_row(row) for i, row in enumerate(rows)])
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
    clear = side * (unit[0] + region.points @ unit[1:]) > CLEAR
    if clear.any():
        return region.points[clear][-POINTS:]
    if highest(plan.domain, side * unit) < 0:
        alone = np.append(np.zeros(len(region.rows)), 1.0)
        return certify and refuted(plan, region, side, alone, ahead)
    point = shot(plan.domain, region.rows, region.points, side * unit)
    if point is not None:
        return point[None]
    ball = inside(plan.domain, np.vstack([region.rows, side * unit])) or exactly_inside(plan, region, side, ahead)
    if ball is None:
        return certify
    room, centre, multipliers = ball
    if room > THIN:
        return centre[None]
    return certify and refuted(plan, region, side, multipliers, ahead)
