"""The pytest plugin in small foreign projects, each with a ledger of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import hypothesis.internal.conjecture.providers  # noqa: F401  (once, not in each of the runs below)
import jsonschema
import pytest

from checks import verify
from checks._run import session, table  # noqa: F401
from checks.document import read_document

SCHEMA = json.loads((Path(verify.__file__).parent / "claims.schema.json").read_text(encoding="utf-8"))

HEAD = """
import pytest
from checks.witness import identity, refutation

claim = pytest.mark.claim


def larger(x):
    return refutation("x = 2", given={"x": x}, conclusion=["x <= 1"])
"""

HOLDS = """
@claim("sum", by="symbolic", subject="a + b", sabotage={"minus": "a - b"})
def test_sum(evidence, subject):
    evidence.value("a third", __import__("fractions").Fraction(1, 3))
    evidence.certify(identity("addition is commutative", (subject, "b + a")))
"""

FAILS = """
@claim("bound", by="exact", subject=2, sabotage={"one": 1})
def test_bound(evidence, subject):
    evidence.refute(larger(subject))


@claim("bound.amended", by="exact", subject=2, sabotage={"three": 3})
def test_bound_amended(evidence, subject):
    evidence.fact("two is at most two", subject <= 2)
"""

ALL = HOLDS + FAILS


def entry(name: str, expected: str = "holds", strength: str = "proved", **more: Any) -> str:
    fields = {
        "id": name,
        "where": "p. 1",
        "title": f"Title of {name}",
        "statement": "$x$",
        "expected": expected,
        "strength": strength,
    } | more
    return "\n".join(["[[statement]]", *(f"{key} = {json.dumps(value)}" for key, value in fields.items())])


PAPER = '[paper]\ntitle = "Sums"\n'
LEDGER = "\n".join(
    [
        PAPER,
        entry("sum"),
        entry("bound", "fails", depends_on=["sum"]),
        entry("bound.amended", amends="bound", depends_on=["sum"]),
    ]
)


class Project:
    """A folder with a ledger and checks, and what a run in it came to."""

    def __init__(self, pytester: pytest.Pytester):
        self.pytester, self.path = pytester, pytester.path

    def write(self, checks: str = ALL, ledger: str = LEDGER, name: str = "test_sums") -> Project:
        (self.path / "ledger.toml").write_text(ledger, encoding="utf-8")
        (self.path / f"{name}.py").write_text(HEAD + checks, encoding="utf-8")
        return self

    def run(self, *arguments: str) -> pytest.RunResult:
        return self.pytester.runpytest_inprocess("--claims-json=claims.json", *arguments)

    def claims(self) -> dict[str, Any]:
        return {claim["id"]: claim for claim in read_document(self.path / "claims.json")["claims"]}

    def verdict(self, name: str) -> tuple[str, str, str]:
        verdict = self.claims()[name]["verdict"]
        return verdict["state"], verdict["truth"], verdict["reason"]


@pytest.fixture
def project(pytester: pytest.Pytester) -> Project:
    return Project(pytester)


def one(body: str, by: str = "exact", sabotage: str = "{'wrong': None}", subject: str = "1") -> str:
    """A single check of the statement ``sum``; its sabotages fail unless the body deals with them."""
    return f"""
@claim("sum", by="{by}", subject={subject}, sabotage={sabotage})
def test_one(evidence, subject):
    assert subject is not None
    {body}
"""


ONE = PAPER + entry("sum")


# --- what a run shows ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["beside", "folder", "ini"])
def test_a_refuted_statement_that_is_expected_refuted_is_green(project: Project, place: str) -> None:
    project.write()
    if place == "folder":
        (project.path / "ledger").mkdir()
        (project.path / "ledger.toml").rename(project.path / "ledger" / "a.toml")
    if place == "ini":
        (project.path / "data").mkdir()
        (project.path / "ledger.toml").rename(project.path / "data" / "other.toml")
        project.pytester.makeini("[pytest]\nclaims_ledger = data/other.toml\naddopts = --strict-markers")
    result = project.run("--claims-show")
    assert result.ret == 0
    result.stdout.re_match_lines(
        [
            r"=+ claims: Sums =+",
            r"sum +holds, proved +symbolic +1/1 +Title of sum",
            r"bound +fails, proved +exact +1/1 +Title of bound",
            r"bound.amended +holds, proved +exact +1/1 +Title of bound.amended",
            r"3 statements: 1 fails, proved; 2 holds, proved; sabotages caught 3 of 3",
        ]
    )
    assert all(claim["as_expected"] for claim in project.claims().values())
    assert read_document(project.path / "claims.json")["complete"]


def test_grounded_means_proved_all_the_way_down(project: Project) -> None:
    ledger = LEDGER.replace('"sum"\nwhere', '"sum"\ndepends_on = ["base"]\nwhere')
    ledger += "\n" + entry("base", strength="supported")
    base = """
