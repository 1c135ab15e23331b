"""Pages that are tables: the list of statements with its filters, numbered results, trained networks, changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from checks.faults import MEANINGS
from checks.verdict import METHODS, Strength, Truth
from reports.site._changes import Change
from reports.site._data import Entry, SiteData
from reports.site._words import Links, grade, listed, text, title

Data = Mapping[str, Any]
MOST_OTHERS = 8


def statements(data: SiteData, links: Links, words: Mapping[str, str]) -> str:
    """The list, which the script ``list.js`` filters and searches.

    Args:
        words: of each statement what a search looks through, beside its id and title.
    """
    rows = "".join(_statement(entry, links, words[entry["id"]]) for entry in data["statements"])
    return (
        f"<h1>All statements</h1>{_filters(data)}"
        f'<p id="found" class="small" role="status">{len(data["statements"])} statements</p>'
        f'<ol class="statements plain">{rows}</ol><p id="none" hidden>No statement is like that.</p>'
    )


def _statement(entry: Entry, links: Links, words: str) -> str:
    facets = {
        "truth": entry["truth"] if entry["state"] == "judged" else entry["state"],
        "strength": entry["strength"] or "",
        "grade": entry["grade"],
        "fault": entry["fault"],
        "section": entry["section"],
        "method": " ".join(entry["methods"]),
        "unexpected": "yes" if entry["unexpected"] else "",
        "changed": "yes" if entry["change"] else "",
        "text": words,
    }
    attributes = "".join(f' data-{name}="{text(value)}"' for name, value in facets.items() if value)
    unexpected = '<span class="bad">not as expected</span>' if entry["unexpected"] else ""
    return (
        f"<li{attributes}>{links.to(entry['id'])} {grade(entry['grade'])} {unexpected} "
        f'<span class="title">{title(entry["title"])}</span> <span class="small">{text(entry["where"])}</span></li>'
    )


def _filters(data: SiteData) -> str:
    entries = data["statements"]
    states = dict.fromkeys(entry["truth"] if entry["state"] == "judged" else entry["state"] for entry in entries)
    methods = {method for entry in entries for method in entry["methods"]}
    strengths = {entry["strength"] for entry in entries}
    grades = {entry["grade"] for entry in entries}
    faults = [fault["id"] for fault in data["faults"]]
    choices: list[tuple[str, str, list[str]]] = [
        ("truth", "Verdict", [*(str(t) for t in Truth if t in states), *(s for s in states if s not in list(Truth))]),
        ("strength", "Strength", [str(strength) for strength in Strength if strength in strengths]),
        ("grade", "Grade", [str(name) for name in MEANINGS if name in grades]),
        ("fault", "Fault", faults),
        ("section", "Section", data["sections"]),
        ("method", "Method", [method for method in METHODS if method in methods]),
    ]
    selects = "".join(_select(name, label, values) for name, label, values in choices if values)
    flags = [("unexpected", "Not as expected only")] + [("changed", "Changed only")] * (data["compared"] is not None)
    boxes = "".join(
        f'<label class="flag"><input type="checkbox" name="{name}" value="yes"> {words}</label>'
        for name, words in flags
    )
    return (
        '<form id="filters" class="filters"><label>Search<input type="search" name="q" id="q" autocomplete="off">'
        "</label>"
        f'{selects}<div class="flags">{boxes}<button type="reset">Clear</button></div></form>'
        '<noscript><p class="notice">Searching and filtering need JavaScript; all statements are listed.</p></noscript>'
    )


def _select(name: str, label: str, values: Iterable[str]) -> str:
    options = "".join(f'<option value="{text(value)}">{text(value)}</option>' for value in values)
    return f'<label>{label}<select name="{name}"><option value="">all</option>{options}</select></label>'


def section_queries(data: SiteData) -> dict[str, str]:
    """Of each section the query that lists its statements."""
    return {section: f"section={quote(section, errors='replace')}" for section in data["sections"]}


def results(rows: Sequence[Data], links: Links) -> str:
    """Numbered results, result and printed proof judged apart, as `reports._digest.digest` gives them."""
    lines = "".join(
        f'<tr><th scope="row">{text(each["name"])}</th><td>{_says(each)}</td>'
        f"<td>{_judged(each['result'], links)}</td><td>{_judged(each['proof'], links)}</td></tr>"
        for each in rows
    )
    table = _table("Numbered results", ("number", "what it says", "result", "printed proof"), lines, "wide-second")
    return (
        '<h1>The numbered results</h1><p class="small">The result as printed, and the printed steps of its proof. '
        f"A result may hold though a step of its proof fails.</p>{table}"
    )


def _says(row: Data) -> str:
    others = row["result"]["number"] - 1
    return title(row["title"]) + (f' <span class="small">and {others} more</span>' if others else "")


def _judged(judged: Data, links: Links) -> str:
    if not judged["number"]:
        return "–"
    if judged["number"] == 1:
        return f"{links.to(judged['first']['id'])} {grade(judged['first']['grade'])}"
    others = [each["id"] for each in judged["others"]]
    more = f" and {len(others) - MOST_OTHERS} more" if len(others) > MOST_OTHERS else ""
    if not others:
        return f"all {judged['number']} hold"
    return f"{judged['holds']} of {judged['number']} hold; not {links.many(others[:MOST_OTHERS])}{more}"


def trainings(rows: Sequence[Data], links: Links, curves: Mapping[str, Sequence[str]]) -> str:
    """Trained networks: tables of k of n, and the curves that go with them."""
    parts = []
    for each in rows:
        lines = "".join(
            f'<tr><td>{text(row["says"])}</td><td class="number"><strong>{row["successes"]}</strong> of '
            f'{row["trials"]}</td><td class="number">{text(row["limit"])}</td><td>{text(row["spread"])}</td></tr>'
            for row in each["rows"]
        )
        table = _table(each["title"], ("what they did", "k of n", "at least", "spread"), lines) if lines else ""
        parts.append(
            f"<section><h2>{title(each['title'])}</h2><p>{links.to(each['id'])}</p>{table}"
            f"{''.join(curves.get(each['id'], ()))}</section>"
        )
    return (
        '<h1>Trained networks</h1><p class="small">How many of how many networks, trained from independent '
        "seeds, did what the row says. <em>At least</em>: a lower bound of the share of all such trainings that do so, "
        "at a confidence of 99.9 % "
        "(Clopper and Pearson, one-sided). <em>Spread</em>: least, median, greatest of what was measured.</p>"
        + "".join(parts)
    )


def _table(caption: str, heads: Iterable[str], lines: str, css: str = "plain") -> str:
    cells = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{text(caption)}"><table class="{css}">'
        f'<caption class="hidden">{text(caption)}</caption><thead><tr>{cells}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )


KINDS: Mapping[str, str] = {
    "verdict": "Another verdict or grade",
    "new": "New",
    "gone": "Gone",
    "text": "Other words",
    "evidence": "Other evidence",
}


def changes(changed: Sequence[Change], data: SiteData, links: Links) -> str:
    """What differs from the older run."""
    older, newer = data["compared"] or {}, data["run"]
    runs = "".join(
        f"<dt>{words}</dt><dd>{text(run['datetime'])}, manyfaces {text(run['version'])}, "
        f"ledger at commit {text(run['commit'] or 'unknown')}{', ' * bool(run['partial'])}{text(run['partial'])}</dd>"
        for words, run in (("older run", older), ("this run", newer))
    )
    parts = "".join(
        f"<section><h2>{words} ({len(found)})</h2>{listed((_change(each, links) for each in found), 'plain')}</section>"
        for kind, words in KINDS.items()
        if (found := [change for change in changed if change["kind"] == kind])
    )
    nothing = "" if changed else "<p>Nothing differs.</p>"
    return f'<h1>What changed</h1><dl class="facts">{runs}</dl>{nothing}{parts}'


def _change(change: Change, links: Links) -> str:
    name = f"<code>{text(change['id'])}</code>" if change["kind"] == "gone" else links.to(change["id"])
    return f"{name} {text('; '.join(change['says']))}"
