"""Classifiers of the digits beside deel-torchlip and orthogonium: risks, certified accuracy, time.

`python tests/benchmarks/bench_trainer.py [--seeds N] [--width w --depth d] [--ablation]`: 0-4 against 5-9 of
scikit-learn's digits, pixels in [0, 1], 1,200 to train on and 597 held out, L = 1, losses BCE of temperature 4, hinge,
and hKR. Every contender takes 400 steps on one thread; they take turns, and times are those of the processor. The
others, of width w and depth d, are trained by Adam in batches of 256 at the rate, of three, that has the least mean
held-out risk over the seeds, and their constants are taken for 1.

Limits are those of 95 % for the mean over seeds (Student's), for this one split of the data. `--ablation` shows what
keeps the risk of training from the least one instead. Needs deel-torchlip and orthogonium.
"""

from __future__ import annotations

import argparse
import statistics
import time
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import t as student
from scipy.stats import ttest_ind
from sklearn.datasets import load_digits
from torch import Tensor, nn

from checks.training import TrainedNetwork, TrainingConfig, fit, fit_many, recommended
from theory.losses import BCE, HKR, Hinge, Loss
from theory.risk import LeastRisk, minimize_risk

Floats = NDArray[np.float64]

LOSSES: tuple[Loss, ...] = (BCE(4), Hinge(), HKR())
TRAINING_ROWS, STEPS, BATCH = 1200, 400, 256
RADII = (0.25, 0.5, 1.0)
RATES = (0.001, 0.01, 0.03)
"""Of the others: Adam's usual one, and two that suit short training."""

IMAGES: dict[str, Any] = {"image": (1, 8, 8), "convolutions": ((16, 2), (64, 2))}
OLD = TrainingConfig(width=64, depth=3, steps=STEPS, batch=BATCH)


class Data(NamedTuple):
    """Points and labels to train on, and those held out."""

    x: Floats
    y: Floats
    x_out: Floats
    y_out: Floats


class Score(NamedTuple):
    """Of one network."""

    training: float
    held_out: float
    certified: tuple[float, ...]
    seconds: float


Contender = Callable[[Data, Loss, int], Score]


def digits() -> Data:
    """Half the classes against the others, in an order of its own."""
    bunch = load_digits()
    order = np.random.default_rng(0).permutation(len(bunch.data))
    x, y = bunch.data[order] / 16.0, np.where(bunch.target[order] >= 5, 1.0, -1.0)
    return Data(x[:TRAINING_ROWS], y[:TRAINING_ROWS], x[TRAINING_ROWS:], y[TRAINING_ROWS:])


def main() -> None:
    """Print the measurements."""
    arguments = _arguments()
    torch.set_num_threads(1)
    data = digits()
    least = {loss: minimize_risk(data.x, data.y, 1.0, loss, tolerance=1e-3) for loss in LOSSES}
    if arguments.ablation:
        ablation(data, least, range(arguments.seeds))
    else:
        for loss in LOSSES:
            compare(data, loss, least[loss], range(arguments.seeds), (arguments.width, arguments.depth))


def compare(data: Data, loss: Loss, least: LeastRisk, seeds: range, shape: tuple[int, int]) -> None:
    """Risks, certified accuracies and times of all contenders."""
    middle = np.mean(least.extend(data.x_out), axis=0) * data.y_out
    risk, shares = float(loss.value(middle).mean()), [float((middle > radius).mean()) for radius in RADII]
    print(f"\n{loss}: least risk of training {least.risk:.4f}; {len(seeds)} seeds")
    print(
        f"  held out, between the two extensions of its function: {risk:.4f}, " + ", ".join(f"{s:.4f}" for s in shares)
    )
    ours: dict[str, Contender] = {
        "here, defaults at 64 x 3": here(lambda loss, _: replace(OLD, loss=loss)),
        "here, recommended": here(recommended),
        "here, recommended, with convolutions": here(lambda loss, rows: replace(recommended(loss, rows), **IMAGES)),
        "here, recommended for training": here(lambda loss, rows: recommended(loss, rows, aim="training")),
    }
    others = dict(_others(data, loss, seeds, *shape))
    scores: dict[str, list[Score]] = {name: [] for name in ours | others}
    for seed in seeds:
        for name, contender in (ours | others).items():
            scores[name].append(contender(data, loss, seed))
    base = statistics.median(score.seconds for score in scores["here, recommended"])
    for name, found in scores.items():
        columns = zip(*[(score.training, score.held_out, *score.certified) for score in found], strict=True)
        cells = " ".join(f"{mean:7.4f} ±{half:6.4f}" for mean, half in map(limits, columns))
        ratio = statistics.median(score.seconds for score in found) / base
        print(f"  {name:40s} {cells}  time {ratio:5.2f}", flush=True)
    _above(scores["here, recommended"], {name: scores[name] for name in others})


