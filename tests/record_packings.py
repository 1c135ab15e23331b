"""Searches packings of few points: `python tests/record_packings.py [MINUTES]`.

The best that were found so far stand in theory/packing/record_packings.json; this draws starts at random, pushes the
points apart, and writes what is better. Nothing rests on how they were found: `theory.packing._records` checks each
exactly.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import minimize

FILE = Path(__file__).parents[1] / "theory" / "packing" / "record_packings.json"
DIGITS = 10
"""Decimals of a coordinate: what is lost of a distance is below any separation that a user tells from another."""
MOST = {"square": 30, "disc": 30, "cube": 20}
DIMENSION = {"square": 2, "disc": 2, "cube": 3}
STIFF = (12, 40, 120)
"""Powers of the inverse distance whose sums are made small, one after the other, before the least is made large."""


POLISHED = 60
"""Points, in all, of the starts of a round that are polished: which is best before tells little of few."""


NUDGES = (0.0, 0.05, 0.2)
"""Of points before they are polished, in least distances."""
RAW = 3
"""Starts of a round that are polished as they are drawn: points that are pushed go into corners, which hold them."""


def start(shape: str, n: int, rng: np.random.Generator) -> Any:
    k = DIMENSION[shape]
    points = rng.normal(size=(n, k)) if shape == "disc" else rng.uniform(size=(n, k))
    return points / np.maximum(1, np.linalg.norm(points, axis=1, keepdims=True)) if shape == "disc" else points


def pushed(shape: str, points: Any) -> Any:
    """The points where sums of inverse powers of distances are least, projected to the shape on the way."""
    n, k = points.shape
    first, second = np.triu_indices(n, 1)

    def energy(flat: Any, power: int) -> tuple[float, Any]:
        """-log of the least distance, smoothed: by the sum of inverse powers of all."""
        at = flat.reshape(n, k)
        apart = at[first] - at[second]
        squares = np.maximum((apart**2).sum(1), 1e-300)
        logs = -power / 2 * np.log(squares)
        terms = np.exp(logs - logs.max())
        slope = np.zeros((n, k))
        pull = (-terms / terms.sum() / squares)[:, None] * apart
        np.add.at(slope, first, pull)
        np.add.at(slope, second, -pull)
        value = (logs.max() + np.log(terms.sum())) / power
        if shape == "disc":
            over = np.maximum((at**2).sum(1) - 1, 0)
            value += 10 * (over**2).sum()
            slope += 40 * over[:, None] * at
        return value, slope.ravel()

    bounds = None if shape == "disc" else [(0, 1)] * (n * k)
    for power in STIFF:
        flat = minimize(energy, points.ravel(), (power,), jac=True, method="L-BFGS-B", bounds=bounds).x
        points = inside(shape, flat.reshape(n, k))
    return inside(shape, points)


def inside(shape: str, points: Any) -> Any:
    if shape == "disc":
        return points / np.maximum(1, np.linalg.norm(points, axis=1, keepdims=True))
    return np.clip(points, 0, 1)


def least(points: Any) -> float:
    first, second = np.triu_indices(len(points), 1)
    return float(((points[first] - points[second]) ** 2).sum(1).min())


def polished(shape: str, points: Any) -> Any:
    """The points of a nearby local maximum of the least distance."""
    n, k = points.shape
    first, second = np.triu_indices(n, 1)
    near = ((points[first] - points[second]) ** 2).sum(1) < 2.5 * least(points)
    first, second = first[near], second[near]
    pairs = np.arange(len(first))

    def gaps(v: Any) -> Any:
        at = v[:-1].reshape(n, k)
        return ((at[first] - at[second]) ** 2).sum(1) - v[-1]

    def slopes(v: Any) -> Any:
        at = v[:-1].reshape(n, k)
        apart = 2 * (at[first] - at[second])
        made = np.zeros((len(first), n * k + 1))
        for axis in range(k):
            made[pairs, first * k + axis] = apart[:, axis]
            made[pairs, second * k + axis] = -apart[:, axis]
        made[:, -1] = -1
        return made

    constraints = [{"type": "ineq", "fun": gaps, "jac": slopes}]
    if shape == "disc":

        def rims(v: Any) -> Any:
            return 1 - (v[:-1].reshape(n, k) ** 2).sum(1)

        def turns(v: Any) -> Any:
            made = np.zeros((n, n * k + 1))
            for axis in range(k):
                made[np.arange(n), np.arange(n) * k + axis] = -2 * v[:-1].reshape(n, k)[:, axis]
            return made

        constraints.append({"type": "ineq", "fun": rims, "jac": turns})
    bounds = [(-1, 1) if shape == "disc" else (0, 1)] * (n * k) + [(0, None)]
    aim = np.zeros(n * k + 1)
    aim[-1] = -1
    found = minimize(
        lambda v: -v[-1],
        np.append(points.ravel(), least(points)),
        jac=lambda v: aim,
        method="SLSQP",
        bounds=bounds,
        constraints=constraints,
        options={"maxiter": 300, "ftol": 1e-15},
    )
    return inside(shape, found.x[:-1].reshape(n, k))


def rounded(shape: str, points: Any) -> list[list[int]]:
    """Whole numbers of units of the last digit, those of a disc towards its centre."""
    scaled = points * 10**DIGITS
    near = np.round(scaled)
    if shape == "disc":
        over = [sum(int(x) ** 2 for x in row) > 10 ** (2 * DIGITS) for row in near]
        near = np.where(np.array(over)[:, None], np.trunc(scaled * (1 - 2 / 10**DIGITS)), near)
        assert all(sum(int(x) ** 2 for x in row) <= 10 ** (2 * DIGITS) for row in near)
    return [[int(x) for x in row] for row in near]


def exact(points: list[list[int]]) -> int:
    """The least squared distance in squared units of the last digit."""
    pairs = ((a, b) for i, a in enumerate(points) for b in points[:i])
    return min(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) for a, b in pairs)


def main(minutes: float) -> None:
    kept: dict[str, dict[str, list[list[int]]]] = json.loads(FILE.read_text()) if FILE.exists() else {}
    until, rng = time.monotonic() + 60 * minutes, np.random.default_rng()
    while time.monotonic() < until:
        for shape, most in MOST.items():
            for n in range(2, most + 1):
                tries = [pushed(shape, start(shape, n, rng)) for _ in range(6)]
                raw = [start(shape, n, rng) for _ in range(RAW)]
                for best in [*sorted(tries, key=least)[-max(1, POLISHED // n) :], *raw]:
                    nudge = rng.normal(size=best.shape) * rng.choice(NUDGES) * least(best) ** 0.5
                    found = rounded(shape, polished(shape, inside(shape, best + nudge)))
                    old = kept.setdefault(shape, {}).get(str(n))
                    if old is None or exact(found) > exact(old):
                        kept[shape][str(n)] = found
            lines = (
                f'"{name}": {{\n' + ",\n".join(f'"{n}": {json.dumps(points)}' for n, points in table.items()) + "\n}"
                for name, table in kept.items()
            )
            FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 10.0)
