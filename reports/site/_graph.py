"""What rests on what, as drawings to click: the whole graph, and for each statement all that it rests on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from checks.faults import MEANINGS
from reports._graph import Layout, layout
from reports.site._data import Entry, SiteData
from reports.site._words import Links, grade, text, truth, verdict

STEP, HEIGHT, EDGE = 36, 84, 40
"""Between points of a row, between rows and around all, in pixels of the whole graph."""
ROOMY, LEVEL = 132, 76
"""The same of a statement's own graph, where every point has its name."""
NARROW = 420
LONGEST = 19
"""Letters of a name below a point."""
_NAMED = re.compile(r"(prop|cor|lemma|property|def|th|thm)-\d+")


def grounds_of(entries: Sequence[Entry]) -> dict[str, list[str]]:
    """For each statement what it depends on and what it amends."""
    return {entry["id"]: [*entry["depends_on"], *filter(None, [entry["amends"]])] for entry in entries}


def below(name: str, grounds: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """All that a statement rests on, itself included, in the order of the ledger."""
    reached, waiting = {name}, [name]
    while waiting:
        new = set(grounds[waiting.pop()]) - reached
        reached |= new
        waiting += new
    return {other: [*grounds[other]] for other in grounds if other in reached}


class Drawing:
    """Drawings of parts of the graph."""

    def __init__(self, data: SiteData, mentions: Mapping[str, Mapping[str, str]], links: Links) -> None:
        self._entries = {entry["id"]: entry for entry in data["statements"]}
        self._mentions, self._links = mentions, links
        self._grounds = grounds_of(data["statements"])

    def whole(self) -> str:
        """The page of the whole graph, inside."""
        found = layout(self._grounds)
        widest = _widest(found)
        size = (widest + 1) * STEP + 2 * EDGE, max(1, found["rows"] - 1) * HEIGHT + 2 * EDGE
        drawn = (
            self._svg(found, size, "What rests on what", every=False)
            if found["places"]
            else "<p>Nothing rests on anything.</p>"
        )
        meanings = "".join(f"<li>{grade(name)} {text(words)}</li>" for name, words in MEANINGS.items())
        return (
            '<h1>What rests on what</h1><p class="small">A point is a statement; it stands above what it rests '
            "on or amends. "
            "Squares are false statements and gaps, diamonds slighter faults; filled circles hold, open ones are "
            "undecided. "
            f"{len(found['alone'])} statements stand alone and are left out. Wheel or buttons zoom, dragging or "
            f"the arrow keys "
            f"move; a click opens a statement.</p>{self._controls()}"
            f'<div id="graph" class="graph" tabindex="0" role="region" aria-label="Graph: plus and minus zoom, '
            f'arrow keys move">{drawn}</div>'
            f'<details class="legend"><summary>Grades of faults</summary><ul class="plain">{meanings}</ul>'
            f"</details>{self._list(found)}"
        )

    def under(self, name: str) -> str:
        """The drawing of all that a statement rests on; empty where it rests on nothing."""
        part = below(name, self._grounds)
        if len(part) < 2:
            return ""
        found = layout(part)
        size = max(NARROW, _widest(found) * ROOMY + 2 * EDGE), (found["rows"] - 1) * LEVEL + 2 * EDGE
        drawn = self._svg(found, size, f"What {name} rests on", every=True)
        number = "1 statement" if len(part) == 2 else f"{len(part) - 1} statements"
        return (
            f'<p class="small">{number}, directly or through others.</p>'
            f'<div class="graph own scroll" tabindex="0" role="region" aria-label="What it rests on, as a graph">'
            f"{drawn}</div>"
        )

    def _svg(self, found: Layout, size: tuple[int, int], label: str, every: bool) -> str:
        width, height = size
        at = {
            name: (round(EDGE + x * (width - 2 * EDGE)), round(EDGE + y * (height - 2 * EDGE)))
            for name, (x, y) in found["places"].items()
        }
        lines = "".join(self._line(above, under, at) for above, under in found["lines"])
        points = "".join(self._point(name, at[name], every) for name in at)
        return (
            f'<svg role="group" tabindex="-1" aria-label="{text(label)}" viewBox="0 0 {width} {height}" '
            f'width="{width}" height="{height}">'
            f'<g class="lines" aria-hidden="true">{lines}</g><g class="points">{points}</g></svg>'
        )

    def _line(self, above: str, under: str, at: Mapping[str, tuple[int, int]]) -> str:
        (x, y), (u, v) = at[above], at[under]
        bad = " bad" if self._entries[under]["grade"] in ("false", "gap") else ""
        middle = (y + v) // 2
        way = f"M{x} {y}C{x} {middle} {u} {middle} {u} {v}"
        return f'<path class="line{bad}" data-from="{above}" data-to="{under}" d="{way}"/>'

    def _point(self, name: str, at: tuple[int, int], every: bool) -> str:
        entry, mention = self._entries[name], self._mentions[name]
        x, y = at
        words = f"{name}: {entry['title']}; {verdict(mention)}" + (f", {entry['grade']}" if entry["grade"] else "")
        named = " named" if every or _NAMED.fullmatch(name) else ""
        label = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
        about = {"grade": entry["grade"], "truth": truth(mention["kind"]), "section": text(entry["section"])}
        facets = " ".join(f'data-{key}="{value}"' for key, value in about.items())
        return (
            f'<a class="point {truth(mention["kind"])} {entry["grade"]}{named}" '
            f'href="{self._links.address(name)}" data-id="{name}" '
            f'{facets} aria-label="{text(words)}"><circle class="reach" cx="{x}" cy="{y}" r="12"/>'
            f"{_shape(entry['grade'], x, y)}"
            f'<text x="{x}" y="{y + 20}" aria-hidden="true">{label}</text></a>'
        )

    def _controls(self) -> str:
        entries = [*self._entries.values()]
        grades = [name for name in MEANINGS if any(entry["grade"] == name for entry in entries)]
        options = "".join(f'<option value="{name}"></option>' for name in self._entries)
        selects = "".join(
            f'<label>{words}<select name="{name}"><option value="">all</option>'
            f"{''.join(f'<option>{text(value)}</option>' for value in values)}</select></label>"
            for name, words, values in (
                ("truth", "Verdict", ["holds", "fails", "undecided"]),
                ("grade", "Grade", grades),
                ("section", "Section", [*dict.fromkeys(entry["section"] for entry in entries)]),
            )
            if values
        )
        return (
            f'<form id="graph-filters" class="filters">{selects}<label>What rests under<input name="focus" list="ids" '
            f'autocomplete="off" placeholder="an id"></label><datalist id="ids">{options}</datalist>'
            '<div class="flags"><button type="button" data-zoom="in" aria-label="Zoom in">+</button>'
            '<button type="button" data-zoom="out" aria-label="Zoom out">−</button>'
            '<button type="reset">Whole graph</button></div></form><p id="shown" class="small" role="status"></p>'
        )

    def _list(self, found: Layout) -> str:
        rows = "".join(
            f"<li>{self._links.to(name)} rests on {self._links.many(self._grounds[name])}</li>"
            for name in found["places"]
            if self._grounds[name]
        )
        return f'<details><summary>The same as a list</summary><ul class="plain">{rows}</ul></details>'


def _widest(found: Layout) -> int:
    return max(Counter(y for _, y in found["places"].values()).values(), default=1)


def _shape(name: str, x: int, y: int) -> str:
    if name in ("false", "gap"):
        return f'<rect class="mark" x="{x - 7}" y="{y - 7}" width="14" height="14"/>'
    if name:
        return f'<path class="mark" d="M{x} {y - 8}L{x + 8} {y}L{x} {y + 8}L{x - 8} {y}Z"/>'
    return f'<circle class="mark" cx="{x}" cy="{y}" r="6.5"/>'
