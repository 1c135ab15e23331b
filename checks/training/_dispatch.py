"""Jobs done here or by an executor, results kept on disk: an entry for each network, whatever others it trained
beside.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from numpy.typing import NDArray

from checks import store
from checks.networks import LipschitzNetwork
from checks.training._config import TrainingConfig
from checks.training._jobs import Job, TrainedNetwork, keys, train


class Executor(Protocol):
    """What carries out jobs: those of `concurrent.futures`, and their like."""

    def submit(self, function: Any, /, *arguments: Any) -> Any:
        """A future, whose result() is function(*arguments)."""


def carry_out(jobs: Sequence[Job], executor: Executor | None) -> Iterator[list[TrainedNetwork]]:
    """What each job gives, in order."""
    if executor is None:
        return map(run, jobs)
    futures = [executor.submit(run, job) for job in jobs]
    return (future.result() for future in futures)


def run(job: Job) -> list[TrainedNetwork]:
    """The job's networks, in order: from the cache, or trained."""
    return train(job) if job.folder is None else _looked_up(job, job.folder)


def result_path(folder: Path, key: str) -> Path:
    """Where the cache keeps that network."""
    return (folder / key).with_suffix(".network")


def load(folder: Path, key: str, config: TrainingConfig) -> TrainedNetwork | None:
    """The network of that name, if the cache holds it intact."""
    entry = store.load(result_path(folder, key))
    return None if entry is None else _unpacked(entry, config)


def _looked_up(job: Job, folder: Path) -> list[TrainedNetwork]:
    files = [folder / name for name in keys(job)]
    with ExitStack() as stack:
        for file in sorted(files):  # in one order everywhere, so that no two processes wait for each other
            stack.enter_context(store.alone(file.with_suffix(".lock")))
        found = {i: load(folder, file.name, job.configs[i]) for i, file in enumerate(files)}
        missing = [i for i, trained in found.items() if trained is None]
        checkpoints = tuple(file.with_suffix(".checkpoint") for file in files)
        for i, trained in zip(missing, train(replace(job, checkpoints=checkpoints).part(missing)), strict=True):
            store.store(result_path(folder, files[i].name), *_packed(trained))
            checkpoints[i].unlink(missing_ok=True)
            found[i] = trained
    return [trained for trained in found.values() if trained]


def _packed(trained: TrainedNetwork) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    layers = zip(trained.network.weights, trained.network.biases, strict=True)
    arrays = {f"{kind}{i}": part for i, (w, b) in enumerate(layers) for kind, part in (("w", w), ("b", b))}
    curves = {name: getattr(trained, name) for name in ("loss", "epoch", "error")}
    kept = ("mean_absolute_error", "seconds", "device")
    return arrays | {k: v for k, v in curves.items() if v is not None}, {name: getattr(trained, name) for name in kept}


def _unpacked(entry: store.Entry, config: TrainingConfig) -> TrainedNetwork:
    arrays = dict(entry.arrays)
    weights, biases = ([arrays[f"{kind}{i}"] for i in range(config.depth + 1)] for kind in "wb")
    return TrainedNetwork(
        LipschitzNetwork(weights, biases, config.activation),
        config,
        loss=arrays["loss"],
        epoch=arrays["epoch"],
        error=arrays.get("error"),
        **entry.metadata,
    )
