"""Jobs done here or by an executor, results kept on disk: an entry for each network, whatever others it trained
beside.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from checks import store
from checks.networks import LipschitzNetwork
from checks.training._config import TrainingConfig
from checks.training._jobs import Job, Outcome, TrainedNetwork, keys, train
from checks.training._layout import STRETCHES
from checks.training._losses import SQUARED


class Executor(Protocol):
    """What carries out jobs: those of `concurrent.futures`, and their like."""

    def submit(self, function: Any, /, *arguments: Any) -> Any:
        """A future, whose result() is function(*arguments)."""


def carry_out(jobs: Sequence[Job], executor: Executor | None) -> Iterator[list[Outcome]]:
    """What each job gives, in order."""
    if executor is None:
        return map(run, jobs)
    futures = [executor.submit(run, job) for job in jobs]
    return (future.result() for future in futures)


def run(job: Job) -> list[Outcome]:
    """The job's networks, in order: from the cache, or trained, or where they diverged."""
    return train(job) if job.folder is None else _looked_up(job, job.folder)


def result_path(folder: Path, key: str) -> Path:
    """Where the cache keeps that network."""
    return (folder / key).with_suffix(".network")


def load(folder: Path, key: str, config: TrainingConfig, inputs: int) -> TrainedNetwork | None:
    """The network of that name, if the cache holds it intact and it is one of that configuration."""
    entry = store.load(result_path(folder, key))
    if entry is None or entry.metadata.get("key") != key:
        return None
    try:
        trained = _unpacked(entry, config)
    except (KeyError, TypeError, ValueError):
        return None
    return trained if _fits(trained, config, inputs) else None


def _fits(trained: TrainedNetwork, config: TrainingConfig, inputs: int) -> bool:
    """Whether a network that was read is what training with that configuration can give."""
    network, numbers = trained.network, (trained.mean_absolute_error, trained.seconds)
    shapes = [(config.width, inputs), *[(config.width,) * 2] * (config.depth - 1), (1, config.width)]
    curves = [trained.loss, trained.epoch, *([] if trained.error is None else [trained.error])]
    return (
        [weight.shape for weight in network.weights] == shapes
        and all(isinstance(number, float) and 0 <= number < math.inf for number in numbers)
        and all(curve.shape == (min(STRETCHES, config.steps),) and curve.dtype == np.float64 for curve in curves)
        and (trained.error is None) == (config.loss == SQUARED)
        and trained.device in ("cpu", "cuda")
        and (config.free or network.certified_lipschitz() <= config.lipschitz)
    )


def _looked_up(job: Job, folder: Path) -> list[Outcome]:
    files = [folder / name for name in keys(job)]
    inputs = job.points.shape[1]
    with ExitStack() as stack:
        for file in sorted(files):  # in one order everywhere, so that no two processes wait for each other
            with _or_warn(f"{file.name} is computed without a lock"):
                stack.enter_context(store.alone(file.with_suffix(".lock")))
        found: dict[int, Outcome | None]
        found = {i: load(folder, file.name, job.configs[i], inputs) for i, file in enumerate(files)}
        missing = [i for i, trained in found.items() if trained is None]
        checkpoints = tuple(file.with_suffix(".checkpoint") for file in files)
        for i, trained in zip(missing, train(replace(job, checkpoints=checkpoints).part(missing)), strict=True):
            if isinstance(trained, TrainedNetwork):
                with _or_warn("the network is not kept"):
                    store.store(result_path(folder, files[i].name), *_packed(trained, files[i].name))
            with _or_warn("a checkpoint stays"):
                checkpoints[i].unlink(missing_ok=True)
            found[i] = trained
    return [trained for trained in found.values() if trained]


@contextmanager
def _or_warn(consequence: str) -> Iterator[None]:
    """Go on when a disk is full or may not be written to: what was computed is worth more than its copy."""
    try:
        yield
    except OSError as error:
        warnings.warn(f"the cache cannot be written ({error}): {consequence}", RuntimeWarning, stacklevel=4)


def _packed(trained: TrainedNetwork, key: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    layers = zip(trained.network.weights, trained.network.biases, strict=True)
    arrays = {f"{kind}{i}": part for i, (w, b) in enumerate(layers) for kind, part in (("w", w), ("b", b))}
    curves = {name: getattr(trained, name) for name in ("loss", "epoch", "error")}
    kept = ("mean_absolute_error", "seconds", "device")
    metadata = {name: getattr(trained, name) for name in kept} | {"key": key}
    return arrays | {k: v for k, v in curves.items() if v is not None}, metadata


def _unpacked(entry: store.Entry, config: TrainingConfig) -> TrainedNetwork:
    arrays = dict(entry.arrays)
    weights, biases = ([arrays[f"{kind}{i}"] for i in range(config.depth + 1)] for kind in "wb")
    return TrainedNetwork(
        LipschitzNetwork(weights, biases, config.activation),
        config,
        loss=arrays["loss"],
        epoch=arrays["epoch"],
        error=arrays.get("error"),
        **{name: value for name, value in entry.metadata.items() if name != "key"},
    )
