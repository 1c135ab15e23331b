"""What is installed: the wheel's files, and one version everywhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("theory", "checks", "reports")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the files in a wheel that is built from a copy."""
    copy = tmp_path_factory.mktemp("copy")
    for name in (*PACKAGES, "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(copy / "out"), str(copy)]
    result = subprocess.run(command, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    [built] = (copy / "out").glob("*.whl")
    assert built.name.startswith(f"manyfaces-{_project()['version']}-py3-")
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def _project() -> dict[str, str]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_wheel_holds_every_source_and_data_file(wheel: set[str]) -> None:
    shipped = {".py", ".toml", ".typ", ".json", ".typed"}
    wanted = {file.relative_to(ROOT).as_posix() for name in PACKAGES for file in (ROOT / name).rglob("*")
              if file.suffix in shipped or file.name == "py.typed"}  # fmt: skip
    assert {"theory/py.typed", "checks/claims.schema.json", "checks/verify.py"} <= wanted
    for kind in (r"checks/ledger/\w.*\.toml", r"checks/test_\w+\.py", r"reports/\w+\.typ"):
        assert any(re.fullmatch(kind, name) for name in wanted)
    assert wanted <= wheel


def test_the_wheel_holds_nothing_else(wheel: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert tops == {*PACKAGES, f"manyfaces-{_project()['version']}.dist-info"}


def test_the_wheel_registers_the_plugin_and_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"manyfaces": "checks.plugin"}
    assert project["scripts"] == {"manyfaces": "reports.cli:main"}


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


@pytest.mark.parametrize("package", ["checks", "checks.plugin", "theory"])
def test_imports_are_light(package: str) -> None:
    heavy = {"checks": ["pytest", "numpy"], "checks.plugin": ["numpy", "hypothesis", "tomllib", "json", "theory"],
             "theory": ["torch", "sympy", "pytest", "matplotlib"]}[package]  # fmt: skip
    code = f"import sys, pytest; before = set(sys.modules); import {package}; print(*(set(sys.modules) - before))"
    code = code.replace(", pytest", "") if package != "checks.plugin" else code
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(heavy) & set(result.stdout.split())