@claim("base", by="samples", subject=1, sabotage={"two": 2})
def test_base(evidence, subject):
    evidence.fact("one", subject == 1)
    evidence.count(5, 3)
"""
    assert project.write(ALL + base, ledger).run().ret == 0
    assert not any(claim["grounded"] for claim in project.claims().values())
    assert project.write().run().ret == 0
    assert {name: claim["grounded"] for name, claim in project.claims().items()} == {
        "sum": True,
        "bound": False,
        "bound.amended": True,
    }


def test_show_prints_the_evidence(project: Project) -> None:
    result = project.write().run("--claims-show")
    result.stdout.fnmatch_lines(
        [
            "sum: test_sums.py::test_sum* (symbolic)",
            "  + addition is commutative",
            "  witness (identity): addition is commutative",
            "    a third = 1/3",
            "  witness (refutation): x = 2",
        ]
    )


def test_compare_names_what_changed(project: Project) -> None:
    project.write().run()
    (project.path / "claims.json").rename(project.path / "old.json")
    weaker = HOLDS.replace('by="symbolic"', 'by="samples"') + "    evidence.count(3, 1)\n" + FAILS
    result = project.write(weaker).run("--claims-compare=old.json")
    result.stdout.fnmatch_lines(
        ["compared with old.json: 1 verdicts changed", "  sum: holds, proved -> holds, supported"]
    )
    same = project.write().run("--claims-compare=old.json", "--claims-only=bound*")
    same.stdout.fnmatch_lines(["compared with old.json: 0 verdicts changed"])
    (project.path / "old.json").write_text("[]")
    wrong = project.run("--claims-compare=old.json")
    assert wrong.ret == pytest.ExitCode.USAGE_ERROR
    wrong.stderr.fnmatch_lines(["*--claims-compare*old.json*not of the form*"])


def test_only_runs_the_claims_asked_for(project: Project) -> None:
    project.write(ALL + "\n\ndef test_other():\n    pass\n")
    result = project.run("--claims-only= bound*, ")
    result.assert_outcomes(passed=4, deselected=3)
    assert project.verdict("sum")[0] == "not run"
    assert not read_document(project.path / "claims.json")["complete"]
    result = project.run("--claims-only=bond")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--claims-only 'bond' matches no statement*"])


def test_scale_and_device_reach_the_check(project: Project) -> None:
    body = 'evidence.fact("as asked", (evidence.scale, evidence.device) == ("paper", "cpu"))'
    assert project.write(one(body), ONE).run("--claims-scale=paper", "--claims-device=cpu").ret == 0
    document = read_document(project.path / "claims.json")
    assert (document["scale"], document["device"]) == ("paper", "cpu")


HANDED = """
def build(scale, device, *, images, claims_seed):
    return images, claims_seed

@claim("sum", by="exact", build=build, sabotage={"elsewhere": lambda handed: "elsewhere"})
def test_built(evidence, subject):
    evidence.fact("the folder", subject == WANTED)
