"""Strategies of the numbers that break solvers, and what is exactly so of an answer, in many digits.

Every draw is a valid input: huge, tiny and subnormal numbers, ties, numbers one unit in the last place apart.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
from hypothesis import strategies as st

from theory.losses import BCE, Loss

DIGITS = 60
EXPONENTS = [-1074, -1060, -1022, -700, -540, -538, -500, -200, -60, -10, 0, 0, 0, 10, 60, 200]
"""Powers of two where something ends: subnormal numbers, squares, the solvers' own units."""


@st.composite
def magnitudes(draw: st.DrawFn, least: int = -1074, most: int = 490) -> float:
    """A positive float, of any size or of one near an edge."""
    exponent = draw(st.sampled_from([e for e in EXPONENTS if least <= e <= most]) | st.integers(least, most))
    return float(np.ldexp(draw(st.sampled_from([1.0, 1.0, 1.25, 1.5, 1.9]) | st.floats(1.0, 1.99)), exponent))


def largest_singular_value(matrix: Any) -> mpmath.mpf:
    """Of rows of numbers, in 100 digits: mpmath's singular values need not converge, its eigenvalues do."""
    with mpmath.workdps(100):
        exact = mpmath.matrix(np.asarray(matrix).tolist())
        return mpmath.sqrt(max(mpmath.eigsy(exact * exact.T, eigvals_only=True)))


