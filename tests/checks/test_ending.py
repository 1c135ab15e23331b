"""The end of a run in the terminal: counts, what is not as expected and how to repeat it, what took longest."""

from __future__ import annotations

import io
from typing import Any

import pytest

from checks._run.ending import print_ending
from checks._run.timing import settle


def test_the_table_is_shown_when_asked_for(small):
    small.state("sum").write(small.check("sum"))
    table = r"sum +holds, argued +exact +1/1 +Title of sum"
    assert small.run().ret == 0
    small.run().stdout.no_re_match_line(table)
    small.run("--claims-show").stdout.re_match_lines([table, r"1 statements: 1 holds, argued; .* caught 1 of 1"])


def test_counts_and_files_come_last(small):
    small.state("sum").write(small.check("sum"))
    result = small.run("--claims-witnesses=witnesses")
    result.stdout.fnmatch_lines(
        [
            "=* claims: Sums =*",
            "1 statements: 1 holds, argued; sabotages caught 1 of 1",
            "written: claims.json",
            "written: witnesses",
        ]
    )


def test_what_is_not_as_expected_comes_with_its_reason_and_the_command_that_repeats_it(small):
    small.state("sum").state("difference").write(small.check("sum", "1 / 0"))
    (small.path / "more").mkdir()
    small.write(small.check("difference"), "more/test_more")
    result = small.run("--claims-scale=paper", "--claims-device", "cpu")
    result.stdout.fnmatch_lines(
        [
            "not as expected: sum: computed undecided, expected holds, argued",
            "  because: the check stopped: ZeroDivisionError: division by zero",
            "  again: pytest test_sums.py --claims-scale=paper --claims-device cpu --claims-only sum",
            "not as expected: sum: a sabotage was not caught: ['two']",
        ],
        consecutive=False,
    )
    repeated = small.run("test_sums.py", "--claims-scale=paper", "--claims-device", "cpu", "--claims-only", "sum")
    assert repeated.ret == pytest.ExitCode.TESTS_FAILED


def test_a_program_that_runs_the_checks_names_its_own_command_and_files(small):
    small.state("sum").write(small.check("sum", "1 / 0"))
    result = small.run("--claims-again=others check")
    result.stdout.fnmatch_lines(["  again: others check sum"])
    result = small.run("--claims-again=others check", "--claims-seed=7")
    result.stdout.fnmatch_lines(["  again: others check sum -- --claims-seed=7"])
    result.stdout.no_fnmatch_line("written: *")


def test_a_statement_without_a_check_has_no_command(small):
    small.state("sum").state("difference").write(small.check("sum"))
    result = small.run()
    result.stdout.fnmatch_lines(["not as expected: difference: no check bears its id"])
    result.stdout.no_fnmatch_line("*again: *")


def test_a_run_that_was_stopped_lists_nothing_that_did_not_finish(small):
    later = small.check("later", "raise KeyboardInterrupt if subject == 1 else None")
    small.state("wrong", expected="undecided").state("later").write(small.check("wrong") + later)
    result = small.pytester.runpytest_subprocess()
    assert result.ret == pytest.ExitCode.INTERRUPTED
    result.stdout.fnmatch_lines(
        [
            "not as expected: wrong: computed holds, argued, expected undecided",
            "interrupted: 1 statements have checks that did not finish",
        ]
    )
    result.stdout.no_fnmatch_line("not as expected: later: *")


class _Screen:
    def __init__(self) -> None:
        self.config, self.text = None, io.StringIO()

    def write_line(self, line: str, **_: Any) -> None:
        self.text.write(line + "\n")


def test_the_slowest_builds_and_checks():
    evidence = [{"check": f"test_a.py::test_{n}[as stated]", "seconds": float(n), "carried": None} for n in range(12)]
    evidence.append({"check": "test_a.py::test_old[as stated]", "seconds": 99.0, "carried": "2030-01-02"})
    claim = {
        "id": "a",
        "verdict": {"state": "judged", "truth": "holds", "strength": "argued", "reason": ""},
        "as_expected": True,
        "sabotages": {"caught": 0, "tried": 0},
        "mutants": None,
        "unfilled": [],
        "evidence": evidence,
    }
    claim["expected"] = {"truth": "holds", "strength": "argued"}
    builds = [{"name": "test_a.train", "seconds": 7.5}, {"name": "test_a.look_up", "seconds": 0.01}]
    screen: Any = _Screen()
    print_ending(screen, {"claims": [claim], "builds": builds}, {}, False)
    lines = screen.text.getvalue().splitlines()
    assert lines[1] == "slowest builds and checks:"
    assert [line.split() for line in lines[2:7]] == [
        ["11.0", "s", "check", "test_a.py::test_11"],
        ["10.0", "s", "check", "test_a.py::test_10"],
        ["9.0", "s", "check", "test_a.py::test_9"],
        ["8.0", "s", "check", "test_a.py::test_8"],
        ["7.5", "s", "build", "test_a.train"],
    ]
    assert len(lines) == 12


def test_sabotages_add_to_the_time_of_their_check_and_builds_do_not():
    def record(place, kind, seconds, built=()):
        return {
            "kind": kind,
            "place": [place],
            "test": "test_a.py::test_it []",
            "seconds": seconds,
            "built": [{"name": "test_a.train", "seconds": seconds} for seconds in built],
        }

    records, builds = settle([record(1, "sabotage", 0.3, (9.0,)), record(0, "check", 0.02, (8.0,))])
    assert records == [{"kind": "check", "seconds": 0.32}, {"kind": "sabotage", "seconds": 0.32}]
    assert builds == [{"name": "test_a.train", "seconds": 9.0}]


def test_a_build_is_listed_once(small):
    shared = {"build": "build", "sabotage": "{'two': lambda n: 2}", "subject": "None"}
    checks = small.check("sum", **shared) + small.check("difference", **shared)
    build = "\ndef build(scale, device):\n    return 1\n"
    small.state("sum").state("difference").write(build + checks)
    assert small.run().ret == 0
    assert [entry["name"] for entry in small.document()["builds"]] == ["test_sums.build"]