"""
NAMED = ONE.replace("[paper]", "[paper]\ndata = { images = 'a folder of them' }")


def test_build_is_handed_the_data_and_options_it_names(project: Project) -> None:
    assert (
        project.write("WANTED = 'a folder', 3\n" + HANDED, NAMED)
        .run("--claims-data=images=a folder", "--claims-seed=3")
        .ret
        == 0
    )
    assert project.write("WANTED = None, 0\n" + HANDED, NAMED).run().ret == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sounds=a", "*--claims-data sounds=...: *ledger.toml names images: a folder of them*"),
        ("images", "*--claims-data 'images': give NAME=PATH*"),
        ("=a", "*--claims-data '=a': give NAME=PATH*"),
    ],
)
def test_data_that_the_ledger_does_not_name_are_refused(project: Project, given: str, said: str) -> None:
    result = project.write("WANTED = None, 0\n" + HANDED, NAMED).run(f"--claims-data={given}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_build_is_called_once_with_scale_and_device(project: Project) -> None:
    check = """
calls = []

def build(scale, device):
    calls.append((scale, device))
    return 2

@claim("sum", by="exact", build=build, sabotage={"one more": lambda n: n + 1, "doubled": lambda n: 2 * n})
def test_built(evidence, subject):
    evidence.fact("two", subject == 2)
    assert calls == [("quick", "auto")]
"""
    assert project.write(check, ONE).run().ret == 0
    assert project.claims()["sum"]["sabotages"] == {
        "caught": 2,
        "tried": 2,
        "names": ["one more", "doubled"],
        "missed": [],
    }


# --- what is red -----------------------------------------------------------------------------------------------------


def test_red_when_the_verdict_differs(project: Project) -> None:
    result = project.write(ledger=LEDGER.replace('"fails"', '"holds"')).run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["not as expected: bound: computed fails, proved, expected holds, proved"])


@pytest.mark.parametrize(("by", "expected"), [("exact", "supported"), ("samples", "proved")])
def test_red_when_the_strength_differs(project: Project, by: str, expected: str) -> None:
    checks = one('evidence.fact("yes", True); evidence.count(1, 1)', by)
    result = project.write(checks, PAPER + entry("sum", strength=expected)).run()
    result.assert_outcomes(passed=2)
    assert result.ret == pytest.ExitCode.TESTS_FAILED


MISSING = "not as expected: sum: no check bears its id"


@pytest.mark.parametrize("ini", [False, True])
def test_an_entry_without_a_check_is_red_when_everything_was_collected(project: Project, ini: bool) -> None:
    project.write(FAILS)
    (project.path / "test_more.py").write_text("import pytest\n\n\ndef test_nothing():\n    pass\n")
    if ini:
        project.pytester.makeini("[pytest]\nclaims_ledger = ledger.toml")
    for arguments in ([], ["."], ["--ff"]):
        result = project.run(*arguments)
        assert result.ret == pytest.ExitCode.TESTS_FAILED
        result.stdout.fnmatch_lines([MISSING])
        assert project.verdict("sum")[0] == "missing"


@pytest.mark.parametrize("ini", [False, True])
def test_an_entry_without_a_check_is_not_judged_on_a_selection(project: Project, ini: bool) -> None:
    project.write(FAILS)
    three = one('evidence.fact("three", subject == 3)', subject="3")
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


def test_last_failed_is_a_selection(project: Project) -> None:
    failing = FAILS + "\n\ndef test_flag():\n    assert __import__('os').path.exists('flag')\n"
    project.write(HOLDS + failing).run()
    (project.path / "flag").touch()
    project.write(HOLDS.replace("symbolic", "exact") + failing)
    result = project.run("--lf")
    result.assert_outcomes(passed=1)
    assert result.ret == 0


def test_a_weaker_verdict_is_excused_only_where_checks_may_have_been_left_out(project: Project) -> None:
    more = (
        HOLDS
        + """
@claim("sum", by="samples", subject=1, sabotage={"two": 2})
def test_cases(evidence, subject):
    evidence.fact("one", subject == 1)
    evidence.count(9, 3)
