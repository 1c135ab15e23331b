"""Networks: three ways to evaluate agree, certificates bound what can be measured."""

from __future__ import annotations

import pickle
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest

from checks.networks import LipschitzNetwork, SingularBounds, _singular_values, singular_bounds


def frame(rng: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    tall = np.linalg.qr(rng.normal(size=(max(rows, columns), min(rows, columns))))[0]
    return tall if rows >= columns else tall.T


def orthogonal_network(seed: int, widths: tuple[int, ...] = (2, 16, 16, 1)) -> LipschitzNetwork:
    rng = np.random.default_rng(seed)
    weights = [frame(rng, rows, columns) for columns, rows in pairwise(widths)]
    return LipschitzNetwork(weights, [rng.normal(size=len(weight)) for weight in weights])


def any_network(seed: int, widths: tuple[int, ...] = (3, 8, 6, 1)) -> LipschitzNetwork:
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(rows, columns)) for columns, rows in pairwise(widths)]
    return LipschitzNetwork(weights, [rng.normal(size=len(weight)) for weight in weights])


def relu_forward(network: LipschitzNetwork, x: np.ndarray) -> np.ndarray:
    """GroupSort2 as r = relu(a - b); (a - r, b + r)."""
    for i, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        if i:
            a, b = x[..., 0::2], x[..., 1::2]
            r = np.maximum(a - b, 0.0)
            x = np.stack([a - r, b + r], axis=-1).reshape(x.shape)
        x = x @ weight.T + bias
    return x[..., 0]


@pytest.mark.parametrize("seed", range(5))
def test_true_min_and_max_agree_with_the_relu_form(seed: int) -> None:
    network = any_network(seed)
    x = np.random.default_rng(seed).normal(size=(50, 4, 3))
    assert network(x) == pytest.approx(relu_forward(network, x), abs=1e-12)


def test_values_do_not_depend_on_the_blocks() -> None:
    network, x = orthogonal_network(0), np.random.default_rng(0).normal(size=(20_000, 2))
    some = [0, 8191, 8192, 19_999]
    assert network(x)[some] == pytest.approx(network(x[some]), abs=1e-13)
    assert network.gradient(x).shape == (20_000, 2)


@pytest.mark.parametrize("seed", range(5))
def test_gradient_is_the_difference_quotient(seed: int) -> None:
    network, rng = any_network(seed), np.random.default_rng(seed)
    x, step = rng.normal(size=(30, 3)), 1e-7
    quotients = [(network(x + step * e) - network(x - step * e)) / (2 * step) for e in np.eye(3)]
    assert network.gradient(x) == pytest.approx(np.stack(quotients, axis=-1), abs=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_exact_piece_agrees_with_floats(seed: int) -> None:
    network, x = any_network(seed), np.random.default_rng(seed).normal(size=3)
    value, gradient = network.exact_piece(list(x))
    assert float(value) == pytest.approx(float(network(x)), abs=1e-12)
    assert [float(g) for g in gradient] == pytest.approx(network.gradient(x), abs=1e-12)
    assert network.exact_gradient(list(x)) == gradient


def test_exact_piece_takes_any_rational_and_is_affine_within_a_piece() -> None:
    network = any_network(2)
    point, shift = [Fraction(1, 3), Fraction(-2, 7), Fraction(5)], Fraction(1, 10**9)
    value, gradient = network.exact_piece(point)
    moved, _ = network.exact_piece([point[0] + shift, *point[1:]])
    assert moved - value == shift * gradient[0]
    far = 2**62 - 1
    assert network.exact_piece([np.int64(far), np.int64(3), np.float32(0.5)]) == network.exact_piece([far, 3, 0.5])


def test_a_crease_has_no_exact_gradient() -> None:
    absolute = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0]]], [[0.0, 0.0], [0.0]])
    assert absolute.exact_piece([Fraction(-1, 3)]) == (Fraction(1, 3), (Fraction(-1),))
    with pytest.raises(ValueError, match="crease of gate 0"):
        absolute.exact_gradient([0])


