"""Mutation testing of theory on a seeded random sample: `make mutants`, which CONTRIBUTING.md explains.

Cosmic Ray makes the mutants, in a copy of the house, and keeps the results; pyproject.toml says which. The tests of
theory run once, with coverage; then each mutant meets those that enter the function it is in, the shortest first, in a
fork of this process, which has imported what tests import. This file is the program, and the plugin of those runs.
"""

from __future__ import annotations

import ast
import importlib
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Generator, Iterator
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from coverage import Coverage, CoverageData
from hypothesis import Phase, settings

ROOT = Path(__file__).resolve().parents[1]
CONFIG = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutants"]
SECONDS: dict[str, float] = {}
"""What each test took, with coverage."""
TIMES = Path("seconds.json")
PYTEST = ["-qx", "-p", "tests.mutants", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
PUNCTUATION, PLAIN = tuple("()[]{},.:="), ("name", "newline", "string")
"""Of the nodes of a tree, most: no operator changes them."""
HOUSE = ("theory", "checks", "tests")


def pytest_collection() -> None:
    """One failure is enough: nobody reads a smaller one."""
    settings.register_profile("mutants", deadline=None, database=None, phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutants")
    SECONDS.update(json.loads(TIMES.read_text(encoding="utf-8")))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """At first note the time, and for coverage the test; afterwards end a test that takes many times as long."""
    measure, start = Coverage.current(), process_time()
    if measure:
        measure.switch_context(item.nodeid)
    else:
        signal.setitimer(signal.ITIMER_PROF, CONFIG["patience"] * (1 + SECONDS.get(item.nodeid, 1)))
    found = yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    if measure:
        measure.switch_context("")
        SECONDS[item.nodeid] = process_time() - start
    return found


def pytest_sessionfinish() -> None:
    if Coverage.current():
        TIMES.write_text(json.dumps(SECONDS), encoding="utf-8")


def mutants() -> Iterator[Any]:
    """All that the configuration admits, in order."""
    from cosmic_ray.ast import ast_nodes, get_ast_from_path
    from cosmic_ray.plugins import get_operator
    from cosmic_ray.work_item import MutationSpec, WorkItem

    operators = {f"core/{name}": get_operator(f"core/{name}")() for name in CONFIG["operators"]}
    for path in sorted(Path("theory").rglob("*.py")):
        every = ast_nodes(get_ast_from_path(path))
        nodes = [node for node in every if getattr(node, "value", "") not in PUNCTUATION and node.type not in PLAIN]
        for name, operator in operators.items():
            places = [(node, ends) for node in nodes for ends in operator.mutation_positions(node)]
            for k, (node, ends) in enumerate(places):
                if not idle(node):
                    yield WorkItem.single(f"{path}:{name}:{k}", MutationSpec(path, name, k, *ends))


def idle(node: Any) -> bool:
    """Whether it is part of what says something and does nothing; a lone * or / among arguments is no operator, and
    strict=True an assertion of zip."""
    if node.parent.type in ("parameters", "dictorsetmaker") and node.type == "operator":
        return True
    if node.parent.type == "argument" and node.parent.get_code().strip() == "strict=True":
        return True
    while (above := node.parent) is not None:
        typed = above.type == "annassign" and (node is above.children[1] or "TypeAlias" in above.children[1].get_code())
        typed = typed or (above.type == "funcdef" and node is above.annotation)
        if typed or above.type in CONFIG["idle"] or (above.type == "funcdef" and above.name.value == "__repr__"):
            return True
        node = above
    return False


def entering_tests(path: Path, line: int, contexts: dict[int, list[str]]) -> list[str]:
    """Tests that enter the function; outside of functions, and where importing calls it, that enter the module."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    bodies = [(node.body[0].lineno, node.end_lineno or 0) for node in nodes if isinstance(node, ast.FunctionDef)]
    first, last = max((ends for ends in bodies if ends[0] <= line <= ends[1]), default=(0, 0))
    found = {test for k, tests in contexts.items() if first <= k <= last for test in tests}
    if not found or "" in found:
        found = {test for tests in contexts.values() for test in tests}
    return sorted(found & SECONDS.keys(), key=SECONDS.__getitem__)


def digest(*paths: Path) -> str:
    return sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()[:12]


def prepare() -> str:
    """A copy of the house, with coverage and times of its tests: all where theory changed, else of changed files."""
    for name in HOUSE:
        shutil.rmtree(name, ignore_errors=True)
        shutil.copytree(ROOT / name, name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", ".")
    theory = digest(*sorted(Path("theory").rglob("*.py")))
    now = {str(path): digest(path) for path in sorted(Path("tests/theory").rglob("*.py"))} | {"theory": theory}
    known = Path("digests.json")
    then = json.loads(known.read_text(encoding="utf-8")) if known.exists() else {}
    then = then if then.get("theory") == theory else {}
    SECONDS.update(json.loads(TIMES.read_text(encoding="utf-8")) if then else {})
    for test in [test for test in SECONDS if then.get(test.split("::")[0]) != now.get(test.split("::")[0])]:
        del SECONDS[test]
    TIMES.write_text(json.dumps(SECONDS), encoding="utf-8")
    if changed := [name for name in now if now[name] != then.get(name)]:
        more = ["--append"] if then else []
        subprocess.run([sys.executable, "-m", "coverage", "run", *more, "-m", "pytest", *PYTEST, *changed], check=True)
        SECONDS.update(json.loads(TIMES.read_text(encoding="utf-8")))
        known.write_text(json.dumps(now), encoding="utf-8")
    return theory


def recorded(path: Path, diff: str) -> bool:
    """Whether it is among the equivalent ones."""
    was, now = ("".join(line[1:] for line in diff.splitlines() if line[0] == sign) for sign in "-+")
    kinds = tomllib.loads((ROOT / "tests" / "equivalent_mutants.toml").read_text(encoding="utf-8"))["kind"]
    known = {"".join(mutant.split()) for kind in kinds for mutant in kind["mutants"]}
    return any("".join(name.split()) in known for name in (str(path), f"{path}:{was}", f"{path}:{was}->{now}"))


def survives(tests: list[str]) -> bool:
    """Whether they pass; a test that takes too long, or too much, does not."""
    child = os.fork()
    if not child:
        sys.dont_write_bytecode, code = True, 1
        try:
            resource.setrlimit(resource.RLIMIT_AS, (CONFIG["gigabytes"] << 30,) * 2)
            signal.alarm(CONFIG["longest"])
            os.dup2(os.open("last.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 1)
            os.dup2(1, 2)
            code = pytest.main([*PYTEST, *tests])
        finally:
            sys.stdout.flush()
            os._exit(code)
    return os.waitpid(child, 0)[1] == 0


def load_libraries() -> None:
    """All that theory and its tests import, but the house itself."""
    for path in [*Path("theory").rglob("*.py"), *Path("tests/theory").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                if name.split(".")[0] not in HOUSE:
                    importlib.import_module(name)


def main(count: int, seed: int) -> None:
    """Go on with the session of these sources, judging anew what lived before tests changed, and report."""
    from cosmic_ray.mutating import use_mutation
    from cosmic_ray.plugins import get_operator
    from cosmic_ray.work_db import use_db
    from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkResult
    from scipy.stats import binomtest

    (ROOT / ".cache" / "mutants").mkdir(parents=True, exist_ok=True)
    os.chdir(ROOT / ".cache" / "mutants")
    sys.path.insert(0, str(Path.cwd()))
    theory, tests_now = prepare(), digest(Path("digests.json"))
    data, sample = CoverageData(), list(mutants())
    data.read()
    load_libraries()
    print(f"{min(count, len(sample))} of {len(sample)} mutants, seed {seed}")
    random.Random(seed).shuffle(sample)
    with use_db(f"{theory}-{seed}.sqlite") as session:
        known = {item.job_id for item in session.work_items}
        session.add_work_items(item for item in sample[:count] if item.job_id not in known)
        done, trusted = dict(session.results), False
        for item in sample[:count]:
            last, spec = done.get(item.job_id), item.mutations[0]
            if last and (last.is_killed or last.output == tests_now):
                continue
            contexts = data.contexts_by_lineno(str(spec.module_path.resolve()))
            tests = entering_tests(spec.module_path, spec.start_pos[0], contexts)
            if not trusted and not (trusted := survives(tests)):
                raise RuntimeError(f"tests fail without a mutant: {Path('last.log').resolve()} says why")
            with use_mutation(spec.module_path, get_operator(spec.operator_name)(), spec.occurrence) as texts:
                outcome = TestOutcome.SURVIVED if survives(tests) else TestOutcome.KILLED
            diff = "\n".join(list(unified_diff(*map(str.splitlines, texts), lineterm="", n=0))[2:])
            print("S" if outcome == TestOutcome.SURVIVED else ".", end="", flush=True)
            done[item.job_id] = WorkResult(WorkerOutcome.NORMAL, tests_now, outcome, diff)
            session.set_result(item.job_id, done[item.job_id])
    results = [(item.mutations[0].module_path, done[item.job_id]) for item in sample[:count]]
    alive = [(path, result.diff) for path, result in results if not result.is_killed]
    left = [(path, diff) for path, diff in alive if not recorded(path, diff)]
    for path, diff in sorted(left):
        print(f"\n{path}\n{diff}")
    killed, judged = len(results) - len(alive), len(results) - len(alive) + len(left)
    low, high = binomtest(killed, judged).proportion_ci(method="exact")
    print(f"\n{killed} of {judged} killed, {killed / judged:.1%}; with 95 % confidence {low:.1%} to {high:.1%}")
    print(f"{len(alive) - len(left)} more are equivalent")


if __name__ == "__main__":
    main(int(os.environ.get("MUTANTS", "400")), int(os.environ.get("MUTANTS_SEED", "0")))
