"""The largest ball within linear constraints, by HiGHS: through highspy where it is installed, else through scipy."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
from scipy.optimize import linprog

from theory._types import Floats
from theory.pieces._network.domain import Domain

highspy: Any
try:
    import highspy
except ImportError:  # its answers are scipy's: only the way there is shorter
    highspy = None

Ball = tuple[float, Floats, Floats]


def inside(domain: Domain, rows: Floats, wall: Floats | None = None) -> Ball | None:
    """Radius and centre of the largest ball, at most 1, where all rows are positive, and multipliers of the rows.

    wall: a function that is to vanish at the centre. None: HiGHS does not tell, as numbers are too far apart for it.
    """
    every = np.concatenate([rows, domain.side_rows])
    matrix = np.ones(every.shape)
    np.negative(every[:, 1:], out=matrix[:, :-1])
    if highspy is not None and wall is None:
        return _by_highspy(matrix, every[:, 0], len(rows))
    n = domain.dimension
    equal = {} if wall is None else {"A_eq": np.append(wall[1:], 0.0)[None], "b_eq": [-wall[0]]}
    bounds = [(None, None)] * n + [(None, 1.0)]
    cost = np.append(np.zeros(n), -1.0)
    found = linprog(cost, A_ub=matrix, b_ub=every[:, 0], bounds=bounds, method="highs", **equal)
    if found.status == 2:
        return -np.inf, np.zeros(n), np.zeros(len(rows))
    if found.status:
        return None
    return float(found.x[-1]), found.x[:-1], np.maximum(-found.ineqlin.marginals[: len(rows)], 0.0)


def _by_highspy(matrix: Floats, upper: Floats, rows: int) -> Ball | None:
    solver = _solver()
    count, n = matrix.shape[0], matrix.shape[1] - 1
    programme = highspy.HighsLp()
    programme.num_col_, programme.num_row_ = n + 1, count
    programme.col_cost_ = np.append(np.zeros(n), -1.0)
    programme.col_lower_ = np.full(n + 1, -highspy.kHighsInf)
    programme.col_upper_ = np.append(np.full(n, highspy.kHighsInf), 1.0)
    programme.row_lower_, programme.row_upper_ = np.full(count, -highspy.kHighsInf), upper
    owner, column = np.nonzero(matrix)
    programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    programme.a_matrix_.start_ = np.searchsorted(owner, np.arange(count + 1)).astype(np.int32)
    programme.a_matrix_.index_ = column.astype(np.int32)
    programme.a_matrix_.value_ = matrix[owner, column]
    solver.passModel(programme)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kInfeasible:
        return -np.inf, np.zeros(n), np.zeros(rows)
    if status != highspy.HighsModelStatus.kOptimal:
        return None
    found = solver.getSolution()
    place = np.array(found.col_value)
    return float(place[-1]), place[:-1], np.maximum(-np.array(found.row_dual)[:rows], 0.0)


_KEPT = threading.local()


def _solver() -> Any:
    """One a thread. Programmes are too small for presolving, or threads, to pay."""
    if not hasattr(_KEPT, "solver"):
        _KEPT.solver = highspy.Highs()
        for option, value in (("output_flag", False), ("presolve", "off"), ("threads", 1)):
            _KEPT.solver.setOptionValue(option, value)
    return _KEPT.solver
