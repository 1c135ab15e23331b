"""The verdict table as Markdown."""

from __future__ import annotations

import pytest

from reports.selection import select
from reports.table import fault_table, verdict_page, verdict_table


def test_a_line_for_each_statement(document):
    lines = verdict_table(document).splitlines()
    assert lines[0] == "| statement | where | verdict | fault | by | sabotages | mutants | grounded |"
    assert lines[2] == "| `th-1` Squares are positive | Section 1 | ✗ fails, argued | false | exact | 0/0 |  |  |"
    assert lines[4] == "| `lem-1` A sum of bounds | Section 1 | ✓ holds, argued |  | symbolic | 1/1 |  | yes |"
    assert len(lines) == 6


def test_a_page_says_whose_verdicts_it_holds(document):
    page = verdict_page(document, ["lem-1"])
    assert page.startswith(f"# Verdicts: {document['paper']['title']}\n\n")
    assert page.endswith(f"\n\n{verdict_table(document, ['lem-1'])}")


def test_faults_have_a_table_of_their_own(document):
    lines = fault_table(document).splitlines()
    assert lines[2:] == ["| `th-1` Squares are positive |  | false | 1 |"]
    assert fault_table(document, ["lem-1"]) == ""
    document["claims"][3] |= {"fault": "false", "same_fault": "th-1", "verdict": document["claims"][0]["verdict"]}
    assert fault_table(document, ["ex-1"]).splitlines()[2:] == ["| `th-1` Squares are positive | `ex-1` | false | 1 |"]
    assert "| false, as `th-1` |" in verdict_table(document)
    page = verdict_page(document)
    assert "In the whole ledger 1 distinct faults: 1 false." in page
    assert f"\n\n{fault_table(document)}\n## Statements\n\n" in page


def test_unexpected_verdicts_stand_out(unexpected_document):
    table = verdict_table(unexpected_document)
    assert "? undecided (not as expected)" in table
    assert "? missing (not as expected)" in table


def test_a_partial_run_says_so(document):
    partial = verdict_page({**document, "partial": True, "complete": False})
    assert "\n\n**This is a partial run: checks may have been left out, " in partial
    selected = verdict_table({**document, "complete": False})
    assert selected.startswith("**This is a run of some statements only: 0 of 4 in the ledger were not run.**\n\n| ")
    assert "**This is" not in verdict_page(document)


def test_selection():
    names = ["prop-1", "prop-1.hmf", "prop-10", "eq-2"]
    assert select(names, ["prop-1.*", "eq-2"]) == ["prop-1.hmf", "eq-2"]
    assert select(names, ["prop-1"]) == ["prop-1"]
    with pytest.raises(ValueError, match=r"'prop-2' matches no statement; did you mean prop-1"):
        select(names, ["prop-2"])
    with pytest.raises(ValueError, match=r"'zzz' matches no statement; `manyfaces list`"):
        select(names, ["zzz"])
