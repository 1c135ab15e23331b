"""Pinned libraries: equal weights whatever the processor, as far as one processor can pass for others."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from checks import pinned

TRAIN = """
import sys
from checks import pinned
pinned.pin()
import hashlib, json
import numpy as np
from checks.training import TrainingConfig, fit_many
from theory.losses import BCE, Hinge
rng = np.random.default_rng(0)
x = rng.normal(size=(96, 5))
y = np.sign(x[:, 0] + rng.normal(size=96) / 2)
shapes = {"width": 32, "depth": 3, "steps": 40, "batch": 32}
kinds = [{"loss": BCE()}, {"loss": Hinge(1.0), "seed": 1}, {"loss": BCE(), "constraint": "none", "activation": "relu"}]
networks = [each.network for each in fit_many(x, y, [TrainingConfig(**shapes, **kind) for kind in kinds])]
parts = [[hashlib.sha256(part.tobytes()).hexdigest() for part in (*net.weights, *net.biases)] for net in networks]
print(json.dumps(parts))
"""

NATIVE = {
    "as it is": {},
    "short vectors": {"ATEN_CPU_CAPABILITY": "default", "OPENBLAS_CORETYPE": "Nehalem", "ONEDNN_MAX_CPU_ISA": "SSE41"},
    "another vendor, two threads": {
        "MKL_ENABLE_INSTRUCTIONS": "SSE4_2",
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
    },
}
"""What the environment may say already, to pass for another processor."""


def environment(native):
    ours = {name: value for name, value in os.environ.items() if name not in pinned.SETTINGS}
    return ours | native


def trained(native):
    """Hashes of all weights and biases, in a process of its own."""
    command = [sys.executable, "-P", "-c", TRAIN]
    done = subprocess.run(command, env=environment(native), capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_equal_weights_under_different_native_settings():
    first, *others = [trained(native) for native in NATIVE.values()]
    assert len(first) == 3 and len({digest for network in first for digest in network}) > 20
    assert hashlib.sha256(b"").hexdigest() not in first[0]
    assert all(other == first for other in others)


def loaded(monkeypatch, *libraries):
    """The module under test believes that these are loaded, and no others."""
    monkeypatch.setattr(pinned, "sys", SimpleNamespace(modules=dict.fromkeys(libraries)))


def test_every_setting_is_made(monkeypatch):
    for name in pinned.SETTINGS:
        monkeypatch.setenv(name, "something else")
    loaded(monkeypatch)
    pinned.pin()
    assert {name: os.environ[name] for name in pinned.SETTINGS} == dict(pinned.SETTINGS)


@pytest.mark.parametrize("library", ["torch", "numpy", "scipy"])
def test_too_late_is_refused(monkeypatch, library):
    loaded(monkeypatch, library)
    monkeypatch.setenv("ATEN_CPU_CAPABILITY", "default")
    with pytest.raises(ValueError, match=rf"{library} is loaded already.*MKL_CBWR=COMPATIBLE"):
        pinned.pin()
    assert os.environ["ATEN_CPU_CAPABILITY"] == "default"
