"""What stops reading."""

from __future__ import annotations


class Unreadable(Exception):
    """Of the call at hand, in words that follow its name."""
