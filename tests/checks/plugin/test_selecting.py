"""``--claims-only`` imports the files that hold what is asked for, and no others."""

from __future__ import annotations

from typing import Any

LOUD = "\nimport no_such_module\n"


def test_only_the_files_that_hold_it_are_imported(project: Any) -> None:
    project.write(project.HOLDS)
    project.write(project.FAILS + LOUD, name="test_loud")
    (project.path / "helper.py").write_text(LOUD)
    result = project.run("--claims-only=sum", "--doctest-modules")
    assert result.ret == 0
    result.stdout.fnmatch_lines(["a run of some statements only: 2 of 3*"])
    assert project.verdict("sum")[:2] == ("judged", "holds")
    assert project.run("--claims-only=bound*").ret != 0


def test_a_file_that_may_hold_it_is_imported(project: Any) -> None:
    project.write(project.HOLDS)
    project.write(project.FAILS + "\ntest_more = test_bound\n" + LOUD, name="test_loud")
    result = project.run("--claims-only=sum")
    result.stdout.fnmatch_lines(["*No module named *no_such_module*"])
    assert result.ret != 0


def test_so_is_one_beside_a_conftest_with_hooks(project: Any) -> None:
    project.write(project.HOLDS)
    project.write(project.FAILS + LOUD, name="test_loud")
    (project.path / "conftest.py").write_text("def pytest_generate_tests(metafunc):\n    pass\n")
    assert project.run("--claims-only=sum").ret != 0


def test_an_unknown_statement_is_named_though_nothing_is_imported(project: Any) -> None:
    result = project.write().run("--claims-only=sun")
    assert result.ret == 4
    result.stderr.fnmatch_lines(["ERROR: --claims-only 'sun' matches no statement; did you mean sum?*"])


def test_a_pattern_may_name_the_paper(project: Any) -> None:
    project.write(ledger=project.LEDGER.replace("[paper]", '[paper]\nname = "sums"'))
    assert project.run("--claims-only=sums:sum").ret == 0
    result = project.run("--claims-only=other:sum")
    result.stderr.fnmatch_lines(["ERROR: --claims-only 'other:sum' matches no statement; the papers are sums*"])


def test_a_figure_that_nothing_draws_stops_its_check(project: Any) -> None:
    project.write(project.one("evidence.figure('pie', 'a pie')"), project.ONE).run()
    assert "figure 'pie': no such kind; use one of line-hmf" in project.verdict("sum")[2]


def test_a_ledgers_own_figures_are_looked_for(project: Any) -> None:
    for figures, module, words in (
        ('{ pie = "pies:draw" }', "def bake(data): pass", "pie = 'pies:draw': *pies.py has no function draw*"),
        ('{ curve = "pies:bake" }', "def bake(data): pass", "curve is a kind that every paper has*"),
    ):
        (project.path / "pies.py").write_text(module)
        project.write(ledger=project.LEDGER.replace("[paper]", f"[paper]\nfigures = {figures}"))
        project.run().stderr.fnmatch_lines([f"ERROR: *ledger.toml: paper.figures: {words}"])


def test_markup_is_looked_at_before_anything_runs(project: Any) -> None:
    broken = project.LEDGER.replace('statement = "$x$"', 'statement = "$unknown$"', 1)
    result = project.write(project.HOLDS.replace("evidence.value", "open('ran', 'w'); evidence.value"), broken).run()
    result.stderr.fnmatch_lines(
        ["ERROR: *ledger.toml: statement 'sum': statement is not valid typst: unknown variable*"]
    )
    assert not (project.path / "ran").exists()
    latex = project.LEDGER.replace('statement = "$x$"', r"statement = '$\frac{a}{b} \leq x$'", 1)
    project.write(ledger=latex).run().stderr.fnmatch_lines(
        ["ERROR: *: statement 'sum': statement: this is LaTeX: write typst: a/b or frac(a, b) for *frac; ≤ or*"]
    )
