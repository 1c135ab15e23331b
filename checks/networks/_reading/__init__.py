"""How networks are read: a model or a file becomes a programme of torch's operators, and that a graph."""

from checks.networks._reading._file import from_file
from checks.networks._reading._read import from_torch

__all__ = ["from_file", "from_torch"]
