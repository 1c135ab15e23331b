"""Section 2: trained networks, which support statements about training."""

import pytest

from checks.randomness import streams
from checks.statistics import TRAININGS

claim = pytest.mark.claim

STEPS = 300


def train(scale, device, *, claims_seed):
    """The largest errors of trained networks, with all their steps and with one alone; trained once, then kept."""
    import numpy as np

    from checks.training import TrainingConfig, fit_many_cached

    x = np.linspace(-1, 1, 33)[:, None]
    y = x[:, 0] * abs(x[:, 0]) / 2
    seeds = streams(TRAININGS, claims_seed)
    configs = [
        TrainingConfig(width=16, depth=2, steps=steps, batch=33, cooling=100, seed=seed)
        for steps in (STEPS, 1)
        for seed in seeds
    ]
    errors = [float(abs(each.network(x) - y).max()) for each in fit_many_cached(x, y, configs, device=device)]
    return {"trained": errors[: len(seeds)], "one step": errors[len(seeds) :]}


@claim("trained", by="training", build=train, sabotage={"one step": lambda found: {"trained": found["one step"]}})
def test_trained(evidence, subject):
    """32 trainings; the share of all that there could be is judged with exact confidence limits."""
    evidence.count(TRAININGS)
    evidence.trials("comes within 1/10 of the function", subject["trained"], at_most=0.1)
