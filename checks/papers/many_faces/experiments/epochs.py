"""The networks of Figures 3, 5 and 6, each beside the exact least risk, and their curves over the epochs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from checks.papers.many_faces.experiments import data
from theory.losses import Loss
from theory.risk import minimize_risk

if TYPE_CHECKING:
    from checks.training import TrainingConfig

SIZES: dict[str, dict[str, Any]] = {
    "quick": {"width": 32, "depth": 3, "steps": 400, "batch": 128},
    "paper": {"width": 512, "depth": 5, "steps": 8_000, "batch": 256},
}
"""Width and depth of the paper's experiments at paper scale; the paper does not say how many epochs it took."""

_FREE_RATE = 0.002  # of unconstrained networks: twice the default, for fewer steps than the default suits

_POINTS = 100  # of a curve in the report
_FEW = 1_000  # images of CIFAR-10 of each class at quick scale
_TOLERANCE = 1e-3  # of the least risk, relative


@dataclass(frozen=True)
class Sample:
    """Labelled examples: points (p, n), labels (p,), +1 or -1. name: as captions say it."""

    points: NDArray[np.float64]
    labels: NDArray[np.float64]
    name: str


@dataclass(frozen=True)
class Case:
    """One of the networks to compare. parameter: L, T or m. constrained: to the Lipschitz constant `lipschitz`."""

    parameter: float
    loss: Loss
    lipschitz: float = 1.0
    constrained: bool = True


@dataclass(frozen=True)
class Run:
    """A trained network, judged in float64 on all examples.

    slope: a certified Lipschitz constant of a constrained network; of another the greatest gradient at an example.
    lower, least: bounds on the least risk of all functions with the case's Lipschitz constant, and the errors of one
    that has the risk `least`. epochs, losses, errors: the course of training.
    """

    case: Case
    seed: int
    loss: float
    error: float
    slope: float
    lower: float
    least: float
    least_error: float
    epochs: list[float]
    losses: list[float]
    errors: list[float]

    @property
    def parameter(self) -> float:
        return self.case.parameter


def sample(scale: str, cifar10: str | Path | None) -> Sample:
    """The digits, or dogs against cats of CIFAR-10 in that folder; at quick scale the first of them."""
    if cifar10 is None:
        return Sample(*data.digits(), "scikit-learn's digits, 0–4 against 5–9")
    points, labels = data.cifar10_pair(cifar10)
    if scale == "quick":
        kept = np.sort(np.concatenate([np.flatnonzero(labels == label)[:_FEW] for label in (-1, 1)]))
        points, labels = points[kept], labels[kept]
    return Sample(points, labels, f"CIFAR-10, {len(labels)} dogs and cats")


def train(data: Sample, cases: Sequence[Case], scale: str, device: str, seeds: Iterable[int]) -> list[Run]:
    """A run of every case and seed, all trained in one batch; seeds first."""
    from checks.training import fit_many_cached  # torch, for those alone that train

    told = [(seed, case) for seed in seeds for case in cases]
    configs = [config(case, seed, scale) for seed, case in told]
    trained = fit_many_cached(data.points, data.labels, configs, device=device, progress=True)
    least = {case: _least(data, case) for case in cases}
    return [_run(data, case, seed, fitted, least[case]) for (seed, case), fitted in zip(told, trained, strict=True)]


def config(case: Case, seed: int, scale: str) -> TrainingConfig:
    """What trains a network of that case."""
    from checks.training import TrainingConfig

    common = TrainingConfig(loss=case.loss, seed=seed, **SIZES[scale])
    if case.constrained:
        return replace(common, lipschitz=case.lipschitz)
    return replace(common, constraint="none", activation="relu", free_rate=_FREE_RATE)


def _least(data: Sample, case: Case) -> tuple[float, float, float]:
    best = minimize_risk(data.points, data.labels, case.lipschitz, case.loss, tolerance=_TOLERANCE)
    return float(best.lower_bound), float(best.risk), float((best.values * data.labels <= 0).mean())


def _run(data: Sample, case: Case, seed: int, fitted: Any, least: tuple[float, float, float]) -> Run:
    network = fitted.network
    margins = data.labels * network(data.points)
    slope = network.certified_lipschitz() if case.constrained else float(network.slope(data.points).max())
    curves = [_thinned(curve) for curve in (fitted.epoch, fitted.loss, fitted.error)]
    loss, error = float(np.mean(case.loss.value(margins))), float((~(margins > 0)).mean())
    return Run(case, seed, loss, error, slope, *least, *curves)


def _thinned(curve: NDArray[np.float64]) -> list[float]:
    """At most so many points of a curve, its last one among them."""
    every = -(-len(curve) // _POINTS)
    return [float(f"{value:.5g}") for value in curve[::-1][::every][::-1]]


def changed(**changes: Callable[[Run], Any]) -> Callable[[list[Run]], list[Run]]:
    """A sabotage: runs with some of their numbers replaced."""
    return lambda runs: [replace(run, **{name: change(run) for name, change in changes.items()}) for run in runs]


def exchanged(*names: str) -> Callable[[list[Run]], list[Run]]:
    """A sabotage: of each seed, the numbers of those names in the opposite order of the cases."""

    def exchange(runs: list[Run]) -> list[Run]:
        found: list[Run] = []
        for group in by_seed(runs):
            pairs = zip(group, reversed(group), strict=True)
            found += [replace(run, **{name: getattr(other, name) for name in names}) for run, other in pairs]
        return found

    return exchange


def by_seed(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs of each seed, by their parameter."""
    seeds = sorted({run.seed for run in runs})
    return [sorted((run for run in runs if run.seed == seed), key=lambda run: run.parameter) for seed in seeds]


def by_parameter(runs: Sequence[Run]) -> dict[float, list[Run]]:
    """The runs of each parameter, in its order."""
    return {
        parameter: [run for run in runs if run.parameter == parameter]
        for parameter in sorted({run.parameter for run in runs})
    }


def panels(runs: Sequence[Run], symbol: str, excess: bool = False, optimum: bool = True) -> dict[str, Any]:
    """Data of an "epochs" figure of the first seed; excess: losses less the least one; optimum: lines for it."""
    first = by_seed(runs)[0]
    series = [
        {
            "label": f"${symbol} = {run.parameter:g}$",
            "epoch": run.epochs,
            "loss": [loss - run.lower * excess for loss in run.losses],
            "error": run.errors,
            **({} if excess or not optimum else {"optimum": run.least}),
        }
        for run in first
    ]
    return {"series": series, "ylabel": "loss − least loss" if excess else "training loss"}
