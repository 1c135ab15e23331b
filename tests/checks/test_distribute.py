"""Checks on several workers: the same document, each artefact built once, long ones first."""

from __future__ import annotations

from typing import Any

import pytest

from checks._parallel.distribute import long_first

TWO = ("-n", "2", "--dist=loadgroup", "--no-loadscope-reorder")

BUILD = """
def build(scale, device):
    import os
    with open("built", "a") as file:
        file.write(f"{os.getpid()}\\\\n")
    return 1
"""
SHARED = {"build": "build", "sabotage": "{'two': lambda n: 2, 'three': lambda n: 3}", "subject": "None"}


def _comparable(document: Any) -> Any:
    """The document without what a clock says."""
    for part in [document, *document["builds"], *(record for c in document["claims"] for record in c["evidence"])]:
        part.pop("datetime", None)
        part.pop("seconds", None)
    return document


def test_two_workers_give_the_document_of_one_process(small):
    for name in "abcd":
        small.state(name).write(small.check(name), f"test_{name}")
    small.state("e", expected="undecided").state("f")
    small.write(BUILD + small.check("e", **SHARED) + small.check("f", **SHARED), "test_shared")
    documents = []
    for arguments in ([], TWO):
        assert small.run(*arguments).ret == pytest.ExitCode.TESTS_FAILED
        documents.append(_comparable(small.document()))
    assert documents[0] == documents[1]
    assert documents[0]["complete"]


def test_what_is_shared_is_built_once(small):
    names = ["a", "b", "c"]
    for name in names:
        small.state(name)
    small.write(BUILD + "".join(small.check(name, **SHARED) for name in names))
    assert small.run(*TWO).ret == 0
    assert len((small.path / "built").read_text().split()) == 1


def test_an_artefact_is_dropped_after_the_last_item_that_needs_it(small):
    build = """
import weakref
known = []

class Artefact:
    pass

def build(scale, device):
    known.append(weakref.ref(made := Artefact()))
    return made
"""
    gone = "\ndef test_gone():\n    assert [reference() for reference in known] == [None]\n"
    shared = {"build": "build", "sabotage": "{'two': lambda n: 2}", "subject": "None"}
    check = small.check("a", "assert known[0]() is not None; subject = 1 if subject != 2 else 2", **shared)
    small.state("a").write(build + check + gone)
    small.run().assert_outcomes(passed=3)


def test_last_failures_are_found_again_by_whatever_number_of_workers(small):
    for name in "ab":
        small.state(name)
    small.write(BUILD + small.check("a", "1 / 0", **SHARED) + small.check("b", **SHARED))
    small.run(*TWO).assert_outcomes(passed=3, failed=3)
    small.run("--lf").assert_outcomes(failed=3)
    small.run("--lf", *TWO).assert_outcomes(failed=3)


OTHER_WAYS = ["-n2", "-n2 --dist=loadfile", "-n2 --dist=each", "-n2 --dist=worksteal", "-n1 -x --dist=loadgroup"]


@pytest.mark.parametrize("arguments", OTHER_WAYS)
def test_other_ways_to_distribute_work_as_well(small, arguments):
    for name in "ab":
        small.state(name)
    small.write(BUILD + small.check("a", **SHARED) + small.check("b", **SHARED))
    assert small.run(*arguments.split()).ret == 0


class _Item:
    def __init__(self, name: str):
        self.nodeid = name


def _order(monkeypatch: pytest.MonkeyPatch, shared: dict[str, str], names: str, seconds: dict[str, float]) -> str:
    items: Any = [_Item(name) for name in names]
    monkeypatch.setattr(
        "checks._parallel.distribute.groups",
        lambda _: {item: shared[item.nodeid] for item in items if item.nodeid in shared},
    )
    return "".join(item.nodeid for item in long_first(items, seconds))


def test_long_work_first(monkeypatch):
    shared = {"b": "building x", "e": "building x", "d": "training y"}
    assert _order(monkeypatch, shared, "abcde", {}) == "dbeac"
    known = {"a": 1.0, "b": 2.0, "c": 9.0, "d": 4.0, "e": 3.0}
    assert _order(monkeypatch, shared, "abcde", known) == "cbeda"
    assert _order(monkeypatch, shared, "abcdef", known) == "cbedaf"
    del known["e"]
    assert _order(monkeypatch, shared, "abcde", known) == "becda"
