"""The page of one statement."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from checks.faults import MEANINGS, Fault
from checks.records import Claim
from reports.site._data import Entry
from reports.site._evidence import evidence, pairs, verdict_badge
from reports.site._markup import Markup
from reports.site._words import ROOT, Links, grade, listed, row, text, title, truth, verdict

MOST_ALIVE = 4
"""So many variants are spelt out, as on paper."""
GROUNDS: Mapping[str, str] = {
    "yes": "yes: this and everything under it holds, by more than cases",
    "no": "no: this or something under it does not, or by cases only",
    "unknown": "not known: something under it was not run",
}
COVERS: Mapping[str, str] = {"case": "a special case of the statement", "part": "a part of the proof"}
LABELS: Mapping[str, str] = {
    "Amends": "amends",
    "Amended by": "amended by",
    "Depends on": "rests on",
    "Used by": "used by",
}

Shown = Mapping[str, Any]


class StatementPages:
    """Pages of statements, which share markup and links.

    Args:
        entries: the site's data of all statements.
        figures: of each statement the figures of each check.
        graphs: of each statement the drawing of what it rests on, or nothing.
    """

    def __init__(
        self,
        markup: Markup,
        links: Links,
        entries: Sequence[Entry],
        figures: Mapping[str, Sequence[Sequence[Mapping[str, str]]]],
        graphs: Mapping[str, str],
    ) -> None:
        self._markup, self._links = markup, links
        self._entries = {entry["id"]: entry for entry in entries}
        self._order = [entry["id"] for entry in entries]
        self._figures, self._graphs = figures, graphs

    def page(self, shown: Shown, claim: Claim) -> str:
        """What is inside the page, from a page of `reports._content.content` and its statement."""
        entry, name = self._entries[shown["id"]], shown["id"]
        return "".join(
            [
                '<article class="statement">',
                self._head(shown, entry),
                row(
                    "statement",
                    f'<div class="says {truth(shown["kind"])}">{self._markup.text(shown["statement"])}</div>',
                ),
                row(
                    "in the paper",
                    listed(f"{text(p['says'])} <span class='small'>{text(p['at'])}</span>" for p in shown["places"]),
                ),
                row("hypotheses", listed(map(self._markup.text, shown["hypotheses"]))),
                row("holds instead", "".join(map(self._amendment, shown["amendments"]))),
                row("why it fails" if truth(shown["kind"]) == "fails" else "note", self._markup.text(shown["note"])),
                row("formal text", self._formal(shown["formal"]) if shown["formal"] else ""),
                row("theorem", self._theorem(shown["kernel"]) if shown["kernel"] else ""),
                row("proof", self._markup.text(shown["proof"])),
                row("verdict", self._expected(shown, entry)),
                row("evidence", evidence(shown["evidence"], self._markup, self._figures[name])),
                row("connections", self._relations(shown, entry)),
                row("what it rests on", self._graphs.get(name, "")),
                row("do it again", self._again(claim, entry)),
                "</article>",
                self._neighbours(name),
            ]
        )

    def _head(self, shown: Shown, entry: Entry) -> str:
        name = entry["grade"]
        fault = f'<p class="small">{grade(name)} {text(MEANINGS[Fault(name)])}</p>' if name else ""
        return (
            f'<header class="head"><div><p class="over"><code>{shown["id"]}</code></p><h1>{title(shown["title"])}</h1>'
            f'<p class="where">{text(shown["where"])}</p></div>'
            f'<div class="verdict">{verdict_badge(shown, verdict(shown))}{fault}</div></header>'
        )

    def _amendment(self, amendment: Shown) -> str:
        words = f"{self._markup.text(amendment['statement'])} {self._links.to(amendment['id'])}"
        return f'<div class="says {truth(amendment["kind"])}">{words}</div>'

    def _formal(self, formal: Shown) -> str:
        formula = self._markup.formula
        variables: dict[str, list[str]] = {}
        for each in formal["variables"]:
            variables.setdefault(each["quantifier"], []).append(
                f'{formula(each)} <span class="small">{text(each["domain"])}</span>'
            )
        rows = [
            *((quantifier, ";  ".join(bound)) for quantifier, bound in variables.items()),
            ("where", listed((f"{formula(d['left'])} = {formula(d['right'])}" for d in formal["define"]), "plain")),
            ("hypotheses", listed(map(formula, formal["hypotheses"]), "plain")),
            (
                "by lemma",
                listed(
                    (f'{formula(e)} <span class="small">{text(e["name"])}</span>' for e in formal["lemmas"]), "plain"
                ),
            ),
            ("conclusion", listed(map(formula, formal["conclusion"]), "plain")),
            ("covers", COVERS.get(formal["covers"], "")),
            ("meaning", self._markup.text(formal["says"])),
            ("variants", self._mutants(formal["mutants"]) if formal["mutants"] else ""),
        ]
        return f'<div class="witness">{pairs(rows)}</div>'

    def _theorem(self, theorem: Shown) -> str:
        """As the proof assistant prints it, and whether its kernel accepted it in this run."""
        accepted = f"<code>{text(theorem['theorem'])}</code> accepted"
        rows = [
            ("covers", COVERS.get(theorem["covers"], "")),
            ("meaning", self._markup.text(theorem["says"])),
            ("kernel", accepted if theorem["checked"] else "not re-checked here"),
        ]
        return f'<div class="witness"><pre><code>{text(theorem["statement"])}</code></pre>{pairs(rows)}</div>'

    def _mutants(self, mutants: Shown) -> str:
        tried = mutants["tried"] - mutants["weaker"]
        words = f"{mutants['caught']} of {tried} changed versions of the text are told apart from it"
        if mutants["weaker"]:
            words += f"; {mutants['weaker']} more follow from it"
        alive = [
            text(each["says"]) + (self._markup.formula(each) if {"math", "raw"} & set(each) else "")
            for each in mutants["alive"]
        ]
        if alive:
            more = len(alive) - MOST_ALIVE
            words += f". As true, or as false, as the text: {'; '.join(alive[:MOST_ALIVE])}"
            words += f"; and {more} more, listed in the claims file" if more > 0 else ""
        return f"{words}."

    def _expected(self, shown: Shown, entry: Entry) -> str:
        lines = []
        if not shown["judged"]:
            lines.append(f'<p class="bad"><strong>No verdict:</strong> {text(shown["reason"])}.</p>')
        elif not shown["as_expected"]:
            lines.append(
                f'<p class="bad"><strong>Not as expected:</strong> the ledger expects “{text(shown["expected"])}”, the '
                f"evidence gives “{text(verdict(shown))}”.</p>"
            )
        if shown["judged"] and shown["reason"]:
            lines.append(f"<p>{text(shown['reason'])}.</p>")
        lines += [f'<p class="bad">{text(why)}</p>' for why in entry["unexpected"]]
        if entry["fault"] and entry["fault"] != entry["id"]:
            lines.append(f"<p>It fails for the same reason as {self._links.to(entry['fault'])}.</p>")
        if entry["change"]:
            lines.append(f"<p>Since the older run: {text('; '.join(entry['change']))}.</p>")
        return "".join(lines)

    def _relations(self, shown: Shown, entry: Entry) -> str:
        rows = [
            (LABELS[group["label"]], listed((self._relation(each) for each in group["claims"]), "plain"))
            for group in shown["relations"]
        ]
        sabotages = shown["sabotages"]
        if sabotages["tried"]:
            names = "; ".join(dict.fromkeys(sabotages["names"]))
            rows.append(("sabotages", f"{sabotages['caught']} of {sabotages['tried']} caught: {title(names)}"))
        if shown["grounded"]:
            rows.append(("grounded", GROUNDS[shown["grounded"]]))
        rows.append(("in the graph", f'<a href="{ROOT}graph.html#{entry["id"]}">what it rests on, in the whole</a>'))
        return pairs(rows)

    def _relation(self, mention: Shown) -> str:
        return f"{self._links.to(mention['id'])} {title(mention['title'])}"

    def _again(self, claim: Claim, entry: Entry) -> str:
        name = shlex.quote(entry["data"].rsplit("/", 1)[1])
        commands = [f"manyfaces check {shlex.quote(claim['id'])}"]
        if entry["witnesses"]:
            commands += [f"manyfaces verify {name}", f"python -P -m checks.verify {name}   # the verifier alone"]
        held = f"with its {entry['witnesses']} witnesses" if entry["witnesses"] > 1 else "with its witness"
        words = f"the statement as JSON, {held if entry['witnesses'] else 'which has no exact witness'}"
        return (
            f'<p><a href="{ROOT}{entry["data"]}" download><code>{text(name)}</code></a>: {words}</p>'
            f'<pre tabindex="0">{text(chr(10).join(commands))}</pre>'
        )

    def _neighbours(self, name: str) -> str:
        place = self._order.index(name)
        before = self._order[place - 1] if place else ""
        after = self._order[place + 1] if place + 1 < len(self._order) else ""
        shown = [
            f'<a rel="{relation}" href="{self._links.address(other)}">{words} <code>{other}</code></a>'
            for other, relation, words in ((before, "prev", "Before:"), (after, "next", "After:"))
            if other
        ]
        return f'<nav class="neighbours" aria-label="Neighbours">{"".join(shown)}</nav>'
