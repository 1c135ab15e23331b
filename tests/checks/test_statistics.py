"""Shares of trials, decided exactly, against scipy's beta quantiles and by simulation of the binomial itself."""

from __future__ import annotations

from fractions import Fraction as F

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from checks.evidence import Evidence
from checks.statistics import CONFIDENCE, at_least, describe, lower_limit, needed, spread
from checks.verdict import Truth

TRIALS = st.integers(1, 80).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(TRIALS)
def test_limits_are_clopper_and_pearsons_rounded_down(counts):
    successes, trials = counts
    exact = beta.ppf(float(1 - CONFIDENCE), successes, trials - successes + 1) if successes else 0.0
    assert exact - 1e-4 - 1e-9 <= lower_limit(successes, trials) <= exact + 1e-9


@given(TRIALS, st.fractions(F(1, 50), F(49, 50), max_denominator=50))
def test_a_share_is_shown_exactly_where_chance_is_too_small(counts, share):
    successes, trials = counts
    above, below = binom.sf(successes - 1, trials, float(share)), binom.cdf(successes, trials, float(share))
    shown = at_least(successes, trials, share)
    if min(abs(above - 1e-3), abs(below - 1e-3)) > 1e-9:  # nearer, scipy's rounding decides
        assert shown is (True if above < 1e-3 else False if below < 1e-3 else None)
    assert (shown is True) == (needed(trials, share) is not None and successes >= needed(trials, share))


def test_a_false_share_is_let_through_once_in_a_thousand_at_most():
    """Over all outcomes of 32 trials that succeed with exactly the share that is claimed, or a little less."""
    for share in (F(1, 2), F(2, 3), F(3, 4)):
        chance = sum(binom.pmf(k, 32, float(share)) for k in range(33) if at_least(k, 32, share))
        assert 0 < chance <= 1e-3


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3), (0, 0)])
def test_impossible_counts_are_refused(successes, trials):
    with pytest.raises(ValueError, match=f"successes={successes}, trials={trials}"):
        lower_limit(successes, trials)


@pytest.mark.parametrize("share", [F(0), F(1), F(3, 2)])
def test_shares_that_no_trials_can_show_are_refused(share):
    with pytest.raises(ValueError, match="share="):
        at_least(1, 2, share)


def judged(outcomes, **options):
    evidence = Evidence("c", by="training")
    evidence.count(len(outcomes))
    evidence.trials("it does", outcomes, **options)
    return evidence


@pytest.mark.parametrize(("successes", "truth"), [(26, True), (25, None), (7, None), (6, False)])
def test_most_of_32_trainings(successes, truth):
    evidence = judged([True] * successes + [False] * (32 - successes))
    assert evidence.facts[0]["truth"] is truth
    assert evidence.outcome()[0] is (Truth.HOLDS if truth else Truth.UNDECIDED)
    if not truth:
        assert f"{successes} of 32" in evidence.outcome()[1]


@pytest.mark.parametrize(
    ("limit", "truth"), [({"at_most": 25.0}, True), ({"at_most": 24.0}, None), ({"at_least": 6.0}, True)]
)
def test_numbers_are_compared_with_their_limit(limit, truth):
    evidence = judged([float(number) for number in range(32)], **limit)
    assert evidence.facts[0]["truth"] is truth
    assert evidence.facts[0]["trials"]["spread"] == spread(range(32)) == "0 … 16 … 31"


@pytest.mark.parametrize("limit", [{"at_most": 1.0}, {"at_least": -1.0}])
def test_nan_and_undecided_count_against(limit):
    assert judged([float("nan")] * 32, **limit).facts[0]["truth"] is False
    assert judged([None] * 32).facts[0]["truth"] is False
    mixed = judged([None, *[0.0] * 31], **limit).facts[0]
    assert mixed["truth"] is True and mixed["trials"] | {"limit": ""} == {
        "successes": 31,
        "trials": 32,
        "share": "1/2",
        "limit": "",
        "spread": "0 … 0 … 0, 1 NaN",
    }


def test_two_limits_at_once_are_refused():
    with pytest.raises(ValueError, match="give one"):
        judged([1.0], at_most=1.0, at_least=0.0)


def test_no_trials_are_refused():
    with pytest.raises(ValueError, match="trials=0"):
        judged([])


def test_a_record_in_words():
    trials = judged([True] * 31 + [False], share="2/3").facts[0]["trials"]
    assert describe(trials) == "31 of 32, so at least 0.7458 of all at 99.9 %; asked: 2/3"
