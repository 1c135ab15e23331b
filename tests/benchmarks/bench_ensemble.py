"""Many networks in one batch: a step of all, beside deel-torchlip and torch's Cayley maps.

`python tests/benchmarks/bench_ensemble.py [--networks N] [--inputs n] [--threads t]`: networks of width 64 with 3
hidden layers, batches of 256 rows, seeds and Lipschitz constants of their own. Contenders take turns of a few steps;
ratios of the least and of the median times are printed. Ours runs on one thread whatever t is, and in a second row as
two batches on an executor of two threads, as `fit_many(executor=, at_once=)` does; the others on t threads: one by
default, as more of them wait for each other where cores are shared. Needs deel-torchlip.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.utils.parametrizations import orthogonal

from checks.training import TrainingConfig
from checks.training._jobs import batches
from checks.training._run import Run
from checks.training._torch_settings import settings
from theory.losses import BCE

WIDTH, DEPTH, BATCH, ROWS = 64, 3, 256, 2048
STEPS, TURNS = 3, 6
CONSTANTS = (0.5, 1.0, 2.0, 4.0)

Step = Callable[[], Any]


def main() -> None:
    """Print the measurements."""
    arguments = _arguments()
    torch.set_num_threads(arguments.threads)
    for inputs in arguments.inputs:
        compare(arguments.networks, inputs)


def compare(networks: int, inputs: int) -> None:
    """Milliseconds of a step of all networks, for each contender."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, inputs))
    y = np.sign(x[:, 0] + 0.1)
    contenders = {
        "here": ensemble(x, y, networks),
        "here, executor of two threads": ensemble(x, y, networks, ThreadPoolExecutor(2)),
        "deel-torchlip, one after another": one_by_one(x, y, networks, torchlip_network),
        "torch Cayley, one after another": one_by_one(x, y, networks, cayley_network),
        "torch.func.vmap over Cayley": vmapped(x, y, networks),
    }
    times: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(TURNS):
        for name, step in contenders.items():
            times[name].append(_milliseconds(step, alone=name.startswith("here")))
    ours = times["here"]
    print(
        f"{networks} networks of width {WIDTH}, {DEPTH} hidden layers, {inputs} inputs, batch {BATCH}; "
        f"{torch.get_num_threads()} threads, ours 1"
    )
    for name, measured in times.items():
        print(
            f"  {name:34s} {min(measured):7.1f} ms a step of all; over ours: least "
            f"{min(measured) / min(ours):5.2f}, median {statistics.median(measured) / statistics.median(ours):5.2f}"
        )


def _milliseconds(step: Step, alone: bool) -> float:
    """Of one step, over a few; `alone`: with the settings of our training."""
    if alone:
        with settings(torch.device("cpu")):
            return _milliseconds(step, False)
    step()
    start = time.perf_counter()
    for _ in range(STEPS):
        step()
    return 1e3 * (time.perf_counter() - start) / STEPS


