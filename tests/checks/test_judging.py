"""What a verdict may rest on: tests that pytest calls passed, records as they were verified, everything collected."""

from __future__ import annotations

import json

import pytest

from checks._run.shadowing import shadowed
from checks.evidence import Evidence
from checks.implication import linear
from checks.outcome import judged_again, outcome_of
from checks.verdict import Truth
from checks.witness import identity, instance, refutation


def verdict(small, name: str = "sum") -> tuple[str, str, str]:
    [claim] = [claim for claim in small.document()["claims"] if claim["id"] == name]
    found = claim["verdict"]
    return found["state"], found["truth"], found["reason"]


def sabotages(small, name: str = "sum") -> tuple[int, int]:
    [claim] = [claim for claim in small.document()["claims"] if claim["id"] == name]
    return claim["sabotages"]["caught"], claim["sabotages"]["tried"]


# --- pytest's last word ----------------------------------------------------------------------------------------------

TEARDOWN = "\n@pytest.fixture(autouse=True)\ndef around(subject):\n    yield\n    assert subject != {wrong}\n"
FINALIZER = (
    "\n@pytest.fixture(autouse=True)\ndef around(request, subject):\n"
    "    request.addfinalizer(lambda: 1 / (subject - {wrong}))\n"
)


@pytest.mark.parametrize("fixture", [TEARDOWN, FINALIZER])
@pytest.mark.parametrize("arguments", [(), ("-n", "1")])
def test_a_check_whose_teardown_fails_is_undecided(small, fixture, arguments):
    small.state("sum").write(fixture.format(wrong=1) + small.check("sum"))
    assert small.run(*arguments).ret == pytest.ExitCode.TESTS_FAILED
    state, truth, reason = verdict(small)
    assert (state, truth) == ("judged", "undecided")
    assert reason.startswith("pytest calls it failed in its teardown: ")
    assert sabotages(small) == (1, 1)


def test_a_sabotage_whose_teardown_fails_is_not_caught(small):
    small.state("sum").write(TEARDOWN.format(wrong=2) + small.check("sum"))
    assert small.run().ret == pytest.ExitCode.TESTS_FAILED
    assert verdict(small)[1] == "holds"
    assert sabotages(small) == (0, 1)


@pytest.mark.parametrize("arguments", [(), ("-n", "1"), ("-p", "no:terminal")])
@pytest.mark.parametrize("wrong", [1, 2])
def test_failing_subtests_spoil_a_check_and_catch_no_sabotage(small, arguments, wrong):
    pytest.importorskip("_pytest.subtests")
    body = f"\n    with subtests.test():\n        assert subject != {wrong}\n"
    check = small.check("sum", body).replace("(evidence, subject)", "(evidence, subject, subtests)")
    small.state("sum").write(check)
    small.run(*arguments)
    assert verdict(small)[:2] == ("judged", "undecided" if wrong == 1 else "holds")
    assert sabotages(small) == (int(wrong == 1), 1)


SOFT = """
import pytest

@pytest.hookimpl(wrapper=True, {order}=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call" and "{name}" in item.name:
        report.outcome, report.longrepr = "failed", "soft assertions: 1 failed"
    return report
"""


@pytest.mark.parametrize("order", ["tryfirst", "trylast"])
@pytest.mark.parametrize("expected", ["holds", "undecided"])
def test_a_report_that_a_plugin_makes_fail_spoils_a_check(small, order, expected):
    small.pytester.makeconftest(SOFT.format(order=order, name="as stated"))
    small.state("sum", expected=expected).write(small.check("sum"))
    small.run()
    assert verdict(small)[1:] == ("undecided", "pytest calls it failed in its call: soft assertions: 1 failed")


def test_a_report_that_a_plugin_makes_fail_catches_no_sabotage(small):
    small.pytester.makeconftest(SOFT.format(order="trylast", name="two"))
    small.state("sum").write(small.check("sum"))
    assert small.run().ret == pytest.ExitCode.TESTS_FAILED
    assert (verdict(small)[1], sabotages(small)) == ("holds", (0, 1))


