"""Norms of convolutions against the singular values of their matrices, written out by torch pixel by pixel."""

from math import inf

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.norms import NormBounds, conv_bound, matrix_bound

ROUNDED = 1e-12  # of the singular values that numpy finds


def matrix(kernel, size, stride=1, padding=0, dilation=1, groups=1, padding_mode="zeros"):
    """The convolution of images of this size, column by column."""
    taps = torch.tensor(kernel, dtype=torch.float64)
    axes = taps.ndim - 2
    shape = (taps.shape[1] * groups, *size)
    basis = torch.eye(int(np.prod(shape)), dtype=torch.float64).reshape(-1, *shape)
    kinds = (torch.nn.Conv1d, torch.nn.Conv2d, torch.nn.Conv3d)
    layer = kinds[axes - 1](shape[0], len(taps), taps.shape[2:], stride, padding, dilation, groups, False, padding_mode)
    layer.weight = torch.nn.Parameter(taps)
    with torch.no_grad():
        return layer(basis).reshape(len(basis), -1).numpy().T


def norm(array, order=2):
    return np.linalg.norm(array, order)


@st.composite
def layers(draw):
    """(kernel, size, further arguments) that torch accepts: all paddings, strides, dilations, groups."""
    axes = draw(st.sampled_from([1, 2]))
    groups = draw(st.sampled_from([1, 1, 2]))
    channels = [groups * draw(st.integers(1, 2)), draw(st.integers(1, 3))]
    taps = [draw(st.integers(1, 3)) for _ in range(axes)]
    dilation = [draw(st.integers(1, 2)) for _ in range(axes)]
    padding = [draw(st.integers(0, 2)) for _ in range(axes)]
    stride = [draw(st.integers(1, 3)) for _ in range(axes)]
    size = [draw(st.integers(max(3, d * (k - 1) + 1), 8)) for k, d in zip(taps, dilation, strict=True)]
    mode = draw(st.sampled_from(["zeros", "circular", "reflect", "replicate"]))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    kernel = rng.normal(size=(*channels, *taps)) * draw(st.sampled_from([1.0, 1e-3, 1e6]))
    if draw(st.booleans()):
        kernel = np.abs(kernel)
    return kernel, size, {
        "stride": stride, "padding": padding, "dilation": dilation, "groups": groups, "padding_mode": mode
    }  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(layers(), st.sampled_from([1, 2, inf]), st.booleans())
def test_no_image_is_stretched_more_than_the_bound(layer, order, with_size):
    kernel, size, how = layer
    found = conv_bound(kernel, **how, order=order, size=size if with_size else None)
    assert norm(matrix(kernel, size, **how), order) <= found.upper * (1 + ROUNDED)


@settings(max_examples=25, deadline=None)
@given(layers(), st.sampled_from([1, 2, inf]))
def test_small_images_are_exact(layer, order):
    kernel, size, how = layer
    found, true = conv_bound(kernel, **how, size=size, order=order), norm(matrix(kernel, size, **how), order)
    assert found.lower <= true * (1 + ROUNDED) and true <= found.upper * (1 + ROUNDED)
    assert found.upper <= found.lower * (1 + 1e-8)


def test_padding_may_differ_before_and_after():
    kernel = np.random.default_rng(2).normal(size=(2, 1, 3))
    padded = matrix(kernel, (9,))[:, 2:7]  # of nine pixels, two before and two after are zero
    found = conv_bound(kernel, padding=[(2, 2)], size=5)
    assert norm(padded) == pytest.approx(found.upper, rel=1e-9)
    assert conv_bound(kernel, padding=[(0, 1)], size=5).upper <= found.upper


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32), st.sampled_from([1e-300, 1.0, 1e200]))
def test_matrices(rows, columns, seed, scale):
    entries = np.random.default_rng(seed).normal(size=(rows, columns)) * scale
    for order in (1, 2, inf):
        found, true = matrix_bound(entries, order=order), norm(entries, order)
        assert found.lower <= true * (1 + ROUNDED) and true <= found.upper * (1 + ROUNDED)
        assert found.upper <= found.lower * (1 + 1e-9)


@pytest.mark.parametrize("entries", [[1.0], [[np.inf]], np.zeros((0, 2)), [["a"]]])
def test_no_matrix(entries):
    with pytest.raises(ValueError, match="matrix"):
        matrix_bound(entries)


@settings(max_examples=25, deadline=None)
@given(layers())
def test_large_images_come_near_to_it(layer):
    kernel, _, how = layer
    size = (200,) if kernel.ndim == 3 else (28, 28)
    how = {**how, "padding_mode": "zeros"}
    found = conv_bound(kernel, **{**how, "padding": 0})
    assert found.upper <= found.lower * 1.0102
    # An image cut off smoothly over s pixels loses about (k pi / s)^2 of its norm: a tenth covers k = 3 of 28.
    assert norm(matrix(kernel, size, **how)) >= found.lower * 0.9


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 2), st.integers(3, 6))
def test_circular_images_of_one_size_are_exact(seed, channels, size):
    kernel = np.random.default_rng(seed).normal(size=(channels, 2, 3, 3))
    how = {"padding": 1, "padding_mode": "circular"}
    true = norm(matrix(kernel, (size, size), **how))
    found = conv_bound(kernel, **how, size=size)
    assert found.lower <= true * (1 + ROUNDED) and true <= found.upper * (1 + ROUNDED)
    assert found.upper <= found.lower * 1.001


