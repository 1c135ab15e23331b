"""Table 1 on trained networks: what grows without a constraint, and what L-Lipschitz networks come near to."""

from typing import NamedTuple

import pytest

from checks.randomness import streams
from checks.statistics import TRAININGS, spread

claim = pytest.mark.claim

GRID = [(i, j) for i in range(4) for j in range(2)]
LABELS = {"4:4": (1, -1, -1, 1, 1, 1, -1, -1), "6:2": (1, 1, -1, 1, 1, 1, 1, -1)}
"""Two sets of eight points of the plane; opposite labels are at least 1 apart."""

SHORT, LONG = 80, 400
"""Steps of training, quick scale."""

WIDTHS = {True: 16, False: 48}
"""Of networks with and without the constraint; narrower unconstrained ones often stop at a local minimum."""


class Outcome(NamedTuple):
    """A trained network. loss, errors: on all examples. slope: its greatest difference quotient between examples.
    certified: a Lipschitz constant, of constrained networks alone, infinity for others. lower: at most the loss of
    every 1-Lipschitz function."""

    loss: float
    errors: int
    slope: float
    certified: float
    lower: float


def losses():
    from theory.losses import BCE, HKR, KR, Hinge

    return {
        "bce": BCE(),
        "kr": KR(),
        "hinge, m = 0.4": Hinge(0.4),
        "hinge, m = 1": Hinge(1),
        "hkr, λ = 10": HKR(0.4, 10),
        "hkr, λ = 1": HKR(0.4, 1),
    }


def train(scale, device, *, claims_seed):
    """Outcomes of all seeds, by set, loss, whether 1-Lipschitz, and steps (four times as many at paper scale)."""
    import numpy as np

    from checks.training import fit_many_cached

    keys = [(name, kind, steps) for kind in WIDTHS for steps in (SHORT, LONG) for name in losses()]
    seeds = streams(TRAININGS, claims_seed)
    configs = [config(*key, seed, 1 if scale == "quick" else 4) for key in keys for seed in seeds]
    found = {}
    for balance, labels in LABELS.items():
        x, y = np.array(GRID, float), np.array(labels, float)
        trained = iter(fit_many_cached(x, y, configs, device=device))
        lower = {name: least(x, y, loss) for name, loss in losses().items()}
        for key in keys:
            fitted = [next(trained) for _ in seeds]
            found[balance, *key] = [judged(each, x, y, losses()[key[0]], lower[key[0]]) for each in fitted]
    return found


def config(name, kind, steps, seed, factor):
    from checks.training import TrainingConfig

    return TrainingConfig(
        width=WIDTHS[kind],
        depth=3,
        steps=factor * steps,
        batch=8,
        cooling=factor * 200,
        free_rate=0.015,
        seed=seed,
        loss=losses()[name],
        constraint="orthogonal" if kind else "none",
    )


def least(x, y, loss):
    from theory.risk import minimize_risk

    return float(minimize_risk(x, y, 1.0, loss, tolerance=1e-8).lower_bound)


def judged(trained, x, y, loss, lower):
    import numpy as np

    network = trained.network
    values = network(x)
    i, j = np.triu_indices(len(x), 1)
    slope = np.abs(values[i] - values[j]) / np.linalg.norm(x[i] - x[j], axis=1)
    risk, errors = float(np.mean(loss.value(y * values))), int((y * values <= 0).sum())
    certified = np.inf if trained.config.free else network.certified_lipschitz()
    return Outcome(risk, errors, float(slope.max()), certified, lower)


def replaced(constrained, **changes):
    """A sabotage: some numbers of the networks with or without the constraint."""
    change = lambda outcome: outcome._replace(**{name: new(outcome) for name, new in changes.items()})
    return lambda found: {
        key: list(map(change, outcomes)) if key[2] == constrained else outcomes for key, outcomes in found.items()
    }


def at_once(found):
    """A sabotage: long training ends where short training did."""
    return {(*key[:3], steps): found[*key[:3], SHORT] for key in found for steps in (SHORT, LONG)}


STEEPER = replaced(True, certified=lambda outcome: 1.01 * outcome.certified)
BELOW = replaced(True, loss=lambda outcome: outcome.lower - 0.01)
UNTRAINED = replaced(True, loss=lambda outcome: outcome.loss + 0.2)
HELD = replaced(False, slope=lambda outcome: min(outcome.slope, 1.0))


def constrained(evidence, found, names):
    """The theorems: certified constants, and no loss below the least one, in every training."""
    for (balance, name, kind, steps), outcomes in found.items():
        if kind and name in names:
            said = f"{balance}, {name}, {steps} steps"
            evidence.fact(f"{said}: certified 1-Lipschitz", all(o.certified <= 1 for o in outcomes))
            evidence.fact(f"{said}: not below the least loss", all(o.loss >= o.lower for o in outcomes))


def most(evidence, found, balance, name, says, law):
    """A fact about trainings without constraint: ``law`` of the same seed's short and long one."""
    pairs = zip(found[balance, name, False, SHORT], found[balance, name, False, LONG], strict=True)
    evidence.trials(f"{balance}, {name}: {says}", [law(short, long) for short, long in pairs])


def grows(evidence, found, balance, name, factor):
    """The slope of unconstrained networks grows between short and long training, by the factor in most of them."""
    ratios = [
        long.slope / short.slope
        for short, long in zip(found[balance, name, False, SHORT], found[balance, name, False, LONG], strict=True)
    ]
    evidence.trials(f"{balance}, {name}: the unconstrained slope grows {factor}-fold at least", ratios, at_least=factor)


