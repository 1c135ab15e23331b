"""Attacks on theory.risk: bounds against exact risks of values, dual values, closed forms and other solvers."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import inf

import mpmath
import numpy as np

from tests.fuzz.draws import Rng, dressed, exact, fraction, labels, magnitude, masses, pick, places, whole
from tests.fuzz.targets import target
from tests.theory import extremes
from theory.losses import BCE, HKR, KR, Hinge, Loss, SmoothHinge, SquaredHinge
from theory.risk import (
    Extensions,
    LeastMulticlassRisk,
    LeastRisk,
    LipschitzBracket,
    gradient_floor,
    gradient_floors,
    lipschitz_needed,
    minimize_multiclass_risk,
    minimize_risk,
    risk_path,
    saturation_bound,
)

Sample = tuple[np.ndarray, np.ndarray, np.ndarray]
APART = "leave out the points|scale the points|or leave out|scale both|near 1e-308|leave the range"
UNREACHED = "out of reach: pass a greater one|undecided"
NO_ANSWER = f"{APART}|{UNREACHED}"
LOWER = {"minimize_risk": lambda found: replace(found, risk=found.risk - abs(found.risk) / 10**9)}
HIGHER = {"minimize_risk": lambda found: replace(found, lower_bound=found.risk + abs(found.risk) / 10**9)}


def sample(rng: Rng, n: int, most: int = 6) -> Sample:
    count = whole(rng, 2, most)
    return places(rng, count, n), labels(rng, count), masses(rng, count)


def lipschitz_for(rng: Rng, points: np.ndarray, loss: Loss) -> float:
    """About as steep as what matters is, or not at all."""
    with np.errstate(all="ignore"):
        span = float(np.ptp(points, axis=0).max()) or 1.0
        unit = float(getattr(loss, "margin", 1)) / float(getattr(loss, "temperature", 1))
        found = magnitude(rng, -60, 9) * unit / span
    return float(np.clip(found, 5e-324, 1e308))


def balanced(sample: Sample, loss: Loss) -> Sample:
    """Classes of one mass, up to rounding, as KR asks."""
    points, signs, weights = sample
    sums = [weights[signs == sign].sum() for sign in (1, -1)]
    if isinstance(loss, KR | HKR) and all(sums):
        with np.errstate(under="ignore", over="ignore"):
            weights = np.where(signs > 0, weights, weights * (sums[0] / sums[1]))
    return points, signs, np.clip(weights, 5e-324, 1e300)


def kinked(rng: Rng) -> Loss:
    return pick(rng, [Hinge(), KR(), HKR(), HKR(1, 5), Hinge(0.3), HKR(0.1, 0.7), Hinge(magnitude(rng, -300, 200))])


def smooth(rng: Rng) -> Loss:
    return pick(
        rng,
        [
            BCE(),
            BCE(0.3),
            BCE(7.1),
            BCE(magnitude(rng, -300, 300)),
            SquaredHinge(),
            SquaredHinge(0.1),
            SmoothHinge(),
            SmoothHinge(0.3, 2),
        ],
    )


def value_at(loss: Loss, t):
    """l(t) in many digits."""
    if isinstance(loss, SquaredHinge | SmoothHinge):
        margin, width, most = loss.bend
        slack = max(extremes.number(margin) - t, mpmath.mpf(0))
        slope = min(slack / extremes.number(width), mpmath.mpf(most))
        return slope * (slack - extremes.number(width) * slope / 2)
    return extremes.loss_at(loss, t)


def exact_risk(sample: Sample, values, loss: Loss):
    _, signs, weights = sample
    triples = zip(signs.tolist(), list(values), weights.tolist(), strict=True)
    return sum((extremes.number(w) * value_at(loss, y * extremes.number(v)) for y, v, w in triples), mpmath.mpf(0))


def forgiven(sample: Sample, loss: Loss, found: LeastRisk):
    """What a constant gains where only rounding of the weights makes KR or HKR unbounded, at the values' size."""
    _, signs, weights = sample
    if not loss.multipliers[0]:
        return 0
    sums = [sum(Fraction(w) for w in weights[signs == sign].tolist()) for sign in (1, -1)]
    base, most = (Fraction(float(each)) for each in loss.multipliers)
    excess = max(sums) * base - min(sums) * most
    return extremes.number(max(excess, Fraction(0))) * extremes.number(np.abs(found.values).max())


