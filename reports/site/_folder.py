"""The folder of a site: its files are replaced one by one, what is not the site's is left alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from checks.files import read_utf8, replace_file

LIST = "site.files.json"
"""The list of a site's files, in its folder: by it a later run knows what is its own."""
FORM = "manyfaces-site-files/1"


def look_at(folder: Path) -> list[str]:
    """The files of the site that is there, none where there is none yet.

    Raises:
        ValueError: the folder holds something else, or is none.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"{folder} is no folder: give a new one, or that of an earlier site")
    if not folder.exists() or not any(folder.iterdir()):
        return []
    if not (folder / LIST).is_file():
        raise ValueError(
            f"{folder} holds files that are no site of this program: give a new folder, or that of an earlier site"
        )
    return _listed(folder)


def _listed(folder: Path) -> list[str]:
    wrong = f"{folder / LIST} is no list of a site's files: give another folder, or remove what is in this one"
    try:
        found = json.loads(read_utf8(folder / LIST))
    except (ValueError, RecursionError) as error:
        raise ValueError(wrong) from error
    files = found.get("files") if isinstance(found, dict) and found.get("form") == FORM else None
    if not isinstance(files, list) or not all(isinstance(file, str) and _inside(file) for file in files):
        raise ValueError(wrong)
    return files


def _inside(file: str) -> bool:
    path = PurePosixPath(file)
    return (
        not path.is_absolute() and ".." not in path.parts and "\\" not in file and ":" not in file and "\0" not in file
    )


def write(folder: Path, files: Mapping[str, bytes], old: list[str]) -> None:
    """Write a site, and remove what an earlier one had besides.

    Args:
        files: by their paths below the folder, with slashes.
        old: as `look_at` gave it.

    Raises:
        ValueError: a file of the folder that is not the earlier site's is in the way.
    """
    ours = {*old, LIST}
    foreign = [file for file in files if file not in ours and (folder / file).exists()]
    if foreign:
        raise ValueError(f"{folder / foreign[0]} is not of an earlier site: move it away, or give another folder")
    leads_out = [file for file in {*files, *old} if not _stays(folder, file)]
    if leads_out:
        raise ValueError(
            f"{folder / leads_out[0]} leads out of {folder}: replace the link by a folder, or give another one"
        )
    # The list of both comes first: a run that is broken off leaves a folder that the next one can mend.
    _list(folder, {*old, *files})
    for file, content in files.items():
        replace_file(folder / file, content)
    for file in {*old} - {*files}:
        (folder / file).unlink(missing_ok=True)
    _list(folder, {*files})


def _stays(folder: Path, file: str) -> bool:
    return (folder / file).parent.resolve().is_relative_to(folder.resolve())


def _list(folder: Path, files: set[str]) -> None:
    content = json.dumps({"form": FORM, "files": sorted(files)}, indent=1) + "\n"
    replace_file(folder / LIST, content.encode())