@st.composite
def samples(draw: st.DrawFn, dimension: int = 2, most: int = 6) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points, labels of both kinds and weights: lattices of one or two scales, with ties and next neighbours."""
    count = draw(st.integers(2, most))
    coarse = draw(magnitudes(-1000, 480))
    fine = draw(st.sampled_from([0.0, 1.0]) | magnitudes(-1000, 0))
    cells = st.integers(-2, 2)
    points = np.array(
        [[coarse * (draw(cells) + fine * draw(cells)) for _ in range(dimension)] for _ in range(count)], dtype=float
    )
    if draw(st.booleans()):
        points[0] = np.nextafter(points[1], np.inf)
    labels = np.array([1, -1, *draw(st.lists(st.sampled_from([1, -1]), min_size=count - 2, max_size=count - 2))])
    unit = draw(magnitudes(-1060, 480))
    shares = st.sampled_from([1.0, 1.0, 3.0, 1e-3, 1e-11])
    weights = np.array([max(unit * draw(shares), 5e-324) for _ in range(count)])
    return points, labels, weights


def number(value: Any) -> Any:
    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return mpmath.mpf(float(value))


def square(one: np.ndarray, other: np.ndarray) -> Fraction:
    return sum(
        ((Fraction(x) - Fraction(y)) ** 2 for x, y in zip(one.tolist(), other.tolist(), strict=True)), Fraction(0)
    )


def length(one: np.ndarray, other: np.ndarray) -> Any:
    return mpmath.sqrt(number(square(one, other)))


def loss_at(loss: Loss, t: Any) -> Any:
    """l(t), of BCE and of losses with a kink."""
    if isinstance(loss, BCE):
        return mpmath.log1p(mpmath.exp(-number(loss.temperature) * t))
    assert loss.kink is not None
    base, jump, margin = map(number, loss.kink)
    return jump * max(margin - t, mpmath.mpf(0)) - base * t


def dual_at(loss: Loss, a: Any) -> Any:
    """l°(a)."""
    if isinstance(loss, BCE):
        share = a / number(loss.temperature)
        assert 0 <= share <= 1
        return -(share * mpmath.log(share) if share else 0) - ((1 - share) * mpmath.log1p(-share) if share < 1 else 0)
    assert loss.kink is not None
    base, jump, margin = map(number, loss.kink)
    assert base * (1 - mpmath.mpf(10) ** -12) <= a <= base + jump
    return margin * (a - base)


def risk_of(labels: np.ndarray, values: Any, weights: np.ndarray, loss: Loss) -> Any:
    """The exact risk of these values."""
    triples = zip(labels.tolist(), list(values), weights.tolist(), strict=True)
    return sum((number(w) * loss_at(loss, y * number(v)) for y, v, w in triples), mpmath.mpf(0))


def dual_of(points: np.ndarray, weights: np.ndarray, lipschitz: float, loss: Loss, found: Any) -> Any:
    """The exact lower bound that the coupling proves, of losses whose least multiplier is 0."""
    total, cost = [mpmath.mpf(0)] * len(weights), mpmath.mpf(0)
    for i, j, mass in zip(found.rows.tolist(), found.columns.tolist(), found.masses.tolist(), strict=True):
        total[i] += number(mass)
        total[j] += number(mass)
        cost += number(mass) * length(points[i], points[j])
    gain = sum((number(w) * dual_at(loss, a / number(w)) for w, a in zip(weights, total, strict=True)), mpmath.mpf(0))
    return gain - number(lipschitz) * cost


def assert_across_labels(points: np.ndarray, labels: np.ndarray, values: np.ndarray, lipschitz: float) -> None:
    """Values of opposite labels are exactly as close as L times the distance allows."""
    rate = Fraction(lipschitz) ** 2
    for i in np.flatnonzero(labels > 0):
        for j in np.flatnonzero(labels < 0):
            fall = Fraction(values[i]) - Fraction(values[j])
            assert fall <= 0 or fall**2 <= rate * square(points[i], points[j])


def assert_bounds(sample: tuple[np.ndarray, np.ndarray, np.ndarray], lipschitz: float, loss: Loss, found: Any) -> None:
    """lower bound <= exact risk of the values <= risk, and the coupling proves no more than the risk."""
    points, labels, weights = sample
    assert found.lower_bound <= found.risk
    if not found.attained:
        return
    assert_across_labels(points, labels, found.values, lipschitz)
    with mpmath.workdps(DIGITS):
        mpmath.mp.prec += 2200
        risk = risk_of(labels, found.values, weights, loss)
        assert number(found.lower_bound) <= risk <= number(found.risk)


def several_losses_at(loss: Loss, values: list[Any], own: int) -> Any:
    """Of several outputs: the cross-entropy that BCE stands for, and the hinge of the largest other output."""
    falls = [values[own] - value for k, value in enumerate(values) if k != own]
    if isinstance(loss, BCE):
        return mpmath.log1p(sum((mpmath.exp(-number(loss.temperature) * fall) for fall in falls), mpmath.mpf(0)))
    assert loss.kink is not None
    return max([number(loss.kink[2]) - fall for fall in falls] + [mpmath.mpf(0)]) if falls else mpmath.mpf(0)


def assert_several(
    points: np.ndarray, labels: np.ndarray, weights: np.ndarray, lipschitz: float, loss: Loss, found: Any
) -> None:
    """Values are exactly as close as L allows, and lower bound <= their exact risk <= risk."""
    assert found.lower_bound <= found.risk
    rows, rate = np.flatnonzero(weights), Fraction(lipschitz) ** 2
    for i in rows:
        for j in rows[rows > i]:
            assert square(found.values[i], found.values[j]) <= rate * square(points[i], points[j])
    classes = found.classes.tolist()
    with mpmath.workdps(DIGITS):
        mpmath.mp.prec += 2200
        risk = mpmath.mpf(0)
        for i in rows:
            values = [number(value) for value in found.values[i].tolist()]
            risk += number(weights[i]) * several_losses_at(loss, values, classes.index(labels[i]))
        assert number(found.lower_bound) <= risk <= number(found.risk)


def several_dual_of(
    points: np.ndarray, labels: np.ndarray, weights: np.ndarray, loss: BCE, lipschitz: float, found: Any
) -> Any:
    """The exact lower bound that flows prove, of cross-entropy: entropies less L times the sum of |flow| distance.

    What rounding of the flows makes negative counts as 0.
    """
    places, node = np.unique(points + 0.0, axis=0, return_inverse=True)
    node = node.ravel()
    masses = [[mpmath.mpf(0)] * len(found.classes) for _ in places]
    for i, label in enumerate(labels.tolist()):
        masses[node[i]][found.classes.tolist().index(label)] += number(weights[i])
    left, cost = [list(row) for row in masses], mpmath.mpf(0)
    for i, j, flow in zip(found.rows.tolist(), found.columns.tolist(), found.flows.tolist(), strict=True):
        exact = [number(part) for part in flow]
        cost += mpmath.sqrt(sum(part**2 for part in exact)) * length(points[i], points[j])
        for k, part in enumerate(exact):
            left[node[i]][k] -= part / number(loss.temperature)
            left[node[j]][k] += part / number(loss.temperature)
    gain = mpmath.mpf(0)
    for row, own in zip(left, masses, strict=True):
        gain -= sum((q * mpmath.log(q / sum(own)) for q in row if q > 0), mpmath.mpf(0))
    return gain - number(lipschitz) * cost
