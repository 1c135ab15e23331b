"""Networks trained with the BCE beside the certified least BCE: Example 3 and real data."""

from dataclasses import replace
from itertools import pairwise

import pytest

from checks.papers.many_faces.entropy.test_example_3 import DATA, LIPSCHITZ_CONSTANTS
from checks.papers.many_faces.experiments.epochs import by_parameter, by_seed, changed
from checks.randomness import streams
from checks.statistics import TRAININGS, spread

claim = pytest.mark.claim

GRID = [i / 20 for i in range(-50, 51)]
"""Where the networks of Example 3 are drawn."""

DIGIT_CONSTANTS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


def bce(values, labels, weights=None):
    """The mean BCE in float64."""
    import numpy as np

    return float(np.average(np.logaddexp(0.0, -labels * values), weights=weights))


def train_on_example_3(scale, device, *, claims_seed):
    """For each L the values of trained L-Lipschitz networks at the four points, and the exact minimiser's."""
    import numpy as np

    from checks.training import TrainingConfig, fit_many_cached
    from theory.losses import BCE
    from theory.risk import minimize_risk

    points, labels = np.array(DATA["x"], dtype=float)[:, None], np.array(DATA["y"], dtype=float)
    weights = np.array(DATA["w"])
    rows, steps = np.repeat(np.arange(4), weights), 1_000 if scale == "quick" else 10_000
    common = TrainingConfig(width=16, depth=3, steps=steps, batch=len(rows), end_rate=0.05, bias_rate=0.02, loss=BCE())
    configs = [replace(common, seed=seed) for seed in streams(TRAININGS, claims_seed)]
    runs = {}
    for lipschitz in LIPSCHITZ_CONSTANTS:
        trained = fit_many_cached(lipschitz * points[rows], labels[rows], configs, device=device)
        networks = [each.network for each in trained]
        least = minimize_risk(points, labels, lipschitz, weights=weights / weights.sum(), tolerance=1e-10)
        runs[lipschitz] = {
            "slopes": [lipschitz * network.certified_lipschitz() for network in networks],
            "values": [network(lipschitz * points) for network in networks],
            "least": least.lower_bound,
            "curve": networks[0](lipschitz * np.array(GRID)[:, None]),
            "exact": least.values,
        }
    return runs


def steeper(runs):
    """A sabotage of networks by L."""
    return {c: run | {"slopes": [1.01 * slope for slope in run["slopes"]]} for c, run in runs.items()}


@claim(
    "fig-2b.networks",
    by="training",
    build=train_on_example_3,
    sabotage={
        "values 5 % off": lambda runs: {
            c: run | {"values": [0.95 * values for values in run["values"]]} for c, run in runs.items()
        },
        "another constant": lambda runs: {c: run | {"values": runs[2.0]["values"]} for c, run in runs.items()},
        "networks 1 % too steep": steeper,
    },
)
def test_networks_on_example_3(evidence, subject):
    import numpy as np

    labels, weights = np.array(DATA["y"]), np.array(DATA["w"])
    excess = {
        c: [bce(values, labels, weights) / run["least"] - 1 for values in run["values"]] for c, run in subject.items()
    }
    evidence.fact("certified L-Lipschitz", all(max(run["slopes"]) <= c for c, run in subject.items()))
    evidence.fact("never below the least BCE", min(map(min, excess.values())) >= 0)
    for lipschitz, limit in ((1.0, 0.1), (2.0, 0.01), (4.0, 0.01), (8.0, 0.1)):
        says = f"L = {lipschitz:g}: within {100 * limit:g} % of the least BCE"
        evidence.trials(says, excess[lipschitz], at_most=limit)
    for lipschitz, shares in excess.items():
        evidence.value(f"excess over the least BCE, L = {lipschitz:g}", spread(shares))
        evidence.count(len(shares), 0)
    series = [{"label": f"$L = {c:g}$", "x": GRID, "y": run["curve"].tolist()} for c, run in subject.items()]
    exact = {
        "label": "exact",
        "points": True,
        "x": DATA["x"] * len(subject),
        "y": [float(v) for run in subject.values() for v in run["exact"]],
    }
    evidence.figure(
        "curves",
        "Figure 2b: trained networks, the first of each L, as curves; the exact minimisers' values at the four points "
        "as circles.",
        series=[*series, exact],
        xlabel="$x$",
        ylabel="$f(x)$",
    )


