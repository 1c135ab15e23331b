"""Networks trained with the BCE beside the certified least BCE: Example 3 and real data."""

from itertools import pairwise

import pytest

from checks.test_example_3 import DATA, LIPSCHITZ_CONSTANTS

claim = pytest.mark.claim

GRID = [i / 20 for i in range(-50, 51)]
"""Where the networks of Example 3 are drawn."""

DIGIT_CONSTANTS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


def bce(values, labels, weights=None):
    """The mean BCE in float64."""
    import numpy as np

    return float(np.average(np.logaddexp(0.0, -labels * values), weights=weights))


def train_on_example_3(scale, device):
    """For each L the values of a trained L-Lipschitz network at the four points, and the exact minimiser's."""
    import numpy as np

    from checks.training import TrainingConfig, fit_cached
    from theory.losses import BCE
    from theory.risk import minimize_risk

    points, labels = np.array(DATA["x"], dtype=float)[:, None], np.array(DATA["y"], dtype=float)
    weights = np.array(DATA["w"])
    rows = np.repeat(np.arange(4), weights)
    config = TrainingConfig(width=32, depth=3, steps=4000, batch=len(rows), loss=BCE())
    runs = {}
    for lipschitz in LIPSCHITZ_CONSTANTS:
        network = fit_cached(lipschitz * points[rows], labels[rows], config, device=device).network
        least = minimize_risk(points, labels, lipschitz, weights=weights / weights.sum(), tolerance=1e-10)
        runs[lipschitz] = {
            "slope": lipschitz * network.certified_lipschitz(),
            "values": network(lipschitz * points),
            "least": least.lower_bound,
            "curve": network(lipschitz * np.array(GRID)[:, None]),
            "exact": least.values,
        }
    return runs


@claim(
    "fig-2b.networks",
    by="training",
    build=train_on_example_3,
    sabotage={
        "values 2 % off": lambda runs: {c: run | {"values": 0.98 * run["values"]} for c, run in runs.items()},
        "another constant": lambda runs: {c: run | {"values": runs[2.0]["values"]} for c, run in runs.items()},
        "networks 1 % too steep": lambda runs: {c: run | {"slope": 1.01 * run["slope"]} for c, run in runs.items()},
    },
)
def test_networks_on_example_3(evidence, subject):
    import numpy as np

    labels, weights = np.array(DATA["y"]), np.array(DATA["w"])
    excess = {c: bce(run["values"], labels, weights) / run["least"] - 1 for c, run in subject.items()}
    evidence.fact("certified L-Lipschitz", all(run["slope"] <= c for c, run in subject.items()))
    evidence.fact("never below the least BCE", min(excess.values()) >= 0)
    evidence.fact("within 0.01 % of it for L = 2, 4, 8", max(excess[c] for c in (2.0, 4.0, 8.0)) < 1e-4)
    evidence.fact("within 10 % for L = 1", excess[1.0] < 0.1)
    for lipschitz, share in excess.items():
        evidence.value(f"excess over the least BCE, L = {lipschitz:g}", share)
    evidence.count(4, 0)
    series = [{"label": f"$L = {c:g}$", "x": GRID, "y": run["curve"].tolist()} for c, run in subject.items()]
    exact = {"label": "exact", "points": True, "x": DATA["x"] * len(subject),
             "y": [float(v) for run in subject.values() for v in run["exact"]]}  # fmt: skip
    evidence.figure(
        "curves",
        "Figure 2b: trained networks as curves, the exact minimisers' values at the four points as circles.",
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

    from checks.real_data import digits
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


def train_on_digits(scale, device):
    """Trained L-Lipschitz networks on the digits, beside the certified least BCE."""
    from checks.real_data import digits
    from checks.training import TrainingConfig, fit_cached
    from theory.losses import BCE
    from theory.risk import minimize_risk

    points, labels = digits()
    steps = 1500 if scale == "quick" else 15_000
    config = TrainingConfig(width=128, depth=3, steps=steps, batch=599, loss=BCE())
    runs = {}
    for lipschitz in (0.3, 1.0, 3.0, 10.0):
        network = fit_cached(lipschitz * points, labels, config, device=device).network
        least = minimize_risk(points, labels, lipschitz, tolerance=1e-6)
        runs[lipschitz] = {
            "slope": lipschitz * network.certified_lipschitz(),
            "risk": bce(network(lipschitz * points), labels),
            "least": least.lower_bound,
        }
    return runs


@claim(
    "sec-4.digits",
    by="training",
    build=train_on_digits,
    sabotage={
        "networks 1 % too steep": lambda runs: {c: run | {"slope": 1.01 * run["slope"]} for c, run in runs.items()},
        "half the loss": lambda runs: {c: run | {"risk": run["risk"] / 2} for c, run in runs.items()},
        "untrained": lambda runs: {c: run | {"risk": 0.6931471805599453} for c, run in runs.items()},
    },
)
def test_networks_on_the_digits(evidence, subject):
    evidence.fact("certified L-Lipschitz", all(run["slope"] <= c for c, run in subject.items()))
    evidence.fact("never below the least BCE", all(run["risk"] >= run["least"] for run in subject.values()))
    excess = [subject[c]["risk"] / subject[c]["least"] - 1 for c in sorted(subject)]
    evidence.fact("within 10 % of it for L = 0.3", excess[0] <= 0.1)
    evidence.fact("the relative excess grows with L", all(a < b for a, b in pairwise(excess)))
    for lipschitz, run in subject.items():
        evidence.value(f"L = {lipschitz:g}: trained, least", f"{run['risk']:.6g}, {run['least']:.6g}")
    evidence.count(4, 0)
    constants = sorted(subject)
    evidence.figure(
        "curves",
        "Binary cross entropy on the digits: certified least values over all L-Lipschitz functions, and trained "
        "networks.",
        series=[
            {"label": "least", "x": constants, "y": [subject[c]["least"] for c in constants], "marker": True},
            {"label": "trained", "x": constants, "y": [subject[c]["risk"] for c in constants], "marker": True},
        ],
        xlabel="$L$",
        ylabel="BCE",
        logx=True,
        log=True,
    )
