"""Attacks on constants of layers: attention, normalisation, Björck's rounds, norms, few digits, sorting."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product
from math import factorial, inf

import mpmath
import numpy as np

from tests.fuzz.draws import Rng, chance, magnitude, pick, whole
from tests.fuzz.targets import target
from theory.norms import (
    NormBounds,
    attention_lipschitz,
    bjorck_bound,
    forward_error,
    norm_ratio,
    normalization_lipschitz,
)
from theory.pieces import sorting_gates
from theory.pieces._sorting import merge_exchange


def attention(x: np.ndarray, logits: np.ndarray, values: np.ndarray) -> np.ndarray:
    weights = np.exp(x @ logits @ x.T)
    return weights / weights.sum(axis=1, keepdims=True) @ x @ values.T


@target(attention_lipschitz, breaks={"attention_lipschitz": lambda found: found * 0.9})
def attentions(rng: Rng) -> None:
    """No quotient of two sets of tokens in the ball exceeds it; averages attain it."""
    n, d = whole(rng, 1, 6), whole(rng, 1, 3)
    radius = float(rng.uniform(0, 3))
    logits, values = rng.normal(size=(2, d, d))
    if chance(rng, 0.4):
        logits *= 0
    x = rng.normal(size=(n, d))
    x *= radius / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), radius or 1.0)
    towards = rng.normal(size=(n, d))
    if chance(rng, 0.5):
        towards[:] = np.linalg.svd(values)[2][0]
    y = x * (1 - 1e-3) + 1e-4 * towards * radius / max(1.0, float(np.linalg.norm(towards, axis=1).max()))
    norms = [float(np.linalg.norm(matrix, 2)) * (1 + 1e-12) for matrix in (logits, values)]
    found = attention_lipschitz(n, radius, logits=norms[0], values=norms[1])
    moved, step = np.linalg.norm(attention(x, logits, values) - attention(y, logits, values)), np.linalg.norm(x - y)
    assert moved <= found * step * (1 + 1e-9) + 1e-15
    if not logits.any():  # constant tokens, moved alike
        unit = np.linalg.svd(values)[2][0]
        assert np.linalg.norm(values @ unit) <= found * (1 + 1e-12)


@target(bjorck_bound, breaks={"bjorck_bound": lambda found: NormBounds(found.lower, found.upper * 0.9)})
def bjorck(rng: Rng) -> None:
    """Singular values between, in many digits; the ends are reached."""
    ends = sorted(min(pick(rng, [magnitude(rng, -1074, 0), float(rng.uniform(0, 1.732))]), 1.732) for _ in range(2))
    rounds = whole(rng, 0, 12)
    found = bjorck_bound(*ends, rounds)
    with mpmath.workdps(60):
        starts = [mpmath.mpf(end) for end in ends]
        starts += [starts[0] + (starts[1] - starts[0]) * mpmath.mpf(float(rng.random())) for _ in range(3)]
        starts += [mpmath.mpf(1)] * (ends[0] <= 1 <= ends[1])
        for s in starts:
            for _ in range(rounds):
                s = s * (3 - s**2) / 2
            assert found.lower <= s <= found.upper
        assert found.lower <= found.upper


@target(normalization_lipschitz, breaks={"normalization_lipschitz": lambda found: found * (1 - 1e-9)})
def normalizations(rng: Rng) -> None:
    """The root, in many digits; two entries, nearly equal, attain it."""
    epsilon, variance, gain = magnitude(rng, -300, 300), magnitude(rng, -300, 300), magnitude(rng, -300, 300)
    found = normalization_lipschitz(epsilon, gain=gain, variance=variance)
    with mpmath.workdps(200):
        right = gain / mpmath.sqrt(mpmath.mpf(epsilon) + mpmath.mpf(variance))
        assert right <= found <= right * (1 + mpmath.mpf(2) ** -52)
        root = mpmath.sqrt(mpmath.mpf(epsilon))
        step = root * mpmath.mpf(10) ** -20
        assert step / mpmath.sqrt(step**2 + epsilon) <= step * normalization_lipschitz(epsilon)


@target(norm_ratio, breaks={"norm_ratio": lambda found: found * (1 - 1e-9)})
def ratios(rng: Rng) -> None:
    """Equal entries or a single one attain it, no vector exceeds it."""
    n, p, q = whole(rng, 1, 8), *(pick(rng, [1, 1.5, 2, 3, 7, inf]) for _ in range(2))
    found = norm_ratio(n, p, q)
    with mpmath.workdps(40):

        def norm(sizes: list, order: float):
            if order == inf:
                return max(sizes)
            return mpmath.fsum(size ** mpmath.mpf(order) for size in sizes) ** (1 / mpmath.mpf(order))

        vectors = [[mpmath.mpf(abs(v)) for v in rng.normal(size=n)], [mpmath.mpf(1)] * n, [mpmath.mpf(1)]]
        quotients = [norm(v, p) / norm(v, q) for v in vectors]
        slack = mpmath.mpf(10) ** -30
        assert max(quotients) <= found * (1 + slack) and found <= max(quotients) * (1 + mpmath.mpf(2) ** -50)


@target(forward_error, breaks={"forward_error": lambda found: found * 1e-4})
def errors_of_few_digits(rng: Rng) -> None:
    """numpy's float32 against fractions, with ReLU between."""
    widths = [whole(rng, 1, 6) for _ in range(whole(rng, 2, 4))]
    scale = pick(rng, [1.0, 1.0, 1e-20, 1e10])
    weights = [(rng.normal(size=(m, n)) * scale).astype(np.float32) for n, m in pairwise(widths)]
    biases = [rng.normal(size=m).astype(np.float32) for m in widths[1:]]
    x = rng.normal(size=widths[0]).astype(np.float32)
    value, exact = x, [Fraction(float(v)) for v in x]
    for k, (weight, bias) in enumerate(zip(weights, biases, strict=True)):
        total = np.zeros(len(bias), np.float32)
        for j in range(weight.shape[1]):  # one product after the other, each rounded
            total = (total + weight[:, j] * value[j]).astype(np.float32)
        value = total + bias
        rows = [[Fraction(float(w)) for w in row] for row in weight]
        exact = [
            sum((w * v for w, v in zip(row, exact, strict=True)), Fraction(float(b)))
            for row, b in zip(rows, bias, strict=True)
        ]
        if k + 1 < len(weights):
            value, exact = np.maximum(value, 0), [max(v, Fraction(0)) for v in exact]
    off = sum(((Fraction(float(v)) - e) ** 2 for v, e in zip(value, exact, strict=True)), Fraction(0))
    radius = float(np.linalg.norm(x.astype(float))) * (1 + 1e-12)
    assert off <= Fraction(forward_error(weights, biases, radius)) ** 2


@target(sorting_gates, breaks={"sorting_gates": lambda found: (found[0] + 1, found[1])})
def gates_of_sorting(rng: Rng) -> None:
    """The comparators sort zeros and ones; the lower bound is a logarithm."""
    n = whole(rng, 1, 8)
    lower, upper = sorting_gates(n)
    assert 2 ** (lower - 1) < factorial(n) <= 2**lower or lower == 0
    assert lower <= upper == sum(len(starts) for starts, _ in merge_exchange(n))
    bits = np.array(list(product((0, 1), repeat=n)))
    for starts, apart in merge_exchange(n):
        pair = np.sort(np.stack([bits[:, starts], bits[:, starts + apart]]), axis=0)
        bits[:, starts], bits[:, starts + apart] = pair
    assert (np.diff(bits, axis=1) >= 0).all()
