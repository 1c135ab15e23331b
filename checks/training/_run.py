"""Networks of one shape, trained side by side for the same steps; none of them sees the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from checks.arrays import Floats
from checks.networks import LipschitzNetwork
from checks.training._activations import GATES
from checks.training._backward import gradients, judged, revive
from checks.training._config import TrainingConfig
from checks.training._conversion import network_of, parameters_of
from checks.training._convolution import pixel_order
from checks.training._layout import AXES, curve_lengths, initial, layout_of
from checks.training._losses import OWN, family, rows_of, tamed
from checks.training._outputs import kind_of, rows_of_outputs
from checks.training._products import Scratch
from checks.training._replay import Replay
from checks.training._samples import Sample
from checks.training._schedule import Schedule
from checks.training._tangent import glide, project_ends
from checks.training._updates import adam, retract_ends, turn

_REVIVAL, _HOT = 50, 0.1  # every so many steps, while rates are so high


def group_of(config: TrainingConfig) -> tuple[object, ...]:
    """Configurations of one group can train in one run."""
    kind: tuple[object, ...] = config.constraint, config.activation, config.optimizer
    if config.outputs > 1:
        kind = *kind, kind_of(config.loss), config.against
    shape = config.width, config.depth, config.outputs, config.steps, config.batch
    if config.convolutions:
        kind = *kind, config.image, config.convolutions
    return *shape, *kind, config.unit, config.momentum


class Run:
    """All that changes is in `state` and `step`; the order of the rows follows from seed and step."""

    def __init__(
        self,
        sample: Sample,
        configs: Sequence[TrainingConfig],
        device: torch.device,
        start: LipschitzNetwork | None = None,
    ) -> None:
        self.configs, self.device, self.config = configs, device, configs[0]
        self.x, self.y, self.weights = self.tensors(sample)
        losses, scales = [config.loss for config in configs], [config.lipschitz for config in configs]
        common = losses, scales, self.config.length, device
        several = self.config.outputs > 1
        rows = rows_of_outputs(*common, self.config.against) if several else rows_of(*common)
        self.loss_rows = tamed(rows, [config.slope for config in configs], device)
        self.layout, self.gate = layout_of(self.config, self.x.shape[1]), GATES[self.config.activation]
        self.state = {key: value.to(device) for key, value in initial(self.layout, configs).items()}
        self._copy: tuple[int, dict[str, NDArray[Any]]] | None = None
        if start is not None:
            for i, config in enumerate(configs):
                self.restore(i, parameters_of(config, start))
        self.schedule = Schedule(configs, len(self.y), device)
        self.rates = torch.stack([self.layout.rates(config) for config in configs]).to(device)
        self.angles = torch.tensor([config.rate for config in configs], dtype=torch.float32, device=device)
        ends = [config.end_rate for config in configs]
        self.end_angles = torch.tensor(ends, dtype=torch.float32, device=device)
        self.scratch = Scratch()
        self.step = 0
        count = len(configs)
        self.index = torch.zeros(self.schedule.shape, dtype=torch.int64, device=device)
        self.fade, self.lacking = (torch.zeros(size, dtype=torch.float32, device=device) for size in (count, 2))
        self.found = torch.zeros(2, count, dtype=torch.float32, device=device)
        # what a function of the caller's reads may change
        self.replay = Replay(self._work, device, recordable=all(family(loss) != OWN for loss in losses))

    def tensors(self, sample: Sample) -> tuple[Tensor, Tensor, Tensor | None]:
        """Points in the unit of training; targets, or labels as whole numbers where there are several outputs; weights,
        where they differ.
        """
        whole = self.config.outputs > 1 and sample.targets.ndim == 1
        weights, points = sample.weights, sample.points
        if self.config.convolutions:
            points = points[:, pixel_order(self.config, points.shape[1])]
        return (
            torch.as_tensor(points / self.config.length, dtype=torch.float32, device=self.device),
            torch.as_tensor(sample.targets, dtype=torch.int64 if whole else torch.float32, device=self.device),
            None if weights is None else torch.as_tensor(weights, dtype=torch.float32, device=self.device),
        )

    def advance(self) -> None:
        """One step."""
        for here, there in zip((self.index, self.fade, self.lacking), self.schedule.at(self.step), strict=True):
            here.copy_(there)
        self._revive()
        self.replay()
        stretch = self.step * len(self.state["losses"]) // self.config.steps
        for key, found in zip(("losses", "errors"), self.found, strict=True):
            self.state[key][stretch] += found
        self.step += 1

    def _work(self) -> None:
        """A step of the device's, the same for every step: `index`, `fade` and `lacking` say which it is, and `found`
        has its mean losses and its shares of wrong labels.
        """
        x, y, weights = self._batch()
        losses, errors, small, hidden = gradients(
            self.layout, self.gate, self.state, x, y, self.loss_rows, self.scratch, weights
        )
        self.found[0].copy_(losses)
        self.found[1].copy_(errors)
        if self.config.tangent:
            project_ends(self.layout, self.state["small"], small, self.scratch)
        adam(self.state, small, self.rates, self.fade, self.lacking, self.scratch)
        if self.config.tangent:
            glide(self.layout, self.state, self.end_angles * self.fade, self.scratch)
        if not self.config.free:
            retract_ends(self.layout, self.state["small"], self.scratch)
            turn(self.state, hidden, self.config.momentum, self.angles * self.fade, self.scratch)

    def _batch(self) -> tuple[Tensor, Tensor, Tensor | None]:
        """x (m, n, p), y (m, p) or (m, K, p), weights (m, p)."""
        index = self.index
        flat = index.flatten()
        rows = self.scratch("x", (len(flat), self.x.shape[1]), self.x)
        points = torch.index_select(self.x, 0, flat, out=rows).unflatten(0, index.shape)
        count, y = len(self.configs), self.y[index]
        targets = y.expand(count, -1) if y.ndim == 2 else y.mT.expand(count, -1, -1)
        weights = None if self.weights is None else self.weights[index].expand(count, -1)
        columns = points.mT
        if self.config.convolutions:  # one image's pixels apart from each other, as their patches are columns
            columns = self.scratch("columns", columns.shape, columns).copy_(columns)
        return columns.expand(count, -1, -1), targets, weights

    def judge(self, x: Tensor, y: Tensor, weights: Tensor | None) -> tuple[Floats, Floats]:
        """Mean losses (m,) and shares of wrong labels (m,) at x (p, n) in the unit of training, in float64."""
        count = len(self.configs)
        totals = torch.zeros(2, count, dtype=torch.float64, device=self.device)
        for start in range(0, len(x), self.config.batch):
            part = slice(start, start + self.config.batch)
            points = x[part].mT.expand(count, -1, -1)
            targets = y[part].mT.expand(count, *[-1] * y.ndim) if y.ndim > 1 else y[part].expand(count, -1)
            shares = None if weights is None else weights[part].expand(count, -1)
            found = judged(self.layout, self.gate, self.state, points, targets, self.loss_rows, self.scratch, shares)
            totals += torch.stack(found).double() * points.shape[-1]
        losses, errors = totals.cpu().numpy() / len(x)
        return losses, errors

    def _revive(self) -> None:
        if self.config.free or self.config.activation != "groupsort2" or self.step % _REVIVAL:
            return
        if any(config.fade(self.step) > _HOT for config in self.configs):
            revive(self.layout, self.state, self._batch()[0], self.fade > _HOT)

    def finite(self) -> list[bool]:
        """Of each network, whether all its numbers are finite; read back from the device."""
        parts = [self.state[key].isfinite().movedim(axis, 0).flatten(1).all(1) for key, axis in AXES.items()]
        return [bool(finite) for finite in torch.stack(parts).all(0).cpu().numpy()]

    def saved(self, i: int) -> dict[str, NDArray[Any]]:
        """The state of network i."""
        if self._copy is None or self._copy[0] != self.step:  # all of it, in one transfer
            flat = torch.cat([self.state[key].flatten() for key in AXES]).cpu()
            parts = flat.split([self.state[key].numel() for key in AXES])
            whole = zip(AXES, parts, strict=True)
            self._copy = self.step, {key: part.view(self.state[key].shape).numpy() for key, part in whole}
        return {key: self._copy[1][key].take(i, axis) for key, axis in AXES.items()}

    def restore(self, i: int, arrays: Mapping[str, NDArray[Any]]) -> None:
        """Give network i a state that was saved, or parts of one."""
        for key in arrays:
            self.state[key].select(AXES[key], i).copy_(torch.from_numpy(arrays[key]).to(self.device))
        self._copy = None

    def network(self, i: int) -> LipschitzNetwork:
        """Network i in its present state; see `network_of`."""
        return network_of(self.configs[i], self.x.shape[1], self.saved(i))


def curves(config: TrainingConfig, rows: int, steps: int, state: Mapping[str, NDArray[Any]]) -> tuple[Floats, ...]:
    """Of a network that was saved after so many steps: for every stretch the epochs at its end, mean loss, mean share
    of wrong labels; (k,).
    """
    lengths = curve_lengths(config, steps)
    sums = [state[key][: len(lengths)].astype(np.float64) for key in ("losses", "errors")]
    epochs = np.cumsum(lengths) / (rows // config.batch)
    return epochs, sums[0] / lengths, sums[1] / lengths
