"""What hangs on what, as points and lines on a page: layers from the ground up, few crossings.

The layers are those of Sugiyama, Tagawa and Toda (IEEE Trans. SMC 11, 1981): a statement stands above all that it
rests on, each layer is ordered by the mean place of its neighbours, and a layer too wide for the page is broken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TypedDict

ROW = 44
"""Points side by side at most: as many as a page shows apart; chosen."""
SWEEPS = 8
"""How often the order of the layers is improved; more changes little."""


class Layout(TypedDict):
    """Places between 0 and 1, from the left and from the top; lines as pairs of names, from above to below."""

    places: dict[str, tuple[float, float]]
    lines: list[tuple[str, str]]
    alone: list[str]
    rows: int


def layout(grounds: Mapping[str, Collection[str]]) -> Layout:
    """Where each statement stands.

    Args:
        grounds: for each statement what it rests on.

    Returns:
        The layout; ``alone`` are those without a line, which have no place.

    >>> found = layout({"a": ["b"], "b": [], "c": []})
    >>> found["places"], found["alone"], found["lines"]
    ({'b': (0.5, 1.0), 'a': (0.5, 0.0)}, ['c'], [('a', 'b')])
    """
    lines = sorted({(name, below) for name in grounds for below in grounds[name] if below in grounds and below != name})
    joined = {name for line in lines for name in line}
    ranks = _ranks([name for name in grounds if name in joined], lines)
    rows = list(_rows(_ordered(ranks, lines)))
    places = {
        name: ((i + 1) / (len(row) + 1), 1 - height / max(1, len(rows) - 1))
        for height, row in enumerate(rows)
        for i, name in enumerate(row)
    }
    return {
        "places": places,
        "lines": lines,
        "alone": [name for name in grounds if name not in joined],
        "rows": len(rows),
    }


def _ranks(names: Sequence[str], lines: Sequence[tuple[str, str]]) -> dict[str, int]:
    """The length of the longest way down from each; in a circle, which a strange document may have, any."""
    ranks = dict.fromkeys(names, 0)
    for _ in names:
        raised = {above: ranks[below] + 1 for above, below in lines if ranks[above] <= ranks[below]}
        if not raised:
            break
        ranks |= {name: max(rank, ranks[name]) for name, rank in raised.items()}
    return {name: min(rank, len(names)) for name, rank in ranks.items()}


def _ordered(ranks: Mapping[str, int], lines: Sequence[tuple[str, str]]) -> list[list[str]]:
    layers = [[name for name in ranks if ranks[name] == rank] for rank in sorted(set(ranks.values()))]
    near: dict[str, list[str]] = {name: [] for name in ranks}
    for above, below in lines:
        near[above].append(below)
        near[below].append(above)
    for _ in range(SWEEPS):
        place = {name: (i + 1) / (len(layer) + 1) for layer in layers for i, name in enumerate(layer)}
        for layer in layers:
            mean = {name: sum(place[other] for other in near[name]) / len(near[name]) for name in layer}
            layer.sort(key=mean.__getitem__)
            place |= {name: (i + 1) / (len(layer) + 1) for i, name in enumerate(layer)}
    return layers


def _rows(layers: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    """The layers, wide ones dealt out to several rows, so that neighbours stay neighbours."""
    for layer in layers:
        pieces = -(-len(layer) // ROW)
        yield from ([*layer[start::pieces]] for start in range(pieces))
