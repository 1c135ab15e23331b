"""Every rule that an audit applies has its statement in the folklore ledger, machine-checked or argued."""

from __future__ import annotations

import numpy as np
import pytest

from checks.audit import audit
from checks.audit._lines import ARGUED, MACHINE_CHECKED
from checks.audit._rules import LEDGER, RULES
from checks.ledger import load_ledger
from checks.networks import graph
from checks.networks._constants._operations import constant_of
from checks.networks.graph import Activation, Dense, Graph, Operation
from checks.papers import ledger_of
from checks.verdict import Strength, Truth

CARRYING = (Strength.MACHINE_CHECKED, Strength.ARGUED)


@pytest.mark.parametrize("rule", RULES)
def test_its_statements_carry_it(rule: str) -> None:
    """What a run finds is what the ledger expects, or the run is not green."""
    ledger = load_ledger(ledger_of(LEDGER))
    assert RULES[rule]
    for name in RULES[rule]:
        found = ledger[name].expected
        assert found.truth is Truth.HOLDS and found.strength in CARRYING, name


def test_every_operation_that_has_a_constant_has_a_rule() -> None:
    with_constants = {kind.__name__ for kind in constant_of.registry} - {"object", "Operation"}
    assert {"Dense", "Sort", "Max"} <= with_constants <= set(RULES)


def test_every_operation_that_a_model_is_read_as_has_a_rule() -> None:
    offered = [getattr(graph, name) for name in graph.__all__]
    operations = {each.__name__ for each in offered if isinstance(each, type) and issubclass(each, Operation)}
    assert operations - {"Operation"} <= set(RULES)


@pytest.fixture(scope="module", params=[1, 3])
def lines(request: pytest.FixtureRequest) -> list[dict]:
    rng = np.random.default_rng(0)
    layers = [Dense(rng.normal(size=(4, 2)), np.zeros(4)), Activation("gelu")]
    layers += [Dense(rng.normal(size=(request.param, 4)), np.zeros(request.param))]
    points = rng.normal(size=(40, 2))
    labels = np.sign(points[:, 0]) if request.param == 1 else np.arange(40) % 3
    return audit(Graph.chain((2,), layers), points, labels, time_limit=2).as_dict()["lines"]


def test_lines_that_certify_cite_statements(lines: list[dict]) -> None:
    ledger = load_ledger(ledger_of(LEDGER))
    cited = [name for line in lines for name in line["statements"]]
    assert {"layers.product", "layers.entrywise", "certificates.pairs"} <= set(cited) <= set(ledger.statements)
    for line in lines:
        if line["grade"] in (MACHINE_CHECKED, ARGUED) and ("The constant is between" in line["text"] or line["source"]):
            named = line["source"].startswith(("counted", "theory.risk", "float64"))
            assert line["statements"] or named, line["text"]
