"""What is installed: the wheel's files, and one version everywhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = ("manyfaces", "theory", "checks", "reports")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel that is built from a copy."""
    copy = tmp_path_factory.mktemp("copy")
    for name in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "CITATION.cff"):
        shutil.copy(ROOT / name, copy)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(copy / "out"), str(copy)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    [built] = (copy / "out").glob("*.whl")
    assert built.name.startswith(f"manyfaces-{_project()['version']}-py3-")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_wheel_holds_every_source_and_data_file(wheel: set[str]) -> None:
    shipped = {".py", ".toml", ".typ", ".css", ".json", ".bib", ".typed"}
    wanted = {
        file.relative_to(ROOT).as_posix()
        for name in PACKAGES
        for file in (ROOT / name).rglob("*")
        if file.suffix in shipped or file.name == "py.typed"
    }
    assert {"theory/py.typed", "checks/claims.schema.json", "checks/verify/kinds.py"} <= wanted
    for kind in (r"checks/papers/\w+/ledger/\w.*\.toml", r"checks/papers/\w+/\w+/test_\w+\.py", r"reports/\w+\.typ"):
        assert any(re.fullmatch(kind, name) for name in wanted)
    assert wanted <= wheel


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    """Pages are for readers of the source: the table of verdicts is a rendering of what the wheel computes."""
    assert [name for name in wheel if name.endswith(".md")] == ["reports/starter/project/README.md"], "a template"
    tops = {name.split("/")[0] for name in wheel}
    assert tops == {*PACKAGES, f"manyfaces-{_project()['version']}.dist-info"}


def test_the_wheel_registers_the_plugin_and_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"manyfaces.plugin": "manyfaces.plugin"}
    assert project["scripts"] == {"manyfaces": "manyfaces.command:main"}


def test_the_installed_version_is_the_projects() -> None:
    assert version("manyfaces") == _project()["version"]


def test_the_changelog_and_the_citation_carry_the_version() -> None:
    current = re.escape(_project()["version"])
    lines = {"CHANGELOG.md": rf"^## .*\b{current}\b", "CITATION.cff": rf"^version: [\"']?{current}[\"']?$"}
    for name, line in lines.items():
        assert re.search(line, (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE), name


def test_nothing_but_the_project_file_states_a_version() -> None:
    for name in PACKAGES:
        for file in (ROOT / name).rglob("*.py"):
            assert not re.search(r"^__version__ *= *[\"']", file.read_text(encoding="utf-8"), re.MULTILINE), file


def _pythons() -> list[str]:
    """The Pythons that the classifiers name, such as 3.11."""
    found = (re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", line) for line in _project()["classifiers"])
    return [match[1] for match in found if match]


def _pins(environment: Mapping[str, str]) -> Iterator[Requirement]:
    """The lines of constraints.txt that count there."""
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        if text := line.partition("#")[0].strip():
            pin = Requirement(text)
            if pin.marker is None or pin.marker.evaluate(dict(environment)):
                yield pin


def test_the_classified_pythons_are_those_admitted() -> None:
    minors = [int(python.partition(".")[2]) for python in _pythons()]
    assert minors and minors == list(range(minors[0], minors[-1] + 1))
    admitted = SpecifierSet(_project()["requires-python"])
    assert [f"3.{minor}" for minor in range(minors[-1] + 1) if f"3.{minor}.99" in admitted] == _pythons()


@pytest.mark.parametrize(("python", "system"), product(_pythons(), ["linux", "darwin", "win32"]))
def test_every_direct_dependency_is_pinned_once(python: str, system: str) -> None:
    environment = {"python_version": python, "python_full_version": f"{python}.99", "sys_platform": system}
    pins = [(canonicalize_name(pin.name), pin.specifier) for pin in _pins(environment)]
    pinned = dict(pins)
    assert len(pinned) == len(pins)
    assert {clause.operator for specifier in pinned.values() for clause in specifier} == {"=="}
    project = _project()
    groups = [project["dependencies"], *project["optional-dependencies"].values()]
    for direct in (Requirement(text) for group in groups for text in group):
        if direct.name != project["name"]:
            [clause] = pinned[canonicalize_name(direct.name)]
            assert clause.version in direct.specifier, direct


@pytest.mark.parametrize("package", ["checks", "manyfaces.plugin", "theory"])
def test_imports_are_light(package: str) -> None:
    heavy = {
        "checks": ["pytest", "numpy"],
        "manyfaces.plugin": ["numpy", "hypothesis", "tomllib", "json", "theory"],
        "theory": ["torch", "sympy", "pytest", "matplotlib"],
    }[package]
    code = f"import sys, pytest; before = set(sys.modules); import {package}; print(*(set(sys.modules) - before))"
    code = code.replace(", pytest", "") if package != "manyfaces.plugin" else code
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(heavy) & set(result.stdout.split())
