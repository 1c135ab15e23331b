"""The cells of trained networks, counted with certificates, beside the bounds of Proposition 8's proof."""

from typing import Any, NamedTuple

import pytest

from checks.papers.many_faces.pieces.rational_networks import (
    arrangement_bound,
    enumerate_cells,
    network,
    paper_bound,
    small_networks,
)
from checks.randomness import stream, streams
from checks.statistics import TRAININGS, spread

claim = pytest.mark.claim

GATES = (8, 8, 8)
SQUARE = (-200, 200)
"""Figure 1's, in pixels."""
STEPS = (0, 50, 100, 200, 400)
"""Runs of so many steps: snapshots of training, each with the rates let down to 0."""


def targets():
    """Every third pixel of Figure 1's square, its signed distance there, and its first coordinate."""
    from checks.papers.many_faces.experiments.figure_1 import figure1_samples

    points, distance = (array[::3] for array in figure1_samples())
    return {"snowflakes": (points, distance), "coordinate": (points, points[:, 0])}


def trained(data, runs, device):
    """Networks of three layers of width 16, one a run (seed, steps), trained together."""
    from checks.training import fit_many_cached

    points, values = data
    found = fit_many_cached(points, values, [settings(*run) for run in runs], device=device)
    return [each.network for each in found]


def settings(seed, steps):
    """No steps give the network that training starts from."""
    from dataclasses import replace

    from checks.training import TrainingConfig

    config = TrainingConfig(width=16, depth=3, steps=max(steps, 1), batch=512, unit=200.0, seed=seed)
    return config if steps else replace(config, rate=1e-12, end_rate=1e-12, bias_rate=1e-12)


class Snapshot(NamedTuple):
    """A network and the certified number of its cells in the square."""

    net: Any
    cells: int


def train(scale, device, *, claims_seed):
    """Snapshots by target, number of the seed and number of steps; all of them for the first seed only."""
    seeds = streams(TRAININGS, claims_seed)
    runs = [(i, steps) for i in range(len(seeds)) for steps in (STEPS if i == 0 else (STEPS[0], STEPS[-1]))]
    return {
        (name, *run): Snapshot(net, certified_cells(net))
        for name, data in targets().items()
        for run, net in zip(runs, trained(data, [(seeds[i], steps) for i, steps in runs], device), strict=True)
    }


def layers(net):
    """What theory takes: both pair rows 2j and 2j + 1."""
    return {"weights": net.weights, "biases": net.biases}


def certified_cells(net):
    from theory.pieces import count_pieces

    return count_pieces(**layers(net), box=SQUARE, certify=True).cells


def exchanged(snapshots, rename):
    return {rename(*key): snapshot for key, snapshot in snapshots.items()}


@claim(
    "prop-8.pieces.training",
    by="training",
    build=train,
    sabotage={
        "the end for the beginning": lambda t: exchanged(t, lambda name, seed, steps: (name, seed, STEPS[-1] - steps)),
        "the targets exchanged": lambda t: exchanged(
            t, lambda name, seed, steps: ("coordinate" if name == "snowflakes" else "snowflakes", seed, steps)
        ),
        "no training": lambda t: {key: t[key[0], key[1], 0] for key in t},
    },
)
def test_pieces_during_training(evidence, subject):
    ends = [key for key in subject if key[2] in (STEPS[0], STEPS[-1])]
    cells = {key: subject[key].cells for key in ends}
    seeds = sorted({seed for _, seed, _ in cells})
    growth = {
        name: [cells[name, seed, STEPS[-1]] / cells[name, seed, STEPS[0]] for seed in seeds]
        for name in ("snowflakes", "coordinate")
    }
    evidence.trials(
        "a network gains cells when it is fitted to Figure 1's function, loses some when to a coordinate",
        [gain > 1 > loss for gain, loss in zip(growth["snowflakes"], growth["coordinate"], strict=True)],
    )
    for name, factors in growth.items():
        evidence.value(f"{name}: cells after training over cells before", spread(factors))
    most = [max(number for key, number in cells.items() if key[1] == seed) for seed in seeds]
    evidence.trials(
        "before and after, less than a twentieth of the arrangement bound",
        [20 * number for number in most],
        at_most=arrangement_bound(2, GATES),
    )
    for name in growth:
        for steps in (STEPS[0], STEPS[-1]):
            evidence.value(f"{name}: cells after {steps} steps", spread(cells[name, seed, steps] for seed in seeds))
    evidence.value("arrangement bound", arrangement_bound(2, GATES))
    evidence.value("the paper's bound", paper_bound(GATES))
    evidence.count(len(cells), 0)
    _draw_counts(evidence, subject)
    _draw_cells(evidence, subject)


