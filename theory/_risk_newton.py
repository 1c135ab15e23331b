"""Constraints v_a - v_b <= c along arcs a -> b, and the linear systems that a barrier for them leads to.

Variables are margins t = y v. A takes margins to the differences v_a - v_b, so that the systems read
(diagonal + A' diag(D) A) x = b: a diagonal plus the Laplacian of a weighted graph, in other signs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.sparse as sp
from scipy.linalg import cho_solve, cholesky
from scipy.sparse.linalg import splu

from theory._neighbours import Indices
from theory._validation import Floats

Solve = Callable[[Floats], Floats]

DENSE = 150
DENSE_IN_SPACE = 1600


class Arcs:
    """Arcs start -> end between nodes; the first `plus` nodes have label +1, the others label -1.

    Where all arcs go from label +1 to label -1, eliminating one class leaves a system in the other, dense when it is
    small or `crowded`: in high dimension a sparse factorisation is a dense one in disguise.
    """

    def __init__(self, start: Indices, end: Indices, plus: int, minus: int, crowded: bool = False) -> None:
        self.start, self.end, self.plus, self.minus = start, end, plus, minus
        self.across = (start < plus) & (end >= plus)
        labels = np.concatenate([np.ones(plus), -np.ones(minus)])
        self.signs = labels[start], -labels[end]
        small = min(plus, minus) <= (DENSE_IN_SPACE if crowded else DENSE)
        self._eliminate = small and bool(self.across.all())

    def __len__(self) -> int:
        return len(self.start)

    def add(self, t: Floats) -> Floats:
        """A t: the difference along every arc."""
        return self.signs[0] * t[self.start] + self.signs[1] * t[self.end]

    def gather(self, g: Floats) -> Floats:
        """A' g: the flow that leaves every node of label +1, or reaches every node of label -1."""
        count = self.plus + self.minus
        out = np.bincount(self.start, self.signs[0] * g, count)
        return np.asarray(out + np.bincount(self.end, self.signs[1] * g, count), dtype=np.float64)

    def factor(self, diagonal: Floats, weight: Floats) -> Solve:
        """x = (diag(diagonal) + A' diag(weight) A)^-1 b as a function of b."""
        count = self.plus + self.minus
        diagonal = diagonal + np.bincount(self.start, weight, count) + np.bincount(self.end, weight, count)
        return (self._schur if self._eliminate else self._sparse)(diagonal, weight)

    def _sparse(self, diagonal: Floats, weight: Floats) -> Solve:
        count = self.plus + self.minus
        every = np.arange(count)
        rows = np.concatenate([self.start, self.end, every])
        columns = np.concatenate([self.end, self.start, every])
        across = self.signs[0] * self.signs[1] * weight
        matrix = sp.csc_array((np.concatenate([across, across, diagonal]), (rows, columns)), shape=(count, count))
        symmetric = {"SymmetricMode": True}
        return splu(matrix, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options=symmetric).solve

    def _schur(self, diagonal: Floats, weight: Floats) -> Solve:
        across = sp.csr_array((weight, (self.start, self.end - self.plus)), shape=(self.plus, self.minus))
        first, last = slice(0, self.plus), slice(self.plus, None)
        if self.minus > self.plus:
            across, first, last = across.T.tocsr(), last, first
        scaled = sp.diags_array(1 / diagonal[first]) @ across
        rest = -(across.T @ scaled).toarray()
        rest[np.diag_indices_from(rest)] += diagonal[last]
        lower = cholesky(rest, lower=True, overwrite_a=True, check_finite=False)

        def solve(b: Floats) -> Floats:
            x = np.empty_like(b)
            x[last] = cho_solve((lower, True), b[last] - scaled.T @ b[first], check_finite=False)
            x[first] = b[first] / diagonal[first] - scaled @ x[last]
            return x

        return solve