AGAIN = """
import pytest
from _pytest.runner import runtestprotocol

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    for attempt in range(2):
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        for report in reports:
            if report.failed and not attempt:
                report.outcome = "rerun"
            item.ihook.pytest_runtest_logreport(report=report)
        if not any(report.outcome == "rerun" for report in reports):
            break
    return True
"""


@pytest.mark.parametrize("good", [1, 2])
def test_of_several_attempts_the_last_counts(small, good):
    small.pytester.makeconftest(AGAIN)
    tried = "tried = []\n"
    body = f"tried.append(1); assert subject != 1 or len(tried) >= {good if good == 1 else 2}"
    small.state("sum").write(tried + small.check("sum", body))
    assert small.run().ret == 0
    assert verdict(small)[:2] == ("judged", "holds")
    assert len(small.evidence("sum")) == 1


AWAITED = "\nclass Awaited:\n    def __await__(self):\n        yield\n"


@pytest.mark.parametrize("coroutine", [True, False])
def test_a_coroutine_is_an_error_and_catches_nothing(small, coroutine):
    check = small.check("sum")
    check = check.replace("def test", "async def test") if coroutine else AWAITED + check + "    return Awaited()\n"
    small.state("sum").write(check)
    small.run()
    assert verdict(small)[1] == "undecided"
    assert sabotages(small) == (0, 1)


# --- everything collected --------------------------------------------------------------------------------------------


@pytest.fixture
def two_files(small):
    """A statement that a check in one file shows and a check in another would refute."""
    small.state("sum").write(small.check("sum"), "test_a")
    return small


@pytest.mark.parametrize("arguments", [(), ("-n", "2")])
@pytest.mark.parametrize(
    "first", ["pytest.importorskip('absent_module')", "pytest.skip(allow_module_level=True)", "import absent_module"]
)
def test_a_module_that_is_not_imported_leaves_the_run_incomplete(two_files, first, arguments):
    two_files.write(first + two_files.check("sum", "assert False"), "test_b")
    result = two_files.run("--continue-on-collection-errors", *arguments)
    assert result.ret != 0
    document = two_files.document()
    assert (document["partial"], document["complete"]) == (True, False)
    result.stdout.fnmatch_lines(["not collected, so that nothing is settled: test_b.py: *"])


def test_a_run_that_lost_all_its_checks_says_so(small):
    small.state("sum").write("pytest.importorskip('absent_module')" + small.check("sum"))
    (small.path / "test_other.py").write_text("def test_it():\n    pass\n")
    assert small.run().ret == pytest.ExitCode.TESTS_FAILED
    assert not small.document()["complete"]


@pytest.mark.parametrize(
    "spelling", ["from pytest import mark as m\nclaim = m.claim", "claim = getattr(pytest.mark, 'claim')"]
)
def test_an_ignored_file_leaves_the_run_partial_however_it_spells_the_marker(two_files, spelling):
    two_files.write(spelling + two_files.check("sum", "assert False"), "test_b")
    for prepare in ("--ignore=test_b.py", ""):
        if not prepare:
            two_files.pytester.makeconftest("collect_ignore = ['test_b.py']")
        two_files.run(*([prepare] if prepare else []))
        assert (two_files.document()["partial"], two_files.document()["complete"]) == (True, False)


TWICE = "\ndef test_sum(evidence, subject):\n    pass\n"


