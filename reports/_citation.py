"""How to cite this software, a report and its paper, in BibTeX; of the software what CITATION.cff says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

from checks.records import Document

CFF = "CITATION.cff"


@cache
def cff() -> Mapping[str, Any]:
    """What the file says: beside the sources, or among the files of the installed package.

    Raises:
        ValueError: there is none.
    """
    import yaml

    beside = Path(__file__).resolve().parents[1] / CFF
    try:
        text = (
            beside.read_text(encoding="utf-8")
            if beside.is_file()
            else distribution("manyfaces").read_text(f"licenses/{CFF}")
        )
    except PackageNotFoundError:
        text = None
    if text is None:
        raise ValueError(f"{CFF} is neither beside the sources nor in the installed package; install it again")
    found: Mapping[str, Any] = yaml.safe_load(text)
    return found


def of_software(**instead: str) -> str:
    """The BibTeX entry of the software; instead: fields in the place of the file's, such as a title."""
    said = cff()
    fields = {
        "author": " and ".join(_author(author) for author in said["authors"]),
        "title": f"{{{said['title']}}}",
        "year": str(said["date-released"])[:4],
        "note": f"version {said['version']}",
        "url": said.get("repository-code") or said.get("url", ""),
    }
    return _bibtex("manyfaces", fields | instead)


def of_paper(paper: Mapping[str, Any], references: str = "") -> str:
    """The BibTeX entry of a paper; empty where the ledger names no authors.

    Args:
        paper: what its ledger says of it.
        references: BibTeX that may hold it, by its address.
    """
    if not paper.get("authors"):
        return ""
    url = paper.get("url", "")
    fields = {
        "author": " and ".join(paper["authors"]),
        "title": f"{{{paper.get('title', '')}}}",
        "year": _year(url, references),
        "url": url,
    }
    return _bibtex(re.sub(r"[^A-Za-z0-9-]", "", paper.get("name", "")) or "paper", fields)


def citation(document: Document) -> str:
    """A BibTeX entry for the report, which is its examiners' if the ledger names them, and one for the paper."""
    paper = document["paper"]
    subject = f"{{{paper.get('title', 'claims of a ledger')}}}"
    year = document["datetime"][:4]
    about = f"ledger at commit {document.get('commit') or 'unknown'}, {document['datetime'][:10]}"
    if examiners := paper.get("examiners"):
        fields = {
            "author": " and ".join(examiners),
            "title": f"Evidence for {subject}",
            "year": year,
            "note": f"made with manyfaces {document.get('version')}, {about}",
            "url": paper.get("repository", ""),
        }
        report = _bibtex("evidence", fields)
    else:
        title = f"manyfaces: evidence for {subject}"
        report = of_software(title=title, year=year, note=f"version {document.get('version')}, {about}")
    return "\n\n".join(filter(None, [report, of_paper(paper, document.get("references", ""))]))


def _author(author: Mapping[str, str]) -> str:
    if "name" in author:
        return f"{{{author['name']}}}"
    return f"{author['family-names']}, {author['given-names']}"


def _year(url: str, references: str) -> str:
    """The year of what the references have under that address; empty where they do not have it."""
    entry = next((entry for entry in re.split(r"\n(?=@)", references) if url and url in entry), "")
    found = re.search(r"\byear\s*=\s*[{\"]?(\d{4})", entry)
    return found[1] if found else ""


def _bibtex(key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name:<6} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])
