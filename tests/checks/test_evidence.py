"""The record of a check: which outcome it amounts to, what it accepts as a truth value, and its searches."""

from __future__ import annotations

import importlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import _search
from checks.derive import square
from checks.evidence import Evidence
from checks.verdict import METHODS, Strength, Truth, truth_of
from checks.witness import identity, instance, refutation


def record(by: str = "exact", **more: Any) -> Evidence:
    return Evidence("prop-1", by, **more)


@pytest.mark.parametrize("value", [True, np.True_, np.array(True), np.float64(2) > 1])
def test_truth_values_of_numpy_count(value: Any) -> None:
    evidence = record()
    assert evidence.fact("yes", value) is True
    assert evidence.facts == [{"says": "yes", "truth": True}]
    assert evidence.outcome() == (Truth.HOLDS, "")


@pytest.mark.parametrize("value", [1, 1.0, "yes", [True], np.array([True]), np.float64(1), len, float("nan"), ()])
def test_truthy_things_are_no_truth_values(value: Any) -> None:
    with pytest.raises(ValueError, match="give True, False, or None"):
        record().fact("yes", value)


def test_torch_truth_values_count() -> None:
    import torch

    assert truth_of((torch.ones(3) > 0).all()) is True


@pytest.mark.parametrize("law", [lambda n: None, lambda n: False, lambda n: np.False_])
def test_a_law_that_is_not_true_is_broken(law: Any) -> None:
    evidence = record("examples")
    with pytest.raises(AssertionError, match="law: broken by 0"):
        evidence.examples("law", law, st.integers())
    assert evidence.outcome()[0] is Truth.UNDECIDED
    assert evidence.found == [{"says": "law", "arguments": [0], "shown": "0"}]


@pytest.mark.parametrize("law", [lambda n: 1, lambda n: 1 / 0, lambda n: "yes"])
def test_a_law_that_is_no_truth_value_stops_the_check(law: Any) -> None:
    with pytest.raises((ValueError, ZeroDivisionError)):
        record("examples").examples("law", law, st.integers())


def test_a_law_of_numpy_truth_values_holds() -> None:
    evidence = record("examples")
    evidence.examples("law", lambda n: np.bool_(n == n), st.integers(), max_examples=30)
    assert evidence.outcome() == (Truth.HOLDS, "")
    assert (evidence.cases, evidence.seed) == (30, 20_210_411)


def test_rejected_cases_are_not_counted() -> None:
    from hypothesis import assume

    evidence = record("examples")
    evidence.examples("even", lambda n: assume(n % 2 == 0) and n % 2 == 0, st.integers(), max_examples=40)
    assert evidence.cases == 40


def test_a_law_that_depends_on_chance_is_an_error() -> None:
    calls = iter([False, *[True] * 1000])
    with pytest.raises(Exception) as caught:
        record("examples").examples("law", lambda n: next(calls), st.integers())
    assert not isinstance(caught.value, AssertionError)


def test_paper_scale_tries_ten_times_as_many() -> None:
    evidence = record("examples", scale="paper")
    evidence.examples("law", lambda n: True, st.integers(), max_examples=7)
    assert evidence.cases == 70


def test_only_what_was_stored_for_a_fact_is_replayed() -> None:
    stored = [{"says": "two", "arguments": [1, {"rational": "1/2"}]}, {"says": "one", "arguments": [-5]}]
    evidence = record("examples", stored=stored)
    evidence.examples("two", lambda n, q: n + q == Fraction(3, 2) or n != 1, st.just(0), st.just(0))
    with pytest.raises(AssertionError, match="one: broken by -5"):
        evidence.examples("one", lambda n: n >= 0, st.just(0))


def test_the_cases_depend_on_the_seed_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not on the constants of local modules that happen to be loaded, which hypothesis likes to try."""

    def cases() -> list[int]:
        seen: list[int] = []
        _search.hypothesis_search(lambda n: seen.append(n) is None, [st.integers()], 200, 1)
        return seen

    before = cases()
    (tmp_path / "full_of_constants.py").write_text("\n".join(f"a{n} = {n**7}" for n in range(1000)))
    monkeypatch.syspath_prepend(tmp_path)
    importlib.import_module("full_of_constants")
    assert cases() == before


@pytest.mark.parametrize("by", METHODS)
def test_facts_alone_do_not_make_every_method_hold(by: str) -> None:
    evidence = record(by)
    assert evidence.outcome() == (Truth.UNDECIDED, "the check recorded no fact")
    evidence.fact("yes", True)
    needs_more = by in ("symbolic", "formal", "kernel") or METHODS[by] is Strength.SUPPORTED
    assert evidence.outcome()[0] is (Truth.UNDECIDED if needs_more else Truth.HOLDS)
    evidence.certify(identity("x", ("x", "x")))
    if by == "formal":
        assert "without a decision" in evidence.outcome()[1]
        evidence.formal = {"for_all": {"x": "real"}, "conclusion": ["x**2 >= 0"]}
        evidence.derive(square("x"))
    evidence.count(np.int64(3))
    if by == "kernel":
        assert evidence.outcome()[0] is Truth.UNDECIDED, "nothing but a proof counts"
    else:
        assert evidence.outcome() == (Truth.HOLDS, "")


def test_an_exact_counterexample_refutes_unless_something_is_open() -> None:
    evidence = record()
    evidence.refute(refutation("2 > 1", given={"x": 2}, conclusion=["x <= 1"]))
    assert evidence.outcome() == (Truth.FAILS, "")
    evidence.fact("open", None)
    assert evidence.outcome()[0] is Truth.UNDECIDED


def test_a_witness_that_shows_nothing_fails_the_check_and_a_malformed_one_stops_it() -> None:
    with pytest.raises(AssertionError, match="the verifier refuses the witness: every conclusion is true"):
        record().refute(refutation("", given={"x": 1}, conclusion=["x <= 1"]))
    with pytest.raises(ValueError, match="not in the witness language"):
        record().certify(instance("", given={}, conclusion=["open('x')"]))
    assert record().witnesses == []


def test_an_unknown_method_is_named() -> None:
    with pytest.raises(ValueError, match="by='magic': use one of"):
        record("magic")


def test_values_are_texts() -> None:
    evidence = record()
    for name, number in {"a": Fraction(1, 3), "b": 2, "c": 0.123456789, "d": "[0, 1]", "e": True}.items():
        evidence.value(name, number)
    assert evidence.values == {"a": "1/3", "b": "2", "c": "0.123457", "d": "[0, 1]", "e": "True"}


@pytest.mark.parametrize("data", [np.zeros(3), [float("inf")], {1, 2}])
def test_figures_are_json(data: Any) -> None:
    with pytest.raises(ValueError, match=r"figure 'curve': .*give lists of finite numbers"):
        record().figure("curve", "a curve", y=data)


def test_captions_are_plain() -> None:
    with pytest.raises(ValueError, match=r"figure 'curve': caption='\$x\$' is printed as it stands"):
        record().figure("curve", "$x$", y=[1, 2])


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False) | st.fractions(),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple),
    max_leaves=8,
)


@given(VALUES)
def test_stored_values_come_back_exactly(value: Any) -> None:
    import json

    back = _search.decode(json.loads(json.dumps(_search.encode(value), allow_nan=False)))
    assert repr(back) == repr(value)


def test_what_was_only_shown_is_not_replayed() -> None:
    with pytest.raises(ValueError, match="cannot be replayed exactly"):
        _search.decode(_search.encode([{1, 2}]))
