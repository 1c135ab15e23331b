"""Files are read as numbers and words; nothing in them is run."""

from __future__ import annotations

import io
import json
import os
import pickle
import shutil
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import nn

from checks.networks import from_file, from_torch
from checks.networks.graph import Graph
from tests.checks.networks.reading.archived import ARCHIVES, MODELS, block, files_of, saved, write


def kept(folder: Path, name: str) -> Path:
    """A copy of an archive, to be changed."""
    return Path(shutil.copy(ARCHIVES / f"{name}.pt2", folder))


def changed(path: Path, change: dict[str, bytes | None]) -> Path:
    """The archive with other files in it, by the ends of their names."""
    files = files_of(path)
    for end, data in change.items():
        [name] = [n for n in files if n.endswith(end)] or [f"{next(iter(files)).split('/')[0]}/{end}"]
        if data is None:
            del files[name]
        else:
            files[name] = data
    write(path, files)
    return path


def text_of(path: Path, end: str) -> Any:
    return json.loads(next(data for name, data in files_of(path).items() if name.endswith(end)))


def same(one: Graph, other: Graph) -> bool:
    x = np.random.default_rng(0).normal(size=(5, *other.input_shape))
    return bool((one(x) == other(x)).all()) and one.input_shape == other.input_shape


@pytest.mark.parametrize("name", ["float32", "float64", "bfloat16", "open", "one"])
def test_archives_are_what_the_model_is(name: str) -> None:
    network = from_file(ARCHIVES / f"{name}.pt2")
    assert same(network, from_torch(MODELS[name][0](), (1, 6, 6)))
    assert {"conv", "norm", "head"} <= {node.name for node in network.nodes}


def test_peers_and_parametrisations() -> None:
    network, expected = from_file(ARCHIVES / "peers.pt2"), from_torch(MODELS["peers"][0](), (4,))
    assert [type(n.operation) for n in network.nodes] == [type(n.operation) for n in expected.nodes]
    x = np.random.default_rng(0).normal(size=(5, 4))
    assert network(x) == pytest.approx(expected(x), abs=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_what_the_torch_at_hand_writes(tmp_path: Path, name: str) -> None:
    """Before 2.9 weights are pickled."""
    make, shape, open_batch = MODELS[name]
    path = saved(tmp_path / "a.pt2", make(), shape, open_batch)
    if tuple(map(int, torch.__version__.split(".")[:2])) < (2, 9):
        with pytest.raises(ValueError, match="of an older torch, whose weights are pickled"):
            from_file(path)
    else:
        network, expected = from_file(path), from_file(ARCHIVES / f"{name}.pt2")
        x = np.random.default_rng(0).normal(size=(5, *expected.input_shape))
        assert network(x) == pytest.approx(expected(x), abs=1e-5)  # peers' weights are computed in float32


class Bomb:
    """A pickle that leaves a trace when it is loaded."""

    def __init__(self, trace: Path) -> None:
        self.trace = trace

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.trace),)


def bomb(trace: Path) -> bytes:
    """As torch.save writes it, so that torch.load runs it where it may."""
    buffer = io.BytesIO()
    torch.save(Bomb(trace), buffer)
    return buffer.getvalue()


