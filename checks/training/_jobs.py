"""Jobs of training: plain data, networks that train together, a checkpoint for each.

A checkpoint belongs to its network, whatever others that trains beside.
"""

from __future__ import annotations

import hashlib
import math
import time
import warnings
from collections.abc import Container, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tqdm import tqdm

from checks import machine, networks, store
from checks.arrays import Floats
from checks.networks import LipschitzNetwork
from checks.training._config import TrainingConfig
from checks.training._conversion import network_of
from checks.training._convolution import stages
from checks.training._layout import layout_of, saved_shapes
from checks.training._losses import SQUARED, family
from checks.training._results import Diverged, Outcome, TrainedNetwork
from checks.training._run import Run, curves, group_of
from checks.training._samples import Sample
from checks.training._schedule import BLOCK
from checks.training._torch_settings import settings
from checks.training._watch import NO_LOOKS, Found, Looks, Watch
from theory import losses

_MOST = 64  # networks in a batch on a CPU: chosen for memory
_SHARE = 0.5  # of a GPU's free memory: what is counted is not all, and others may want some
_COPIES = 16  # of every parameter, and of what a layer passes on: moments, gradients and scratch, counted with room
_CACHED = 2**19  # numbers of 4 bytes: 2 MB, a core's second cache on common processors; chosen for time


@dataclass(frozen=True, eq=False)
class Job:
    """Networks of one group to train. checkpoints: a file for each, or none. folder: of the cache, or None."""

    sample: Sample
    configs: tuple[TrainingConfig, ...]
    device: str
    progress: bool
    every: float
    checkpoints: tuple[Path, ...] | None = None
    folder: Path | None = None
    start: LipschitzNetwork | None = None
    looks: Looks = NO_LOOKS

    @property
    def inputs(self) -> int:
        """n."""
        return self.sample.points.shape[1]

    def part(self, indices: Sequence[int]) -> Job:
        """The job of those configurations alone."""
        files = self.checkpoints and tuple(self.checkpoints[i] for i in indices)
        return replace(self, configs=tuple(self.configs[i] for i in indices), checkpoints=files)


def batches(configs: Sequence[TrainingConfig], inputs: int, device: str, at_once: int | None) -> list[list[int]]:
    """The indices of configurations that train together, losses of one family side by side.

    At most at_once; None: on a CPU, as many as keep what one layer passes to the next in its cache, on a GPU as many as
    half of its free memory has room for.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for i, config in enumerate(configs):
        groups.setdefault(group_of(config), []).append(i)
    split = []
    for group in groups.values():
        ordered = sorted(group, key=lambda i: family(configs[i].loss))
        size = at_once or _at_once(configs[group[0]], inputs, device)
        split += [ordered[i : i + size] for i in range(0, len(group), size)]
    return split


def _at_once(config: TrainingConfig, inputs: int, device: str) -> int:
    convolved = [stage.channels * stage.places for stage in stages(config)]
    passed = max(config.width, config.outputs, inputs, *convolved) * config.batch
    if device == "cpu":
        return max(1, min(_MOST, _CACHED // passed))
    every = replace(layout_of(config, inputs), free=True)
    parameters = sum(rows * columns for rows, columns in every.shapes)
    numbers = _COPIES * (parameters + (len(convolved) + config.depth + 1) * passed)
    return max(1, int(_SHARE * torch.cuda.mem_get_info()[0] / (4 * numbers)))


def keys(job: Job) -> list[str]:
    """The name of each network, hashed: configuration, data, code, and what of the machine decides how it rounds."""
    common = {"data": _hashed(job.sample.arrays), "code": _code()}
    if job.start is not None:
        common["start"] = _hashed([*job.start.weights, *job.start.biases])
    if job.looks.validation is not None:
        common["validation"] = _hashed(job.looks.validation.arrays)
    shared: dict[str, Any] = {name: value.hexdigest() for name, value in common.items()}
    shared |= {"looks": [job.looks.every, job.looks.patience], "device": job.device, **_surroundings()}
    if job.device == "cuda":
        shared["gpu"] = _gpu()
    return [
        store.content_key(shared | {"config": asdict(config) | {"loss": repr(config.loss)}}) for config in job.configs
    ]


def _hashed(arrays: Sequence[Floats]) -> Any:
    return hashlib.sha256(repr([a.shape for a in arrays]).encode() + b"".join(a.tobytes() for a in arrays))


def _surroundings() -> dict[str, Any]:
    """Versions, processor and GPUs, and the switches by which libraries choose kernels; training takes one thread."""
    found = machine.influences()
    return {
        "packages": {name: found["packages"][name] for name in ("numpy", "torch")},
        "hardware": found["hardware"],
        "kernels": torch.backends.cpu.get_cpu_capability(),
        "switches": {name: value for name, value in found["environment"].items() if not name.endswith("_THREADS")},
    }


def _gpu() -> list[str | None]:
    """The GPU's name, where there is one in truth, and the version of CUDA."""
    name = torch.cuda.get_device_name() if torch.cuda.device_count() else None
    return [name, torch.version.cuda]


@cache
def _code() -> Any:
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources()))


def sources() -> list[Path]:
    """The files that a trained network depends on: of `checks.networks` its own, without the packages inside, which are
    about networks that others have trained.
    """
    own, network, loss = (Path(file).parent for file in (__file__, networks.__file__, losses.__file__))
    return [*sorted(own.rglob("*.py")), *sorted(network.glob("*.py")), *sorted(loss.rglob("*.py"))]


