"""The files that a check's code is made of, found in its syntax."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import checks
from checks._resume import sources
from checks._resume.sources import Sources, Tree, trees

REPOSITORY = Path(checks.__file__).parents[1]


def project(folder: Path, **texts: str) -> Sources:
    """Modules by their path, with __ for a slash and packages where there are slashes."""
    for name, text in texts.items():
        path = folder / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if path.parent != folder and not (path.parent / "__init__.py").exists():
            (path.parent / "__init__.py").touch()
    return Sources([Tree(folder)])


def names(sources: Sources, folder: Path, *files: str) -> set[str]:
    found = sources.files(folder / file for file in files)
    return {path.relative_to(folder).as_posix().removesuffix(".py") for path in found}


@pytest.mark.parametrize(
    "statement",
    [
        "import package.inner",
        "from package.inner import x",
        "from package import inner",
        "from package.inner import *",
        "def f():\n    import package.inner as other",
        "if False:\n    from package import inner",
        "try:\n    pass\nexcept OSError:\n    from package import inner",
        "try:\n    pass\nexcept* OSError:\n    pass\nelse:\n    from package import inner",
        "try:\n    pass\nfinally:\n    from package import inner",
        "for _ in ():\n    pass\nelse:\n    from package import inner",
        "class A:\n    async def f():\n        async with x:\n            from package import inner",
        "match 1:\n    case 2:\n        from package import inner",
    ],
)
def test_ways_to_import(tmp_path, statement):
    sources = project(tmp_path, test_it=statement, package__inner="import json, other", package__more="", other="")
    assert names(sources, tmp_path, "test_it.py") == {"test_it", "package/__init__", "package/inner", "other"}


@pytest.mark.parametrize(
    ("statement", "reached"),
    [
        ("from . import b", {"p/b"}),
        ("from .b import x", {"p/b"}),
        ("from .. import top", {"top"}),
        ("from ..q import c", {"q/__init__", "q/c"}),
        ("from ..q.c import x", {"q/__init__", "q/c"}),
    ],
)
def test_relative_imports(tmp_path, statement, reached):
    sources = project(tmp_path, w__p__a=statement, w__p__b="", w__q__c="", w__top="")
    (tmp_path / "w" / "__init__.py").touch()
    expected = {"w/__init__", "w/p/__init__", "w/p/a", *(f"w/{name}" for name in reached)}
    assert names(sources, tmp_path, "w/p/a.py") == expected


@pytest.mark.parametrize(
    ("statement", "reached"),
    [("from package import x", "inner"), ("import package", "inner"), ("from package import other", "other")],
)
def test_what_a_package_imports_counts_where_its_names_are_taken(tmp_path, statement, reached):
    sources = project(tmp_path, test_it=statement, package__inner="", package__other="")
    (tmp_path / "package" / "__init__.py").write_text("from package.inner import x")
    found = names(sources, tmp_path, "test_it.py")
    assert found == {"test_it", "package/__init__", f"package/{reached}"}


def test_modules_that_import_each_other(tmp_path):
    sources = project(tmp_path, a="import b", b="import a, c", c="this is no Python")
    assert names(sources, tmp_path, "a.py") == {"a", "b", "c"}


def test_a_digest_is_of_the_texts_and_not_of_their_place(tmp_path):
    texts = {"a": "import b", "b": "x = 1"}
    first = project(tmp_path / "one", **texts).digest([tmp_path / "one" / "a.py"])
    assert first == project(tmp_path / "two", **texts).digest([tmp_path / "two" / "a.py"])
    changed = project(tmp_path / "two", **texts | {"b": "x = 2"})
    assert first != changed.digest([tmp_path / "two" / "a.py"])


def test_every_statement_that_holds_statements_is_looked_into():
    """Those of the grammar of this Python, whatever it is."""
    parts = {
        name
        for kind in (*ast.stmt.__subclasses__(), ast.ExceptHandler, ast.match_case, ast.Module)
        for name in kind._fields
        if kind.__doc__ and re.search(rf"(stmt|excepthandler|match_case)\* {name}\b", kind.__doc__)
    }
    assert parts == set(sources._BLOCKS)


def test_installed_packages_are_not_followed(tmp_path):
    sources = project(
        tmp_path / "site-packages", proofs__test_it="import proofs.other, numpy", proofs__other="", numpy=""
    )
    file = tmp_path / "site-packages" / "proofs" / "test_it.py"
    sources = Sources(trees(file))
    found = {path.relative_to(tmp_path / "site-packages").as_posix() for path in sources.files([file])}
    assert found == {"proofs/__init__.py", "proofs/test_it.py", "proofs/other.py"}


def test_the_checks_here():
    paper = REPOSITORY / "checks" / "papers" / "many_faces"
    file = paper / "frontier" / "test_equations_11_12.py"
    found = {path.relative_to(REPOSITORY).as_posix() for path in Sources(trees(file)).files([file])}
    assert {
        file.relative_to(REPOSITORY).as_posix(),
        "checks/witness.py",
        "checks/verify/kinds.py",
        "checks/__init__.py",
    } <= found
    assert not any(name.startswith(("theory/", "tests/", "reports/")) for name in found)
    training = Sources(trees(file)).files([paper / "experiments" / "test_figure_1.py"])
    assert {REPOSITORY / "checks" / "training" / "_run.py", REPOSITORY / "theory" / "shapes.py"} <= training
