"""Computed values are as near to the exact ones as the radii suppose, whatever the scale."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.networks import LipschitzNetwork
from checks.networks._passes import lengths_of, value_error

EXACT = settings(max_examples=150, deadline=None, derandomize=True)

entries = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, 0.1, 5e-324, 2.0**-1022, 1e-160, 1e90]),
    st.floats(-3.0, 3.0),
    st.floats(-1e60, 1e60),
)


@st.composite
def networks(draw, outputs: int = 2) -> LipschitzNetwork:
    name = draw(st.sampled_from(["groupsort2", "fullsort", "relu"]))
    widths = [draw(st.integers(1, 3)), *draw(st.lists(st.sampled_from([2, 4]), max_size=2)), outputs]
    layers = list(zip(widths[1:], widths, strict=False))
    numbers = [draw(st.lists(entries, min_size=p * (q + 1), max_size=p * (q + 1))) for p, q in layers]
    arrays = [np.reshape(row, (p, q + 1)) for row, (p, q) in zip(numbers, layers, strict=True)]
    return LipschitzNetwork([a[:, 1:] for a in arrays], [a[:, 0] for a in arrays], name)


def exact_values(network: LipschitzNetwork, x: np.ndarray) -> list[Fraction]:
    """In rational numbers, by hand."""
    z = [Fraction(value) for value in x.tolist()]
    for i, (weight, bias) in enumerate(zip(network.weights, network.biases, strict=True)):
        if i and network.activation == "relu":
            z = [max(value, Fraction(0)) for value in z]
        elif i and network.activation == "fullsort":
            z = sorted(z)
        elif i:
            z = [value for j in range(0, len(z), 2) for value in sorted(z[j : j + 2])]
        rows = [[Fraction(w) for w in row] for row in weight.tolist()]
        z = [
            sum(w * v for w, v in zip(row, z, strict=True)) + Fraction(b)
            for row, b in zip(rows, bias.tolist(), strict=True)
        ]
    return z


@EXACT
@given(networks(), st.data())
def test_values_are_within_their_error(network: LipschitzNetwork, data) -> None:
    x = np.array(data.draw(st.lists(entries, min_size=network.dimension, max_size=network.dimension)))
    norms = [bound.largest for bound in network.singular_bounds()]
    with np.errstate(over="ignore", invalid="ignore"):
        values = network(x)
    [error] = value_error(network, norms, lengths_of(x[None]) * (1 + 1e-15))
    if error < np.inf:
        squares = [(Fraction(v) - e) ** 2 for v, e in zip(values.tolist(), exact_values(network, x), strict=True)]
        assert sum(squares) <= Fraction(float(error)) ** 2


@EXACT
@given(networks(3), st.data())
def test_radii_are_below_those_of_exact_values(network: LipschitzNetwork, data) -> None:
    """(f_y - f_j) / L_yj, in rational numbers, with the constants as certified."""
    x = np.array(data.draw(st.lists(entries, min_size=network.dimension, max_size=network.dimension)))
    with np.errstate(over="ignore", invalid="ignore"):
        values = network(x)
        try:
            constants = network.certified_differences()
        except ValueError:  # beyond float64
            return
        radius = float(network.certified_radius(x))
    exact, label = exact_values(network, x), int(np.argmax(values))
    for j in (k for k in range(3) if k != label and radius > 0):
        gap = exact[label] - exact[j]
        assert gap > 0 if constants[label, j] == 0 else Fraction(radius) * Fraction(constants[label, j]) <= gap


@EXACT
@given(st.lists(entries, min_size=1, max_size=6))
def test_lengths_are_those_of_exact_squares(vector) -> None:
    found = float(lengths_of(np.array([vector]))[0])
    square = sum(Fraction(value) ** 2 for value in vector)
    slack = Fraction(1, 10**14)
    tiny = Fraction(2) ** -1070
    assert (Fraction(found) + tiny) ** 2 * (1 + slack) >= square
    assert max(Fraction(0), Fraction(found) - tiny) ** 2 * (1 - slack) <= square
