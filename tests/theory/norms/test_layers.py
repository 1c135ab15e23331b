"""Constants of blocks: what they say at their ends, what they refuse, and torch's layers against them."""

from fractions import Fraction
from itertools import pairwise
from math import inf, log2, sqrt

import numpy as np
import pytest
import torch

from theory.norms import (
    NormBounds,
    attention_lipschitz,
    bjorck_bound,
    forward_error,
    norm_ratio,
    normalization_lipschitz,
)


def test_plain_averages_and_one_token_have_the_constant_of_the_values():
    assert attention_lipschitz(7, 100, logits=0, values=0.75) == 0.75
    assert attention_lipschitz(1, 1e200, logits=1e200, values=0.75) == 0.75


def test_attention_on_large_tokens_has_the_root_of_their_number():
    """e^(2 rho) is far beyond float64."""
    rho = 10.0**6
    assert attention_lipschitz(9, 10**3) == pytest.approx(rho + (1 + rho) * 3, rel=1e-12)
    assert attention_lipschitz(9, 5e-324, values=5e-324) >= 5e-324


def test_attention_of_torch_is_not_steeper():
    torch.manual_seed(0)
    x = torch.nn.functional.normalize(torch.randn(5, 4, dtype=torch.float64), dim=1) * 1.5

    def attend(tokens):
        return torch.nn.functional.scaled_dot_product_attention(tokens[None], tokens[None], tokens[None])[0]

    jacobian = torch.func.jacrev(attend)(x).reshape(20, 20)
    assert torch.linalg.matrix_norm(jacobian, 2) <= attention_lipschitz(5, 1.5, logits=0.5)


@pytest.mark.parametrize("name", ["radius", "logits", "values"])
def test_sizes_below_zero_are_refused(name):
    with pytest.raises(ValueError, match=f"{name}=-1: pass a number that is at least 0"):
        attention_lipschitz(2, **{"radius": 1, name: -1})


def test_rounds_of_bjorck():
    assert bjorck_bound(1, 1, 5) == NormBounds(1.0, 1.0)
    assert bjorck_bound(0, 1, 50).lower == 0
    assert bjorck_bound(1.5, 1.5, 1) == NormBounds(0.5625, 0.5625)  # beyond 1 the step falls
    assert bjorck_bound(0.5, 1.5, 1) == NormBounds(0.5625, 1.0)
    assert bjorck_bound(0.5, 1, 10**9).lower == 1 - 2.0**-53


def test_a_matrix_after_rounds_of_bjorck():
    rng = np.random.default_rng(0)
    matrix = rng.normal(size=(5, 5))
    matrix /= np.linalg.norm(matrix, 2) * (1 + 1e-12)
    least = np.linalg.svd(matrix, compute_uv=False)[-1] * (1 - 1e-12)
    for rounds in range(12):
        found = bjorck_bound(least, 1, rounds)
        values = np.linalg.svd(matrix, compute_uv=False)
        assert found.lower <= values[-1] * (1 + 1e-9) and values[0] <= found.upper * (1 + 1e-9)
        matrix = matrix @ (3 * np.eye(5) - matrix.T @ matrix) / 2


@pytest.mark.parametrize(
    ("least", "largest", "words"),
    [(0.5, sqrt(3) * (1 + 1e-9), "divide the matrix"), (0.6, 0.5, "0 <= least <= largest"), (-1, 1, "least=-1")],
)
def test_ranges_of_bjorck(least, largest, words):
    with pytest.raises(ValueError, match=words):
        bjorck_bound(least, largest, 1)


