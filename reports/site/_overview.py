"""The first page: what was examined, what was found, and the errata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.site._markup import Markup
from reports.site._words import ROOT, Links, grade, listed, sign, text, title

Data = Mapping[str, Any]
MOST_PROBLEMS = 8


def told(said: Data, markup: Markup, links: Links) -> str:
    """A sentence of the narrative, with what this run makes of it."""
    wrong = (
        f'<p class="bad">This run contradicts these words at {links.many(said["wrong"])}.</p>' if said["wrong"] else ""
    )
    return f"<p>{markup.text(said['text'])}</p>{wrong}"


def overview(data: Data, markup: Markup, links: Links) -> str:
    """What is inside the page, from `reports._digest.digest`."""
    findings = "".join(f"<li>{told(each, markup, links)}</li>" for each in data["findings"])
    return "".join(
        [
            '<p class="over">What holds and what fails, from evidence that a machine can replay</p>',
            f"<h1>{text(data['paper'].get('title', 'Claims of a ledger'))}</h1>",
            f'<p class="authors">{text(", ".join(data["paper"].get("authors", ())))}</p>',
            _warnings(data),
            _examined(data, markup),
            _tally(data),
            f'<section><h2 id="findings">What matters most</h2><ol class="findings">{findings}</ol></section>'
            if findings
            else "",
            _errata(data, markup, links),
        ]
    )


def _warnings(data: Data) -> str:
    partial = f'<p class="notice"><strong>This is {text(data["partial"])}.</strong></p>' if data["partial"] else ""
    problems = data["problems"]
    if not problems:
        return partial
    shown = listed(f"<code>{text(name)}</code> {text(why)}" for name, why in problems[:MOST_PROBLEMS])
    more = f"<p>… and {len(problems) - MOST_PROBLEMS} more.</p>" if len(problems) > MOST_PROBLEMS else ""
    return (
        f'{partial}<div class="notice wrong"><strong>Not as expected: {len(problems)} of this run’s verdicts or checks.'
        f'</strong> <a href="{ROOT}statements.html?unexpected=yes">Show them</a>{shown}{more}</div>'
    )


def _examined(data: Data, markup: Markup) -> str:
    examined, paper = data["examined"], data["paper"]
    if examined:
        words = f"The version {_address(examined['url'], examined['name'])}. {markup.text(examined['later'])}"
    else:
        words = f"{_address(paper['url'], paper['url'])}. " if "url" in paper else ""
    total = sum(count["number"] for count in data["counts"])
    return (
        f"<p>{words} Each statement of the text, and each step of its proofs, was put into words of its own: {total} "
        f"statements. A verdict is computed from what {data['checks']} checks recorded, never typed.</p>"
        "<details><summary>What must be trusted</summary><ul>"
        "<li>The process: a check counts when pytest says that it passed, and its authors chose what it looks at.</li>"
        "<li>The verifier: one file, Python’s standard library only, no code shared with the search. It "
        "re-checks each of "
        f"the {data['witnesses']} exact witnesses; read it, or write your own.</li>"
        f"<li>Named theorems of the literature: {len(data['theorems'])} are used and not proved again.</li>"
        "<li>The wording: whether a statement here says what the paper says is for a reader to judge.</li></ul>"
        "</details>"
    )


def _address(url: str, words: str) -> str:
    return f'<a href="{text(url)}">{text(words)}</a>' if url.startswith(("https://", "http://")) else text(words)


def _tally(data: Data) -> str:
    verdicts = "".join(
        f'<li><a href="{ROOT}statements.html?{_query(count["kind"])}">{sign(count["kind"])} <strong>'
        f"{count['number']}</strong> {text(count['words'])}</a></li>"
        for count in data["counts"]
    )
    bar = "".join(
        f'<span class="{count["kind"].replace("-", " ", 1)}" style="flex-grow: {count["number"]}"></span>'
        for count in data["counts"]
    )
    faults = "".join(
        f'<li><a href="{ROOT}statements.html?grade={meaning["grade"]}">{grade(meaning["grade"])} '
        f"<strong>{meaning['number']}</strong></a> {text(meaning['meaning'])}</li>"
        for meaning in data["meanings"]
    )
    number = sum(meaning["number"] for meaning in data["meanings"])
    return (
        f'<section class="tally"><h2 class="hidden">Counts</h2><div class="bar" aria-hidden="true">{bar}</div>'
        f'<div class="columns"><ul class="plain">{verdicts}</ul>'
        f'<div><p class="small">{number} distinct faults behind what fails; several statements may fail for one '
        "reason. "
        f"Grades are a reader’s judgement of the paper; verdicts are computed.</p>"
        f'<ul class="plain">{faults}</ul></div></div></section>'
    )


def _query(kind: str) -> str:
    truth, _, strength = kind.partition("-")
    return f"truth={truth}" + (f"&amp;strength={strength}" if strength else "")


def _errata(data: Data, markup: Markup, links: Links) -> str:
    if not data["errata"]:
        return '<section><h2 id="errata">Errata</h2><p>No statement of the paper fails.</p></section>'
    return (
        '<section><h2 id="errata">Errata, the gravest first</h2><p class="small">Each fault once, by grade and by how '
        "many statements hang on it: those that depend on what fails or amend it, however indirectly.</p>"
        f'<div class="errata">{"".join(_erratum(each, markup, links) for each in data["errata"])}</div></section>'
    )


def _erratum(erratum: Data, markup: Markup, links: Links) -> str:
    printed = f"“{text(erratum['quote'])}”" if erratum["quote"] else title(erratum["title"])
    example = f'<p class="example">✗ {markup.text(erratum["example"])}</p>' if erratum["example"] else ""
    wrong = f"<p>{markup.text(erratum['wrong'])}</p>" if erratum["grave"] else ""
    corrections = [f"{_corrected(erratum, each)} {links.to(each['id'])}" for each in erratum["corrections"]]
    instead = (
        f'<p class="instead"><span class="label">Instead:</span> {"; ".join(corrections)}</p>' if corrections else ""
    )
    others = f"with it {links.many(erratum['others'])}. " if erratum["others"] else ""
    number = erratum["hanging"]
    hanging = (
        "Nothing hangs on it." if not number else f"{number} statement{'s hang' if number > 1 else ' hangs'} on it."
    )
    return (
        f'<article class="erratum {erratum["grade"]}"><p class="printed">{grade(erratum["grade"])} {printed} '
        f'{links.to(erratum["id"])} <span class="small">{text(erratum["at"])}</span></p>{wrong}{example}{instead}'
        f'<p class="small">{others}{hanging}</p></article>'
    )


def _corrected(erratum: Data, correction: Data) -> str:
    return title(
        f"{erratum['title']} {correction['title']}" if correction["title"].startswith("…") else correction["title"]
    )


def sections(
    data: Data, markup: Markup, links: Links, figures: Mapping[str, Sequence[str]], queries: Mapping[str, str]
) -> str:
    """The narrative, section by section; ``queries`` find the statements of each in the list."""
    parts = []
    for section in data["sections"]:
        words = ", ".join(f"{number} {text(verb)}" for verb, number in section["truths"])
        more = (
            f' <a href="{ROOT}statements.html?{queries[section["name"]]}">List them</a>'
            if section["name"] in queries
            else ""
        )
        drawn = "".join(f"<div>{links.to(name)}{shown}</div>" for name in section["figures"] for shown in figures[name])
        parts.append(
            f"<section><h2>{text(section['name'])}</h2><p class='small'>{section['number']} "
            f"statement{'s' * (section['number'] != 1)}: "
            f"{words}.{more}</p>"
            f"{''.join(told(each, markup, links) for each in section['paragraphs'])}"
            f"{f'<div class=figures>{drawn}</div>' if drawn else ''}</section>"
        )
    return f"<h1>Section by section</h1>{''.join(parts)}"
