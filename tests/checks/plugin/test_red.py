"""What makes a run red: verdicts that differ, missing checks, conflicts, sabotages that are not caught."""

from __future__ import annotations

from typing import Any

import pytest


def test_red_when_the_verdict_differs(project: Any) -> None:
    result = project.write(ledger=project.LEDGER.replace('"fails"', '"holds"').replace('fault = "false"\n', "")).run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["not as expected: bound: computed fails, argued, expected holds, argued"])


@pytest.mark.parametrize("right", ["a + b + 1", "a +", "1 / a"])
def test_a_failing_check_is_shown_without_the_engine_below_it(project: Any, right: str) -> None:
    shown = project.write(project.one(f"evidence.certify(identity('', ('a + b', '{right}')))", "symbolic")).run()
    assert "evidence.certify(identity(" in shown.stdout.str()
    assert "checks/verify" not in shown.stdout.str() and "_verified" not in shown.stdout.str()


@pytest.mark.parametrize(("by", "expected"), [("exact", "supported"), ("samples", "argued")])
def test_red_when_the_strength_differs(project: Any, by: str, expected: str) -> None:
    checks = project.one('evidence.fact("yes", True); evidence.count(1, 1)', by)
    result = project.write(checks, project.PAPER + project.entry("sum", strength=expected)).run()
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize("ini", [False, True])
def test_an_entry_without_a_check_is_red_when_everything_was_collected(project: Any, ini: bool) -> None:
    project.write(project.FAILS)
    (project.path / "test_more.py").write_text("import pytest\n\n\ndef test_nothing():\n    pass\n")
    if ini:
        project.pytester.makeini("[pytest]\nclaims_ledger = ledger.toml")
    for arguments in ([], ["."], ["--ff"]):
        result = project.run(*arguments)
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        result.stdout.fnmatch_lines([project.MISSING])
        assert project.verdict("sum")[0] == "missing"


@pytest.mark.parametrize("ini", [False, True])
def test_an_entry_without_a_check_is_not_judged_on_a_selection(project: Any, ini: bool) -> None:
    project.write(project.FAILS)
    three = project.one('evidence.fact("three", subject == 3)', subject="3")
    project.write(three.replace('"sum"', '"bound.amended"'), name="test_two")
    if ini:
        (project.path / "data").mkdir()
        (project.path / "ledger.toml").rename(project.path / "data" / "a.toml")
        project.pytester.makeini("[pytest]\nclaims_ledger = data")
    for arguments in (
        ["-k", "bound"],
        ["test_sums.py"],
        ["test_sums.py::test_bound"],
        ["--claims-only=bound"],
        ["--ignore=test_two.py"],
        ["--deselect=test_two.py"],
    ):
        result = project.run(*arguments)
        assert result.ret == 0, arguments
        assert project.verdict("sum")[0] == "not run", arguments


def test_last_failed_is_a_selection(project: Any) -> None:
    failing = project.FAILS + "\n\ndef test_flag():\n    assert __import__('os').path.exists('flag')\n"
    project.write(project.HOLDS + failing).run()
    (project.path / "flag").touch()
    project.write(project.HOLDS.replace("symbolic", "exact") + failing)
    result = project.run("--lf")
    result.assert_outcomes(passed=1)
    assert result.ret == 0


def test_a_weaker_verdict_is_excused_only_where_checks_may_have_been_left_out(project: Any) -> None:
    more = (
        project.HOLDS
        + """
@claim("sum", by="samples", subject=1, sabotage={"two": 2})
def test_cases(evidence, subject):
    evidence.fact("one", subject == 1)
    evidence.count(9, 3)
"""
    )
    project.write(more, project.ONE)
    assert project.run().ret == 0
    assert project.run("-k", "cases").ret == 0
    assert not project.claims()["sum"]["as_expected"]
    assert (
        project.write(more.replace(project.HOLDS, ""), project.ONE).run("--claims-only=sum").ret
        == pytest.ExitCode.TESTS_FAILED
    )


def test_items_removed_by_other_hooks_make_a_selection(project: Any) -> None:
    project.write()
    project.pytester.makeconftest("""
        import pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_collection_modifyitems(items):
            items[:] = [item for item in items if "sum[" not in item.name]
    """)
    assert project.run().ret == 0
    assert project.verdict("sum")[0] == "not run"


