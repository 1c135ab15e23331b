"""The README says what is true: its example runs, its verdicts are the ledger's."""

import doctest
import re
from pathlib import Path

from checks.ledger import load_ledger
from checks.papers import ledger_of

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"


def test_the_example_runs() -> None:
    results = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert results.attempted >= 4
    assert results.failed == 0


def test_the_verdict_table_is_the_ledgers() -> None:
    """A green run computes what the ledger expects, so the table of such a run shows exactly that."""
    rows = re.findall(r"^\| `([^`]+)` .*?\| [✓✗?] ([^|]+?) \|", README.read_text(encoding="utf-8"), flags=re.MULTILINE)
    expected = {entry.id: str(entry.expected) for entry in load_ledger(ledger_of())}
    assert dict(rows) == expected