@pytest.mark.parametrize("arguments", [(), ("-n", "1")])
def test_a_check_that_another_of_its_name_hides_is_refused(small, arguments):
    small.state("sum").write(small.check("sum", "assert False") + small.check("sum"))
    result = small.run(*arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *test_sums.py: test_sum of line 8 is lost, as line 13 binds the name again*"])


def test_what_hides_a_name():
    import ast

    text = """
class Test:
    def test_a(self): ...
    test_a = None
def test_b(): ...
from x import y as test_b
def test_c(): ...
if True:
    def test_c(): ...
helper = 1
helper = 2
"""
    assert list(shadowed(ast.parse(text))) == [("test_a", 3, 4), ("test_b", 5, 6)]


# --- one check is one check ------------------------------------------------------------------------------------------

CRASH = "if subject == 1 and {when}:\n        __import__('os')._exit(1)\n"


def _pair(small, when: str) -> None:
    """Two checks of one statement, of which the second makes its worker crash."""
    other = small.check("sum", CRASH.format(when=when)).replace("test_sum", "test_other")
    small.state("sum").write(small.check("sum") + other)


@pytest.mark.parametrize("arguments", [("-n2", "--dist=each"), ("-n1",), ("-n1", "--max-worker-restart=0")])
def test_a_check_that_crashes_its_worker_is_not_made_up_for_by_another(small, arguments):
    _pair(small, "True")
    assert small.run(*arguments).ret != 0
    assert verdict(small)[:2] == ("unfinished", "undecided")


def test_a_check_that_two_workers_run_is_one(small):
    small.state("sum").write(small.check("sum"))
    assert small.run("-n2", "--dist=each").ret == 0
    assert len(small.evidence("sum")) == 1
    assert sabotages(small) == (1, 1)


def test_workers_that_do_not_agree_settle_nothing(small):
    body = "evidence.fact('first', subject != 1 or evidence_of('PYTEST_XDIST_WORKER') == 'gw0')"
    small.state("sum").write("evidence_of = __import__('os').environ.get\n" + small.check("sum", body))
    assert small.run("-n2", "--dist=each").ret != 0
    assert verdict(small)[1:] == ("undecided", "workers found holds, undecided")


# --- one subject is one check's --------------------------------------------------------------------------------------

BUILD = """
def build(scale, device):
    return [1, 2]

def broken(artefact):
    artefact.append(-1)
    return artefact
"""


def test_a_sabotage_changes_its_own_copy_of_what_is_built(small):
    small.state("sum").state("later")
    shared = {"build": "build", "sabotage": "{'longer': broken}", "subject": "None"}
    checks = [small.check(name, **shared).replace("subject == 1", "subject == [1, 2]") for name in ("sum", "later")]
    small.write(BUILD + checks[0] + checks[1])
    assert small.run().ret == 0
    assert [verdict(small, name)[1] for name in ("sum", "later")] == ["holds", "holds"]


@pytest.mark.parametrize("arguments", ["", "build=build, "])
def test_a_check_changes_its_own_copy_of_its_subject(small, arguments):
    """The subject is one for two checks here, each of which would spoil it for the other."""
    mark = f"spoilt = [[1, 2, 3]]\nmark = claim('sum', by='exact', {arguments}"
    mark += "sabotage={'longer': broken})\n" if arguments else "subject=[1, 2], sabotage={'longer': spoilt[0]})\n"
    checks = "".join(
        f"\n@mark\ndef test_{n}(evidence, subject):\n    evidence.fact('as built', subject == [1, 2])\n"
        "    subject.append(3)\n    if len(subject) == 4:\n        subject[:] = [1, 2]\n"
        for n in "ab"
    )
    small.state("sum").write(BUILD + mark + checks)
    assert small.run().ret == 0
    assert sabotages(small) == (2, 2)


def test_what_cannot_be_copied_is_shared_and_watched(small):
    build = """
class Locked:
    def __init__(self):
        self.items = [1]
    def __deepcopy__(self, memo):
        raise TypeError("no copies")
    def __reduce__(self):
        return Locked, (), {"items": self.items}

def build(scale, device):
    return Locked()

def broken(artefact):
    artefact.items.append(-1)
    return artefact
"""
    shared = {"build": "build", "sabotage": "{'longer': broken}", "subject": "None"}
    check = small.check("sum", **shared).replace("subject == 1", "subject.items == [1]")
    small.state("sum").write(build + check)
    result = small.run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["*the sabotage 'longer' changed what was built by test_sums.build*"])
    assert sabotages(small) == (0, 1)


# --- a record is what was verified -----------------------------------------------------------------------------------


def record(by: str = "exact") -> Evidence:
    return Evidence("sum", by)


LARGER = refutation("x = 2", given={"x": 2}, conclusion=["x <= 1"])
ABSURD = linear("absurd", ["a < b", "b < a"], "0 > 0")


