"""Theorems on few points in a square, a cube or a disc: how far apart they can be at most.

- Square: Schaer and Meir (1965), Schaer (1965) and Graham for up to 9 points; Peikert, Würtz, Monagan and de Groot
  (1992) for up to 20.
- Cube: Schaer (1966) for up to 9.
- Disc: Graham (1968) for up to 7, Pirl (1969) for up to 10, Melissen (1994) for 11, Fodor (2000, 2003) for 12 and 13.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

BEST: Mapping[str, Mapping[int, Fraction]] = {
    shape: {number: Fraction(square) for number, square in squares.items()}
    for shape, squares in {
        "square": {
            2: "2", 3: "1.0717967698", 4: "1", 5: "1/2", 6: "13/36", 7: "0.2871870789", 8: "0.2679491925", 9: "1/4",
            10: "0.1774764542", 11: "0.1585690620", 12: "34/225", 13: "0.1340262869", 14: "0.1217418590",
            15: "0.1163365061", 16: "1/9", 17: "0.0937302628", 18: "13/144", 19: "0.0838345652", 20: "0.0821462393",
        },
        "cube": {2: "3", 3: "2", 4: "2", 5: "5/4", 6: "9/8", 7: "9/8", 8: "1", 9: "3/4"},
        "disc": {
            2: "4", 3: "3", 4: "2", 5: "1.3819660113", 6: "1", 7: "1", 8: "0.7530203963", 9: "0.5857864377",
            10: "0.5054900517", 11: "0.4679111138", 12: "0.4358016362", 13: "0.3819660113",
        },
    }.items()
}  # fmt: skip
"""Of so many points the largest least squared distance, or a little more: rounded up in the tenth decimal. (Of seven
points in a cube it is less than that of six.)"""


def few_bound(shape: str, squared: Fraction) -> int | None:
    """The most points of that shape, of side or radius 1, that theorems allow; None where these say nothing."""
    best = BEST[shape]
    if squared <= best[max(best)]:
        return None
    return max((number for number, most in best.items() if most >= squared), default=1)
