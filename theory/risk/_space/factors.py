"""Symmetric positive definite systems with few entries: by QDLDL where it is installed, else by scipy's SuperLU.

QDLDL (Stellato et al. 2020, OSQP) looks at one half of the matrix and keeps no supernodes, which matrices of graphs
that are nearly forests do not have.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.sparse.linalg import splu

from theory._types import Floats, Indices

qdldl: Any
try:
    import qdldl  # type: ignore[no-redef]
except Exception:  # an installation that is broken is as good as none
    qdldl = None


def solved(start: Indices, end: Indices, across: Floats, diagonal: Floats, right: Floats) -> Floats:
    """The solution (n,) for entries `across` at (start, end) and (end, start), start != end, and the diagonal (n,).

    Raises:
        RuntimeError: the matrix is singular, as far as rounding shows.
    """
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
