"""Whether linear functions are positive at one point, decided in integers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from theory._types import Array
from theory.pieces._network.integers import Row


def interior(rows: Sequence[Row]) -> list[int] | None:
    """A vector at which all rows, integers, are positive; None if there is none.

    By Gordan's theorem (1873) there is none if, and only if, some y >= 0 of sum 1 makes the sum of y_i row_i vanish.
    The first phase of the simplex method looks for it, by Bland's rule (1977), which never goes round in circles, and
    without fractions (Edmonds 1967, as in Bareiss's elimination). Where it ends without one, its multipliers are such a
    vector.
    """
    columns = np.array([[int(x) for x in row] for row in rows], dtype=object).reshape(len(rows), -1).T
    count = len(columns) + 1
    table = np.zeros((count + 1, len(rows) + count + 1), dtype=object)
    table[: count - 1, : len(rows)] = columns
    table[count - 1, : len(rows)] = table[count - 1, -1] = 1
    table[range(count), range(len(rows), len(rows) + count)] = 1
    table[count] = table[:count].sum(axis=0)
    _first_phase(table, len(rows))
    if not table[count, -1]:
        return None
    return [-x for x in table[count, len(rows) : -2].tolist()]


def _first_phase(table: Array, variables: int) -> None:
    """Pivot until the last row, which tells what is left of the right-hand sides, has nothing to gain.

    Columns from `variables` on are of artificial variables, which begin as the basis and do not come back, and the
    right-hand side. All numbers stand over one denominator, which is positive.
    """
    count = len(table) - 1
    basis = list(range(variables, variables + count))
    denominator = 1
    while entering := [j for j, gain in enumerate(table[count, :variables].tolist()) if gain > 0]:
        column = entering[0]
        pivot = _leaving(table, basis, column)
        before, at = table[pivot].copy(), table[pivot, column]
        table[:] = (table * at - np.multiply.outer(table[:, column], before)) // denominator
        table[pivot] = before
        basis[pivot], denominator = column, at


def _leaving(table: Array, basis: list[int], column: int) -> int:
    """The row of least ratio; of equal ones that of the first variable."""
    ends = table[:, -1].tolist()
    best = -1
    for i, slope in enumerate(table[: len(basis), column].tolist()):
        if slope <= 0:
            continue
        apart = -1 if best < 0 else ends[i] * table[best, column] - ends[best] * slope
        if apart < 0 or (apart == 0 and basis[i] < basis[best]):
            best = i
    return best
