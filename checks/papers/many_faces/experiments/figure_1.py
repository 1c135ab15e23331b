"""The network of Figure 1 and the function it is fitted to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from checks.arrays import Floats
from checks.randomness import stream
from checks.training import TrainedNetwork, TrainingConfig, fit_cached
from theory.shapes import figure_1

FIGURE_1: Mapping[str, TrainingConfig] = {
    "quick": TrainingConfig(steps=2_000, unit=200.0),
    "paper": TrainingConfig(steps=90_000, cooling=6_000.0, unit=200.0),
}
"""The network of Figure 1 at the two scales: five hidden layers of width 128, 160,000 pixels."""


def figure1_network(
    scale: str = "quick", device: str = "auto", progress: bool = True, *, claims_seed: int = 0
) -> TrainedNetwork:
    """The network of Figure 1, fitted to its Highest Mountain Function, in pixels; cached.

    Raises:
        ValueError: an unknown scale or device.
    """
    if scale not in FIGURE_1:
        raise ValueError(f"scale={scale!r}: choose one of {sorted(FIGURE_1)}")
    config = replace(FIGURE_1[scale], seed=stream(FIGURE_1[scale].seed, claims_seed))
    return fit_cached(*figure1_samples(), config, device=device, progress=progress)


def figure1_samples() -> tuple[Floats, Floats]:
    """Pixel centres (160000, 2) of Figure 1, row by row, and the signed distance there (160000,)."""
    layout = figure_1()
    pixels = layout.pixels().reshape(-1, 2)
    return pixels, layout.frontier()(pixels)