def ensemble(x: np.ndarray, y: np.ndarray, networks: int, pool: ThreadPoolExecutor | None = None) -> Step:
    """A step of `fit_many`, batched as it does it; with a pool of two threads, as two batches at once."""
    configs = [
        TrainingConfig(
            width=WIDTH,
            depth=DEPTH,
            steps=10_000,
            batch=BATCH,
            loss=BCE(),
            seed=seed,
            lipschitz=CONSTANTS[seed % len(CONSTANTS)],
        )
        for seed in range(networks)
    ]
    device = torch.device("cpu")
    groups = batches(configs, x.shape[1], "cpu", (networks + 1) // 2 if pool else None)
    runs = [Run(x, y, [configs[i] for i in group], device) for group in groups]
    if pool is None:
        return lambda: [run.advance() for run in runs]
    return lambda: list(pool.map(Run.advance, runs))


def one_by_one(x: np.ndarray, y: np.ndarray, networks: int, make: Callable[[int, float], nn.Module]) -> Step:
    """A step of Adam for each network."""
    points, labels = (torch.as_tensor(array, dtype=torch.float32) for array in (x, y))
    torch.manual_seed(0)
    models = [make(x.shape[1], CONSTANTS[i % len(CONSTANTS)]) for i in range(networks)]
    optimisers = [torch.optim.Adam(model.parameters(), lr=1e-3) for model in models]

    def step() -> None:
        for model, optimiser in zip(models, optimisers, strict=True):
            rows = torch.randint(ROWS, (BATCH,))
            optimiser.zero_grad()
            nn.functional.softplus(-labels[rows] * model(points[rows])[:, 0]).mean().backward()
            optimiser.step()

    return step


def torchlip_network(inputs: int, lipschitz: float) -> nn.Module:
    """Of deel-torchlip; the constant is given to a layer, as its Sequential does not pass it on to linear ones."""
    try:
        from deel import torchlip
    except ImportError:
        raise SystemExit("this benchmark compares with deel-torchlip: pip install deel-torchlip") from None

    widths = [inputs, *[WIDTH] * DEPTH]
    layers: list[nn.Module] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its construction warns of torch's own deprecations
        for before, after in pairwise(widths):
            layers += [torchlip.SpectralLinear(before, after), torchlip.GroupSort2()]
        return nn.Sequential(*layers, torchlip.SpectralLinear(WIDTH, 1, k_coef_lip=lipschitz))


def cayley_network(inputs: int, lipschitz: float) -> nn.Module:
    """Torch's orthogonal parametrisation by the Cayley map."""
    widths = [inputs, *[WIDTH] * DEPTH]
    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [orthogonal(nn.Linear(before, after), orthogonal_map="cayley"), _GroupSort2()]
    return nn.Sequential(*layers, orthogonal(nn.Linear(WIDTH, 1), orthogonal_map="cayley"), _Times(lipschitz))


class _GroupSort2(nn.Module):
    def forward(self, x: Tensor) -> Tensor:
        a, b = x.chunk(2, -1)
        return torch.cat([torch.minimum(a, b), torch.maximum(a, b)], -1)


class _Times(nn.Module):
    def __init__(self, factor: float) -> None:
        super().__init__()
        self.factor = factor

    def forward(self, x: Tensor) -> Tensor:
        return self.factor * x


def vmapped(x: np.ndarray, y: np.ndarray, networks: int) -> Step:
    """All networks in one call of torch.func: skew-symmetric parameters, Cayley's map, Adam on the stacks."""
    points, labels = (torch.as_tensor(array, dtype=torch.float32) for array in (x, y))
    torch.manual_seed(0)
    parameters = _stacked(x.shape[1], networks)
    constants = torch.tensor([CONSTANTS[i % len(CONSTANTS)] for i in range(networks)])
    optimiser = torch.optim.Adam(parameters.values(), lr=1e-3)
    losses = torch.func.vmap(_cayley_loss)

    def step() -> None:
        rows = torch.randint(ROWS, (networks, BATCH))
        optimiser.zero_grad()
        losses(parameters, constants, points[rows], labels[rows]).sum().backward()
        optimiser.step()

    return step


def _stacked(inputs: int, networks: int) -> dict[str, Tensor]:
    parameters = {"last": torch.randn(networks, WIDTH, 1), "shift": torch.zeros(networks, 1)}
    for i in range(DEPTH):
        parameters[f"skew{i}"] = torch.randn(networks, WIDTH, WIDTH) / WIDTH**0.5
        parameters[f"bias{i}"] = torch.zeros(networks, WIDTH)
    parameters["embed"] = torch.linalg.qr(torch.randn(networks, WIDTH, inputs))[0]
    return {name: value.requires_grad_(name != "embed") for name, value in parameters.items()}


def _cayley_loss(parameters: dict[str, Tensor], constant: Tensor, x: Tensor, y: Tensor) -> Tensor:
    z = x
    eye = torch.eye(WIDTH)
    for i in range(DEPTH):
        skew = parameters[f"skew{i}"] - parameters[f"skew{i}"].mT
        matrix = torch.linalg.solve(eye + skew, eye - skew)
        matrix = matrix @ parameters["embed"] if i == 0 else matrix
        a, b = (z @ matrix.mT + parameters[f"bias{i}"]).chunk(2, -1)
        z = torch.cat([torch.minimum(a, b), torch.maximum(a, b)], -1)
    last = parameters["last"] / parameters["last"].norm()
    output = constant * ((z @ last)[:, 0] + parameters["shift"])
    return nn.functional.softplus(-y * output).mean()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--networks", type=int, default=32)
    parser.add_argument("--threads", type=int, default=1, help="of the others")
    parser.add_argument("--inputs", type=int, nargs="+", default=[2, 64])
    return parser.parse_args()


if __name__ == "__main__":
    main()
