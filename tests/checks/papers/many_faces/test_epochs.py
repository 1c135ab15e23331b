"""What the networks of Figures 3, 5 and 6 are trained on, and how their runs are kept."""

from __future__ import annotations

import numpy as np
import pytest

from checks.papers.many_faces.experiments import data
from checks.papers.many_faces.experiments.epochs import SIZES, Case, by_seed, changed, exchanged, panels, sample, train
from theory.losses import BCE, Hinge
from theory.risk import minimize_risk

CASES = [Case(0.5, BCE(), 0.5), Case(2.0, BCE(), 2.0), Case(3.0, Hinge(3.0), constrained=False)]


@pytest.fixture
def small(monkeypatch, tmp_path):
    """Sixty digits and networks that train at once, in a cache of their own."""
    monkeypatch.setenv("MANYFACES_CACHE", str(tmp_path))
    monkeypatch.setitem(SIZES, "quick", {"width": 8, "depth": 2, "steps": 12, "batch": 20})
    digits = sample("quick", None)
    return type(digits)(digits.points[:60], digits.labels[:60], "sixty digits")


@pytest.fixture
def runs(small):
    return train(small, CASES, "quick", "cpu", (0, 1))


def test_runs_are_judged_on_all_examples(small, runs):
    assert [(run.seed, run.parameter) for run in runs] == [(s, c.parameter) for s in (0, 1) for c in CASES]
    for run in runs:
        best = minimize_risk(small.points, small.labels, run.case.lipschitz, run.case.loss, tolerance=1e-9)
        assert run.lower <= best.risk <= run.least * (1 + 1e-9)
        assert run.epochs[-1] == 4 and len(run.epochs) == len(run.losses) == len(run.errors)
        if run.case.constrained:
            assert run.slope <= run.case.lipschitz and run.loss >= run.lower


def test_sabotages_change_what_they_say(runs):
    assert [run.slope for run in changed(slope=lambda run: 2 * run.slope)(runs)] == [2 * run.slope for run in runs]
    turned = exchanged("error")(runs)
    for before, after in zip(by_seed(runs), by_seed(turned), strict=True):
        assert [run.error for run in after] == [run.error for run in before][::-1]
        assert [run.loss for run in after] == [run.loss for run in before]


def test_panels_are_data_of_the_first_seed(runs):
    data = panels(runs, "L")
    assert [one["label"] for one in data["series"]] == ["$L = 0.5$", "$L = 2$", "$L = 3$"]
    assert [one["optimum"] for one in data["series"]] == [run.least for run in runs[:3]]
    excess = panels(runs, "L", excess=True)["series"][0]
    assert "optimum" not in excess and excess["loss"] == [loss - runs[0].lower for loss in runs[0].losses]


def test_cifar_in_place_of_digits(monkeypatch):
    """At quick scale the first thousand of each class, in their order; all of them at paper scale."""
    labels = np.where(np.arange(2500) % 5 < 2, 1.0, -1.0)
    images = {"folder": (np.arange(2500.0)[:, None] * [[1, 0]], labels)}
    monkeypatch.setattr(data, "cifar10_pair", images.__getitem__)
    quick, paper = sample("quick", "folder"), sample("paper", "folder")
    assert len(paper.labels) == 2500 and "2500 dogs and cats" in paper.name
    assert (quick.labels == 1).sum() == (quick.labels == -1).sum() == 1000
    assert (np.diff(quick.points[:, 0]) > 0).all()
    assert np.array_equal(quick.labels, labels[quick.points[:, 0].astype(int)])
