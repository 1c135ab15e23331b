"""What theory offers says how it is used, where it comes from, and what it refuses."""

from __future__ import annotations

import ast
import doctest
import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import theory

ROOT = Path(theory.__file__).parent

FACES = ("theory", *(f"theory.{name}" for name in ("estimators", "hmf", "intervals", "losses", "norms", "packing")))
FACES += tuple(f"theory.{name}" for name in ("pieces", "risk", "sets", "shapes", "transport", "vc"))

NOT_YET: tuple[str, ...] = ()
"""Subjects whose docstrings are not of this form yet."""

REFUSE_NOTHING = {
    "figure_1": "its arguments are fixed",
}
"""Names that call what raises ValueError, and why they raise none."""

SOURCE = re.compile(r"Béthune et al\.|[A-Z]\w+ \(?(?:19|20)\d\d|[A-Z]\w+ and [A-Z]\w+, [A-Z]\w+ ")
"""The paper; an author and a year; authors and a title."""


def offered() -> Iterator[tuple[str, Any]]:
    """Functions and classes in the faces, each once."""
    found = {}
    for face in FACES:
        module = importlib.import_module(face)
        for name in module.__all__:
            each = getattr(module, name)
            home = getattr(each, "__module__", "")
            if (inspect.isclass(each) or inspect.isfunction(each)) and home.startswith("theory."):
                found |= {} if home.startswith(NOT_YET) else {name: each}
    return iter(sorted(found.items()))


OFFERED = dict(offered())


def functions() -> Iterator[tuple[str, ast.AST]]:
    """Of theory: each function by its name, what makes an object by its class's."""
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                yield node.name, node
            elif isinstance(node, ast.ClassDef):
                making = ("__init__", "__new__", "__post_init__")
                yield from ((node.name, n) for n in node.body if isinstance(n, ast.FunctionDef) and n.name in making)


def raises(node: ast.AST) -> bool:
    """Whether it raises ValueError itself."""
    raised = (each.exc for each in ast.walk(node) if isinstance(each, ast.Raise) and each.exc)
    return any(ast.unparse(each).startswith("ValueError(") for each in raised)


def called(node: ast.AST) -> set[str]:
    """What it calls by name."""
    calls = (each.func for each in ast.walk(node) if isinstance(each, ast.Call))
    return {each.id for each in calls if isinstance(each, ast.Name)}


@cache
def refusing() -> set[str]:
    """The names of what raises ValueError, or calls by name what does."""
    found = list(functions())
    known = {name for name, node in found if raises(node)}
    calls = [(name, called(node)) for name, node in found]
    while more := {name for name, names in calls if name not in known and names & known}:
        known |= more
    return known


def test_all_of_theory_is_looked_at() -> None:
    modules = [path for path in ROOT.iterdir() if not path.name.startswith(("_", "py.typed"))]
    names = {f"theory.{path.stem}" for path in modules}
    assert names == {*FACES, *NOT_YET} - {"theory"}
    assert len(OFFERED) > 60 and {"point_set", "read_plan", "highest_mountain", "Box"} <= refusing()


@pytest.mark.parametrize("name", OFFERED)
def test_it_has_an_example(name: str) -> None:
    examples = doctest.DocTestParser().get_examples(inspect.getdoc(OFFERED[name]) or "")
    assert examples, f"{name}: add a doctest"


@pytest.mark.parametrize("name", OFFERED)
def test_it_names_its_source(name: str) -> None:
    assert SOURCE.search(" ".join((OFFERED[name].__doc__ or "").split())), (
        f"{name}: name the paper's statement, or another reference"
    )


@pytest.mark.parametrize("name", OFFERED)
def test_it_says_what_it_refuses(name: str) -> None:
    text = inspect.getdoc(OFFERED[name]) or ""
    assert "Raises ValueError" not in text, f"{name}: give Raises a section"
    if name in refusing() and name not in REFUSE_NOTHING:
        assert re.search(r"^Raises:\n    ValueError", text, re.MULTILINE), f"{name}: say when it raises ValueError"


def test_arguments_of_functions_are_described() -> None:
    for name, each in OFFERED.items():
        if inspect.isfunction(each) and len(inspect.signature(each).parameters) > 1:
            text = inspect.getdoc(each) or ""
            see = re.search(r"[Ss]ee `\w+`", text)
            assert see or "\nArgs:\n" in text, f"{name}: describe the arguments"
