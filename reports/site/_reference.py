"""The API reference beside a site: copied, with a way back on each of its pages."""

from __future__ import annotations

import re
from pathlib import Path

LEFT_OUT = (".buildinfo", ".doctrees", "_sources", "objects.inv")
_BACK = (
    '<p style="margin: 0; padding: .4rem 1rem; font-size: .9rem"><a href="{up}index.html">'
    "← the statements and their evidence</a></p>"
)


def reference_files(folder: Path) -> dict[str, bytes]:
    """The files of a built reference, by where they lie in a site.

    Raises:
        ValueError: the folder holds no such pages.
    """
    if not (folder / "index.html").is_file():
        raise ValueError(f"--reference {folder}: no index.html is there; `make docs` builds it in docs/_build/html")
    files = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and inside.parts[0] not in LEFT_OUT:
            content = path.read_bytes()
            if path.suffix == ".html":
                back = _BACK.format(up="../" * len(inside.parts)).encode()
                content = re.sub(rb"<body[^>]*>", lambda found, back=back: found[0] + back, content, count=1)  # type: ignore[misc]
            files[f"reference/{inside.as_posix()}"] = content
    return files
