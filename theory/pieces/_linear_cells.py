"""Cells that were found without faces, and which of them share a facet."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

import numpy as np

from theory._types import Array, Floats
from theory.pieces._balls import inside
from theory.pieces._lattice.rows import Rows
from theory.pieces._network.arrays import Ids
from theory.pieces._network.integers import Row
from theory.pieces._network.interior import interior
from theory.pieces._network.plan import Plan

FARTHEST = 2**600
"""A gate that is 0 so far from the origin, where gradients have length 1, is no nearer for the programmes, which take
bounds from 1e20 on for infinite: chosen, it is a float64 and so is its square."""


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
        rows = [row for layer in layers for row in self.plan.rows(minus, layer)]
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
    every = [*rows, *((tuple(int(x) for x in row)) for row in inner_sides(plan))]
    place = max(range(1, len(wall)), key=lambda i: abs(wall[i]))
    turn = 1 if wall[place] > 0 else -1
    kept = [i for i in range(len(wall)) if i != place]
    on = [[turn * (row[i] * wall[place] - row[place] * wall[i]) for i in kept] for row in every]
    if not all(any(row) for row in on):
        return False
    units = np.array([unit_row(list(row)) if any(row[1:]) else np.sign(np.array(row, float)) for row in rows])
    units = units.reshape(len(rows), len(wall))
    found = inside(plan.domain, units, unit_row(wall))
    if found is None:
        return interior(on) is not None
    room, point, multipliers = found
    if room > 0:
        guess = [Fraction(1), *map(Fraction, point.tolist())]
        if all(sum(c * guess[i] for c, i in zip(row, kept, strict=True)) > 0 for row in on):
            return True
    order = np.argsort(-np.append(multipliers, np.zeros(len(every) - len(rows))), kind="stable")
    return interior([on[i] for i in order]) is not None


def unit_row(row: Row) -> Floats:
    """A function with a gradient, as floats: the gradient has length 1, the constant at most `FARTHEST`."""
    whole = [int(x) for x in row]
    shift = max(x.bit_length() for x in whole[1:])
    gradient = np.array([x / (1 << shift) for x in whole[1:]])
    length = float(np.linalg.norm(gradient))
    far = abs(whole[0]) >= FARTHEST << shift
    return np.append(np.sign(whole[0]) * FARTHEST if far else whole[0] / (1 << shift), gradient) / length


def inner_sides(plan: Plan) -> Array:
    """Functions that are positive inside the domain: those of a box, or x0."""
    sides = plan.sides
    return np.concatenate([sides, np.eye(1, sides.shape[1], dtype=int)]) if plan.domain.bounded else sides[-1:]
