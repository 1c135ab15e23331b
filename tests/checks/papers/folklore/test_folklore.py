"""The folklore ledger: its edges say what is used, its names are known, its sources are named."""

from __future__ import annotations

import re
from importlib import import_module

from checks.ledger import load_ledger
from checks.papers import ledger_of

LEDGER = load_ledger(ledger_of("folklore"))
FUNCTION = re.compile(r"`((?:theory|checks)\.[\w.]+)[`(]")


def test_edges_are_used_and_names_are_known() -> None:
    assert LEDGER.unused_edges() == []
    assert LEDGER.unknown_names() == []


def test_functions_that_it_names_are_there() -> None:
    named = {name for entry in LEDGER for text in entry.texts for name in FUNCTION.findall(text)}
    assert len(named) > 15
    for name in named - {"checks.networks"}:
        module, _, function = name.rpartition(".")
        assert callable(getattr(import_module(module), function)), name


def test_it_is_some_sixty_sentences() -> None:
    sentences = [entry for entry in LEDGER if not entry.amends]
    assert 60 <= len(sentences) <= 90


def test_every_function_for_users_is_named() -> None:
    """The numbers that a user needs stand where the sentence is."""
    told = " ".join(text for entry in LEDGER for text in entry.texts)
    for name in ("conv_bound", "matrix_bound", "pool_bound", "softmax_lipschitz", "activation_slopes", "bjorck_bound"):
        assert f"`theory.norms.{name}" in told
