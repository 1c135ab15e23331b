"""Figures 3, 5 and 6 again: networks by L, T or m over the epochs, each beside the exact least risk."""

from itertools import pairwise

import pytest

from checks.papers.many_faces.experiments.epochs import by_parameter, by_seed, changed, exchanged, panels
from checks.randomness import streams
from checks.statistics import TRAININGS, spread

claim = pytest.mark.claim

CONSTANTS = (0.1, 1.0, 10.0, 100.0)
"""Of L, and of the temperature in its place."""
MARGINS = (0.03, 0.1, 0.3, 1.0, 3.0)
PENALTY = 100
RESIDUE = 0.01
"""A training error that counts as next to none."""


def trained(cases, scale, device, cifar10, claims_seed):
    """Runs on the digits, and on CIFAR-10 where there is a folder of it: (sample, runs), the digits last."""
    from checks.papers.many_faces.experiments.epochs import sample, train

    seeds = streams(TRAININGS, claims_seed)
    places = [cifar10, None] if cifar10 else [None]
    return [
        (found.name, train(found, cases, scale, device, seeds)) for found in (sample(scale, place) for place in places)
    ]


def train_bce(scale, device, *, cifar10, claims_seed):
    from checks.papers.many_faces.experiments.epochs import Case
    from theory.losses import BCE

    return trained([Case(c, BCE(), c) for c in CONSTANTS], scale, device, cifar10, claims_seed)


def train_hinge(scale, device, *, cifar10, claims_seed):
    from checks.papers.many_faces.experiments.epochs import Case
    from theory.losses import Hinge

    return trained([Case(m, Hinge(m)) for m in MARGINS], scale, device, cifar10, claims_seed)


def train_hkr(scale, device, *, cifar10, claims_seed):
    from checks.papers.many_faces.experiments.epochs import Case
    from theory.losses import HKR

    return trained([Case(m, HKR(m, PENALTY)) for m in MARGINS], scale, device, cifar10, claims_seed)


def train_unconstrained_bce(scale, device, *, cifar10, claims_seed):
    from checks.papers.many_faces.experiments.epochs import Case
    from theory.losses import BCE

    return trained([Case(t, BCE(t), constrained=False) for t in CONSTANTS], scale, device, cifar10, claims_seed)


def train_unconstrained_hinge(scale, device, *, cifar10, claims_seed):
    from checks.papers.many_faces.experiments.epochs import Case
    from theory.losses import Hinge

    return trained([Case(m, Hinge(m), constrained=False) for m in MARGINS], scale, device, cifar10, claims_seed)


def everywhere(sabotage):
    """A sabotage of runs, on every sample."""
    return lambda samples: [(name, sabotage(runs)) for name, runs in samples]


STEEPER = everywhere(changed(slope=lambda run: 1.01 * run.slope))
BEGINNING = everywhere(changed(loss=lambda run: run.losses[0], error=lambda run: run.errors[0]))
BELOW = everywhere(changed(loss=lambda run: run.lower - 1e-3 * abs(run.lower) - 1e-9))


def theorems(evidence, samples):
    """What holds for every constrained network on whatever data."""
    for name, runs in samples:
        evidence.fact(f"{name}: certified L-Lipschitz", all(run.slope <= run.case.lipschitz for run in runs))
        evidence.fact(f"{name}: never below the least loss", all(run.loss >= run.lower for run in runs))


def most(evidence, samples, says, law):
    """A fact about trainings on the digits: what most seeds' networks, by parameter, do."""
    evidence.trials(says, [law(group) for group in by_seed(samples[-1][1])])


def record(evidence, samples, symbol, caption, **options):
    """The numbers of all samples, and a figure of each, of the first seed."""
    for name, runs in samples:
        for parameter, group in by_parameter(runs).items():
            evidence.value(
                f"{name.split(',')[0]}, {symbol} = {parameter:g}",
                f"loss {spread([run.loss for run in group])}, exact least {group[0].least:.4g}; errors "
                f"{spread([100 * run.error for run in group])} %, exact {group[0].least_error:.2%}",
            )
        evidence.count(len(runs), 0)
        evidence.figure("epochs", f"{caption} Data: {name}.", **panels(runs, symbol, **options))


def slopes(evidence, samples, symbol):
    for parameter, group in by_parameter(samples[-1][1]).items():
        evidence.value(f"greatest gradient, {symbol} = {parameter:g}", spread([run.slope for run in group]))


@claim(
    "fig-3a",
    by="training",
    build=train_bce,
    sabotage={
        "the constants exchanged": everywhere(exchanged("loss")),
        "their errors exchanged": everywhere(exchanged("error")),
        "before training": BEGINNING,
        "below the least loss": BELOW,
        "networks 1 % too steep": STEEPER,
    },
)
def test_higher_constants_fit_better(evidence, subject):
    theorems(evidence, subject)
    exact = [group[0] for group in by_parameter(subject[-1][1]).values()]
    evidence.fact("the least loss falls from each L to the next", all(a.lower > b.least for a, b in pairwise(exact)))
    most(
        evidence,
        subject,
        "the final loss falls from each L to the next, the training error up to L = 10 and to at most 1 % for L = 10 "
        "and 100, and the final loss over the least one rises",
        lambda group: (
            all(a.loss > b.loss and a.loss / a.lower < b.loss / b.least for a, b in pairwise(group))
            and group[0].error > group[1].error > group[2].error
            and all(run.error <= RESIDUE for run in group[2:])
        ),
    )
    record(
        evidence,
        subject,
        "L",
        "Figure 3a: L-Lipschitz networks with BCE, training loss and error by epoch. Dashed: the least loss of all "
        "L-Lipschitz functions; not shown where it is below the frame.",
    )