def test_a_bomb_goes_off_where_torch_loads_it(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    torch.load(io.BytesIO(bomb(trace)), weights_only=False)
    assert trace.exists()


def test_pickles_in_an_archive_are_not_loaded(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    path = kept(tmp_path, "float32")
    changed(path, {"data/sample_inputs/model.pt": bomb(trace)})
    assert same(from_file(path), from_torch(block(), (1, 6, 6)))
    for kind in ("weights", "constants"):
        path = kept(tmp_path, "float32")
        config = text_of(path, f"model_{kind}_config.json")
        first = next(iter(text_of(path, "model_weights_config.json")["config"].values()))
        config["config"]["conv.weight"] = first | {"use_pickle": True, "path_name": "weight_0"}
        files = {f"model_{kind}_config.json": json.dumps(config).encode(), f"data/{kind}/weight_0": bomb(trace)}
        with pytest.raises(ValueError, match=r"conv\.weight is pickled in the archive"):
            from_file(changed(path, files))
    assert not trace.exists()


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("torch.ops.aten.from_file.default", "only torch's own operators on tensors and numbers"),
        ("torch.ops.evil.view.default", "only torch's own operators are run"),
        ("os.system", "only torch's own operators are run"),
        ("torch.ops.higher_order.cond", "calls higher_order.cond"),
        ("torch.ops.aten.nothing.default", "not among the operators"),
        ("torch.ops.aten.view.nothing", "no such operator"),
    ],
)
def test_operators_of_an_archive_are_torchs_own(tmp_path: Path, target: str, said: str) -> None:
    path = kept(tmp_path, "flat")
    text = text_of(path, "models/model.json")
    node = text["graph_module"]["graph"]["nodes"][0]
    node["target"] = target
    if "from_file" in target:
        node["inputs"] = [{"name": "filename", "arg": {"as_string": str(tmp_path / "made")}, "kind": 1}]
    with pytest.raises(ValueError, match=said):
        from_file(changed(path, {"models/model.json": json.dumps(text).encode()}))
    assert not (tmp_path / "made").exists()


def damaged(path: Path, how: str) -> None:
    text, weights = text_of(path, "models/model.json"), text_of(path, "model_weights_config.json")
    if how == "cut":
        path.write_bytes(path.read_bytes()[:-100])
    elif how == "short":
        changed(path, {"data/weights/weight_0": b"\0" * 4})
    elif how == "missing":
        changed(path, {"data/weights/weight_0": None})
    elif how == "stride":
        weights["config"]["1.weight"]["tensor_meta"]["strides"][0] = {"as_int": 1 << 40}
        changed(path, {"model_weights_config.json": json.dumps(weights).encode()})
    elif how == "text":
        changed(path, {"models/model.json": b"{"})
    elif how == "graph":
        del text["graph_module"]["graph"]
        changed(path, {"models/model.json": json.dumps(text).encode()})
    elif how == "two":
        changed(path, {"models/other.json": b"{}"})


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("cut", "damaged archive"),
        ("short", "beyond its file"),
        ("missing", "is damaged"),
        ("stride", "beyond its file"),
        ("text", "is damaged"),
        ("graph", "is damaged"),
        ("two", "2 exported models"),
    ],
)
def test_damaged_archives(tmp_path: Path, how: str, said: str) -> None:
    path = kept(tmp_path, "flat")
    damaged(path, how)
    with pytest.raises(ValueError, match=said):
        from_file(path)


