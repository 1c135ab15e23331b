"""Constants of pooling, activations and softmax against torch: never exceeded, and attained."""

from math import inf, sqrt

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.norms import activation_slopes, pool_bound, softmax_lipschitz
from theory.norms._activations import _SLOPES

functional = torch.nn.functional
TAIL = np.geomspace(12, 1e4, 1000)
NUMBERS = torch.tensor(np.concatenate([-TAIL[:0:-1], np.linspace(-12, 12, 400001), TAIL[1:]]))
JOINED = {"identity": lambda x: x}


@pytest.mark.parametrize("name", sorted(_SLOPES))
def test_slopes_are_torch_s_and_sharp(name):
    """Quotients of neighbours are between the bounds up to rounding, and come near to both of them."""
    function = JOINED.get(name) or getattr(functional, name, None) or getattr(torch, name)
    quotients = np.diff(function(NUMBERS).numpy()) / np.diff(NUMBERS.numpy())
    low, high = activation_slopes(name)
    assert low - 1e-9 <= quotients.min() <= low + 1e-4
    assert high - 1e-4 <= quotients.max() <= high + 1e-9


@pytest.mark.parametrize(
    ("name", "how", "slopes"),
    [
        ("leaky_relu", {"negative_slope": -3}, (-3.0, 1.0)),
        ("leaky_relu", {"negative_slope": 2.5}, (1.0, 2.5)),
        ("elu", {"alpha": 4}, (0.0, 4.0)),
        ("elu", {"alpha": -0.5}, (-0.5, 1.0)),
        ("celu", {"alpha": 3}, (0.0, 1.0)),
        ("hardtanh", {"min_val": 2, "max_val": 2}, (0.0, 0.0)),
        ("softplus", {"beta": 7}, (0.0, 1.0)),
    ],
)
def test_slopes_with_parameters(name, how, slopes):
    assert activation_slopes(name, **how) == slopes


def test_slopes_of_gelu_by_tanh():
    quotients = np.diff(functional.gelu(NUMBERS, approximate="tanh").numpy()) / np.diff(NUMBERS.numpy())
    low, high = activation_slopes("gelu", approximate="tanh")
    assert low - 1e-9 <= quotients.min() <= low + 1e-4 and high - 1e-4 <= quotients.max() <= high + 1e-9


@pytest.mark.parametrize(
    ("name", "how", "message"),
    [
        ("swish", {}, "activation='swish': choose one of abs"),
        ("relu", {"alpha": 1}, "alpha=1: relu has no such parameter, it has none"),
        ("elu", {"beta": 1}, "it has alpha"),
        ("elu", {"alpha": inf}, "alpha"),
        ("gelu", {"approximate": "fast"}, "approximate='fast'"),
        ("celu", {"alpha": 0}, "alpha"),
        ("softplus", {"beta": -1}, "beta"),
        ("hardtanh", {"min_val": 3}, "min_val"),
    ],
)
def test_slopes_refused(name, how, message):
    with pytest.raises(ValueError, match=message):
        activation_slopes(name, **how)


def pooled(kind, images, window, stride, dilation):
    if kind == "max":
        return functional.max_pool2d(images, window, stride, dilation=dilation)
    if kind == "l2":
        return functional.lp_pool2d(images, 2.0, window, stride)
    return functional.avg_pool2d(images, window, stride)


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["max", "l2", "average"]),
    *(st.tuples(st.integers(1, 4), st.integers(1, 4)) for _ in range(2)),
    st.integers(1, 3),
    st.sampled_from([1, 2, inf]),
    st.integers(0, 2**32),
)
def test_pools_keep_their_constant(kind, window, stride, dilation, order, seed):
    dilation = dilation if kind == "max" else 1
    rng = np.random.default_rng(seed)
    size = [dilation * (w - 1) + 1 + int(rng.integers(0, 6)) for w in window]
    pair = torch.tensor(np.abs(rng.normal(size=(2, 1, *size))))
    if rng.random() < 0.5:  # a single pixel decides
        pair[1] = pair[0]
        pair[1, 0, rng.integers(size[0]), rng.integers(size[1])] += 5
    out = pooled(kind, pair, window, stride, dilation)
    moved, change = ((a[0] - a[1]).flatten().numpy() for a in (out, pair))
    upper = pool_bound(kind, window, stride=stride, dilation=dilation, order=order).upper
    assert np.linalg.norm(moved, order) <= upper * np.linalg.norm(change, order) * (1 + 1e-12)


@pytest.mark.parametrize(
    ("window", "stride", "dilation", "shared"), [(3, 2, 1, 4), (2, 2, 1, 1), (3, 1, 1, 9), (3, 2, 2, 9)]
)
def test_the_constant_of_a_maximum_is_attained(window, stride, dilation, shared):
    image = torch.zeros(1, 1, 24, 24, dtype=torch.float64)
    most = 0.0
    for row in range(8, 14):
        for column in range(8, 14):
            changed = image.clone()
            changed[0, 0, row, column] = 1
            most = max(most, float(pooled("max", changed, window, stride, dilation).norm()))
    found = pool_bound("max", window, stride=stride, dilation=dilation)
    assert most == pytest.approx(sqrt(shared)) and found.lower <= sqrt(shared) <= found.upper


def test_averages_without_overlap():
    found = pool_bound("average", 2)
    assert found.lower <= 0.5 <= found.upper < 0.5 + 1e-9
    assert (
        pool_bound("average", 3, order=inf) == pytest.approx((1, 1))
        or pool_bound("average", 3, order=inf).upper < 1 + 1e-15
    )


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({"kind": "median"}, "kind='median'"),
        ({"window": 0}, "window=0"),
        ({"window": (2, 2, 2)}, "window="),
        ({"order": 0}, "order=0"),
        ({"axes": 4}, "axes=4"),
    ],
)
def test_pools_refused(how, message):
    with pytest.raises(ValueError, match=message):
        pool_bound(**{"kind": "max", "window": 2, **how})


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 6), st.sampled_from([1, 1.5, 2, 4, inf]), st.sampled_from([1, 1.5, 2, 4, inf]), st.integers(0, 2**32)
)
def test_softmax_keeps_its_constant(length, p, q, seed):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=length) * rng.choice([0.1, 1, 10])
    step = rng.normal(size=length) * rng.choice([1e-3, 1, 10])
    one, other = (functional.softmax(torch.tensor(v), 0).numpy() for v in (x, x + step))
    moved = np.linalg.norm(one - other, q)
    assert moved <= softmax_lipschitz(p, q) * np.linalg.norm(step, p) * (1 + 1e-9) + 1e-15


@pytest.mark.parametrize("p", [1, 1.5, 2, 3, inf])
@pytest.mark.parametrize("q", [1, 1.5, 2, 3, inf])
def test_softmax_attains_its_constant(p, q):
    step = np.array([1e-5, -1e-5])
    one, other = (functional.softmax(torch.tensor(v), 0).numpy() for v in (np.zeros(2), 3 * step))
    assert np.linalg.norm(one - other, q) / np.linalg.norm(3 * step, p) == pytest.approx(
        softmax_lipschitz(p, q), rel=1e-4
    )


def test_temperature_multiplies():
    assert softmax_lipschitz(temperature=3) == 1.5


@pytest.mark.parametrize("how", [{"p": 0.5}, {"q": 0}, {"p": "2"}, {"temperature": 0}, {"temperature": inf}])
def test_softmax_refused(how):
    with pytest.raises(ValueError, match=next(iter(how))):
        softmax_lipschitz(**how)
