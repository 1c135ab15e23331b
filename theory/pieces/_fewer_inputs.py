"""Inputs that a network's first layer does not tell apart, left out: cells are the same, up to what they are of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from flint import fmpz_mat, nmod_mat

from theory._rationals import as_whole
from theory.pieces._network.arrays import Ids
from theory.pieces._network.domain import Domain
from theory.pieces._network.network import Network
from theory.pieces._search import LATTICE_INPUTS

PRIME = (1 << 61) - 1
"""By which columns that depend on no others are found, most often: any large prime would do."""

MANY_FACES = 5
"""Beyond so many inputs left, and up to `LATTICE_INPUTS`, faces cost more than linear programmes of more inputs: timed,
of a layer of six over R^n, which is 2^n orthants to begin with, 2.7 times as much."""


def without_idle_inputs(network: Network, domain: Domain) -> tuple[Network, Domain]:
    """A network of fewer inputs whose cells have those of the network as preimages, under a linear map onto its domain.

    On a box the inputs that the first layer multiplies by 0 alone are left out. Over R^n its columns are combinations
    of some that are independent: these inputs alone give all values, W x = W' B x, where x -> B x is onto R^r.
    """
    kept = np.flatnonzero(network.layer(0)[0].any(axis=0)) if domain.bounded else _independent(network)
    if len(kept) in (0, domain.dimension):
        kept = np.arange(domain.dimension)[: len(kept) or 1]
    if len(kept) == domain.dimension or MANY_FACES < len(kept) <= LATTICE_INPUTS < domain.dimension:
        return network, domain
    weight, exact = network.weights[0][:, kept], network.exact
    if exact is not None and exact[0] is not None:
        exact = ((exact[0][0][:, kept], exact[0][1]), *exact[1:])
    fewer = replace(network, weights=(weight, *network.weights[1:]), exact=exact)
    if domain.low is None or domain.high is None:
        return fewer, Domain(len(kept), None, None)
    ends = None if domain.exact is None else (domain.exact[0][kept], domain.exact[1][kept])
    return fewer, Domain(len(kept), domain.low[kept], domain.high[kept], ends)


def _independent(network: Network) -> Ids:
    """As many columns of the first layer as its rank, none a combination of others, decided in integers."""
    weight = network.layer(0)[0]
    counts = np.array(as_whole(weight.ravel()).counts, dtype=object).reshape(weight.shape)
    whole = fmpz_mat(counts.tolist())
    rank = whole.rank()
    if rank == weight.shape[1]:
        return np.arange(rank)
    # Columns that depend on no others modulo a prime do not without it either.
    reduced, some = nmod_mat(whole, PRIME).rref()
    rows = reduced.tolist() if some == rank else whole.rref()[0].tolist()
    return np.array([next(i for i, x in enumerate(row) if x) for row in rows[:rank]], dtype=np.intp)
