"""The papers that are known: those of this package, those that other packages bring, those of a folder.

A package brings a paper by an entry point of the group `GROUP`: its value is the package whose folder holds the ledger,
``ledger`` or ``ledger.toml``. Reading the names imports nothing of theirs.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from manyfaces.ledgers import ledger_in

GROUP = "manyfaces.papers"

BUILT_IN = Path(__file__).resolve().parent / "papers"
"""A folder for each paper of this package."""

_SKIPPED = {"node_modules", "__pycache__", "build", "dist", "site-packages"}


class Paper(NamedTuple):
    """A paper by the name that its ids may carry, the place of its ledger, and where it is known from."""

    name: str
    ledger: Path
    origin: str = "a folder"

    @property
    def folder(self) -> Path:
        """What holds its checks."""
        return self.ledger.parent

    @property
    def inventory(self) -> Path:
        """What it asserts, sentence by sentence; the folder need not be there."""
        return self.ledger.parent / "inventory"


class Chosen(NamedTuple):
    """A paper that is run; ids: those of its statements that are meant, none meaning all."""

    paper: Paper
    ids: Sequence[str] = ()

    @property
    def patterns(self) -> list[str]:
        """What means these statements and no others."""
        return [f"{self.paper.name}:{name}" for name in self.ids or ["*"]]


def paper_at(ledger: Path, origin: str = "a folder") -> Paper:
    """The paper of a ledger, of which only the table ``[paper]`` is read; what is wrong there is for who loads it."""
    return Paper(_given_name(ledger) or folder_name(ledger), ledger, origin)


def folder_name(ledger: Path) -> str:
    """The name of a paper that gives itself none: that of the folder around its ledger.

    >>> folder_name(Path("papers/many_faces/ledger"))
    'many-faces'
    """
    words = re.sub(r"[^A-Za-z0-9.]+", "-", ledger.absolute().parent.name).strip("-.")
    return words.lower() or "paper"


def found_beside(ledger: Path, name: str) -> Path | None:
    """The ledger of a paper of that name: in a folder beside another ledger's, or installed."""
    beside = ledger.absolute().parent.parent
    folders = sorted(place for place in beside.iterdir() if place.is_dir())
    near = (paper_at(found) for folder in folders if (found := ledger_in(folder)))
    return next((paper.ledger for paper in (*near, *installed()) if paper.name == name), None)


def _given_name(ledger: Path) -> str:
    for file in sorted(ledger.glob("*.toml")) if ledger.is_dir() else [ledger]:
        try:
            found = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("paper")
        except (OSError, ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            name = found.get("name", "")
            return name if isinstance(name, str) else ""
    return ""


def built_in() -> list[Paper]:
    """The papers of this package.

    >>> [paper.name for paper in built_in()][-1]
    'many-faces'
    """
    ledgers = (ledger_in(folder) for folder in sorted(BUILT_IN.iterdir()) if folder.is_dir())
    return [paper_at(ledger, "built in") for ledger in ledgers if ledger]


def installed() -> list[Paper]:
    """The papers of this package, and those that others bring."""
    return [*built_in(), *_brought()]


def _brought() -> Iterator[Paper]:
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            spec = find_spec(point.value)
        except (ImportError, ValueError):
            continue
        for folder in (spec.submodule_search_locations or []) if spec else []:
            if ledger := ledger_in(Path(folder)):
                yield paper_at(ledger, f"installed: {point.value}")


def papers_of(projects: Sequence[str] = ()) -> list[Paper]:
    """The papers that a command is about.

    Args:
        projects: folders that hold ledgers, ledgers, or names of papers that are installed. Without any, the ledger in
            or above the current folder, or in a package of the project around it; without such a one, the papers of
            this package.

    Raises:
        ValueError: a project is neither, or two of the papers have one name.
    """
    if projects:
        found = [paper for project in projects for paper in _of_project(project)]
    else:
        here = Path.cwd()
        near = (_around(folder) for folder in (here, *here.parents))
        found = [paper_at(ledger) for ledger in next(filter(None, near), [])] or built_in()
    return _told_apart({paper.ledger.resolve(): paper for paper in found}.values())


def _of_project(project: str) -> list[Paper]:
    place = Path(project)
    if named := [paper for paper in installed() if paper.name == project and not place.exists()]:
        return named
    if (place.is_file() and place.suffix == ".toml") or _is_ledger(place):
        return [paper_at(place.absolute())]
    if not place.is_dir():
        known = ", ".join(paper.name for paper in installed())
        raise ValueError(f"--project {project}: no such folder; give one that holds a ledger, or a paper: {known}")
    if found := [paper_at(ledger) for ledger in _ledgers_below(place.absolute())]:
        return found
    raise ValueError(f"--project {project}: holds no ledger; write a ledger.toml there")


def _ledgers_below(top: Path) -> Iterator[Path]:
    if ledger := _ours_in(top):
        yield ledger
        return
    for folder in sorted(place for place in top.iterdir() if place.is_dir() and not place.is_symlink()):
        if not (folder.name.startswith(".") or folder.name in _SKIPPED or (folder / "pyvenv.cfg").exists()):
            yield from _ledgers_below(folder)


def _around(folder: Path) -> list[Path]:
    """The ledger in a folder, or those in the packages of the project that has its root there."""
    if ledger := _ours_in(folder):
        return [ledger]
    if not (folder / "pyproject.toml").is_file():
        return []
    packages = sorted(place.parent for place in folder.glob("*/__init__.py"))
    return [ledger for package in packages if (ledger := _ours_in(package))]


def _ours_in(folder: Path) -> Path | None:
    """A ledger that nobody named: one that has a statement, as others keep their accounts in ledgers."""
    try:
        ledger = ledger_in(folder)
        return ledger if ledger and _has_statements(ledger) else None
    except OSError:
        return None


def _is_ledger(folder: Path) -> bool:
    """Whether a folder is a ledger itself, and holds none."""
    return folder.is_dir() and ledger_in(folder) is None and _has_statements(folder)


def _has_statements(ledger: Path) -> bool:
    files = sorted(ledger.glob("*.toml")) if ledger.is_dir() else [ledger]
    return any(b"[[statement]]" in file.read_bytes() for file in files)


def _told_apart(papers: Iterable[Paper]) -> list[Paper]:
    kept: dict[str, Paper] = {}
    for paper in papers:
        if paper.name in kept:
            raise ValueError(
                f"{paper.ledger} and {kept[paper.name].ledger} are both of {paper.name!r}; give one of them another "
                'name: name = "..." in its [paper]'
            )
        kept[paper.name] = paper
    return list(kept.values())
