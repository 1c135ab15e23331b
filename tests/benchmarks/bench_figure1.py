"""The network of Figure 1: seconds and mean absolute error, beside deel-torchlip's usual recipe.

`python tests/benchmarks/bench_figure1.py [--steps N] [--paper]`: N steps of both recipes on batches of one
size, then the quick scale, or the paper's; nothing is read from or written to the cache.
"""

from __future__ import annotations

import argparse
import time
import warnings
from dataclasses import replace

import numpy as np
import torch
from deel import torchlip
from numpy.typing import NDArray

from checks.papers.many_faces.experiments.figure_1 import FIGURE_1, figure1_samples
from checks.training import TrainedNetwork, TrainingConfig, fit

Floats = NDArray[np.float64]

QUANTILES = (0.0, 0.001, 0.01, 0.1, 0.5, 0.9, 1.0)
REPEATS = 3


def main() -> None:
    """Print the measurements."""
    arguments = _arguments()
    x, y = figure1_samples()
    compare(x, y, replace(FIGURE_1["quick"], steps=arguments.steps))
    scale = "paper" if arguments.paper else "quick"
    report(scale, fit(x, y, FIGURE_1[scale], device="cpu", progress=True), x)


def compare(x: Floats, y: Floats, config: TrainingConfig) -> None:
    """Time of a step of each recipe, the least of a few alternating runs, and errors after equal steps."""
    ours, theirs = [], []
    for _ in range(REPEATS):
        trained = fit(x, y, config, device="cpu")
        ours.append((trained.seconds, trained.mean_absolute_error))
        theirs.append(fit_torchlip(x, y, config))
    (seconds, error), (their_seconds, their_error) = min(ours), min(theirs)
    print(f"{config.steps} steps of batch {config.batch}, best of {REPEATS}:")
    print(f"  here          {1e3 * seconds / config.steps:6.2f} ms a step, {error:.2f} px, 1 thread")
    print(
        f"  deel-torchlip {1e3 * their_seconds / config.steps:6.2f} ms a step, {their_error:.2f} px, "
        f"{torch.get_num_threads()} threads"
    )
    print(f"  time ratio    {their_seconds / seconds:.2f}")


def fit_torchlip(x: Floats, y: Floats, config: TrainingConfig) -> tuple[float, float]:
    """Seconds and mean absolute error of Adam on Björck-orthonormalised layers, same widths and batches."""
    torch.manual_seed(config.seed)
    model = _torchlip_network(x.shape[1], config)
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-3)
    points = torch.as_tensor(x / config.unit, dtype=torch.float32)
    values = torch.as_tensor(y / config.unit, dtype=torch.float32)
    start = time.perf_counter()
    for _ in range(config.steps):
        rows = torch.randint(len(points), (config.batch,))
        optimiser.zero_grad()
        (model(points[rows])[:, 0] - values[rows]).square().mean().backward()
        optimiser.step()
    seconds = time.perf_counter() - start
    model.eval()
    with torch.no_grad():
        error = (model(points)[:, 0] - values).abs().mean().item() * config.unit
    return seconds, error


def _torchlip_network(inputs: int, config: TrainingConfig) -> torch.nn.Module:
    layers: list[torch.nn.Module] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its construction warns of torch's own deprecations
        for width in (inputs, *[config.width] * (config.depth - 1)):
            layers += [torchlip.SpectralLinear(width, config.width), torchlip.GroupSort2()]
        return torch.nn.Sequential(*layers, torchlip.SpectralLinear(config.width, 1))


def report(scale: str, trained: TrainedNetwork, x: Floats) -> None:
    """Error, certificate and slopes of a trained network."""
    config, slopes = trained.config, trained.network.slope(x)
    bounds = trained.network.singular_bounds()
    print(f"{scale} scale: {config.steps} steps of batch {config.batch}, {trained.seconds:.1f} s")
    print(f"  mean absolute error {trained.mean_absolute_error:.4f} px over {len(x)} pixels")
    print(f"  certified norm {trained.network.certified_lipschitz()!r}")
    print(f"  least singular value {min(bound.least for bound in bounds)!r}")
    print(f"  |grad f|: mean {slopes.mean():.4f}, share above 0.999: {(slopes > 0.999).mean():.4f}")
    print("  quantiles " + ", ".join(f"{q:g}: {np.quantile(slopes, q):.4f}" for q in QUANTILES))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=300, help="steps of the comparison")
    parser.add_argument("--paper", action="store_true", help="the paper's scale, not the quick one")
    return parser.parse_args()


if __name__ == "__main__":
    main()