def least_on_digits(scale, device):
    """The certified least BCE for each L, the signs of its minimiser where they are certain, and the least distance
    of opposite labels.

    If a minimiser had the other sign at an example with margin m and weight w, its loss would be smaller by at least
    w log cosh(m/2), the Bregman distance of m from 0: more than the gap where the sign is certain.
    """
    import numpy as np
    from scipy.spatial import cKDTree

    from checks.papers.many_faces.experiments.data import digits
    from theory.risk import minimize_risk

    points, labels = digits()
    bounds, signs = {}, {}
    for lipschitz in DIGIT_CONSTANTS:
        least = minimize_risk(points, labels, lipschitz, tolerance=1e-12 if lipschitz < 0.3 else 1e-8)
        margins = least.values * labels
        certain = (np.logaddexp(0.0, -margins) - np.log(2.0) + margins / 2) / len(labels) > 2 * least.gap
        bounds[lipschitz] = (least.lower_bound, least.risk)
        signs[lipschitz] = int((certain & (margins < 0)).sum()), int((certain & (margins > 0)).sum())
    return {
        "bounds": bounds,
        "signs": signs,
        "separation": float(cKDTree(points[labels > 0]).query(points[labels < 0])[0].min()),
    }


@claim(
    "sec-4.underfitting",
    by="samples",
    build=least_on_digits,
    sabotage={
        "coinciding classes": lambda run: run | {"separation": 0.0},
        "wrong and right exchanged": lambda run: run | {"signs": {c: pair[::-1] for c, pair in run["signs"].items()}},
        "the smallest L for all": lambda run: run | {"signs": dict.fromkeys(run["signs"], run["signs"][0.003])},
        "undecided signs": lambda run: run | {"signs": dict.fromkeys(run["signs"], (0, 0))},
    },
)
def test_small_constants_underfit(evidence, subject):
    signs, bounds = subject["signs"], subject["bounds"]
    constants = sorted(signs)
    decided = {c: sum(pair) for c, pair in signs.items()}
    evidence.fact("the signs are certain, but for one example at L = 0.1", decided.pop(0.1) >= 1796)
    evidence.fact("all of them for the other L", set(decided.values()) == {1797})
    evidence.fact("the classes are apart: a 1-Lipschitz function without errors exists", subject["separation"] > 0)
    evidence.fact("errors for L = 0.003, 0.01 and 0.03", all(signs[c][0] > 0 for c in constants[:3]))
    evidence.fact("none from L = 0.3 on", all(signs[c][0] == 0 for c in constants if c >= 0.3))
    evidence.fact("never more errors for a larger L", all(signs[a][0] >= signs[b][0] for a, b in pairwise(constants)))
    evidence.value("least distance of opposite labels", subject["separation"])
    for lipschitz in constants:
        evidence.value(f"L = {lipschitz:g}: errors, least BCE", f"{signs[lipschitz][0]}, {bounds[lipschitz][1]:.6g}")
    evidence.count(len(constants))
    evidence.figure(
        "curves",
        "Training errors of the exact minimiser among 1797 digits, by L.",
        series=[{"label": "exact", "x": constants, "y": [signs[c][0] for c in constants], "marker": True}],
        xlabel="$L$",
        ylabel="errors",
        logx=True,
    )


def train_on_digits(scale, device, *, claims_seed):
    """Trained L-Lipschitz networks on the digits, beside the certified least BCE; some are those of Figure 3a."""
    from checks.papers.many_faces.experiments.epochs import Case, sample, train
    from theory.losses import BCE

    cases = [Case(c, BCE(), c) for c in (0.3, 1.0, 3.0, 10.0)]
    return train(sample("quick", None), cases, scale, device, streams(TRAININGS, claims_seed))


@claim(
    "sec-4.digits",
    by="training",
    build=train_on_digits,
    sabotage={
        "networks 1 % too steep": changed(slope=lambda run: 1.01 * run.slope),
        "half the loss": changed(loss=lambda run: run.loss / 2),
        "untrained": changed(loss=lambda run: 0.6931471805599453),
    },
)
def test_networks_on_the_digits(evidence, subject):
    evidence.fact("certified L-Lipschitz", all(run.slope <= run.case.lipschitz for run in subject))
    evidence.fact("never below the least BCE", all(run.loss >= run.lower for run in subject))
    groups = by_seed(subject)
    outcomes = [
        group[0].loss / group[0].lower < 1.2 and all(a.loss / a.lower < b.loss / b.least for a, b in pairwise(group))
        for group in groups
    ]
    evidence.trials("L = 0.3: less than 20 % above it, and the relative excess grows with L", outcomes)
    evidence.value("L = 0.3: relative excess", spread(group[0].loss / group[0].lower - 1 for group in groups))
    constants = by_parameter(subject)
    least, trained = ([getattr(runs[0], name) for runs in constants.values()] for name in ("lower", "loss"))
    for lipschitz, runs in constants.items():
        losses = spread(run.loss for run in runs)
        evidence.value(f"L = {lipschitz:g}: trained, least", f"{losses}, {runs[0].lower:.6g}")
    evidence.count(len(subject), 0)
    evidence.figure(
        "curves",
        "Binary cross entropy on the digits: certified least values over all L-Lipschitz functions, and trained "
        "networks, the first of each L.",
        series=[
            {"label": "least", "x": list(constants), "y": least, "marker": True},
            {"label": "trained", "x": list(constants), "y": trained, "marker": True},
        ],
        xlabel="$L$",
        ylabel="BCE",
        logx=True,
        log=True,
    )