def _above(ours: list[Score], others: dict[str, list[Score]]) -> None:
    """The differences of certified accuracy from each of the others, with Welch's limits."""
    for i, radius in enumerate(RADII):
        parts = []
        for name, found in others.items():
            a, b = ([score.certified[i] for score in group] for group in (ours, found))
            low, high = ttest_ind(a, b, equal_var=False).confidence_interval(0.95)
            parts.append(f"{name.split(',')[0]} {np.mean(a) - np.mean(b):+.3f} ({low:+.3f}, {high:+.3f})")
        print(f"  recommended at radius {radius:4.2f}, above " + "; ".join(parts))


def limits(values: Iterable[float]) -> tuple[float, float]:
    """The mean, and half the width of its interval."""
    array = np.array(list(values))
    if len(array) < 2:
        return float(array.mean()), float("inf")
    return float(array.mean()), float(student.ppf(0.975, len(array) - 1) * array.std(ddof=1) / len(array) ** 0.5)


def score(data: Data, loss: Loss, function: Callable[[Floats], Floats], seconds: float) -> Score:
    """Of a function of points."""
    inside, outside = function(data.x) * data.y, function(data.x_out) * data.y_out
    certified = tuple(float((outside > radius).mean()) for radius in RADII)
    return Score(float(loss.value(inside).mean()), float(loss.value(outside).mean()), certified, seconds)


def here(config: Callable[[Loss, int], TrainingConfig]) -> Contender:
    """Ours, a network alone."""

    def train(data: Data, loss: Loss, seed: int) -> Score:
        start = time.process_time()
        trained = fit(data.x, data.y, replace(config(loss, len(data.y)), seed=seed), device="cpu")
        return score(data, loss, trained.network, time.process_time() - start)

    return train


def _others(data: Data, loss: Loss, seeds: range, width: int, depth: int) -> Iterable[tuple[str, Contender]]:
    """Each at its best rate; one at which some seed diverges is no good."""
    for name, make in (("deel-torchlip", torchlip_network), ("orthogonium", orthogonium_network)):
        found = {rate: other(make, width, depth, rate) for rate in RATES}
        means = {rate: np.mean([train(data, loss, seed).held_out for seed in seeds]) for rate, train in found.items()}
        held_out = {rate: mean if np.isfinite(mean) else np.inf for rate, mean in means.items()}
        best = min(held_out, key=held_out.__getitem__)
        yield f"{name} {width} x {depth}, rate {best:g}", found[best]