def test_red_when_evidence_conflicts(project: Any) -> None:
    checks = project.one('evidence.fact("yes", True)') + project.FAILS[: project.FAILS.index("@claim", 5)].replace(
        '"bound"', '"sum"'
    )
    result = project.write(checks, project.ONE).run("-k", "as and stated")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.verdict("sum")[:2] == ("conflict", "undecided")
    result.stdout.fnmatch_lines(["*sum: one check says that it holds and another that it fails"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("pass", "the check recorded no fact"),
        ("evidence.assume('a theorem')", "the check recorded no fact"),
        ("evidence.fact('open', None)", "'open' could not be decided"),
        (
            "evidence.fact('false', False)",
            "'false' is false, which refutes only with an exact counterexample (evidence.refute)",
        ),
        ("evidence.fact('yes', True); evidence.undecided('too hard')", "too hard"),
        ("evidence.fact('yes', True); evidence.undecided('')", "no reason was given"),
        ("evidence.fact('yes', True); 1 / 0", "the check stopped: ZeroDivisionError: division by zero"),
        ("evidence.fact('yes', True); pytest.skip('no GPU')", "the check stopped: Skipped: no GPU"),
        ("evidence.fact('yes', True); pytest.fail('no')", "the check stopped: Failed: no"),
        ("evidence.fact('yes', True); pytest.xfail('no')", "the check stopped: XFailed: no"),
        ("evidence.fact('uncalled', len)", "the check stopped: ValueError: truth=<built-in function len>*"),
        ("evidence.refute(larger(2)); assert subject == 2", "the check stopped: AssertionError*"),
        ("evidence.refute(larger(2)); evidence.undecided('doubts')", "doubts"),
        ("evidence.refute(larger(2)); evidence.fact('step', False)", "'step' is false*"),
        ("evidence.figure('curve', 'x', y=[float('nan')])", "the check stopped: ValueError: figure 'curve'*"),
    ],
)
def test_undecided_is_never_holds_and_red(project: Any, body: str, reason: str) -> None:
    result = project.write(project.one(body), project.ONE).run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    state, truth, why = project.verdict("sum")
    assert (state, truth) == ("judged", "undecided")
    assert __import__("fnmatch").fnmatchcase(why, reason.replace("[", "[[]")), why


@pytest.mark.parametrize("by", ["symbolic", "samples", "examples", "training"])
def test_a_method_leaves_its_trace(project: Any, by: str) -> None:
    project.write(project.one("evidence.fact('yes', True)", by), project.ONE).run()
    assert project.verdict("sum")[1] == "undecided"


def test_one_undecided_check_leaves_the_statement_undecided(project: Any) -> None:
    project.write(project.HOLDS + project.one("evidence.fact('open', None)"), project.ONE)
    assert project.run().ret == pytest.ExitCode.TESTS_FAILED
    assert project.verdict("sum")[:2] == ("judged", "undecided")


@pytest.mark.parametrize("mark", ["skip", "xfail(run=False)", "xfail", "usefixtures('broken')"])
def test_marks_do_not_turn_a_check_green(project: Any, mark: str) -> None:
    broken = "\n@pytest.fixture\ndef broken():\n    raise OSError\n"
    result = project.write(broken + f"\n@pytest.mark.{mark}" + project.one("assert False"), project.ONE).run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.verdict("sum")[1] == "undecided"


@pytest.mark.parametrize(
    "body",
    [
        "evidence.fact('yes', True)",
        "evidence.fact('yes', True); subject + 1 if subject is None else 0",
        "evidence.fact('yes', True); pytest.skip() if subject is None else 0",
        "evidence.fact('yes', True); pytest.xfail() if subject is None else 0",
        "evidence.certify(identity('x', ('x', 'x' if subject else 'x +')))",
        "evidence.certify(identity('x', ('x', 'x' if subject else 'x.real')))",
        "evidence.fact('yes', True if subject else 'no')",
    ],
)
def test_a_sabotage_that_passes_or_crashes_is_not_caught(project: Any, body: str) -> None:
    check = project.one(body).replace("    assert subject is not None\n", "")
    result = project.write(check, project.ONE).run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.verdict("sum")[1] == "holds"
    assert project.claims()["sum"]["sabotages"] == {"caught": 0, "tried": 1, "names": ["wrong"], "missed": ["wrong"]}
    result.stdout.fnmatch_lines(["not as expected: sum: a sabotage was not caught: ['wrong']"])


def test_a_sabotage_that_does_not_run_is_not_caught(project: Any) -> None:
    check = "@pytest.fixture(autouse=True)\ndef skipping(subject):\n    if subject is None:\n        pytest.skip()\n"
    result = project.write(check + project.one("evidence.fact('yes', True)"), project.ONE).run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["not as expected: sum: a sabotage did not finish"])


def test_stopping_at_the_first_failure_leaves_the_rest_unfinished(project: Any) -> None:
    result = project.write("def test_first():\n    assert False\n" + project.ALL).run("-x")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert {project.verdict(name)[0] for name in ("sum", "bound")} <= {"unfinished"}
