"""Counts in one test do not decide which way those in another are counted."""

from __future__ import annotations

import pytest

from theory.pieces._lattice import compiled


@pytest.fixture(autouse=True)
def no_cells_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled._Done, "cells", 0)