def _draw_counts(evidence, snapshots):
    keys = sorted(key for key in snapshots if key[1] == 0)
    names = {"snowflakes": "Figure 1's function", "coordinate": "$x_1$"}
    series = [
        {
            "label": label,
            "x": [key[2] for key in keys if key[0] == name],
            "y": [snapshots[key].cells for key in keys if key[0] == name],
            "marker": True,
        }
        for name, label in names.items()
    ]
    evidence.figure(
        "curves",
        "Cells in Figure 1's square of networks of widths 16, 16, 16 that were trained for so many steps.",
        series=series,
        xlabel="steps",
        ylabel="cells",
    )


def _draw_cells(evidence, snapshots):
    chosen = (snapshots["snowflakes", 0, 0], snapshots["snowflakes", 0, STEPS[-1]])
    titles = ("before training", f"after {STEPS[-1]} steps")
    panels = [_panel(title, snapshot.net) for title, snapshot in zip(titles, chosen, strict=True)]
    evidence.figure(
        "cells",
        "The cells of a network of widths 16, 16, 16 before and after it was fitted to Figure 1's function, coloured "
        "by the direction of the gradient; black where the network is 0.",
        panels=panels,
        box=[SQUARE[0], SQUARE[1]] * 2,
    )


def _panel(title, net):
    import numpy as np

    from theory.pieces import enumerate_pieces

    polygons, angles, zeros = [], [], []
    for piece in enumerate_pieces(**layers(net), box=SQUARE):
        vertices = np.asarray(piece.vertices)
        around = vertices - vertices.mean(axis=0)
        corners = vertices[np.argsort(np.arctan2(*around.T[::-1]))]
        polygons.append(np.round(corners, 1).tolist())
        angles.append(round(float(np.degrees(np.arctan2(*piece.gradient[::-1])))))
        zeros += _crossing(corners, corners @ piece.gradient + piece.offset)
    return {"title": f"{title}: {len(polygons)} cells", "polygons": polygons, "angles": angles, "zeros": zeros}


def _crossing(corners, values):
    """The segment of a polygon on which an affine function with these values at the corners is 0, if there is one."""
    import numpy as np

    after, then = np.roll(corners, -1, axis=0), np.roll(values, -1)
    across = np.flatnonzero((values > 0) != (then > 0))
    if len(across) != 2:
        return []
    share = (values[across] / (values[across] - then[across]))[:, None]
    return [np.round(corners[across] + share * (after[across] - corners[across]), 1).tolist()]


# --- Figure 1's network


def figure_1(scale, device, *, claims_seed):
    from checks.papers.many_faces.experiments.figure_1 import figure1_network

    return figure1_network(scale, device, claims_seed=claims_seed).network


def without_biases(net):
    return type(net)(net.weights, [0 * bias for bias in net.biases])


def first_layer(net):
    """The first layer with the sum of its outputs."""
    return type(net)([net.weights[0], [[1.0] * len(net.biases[0])]], [net.biases[0], [0.0]])


