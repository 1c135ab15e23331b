"""An audit as one HTML file that asks for nothing else: style and charts are in it, light, dark and printed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any

from reports._inline import BASE, inline

STYLE = Path(__file__).with_name("page.css")
SIGNS = {"certified": "✓", "refuted": "✗", "undecided": "?"}


def page(content: Mapping[str, Any]) -> bytes:
    """The file of `reports.audit` 's content."""
    verdict, title = content["verdict"], escape(content["title"])
    body = [
        f'<p class="over">Audit of a network</p><h1>{title}</h1>',
        f'<section class="verdict {verdict.replace(" ", "-")}" aria-label="Verdict">',
        f"<strong>{SIGNS.get(verdict, '–')} {escape(verdict.capitalize())}</strong>",
        f'<p>{escape(content["sentence"])}</p><p class="small">{escape(content["told"])}</p>',
        f'<dl class="numbers">{_pairs(content["bounds"])}</dl></section>',
    ]
    if content["figures"]:
        body.append(
            f'<dl class="numbers figures">{_pairs([words, number] for number, words in content["figures"])}</dl>'
        )
    body += [_part(part) for part in content["parts"]]
    if content["notes"]:
        body += ["<h2>Left out</h2>", *(f"<p>{escape(note)}</p>" for note in content["notes"])]
    grades = ((f"{_mark(name)} {escape(name)}", escape(words)) for name, words in content["grades"])
    body += [
        "<h2>How each line is known</h2>",
        f'<dl class="facts">{"".join(f"<dt>{name}</dt><dd>{words}</dd>" for name, words in grades)}</dl>',
        f"<h2>Do it again</h2><pre>{escape(content['command'])}</pre>",
        f'<dl class="facts">{"".join(map(_fact, content["facts"]))}{"".join(map(_file, content["files"]))}</dl>',
    ]
    style = "".join(path.read_text(encoding="utf-8") for path in (BASE, STYLE))
    head = (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Audit of {title}: {escape(verdict)}</title><style>{style}</style></head>"
    )
    return "\n".join([head, "<body><main>", *body, "</main></body></html>", ""]).encode()


def _pairs(rows: Iterable[Iterable[str]]) -> str:
    return "".join(f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>" for name, value in rows)


def _fact(entry: tuple[str, str]) -> str:
    name, value = map(escape, entry)
    return f"<dt>{name}</dt><dd>{value}</dd>"


def _file(entry: tuple[str, str, str]) -> str:
    role, name, digest = map(escape, entry)
    return f"<dt>{role}</dt><dd>{name}<br><code>sha256 {digest}</code></dd>"


def _mark(grade: str) -> str:
    return f'<span class="mark {escape(grade)}" aria-hidden="true"></span>'


def _part(part: Mapping[str, Any]) -> str:
    lines = "".join(map(_line, part["lines"]))
    note = f'<p class="small">{escape(part["note"])}</p>' if part["note"] else ""
    layers = part["layers"]
    table = _table(layers) if layers and layers["rows"] else ""
    charts = "".join(map(_figure, part["charts"]))
    charts = f'<div class="charts">{charts}</div>' if charts else ""
    return (
        f'<section class="part"><h2>{escape(part["title"])}</h2>'
        f'<ul class="lines">{lines}</ul>{note}{table}{charts}</section>'
    )


def _line(line: Mapping[str, str]) -> str:
    source = f' <span class="source">{escape(line["source"])}.</span>' if line["source"] else ""
    grade = escape(line["grade"])
    return (
        f'<li title="{grade}">{_mark(line["grade"])}{escape(line["text"])}'
        f'<span class="hidden"> ({grade})</span>{source}</li>'
    )


def _table(layers: Mapping[str, Any]) -> str:
    names = ("constant", "so far", *(("share",) if layers["shares"] else ()))
    heads = "".join(f'<th scope="col" class="number">{name}</th>' for name in names)
    bars = "<td></td>" if layers["shares"] else ""
    rows = "".join(_row(row, layers["shares"]) for row in layers["rows"])
    return (
        '<div class="scroll" role="region" aria-label="Layers" tabindex="0">'
        f"<table><caption>{escape(layers['note'])}</caption>"
        f'<thead><tr><th scope="col">layer</th><th scope="col">operation</th>{heads}{bars}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _row(row: Mapping[str, Any], shares: bool) -> str:
    words = f"<td><code>{escape(row['name'])}</code></td><td>{escape(row['kind'])}</td>"
    names = ("constant", "through", *(("share",) if shares else ()))
    numbers = "".join(f'<td class="number">{row[name]}</td>' for name in names)
    kind = "bar shrinks" if row["shrinks"] else "bar"
    bar = f'<td class="bars"><span class="{kind}" style="width: {row["length"]:.1%}"></span></td>' if shares else ""
    return f"<tr>{words}{numbers}{bar}</tr>"


def _figure(chart: Mapping[str, str]) -> str:
    wide = ' class="wide"' if chart["wide"] else ""
    drawn = inline(chart["svg"], chart["name"], chart["alt"])
    return f"<figure{wide}>{drawn}<figcaption>{escape(chart['caption'])}</figcaption></figure>"
