"""Training on a GPU that is not there: every call of torch is watched for tensors that lie on different devices.

What it shows: steps of training, a checkpoint and its resumption, the polish and the certificate of every kind of
configuration move what has to move, and no tensor left on the CPU meets one on the GPU. All tensors lie on the CPU in
truth and are marked with the device they would lie on. The rule is stricter than CUDA's, which takes scalars and some
indices from the CPU. Since the tensors carry values, whatever reads them back runs as it stands, and the networks must
be those of the CPU bit for bit. (Torch's own FakeTensorMode carries none, and where torch was built for the CPU alone
its tensors of CUDA can be neither indexed nor copied.)

What it does not show: anything about CUDA's kernels. How they round, whether they repeat, their memory and speed, and
all that concerns streams, drivers or several GPUs need a GPU.
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
from torch.overrides import TorchFunctionMode

from checks.training import TrainedNetwork, TrainingConfig, _run, _torch_settings, fit_many
from checks.training._layout import AXES
from checks.training._losses import rows_of
from checks.training._run import Run
from checks.training._samples import Sample
from checks.training._torch_settings import settings
from theory.losses import BCE, HKR, KR, Hinge, Loss

CPU, CUDA = torch.device("cpu"), torch.device("cuda")

TINY = TrainingConfig(width=8, depth=3, steps=2, batch=32)

LOSSES = ["mse", BCE(2), Hinge(0.5), KR(), HKR(1, 5)]

SEEDS = {"one seed": [0] * 5, "several seeds": [0, 1, 1, 2, 3]}

KINDS = [
    {"constraint": constraint, "activation": activation}
    for constraint in ("orthogonal", "none")
    for activation in ("groupsort2", "fullsort", "relu")
]
KINDS.append({"optimizer": "tangent"})


class DeviceMismatch(Exception):
    """A call of torch met a tensor of the CPU and one of the GPU."""


class PretendedGPU(TorchFunctionMode):
    """Tensors sent to CUDA stay on the CPU and are marked; a call where marked meets unmarked fails."""

    def __torch_function__(
        self, function: Any, types: object, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if function == Tensor.device.__get__:
            return _device(args[0])
        if function in (Tensor.numpy, Tensor.__array__) and _device(args[0]) == CUDA:
            raise DeviceMismatch("numpy cannot read the memory of a GPU: call cpu() first")
        if function == Tensor.cpu:
            return _moved(args[0], CPU)
        if function == Tensor.to and isinstance(args[1], str | torch.device):
            return _moved(args[0].to(*args[2:], **kwargs), torch.device(args[1]))
        if (wanted := kwargs.pop("device", None)) is not None:
            return _moved(function(*args, **kwargs), torch.device(wanted))
        device = _common_device(function, args, kwargs)
        return _marked(function(*args, **kwargs), device)


def _device(tensor: Tensor) -> torch.device:
    return CUDA if getattr(tensor, "on_cuda", False) else CPU


def _common_device(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> torch.device:
    """Where the result lies; only a copy into other memory may cross from one device to another."""
    devices = [_device(tensor) for tensor in _tensors([*args, *kwargs.values()])]
    if len(set(devices)) > 1 and function != Tensor.copy_:
        raise DeviceMismatch(f"{function.__name__} of tensors on {', '.join(map(str, devices))}")
    return devices[0] if devices else CPU


def _tensors(value: Any) -> list[Tensor]:
    if isinstance(value, tuple | list):
        return [tensor for part in value for tensor in _tensors(part)]
    return [value] if isinstance(value, Tensor) else []


def _moved(tensor: Tensor, device: torch.device) -> Tensor:
    """On that device; devices share no memory."""
    return tensor if _device(tensor) == device else _marked(tensor.clone(), device)


def _marked(result: Any, device: torch.device) -> Any:
    for tensor in _tensors(result):
        tensor.on_cuda = device == CUDA
    return result


@pytest.fixture(autouse=True)
def available(monkeypatch: pytest.MonkeyPatch) -> None:
    """A GPU can be asked for, and the CPU multiplies in the precision asked of a GPU."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
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
    configs = one_of_every_loss(SEEDS[seeds], kind, width=width)
    expected = fit_many(x, y, configs, device="cpu")
    for config, a, b in zip(configs, on_gpu(x, y, configs, at_once=at_once), expected, strict=True):
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


@pytest.mark.parametrize("name", ["x", "y", "rates", "angles", "index", "fades", *AXES])
def test_a_tensor_left_on_the_cpu_is_noticed(gpu, name: str) -> None:
    run = run_of(one_of_every_loss(range(5), KINDS[0]))
    run.schedule.at(0)
    [place] = [place for place in (vars(run), run.state, vars(run.schedule)) if name in place]
    place[name] = place[name].cpu()
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
