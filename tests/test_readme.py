"""The README and its pages say what is true: examples run, links lead somewhere, the verdicts are the ledger's."""

import doctest
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.ledger import load_ledger
from checks.papers import ledger_of
from checks.registry import Paper, built_in

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
PAPER = ledger_of().parent
VERDICTS = PAPER / "VERDICTS.md"
PAGES = [README, *(ROOT / name for name in ("CONTRIBUTING.md", "CHANGELOG.md")), *sorted((ROOT / "docs").glob("*.md"))]

ROW = re.compile(r"^\| `([^`]+)` .*?\| [✓✗?] ([^|]+?) \|", flags=re.MULTILINE)
FAULT = re.compile(r"^\| `([^`]+)` .*\| (\w+) \| (\d+) \|$", flags=re.MULTILINE)
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *$", flags=re.MULTILINE)


EXAMPLES = [
    ("README.md", 21),
    ("docs/audit.md", 35),
    ("docs/examples.md", 19),
    ("docs/networks.md", 28),
    ("docs/reading.md", 15),
]
"""Pages with code, and how many examples each has at least."""


@pytest.mark.parametrize(("name", "examples"), EXAMPLES)
def test_the_examples_run(name: str, examples: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # some write files
    results = doctest.testfile(str(ROOT / name), module_relative=False, encoding="utf-8")
    assert results.attempted >= examples
    assert results.failed == 0


def test_the_readme_is_short() -> None:
    assert len(README.read_bytes()) <= 10_000


@pytest.mark.parametrize("paper", built_in(), ids=lambda paper: paper.name)
def test_the_verdict_table_is_the_ledgers(paper: Paper) -> None:
    """A green run computes what the ledger expects, so the table of such a run shows exactly that."""
    rows = ROW.findall((paper.folder / "VERDICTS.md").read_text(encoding="utf-8"))
    assert dict(rows) == {entry.id: str(entry.expected) for entry in load_ledger(paper.ledger)}


def test_the_readme_counts_what_the_ledger_expects() -> None:
    expected = [str(entry.expected) for entry in load_ledger(ledger_of())]
    truths = Counter(verdict.partition(",")[0] for verdict in expected)
    strengths = Counter(verdict.partition(", ")[2] for verdict in expected)
    words = " ".join(README.read_text(encoding="utf-8").split())
    assert f"Of the {len(expected)} statements examined" in words
    assert f"{truths['holds']} hold, {truths['fails']} fail as printed" in words
    assert f"{truths['undecided']} are undecided" in words
    assert f"{strengths['machine-checked']} are machine-checked" in words
    assert f"{strengths['argued']} argued" in words
    assert f"{strengths['cited']} cited" in words
    assert f"{strengths['supported']} supported" in words


def test_the_readme_counts_the_faults() -> None:
    words = " ".join(README.read_text(encoding="utf-8").split())
    faults = load_ledger(ledger_of()).distinct_faults()
    numbers = Counter(str(fault.grade) for fault in faults)
    assert f"are {len(faults)} distinct faults" in words
    assert f"{numbers['false']} false assertions, {numbers['gap']} gaps in proofs" in words
    assert (
        f"{numbers['degenerate']} degenerate cases, {numbers['misprint']} misprints, {numbers['reading']} readings"
        in words
    )


def test_the_table_of_faults_is_the_ledgers() -> None:
    rows = FAULT.findall(VERDICTS.read_text(encoding="utf-8"))
    faults = load_ledger(ledger_of()).distinct_faults()
    assert rows == [(fault.id, str(fault.grade), str(len(fault.hanging))) for fault in faults]


def _links(page: Path) -> Iterator[tuple[Path, str]]:
    """The files of the project that a page links to, with the part after #."""
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def _anchors(page: Path) -> set[str]:
    headings = HEADING.findall(page.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*PAGES, VERDICTS], ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in _links(page):
        assert target.exists(), f"{page.name} links to {target}"
        assert not anchor or anchor in _anchors(target), f"{page.name} links to #{anchor} of {target.name}"


FILE = re.compile(r"`((?:theory|checks|reports|tests|docs)/[\w./-]*)`")


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=lambda page: page.name)
def test_files_that_are_named_exist(page: Path) -> None:
    for name in FILE.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), f"{page.name} names {name}"
