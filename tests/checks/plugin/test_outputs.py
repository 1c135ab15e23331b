"""What comes out of a run: documents, reports of distributed runs, witnesses."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from checks import verify
from checks.document import read_document

SCHEMA = json.loads((Path(verify.__file__).parents[1] / "claims.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("arguments", [(), ("-n2", "--dist=loadgroup")])
def test_several_ledgers_have_a_document_each(project: Any, arguments: tuple[str, ...]) -> None:
    wrong = project.entry("product", "fails", fault="gap")
    two = [project.entry("sum"), wrong, project.entry("factor", amends="product")]
    ledgers = {"one": project.ONE, "two": "\n".join([project.PAPER.replace("Sums", "Others"), *two])}
    for name, ledger in ledgers.items():
        (project.path / name).mkdir()
        project.at(name).write(project.one("evidence.fact('one', subject == 1)"), ledger, name=f"test_{name}")
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


def _same(path: Path) -> dict[str, Any]:
    document = read_document(path)
    del document["datetime"]
    for claim in document["claims"]:
        for evidence in claim["evidence"]:
            del evidence["seconds"]
    return document


def test_a_distributed_run_says_the_same(project: Any) -> None:
    project.write(project.FAILS)
    project.write(project.HOLDS, name="test_a")
    project.write(project.HOLDS.replace("test_sum", "test_b"), name="test_b")
    xml = project.path / "junit.xml"
    documents, outputs = [], []
    for arguments in (["-n", "0"], ["-n", "2", f"--junitxml={xml}"]):
        result = project.run(*arguments)
        assert result.ret == 0
        documents.append(_same(project.path / "claims.json"))
        outputs.append([line for line in result.outlines if "argued" in line])
    assert documents[0] == documents[1]
    assert documents[0]["complete"]
    assert outputs[0] == outputs[1]
    properties = ET.parse(xml).iterfind(".//property[@name='claim-record']")
    records = [json.loads(item.attrib["value"]) for item in properties]
    assert sorted(record["kind"] for record in records) == ["check"] * 4 + ["sabotage"] * 4


def test_a_distributed_run_is_red_for_the_same_reasons(project: Any) -> None:
    result = project.write(
        project.FAILS + project.one("evidence.fact('open', None)").replace("sum", "bound.amended")
    ).run("-n", "2")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    result.stdout.fnmatch_lines(
        [project.MISSING, "not as expected: bound.amended: computed undecided, expected holds, argued"]
    )


def test_usage_errors_of_a_distributed_run_are_shown(project: Any) -> None:
    result = project.write(project.HOLDS.replace('"sum"', '"sun"')).run("-n", "2")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: *claim 'sun' is not in the ledger*"])


def test_the_json_is_of_the_published_form(project: Any) -> None:
    body = "evidence.figure('curve', 'a curve', y=[1.5]); evidence.examples('odd', lambda n: n != 3, st.integers(0, 9))"
    checks = (
        project.HOLDS + "from hypothesis import strategies as st\n" + project.one(body).replace("sum", "bound.amended")
    )
    project.write(checks + "\n" + project.FAILS).run("--claims-search=0.001")
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
    """The document with a key too many or a key too few, in each kind of its parts; some may be absent."""
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
        for change in ("more", *(key for key in _part(document, path) if key not in ("references", "kernel"))):
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


def test_the_json_is_written_whole_or_not_at_all(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_witnesses_verify_elsewhere(project: Any, tmp_path_factory: pytest.TempPathFactory) -> None:
    project.write().run("--claims-witnesses=witnesses")
    names = sorted(file.name for file in (project.path / "witnesses").iterdir())
    assert names == ["bound.1.json", "sum.1.json"]
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(Path(verify.__file__).parent, elsewhere / "check_them")
    files = [str(file) for file in (project.path / "witnesses").iterdir()]
    command = [sys.executable, "-I", str(elsewhere / "check_them"), *files, str(project.path / "claims.json")]
    result = subprocess.run(command, cwd=elsewhere, capture_output=True, text=True)
    assert result.returncode == 0
    assert result.stdout.splitlines()[-1] == "4 good, 0 bad"