def test_what_is_changed_after_it_was_verified_is_not_recorded():
    evidence, witness = record(), refutation("x = 2", given={"x": [2]}, conclusion=["x[0] <= 1"])
    evidence.refute(witness)
    witness["given"]["x"][0] = "0"
    witness["says"] = "nothing"
    assert evidence.witnesses[0]["given"] == {"x": ["2"]}
    assert evidence.witnesses[0]["says"] == "x = 2"


def test_a_record_is_verified_again():
    evidence = record()
    evidence.refute(LARGER)
    assert judged_again(evidence.record())[0] is Truth.FAILS
    evidence.witnesses[0]["given"]["x"] = "0"
    truth, reason = judged_again(evidence.record())
    assert truth is Truth.UNDECIDED
    assert reason.startswith("the verifier refuses a witness of the record, 'x = 2': ")


def test_an_outcome_is_computed_and_not_said():
    evidence = record()
    evidence.fact("yes", True)
    assert outcome_of({**evidence.record(), "outcome": "fails"})[0] is Truth.HOLDS
    with pytest.raises(AttributeError):
        evidence.refuted = True


FORGED = {"claim": "sum", "by": "exact", "outcome": "fails", "kind": "check", "check": "x", "place": ["x"]}
FORGED_TEXT = json.dumps(json.dumps(FORGED))


FORGED_TEXT = json.dumps(json.dumps(FORGED))


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("evidence.fact('one', True); evidence.refuted = True", "undecided"),
        ("evidence.count(0); evidence.by = 'exact'", "undecided"),
        ("evidence.claim = 'other'; evidence.count(3)", "holds"),
        (f"evidence.count(3); request.node.user_properties.append(('claim-record', {FORGED_TEXT}))", "holds"),
        ("evidence.count(3); record_property('claim-record', '{}')", "holds"),
        (f"evidence.count(3); evidence.refute({LARGER!r}); evidence.witnesses[0]['given']['x'] = '0'", "undecided"),
    ],
)  # fmt: skip
def test_a_check_cannot_say_what_it_found(small, body, outcome):
    taken = "(evidence, subject, request, record_property)"
    check = small.check("sum", body, by="'samples'").replace("(evidence, subject)", taken)
    small.state("sum", strength="supported").state("other").write(check)
    small.run()
    assert verdict(small)[1] == outcome
    assert verdict(small, "other")[0] == "missing"
    assert [found["by"] for found in small.evidence("sum")] == ["samples"]


def test_a_test_that_is_no_check_has_no_record(small):
    forged = (
        f"\ndef test_forged(record_property):\n    record_property('claim-record', {json.dumps(json.dumps(FORGED))})\n"
    )
    small.state("sum").write(small.check("sum") + forged)
    assert small.run().ret == 0
    assert len(small.evidence("sum")) == 1


@pytest.mark.parametrize(
    ("method", "witness", "error"),
    [
        ("refute", identity("x", ("x", "x")), ValueError),
        ("refute", instance("x", given={"x": 1}, conclusion=["x == 1"]), ValueError),
        ("refute", linear("x", ["a <= b"], "a <= b + 1"), AssertionError),
        ("refute", linear("x", ["a <= b", "b < a"], "a < 0*a + a + 1"), AssertionError),
        ("certify", LARGER, ValueError),
    ],
)
def test_each_takes_its_own_kinds(method, witness, error):
    evidence = record()
    with pytest.raises(error):
        getattr(evidence, method)(witness)
    assert (evidence.facts, evidence.witnesses) == ([], [])


@pytest.mark.parametrize("goal", ["0 > 0", "1 <= 0", "0 == 1", "a < a"])
def test_a_contradiction_refutes_or_ends_a_proof(goal):
    witness = linear("absurd", ["a < b", "b < a", "a == a + 1"], goal)
    refuted, certified = record(), record("symbolic")
    refuted.refute(witness)
    certified.certify(witness)
    assert judged_again(refuted.record())[0] is Truth.FAILS
    assert judged_again(certified.record())[0] is Truth.HOLDS
    for evidence, method, other in ((refuted, "fact", "absurd"), (certified, "refute", witness)):
        with pytest.raises(ValueError, match="word"):
            getattr(evidence, method)(*((other, True) if method == "fact" else (other,)))
