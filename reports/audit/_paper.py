"""An audit as a PDF: the same content gives the same bytes."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from reports import _typesetting

TEMPLATE = Path(__file__).with_name("audit.typ")


def paper(content: dict[str, Any]) -> bytes:
    """The PDF of `reports.audit` 's content."""
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
        lay_out(content, Path(folder))
        moment = int(datetime.fromisoformat(content["datetime"]).timestamp())
        return _typesetting.typeset(Path(folder), moment, _typesetting.SECONDS)


def lay_out(content: dict[str, Any], root: Path) -> None:
    """Write all that typst reads: the charts as files, the rest as data."""
    for part in content["parts"]:
        for chart in part["charts"]:
            (root / f"{chart['name']}.svg").write_text(chart["svg"], encoding="utf-8")
    (root / "data.json").write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    (root / "main.typ").write_bytes(TEMPLATE.read_bytes())
