"""Which rows every network sees at a step, and how far its rates have faded: a block of steps at a time.

All of it follows from configuration and step alone. Blocks are drawn on the CPU, so every device sees the same
rows, and a GPU is sent one block instead of something at every step, without waiting for it.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from checks.training._config import TrainingConfig
from checks.training._updates import corrections

BLOCK = 64  # steps: chosen for memory, 64 times the indices of a batch


class Schedule:
    """For networks that share batch and steps, on `rows` rows."""

    def __init__(self, configs: Sequence[TrainingConfig], rows: int, device: torch.device) -> None:
        self.configs, self.rows, self.device = configs, rows, device
        self.seeds = [config.seed for config in configs]
        if len(set(self.seeds)) == 1 or configs[0].batch == rows:
            self.seeds = self.seeds[:1]  # all see the same rows
        self.orders: dict[int, tuple[int, Tensor]] = {}
        self.block = -1

    @property
    def shape(self) -> tuple[int, int]:
        """Of the rows of a step: (m, batch), or (1, batch) when all networks see the same."""
        return len(self.seeds), self.configs[0].batch

    def at(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """Rows, see `shape`; the fade (m,) of the rates; and Adam's `corrections` (2,)."""
        block, place = divmod(step, BLOCK)
        if block != self.block:
            steps = range(block * BLOCK, min((block + 1) * BLOCK, self.configs[0].steps))
            self.index = self._sent(torch.stack([self._index(step) for step in steps]))
            fades = [[config.fade(step) for config in self.configs] for step in steps]
            self.fades = self._sent(torch.tensor(fades, dtype=torch.float32))
            lacking = [corrections(step + 1) for step in steps]
            self.lacking = self._sent(torch.tensor(lacking, dtype=torch.float32))
            self.block = block
        return self.index[place], self.fades[place], self.lacking[place]

    def _sent(self, tensor: Tensor) -> Tensor:
        return tensor.pin_memory().to(self.device, non_blocking=True) if self.device.type == "cuda" else tensor

    def _index(self, step: int) -> Tensor:
        batch = self.configs[0].batch
        epoch, place = divmod(step, self.rows // batch)
        orders = {seed: self._order(seed, epoch) for seed in set(self.seeds)}
        return torch.stack([orders[seed][place * batch : (place + 1) * batch] for seed in self.seeds])

    def _order(self, seed: int, epoch: int) -> Tensor:
        if self.configs[0].batch == self.rows:  # all of them every time: their order does not matter
            return torch.arange(self.rows)
        if self.orders.get(seed, (-1,))[0] != epoch:
            self.orders[seed] = epoch, order(self.rows, seed, epoch)
        return self.orders[seed][1]


def order(rows: int, seed: int, epoch: int) -> Tensor:
    """The order in which an epoch visits the rows; what does not fill a batch at its end is left out."""
    # A prime beyond any number of epochs, so that no two pairs of a seed and an epoch share a generator's seed.
    generator = torch.Generator().manual_seed(1_000_003 * (seed + 1) + epoch)
    return torch.randperm(rows, generator=generator)
