"""Which files a check's code is made of: its own and those of the modules that it imports, directly or through others.

Found in the syntax, so that imports inside functions count and nothing has to be run. Modules of the standard library
and of installed packages are not followed: their versions stand for them.
"""

from __future__ import annotations

import ast
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

INSTALLED = "site-packages"
OWN = frozenset({"checks", "theory"})
"""What is followed when it is installed, too."""

_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")
"""The parts of statements that hold statements."""

_REMEMBERED = 1024
"""Sources whose imports are kept, for runs that follow each other in one process; chosen, several times those here."""


@dataclass(frozen=True)
class Tree:
    """A folder to import from. tops: the names at its top that are followed; None for all."""

    folder: Path
    tops: frozenset[str] | None = None

    def find(self, module: str) -> Path | None:
        """The file of a module, if it is here and followed."""
        first, *rest = module.split(".")
        if self.tops is not None and first not in self.tops:
            return None
        place = os.path.join(self.folder, first, *rest)
        candidates = (os.path.join(place, "__init__.py"), f"{place}.py")
        return next((Path(file) for file in candidates if os.path.isfile(file)), None)


def home(file: Path) -> Path:
    """The folder that holds a file's topmost package, or the file where it is in none."""
    folder = file.parent
    while (folder / "__init__.py").is_file():
        folder = folder.parent
    return folder


def trees(file: Path, path: Iterable[Path] = ()) -> list[Tree]:
    """Where the imports of a check's file are looked for: its own tree, ours, and folders on Python's path."""
    own = home(file)
    inside = frozenset({file.relative_to(own).parts[0]})
    first = Tree(own, inside if INSTALLED in own.parts else None)
    folders = [Tree(folder) for folder in path if INSTALLED not in folder.parts]
    return [first, Tree(home(Path(__file__)), OWN), *folders]


class Sources:
    """The imports of files, each read once.

    Args:
        trees: where modules are looked for, in this order.
    """

    def __init__(self, trees: Sequence[Tree]) -> None:
        self.trees = list(trees)
        self._imports: dict[Path, list[Path]] = {}
        self._digests: dict[Path, str] = {}
        self._files: dict[str, Path | None] = {}

    def digest(self, files: Iterable[Path]) -> str:
        """The hash of those files and of everything that they import; the place of the folders does not matter."""
        lines = sorted(f"{path.relative_to(home(path)).as_posix()} {self._digest(path)}" for path in self.files(files))
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def files(self, files: Iterable[Path]) -> set[Path]:
        """Those files, what they import, directly or through others, and the packages that these are in."""
        reached: set[Path] = set()
        waiting = list(files)
        while waiting:
            path = waiting.pop()
            if path not in reached:
                reached.add(path)
                waiting.extend(self._imported(path))
        return reached | {package for path in reached for package in _packages(path)}

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._digests[path]

    def _imported(self, path: Path) -> list[Path]:
        if path not in self._imports:
            found = (self._find(module) for module in self._modules(path))
            self._imports[path] = [file for file in found if file is not None]
        return self._imports[path]

    def _find(self, module: str) -> Path | None:
        if module not in self._files:
            self._files[module] = next((file for tree in self.trees if (file := tree.find(module))), None)
        return self._files[module]

    def _modules(self, path: Path) -> Iterator[str]:
        """The names of the modules that a file takes names from.

        A package from which only a module is taken is not among them: what else it imports has no part in that.
        """
        for node in _imports(path.read_bytes()):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    parts = alias.name.split(".")
                    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))
            else:
                base = _absolute(node, path)
                inner = [f"{base}.{alias.name}" for alias in node.names]
                modules = [name for name in inner if self._find(name)]
                yield from modules if len(modules) == len(inner) else [base, *modules]


@lru_cache(maxsize=_REMEMBERED)
def _imports(text: bytes) -> Sequence[ast.Import | ast.ImportFrom]:
    """The imports that stand in a source, wherever. Only statements are looked at: expressions are most of a source."""
    found: list[ast.Import | ast.ImportFrom] = []
    waiting: list[ast.AST] = [_parsed(text)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found.append(node)
        for block in _BLOCKS:
            waiting.extend(getattr(node, block, ()))
    return found


def _parsed(text: bytes) -> ast.AST:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):  # Python cannot import it either
        return ast.Module([], [])


def _absolute(node: ast.ImportFrom, path: Path) -> str:
    """The full name of the module after ``from``."""
    if not node.level:
        return node.module or ""
    package = path.parent.relative_to(home(path)).parts
    above = package[: len(package) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _packages(path: Path) -> Iterator[Path]:
    """The ``__init__.py`` files that Python runs before a module."""
    folder = path.parent
    while (folder / "__init__.py").is_file():
        yield folder / "__init__.py"
        folder = folder.parent