def assert_sides(sample: Sample, lipschitz: float, loss: Loss, found: LeastRisk, across: bool) -> None:
    """Lower bound <= exact risk of the values <= risk; in space values are exactly Lipschitz across labels."""
    points, signs, _ = sample
    assert found.lower_bound <= found.risk
    assert (found.masses >= 0).all() and (signs[found.rows] == 1).all() and (signs[found.columns] == -1).all()
    if not found.attained:
        assert np.isinf(found.values).all() and found.gap == 0
        return
    if across:
        extremes.assert_across_labels(points, signs, found.values, lipschitz)
    with mpmath.workdps(extremes.DIGITS):
        mpmath.mp.prec += 2200
        right = exact_risk(sample, found.values, loss)
        assert extremes.number(found.lower_bound) <= right + forgiven(sample, loss, found)
        assert right <= extremes.number(found.risk)


@target(minimize_risk, LeastRisk, breaks=LOWER, refuses=NO_ANSWER)
def kinked_risk_on_the_line(rng: Rng) -> None:
    """Also against the solver for Fractions, whose answer has no gap."""
    loss = kinked(rng)
    drawn = points, signs, weights = balanced(sample(rng, 1), loss)
    lipschitz = lipschitz_for(rng, points, loss)
    found = minimize_risk(dressed(rng, points[:, 0]), signs, lipschitz, loss, dressed(rng, weights))
    assert_sides(drawn, lipschitz, loss, found, across=True)
    fractions = [[Fraction(x) for x in each.tolist()] for each in (points[:, 0], weights)]
    rational = type(loss)(*(Fraction(float(x)) for x in loss.__dict__.values()))
    right = minimize_risk(fractions[0], signs, Fraction(lipschitz), rational, fractions[1])
    if right.attained and found.attained:
        assert right.gap == 0
        assert Fraction(found.lower_bound) <= right.risk <= Fraction(found.risk) or abs(right.risk) > 10**308


@target(minimize_risk, breaks={"minimize_risk": lambda found: replace(found, risk=found.risk + Fraction(1, 10**9))})
def exact_risk_on_the_line(rng: Rng) -> None:
    """Feasible values and a feasible coupling of one objective, in Fractions."""
    count, draw = whole(rng, 1, 7), pick(rng, [fraction, lambda rng: exact(rng, far=False)])
    points, signs = [draw(rng) for _ in range(count)], labels(rng, count).tolist()
    weights = [abs(fraction(rng)) + Fraction(1, 7) for _ in range(count)]
    lipschitz, margin, penalty = (abs(draw(rng)) or Fraction(1) for _ in range(3))
    loss = pick(rng, [Hinge(margin), HKR(margin, penalty), KR()])
    found = minimize_risk(points, signs, lipschitz, loss, weights)
    if not found.attained:
        assert found.risk == found.lower_bound == -inf and not isinstance(loss, Hinge)
        return
    base, jump, corner = map(Fraction, loss.kink)
    pairs = list(zip(points, found.values.tolist(), strict=True))
    assert all(abs(v - w) <= lipschitz * abs(x - y) for x, v in pairs for y, w in pairs)
    total, cost = [Fraction(0)] * count, Fraction(0)
    for i, j, mass in zip(found.rows.tolist(), found.columns.tolist(), found.masses.tolist(), strict=True):
        assert signs[i] > 0 > signs[j] and mass > 0
        total[i], total[j], cost = total[i] + mass, total[j] + mass, cost + mass * abs(points[i] - points[j])
    assert all(base * w <= a <= (base + jump) * w for a, w in zip(total, weights, strict=True))
    dual = sum((corner * (a - base * w) for a, w in zip(total, weights, strict=True)), -lipschitz * cost)
    risk = sum(w * loss.value(y * v) for w, y, (_, v) in zip(weights, signs, pairs, strict=True))
    assert risk == dual == found.risk == found.lower_bound


