"""The attacks of `make fuzz`: a few cases pass, each notices a solver that is wrong, and none is without one."""

from __future__ import annotations

import importlib
import json
import pkgutil
from types import ModuleType

import pytest

import theory
from tests.fuzz import every
from tests.fuzz.run import Series, block
from tests.fuzz.targets import TARGETS, Tally, attempt, broken, story

SEED, CASES, TRIES = 1, 20, 40
PUBLIC = [
    theory,
    *(
        importlib.import_module(f"theory.{module.name}")
        for module in pkgutil.iter_modules(theory.__path__)
        if not module.name.startswith("_")
    ),
]
TYPES = ("Number", "Enclosable")
"""Public names of types alone."""
SLOW = {
    "cells_of_ten_inputs",
    "constants_needed",
    "dimensions",
    "growth",
    "packings",
    "risk_in_space",
    "risk_of_a_line_in_space",
    "risk_of_several_classes",
}
"""Of these a tenth of the cases: each takes a tenth of a second or so."""


ONCE_WRONG = {
    ("cells_of_activations", 7): (79, 586, 987, 1716, 2884, 3274, 3846, 4156),
    ("saturation", 7): (3010, 5723),
    ("rounded_transport", 7): (2617, 3696, 8209),
    ("constants_needed", 11): (831,),
    ("least_risks_as_classifiers", 11): (2534,),
    ("polylines", 13): (250, 1916, 2572, 4231),
    ("rounded_transport", 17): (81144,),
    ("matrices", 17): (2097,),
    ("several_classes", 17): (26702,),
}
"""By target and seed. Rows of 10^30 that differ by 1, or by one in the last place, whose crossings float64 misplaced;
slopes past its range; whole numbers, which are exact; a line through a bound that no coupling has; steps past its
range; edges whose squared length has no inverse; the free slope of whole numbers and singular values that do not
converge, of which the checks knew nothing; a step past the range of floats that limits nothing."""


@pytest.mark.parametrize("name", TARGETS)
def test_a_few_cases_pass(name: str) -> None:
    for number in range(CASES // 10 if name in SLOW else CASES):
        attempt(TARGETS[name], SEED, number)


@pytest.mark.parametrize(
    ("name", "seed", "number"), [(*series, number) for series, numbers in ONCE_WRONG.items() for number in numbers]
)
def test_cases_that_failed_once_pass(name: str, seed: int, number: int) -> None:
    attempt(TARGETS[name], seed, number)


@pytest.mark.parametrize(("name", "solver"), [(name, solver) for name in TARGETS for solver in TARGETS[name].breaks])
def test_a_wrong_answer_is_noticed(name: str, solver: str) -> None:
    """An assertion of the case fails, not something else."""
    with broken(TARGETS[name], solver), pytest.raises(AssertionError):
        all(attempt(TARGETS[name], SEED, number) or True for number in range(TRIES))


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_callable_is_attacked(module: ModuleType) -> None:
    covered = [each for target in TARGETS.values() for each in target.covers]
    for name in set(module.__all__) - set(TYPES):
        public = getattr(module, name)
        assert any(each is public for each in covered), f"{module.__name__}.{name} has no target in tests/fuzz"


def test_every_target_has_a_wrong_answer() -> None:
    assert all(target.breaks for target in TARGETS.values())
    assert {target.module.__name__.rsplit(".", 1)[-1] for target in TARGETS.values()} == set(every.__all__)


def test_a_series_goes_on_where_it_was(tmp_path) -> None:
    path, names = tmp_path / "series.json", ["a", "b"]
    series = Series(path)
    assert list(series.missing(names, 300)) == [("a", 0, 200), ("b", 0, 200), ("a", 200, 300), ("b", 200, 300)]
    series.add("a", "0-200", Tally(200, 3, 1.5, [7]))
    again = Series(path)
    assert list(again.missing(names, 300)) == [("b", 0, 200), ("a", 200, 300), ("b", 200, 300)]
    assert again.done["a"]["0-200"] == Tally(200, 3, 1.5, [7])
    assert json.loads(path.read_text(encoding="utf-8"))["a"]
    assert again.table(names).splitlines()[1].split() == ["a", "200", "3", "1", "2"]


def test_a_failure_says_how_to_see_it_again() -> None:
    with broken(TARGETS["polygons"], "ConvexPolygon"):
        tally, stories = block("polygons", SEED, 0, 3)
    assert tally.failures and stories
    first = tally.failures[0]
    assert f"--only polygons --seed {SEED} --case {first}" in stories[0] and "hull = [" in stories[0]
    assert "AssertionError" in stories[0] and story(TARGETS["polygons"], SEED, first, AssertionError())