def near(evidence, found, balance, name, share):
    """Most long trainings of 1-Lipschitz networks end so near, relatively, to a least loss that is not 0."""
    excess = [(o.loss - o.lower) / abs(o.lower) for o in found[balance, name, True, LONG]]
    evidence.trials(
        f"{balance}, {name}: the 1-Lipschitz loss is within {100 * share:g} % of the least", excess, at_most=share
    )


def falls(evidence, found, balance, name):
    """There is no least loss, and the 1-Lipschitz loss falls on."""
    pairs = list(zip(found[balance, name, True, SHORT], found[balance, name, True, LONG], strict=True))
    said = f"{balance}, {name}"
    evidence.fact(f"{said}: there is no least 1-Lipschitz loss", all(o.lower == float("-inf") for o, _ in pairs))
    evidence.trials(
        f"{said}: the 1-Lipschitz loss falls below 0, by half its size at least",
        [long.loss <= 1.5 * short.loss < 0 for short, long in pairs],
    )


def record(evidence, found, names):
    for (balance, name, kind, steps), outcomes in found.items():
        if name in names:
            words = "1-Lipschitz" if kind else "unconstrained"
            evidence.value(
                f"{balance}, {name}, {words}, {steps} steps",
                f"loss {spread([o.loss for o in outcomes])}, least 1-Lipschitz {outcomes[0].lower:.5g}; slope "
                f"{spread([o.slope for o in outcomes])}",
            )
            evidence.count(len(outcomes), 0)


DIVERGING = {
    "training stops early": at_once,
    "the slope held at 1": HELD,
    "networks 1 % too steep": STEEPER,
    "below the least loss": BELOW,
    "badly trained": UNTRAINED,
}
"""Sabotages of losses whose minimum no unconstrained network attains."""


@claim(
    "table-1.trained.bce",
    by="training",
    build=train,
    sabotage=DIVERGING,
)
def test_bce(evidence, subject):
    constrained(evidence, subject, ["bce"])
    for balance in LABELS:
        most(
            evidence,
            subject,
            balance,
            "bce",
            "the unconstrained loss falls, below 2/3 of the least 1-Lipschitz one",
            lambda short, long: 0 < long.loss < min(short.loss, 2 / 3 * long.lower),
        )
        grows(evidence, subject, balance, "bce", 1.25)
        near(evidence, subject, balance, "bce", 0.03)
    record(evidence, subject, ["bce"])


@claim(
    "table-1.trained.kr",
    by="training",
    build=train,
    sabotage=DIVERGING,
)
def test_kr(evidence, subject):
    constrained(evidence, subject, ["kr"])
    for balance in LABELS:
        most(
            evidence,
            subject,
            balance,
            "kr",
            "the unconstrained loss falls below 0, tenfold at least",
            lambda short, long: long.loss <= 10 * short.loss < 0,
        )
        grows(evidence, subject, balance, "kr", 10)
    near(evidence, subject, "4:4", "kr", 0.1)
    falls(evidence, subject, "6:2", "kr")
    record(evidence, subject, ["kr"])


HINGE = ("hinge, m = 0.4", "hinge, m = 1")


@claim(
    "table-1.trained.hinge",
    by="training",
    build=train,
    sabotage={
        "training never ends": replaced(False, loss=lambda outcome: outcome.loss + 0.2),
        "the slope of KR": lambda found: (
            found
            | {
                (b, n, False, LONG): [
                    o._replace(slope=kr.slope)
                    for o, kr in zip(found[b, n, False, LONG], found[b, "kr", False, LONG], strict=True)
                ]
                for b in LABELS
                for n in HINGE
            }
        ),
        "networks 1 % too steep": STEEPER,
        "below the least loss": BELOW,
        "badly trained": UNTRAINED,
    },
)
def test_hinge(evidence, subject):
    constrained(evidence, subject, HINGE)
    for balance in LABELS:
        for name in HINGE:
            most(
                evidence,
                subject,
                balance,
                name,
                "the unconstrained loss ends at 0, without errors",
                lambda short, long: long.loss < 1e-6 and not long.errors,
            )
            most(
                evidence,
                subject,
                balance,
                name,
                "its slope stays below 50",
                lambda short, long: max(short.slope, long.slope) < 50,
            )
        ends = [o.loss < 1e-3 and not o.errors for o in subject[balance, HINGE[0], True, LONG]]
        evidence.trials(f"{balance}, m = 0.4: the 1-Lipschitz loss ends at 0 too, without errors", ends)
        positive = all(o.lower > 0 for o in subject[balance, HINGE[1], True, LONG])
        evidence.fact(f"{balance}, m = 1: the least 1-Lipschitz loss is not 0", positive)
        near(evidence, subject, balance, HINGE[1], 0.1)
    record(evidence, subject, HINGE)


HKR = ("hkr, λ = 10", "hkr, λ = 1")


@claim(
    "table-1.trained.hkr",
    by="training",
    build=train,
    sabotage=DIVERGING,
)
def test_hkr(evidence, subject):
    constrained(evidence, subject, HKR)
    for balance in LABELS:
        for name in HKR:
            most(
                evidence,
                subject,
                balance,
                name,
                "the unconstrained loss falls, below −10 and fivefold",
                lambda short, long: long.loss <= min(5 * short.loss, -10),
            )
            grows(evidence, subject, balance, name, 5)
    for balance, name in (("4:4", HKR[0]), ("4:4", HKR[1]), ("6:2", HKR[0])):
        near(evidence, subject, balance, name, 0.1)
    falls(evidence, subject, "6:2", HKR[1])
    record(evidence, subject, HKR)
