"""Attacks on theory.transport: costs by distribution functions in Fractions, accuracies by enumeration."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import accumulate, pairwise

import numpy as np

from tests.fuzz.draws import Rng, chance, dressed, exact, fraction, masses, pick, places, shifted, whole
from tests.fuzz.targets import target
from tests.theory.transport.test_accuracy import enumerable, exhaustive
from theory.transport import (
    KantorovichPotential,
    PiecewiseLinear,
    TransportPlan,
    accuracy_range,
    kantorovich_potential,
    transport_plan,
    wasserstein1,
)

Measures = tuple[list, list, list, list]
TOO_FAR = "scale the atoms|scale the weights|same total mass"


def more(number):
    """Wrong by 1e-9 of it, or at all where it is 0."""
    return number * (1 + Fraction(1, 10**9)) if isinstance(number, Fraction) else number * (1 + 1e-9)


def excesses(p, q, a, b) -> tuple[list[Fraction], list[Fraction]]:
    """The distinct atoms, and F_Q - F_P between them, Q scaled to the mass of P."""
    p, q, a, b = ([Fraction(x) for x in each] for each in (p, q, a, b))
    ratio = sum(a) / sum(b)
    change: dict[Fraction, Fraction] = {}
    for x, w in [*zip(p, (-w for w in a), strict=True), *zip(q, (w * ratio for w in b), strict=True)]:
        change[x] = change.get(x, Fraction(0)) + w
    atoms = sorted(change)
    return atoms, list(accumulate(change[x] for x in atoms))[:-1]


def rational_pair(rng: Rng) -> Measures:
    """Of one total mass; atoms may repeat, and weights be 0 or tied."""
    draw = pick(rng, [fraction, exact])
    sides = [[draw(rng) for _ in range(whole(rng, 1, 6))] for _ in range(2)]
    if chance(rng, 0.3):
        sides[1] = [pick(rng, sides[0]) for _ in sides[1]]
    parts = [[whole(rng, 0, 4) for _ in side] for side in sides]
    for side in parts:
        side[0] += not any(side)
    total = pick(rng, [Fraction(1), Fraction(5, 3), Fraction(1, 3**30), Fraction(10**20)])
    return *sides, *[[total * w / sum(side) for w in side] for side in parts]


@target(
    transport_plan,
    kantorovich_potential,
    wasserstein1,
    TransportPlan,
    KantorovichPotential,
    PiecewiseLinear,
    breaks={
        "wasserstein1": lambda cost: cost + Fraction(1, 10**9),
        "transport_plan": lambda plan: replace(plan, cost=plan.cost + Fraction(1, 10**9)),
        "kantorovich_potential": lambda u: replace(u, slopes=-np.where(u.free, 0, u.slopes)),
    },
)
def exact_transport(rng: Rng) -> None:
    case = p, q, a, b = rational_pair(rng)
    atoms, excess = excesses(*case)
    cost = sum((abs(each) * (y - x) for each, (x, y) in zip(excess, pairwise(atoms), strict=True)), Fraction(0))
    plan, u = transport_plan(*case), kantorovich_potential(*case)
    assert wasserstein1(*case) == plan.cost == plan.dual == u.cost == cost
    sent, taken = [Fraction(0)] * len(p), [Fraction(0)] * len(q)
    for i, j, mass in zip(plan.sources.tolist(), plan.targets.tolist(), plan.masses.tolist(), strict=True):
        assert mass > 0
        sent[i], taken[j] = sent[i] + mass, taken[j] + mass
    assert (sent, taken) == (a, b)
    for f in (u.canonical, u.sample(rng)):
        inside = list(zip(pairwise(f.knots), pairwise(f.values), strict=True))
        assert all(abs(v - w) <= y - x for (x, y), (v, w) in inside) and max(abs(f.left), abs(f.right)) <= 1
        assert (
            sum(w * f(x) for x, w in zip(p, a, strict=True)) - sum(w * f(x) for x, w in zip(q, b, strict=True)) == cost
        )


def float_pair(rng: Rng) -> tuple[np.ndarray, np.ndarray, np.ndarray | None, np.ndarray | None]:
    low, high = pick(rng, [(-1000, 300), (-10, 10), (0, 0)])
    both = places(rng, whole(rng, 2, 9), 1, low, high)[:, 0]
    cut = whole(rng, 1, len(both) - 1)
    p, q = both[:cut], both[cut:]
    if chance(rng, 0.4):
        q = np.array([shifted(rng, x) for x in p.tolist()])
    if chance(rng, 0.4):
        return p, q, None, None
    a, b = masses(rng, len(p), -300, 300), masses(rng, len(q), 0, 0)
    if chance(rng, 0.3):
        a[0], b[-1] = (0.0 if len(side) > 1 else side[0] for side in (a, b))
    b = b * (a.sum() / b.sum())
    if chance(rng, 0.3):
        b[0] = shifted(rng, float(b[0]))
    return p, q, a, b


@target(
    transport_plan,
    kantorovich_potential,
    wasserstein1,
    breaks={
        "wasserstein1": more,
        "transport_plan": lambda plan: replace(plan, cost=more(plan.cost)),
        "kantorovich_potential": lambda u: replace(u, slopes=-u.slopes),
    },
    refuses=TOO_FAR,
)
def rounded_transport(rng: Rng) -> None:
    """Right up to what the package says that rounding of the weights counts for."""
    p, q, a, b = float_pair(rng)
    given = [None if each is None else dressed(rng, each) for each in (p, q, a, b)]
    weights = [np.full(len(side), 1 / len(side)) for side in (p, q)] if a is None else [a, b]
    exact_weights = [[Fraction(1, len(side))] * len(side) for side in (p, q)] if a is None else weights
    atoms, excess = excesses(p, q, *exact_weights)
    total, count = Fraction(float(weights[0].sum())), len(p) + len(q)
    tolerance = total * (Fraction(18, 10**16) + count * Fraction(87, 10**20)) if a is not None else Fraction(0)
    steps = [y - x for x, y in pairwise(atoms)]
    cost = sum((abs(each) * step for each, step in zip(excess, steps, strict=True)), Fraction(0))
    slack = 2 * tolerance * sum(steps) + cost * (count + 8) / 2**52 + total / 2**1060 + Fraction(1, 2**1060)
    plan, u = transport_plan(*given), kantorovich_potential(*given)
    whole_numbers = all(each is None or np.asarray(each).dtype.kind == "i" for each in given)
    for found in (wasserstein1(*given), plan.cost, u.cost):
        assert type(found) is (Fraction if whole_numbers else float)
        assert abs(Fraction(found) - cost) <= slack
    assert (plan.masses > 0).all()
    sent = np.bincount(plan.sources, plan.masses.astype(float), len(p))
    assert np.abs(sent - weights[0]).max() <= 2 * float(tolerance) + 1e-15 * float(total)
    if len(u.breakpoints) == len(atoms):  # else weights of 0 were left out
        for slope, each in zip(u.slopes.tolist(), excess, strict=True):
            free = slope is None or slope != slope  # of whole numbers, and of floats
            assert abs(each) <= 2 * tolerance if free else slope * each >= -tolerance


@target(
    accuracy_range,
    breaks={"accuracy_range": lambda ends: (ends[0] + Fraction(1, 10**9), ends[1])},
    refuses="undecided: pass fewer atoms",
)
def accuracies(rng: Rng) -> None:
    sides = [[whole(rng, 0, 5) for _ in range(whole(rng, 1, 5))] for _ in range(2)]
    total = whole(rng, 1, 5)
    parts = [np.bincount(rng.integers(0, len(side), total), minlength=len(side)).tolist() for side in sides]
    case = *sides, *parts
    if enumerable(case, grain=2):
        least, greatest, worst = exhaustive(case, grain=2)
        assert accuracy_range(*case) == (least, greatest)
        assert accuracy_range(*case, threshold=fraction(rng)) == (worst, greatest)


@target(
    accuracy_range,
    breaks={"accuracy_range": lambda ends: (ends[0], ends[1] * (1 + 1e-9)) if type(ends[1]) is float else ends},
    refuses=f"undecided: pass fewer atoms|{TOO_FAR}",
)
def accuracies_of_floats(rng: Rng) -> None:
    """Floats are the rationals that they are; the unit of length changes nothing, nor do the clothes."""
    both = places(rng, whole(rng, 2, 12), 1, -1000, 250)[:, 0]
    cut = whole(rng, 1, len(both) - 1)
    p, q = both[:cut], both[cut:]
    found = accuracy_range(dressed(rng, p), dressed(rng, q))
    exactly = accuracy_range([Fraction(x) for x in p.tolist()], [Fraction(x) for x in q.tolist()])
    assert tuple(map(float, exactly)) == tuple(map(float, found))
    assert Fraction(1, 2) <= exactly[0] <= exactly[1] <= 1
    u = kantorovich_potential([Fraction(x) for x in p.tolist()], [Fraction(x) for x in q.tolist()]).sample(rng)
    values = [[u(Fraction(x)) for x in side.tolist()] for side in (p, q)]
    levels = sorted({*values[0], *values[1]})
    levels = [levels[0] - 1, *levels, *((x + y) / 2 for x, y in pairwise(levels)), levels[-1] + 1]
    best = max(
        Fraction(sum(v > t for v in values[0]), 2 * len(p)) + Fraction(sum(v < t for v in values[1]), 2 * len(q))
        for t in levels
    )
    assert exactly[0] <= best <= exactly[1]
