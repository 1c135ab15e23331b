"""The series of runs under other seeds and processors: what is run, what is kept, what its table says."""

from __future__ import annotations

import copy

import pytest

from checks.document import write_json
from checks.registry import Chosen, built_in
from reports import cli, robust

MEANT = Chosen(built_in()[-1])


def test_every_seed_switch_and_interpreter_has_its_run():
    chosen = robust.variations(["old/python"])
    names = [variation.name for variation in chosen]
    assert len(set(names)) == len(names) == 10 + len(robust.SWITCHES) + 1
    assert {"seed 0", "seed 9", "ATEN_CPU_CAPABILITY=avx2", "OPENBLAS_CORETYPE=Nehalem", "with old/python"} < set(names)
    assert all(not variation.seed for variation in chosen if variation.environment or variation.python)


@pytest.fixture
def runs(monkeypatch, tmp_path, document):
    """Stands in pytest's place: notes each run and leaves the document."""
    monkeypatch.setenv("MANYFACES_CACHE", str(tmp_path))
    noted = []

    def run_checks(identifiers, *, json_path, options, environment, **others):
        noted.append((options, dict(environment)))
        write_json(document, json_path)
        return 0

    monkeypatch.setattr(robust, "run_checks", run_checks)
    return noted


def test_runs_differ_in_seed_switches_and_cache(runs):
    robust.run_all([robust.Variation(seed=3), robust.Variation(environment={"ATEN_CPU_CAPABILITY": "avx2"})], MEANT)
    (first, one), (second, other) = runs
    assert "--claims-seed=3" in first and "--claims-seed=0" in second
    assert "--claims-by=training,samples,examples" in first
    assert not any(option.startswith("--claims-by") for option in second)
    assert "ATEN_CPU_CAPABILITY" not in one and other["ATEN_CPU_CAPABILITY"] == "avx2"
    assert one["MANYFACES_CACHE"] != other["MANYFACES_CACHE"]


def test_a_series_goes_on_where_it_was_as_long_as_the_code_is_the_same(runs, monkeypatch):
    chosen = [robust.Variation(seed=1), robust.Variation(seed=2)]
    assert robust.run_all(chosen[:1], MEANT).keys() == {"seed 1"}
    assert robust.run_all(chosen, MEANT).keys() == {"seed 1", "seed 2"}
    assert len(runs) == 2
    monkeypatch.setattr(robust, "source_digest", lambda folder: "other code")
    robust.run_all(chosen, MEANT)
    assert len(runs) == 4


def test_a_run_without_claims_is_named(runs, monkeypatch):
    monkeypatch.setattr(robust, "run_checks", lambda *given, **options: 4)
    with pytest.raises(ValueError, match="seed 5: pytest ended with exit code 4"):
        robust.run_all([robust.Variation(seed=5)], MEANT)


def test_an_interrupted_run_is_not_taken_for_a_finished_one(runs, monkeypatch, document):
    def interrupted(identifiers, *, json_path, **options):
        write_json(document, json_path)  # pytest writes what it has
        return 2

    whole = robust.run_checks
    monkeypatch.setattr(robust, "run_checks", interrupted)
    with pytest.raises(ValueError, match="before all was checked"):
        robust.run_all([robust.Variation(seed=5)], MEANT)
    monkeypatch.setattr(robust, "run_checks", whole)
    robust.run_all([robust.Variation(seed=5)], MEANT)
    assert len(runs) == 1


def spoiled(document):
    """A copy in which one statement came out undecided; its id."""
    other = copy.deepcopy(document)
    claim = next(claim for claim in other["claims"] if claim["verdict"]["state"] == "judged")
    claim["verdict"] |= {"truth": "undecided", "strength": None, "reason": "39 of 40"}
    claim["as_expected"] = False
    return other, claim["id"]


def test_the_table_counts_runs_and_says_where_and_why(document):
    other, name = spoiled(document)
    lines = list(robust.table({"seed 0": document, "seed 1": other}))
    [place] = [place for place, line in enumerate(lines) if line.startswith(f"{name} ")]
    assert "1 of  2" in lines[place]
    assert "seed 1: computed undecided" in lines[place + 1]
    assert sum("2 of  2" in line for line in lines) == len(lines) - 2


def test_one_miss_makes_the_command_fail(document, monkeypatch, capsys):
    other, name = spoiled(document)
    monkeypatch.setattr(robust, "run_all", lambda *given, **options: {"a": document, "b": document})
    assert cli.main(["robust"]) == 0
    monkeypatch.setattr(robust, "run_all", lambda *given, **options: {"a": document, "b": other})
    assert cli.main(["robust"]) == 1
    assert name in capsys.readouterr().out