def other(make: Callable[[list[int]], nn.Module], width: int, depth: int, rate: float) -> Contender:
    """Adam on a network of another library."""

    def train(data: Data, loss: Loss, seed: int) -> Score:
        torch.manual_seed(seed)
        model, rows = make([data.x.shape[1], *[width] * depth]), risk_of(loss)
        optimiser = torch.optim.Adam(model.parameters(), lr=rate)
        x, y = (torch.as_tensor(array, dtype=torch.float32) for array in (data.x, data.y))
        order = torch.arange(len(y))
        start = time.process_time()
        for step in range(STEPS):
            place = step % (len(y) // BATCH)
            order = order if place else torch.randperm(len(y))
            chosen = order[place * BATCH : (place + 1) * BATCH]
            optimiser.zero_grad()
            rows(y[chosen] * model(x[chosen])[:, 0]).mean().backward()
            optimiser.step()
        seconds = time.process_time() - start
        model.eval()
        return score(data, loss, lambda points: _values(model, points), seconds)

    return train


def _values(model: nn.Module, points: Floats) -> Floats:
    with torch.no_grad():
        return model(torch.as_tensor(points, dtype=torch.float32))[:, 0].double().numpy()


def risk_of(loss: Any) -> Callable[[Tensor], Tensor]:
    """The loss of margins, in torch."""
    if isinstance(loss, BCE):
        return lambda t: nn.functional.softplus(-float(loss.temperature) * t)
    base, jump, margin = map(float, loss.kink)
    return lambda t: jump * (margin - t).clamp_min(0.0) - base * t


def torchlip_network(widths: list[int]) -> nn.Module:
    """Of deel-torchlip, as its guide builds them for two classes."""
    from deel import torchlip

    layers: list[nn.Module] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its construction warns of torch's own deprecations
        for before, after in pairwise(widths):
            layers += [torchlip.SpectralLinear(before, after), torchlip.GroupSort2()]
        return nn.Sequential(*layers, torchlip.FrobeniusLinear(widths[-1], 1))


def orthogonium_network(widths: list[int]) -> nn.Module:
    """Of orthogonium, with its orthogonal layers and MaxMin."""
    from orthogonium.layers.custom_activations import MaxMin
    from orthogonium.layers.linear import OrthoLinear, UnitNormLinear

    layers: list[nn.Module] = []
    for before, after in pairwise(widths):
        layers += [OrthoLinear(before, after), MaxMin()]
    return nn.Sequential(*layers, UnitNormLinear(widths[-1], 1))


# --- what limits


ABLATION: dict[str, dict[str, Any]] = {
    "defaults, 64 x 3": {},
    "defaults, 64 x 3, 2,000 steps": {"steps": 2000},
    "defaults, 128 x 4": {"width": 128, "depth": 4},
    "tangent, 64 x 3": {"optimizer": "tangent"},
    "tangent, end rate 0.05, straight (below: so)": {"optimizer": "tangent", "end_rate": 0.05, "cooling": 1e9},
    "rate 0.1": {"rate": 0.1},
    "rate 0.4": {"rate": 0.4},
    "end rate 0.1": {"end_rate": 0.1},
    "bias rate 0.05": {"bias_rate": 0.05},
    "momentum 0.9": {"momentum": 0.9},
    "fullsort": {"activation": "fullsort"},
    "batch 64": {"batch": 64},
    "batch 1,200": {"batch": 1200},
    "1,000 steps": {"steps": 1000},
    "2,000 steps": {"steps": 2000},
    "64 x 2": {"depth": 2},
    "64 x 4": {"depth": 4},
    "64 x 6": {"depth": 6},
    "128 x 3": {"width": 128},
    "128 x 4": {"width": 128, "depth": 4},
    "128 x 6": {"width": 128, "depth": 6},
    "256 x 3": {"width": 256},
    "128 x 4, batch 512": {"width": 128, "depth": 4, "batch": 512},
    "128 x 4, batch 512, 2,000 steps": {"width": 128, "depth": 4, "batch": 512, "steps": 2000},
}
"""Changes to OLD; those after the fifth are changes to the fifth."""


def ablation(data: Data, least: dict[Loss, LeastRisk], seeds: range) -> None:
    """Mean risks of training and held out, one thing changed at a time."""
    print("least risks of training: " + ", ".join(f"{type(loss).__name__} {least[loss].risk:.4f}" for loss in LOSSES))
    base = OLD
    for name, changes in ABLATION.items():
        config = replace(base, **changes)
        base = config if "below" in name else base
        configs = [replace(config, loss=loss, seed=seed) for loss in LOSSES for seed in seeds]
        start = time.process_time()
        trained = fit_many(data.x, data.y, configs, device="cpu")
        pace = 1e3 * (time.process_time() - start) / config.steps / len(configs)
        cells = [_mean(data, loss, [each for each in trained if each.config.loss == loss]) for loss in LOSSES]
        print(f"  {name:46s} " + " | ".join(cells) + f" | {pace:5.2f} ms a step", flush=True)


def _mean(data: Data, loss: Loss, trained: list[TrainedNetwork]) -> str:
    found = [score(data, loss, each.network, 0.0) for each in trained]
    return f"{np.mean([each.training for each in found]):7.4f} {np.mean([each.held_out for each in found]):7.4f}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--width", type=int, default=OLD.width, help="of the other libraries' networks")
    parser.add_argument("--depth", type=int, default=OLD.depth)
    parser.add_argument("--ablation", action="store_true", help="what limits, in the place of the comparison")
    return parser.parse_args()


if __name__ == "__main__":
    main()