def train(job: Job) -> list[Outcome]:
    """The job's networks, in order, from where their checkpoints are: those at one step together."""
    names = keys(job) if job.checkpoints else [""] * len(job.configs)
    paths = job.checkpoints or [None] * len(job.configs)
    shapes: dict[str, tuple[int, ...]] = {}
    if job.checkpoints:
        shapes = saved_shapes(job.configs, job.inputs)
        shapes |= job.looks.saved_shapes(job.configs[0], shapes)
    crew = [_Member(*member, shapes, job) for member in zip(range(len(names)), names, paths, strict=True)]
    trained: dict[int, Outcome] = {}
    for step in sorted({member.step for member in crew}):
        together = [member for member in crew if member.step == step]
        trained |= zip([member.place for member in together], _train_together(job, together), strict=True)
    return [trained[i] for i in range(len(crew))]


class _Member:
    """A network of a job and the checkpoint it starts from."""

    def __init__(
        self, place: int, name: str, path: Path | None, shapes: Mapping[str, tuple[int, ...]], job: Job
    ) -> None:
        self.place, self.name, self.path = place, name, path
        entry = store.load(path) if path else None
        self.entry = entry if entry and _resumable(entry, name, shapes, job.configs[place].steps) else None
        self.step: int = self.entry.metadata["step"] if self.entry else 0
        self.seconds: float = self.entry.metadata["seconds"] if self.entry else 0.0


def _resumable(entry: store.Entry, name: str, shapes: Mapping[str, tuple[int, ...]], steps: int) -> bool:
    """Whether a checkpoint is of that run and has what a run saves."""
    step, seconds = (entry.metadata.get(key) for key in ("step", "seconds"))
    return (
        entry.metadata.get("run") == name
        and isinstance(step, int)
        and 0 <= step <= steps
        and isinstance(seconds, float)
        and 0 <= seconds < math.inf
        and {key: array.shape for key, array in entry.arrays.items()} == shapes
        and all(array.dtype == np.float32 and np.isfinite(array).all() for array in entry.arrays.values())
    )


def _train_together(job: Job, crew: Sequence[_Member]) -> list[Outcome]:
    device = torch.device(job.device)
    with settings(device):
        run = Run(job.sample, [job.configs[member.place] for member in crew], device, job.start)
        run.step = crew[0].step
        watch = Watch(job.looks, run)
        for i, member in enumerate(crew):
            if member.entry:
                watch.restore(run, i, member.entry.arrays)
        seconds, diverged = _advance(run, watch, job, crew)
    return [
        Diverged(run.configs[i], diverged[i])
        if i in diverged
        else _result(job, run.configs[i], watch.outcome(run, i), member.seconds + seconds)
        for i, member in enumerate(crew)
    ]


def _advance(run: Run, watch: Watch, job: Job, crew: Sequence[_Member]) -> tuple[float, dict[int, int]]:
    """Run to the end, or until all have ended or diverged; the seconds it took, for each network, and which of them
    diverged, with the steps after which that was noticed.
    """
    start = saved = time.perf_counter()
    diverged: dict[int, int] = {}
    steps = range(run.step, run.config.steps)
    for _ in tqdm(steps, disable=None if job.progress else True, desc="training", unit="step"):
        if len(watch.ended) == len(crew):
            break
        run.advance()
        watch.look(run)
        if run.step % BLOCK == 0 and len({*_note_diverged(run, watch, diverged), *watch.ended}) == len(crew):
            break
        if job.checkpoints and (now := time.perf_counter()) - saved > job.every:
            _save(run, watch, crew, (now - start) / len(crew), _note_diverged(run, watch, diverged))
            saved = time.perf_counter()
    _note_diverged(run, watch, diverged)  # a GPU has now done what it was told
    return (time.perf_counter() - start) / len(crew), diverged


def _note_diverged(run: Run, watch: Watch, diverged: dict[int, int]) -> dict[int, int]:
    """Those that have ended are what they were then, whatever became of them since."""
    for i, finite in enumerate(run.finite()):
        if not finite and i not in watch.ended:
            diverged.setdefault(i, run.step)
    return diverged


def _save(run: Run, watch: Watch, crew: Sequence[_Member], seconds: float, diverged: Container[int]) -> None:
    for i, member in enumerate(crew):
        if member.path and i not in diverged:
            step, arrays = watch.saved(run, i)
            metadata = {"run": member.name, "step": step, "seconds": member.seconds + seconds}
            try:
                store.store(member.path, arrays, metadata)
            except OSError as error:
                text = f"the checkpoint {member.path} cannot be written ({error}): an interruption would cost more"
                warnings.warn(text, RuntimeWarning, stacklevel=2)


def _result(job: Job, config: TrainingConfig, found: Found, seconds: float) -> TrainedNetwork:
    epoch, loss, error = curves(config, len(job.sample.points), found.step, found.state)
    network = network_of(config, job.inputs, found.best)
    deviation = float(np.abs(network(job.sample.points) - job.sample.compared(config)).mean())
    squares = config.length**2 if config.loss == SQUARED else 1.0
    return TrainedNetwork(
        network,
        config,
        loss=loss * squares,
        mean_absolute_error=deviation,
        seconds=seconds,
        device=job.device,
        epoch=epoch,
        error=error if job.sample.labels(config) else None,
        steps=found.step,
        validation=found.validation,
    )
