"""What a low BCE costs: bounds on the Lipschitz constant (Proposition 3) and on the gradients (Proposition 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import frexp, inf, isinf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import KDTree
from scipy.special import entr, expit, log_expit, logsumexp

from theory._entries import shown
from theory._input import masses, plain_number, point_set, positive_number, real_array, signs
from theory._scales import FAINT, LARGEST_FLOAT, LEAST_FLOAT, LEAST_SAFE, in_unit_of_span, lengths, outwards
from theory._types import Floats
from theory.intervals import upper_float

FLOOR_ROUNDING = 2.0**-48
"""32 roundings. T L times a distance gathers some 15 where up to 128 coordinates are added in pairs, as numpy does it,
and half a rounding more for twice as many; all else gathers fewer."""
BLOCK_ENTRIES = 2**20
"""Numbers of a block that is computed at once: chosen, 8 MB an array."""
LARGEST_RISE = 1e300
"""Of T L times distances: beyond it gradients are 0 in float64, and sums overflow."""
LEAST_NORMAL = 2.0**-1000
"""Products below this may have been rounded by more than their share."""
HEAVIEST, LEAST_ALLOWED = 1e150, 1e-305
"""Masses and risks, in units of the lighter mass, at most and at least."""
TINY_SHARE = 1e-200
"""For a share this small the entropy is -log of it, plus 1, in float64."""
HALVINGS, NEWTON_STEPS = 30, 60
"""Chosen limits: what is found by then is a bound, if not the best."""


def saturation_bound(
    risk: float, points: ArrayLike, labels: ArrayLike, weights: ArrayLike | None = None, temperature: float = 1
) -> float:
    """A lower bound on the Lipschitz constant of every function whose BCE on the sample is at most `risk`.

    Béthune et al., Proposition 3, made quantitative. Two points of opposite labels, weights u and w, at distance d: a
    BCE of at most e needs L >= 2 log(1 / (exp(e / (2 w)) - 1)) / (T d) when u = w, and when they differ
    L >= log((u - s) (w - s) / s^2) / (T d), where -u log(1 - s / u) - w log(1 - s / w) = e.
    The bound is the greatest over all pairs, rounded down. It is 0 when the risk is too high to say anything, and
    infinity when no function at all has that risk: at risk 0, and at too low a risk for opposite labels at one place.

    Args:
        risk: sum of weights times log(1 + exp(-T y f(x))), in nats.
        points: (p, n).
        labels: (p,), +1 and -1, or 1 and 0.
        weights: (p,), at least 0, 1/p by default, used as given; points of weight 0 say nothing.
        temperature: T.

    Raises:
        ValueError: bad shapes, NaN, a negative risk or weight, other labels or all the same, a temperature that is not
            positive.

    >>> from math import expm1, log
    >>> bound = saturation_bound(0.01, [[0.0], [1.0]], [1, -1])
    >>> 0 <= -2 * log(expm1(0.01)) - bound < 1e-12
    True
    """
    places, sides, shares = _weighed(*_sample(points, labels, weights))
    scale = positive_number("temperature", temperature)
    exact = plain_number("risk", risk)
    if exact < 0:
        raise ValueError(f"risk={shown(risk)}: pass one finite number, at least 0")
    real_array("risk", exact, rounded=True)  # beyond float64 it is refused
    level = upper_float(exact)
    if level == 0:
        return inf
    unit, exponent = in_unit_of_span("points", places)
    share, power = frexp(scale)
    steepest = _steepest(unit, sides, shares, level) * (1 - FLOOR_ROUNDING)
    shared = steepest if isinf(steepest) else min(steepest / share, LARGEST_FLOAT)
    return outwards(shared, exponent - power, -inf)


def gradient_floor(
    points: ArrayLike,
    labels: ArrayLike,
    lipschitz: float,
    weights: ArrayLike | None = None,
    temperature: float = 1,
) -> float:
    """K > 0 with |dl/df| >= K at every training point, for every minimiser f of BCE over the L-Lipschitz functions.

    The constant of Proposition 10 of Béthune et al.: the least of `gradient_floors`.

    Args:
        points, labels, lipschitz, weights, temperature: as for `gradient_floors`.

    Raises:
        ValueError: as `gradient_floors`.

    >>> 0 <= 1 / 3 - gradient_floor([[0.0], [1.0]], [1, -1], 2 * np.log(2)) < 1e-10
    True
    """
    return float(gradient_floors(points, labels, lipschitz, weights, temperature).min())


def gradient_floors(
    points: ArrayLike,
    labels: ArrayLike,
    lipschitz: float,
    weights: ArrayLike | None = None,
    temperature: float = 1,
) -> Floats:
    """For each training point, (p,), a lower bound on T sigma(-T y f(x)) for every minimiser f, rounded down.

    Adding a constant to f does not lower its BCE, so the masses w sigma(-T y f) of both classes are equal. As f is
    L-Lipschitz, f(x_k) >= f(x_i) - L |x_i - x_k|, so a point i of label +1 has f(x_i) <= r, where r solves
    sum over + of w sigma(T (L d_ik - r)) = sum over - of w sigma(T (r - L d_ik)); likewise for label -1.
    The domain of f may be any set that contains the points. Béthune et al., Proposition 10, point by point. Takes of
    the order of p^2 operations.

    Args:
        points: (p, n).
        labels: (p,), +1 and -1, or 1 and 0.
        lipschitz: L > 0.
        weights: (p,), at least 0, 1/p by default.
        temperature: T.

    Raises:
        ValueError: bad shapes, NaN, a negative weight, other labels or all the same, numbers that must be positive and
            are not.

    >>> floors = gradient_floors([[0.0], [3.0], [4.0]], [1, -1, -1], 1.0)
    >>> bool((floors > 0.05).all())
    True
    """
    places, labels, weights = _sample(points, labels, weights)
    kept, sides, shares = _weighed(places, labels, weights)
    scale = positive_number("temperature", temperature)
    (slope, power), (share, other) = frexp(positive_number("lipschitz", lipschitz)), frexp(scale)
    (places, exponent), count = in_unit_of_span("points", np.concatenate([places, kept])), len(labels)
    places, kept = places[:count], places[count:]
    rate = max(outwards(slope * share * (1 + FLOOR_ROUNDING), power + other - exponent, inf), LEAST_SAFE)
    if rate * places.shape[1] * float(np.ptp(places, axis=0).max()) > LARGEST_RISE:
        return np.zeros(count)
    floors = np.empty(count)
    for sign in (1, -1):
        rows = np.flatnonzero(labels == sign)
        for block in _blocks(len(rows), kept.size):
            here = places[rows[block], None]
            both = [
                _Side(rate * _norms(here - kept[side]), np.log(shares[side])) for side in (sides == sign, sides != sign)
            ]
            floors[rows[block]] = expit(-_highest(*both))
    floors *= scale * (1 - FLOOR_ROUNDING)
    return np.where(floors < LEAST_NORMAL, np.maximum(floors - 2 * LEAST_FLOAT, 0.0), floors)


def _sample(points: Any, labels: Any, weights: Any) -> tuple[Floats, Floats, Floats]:
    places = point_set("points", points)
    return places, signs("labels", labels, len(places)), masses("weights", weights, len(places), rounded=False)


def _weighed(places: Floats, labels: Floats, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """The points that have a weight, of both labels."""
    rows = np.flatnonzero(weights)
    found = labels[rows]
    if len(set(found.tolist())) == 1:
        where = "" if len(rows) == len(labels) else " where weights are not 0"
        raise ValueError(f"labels are all {found[0]:+.0f}{where}: give both classes at least one point")
    return places[rows], found, weights[rows]


# The Lipschitz constant


def _steepest(places: Floats, signs: Floats, masses: Floats, risk: float) -> float:
    """The greatest necessary slope over pairs of opposite labels.

    More and more neighbours of the points of one class are looked at, until even the heaviest of the others could not
    do better.
    """
    one, other = signs > 0, signs < 0
    source, source_mass, target, target_mass = places[one], masses[one], places[other], masses[other]
    tree, heaviest = KDTree(target), target_mass.max()
    stretch = 1 + (places.shape[1] + 8) * 2.0**-52
    best, seen, rows = 0.0, 0, np.arange(len(source))
    while len(rows) and seen < len(target):
        seen = min(max(1, 4 * seen), len(target))
        hopes = []
        for block in _blocks(len(rows), seen * places.shape[1]):
            some = rows[block]
            near = tree.query(source[some], k=np.arange(1, seen + 1))[1]
            distance = _norms(source[some, None] - target[near])
            slopes = _slope(_least_fall(source_mass[some, None], target_mass[near], risk), distance * stretch)
            best = max(best, float(slopes.max()))
            farthest = np.where(distance[:, -1] < FAINT, 0.0, distance[:, -1])  # the tree squares, so these are ties
            hopes.append(_slope(_least_fall(source_mass[some], heaviest, risk), farthest / stretch**2))
        rows = rows[np.concatenate(hopes) > best]
    return best


def _slope(fall: Floats, distance: Floats) -> Floats:
    """fall / distance; a fall at no distance is impossible, and no fall needs no slope."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        steep = np.where(distance > 0, np.minimum(fall / distance, LARGEST_FLOAT), inf)
        return np.where(fall > 0, steep, 0.0)


