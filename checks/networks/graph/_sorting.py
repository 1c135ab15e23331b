"""Operations that compare entries, and the reflections of pairs; all along the last axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from checks.arrays import Floats
from checks.networks.graph._arrays import freeze
from checks.networks.graph._operation import ULPS, Arithmetic, Shape, Single


@dataclass(frozen=True)
class Sort(Single):
    """The last axis in ascending order: GroupSort, whose groups are the last axis; MaxMin and FullSort too.

    >>> Sort().apply(np.array([[[2.0, 1.0], [3.0, 4.0]]])).tolist()
    [[[1.0, 2.0], [3.0, 4.0]]]
    """

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if not shape:
            raise ValueError("sorting needs an axis")
        return shape

    def apply(self, x: Floats) -> Floats:
        return np.sort(x, axis=-1)

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        # No order statistic moves further than the entry that moves furthest.
        return np.broadcast_to(error.max(axis=-1, keepdims=True, initial=0.0), x.shape)

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        back = np.empty(x.shape)
        np.put_along_axis(back, np.argsort(x, axis=-1, kind="stable"), gradient, axis=-1)
        return back


@dataclass(frozen=True, eq=False)
class Max(Single):
    """The largest entry along the last axis, which goes: max-pooling, once windows are gathered.

    Args:
        counted: which entries count, for windows that reach beyond an image: at least one of each; of a shape that
            numpy broadcasts to that of a sample; None for all.

    >>> x = np.array([[2.0, 1.0]])
    >>> Max().apply(x).tolist(), Max(np.array([False, True])).apply(x).tolist()
    ([2.0], [1.0])
    """

    counted: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.counted is not None:
            counted = np.array(self.counted, dtype=bool)
            if not counted.ndim or not counted.any(axis=-1).all():
                raise ValueError(f"counted has shape {counted.shape}: give True once or more along the last axis")
            counted.setflags(write=False)
            object.__setattr__(self, "counted", counted)

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if not shape or not shape[-1]:
            raise ValueError(f"a maximum along the last axis is handed the shape {shape}")
        if self.counted is not None and np.broadcast_shapes(shape, self.counted.shape) != shape:
            raise ValueError(f"counted has shape {self.counted.shape} for the shape {shape}")
        return shape[:-1]

    def apply(self, x: Floats) -> Floats:
        return self._only(x, -np.inf).max(axis=-1)

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        return self._only(error, 0.0).max(axis=-1)

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        back = np.zeros(x.shape)
        place = self._only(x, -np.inf).argmax(axis=-1)
        np.put_along_axis(back, place[..., None], gradient[..., None], axis=-1)
        return back

    def _only(self, x: Floats, other: float) -> Floats:
        return x if self.counted is None else np.where(self.counted, x, other)


@dataclass(frozen=True, eq=False)
class Householder(Single):
    """Pairs (a, b) along the last axis, of length 2; those with a sin(t/2) > b cos(t/2) are reflected to the other side
    (Singla, Singla and Feizi 2022). The reflection is (a cos t + b sin t, a sin t - b cos t).

    Args:
        angles: t, of a shape that numpy broadcasts to that of a sample without its last axis.

    >>> Householder(np.pi / 2).apply(np.array([[2.0, 1.0]])).round(12).tolist()
    [[1.0, 2.0]]
    """

    angles: Floats

    def __init__(self, angles: ArrayLike) -> None:
        freeze(self, "angles", angles)

    def shape(self, *shapes: Shape) -> Shape:
        [shape] = shapes
        if shape[-1:] != (2,) or np.broadcast_shapes(shape[:-1], self.angles.shape) != shape[:-1]:
            raise ValueError(f"reflections of pairs by angles {self.angles.shape} are handed the shape {shape}")
        return shape

    def apply(self, x: Floats) -> Floats:
        return np.where(self._beyond(x), self._reflected(x), x)

    def carry(self, x: Floats, error: Floats, result: Floats, arithmetic: Arithmetic) -> Floats:
        # An isometry of each side that is the identity between them: no pair of points is taken further apart. Where
        # rounding hides the side, the two images differ by twice the distance from the line.
        most = error.sum(axis=-1, keepdims=True)
        size = np.abs(x).sum(axis=-1, keepdims=True) + most
        share = ULPS * arithmetic.unit
        return np.broadcast_to((most + share * size) * (1 + share) + 4 * arithmetic.tiny, x.shape)

    def pull(self, gradient: Floats, x: Floats, result: Floats) -> Floats:
        return np.where(self._beyond(x), self._reflected(gradient), gradient)

    def _beyond(self, x: Floats) -> NDArray[np.bool_]:
        half = self.angles / 2
        return np.asarray(x[..., 0] * np.sin(half) > x[..., 1] * np.cos(half))[..., None]

    def _reflected(self, x: Floats) -> Floats:
        (a, b), c, s = np.moveaxis(x, -1, 0), np.cos(self.angles), np.sin(self.angles)
        return np.stack([a * c + b * s, a * s - b * c], axis=-1)
