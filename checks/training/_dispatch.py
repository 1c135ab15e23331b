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
from checks.training._conversion import shapes_of
from checks.training._jobs import Job, keys, train
from checks.training._layout import curve_lengths
from checks.training._results import Outcome, TrainedNetwork
from checks.training._watch import Validation


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


def load(job: Job, folder: Path, key: str, config: TrainingConfig) -> TrainedNetwork | None:
    """The network of that name, if the cache holds it intact and it is one of that configuration."""
    entry = store.load(result_path(folder, key))
    if entry is None or entry.metadata.get("key") != key:
        return None
    try:
        trained = _unpacked(entry, config, len(shapes_of(config, job.inputs)))
    except (KeyError, TypeError, ValueError):
        return None
    return trained if _fits(trained, config, job) else None


def _fits(trained: TrainedNetwork, config: TrainingConfig, job: Job) -> bool:
    """Whether a network that was read is what training with that configuration can give."""
    network, numbers = trained.network, (trained.mean_absolute_error, trained.seconds)
    early = job.looks.patience is not None
    if not (
        type(trained.steps) is int and 1 <= trained.steps <= config.steps and (early or trained.steps == config.steps)
    ):
        return False
    curves = [trained.loss, trained.epoch, *([] if trained.error is None else [trained.error])]
    length = len(curve_lengths(config, trained.steps))
    return (
        [weight.shape for weight in network.weights] == shapes_of(config, job.inputs)
        and all(isinstance(number, float) and 0 <= number < math.inf for number in numbers)
        and all(curve.shape == (length,) and curve.dtype == np.float64 for curve in curves)
        and (trained.error is None) == (not job.sample.labels(config))
        and trained.device in ("cpu", "cuda")
        and (config.free or network.certified_lipschitz() <= config.lipschitz)
        and _fits_validation(trained, job)
    )


def _fits_validation(trained: TrainedNetwork, job: Job) -> bool:
    found, config = trained.validation, trained.config
    if found is None or job.looks.validation is None:
        return found is None and job.looks.validation is None
    steps = [step for step in (*job.looks.steps(config), config.steps) if step <= trained.steps]
    curves = [found.loss, *([] if found.error is None else [found.error])]
    return (
        found.step.dtype.kind == "i"
        and found.step.tolist() == steps
        and found.best in steps
        and (found.error is None) == (not job.looks.validation.labels(config))
        and all(curve.shape == (len(steps),) and curve.dtype == np.float64 for curve in curves)
    )


def _looked_up(job: Job, folder: Path) -> list[Outcome]:
    files = [folder / name for name in keys(job)]
    with ExitStack() as stack:
        for file in sorted(files):  # in one order everywhere, so that no two processes wait for each other
            with _or_warn(f"{file.name} is computed without a lock"):
                stack.enter_context(store.alone(file.with_suffix(".lock")))
        found: dict[int, Outcome | None]
        found = {i: load(job, folder, file.name, job.configs[i]) for i, file in enumerate(files)}
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


_CURVES, _NUMBERS = ("loss", "epoch", "error"), ("mean_absolute_error", "seconds", "device", "steps")


def _packed(trained: TrainedNetwork, key: str) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    layers = zip(trained.network.weights, trained.network.biases, strict=True)
    arrays = {f"{kind}{i}": part for i, (w, b) in enumerate(layers) for kind, part in (("w", w), ("b", b))}
    curves = {name: getattr(trained, name) for name in _CURVES}
    metadata = {name: getattr(trained, name) for name in _NUMBERS} | {"key": key}
    if (validation := trained.validation) is not None:
        curves |= {f"validation {name}": getattr(validation, name) for name in ("step", "loss", "error")}
        metadata["best"] = validation.best
    return arrays | {name: curve for name, curve in curves.items() if curve is not None}, metadata


def _unpacked(entry: store.Entry, config: TrainingConfig, layers: int) -> TrainedNetwork:
    arrays, metadata = dict(entry.arrays), {name: value for name, value in entry.metadata.items() if name != "key"}
    weights, biases = ([arrays[f"{kind}{i}"] for i in range(layers)] for kind in "wb")
    validation = None
    if "best" in metadata:
        curves = arrays["validation step"], arrays["validation loss"], arrays.get("validation error")
        validation = Validation(*curves, best=metadata.pop("best"))
    return TrainedNetwork(
        LipschitzNetwork(weights, biases, config.activation),
        config,
        loss=arrays["loss"],
        epoch=arrays["epoch"],
        error=arrays.get("error"),
        validation=validation,
        **metadata,
    )
