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
    return "".join(
        [
            '<p class="over">What holds and what fails, from evidence that a machine can replay</p>',
            f"<h1>{text(data['paper'].get('title', 'Claims of a ledger'))}</h1>",
            f'<p class="authors">{text(", ".join(data["paper"].get("authors", ())))}</p>',
            _warnings(data),
            _examined(data, markup),
            f'<div class="answer">{told(data["answer"], markup, links)}</div>' if data["answer"] else "",
            _findings(data, markup, links),
            _tally(data),
            _trusted(data),
            _errata(data, markup, links),
        ]
    )


def _findings(data: Data, markup: Markup, links: Links) -> str:
    findings = "".join(f"<li>{told(each, markup, links)}</li>" for each in data["findings"])
    if not findings:
        return ""
    return (
        '<section><h2 id="findings">What matters most</h2><p class="small">A name such as <code>prop-1</code> is that '
        "of a statement and leads to its page; the sign before it is its verdict: ✓ it holds, ✗ it fails as printed. "
        f'Names that end in <code>.amended</code> are corrections.</p><ol class="findings">{findings}</ol></section>'
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
        words = _address(paper["url"], paper["url"]) if "url" in paper else ""
    return f"<p>{words}</p>" if words else ""


def _trusted(data: Data) -> str:
    kernel = (
        f"<li>The kernel of Rocq, which accepts {data['theorems_proved']} theorems beside their statements, and the "
        "axioms of classical analysis that it is allowed.</li>"
        if data["theorems_proved"]
        else ""
    )
    return (
        "<details><summary>What must be trusted</summary><ul>"
        "<li>The checks: one counts when the test runner, pytest, says that it passed; what it looks at was chosen by "
        "its authors.</li>"
        "<li>The verifier: one file that needs Python’s standard library only and shares no code with what found the "
        f"evidence. It re-checks each of the {data['witnesses']} witnesses, exact data that show something: a "
        f"counterexample, the coefficients of a proof.</li>{kernel}"
        f"<li>The literature: {len(data['theorems'])} named theorems are used and not proved again.</li>"
        "<li>The wording: whether a statement here says what the paper says is for a reader to judge.</li></ul>"
        "</details>"
    )


def _address(url: str, words: str) -> str:
    return f'<a href="{text(url)}">{text(words)}</a>' if url.startswith(("https://", "http://")) else text(words)


def _tally(data: Data) -> str:
    bar = "".join(
        f'<span class="{count["kind"].replace("-", " ", 1)}" style="flex-grow: {count["number"]}"></span>'
        for count in data["counts"]
    )
    rows = "".join(
        f"<tr><td>{_number(row, 'holds')}</td><td>{_number(row, 'fails')}</td>"
        f'<th scope="row">{text(row["name"])}</th><td>{text(row["meaning"])}</td></tr>'
        for row in data["strengths"]
    )
    faults = "".join(
        f'<li><a href="{ROOT}statements.html?grade={meaning["grade"]}">{grade(meaning["grade"])} '
        f"<strong>{meaning['number']}</strong></a> {text(meaning['meaning'])}</li>"
        for meaning in data["meanings"]
    )
    return (
        f'<section class="tally"><h2>In numbers</h2><p>{_numbers(data)}</p><div class="bar" aria-hidden="true">'
        f'{bar}</div><div class="columns"><table class="plain"><caption class="hidden">Verdicts</caption><thead><tr>'
        f'<th scope="col">hold</th><th scope="col">fail</th><th scope="col" colspan="2">and how that is known, '
        f"corrections included</th></tr>"
        f'</thead><tbody>{rows}</tbody></table><div><p class="small">Faults, and how grave they are</p>'
        f'<ul class="plain">{faults}</ul></div></div></section>'
    )


def _numbers(data: Data) -> str:
    own, mended = data["parts"]
    rest = own["number"] - own["holds"] - own["fails"]
    faults = sum(meaning["number"] for meaning in data["meanings"])
    are = "is" if rest == 1 else "are"
    undecided = f'; <a href="{ROOT}statements.html?truth=undecided">{rest} {are} undecided</a>' if rest else ""
    found = "is one fault" if faults == 1 else f"are {faults} distinct faults"
    behind = f" Behind what fails {found}, graded below." if faults else ""
    these = "this statement" if own["number"] == 1 else f"these {own['number']} statements"
    return (
        "Each statement of the paper and each step of its proofs was put into words of its own. Of "
        f"{these} <strong>{own['holds']} {_verb(own['holds'])}</strong> and "
        f"<strong>{own['fails']} {'fails' if own['fails'] == 1 else 'fail'}</strong> as printed{undecided}."
        f"{_corrections(mended['number'], mended['holds'])}{behind} Verdicts are computed from "
        f"what {data['checks']} checks recorded; grades are a reader’s judgement of the paper."
    )


def _corrections(number: int, holds: int) -> str:
    if number == 1:
        return f" Another is a correction, which {'holds' if holds else 'does not hold'}."
    all_hold = "which all hold" if holds == number else f"of which {holds} {_verb(holds)}"
    return f" Another {number} are corrections, {all_hold}." if number else ""


def _verb(number: int) -> str:
    return "holds" if number == 1 else "hold"


def _number(row: Data, truth: str) -> str:
    """How many statements have the verdict, with a link to their list."""
    kind = f"{truth}-{row['name']}"
    link = f'<a href="{ROOT}statements.html?{_query(kind)}">{sign(kind, truth)} <strong>{row[truth]}</strong></a>'
    return link if row[truth] else ""


def _query(kind: str) -> str:
    truth, _, strength = kind.partition("-")
    return f"truth={truth}" + (f"&amp;strength={strength}" if strength else "")


def _errata(data: Data, markup: Markup, links: Links) -> str:
    if not data["errata"]:
        return '<section><h2 id="errata">Errata</h2><p>No statement of the paper fails.</p></section>'
    return (
        '<section><h2 id="errata">Errata, the gravest first</h2><p class="small">Each fault once, by grade and then '
        "by how many other statements it affects: those that rest on what fails or correct it, directly or through "
        "others.</p>"
        f'<div class="errata">{"".join(_erratum(each, markup, links) for each in data["errata"])}</div></section>'
    )


def _erratum(erratum: Data, markup: Markup, links: Links) -> str:
    quoted = f" “{text(erratum['quote'])}”" if erratum["quote"] else ""
    example = f'<p class="example">✗ {markup.text(erratum["example"])}</p>' if erratum["example"] else ""
    wrong = f"<p>{markup.text(erratum['wrong'])}</p>" if erratum["grave"] else ""
    corrections = [f"{title(each['title'])} {links.to(each['id'])}" for each in erratum["corrections"]]
    instead = (
        f'<p class="instead"><span class="label">Instead:</span> {"; ".join(corrections)}</p>' if corrections else ""
    )
    others = f"For the same reason {links.many(erratum['others'])}. " if erratum["others"] else ""
    number = erratum["hanging"]
    affected = f"It affects {number or 'no'} other statement{'s' * (number > 1)}."
    return (
        f'<article class="erratum {erratum["grade"]}"><p class="printed">{grade(erratum["grade"])} '
        f"{title(erratum['title'])} {links.to(erratum['id'])} "
        f'<span class="small">{text(erratum["at"])}{quoted}</span></p>{wrong}{example}{instead}'
        f'<p class="small">{others}{affected}</p></article>'
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