def test_an_affine_network_has_one_gradient() -> None:
    affine = LipschitzNetwork([[[3.0, 4.0]]], [[1.0]])
    assert affine.gradient(np.zeros((5, 2))).tolist() == [[3.0, 4.0]] * 5
    assert affine.exact_piece([1, 1]) == (Fraction(8), (Fraction(3), Fraction(4)))
    assert affine.certified_lipschitz() == pytest.approx(5.0, abs=1e-12)


def any_activation(seed: int, name: str) -> LipschitzNetwork:
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=shape) for shape in ((7, 3), (5, 7), (1, 5))]
    return LipschitzNetwork(weights, [rng.normal(size=len(weight)) for weight in weights], name)


BY_HAND = {"fullsort": sorted, "relu": lambda z: [max(value, 0.0) for value in z]}


@pytest.mark.parametrize("name", BY_HAND)
@pytest.mark.parametrize("seed", range(5))
def test_other_activations(name: str, seed: int) -> None:
    network, rng = any_activation(seed, name), np.random.default_rng(seed)
    for x in rng.normal(size=(20, 3)):
        z = list(x)
        for i, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
            z = list(weight @ (BY_HAND[name](z) if i else z) + bias)
        assert network(x) == pytest.approx(z[0], abs=1e-12)
        value, gradient = network.exact_piece(list(x))
        assert float(value) == pytest.approx(z[0], abs=1e-12)
        assert [float(g) for g in gradient] == pytest.approx(network.gradient(x), abs=1e-12)
    x, step = rng.normal(size=(30, 3)), 1e-7
    quotients = [(network(x + step * e) - network(x - step * e)) / (2 * step) for e in np.eye(3)]
    assert network.gradient(x) == pytest.approx(np.stack(quotients, axis=-1), abs=1e-5)
    assert network.slope(x).max() <= network.certified_lipschitz()


@pytest.mark.parametrize(
    ("name", "piece", "crease", "gate"),
    [
        ("groupsort2", (11, (3, 2)), [1, 0], 0),  # (4, 3) is sorted
        ("fullsort", (11, (3, 2)), [1, 0], 0),
        ("relu", (10, (3, 1)), [0, 1], 1),
    ],
)
def test_every_activation_has_creases(name: str, piece: tuple[int, tuple[int, int]], crease, gate: int) -> None:
    network = LipschitzNetwork([[[1.0, 1.0], [1.0, 0.0]], [[1.0, 2.0]]], [[0.0, 0.0], [0.0]], name)
    assert network.exact_piece([3, 1]) == piece
    with pytest.raises(ValueError, match=f"crease of gate {gate}"):
        network.exact_gradient(crease)


def test_pickles_keep_everything_and_stay_frozen() -> None:
    network = any_activation(0, "relu")
    copy = pickle.loads(pickle.dumps(network))
    assert copy.activation == "relu"
    assert all(np.array_equal(*pair) for pair in zip(copy.weights, network.weights, strict=True))
    assert not copy.weights[0].flags.writeable and not copy.biases[0].flags.writeable


@pytest.mark.parametrize("name", ["groupsort2", "fullsort", "relu"])
@pytest.mark.parametrize("lipschitz", [0.01, 0.3, 7.0])
def test_normalized_to_another_constant(name: str, lipschitz: float) -> None:
    network = LipschitzNetwork(any_network(3).weights, any_network(3).biases, name)
    scaled, norm = network.normalized(lipschitz), network.certified_lipschitz()
    x = np.random.default_rng(0).normal(size=(40, 3))
    assert norm > 7.0 and lipschitz * (1 - 1e-9) <= scaled.certified_lipschitz() <= lipschitz
    assert scaled(x) * norm / lipschitz == pytest.approx(network(x), rel=1e-9, abs=1e-9)
    assert scaled.normalized(lipschitz) is scaled


def test_dilation() -> None:
    network, x = orthogonal_network(0), np.random.default_rng(0).normal(size=(40, 2))
    assert network.dilated(3.0)(x) == pytest.approx(3.0 * network(x), rel=1e-12)
    assert network.dilated(3.0).certified_lipschitz() == pytest.approx(3.0, rel=1e-9)
    for bad in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(ValueError, match="lipschitz="):
            network.normalized(bad)


