"""The figures that evidence asks for: each kind is a function from plain data to an SVG."""

from reports.figures._kinds import KINDS, REFUSED, REQUESTS, Request, draw, draw_files

__all__ = ["KINDS", "REFUSED", "REQUESTS", "Request", "draw", "draw_files"]
