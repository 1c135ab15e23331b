"""The plan of the house, read from the imports: who may open whose door."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAYERS = ("manyfaces", "theory", "checks", "reports", "tests")
"""Each imports from those before it, and from itself."""

DOORS = {"manyfaces.plugin": "checks", "manyfaces.command": "reports", "manyfaces.__main__": "reports"}
"""Modules of the first layer that open the others, once they are needed: each is as one of the layer named."""

SUBJECTS = ("hmf", "norms", "packing", "pieces", "risk", "transport", "vc")
"""Of theory. What they share is below them: the modules and `sets`; `estimators` are above them."""

ROOMS = ("checks.drawing", "checks.networks", "checks.audit", "checks.training", "checks.papers")
"""Of checks, lowest first. All the rest is the engine, which knows none of them."""


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


VERIFIER = "checks.verify"
FILES = {name_of(path): path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))}


def imports(module: str) -> Iterator[tuple[str, str]]:
    """The modules of the house that a module imports, each with a name that is taken from it, or none."""
    for node in ast.walk(ast.parse(FILES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _source(module, node)
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield (inner, "") if inner in FILES else (source, alias.name)


def _source(module: str, node: ast.ImportFrom) -> str:
    """The module that is imported from: by its full name but in the verifier, which may be copied anywhere."""
    if not node.level:
        return node.module or ""
    assert node.level == 1 and module.startswith(VERIFIER), f"{module}: import by full names"
    return f"{VERIFIER}.{node.module}" if node.module else VERIFIER


@cache
def arrows() -> list[tuple[str, str, str]]:
    """Who imports what of whom. Read by the tests, not where they are collected: each worker collects all of them."""
    return [
        (module, target, name)
        for module in FILES
        for target, name in imports(module)
        if target.split(".")[0] in (*LAYERS, "torch")
    ]


def inside(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def subject_of(module: str) -> str | None:
    return next((subject for subject in SUBJECTS if inside(module, f"theory.{subject}")), None)


def room_of(module: str) -> str:
    return next((room for room in ROOMS if inside(module, room)), "engine" if inside(module, "checks") else "")


def test_it_is_read_whole() -> None:
    assert len(FILES) > 200 and len(arrows()) > 500
    assert ("theory.vc._groupsort", "theory.intervals", "floor_above") in arrows()


def test_layers_import_downwards() -> None:
    for module, target, _ in arrows():
        if target != "torch" and not target.startswith("torch."):
            layers = [LAYERS.index(DOORS.get(name, name).split(".")[0]) for name in (module, target)]
            assert layers[0] >= layers[1], f"{module} imports {target}"


def test_subjects_do_not_import_each_other() -> None:
    for module, target, _ in arrows():
        mine, other = subject_of(module), subject_of(target)
        ground = inside(module, "theory.sets") or (inside(module, "theory") and module.count(".") == 1)
        faces = module in ("theory.__init__", "theory", *(f"theory.{subject}" for subject in SUBJECTS), "theory.shapes")
        faces = faces or inside(module, "theory.estimators")
        assert not inside(target, "theory.estimators") or faces or module.startswith("tests"), f"{module}, {target}"
        assert not other or mine == other or faces or not inside(module, "theory"), f"{module} imports {target}"
        assert not (ground and other) or faces, f"{module} is below {target}"


@pytest.mark.parametrize("module", [module for module in FILES if not module.startswith("tests")])
def test_private_doors_stay_shut(module: str) -> None:
    """A private module is for the package that it is in; a private name for its module."""
    for importer, target, name in arrows():
        if importer == module:
            assert not name.startswith("_") or name.startswith("__"), f"{module} takes {name} from {target}"
            parts = target.split(".")
            private = next((i for i, part in enumerate(parts) if part.startswith("_")), None)
            if private is not None:
                here = DOORS.get(module, module)
                assert inside(here, ".".join(parts[:private])), f"{module} imports {target}"


def test_the_engine_knows_no_paper_and_no_torch() -> None:
    for module, target, _ in arrows():
        if room_of(module) == "engine":
            assert not inside(target, "torch") and not inside(target, "theory"), f"{module} imports {target}"
            assert room_of(target) == "engine" or inside(target, "manyfaces"), f"{module} imports {target}"


def test_rooms_of_checks_import_downwards() -> None:
    for module, target, _ in arrows():
        if room_of(module) in ROOMS and room_of(target) in ROOMS:
            assert ROOMS.index(room_of(module)) >= ROOMS.index(room_of(target)), f"{module} imports {target}"
        if room_of(module) in ROOMS and room_of(target) == "engine":
            assert not any(part.startswith("_") for part in target.split(".")), f"{module} imports {target}"


def test_packages_have_a_face() -> None:
    """What theory's subjects offer stands in their __init__, and nothing else is public."""
    for subject in (*SUBJECTS, "losses", "sets", "estimators"):
        folder = ROOT / "theory" / subject
        assert "__all__" in (folder / "__init__.py").read_text(encoding="utf-8")
        others = [path.name for path in folder.iterdir() if path.suffix == ".py" and path.name != "__init__.py"]
        assert all(name.startswith("_") for name in others), others
