"""How to cite a report and its paper, in BibTeX."""

from __future__ import annotations

import re
from collections.abc import Mapping

from checks.records import Document

AUTHOR = "{The manyfaces contributors}"
"""As CITATION.cff has it."""


def citation(document: Document) -> str:
    """A BibTeX entry for the report and one for the paper."""
    paper, year = document["paper"], document["datetime"][:4]
    title, url = paper.get("title", "claims of a ledger"), paper.get("url", "")
    note = f"version {document.get('version')}, commit {document.get('commit')}, {document['datetime'][:10]}"
    report = {"author": AUTHOR, "title": f"manyfaces: evidence for {{{title}}}", "year": year, "note": note}
    entries = [("manyfaces", report)]
    if "authors" in paper:
        authors = " and ".join(paper["authors"])
        printed = {
            "author": authors,
            "title": f"{{{title}}}",
            "year": _year(url, document.get("references", "")),
            "url": url,
        }
        entries.append(("paper", printed))
    return "\n\n".join(_bibtex(key, fields) for key, fields in entries)


def _year(url: str, references: str) -> str:
    """The year of what the references have under that address; empty where they do not have it."""
    entry = next((entry for entry in re.split(r"\n(?=@)", references) if url and url in entry), "")
    found = re.search(r"\byear\s*=\s*[{\"]?(\d{4})", entry)
    return found[1] if found else ""


def _bibtex(key: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name:<6} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])
