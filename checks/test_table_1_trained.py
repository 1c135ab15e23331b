"""Table 1 on trained networks: what grows without a constraint, and what L-Lipschitz networks come near to."""

from typing import NamedTuple

import pytest

claim = pytest.mark.claim

GRID = [(i, j) for i in range(4) for j in range(2)]
LABELS = {"4:4": (1, -1, -1, 1, 1, 1, -1, -1), "6:2": (1, 1, -1, 1, 1, 1, 1, -1)}
"""Two sets of eight points of the plane; opposite labels are at least 1 apart."""

SHORT, LONG = 200, 1_200
"""Steps of training."""


class Outcome(NamedTuple):
    """A trained network. loss, errors: on all examples. slope: its greatest difference quotient between examples.
    certified: a Lipschitz constant. lower: at most the loss of every 1-Lipschitz function."""

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


def train(scale, device):
    """Outcomes by set, loss, whether 1-Lipschitz, and steps (four times as many at paper scale)."""
    import numpy as np

    from checks.training import TrainingConfig, fit_many_cached

    factor = 1 if scale == "quick" else 4
    kinds = {True: "orthogonal", False: "none"}
    keys = [(name, kind, steps) for kind in kinds for steps in (SHORT, LONG) for name in losses()]
    configs = [
        TrainingConfig(
            width=32, depth=3, steps=factor * steps, batch=8, cooling=factor * 400, free_rate=0.003,
            loss=losses()[name], constraint=kinds[kind],
        )
        for name, kind, steps in keys
    ]  # fmt: skip
    found = {}
    for balance, labels in LABELS.items():
        x, y = np.array(GRID, float), np.array(labels, float)
        trained = fit_many_cached(x, y, configs, device=device)
        lower = {name: least(x, y, loss) for name, loss in losses().items()}
        for (name, kind, steps), fitted in zip(keys, trained, strict=True):
            found[balance, name, kind, steps] = judged(fitted.network, x, y, losses()[name], lower[name])
    return found


def least(x, y, loss):
    from theory.risk import minimize_risk

    return float(minimize_risk(x, y, 1.0, loss, tolerance=1e-8).lower_bound)


def judged(network, x, y, loss, lower):
    import numpy as np

    values = network(x)
    i, j = np.triu_indices(len(x), 1)
    slope = np.abs(values[i] - values[j]) / np.linalg.norm(x[i] - x[j], axis=1)
    risk, errors = float(np.mean(loss.value(y * values))), int((y * values <= 0).sum())
    return Outcome(risk, errors, float(slope.max()), network.certified_lipschitz(), lower)


def replaced(constrained, **changes):
    """A sabotage: some numbers of the networks with or without the constraint."""
    return lambda found: {
        key: outcome._replace(**{name: change(outcome) for name, change in changes.items()})
        if key[2] == constrained else outcome
        for key, outcome in found.items()
    }  # fmt: skip


def at_once(found):
    """A sabotage: long training ends where short training did."""
    return {(*key[:3], steps): found[*key[:3], SHORT] for key in found for steps in (SHORT, LONG)}


STEEPER = replaced(True, certified=lambda outcome: 1.01 * outcome.certified)
BELOW = replaced(True, loss=lambda outcome: outcome.lower - 0.01)
UNTRAINED = replaced(True, loss=lambda outcome: outcome.loss + 0.2)
HELD = replaced(False, slope=lambda outcome: min(outcome.slope, 1.0))


def constrained(evidence, found, names):
    """The theorems: certified constants, and no loss below the least one."""
    for (balance, name, kind, steps), outcome in found.items():
        if kind and name in names:
            said = f"{balance}, {name}, {steps} steps"
            evidence.fact(f"{said}: certified 1-Lipschitz", outcome.certified <= 1)
            evidence.fact(f"{said}: not below the least loss", outcome.loss >= outcome.lower)


def near(found, balance, name, share):
    """Whether long training of a 1-Lipschitz network ends so near, relatively, to a least loss that is not 0."""
    outcome = found[balance, name, True, LONG]
    return outcome.loss - outcome.lower <= share * abs(outcome.lower)


def grows(found, balance, name, factor):
    """Whether the slope of the unconstrained network grows by the factor between short and long training."""
    short, long = (found[balance, name, False, steps] for steps in (SHORT, LONG))
    return long.slope >= factor * short.slope


