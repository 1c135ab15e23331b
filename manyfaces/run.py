"""``python -P -m manyfaces.run MODULE ...`` runs a module of the house, whatever folders stand on Python's path."""

from __future__ import annotations

import runpy
import sys

from manyfaces.house import open_house

if __name__ == "__main__":
    open_house()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
