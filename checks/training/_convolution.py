"""Convolutions whose stride is their kernel: one orthogonal block at every place of an image.

Such a layer is a block-diagonal matrix of one block, so its norm is the block's, and what is known of matrices holds
for it. Numbers lie as (channels, places): where places are in `pixel_order`, those that a kernel covers are the first
part of their index, and a layer's outputs are the next one's inputs as they lie in memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from checks.training._config import TrainingConfig


@dataclass(frozen=True, eq=False)
class Stage:
    """A convolution: the block (channels, columns), and the places it is applied at, counted row by row, in the order
    that training has them in.
    """

    channels: int
    columns: int
    order: NDArray[np.intp]

    @property
    def places(self) -> int:
        """How many."""
        return len(self.order)


def stages(config: TrainingConfig) -> list[Stage]:
    """Of the configuration's convolutions, first to last."""
    channels, height, width = config.image or (0, 0, 0)
    found, kernels = [], [kernel for _, kernel in config.convolutions]
    for i, (outputs, kernel) in enumerate(config.convolutions):
        height, width = height // kernel, width // kernel
        order = _order(np.arange(height * width).reshape(height, width), kernels[i + 1 :])
        found.append(Stage(outputs, channels * kernel**2, order))
        channels = outputs
    return found


def flattened(config: TrainingConfig, inputs: int) -> int:
    """How many numbers enter the first dense layer."""
    found = stages(config)
    return found[-1].channels * found[-1].places if found else inputs


def pixel_order(config: TrainingConfig, inputs: int) -> NDArray[np.intp]:
    """(n,): which coordinate of a point, an image's in the order (channel, row, column), training has at each place."""
    if not config.convolutions or config.image is None:
        return np.arange(inputs)
    grids = np.arange(inputs).reshape(config.image)
    kernels = [kernel for _, kernel in config.convolutions]
    return np.concatenate([_order(grid, kernels) for grid in grids])


def _order(grid: NDArray[np.intp], kernels: list[int]) -> NDArray[np.intp]:
    if not kernels:
        return grid.ravel()
    k, *others = kernels
    return np.concatenate([_order(grid[row::k, column::k], others) for row in range(k) for column in range(k)])
