"""The verdicts that rest on floats or on chance, once more with other seeds and under other processors.

Processors are emulated by the public switches of the libraries. Each variation is a run of its own, whose claims file
is kept: an interrupted series goes on where it was, as long as the code is the same.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import checks
import reports
import theory
from checks import machine
from checks.document import problems, read_document
from checks.records import Document
from checks.registry import Chosen
from checks.store import FOLDER_VARIABLE, cache_folder, content_key
from reports.runner import run_checks

RANDOM = ("training", "samples", "examples")
"""The methods that a seed can reach. Other kernels reach all: a float may have led the way to an exact witness."""

SEEDS = range(10)

_FINISHED = (0, 1)  # pytest's exit codes for all passed, and some failed

SWITCHES: tuple[Mapping[str, str], ...] = (
    {"ATEN_CPU_CAPABILITY": "default"},
    {"ATEN_CPU_CAPABILITY": "avx2"},
    {"ONEDNN_MAX_CPU_ISA": "SSE41"},
    {"ONEDNN_MAX_CPU_ISA": "AVX2"},
    {"MKL_ENABLE_INSTRUCTIONS": "SSE4_2"},
    {"OPENBLAS_CORETYPE": "Haswell"},
    {"OPENBLAS_CORETYPE": "Nehalem"},
    {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
    {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "MKL_NUM_THREADS": "2"},
)
"""Environments that make libraries take the kernels of other processors, or other numbers of threads."""


@dataclass(frozen=True)
class Variation:
    """One run of the series. python: another interpreter, such as one that has an older torch."""

    seed: int = 0
    environment: Mapping[str, str] = field(default_factory=dict)
    python: str = ""

    @property
    def name(self) -> str:
        """``seed 3``; ``ATEN_CPU_CAPABILITY=avx2``."""
        if self.python:
            return f"with {self.python}"
        return " ".join(f"{key}={value}" for key, value in self.environment.items()) or f"seed {self.seed}"

    @property
    def selection(self) -> list[str]:
        """pytest's options: only what a seed can reach, where nothing but the seed varies; else everything."""
        return [] if self.environment or self.python else [f"--claims-by={','.join(RANDOM)}"]


def variations(pythons: Sequence[str] = ()) -> list[Variation]:
    """All seeds, all switches at the first seed, all other interpreters at the first seed."""
    return [
        *(Variation(seed=seed) for seed in SEEDS),
        *(Variation(environment=switch) for switch in SWITCHES),
        *(Variation(python=python) for python in pythons),
    ]


def run_all(chosen: Sequence[Variation], meant: Chosen, *, jobs: int | None = None) -> dict[str, Document]:
    """The document of every variation, by its name; those of earlier runs of the same code are taken as they are."""
    return {variation.name: _run(variation, meant, jobs) for variation in chosen}


def _run(variation: Variation, meant: Chosen, jobs: int | None) -> Document:
    folder = cache_folder().absolute() / "robust" / _key(variation, meant)
    path, part = folder / "claims.json", folder / "unfinished.json"
    if not path.is_file():
        print(f"=== {variation.name}", flush=True)
        options = [f"--claims-seed={variation.seed}", *variation.selection, "-q", "--no-header"]
        networks = {FOLDER_VARIABLE: str(folder / "networks")}
        part.unlink(missing_ok=True)
        code = run_checks(
            [meant],
            json_path=part,
            options=options,
            jobs=jobs,
            environment={**variation.environment, **networks},
            python=variation.python or sys.executable,
        )
        if code not in _FINISHED or not part.is_file():  # an interrupted run writes what it has
            raise ValueError(f"{variation.name}: pytest ended with exit code {code} before all was checked; see above")
        part.replace(path)
        shutil.rmtree(folder / "networks", ignore_errors=True)  # no other variation may find them
    return read_document(path)


def _key(variation: Variation, meant: Chosen) -> str:
    with_what = (*variation.selection, machine.influences(), _torch_of(variation.python))
    description = repr((variation.name, meant.patterns, with_what, source_digest(meant.paper.folder)))
    return _hash(description.encode())[:16]


def _torch_of(python: str) -> str:
    """The version of torch that another interpreter has."""
    if not python:
        return ""
    words = [python, "-P", "-c", "from importlib.metadata import version; print(version('torch'))"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip()


def source_digest(folder: Path) -> str:
    """The hash of all code and all ledgers that a verdict of a paper's checks, or what is run, can depend on."""
    roots = [*(Path(package.__file__).parent for package in (checks, theory, reports) if package.__file__), folder]
    files = {
        f"{root.name}/{path.relative_to(root)}": path
        for root in roots
        for suffix in ("*.py", "*.toml")
        for path in root.rglob(suffix)
    }
    return content_key({name: _hash(path.read_bytes()) for name, path in files.items()})


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def table(documents: Mapping[str, Document]) -> Iterator[str]:
    """A line for each claim: in how many of the runs its verdict was the expected one, and where it was not, why.

    Beside it the expected truth: where only some of its checks are run, a strength is not to be expected.
    """
    wrong = misses(documents)
    run = {
        claim["id"]: claim
        for document in documents.values()
        for claim in document["claims"]
        if claim["verdict"]["state"] != "not run"
    }
    width = max(map(len, run), default=0)
    for name, claim in run.items():
        missed = wrong.get(name, {})
        count = sum(
            one["id"] == name and one["verdict"]["state"] != "not run"
            for document in documents.values()
            for one in document["claims"]
        )
        yield f"{name:<{width}}  {count - len(missed):>2} of {count:>2}  {claim['expected']['truth']}"
        yield from (f"{'':<{width}}  {variation}: {why}" for variation, why in missed.items())


def misses(documents: Mapping[str, Document]) -> dict[str, dict[str, str]]:
    """By statement and variation: what of it, its sabotages included, was not as expected."""
    found: dict[str, dict[str, str]] = {}
    for name, document in documents.items():
        for line in problems(document):
            statement, _, why = line.partition(": ")
            before = found.setdefault(statement, {}).get(name)
            found[statement][name] = f"{before}; {why}" if before else why
    return found
