"""What a command needs beside the package itself, looked for before it begins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from importlib.util import find_spec

from checks.registry import Chosen, built_in

RUN = {"pytest": "pytest", "hypothesis": "hypothesis", "xdist": "pytest-xdist"}
"""What runs checks: modules, and the packages that have them."""
BUILT_IN = {"torch": "torch", "sympy": "sympy", "safetensors": "safetensors", "sklearn": "scikit-learn"}
"""What the checks of the papers of this package import besides."""
TYPESET = {"typst": "typst", "matplotlib": "matplotlib", "yaml": "PyYAML"}
"""What makes PDFs and figures, and reads how to cite."""

KNOWN = {**RUN, **BUILT_IN, **TYPESET, "tqdm": "tqdm"}


class MissingError(ValueError):
    """Something is not installed: what, and how to install it."""


def need(command: str, meant: Iterable[Chosen] = (), *, typesets: bool = False, reads_models: bool = False) -> None:
    """Refuse to begin what cannot be finished.

    Args:
        meant: what is run, if anything.
        typesets: whether it makes a PDF.
        reads_models: whether it reads archives of networks.

    Raises:
        MissingError: something is not installed.
    """
    chosen = list(meant)
    ours = {paper.ledger for paper in built_in()}
    modules = {
        **(RUN if chosen else {}),
        **(BUILT_IN if any(each.paper.ledger in ours for each in chosen) else {}),
        **(TYPESET if typesets else {}),
        **({"torch": "torch"} if reads_models else {}),
    }
    if missing := [package for module, package in modules.items() if not _is_there(module)]:
        raise MissingError(message(command, missing))


def message(command: str, packages: Sequence[str]) -> str:
    """What to say of packages that are not there."""
    which, verb = ", ".join(packages), "is" if len(packages) == 1 else "are"
    return f"`manyfaces {command}` needs {which}, which {verb} not installed: pip install 'manyfaces[check]'"


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):
        return False
