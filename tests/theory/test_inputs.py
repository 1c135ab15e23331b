"""The rules for labels, weights, totals and masks, the same at every door, and how results are written."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.theory import entrances as registry
from tests.theory import extremes
from theory import (
    FiniteSet,
    LeastRisk,
    accuracy_range,
    gradient_floor,
    kantorovich_potential,
    lipschitz_needed,
    minimize_risk,
    packing_number,
    saturation_bound,
    shatters,
    transport_plan,
    wasserstein1,
)
from theory.losses import BCE, Hinge
from theory.risk import gradient_floors

POINTS = np.array([[0.0, 0.0], [3.0, 4.0], [1.0, 1.0], [2.0, 0.5]])

# Labels


@pytest.mark.parametrize(
    "labels",
    [[1, 0, 0, 1], [True, False, False, True], np.array([1, 0, 0, 1], dtype=bool), torch.tensor([1.0, 0.0, 0.0, 1.0])],
)
def test_labels_of_0_and_1_mean_the_two_signs(labels: Any) -> None:
    signs = [1, -1, -1, 1]
    for call in (
        lambda labels: minimize_risk(POINTS, labels, 1.0, "hinge").risk,
        lambda labels: lipschitz_needed(POINTS, labels, 0.25).sufficient,
        lambda labels: saturation_bound(0.25, POINTS, labels),
        lambda labels: gradient_floor(POINTS, labels, 1.0),
        lambda labels: shatters([0, 4, 8, 12], 1).functions[labels].values,
    ):
        assert call(labels) == call(signs)


def test_labels_of_both_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="labels has -1, and 0 at index 2"):
        minimize_risk(POINTS, [1, -1, 0, 1], 1.0)


# Weights of 0


@settings(max_examples=25)
@given(extremes.samples(), st.sampled_from([Hinge(), BCE()]), st.data())
def test_points_of_weight_0_have_no_part(sample: Any, loss: Any, data: Any) -> None:
    points, labels, weights = sample
    more = data.draw(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3), st.sampled_from([1, -1])), min_size=1))
    size = np.abs(points).max() or 1.0
    others = np.array([each[:2] for each in more]) * size
    places, signs = np.concatenate([points, others]), np.concatenate([labels, [each[2] for each in more]])
    try:
        alone = minimize_risk(points, labels, 1.0, loss, weights)
    except ArithmeticError:
        return
    found = minimize_risk(places, signs, 1.0, loss, np.concatenate([weights, np.zeros(len(more))]))
    assert (found.risk, found.lower_bound) == (alone.risk, alone.lower_bound)
    assert found.values[: len(points)].tolist() == alone.values.tolist()
    assert is_feasible(found, places, signs)


def is_feasible(found: LeastRisk, places: np.ndarray, signs: np.ndarray) -> bool:
    """f(x_i) - f(x_j) <= |x_i - x_j| for all labels +1 and -1, exactly."""
    if not found.attained:
        return len(set(found.values.tolist())) == 1
    values = [Fraction(value) for value in found.values.tolist()]
    for i in np.flatnonzero(signs > 0):
        for j in np.flatnonzero(signs < 0):
            rise = values[i] - values[j]
            if rise > 0 and rise**2 > extremes.square(places[i], places[j]):
                return False
    return True


def test_exact_samples_with_points_of_weight_0() -> None:
    found = minimize_risk([0, 4, 2], [1, -1, 1], 1, "hinge", [Fraction(1, 2), Fraction(1, 2), 0])
    assert found.values.tolist() == [1, -1, -1] and found.risk == 0
    assert minimize_risk([5, 0, 4], [1, 1, -1], 1, "bce", [0, 0, 1]).values.tolist() == [-np.inf] * 3


def test_bounds_leave_out_points_of_weight_0() -> None:
    labels, weights, kept = [1, -1, -1, 1], [0.5, 0.25, 0.0, 0.25], [0, 1, 3]
    less = POINTS[kept], [1, -1, 1]
    share = [0.5, 0.25, 0.25]
    assert saturation_bound(0.1, POINTS, labels, weights) == saturation_bound(0.1, *less, share)
    assert lipschitz_needed(POINTS, labels, 0.1, weights=weights) == lipschitz_needed(*less, 0.1, weights=share)
    assert gradient_floors(POINTS, labels, 1.0, weights)[kept].tolist() == gradient_floors(*less, 1.0, share).tolist()


def test_floors_hold_at_points_of_weight_0() -> None:
    """f = 1/2 - x is a minimiser of the others, L = 1: at 1/4, of label +1, the margin may be 1/4."""
    floor = gradient_floors([[0.0], [1.0], [0.25]], [1, -1, 1], 1.0, [0.5, 0.5, 0.0])[2]
    assert 0 < floor <= 1 / (1 + np.exp(0.25))


# Totals


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_a_softmax_has_total_1(dtype: torch.dtype) -> None:
    logits = torch.linspace(-3.0, 3.0, 40)
    weights = torch.softmax(logits, 0).to(dtype)
    atoms = np.linspace(0.0, 1.0, 40)
    plain = weights.double().numpy()
    right = wasserstein1(atoms, [0.25], plain / plain.sum(), [1.0])
    for call in (transport_plan, kantorovich_potential):
        assert call(atoms, [0.25], weights).cost == pytest.approx(right, rel=0.1)
    assert wasserstein1(atoms, [0.25], weights) == pytest.approx(right * plain.sum(), rel=1e-6)
    assert accuracy_range(atoms, [0.25], weights, threshold=0)[1] <= 1


def test_totals_must_agree_in_the_type_they_come_in() -> None:
    for make, off in ((np.float64, 1e-12), (np.float32, 1e-5), (np.float16, 1e-2)):
        with pytest.raises(ValueError, match=r"p_weights has total .* and q_weights has total 1\.0"):
            wasserstein1([0.0, 1.0], [0.5], np.array([0.5, 0.5 + off], dtype=make), [1.0])
    with pytest.raises(ValueError, match="p_weights has total"):
        wasserstein1([0, 1], [0], [Fraction(1, 2), Fraction(1, 2) + Fraction(1, 10**30)])


# Small masses far away


@settings(max_examples=20)
@given(st.lists(extremes.magnitudes(-60, 200), min_size=2, max_size=4, unique=True), st.data())
def test_small_masses_far_away_count(places: list[float], data: Any) -> None:
    shares = st.sampled_from([1.0, 1e-5, 1e-17, 1e-30, 3.0])
    weights = [[data.draw(shares) for _ in places] for _ in "pq"]
    p, q = ([Fraction(each) / sum(map(Fraction, side)) for each in side] for side in weights)
    given_p, given_q = ([float(each) for each in side] for side in (p, q))
    total_p, total_q = (sum(map(Fraction, side)) for side in (given_p, given_q))
    scaled = [Fraction(each) * total_p / total_q for each in given_q]
    exact = [Fraction(place) for place in places]
    right = wasserstein1(exact, exact, [Fraction(each) for each in given_p], scaled)
    slack = rounding(exact, [Fraction(each) for each in given_p])
    plan, alone = transport_plan(places, places, given_p, given_q), wasserstein1(places, places, given_p, given_q)
    for cost in (plan.cost, alone):
        assert abs(Fraction(cost) - right) <= right / 10**7 + slack
    assert abs(Fraction(plan.gap)) <= right / 10**7 + slack


def rounding(places: list[Fraction], weights: list[Fraction]) -> Fraction:
    """What counts as rounding: 2^-48 of the lighter side of each gap."""
    order = sorted(range(len(places)), key=places.__getitem__)
    level, found = Fraction(0), Fraction(0)
    for here, after in itertools.pairwise(order):
        level += weights[here]
        found += min(level, sum(weights) - level) * (places[after] - places[here])
    return found / 2**48


def test_a_mass_of_1e17th_at_1e17() -> None:
    for p, q, a, b in (
        ([0.0], [0.0, 1e17], [1.0], [1.0, 1e-17]),
        ([0.0, 1e17], [0.0], [1.0, 1e-17], [1.0]),
        ([0.0, 1e17], [0.0, 1e17], [1.0, 1e-17], [1.0, 0.0]),
    ):
        plan = transport_plan(p, q, a, b)
        assert plan.cost == wasserstein1(p, q, a, b) == plan.dual == pytest.approx(1.0, rel=1e-15)


# Masks, NaN


@pytest.mark.parametrize("numbers", [[0.0, 1.0, 2.0], [0, 1, 2]])
def test_masks_are_seen_at_every_door(numbers: list[float]) -> None:
    hidden = np.ma.array(numbers, mask=[False, True, False])
    for name, call in (
        ("p", lambda: transport_plan(hidden, [0])),
        ("q", lambda: wasserstein1(np.zeros(3), hidden)),
        ("p_weights", lambda: wasserstein1([0, 1, 2], [0], hidden)),
        ("points", lambda: FiniteSet(hidden)),
        ("points", lambda: packing_number([hidden, hidden], 1)),
        ("points", lambda: shatters(hidden, 1)),
        ("x", lambda: kantorovich_potential([0], [1])(hidden)),
    ):
        with pytest.raises(ValueError, match=f"^{name} has masked numbers"):
            call()


@pytest.mark.parametrize("x", [np.nan, [0.0, np.inf], [Fraction(1, 2), -np.inf]])
def test_exact_extensions_refuse_what_floats_do(x: Any) -> None:
    for found in (minimize_risk([0, 4], [1, -1], 1, "hinge"), minimize_risk([0.0, 4.0], [1, -1], 1.0, "hinge")):
        with pytest.raises(ValueError, match=r"x has (nan|-?inf)"):
            found.extend(x)


# How results are written

RESULTS = [each for each in registry.entrances() if each.name in registry.MADE_BY.values()]


@pytest.mark.parametrize("entrance", RESULTS, ids=str)
def test_results_are_short_compare_and_show_in_notebooks(entrance: registry.Entrance) -> None:
    found = entrance()
    found = found[0] if isinstance(found, list) else found
    assert len(repr(found)) < 500 and "\n" not in repr(found)
    table = found._repr_html_()
    assert table.startswith("<table>") and table.count("<tr>") >= 2
    assert found == found and isinstance(found == entrance(), bool)


def test_many_points_are_written_in_a_line() -> None:
    rng = np.random.default_rng(0)
    points = rng.normal(size=(500, 2))
    labels = np.where(points[:, 0] > 0, 1, -1)
    large = (
        minimize_risk(points, labels, 1.0, "hinge"),
        minimize_risk(points, labels, 1.0, "hinge").extend(points),
        transport_plan(points[:, 0], points[:, 1]),
        FiniteSet(points),
        shatters(points, 1.0),
    )
    for found in large:
        assert len(repr(found)) < 600 and "500" in repr(found) and "\n" not in repr(found)
        assert len(found._repr_html_()) < 1200
