"""Symmetric positive definite systems with few entries.

Nodes with few neighbours leave by compiled loops, where these gain: nearly all of them once a search is close to its
end. The rest is for QDLDL where it is installed, else for scipy's SuperLU. QDLDL (Stellato et al. 2020, OSQP) looks at
one half of the matrix and keeps no supernodes, which such matrices do not have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from theory._types import Floats
from theory.risk._space.tuning import TUNING

if TYPE_CHECKING:
    from theory.risk._space.elimination import System

qdldl: Any
try:
    import qdldl  # type: ignore[no-redef]
except Exception:  # an installation that is broken is as good as none
    qdldl = None


def solved(system: System, diagonal: Floats, right: Floats, compiled: bool) -> Floats:
    """The solution (n,) for those entries and the diagonal (n,).

    compiled: by compiled loops, as far as they gain.

    Raises:
        RuntimeError: the matrix is singular, as far as rounding shows.
    """
    if not compiled:
        return by_library(system, diagonal, right)
    from theory.risk._space.elimination import eliminate, restore  # numba is slow to import

    pivots, x = diagonal.copy(), right.copy()
    rows, (start, end, across) = eliminate(*system, pivots, x, TUNING.few)
    left = np.ones(len(x), dtype=np.bool_)
    left[rows[0]] = False
    if left.any():
        place = np.cumsum(left) - 1
        x[left] = by_library((place[start], place[end], across), pivots[left], x[left])
    restore(rows, pivots, x)
    return x


def by_library(system: System, diagonal: Floats, right: Floats) -> Floats:
    """All of it, by a library."""
    start, end, across = system
    every, shape = np.arange(len(right)), (len(right), len(right))
    if qdldl is None:
        rows, columns = np.concatenate([start, end, every]), np.concatenate([end, start, every])
        whole = sp.csc_array((np.concatenate([across, across, diagonal]), (rows, columns)), shape=shape)
        symmetric = {"SymmetricMode": True}
        return splu(whole, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=symmetric).solve(right)
    rows, columns = np.concatenate([np.minimum(start, end), every]), np.concatenate([np.maximum(start, end), every])
    upper = sp.csc_matrix((np.concatenate([across, diagonal]), (rows, columns)), shape=shape)  # it takes no arrays
    found: Floats = qdldl.Solver(upper, upper=True).solve(right)
    return found