def record(evidence, found, names):
    for (balance, name, kind, steps), outcome in found.items():
        if name in names:
            words = "1-Lipschitz" if kind else "unconstrained"
            evidence.value(
                f"{balance}, {name}, {words}, {steps} steps",
                f"loss {outcome.loss:.5g}, least 1-Lipschitz {outcome.lower:.5g}; slope {outcome.slope:.4g}",
            )
            evidence.count(1, 0)


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
        short, long = (subject[balance, "bce", False, steps] for steps in (SHORT, LONG))
        evidence.fact(f"{balance}: the unconstrained loss at least halves", 0 < long.loss <= short.loss / 2)
        evidence.fact(f"{balance}: and passes the least 1-Lipschitz loss", long.loss < long.lower)
        evidence.fact(f"{balance}: its slope at least doubles", grows(subject, balance, "bce", 2))
        evidence.fact(f"{balance}: the 1-Lipschitz loss is near the least", near(subject, balance, "bce", 0.02))
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
        short, long = (subject[balance, "kr", False, steps] for steps in (SHORT, LONG))
        evidence.fact(f"{balance}: the unconstrained loss falls, tenfold at least", long.loss <= 10 * short.loss < 0)
        evidence.fact(f"{balance}: its slope grows tenfold", grows(subject, balance, "kr", 10))
    evidence.fact("4:4: the 1-Lipschitz loss is within 10 % of the least", near(subject, "4:4", "kr", 0.1))
    short, long = (subject["6:2", "kr", True, steps] for steps in (SHORT, LONG))
    evidence.fact("6:2: there is no least 1-Lipschitz loss", long.lower == float("-inf"))
    evidence.fact("6:2: the 1-Lipschitz loss doubles at least, below 0", long.loss <= 2 * short.loss < 0)
    record(evidence, subject, ["kr"])


HINGE = ("hinge, m = 0.4", "hinge, m = 1")


@claim(
    "table-1.trained.hinge",
    by="training",
    build=train,
    sabotage={
        "training never ends": replaced(False, loss=lambda outcome: outcome.loss + 0.2),
        "the slope of KR": lambda found: found | {
            (b, n, False, LONG): found[b, n, False, LONG]._replace(slope=found[b, "kr", False, LONG].slope)
            for b in LABELS for n in HINGE
        },
        "networks 1 % too steep": STEEPER,
        "below the least loss": BELOW,
        "badly trained": UNTRAINED,
    },
)  # fmt: skip
def test_hinge(evidence, subject):
    constrained(evidence, subject, HINGE)
    for balance in LABELS:
        for name in HINGE:
            short, long = (subject[balance, name, False, steps] for steps in (SHORT, LONG))
            said = f"{balance}, {name}: the unconstrained loss ends at 0, without errors"
            evidence.fact(said, long.loss < 1e-6 and not long.errors)
            evidence.fact(f"{balance}, {name}: its slope stays below 20", max(short.slope, long.slope) < 20)
        found = subject[balance, HINGE[0], True, LONG]
        said = f"{balance}, m = 0.4: the 1-Lipschitz loss ends at 0 too, without errors"
        evidence.fact(said, found.loss < 1e-3 and not found.errors)
        said = f"{balance}, m = 1: it is within 10 % of a least loss that is not 0"
        evidence.fact(said, near(subject, balance, HINGE[1], 0.1) and subject[balance, HINGE[1], True, LONG].lower > 0)
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
            short, long = (subject[balance, name, False, steps] for steps in (SHORT, LONG))
            said = f"{balance}, {name}: the unconstrained loss falls, below −10 and five times the short run's"
            evidence.fact(said, long.loss <= min(5 * short.loss, -10))
            evidence.fact(f"{balance}, {name}: its slope grows fivefold", grows(subject, balance, name, 5))
    for balance, name in (("4:4", HKR[0]), ("4:4", HKR[1]), ("6:2", HKR[0])):
        evidence.fact(f"{balance}, {name}: the 1-Lipschitz loss is near the least", near(subject, balance, name, 0.1))
    short, long = (subject["6:2", HKR[1], True, steps] for steps in (SHORT, LONG))
    evidence.fact("6:2, λ = 1: the ratio of the classes exceeds 1 + λ, no least loss", long.lower == float("-inf"))
    evidence.fact("6:2, λ = 1: the 1-Lipschitz loss doubles at least, below 0", long.loss <= 2 * short.loss < 0)
    record(evidence, subject, HKR)