@pytest.mark.parametrize("shape", [(6, 6), (9, 4), (4, 9), (1, 5), (5, 1), (1, 1)])
def test_singular_bounds_enclose_numpys_values(shape: tuple[int, int]) -> None:
    matrix = np.random.default_rng(sum(shape)).normal(size=shape)
    values, bounds = np.linalg.svd(matrix, compute_uv=False), singular_bounds(matrix)
    assert bounds.least <= values[-1] * (1 + 1e-13) and values[0] * (1 - 1e-13) <= bounds.largest
    assert [bounds.least, bounds.largest] == pytest.approx([values[-1], values[0]], rel=1e-10)


@pytest.mark.parametrize(
    ("matrix", "least", "largest"),
    [([[0.0, 0.3], [0.3, 0.0]], 0.3, 0.3), ([[3.0, 0.0], [0.0, 4.0]], 3.0, 4.0), ([[3.0, 4.0]], 5.0, 5.0)],
)
def test_singular_bounds_enclose_values_known_exactly(matrix, least: float, largest: float) -> None:
    bounds = singular_bounds(matrix)
    assert bounds.least <= least <= largest <= bounds.largest
    assert [bounds.least, bounds.largest] == pytest.approx([least, largest], rel=1e-13)


def forward_rows(network: LipschitzNetwork, point: list[Fraction]) -> tuple[list[list[Fraction]], bool]:
    """Values with all derivatives, carried forward, ties broken by these; and whether there was one that counts."""
    rows = [[value, *(Fraction(i == j) for j in range(len(point)))] for i, value in enumerate(point)]
    tied = False
    for i, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        if i:
            zeros = [[Fraction(0)] * (1 + len(point))] * len(rows)
            pairs = {"groupsort2": zip(rows[::2], rows[1::2], strict=True), "relu": zip(rows, zeros, strict=True)}
            groups = [rows] if network.activation == "fullsort" else list(map(list, pairs[network.activation]))
            ordered = [sorted(group) for group in groups]
            tied |= any(a[0] == b[0] and a != b for group in ordered for a, b in pairwise(group))
            rows = [row for group in ordered for row in (group[1:] if network.activation == "relu" else group)]
        exact = [[Fraction(entry) for entry in row] for row in weight.tolist()]
        rows = [[sum(c * r[k] for c, r in zip(row, rows, strict=True)) for k in range(1 + len(point))] for row in exact]
        for row, shift in zip(rows, bias.tolist(), strict=True):
            row[0] += Fraction(shift)
    return rows, tied


@pytest.mark.parametrize("activation", ["groupsort2", "fullsort", "relu"])
def test_exact_pieces_are_those_that_go_forward(activation: str) -> None:
    seen = set()
    for seed in range(60):
        rng = np.random.default_rng(seed)
        sizes = [rng.integers(1, 4), *2 * rng.integers(1, 4, size=rng.integers(1, 4)), rng.integers(1, 3)]
        weights = [rng.integers(-1, 2, size=(b, a)) / 4.0 for a, b in pairwise(sizes)]
        network = LipschitzNetwork(weights, [rng.integers(-1, 2, size=b) / 1.0 for b in sizes[1:]], activation)
        point = [Fraction(int(value), 3 - 2 * (seed % 2)) for value in rng.integers(-1, 2, size=sizes[0])]
        rows, tied = forward_rows(network, point)
        seen.add(tied)
        slopes = np.array([[float(slope) for slope in row[1:]] for row in rows])
        if all(value.denominator == 1 for value in point):
            found = network.gradient([float(value) for value in point])
            assert np.array_equal(found.reshape(slopes.shape), slopes)
        if tied:
            with pytest.raises(ValueError, match="lies on the crease of gate"):
                network.exact_piece(point)
        else:
            value, gradient = network.exact_piece(point)
            values, gradients = ((value,), (gradient,)) if network.outputs == 1 else (value, gradient)
            assert [[v, *g] for v, g in zip(values, gradients, strict=True)] == rows
    assert seen == {False, True}


