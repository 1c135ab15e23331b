"""Networks of folds: maps with orthogonal layers and GroupSort2 that take given points to given values."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from checks.arrays import Floats

KEPT = 0.9
"""The share of squared distances that the lift keeps; chosen."""


@dataclass(frozen=True)
class Fold:
    """x -> x - factor * w max(0, <w, x> - t), a reflection of one side of a hyperplane for the factor 2; |w| = 1."""

    normal: Floats
    offset: float
    factor: float = 2.0

    def __call__(self, points: Floats) -> Floats:
        return points - self.factor * np.maximum(0.0, points @ self.normal - self.offset)[:, None] * self.normal


@dataclass(frozen=True)
class FoldedNetwork:
    """A lift, folds, and a linear functional of norm at most 1."""

    directions: Floats
    offsets: Floats
    folds: list[Fold]
    readout: Floats
    constant: float

    def __call__(self, x: Floats) -> Floats:
        return folded(lifted(x, self.directions, self.offsets), self.folds) @ self.readout + self.constant


def lifted(x: Floats, directions: Floats, offsets: Floats) -> Floats:
    """(sqrt(1 - q) x, sqrt(q / K) |<u_k, x> - t_k|) for unit vectors u_k (K, n): nonexpansive."""
    share = np.sqrt((1 - KEPT) / len(directions))
    return np.hstack([np.sqrt(KEPT) * x, share * np.abs(x @ directions.T - offsets)])


def folded(points: Floats, folds: list[Fold]) -> Floats:
    for fold in folds:
        points = fold(points)
    return points


def squared_distances(points: Floats) -> Floats:
    difference = points[:, None] - points[None]
    return (difference**2).sum(-1)


def fold_pair(points: Floats, i: int, j: int, wanted: float, factor: float = 2.0) -> Fold:
    """The fold that takes the squared distance of i and j down to `wanted` and leaves all others as they are.

    Its mirror holds all other points and lies between i and j; in the plane orthogonal to those, i is at a and j at b,
    and a goes to a' of the same length, nearer to b.
    """
    others = np.delete(points, [i, j], axis=0)
    base = others[0]
    span = np.linalg.qr((others[1:] - base).T)[0]
    across = lambda z: (z - base) - span @ (span.T @ (z - base))
    a, b = across(points[i]), across(points[j])
    along = ((points[i] - points[j]) ** 2).sum() - ((a - b) ** 2).sum()
    size_a, size_b = np.linalg.norm(a), np.linalg.norm(b)
    cosine = np.clip((size_a**2 + size_b**2 - (wanted - along)) / (2 * size_a * size_b), -1, 1)
    first = b / size_b
    second = a - (a @ first) * first
    second /= np.linalg.norm(second)
    target = size_a * (cosine * first + np.sqrt(1 - cosine**2) * second)
    normal = (a - target) / np.linalg.norm(a - target)
    return Fold(normal, float(normal @ base), factor)


def interpolate(
    x: Floats, values: Floats, rounds: int, rng: np.random.Generator, factor: float = 2.0, end: float = 0.95
) -> FoldedNetwork:
    """Folds that take squared distances of x (p, n) towards those of the values (p,), pair by pair, round by round."""
    count, dimension = x.shape
    directions = rng.normal(size=(3 * count, dimension))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    offsets = (directions * x[rng.integers(count, size=3 * count)]).sum(axis=1) + 0.1 * rng.normal(size=3 * count)
    points = lifted(x, directions, offsets)
    start, goal = squared_distances(points), KEPT * (values[:, None] - values[None]) ** 2
    folds: list[Fold] = []
    for part in np.linspace(0, end, rounds + 1)[1:]:
        wanted = (1 - part) * start + part * goal
        for i, j in combinations(range(count), 2):
            folds.append(fold_pair(points, i, j, float(wanted[i, j]), factor))
            points = folds[-1](points)
    centred = points - points.mean(axis=0)
    readout = np.linalg.pinv(centred, rcond=1e-9) @ (np.sqrt(end * KEPT) * (values - values.mean()))
    return FoldedNetwork(directions, offsets, folds, readout, float(values.mean() - points.mean(axis=0) @ readout))
