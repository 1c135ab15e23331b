"""Audits of whatever comes: shapes, few classes, constant networks, any scale, refusals, what is left out."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import numpy as np
import pytest

from checks.audit import Audit, LossGap, _loss, _nearest, audit
from checks.networks import LipschitzNetwork
from checks.networks.graph import Activation, Convolution, Dense, Gather, Graph, Max, Softmax
from theory.losses import BCE

RNG = np.random.default_rng(0)
POINTS = RNG.normal(size=(12, 2))
LABELS = np.where(POINTS[:, 0] > 0, 1, -1)


def affine(*rows: tuple[float, float]) -> Graph:
    return Graph.chain((2,), [Dense(rows, np.zeros(len(rows)))])


def told(network: object, *data: object, **options: object) -> Audit:
    found = audit(network, *data, **{"time_limit": 2, **options})  # type: ignore[arg-type]
    assert found.lower <= found.upper
    assert json.loads(json.dumps(found.as_dict(), allow_nan=False))["verdict"] == found.verdict
    assert all(escape(line.text) in found._repr_html_() and line.text in str(found) for line in found.lines())
    return found


@pytest.mark.parametrize("claim", [None, 1.0])
@pytest.mark.parametrize("outputs", [1, 3])
def test_constant_networks_have_the_constant_0(outputs: int, claim: float | None) -> None:
    network = Graph.chain((2,), [Dense(np.zeros((outputs, 2)), np.eye(outputs)[0])])
    labels = np.zeros(12) if outputs > 1 else np.ones(12)
    found = told(network, POINTS, labels, lipschitz=claim, held_out=(POINTS, labels))
    assert found.lower == found.upper == 0
    assert found.certificates is not None
    assert (found.certificates.radii == np.inf).all()
    assert found.certificates.held_out == pytest.approx(np.array([(0.0, 1.0, found.certificates.held_out[0][2])] * 4))
    assert found.verdict == ("undecided" if claim is None else "certified")


def test_affine_networks_are_known_exactly() -> None:
    found = told(affine((0.6, 0.8)), POINTS, LABELS)
    assert found.lower <= 1 <= found.upper
    assert found.upper - found.lower < 1e-12
    assert found.certificates is not None
    right = found.certificates.correct > 0
    distances = np.abs(POINTS @ [0.6, 0.8])
    assert found.certificates.radii[right] == pytest.approx(distances[right], rel=1e-9)
    assert found.certificates.found == pytest.approx(distances[right], rel=1e-6)


def test_one_class_only() -> None:
    for network, labels in ((affine((0.6, 0.8)), np.ones(12)), (affine((1, 0), (0, 1)), np.zeros(12))):
        found = told(network, POINTS, labels)
        assert found.certificates is not None
        assert (found.certificates.best == np.inf).all()


def test_labels_are_signs_or_numbers() -> None:
    radii = []
    for labels in (LABELS, (LABELS > 0) * 1, LABELS > 0, LABELS[:, None].astype(float), LABELS.tolist()):
        found = told(affine((0.6, 0.8)), POINTS, labels)
        assert found.certificates is not None
        radii.append(found.certificates.radii.tolist())
    assert all(each == radii[0] for each in radii)


def test_points_that_coincide() -> None:
    found = told(affine((0.6, 0.8)), np.ones((4, 2)), [1, -1, 1, 1])
    assert found.pieces is None
    assert "The count of pieces is left out: all points coincide" in found.notes
    assert found.certificates is not None
    assert (found.certificates.best == 0).all()


@pytest.mark.parametrize("size", [5e-324, 1e-300, 1e-160, 1e-8, 1e8, 1e150, 1e300])
def test_points_of_any_size(size: float) -> None:
    found = told(affine((0.6, 0.8)), size * np.sign(POINTS), LABELS, held_out=(POINTS, LABELS))
    assert found.verdict == "certified"
    assert found.certificates is not None
    assert found.certificates.consistent


@pytest.mark.parametrize("size", [1e-310, 1e-200, 1e-8, 1e8, 1e160, 1e300])
def test_weights_of_any_size(size: float) -> None:
    for rows in (((size, 0.0),), ((size, 0.0), (0.0, size))):
        found = told(affine(*rows), POINTS, (LABELS > 0) * 1)
        assert found.upper == pytest.approx(size, rel=1e-9)
        assert found.verdict == ("certified" if size < 1 else "refuted")


def test_images_may_be_flat() -> None:
    layers = [
        Convolution(RNG.normal(size=(2, 1, 3, 3)) / 3, np.zeros(2), (1, 1), ((1, 1), (1, 1)), (1, 1)),
        Activation("relu"),
        Gather(np.arange(32).reshape(2, 8, 2), 32),
        Max(),
        Gather(np.arange(16), 16),
        Dense(RNG.normal(size=(3, 16)) / 4, np.zeros(3)),
    ]
    network, images = Graph.chain((1, 4, 4), layers), RNG.normal(size=(9, 1, 4, 4))
    labels = np.arange(9) % 3
    one, other = told(network, images, labels), told(network, images.reshape(9, 16), labels)
    assert one.certificates is not None
    assert other.certificates is not None
    assert one.certificates.radii.tolist() == other.certificates.radii.tolist()
    assert one.pieces is None


def test_what_is_left_out_is_noted() -> None:
    network = affine((0.6, 0.8))
    assert told(network).notes[0].startswith("No labelled points")
    assert told(network, POINTS).certificates is None
    assert any("held out" in note for note in told(network, held_out=(POINTS, LABELS)).notes)
    smooth = Graph.chain((2,), [Dense(np.eye(2), np.zeros(2)), Activation("tanh"), Dense([[1.0, 0.0]], [0.0])])
    found = told(smooth, POINTS, LABELS)
    assert found.pieces is None
    assert found.notes == (
        "The count of pieces is left out: it is for dense networks with ReLU, GroupSort2 or FullSort",
    )
    far = told(network, 1e300 * POINTS, LABELS)
    assert far.loss is None
    assert any(note.startswith("The least loss is left out: points times lipschitz") for note in far.notes)


def test_losses_by_name_or_as_objects() -> None:
    network = affine((0.6, 0.8))
    one, other = (told(network, POINTS, LABELS, loss=loss).loss for loss in ("bce", BCE()))
    assert one is not None
    assert other is not None
    assert (one.value, one.lower) == (other.value, other.lower)
    assert one.lower <= one.least <= one.value
    with pytest.raises(ValueError, match="loss='nope'"):
        audit(network, POINTS, LABELS, loss="nope")
    with pytest.raises(ValueError, match="for several classes choose 'cross_entropy'"):
        audit(affine((1, 0), (0, 1)), POINTS, LABELS > 0, loss="kr")


@pytest.mark.parametrize("outputs", [1, 3])
def test_of_large_samples_some_points_are_compared(outputs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    network = Graph.chain((12,), [Dense(rng.normal(size=(outputs, 12)) / 9, np.zeros(outputs))])
    points, labels = rng.normal(size=(60, 12)), rng.integers(0, 2, size=60)
    for place in (_loss, _nearest):
        monkeypatch.setattr(place, "PRODUCTS", 12 * 20**2)
    found = told(network, points, labels)
    assert found.loss is not None
    assert found.certificates is not None
    assert found.loss.count == 20
    assert found.loss.lower <= found.loss.value
    assert np.isfinite(found.certificates.best).sum() == 6  # of 60 points 12 * 20^2 products leave 6 rows
    assert found.as_dict()["certificates"]["best"].count(None) == 54


def test_a_tolerance_of_0_is_the_claim_to_the_letter() -> None:
    network = affine((1 + 1e-6, 0.0))
    assert told(network).verdict == "certified"
    assert told(network, tolerance=0).verdict == "refuted"
    found = told(affine((0.5, 0.0)), POINTS, LABELS, lipschitz=0.5, tolerance=0)
    assert found.verdict == "certified"


def test_a_tolerance_never_makes_the_least_loss_too_large() -> None:
    found = told(affine((1 + 9e-6, 0.0)), [[2.0, 0.0], [-2.0, 0.0]], [1, -1])
    assert found.verdict == "certified"
    assert found.loss is not None
    assert found.loss.lower <= found.loss.value


def test_networks_of_this_house_and_files(tmp_path: Path) -> None:
    network = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0]]], [[0.0, 0.0], [-1.0]])
    assert told(network).upper == 1
    assert told(network.dilated(1.5)).verdict == "refuted"
    with pytest.raises(FileNotFoundError):
        audit(tmp_path / "none.pt2")


def test_what_is_refused_is_named() -> None:
    network = affine((0.6, 0.8))
    refused = [
        ((POINTS, ["a"] * 12), {}, r"labels are numbers: np\.unique"),
        ((POINTS, np.arange(12)), {}, "labels of a network of one output"),
        ((POINTS, LABELS[:3]), {}, r"labels have shape \(3,\): give \(12,\)"),
        ((POINTS[:, :1], LABELS), {}, r"points have shape \(12, 1\): give \(p, 2\)"),
        ((POINTS[:0], LABELS[:0]), {}, "p >= 1"),
        ((POINTS * np.nan, LABELS), {}, "NaN or infinity"),
        ((None, LABELS), {}, "labels without points"),
        ((POINTS, LABELS), {"held_out": POINTS}, "held_out is a ndarray: give a pair"),
        ((POINTS, LABELS), {"held_out": (POINTS, LABELS[:3])}, "held_out: labels have shape"),
        ((POINTS, LABELS), {"radii": [-1]}, "radii=-1.0"),
        ((POINTS, LABELS), {"radii": "far"}, "radii"),
        ((), {"lipschitz": 0}, "lipschitz=0"),
        ((), {"lipschitz": "one"}, "lipschitz='one'"),
        ((), {"tolerance": -1}, "tolerance=-1"),
        ((), {"time_limit": np.nan}, "time_limit=nan"),
    ]
    for data, options, message in refused:
        with pytest.raises(ValueError, match=message):
            audit(network, *data, **options)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"labels are 0 to 1, the places of outputs: there is \[2\.0\]"):
        audit(affine((1, 0), (0, 1)), POINTS, np.full(12, 2))
    with pytest.raises(ValueError, match=r"give a torch\.nn\.Module"):
        audit(None, POINTS, LABELS)
    with pytest.raises(OverflowError, match="a constant beyond float64"):
        audit(Graph.chain((1,), [Dense([[1e200]], [0.0]), Dense([[1e200]], [0.0])]))


def test_a_seed_gives_one_audit() -> None:
    layers = [
        Dense(RNG.normal(size=(6, 2)), RNG.normal(size=6)),
        Activation("relu"),
        Dense(RNG.normal(size=(1, 6)), [0.0]),
    ]
    one, same = (told(Graph.chain((2,), layers), POINTS, LABELS, seed=3).as_dict() for _ in range(2))
    for told_ in (one, same):
        told_.pop("pieces")  # which end by the clock
    assert one == same


def test_heads_and_held_out_points_that_mislead_are_noted() -> None:
    dense = Dense([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0])
    for last, word in ((Softmax(), "softmax"), (None, "")):
        network = Graph.chain((2,), [dense, *([last] if last else [])])
        notes = " ".join(told(network, POINTS, LABELS > 0).notes)
        assert ("softmax" in notes) == bool(word)
    sigmoid = Graph.chain((2,), [Dense([[1.0, 0.0]], [0.0]), Activation("sigmoid")])
    assert any("sigmoid" in note for note in told(sigmoid, POINTS, LABELS).notes)
    network = Graph.chain((2,), [Dense([[1.0, 0.0]], [0.0])])
    for shift, count in ((0.0, len(POINTS)), (0.25, 0)):
        notes = " ".join(told(network, POINTS, LABELS, held_out=(POINTS + shift, LABELS)).notes)
        assert (f"held out {count} are among" in notes) == bool(count)


def test_only_a_least_loss_of_minus_infinity_falls_without_end() -> None:
    """A search that is stopped may know no lower bound."""
    endless, unknown = (LossGap("kr", 1.0, 0.0, least, -np.inf, 3) for least in (-np.inf, 0.5))
    assert "without end" in str(endless)
    assert "without end" not in str(unknown) and "No lower bound was found" in str(unknown)
