"""A paper elsewhere brings a kind of figure: from the check that asks for it to the PDF, without a change in here."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest

import checks.drawing  # noqa: F401  (runs in this process drop what they import, and numpy is loaded once)
from checks.document import read_document
from checks.papers import __name__ as PAPERS  # noqa: N812
from checks.registry import GROUP
from reports import _drawing, cli
from reports.builder import _lay_out
from reports.figures import draw, own_kinds

LEDGER = """
[paper]
title = "Thales"
figures = {{ semicircle = "{module}:arc" }}

[[statement]]
id = "thales"
where = "p. 1"
title = "A right angle"
statement = "$3^2 + 4^2 = 5^2$"
expected = "holds"
strength = "argued"
proof = "Because."
"""
CHECK = """
import pytest

@pytest.mark.claim("thales", by="exact", subject=(3, 4, 5), sabotage={"longer": (3, 4, 6)})
def test_thales(evidence, subject):
    a, b, c = subject
    evidence.fact("a right angle", a * a + b * b == c * c)
    evidence.figure("semicircle", "The circle.", radius=c)
"""
DRAWING = """
from checks import drawing

def arc(data):
    return drawing.render(1.0, lambda figure: figure.add_subplot().plot([0, data["radius"]], [0, 1]))
"""


class Paper:
    """A folder with a ledger, a check and a module that draws, and the claims of its run."""

    def __init__(self, pytester: pytest.Pytester, module: str) -> None:
        self.path, self.module = pytester.path, module
        (self.path / "ledger.toml").write_text(LEDGER.format(module=module), encoding="utf-8")
        (self.path / "test_thales.py").write_text(CHECK, encoding="utf-8")
        (self.path / f"{module.rpartition('.')[2]}.py").write_text(DRAWING, encoding="utf-8")
        assert pytester.runpytest_inprocess("--claims-json=claims.json").ret == 0
        self.claims = self.path / "claims.json"

    def report(self, *words: str) -> int:
        return cli.main(["report", "--from", str(self.claims), "-o", str(self.path / "out.pdf"), *words])

    def rewrite(self, **paper: Any) -> None:
        """Change what the claims say of their paper."""
        document = json.loads(self.claims.read_text(encoding="utf-8"))
        document["paper"] |= paper
        self.claims.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def paper(pytester: pytest.Pytester, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Paper:
    """With a module of its own name, which Python forgets afterwards."""
    monkeypatch.setattr(sys, "path", list(sys.path))
    return Paper(pytester, f"drawing_of_{abs(hash(request.node.name))}")


@pytest.mark.parametrize("few", [4, 0], ids=["here", "by another process"])
def test_a_paper_draws_with_its_own_module(paper, few, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(_drawing, "FEW", few)
    assert paper.report("--project", str(paper.path)) == 0
    assert (paper.path / "out.pdf").read_bytes().startswith(b"%PDF")
    assert "not drawn" not in capsys.readouterr().err
    data = _lay_out(tmp_path, read_document(paper.claims), None, paper.path / "ledger.toml")
    [shown] = data["claims"][0]["evidence"][0]["figures"]
    assert shown == {"file": "figure-1.svg", "caption": "The circle.", "undrawn": ""}
    assert b"<svg" in (tmp_path / "figure-1.svg").read_bytes()


def test_an_installed_paper_is_found_by_its_entry_point(paper, tmp_path, monkeypatch, capsys):
    package = paper.path / paper.module.replace("drawing", "paper")
    package.mkdir()
    (package / "__init__.py").touch()
    for name in ("ledger.toml", f"{paper.module}.py"):
        (paper.path / name).rename(package / name)
    place = f"{package.name}.{paper.module}"
    (package / "ledger.toml").write_text(LEDGER.format(module=place), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert paper.report() == 0
    assert "not installed here" in capsys.readouterr().err
    information = paper.path / "thales-1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text("Name: thales\nVersion: 1\n", encoding="utf-8")
    (information / "entry_points.txt").write_text(f"[{GROUP}]\nthales = {package.name}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(paper.path)
    assert paper.report() == 0
    assert "not drawn" not in capsys.readouterr().err


def test_a_claims_file_names_no_module_to_import(paper, capsys, monkeypatch, tmp_path):
    """Whatever it says: the paper is not installed, so its figures are left out, and the report says so."""
    monkeypatch.chdir(tmp_path)
    (paper.path / f"{paper.module}.py").write_text("raise SystemExit('imported')", encoding="utf-8")
    sys.path.append(str(paper.path))
    assert paper.report() == 0
    assert "kind 'semicircle' are not drawn: its paper, which draws it, is not installed" in capsys.readouterr().err
    assert b"%PDF" in (paper.path / "out.pdf").read_bytes()[:8]
    assert paper.module not in sys.modules
    [shown] = _lay_out(tmp_path, read_document(paper.claims), None)["claims"][0]["evidence"][0]["figures"]
    assert "“semicircle”, could not be drawn" in shown["undrawn"]


@pytest.mark.parametrize("few", [4, 0], ids=["here", "by another process"])
@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("import no_such_module", "No module named 'no_such_module'"),
        ("def arc(data):\n    import no_such_module", "No module named 'no_such_module'"),
        ("def ark(data):\n    return b''", "has no function arc"),
        ("def arc(data:", "was never closed"),
    ],
)
def test_a_module_that_cannot_be_imported_leaves_its_figures_out(paper, source, reason, few, monkeypatch, capsys):
    monkeypatch.setattr(_drawing, "FEW", few)
    (paper.path / f"{paper.module}.py").write_text(source, encoding="utf-8")
    assert paper.report("--project", str(paper.path)) == 0
    assert reason in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return '<svg/>'", "drawing a 'semicircle' figure gave str; give the bytes of an SVG"),
        ("return 1 / 0", "figure, {module}:arc, stopped: ZeroDivisionError: division by zero ({file}:2)"),
        ("return data['diameter']", "data of a 'semicircle' figure lacks 'diameter'; it has ['radius']"),
    ],
)
def test_what_a_papers_function_does_wrong_is_named(paper, body, words, capsys):
    (paper.path / f"{paper.module}.py").write_text(f"def arc(data):\n    {body}", encoding="utf-8")
    assert paper.report("--project", str(paper.path)) == 2
    named = words.replace("{module}", paper.module).replace("{file}", str(paper.path / f"{paper.module}.py"))
    assert named in capsys.readouterr().err
    assert not (paper.path / "out.pdf").exists()


def test_another_module_of_the_name_is_not_taken_for_it(paper, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, paper.module, json)
    assert paper.report("--project", str(paper.path)) == 0
    assert "give the module a name of its own" in capsys.readouterr().err


def test_a_ledger_of_another_paper_is_refused(paper, capsys):
    paper.rewrite(title="Pythagoras")
    assert paper.report("--project", str(paper.path)) == 2
    assert "is of 'Thales', these claims are of 'Pythagoras'" in capsys.readouterr().err
    assert paper.report() == 0  # the ledger in the current folder was not named, so it may be another paper's


def test_the_ledger_in_the_current_folder_is_the_one_that_is_meant(paper, capsys):
    assert paper.report() == 0
    assert "not drawn" not in capsys.readouterr().err


@pytest.mark.parametrize("figures", [{}, [], "semicircle", {"semicircles": "os:system"}])
def test_a_kind_that_nobody_brings_is_refused(paper, figures, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    paper.rewrite(figures=figures)
    assert paper.report() == 2
    words = capsys.readouterr().err
    assert "kind='semicircle': no such figure; use one of ['cells', 'curve'" in words
    assert "[paper.figures]" in words


def test_a_kind_that_every_paper_has_cannot_be_replaced():
    own = own_kinds({"title": "The Many Faces of 1-Lipschitz Neural Networks"})
    assert list(own) == ["figure-1"] and own["figure-1"].name.startswith(f"{PAPERS}.many_faces.")
    with pytest.raises(ValueError, match=r"kind='curve': a kind that every paper has"):
        draw("curve", {}, {"curve": own["figure-1"]})
    with pytest.raises(ValueError, match=r"use one of \[.*'figure-1'"):
        draw("pie", {}, own)


def test_no_title_finds_no_paper(paper):
    assert own_kinds({}) == own_kinds({"title": None}) == own_kinds({"title": ["Thales"]}) == {}
    paper.rewrite(title=None)
    with pytest.raises(ValueError, match=r"paper\.title must be a text"):
        read_document(paper.claims)
