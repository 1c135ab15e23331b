"""Operator norms of convolutions: the supremum of the symbol's norm over all frequencies."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import ArrayLike

from theory._entries import shown
from theory._input import finite_number, real_array, whole_number
from theory._scales import outwards
from theory._types import Floats
from theory.intervals import lower_float, upper_float
from theory.norms._bounds import NormBounds
from theory.norms._matrix import largest_sum, matrix_bound
from theory.norms._padding import MOST_AXES, PADDINGS, copies, for_axes, margins, norm_order, root
from theory.norms._symbol import supremum
from theory.norms._written_out import written_out

TOLERANCE = 0.01
"""What the grid may cost by default: 32 frequencies an axis for three taps."""
LARGEST_GRID = 4096
"""Frequencies of an axis at most: chosen for time."""


def conv_bound(
    kernel: ArrayLike,
    *,
    stride: int | Sequence[int] = 1,
    padding: int | Sequence[int] | Sequence[tuple[int, int]] = 0,
    dilation: int | Sequence[int] = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
    size: int | Sequence[int] | None = None,
    order: float = 2,
    tolerance: float = TOLERANCE,
) -> NormBounds:
    """Bounds on the operator norm of a convolution, rigorous for every size of image.

    With zeros around it, a convolution is a compression of the one of the infinite image, whose norm is the supremum
    over frequencies t of the spectral norm of its symbol, the sum of K_u exp(i u t) over taps u. For unit vectors a
    and b, a*M(t)b is, up to a phase, a trigonometric polynomial of half the degree k - 1 in each axis; hence its
    supremum is at most the maximum on a grid of N frequencies over cos(pi (k - 1) / 2N) for each axis (M. Riesz 1914;
    Ehlich and Zeller 1964). Two more bounds take over for layers that are almost orthogonal and for those rescaled by
    sums of rows. Strides regroup pixels by residues; pixels that other paddings copy count by their copies. Circular
    images of one size have a finite grid (Sedghi, Gupta and Long 2019).

    Args:
        kernel: (outputs, inputs / groups, taps, ...), one to three axes of taps, as torch keeps it. For a transposed
            convolution the same: it is the adjoint of the convolution with its own weights.
        stride, padding, dilation: of each axis, or one for all, as in torch; paddings may be pairs, before and after.
        groups: the channels fall into so many, which do not mix.
        padding_mode: zeros, circular, reflect or replicate.
        size: pixels of an axis, or of each: images of this size alone, whose matrix is looked at where it is small, and
            whose frequencies are finitely many where every pixel has its circular window. None: any size.
        order: 2 for Euclidean norms, inf for the largest absolute value, 1 for the sum of absolute values.
        tolerance: upper may exceed the supremum by this part; the grid has about 2.2 (k - 1) / sqrt(tolerance / axes)
            frequencies an axis.

    Returns:
        Bounds; lower <= the supremum over all sizes, which large images come near. With a `size` whose matrix is small,
        and for Euclidean norms where its frequencies are finitely many: of that size.

    Raises:
        ValueError: what is no kernel, another shape, groups that do not divide the outputs, numbers beyond the limits
            that are named.
        OverflowError: a norm beyond float64.

    >>> found = conv_bound([[[[0.25, 0.25], [0.25, 0.25]]]])
    >>> 1 - 1e-9 < found.lower <= 1 <= found.upper < 1.01
    True
    >>> conv_bound([[[1.0, -2.0]]], order=float("inf"))
    NormBounds(lower=3.0, upper=3.0)
    """
    taps = _kernel(kernel, groups)
    axes = taps.ndim - 3
    strides, spread = for_axes("stride", stride, axes, 1), for_axes("dilation", dilation, axes, 1)
    paddings = margins(padding, axes)
    if padding_mode not in PADDINGS:
        raise ValueError(f"padding_mode={shown(padding_mode)}: choose one of {', '.join(PADDINGS)}")
    sizes = None if size is None else for_axes("size", size, axes, 1)
    spare = [d * (k - 1) for d, k in zip(spread, taps.shape[3:], strict=True)]
    read = [copies(padding_mode, p, None if sizes is None else sizes[a], spare[a]) for a, p in enumerate(paddings)]
    allowed = finite_number("tolerance", tolerance)
    if not 1e-6 <= allowed < 1:
        raise ValueError(f"tolerance={shown(tolerance)}: pass a number from 1e-6 to 1")
    # On a circle that is no multiple of the stride, residues mix: its windows are some of those of stride 1.
    apart = [1 if padding_mode == "circular" and (sizes is None or sizes[a] % s) else s for a, s in enumerate(strides)]
    folded = _polyphase(taps, apart, spread)
    kind = norm_order("order", order)
    if kind not in (1, 2, math.inf):
        raise ValueError(f"order={shown(order)}: choose 1, 2 or inf")
    if sizes is not None:
        shown_matrix = written_out(taps, sizes, strides, paddings, spread, padding_mode)
        if shown_matrix is not None:
            return matrix_bound(shown_matrix, order=kind)
    if kind != 2:
        return _absolute(folded, kind, math.prod(read) if kind == 1 else 1)
    whole = padding_mode == "circular" and sizes is not None and _wraps(sizes, strides, spare, paddings)
    grid = None
    if whole and sizes is not None:  # dilation d meets every d-th frequency alone, where it has not been written out
        grid = [n // math.gcd(d, n) if s == 1 else n // s for n, s, d in zip(sizes, strides, spread, strict=True)]
    found = _spectral(folded, allowed, grid)
    lower = found.lower if apart == list(strides) else _spectral(_polyphase(taps, strides, spread), allowed, None).lower
    return NormBounds(lower, upper_float(Fraction(found.upper) * Fraction(root(math.prod(read))[1])))


def _kernel(kernel: ArrayLike, groups: int) -> Floats:
    """(groups, outputs / groups, inputs / groups, taps, ...)."""
    taps = real_array("kernel", kernel)
    if not 3 <= taps.ndim <= 2 + MOST_AXES or not taps.size:
        raise ValueError(f"kernel has shape {taps.shape}: give (outputs, inputs / groups, taps, ...), up to 3 axes")
    parts = whole_number("groups", groups, 1)
    if taps.shape[0] % parts:
        raise ValueError(f"groups={shown(groups)}: must divide the {taps.shape[0]} outputs of the kernel")
    return taps.reshape(parts, taps.shape[0] // parts, *taps.shape[1:])


def _wraps(
    sizes: Sequence[int], strides: Sequence[int], spare: Sequence[int], paddings: Sequence[tuple[int, int]]
) -> bool:
    """Whether every pixel has its window, once: then the convolution is diagonal in the frequencies of its size."""
    return all(not n % s and sum(p) == gap for n, s, gap, p in zip(sizes, strides, spare, paddings, strict=True))


def _polyphase(taps: Floats, strides: Sequence[int], spread: Sequence[int]) -> Floats:
    """The same map without stride: pixels of one residue are a channel of their own.

    Dilation alone changes no supremum, as it only relabels frequencies; beside a stride, zeros are written out.
    """
    for axis, (stride, dilation) in enumerate(zip(strides, spread, strict=True), start=3):
        if stride == 1:
            continue
        count = (taps.shape[axis] - 1) * dilation + 1
        wide = np.zeros((*taps.shape[:axis], -(-count // stride) * stride, *taps.shape[axis + 1 :]))
        wide[(slice(None),) * axis + (slice(0, count, dilation),)] = taps
        split = wide.reshape(*wide.shape[:axis], -1, stride, *wide.shape[axis + 1 :])
        moved = np.moveaxis(split, axis + 1, 3)
        taps = moved.reshape(*taps.shape[:2], taps.shape[2] * stride, *moved.shape[4:])
    return taps


def _absolute(taps: Floats, order: float, factor: int) -> NormBounds:
    """The largest sum of absolute values that one output (inf), or one input (1), takes part in: exact."""
    kept = 1 if order == math.inf else 2
    rows = np.moveaxis(np.abs(taps), kept, 1).reshape(taps.shape[0] * taps.shape[kept], -1)
    most = largest_sum(rows)
    return NormBounds(lower_float(most), upper_float(most * factor))


def _spectral(taps: Floats, tolerance: float, sizes: list[int] | None) -> NormBounds:
    """Of (groups, outputs, inputs, taps, ...) without stride, on the grid of circular images of these sizes, or any."""
    top = float(np.abs(taps).max())
    if not top:
        return NormBounds(0.0, 0.0)
    exponent = math.frexp(top)[1]
    grid = sizes or _grid([k - 1 for k in taps.shape[3:]], tolerance)
    lower = upper = 0.0
    for group in np.ldexp(taps, -exponent):
        tall = group if group.shape[0] >= group.shape[1] else np.swapaxes(group, 0, 1)
        low, high = supremum(tall, grid, sizes is None)
        lower, upper = max(lower, low), max(upper, high)
    upper = outwards(upper, exponent, math.inf)
    if upper == math.inf:
        raise OverflowError(
            f"kernel has entries up to {top:.3g} and a norm beyond float64: divide it by a power of two"
        )
    return NormBounds(outwards(lower, exponent, 0.0), upper)


def _grid(degrees: Sequence[int], tolerance: float) -> list[int]:
    """Frequencies of each axis: cos(x) >= 1 - x^2 / 2, and axes share the tolerance."""
    share = tolerance / max(1, sum(degree > 0 for degree in degrees)) / (1 + tolerance)
    grid = [max(1, math.ceil(math.pi * degree / 2 / math.sqrt(2 * share))) for degree in degrees]
    if max(grid) > LARGEST_GRID:
        raise ValueError(
            f"tolerance={tolerance!r} asks for {max(grid)} frequencies an axis, {LARGEST_GRID} are the most: pass more"
        )
    return [max(count, degree + 1) for count, degree in zip(grid, degrees, strict=True)]
