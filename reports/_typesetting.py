"""Typst in a process of its own: what it typesets may come from strangers, and typst is a programming language.

A text can count to 10^12, ask for a billion words, read files or fetch a package. So the process has a limit of time,
one of memory where the system knows such limits (Linux does; macOS and Windows do not hold to them), sees no files but
those of the report, and looks for the network behind a proxy that is not there.

``python -m reports._typesetting FOLDER`` does what ``request.json`` in the folder asks for.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

SECONDS = 120.0
"""The time for a report, beside one second for each statement: several times what a busy machine takes; chosen."""
TEXT_SECONDS = 30.0
"""The time for a number of texts, beside a tenth of a second for each; chosen."""
MEMORY = 6 << 30
"""Bytes of addresses: several times what 313 statements take, which is less than one GB; chosen."""

_REQUEST, _RESULT = "request.json", "result"
_REFUSED = 3
_NOWHERE = "http://127.0.0.1:0"
_PROXIES = ("http_proxy", "https_proxy", "all_proxy")


class TypesettingError(ValueError):
    """The typesetting was given up, or typst refused the markup: why."""


def python(module: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command that runs one of our modules, and its environment: what this process imports, it imports as well."""
    paths = os.pathsep.join(path for path in sys.path if path)
    environment = {**os.environ, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8"}
    return [sys.executable, "-P", "-m", "manyfaces.run", module, *arguments], environment


def typeset(root: Path, timestamp: int, seconds: float) -> bytes:
    """The PDF of ``main.typ`` in a folder.

    Raises:
        TypesettingError: typst refuses it, or it takes too much.
    """
    result, why = _run({"root": str(root.resolve()), "timestamp": timestamp}, seconds)
    if why:
        raise TypesettingError(why)
    return result


def page(root: Path, seconds: float) -> tuple[str, list[str]]:
    """``main.typ`` in a folder as HTML, and what of it was left out on the way, since HTML has nothing for it.

    Raises:
        TypesettingError: typst refuses it, or it takes too much.
    """
    result, why = _run({"root": str(root.resolve()), "page": True}, seconds)
    if why:
        raise TypesettingError(why)
    found = json.loads(result)
    return found["html"], found["lost"]


def refusals(texts: Sequence[str]) -> list[str]:
    """Of each text, why it is not markup that can be typeset, or nothing; none after the first that takes too much."""
    result, why = _run({"texts": list(texts)}, TEXT_SECONDS + len(texts) / 10)
    found: list[str] = [json.loads(line) for line in result.decode().splitlines()]
    return [*found, why] if why else found


def _run(request: Mapping[str, Any], seconds: float) -> tuple[bytes, str]:
    """What the process wrote, and why it ended before its time, or nothing."""
    with tempfile.TemporaryDirectory(prefix="manyfaces-") as folder:
        Path(folder, _REQUEST).write_text(json.dumps({**request, "memory": MEMORY}), encoding="utf-8")
        command, environment = python("reports._typesetting", folder)
        kept = {name: value for name, value in environment.items() if name.lower() not in (*_PROXIES, "no_proxy")}
        proxies = {spelt: _NOWHERE for name in _PROXIES for spelt in (name, name.upper())}
        why = ""
        try:
            ended = subprocess.run(command, env=kept | proxies, capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired:
            why = f"typst took more than {seconds:.0f} seconds"
        else:
            if ended.returncode == _REFUSED:
                why = ended.stdout.decode("utf-8", "replace").strip()
            elif ended.returncode == 1:
                raise RuntimeError(f"typesetting failed: {ended.stderr.decode('utf-8', 'replace')}")
            elif ended.returncode:
                why = (
                    f"typst broke off, exit code {ended.returncode}: more than {MEMORY >> 30} GB of memory, or too deep"
                )
        result = Path(folder, _RESULT)
        return (result.read_bytes() if result.exists() else b""), why


def main(folder: str) -> int:
    """Do what a request asks for."""
    request = json.loads(Path(folder, _REQUEST).read_text(encoding="utf-8"))
    _limit_memory(request["memory"])
    empty = Path(folder, "empty")
    empty.mkdir()
    if "root" in request:
        root = Path(request["root"])
        if "page" in request:
            made = _compile_page(root, empty)
        else:
            made = _compile(str(root / "main.typ"), root, empty, request["timestamp"])
        if isinstance(made, str):
            sys.stdout.buffer.write(made.encode())
            return _REFUSED
        Path(folder, _RESULT).write_bytes(made)
        return 0
    with Path(folder, _RESULT).open("w", encoding="utf-8") as file:
        for text in request["texts"]:
            made = _compile(text.encode(), empty, empty, 0)
            print(json.dumps(made if isinstance(made, str) else ""), file=file, flush=True)
    return 0


def _limit_memory(most: int) -> None:
    if sys.platform != "win32":
        import resource

        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _compile(source: str | bytes, root: Path, empty: Path, timestamp: int) -> bytes | str:
    """The PDF, or why there is none."""
    import typst

    compile_: Any = typst.compile  # its overloads take no union
    try:
        made = compile_(
            source,
            root=str(root),
            format="pdf",
            ignore_system_fonts=True,
            package_path=str(empty),
            package_cache_path=str(empty),
            timestamp=timestamp,
        )
    except typst.TypstError as error:
        return _refusal(error)
    assert isinstance(made, bytes), "one PDF"
    return made


def _compile_page(root: Path, empty: Path) -> bytes | str:
    """HTML and what was lost, as JSON; or why there is none."""
    import typst

    compile_: Any = typst.compile_with_warnings
    try:
        made, warnings = compile_(
            str(root / "main.typ"),
            root=str(root),
            format="html",
            ignore_system_fonts=True,
            package_path=str(empty),
            package_cache_path=str(empty),
        )
    except typst.TypstError as error:
        return _refusal(error)
    lost = sorted({found[1] for warning in warnings if (found := _LOST.match(warning.message))})
    return json.dumps({"html": made.decode(), "lost": lost}).encode()


_LOST = re.compile(r"(.+) was ignored during (?:HTML|MathML) export")


def _refusal(error: Any) -> str:
    return "it imports a package, which a report cannot" if "package" in error.message else str(error.message)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