@claim(
    "prop-8.pieces.figure-1",
    by="training",
    build=figure_1,
    sabotage={"no biases": without_biases, "the first layer only": first_layer},
)
def test_cells_of_figure_1(evidence, subject):
    """Counted over the whole square in floating point, and with a certificate in its middle."""
    from theory.pieces import count_pieces

    cells = count_pieces(**layers(subject), box=SQUARE).cells
    gates = [len(bias) // 2 for bias in subject.biases[:-1]]
    evidence.fact("more than a hundred thousand cells", cells > 10**5)
    evidence.fact("less than a millionth of the arrangement bound", 10**6 * cells < arrangement_bound(2, gates))
    middle = [count_pieces(**layers(subject), box=(-60, 60), certify=certify).cells for certify in (False, True)]
    evidence.fact("in the middle the certified count is the same", middle[0] == middle[1])
    evidence.value("cells in the square", cells)
    evidence.value("cells in the middle 120 by 120 pixels, certified", middle[1])
    evidence.value("arrangement bound", arrangement_bound(2, gates))
    evidence.value("the paper's bound", f"2^{sum(gates)}")
    evidence.count(1, 0)


# --- every sampled sign pattern


def signs(weights, biases, points):
    """Signs of all gates, True where unswapped, (p, gates), and how near each point comes to a tie, (p,)."""
    import numpy as np

    values, found, nearest = points, [], np.full(len(points), np.inf)
    for weight, bias in zip(weights[:-1], biases[:-1], strict=True):
        pairs = (values @ np.asarray(weight).T + bias).reshape(len(points), -1, 2)
        gap = pairs[..., 1] - pairs[..., 0]
        found.append(gap >= 0)
        nearest = np.minimum(nearest, np.abs(gap).min(axis=1))
        values = np.sort(pairs, axis=-1).reshape(len(points), -1)
    return np.concatenate(found, axis=1), nearest


def enumerated(weights, biases, box):
    """The sign patterns of theory.pieces; a gate that is tied on a whole cell counts as unswapped."""
    from theory.pieces import enumerate_pieces

    return {tuple((piece.pattern >= 0).tolist()) for piece in enumerate_pieces(weights, biases, box, certify=True)}


def random_network(n, gates, seed):
    import numpy as np

    generator = np.random.default_rng(seed)
    widths = [n, *(2 * g for g in gates), 1]
    shapes = list(zip(widths[1:], widths, strict=False))
    return [generator.normal(size=s) / s[1] ** 0.5 for s in shapes], [generator.normal(size=s[0]) / 4 for s in shapes]


def sampled_networks(scale, device, *, claims_seed):
    """Name, weights, biases and half the side of the box of a trained network and of random ones on up to 4 inputs."""
    last = trained(targets()["snowflakes"], [(stream(0, claims_seed), STEPS[-1])], device)[0]
    shapes = [(1, (6, 6)), (2, (6, 6)), (3, (4, 4)), (4, (3, 3))]
    seed = stream(7, claims_seed)
    random = [(f"random, {n} inputs, {g} gates", *random_network(n, g, seed), 1.0) for n, g in shapes]
    return {"networks": [("trained", *layers(last).values(), 200.0), *random], "patterns": enumerated}


def unpaired(subject):
    """Gates of the first layer pair j and j + w/2."""
    import numpy as np

    def wrong(weights, biases, box):
        turned = [weights[0][np.r_[0 : len(weights[0]) : 2, 1 : len(weights[0]) : 2]], *weights[1:]]
        return enumerated(turned, biases, box)

    return subject | {"patterns": wrong}


def fewer(subject):
    """One cell in ten left out."""
    return subject | {"patterns": lambda *given: set(sorted(enumerated(*given))[::10]) ^ enumerated(*given)}


@claim(
    "prop-8.pieces.sampled",
    by="samples",
    build=sampled_networks,
    sabotage={
        "gates pair other rows": unpaired,
        "a tenth of the cells left out": fewer,
        "a box half as wide": lambda subject: (
            subject | {"patterns": lambda w, b, box: enumerated(w, b, (box[0] / 2, box[1] / 2))}
        ),
    },
)
def test_sampled_signs_are_enumerated(evidence, subject):

    for name, weights, biases, side in subject["networks"]:
        points = evidence.rng(3).uniform(-side, side, (20_000, weights[0].shape[1]))
        found, nearest = signs(weights, biases, points)
        clear = nearest > 1e-9 * side
        seen = set(map(tuple, found[clear].tolist()))
        cells = subject["patterns"](weights, biases, (-side, side))
        evidence.fact(f"{name}: all {len(seen)} sampled patterns are among the {len(cells)} enumerated", seen <= cells)
        evidence.count(int(clear.sum()), 3)


@claim(
    "prop-8.pieces.sampled",
    by="examples",
    subject=lambda net: net,
    sabotage={
        "the last bias of a layer moved": lambda net: network(
            net.weights, [(*net.biases[0][:-1], net.biases[0][-1] + 1), *net.biases[1:]]
        ),
        "the first layer turned round": lambda net: network([net.weights[0][::-1], *net.weights[1:]], net.biases),
    },
)
def test_two_enumerations_agree(evidence, subject):
    """Cones cut by brute force in whole numbers, against theory.pieces: boxes and all of R^n, degenerate gates too."""
    import numpy as np

    from theory.pieces import count_pieces

    def law(net):
        other = subject(net)
        floats = [np.array(w, float) for w in other.weights], [np.array(b, float) for b in other.biases]
        brute = enumerate_cells(net), enumerate_cells(net, [(-1, 1)] * net.dimension)
        same = all(enumerated(*floats, box) == pieces.signs for pieces, box in zip(brute, ("all", None), strict=True))
        counted = count_pieces(*floats, "all", certify=True)
        numbers = counted.cells, counted.affine_maps, counted.connected_pieces
        return same and numbers == (brute[0].cells, brute[0].affine_maps, brute[0].regions)

    evidence.examples("equal sign patterns, affine maps and regions", law, small_networks(gates=3), max_examples=60)
