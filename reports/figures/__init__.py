"""The figures that evidence asks for: each kind is a function from plain data to an SVG, here or beside a paper."""

from reports.figures._kinds import KINDS, REFUSED, REQUESTS, UNDRAWN, Request, check_kind, draw, draw_files
from reports.figures._own import Place, declared, own_kinds, own_ledger

__all__ = [
    "KINDS",
    "REFUSED",
    "REQUESTS",
    "UNDRAWN",
    "Place",
    "Request",
    "check_kind",
    "declared",
    "draw",
    "draw_files",
    "own_kinds",
    "own_ledger",
]
