"""Networks of conductors in a row: potentials from currents in linear time, without subtractions.

Node i is joined to the ground by ground[i] > 0 and to node i + 1 by link[i] > 0. Eliminating every second node leaves
a network of the same kind with half the nodes, so everything is done in log2(count) steps on whole arrays. Sums and
products of positive numbers only: the factors are accurate one by one, however far apart the conductances are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from theory._types import Floats


@dataclass(frozen=True)
class Level:
    """The eliminated nodes: their ground and links over their sum, the sum, and how many have a right neighbour."""

    ground: Floats
    left: Floats
    right: Floats
    total: Floats
    inner: int


@dataclass(frozen=True)
class Network:
    """The levels, finest first, and the ground of the one node that stays."""

    levels: list[Level]
    last: float

    def potentials(self, currents: Floats) -> tuple[Floats, Floats]:
        """Potentials (count,) and falls (count - 1,), potential i less potential i + 1, for the currents fed in."""
        stack = []
        for level in self.levels:
            fed, currents = currents[1::2], currents[::2].copy()
            currents[: len(fed)] += level.left * fed
            currents[1:] += (level.right * fed)[: level.inner]
            stack.append(fed)
        potential, falls = currents / self.last, np.empty(0)
        for level, fed in zip(reversed(self.levels), reversed(stack), strict=True):
            potential, falls = _refined(level, fed, potential, falls)
        return potential, falls


def network(ground: Floats, link: Floats) -> Network:
    """Eliminates the nodes."""
    levels = []
    while len(ground) > 1:
        odd = ground[1::2]
        left = link[::2]
        inner = len(link) // 2
        right = np.zeros(len(odd))
        right[:inner] = link[1::2]
        total = left + right
        total += odd
        level = Level(odd / total, left / total, right / total, total, inner)
        link = left[:inner] * level.right[:inner]
        ground = ground[::2].copy()
        ground[: len(odd)] += odd * level.left
        ground[1:] += (odd * level.right)[:inner]
        levels.append(level)
    return Network(levels, float(ground[0]))


def _refined(level: Level, fed: Floats, coarse: Floats, falls: Floats) -> tuple[Floats, Floats]:
    """Potentials and falls with the eliminated nodes put back; falls are never differences of potentials."""
    count, inner = len(fed), level.inner
    own = fed / level.total
    before = level.ground * coarse[:count] - own
    before[:inner] += level.right[:inner] * falls
    after = own[:inner] - level.ground[:inner] * coarse[1:] + level.left[:inner] * falls
    potential = np.empty(len(coarse) + count)
    potential[::2] = coarse
    potential[1::2] = coarse[:count] - before
    fine = np.empty(len(potential) - 1)
    fine[::2] = before
    fine[1::2] = after
    return potential, fine
