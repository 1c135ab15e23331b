"""The first and last matrices along the surfaces that they live on.

Almost every loss falls fastest by making a matrix larger, which the way back to orthonormal columns undoes. Such a part
of a gradient moves nothing, yet it fills the sizes that Adam divides by, and drowns the part that moves something. The
optimiser `tangent` leaves it out; the first matrix, and those of convolutions, then move by the orthogonal factor of
their averaged gradients, as the hidden ones do, so that all directions turn alike.
"""

from __future__ import annotations

import torch
from torch import Tensor

from checks.training._layout import Layout, State
from checks.training._products import Scratch, plus_product, product
from checks.training._updates import NO_ZERO_MATRIX, POLAR, POLAR_STEPS


def project_ends(layout: Layout, small: Tensor, gradient: Tensor, scratch: Scratch) -> None:
    """Take from the gradient of the first and the last matrices, shaped like `small`, what leads off the surface."""
    matrices, _ = layout.parts(small, small[:0])
    slopes, _ = layout.parts(gradient, gradient[:0])
    for matrix, slope in zip(matrices, slopes, strict=True):
        _project(matrix, slope, scratch)


def glide(layout: Layout, state: State, angles: Tensor, scratch: Scratch) -> None:
    """Move all but the last by angles (m,) along Adam's average of their gradients, made orthogonal."""
    (*first, _), _ = layout.parts(state["small"], state["small"][:0])
    (*averages, _), _ = layout.parts(state["mean"], state["mean"][:0])
    for matrix, average in zip(first, averages, strict=True):
        matrix.sub_(_factor(average, scratch).mul_(angles[:, None, None]))


def _project(matrix: Tensor, gradient: Tensor, scratch: Scratch) -> None:
    """Subtract the component normal to the frames of that shape: W sym(W'G) of columns, sym(GW') W of rows."""
    w = scratch("frame", matrix.shape, matrix).copy_(matrix)
    g = scratch("slope", matrix.shape, matrix).copy_(gradient)
    least = min(w.shape[-2:])
    inner, both = (scratch(name, (len(w), least, least), w) for name in ("inner frame", "both frames"))
    tall = w.shape[-2] >= w.shape[-1]
    product(*((w.mT, g) if tall else (g, w.mT)), inner)
    torch.add(inner, inner.mT, out=both).div_(2.0)
    normal = scratch("normal", w.shape, w)
    gradient.sub_(product(*((w, both) if tall else (both, w)), normal))


def _factor(matrix: Tensor, scratch: Scratch) -> Tensor:
    """Roughly the orthogonal factor of matrices (m, rows, columns), whatever their scale; see `POLAR`."""
    x, other = (scratch(f"factor {i}", matrix.shape, matrix) for i in range(2))
    count, least = len(x), min(x.shape[-2:])
    gram, inner = (scratch(name, (count, least, least), x) for name in ("gram of factor", "inner factor"))
    torch.div(matrix, matrix.norm(dim=(-2, -1), keepdim=True).add_(NO_ZERO_MATRIX), out=x)
    tall = x.shape[-2] >= x.shape[-1]
    a, b, c = POLAR
    for _ in range(POLAR_STEPS):
        product(*((x.mT, x) if tall else (x, x.mT)), gram)
        plus_product(b, gram, c, gram, gram, inner)
        plus_product(a, x, 1.0, *((x, inner) if tall else (inner, x)), other)
        x, other = other, x
    return x
