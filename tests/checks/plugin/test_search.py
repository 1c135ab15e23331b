"""Property-based checks: what they find is kept, and a default run repeats itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

SEARCH = """
from hypothesis import strategies as st

@claim("sum", by="examples", subject=LIMIT, sabotage={"nothing is rare": 1})
def test_rare(evidence, subject):
    evidence.examples("other arguments", lambda x, y: x >= y - 9, st.integers(0, 9), st.integers(0, 9), max_examples=5)
    evidence.examples("no multiple", lambda pair: pair[0] % subject != subject - 1, st.tuples(st.integers(1000, 9999)),
                      max_examples=20)
"""


def test_a_search_stores_what_it_finds_and_later_runs_replay_it(project: Any) -> None:
    project.write(SEARCH.replace("LIMIT", "200"), project.PAPER + project.entry("sum", strength="supported"))
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


def test_default_runs_try_the_same_cases(project: Any) -> None:
    body = """seen = []
    evidence.examples("seen", lambda n: seen.append(n) is None, st.integers(), max_examples=100)
    evidence.value("seen", seen)
"""
    checks = "from hypothesis import strategies as st\n" + project.one(body)
    seen = []
    for _ in range(2):
        assert project.write(checks, project.ONE).run().ret == 0
        seen.append(project.claims()["sum"]["evidence"][0]["values"]["seen"])
    assert seen[0].count(",") == 99
    assert seen[0] == seen[1]
