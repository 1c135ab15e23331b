"""How many affine pieces a network has: three numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from numpy.typing import ArrayLike

from theory._results import Shown
from theory.pieces._errors import PieceLimitExceeded
from theory.pieces._maps import AnyCells, count_patterns, map_labels, regions
from theory.pieces._network.plan import Plan
from theory.pieces._options import read_options, read_plans
from theory.pieces._search import LATTICE_INPUTS, Executor, Options, search
from theory.pieces._witness import most_cells


@dataclass(frozen=True, eq=False, repr=False)
class PieceCount(Shown):
    """Three counts, all int: affine_maps <= connected_pieces <= cells; see `count_pieces`.

    `affine_maps` and `connected_pieces` cost more, and are computed when they are first asked for: all cells are
    then held in memory at once, and the executor is not used.

    Attributes:
        cells: sign patterns of the gates that hold on a set with interior. These are the convex pieces of Béthune et
            al., Lemma 1. Where not `exact`, those that were found, as `lower`.
        certified: every sign that the counts rest on is proved; where not `exact`, both bounds are.
        lower, upper: lower <= all cells <= upper. Where not `exact`, `lower` counts cells of which a point with
            proved signs is known, and `upper` is `piece_bound` of the gates that can change their signs in the box.
        exact: all cells were counted; False when `max_pieces` or `time_limit` ended the search.

    >>> found = count_pieces([[[1], [-1]], [[1, 1]]], [[0, 0], [0]])
    >>> found.cells, found.affine_maps, found.connected_pieces
    (2, 1, 1)
    """

    cells: int
    certified: bool
    upper: int
    exact: bool
    _plans: list[Plan] = field(repr=False)
    _options: Options = field(repr=False)

    @property
    def lower(self) -> int:
        return self.cells

    @property
    def affine_maps(self) -> int:
        """How many different affine maps the cells have; equality is exact.

        Raises:
            PieceLimitExceeded: not all cells were counted.
        """
        return self._merged[0]

    @property
    def connected_pieces(self) -> int:
        """How many pieces are left when cells that share a facet and an affine map are joined; both are exact.

        Raises:
            PieceLimitExceeded: not all cells were counted.
        """
        return self._merged[1]

    @cached_property
    def _merged(self) -> tuple[int, int]:
        if not self.exact:
            raise PieceLimitExceeded(self._options.limit, self.cells)
        whole = replace(self._options, executor=None, whole=True, limit=None, deadline=None)
        merged = [search(plan, whole, _merge).summaries[0] for plan in self._plans]
        return sum(maps for maps, _ in merged), sum(connected for _, connected in merged)


def _merge(plan: Plan, cells: AnyCells) -> tuple[int, int]:
    labels = map_labels(plan, cells)
    return int(labels.max()) + 1, int(regions(cells, labels).max()) + 1


def _cells(plan: Plan, cells: AnyCells) -> int:
    return count_patterns(plan, cells)


def count_pieces(
    weights: Sequence[ArrayLike],
    biases: Sequence[ArrayLike],
    box: Any = None,
    *,
    activation: str = "groupsort2",
    slope: float | Fraction | None = None,
    around: Any = None,
    through: Any = None,
    plane: Any = None,
    certify: bool = False,
    executor: Executor | None = None,
    max_pieces: int | None = None,
    time_limit: float | None = None,
    progress: bool = False,
) -> PieceCount:
    """The affine pieces of a network, counted one by one (Béthune et al., proof of Proposition 8).

    Args:
        weights: (w_1, n), (w_2, w_1), ..., (m, w_k), the last being the affine readout. Floats stand for their exact
            values; int and Fraction that are no float64, here, in biases and in box, are taken as they are, too, at the
            price that certify proves all in integers.
        biases: (w_1,), ..., (m,).
        box: None for [-1, 1]^n, a pair (low, high), each a number or (n,), a `theory.Box`, or "all" for R^n. A pair
            for each input will do, too, but for two inputs, where it reads as (low, high). Cells are those that meet
            its interior. A gate that is constantly tied on a cell cuts nothing there and has sign 0 in its pattern.
        activation: "groupsort2", where gate j of a layer sorts rows 2j and 2j + 1 into (min, max), so hidden widths are
            even; "relu"; "abs"; "leaky_relu", which multiplies z < 0 by `slope`; "groupsort<g>", such as "groupsort4",
            which sorts rows g j to g j + g - 1, and "fullsort", which sorts all rows of a layer, so that cells are
            those of the orders; "maxout<k>", such as "maxout3", where output j is the greatest of rows k j to
            k j + k - 1, so that the next layer has w / k inputs, and cells are those of which row that is.
        slope: of leaky_relu, any number, taken exactly; None for 0.01. Cells are those of the signs of z, also where
            the slope is 1.
        around: a pair (x, r), in the place of the box: all points within r > 0, a number or (n,), of x (n,) in each
            input, the smallest box around a ball.
        through: points (m, n) of a polyline, m >= 2: the network is counted on each segment, as one of a single input,
            its first layer multiplied out exactly. A segment's end ends a piece too: `cells` less the m - 1 segments
            is how often the polyline crosses from one cell into another between its points.
        plane: three points (3, n) a, b, c: the network is counted at a + s (b - a) + t (c - a), as one of the inputs
            (s, t), exactly too. The box is then that of (s, t), None for [0, 1]^2.
        certify: prove every sign in the count, by float64 error bounds and by integers where those do not decide.
            Without it, signs are taken from float64 where they are clear of zero by 1e-9 of the gate's largest value,
            and from integers elsewhere. From 10 inputs on, linear programmes find the cells: those thinner than 1e-9
            are missed, and `certified` is False when some answer of theirs could not be proved, as always over R^n.
            Inputs that the first layer multiplies by 0 alone do not count here, nor do over R^n more of them than its
            rank, where five or fewer are left.
        executor: anything with `submit`; the cells of the first layers are shared out, none is counted twice.
        max_pieces: stop when there are more, with the two bounds reached so far; `exact` is then False. Of maxima of
            three or more from 10 inputs on, parts of cells count here.
        time_limit: stop after so many seconds, likewise. What takes longest without a look at the clock is a linear
            programme, or the cut of some ten thousand faces.
        progress: a bar with the cells known so far, where tqdm is installed.

    Raises:
        ValueError: networks that are not as described, NaN, infinity, an empty box, points of a line or plane that
            span none, more than one of `around`, `through`, `plane`, or box with `around` or `through`.

    |x| + |y| has one cell a quadrant, and so many maps:

    >>> absolute = [[1, 0], [-1, 0], [0, 1], [0, -1]], [[0, 1, 0, 1]]
    >>> found = count_pieces(absolute, [[0] * 4, [0]], certify=True)
    >>> found.cells, found.affine_maps, found.connected_pieces, found.certified
    (4, 4, 4, True)

    On the way from (-1, 2) to (2, -1) three of them are met, on a plane in any dimension as many as it meets:

    >>> count_pieces(absolute, [[0] * 4, [0]], through=[[-1, 2], [2, -1]]).cells
    3
    >>> wide = [[[1] * 784, [-1] * 784], [[0, 1]]], [[0, 0], [0]]
    >>> count_pieces(*wide, plane=[[0] * 784, [1] + [0] * 783, [0] * 783 + [1]], box="all", certify=True).cells
    2

    A search that is stopped has two bounds:

    >>> few = count_pieces(absolute, [[0] * 4, [0]], max_pieces=2)
    >>> few.lower, few.upper, few.exact
    (4, 4, True)
    >>> few = count_pieces([[[1, 2]] * 4, [[1] * 4]], [[0, 1, 2, 3], [0]], activation="relu", max_pieces=2)
    >>> few.lower, few.upper, few.exact
    (3, 11, False)
    """
    plans = read_plans(weights, biases, box, activation, slope, around, through, plane)
    options = read_options(certify, executor, max_pieces, time_limit, progress)
    counts: list[tuple[int, int, bool]] = []
    for plan in plans:
        limit = _rest(options, counts)
        counts.append(_count(plan, replace(options, limit=limit, unordered=limit is None)))
    lower, upper, proved = (list(column) for column in zip(*counts, strict=True))
    exact = lower == upper
    return PieceCount(sum(lower), all(proved), sum(upper), exact, plans, options)


def _rest(options: Options, counts: list[tuple[int, int, bool]]) -> int | None:
    """What the segments before have left of the limit; one cell at least."""
    return None if options.limit is None else max(1, options.limit - sum(lower for lower, _, _ in counts))


def _count(plan: Plan, options: Options) -> tuple[int, int, bool]:
    """Two bounds, equal where all cells were counted, and whether they are proved."""
    apart = not plan.network.merges or plan.domain.dimension <= LATTICE_INPUTS
    # Without faces, parts of one cell are told to be one when all of them are known.
    found = search(plan, options if apart else replace(options, whole=True), _cells)
    if found.exact:
        return sum(found.summaries), sum(found.summaries), found.proved
    exist = [part.exist for part in found.parts]
    # A network has one cell at least, whatever can be proved of the first.
    return max(1, sum(exist) if apart else max(exist, default=1)), most_cells(plan), True
