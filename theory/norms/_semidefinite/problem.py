"""The quadratic form whose multipliers bound a network's Lipschitz constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from theory._types import Floats
from theory.norms._largest import UNIT


@dataclass(frozen=True)
class Known:
    """A matrix and a bound of its errors, entry by entry."""

    value: Floats
    error: Floats

    @staticmethod
    def of(value: Floats) -> Known:
        """A matrix that is exact."""
        return Known(value, np.zeros(value.shape))

    def __matmul__(self, other: Known) -> Known:
        """The product: sums of so many terms in any order (Higham 2002, (3.13))."""
        share = 2 * (self.value.shape[1] + 2) * UNIT
        one, two = np.abs(self.value), np.abs(other.value)
        error = one @ (other.error + share * two) + self.error @ (two + other.error)
        return Known(self.value @ other.value, error * (1 + share) + 2.0**-900)

    @property
    def T(self) -> Known:  # noqa: N802
        """Transposed."""
        return Known(self.value.T, self.error.T)

    def rows(self, places: Sequence[int] | slice) -> Known:
        """Some rows."""
        return Known(self.value[places], self.error[places])


@dataclass(frozen=True)
class Problem:
    """Q(r, t) = r E - F'F + sum over gates of t (e e' + a b c c' - (a + b) (e c' + c e') / 2), E the inputs' identity.

    z = (dx, de) are changes of inputs and of what gates give, c_m z is the change of what gate m sees, and its slopes
    are in [a_m, b_m]: (de - a dc) (b dc - de) >= 0. If Q is positive semidefinite, |F z|^2 <= r |dx|^2 for all changes
    that the network can make (Fazlyab et al. 2019, LipSDP).

    Attributes:
        inputs: how many.
        seen: (M, N), what gates see, c; gate m gives entry inputs + m of z.
        out: (K, N), F.
        low, high: (M,), slopes a and b.
        start: (M,), multipliers with which Q is positive definite for r = reached.
        reached: a bit more than the product of squared norms.
    """

    inputs: int
    seen: Known
    out: Known
    low: Floats
    high: Floats
    start: Floats
    reached: float

    @property
    def gates(self) -> int:
        """M."""
        return len(self.low)

    def form(self, r: float, t: Floats) -> Floats:
        """Q, rounded."""
        c, f, n = self.seen.value, self.out.value, self.inputs
        half = (self.low + self.high) / 2
        q = (c.T * (t * self.low * self.high)) @ c - f.T @ f
        q[:, n:] -= c.T * (t * half)
        q[n:] -= (c.T * (t * half)).T
        places = np.arange(len(q))
        q[places[:n], places[:n]] += r
        q[places[n:], places[n:]] += t
        return q

    def slip(self, r: float, t: Floats) -> float:
        """By how much Q may be off, in Frobenius' norm: errors of c and F, and rounding."""
        c, f = self.seen, self.out
        weight = np.abs(self.low * self.high) * t
        off = 2 * np.abs(c.value).T * weight @ c.error + (c.error.T * weight) @ c.error
        off = off + 2 * np.abs(f.value).T @ f.error + f.error.T @ f.error
        half = np.abs(self.low + self.high) * t
        share = 4 * (len(t) + len(f.value) + 8) * UNIT
        sizes = (np.abs(c.value).T * weight) @ np.abs(c.value) + np.abs(f.value).T @ np.abs(f.value)
        sizes[:, self.inputs :] += np.abs(c.value).T * half
        off[:, self.inputs :] += c.error.T * half
        whole = np.linalg.norm(off) + np.linalg.norm(sizes) * share + (r * len(off) ** 0.5 + np.linalg.norm(t)) * share
        return float(whole) * (1 + 1e-6)


def problem_of(
    weights: Sequence[Floats], slopes: tuple[float, float] | None, norms: Sequence[float], spare: float
) -> Problem:
    """The problem of a network whose gates have these slopes; None: GroupSort2, rows 2j and 2j + 1.

    Two sorted numbers have the sum that they had, and as their difference its absolute value: up to a rotation
    GroupSort2 is the identity on one half and a gate of slopes -1 and 1 on the other.

    Args:
        weights: of the layers, the last one without gates.
        slopes: a < b.
        norms: upper bounds of the layers' norms.
        spare: every layer's share of the product of norms that the start gives away, so that it is inside.
    """
    n = weights[0].shape[1]
    counts = [len(weight) if slopes else len(weight) // 2 for weight in weights[:-1]]
    total = n + sum(counts)
    before = Known.of(np.eye(n, total))
    seen, place = [], n
    for weight, count in zip(weights[:-1], counts, strict=True):
        sees = Known.of(weight) @ before
        gives = np.eye(total)[place : place + count]
        if slopes:
            seen.append(sees)
            before = Known.of(gives)
        else:
            sums, differences = _half(sees, 1.0), _half(sees, -1.0)
            seen.append(differences)
            before = _spread(sums, gives)
        place += count
    out = Known.of(weights[-1]) @ before
    c = Known(np.concatenate([k.value for k in seen]), np.concatenate([k.error for k in seen]))
    low, high = slopes or (-1.0, 1.0)
    tau, start = float(norms[-1]) ** 2, []
    most = max(abs(low), abs(high))
    for norm, count in zip(norms[-2::-1], counts[::-1], strict=True):
        start.append(np.full(count, tau * 2 * most / (high - low) * (1 + spare / 2)))
        tau *= (most * norm) ** 2 * (1 + spare)
    gates = sum(counts)
    return Problem(n, c, out, np.full(gates, low), np.full(gates, high), np.concatenate(start[::-1]), tau * (1 + spare))


_ROOT = 2.0**-0.5


def _half(sees: Known, sign: float) -> Known:
    """(x_2j +- x_2j+1) / sqrt 2."""
    one, two = sees.rows(slice(0, None, 2)), sees.rows(slice(1, None, 2))
    value = (one.value + sign * two.value) * _ROOT
    error = (one.error + two.error) * _ROOT + 8 * UNIT * (np.abs(one.value) + np.abs(two.value))
    return Known(value, error * (1 + 8 * UNIT))


def _spread(sums: Known, gives: Floats) -> Known:
    """What a sorting gate gives, (sum - |difference|) and (sum + |difference|) over sqrt 2, in the changes' terms."""
    value = np.empty((2 * len(gives), gives.shape[1]))
    value[0::2], value[1::2] = (sums.value - gives) * _ROOT, (sums.value + gives) * _ROOT
    error = np.repeat(sums.error * _ROOT, 2, axis=0) + 8 * UNIT * np.repeat(np.abs(sums.value) + gives, 2, axis=0)
    return Known(value, error * (1 + 8 * UNIT))
