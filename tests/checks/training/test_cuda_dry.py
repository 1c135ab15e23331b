"""Training on a GPU that is not there, see `pretended_gpu`.

Steps of training, a checkpoint and its resumption, the polish and the certificate of every kind of configuration move
what has to move, and the networks must be those of the CPU bit for bit, where the CPU takes no detours either. Most
steps are replayed from a record, as they are on a GPU.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from checks.training import TrainedNetwork, TrainingConfig, _products, _replay, _run, _torch_settings, fit_many
from checks.training._jobs import batches
from checks.training._layout import AXES
from checks.training._losses import rows_of
from checks.training._products import is_small
from checks.training._run import Run
from checks.training._samples import Sample
from checks.training._torch_settings import settings
from tests.checks.training.pretended_gpu import CPU, CUDA, DeviceMismatch, PretendedGPU, PretendedGraph, recording
from theory.losses import BCE, HKR, KR, Hinge, Loss

TINY = TrainingConfig(width=8, depth=3, steps=2, batch=32)

LOSSES = ["mse", BCE(2), Hinge(0.5), KR(), HKR(1, 5)]

SEEDS = {"one seed": [0] * 5, "several seeds": [0, 1, 1, 2, 3]}

KINDS = [
    {"constraint": constraint, "activation": activation}
    for constraint in ("orthogonal", "none")
    for activation in ("groupsort2", "fullsort", "relu")
]
KINDS.append({"optimizer": "tangent"})


@pytest.fixture(autouse=True)
def available(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU can be asked for, and the CPU multiplies as a GPU is asked to."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (2**33, 2**34))
    monkeypatch.setattr(torch.cuda, "CUDAGraph", PretendedGraph)
    monkeypatch.setattr(torch.cuda, "graph", recording)
    monkeypatch.setattr(_products, "_on_cpu", lambda device: False)
    monkeypatch.setattr(_torch_settings, "_fast_is_exact", lambda: False)


def on_gpu(x: np.ndarray, y: np.ndarray, configs: list[TrainingConfig], **options: Any) -> list[TrainedNetwork]:
    with PretendedGPU():
        return fit_many(x, y, configs, device="cuda", **options)


def samples(inputs: int) -> tuple[np.ndarray, np.ndarray]:
    """Points on either side of a hyperplane."""
    x = np.random.default_rng(0).normal(size=(100, inputs))
    return x, np.sign(x[:, 0])


def one_of_every_loss(seeds: Iterable[int], kind: dict[str, str], **others: Any) -> list[TrainingConfig]:
    """All of one group."""
    lipschitz = 1.0 if kind.get("constraint") == "none" else 2.0
    options = kind | {"lipschitz": lipschitz} | others
    return [replace(TINY, loss=loss, seed=seed, **options) for loss, seed in zip(LOSSES, seeds, strict=True)]


def same(a: TrainedNetwork, b: TrainedNetwork) -> bool:
    """Bit for bit."""
    pairs = [*zip(a.network.weights + a.network.biases, b.network.weights + b.network.biases, strict=True)]
    pairs += [(a.loss, b.loss), (a.epoch, b.epoch), (a.error, b.error)]
    return a.config == b.config and all(np.array_equal(u, v) for u, v in pairs)


@pytest.mark.parametrize(
    ("inputs", "width", "seeds", "at_once"),
    [(1, 8, "one seed", 5), (2, 18, "several seeds", 5), (2, 18, "one seed", 1), (24, 8, "several seeds", 5)],
)  # a width of 18 has products both small and large
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: " ".join(kind.values()))
def test_every_kind_gives_the_networks_of_the_cpu(
    kind: dict[str, str], inputs: int, width: int, seeds: str, at_once: int
) -> None:
    x, y = samples(inputs)
    configs = one_of_every_loss(SEEDS[seeds], kind, width=width, steps=6)
    expected = fit_many(x, y, configs, device="cpu", at_once=at_once)
    PretendedGraph.replays = 0
    found = on_gpu(x, y, configs, at_once=at_once)
    assert PretendedGraph.replays == (6 - _replay._WARM) * 5 // at_once
    for config, a, b in zip(configs, found, expected, strict=True):
        assert (a.device, b.device) == ("cuda", "cpu") and same(a, b)
        assert a.network.certified_lipschitz() <= (np.inf if config.free else config.lipschitz)


class Interruption(Exception):
    """What stops a run in these tests."""


@pytest.mark.parametrize("seeds", SEEDS)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: " ".join(kind.values()))
def test_every_kind_resumes_from_its_checkpoint(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: dict[str, str], seeds: str
) -> None:
    configs, advance, started = one_of_every_loss(SEEDS[seeds], kind), Run.advance, []

    def stopping(run: Run) -> None:
        started.append(run.step)
        if started == [0, 1]:
            raise Interruption
        advance(run)

    monkeypatch.setattr(Run, "advance", stopping)
    options = {"checkpoints": [tmp_path / str(i) for i in range(5)], "checkpoint_seconds": 0.0}
    with pytest.raises(Interruption):
        on_gpu(*samples(2), configs, **options)
    assert all(map(same, on_gpu(*samples(2), configs, **options), fit_many(*samples(2), configs, device="cpu")))
    assert started == [0, 1, 1, 0, 1]


@pytest.mark.parametrize("seeds", SEEDS)
def test_later_blocks_of_the_schedule_and_revivals(monkeypatch: pytest.MonkeyPatch, seeds: str) -> None:
    revived, revive = [], _run.revive
    configs = one_of_every_loss(SEEDS[seeds], KINDS[0], steps=70)
    expected = fit_many(*samples(2), configs, device="cpu")

    def counted(*arguments: Any) -> None:
        revived.append(arguments[2].device)
        revive(*arguments)

    monkeypatch.setattr(_run, "revive", counted)
    assert all(map(same, on_gpu(*samples(2), configs), expected))
    assert revived == [CUDA] * 2


@pytest.fixture
def gpu() -> Iterator[None]:
    with PretendedGPU():
        yield


def run_of(configs: list[TrainingConfig]) -> Run:
    return Run(Sample(*samples(2)), configs, CUDA)


def test_what_a_step_works_with_lies_on_the_gpu(gpu) -> None:
    """Else nothing would meet there."""
    run = run_of(one_of_every_loss(range(5), KINDS[0]))
    run.advance()
    held = [run.x, run.y, run.rates, run.angles, run.end_angles, run.schedule.index, run.schedule.fades]
    held += [*run.state.values(), *run.scratch._tensors.values()]
    assert {tensor.device for tensor in held} == {CUDA}


@pytest.mark.parametrize("name", ["x", "y", "rates", "angles", "index", "fade", "lacking", "found", *AXES])
def test_a_tensor_left_on_the_cpu_is_noticed(gpu, name: str) -> None:
    run = run_of(one_of_every_loss(range(5), KINDS[0]))
    [place] = [place for place in (vars(run), run.state) if name in place]
    place[name] = place[name].cpu()
    with pytest.raises(DeviceMismatch):
        run.advance()


@pytest.mark.parametrize("name", ["index", "fades", "lacking"])
def test_a_schedule_left_on_the_cpu_is_noticed(gpu, name: str) -> None:
    run = run_of([TINY])
    run.schedule.at(0)
    setattr(run.schedule, name, getattr(run.schedule, name).cpu())
    with pytest.raises(DeviceMismatch):
        run.advance()


@pytest.mark.parametrize("loss", LOSSES, ids=str)
def test_columns_of_a_loss_left_on_the_cpu_are_noticed(gpu, loss: str | Loss) -> None:
    run = run_of([replace(TINY, loss=loss)])
    run.loss_rows = rows_of([loss], [1.0], 1.0, CPU)
    with pytest.raises(DeviceMismatch):
        run.advance()


@pytest.mark.parametrize("read", [lambda run: run.saved(0), lambda run: run.judge(run.x, run.y, None)])
def test_reading_back_what_was_not_fetched_is_noticed(gpu, monkeypatch: pytest.MonkeyPatch, read) -> None:
    run = run_of([TINY])
    monkeypatch.setattr(Tensor, "cpu", lambda tensor: tensor)
    with pytest.raises(DeviceMismatch):
        read(run)


def test_runs_on_cpu_and_gpu_wait_for_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The precision that is fast on a CPU would be TF32 on a GPU."""
    monkeypatch.setattr(_torch_settings, "_fast_is_exact", lambda: True)

    def precision(device: torch.device) -> str:
        with settings(device):
            return torch.get_float32_matmul_precision()

    with ThreadPoolExecutor(1) as pool:
        for here, there, expected in ((CPU, CUDA, "highest"), (CUDA, CPU, "medium")):
            with settings(here):
                other = pool.submit(precision, there)
                assert not wait([other], timeout=0.1).done
                assert precision(here) != expected
            assert other.result(timeout=60) == expected