"""
    )
    project.write(more, ONE)
    assert project.run().ret == 0
    assert project.run("-k", "cases").ret == 0
    assert not project.claims()["sum"]["as_expected"]
    assert project.write(more.replace(HOLDS, ""), ONE).run("--claims-only=sum").ret == pytest.ExitCode.TESTS_FAILED


def test_items_removed_by_other_hooks_make_a_selection(project: Project) -> None:
    project.write()
    project.pytester.makeconftest("""
        import pytest

        @pytest.hookimpl(tryfirst=True)
        def pytest_collection_modifyitems(items):
            items[:] = [item for item in items if "sum[" not in item.name]
    """)
    assert project.run().ret == 0
    assert project.verdict("sum")[0] == "not run"


def test_red_when_evidence_conflicts(project: Project) -> None:
    checks = one('evidence.fact("yes", True)') + FAILS[: FAILS.index("@claim", 5)].replace('"bound"', '"sum"')
    result = project.write(checks, ONE).run("-k", "as and stated")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.verdict("sum")[:2] == ("conflict", "undecided")
    result.stdout.fnmatch_lines(["*sum: one check says that it holds and another that it fails"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("pass", "the check recorded no fact"),
        ("evidence.assume('a theorem')", "the check recorded no fact"),
        ("evidence.fact('open', None)", "'open' could not be decided"),
        ("evidence.fact('false', False)", "'false' is false, but without an exact witness"),
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
def test_undecided_is_never_holds_and_red(project: Project, body: str, reason: str) -> None:
    result = project.write(one(body), ONE).run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    state, truth, why = project.verdict("sum")
    assert (state, truth) == ("judged", "undecided")
    assert __import__("fnmatch").fnmatchcase(why, reason.replace("[", "[[]")), why


@pytest.mark.parametrize("by", ["symbolic", "samples", "examples", "training"])
def test_a_method_leaves_its_trace(project: Project, by: str) -> None:
    project.write(one("evidence.fact('yes', True)", by), ONE).run()
    assert project.verdict("sum")[1] == "undecided"


def test_one_undecided_check_leaves_the_statement_undecided(project: Project) -> None:
    project.write(HOLDS + one("evidence.fact('open', None)"), ONE)
    assert project.run().ret == pytest.ExitCode.TESTS_FAILED
    assert project.verdict("sum")[:2] == ("judged", "undecided")


@pytest.mark.parametrize("mark", ["skip", "xfail(run=False)", "xfail", "usefixtures('broken')"])
def test_marks_do_not_turn_a_check_green(project: Project, mark: str) -> None:
    broken = "\n@pytest.fixture\ndef broken():\n    raise OSError\n"
    result = project.write(broken + f"\n@pytest.mark.{mark}" + one("assert False"), ONE).run()
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
def test_a_sabotage_that_passes_or_crashes_is_not_caught(project: Project, body: str) -> None:
    check = one(body).replace("    assert subject is not None\n", "")
    result = project.write(check, ONE).run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.verdict("sum")[1] == "holds"
    assert project.claims()["sum"]["sabotages"] == {"caught": 0, "tried": 1, "names": ["wrong"], "missed": ["wrong"]}
    result.stdout.fnmatch_lines(["not as expected: sum: a sabotage was not caught: ['wrong']"])


def test_a_sabotage_that_does_not_run_is_not_caught(project: Project) -> None:
    check = "@pytest.fixture(autouse=True)\ndef skipping(subject):\n    if subject is None:\n        pytest.skip()\n"
    result = project.write(check + one("evidence.fact('yes', True)"), ONE).run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(["not as expected: sum: a sabotage did not finish"])


def test_stopping_at_the_first_failure_leaves_the_rest_unfinished(project: Project) -> None:
    result = project.write("def test_first():\n    assert False\n" + ALL).run("-x")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert {project.verdict(name)[0] for name in ("sum", "bound")} <= {"unfinished"}


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        (HOLDS.replace('"sum"', '"sun"'), "*claim 'sun' is not in the ledger*"),
        (one("pass", sabotage="{}"), "*names no sabotage*"),
        (one("pass", sabotage="['wrong']"), "*names no sabotage*"),
        (one("pass", by="magic"), "*by='magic'; use one of*"),
        (
            "\n@claim('sum', by='exact', sabotage={'a': 1}, spoil=1)\ndef test_a(evidence, subject):\n    pass\n",
            "*spoil*",
        ),
        (HOLDS.replace("(evidence, subject)", "(evidence)"), "*takes the fixtures 'evidence' and 'subject'*"),
        ("\n@claim('bound', by='exact', sabotage={'a': 1})" + HOLDS, "*two claim markers*"),
        (
            (
                "\nclass TestIt(__import__('unittest').TestCase):\n    @claim('sum', by='exact', sabotage={'a': 1})\n"
                "    def test_it(self):\n        pass\n"
            ),
            "*a check is a plain function or method*",
        ),
    ],
)
def test_a_wrong_marker_is_named(project: Project, checks: str, words: str) -> None:
    result = project.write(checks).run()
    assert result.ret in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED)
    assert any(__import__("fnmatch").fnmatch(line, words) for line in result.outlines + result.errlines)
    assert not (project.path / "claims.json").exists()


def test_a_broken_ledger_is_a_usage_error(project: Project) -> None:
    result = project.write(ledger=LEDGER + "\n[[statement]]\nid = 3\n").run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: ledger.toml: statement 3: missing*"])


@pytest.mark.parametrize("arguments", [(), ("-n2", "--dist=loadgroup")])
def test_several_ledgers_have_a_document_each(project: Project, arguments: tuple[str, ...]) -> None:
    two = [entry("sum"), entry("product", "fails"), entry("factor", amends="product")]
    ledgers = {"one": ONE, "two": "\n".join([PAPER.replace("Sums", "Others"), *two])}
    for name, ledger in ledgers.items():
        (project.path / name).mkdir()
        Project.write(_at(project, name), one("evidence.fact('one', subject == 1)"), ledger, name=f"test_{name}")
    result = project.run(*arguments)
    assert result.ret == pytest.ExitCode.TESTS_FAILED  # two statements have no check
    found = {name: read_document(project.path / f"claims-{name}.json") for name in ledgers}
    assert [found[name]["paper"]["title"] for name in ledgers] == ["Sums", "Others"]
    states = {name: [claim["verdict"]["state"] for claim in found[name]["claims"]] for name in ledgers}
    assert states == {"one": ["judged"], "two": ["judged", "missing", "missing"]}
    result.stdout.fnmatch_lines(["*claims: Sums*", "*claims: Others*", "written: claims-one.json", "*claims-two.json"])
    assert not (project.path / "claims.json").exists()
    compared = project.run("--claims-compare=claims-two.json", *arguments).stdout.str()
    assert compared.count("compared with") == 1
    assert compared.index("claims: Others") < compared.index("compared with claims-two.json: 0 verdicts changed")
    assert project.run("one", *arguments).ret == 0
    assert list(project.claims()) == ["sum"]
    assert project.run("--claims-only=product", *arguments).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def _at(project: Project, folder: str) -> Project:
    other = Project(project.pytester)
    other.path = project.path / folder
    return other


@pytest.mark.parametrize("fixture", ["evidence", "subject"])
def test_the_fixtures_are_for_checks(project: Project, fixture: str) -> None:
    result = project.write(f"\ndef test_it({fixture}):\n    pass\n").run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*UsageError: *for *of a ledger*"])


# --- kinds of checks -------------------------------------------------------------------------------------------------


def test_parametrized_checks_classes_and_module_marks(project: Project) -> None:
    checks = """