@pytest.mark.parametrize(("size", "stride", "dilation"), [(40, 1, 2), (36, 1, 3), (40, 2, 1), (39, 1, 2)])
def test_long_circles_are_exact(size, stride, dilation):
    """Too long to be written out: every d-th frequency of an even circle alone is met by a dilation of 2."""
    kernel = np.random.default_rng(size + stride).normal(size=(20, 20, 3))
    how = {"padding": dilation, "dilation": dilation, "stride": stride, "padding_mode": "circular"}
    found, true = conv_bound(kernel, **how, size=size), norm(matrix(kernel, (size,), **how))
    assert found.lower <= true * (1 + ROUNDED) and true <= found.upper * (1 + ROUNDED)
    assert found.upper <= found.lower * (1 + 2e-4)


@pytest.mark.parametrize("taps", [1, 3, 5])
def test_norms_of_one_output_and_of_one_input_are_sums(taps):
    kernel = np.random.default_rng(taps).normal(size=(3, 2, taps, taps))
    dense = matrix(kernel, (9, 9), padding=taps // 2)
    for order in (1, inf):
        found = conv_bound(kernel, order=order)
        assert found.lower <= found.upper <= np.nextafter(found.lower, inf)
        assert norm(dense, order) == pytest.approx(found.upper, rel=1e-12)


def test_the_reshaped_kernel_s_norm_is_no_bound():
    """With all ones it is the root of the number of taps below the truth."""
    kernel = np.ones((1, 1, 3, 3))
    found = conv_bound(kernel)
    assert norm(kernel.reshape(1, -1)) == 3
    assert 9 * (1 - 1e-9) < found.lower <= 9 <= found.upper


def orthogonal_kernel(channels):
    """Shifts by one pixel to either side on two projections between rotations: orthogonal, three taps."""
    rng = np.random.default_rng(5)
    first, second = (np.linalg.qr(rng.normal(size=(channels, channels)))[0] for _ in range(2))
    half = np.arange(channels) < channels // 2
    left, right = first @ np.diag(1.0 * half) @ second, first @ np.diag(1.0 * ~half) @ second
    return np.stack([left, np.zeros_like(left), right], axis=-1)


def test_of_an_orthogonal_layer_no_more_is_lost_than_rounding():
    found = conv_bound(orthogonal_kernel(16))
    assert 1 - 1e-9 < found.lower <= 1 + 1e-12 and 1 - 1e-12 <= found.upper < 1 + 1e-9


def test_of_a_layer_of_rescaled_rows_no_more_is_lost_than_rounding():
    """Prach and Lampert's layers: columns over the root of the sum of |correlations|, here of one channel."""
    kernel = np.array([[[1.0, 2.0, 1.0]]])
    found = conv_bound(kernel / 4)
    assert 1 - 1e-9 < found.lower <= 1 <= found.upper < 1 + 1e-12


def test_a_single_tap_is_a_matrix():
    weight = np.random.default_rng(3).normal(size=(5, 4))
    found = conv_bound(weight[:, :, None, None])
    true = norm(weight)
    assert found.lower <= true * (1 + ROUNDED) and true <= found.upper * (1 + ROUNDED)
    assert found.upper <= found.lower * (1 + 2e-4)


@pytest.mark.parametrize("factor", [2.0**-1000, 2.0**-1060, 2.0**900])
def test_the_bound_is_homogeneous(factor):
    """Subnormal and huge weights: powers of two move the bounds with them, outward where floats run out."""
    kernel = np.random.default_rng(1).integers(-4, 5, size=(2, 2, 3)).astype(float)
    one, other = conv_bound(kernel), conv_bound(kernel * factor)
    assert other.lower <= one.lower * factor <= one.upper * factor <= other.upper
    assert other.upper <= one.upper * factor + 2.0**-1074


def test_tiny_taps_beside_large_ones():
    found = conv_bound([[[1.0, 2.0**-1074, -(2.0**-600)]]])
    assert found.lower <= 1 <= found.upper


def test_zero_has_norm_zero():
    assert conv_bound(np.zeros((2, 2, 3, 3))) == NormBounds(0.0, 0.0)


def test_a_transposed_convolution_has_the_norm_of_its_adjoint():
    weight = np.random.default_rng(8).normal(size=(3, 2, 3, 3))
    basis = torch.eye(3 * 25, dtype=torch.float64).reshape(-1, 3, 5, 5)
    dense = torch.nn.functional.conv_transpose2d(basis, torch.tensor(weight), stride=2, padding=1).reshape(75, -1)
    assert norm(dense.numpy()) <= conv_bound(weight, stride=2).upper


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kernel": [[1.0]]}, "kernel has shape"),
        ({"kernel": np.zeros((0, 1, 3))}, "kernel has shape"),
        ({"kernel": [[[np.nan]]]}, "kernel"),
        ({"kernel": [[[1j]]]}, "kernel"),
        ({"groups": 3}, "groups=3: must divide"),
        ({"stride": 0}, "stride=0"),
        ({"stride": (1, 2, 3)}, "stride="),
        ({"padding": -1}, "padding=-1"),
        ({"padding_mode": "same"}, "padding_mode='same'"),
        ({"padding": 4, "padding_mode": "reflect", "size": 4}, "padding=4: a reflect padding of 4 pixels"),
        ({"size": (4,)}, "size="),
        ({"order": 3}, "order=3"),
        ({"tolerance": 0}, "tolerance=0"),
        ({"tolerance": 1e-6, "kernel": np.ones((1, 1, 9, 9))}, "frequencies an axis"),
    ],
)
def test_refused(change, message):
    arguments = {"kernel": np.ones((2, 1, 3, 3)), **change}
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        conv_bound(**arguments)


def test_a_norm_beyond_float64():
    with pytest.raises(OverflowError, match="divide it by a power of two"):
        conv_bound(np.full((1, 1, 3, 3), 1e308))
