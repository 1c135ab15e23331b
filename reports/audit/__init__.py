"""`manyfaces audit`: what `checks.audit` finds of a network, for a terminal, on paper and as a page."""

from reports.audit._command import register

__all__ = ["register"]
