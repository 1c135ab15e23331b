"""What a run over a small project shows, and which of its checks it runs."""

from __future__ import annotations

from typing import Any

import pytest

from checks.document import read_document


@pytest.mark.parametrize("place", ["beside", "folder", "ini"])
def test_a_refuted_statement_that_is_expected_refuted_is_green(project: Any, place: str) -> None:
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


def test_grounded_means_proved_all_the_way_down(project: Any) -> None:
    ledger = project.LEDGER.replace('"sum"\nwhere', '"sum"\ndepends_on = ["base"]\nwhere')
    ledger += "\n" + project.entry("base", strength="supported")
    base = """
@claim("base", by="samples", subject=1, sabotage={"two": 2})
def test_base(evidence, subject):
    evidence.fact("one", subject == 1)
    evidence.count(5, 3)
"""
    assert project.write(project.ALL + base, ledger).run().ret == 0
    assert not any(claim["grounded"] for claim in project.claims().values())
    assert project.write().run().ret == 0
    assert {name: claim["grounded"] for name, claim in project.claims().items()} == {
        "sum": True,
        "bound": False,
        "bound.amended": True,
    }


def test_show_prints_the_evidence(project: Any) -> None:
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


def test_compare_names_what_changed(project: Any) -> None:
    project.write().run()
    (project.path / "claims.json").rename(project.path / "old.json")
    weaker = project.HOLDS.replace('by="symbolic"', 'by="samples"') + "    evidence.count(3, 1)\n" + project.FAILS
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


def test_only_runs_the_claims_asked_for(project: Any) -> None:
    project.write(project.ALL + "\n\ndef test_other():\n    pass\n")
    result = project.run("--claims-only= bound*, ")
    result.assert_outcomes(passed=4, deselected=3)
    assert project.verdict("sum")[0] == "not run"
    assert not read_document(project.path / "claims.json")["complete"]
    result = project.run("--claims-only=bond")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--claims-only 'bond' matches no statement*"])


def test_scale_and_device_reach_the_check(project: Any) -> None:
    body = 'evidence.fact("as asked", (evidence.scale, evidence.device) == ("paper", "cpu"))'
    assert project.write(project.one(body), project.ONE).run("--claims-scale=paper", "--claims-device=cpu").ret == 0
    document = read_document(project.path / "claims.json")
    assert (document["scale"], document["device"]) == ("paper", "cpu")


def test_parametrized_checks_classes_and_module_marks(project: Any) -> None:
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


def test_collecting_only_judges_nothing(project: Any) -> None:
    result = project.write(project.FAILS).run("--co", "-q")
    assert result.ret == 0
    assert "claims:" not in result.stdout.str()
    assert not (project.path / "claims.json").exists()
