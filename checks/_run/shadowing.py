"""Checks that Python never hands to pytest, because the same name is bound again below them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def refuse_shadowed(config: pytest.Config, files: Iterable[Path]) -> None:
    """Read test files for tests that a later binding of their name hides: they would be lost without a word.

    Raises:
        pytest.UsageError: there is one.
    """
    tests = [*config.getini("python_functions"), *config.getini("python_classes")]
    for file in sorted(files):
        for name, first, second in shadowed(ast.parse(file.read_bytes())):
            if any(name.startswith(prefix.rstrip("*")) for prefix in tests):
                raise pytest.UsageError(
                    f"{file}: {name} of line {first} is lost, as line {second} binds the name again; rename one"
                )


def shadowed(scope: ast.Module | ast.ClassDef) -> Iterator[tuple[str, int, int]]:
    """Name and lines of each function and class whose name is bound again in its own scope, classes inside included."""
    defined: dict[str, int] = {}
    for node in scope.body:
        for name in _bound(node):
            if name in defined:
                yield name, defined[name], node.lineno
            defined.pop(name, None)
        if isinstance(node, _DEFINITIONS):
            defined[node.name] = node.lineno
        if isinstance(node, ast.ClassDef):
            yield from shadowed(node)


def _bound(node: ast.stmt) -> Iterator[str]:
    """The names that a statement binds by itself; not those in its branches, of which one may never run."""
    if isinstance(node, _DEFINITIONS):
        yield node.name
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
