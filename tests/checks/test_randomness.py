"""One number shifts everything random, and nothing random in the checks escapes it."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import checks
from checks.evidence import SEED, Evidence
from checks.randomness import LARGEST_SHIFT, claims_seed, stream, streams

CHECKS = Path(checks.__file__).parent


def test_streams_of_two_runs_have_nothing_in_common():
    runs = [set(streams(1000, seed)) for seed in range(5)]
    assert len(set.union(*runs)) == 5000
    assert streams(3, 0) == [0, 1, 2]


def test_the_largest_shift_fits_the_generators():
    import torch

    largest = stream(1000, LARGEST_SHIFT)
    np.random.default_rng(stream(SEED, LARGEST_SHIFT))
    torch.Generator().manual_seed(1_000_003 * largest + 10**6)  # as the order of rows is drawn


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "", str(LARGEST_SHIFT + 1), "１"])
def test_other_seeds_are_refused(text):
    with pytest.raises(ValueError, match="--claims-seed"):
        claims_seed(text)


def test_a_record_draws_from_the_shifted_stream():
    default, shifted = Evidence("c", by="samples"), Evidence("c", by="samples", claims_seed=2)
    assert default.rng(3).random() == np.random.default_rng(3).random()
    assert shifted.rng(3).random() == np.random.default_rng(stream(3, 2)).random()
    shifted.count(1, 3)
    assert shifted.seed == stream(3, 2)


def test_searches_are_shifted_too():
    from hypothesis import strategies as st

    seen = []
    for seed in (0, 0, 1):
        cases = []
        evidence = Evidence("c", by="examples", claims_seed=seed)
        evidence.examples("anything", lambda x, kept=cases: kept.append(x) is None, st.floats(), max_examples=30)
        seen.append(repr(cases))
    assert seen[0] == seen[1] != seen[2]


def generators(tree):
    """The calls that make a generator, with what they are seeded by."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("default_rng", "Random", "RandomState", "manual_seed"):
                yield node


@pytest.mark.parametrize("file", sorted(CHECKS.rglob("test_*.py")), ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_check_seeds_a_generator_by_a_number_of_its_own(file):
    for call in generators(ast.parse(file.read_text(encoding="utf-8"))):
        seeded = call.args and not isinstance(call.args[0], ast.Constant)
        assert seeded, f"line {call.lineno}: use evidence.rng or checks.randomness.stream"
