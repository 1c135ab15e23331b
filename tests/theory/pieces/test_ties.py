"""Gates that are 0 because others of the same sorted group are: against integers."""

from __future__ import annotations

import numpy as np
import pytest

from tests.theory.pieces.test_certificate import finished
from theory.pieces import count_pieces
from theory.pieces._certificate import _Claims, _Scaled
from theory.pieces._lattice import rounds
from theory.pieces._network.activations import read_activation
from theory.pieces._network.stages import stage_of
from theory.pieces._network.vertex import locate
from theory.pieces._search import TOLERANCES


def network_of(activation, n, whole):
    """Of small whole numbers, rows of a group coincide or meet where others do."""
    rng = np.random.default_rng(n + whole)
    group = int(activation[-1])
    outputs = 2 * (1 if activation.startswith("maxout") else group)
    shapes = [(2 * group, n), (2 * group, outputs), (1, outputs)]
    draw = (lambda shape: rng.integers(-2, 3, shape).astype(float)) if whole else (lambda shape: rng.normal(size=shape))
    weights = [draw(shape) for shape in shapes]
    return weights, [draw((len(weight),)) for weight in weights]


CASES = [
    (activation, n, whole)
    for activation in ("groupsort3", "groupsort4", "groupsort5", "maxout3", "maxout5")
    for n in (1, 2, 3)
    for whole in (False, True)
]


@pytest.mark.parametrize(("activation", "n", "whole"), CASES)
def test_tied_gates_vanish_and_the_others_that_do_are_enough(activation, n, whole):
    plan, cells = finished(network_of(activation, n, whole), (-2, 2), activation)
    plus, minus = cells.past_plus.view, cells.past_minus.view
    claims = _Claims(_Scaled(plan), plus, minus)
    counts = sum(np.bincount(vertex, minlength=len(plus)) for vertex, _ in claims.zeros())
    assert (counts >= n).all()
    if not whole:
        assert (counts == n).all()
    some = 0
    for stage in plan.network.stages:
        for layer, tied in enumerate(plan.ties(plus, minus, stage.first), start=stage.first):
            tied &= ~plan.network.idle[layer]
            for i in np.flatnonzero(tied.any(axis=1)):
                point = locate(plan, plus[i], minus[i])
                rows = plan.rows(minus[i], layer)
                some += 1
                for gate in np.flatnonzero(tied[i]):
                    assert sum(c * x for c, x in zip(rows[gate], point, strict=True)) == 0
                    assert not (plan.layer_bits((plus | minus)[i : i + 1], layer)[0, gate])
    assert some or n == 1 or activation.startswith("maxout")


@pytest.mark.parametrize(("activation", "n", "whole"), CASES)
def test_counts_are_those_of_integers_alone(activation, n, whole, monkeypatch):
    network = network_of(activation, n, whole)
    found = count_pieces(*network, (-2, 2), activation=activation, certify=True)
    monkeypatch.setattr(rounds._Turn, "_tied", lambda self, vertex, gate, words: np.zeros(len(vertex), bool))
    monkeypatch.setattr("theory.pieces._search.TOLERANCES", TOLERANCES[-1:])
    other = count_pieces(*network, (-2, 2), activation=activation)
    assert (found.cells, found.connected_pieces, found.affine_maps) == (
        other.cells,
        other.connected_pieces,
        other.affine_maps,
    )


def test_ties_are_handed_on():
    """Where a = b, c = d and min(a, b) = min(c, d), so are the maxima, and what is left to be compared."""
    stage = stage_of(read_activation("groupsort4", None), 4, 0)
    zeros = [picks[None, ::2] != picks[None, 1::2] for picks in stage.picks]
    ties = list(stage.ties(zeros, [np.zeros_like(each) for each in zeros]))
    found = [each[zero].tolist() for each, zero in zip(ties, zeros, strict=True)]
    assert found == [[False, False], [False, True], [True]]
    zeros[1][:] = False
    ties = list(stage.ties(zeros[:2], [np.zeros_like(each) for each in zeros[:2]]))
    assert [each.shape for each in ties] == [each.shape for each in zeros]  # of one layer more than is known
    assert not ties[1][0, :2].any()
