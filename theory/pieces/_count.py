"""How many affine pieces a network has: three numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from numpy.typing import ArrayLike

from theory._results import Shown
from theory.pieces._maps import AnyCells, count_patterns, map_labels, regions
from theory.pieces._network.plan import Plan
from theory.pieces._options import read_options, read_plan
from theory.pieces._search import Executor, Options, search


@dataclass(frozen=True, eq=False, repr=False)
class PieceCount(Shown):
    """Three counts, all int: affine_maps <= connected_pieces <= cells; see `count_pieces`.

    `affine_maps` and `connected_pieces` cost more, and are computed when they are first asked for: all cells are
    then held in memory at once, and the executor is not used.

    Attributes:
        cells: sign patterns of the gates that hold on a set with interior. These are the convex pieces of Béthune et
            al., Lemma 1.
        certified: every sign that the counts rest on is proved.

    >>> found = count_pieces([[[1], [-1]], [[1, 1]]], [[0, 0], [0]])
    >>> found.cells, found.affine_maps, found.connected_pieces
    (2, 1, 1)
    """

    cells: int
    certified: bool
    _plan: Plan = field(repr=False)
    _options: Options = field(repr=False)

    @property
    def affine_maps(self) -> int:
        """How many different affine maps the cells have; equality is exact."""
        return self._merged[0]

    @property
    def connected_pieces(self) -> int:
        """How many pieces are left when cells that share a facet and an affine map are joined; both are exact."""
        return self._merged[1]

    @cached_property
    def _merged(self) -> tuple[int, int]:
        whole = replace(self._options, executor=None, whole=True)
        return search(self._plan, whole, _merge).summaries[0]


def _merge(plan: Plan, cells: AnyCells) -> tuple[int, int]:
    labels = map_labels(plan, cells)
    return int(labels.max()) + 1, int(regions(cells, labels).max()) + 1


def _cells(plan: Plan, cells: AnyCells) -> int:
    return count_patterns(cells, plan.domain)


def count_pieces(
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike],
    box: Any = None,
    *,
    activation: str = "groupsort2",
    certify: bool = False,
    executor: Executor | None = None,
    max_pieces: int | None = None,
    progress: bool = False,
) -> PieceCount:
    """The affine pieces of a network, counted one by one (Béthune et al., proof of Proposition 8).

    Args:
        weights: (w_1, n), (w_2, w_1), ..., (m, w_k), the last being the affine readout. Floats stand for their exact
            values; int and Fraction that are no float64, here, in biases and in box, are taken as they are, too, at the
            price that certify proves all in integers.
        biases: (w_1,), ..., (m,).
        box: None for [-1, 1]^n, a pair (low, high), each a number or (n,), or "all" for R^n. Cells are those that meet
            its interior. A gate that is constantly tied on a cell cuts nothing there and has sign 0 in its pattern.
        activation: "groupsort2", where gate j of a layer sorts rows 2j and 2j + 1 into (min, max), so hidden widths are
            even, or "relu".
        certify: prove every sign in the count, by float64 error bounds and by integers where those do not decide.
            Without it, signs are taken from float64 where they are clear of zero by 1e-9 of the gate's largest value,
            and from integers elsewhere. From 10 inputs on, linear programmes find the cells: those thinner than 1e-9
            are missed, and `certified` is False when some answer of theirs could not be proved, as always over R^n.
        executor: anything with `submit`; the cells of the first layers are shared out, none is counted twice.
        max_pieces: stop when there are more.
        progress: a bar, where tqdm is installed.

    Raises:
        ValueError: networks that are not as described, NaN, infinity, an empty box.
        PieceLimitExceeded: more than max_pieces.

    |x| + |y| has one cell a quadrant, and so many maps:

    >>> absolute = [[1, 0], [-1, 0], [0, 1], [0, -1]], [[0, 1, 0, 1]]
    >>> found = count_pieces(absolute, [[0] * 4, [0]], certify=True)
    >>> found.cells, found.affine_maps, found.connected_pieces, found.certified
    (4, 4, 4, True)
    """
    plan = read_plan(weights, biases, box, activation)
    options = read_options(certify, executor, max_pieces, progress)
    found = search(plan, options, _cells)
    return PieceCount(sum(found.summaries), found.proved, plan, options)
