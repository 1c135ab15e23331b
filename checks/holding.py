"""Which statements a test file holds checks of, read from its text without importing it.

An import of a check's modules takes seconds, and a run of one statement needs one file. Python can bind a test in more
ways than a reader sees, so a file is either read for certain, or it may hold anything.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

FUNCTIONS, CLASSES = ("test",), ("Test",)
"""Names of tests begin so, as pytest has it where its ini file says nothing else."""

_MARKER = ("claim", "pytest.mark.claim")
_PLAIN = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.Expr, ast.Assert)
_INDIRECT = re.compile(rb"\b(?:globals|exec|eval|setattr|vars)\b")
"""Words of a file that may bind names which its text does not show."""


class Held(NamedTuple):
    """The checks that a file holds: by statement the lines of their functions; sure: whether these are all."""

    checks: dict[str, list[int]]
    sure: bool


@cache
def held(file: Path, functions: Sequence[str] = FUNCTIONS, classes: Sequence[str] = CLASSES) -> Held:
    """What a test file holds. One that cannot be read may hold anything.

    Args:
        functions, classes: how the names of tests begin.
    """
    try:
        text = file.read_bytes()
        module = ast.parse(text)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return Held({}, sure=False)
    found = _held(module, tuple(functions), tuple(classes))
    return found._replace(sure=found.sure and not _INDIRECT.search(text))


def _held(module: ast.Module, functions: tuple[str, ...], classes: tuple[str, ...]) -> Held:
    checks: dict[str, list[int]] = {}
    sure = _marker_is_pytests(module)
    for node in module.body:
        sure = sure and isinstance(node, _PLAIN)
        if isinstance(node, ast.ClassDef):
            sure = sure and _is_no_test(node, module) and not node.name.startswith(classes)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith(functions):
            ids = [_claimed(decorator) for decorator in node.decorator_list]
            sure = sure and all(ids)
            for name in filter(None, ids):
                checks.setdefault(name, []).append(node.lineno)
        elif any(name.startswith((*functions, *classes, "pytestmark", "*")) for name in _bound(node)):
            sure = False
    return Held(checks, sure)


def _is_no_test(node: ast.ClassDef, module: ast.Module) -> bool:
    """Whether a class inherits no tests: it has no bases, or is a named tuple."""
    bases = [ast.unparse(base) for base in node.bases]
    named = any(
        isinstance(other, ast.ImportFrom) and other.module == "typing" and "NamedTuple" in _bound(other)
        for other in module.body
    )
    return not node.keywords and (not bases or (bases == ["NamedTuple"] and named))


def _claimed(decorator: ast.expr) -> str:
    """The id that a decorator names; empty for any other decorator, which may be a claim by another name."""
    if not (isinstance(decorator, ast.Call) and ast.unparse(decorator.func) in _MARKER):
        return ""
    named = [keyword.value for keyword in decorator.keywords if keyword.arg == "id"]
    first = next(iter([*decorator.args, *named]), None)
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else ""


def _marker_is_pytests(module: ast.Module) -> bool:
    """Whether ``claim``, where a file has the name, is pytest's marker and nothing else."""
    values = [
        ast.unparse(node.value) for node in module.body if isinstance(node, ast.Assign) and "claim" in _bound(node)
    ]
    imported = [
        node for node in module.body if isinstance(node, (ast.Import, ast.ImportFrom)) and "claim" in _bound(node)
    ]
    return not imported and set(values) <= {_MARKER[1]}


def _bound(node: ast.stmt) -> Iterator[str]:
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name for alias in node.names)
    elif isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