def own(outputs: Tensor, targets: Tensor) -> Tensor:
    return (outputs - 1.0).square().sum(1)


CLASSES = [
    {"loss": BCE(2), "against": "next"},
    {"loss": HKR(1, 5), "against": "rest"},
    {"loss": "cross_entropy"},
    {"loss": own},
    {"loss": BCE(), "constraint": "none", "activation": "relu"},
]


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: str(kind).split(" at 0x")[0])  # no address of a function
def test_several_outputs_weights_and_validation(kind: dict[str, Any]) -> None:
    x, y = np.random.default_rng(0).normal(size=(100, 2)), np.arange(100) % 3
    configs = [replace(TINY, outputs=3, steps=6, seed=seed, **kind) for seed in (0, 1)]
    options = {"weights": 1.0 + y, "validation": (x[:50], y[:50], 2.0 - y[:50] / 2), "every": 2, "patience": 2}
    expected = fit_many(x, y, configs, device="cpu", **options)
    again = {"start": expected[0].network, "callbacks": [lambda progress: progress.network().outputs == 4]}
    for more in ({}, again):
        found = on_gpu(x, y, configs, **options, **more)
        wanted = fit_many(x, y, configs, device="cpu", **options, **more)
        for a, b in zip(found, wanted, strict=True):
            assert same(a, b) and np.array_equal(a.validation.loss, b.validation.loss)


