"""`manyfaces site` as it is typed."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from checks.document import write_json
from checks.records import Document
from reports import cli


@pytest.fixture
def claims(site_document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_json(site_document, tmp_path / "report.json")
    return tmp_path / "report.json"


def test_from_the_report_beside_with_reference_and_older_run(claims: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reference = Path("docs")
    (reference / "inner").mkdir(parents=True)
    (reference / "index.html").write_text("<html><body class='x'>API</body></html>")
    (reference / "inner" / "page.html").write_text("<body>page</body>")
    (reference / ".buildinfo").write_text("x")
    assert cli.main(["site", "out", "--reference", "docs", "--compare", "report.json"]) == 1, "not as expected"
    assert f"{Path('out/index.html')}: 4 statements in the ledger, " in capsys.readouterr().out
    page = Path("out/statements/th-1.html").read_text(encoding="utf-8")
    assert 'href="../reference/index.html">API' in page and 'href="../changes.html"' in page
    back = Path("out/reference/inner/page.html").read_text(encoding="utf-8")
    assert 'href="../../index.html"' in back and back.endswith("page</body>")
    assert not Path("out/reference/.buildinfo").exists()
    assert cli.main(["site", "out"]) == 1
    assert not Path("out/reference").exists() or not any(Path("out/reference").rglob("*.html"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["site", "out", "--from", "nowhere.json"], "nowhere.json: no such file; `manyfaces report` writes"),
        (["site", "out", "--compare", "nowhere.json"], "cannot be read as claims"),
        (["site", "out", "--reference", "nowhere"], "`make docs` builds it"),
        (["site", "docs/site", "--reference", "docs"], "lies in docs, which is copied into it"),
        (["site", "mine"], "no site of this program"),
        (["site", "report.json"], "is no folder"),
        (["site", "out", "--from", "broken.json"], "cannot be read as claims"),
        (["site", "out", "--from", "bad.json"], "of its witnesses are bad; no site was written"),
    ],
)
def test_misuse(claims: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("mine").mkdir()
    Path("mine/thesis.tex").write_text("mine")
    Path("broken.json").write_text(claims.read_text(encoding="utf-8")[:500], encoding="utf-8")
    bad: Any = copy.deepcopy(json.loads(claims.read_text(encoding="utf-8")))
    bad["claims"][0]["evidence"][0]["witnesses"][0]["given"]["x"] = "1"
    write_json(bad, Path("bad.json"))
    assert cli.main(words) == 2
    assert message in capsys.readouterr().err
    assert not Path("out").exists() and sorted(path.name for path in Path("mine").iterdir()) == ["thesis.tex"]
