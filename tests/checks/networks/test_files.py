"""Networks leave the house as torch modules and safetensors, and come back bit for bit or not at all."""

from __future__ import annotations

import io
import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import numpy as numpy_tensors

from checks.networks import LipschitzNetwork, _files, from_file


def drawn(name: str = "groupsort2", outputs: int = 3) -> LipschitzNetwork:
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape) for shape in ((8, 4), (6, 8), (outputs, 6))]
    return LipschitzNetwork(weights, [rng.normal(size=len(weight)) for weight in weights], name)


@pytest.fixture
def x() -> np.ndarray:
    return np.random.default_rng(1).normal(size=(20, 4))


@pytest.mark.parametrize("name", ["groupsort2", "fullsort", "relu"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_modules_have_the_networks_values(name: str, outputs: int, x) -> None:
    network = drawn(name, outputs)
    module = network.to_torch()
    expected = network(x).reshape(20, outputs)
    assert not module.training and {part.dtype for part in module.parameters()} == {torch.float64}
    assert module(torch.tensor(x)).detach().numpy() == pytest.approx(expected, abs=1e-12)
    single = network.to_torch(torch.float32)(torch.tensor(x, dtype=torch.float32))
    assert single.detach().numpy() == pytest.approx(expected, abs=1e-4)
    assert module(torch.tensor(x[0])).shape == (outputs,) and module(torch.zeros(2, 5, 4).double()).shape == (
        2,
        5,
        outputs,
    )


def test_modules_are_the_callers(x) -> None:
    """They can be trained, and nothing that is done to them comes back."""
    network = drawn()
    before = [weight.copy() for weight in network.weights]
    module = network.to_torch()
    module(torch.tensor(x)).sum().backward()
    with torch.no_grad():
        for part in module.parameters():
            assert part.grad is not None
            part.zero_()
    assert all(map(np.array_equal, network.weights, before))


@pytest.mark.parametrize("name", ["groupsort2", "fullsort", "relu"])
def test_modules_are_exported(name: str, x) -> None:
    network = drawn(name)
    batch = {0: torch.export.Dim("batch")}
    exported = torch.export.export(network.to_torch(), (torch.tensor(x),), dynamic_shapes=(batch,))
    buffer = io.BytesIO()
    torch.export.save(exported, buffer)
    buffer.seek(0)
    found = torch.export.load(buffer).module()(torch.tensor(x[:7]))
    assert found.detach().numpy() == pytest.approx(network(x[:7]), abs=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_modules_become_onnx(x, tmp_path: Path) -> None:
    from onnx.reference import ReferenceEvaluator

    torch.onnx.export(drawn().to_torch(), (torch.tensor(x),), tmp_path / "f.onnx", dynamo=True, verbose=False)
    model = ReferenceEvaluator(str(tmp_path / "f.onnx"))
    [found] = model.run(None, {model.input_names[0]: x})
    assert found == pytest.approx(drawn()(x), abs=1e-12)


@pytest.mark.parametrize("bad", [torch.int64, "float64", float])
def test_types_without_fractions_are_refused(bad) -> None:
    with pytest.raises(ValueError, match=r"dtype=.*: give one of torch's"):
        drawn().to_torch(bad)
    with pytest.raises(ValueError, match=r"dtype=torch.float32: too small for weights\[0\]"):
        LipschitzNetwork([[[1e300]]], [[0.0]]).to_torch(torch.float32)


@pytest.mark.parametrize("name", ["groupsort2", "fullsort", "relu"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_files_keep_every_bit(name: str, outputs: int, tmp_path: Path) -> None:
    network, path = drawn(name, outputs), tmp_path / "a.safetensors"
    network.save(path)
    network.save(str(path))  # over the old file
    found = LipschitzNetwork.load(str(path))
    assert found.activation == name
    pairs = zip(found.weights + found.biases, network.weights + network.biases, strict=True)
    assert all(np.array_equal(*pair) for pair in pairs)
    assert os.listdir(tmp_path) == ["a.safetensors"]
    assert numpy_tensors.load_file(path).keys() == {f"{kind}{i}" for kind in ("weight", "bias") for i in range(3)}


@pytest.mark.parametrize("name", ["groupsort2", "fullsort", "relu"])
@pytest.mark.parametrize("outputs", [1, 3])
def test_files_describe_themselves(name: str, outputs: int, x, tmp_path: Path) -> None:
    """To whatever reads networks, without the class that wrote them."""
    drawn(name, outputs).save(tmp_path / "a")
    assert from_file(tmp_path / "a")(x).reshape(20, -1) == pytest.approx(
        drawn(name, outputs)(x).reshape(20, -1), abs=1e-12
    )


def test_a_damaged_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    drawn().save(path)
    whole = path.read_bytes()
    for place in range(0, len(whole), 41):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(ValueError, match=r"path='.*a.safetensors' (is|has|holds)"):
            LipschitzNetwork.load(path)
    for size in (0, 1, 8, 100, len(whole) - 1):
        path.write_bytes(whole[:size])
        with pytest.raises(ValueError, match="is no whole safetensors file"):
            LipschitzNetwork.load(path)


def _with(arrays=None, **metadata: str) -> bytes:
    named = _files._named(drawn()) if arrays is None else arrays
    words = {"format": _files._FORMAT, "version": "1", "activation": "groupsort2", "pairs": _files._GATES} | metadata
    return numpy_tensors.save(named, words | {"sha256": _files._digest(words, named)})


WRONG = {
    "other tensors": (numpy_tensors.save({"a": np.zeros(3)}), "holds tensors but no"),
    "a pickle": (pickle.dumps({"a": 1}), "is no whole safetensors file"),
    "words": (b"hello" * 10, "is no whole safetensors file"),
    "another order of rows": (_with(pairs="rows j and j + w/2"), "gates of 'rows j and j"),
    "another version": (_with(version="2"), "version '2'"),
    "a bias less": (_with({k: v for k, v in _files._named(drawn()).items() if k != "bias2"}), "is damaged"),
    "float32": (_with({k: v.astype(np.float32) for k, v in _files._named(drawn()).items()}), "is damaged"),
    "another activation": (_with(activation="tanh"), "activation='tanh'"),
    "NaN": (_with({k: v * np.nan for k, v in _files._named(drawn()).items()}), "not finite"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_other_files_are_refused(wrong: str, tmp_path: Path) -> None:
    content, words = WRONG[wrong]
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(ValueError, match=words):
        LipschitzNetwork.load(tmp_path / "a")


def test_what_is_no_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        LipschitzNetwork.load(tmp_path / "none")
    with pytest.raises(OSError, match="directory"):
        LipschitzNetwork.load(tmp_path)


def test_an_interrupted_save_leaves_the_old_file(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "a"
    drawn().save(path)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(KeyboardInterrupt):
        drawn("relu").save(path)
    assert os.listdir(tmp_path) == ["a"] and LipschitzNetwork.load(path).activation == "groupsort2"


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    """For those who read it without this library."""
    drawn().save(tmp_path / "a")
    content = (tmp_path / "a").read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    assert header["__metadata__"]["pairs"] == "rows 2j and 2j + 1"
    assert header["weight0"]["dtype"] == "F64" and header["weight0"]["shape"] == [8, 4]