@pytest.mark.parametrize("seed", range(20))
def test_singular_bounds_of_blocks_are_those_of_the_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    block = rng.normal(size=(3, 2))
    blocks = [block, 0.5 * rng.normal(size=rng.integers(0, 4, 2)), block, rng.normal(size=rng.integers(0, 4, 2))]
    whole = np.zeros(np.sum([part.shape for part in blocks], axis=0))
    row = column = 0
    for part in blocks:
        whole[row : row + part.shape[0], column : column + part.shape[1]] = part
        row, column = row + part.shape[0], column + part.shape[1]
    whole = whole[rng.permutation(len(whole))][:, rng.permutation(whole.shape[1])]
    values, bounds = np.linalg.svd(whole, compute_uv=False), singular_bounds(whole)
    assert bounds.largest == pytest.approx(values[0], rel=1e-12) and bounds.largest >= values[0] * (1 - 1e-14)
    assert bounds.least == pytest.approx(values[-1], abs=1e-12) and bounds.least <= values[-1] + 1e-14


def test_singular_bounds_of_a_tall_block_beside_a_wide_one_start_at_zero() -> None:
    found = singular_bounds([[3.0, 0.0, 0.0], [4.0, 0.0, 0.0], [0.0, 5.0, 12.0]])
    assert found == SingularBounds(0.0, 13.0)


def test_a_large_matrix_of_equal_blocks_costs_one_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, own = [], _singular_values._bounds
    monkeypatch.setattr(_singular_values, "_bounds", lambda block: asked.append(block.shape) or own(block))
    assert singular_bounds(np.kron([[3.0], [4.0]], np.eye(1000))) == SingularBounds(5.0, 5.0)
    assert asked == [(2, 1)]


def test_singular_bounds_of_degenerate_matrices() -> None:
    assert singular_bounds(np.zeros((3, 2))).largest == 0.0
    assert 0.0 <= singular_bounds([[1.0, 1.0], [1.0, 1.0]]).least < 1e-7


