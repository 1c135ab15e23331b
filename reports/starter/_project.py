"""A project for a paper: the files of the folder ``project`` beside this module, under the paper's own names."""

from __future__ import annotations

import keyword
import re
import shutil
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).resolve().parent / "project"

NAME, PACKAGE, TITLE = "my-paper", "my_paper", "My paper"
"""What the paper is called there."""

HIDDEN = {"github": ".github", "gitignore": ".gitignore"}
"""What has a dot before its name in a project, but not here: those who build wheels pass over such files."""


def write_project(folder: Path, title: str = "") -> str:
    """Write a project that passes; whole or not at all.

    Args:
        folder: a new one, or an empty one. The paper and its package have its name.
        title: of the paper; without one, from the name.

    Returns:
        The name of the package.

    Raises:
        ValueError: the folder holds something, its name is none that a package can have, or the title is no line.

    >>> with tempfile.TemporaryDirectory() as place:
    ...     write_project(Path(place, "thales-1"), "Thales")
    ...     sorted(file.name for file in Path(place, "thales-1", "thales_1").iterdir())[2:4]
    'thales_1'
    ['ledger.toml', 'narrative.toml']
    """
    place = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(f"{folder} is there and not empty: give a new folder")
    name, package = _names(place.name)
    said = title or name.replace("-", " ").capitalize()
    if not said.isprintable() or '"' in said or "\\" in said:
        raise ValueError(f"--title {said!r}: give one line without quotation marks and backslashes")
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{place.name}-", dir=place.parent) as made:
        for file in sorted(HERE.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                _copy(file, Path(made, "project"), {NAME: name, PACKAGE: package, TITLE: said})
        if place.exists():
            place.rmdir()
        shutil.move(Path(made, "project"), place)
    return package


def _names(folder: str) -> tuple[str, str]:
    """The paper's name and its package's."""
    name = re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")
    package = name.replace("-", "_")
    if not package.isidentifier() or keyword.iskeyword(package):
        raise ValueError(
            f"{folder}: no name for a package; use letters, digits and '-', a letter first, as in my-paper"
        )
    if package in sys.stdlib_module_names or package == "tests" or find_spec(package):
        raise ValueError(f"{folder}: Python has a package {package} already; give the folder another name")
    return name, package


def _copy(file: Path, project: Path, names: dict[str, str]) -> None:
    parts = [part.replace(PACKAGE, names[PACKAGE]) for part in file.relative_to(HERE).parts]
    target = project.joinpath(HIDDEN.get(parts[0], parts[0]), *parts[1:])
    target.parent.mkdir(parents=True, exist_ok=True)
    text = file.read_text(encoding="utf-8")
    for ours, theirs in names.items():
        text = text.replace(ours, theirs)
    target.write_text(text, encoding="utf-8", newline="\n")
