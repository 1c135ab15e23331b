"""A convex piecewise linear function as two heaps of breakpoints, on either side of its minimisers (the slope trick).

Each side is known up to one shift: the side on the left moves down the line and the other one up it. A breakpoint is
one integer on its heap, key 2^bits + jump of slope, where the key is place - shift on the right and -place - shift on
the left: on both sides the least entry is next to the minimisers, and a breakpoint that changes sides changes its key k
into -(k + 2 shift). Breakpoints that change sides together are bundled and travel as one entry from then on, so that
crowds of light breakpoints between heavy ones do not make the time quadratic.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from heapq import heappop, heappush, heappushpop

CROWD = 8
"""So many breakpoints that change sides together make a bundle."""
INDEX_BITS = 40


@dataclass(frozen=True)
class Bundle:
    """Breakpoints in order: the first and the last place and the jump of all; two parts with their offsets, or none."""

    first: int
    last: int
    jump: int
    parts: tuple[tuple[Bundle, int], tuple[Bundle, int]] | None = None


Placed = tuple[Bundle, int]  # true places, up to the shift, are those of the bundle plus the offset


@dataclass
class Slopes:
    """heaps: breakpoints left and right of the minimisers. jump_bits: no jump has more."""

    jump_bits: int
    shift: int = 0
    heaps: tuple[list[int], list[int]] = field(default_factory=lambda: ([], []))
    bundles: dict[int, Placed] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bits = max(self.jump_bits, INDEX_BITS) + 1
        self.flag = 1 << (self.bits - 1)
        self.count = 0

    def minimisers(self, infinite: int) -> tuple[int, int]:
        left, right = self.heaps
        return (
            -(left[0] >> self.bits) - self.shift if left else -infinite,
            (right[0] >> self.bits) + self.shift if right else infinite,
        )

    def add(self, falling: bool, distance: int, jump: int) -> None:
        """Add jump max(0, distance - v) if falling, jump max(0, distance + v) if not.

        The new breakpoint joins one side, and as much jump, the nearest first, goes to the other side.
        """
        giver, taker = (self.heaps[1], self.heaps[0]) if falling else self.heaps
        entry = heappushpop(giver, (distance - self.shift << self.bits) + jump)
        key = entry >> self.bits
        found = entry - (key << self.bits)
        if found < jump or found >= self.flag:
            heappush(giver, entry)
            self._pass_on(falling, jump)
            return
        heappush(taker, (-(key + 2 * self.shift) << self.bits) + jump)
        if found > jump:
            heappush(giver, entry - jump)

    def _pass_on(self, falling: bool, jump: int) -> None:
        """Move that much jump from one side to the other."""
        passed: list[Placed] = []
        while jump:
            bundle, offset = self._nearest(falling, jump)
            passed.append((bundle, offset + 2 * self.shift if falling else offset - 2 * self.shift))
            jump -= bundle.jump
        if not falling:
            passed.reverse()
        for bundle, offset in passed if len(passed) < CROWD else [_joined(passed)]:
            self._push(not falling, bundle, offset)

    def _nearest(self, falling: bool, jump: int) -> Placed:
        """Takes the nearest breakpoints from a side, of at most that jump, off its heap."""
        heap = self.heaps[falling]
        while True:
            entry = heappop(heap)
            key = entry >> self.bits
            found = entry - (key << self.bits)
            if found < self.flag:
                if found > jump:
                    heappush(heap, entry - jump)
                place = key if falling else -key
                return Bundle(place, place, min(found, jump)), 0
            bundle, offset = self.bundles.pop(found - self.flag)
            far = bundle.last + offset if falling else -bundle.first - offset
            if bundle.jump <= jump and (not heap or far <= heap[0] >> self.bits):
                return bundle, offset
            for part, inner in bundle.parts or ():
                self._push(falling, part, offset + inner)

    def _push(self, right: bool, bundle: Bundle, offset: int) -> None:
        key = bundle.first + offset if right else -bundle.last - offset
        value = bundle.jump
        if bundle.parts:
            self.count += 1
            self.bundles[self.count] = bundle, offset
            value = self.flag + self.count
        heappush(self.heaps[right], (key << self.bits) + value)


def _joined(placed: list[Placed]) -> Placed:
    """One bundle of all, in the order given, as a balanced tree."""
    if len(placed) == 1:
        return placed[0]
    half = len(placed) // 2
    one, other = _joined(placed[:half]), _joined(placed[half:])
    total = one[0].jump + other[0].jump
    return Bundle(one[0].first + one[1], other[0].last + other[1], total, (one, other)), 0