@pytest.mark.parametrize("layer", [torch.nn.LayerNorm(6), torch.nn.RMSNorm(6, eps=1e-5)])
def test_normalisation_of_torch_attains_it_near_zero(layer):
    layer = layer.double().requires_grad_(False)
    for scale in (0.0, 1e-3, 1.0):
        x = scale * torch.linspace(-1, 2, 6, dtype=torch.float64)
        norm = float(torch.linalg.matrix_norm(torch.func.jacrev(layer)(x), 2))
        assert norm <= normalization_lipschitz(1e-5) * (1 + 1e-12)
        variance = float(x.var(correction=0)) if isinstance(layer, torch.nn.LayerNorm) else float((x**2).mean())
        assert norm == pytest.approx(normalization_lipschitz(1e-5, variance=variance), rel=1e-9)


def test_normalisation_at_the_edges():
    assert normalization_lipschitz(5e-324, gain=5e-324) <= 2.3e-162
    assert normalization_lipschitz(1, gain=0) == 0
    with pytest.raises(ValueError, match="epsilon=0 and variance=0"):
        normalization_lipschitz(0)
    with pytest.raises(ValueError, match="gain=-1"):
        normalization_lipschitz(gain=-1)
    with pytest.raises(OverflowError):
        normalization_lipschitz(5e-324, gain=1e308)


def test_ratios_of_norms():
    assert [norm_ratio(9, *orders) for orders in ((1, 2), (2, inf), (1, inf), (2, 1), (3, 3))] == [3, 3, 9, 1, 1]
    assert norm_ratio(2, 1, 1.5) == pytest.approx(2 ** (1 / 3)) and norm_ratio(2, 1, 1.5) ** 3 >= 2
    assert 36 / 255 / norm_ratio(3072, 2, inf) < 1 / 255


def test_errors_grow_with_fewer_bits():
    rng = np.random.default_rng(0)
    widths = [8, 16, 16, 1]
    weights = [rng.normal(size=(m, n)) for n, m in pairwise(widths)]
    biases = [rng.normal(size=m) for m in widths[1:]]
    found = {bits: forward_error(weights, biases, 1, precision=bits) for bits in (8, 11, 24, 53)}
    assert all(log2(found[a] / found[b]) == pytest.approx(b - a, abs=0.5) for a, b in pairwise(found))
    assert found[24] < forward_error(weights, biases, 2)


def test_an_error_that_cancels():
    """((2^24 + 3) - (2^24 + 2)) - 3/2 is -1/2, and float32 says 1/2."""
    row = [[2.0**24, 3.0, -(2.0**24) - 2, -1.5]]
    one = np.float32(1)
    computed = (np.float32(row[0][0]) * one + np.float32(3) + np.float32(row[0][2])) + np.float32(-1.5)
    assert computed == 0.5
    assert forward_error([row], [[0.0]], 2) >= 1


def test_errors_at_the_edges():
    assert forward_error([[[0.0]]], [[0.0]], 0, least=0) == 0
    assert forward_error([[[5e-324]]], [[5e-324]], 5e-324) > 0
    assert forward_error([[[1.0]]], [[0.0]], Fraction(1, 3)) > 0
    with pytest.raises(OverflowError):
        forward_error([[[1e308]], [[1e308]]], [[0.0], [0.0]], 1e308)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"biases": [[0.0]]}, "weights has 2 arrays and biases 1"),
        ({"weights": [], "biases": []}, "pass one of each"),
        ({"weights": [[[1.0, 2.0]], [[1.0, 2.0]]]}, r"weights\[1\] has shape \(1, 2\): give \(m, 1\)"),
        ({"biases": [[0.0, 1.0], [0.0]]}, r"biases\[0\] has shape \(2,\): weights\[0\] has 1 rows"),
        ({"radius": -1}, "radius=-1"),
        ({"precision": 2}, "2 inputs are too many for it, at most 1"),
        ({"weights": 3}, "weights is 3"),
    ],
)
def test_networks_that_are_refused(changed, words):
    given = {"weights": [[[1.0, 2.0]], [[1.0]]], "biases": [[0.0], [0.0]], "radius": 1} | changed
    with pytest.raises(ValueError, match=words):
        forward_error(**given)