def test_squared_errors_of_several_outputs() -> None:
    x = np.random.default_rng(0).normal(size=(100, 2))
    config = replace(TINY, outputs=2, steps=6)
    [found] = on_gpu(x, x, [config], validation=(x, x))
    assert same(found, fit_many(x, x, [config], device="cpu", validation=(x, x))[0])


@pytest.mark.parametrize("kind", [{}, {"optimizer": "tangent"}, {"activation": "relu"}], ids=str)
def test_convolutions(kind: dict[str, str]) -> None:
    x, y = samples(48)
    images = {"image": (3, 4, 4), "convolutions": ((6, 2), (8, 2)), "width": 18, "steps": 6}
    configs = [replace(TINY, loss=BCE(2), seed=seed, **images, **kind) for seed in (0, 1)]
    options = {"validation": (x[:50], y[:50]), "every": 2}
    PretendedGraph.replays = 0
    found = on_gpu(x, y, configs, **options)
    assert PretendedGraph.replays
    assert all(same(*pair) for pair in zip(found, fit_many(x, y, configs, device="cpu", **options), strict=True))
    again = {"start": found[0].network}
    [found_again], [wanted] = on_gpu(x, y, configs[:1], **again), fit_many(x, y, configs[:1], device="cpu", **again)
    assert same(found_again, wanted)


# What is recorded


def replayed(run: Run, steps: int) -> dict[str, Tensor]:
    for _ in range(steps):
        run.advance()
    return run.state


def test_a_number_of_the_host_is_recorded_as_it_was(gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else these tests could not tell."""
    expected = replayed(run_of([replace(TINY, steps=6)]), 6)
    adam = _run.adam

    def with_the_step(state: Any, gradient: Any, rates: Any, fade: Any, lacking: Any, scratch: Any) -> None:
        adam(state, gradient, rates, fade, torch.full_like(lacking, 1.0 / (1.0 + run.step)), scratch)

    monkeypatch.setattr(_run, "adam", with_the_step)
    run = run_of([replace(TINY, steps=6)])
    found = replayed(run, 6)
    run = run_of([replace(TINY, steps=6)])
    monkeypatch.setattr(_replay, "_WARM", 100)
    assert not torch.equal(found["small"], replayed(run, 6)["small"])
    assert not torch.equal(found["small"], expected["small"])


def test_what_waits_for_the_gpu_is_not_recorded(gpu, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = replayed(run_of([replace(TINY, steps=6)]), 6)["small"]
    retract_ends = _run.retract_ends

    def waiting(layout: Any, small: Tensor, scratch: Any) -> None:
        retract_ends(layout, small, scratch)
        small.cpu()

    monkeypatch.setattr(_run, "retract_ends", waiting)
    PretendedGraph.replays = 0
    with pytest.warns(RuntimeWarning, match="cannot be recorded"):
        found = replayed(run_of([replace(TINY, steps=6)]), 6)["small"]
    assert torch.equal(found, expected) and not PretendedGraph.replays


def test_functions_of_the_callers_are_not_recorded(gpu) -> None:
    PretendedGraph.replays = 0
    replayed(run_of([replace(TINY, loss=lambda t, y: (t - y).square(), steps=6)]), 6)
    assert not PretendedGraph.replays


def test_no_detours_on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert is_small(2, 2, 2, CPU) and not is_small(2, 2, 2, CUDA)


def test_batches_fit_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    configs = [TINY] * 1000
    sizes = []
    for free in (2**20, 2**24, 2**34):
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda free=free: (free, free))
        sizes.append(len(batches(configs, 2, "cuda", None)[0]))
    assert 1 <= sizes[0] < sizes[1] < sizes[2] == 1000
