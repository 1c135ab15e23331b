"""docs/tutorial.md does what it says: its commands are run and its texts written in the order in which they stand."""

from __future__ import annotations

import fnmatch
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

TUTORIAL = Path(__file__).resolve().parents[3] / "docs" / "tutorial.md"
BLOCK = re.compile(
    r"(?P<before>(?:^(?!```)[^\n]*\n){0,3})^```(?P<kind>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)


def blocks() -> Iterator[tuple[str, str, str]]:
    """Of each block its kind, its text, and the file that it is added to, if it is a text of one."""
    for found in BLOCK.finditer(TUTORIAL.read_text(encoding="utf-8")):
        files = re.findall(r"to\s`(\w+/[\w.]+)`", found["before"])
        yield found["kind"], found["text"], files[-1] if files else ""


def test_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    place = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    folder, said, kinds = tmp_path, "", []
    for kind, text, file in blocks():
        kinds.append(kind)
        if kind == "sh":
            ended = subprocess.run(
                ["bash", "-ec", f"{text}pwd > {tmp_path}/where"],
                cwd=folder,
                env=os.environ | {"PATH": place},
                capture_output=True,
                encoding="utf-8",
            )
            said = ended.stdout
            assert ended.returncode == 0, f"{text}{said}{ended.stderr}"
            folder = Path((tmp_path / "where").read_text(encoding="utf-8").strip())
        elif kind == "text":
            lines = said.splitlines()
            for pattern in text.splitlines():
                assert fnmatch.filter(lines, pattern), f"{pattern}\nis not in\n{said}"
        else:
            with (tmp_path / "triangles" / file).open("a", encoding="utf-8") as added:
                added.write(f"\n\n{text}")
    assert kinds.count("sh") == 3 and kinds.count("text") == 2 and len(kinds) == 10
    for name in ("report.pdf", "report.json", "site/index.html"):
        assert (folder / name).is_file()