@pytest.mark.parametrize("n", [1, 2, 10])
@claim("sum", by="exact", subject=0, sabotage={"one": 1, "two": 2})
def test_many(n, evidence, subject):
    evidence.fact(f"{n}", n + subject == n)


@claim("bound", by="exact", subject=2, sabotage={"one": 1})
class TestBound:
    def test_a(self, evidence, subject):
        evidence.refute(larger(subject))

    def test_b(self, subject, evidence):
        evidence.refute(larger(subject + 0))
"""
    project.write(checks)
    rest = 'pytestmark = claim("bound.amended", by="exact", subject=2, sabotage={"three": 3})\n\n'
    project.write(rest + "def test_c(evidence, subject):\n    evidence.fact('two', subject == 2)\n", name="test_rest")
    result = project.run()
    result.assert_outcomes(passed=9 + 4 + 2)
    assert result.ret == 0
    claims = project.claims()
    assert [len(claims[name]["evidence"]) for name in ("sum", "bound", "bound.amended")] == [3, 2, 1]
    assert claims["sum"]["sabotages"]["tried"] == 6


def test_collecting_only_judges_nothing(project: Project) -> None:
    result = project.write(FAILS).run("--co", "-q")
    assert result.ret == 0
    assert "claims:" not in result.stdout.str()
    assert not (project.path / "claims.json").exists()


# --- what comes out --------------------------------------------------------------------------------------------------


def _same(path: Path) -> dict[str, Any]:
    document = read_document(path)
    del document["datetime"]
    for claim in document["claims"]:
        for evidence in claim["evidence"]:
            del evidence["seconds"]
    return document


def test_a_distributed_run_says_the_same(project: Project) -> None:
    project.write(FAILS)
    project.write(HOLDS, name="test_a")
    project.write(HOLDS.replace("test_sum", "test_b"), name="test_b")
    xml = project.path / "junit.xml"
    documents, outputs = [], []
    for arguments in (["-n", "0"], ["-n", "2", f"--junitxml={xml}"]):
        result = project.run(*arguments)
        assert result.ret == 0
        documents.append(_same(project.path / "claims.json"))
        outputs.append([line for line in result.outlines if "proved" in line])
    assert documents[0] == documents[1]
    assert documents[0]["complete"]
    assert outputs[0] == outputs[1]
    properties = ET.parse(xml).iterfind(".//property[@name='claim-record']")
    records = [json.loads(item.attrib["value"]) for item in properties]
    assert sorted(record["kind"] for record in records) == ["check"] * 4 + ["sabotage"] * 4


def test_a_distributed_run_is_red_for_the_same_reasons(project: Project) -> None:
    result = project.write(FAILS + one("evidence.fact('open', None)").replace("sum", "bound.amended")).run("-n", "2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines([MISSING, "not as expected: bound.amended: computed undecided, expected holds, proved"])


def test_usage_errors_of_a_distributed_run_are_shown(project: Project) -> None:
    result = project.write(HOLDS.replace('"sum"', '"sun"')).run("-n", "2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *claim 'sun' is not in the ledger*"])


def test_the_json_is_of_the_published_form(project: Project) -> None:
    body = "evidence.figure('curve', 'a curve', y=[1.5]); evidence.examples('odd', lambda n: n != 3, st.integers(0, 9))"
    checks = HOLDS + "from hypothesis import strategies as st\n" + one(body).replace("sum", "bound.amended")
    project.write(checks + "\n" + FAILS).run("--claims-search=0.001")
    document = json.loads((project.path / "claims.json").read_text(encoding="utf-8"))
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    validator.validate(document)
    assert document["claims"][2]["evidence"][0]["found"]
    assert {"const": document["schema"]}.items() <= SCHEMA["properties"]["schema"].items()
    assert list(_spoilt(document))
    for spoilt in _spoilt(document):
        assert not validator.is_valid(spoilt)


def _spoilt(document: dict[str, Any]) -> Any:
    """The document with a key too many or a key too few, in each kind of its parts."""
    for path in (
        [],
        ["claims", 0],
        ["claims", 0, "verdict"],
        ["claims", 0, "expected"],
        ["claims", 0, "sabotages"],
        ["claims", 0, "evidence", 0],
        ["claims", 0, "evidence", 0, "facts", 0],
        ["machine"],
        ["claims", 0, "evidence", 0, "witnesses", 0],
        ["claims", 1, "evidence", 0, "witnesses", 0],
    ):
        for change in ("more", *_part(document, path)):
            copy = json.loads(json.dumps(document))
            part = _part(copy, path)
            if change == "more":
                part["more"] = 1
            else:
                del part[change]
            yield copy


def _part(document: Any, path: list[Any]) -> Any:
    for key in path:
        document = document[key]
    return document


def test_the_json_is_written_whole_or_not_at_all(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from checks.document import write_json

    path = project.path / "deep" / "claims.json"
    write_json({"old": 1}, path)
    for wrong in ({"x": float("nan")}, {"x": object()}):
        with pytest.raises((TypeError, ValueError)):
            write_json(wrong, path)
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError))
    with pytest.raises(OSError):
        write_json({"new": 1}, path)
    assert [file.name for file in path.parent.iterdir()] == ["claims.json"]
    assert json.loads(path.read_text()) == {"old": 1}


def test_witnesses_verify_elsewhere(project: Project, tmp_path_factory: pytest.TempPathFactory) -> None:
    project.write().run("--claims-witnesses=witnesses")
    names = sorted(file.name for file in (project.path / "witnesses").iterdir())
    assert names == ["bound.1.json", "sum.1.json"]
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copy(verify.__file__, elsewhere / "check_them.py")
    files = [str(file) for file in (project.path / "witnesses").iterdir()]
    command = [sys.executable, "-I", str(elsewhere / "check_them.py"), *files, str(project.path / "claims.json")]
    result = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True)
    assert result.returncode == 0
    assert result.stdout.splitlines()[-1] == "4 good, 0 bad"


# --- property-based checks -------------------------------------------------------------------------------------------

SEARCH = """
from hypothesis import strategies as st

