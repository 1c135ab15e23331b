"""The kinds of figures that a check may ask for, and whether a ledger's own ones are where it says."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

KINDS = ("line-hmf", "plane-hmf", "histogram", "curve", "curves", "cells", "epochs")
"""Those that any paper can use; the report knows how they are drawn."""


def fault_of(kind: str, place: str, folder: Path) -> str:
    """What is wrong with a kind of a ledger's own; empty where nothing is that can be seen without importing it.

    Args:
        place: ``module:function``.
        folder: that the ledger is in.
    """
    if kind in KINDS:
        return f"{kind} is a kind that every paper has; give this one another name"
    module, _, function = place.partition(":")
    parts = module.split(".")
    file = next((file for file in (_file(top, parts) for top in (folder, *folder.parents)) if file), None)
    if file is None:
        return ""  # a module of a package elsewhere, which only an import would find
    try:
        names = _names(ast.parse(file.read_bytes()))
    except (OSError, SyntaxError, ValueError) as error:
        return f"{kind} = {place!r}: {file} cannot be read: {error}"
    return "" if function in names else f"{kind} = {place!r}: {file} has no function {function}"


def unknown_kind(kind: str, own: Mapping[str, str]) -> str:
    """What to say of a kind that nothing draws; empty where something does."""
    if kind in KINDS or kind in own:
        return ""
    return (
        f"figure {kind!r}: no such kind; use one of {', '.join([*KINDS, *own])}, or name the function that draws it in "
        'the ledger: figures = { KIND = "module:function" } in its [paper]'
    )


def _file(top: Path, parts: list[str]) -> Path | None:
    place = top.joinpath(*parts)
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.is_file()), None)


def _names(module: ast.Module) -> set[str]:
    """The names that a module binds, in branches too."""
    names = set()
    for node in ast.walk(module):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
    return names