def spots(value: Any) -> Any:
    """Where something stands in a text: in what, and under which key."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield value, key
        yield from spots(inner)


@given(st.data())
@settings(max_examples=60)
def test_archives_that_are_changed_at_random(data: st.DataObject) -> None:
    """They are read, or refused in a sentence; nothing else is raised."""
    end = data.draw(st.sampled_from(["models/model.json", "model_weights_config.json"]))
    text = text_of(ARCHIVES / "float32.pt2", end)
    places = list(spots(text))
    for _ in range(data.draw(st.integers(1, 2))):
        where, key = places[data.draw(st.integers(0, len(places) - 1))]
        where[key] = data.draw(st.sampled_from([None, 0, -1, 2, 1 << 40, 1 << 70, 1.5, "x", "relu", [], {}, [1, 2]]))
        if isinstance(where, dict) and data.draw(st.booleans()):
            del where[key]
    with tempfile.TemporaryDirectory() as folder:
        path = changed(kept(Path(folder), "float32"), {end: json.dumps(text).encode()})
        with suppress(ValueError):
            assert from_file(path).input_shape


def test_other_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    module, trace = nn.Linear(2, 2), tmp_path / "trace"
    path = tmp_path / "file"
    for data in (pickle.dumps(Bomb(trace)), bomb(trace)):
        path.write_bytes(data)
        with pytest.raises(ValueError, match=r"is a pickle.*torch\.export\.save"):
            from_file(path)
    torch.save(module, path, _use_new_zipfile_serialization=False)
    with pytest.raises(ValueError, match="is a pickle"):
        from_file(path)
    torch.jit.save(torch.jit.trace(module, torch.zeros(1, 2)), path)
    with pytest.raises(ValueError, match="is a pickle"):
        from_file(path)
    for data in (b"", b"text", b"\x93NUMPY..."):
        path.write_bytes(data)
        with pytest.raises(ValueError, match="is neither an archive"):
            from_file(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "b")
    with pytest.raises(ValueError, match=r"none that torch\.export\.save writes"):
        from_file(path)
    with pytest.raises(FileNotFoundError):
        from_file(tmp_path / "none")
    assert not trace.exists()


DESCRIPTION: dict[str, Any] = {
    "input_shape": [1, 6, 6],
    "layers": [
        {"op": "conv2d", "weight": "conv.weight", "bias": "conv.bias", "padding": [1, 1]},
        {
            "op": "batch_norm",
            "weight": "norm.weight",
            "bias": "norm.bias",
            "running_mean": "norm.running_mean",
            "running_var": "norm.running_var",
        },
        {"op": "relu", "name": "features"},
        {"op": "slice", "dim": 1, "start": 0, "end": 2, "name": "a"},
        {"op": "slice", "of": "features", "dim": 1, "start": 2, "end": 4, "name": "b"},
        {"op": "maximum", "of": ["a", "b"], "name": "larger"},
        {"op": "mul", "of": "b", "other": 2, "name": "twice"},
        {"op": "add", "of": ["a", "twice"], "name": "sum"},
        {"op": "cat", "of": ["larger", "sum"], "dim": 1},
        {"op": "flatten"},
        {"op": "linear", "weight": "head.weight", "bias": "head.bias"},
        {"op": "groupsort", "size": 2},
    ],
}


@pytest.mark.parametrize("beside", [False, True])
def test_safetensors_with_a_description(tmp_path: Path, beside: bool) -> None:
    path = tmp_path / "model.safetensors"
    text = json.dumps(DESCRIPTION)
    save_file(block().state_dict(), path, None if beside else {"manyfaces.graph": text})
    if beside:
        path.with_suffix(".json").write_text(text)
    assert same(from_file(path), from_torch(block(), (1, 6, 6)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, r"describe it in model\.json"),
        ("[", "no JSON"),
        ([], "input_shape"),
        ({"input_shape": [0]}, "input_shape"),
        ({"input_shape": [2]}, '"layers", a list'),
        ({"input_shape": [2], "layers": [{}]}, r'layers\[0\] needs "op"'),
        ({"input_shape": [2], "layers": [{"op": "nothing"}]}, '"nothing" is no operator'),
        ({"input_shape": [2], "layers": [{"op": "linear"}]}, 'needs "weight"'),
        ({"input_shape": [2], "layers": [{"op": "linear", "weight": "none"}]}, "no tensor 'none'"),
        ({"input_shape": [2], "layers": [{"op": "relu", "slope": 1}]}, "does not take"),
        ({"input_shape": [2], "layers": [{"op": "relu", "of": "x"}]}, "no layer before it is named"),
        ({"input_shape": [2], "layers": [{"op": "exp"}]}, "no Lipschitz constant"),
        ({"input_shape": [3], "layers": [{"op": "linear", "weight": "w"}]}, r"handed the shape \(3,\)"),
        ({"input_shape": [2], "layers": [{"op": "groupsort", "sizes": 2}]}, '"groupsort" takes "size"'),
    ],
)
def test_descriptions_that_do_not_fit(tmp_path: Path, text: Any, said: str) -> None:
    path = tmp_path / "model.safetensors"
    metadata = None if text is None else {"manyfaces.graph": text if isinstance(text, str) else json.dumps(text)}
    save_file({"w": torch.ones(2, 2)}, path, metadata)
    with pytest.raises(ValueError, match=said):
        from_file(path)


def test_damaged_safetensors(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    save_file({"w": torch.ones(20, 2)}, path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(ValueError, match="no whole safetensors file"):
        from_file(path)