@target(minimize_risk, breaks=LOWER, refuses=NO_ANSWER)
def smooth_risk_on_the_line(rng: Rng) -> None:
    loss, drawn = smooth(rng), sample(rng, 1)
    points, signs, weights = drawn
    lipschitz = lipschitz_for(rng, points, loss)
    found = minimize_risk(dressed(rng, points), signs, lipschitz, loss, dressed(rng, weights))
    assert_sides(drawn, lipschitz, loss, found, across=False)


@target(minimize_risk, breaks=LOWER, refuses=NO_ANSWER)
def risk_in_space(rng: Rng) -> None:
    loss = pick(rng, [kinked, smooth])(rng)
    drawn = points, signs, weights = balanced(sample(rng, whole(rng, 2, 3)), loss)
    lipschitz = lipschitz_for(rng, points, loss)
    found = minimize_risk(dressed(rng, points), signs, lipschitz, loss, dressed(rng, weights))
    assert_sides(drawn, lipschitz, loss, found, across=True)


@target(
    risk_path,
    breaks={"risk_path": lambda found: [replace(each, risk=each.risk - abs(each.risk) / 10**9) for each in found]},
    refuses=NO_ANSWER,
)
def path_of_risks(rng: Rng) -> None:
    """Each as if it stood alone; what a larger constant cannot do a smaller one cannot."""
    loss = pick(rng, [kinked, smooth])(rng)
    drawn = points, signs, weights = balanced(sample(rng, whole(rng, 1, 3)), loss)
    first = lipschitz_for(rng, points, loss)
    constants = [min(first * factor, 1e308) for factor in (1.0, 0.25, 3.0)]
    found = risk_path(dressed(rng, points), signs, constants, loss, dressed(rng, weights))
    for constant, each in zip(constants, found, strict=True):
        assert_sides(drawn, constant, loss, each, across=points.shape[1] > 1 or loss.kink is not None)
    if all(each.attained for each in found):
        assert found[2].lower_bound <= found[0].risk and found[0].lower_bound <= found[1].risk


@target(minimize_risk, breaks=HIGHER, refuses=NO_ANSWER)
def risk_of_a_line_in_space(rng: Rng) -> None:
    """The plane's solver against the exact least risk of the same points on the line."""
    loss = pick(rng, [Hinge(), Hinge(0.3), HKR(1, 5), HKR(0.1, 0.7), KR()])
    points, signs, weights = balanced(sample(rng, 1), loss)
    lipschitz = lipschitz_for(rng, points, loss)
    flat = np.concatenate([points, np.zeros_like(points)], axis=1)[:, :: pick(rng, [1, -1])]
    found = minimize_risk(flat, signs, lipschitz, loss, weights)
    fractions = [[Fraction(x) for x in each.tolist()] for each in (points[:, 0], weights)]
    rational = type(loss)(*(Fraction(float(x)) for x in loss.__dict__.values()))
    right = minimize_risk.__wrapped__ if hasattr(minimize_risk, "__wrapped__") else minimize_risk
    exactly = right(fractions[0], signs, Fraction(lipschitz), rational, fractions[1])
    if exactly.attained and found.attained:
        assert Fraction(found.lower_bound) <= exactly.lower_bound <= Fraction(found.risk)


@target(
    minimize_multiclass_risk,
    LeastMulticlassRisk,
    breaks={
        "minimize_multiclass_risk": lambda found: replace(
            found, risk=found.risk * (1 - 1e-9) - 5e-324, values=found.values * (1 + 1e-9)
        )
    },
    refuses=NO_ANSWER,  # of minimize_risk
)
def risk_of_several_classes(rng: Rng) -> None:
    """Values are exactly as close as they must be, and their exact risk is between the bounds; of two classes also by
    their difference, whose bounds overlap."""
    count, loss = whole(rng, 2, 6), pick(rng, [BCE(), BCE(0.3), BCE(magnitude(rng, -300, 300)), Hinge(), Hinge(0.3)])
    points, weights = places(rng, count, whole(rng, 1, 3)), masses(rng, count)
    kinds, lipschitz = rng.integers(0, whole(rng, 2, 4), count), lipschitz_for(rng, points, loss)
    found = minimize_multiclass_risk(dressed(rng, points), kinds, lipschitz, loss, dressed(rng, weights), time_limit=2)
    extremes.assert_several(points, kinds, weights, lipschitz, loss, found)
    if set(kinds.tolist()) == {0, 1} and points.shape[1] > 1 and 1e-290 < lipschitz < 1e290:
        above, below = (lipschitz * 2**0.5 * (1 + sign * 1e-15) for sign in (1, -1))
        assert found.lower_bound <= minimize_risk(points, 1 - kinds, below, loss, weights).risk
        assert minimize_risk(points, 1 - kinds, above, loss, weights).lower_bound <= found.risk