@claim(
    "fig-3b",
    by="training",
    build=train_hinge,
    sabotage={
        "the margins exchanged": everywhere(exchanged("error")),
        "their losses exchanged": everywhere(exchanged("loss")),
        "before training": BEGINNING,
        "below the least loss": BELOW,
        "networks 1 % too steep": STEEPER,
    },
)
def test_small_margins_are_easier(evidence, subject):
    theorems(evidence, subject)
    exact = [group[0] for group in by_parameter(subject[-1][1]).values()]
    evidence.fact("m ≤ 0.3: the exact least loss is 0 up to rounding", all(run.least < 1e-9 for run in exact[:3]))
    evidence.fact("m = 1: the least loss is positive", exact[3].lower > 0)
    evidence.fact("m = 1: a function that has it makes no errors", exact[3].least_error == 0)
    most(
        evidence,
        subject,
        "m ≤ 0.3: at most 1 % errors and a loss below m/20; m = 3: more than 2 % errors, and more than for m = 1",
        lambda group: (
            all(run.error <= RESIDUE and run.loss < run.parameter / 20 for run in group[:3])
            and group[4].error > max(0.02, group[3].error)
        ),
    )
    record(
        evidence,
        subject,
        "m",
        "Figure 3b: 1-Lipschitz networks with the hinge loss. Dashed: the least loss of all 1-Lipschitz functions; "
        "it is 0 where there is no line.",
    )


@claim(
    "fig-5a",
    by="training",
    build=train_unconstrained_bce,
    sabotage={
        "the temperatures exchanged": everywhere(exchanged("slope")),
        "before training": BEGINNING,
        "the exact minimiser's loss": everywhere(changed(loss=lambda run: run.least)),
        "1-Lipschitz": everywhere(changed(slope=lambda run: min(run.slope, 1.0))),
    },
)
def test_temperature_without_constraint(evidence, subject):
    most(
        evidence,
        subject,
        "training errors of at most 6 %; T = 0.1 and 1: less than half of the least loss with L = T; T = 100: more "
        "than it; the greatest gradient falls as T grows and is more than 1 up to T = 10",
        lambda group: (
            all(run.error <= 0.06 for run in group)
            and all(2 * run.loss < run.lower for run in group[:2])
            and group[-1].loss > group[-1].least
            and all(a.slope > b.slope for a, b in pairwise(group))
            and all(run.slope > 1 for run in group[:3])
        ),
    )
    slopes(evidence, subject, "T")
    record(
        evidence,
        subject,
        "T",
        "Figure 5a: unconstrained ReLU networks with BCE of temperature T = L. Dashed: the least loss of 1-Lipschitz "
        "functions, which Figure 3a's networks with L = T cannot go below and these can; not shown where it is below "
        "the frame.",
    )


@claim(
    "fig-5b",
    by="training",
    build=train_unconstrained_hinge,
    sabotage={
        "the exact 1-Lipschitz minimisers' errors": everywhere(changed(error=lambda run: run.least_error)),
        "before training": BEGINNING,
        "the exact minimiser's loss": everywhere(changed(loss=lambda run: run.least)),
        "the margins exchanged": everywhere(exchanged("slope")),
    },
)
def test_margins_without_constraint(evidence, subject):
    most(
        evidence,
        subject,
        "training errors within four percentage points for all m, losses below m/10; m = 3: less than the least loss "
        "of 1-Lipschitz functions; the greatest gradient grows with m from 0.1 on",
        lambda group: (
            max(run.error for run in group) - min(run.error for run in group) <= 0.04
            and all(run.loss < run.parameter / 10 for run in group)
            and group[-1].loss < group[-1].lower
            and all(a.slope < b.slope for a, b in pairwise(group[1:]))
        ),
    )
    slopes(evidence, subject, "m")
    record(
        evidence,
        subject,
        "m",
        "Figure 5b: unconstrained ReLU networks with the hinge loss. Dashed: the least loss of 1-Lipschitz functions.",
    )


@claim(
    "fig-6",
    by="training",
    build=train_hkr,
    sabotage={
        "the margins exchanged": everywhere(exchanged("error")),
        "their losses exchanged": everywhere(exchanged("loss", "lower")),
        "before training": BEGINNING,
        "below the least loss": BELOW,
        "networks 1 % too steep": STEEPER,
    },
)
def test_hkr_by_margin(evidence, subject):
    theorems(evidence, subject)
    exact = [group[0] for group in by_parameter(subject[-1][1]).values()]
    evidence.fact("m = 1: a function with the least loss makes none", exact[3].least_error == 0)
    most(
        evidence,
        subject,
        "m ≤ 0.3: at most 1 % errors; m ≤ 0.1: a negative loss, within 1 of the least; m = 1 and 3: a positive one, "
        "further above it; m = 3: more than 2 % errors, and more than for m = 1",
        lambda group: (
            all(run.error <= RESIDUE for run in group[:3])
            and all(run.loss < 0 and run.loss - run.lower < 1 for run in group[:2])
            and all(run.loss > 0 and run.loss - run.least > 1 for run in group[3:])
            and group[4].error > max(0.02, group[3].error)
        ),
    )
    record(
        evidence,
        subject,
        "m",
        "Figure 6: 1-Lipschitz networks with the HKR loss, λ = 100. The loss is negative for small m, so what is drawn "
        "is the excess over the exact least loss.",
        excess=True,
    )
