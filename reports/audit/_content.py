"""An audit as pages show it: every string ready to print, every chart drawn. Paper and page are two layouts of this."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from checks.audit import Audit, Certificates, Generalization, LossGap, rounded
from checks.machine import PACKAGES
from checks.networks import LayerConstant
from reports.audit._charts import curves, loss_bar, radii

Content = dict[str, Any]

MOST_LAYERS = 16
"""Rows of the table of layers, so that it stays on its page."""
WEIGHTY = ("Dense", "Convolution", "TransposedConvolution", "Scaling")
FEW = 3
"""Inputs of networks whose points are written out."""
FLAT = 1e-5
"""Logarithms of constants that sum to less are rounding: then no layer has a share to speak of."""

GRADES: Mapping[str, str] = {
    "machine-checked": "computed, and rounded to the safe side",
    "argued": "a named theorem besides, which is not proved again",
    "supported": "samples and searches, with their statistics",
}
TOLD: Mapping[str, str] = {
    "certified": "The weights prove the claim, for all inputs, not only for these.",
    "refuted": "The slope of an affine piece disproves the claim.",
    "undecided": "The two bounds lie on either side of the claim: neither it nor its contrary is proved.",
    "no claim": "Nothing was claimed of the constant; these are its bounds.",
}


def content(found: Audit, run: Mapping[str, Any]) -> Content:
    """All that is printed of an audit.

    Args:
        run: files, command, seed, datetime, version, machine, seconds, as the JSON file has them.
    """
    files = run["files"]
    verdict = "no claim" if found.constant.claim is None else found.verdict
    return {
        "title": files[0]["name"],
        "verdict": verdict,
        "sentence": _sentence(found, verdict),
        "told": _told(found, verdict),
        "bounds": _bounds(found),
        "figures": _figures(found),
        "parts": [_part(found, part) for part in found.parts],
        "notes": list(found.notes),
        "grades": [[name, words] for name, words in GRADES.items()],
        "files": [[entry["role"], entry["name"], entry["sha256"]] for entry in files],
        "command": run["command"],
        "facts": _facts(run),
        "datetime": run["datetime"],
        "version": run["version"],
    }


def _sentence(found: Audit, verdict: str) -> str:
    claim = found.constant.claim
    within = f", up to {found.constant.tolerance:g} of it" if found.constant.tolerance else ""
    by_more = f", by more than {found.constant.tolerance:g} of it" if found.constant.tolerance else ""
    return {
        "certified": f"The Lipschitz constant is at most {claim:g}, as claimed{within}." if claim else "",
        "refuted": f"The Lipschitz constant is above {claim:g}{by_more}." if claim else "",
        "undecided": f"It is not known whether the Lipschitz constant is at most {claim:g}{within}." if claim else "",
        "no claim": "The Lipschitz constant lies between two bounds.",
    }[verdict]


def _told(found: Audit, verdict: str) -> str:
    """What the verdict rests on: two points, where they refute, are written out where they are short."""
    claim, pair = found.constant.claim, found.constant.pair
    if verdict != "refuted" or claim is None or pair.lower <= claim * (1 + found.constant.tolerance):
        return TOLD[verdict]
    points = np.ravel(pair.x).tolist(), np.ravel(pair.y).tolist()
    if len(points[0]) > FEW:
        return "Two inputs disprove the claim; --json writes them, under constant.pair."
    x, y = (f"({', '.join(map(repr, point))})" for point in points)
    return f"Two inputs disprove the claim: {x} and {y}."


def _bounds(found: Audit) -> list[list[str]]:
    claim = found.constant.claim
    return [
        ["at least", rounded(found.lower, 9, up=False)],
        ["at most", rounded(found.upper, 9, up=True)],
        ["claimed", "–" if claim is None else f"at most {claim:g}"],
    ]


def _figures(found: Audit) -> list[list[str]]:
    """What is looked for first, a number and its words."""
    said = []
    if found.certificates is not None:
        right = found.certificates.correct > 0
        said.append([f"{right.mean():.1%}", f"of {len(right)} points get their label"])
        if right.any():
            middle = rounded(float(np.median(found.certificates.radii[right])), 3, up=False)
            said.append([middle, "certified radius, that half of them exceed"])
    if found.loss is not None:
        part = max(0.0, min(found.loss.lower, found.loss.value)) / found.loss.value if found.loss.value > 0 else 0.0
        said.append([f"{found.loss.value:.3g}", f"mean loss, {part:.0%} of it there for any function so flat"])
    if found.generalization is not None and found.generalization.best[1] < 1:
        name, bound = found.generalization.best
        said.append([f"≤ {rounded(100 * bound, 3, up=True)}%", f"of new points wrong ({name})"])
    return said


def _part(found: Audit, part: Any) -> Content:
    charts: list[Content] = []
    layers: Content | None = None
    if part is found.constant:
        layers = _layers(found)
    elif isinstance(part, Certificates):
        charts = [curves(part), radii(part)] if np.isfinite(part.radii).any() else []
    elif isinstance(part, LossGap) and part.value > 0:
        charts = [loss_bar(part)]
    empty = isinstance(part, Generalization) and not part.lines()
    lines = [{"text": line.text, "grade": line.grade, "source": line.source} for line in part.lines()]
    note = "Nothing bounds the error on new points here: hold some out." if empty else ""
    return {"title": part.title, "lines": lines, "layers": layers, "charts": charts, "note": note}


def _layers(found: Audit) -> Content:
    """What operations contribute: their constants, what they have multiplied to, their shares of its logarithm."""
    every = found.constant.bound.layers
    rows = [layer for layer in every if layer.kind in WEIGHTY or layer.constant != 1]
    shown = _weightiest(rows)
    total = sum(abs(_log(layer)) for layer in rows)
    left = len(rows) - len(shown)
    words = ["Constants multiply along a chain and add in sums; the share is that of a layer's logarithm."]
    if total < FLAT:
        words = ["Every constant is 1 up to rounding, so no layer has a share to speak of."]
    if left:
        words.append(f"{left} layers that matter less are left out.")
    if found.upper < found.constant.bound.upper:
        counted = found.constant.exact is not None and found.upper == found.constant.exact.upper
        how = "Counting all affine pieces" if counted else "A programme over all layers at once"
        words.append(f"{how} gives less than their product: {rounded(found.upper, 9, up=True)}.")
    return {"rows": [_row(layer, total) for layer in shown], "shares": total >= FLAT, "note": " ".join(words)}


def _weightiest(rows: Sequence[LayerConstant]) -> Sequence[LayerConstant]:
    if len(rows) <= MOST_LAYERS:
        return rows
    kept = sorted(rows, key=lambda layer: -abs(_log(layer)))[:MOST_LAYERS]
    return [layer for layer in rows if layer in kept]


def _row(layer: LayerConstant, total: float) -> Content:
    share = _log(layer) / total if total >= FLAT and not math.isnan(layer.constant) else None
    return {
        "name": layer.name or f"node {layer.place}",
        "kind": layer.kind,
        "constant": "–" if math.isnan(layer.constant) else rounded(layer.constant, 9, up=True),
        "through": rounded(layer.through, 9, up=True),
        "share": "–" if share is None else f"{share:z.0%}",
        "length": 0.0 if share is None else abs(share),
        "shrinks": bool(share is not None and share < 0),
    }


def _log(layer: LayerConstant) -> float:
    return 0.0 if math.isnan(layer.constant) or layer.constant <= 0 else math.log(layer.constant)


def _facts(run: Mapping[str, Any]) -> list[list[str]]:
    machine = run["machine"]
    there = {name: number for name in PACKAGES if (number := machine["packages"].get(name))}
    libraries = ", ".join(
        f"{name} {there[name]}" for name in ("numpy", "scipy", "torch", "python-flint") if name in there
    )
    return [
        ["when", f"{run['datetime'].replace('T', ', ').replace('+00:00', ' UTC')}, in {run['seconds']:g} seconds"],
        ["with", f"manyfaces {run['version']}, Python {machine['python']}, {libraries}"],
        ["on", f"{machine['system']}, {machine['architecture']}"],
        ["seed", str(run["seed"])],
    ]