def _least_fall(u: Floats, w: Floats | float, risk: float) -> Floats:
    """A lower bound on a + b wherever u log(1 + exp(-a)) + w log(1 + exp(-b)) <= risk.

    By duality (u h(s / u) + w h(s / w) - risk) / s is one for each s between 0 and u and w, h the binary entropy; the
    best s is nearly found, so that nothing is lost to speak of.
    """
    u, w, allowed = _in_unit_of_lighter(np.asarray(u, dtype=float), np.asarray(w, dtype=float), risk)
    least = np.minimum(u, w)
    low, high = -least * np.expm1(-allowed / (2 * least)), -least * np.expm1(-allowed / least)
    with np.errstate(divide="ignore"):
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            short = -u * np.log1p(-middle / u) - w * np.log1p(-middle / w) < allowed
            low, high = np.where(short, middle, low), np.where(short, high, middle)
    s = np.minimum(low, least * (1 - FLOOR_ROUNDING))
    terms = [_entropy_per_share(s, mass) for mass in (u, w)]
    spent = allowed / s
    return np.asarray(sum(terms) - spent - FLOOR_ROUNDING * (sum(terms) + spent + 2), dtype=np.float64)


def _entropy_per_share(s: Floats, mass: Floats) -> Floats:
    """h(s / mass) / (s / mass), also where the share underflows."""
    share = np.maximum(s / mass, TINY_SHARE)
    return np.where(share > TINY_SHARE, (entr(share) + _rest(share)) / share, np.log(mass) - np.log(s) + 1)