@target(Extensions, LeastRisk, breaks=LOWER, refuses=NO_ANSWER)
def extensions(rng: Rng) -> None:
    """Of exact data both are exact; of floats one is not above the other by more than rounding."""
    count = whole(rng, 2, 6)
    points, signs = [fraction(rng) for _ in range(count)], labels(rng, count, 0).tolist()
    lipschitz, x = abs(fraction(rng)) + Fraction(1, 5), fraction(rng)
    found = minimize_risk(points, signs, lipschitz, "hinge")
    assert found.risk == sum(Fraction(1, count) * max(0, 1 - y * v) for y, v in zip(signs, found.values, strict=True))
    lower, upper = found.extend(x)
    assert lower == max(v - lipschitz * abs(x - t) for t, v in zip(points, found.values, strict=True))
    assert upper == min(v + lipschitz * abs(x - t) for t, v in zip(points, found.values, strict=True))
    drawn = points, signs, weights = sample(rng, 2)
    lipschitz = lipschitz_for(rng, points, BCE())
    rounded = minimize_risk(points, signs, lipschitz, "bce", weights)
    if rounded.attained:
        lower, upper = rounded.extend(dressed(rng, drawn[0]))
        size = np.abs(rounded.values).max() + lipschitz * np.ptp(points, axis=0).max()
        for each in (lower, upper):
            assert (np.abs(each - rounded.values) <= 1e-12 * size + 1e-300).all()


@target(
    lipschitz_needed,
    LipschitzBracket,
    breaks={
        "lipschitz_needed": lambda found: LipschitzBracket(found.sufficient * (1 + 1e-9), found.sufficient * (1 + 1e-8))
    },
    refuses=NO_ANSWER,
)
def constants_needed(rng: Rng) -> None:
    """At what suffices no bound exceeds the risk; just below what does not, no values have it."""
    loss = pick(rng, [BCE(), BCE(0.3), Hinge(), Hinge(0.3), SquaredHinge(), SmoothHinge(0.3, 2)])
    drawn = points, signs, weights = sample(rng, whole(rng, 1, 2), 5)
    wanted = float(loss.value(0.0)) * weights.sum() * pick(rng, [0.5, 0.9, 0.99, 0.1, 1e-3, 0.3, rng.random()])
    found = lipschitz_needed(points, signs, wanted, loss, weights)
    assert 0 <= found.insufficient <= found.sufficient
    if 0 < found.sufficient < inf:
        assert found.sufficient <= found.insufficient * (1 + 2e-6) + 5e-324
        enough = minimize_risk(points, signs, found.sufficient, loss, weights)
        assert enough.lower_bound <= wanted * (1 + 1e-15)
    if 0 < found.insufficient < inf:
        less = float(np.nextafter(found.insufficient, 0))
        short = minimize_risk(points, signs, less, loss, weights) if less else None
        if short and short.attained:
            with mpmath.workdps(extremes.DIGITS):
                mpmath.mp.prec += 2200
                assert exact_risk(drawn, short.values, loss) > extremes.number(wanted)