@claim("sum", by="examples", subject=LIMIT, sabotage={"nothing is rare": 1})
def test_rare(evidence, subject):
    evidence.examples("other arguments", lambda x, y: x >= y - 9, st.integers(0, 9), st.integers(0, 9), max_examples=5)
    evidence.examples("no multiple", lambda pair: pair[0] % subject != subject - 1, st.tuples(st.integers(1000, 9999)),
                      max_examples=20)
"""


def test_a_search_stores_what_it_finds_and_later_runs_replay_it(project: Project) -> None:
    project.write(SEARCH.replace("LIMIT", "200"), PAPER + entry("sum", strength="supported"))
    assert project.run().ret == 0
    assert not (project.path / "counterexamples").exists()
    assert project.run("--claims-search=0.02").ret == pytest.ExitCode.TESTS_FAILED
    stored = json.loads((project.path / "counterexamples" / "sum.json").read_text())
    [found] = stored
    [number] = found["arguments"][0]["tuple"]
    assert (found["says"], number % 200) == ("no multiple", 199)
    result = project.run()
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert project.verdict("sum")[1] == "undecided"
    result.stdout.fnmatch_lines([f"*no multiple: broken by ({number},)"])
    (project.path / "counterexamples" / "sum.json").unlink()
    assert project.run().ret == 0


def test_default_runs_try_the_same_cases(project: Project) -> None:
    body = """seen = []
    evidence.examples("seen", lambda n: seen.append(n) is None, st.integers(), max_examples=100)
    evidence.value("seen", seen)
