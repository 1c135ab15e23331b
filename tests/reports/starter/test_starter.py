"""`manyfaces init`: what it writes, and what it refuses. That all of it passes is what the tutorial's test runs."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from checks.ledger import load_ledger
from checks.registry import papers_of
from reports.cli import _reporting, main
from reports.starter import write_project
from reports.starter._project import HERE, HIDDEN


def test_it_bears_its_own_names(tmp_path: Path) -> None:
    assert write_project(tmp_path / "Ptolemy-2", "Chords") == "ptolemy_2"
    folder = tmp_path / "Ptolemy-2"
    files = {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*") if file.is_file()}
    assert len(files) == sum(file.is_file() and "__pycache__" not in file.parts for file in HERE.rglob("*"))
    assert {".github/workflows/checks.yml", ".gitignore", "ptolemy_2/ledger.toml"} <= files.keys()
    assert not [name for name, text in files.items() if "my_paper" in name + text or "my-paper" in text]
    project = tomllib.loads(files["pyproject.toml"])
    assert project["project"]["entry-points"]["manyfaces.papers"] == {"ptolemy-2": "ptolemy_2"}
    ledger = load_ledger(folder / "ptolemy_2" / "ledger.toml")
    assert ledger.name == "ptolemy-2" and ledger.paper["title"] == "Chords"
    assert [file.name for file in tmp_path.iterdir()] == ["Ptolemy-2"]


def test_its_folder_is_the_one_that_commands_are_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_project(tmp_path / "chords")
    for inside in ("chords", "chords/chords", "chords/.github"):
        monkeypatch.chdir(tmp_path / inside)
        assert [paper.name for paper in papers_of()] == ["chords"]
    monkeypatch.chdir(tmp_path)
    assert "many-faces" in [paper.name for paper in papers_of()]
    assert [paper.name for paper in papers_of(["chords"])] == ["chords"]


def test_a_wrong_narrative_is_refused_before_checks_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write_project(tmp_path / "chords")
    monkeypatch.chdir(tmp_path / "chords")
    narrative = Path(name, "narrative.toml")
    whole = narrative.read_text(encoding="utf-8")
    narrative.write_text(whole.replace('fails = ["product"]', 'fails = ["produkt"]'), encoding="utf-8")
    assert main(["report"]) == 2
    assert "finding 1 names 'produkt', which is no statement; did you mean product" in capsys.readouterr().err
    narrative.write_text(whole.replace('ids = ["trained"]', 'ids = ["sum"]'), encoding="utf-8")
    monkeypatch.setattr(_reporting, "look_at_outputs", lambda _: int("no"))
    assert main(["report"]) == 2
    assert "narrative.toml: in no section: trained; list them in its ids" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("folder", "options", "words"),
    [
        ("full", [], "full is there and not empty: give a new folder"),
        ("full/file", [], "is there and not empty"),
        ("1-paper", [], "1-paper: no name for a package; use letters"),
        ("→", [], "no name for a package"),
        ("json", [], "Python has a package json already"),
        ("checks", [], "Python has a package checks already"),
        ("new", ["--title", 'a "b"'], "give one line without quotation marks"),
    ],
)
def test_what_is_refused(
    folder: str,
    options: list[str],
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("full").mkdir()
    Path("full/file").touch()
    assert main(["init", folder, *options]) == 2
    assert words in capsys.readouterr().err
    assert [file.name for file in tmp_path.iterdir()] == ["full"]


def test_an_empty_folder_is_filled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "chords").mkdir()
    assert main(["init", str(tmp_path / "chords")]) == 0
    assert "manyfaces check" in capsys.readouterr().out
    assert all((tmp_path / "chords" / hidden).exists() for hidden in HIDDEN.values())
