"""The evidence of a statement: what each check found, with its certificates and figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports._inline import inline
from reports.site._markup import Markup
from reports.site._words import listed, sign, text

NAMES: Mapping[str, str] = {
    "refutation": "counterexample",
    "instance": "instance",
    "linear": "certificate",
    "identity": "identity",
    "counterexample": "counterexample",
    "impossible": "contradiction",
    "example": "example",
    "enumeration": "all cases",
    "enclosure": "enclosures",
    "derivation": "derivation",
}
FEW = 12
"""Lines of a certificate that are shown at once; longer ones are folded."""

Item = Mapping[str, Any]


def evidence(records: Sequence[Item], markup: Markup, figures: Sequence[Sequence[Mapping[str, str]]]) -> str:
    """All of a statement's evidence, as `reports._content.content` gives it; ``figures`` are those of each check."""
    return "".join(_check(record, markup, drawn) for record, drawn in zip(records, figures, strict=True))


def _check(record: Item, markup: Markup, drawn: Sequence[Mapping[str, str]]) -> str:
    about = [f"{record['cases']} cases"] * bool(record["cases"]) + [f"seed {record['seed']}"] * bool(record["seed"])
    head = f"<h3>{text(record['by'])} <span class='small'>{text(', '.join(about))}</span></h3>"
    head += f'<code class="source">{text(record["check"])}</code>'
    reason = f'<p class="bad">{text(record["reason"])}</p>' if record["reason"] else ""
    found = [f"Counterexample found by search: <code>{text(each)}</code>" for each in record["found"]]
    values = "".join(f"<dt>{text(name)}</dt><dd>{text(value)}</dd>" for name, value in record["values"])
    rests = f'<p class="small">Rests on {text("; ".join(record["rests_on"]))}.</p>' if record["rests_on"] else ""
    return (
        f'<section class="check"><header>{head}</header>{reason}'
        f"{''.join(_item(item, markup) for item in record['items'])}{listed(found)}"
        f"{f'<dl class=facts>{values}</dl>' if values else ''}{''.join(map(figure, drawn))}{rests}</section>"
    )


def figure(drawn: Mapping[str, str]) -> str:
    """A figure with its caption: ``svg`` and the ``name`` of it, or why there is none."""
    caption = text(drawn["caption"])
    if drawn["undrawn"]:
        return f'<figure><p class="bad">{text(drawn["undrawn"])}</p><figcaption>{caption}</figcaption></figure>'
    return f"<figure>{inline(drawn['svg'], drawn['name'], drawn['caption'])}<figcaption>{caption}</figcaption></figure>"


def tick(truth: bool | None) -> str:
    """True, false or not known, as a sign and as a word."""
    kind, words = ("undecided", "not decided") if truth is None else ("holds", "true") if truth else ("fails", "false")
    shown = {"holds": "✓", "fails": "✗"}.get(kind, "?")
    return f'<span class="tick {kind}" aria-hidden="true">{shown}</span><span class="hidden">{words}: </span>'


def _item(item: Item, markup: Markup) -> str:
    if item["type"] == "fact":
        return f'<p class="fact">{tick(item["truth"])}{text(item["says"])}</p>'
    against = "truth" not in item
    mark = tick(None if not against else False) if against else tick(item["truth"])
    refusal = f'<p class="bad">The verifier refuses this: {text(item["refused"])}</p>' if item["refused"] else ""
    parts = {"linear": _linear, "identity": _identity}.get(item["type"], _data)
    lines = sum(
        len(item.get(key, ())) for key in ("given", "define", "hypotheses", "conclusion", "steps", "rows", "pairs")
    )
    body = parts(item, markup)
    if lines > FEW:
        body = f"<details><summary>{lines} lines</summary>{body}</details>"
    return (
        f'<div class="witness{" against" if against else ""}"><p class="fact">{mark}{text(item["says"])}'
        f'<span class="kind">{NAMES[item["type"]]}</span></p>{refusal}{body}</div>'
    )


def _data(item: Item, markup: Markup) -> str:
    given = ";  ".join(f"{markup.formula(each)} = {text(each['value'])}" for each in item["given"])
    rows = [
        ("data", f'<span class="given">{given}</span>' if given else ""),
        ("where", _lines(f"{markup.formula(d['left'])} = {markup.formula(d['right'])}" for d in item["define"])),
        ("hypotheses", _lines(_tested(each, markup) for each in item["hypotheses"])),
        ("conclusion", _lines(_tested(each, markup) for each in item["conclusion"])),
        ("steps", _lines(markup.formula(each) for each in item.get("steps", []))),
    ]
    return pairs(rows)


def pairs(rows: Sequence[tuple[str, str]]) -> str:
    """Names and what they name, without those that name nothing."""
    shown = "".join(f"<dt>{name}</dt><dd>{body}</dd>" for name, body in rows if body)
    return f'<dl class="parts">{shown}</dl>' if shown else ""


def _lines(lines: Any) -> str:
    return listed(lines, "plain")


def _tested(expression: Item, markup: Markup) -> str:
    sides = expression["sides"]
    values = f' <span class="small">left {text(sides[0])}, right {text(sides[1])}</span>' if len(sides) == 2 else ""
    truth = expression["truth"] if isinstance(expression["truth"], bool) else None
    return f"{tick(truth)}{markup.formula(expression)}{values}"


def _linear(item: Item, markup: Markup) -> str:
    rows = "".join(
        f'<tr{"" if row["used"] else " class=unused"}><td class="number">{text(row["multiplier"])}</td><td>×</td>'
        f"<td>{markup.formula(row)}</td></tr>"
        for row in item["rows"]
    )
    absurd = ", a contradiction" if item["absurd"] else ""
    goal = f'<tr class="goal"><td></td><td>⟹</td><td>{markup.formula(item["goal"])}{absurd}</td></tr>'
    heads = "".join(f'<th scope="col">{words}</th>' for words in ("multiplier", "of", "relation"))
    return (
        '<div class="scroll" tabindex="0" role="group" aria-label="Certificate"><table class="sum">'
        f'<thead class="hidden"><tr>{heads}</tr></thead><tbody>{rows}{goal}</tbody></table></div>'
    )


def _identity(item: Item, markup: Markup) -> str:
    return _lines(f"{markup.formula(pair['left'])} = {markup.formula(pair['right'])}" for pair in item["pairs"])


def verdict_badge(mention: Mapping[str, Any], words: str) -> str:
    """The verdict as the head of a page shows it."""
    return f'<p class="badge {mention["kind"].replace("-", " ", 1)}">{sign(mention["kind"])} {text(words)}</p>'
