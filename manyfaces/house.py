"""Our packages beside a project's own of the same names.

A project may have a folder `checks`, `theory` or `reports`, a package even, and it stands before ours on Python's path
or not, as pytest is called. Here each name becomes one package that finds the modules of both, ours first: so our own
imports are never led astray, and theirs find what they wrote, but for modules that are named as ours.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

NAMES = ("theory", "checks", "reports")

HERE = Path(__file__).resolve().parents[1]


def open_house(test: Path | None = None) -> None:
    """Make our packages importable, and a project's own of these names as well.

    Args:
        test: a file of the project; where pytest is going to import it from is looked at, too.
    """
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())
    for name in NAMES:
        if (theirs := _theirs(name, test)) and theirs not in _THEIRS[name]:
            _THEIRS[name].append(theirs)
        if (module := sys.modules.get(name)) is not None:
            _join(module, name)


_THEIRS: dict[str, list[ModuleSpec]] = {name: [] for name in NAMES}
"""The packages of projects, by name."""


class _Finder(MetaPathFinder):
    """Finds our packages by their names, before whatever stands on Python's path."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is not None or fullname not in NAMES:
            return None
        file = HERE / fullname / "__init__.py"
        return spec_from_file_location(
            fullname, file, loader=_Loader(fullname, str(file)), submodule_search_locations=[str(file.parent)]
        )


class _Loader(SourceFileLoader):
    def exec_module(self, module: ModuleType) -> None:
        super().exec_module(module)
        _join(module, module.__name__)


def _join(module: ModuleType, name: str) -> None:
    """Let a package find our modules and theirs; what their ``__init__`` defines, it has as well."""
    path = list(getattr(module, "__path__", []))
    ours = str(HERE / name)
    before = set(path)
    path = [ours, *(place for place in path if place != ours)]
    module.__path__ = path
    for theirs in _THEIRS[name]:
        places = list(theirs.submodule_search_locations or [])
        path.extend(place for place in places if place not in path)
        if theirs.loader is not None and not before.issuperset(places):
            theirs.loader.exec_module(module)
            module.__path__ = path


def _theirs(name: str, test: Path | None) -> ModuleSpec | None:
    """The package of that name that a test file's project has."""
    if test is None:
        return None
    base = test.parent
    while (base / "__init__.py").is_file():
        base = base.parent
    found = PathFinder.find_spec(name, [str(base)])
    if (
        found is None
        or not found.submodule_search_locations
        or HERE / name in map(Path, found.submodule_search_locations)
    ):
        return None
    return found