@pytest.mark.parametrize("make", [orthogonal_network, any_network])
@pytest.mark.parametrize("seed", range(3))
def test_certified_norm_is_numpys_product_from_above(make, seed: int) -> None:
    network = make(seed)
    product = np.prod([np.linalg.svd(weight, compute_uv=False)[0] for weight in network.weights])
    assert product * (1 - 1e-13) <= network.certified_lipschitz() <= product * (1 + 1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_slopes_never_exceed_the_certified_norm(seed: int) -> None:
    network, rng = any_network(seed), np.random.default_rng(seed)
    x, y = rng.normal(size=(2, 1000, 3))
    slopes = np.abs(network(x) - network(y)) / np.linalg.norm(x - y, axis=-1)
    assert max(slopes.max(), network.slope(x).max()) <= network.certified_lipschitz()


def test_a_layer_scaled_by_one_percent_is_caught() -> None:
    network = orthogonal_network(0)
    scaled = LipschitzNetwork([*network.weights[:-1], 1.01 * network.weights[-1]], network.biases)
    assert network.certified_lipschitz() < 1 + 1e-12
    assert scaled.certified_lipschitz() > 1.0099


@pytest.mark.parametrize("make", [orthogonal_network, any_network])
@pytest.mark.parametrize("seed", range(3))
def test_normalized_is_the_network_over_its_norm(make, seed: int) -> None:
    network = make(seed)
    normalized, norm = network.normalized(), network.certified_lipschitz()
    x = np.random.default_rng(seed).normal(size=(40, network.dimension))
    assert normalized.certified_lipschitz() <= 1.0
    if norm > 1.0:
        assert normalized(x) * norm == pytest.approx(network(x), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize(
    ("weights", "biases", "message"),
    [
        ([], [], "0 weights"),
        ([[[1.0, 2.0]]], [[0.0], [0.0]], "1 weights and 2 biases"),
        ([np.ones((3, 2)), np.ones((1, 3))], [np.zeros(3), np.zeros(1)], "odd"),
        ([np.ones((4, 2)), np.ones((1, 3))], [np.zeros(4), np.zeros(1)], r"weights\[1\] has shape \(1, 3\)"),
        ([np.ones((1, 2))], [np.zeros(2)], r"biases\[0\]"),
        ([[[np.nan, 1.0]]], [[0.0]], "not finite"),
    ],
)
def test_bad_layers_are_named(weights, biases, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        LipschitzNetwork(weights, biases)


def test_unknown_activations_are_named() -> None:
    with pytest.raises(ValueError, match="activation='tanh'"):
        LipschitzNetwork([[[1.0]]], [[0.0]], "tanh")


def test_bad_points_and_matrices_are_named() -> None:
    network = any_network(0)
    with pytest.raises(ValueError, match=r"give \(\.\.\., 3\)"):
        network(np.zeros((5, 2)))
    with pytest.raises(ValueError, match="2 coordinates"):
        network.exact_gradient([0, 1])
    with pytest.raises(ValueError, match=r"shape \(3,\)"):
        singular_bounds(np.zeros(3))
    with pytest.raises(ValueError, match="finite"):
        singular_bounds([[np.inf]])


@pytest.mark.parametrize("size", [1e-300, 1e-170, 1e-150, 1e160, 1e300])
def test_singular_values_whose_squares_leave_float64_are_bounded(size):
    bounds = singular_bounds([[size, 0.0], [0.0, size]])
    assert bounds.least == bounds.largest == size


@pytest.mark.parametrize("exponent", [-1070, -1000, -700, -540, -500, 500, 530, 1000, 1020])
def test_singular_bounds_scale_with_powers_of_two(exponent: int) -> None:
    """Down to where the entries themselves lose digits, they are those of the matrix times a power of two."""
    matrix = np.random.default_rng(0).integers(-4, 5, size=(4, 3)).astype(float)
    values, bounds = np.linalg.svd(matrix, compute_uv=False), singular_bounds(np.ldexp(matrix, exponent))
    lost = np.ldexp(1.0, -1074 - exponent)  # the least float64 that is not 0, in the matrix's unit
    least, largest = (np.ldexp(bound, -exponent) for bound in (bounds.least, bounds.largest))
    assert least <= values[-1] * (1 + 1e-13) and values[0] * (1 - 1e-13) <= largest
    assert least == pytest.approx(values[-1], rel=1e-10, abs=lost)
    assert largest == pytest.approx(values[0], rel=1e-10, abs=lost)


def test_singular_bounds_of_subnormals_are_the_floats_around_the_roots() -> None:
    tiny = 5e-324
    assert singular_bounds([[tiny, 0.0], [0.0, tiny]]) == SingularBounds(tiny, tiny)
    assert singular_bounds([[tiny, tiny], [0.0, tiny]]) == SingularBounds(0.0, 2 * tiny)  # .618 and 1.618
    assert singular_bounds([[1e300, 1e-300], [1e-300, 1e300]]).largest == pytest.approx(1e300, rel=1e-15)


def test_a_norm_beyond_float64_is_named() -> None:
    with pytest.raises(ValueError, match=r"matrix has entries up to 1.7e\+308 and a singular value beyond float64"):
        singular_bounds(np.full((2, 2), 1.7e308))
    steep = LipschitzNetwork([[[1e200], [0.0]], [[1e200, 0.0]]], [[1e200, 0.0], [1.0]], "relu")
    with pytest.raises(ValueError, match="product beyond float64"):
        steep.certified_lipschitz()
    normalized = steep.normalized()  # relu(x + 1), and 1e-400 of the last bias
    assert normalized.certified_lipschitz() <= 1.0
    assert normalized([[3.0], [-2.0]]) == pytest.approx([4.0, 0.0], rel=1e-12)


def test_biases_survive_norms_whose_product_float64_cannot_hold() -> None:
    weights = [[[1e200], [0.0]], [[1e200, 0.0], [0.0, 0.0]], [[1e-300, 0.0]]]
    normalized = LipschitzNetwork(weights, [[0.0, 0.0], [1e300, 0.0], [0.0]], "relu").normalized()
    assert normalized.biases[1][0] == pytest.approx(1e-100, rel=1e-12)
    assert normalized.certified_lipschitz() == pytest.approx(1.0, rel=1e-12)


ZERO = LipschitzNetwork([[[1.0], [0.0], [0.0], [1.0]], [[0.0, 1.0, 0.0, -1.0]]], [[0.0] * 4, [0.0]])
"""max(x, 0) - max(0, x): at 0, a gate that takes its first argument there takes different ones in both."""


def test_the_gradient_at_a_tie_is_that_of_a_piece() -> None:
    assert ZERO.gradient([[0.0], [1.0], [-1.0]]).tolist() == [[0.0]] * 3
    for scale in (0.1, 1 / 3, 0.7):  # rounding breaks such ties on one side here, on the other there
        rows = [[scale, 3 * scale], [3 * scale, scale]]
        network = LipschitzNetwork([rows, [[-1.0, 1.0]]], [[0.0, 0.0], [0.0]])  # 2 scale |x - y|
        assert network.slope([0.3, 0.1 + 0.2]) == pytest.approx(2 * scale * 2**0.5, rel=1e-15)
        assert network.slope([0.0, 0.0]) == pytest.approx(2 * scale * 2**0.5, rel=1e-15)


@pytest.mark.parametrize("name", ["groupsort2", "fullsort", "relu"])
@pytest.mark.parametrize("seed", range(20))
def test_gradients_at_ties_are_those_a_little_further(name: str, seed: int) -> None:
    """Small whole weights tie everywhere; the piece is the one that holds x + (e, e^2)."""
    rng = np.random.default_rng(seed)
    shapes = ((4, 2), (4, 4), (4, 4), (1, 4))
    weights = [rng.integers(-1, 2, size=shape) for shape in shapes]
    network = LipschitzNetwork(weights, [np.zeros(len(weight)) for weight in weights], name)
    step = Fraction(1, 2**60)
    for x in ([0, 0], [1, 1], [1, 0], [-1, 2], [0, -1]):
        moved = network.exact_gradient([x[0] + step, x[1] + step**2])
        assert network.gradient(np.array(x, dtype=float)).tolist() == [float(g) for g in moved]


@pytest.mark.parametrize(
    "bad", [[1j, 0, 0], np.ma.masked_equal([1, 2, 3], 2), [2**53 + 1, 0, 0], [2**53 + 1, 0.5, 0], ["a", "b", "c"]]
)
def test_what_float64_cannot_hold_is_refused_everywhere(bad) -> None:
    network = any_network(0)
    row = bad[None] if np.ma.isMaskedArray(bad) else [bad]
    uses = {
        "x": [network, network.gradient],
        "matrix": [lambda _: singular_bounds(row)],
        r"weights\[0\]": [lambda _: LipschitzNetwork([row], [[0]])],
        r"biases\[0\]": [lambda _: LipschitzNetwork([np.ones((3, 1))], [bad])],
    }
    for name, use in ((name, use) for name, several in uses.items() for use in several):
        with pytest.raises(ValueError, match=f"{name} (holds|is no array)"):
            use(bad)


def test_exact_types_are_taken_where_float64_has_them() -> None:
    network = any_network(0)
    exact = [Fraction(1, 2), 2**60, np.float32(0.1)]
    assert network(exact) == network([float(value) for value in exact])
    with pytest.raises(ValueError, match="x holds 1/3, which is no float64"):
        network([Fraction(1, 3), 0, 0])


@pytest.mark.parametrize("bad", [np.nan, np.inf, 1j, "a", None])
def test_exact_pieces_are_of_real_numbers(bad) -> None:
    with pytest.raises(ValueError, match=r"x holds .*: give finite real numbers"):
        any_network(0).exact_piece([0, bad, 0])


@pytest.mark.parametrize("name", ["groupsort2", "fullsort", "relu"])
@pytest.mark.parametrize("scale", [1.0, 1e-160, 1e150])
def test_gradients_are_exact_within_an_ulp_of_a_crease(name: str, scale: float) -> None:
    """Weights of tenths, so that floats round on either side of ties."""
    rng = np.random.default_rng(1)
    for _ in range(20):
        weights = [rng.integers(-2, 3, size=shape) / 10 for shape in ((4, 2), (4, 4), (1, 4))]
        biases = [rng.integers(-2, 3, size=4) / 10 * scale, rng.integers(-2, 3, size=4) / 100 * scale, [0.0]]
        network = LipschitzNetwork(weights, biases, name)
        x = rng.integers(-3, 4, size=(4, 2)) / 10 * scale
        for point in np.concatenate([x, np.nextafter(x, np.inf), np.nextafter(x, -np.inf)]):
            tiny = Fraction(2) ** -2000  # far below what separates any two of these floats
            moved = network.exact_gradient([Fraction(point[0]) + tiny, Fraction(point[1]) + tiny**2])
            assert network.gradient(point) == pytest.approx([float(g) for g in moved], rel=1e-12, abs=1e-15)
        assert network.slope(x).max() <= network.certified_lipschitz()