def least_fall(risk, u, w):
    """The least a + b with u log(1 + e^-a) + w log(1 + e^-b) <= risk: the masses u sigma(-a) = w sigma(-b) = s."""

    def spent(s):
        return -u * mpmath.log1p(-s / u) - w * mpmath.log1p(-s / w)

    least, fine = min(u, w), mpmath.mpf(2) ** -130
    s = min(least, risk) / 2
    for _ in range(12):  # of Newton's method, which ends where s is not close to the least mass
        if 0 < s < least:
            s -= (spent(s) - risk) / (u / (u - s) + w / (w - s))
    low, high = s * (1 - fine), s * (1 + fine)
    if not (low > 0 and high < least and spent(low) < risk <= spent(high)):
        low, high = mpmath.mpf(0), least
        for _ in range(130):
            middle = (low + high) / 2
            low, high = (middle, high) if spent(middle) < risk else (low, middle)
    return mpmath.log((u - high) * (w - high) / high**2) if high < least else -inf, low


@target(
    saturation_bound,
    breaks={"saturation_bound": lambda bound: bound * (1 + 1e-9)},
    refuses=APART,
)
def saturation(rng: Rng) -> None:
    """Against the greatest of all pairs, each in many digits: never above, and no further below than 1e-9."""
    count = whole(rng, 2, 4)
    points, signs, weights = places(rng, count, whole(rng, 1, 3)), labels(rng, count, 0), masses(rng, count, -1060, 300)
    temperature = pick(rng, [1.0, 0.3, magnitude(rng, -900, 900)])
    risk = max(float(weights.min()) * pick(rng, [0.1, 0.5, 1.0, 1.4, 1e-6, rng.random()]), 5e-324)
    found = saturation_bound(risk, dressed(rng, points), dressed(rng, signs.astype(float)), weights, temperature)
    with mpmath.workdps(50):
        best = mpmath.mpf(0)
        for i in np.flatnonzero(signs > 0):
            for j in np.flatnonzero(signs < 0):
                u, w = mpmath.mpf(weights[i]), mpmath.mpf(weights[j])
                fall, _ = least_fall(mpmath.mpf(risk), u, w)
                distance = extremes.length(points[i], points[j])
                if fall > 0:
                    best = max(best, fall / distance / temperature if distance else mpmath.inf)
        assert found >= 0
        assert mpmath.mpf(found) <= best * (1 + mpmath.mpf(10) ** -30)
        if best * max(1.0, temperature) < 1e307 and risk > 1e-290:
            assert (
                mpmath.mpf(found) >= best * (1 - mpmath.mpf(10) ** -6) - 1e-300
                or best * extremes.length(points[0], points[-1]) * temperature < 1e-6
            )


@target(
    gradient_floors,
    gradient_floor,
    breaks={"gradient_floors": lambda floors: floors * (1 + 1e-9)},
    refuses=APART,
)
def floors_of_gradients(rng: Rng) -> None:
    """At the margin that a floor stands for, the masses of both classes tell that no minimiser is beyond it."""
    count = whole(rng, 2, 6)
    points, signs, weights = places(rng, count, whole(rng, 1, 3)), labels(rng, count, 0), masses(rng, count, -1060, 300)
    temperature = pick(rng, [1.0, 0.3, magnitude(rng, -900, 900)])
    lipschitz = float(np.clip(lipschitz_for(rng, points, BCE()), 1e-300, 1e300))
    found = gradient_floors(dressed(rng, points), signs, lipschitz, dressed(rng, weights), temperature)
    assert gradient_floor(points, signs, lipschitz, weights, temperature) == found.min()
    with mpmath.workdps(50):
        rate = mpmath.mpf(lipschitz) * mpmath.mpf(temperature)
        for i, floor in enumerate(found.tolist()):
            if not floor:
                continue
            share = mpmath.mpf(floor) / temperature
            assert share < 1
            rise = mpmath.log((1 - share) / share)
            sums = {1: mpmath.mpf(0), -1: mpmath.mpf(0)}
            for y, w, point in zip(signs.tolist(), weights.tolist(), points, strict=True):
                reach = rate * extremes.length(points[i], point)
                gap = rise - reach if y == signs[i] else reach - rise
                sums[y] += mpmath.mpf(w) / (1 + mpmath.exp(gap))
            assert sums[int(signs[i])] <= sums[-int(signs[i])] * (1 + mpmath.mpf(10) ** -40)
