"""The `manyfaces` command, a module a group of its commands."""

from reports.cli._main import main

__all__ = ["main"]
