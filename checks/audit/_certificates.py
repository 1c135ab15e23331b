"""How far points may move before their label changes: proved, attacked, and at best."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import Any

import numpy as np
from scipy.stats import beta

from checks.arrays import Floats
from checks.audit._constant import Constant
from checks.audit._lines import ARGUED, MACHINE_CHECKED, SUPPORTED, Line, Part, at_least, number
from checks.audit._model import Sample
from checks.audit._nearest import Nearest
from checks.networks.graph import Graph
from checks.statistics import CONFIDENCE

UNIT = 2.0**-53
ATTACKED = 100
"""Points that are attacked, at most: chosen for time."""
RIVALS = 10
"""Other classes whose frontiers an attack looks at, the nearest by their values: chosen for time."""
SLOPES_AT_ONCE = 2**23
"""Their entries: 64 MB."""
DOWN = 1 - 16 * UNIT
"""Below the rounding of a few sums and products, one after another."""
STEPS, HALVINGS = 30, 40
TOO_FAR = 1 + 1e-6
"""Steps towards a frontier end beyond it by so much: bisection takes the excess back."""


@dataclass(frozen=True, eq=False)
class Certificates(Part):
    """Certified radii, Euclidean.

    Attributes:
        correct: (p,), whether each point gets its label.
        radii: (p,), certified: within it the label stays; 0 where it is wrong.
        plain: (p,), the same with one constant for all classes: |f| / L, or the margin over L times the root of 2.
        best: (p,), half the distance to the nearest point of another class, which the nearest neighbour's classifier
            certifies (Béthune et al., Corollary 3): right points of two classes have radii that sum to at most their
            distance, one alone may have more. Infinite with one class only, NaN where a large sample was not looked at.
        attacked: rows that were attacked.
        found: how far the attack moved them until the label changed; infinite where it did not.
        held_out: the certified share of held-out points and its lower limit at each radius, where some were given.
        held_out_radii: their certified radii, negative where they are wrong.
    """

    correct: Floats
    radii: Floats
    plain: Floats
    best: Floats
    attacked: Floats
    found: Floats
    held_out: tuple[tuple[float, float, float], ...] = field(default=())
    held_out_radii: Floats = field(default_factory=lambda: np.zeros(0))

    title = "Certificates"

    @property
    def consistent(self) -> bool:
        """No attack came closer than a certificate allows."""
        return bool((self.found >= self.radii[self.attacked.astype(int)]).all())

    @property
    def shares(self) -> Floats:
        """(p,), of each right point: its radius over the best."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            return np.where(self.correct > 0, self.radii / self.best, np.nan)

    def lines(self) -> tuple[Line, ...]:
        right = self.correct > 0
        said = [Line(f"{right.mean():.1%} of {len(right)} points get their label.", MACHINE_CHECKED)]
        if right.any():
            middle = at_least(float(np.median(self.radii[right])))
            said.append(
                Line(
                    f"Certified radii of these: {at_least(float(self.radii[right].min()))} to "
                    f"{at_least(float(self.radii.max()))}, half of them above {middle}.",
                    MACHINE_CHECKED,
                    "a difference of outputs over its own constant (Tsuzuku, Sato and Sugiyama 2018)",
                    ("radius of one output", "radius of several outputs", "last rows", "root of two"),
                )
            )
            known = self.shares[np.isfinite(self.shares) & np.isfinite(self.best)]
            if known.size:
                said.append(
                    Line(
                        f"On average {known.mean():.0%} of half the distance to the nearest other class.",
                        ARGUED,
                        "two right points of different classes have radii that sum to at most their distance",
                        ("half of distances",),
                    )
                )
        if self.attacked.size:
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = self.found / self.radii[self.attacked.astype(int)]
            reached = ratio[np.isfinite(ratio)]
            closest = f", at best {number(float(reached.min()))} times a radius away" if reached.size else ""
            words = "none came closer than its certificate" if self.consistent else "SOME CAME CLOSER THAN CERTIFIED"
            said.append(Line(f"{len(self.attacked)} were attacked: {words}{closest}.", SUPPORTED))
        for radius, share, limit in self.held_out:
            least = at_least(limit, 3, percent=True)
            said.append(
                Line(
                    f"Held out, {share:.1%} are certified at {at_least(radius)}: at least {least} of all.",
                    SUPPORTED,
                    f"Clopper and Pearson 1934, at {float(CONFIDENCE):.1%}",
                )
            )
        return tuple(said)