"""
    checks = "from hypothesis import strategies as st\n" + one(body)
    seen = []
    for _ in range(2):
        assert project.write(checks, ONE).run().ret == 0
        seen.append(project.claims()["sum"]["evidence"][0]["values"]["seen"])
    assert seen[0].count(",") == 99
    assert seen[0] == seen[1]


# --- silence ---------------------------------------------------------------------------------------------------------

SILENT = """
import sys

def pytest_unconfigure():
    heavy = {"checks._run.session", "checks._marker", "checks.ledger", "numpy", "torch", "sympy", "tomllib", "theory"}
    print("loaded:", sorted(heavy & set(sys.modules)) or "nothing")
"""
USES_NOTHING = "def test_it():\n    pass\n"
OWN_MARKER = "import pytest\n\n@pytest.mark.claim('of mine')\ndef test_it():\n    pass\n"


@pytest.mark.parametrize(("ledger", "test"), [(False, USES_NOTHING), (True, USES_NOTHING), (False, OWN_MARKER)])
def test_other_projects_notice_nothing(pytester: pytest.Pytester, ledger: bool, test: str) -> None:
    pytester.makeconftest(SILENT)
    pytester.makepyfile(test_it=test)
    if ledger:
        (pytester.path / "ledger.toml").write_text(LEDGER)
    result = pytester.runpytest_subprocess("--strict-markers", "-p", "no:hypothesispytest", "-p", "no:cacheprovider")
    assert result.ret == 0
    assert "claims" not in result.stdout.str()
    result.stdout.fnmatch_lines(["loaded: nothing"])
    assert "hypothesis" not in result.stdout.str()


def test_the_installed_checks_are_collected_from_anywhere(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", "--pyargs", "checks", "-q", "--co", "-p", "no:cacheprovider"]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0
    assert "::test_proposition_1[as stated]" in result.stdout
    assert "claims:" not in result.stdout
    assert list(tmp_path.iterdir()) == []
