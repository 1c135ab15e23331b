"""The bar over the parts of an audit."""

from __future__ import annotations

import sys

import pytest

from checks.audit import audit
from checks.networks import LipschitzNetwork

NETWORK = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0]]], [[0.0, 0.0], [-1.0]])
SAMPLE = [[-3.0], [0.0], [2.5]], [1, -1, 1]


def test_a_bar_that_ends_full(capsys: pytest.CaptureFixture[str]) -> None:
    audit(NETWORK, *SAMPLE, progress=True)
    last = capsys.readouterr().err.rpartition("\r")[2]
    assert "generalization" in last and "6/6" in last
    audit(NETWORK, progress=True)
    assert "2/2" in capsys.readouterr().err.rpartition("\r")[2]


def test_silence_is_the_rule(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    audit(NETWORK, *SAMPLE)
    assert capsys.readouterr().err == ""
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    audit(NETWORK, *SAMPLE, progress=True)
    assert capsys.readouterr().err == ""


def test_the_bar_is_closed_when_a_part_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="loss"):
        audit(NETWORK, *SAMPLE, loss="none such", progress=True)
    assert capsys.readouterr().err.endswith("\n")
