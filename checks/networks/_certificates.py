"""What certified singular values say of a network: constants of differences of outputs, radii, scaling down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats
from checks.networks._layers import Layers
from checks.networks._passes import lengths_of, value_error
from checks.networks._singular_values import SingularBounds, product_above

_EPSILON = float(np.finfo(np.float64).eps)  # 2 u, u = 2^-53
_NORMAL = float(np.finfo(np.float64).tiny)  # below, numbers lose digits


def certified_product(bounds: Sequence[SingularBounds]) -> float:
    """An upper bound of the product of the layers' norms.

    Raises:
        ValueError: a product that float64 cannot hold.
    """
    norms = [bound.largest for bound in bounds]
    try:
        return product_above(norms)
    except OverflowError:
        raise _too_large(norms) from None


def _too_large(norms: Sequence[float]) -> ValueError:
    return ValueError(f"weights have norms {norms}, a product beyond float64: scale them down")


def differences(network: Layers, bounds: Sequence[SingularBounds]) -> Floats:
    """Upper bounds (K, K) of the Lipschitz constants of f_i - f_j, whose last row is the difference of two.

    Raises:
        ValueError: one that float64 cannot hold.
    """
    hidden, rows = certified_product(bounds[:-1]), network.weights[-1]
    found = np.zeros((len(rows), len(rows)))
    # Differences, quotients and squares are off by a unit of rounding each, a sum of w of them by w.
    outward = 1.0 + (rows.shape[1] + 16) * _EPSILON
    with np.errstate(over="ignore", invalid="ignore"):
        for i, row in enumerate(rows):
            norms = np.nextafter(lengths_of(rows - row) * outward, np.inf)
            found[i] = np.nextafter(np.nextafter(norms, np.inf) * hidden, np.inf)
    found[(rows[:, None] == rows).all(axis=-1)] = 0.0
    if not np.isfinite(found).all():
        raise _too_large([bound.largest for bound in bounds])
    return found


def radii(
    network: Layers, norms: Sequence[float], gaps: Floats, constants: Floats, sizes: Floats, lengths: Floats
) -> Floats:
    """How far points may move (p,) so that no gap closes.

    Args:
        network: the network.
        norms: of every layer, an upper bound.
        gaps: (p, k), values or differences of two values, positive where all is well.
        constants: their Lipschitz constants, of the same shape.
        sizes: (p,), the largest |value| of each point.
        lengths: (p,), Euclidean norms of the points.
    """
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        reach = np.where(constants > 0, gaps / constants, np.inf).min(axis=1, initial=np.inf)
        reach = np.where(np.isfinite(reach) & (reach > 0), reach, 0.0)
        # What values may be off by at the point, and where it may have moved to; a difference has two of them, and its
        # own rounding. Lengths are rounded, too.
        grown = (lengths + reach) * (1 + (network.dimension + 8) * _EPSILON)
        off = 4 * value_error(network, norms, grown) + 8 * _EPSILON * sizes + _NORMAL
        spare = gaps - off[:, None]
        found = np.where(constants > 0, np.nextafter(spare / constants, -np.inf), np.where(spare > 0, np.inf, -np.inf))
        least = found.min(axis=1, initial=np.inf)
    return np.where(least > 0, least, 0.0)


def labels_index(labels: NDArray[np.generic], shape: tuple[int, ...], outputs: int) -> NDArray[np.int64]:
    """Labels as whole numbers, checked: 0 to K - 1, or -1 and 1 for one output.

    Raises:
        ValueError: another shape, other labels.
    """
    allowed = "-1 or 1" if outputs == 1 else f"0 to {outputs - 1}"
    kept = np.broadcast_to(labels, shape) if labels.ndim == 0 else labels
    if kept.shape != shape:
        raise ValueError(f"labels has shape {labels.shape}: give {shape}")
    if kept.dtype.kind not in "iuf" or not np.isin(kept, [-1, 1] if outputs == 1 else np.arange(outputs)).all():
        raise ValueError(f"labels holds what is no label here: give whole numbers, {allowed}")
    return kept.astype(np.int64)


def divided(network: Layers, norms: Sequence[float]) -> tuple[list[Floats], list[Floats]]:
    """Weights and biases of f / prod(norms): activations commute with positive scaling, so biases are divided by the
    norms so far.
    """
    weights = [weight / norm for weight, norm in zip(network.weights, norms, strict=True)]
    with np.errstate(over="ignore", under="ignore"):
        scales = np.cumprod(norms)
    biases = [
        bias / scale if _NORMAL <= scale < math.inf else reduce(np.divide, norms[: i + 1], bias)
        for i, (bias, scale) in enumerate(zip(network.biases, scales, strict=True))
    ]
    return weights, biases