def certificates_of(
    network: Graph, constant: Constant, sample: Sample, held_out: Sample | None, radii: tuple[float, ...] | None
) -> Certificates:
    """Of the sample; shares at the radii of what is held out."""
    correct, found, plain = certified(network, constant, sample)
    rows = np.flatnonzero((correct > 0) & (found > 0))[:ATTACKED]
    step = max(1, SLOPES_AT_ONCE // (len(sample.flat[0]) * min(RIVALS, constant.outputs)))
    parts = [attack(network, sample.take(rows[i : i + step])) for i in range(0, len(rows), step)]
    moved = np.concatenate([np.zeros(0), *parts])
    shares: list[tuple[float, float, float]] = []
    unseen = np.zeros(0)
    if held_out is not None:
        right, reach, _ = certified(network, constant, held_out)
        unseen = np.where(right > 0, reach, -1.0)
        most = float(found.max(where=np.isfinite(found), initial=0.0))  # of the sample: not chosen by what is held out
        for radius in radii if radii is not None else tuple(most * k / 4 for k in range(4)):
            hits = int(((right > 0) & (reach >= radius)).sum())
            shares.append((radius, hits / len(reach), _limit(hits, len(reach))))
    return Certificates(correct, found, plain, _halves(sample), rows.astype(float), moved, tuple(shares), unseen)


def certified(network: Graph, constant: Constant, sample: Sample) -> tuple[Floats, Floats, Floats]:
    """Whether each point gets its label for certain, its radius, and that of one constant; rounded down."""
    values, errors = network.enclose(sample.points, constants=constant.bound.constants)
    values, errors = values.reshape(len(values), -1), errors.reshape(len(values), -1)
    with np.errstate(invalid="ignore", over="ignore"):
        if values.shape[1] == 1:
            gaps = values * sample.labels[:, None] - errors
            limits = np.full(gaps.shape, constant.upper)
            plain_limits = limits
        else:
            labels = sample.labels.astype(int)
            mine = np.arange(len(values)), labels
            gaps = (values[mine][:, None] - values) * DOWN - (errors[mine][:, None] + errors) / DOWN
            gaps[mine] = np.inf
            limits = constant.pairs[labels]
            plain_limits = np.maximum(limits, np.nextafter(np.sqrt(2.0), 2) * constant.upper)
        correct = (gaps > 0).all(axis=1)
        radii, plain = (_over(gaps * DOWN, limit).min(axis=1) for limit in (limits, plain_limits))
    return correct.astype(float), np.where(correct, radii, 0.0), np.where(correct, plain, 0.0)


def _over(gaps: Floats, constants: Floats) -> Floats:
    """gap / constant, rounded down: without limit where the constant is 0."""
    with np.errstate(over="ignore", under="ignore"):
        quotient = np.divide(gaps, constants, out=np.full(gaps.shape, np.inf), where=constants > 0)
        below = np.nextafter(np.minimum(quotient * DOWN, np.finfo(float).max), -np.inf)
    return np.where(constants > 0, np.maximum(below, 0.0), np.inf)


def attack(network: Graph, sample: Sample) -> Floats:
    """Lengths (p,) of perturbations that change the label: steps to the nearest linear frontier, then bisection.

    DeepFool (Moosavi-Dezfooli, Fawzi and Frossard 2016) from each point.
    """
    if not len(sample.points):
        return np.zeros(0)
    x = sample.flat
    z, done = x.copy(), np.zeros(len(x), dtype=bool)
    for _ in range(STEPS):
        rows = np.flatnonzero(~done)
        gaps = _gaps(network, z[rows], sample.labels[rows])
        done[rows] = gaps.min(axis=1) < 0
        rows, gaps = rows[~done[rows]], gaps[~done[rows]]
        if not len(rows):
            break
        rivals = np.argsort(gaps, axis=1, kind="stable")[:, : min(RIVALS, max(1, gaps.shape[1] - 1))]
        gaps = np.take_along_axis(gaps, rivals, axis=1)
        slopes = _slopes(network, z[rows], sample.labels[rows], rivals)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            sizes = np.maximum(np.linalg.norm(slopes, axis=2), 1e-300)
            nearest = np.nan_to_num(gaps / sizes, nan=np.inf).argmin(axis=1)
            each = np.arange(len(rows))
            size = sizes[each, nearest][:, None]
            step = slopes[each, nearest] / size * (TOO_FAR * gaps[each, nearest][:, None] / size + 1e-12 * size)
        z[rows] = z[rows] - np.where(np.isfinite(step), step, 0.0)
    found = _gaps(network, z, sample.labels).min(axis=1) < 0
    low, high = np.zeros(len(x)), np.ones(len(x))
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        over = _gaps(network, x + middle[:, None] * (z - x), sample.labels).min(axis=1) < 0
        low, high = np.where(over, low, middle), np.where(over, middle, high)
    with np.errstate(over="ignore"):
        return np.where(found, np.linalg.norm(x + high[:, None] * (z - x) - x, axis=1), np.inf)


def _gaps(network: Graph, flat: Floats, labels: Floats) -> Floats:
    """How far each point's own output is above each other one."""
    values = network(flat.reshape(-1, *network.input_shape)).reshape(len(flat), -1)
    if values.shape[1] == 1:
        return np.asarray(values * labels[:, None])
    mine: Floats = values[np.arange(len(values)), labels.astype(int)]
    gaps: Floats = mine[:, None] - values
    gaps[np.arange(len(values)), labels.astype(int)] = np.inf
    return gaps


def _slopes(network: Graph, flat: Floats, labels: Floats, rivals: Any) -> Floats:
    """(p, r, n), gradients of how far each point's own output is above each of its rivals."""
    images, shape = flat.reshape(-1, *network.input_shape), network.output_shape
    outputs, each, found = prod(shape), np.arange(len(flat)), []
    for k in range(rivals.shape[1]):
        given = np.zeros((len(flat), outputs))
        if outputs == 1:
            given[:, 0] = labels
        else:
            given[each, labels.astype(int)] = 1.0
            given[each, rivals[:, k]] -= 1.0
        found.append(network.pullback(images, given.reshape(-1, *shape)).reshape(flat.shape))
    return np.stack(found, axis=1)


def _halves(sample: Sample) -> Floats:
    """Half the distance of each point to the nearest of another class."""
    near, found = Nearest(sample), np.full(len(sample.labels), np.nan)
    found[near.rows] = near.lengths / 2
    return found


def _limit(hits: int, count: int) -> float:
    """The lower limit of a share, one-sided, rounded down."""
    return 0.0 if not hits else max(0.0, float(beta.ppf(float(1 - CONFIDENCE), hits, count - hits + 1)) - 1e-9)
