"""What a low BCE costs: bounds on the Lipschitz constant (Proposition 3) and on the gradients (Proposition 10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import inf
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import KDTree
from scipy.special import entr, expit, log_expit, logsumexp

from theory._input import point_set, positive_number, real_array
from theory._types import Floats

FLOOR_ROUNDING = 2.0**-48
"""32 roundings. T L times a distance gathers some 15 where up to 128 coordinates are added in pairs, as numpy does it,
and half a rounding more for twice as many; all else gathers fewer."""
BLOCK_ENTRIES = 2**20
"""Numbers of a block that is computed at once: chosen, 8 MB an array."""
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
        labels: (p,), +1 or -1.
        weights: (p,), positive, 1/p by default, used as given.
        temperature: T.

    Raises:
        ValueError: bad shapes, NaN, a negative risk, labels other than +1 and -1 or all the same, weights or a
            temperature that are not positive.

    >>> from math import expm1, log
    >>> bound = saturation_bound(0.01, [[0.0], [1.0]], [1, -1])
    >>> 0 <= -2 * log(expm1(0.01)) - bound < 1e-12
    True
    """
    places, signs, masses = _sample(points, labels, weights)
    scale = positive_number("temperature", temperature)
    level = real_array("risk", risk)
    if level.ndim or level < 0:
        raise ValueError(f"risk={risk!r}: pass one finite number, at least 0")
    if level == 0:
        return inf
    return _steepest(places, signs, masses, float(level)) / scale * (1 - FLOOR_ROUNDING)


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
        labels: (p,), +1 or -1.
        lipschitz: L > 0.
        weights: (p,), positive, 1/p by default.
        temperature: T.

    Raises:
        ValueError: bad shapes, NaN, labels other than +1 and -1 or all the same, numbers that must be positive and are
            not.

    >>> floors = gradient_floors([[0.0], [3.0], [4.0]], [1, -1, -1], 1.0)
    >>> bool((floors > 0.05).all())
    True
    """
    places, signs, masses = _sample(points, labels, weights)
    scale = positive_number("temperature", temperature)
    rate = scale * positive_number("lipschitz", lipschitz) * (1 + FLOOR_ROUNDING)
    floors = np.empty(len(signs))
    for mine in (signs > 0, signs < 0):
        rows = np.flatnonzero(mine)
        for block in _blocks(len(rows), places.size):
            here = places[rows[block], None]
            sides = [_Side(rate * _norms(here - places[one]), np.log(masses[one])) for one in (mine, ~mine)]
            floors[rows[block]] = expit(-_highest(*sides))
    return scale * floors * (1 - FLOOR_ROUNDING)


def _sample(points: ArrayLike, labels: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats, Floats]:
    places = point_set("points", points)
    signs = _column("labels", labels, len(places))
    wrong = np.flatnonzero(np.abs(signs) != 1)
    if len(wrong):
        raise ValueError(f"labels has {signs[wrong[0]]} at index {wrong[0]}: pass +1 and -1 only")
    if len(set(signs.tolist())) == 1:
        raise ValueError(f"labels are all {signs[0]:+.0f}: give both classes at least one point")
    masses = np.full(len(places), 1 / len(places)) if weights is None else _column("weights", weights, len(places))
    small = np.flatnonzero(masses <= 0)
    if len(small):
        raise ValueError(f"weights has {masses[small[0]]} at index {small[0]}: weights must be greater than 0")
    return places, signs, masses


def _column(name: str, value: ArrayLike, count: int) -> Floats:
    array = real_array(name, value)
    if array.shape != (count,):
        raise ValueError(f"{name} has shape {array.shape}: pass one number a point, shape ({count},)")
    return array


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
            hopes.append(_slope(_least_fall(source_mass[some], heaviest, risk), distance[:, -1] / stretch**2))
        rows = rows[np.concatenate(hopes) > best]
    return best


def _slope(fall: Floats, distance: Floats) -> Floats:
    """fall / distance; a fall at no distance is impossible, and no fall needs no slope."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(fall > 0, fall / distance, 0.0)


def _least_fall(u: Floats, w: Floats | float, risk: float) -> Floats:
    """A lower bound on a + b wherever u log(1 + exp(-a)) + w log(1 + exp(-b)) <= risk.

    By duality (u h(s / u) + w h(s / w) - risk) / s is one for each s between 0 and u and w, h the binary entropy; the
    best s is nearly found, so that nothing is lost to speak of.
    """
    u, w = np.broadcast_arrays(np.asarray(u, dtype=float), np.asarray(w, dtype=float))
    least = np.minimum(u, w)
    low, high = -least * np.expm1(-risk / (2 * least)), -least * np.expm1(-risk / least)
    with np.errstate(divide="ignore"):
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            short = -u * np.log1p(-middle / u) - w * np.log1p(-middle / w) < risk
            low, high = np.where(short, middle, low), np.where(short, high, middle)
    s = np.minimum(low, least * (1 - FLOOR_ROUNDING))
    terms = [mass * (entr(s / mass) + _rest(s / mass)) / s for mass in (u, w)]
    spent = risk / s
    return sum(terms) - spent - FLOOR_ROUNDING * (sum(terms) + spent + 2)


def _rest(share: Floats) -> Floats:
    """-(1 - share) log(1 - share), accurate for a small share."""
    return -(1 - share) * np.log1p(-share)


# The gradients


def _blocks(count: int, width: int) -> Iterator[slice]:
    """Slices of range(count), small enough for a row to have that width."""
    size = max(1, BLOCK_ENTRIES // width)
    return (slice(start, start + size) for start in range(0, count, size))


def _norms(vectors: Floats) -> Floats:
    return np.sqrt((vectors**2).sum(axis=-1))


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