def _in_unit_of_lighter(u: Floats, w: Floats, risk: float) -> tuple[Floats, Floats, Floats]:
    """Both masses and the risk times a power of two, for the lighter mass to be about 1.

    A lesser mass and a greater risk need less of a fall: they stand in for numbers that would overflow, or underflow.
    """
    exponent = -np.frexp(np.minimum(u, w))[1]
    with np.errstate(over="ignore", under="ignore"):
        one, other = (np.minimum(np.ldexp(mass, exponent), HEAVIEST) for mass in (u, w))
        return one, other, np.clip(np.ldexp(risk, exponent), LEAST_ALLOWED, HEAVIEST)


def _rest(share: Floats) -> Floats:
    """-(1 - share) log(1 - share), accurate for a small share."""
    return -(1 - share) * np.log1p(-share)


# The gradients


def _blocks(count: int, width: int) -> Iterator[slice]:
    """Slices of range(count), small enough for a row to have that width."""
    size = max(1, BLOCK_ENTRIES // width)
    return (slice(start, start + size) for start in range(0, count, size))


def _norms(vectors: Floats) -> Floats:
    """Lengths along the last axis, relative error as for FLOOR_ROUNDING; those that are subnormal are no less."""
    found = np.sqrt((vectors**2).sum(axis=-1))
    faint = found < FAINT
    if faint.any():
        short = lengths(vectors[faint])
        found[faint] = np.where((short > 0) & (short < LEAST_NORMAL), short + LEAST_FLOAT, short)
    return np.asarray(found, dtype=np.float64)


class _Side(NamedTuple):
    """The points of one class, q of them, seen from r others: reach (r, q) is T L d_ik, logs (q,) of their masses."""

    reach: Floats
    logs: Floats


def _highest(ours: _Side, theirs: _Side) -> Floats:
    """For each of r points an upper bound on its margin T y f(x_i), given its own class and the other one."""
    odds = float(logsumexp(ours.logs) - logsumexp(theirs.logs))
    farthest = np.maximum(ours.reach.max(axis=1), theirs.reach.max(axis=1))
    largest = max(np.abs(ours.logs).max(), np.abs(theirs.logs).max())
    noise = 2.0**-50 * (abs(odds) + farthest + largest + 64)
    ceiling = odds + farthest + noise
    margin = low = np.full(len(farthest), odds)
    high = ceiling
    for count in range(NEWTON_STEPS):
        excess, slope = _excess(margin, ours, theirs)
        low, high = np.where(excess > 0, margin, low), np.where(excess > 0, high, margin)
        newton = margin + excess / np.maximum(slope, 1e-300)
        inside = (newton > low) & (newton < high) & (count % 3 < 2)  # far away Newton's method may creep
        arrived = np.minimum(high - low, np.abs(newton - margin)) <= noise
        margin = np.where(arrived, np.clip(newton, low, high), np.where(inside, newton, (low + high) / 2))
        if arrived.all():
            break
    return _proved(margin, noise, ceiling, lambda trial: _excess(trial, ours, theirs)[0] < -noise)


def _proved(guess: Floats, first: Floats, ceiling: Floats, holds: Callable[[Floats], NDArray[np.bool_]]) -> Floats:
    """The guess plus the least of first, 4 first, 16 first, ... with which it holds; at most the ceiling."""
    found, step = ceiling.copy(), first
    missing = guess + step < ceiling
    while missing.any():
        trial = np.where(missing, guess + step, ceiling)
        success = missing & holds(trial)
        found = np.where(success, trial, found)
        step = 4 * step
        missing &= ~success & (guess + step < ceiling)
    return found


def _excess(z: Floats, ours: _Side, theirs: _Side) -> tuple[Floats, Floats]:
    """How much log(mass of our class) exceeds log(mass of theirs) at margin z, at most; and minus its slope."""
    own, falling = _log_mass(z[:, None] - ours.reach, ours.logs)
    others, rising = _log_mass(theirs.reach - z[:, None], theirs.logs)
    return own - others, falling + rising


def _log_mass(gap: Floats, logs: Floats) -> tuple[Floats, Floats]:
    """log sum of exp(logs) sigma(-gap), row by row, and how fast it falls as the gaps grow."""
    terms = logs + log_expit(-gap)
    top = terms.max(axis=1)
    shares = np.exp(np.subtract(terms, top[:, None], out=terms), out=terms)
    total = shares.sum(axis=1)
    return top + np.log(total), np.einsum("ij,ij->i", shares, expit(gap)) / total
