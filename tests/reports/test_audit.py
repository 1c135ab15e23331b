"""`manyfaces audit`: exit codes, files from strangers, and what it writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

import checks.audit
from reports import cli
from reports.audit import _page

SCHEMA: dict[str, Any] = json.loads(
    (Path(checks.audit.__file__).parent / "audit.schema.json").read_text(encoding="utf-8")
)


def describe(path: Path, weights: list[np.ndarray], biases: list[np.ndarray]) -> Path:
    """A network of ReLUs as safetensors with its description."""
    tensors = {f"{kind}{i}": a for kind, of in (("w", weights), ("b", biases)) for i, a in enumerate(of)}
    layers: list[dict[str, Any]] = []
    for i in range(len(weights)):
        layers += [{"op": "linear", "weight": f"w{i}", "bias": f"b{i}"}, {"op": "relu"}]
    text = json.dumps({"input_shape": [weights[0].shape[1]], "layers": layers[:-1]})
    save_file(tensors, path, metadata={"manyfaces.graph": text})
    return path


def absolute(path: Path, slope: float) -> Path:
    """slope (|x| - 1)."""
    one = np.array([[1.0], [-1.0]]), np.array([[slope, slope]])
    return describe(path, list(one), [np.zeros(2), np.array([-slope])])


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    absolute(tmp_path / "model.safetensors", 1.0)
    absolute(tmp_path / "steep.safetensors", 1.5)
    np.savez("data.npz", x=[[-3.0], [0.0], [2.5]], y=[1, 0, 1])
    np.savez("held.npz", points=[[-2.0], [0.5]], labels=[1, -1])
    return tmp_path


def test_certified(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["audit", "model.safetensors", "--data", "data.npz"]) == 0
    printed = capsys.readouterr().out
    assert printed.startswith("Audit: certified\n")
    assert "[machine-checked]" in printed and "100.0% of 3 points get their label" in printed
    assert sorted(path.suffix for path in here.iterdir()) == [".npz", ".npz", ".safetensors", ".safetensors"]


def test_refuted(here: Path) -> None:
    words = ["audit", "steep.safetensors", "--json", "audit.json"]
    assert cli.main(words) == 1
    found = json.loads(Path("audit.json").read_text(encoding="utf-8"))
    assert found["verdict"] == "refuted" and 1.49 < found["lower"] <= found["upper"]
    assert cli.main([*words, "--lipschitz", "1.5"]) == 0
    assert cli.main([*words, "--lipschitz", "1.2", "--tolerance", "0.25"]) == 0


def test_undecided(here: Path) -> None:
    rng = np.random.default_rng(0)
    shapes = [(24, 6), (24, 24), (1, 24)]
    describe(here / "loose.safetensors", [rng.normal(size=shape) for shape in shapes], [np.zeros(n) for n, _ in shapes])
    assert cli.main(["audit", "loose.safetensors", "--lipschitz", "none", "--json", "audit.json"]) == 0
    found = json.loads(Path("audit.json").read_text(encoding="utf-8"))
    assert found["constant"]["claim"] is None and found["verdict"] == "undecided"
    between = (found["lower"] * found["upper"]) ** 0.5
    assert cli.main(["audit", "loose.safetensors", "--lipschitz", repr(between)]) == 3


def test_an_archive_of_torch(here: Path) -> None:
    model = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 3)).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(0.1)
    torch.export.save(torch.export.export(model, (torch.zeros(2, 2),)), "model.pt2")
    np.savez("classes.npz", x=np.eye(2), y=[0, 2])
    assert cli.main(["audit", "model.pt2", "--data", "classes.npz", "--json", "out/audit.json"]) == 0
    found = json.loads(Path("out/audit.json").read_text(encoding="utf-8"))
    assert found["loss"]["loss"] == "cross-entropy of BCE(temperature=1)"
    jsonschema.Draft202012Validator(SCHEMA).validate(found)


OUTPUTS = ["-o", "audit.pdf", "--html", "audit.html", "--json", "audit.json"]


def test_what_is_written(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["audit", "model.safetensors", "--data", "data.npz", "--held-out", "held.npz", "--seed", "3", *OUTPUTS]
    assert cli.main(words) == 0
    assert "written: audit.pdf" in capsys.readouterr().out
    assert Path("audit.pdf").read_bytes().startswith(b"%PDF")
    assert Path("audit.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    found = json.loads(Path("audit.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(SCHEMA).validate(found)
    run = found["run"]
    assert [entry["role"] for entry in run["files"]] == ["model", "data", "held out"]
    assert run["command"] == "manyfaces " + " ".join(words) and run["seed"] == 3


def test_numbers_do_not_change_from_run_to_run(here: Path) -> None:
    found = []
    for name in ("one.json", "two.json"):
        assert cli.main(["audit", "model.safetensors", "--data", "data.npz", "--json", name]) == 0
        found.append(json.loads(Path(name).read_text(encoding="utf-8")))
        del found[-1]["run"]
    assert found[0] == found[1]


def closed(schema: Any) -> list[dict[str, Any]]:
    """Every object of the schema that says which keys there are."""
    inner = list(schema.values()) if isinstance(schema, dict) else schema if isinstance(schema, list) else []
    own = [schema] if isinstance(schema, dict) and schema.get("additionalProperties") is False else []
    return own + [each for value in inner for each in closed(value)]


def test_keys_are_always_there() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    assert len(closed(SCHEMA)) >= 12
    for schema in closed(SCHEMA):
        assert set(schema["properties"]) - set(schema["required"]) <= {"run"}


def write(name: str, data: bytes) -> None:
    Path(name).write_bytes(data)


BAD_DATA = {
    "no points": (lambda: np.savez("bad.npz", y=[1, 0]), "points are one array, x or y"),
    "both": (lambda: np.savez("bad.npz", x=[[1.0]], points=[[1.0]], y=[1]), "there is x and points"),
    "objects": (lambda: np.savez("bad.npz", x=np.array([None, {}]), y=[1, 0]), "pickled objects, which are not loaded"),
    "one array": (lambda: (np.save("bad", np.eye(2)), Path("bad.npy").rename("bad.npz")), "one array without a name"),
    "text": (lambda: write("bad.npz", b"x, y"), "write such a file with numpy.savez"),
    "nothing": (lambda: write("bad.npz", b""), "write such a file with numpy.savez"),
    "half": (lambda: write("bad.npz", Path("data.npz").read_bytes()[:100]), "write such a file with numpy.savez"),
    "missing": (lambda: None, "bad.npz"),
    "wide": (lambda: np.savez("bad.npz", x=np.eye(3), y=[1, 0, 1]), "points have shape (3, 3)"),
    "labels": (lambda: np.savez("bad.npz", x=[[1.0]], y=[5]), "labels"),
}


@pytest.mark.parametrize("name", BAD_DATA)
def test_bad_data(name: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make, message = BAD_DATA[name]
    make()
    assert cli.main(["audit", "model.safetensors", "--data", "bad.npz", "-o", "audit.pdf"]) == 2
    assert message in capsys.readouterr().err
    assert not Path("audit.pdf").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.pt2"], "nowhere.pt2"),
        (["pickle.pt"], "is a pickle"),
        (["data.npz"], "none that torch.export.save writes"),
        (["model.safetensors", "--held-out", "held.npz"], "--held-out goes with --data"),
        (["model.safetensors", "--data", "data.npz", "--loss", "least"], "loss='least'"),
        (["model.safetensors", "--lipschitz", "-1"], "lipschitz=-1.0"),
        (["model.safetensors", "--time-limit", "nan"], "time_limit=nan"),
    ],
)
def test_misuse(words: list[str], message: str, here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save(torch.nn.Linear(1, 1), "pickle.pt", _use_new_zipfile_serialization=False)
    assert cli.main(["audit", *words, *OUTPUTS]) == 2
    assert message in capsys.readouterr().err
    assert not list(here.glob("audit.*"))


@pytest.mark.parametrize(
    ("outputs", "message"),
    [
        (["-o", "."], "is a folder"),
        (["--json", "model.json"], "is read"),
        (["--html", "model.safetensors"], "is read"),
        (["-o", "a", "--html", "./a"], "is given twice"),
        (["-o", "data.npz/audit.pdf"], "data.npz"),
    ],
)
def test_outputs_are_looked_at_first(
    outputs: list[str], message: str, here: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks.audit, "audit", lambda *_, **__: pytest.fail("it has run"))
    Path("model.json").write_text("{}")
    before = {path: path.read_bytes() for path in here.iterdir()}
    assert cli.main(["audit", "model.safetensors", *outputs]) == 2
    assert message in capsys.readouterr().err
    assert {path: path.read_bytes() for path in here.iterdir()} == before


def test_all_or_nothing(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What cannot be made whole leaves the files of an earlier run as they were."""
    write("audit.pdf", b"old")
    monkeypatch.setattr(_page, "page", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["audit", "model.safetensors", *OUTPUTS])
    assert Path("audit.pdf").read_bytes() == b"old"
    assert [path.name for path in here.glob("audit.*")] == ["audit.pdf"]


def test_help_says_what_exit_codes_mean(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(["audit", "--help"])
    assert stop.value.code == 0
    assert "3 where neither is" in capsys.readouterr().out
