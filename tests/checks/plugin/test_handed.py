"""What is handed to checks and to the builds of their subjects."""

from __future__ import annotations

from typing import Any

import pytest

HANDED = """
def build(scale, device, *, images, claims_seed):
    return images, claims_seed

@claim("sum", by="exact", build=build, sabotage={"elsewhere": lambda handed: "elsewhere"})
def test_built(evidence, subject):
    evidence.fact("the folder", subject == WANTED)
"""
NAMED = "[paper]\ndata = { images = 'a folder of them' }"
"""In the place of ``[paper]``."""


def test_build_is_handed_the_data_and_options_it_names(project: Any) -> None:
    assert (
        project.write("WANTED = 'a folder', 3\n" + HANDED, project.ONE.replace("[paper]", NAMED))
        .run("--claims-data=images=a folder", "--claims-seed=3")
        .ret
        == 0
    )
    assert project.write("WANTED = None, 0\n" + HANDED, project.ONE.replace("[paper]", NAMED)).run().ret == 0


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("sounds=a", "*--claims-data sounds=...: *ledger.toml names images: a folder of them*"),
        ("images", "*--claims-data 'images': give NAME=PATH*"),
        ("=a", "*--claims-data '=a': give NAME=PATH*"),
    ],
)
def test_data_that_the_ledger_does_not_name_are_refused(project: Any, given: str, said: str) -> None:
    result = project.write("WANTED = None, 0\n" + HANDED, project.ONE.replace("[paper]", NAMED)).run(
        f"--claims-data={given}"
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([said])


def test_build_is_called_once_with_scale_and_device(project: Any) -> None:
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
    assert project.write(check, project.ONE).run().ret == 0
    assert project.claims()["sum"]["sabotages"] == {
        "caught": 2,
        "tried": 2,
        "names": ["one more", "doubled"],
        "missed": [],
    }
